// The command table: reading words, help, and completion.
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/command.h"
#include "src/base/mem.h"
#include "src/base/rng.h"
#include "tests/base/support_numbers.h"

static status run_nothing(call *c) {
    (void)c;
    return STATUS_OK;
}

static status scope_nothing(call *c, text *sentence, text *phrase) {
    (void)c;
    text_put(sentence, "Nothing");
    text_put(phrase, "nothing");
    return STATUS_OK;
}

static const command entries[] = {
    {.name = "order buy",
     .help = "Send an order to buy.",
     .more = "Example: plimsoll order buy NVDA 100 121.07",
     .role = ROLE_OPERATOR,
     .args = {{"symbol", ARG_SYMBOL, false, false, NULL, "the security"},
              {"qty", ARG_QUANTITY, false, false, NULL, NULL},
              {"price", ARG_PRICE, true, false, NULL, "the limit; a market order without"},
              {"--tif", ARG_CHOICE, true, false, "day|ioc|fok", "how long it stays"},
              {"--hidden", ARG_FLAG, true, false, NULL, "not shown"}},
     .run = run_nothing},
    {.name = "order list", .help = "List orders.", .run = run_nothing},
    {.name = "order cancel",
     .help = "Cancel orders.",
     .confirm = CONFIRM_YES,
     .args = {{"id", ARG_INT, false, true, NULL, "numbers of orders"}},
     .scope = scope_nothing,
     .run = run_nothing},
    {.name = "cancel",
     .help = "Cancel all of a security.",
     .confirm = CONFIRM_PHRASE,
     .args = {{"symbol", ARG_SYMBOL, false, false, NULL, NULL}},
     .scope = scope_nothing,
     .run = run_nothing},
    {.name = "cancel all", .help = "Cancel all.", .confirm = CONFIRM_YES, .scope = scope_nothing, .run = run_nothing},
    {.name = "adjust",
     .help = "Set a position.",
     .confirm = CONFIRM_REASON,
     .args = {{"symbol", ARG_SYMBOL, false, false, NULL, NULL},
              {"total", ARG_INT, false, false, NULL, NULL},
              {"--scale", ARG_NUMBER, true, false, NULL, NULL},
              {"--as-of", ARG_DATE, true, false, NULL, NULL},
              {"--file", ARG_FILE, true, false, NULL, NULL},
              {"--token", ARG_SECRET, true, false, NULL, NULL}},
     .scope = scope_nothing,
     .run = run_nothing},
    {.name = "breaker trip",
     .help = "Trip it.",
     .args = {{"side", ARG_CHOICE, true, false, "buy|sell", NULL}},
     .run = run_nothing},
};

static int make_table(void **state) {
    command_table *t = command_table_new();
    command_add(t, entries, sizeof entries / sizeof *entries);
    *state = t;
    return 0;
}

static int free_table(void **state) {
    command_table_free(*state);
    return 0;
}

// Splits and parses one line.
static status parse(void *state, const char *line, call *c, bool *help) {
    const char *words[64];
    size_t n;
    char *memory;
    status result = command_split(line, &memory, words, 64, &n);
    if (result == STATUS_OK)
        result = command_parse(state, words, n, c, help);
    free(memory);
    return result;
}

static void parse_sound(void *state, const char *line, call *c) {
    bool help;
    status result = parse(state, line, c, &help);
    if (result != STATUS_OK)
        fail_msg("%s: %s", line, status_message());
    assert_false(help);
}

static void assert_refused(void *state, const char *line, const char *sentence) {
    call c;
    bool help;
    assert_int_equal(parse(state, line, &c, &help), STATUS_USAGE);
    assert_null(c.memory);
    if (!strstr(status_message(), sentence))
        fail_msg("\"%s\" says \"%s\", not \"%s\"", line, status_message(), sentence);
}

static void test_command_table_is_sorted_and_finds_by_name(void **state) {
    const command_table *t = *state;
    for (size_t i = 1; i < command_count(t); i++)
        assert_true(strcmp(command_at(t, i - 1)->name, command_at(t, i)->name) < 0);
    assert_ptr_equal(command_find(t, "order buy"), &entries[0]);
    assert_null(command_find(t, "order"));
    assert_ptr_equal(command_at_start(t, "cancel all"), command_find(t, "cancel all"));
    assert_ptr_equal(command_at_start(t, "cancel al"), command_find(t, "cancel"));
    assert_ptr_equal(command_at_start(t, "order buy NVDA 100"), command_find(t, "order buy"));
    assert_null(command_at_start(t, "order buyer"));
    assert_null(command_at_start(t, ""));
}

