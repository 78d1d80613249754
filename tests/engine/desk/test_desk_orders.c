// Orders at the desk: from the request through book and ledger to view and journal.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/decimal.h"
#include "tests/engine/desk/support_trading.h"

static int set_up(void **state) {
    trading *t = mem_new(1, sizeof *t);
    trading_open(t, false);
    *state = t;
    return 0;
}

static int tear_down(void **state) {
    trading *t = *state;
    trading_close(t);
    free(t);
    return 0;
}

// ---- order, fill, position, journal ----

static void test_market_order_fills_and_becomes_a_position(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    order o = trading_send(t, SIDE_BUY, sid, 10, 0);
    assert_int_equal(o.state, STATE_FILLED);
    assert_int_equal(o.filled, 10);
    const view_position *p = trading_position(t, sid);
    assert_non_null(p);
    assert_int_equal(p->quantity, 10);
    assert_int_equal(p->fees, 10 * 35);
    assert_int_equal(p->average, (o.cost + 5) / 10);
    const view_positions *v = trading_positions(t);
    assert_int_equal(v->cash, -o.cost - 10 * 35);
    assert_int_equal(v->equity, v->cash + v->long_value + v->short_value);
    assert_int_equal(v->day_pnl, v->equity - v->start_equity - v->by_hand);
    trading_check_sums(t);
}

static void test_fill_is_in_the_journal_before_the_answer(void **state) {
    trading *t = *state;
    order o = trading_send(t, SIDE_BUY, t->stocks[0], 10, 0);
    journal_rows rows = {0};
    trading_journal(t, &rows);
    int64_t filled = 0;
    const journal_row *sent = NULL;
    for (size_t i = 0; i < rows.n; i++) {
        if (rows.at[i].kind == JOURNAL_ORDER && rows.at[i].order == o.id)
            sent = &rows.at[i];
        if (rows.at[i].kind == JOURNAL_FILL && rows.at[i].order == o.id) {
            assert_non_null(sent);
            filled += rows.at[i].quantity;
        }
    }
    assert_non_null(sent);
    assert_string_equal(sent->user, "ada");
    assert_string_equal(sent->portfolio, "main");
    assert_int_equal(sent->quantity, 10);
    assert_int_equal(filled, 10);
    vec_free(&rows);
}

static void test_fills_are_shown_newest_first(void **state) {
    trading *t = *state;
    order a = trading_send(t, SIDE_BUY, t->stocks[0], 10, 0), b = trading_send(t, SIDE_SELL, t->stocks[1], 20, 0);
    const view_fills *v = trading_fills(t);
    assert_true(v->n >= 2);
    assert_int_equal(v->rows[0].order, b.id);
    assert_int_equal(v->rows[0].side, SIDE_SELL);
    assert_int_equal(v->rows[v->n - 1].order, a.id);
}

static void test_limit_order_rests_with_its_place_in_the_queue(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    order o = trading_rest(t, SIDE_BUY, sid, 100);
    const view_order *row = trading_order(t, o.id);
    assert_non_null(row);
    assert_int_equal(row->state, ORDER_WORKING);
    assert_int_equal(row->queue_place, row->queue_total); // the last that came
    assert_true(row->queue_place >= 1);
    assert_int_equal(trading_status(t)->working, 1);
}

static void test_own_order_shows_in_the_ladder(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    int64_t bid = trading_book(t, sid)->bid[0].price;
    trading_send(t, SIDE_BUY, sid, 70, bid);
    const view_book *b = trading_book(t, sid);
    assert_int_equal(b->bid[0].price, bid);
    assert_int_equal(b->bid[0].own_quantity, 70);
    assert_true(b->bid[0].own_place >= 1 && b->bid[0].own_place <= b->bid[0].own_total);
}

