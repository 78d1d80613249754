// --format json and csv hold for every command that a shell can give. The script below is one working day on a desk
// that runs; a command of the table that does not stand in it fails the test.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/market/recording.h"
#include "src/app/app.h"
#include "src/base/mem.h"
#include "tests/e2e/support_demo.h"
#include "tests/engine/market/support_stream.h"
#include "tests/support_parse.h"

static const char *const script[] = {
    "help",
    "help order",
    "version",
    "config show",
    "status",
    "db check",
    "db status",
    "data list",
    "sql 'SELECT symbol, last FROM universe'",
    "report list",
    "quarantine list",
    "position list",
    "portfolio show",
    "portfolio load held.csv",
    "venue run --pace 100",
    "venue pause",
    "watch QAB",
    "book show QAB",
    "venue stats --symbol QAB",
    "check QAB buy 10 290",
    "limit list",
    "limit set order-notional 500000",
    "order buy QAB 10 290",
    "order sell VARY 10 30",
    "order buy QAB 20 289",
    "order replace 3 15 288",
    "order list",
    "order fills",
    "cancel 1 --yes",
    "cancel all VARY --yes",
    "breaker show",
    "breaker history",
    "breaker trip --yes",
    "breaker reset --confirm 'reset breaker'",
    "position adjust QAB 700 --confirm 'adjust QAB 700'",
    "risk show",
    "risk exposures",
    "risk factors",
    "risk names",
    "stress run",
    "backtest strategies",
    "backtest run momentum",
    "backtest run momentum top=5 --background",
    "backtest list",
    "venue run",
    "close QAB --yes",
    "flatten --confirm 'flatten all 1'",
    "venue pause",
    "record start",
    "record stop",
    "replay %s/day.itch --from 10:00",
    "replay pause",
    "replay resume",
    "replay toggle",
    "replay speed 10x",
    "replay step",
    "replay seek 12:00",
    "replay status",
    "replay stop",
    "audit list",
    "audit verify",
    "screenshot desk --size 80x24",
};

// Tested below, or faces, which have no format.
static const char *const elsewhere[] = {
    "demo create", "import yahoo", "report show", "backtest show", "workstation", "desk",
    "shell",       "bench book",   "bench gen",   "bench itch",    "bench itch",  "record export",
};

// Untested: the run that it would cancel may have ended first.
static const char *const untested[] = {"backtest cancel"};

static const command *command_of(const command_table *t, const char *line) {
    const char *words[16];
    char *memory = NULL;
    size_t n;
    call c;
    bool help;
    assert_int_equal(command_split(line, &memory, words, 16, &n), STATUS_OK);
    assert_int_equal(command_parse(t, words, n, &c, &help), STATUS_OK);
    const command *found = c.command;
    call_free(&c);
    free(memory);
    return found;
}