static void test_command_split_reads_quotes_and_backslashes(void **state) {
    (void)state;
    const char *words[8];
    size_t n;
    char *memory;
    assert_int_equal(command_split(" a \"b c\" 'd \"\\ e' f\\ g \"\" x\"y\\\"\"z", &memory, words, 8, &n), STATUS_OK);
    assert_int_equal(n, 6);
    assert_string_equal(words[0], "a");
    assert_string_equal(words[1], "b c");
    assert_string_equal(words[2], "d \"\\ e");
    assert_string_equal(words[3], "f g");
    assert_string_equal(words[4], "");
    assert_string_equal(words[5], "xy\"z");
    free(memory);
}

static void test_command_split_refuses_what_never_closes(void **state) {
    (void)state;
    const char *words[3];
    size_t n;
    char *memory;
    assert_int_equal(command_split("a 'b c", &memory, words, 3, &n), STATUS_USAGE);
    assert_non_null(strstr(status_message(), "' that begins at column 3"));
    assert_null(memory);
    assert_int_equal(command_split("a b\\", &memory, words, 3, &n), STATUS_USAGE);
    assert_int_equal(command_split("a b c d", &memory, words, 3, &n), STATUS_USAGE);
    assert_non_null(strstr(status_message(), "more than 3 words"));
}

static void test_command_quote_is_undone_by_split(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(20180207));
    static const char alphabet[] = "ab \t\"'\\-=\n\xc3\xa9";
    for (int round = 0; round < 2000; round++) {
        char word[9] = {0};
        size_t length = rng_below(&r, 8);
        for (size_t i = 0; i < length; i++)
            word[i] = alphabet[rng_below(&r, sizeof alphabet - 1)];
        text line = {0};
        command_quote(word, &line);
        const char *words[4];
        size_t n;
        char *memory;
        assert_int_equal(command_split(line.at, &memory, words, 4, &n), STATUS_OK);
        assert_int_equal(n, 1);
        assert_string_equal(words[0], word);
        free(memory);
        text_free(&line);
    }
}

static void test_call_range_refuses_what_lies_outside(void **state) {
    call c;
    int64_t total = 7;
    parse_sound(*state, "adjust NVDA 4294967297", &c);
    assert_int_equal(call_range(&c, "total", 1, 40, 10, &total), STATUS_USAGE);
    assert_string_equal(status_message(), "total 4294967297 is out of range: a whole number from 1 to 40");
    assert_int_equal(call_range(&c, "total", 1, 4294967297, 10, &total), STATUS_OK);
    assert_int_equal(total, 4294967297);
    call_free(&c);
    parse_sound(*state, "order list", &c);
    assert_int_equal(call_range(&c, "--limit", 1, 40, 0, &total), STATUS_OK);
    assert_int_equal(total, 0);
    call_free(&c);
}

static void test_command_parse_reads_typed_arguments(void **state) {
    call c;
    parse_sound(*state, "order buy NVDA 1,200 121.07 --tif=ioc --hidden", &c);
    assert_ptr_equal(c.command, &entries[0]);
    assert_string_equal(call_text(&c, "symbol"), "NVDA");
    assert_int_equal(call_int(&c, "qty", 0), 1200);
    assert_int_equal(call_price(&c, "price", 0), 1210700);
    assert_string_equal(call_text(&c, "--tif"), "ioc");
    assert_true(call_flag(&c, "--hidden"));
    call_free(&c);
}

static void test_command_parse_takes_negative_numbers_as_values(void **state) {
    call c;
    parse_sound(*state, "adjust NVDA -100 --scale -.5 --reason -5", &c);
    assert_int_equal(call_int(&c, "total", 0), -100);
    assert_true(call_number(&c, "--scale", 0) == -0.5);
    assert_string_equal(c.reason, "-5");
    call_free(&c);
}

static void test_command_parse_takes_flags_anywhere(void **state) {
    call c;
    parse_sound(*state, "--format json order buy --tif fok NVDA --yes 5 --dry-run", &c);
    assert_int_equal(c.format, FORMAT_JSON);
    assert_true(c.yes && c.dry_run);
    assert_string_equal(call_text(&c, "--tif"), "fok");
    assert_int_equal(call_int(&c, "qty", 0), 5);
    call_free(&c);
}

