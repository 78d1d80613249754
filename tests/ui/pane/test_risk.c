// Decomposition, heatmap, value at risk, stress and scenario.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/ui/support_pane.h"

static void test_contributions_shown_add_up_to_the_total(void **state) {
    (void)state;
    open_pane p = support_open("decomposition", 80, 30);
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "14.8 %"));
    assert_true(support_shows(&p.screen.part, "Specific                1.8"));
    assert_false(support_shows(&p.screen.part, "Health Care")); // folded
    for (int i = 0; i < 9; i++)
        support_act(&p, ACT_DOWN);
    support_act(&p, ACT_DRILL);
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "Health Care"));
    support_close(&p);
}

static void test_choosing_a_factor_marks_it_in_the_heatmap(void **state) {
    (void)state;
    open_pane p = support_open("decomposition", 80, 30);
    support_look(&p);
    for (int i = 0; i < 3; i++)
        support_act(&p, ACT_DOWN);
    assert_string_equal(p.model->factor, "Momentum");
    open_pane h = support_open("heatmap", 70, 12);
    mem_copy_string(h.model->factor, sizeof h.model->factor, "Momentum");
    h.class->draw(h.state, h.model, &h.screen.part, false);
    assert_int_equal(support_role_of(&h.screen.part, "MOM"), ROLE_STRONG);
    assert_int_equal(support_role_of(&h.screen.part, "VOL"), ROLE_HEADER);
    support_close(&h);
    support_close(&p);
}

static void test_var_marks_exceptions(void **state) {
    (void)state;
    open_pane p = support_open("var", 100, 16);
    support_look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "×"), ROLE_ERROR);
    assert_true(support_shows(&p.screen.part, "1.93 %"));
    assert_true(support_titled(&p, " in 245 d")); // five of the 250 days have no forecast
    support_act(&p, ACT_EXPLAIN);
    assert_non_null(strstr(text_string(&p.reply.explain), "of the 245 days that have a forecast"));
    support_act(&p, ACT_MODE);
    support_look(&p);
    assert_true(support_titled(&p, "distribution"));
    assert_true(support_shows(&p.screen.part, "VaR 99"));
    support_close(&p);
}

static void test_scenario_follows_stress(void **state) {
    (void)state;
    open_pane p = support_open("stress", 110, 12);
    support_look(&p);
    assert_true(support_act(&p, ACT_DOWN) & NEXT_SELECTION);
    assert_string_equal(p.model->scenario, "COVID 2020");
    open_pane detail = support_open("scenario", 110, 24);
    mem_copy_string(detail.model->scenario, sizeof detail.model->scenario, "COVID 2020");
    support_look(&detail);
    assert_true(support_titled(&detail, "COVID 2020"));
    assert_true(support_shows(&detail.screen.part, "Not explained"));
    assert_true(support_shows(&detail.screen.part, "WORST NAMES"));
    support_close(&detail);
    support_close(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contributions_shown_add_up_to_the_total),
        cmocka_unit_test(test_choosing_a_factor_marks_it_in_the_heatmap),
        cmocka_unit_test(test_var_marks_exceptions),
        cmocka_unit_test(test_scenario_follows_stress),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