static void test_market_order_without_a_market_ends_with_a_reason(void **state) {
    trading *t = *state;
    order_intent intent = {
        .sid = t->stocks[0], .side = SIDE_BUY, .type = ORDER_LIMIT, .tif = TIF_FOK, .quantity = 5000};
    intent.price = trading_last(t, intent.sid) / 100 * 100;
    order o;
    assert_int_equal(trading_try(t, &intent, &o), STATUS_OK);
    assert_int_equal(o.state, STATE_CANCELLED);
    assert_true(o.reason[0]);
    assert_int_equal(trading_count(t, JOURNAL_CANCEL), 1);
}

static void test_order_out_of_range_leaves_no_trace(void **state) {
    trading *t = *state;
    size_t before = trading_count(t, JOURNAL_ORDER) + trading_count(t, JOURNAL_REJECT);
    const order_intent wrong[] = {
        {.sid = t->stocks[0], .quantity = 0, .price = 100},
        {.sid = t->stocks[0], .quantity = INT64_MAX, .price = 100},
        {.sid = t->stocks[0], .quantity = 1, .price = -100},
        {.sid = t->stocks[0], .quantity = 1, .price = INT64_MAX},
        {.sid = t->stocks[0], .quantity = 1, .price = 100, .side = (side)2},
        {.sid = t->stocks[0], .quantity = 1, .price = 100, .type = (order_type)5},
        {.sid = t->stocks[0], .quantity = 1, .price = 100, .tif = (time_in_force)5},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        order o;
        assert_int_equal(trading_try(t, &wrong[i], &o), STATUS_INVALID);
    }
    assert_int_equal(trading_count(t, JOURNAL_ORDER) + trading_count(t, JOURNAL_REJECT), before);
}

static void test_refused_order_is_recorded_with_its_reason(void **state) {
    trading *t = *state;
    order_intent intent = {.sid = t->stocks[0], .quantity = 1, .price = trading_last(t, t->stocks[0]) * 3 / 100 * 100};
    order o;
    assert_int_equal(trading_try(t, &intent, &o), STATUS_REFUSED);
    assert_int_equal(o.state, STATE_REJECTED);
    assert_non_null(strstr(status_message(), "collar"));
    assert_int_equal(trading_count(t, JOURNAL_REJECT), 1);
    assert_int_equal(trading_order(t, o.id)->state, ORDER_REJECTED);
    assert_int_equal(trading_quantity(t, t->stocks[0]), 0);
}

static void test_order_in_an_index_or_in_nothing_is_refused(void **state) {
    trading *t = *state;
    order o;
    order_intent nothing = {.sid = 4711, .quantity = 1, .price = 100};
    assert_int_equal(trading_try(t, &nothing, &o), STATUS_REFUSED);
    nothing.sid = 0;
    assert_int_equal(trading_try(t, &nothing, &o), STATUS_REFUSED);
    nothing.sid = -1;
    assert_int_equal(trading_try(t, &nothing, &o), STATUS_REFUSED);
}

static void test_check_says_what_the_order_would_meet_and_sends_nothing(void **state) {
    trading *t = *state;
    order_intent intent = {.sid = t->stocks[0], .quantity = 1, .price = trading_last(t, t->stocks[0]) * 3 / 100 * 100};
    check_result results[CHECKS_MAX];
    size_t n;
    assert_int_equal(desk_check(t->desk, &intent, results, &n), STATUS_OK);
    assert_string_equal(checks_failure(results, n)->name, "price-collar");
    assert_int_equal(trading_count(t, JOURNAL_ORDER) + trading_count(t, JOURNAL_REJECT), 0);
}

// ---- client order ids ----

static void test_same_client_id_twice_is_one_order(void **state) {
    trading *t = *state;
    order_intent intent = {
        .sid = t->stocks[0], .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = 10, .client = "basket-1"};
    order first, second;
    assert_int_equal(trading_try(t, &intent, &first), STATUS_OK);
    assert_int_equal(trading_try(t, &intent, &second), STATUS_OK);
    assert_int_equal(second.id, first.id);
    assert_int_equal(trading_quantity(t, t->stocks[0]), 10);
    assert_int_equal(trading_count(t, JOURNAL_ORDER), 1);
}