static void test_command_parse_gives_the_default_for_what_is_absent(void **state) {
    call c;
    parse_sound(*state, "adjust NVDA 1", &c);
    assert_null(call_text(&c, "--as-of"));
    assert_int_equal(call_date(&c, "--as-of", 77), 77);
    assert_true(call_number(&c, "--scale", 2.5) == 2.5);
    assert_false(call_flag(&c, "--no-such-flag"));
    call_free(&c);
}

static void test_command_parse_prefers_the_longest_name(void **state) {
    call c;
    parse_sound(*state, "cancel all", &c);
    assert_string_equal(c.command->name, "cancel all");
    call_free(&c);
    parse_sound(*state, "cancel -- all", &c);
    assert_string_equal(c.command->name, "cancel");
    assert_string_equal(call_text(&c, "symbol"), "all");
    call_free(&c);
}

static void test_command_parse_gathers_a_repeated_argument(void **state) {
    call c;
    parse_sound(*state, "order cancel 3 1 2", &c);
    assert_int_equal(c.rest_n, 3);
    assert_string_equal(c.rest[1], "1");
    assert_int_equal(call_int(&c, "id", 0), 3);
    call_free(&c);
    text line = {0};
    text_put(&line, "order cancel");
    text_repeat(&line, " 1", 65);
    const char *words[80];
    size_t n;
    char *memory;
    bool help;
    assert_int_equal(command_split(line.at, &memory, words, 80, &n), STATUS_OK);
    assert_int_equal(command_parse(*state, words, n, &c, &help), STATUS_USAGE);
    assert_non_null(strstr(status_message(), "at most 64"));
    free(memory);
    text_free(&line);
}

static void test_command_parse_names_the_word_and_what_is_right(void **state) {
    assert_refused(*state, "order buy NVDA", "order buy needs QTY");
    assert_refused(*state, "order buy NVDA 0", "QTY \"0\" is not a positive whole number");
    assert_refused(*state, "order buy NVDA 99999999999999999999", "QTY \"99999999999999999999\" is too large");
    assert_refused(*state, "order buy NVDA 1 99999999999999999999.5", "is too large");
    assert_refused(*state, "order buy NVDA 99999999999999999999x", "is not a positive whole number");
    assert_refused(*state, "order buy NVDA 1.5", "QTY \"1.5\" is not");
    assert_refused(*state, "order buy NVDA 1 1.23456", "PRICE \"1.23456\" is not a positive price");
    assert_refused(*state, "order buy NVDA 1 -1", "PRICE \"-1\" is not");
    assert_refused(*state, "order buy 'N V' 1", "SYMBOL \"N V\" is not a ticker");
    assert_refused(*state, "order buy NVDA 1 2 3", "\"3\" is one argument too many for order buy");
    assert_refused(*state, "order buy NVDA 1 --tif", "--tif needs a value: day|ioc|fok");
    assert_refused(*state, "order buy NVDA 1 --tif --yes", "--tif needs a value");
    assert_refused(*state, "order buy NVDA 1 --tif day --tif ioc", "--tif is given twice");
    assert_refused(*state, "order buy NVDA 1 --hidden=yes", "--hidden takes no value");
    assert_refused(*state, "order buy NVDA 1 --format xml", "--format \"xml\" is not one of human, csv, json");
    assert_refused(*state, "adjust NVDA 1 --as-of 2018-02-30", "\"2018-02-30\" is not a day of the calendar");
    assert_refused(*state, "adjust NVDA 1 --scale inf", "--scale \"inf\" is not a number");
    assert_refused(*state, "order buy NVDA", "\nusage: plimsoll order buy SYMBOL QTY [PRICE] [--tif day|ioc|fok]");
}

