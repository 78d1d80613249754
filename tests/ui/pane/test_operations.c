// Audit and health.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/ui/support_pane.h"

// Words inside a sentence say nothing: "refused: book is closed" holds "ok", and not every failure says "failed".
static void test_audit_shows_what_went_wrong_as_an_error(void **state) {
    (void)state;
    static const struct {
        const char *result;
        role role;
    } rows[] = {
        {"ok", ROLE_TEXT},
        {"ok: 48 positions refused nobody", ROLE_TEXT},
        {"refused: the book is closed", ROLE_ERROR},
        {"it could not be done", ROLE_ERROR},
        {"there is no such order", ROLE_ERROR},
        {"okay is no result", ROLE_ERROR},
    };
    open_pane p = support_open("audit", 140, 12);
    p.model->audit.n = sizeof rows / sizeof *rows;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        mem_copy_string(p.model->audit.row[i].result, sizeof p.model->audit.row[i].result, rows[i].result);
    support_look(&p);
    for (size_t i = 1; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(support_role_of(&p.screen.part, rows[i].result), rows[i].role);
    support_close(&p);
    p = support_open("audit", 41, 12);
    mem_copy_string(p.model->audit.row[0].result, sizeof p.model->audit.row[0].result, rows[1].result);
    support_look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "ok: 48"), ROLE_TEXT);
    support_close(&p);
}

static void test_health_says_what_is_wrong(void **state) {
    (void)state;
    open_pane p = support_open("health", 110, 16);
    p.model->risk.state = ANALYTICS_FAILED;
    mem_copy_string(p.model->risk.message, sizeof p.model->risk.message, "too few prices");
    support_look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "■ risk model"), ROLE_ERROR);
    assert_true(support_shows(&p.screen.part, "too few prices"));
    assert_true(support_titled(&p, "1 bad"));
    support_close(&p);
}

static void test_a_scenario_that_was_not_computed_is_named_as_such(void **state) {
    (void)state;
    static const char why[] = "the index begins on 2019-01-02, after the episode";
    open_pane p = support_open("health", 110, 16), detail = support_open("scenario", 80, 20);
    ui_model *const models[] = {p.model, detail.model};
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        view_scenario *row = &models[i]->stress.row[0];
        mem_copy_string(row->message, sizeof row->message, why);
        row->pnl = row->percent = row->index_move = NAN;
        row->factors = row->worst_n = 0;
    }
    support_look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "4 of 5 scenarios, 1 not computed"), ROLE_WARN);
    assert_true(support_titled(&p, "to watch"));
    support_look(&detail);
    assert_true(support_titled(&detail, "2008 crisis · not computed"));
    support_act(&detail, ACT_EXPLAIN);
    assert_non_null(strstr(text_string(&detail.reply.explain), why));
    assert_null(strstr(text_string(&detail.reply.explain), "exposure"));
    support_close(&detail);
    support_close(&p);
}

static void test_health_gives_the_advice_of_the_state(void **state) {
    (void)state;
    static const struct {
        int breaker;
        bool reset;
    } cases[] = {{BREAKER_TRIPPED, true}, {BREAKER_QUIET, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        open_pane p = support_open("health", 100, 20);
        p.model->breaker.state = cases[i].breaker;
        support_act_with(&p, ACT_FILTER, "breaker");
        support_look(&p);
        support_act(&p, ACT_EXPLAIN);
        const char *advice = strstr(text_string(&p.reply.explain), "advice");
        assert_non_null(advice);
        assert_int_equal(strstr(advice, ":breaker reset") != NULL, cases[i].reset);
        support_close(&p);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_audit_shows_what_went_wrong_as_an_error),
        cmocka_unit_test(test_health_says_what_is_wrong),
        cmocka_unit_test(test_a_scenario_that_was_not_computed_is_named_as_such),
        cmocka_unit_test(test_health_gives_the_advice_of_the_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
