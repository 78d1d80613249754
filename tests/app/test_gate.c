// The gate: permission, dry run, confirmation, audit.
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/app/gate.h"
#include "src/base/mem.h"

// What the commands below found and did.
typedef struct {
    int orders; // that the scope finds
    int runs;
    char reason[40];
} deed;

static status cancel_scope(call *c, text *sentence, text *phrase) {
    const deed *d = c->services;
    if (d->orders == 0)
        return status_fail(STATUS_NOT_FOUND, "no orders are open");
    text_printf(sentence, "Cancel %d orders", d->orders);
    text_printf(phrase, "cancel %d", d->orders);
    return STATUS_OK;
}

static status note_run(call *c) {
    deed *d = c->services;
    d->runs++;
    if (c->reason)
        mem_copy_string(d->reason, sizeof d->reason, c->reason);
    return STATUS_OK;
}

static status fail_run(call *c) {
    (void)c;
    return status_fail(STATUS_REFUSED, "the breaker is tripped");
}

static const command entries[] = {
    {.name = "look", .help = "Look.", .run = note_run},
    {.name = "plain", .help = "Asks.", .confirm = CONFIRM_YES, .scope = cancel_scope, .run = note_run, .audited = true},
    {.name = "why",
     .help = "Asks why.",
     .confirm = CONFIRM_REASON,
     .scope = cancel_scope,
     .run = note_run,
     .audited = true},
    {.name = "phrase",
     .help = "Asks for a phrase.",
     .role = ROLE_OPERATOR,
     .confirm = CONFIRM_PHRASE,
     .scope = cancel_scope,
     .run = note_run,
     .audited = true},
    {.name = "buy",
     .help = "Buys.",
     .role = ROLE_OPERATOR,
     .args = {{"symbol", ARG_SYMBOL, false, false, NULL, NULL}, {"--token", ARG_SECRET, true, false, NULL, NULL}},
     .run = note_run,
     .audited = true},
    {.name = "fail", .help = "Fails.", .run = fail_run, .audited = true},
};

typedef struct {
    deed deed;
    command_table *table;
    gate gate;
    text audit; // "line>status>message;" a record
    text sentence, phrase;
    bool needs_confirm;
    call call;
} fixture;

static void keep_audit(void *context, const call *c, const char *line, status result, const char *message) {
    fixture *f = context;
    text_printf(&f->audit, "%s>%s>%s>%s;", c->user, line, status_name(result), message);
    status_fail(STATUS_IO, "the audit's own trouble");
}

static int set_up(void **state) {
    fixture *f = mem_new(1, sizeof *f);
    f->table = command_table_new();
    command_add(f->table, entries, sizeof entries / sizeof *entries);
    f->gate = (gate){.user = "ada", .role = ROLE_ADMIN, .audit = keep_audit, .audit_context = f};
    f->deed.orders = 5;
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    call_free(&f->call);
    command_table_free(f->table);
    text_free(&f->audit);
    text_free(&f->sentence);
    text_free(&f->phrase);
    free(f);
    return 0;
}

static void parse(fixture *f, const char *line) {
    const char *words[16];
    char *memory;
    size_t n;
    bool help;
    call_free(&f->call);
    assert_int_equal(command_split(line, &memory, words, 16, &n), STATUS_OK);
    assert_int_equal(command_parse(f->table, words, n, &f->call, &help), STATUS_OK);
    free(memory);
    f->call.services = &f->deed;
}

static status run(fixture *f, const char *line) {
    parse(f, line);
    return gate_run(&f->gate, &f->call, &f->sentence, &f->phrase, &f->needs_confirm);
}

static void test_gate_runs_what_needs_no_confirmation(void **state) {
    fixture *f = *state;
    assert_int_equal(run(f, "look"), STATUS_OK);
    assert_int_equal(f->deed.runs, 1);
    assert_int_equal(f->audit.n, 0);
}