static void test_command_parse_suggests_what_was_meant(void **state) {
    assert_refused(*state, "ordr buy NVDA 5", "\"ordr buy\" is no command; did you mean \"order buy\"?");
    assert_refused(*state, "order by NVDA 5", "did you mean \"order buy\"?");
    assert_refused(*state, "order lsit", "did you mean \"order list\"?");
    assert_refused(*state, "brekaer", "did you mean \"breaker\"?");
    assert_refused(*state, "order", "\"order\" needs a verb: buy, cancel, list");
    assert_refused(*state, "order frobnicate", "the verbs are: buy, cancel, list");
    assert_refused(*state, "frobnicate", "\"frobnicate\" is no command; \"plimsoll help\" lists them");
    assert_refused(*state, "", "no command was given");
    assert_refused(*state, "order buy NVDA 5 --tiff day", "no flag --tiff; did you mean --tif?");
    assert_refused(*state, "order buy NVDA 5 -x", "no flag -x");
    assert_refused(*state, "order buy NVDA 5 --tif dya", "did you mean day?");
    assert_refused(*state, "--tif day order buy NVDA 5", "--tif must stand behind the name");
}

static void test_command_parse_never_crashes_on_random_words(void **state) {
    static const char *const parts[] = {"order",  "buy", "cancel", "all",   "NVDA", "-5",       "--",  "--tif",
                                        "--tif=", "day", "--yes",  "-",     "-h",   "--format", "csv", "--help=1",
                                        "",       "=",   "--",     "1,200", "---",  "\xff"};
    rng r = rng_seed(support_seed(7));
    for (int round = 0; round < 5000; round++) {
        const char *words[12];
        size_t n = rng_below(&r, 12);
        for (size_t i = 0; i < n; i++)
            words[i] = parts[rng_below(&r, sizeof parts / sizeof *parts)];
        call c;
        bool help;
        status result = command_parse(*state, words, n, &c, &help);
        assert_true(result == STATUS_OK || result == STATUS_USAGE);
        assert_true(result == STATUS_OK || status_message()[0]);
        if (result == STATUS_OK)
            call_free(&c);
    }
}

static void test_command_help_is_wanted_without_checking_arguments(void **state) {
    call c;
    bool help;
    assert_int_equal(parse(*state, "order buy --bogus --help", &c, &help), STATUS_OK);
    assert_true(help);
    assert_string_equal(c.command->name, "order buy");
    call_free(&c);
    assert_int_equal(parse(*state, "order -h", &c, &help), STATUS_OK);
    assert_true(help && !c.command);
    call_free(&c);
    assert_refused(*state, "frobnicate --help", "is no command");
}

static void test_call_line_reads_back_as_the_same_call(void **state) {
    static const char *const lines[] = {
        "order buy NVDA 100 121.07 --tif ioc --hidden",
        "adjust NVDA -100 --scale -0.5 --file \"a b/c\"",
        "order cancel 1 2 3",
        "adjust --as-of 2018-02-07 -- NVDA 5",
        "adjust NVDA 1 --file=--odd",
        "cancel all",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        call first, second;
        text once = {0}, twice = {0};
        parse_sound(*state, lines[i], &first);
        call_line(&first, &once);
        parse_sound(*state, once.at, &second);
        call_line(&second, &twice);
        assert_string_equal(once.at, twice.at);
        assert_ptr_equal(first.command, second.command);
        for (size_t k = 0; k < COMMAND_ARGS; k++) {
            assert_int_equal(!first.values[k], !second.values[k]);
            if (first.values[k])
                assert_string_equal(first.values[k], second.values[k]);
        }
        call_free(&first);
        call_free(&second);
        text_free(&once);
        text_free(&twice);
    }
}

static void test_call_line_masks_secrets(void **state) {
    call c;
    text line = {0};
    parse_sound(*state, "adjust NVDA 1 --token hunter2 --reason why", &c);
    call_line(&c, &line);
    assert_string_equal(line.at, "adjust NVDA 1 --token ***");
    assert_string_equal(call_text(&c, "--token"), "hunter2");
    text_free(&line);
    call_free(&c);
}

static void test_call_path_starts_at_the_callers_directory(void **state) {
    call c;
    parse_sound(*state, "cancel all", &c);
    c.directory = "/somewhere";
    char *relative = call_path(&c, "x.csv"), *absolute = call_path(&c, "/y.csv");
    assert_string_equal(relative, "/somewhere/x.csv");
    assert_string_equal(absolute, "/y.csv");
    free(relative);
    free(absolute);
    call_free(&c);
}

