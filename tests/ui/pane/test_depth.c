// The ladder: its cursor, the tickets it prepares, what it cancels, and why it is empty.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/ui/support_pane.h"

static void test_ladder_shows_own_orders_and_prepares_tickets(void **state) {
    (void)state;
    open_pane p = support_open("depth", 60, 20);
    support_look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "◂ you 200 · 5th of 9"), ROLE_OWN);
    assert_true(support_shows(&p.screen.part, "2nd of 4 · you 1,000 ▸"));
    assert_int_equal(support_act(&p, ACT_DRILL), NEXT_NOTHING); // no price chosen yet
    support_act(&p, ACT_DOWN);
    support_act(&p, ACT_DOWN);
    assert_int_equal(support_act(&p, ACT_DRILL), NEXT_COMMAND);
    assert_string_equal(p.reply.command, "ticket buy NVDA 100 121.06");
    support_act(&p, ACT_UP);
    support_act(&p, ACT_UP);
    support_act(&p, ACT_DRILL);
    assert_string_equal(p.reply.command, "ticket sell NVDA 100 121.09");
    p.model->book[0].ask[0].price = 1211000; // as everywhere: with two decimals
    assert_true(support_act(&p, ACT_DRILL) & NEXT_COMMAND);
    assert_string_equal(p.reply.command, "ticket sell NVDA 100 121.10");
    support_close(&p);
}

static void test_ladder_cursor_stays_at_its_price(void **state) {
    (void)state;
    open_pane p = support_open("depth", 60, 20);
    support_look(&p);
    support_act(&p, ACT_DOWN);
    support_act(&p, ACT_DOWN);
    view_book *b = &p.model->book[0];
    memmove(&b->bid[1], &b->bid[0], 20 * sizeof *b->bid); // a better bid comes in
    b->bid[0].price += 100;
    support_look(&p);
    support_act(&p, ACT_DRILL);
    assert_string_equal(p.reply.command, "ticket buy NVDA 100 121.06");
    support_close(&p);
}

// The line on which a text stands, -1 when it doesn't.
static int line_of(const canvas *c, const char *utf8) {
    for (int y = 0; y < c->height; y++) {
        char *line = support_line(c, y);
        bool found = strstr(line, utf8) != NULL;
        free(line);
        if (found)
            return y;
    }
    return -1;
}

static int click(open_pane *p, pane_act_kind kind, const char *price) {
    pane_act act = {.kind = kind, .x = 20, .y = line_of(&p->screen.part, price)};
    p->reply.command[0] = 0;
    return p->class->act(p->state, p->model, &act, &p->reply);
}

static void test_a_second_click_on_a_price_prepares_an_order(void **state) {
    (void)state;
    open_pane p = support_open("depth", 60, 21);
    support_look(&p);
    assert_int_equal(click(&p, ACT_CLICK, "121.04"), NEXT_REDRAW);
    assert_int_equal(click(&p, ACT_CLICK, "121.03"), NEXT_REDRAW); // another price: begins anew
    assert_int_equal(click(&p, ACT_CLICK, "121.03"), NEXT_REDRAW | NEXT_COMMAND);
    assert_string_equal(p.reply.command, "ticket buy NVDA 100 121.03");
    support_close(&p);
}

// The market moves between the two clicks, and another price is under the pointer.
static void test_a_double_click_is_about_the_price_that_it_began_on(void **state) {
    (void)state;
    open_pane p = support_open("depth", 60, 21);
    support_look(&p);
    int y = line_of(&p.screen.part, "121.04");
    assert_int_equal(click(&p, ACT_CLICK, "121.04"), NEXT_REDRAW);
    view_book *b = &p.model->book[0];
    memmove(&b->bid[1], &b->bid[0], 20 * sizeof *b->bid); // a better bid comes in
    b->bid[0].price += 100;
    support_look(&p);
    pane_act act = {.kind = ACT_DOUBLE_CLICK, .x = 20, .y = y};
    assert_true(p.class->act(p.state, p.model, &act, &p.reply) & NEXT_COMMAND);
    assert_string_equal(p.reply.command, "ticket buy NVDA 100 121.04");
    support_close(&p);
}

static void test_ladder_points_at_the_price_under_its_cursor(void **state) {
    (void)state;
    open_pane p = support_open("depth", 60, 21);
    support_look(&p);
    support_act(&p, ACT_POINT);
    assert_int_equal(p.reply.price, 0);
    click(&p, ACT_CLICK, "121.10");
    support_act(&p, ACT_POINT);
    assert_int_equal(p.reply.price, 1211000);
    support_close(&p);
}