static void test_gate_refuses_a_role_and_records_it(void **state) {
    fixture *f = *state;
    f->gate.role = ROLE_VIEWER;
    assert_int_equal(run(f, "buy NVDA --token hunter2"), STATUS_REFUSED);
    assert_string_equal(status_message(), "\"buy\" needs the role operator; ada has the role viewer");
    assert_int_equal(f->deed.runs, 0);
    assert_string_equal(f->audit.at, "ada>buy NVDA --token ***>refused>"
                                     "\"buy\" needs the role operator; ada has the role viewer;");
}

static void test_gate_roles_are_a_matrix(void **state) {
    (void)state;
    for (int role = ROLE_VIEWER; role <= ROLE_ADMIN; role++) {
        assert_true(gate_allows((command_role)role, ROLE_VIEWER));
        assert_true(gate_allows((command_role)role, (command_role)role));
        assert_true(gate_allows(ROLE_ADMIN, (command_role)role));
        assert_int_equal(gate_allows((command_role)role, ROLE_ADMIN), role == ROLE_ADMIN);
    }
    assert_false(gate_allows(ROLE_RISK, ROLE_OPERATOR));
    assert_false(gate_allows(ROLE_OPERATOR, ROLE_RISK));
    assert_false(gate_allows(ROLE_VIEWER, ROLE_RESEARCHER));
}

static void test_gate_records_what_was_done_and_what_failed(void **state) {
    fixture *f = *state;
    assert_int_equal(run(f, "buy NVDA"), STATUS_OK);
    assert_int_equal(run(f, "fail"), STATUS_REFUSED);
    assert_string_equal(status_message(), "the breaker is tripped");
    assert_string_equal(f->audit.at, "ada>buy NVDA>ok>;ada>fail>refused>the breaker is tripped;");
}

static void test_gate_does_nothing_without_an_answer(void **state) {
    fixture *f = *state;
    static const char *const lines[][2] = {{"plain", "--yes"}, {"why", "--reason TEXT"}, {"phrase", "--dry-run"}};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(run(f, lines[i][0]), STATUS_USAGE);
        assert_true(f->needs_confirm);
        assert_string_equal(f->sentence.at, "Cancel 5 orders");
        assert_non_null(strstr(status_message(), lines[i][1]));
    }
    assert_int_equal(run(f, "why --reason ' '"), STATUS_USAGE);
    assert_int_equal(run(f, "phrase --yes"), STATUS_USAGE);
    assert_int_equal(f->deed.runs, 0);
    assert_int_equal(f->audit.n, 0);
}

static void test_gate_takes_each_answer(void **state) {
    fixture *f = *state;
    assert_int_equal(run(f, "plain --yes"), STATUS_OK);
    assert_int_equal(run(f, "why --reason 'fat finger'"), STATUS_OK);
    assert_string_equal(f->deed.reason, "fat finger");
    assert_int_equal(run(f, "phrase --confirm 'cancel 5'"), STATUS_OK);
    assert_int_equal(f->deed.runs, 3);
}

static void test_gate_refuses_the_phrase_of_another_scope(void **state) {
    fixture *f = *state;
    f->deed.orders = 6;
    assert_int_equal(run(f, "phrase --confirm 'cancel 5'"), STATUS_REFUSED);
    assert_false(f->needs_confirm);
    assert_int_equal(f->deed.runs, 0);
    assert_non_null(strstr(f->audit.at, "ada>phrase>refused>"));
}

static void test_gate_says_when_there_is_nothing_to_do(void **state) {
    fixture *f = *state;
    f->deed.orders = 0;
    assert_int_equal(run(f, "plain --yes"), STATUS_NOT_FOUND);
    assert_string_equal(status_message(), "no orders are open");
    assert_int_equal(f->deed.runs, 0);
}