static void test_command_help_tells_arguments_confirmation_and_role(void **state) {
    text out = {0};
    command_help(command_find(*state, "order buy"), &out);
    assert_non_null(strstr(out.at, "usage: plimsoll order buy SYMBOL QTY [PRICE] [--tif day|ioc|fok] [--hidden]\n"));
    assert_non_null(strstr(out.at, "  SYMBOL                  the security\n"));
    assert_non_null(strstr(out.at, "  --tif day|ioc|fok       how long it stays\n"));
    assert_non_null(strstr(out.at, "Example: plimsoll order buy"));
    assert_non_null(strstr(out.at, "--format human|csv|json"));
    assert_non_null(strstr(out.at, "Role: operator.\n"));
    text_clear(&out);
    command_help(command_find(*state, "cancel"), &out);
    assert_non_null(strstr(out.at, "--confirm PHRASE answers"));
    text_clear(&out);
    command_overview(*state, "order", &out);
    assert_string_equal(out.at, "  order buy               Send an order to buy.\n"
                                "  order cancel            Cancel orders.\n"
                                "  order list              List orders.\n");
    text_free(&out);
}

// ---- completion ----

static void gather(void *to, const char *word) {
    text *out = to;
    if (out->n)
        text_char(out, '|');
    text_put(out, word);
}

static void symbols(void *context, const char *prefix, void (*add)(void *to, const char *word), void *to) {
    (void)context;
    if (strncasecmp(prefix, "NVDA", strlen(prefix)) == 0)
        add(to, "NVDA");
    if (strncasecmp(prefix, "NWL", strlen(prefix)) == 0)
        add(to, "NWL");
}

static void assert_completes(void *state, const char *line, const char *expected) {
    text out = {0};
    command_complete(state, line, symbols, NULL, gather, &out);
    if (strcmp(text_string(&out), expected) != 0)
        fail_msg("\"%s\" completes to \"%s\", not \"%s\"", line, text_string(&out), expected);
    text_free(&out);
}

static void test_command_complete_offers_names(void **state) {
    assert_completes(*state, "", "adjust|breaker|cancel|order");
    assert_completes(*state, "o", "order");
    assert_completes(*state, "order ", "buy|cancel|list");
    assert_completes(*state, "order l", "list");
    assert_completes(*state, "--format json ord", "order");
    assert_completes(*state, "frobnicate ", "");
}

static void test_command_complete_offers_values(void **state) {
    assert_completes(*state, "order buy n", "NVDA|NWL");
    assert_completes(*state, "cancel ", "all|NVDA|NWL");
    assert_completes(*state, "order buy NVDA 5 --tif ", "day|ioc|fok");
    assert_completes(*state, "order buy NVDA 5 --tif=i", "--tif=ioc");
    assert_completes(*state, "order buy --tif day nv", "NVDA");
    assert_completes(*state, "breaker trip ", "buy|sell");
    assert_completes(*state, "--format ", "human|csv|json");
    assert_completes(*state, "order buy NVDA 5 9 ", "");
}

static void test_command_complete_offers_flags_not_used_yet(void **state) {
    assert_completes(*state, "order buy --t", "--tif");
    assert_completes(*state, "order buy --tif day --t", "");
    assert_completes(*state, "order list --d", "--dry-run");
    assert_completes(*state, "order list -- --d", "");
}

static void test_command_complete_offers_files_in_the_quotes_begun(void **state) {
    char directory[] = "/tmp/plimsoll-test-XXXXXX", path[200], line[300], expected[300];
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/a file", directory);
    fclose(fopen(path, "w"));
    snprintf(path, sizeof path, "%s/.hidden", directory);
    fclose(fopen(path, "w"));
    snprintf(path, sizeof path, "%s/sub", directory);
    mkdir(path, 0700);

    snprintf(line, sizeof line, "adjust NVDA 1 --file %s/a", directory);
    snprintf(expected, sizeof expected, "%s/a\\ file", directory);
    assert_completes(*state, line, expected);
    snprintf(line, sizeof line, "adjust NVDA 1 --file %s/a\\ f", directory);
    assert_completes(*state, line, expected);
    snprintf(line, sizeof line, "adjust NVDA 1 --file \"%s/a f", directory);
    snprintf(expected, sizeof expected, "\"%s/a file\"", directory);
    assert_completes(*state, line, expected);
    assert_int_equal(command_last_word(line), 21);
    snprintf(line, sizeof line, "adjust NVDA 1 --file %s/", directory);
    snprintf(expected, sizeof expected, "%s/a\\ file|%s/sub/", directory, directory);
    assert_completes(*state, line, expected);
    snprintf(line, sizeof line, "adjust NVDA 1 --file=%s/.h", directory);
    snprintf(expected, sizeof expected, "--file=%s/.hidden", directory);
    assert_completes(*state, line, expected);

    snprintf(path, sizeof path, "rm -r %s", directory);
    assert_int_equal(system(path), 0);
}