static void test_ladder_cancels_the_order_of_a_rung(void **state) {
    (void)state;
    open_pane p = support_open("depth", 60, 21);
    support_look(&p);
    assert_int_equal(support_act(&p, ACT_CANCEL), NEXT_NOTHING); // no price chosen
    click(&p, ACT_CLICK, "121.07");
    assert_int_equal(support_act(&p, ACT_CANCEL), NEXT_NOTHING); // none of ours there
    click(&p, ACT_CLICK, "121.06");
    assert_int_equal(support_act(&p, ACT_CANCEL), NEXT_COMMAND);
    assert_string_equal(p.reply.command, "cancel 120");
    p.model->orders.rows[1] = p.model->orders.rows[0]; // another one there, older: it stands further ahead
    p.model->orders.rows[1].id = 77;
    support_act(&p, ACT_CANCEL);
    assert_string_equal(p.reply.command, "cancel 77");
    p.model->orders.rows[0].state = p.model->orders.rows[1].state = ORDER_FILLED;
    assert_int_equal(support_act(&p, ACT_CANCEL), NEXT_NOTHING);
    support_close(&p);
}

// Eighty columns leave the ladder as few as 31.
static void test_ladder_has_the_session_at_every_width(void **state) {
    (void)state;
    static const char *const figures[] = {"121.07", "▲ 2.24", "vol 1.84 M", "118.60–121.40", "vwap 120.12"};
    for (int width = 31; width <= 120; width++) {
        open_pane p = support_open("depth", width, 11);
        support_look(&p);
        for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
            if (!support_shows(&p.screen.part, figures[i]))
                fail_msg("no \"%s\" at %d columns", figures[i], width);
        support_close(&p);
    }
}

static void test_ladder_sums_its_sides_where_there_is_room(void **state) {
    (void)state;
    open_pane p = support_open("depth", 69, 11);
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "ORD     TOTAL BID QTY"));
    assert_true(support_shows(&p.screen.part, "2,700   1,700"));
    support_close(&p);
}

static void test_ladder_click_and_double_click(void **state) {
    (void)state;
    open_pane p = support_open("depth", 60, 21);
    support_look(&p);
    pane_act at = {.kind = ACT_DOUBLE_CLICK, .x = 20, .y = line_of(&p.screen.part, "121.04")};
    assert_int_equal(p.class->act(p.state, p.model, &at, &p.reply), NEXT_REDRAW | NEXT_COMMAND);
    assert_string_equal(p.reply.command, "ticket buy NVDA 100 121.04");
    support_close(&p);
}

static void look_from_elsewhere(open_pane *p) {
    canvas_clear(&p->screen.part);
    p->class->draw(p->state, p->model, &p->screen.part, false);
    fenced_check(&p->screen);
}

static void test_ladder_returns_to_the_market_when_it_is_left(void **state) {
    (void)state;
    open_pane p = support_open("depth", 60, 9);
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "spread"));
    support_act(&p, ACT_END);
    support_look(&p);
    assert_false(support_shows(&p.screen.part, "spread"));
    assert_true(support_titled(&p, "not at market"));
    look_from_elsewhere(&p);
    assert_true(support_shows(&p.screen.part, "spread"));
    assert_false(support_titled(&p, "not at market"));
    support_close(&p);
}

static void test_ladder_of_another_security_begins_at_the_market(void **state) {
    (void)state;
    open_pane p = support_open("depth", 60, 9);
    support_look(&p);
    support_act(&p, ACT_END);
    support_look(&p);
    mem_copy_string(p.model->book[0].symbol, sizeof p.model->book[0].symbol, "JNJ"); // the same levels
    mem_copy_string(p.model->symbol, sizeof p.model->symbol, "JNJ");
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "spread"));
    support_close(&p);
}

static void test_ladder_says_why_it_is_empty(void **state) {
    (void)state;
    open_pane p = support_open("depth", 60, 12);
    mem_copy_string(p.model->symbol, sizeof p.model->symbol, "MSFT");
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "No live book for MSFT."));
    mem_copy_string(p.model->symbol, sizeof p.model->symbol, "KO");
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "Waiting for the book of KO."));
    support_close(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ladder_shows_own_orders_and_prepares_tickets),
        cmocka_unit_test(test_ladder_cursor_stays_at_its_price),
        cmocka_unit_test(test_ladder_click_and_double_click),
        cmocka_unit_test(test_a_second_click_on_a_price_prepares_an_order),
        cmocka_unit_test(test_a_double_click_is_about_the_price_that_it_began_on),
        cmocka_unit_test(test_ladder_points_at_the_price_under_its_cursor),
        cmocka_unit_test(test_ladder_cancels_the_order_of_a_rung),
        cmocka_unit_test(test_ladder_has_the_session_at_every_width),
        cmocka_unit_test(test_ladder_sums_its_sides_where_there_is_room),
        cmocka_unit_test(test_ladder_returns_to_the_market_when_it_is_left),
        cmocka_unit_test(test_ladder_of_another_security_begins_at_the_market),
        cmocka_unit_test(test_ladder_says_why_it_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