static void test_same_client_id_for_another_order_is_an_error(void **state) {
    trading *t = *state;
    const order_intent intent = {
        .sid = t->stocks[0], .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = 10, .client = "basket-1"};
    order o;
    assert_int_equal(trading_try(t, &intent, &o), STATUS_OK);
    order_intent other[5] = {intent, intent, intent, intent, intent};
    other[0].sid = t->stocks[1];
    other[1].side = SIDE_SELL;
    other[2].quantity = 11;
    other[3].type = ORDER_LIMIT;
    other[3].price = 100;
    other[4].tif = TIF_FOK;
    for (int i = 0; i < 5; i++)
        assert_int_equal(trading_try(t, &other[i], &o), STATUS_EXISTS);
    assert_int_equal(trading_count(t, JOURNAL_ORDER), 1);
}

// A sender that hears nothing sends again: were a refused order's id free again, the third sending would be a second
// order.
static void test_client_id_of_a_refused_order_stays_refused(void **state) {
    trading *t = *state;
    order_intent intent = {
        .sid = t->stocks[0], .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = 10, .client = "basket-1"};
    assert_int_equal(desk_trip(t->desk, "ada", "a test"), STATUS_OK);
    order first, second;
    assert_int_equal(trading_try(t, &intent, &first), STATUS_REFUSED);
    assert_int_equal(desk_reset(t->desk, "ada", "a test"), STATUS_OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(trading_try(t, &intent, &second), STATUS_REFUSED);
        assert_int_equal(second.id, first.id);
    }
    assert_int_equal(trading_quantity(t, t->stocks[0]), 0);
}

static void test_client_id_holds_after_a_restart(void **state) {
    trading *t = *state;
    order_intent intent = {
        .sid = t->stocks[0], .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = 10, .client = "basket-1"};
    order first, second;
    assert_int_equal(trading_try(t, &intent, &first), STATUS_OK);
    trading_restart(t);
    assert_int_equal(trading_try(t, &intent, &second), STATUS_OK);
    assert_int_equal(second.id, first.id);
    intent.quantity = 11;
    assert_int_equal(trading_try(t, &intent, &second), STATUS_EXISTS);
}

// ---- cancel ----

static void test_cancel_takes_one_order_off(void **state) {
    trading *t = *state;
    order a = trading_rest(t, SIDE_BUY, t->stocks[0], 100), b = trading_rest(t, SIDE_BUY, t->stocks[0], 50);
    size_t n;
    assert_int_equal(desk_cancel(t->desk, "ada", "a slip", a.id, 0, &n), STATUS_OK);
    assert_int_equal(n, 1);
    assert_int_equal(trading_order(t, a.id)->state, ORDER_CANCELLED);
    assert_string_equal(trading_order(t, a.id)->reason, "a slip");
    assert_int_equal(trading_order(t, b.id)->state, ORDER_WORKING);
}

static void test_cancel_of_what_does_not_work_says_so(void **state) {
    trading *t = *state;
    order filled = trading_send(t, SIDE_BUY, t->stocks[0], 10, 0);
    size_t n = 7;
    assert_int_equal(desk_cancel(t->desk, "ada", "", filled.id, 0, &n), STATUS_NOT_FOUND);
    assert_non_null(strstr(status_message(), "filled already"));
    assert_int_equal(desk_cancel(t->desk, "ada", "", 4711, 0, &n), STATUS_NOT_FOUND);
    assert_int_equal(desk_cancel(t->desk, "ada", "", 0, t->stocks[0], &n), STATUS_NOT_FOUND);
    assert_int_equal(desk_cancel(t->desk, "ada", "", 0, 0, &n), STATUS_NOT_FOUND);
}