static void test_gate_dry_run_shows_and_changes_nothing(void **state) {
    fixture *f = *state;
    assert_int_equal(run(f, "phrase --dry-run"), STATUS_OK);
    assert_string_equal(f->call.out.at, "would         Cancel 5 orders\n"
                                        "confirmation  phrase\n"
                                        "phrase        cancel 5\n");
    assert_int_equal(run(f, "phrase --dry-run --format json --confirm 'cancel 5'"), STATUS_OK);
    assert_string_equal(f->call.out.at,
                        "{\"would\":\"Cancel 5 orders\",\"confirmation\":\"phrase\",\"phrase\":\"cancel 5\"}\n");
    assert_int_equal(run(f, "plain --dry-run"), STATUS_OK);
    assert_string_equal(f->call.out.at, "would         Cancel 5 orders\n"
                                        "confirmation  yes\n");
    assert_int_equal(run(f, "buy NVDA --dry-run"), STATUS_OK);
    assert_non_null(strstr(f->call.out.at, "buy NVDA"));
    assert_int_equal(f->deed.runs, 0);
    assert_int_equal(f->audit.n, 0);
}

static void test_gate_does_not_begin_what_was_cancelled(void **state) {
    fixture *f = *state;
    int cancelled = 1;
    parse(f, "look");
    f->call.cancelled = &cancelled;
    assert_int_equal(gate_run(&f->gate, &f->call, &f->sentence, &f->phrase, &f->needs_confirm), STATUS_CANCELLED);
    assert_int_equal(f->deed.runs, 0);
}

// ---- asking ----

static void test_gate_question_has_no_default(void **state) {
    (void)state;
    text out = {0};
    gate_question(CONFIRM_YES, "Cancel 5 orders, 1.2 M notional.", "", &out);
    assert_string_equal(out.at, "Cancel 5 orders, 1.2 M notional? [y/N] ");
    text_clear(&out);
    gate_question(CONFIRM_PHRASE, "Flatten 48 positions", "flatten 48", &out);
    assert_non_null(strstr(out.at, "Type flatten 48 to go on"));
    text_free(&out);
}

typedef struct {
    const char *answer;
    int asked;
} person;

static char *answer_as(void *context, const char *question) {
    person *p = context;
    assert_non_null(strstr(question, "Cancel 5 orders"));
    p->asked++;
    return p->answer ? mem_string(p->answer) : NULL;
}

static status ask(fixture *f, const char *line, const char *answer) {
    person p = {.answer = answer};
    parse(f, line);
    status result = gate_run_asking(&f->gate, &f->call, answer_as, &p, &f->sentence, &f->phrase, &f->needs_confirm);
    assert_int_equal(p.asked, 1);
    assert_false(f->needs_confirm);
    return result;
}

static void test_gate_acts_only_on_a_clear_answer(void **state) {
    fixture *f = *state;
    static const char *const no[] = {"", "n", "no", "yess", "\t", NULL};
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_int_equal(ask(f, "plain", no[i]), STATUS_CANCELLED);
    assert_int_equal(ask(f, "why", ""), STATUS_CANCELLED);
    assert_int_equal(ask(f, "phrase", NULL), STATUS_CANCELLED);
    assert_int_equal(ask(f, "phrase", "cancel 4"), STATUS_REFUSED);
    assert_int_equal(f->deed.runs, 0);
    assert_int_equal(ask(f, "plain", "Y"), STATUS_OK);
    assert_int_equal(ask(f, "plain", "yes"), STATUS_OK);
    assert_int_equal(ask(f, "phrase", "cancel 5"), STATUS_OK);
    assert_int_equal(ask(f, "why", "fat finger"), STATUS_OK);
    assert_string_equal(f->deed.reason, "fat finger");
    assert_int_equal(f->deed.runs, 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_gate_runs_what_needs_no_confirmation, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_gate_refuses_a_role_and_records_it, set_up, tear_down),
        cmocka_unit_test(test_gate_roles_are_a_matrix),
        cmocka_unit_test_setup_teardown(test_gate_records_what_was_done_and_what_failed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_gate_does_nothing_without_an_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_gate_takes_each_answer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_gate_refuses_the_phrase_of_another_scope, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_gate_says_when_there_is_nothing_to_do, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_gate_dry_run_shows_and_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_gate_does_not_begin_what_was_cancelled, set_up, tear_down),
        cmocka_unit_test(test_gate_question_has_no_default),
        cmocka_unit_test_setup_teardown(test_gate_acts_only_on_a_clear_answer, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
