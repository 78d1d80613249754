// Orders and fills.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/market/book.h"
#include "src/base/mem.h"
#include "tests/ui/support_pane.h"

static void test_orders_mark_what_needs_attention_and_cancel_what_is_live(void **state) {
    (void)state;
    open_pane p = support_open("orders", 140, 12);
    support_look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "R rejected"), ROLE_ERROR);
    assert_true(support_act(&p, ACT_CANCEL) & NEXT_COMMAND);
    assert_string_equal(p.reply.command, "cancel 120");
    for (int i = 0; i < 4; i++)
        support_act(&p, ACT_DOWN);
    assert_int_equal(p.model->order, 116); // the rejected one
    assert_string_equal(p.model->symbol, "MSFT");
    assert_false(support_act(&p, ACT_CANCEL) & NEXT_COMMAND);
    support_close(&p);
}

// "cancel N" needs the number.
static void test_orders_show_their_numbers_at_every_width(void **state) {
    (void)state;
    for (int width = 48; width <= 200; width += 8) {
        open_pane p = support_open("orders", width, 12);
        support_look(&p);
        assert_true(support_shows(&p.screen.part, "120 ")); // of the first
        assert_true(support_shows(&p.screen.part, "W "));
        assert_int_equal(support_act(&p, ACT_MODE), NEXT_REDRAW);
        assert_int_equal(support_act(&p, ACT_MODE), NEXT_REDRAW);
        support_look(&p);
        assert_true(support_shows(&p.screen.part, "120 "));
        p.model->orders.rows[0].id = 1234567;
        support_look(&p);
        assert_true(support_shows(&p.screen.part, "1234567 "));
        support_close(&p);
    }
}

static void test_orders_of_earlier_sessions_show_their_day(void **state) {
    (void)state;
    open_pane p = support_open("orders", 110, 12);
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "14:31:58"));
    p.model->status.session += 3;
    p.model->orders.filled_earlier = p.model->orders.filled;
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "11-20 14:31"));
    assert_false(support_shows(&p.screen.part, "14:31:58"));
    assert_true(support_titled(&p, "0 filled"));
    support_close(&p);
}

// The allowed figure stands at the end of a refusal: it is there in full, or an … says that it isn't.
static void test_a_long_reason_is_whole_or_ends_with_an_ellipsis(void **state) {
    (void)state;
    static const char reason[] =
        "position limit: 1,102,000 of notional with working orders, 125,000 allowed (halved: QUIET)";
    int whole = 0;
    for (int width = 60; width <= 180; width++) {
        open_pane p = support_open("orders", width, 12);
        mem_copy_string(p.model->orders.rows[4].reason, sizeof p.model->orders.rows[4].reason, reason);
        support_look(&p);
        char *line = support_line(&p.screen.part, 5);
        size_t n = strlen(line);
        bool complete = strstr(line, reason) != NULL;
        if (!complete && (n < 3 || strcmp(line + n - 3, "…") != 0))
            fail_msg("at %d columns: %s", width, line);
        whole += complete;
        free(line);
        support_close(&p);
    }
    assert_true(whole > 20);
}

static void test_orders_switch_between_orders_fills_and_all(void **state) {
    (void)state;
    open_pane p = support_open("orders", 110, 20);
    support_act(&p, ACT_MODE);
    support_look(&p);
    assert_true(support_titled(&p, "Fills"));
    assert_true(support_shows(&p.screen.part, "PRICE"));
    support_act(&p, ACT_MODE);
    support_look(&p);
    assert_true(support_titled(&p, "Orders and fills"));
    assert_true(support_shows(&p.screen.part, "* fill"));
    assert_true(support_shows(&p.screen.part, "W working"));
    support_act(&p, ACT_MODE);
    assert_true(support_titled(&p, "Orders ·"));
    support_close(&p);
}

static void make_special(ui_model *m) {
    view_order *rows = m->orders.rows;
    rows[0].type = ORDER_STOP_LIMIT;
    rows[0].stop = 1220000;
    rows[0].waits = 1;
    rows[0].queue_place = rows[0].queue_total = 0;
    rows[1].display = 100;
    rows[1].shown = 60;
    rows[1].tif = TIF_GTD;
    rows[1].expires = 1795237200 * INT64_C(1000000000); // 2026-11-21, midnight of New York
    rows[1].other = 118;
    rows[2].type = ORDER_TRAILING_STOP;
    rows[2].stop = 1190000;
    rows[2].trail = 5000;
    rows[2].price = 0;
    rows[2].waits = 1;
    rows[2].queue_place = rows[2].queue_total = 0;
}

static void test_orders_say_what_kind_they_are(void **state) {
    (void)state;
    open_pane p = support_open("orders", 110, 12);
    make_special(p.model);
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "stop 122.00  W waiting"));
    assert_true(support_shows(&p.screen.part, "ice 60/120"));
    assert_true(support_shows(&p.screen.part, "trail 0.50   W waiting      stop 119.00"));
    support_act(&p, ACT_DOWN);
    assert_int_equal(support_act(&p, ACT_EXPLAIN), NEXT_NOTHING);
    const char *said = text_string(&p.reply.explain);
    assert_non_null(strstr(said, "100 of 300 at a time"));
    assert_non_null(strstr(said, "2026-11-20"));
    assert_non_null(strstr(said, "order 118: one cancels the other"));
    support_close(&p);
}

// Where there is no room for the kind, the state says what it waits for.
static void test_narrow_orders_say_what_they_wait_for(void **state) {
    (void)state;
    open_pane p = support_open("orders", 48, 12);
    make_special(p.model);
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "W stop 122.00"));
    assert_true(support_shows(&p.screen.part, "W trail 0.50"));
    support_close(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders_mark_what_needs_attention_and_cancel_what_is_live),
        cmocka_unit_test(test_orders_show_their_numbers_at_every_width),
        cmocka_unit_test(test_orders_of_earlier_sessions_show_their_day),
        cmocka_unit_test(test_a_long_reason_is_whole_or_ends_with_an_ellipsis),
        cmocka_unit_test(test_orders_say_what_kind_they_are),
        cmocka_unit_test(test_narrow_orders_say_what_they_wait_for),
        cmocka_unit_test(test_orders_switch_between_orders_fills_and_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