static void test_cancel_all_of_a_security_leaves_the_others(void **state) {
    trading *t = *state;
    trading_rest(t, SIDE_BUY, t->stocks[0], 100);
    trading_rest(t, SIDE_SELL, t->stocks[0], 100);
    order other = trading_rest(t, SIDE_BUY, t->stocks[1], 100);
    size_t n;
    assert_int_equal(desk_cancel(t->desk, "ada", "", 0, t->stocks[0], &n), STATUS_OK);
    assert_int_equal(n, 2);
    assert_int_equal(trading_status(t)->working, 1);
    assert_int_equal(trading_order(t, other.id)->state, ORDER_WORKING);
}

static void test_cancel_all_takes_everything_off(void **state) {
    trading *t = *state;
    for (size_t i = 0; i < 6; i++)
        trading_rest(t, i % 2 ? SIDE_BUY : SIDE_SELL, t->stocks[i], 100);
    size_t n;
    assert_int_equal(desk_cancel(t->desk, "ada", "enough", 0, 0, &n), STATUS_OK);
    assert_int_equal(n, 6);
    assert_int_equal(trading_status(t)->working, 0);
    assert_int_equal(trading_count(t, JOURNAL_CANCEL), 6);
}

// Working orders of an earlier process are in no book until one opens.
static void test_cancel_reaches_orders_of_an_earlier_process(void **state) {
    trading *t = *state;
    order o = trading_rest(t, SIDE_BUY, t->stocks[0], 100);
    trading_restart(t);
    size_t n;
    assert_int_equal(desk_cancel(t->desk, "ada", "", o.id, 0, &n), STATUS_OK);
    assert_int_equal(trading_order(t, o.id)->state, ORDER_CANCELLED);
}

// ---- replace ----

static void test_replace_changes_quantity_and_price(void **state) {
    trading *t = *state;
    order o = trading_rest(t, SIDE_BUY, t->stocks[0], 100), changed;
    assert_int_equal(desk_replace(t->desk, "ada", o.id, 250, o.price - 100, &changed), STATUS_OK);
    assert_int_equal(changed.id, o.id);
    assert_int_equal(changed.open, 250);
    assert_int_equal(changed.price, o.price - 100);
    assert_int_equal(trading_order(t, o.id)->quantity, 250);
    assert_int_equal(trading_count(t, JOURNAL_REPLACE), 1);
}

static void test_replace_into_the_market_trades(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    order o = trading_rest(t, SIDE_BUY, sid, 10), changed;
    int64_t ask = trading_book(t, sid)->ask[0].price;
    assert_int_equal(desk_replace(t->desk, "ada", o.id, 10, ask, &changed), STATUS_OK);
    assert_int_equal(changed.state, STATE_FILLED);
    assert_int_equal(trading_quantity(t, sid), 10);
}

static void test_replace_smaller_keeps_its_place(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    int64_t bid = trading_book(t, sid)->bid[0].price;
    order o = trading_send(t, SIDE_BUY, sid, 100, bid), changed;
    trading_send(t, SIDE_BUY, sid, 100, bid);
    int32_t place = trading_order(t, o.id)->queue_place;
    assert_int_equal(desk_replace(t->desk, "ada", o.id, 40, bid, &changed), STATUS_OK);
    assert_int_equal(trading_order(t, o.id)->queue_place, place);
    assert_int_equal(desk_replace(t->desk, "ada", o.id, 60, bid, &changed), STATUS_OK);
    assert_true(trading_order(t, o.id)->queue_place > place);
}

static void assert_unchanged(trading *t, const order *o) {
    const view_order *row = trading_order(t, o->id);
    assert_int_equal(row->quantity, o->quantity);
    assert_int_equal(row->price, o->price);
    assert_int_equal(row->state, ORDER_WORKING);
}

static void test_replace_to_a_price_off_the_tick_is_refused(void **state) {
    trading *t = *state;
    order o = trading_rest(t, SIDE_BUY, t->stocks[0], 100), changed;
    assert_int_equal(desk_replace(t->desk, "ada", o.id, 100, o.price + 1, &changed), STATUS_REFUSED);
    assert_int_equal(desk_replace(t->desk, "ada", o.id, 50, o.price + 1, &changed), STATUS_REFUSED);
    assert_unchanged(t, &o);
}