static bool is_covered(const command_table *t, const command *c) {
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        if (strcmp(c->name, elsewhere[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof untested / sizeof *untested; i++)
        if (strcmp(c->name, untested[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof script / sizeof *script; i++)
        if (command_of(t, script[i]) == c)
            return true;
    return false;
}

static void test_every_command_stands_in_the_script(void **state) {
    (void)state;
    command_table *t = command_table_new();
    commands_add_all(t);
    for (size_t i = 0; i < command_count(t); i++)
        if (!is_covered(t, command_at(t, i)))
            fail_msg("%s is in no test of formats", command_at(t, i)->name);
    command_table_free(t);
}

static void write_file(const demo *d, const char *name, const char *content) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", d->root, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(content, f);
    assert_int_equal(fclose(f), 0);
}

static void expect_format(demo *d, const char *line, const char *format, bool (*parse)(const char *document)) {
    int code = demo_run(d, "%s --format %s", line, format);
    if (code != 0 || !parse(text_string(&d->out)))
        fail_msg("%s --format %s: exit code %d\n%s%s", line, format, code, text_string(&d->out), text_string(&d->err));
}

// The line, with the directory in place of "%s".
static void replace(const char *line, const char *directory, char *out, size_t size) {
    const char *at = strstr(line, "%s");
    int before = at ? (int)(at - line) : (int)strlen(line);
    snprintf(out, size, "%.*s%s%s", before, line, at ? directory : "", at ? at + 2 : "");
}

static void run_script(demo *d, const char *format, bool (*parse)(const char *document)) {
    char line[160];
    demo_ask(d, "bench gen --itch %s/day.itch --depth 100 --operations 1000", d->root);
    write_file(d, "held.csv", "symbol,quantity\nQAB,100\nVARY,-50\n");
    terminal *t = demo_open_live(d, 80, 24);
    for (size_t i = 0; i < sizeof script / sizeof *script; i++) {
        bool loads = strstr(script[i], "held.csv");
        if (loads) {
            int n = snprintf(line, sizeof line, "portfolio load %s/held.csv", d->root);
            snprintf(line + n, sizeof line - (size_t)n, " --confirm '%s'", demo_phrase(d, line));
        } else {
            replace(script[i], d->root, line, sizeof line);
        }
        expect_format(d, line, format, parse);
    }
    demo_quit(t);
}

static void test_every_command_obeys_json(void **state) { run_script(*state, "json", parse_json); }

static void test_every_command_obeys_csv(void **state) { run_script(*state, "csv", parse_csv); }

static void test_making_importing_and_timing_obey_json(void **state) {
    demo *d = *state;
    char line[256];
    size_t n = strlen(d->home);
    snprintf(d->home + n, sizeof d->home - n, "-2");
    expect_format(d, "demo create --stocks 5 --years 1", "json", parse_json);
    expect_format(d, "backtest run momentum lookback=60 top=2", "json", parse_json);
    const char *id = strstr(text_string(&d->out), "\"run_id\":\"");
    assert_non_null(id);
    snprintf(line, sizeof line, "backtest show %.8s", id + strlen("\"run_id\":\""));
    expect_format(d, line, "json", parse_json);
    snprintf(d->home + n, sizeof d->home - n, "-3");
    write_file(d, "bars.csv", "date,open,high,low,close,volume,Name\n2018-02-07,10,11,9,10.5,1000,ABC\n");
    snprintf(line, sizeof line, "import yahoo %s/bars.csv", d->root);
    expect_format(d, line, "json", parse_json);
    expect_format(d, "report show 1", "json", parse_json);
    snprintf(line, sizeof line, "%s/example.ops", d->root);
    stream_file f = stream_example();
    stream_write(line, &f, sizeof f);
    snprintf(line, sizeof line, "bench book --ops %s/example.ops", d->root);
    expect_format(d, line, "json", parse_json);
    snprintf(line, sizeof line, "bench gen --itch %s/example.itch --depth 100 --operations 1000", d->root);
    expect_format(d, line, "json", parse_json);
    snprintf(line, sizeof line, "bench itch --file %s/example.itch", d->root);
    expect_format(d, line, "json", parse_json);
    recording_writer *w;
    snprintf(line, sizeof line, "%s/example.rec", d->root);
    assert_int_equal(recording_new(line, &(recording_head){0}, &w), STATUS_OK);
    assert_int_equal(recording_close(w), STATUS_OK);
    snprintf(line, sizeof line, "record export %s/example.rec %s/recorded.itch", d->root, d->root);
    expect_format(d, line, "json", parse_json);
}

// One record is one object with named fields, not an array; people still get the sentence.
static void test_a_sentence_is_one_object_for_machines(void **state) {
    demo *d = *state;
    assert_string_equal(demo_ask(d, "limit set order-notional 500000 --format json"),
                        "{\"limit\":\"order-notional\",\"value\":500000,\"unit\":\"money\"}\n");
    assert_string_equal(demo_ask(d, "venue pause --format csv"), "venue\npaused\n");
    assert_string_equal(demo_ask(d, "venue pause"), "the simulated venue is paused\n");
    assert_string_equal(demo_ask(d, "watch QAB"), "");
}

// A run that nobody waits for and that has failed already fails its command, as one that was waited for does.
static void test_backtest_that_fails_at_once_is_no_success(void **state) {
    demo *d = *state;
    assert_int_equal(demo_run(d, "backtest run momentum --from 2031-01-01 --background --format json"), 1);
    assert_string_equal(text_string(&d->out), "");
    assert_non_null(strstr(text_string(&d->err), "no day of the data lies in the dates asked for"));
}

static void test_the_checker_of_formats_knows_wrong_from_right(void **state) {
    (void)state;
    assert_true(parse_json("[{\"a\":1,\"b\":[],\"c\":-0.5e+3},null]\n"));
    assert_false(parse_json("the simulated venue is paused\n"));
    assert_false(parse_json("{\"a\":1}{\"b\":2}\n"));
    assert_false(parse_json("{\"a\":01}\n"));
    assert_true(parse_csv("a,b\n1,\"x,\ny\"\n"));
    assert_false(parse_csv("a,b\n1\n"));
    assert_false(parse_csv("2 orders cancelled, 3 kept\nno"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_checker_of_formats_knows_wrong_from_right),
        cmocka_unit_test(test_every_command_stands_in_the_script),
        DEMO_TEST(test_every_command_obeys_json),
        DEMO_TEST(test_every_command_obeys_csv),
        DEMO_TEST(test_making_importing_and_timing_obey_json),
        DEMO_TEST(test_backtest_that_fails_at_once_is_no_success),
        DEMO_TEST(test_a_sentence_is_one_object_for_machines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
