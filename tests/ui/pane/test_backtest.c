// The form of a backtest, the runs and the result.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/ui/support_pane.h"

static void test_form_gives_the_command_of_what_was_changed(void **state) {
    (void)state;
    open_pane p = support_open("form", 80, 24);
    support_look(&p);
    assert_int_equal(support_act(&p, ACT_RUN), NEXT_COMMAND | NEXT_REDRAW);
    assert_string_equal(p.reply.command, "backtest run momentum --background");
    support_act(&p, ACT_DOWN);
    support_act(&p, ACT_DRILL);
    assert_true(p.class->typing(p.state));
    support_act_with(&p, ACT_TYPE, "126");
    support_act(&p, ACT_DRILL);
    assert_false(p.class->typing(p.state));
    support_act(&p, ACT_RUN);
    assert_string_equal(p.reply.command, "backtest run momentum --lookback 126 --background");
    support_close(&p);
}

static void test_form_refuses_what_the_strategy_refuses(void **state) {
    (void)state;
    open_pane p = support_open("form", 80, 24);
    support_act(&p, ACT_DOWN);
    support_act(&p, ACT_DRILL);
    support_act_with(&p, ACT_TYPE, "10"); // shorter than the days that are skipped
    support_look(&p);
    assert_int_equal(support_act(&p, ACT_RUN), NEXT_REDRAW);
    assert_string_equal(p.reply.command, "");
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "skip: 21 is not less than lookback, 10"));
    support_close(&p);
}

static void test_form_changes_its_fields_with_the_strategy(void **state) {
    (void)state;
    open_pane p = support_open("form", 80, 24);
    support_act(&p, ACT_RIGHT);
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "Fast average"));
    assert_false(support_shows(&p.screen.part, "Look-back"));
    support_act(&p, ACT_RUN);
    assert_string_equal(p.reply.command, "backtest run crossover --background");
    support_close(&p);
}

static void test_runs_show_progress_and_cancel_what_runs(void **state) {
    (void)state;
    open_pane p = support_open("runs", 110, 12);
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "▶ 45 %"));
    assert_true(support_shows(&p.screen.part, "symbol: ZZZZ"));
    support_act(&p, ACT_HOME);
    assert_true(support_act(&p, ACT_CANCEL) & NEXT_COMMAND);
    assert_string_equal(p.reply.command, "backtest cancel 31");
    support_act(&p, ACT_DOWN);
    support_act(&p, ACT_DOWN);
    support_act(&p, ACT_DOWN);
    assert_string_equal(p.model->run_id, "90aa31bc55e0127d");
    assert_int_equal(support_act(&p, ACT_CANCEL), NEXT_NOTHING); // done
    support_close(&p);
}

static void test_result_shows_the_curve_of_the_selected_run(void **state) {
    (void)state;
    open_pane p = support_open("result", 100, 20);
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "+87.1 %"));
    assert_true(support_shows(&p.screen.part, "1.0┤"));
    p.model->curve[0].n = 0;
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "curve is not at hand"));
    p.model->run_id[0] = 0;
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "No run selected."));
    support_close(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form_gives_the_command_of_what_was_changed),
        cmocka_unit_test(test_form_refuses_what_the_strategy_refuses),
        cmocka_unit_test(test_form_changes_its_fields_with_the_strategy),
        cmocka_unit_test(test_runs_show_progress_and_cancel_what_runs),
        cmocka_unit_test(test_result_shows_the_curve_of_the_selected_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