static void test_replace_through_the_collar_is_refused(void **state) {
    trading *t = *state;
    order o = trading_rest(t, SIDE_BUY, t->stocks[0], 100), changed;
    int64_t far = trading_last(t, t->stocks[0]) * 3 / 100 * 100;
    assert_int_equal(desk_replace(t->desk, "ada", o.id, 100, far, &changed), STATUS_REFUSED);
    assert_non_null(strstr(status_message(), "collar"));
    assert_unchanged(t, &o);
}

static void test_replace_over_a_limit_is_refused(void **state) {
    trading *t = *state;
    order o = trading_rest(t, SIDE_BUY, t->stocks[0], 100), changed;
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_ORDER_QUANTITY, 200), STATUS_OK);
    assert_int_equal(desk_replace(t->desk, "ada", o.id, 201, o.price, &changed), STATUS_REFUSED);
    assert_unchanged(t, &o);
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_ORDER_NOTIONAL, 100 * o.price), STATUS_OK);
    assert_int_equal(desk_replace(t->desk, "ada", o.id, 100, o.price + 100, &changed), STATUS_REFUSED);
    assert_unchanged(t, &o);
}

static void test_replace_under_a_tripped_breaker_may_only_shrink(void **state) {
    trading *t = *state;
    order o = trading_rest(t, SIDE_BUY, t->stocks[0], 100), changed;
    assert_int_equal(desk_trip(t->desk, "ada", "a test"), STATUS_OK);
    assert_int_equal(desk_replace(t->desk, "ada", o.id, 100, o.price + 100, &changed), STATUS_REFUSED);
    assert_int_equal(desk_replace(t->desk, "ada", o.id, 101, o.price, &changed), STATUS_REFUSED);
    assert_unchanged(t, &o);
    assert_int_equal(desk_replace(t->desk, "ada", o.id, 60, o.price, &changed), STATUS_OK);
    assert_int_equal(changed.open, 60);
}

static void test_replace_of_what_does_not_work_says_so(void **state) {
    trading *t = *state;
    order filled = trading_send(t, SIDE_BUY, t->stocks[0], 10, 0), out;
    assert_int_equal(desk_replace(t->desk, "ada", filled.id, 10, 100, &out), STATUS_NOT_FOUND);
    assert_int_equal(desk_replace(t->desk, "ada", 4711, 10, 100, &out), STATUS_NOT_FOUND);
    assert_int_equal(desk_replace(t->desk, "ada", filled.id, 0, 100, &out), STATUS_NOT_FOUND);
}

static void test_replace_reaches_orders_of_an_earlier_process(void **state) {
    trading *t = *state;
    order o = trading_rest(t, SIDE_BUY, t->stocks[0], 100), changed;
    trading_restart(t);
    assert_int_equal(desk_replace(t->desk, "ada", o.id, 50, o.price - 100, &changed), STATUS_OK);
    assert_int_equal(changed.open, 50);
    assert_int_equal(changed.price, o.price - 100);
}

// ---- positions that are closed ----

static void test_closed_positions_stand_last_and_are_not_counted(void **state) {
    trading *t = *state;
    const holding h[] = {{t->stocks[0], 10}, {t->stocks[1], 500}, {t->stocks[2], 20}};
    assert_int_equal(desk_load(t->desk, "ada", "a test", h, 3, 0), STATUS_OK);
    trading_send(t, SIDE_SELL, t->stocks[1], 500, 0);
    trading_hold(t, t->stocks[2], 0); // by hand
    const view_positions *v = trading_positions(t);
    assert_int_equal(v->n, 3);
    assert_int_equal(v->held, 1);
    assert_int_equal(v->rows[0].sid, t->stocks[0]);
    assert_int_equal(trading_position(t, t->stocks[0])->traded, 0);
    assert_int_equal(trading_position(t, t->stocks[1])->traded, 500);
    assert_int_equal(trading_position(t, t->stocks[2])->traded, 0);
}

// ---- orders that would meet each other ----