static void test_command_last_word_begins_where_a_completion_goes(void **state) {
    (void)state;
    assert_int_equal(command_last_word(""), 0);
    assert_int_equal(command_last_word("order"), 0);
    assert_int_equal(command_last_word("order "), 6);
    assert_int_equal(command_last_word("order b"), 6);
    assert_int_equal(command_last_word("a 'b c"), 2);
    assert_int_equal(command_last_word("a b\\ "), 2);
}

// Puts a completion in the place of the last word and checks that the line still splits.
static void check_completed(void *to, const char *word) {
    const char *line = to, *words[64];
    size_t n, length = strlen(word);
    char *memory;
    text whole = {0};
    text_put_n(&whole, line, command_last_word(line));
    text_put(&whole, word);
    status result = command_split(whole.at, &memory, words, 64, &n);
    bool open = length > 0 && word[length - 1] == '/'; // a directory in quotes goes on
    if (result != STATUS_OK && !open)
        fail_msg("\"%s\" completed as \"%s\": %s", line, whole.at, status_message());
    free(memory);
    text_free(&whole);
}

static void test_command_complete_gives_words_that_split_again(void **state) {
    rng r = rng_seed(support_seed(11));
    static const char *const parts[] = {
        "order", "buy", "cancel", "adjust", "NVDA", "1",     "--file",   "--file=", "--f", "/",  "./s", "\"",
        "'",     "\\",  " ",      " ",      " ",    "--tif", "--format", "=",       "-",   "--", "x",   "."};
    for (int round = 0; round < 3000; round++) {
        text line = {0};
        for (size_t i = 0, n = rng_below(&r, 12); i < n; i++)
            text_put(&line, parts[rng_below(&r, sizeof parts / sizeof *parts)]);
        command_complete(*state, text_string(&line), symbols, NULL, check_completed,
                         (void *)(uintptr_t)text_string(&line));
        text_free(&line);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_command_table_is_sorted_and_finds_by_name),
        cmocka_unit_test(test_command_split_reads_quotes_and_backslashes),
        cmocka_unit_test(test_command_split_refuses_what_never_closes),
        cmocka_unit_test(test_command_quote_is_undone_by_split),
        cmocka_unit_test(test_call_range_refuses_what_lies_outside),
        cmocka_unit_test(test_command_parse_reads_typed_arguments),
        cmocka_unit_test(test_command_parse_takes_negative_numbers_as_values),
        cmocka_unit_test(test_command_parse_takes_flags_anywhere),
        cmocka_unit_test(test_command_parse_gives_the_default_for_what_is_absent),
        cmocka_unit_test(test_command_parse_prefers_the_longest_name),
        cmocka_unit_test(test_command_parse_gathers_a_repeated_argument),
        cmocka_unit_test(test_command_parse_names_the_word_and_what_is_right),
        cmocka_unit_test(test_command_parse_suggests_what_was_meant),
        cmocka_unit_test(test_command_parse_never_crashes_on_random_words),
        cmocka_unit_test(test_command_help_is_wanted_without_checking_arguments),
        cmocka_unit_test(test_call_line_reads_back_as_the_same_call),
        cmocka_unit_test(test_call_line_masks_secrets),
        cmocka_unit_test(test_call_path_starts_at_the_callers_directory),
        cmocka_unit_test(test_command_help_tells_arguments_confirmation_and_role),
        cmocka_unit_test(test_command_complete_offers_names),
        cmocka_unit_test(test_command_complete_offers_values),
        cmocka_unit_test(test_command_complete_offers_flags_not_used_yet),
        cmocka_unit_test(test_command_complete_offers_files_in_the_quotes_begun),
        cmocka_unit_test(test_command_complete_gives_words_that_split_again),
        cmocka_unit_test(test_command_last_word_begins_where_a_completion_goes),
    };
    return cmocka_run_group_tests(tests, make_table, free_table);
}
