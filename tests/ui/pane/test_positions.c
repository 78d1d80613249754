// What the positions do with what the user does.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/ui/support_pane.h"

static void test_choosing_a_position_selects_its_security(void **state) {
    (void)state;
    open_pane p = support_open("positions", 100, 20);
    support_look(&p);
    assert_int_equal(support_act(&p, ACT_DOWN), NEXT_REDRAW | NEXT_SELECTION);
    assert_string_equal(p.model->symbol, "MSFT");
    assert_int_equal(p.model->sid, 2);
    support_close(&p);
}

static void test_positions_follow_a_selection_made_elsewhere(void **state) {
    (void)state;
    open_pane p = support_open("positions", 100, 20);
    support_look(&p);
    mem_copy_string(p.model->symbol, sizeof p.model->symbol, "JPM");
    p.model->sid = 6;
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "▸JPM"));
    support_close(&p);
}

static void test_gains_and_losses_differ_by_sign_arrow_and_role(void **state) {
    (void)state;
    open_pane p = support_open("positions", 100, 20);
    support_look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "▲ 1.36"), ROLE_UP);
    assert_int_equal(support_role_of(&p.screen.part, "▼ 2.11"), ROLE_DOWN);
    assert_int_equal(support_role_of(&p.screen.part, "+2,187"), ROLE_UP);
    assert_int_equal(support_role_of(&p.screen.part, "−3,854"), ROLE_DOWN);
    support_close(&p);
}

// Until the next risk model, which does not know it any more.
static void test_a_flat_position_has_no_risk(void **state) {
    (void)state;
    open_pane p = support_open("positions", 110, 20);
    p.model->risk.name_row[0].percent = 0.777;
    support_look(&p);
    assert_true(support_shows(&p.screen.part, " 77.7 "));
    p.model->positions.rows[0].quantity = p.model->positions.rows[0].value = 0;
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "NVDA"));
    assert_false(support_shows(&p.screen.part, " 77.7 "));
    support_close(&p);
}

static void test_a_closed_position_shows_its_profit_of_the_day(void **state) {
    (void)state;
    static const int widths[] = {48, 71, 119, 149};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        open_pane p = support_open("positions", widths[i], 20);
        p.model->positions.n = 2;
        view_position *row = &p.model->positions.rows[1];
        row->quantity = row->value = row->unrealised = 0;
        row->day_pnl = -12340000;
        support_look(&p);
        assert_true(support_shows(&p.screen.part, "−1,234"));
        support_close(&p);
    }
}

static void test_sectors_are_whole_where_there_is_room(void **state) {
    (void)state;
    open_pane p = support_open("positions", 149, 20);
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "Consumer Discretionary"));
    assert_true(support_shows(&p.screen.part, "Information Technology"));
    support_close(&p);
}

static void test_prices_older_than_a_minute_look_stale(void **state) {
    (void)state;
    open_pane p = support_open("positions", 100, 20);
    p.model->positions.rows[1].mark_time = p.model->status.desk_time - 90 * INT64_C(1000000000);
    support_look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "405.95"), ROLE_STALE);
    assert_int_equal(support_role_of(&p.screen.part, "119.23"), ROLE_TEXT);
    support_close(&p);
}

static void test_hostile_names_show_as_question_marks(void **state) {
    (void)state;
    open_pane p = support_open("positions", 100, 12);
    mem_copy_string(p.model->positions.rows[0].symbol, 16, "A\x1b[2J\x07\xe2\x80\xae");
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "A?[2J"));
    support_close(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choosing_a_position_selects_its_security),
        cmocka_unit_test(test_positions_follow_a_selection_made_elsewhere),
        cmocka_unit_test(test_gains_and_losses_differ_by_sign_arrow_and_role),
        cmocka_unit_test(test_a_flat_position_has_no_risk),
        cmocka_unit_test(test_a_closed_position_shows_its_profit_of_the_day),
        cmocka_unit_test(test_sectors_are_whole_where_there_is_room),
        cmocka_unit_test(test_prices_older_than_a_minute_look_stale),
        cmocka_unit_test(test_hostile_names_show_as_question_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