// A sale of ours behind what the market offers at its best price.
static order offer(trading *t, int32_t sid, int64_t *ahead) {
    const view_book *b = trading_book(t, sid);
    *ahead = b->ask[0].quantity;
    order o = trading_send(t, SIDE_SELL, sid, 100, b->ask[0].price);
    assert_int_equal(o.state, STATE_WORKING);
    return o;
}

static void test_order_does_not_trade_with_one_of_ours(void **state) {
    trading *t = *state;
    int64_t ahead;
    order own = offer(t, t->stocks[0], &ahead);
    order o = trading_send(t, SIDE_BUY, t->stocks[0], ahead + 1, own.price);
    assert_int_equal(o.state, STATE_CANCELLED);
    assert_int_equal(o.filled, ahead); // what stood before it
    assert_string_equal(o.reason, "would trade with the desk's own order 1");
    assert_int_equal(trading_order(t, own.id)->state, ORDER_WORKING);
    assert_int_equal(trading_send(t, SIDE_BUY, t->stocks[0], 10, 0).filled, 0);
    trading_check_sums(t);
}

static void test_replacement_does_not_trade_with_one_of_ours(void **state) {
    trading *t = *state;
    int64_t ahead;
    order own = offer(t, t->stocks[0], &ahead), bid = trading_rest(t, SIDE_BUY, t->stocks[0], 100), o;
    assert_int_equal(desk_replace(t->desk, "ada", bid.id, ahead + 1, own.price, &o), STATUS_OK);
    assert_int_equal(o.filled, ahead);
    assert_int_equal(o.state, STATE_CANCELLED);
    assert_string_equal(o.reason, "would trade with the desk's own order 1");
    assert_int_equal(trading_order(t, own.id)->state, ORDER_WORKING);
}

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        AT_DESK(test_market_order_fills_and_becomes_a_position),
        AT_DESK(test_fill_is_in_the_journal_before_the_answer),
        AT_DESK(test_fills_are_shown_newest_first),
        AT_DESK(test_limit_order_rests_with_its_place_in_the_queue),
        AT_DESK(test_own_order_shows_in_the_ladder),
        AT_DESK(test_market_order_without_a_market_ends_with_a_reason),
        AT_DESK(test_order_out_of_range_leaves_no_trace),
        AT_DESK(test_refused_order_is_recorded_with_its_reason),
        AT_DESK(test_order_in_an_index_or_in_nothing_is_refused),
        AT_DESK(test_check_says_what_the_order_would_meet_and_sends_nothing),
        AT_DESK(test_same_client_id_twice_is_one_order),
        AT_DESK(test_same_client_id_for_another_order_is_an_error),
        AT_DESK(test_client_id_of_a_refused_order_stays_refused),
        AT_DESK(test_client_id_holds_after_a_restart),
        AT_DESK(test_cancel_takes_one_order_off),
        AT_DESK(test_cancel_of_what_does_not_work_says_so),
        AT_DESK(test_cancel_all_of_a_security_leaves_the_others),
        AT_DESK(test_cancel_all_takes_everything_off),
        AT_DESK(test_cancel_reaches_orders_of_an_earlier_process),
        AT_DESK(test_replace_changes_quantity_and_price),
        AT_DESK(test_replace_into_the_market_trades),
        AT_DESK(test_replace_smaller_keeps_its_place),
        AT_DESK(test_replace_to_a_price_off_the_tick_is_refused),
        AT_DESK(test_replace_through_the_collar_is_refused),
        AT_DESK(test_replace_over_a_limit_is_refused),
        AT_DESK(test_replace_under_a_tripped_breaker_may_only_shrink),
        AT_DESK(test_replace_of_what_does_not_work_says_so),
        AT_DESK(test_replace_reaches_orders_of_an_earlier_process),
        AT_DESK(test_closed_positions_stand_last_and_are_not_counted),
        AT_DESK(test_order_does_not_trade_with_one_of_ours),
        AT_DESK(test_replacement_does_not_trade_with_one_of_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
