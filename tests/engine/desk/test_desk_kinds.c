// The kinds of orders at the desk: each from its intent through the book to journal and view, and over a restart.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/decimal.h"
#include "tests/engine/desk/support_kinds.h"

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

// Trades with all that others bid (or offer) down to the n-th level, and returns that price.
static int64_t sweep(trading *t, side s, int n) {
    const view_book *b = trading_book(t, t->stocks[0]);
    const view_level *levels = s == SIDE_SELL ? b->bid : b->ask;
    int64_t quantity = 0, price = levels[n].price;
    for (int i = 0; i <= n; i++)
        quantity += levels[i].quantity - levels[i].own_quantity;
    order_intent taker = {.sid = t->stocks[0], .side = s, .tif = TIF_IOC, .quantity = quantity, .price = price};
    assert_true(kinds_send(t, &taker).filled > 0);
    return price;
}

// ---- stops ----

static void test_stop_waits_and_is_then_a_market_order(void **state) {
    trading *t = *state;
    trading_hold(t, t->stocks[0], 500);
    order_intent intent = kinds_stop(t, SIDE_SELL, kinds_bid(t, 2));
    order o = kinds_send(t, &intent);
    assert_int_equal(o.state, STATE_WORKING);
    assert_true(kinds_row(t, &o)->waits);
    assert_int_equal(kinds_row(t, &o)->shown, 0);
    assert_int_equal(kinds_row(t, &o)->queue_place, 0);
    sweep(t, SIDE_SELL, 2);
    const view_order *row = kinds_row(t, &o);
    assert_int_equal(row->state, ORDER_FILLED);
    assert_int_equal(row->type, ORDER_MARKET);
    assert_int_equal(row->stop, intent.stop);
    assert_true(row->average_fill <= intent.stop);
    assert_int_equal(trading_count(t, JOURNAL_TRIGGER), 1);
    trading_check_sums(t);
}

static void test_waiting_stop_waits_again_after_a_restart(void **state) {
    trading *t = *state;
    order_intent intent = kinds_stop(t, SIDE_SELL, kinds_bid(t, 2));
    order o = kinds_send(t, &intent);
    uint64_t print = trading_fingerprint(t);
    trading_restart(t);
    assert_true(trading_fingerprint(t) == print);
    assert_true(kinds_row(t, &o)->waits);
    order_intent to = {.sid = t->stocks[0],
                       .side = SIDE_SELL,
                       .type = ORDER_MARKET,
                       .tif = TIF_IOC,
                       .quantity = 20000}; // through the stop, in a book that is laid anew
    kinds_send(t, &to);
    assert_int_equal(trading_count(t, JOURNAL_TRIGGER), 1);
    assert_int_not_equal(kinds_row(t, &o)->state, ORDER_WORKING);
}

static void test_stop_limit_rests_at_its_limit_once_triggered(void **state) {
    trading *t = *state;
    int64_t ask = trading_book(t, t->stocks[0])->ask[3].price;
    order_intent intent = kinds_stop(t, SIDE_SELL, kinds_bid(t, 1));
    intent.type = ORDER_STOP_LIMIT;
    intent.price = ask;
    order o = kinds_send(t, &intent);
    sweep(t, SIDE_SELL, 1);
    for (int i = 0; i < 2; i++) { // and is what it became after a restart
        const view_order *row = kinds_row(t, &o);
        assert_int_equal(row->state, ORDER_WORKING);
        assert_int_equal(row->type, ORDER_LIMIT);
        assert_false(row->waits);
        assert_int_equal(row->price, ask);
        trading_last(t, t->stocks[0]);
        assert_int_equal(kinds_row(t, &o)->shown, 100);
        trading_restart(t);
    }
    assert_int_equal(trading_count(t, JOURNAL_TRIGGER), 1);
}

static void test_trailing_stop_follows_the_market_and_keeps_its_price(void **state) {
    trading *t = *state;
    order_intent intent = kinds_stop(t, SIDE_SELL, 0);
    intent.type = ORDER_TRAILING_STOP;
    intent.trail = 5 * DECIMAL_ONE;
    order o = kinds_send(t, &intent);
    assert_int_equal(o.stop, kinds_cents(trading_last(t, t->stocks[0]) - intent.trail));
    int64_t high = sweep(t, SIDE_BUY, 3);
    assert_int_equal(kinds_row(t, &o)->stop, high - intent.trail);
    assert_true(trading_count(t, JOURNAL_TRAIL) >= 1);
    sweep(t, SIDE_SELL, 0); // down again: the stop stays
    assert_int_equal(kinds_row(t, &o)->stop, high - intent.trail);
    trading_restart(t);
    trading_last(t, t->stocks[0]);
    assert_int_equal(kinds_row(t, &o)->stop, high - intent.trail);
    assert_int_equal(kinds_row(t, &o)->type, ORDER_TRAILING_STOP);
}

static void test_replacing_a_stop_moves_its_stop_price(void **state) {
    trading *t = *state;
    order_intent intent = kinds_stop(t, SIDE_SELL, kinds_bid(t, 5));
    intent.type = ORDER_STOP_LIMIT;
    intent.price = kinds_bid(t, 8);
    order o = kinds_send(t, &intent), after;
    assert_int_equal(desk_replace(t->desk, "ada", o.id, 60, kinds_bid(t, 3), &after), STATUS_OK);
    assert_int_equal(after.stop, kinds_bid(t, 3));
    assert_int_equal(after.price, intent.price);
    assert_int_equal(after.open, 60);
    int64_t reached = trading_last(t, t->stocks[0]) + DECIMAL_ONE;
    assert_int_equal(desk_replace(t->desk, "ada", o.id, 60, kinds_cents(reached), &after), STATUS_REFUSED);
    assert_non_null(strstr(status_message(), "is reached already"));
    trading_restart(t);
    assert_int_equal(kinds_row(t, &o)->stop, kinds_bid(t, 3));
}

static void test_stop_that_is_reached_already_is_refused(void **state) {
    trading *t = *state;
    order_intent intent = kinds_stop(t, SIDE_SELL, kinds_cents(trading_last(t, t->stocks[0])) + DECIMAL_ONE);
    order o;
    assert_int_equal(trading_try(t, &intent, &o), STATUS_REFUSED);
    assert_non_null(strstr(o.reason, "a stop to sell at"));
    assert_int_equal(o.state, STATE_REJECTED);
}

// ---- what rests in other ways ----

static void test_iceberg_shows_a_part_and_after_a_restart_again(void **state) {
    trading *t = *state;
    order_intent intent = kinds_far(t, SIDE_BUY);
    intent.price = kinds_bid(t, 1);
    intent.quantity = 900;
    intent.display = 100;
    order o = kinds_send(t, &intent);
    const view_book *b = trading_book(t, t->stocks[0]);
    assert_int_equal(b->bid[1].own_quantity, 100); // what stands there, not what is behind it
    for (int i = 0; i < 2; i++) {
        trading_last(t, t->stocks[0]);
        assert_int_equal(kinds_row(t, &o)->shown, 100);
        assert_int_equal(kinds_row(t, &o)->display, 100);
        assert_int_equal(kinds_row(t, &o)->quantity, 900);
        trading_restart(t);
    }
}

static void test_post_only_order_never_takes(void **state) {
    trading *t = *state;
    order_intent intent = kinds_far(t, SIDE_BUY);
    intent.traits = ORDER_POST_ONLY;
    intent.price = trading_book(t, t->stocks[0])->ask[0].price;
    order o = kinds_send(t, &intent);
    assert_int_equal(o.state, STATE_CANCELLED);
    assert_non_null(strstr(o.reason, "post-only"));
    intent.price = kinds_bid(t, 0);
    assert_int_equal(kinds_send(t, &intent).state, STATE_WORKING);
}

static void test_all_or_none_waits_off_the_display(void **state) {
    trading *t = *state;
    order_intent intent = kinds_far(t, SIDE_BUY);
    intent.traits = ORDER_ALL_OR_NONE;
    order o = kinds_send(t, &intent);
    for (int i = 0; i < 2; i++) {
        trading_last(t, t->stocks[0]);
        assert_true(kinds_row(t, &o)->waits);
        assert_int_equal(kinds_row(t, &o)->state, ORDER_WORKING);
        assert_int_equal(kinds_row(t, &o)->shown, 0);
        trading_restart(t);
    }
}

static void test_worst_price_bounds_a_market_order(void **state) {
    trading *t = *state;
    const view_book *b = trading_book(t, t->stocks[0]);
    int64_t first = b->ask[0].quantity;
    order_intent intent = {
        .sid = t->stocks[0], .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = first + 10, .price = b->ask[0].price};
    order o = kinds_send(t, &intent);
    assert_int_equal(o.filled, first);
    assert_int_equal(o.state, STATE_CANCELLED);
}

// ---- pairs ----

// A sale at a profit and a stop behind the market, one cancels the other.
static void send_pair(trading *t, order *profit, order *stop) {
    order_intent above = kinds_far(t, SIDE_SELL), below = kinds_stop(t, SIDE_SELL, kinds_bid(t, 2));
    *profit = kinds_send(t, &above);
    below.other = profit->id;
    *stop = kinds_send(t, &below);
}

static void test_trigger_of_one_cancels_the_other(void **state) {
    trading *t = *state;
    order profit, stop;
    send_pair(t, &profit, &stop);
    assert_int_equal(kinds_row(t, &profit)->other, stop.id);
    sweep(t, SIDE_SELL, 2);
    assert_int_equal(kinds_row(t, &stop)->state, ORDER_FILLED);
    assert_int_equal(kinds_row(t, &profit)->state, ORDER_CANCELLED);
    assert_string_equal(kinds_row(t, &profit)->reason, "order 2 of the pair was triggered");
}

static void test_fill_of_one_cancels_the_other(void **state) {
    trading *t = *state;
    order profit, stop, after;
    send_pair(t, &profit, &stop);
    assert_int_equal(desk_replace(t->desk, "ada", profit.id, 100, kinds_bid(t, 0), &after), STATUS_OK);
    assert_true(after.filled > 0);
    assert_int_equal(kinds_row(t, &stop)->state, ORDER_CANCELLED);
    assert_string_equal(kinds_row(t, &stop)->reason, "order 1 of the pair filled");
}

static void test_pair_is_a_pair_after_a_restart(void **state) {
    trading *t = *state;
    order profit, stop, after;
    send_pair(t, &profit, &stop);
    uint64_t print = trading_fingerprint(t);
    trading_restart(t);
    assert_true(trading_fingerprint(t) == print);
    assert_int_equal(kinds_row(t, &stop)->other, profit.id);
    assert_int_equal(desk_replace(t->desk, "ada", profit.id, 100, kinds_bid(t, 0), &after), STATUS_OK);
    assert_int_equal(kinds_row(t, &stop)->state, ORDER_CANCELLED);
    trading_check_sums(t);
}

static void test_cancelled_order_leaves_the_other_alone(void **state) {
    trading *t = *state;
    order profit, stop;
    size_t n;
    send_pair(t, &profit, &stop);
    assert_int_equal(desk_cancel(t->desk, "ada", "a test", profit.id, 0, &n), STATUS_OK);
    assert_int_equal(kinds_row(t, &stop)->state, ORDER_WORKING);
    assert_int_equal(kinds_row(t, &stop)->other, 0);
    trading_restart(t);
    assert_int_equal(kinds_row(t, &stop)->state, ORDER_WORKING);
}

static void test_pair_needs_a_working_order_of_its_security(void **state) {
    trading *t = *state;
    order profit, stop, o;
    send_pair(t, &profit, &stop);
    order_intent third = kinds_far(t, SIDE_SELL);
    third.other = profit.id;
    assert_int_equal(trading_try(t, &third, &o), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "in a pair with order 2 already"));
    third.other = 77;
    assert_int_equal(trading_try(t, &third, &o), STATUS_NOT_FOUND);
    order elsewhere = trading_rest(t, SIDE_BUY, t->stocks[1], 10);
    third.other = elsewhere.id;
    assert_int_equal(trading_try(t, &third, &o), STATUS_INVALID);
    assert_int_equal(trading_count(t, JOURNAL_ORDER), 3); // nothing of these was written
    assert_int_equal(trading_count(t, JOURNAL_REJECT), 0);
}

// ---- self-trades ----

// A sale of ours behind what the market offers at its best price, and a purchase that reaches `beyond` of it.
static order meet_own(trading *t, self_trade self, int64_t beyond, order *own) {
    const view_book *b = trading_book(t, t->stocks[0]);
    order_intent offer = {.sid = t->stocks[0], .side = SIDE_SELL, .quantity = 100, .price = b->ask[0].price};
    order_intent taker = {.sid = t->stocks[0], .self = self, .quantity = b->ask[0].quantity + beyond};
    taker.price = offer.price;
    *own = kinds_send(t, &offer);
    order o = kinds_send(t, &taker);
    trading_check_sums(t);
    return o;
}

static void test_newest_is_cancelled_once_it_meets_our_own(void **state) {
    trading *t = *state;
    order own, o = meet_own(t, SELF_CANCEL_NEWEST, 50, &own);
    assert_int_equal(o.filled, o.quantity - 50); // with others that stood before it
    assert_int_equal(o.state, STATE_CANCELLED);
    assert_string_equal(o.reason, "would trade with the desk's own order 1");
    assert_int_equal(kinds_row(t, &own)->state, ORDER_WORKING);
}

static void test_oldest_is_cancelled_and_the_new_one_goes_on(void **state) {
    trading *t = *state;
    order own, o = meet_own(t, SELF_CANCEL_OLDEST, 50, &own);
    assert_int_equal(o.state, STATE_PARTIAL); // it rests now
    assert_int_equal(kinds_row(t, &own)->state, ORDER_CANCELLED);
    assert_string_equal(kinds_row(t, &own)->reason, "would trade with the desk's own order 2");
}

static void test_both_lose_the_smaller_quantity(void **state) {
    trading *t = *state;
    order own, o = meet_own(t, SELF_DECREMENT_BOTH, 30, &own);
    assert_int_equal(o.state, STATE_CANCELLED);
    assert_int_equal(o.filled, o.quantity - 30);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(kinds_row(t, &own)->state, ORDER_WORKING);
        assert_int_equal(kinds_row(t, &own)->quantity, 70);
        trading_restart(t);
    }
    assert_int_equal(trading_count(t, JOURNAL_REDUCE), 1);
}

static void test_rule_off_trades_with_our_own(void **state) {
    trading *t = *state;
    order own, o = meet_own(t, SELF_TRADE, 50, &own);
    assert_int_equal(o.state, STATE_FILLED);
    assert_int_equal(kinds_row(t, &own)->filled, 50);
}

static void test_triggered_stop_does_not_trade_with_our_own(void **state) {
    trading *t = *state;
    int64_t below = kinds_bid(t, 3);
    order_intent bid = {.sid = t->stocks[0], .side = SIDE_BUY, .quantity = 300, .price = below};
    order own = kinds_send(t, &bid);
    order_intent intent = kinds_stop(t, SIDE_SELL, kinds_bid(t, 2));
    intent.quantity = 5000;
    order o = kinds_send(t, &intent);
    sweep(t, SIDE_SELL, 2);
    assert_int_equal(kinds_row(t, &o)->state, ORDER_CANCELLED);
    assert_non_null(strstr(kinds_row(t, &o)->reason, "the desk's own order 1"));
    assert_int_equal(kinds_row(t, &own)->filled, 0);
}

// ---- what does not go together ----

static void test_kinds_that_do_not_go_together_leave_no_trace(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    const order_intent wrong[] = {
        {.sid = sid, .quantity = 1, .type = ORDER_STOP},
        {.sid = sid, .quantity = 1, .type = ORDER_STOP, .stop = 100, .tif = TIF_IOC},
        {.sid = sid, .quantity = 1, .type = ORDER_TRAILING_STOP, .stop = 100},
        {.sid = sid, .quantity = 1, .price = 100, .stop = 100},
        {.sid = sid, .quantity = 1, .type = ORDER_MARKET, .tif = TIF_GTC},
        {.sid = sid, .quantity = 1, .price = 100, .tif = TIF_GTD},
        {.sid = sid, .quantity = 1, .price = 100, .tif = TIF_GTD, .expires = 1},
        {.sid = sid, .quantity = 1, .price = 100, .expires = INT64_MAX},
        {.sid = sid, .quantity = 1, .price = 100, .display = 2},
        {.sid = sid, .quantity = 9, .price = 100, .display = 2, .traits = ORDER_ALL_OR_NONE},
        {.sid = sid, .quantity = 9, .price = 100, .tif = TIF_FOK, .traits = ORDER_POST_ONLY},
        {.sid = sid, .quantity = 9, .price = 100, .traits = ORDER_ICEBERG},
        {.sid = sid, .quantity = 9, .type = ORDER_MARKET, .tif = TIF_IOC, .other = 1},
        {.sid = sid, .quantity = 9, .price = 100, .stop = -1},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        order o;
        if (trading_try(t, &wrong[i], &o) != STATUS_INVALID)
            fail_msg("order %zu was not refused for what it is: %s", i, status_message());
    }
    assert_int_equal(trading_count(t, JOURNAL_ORDER) + trading_count(t, JOURNAL_REJECT), 0);
}

static void test_same_client_id_for_a_stop_is_one_order(void **state) {
    trading *t = *state;
    order_intent intent = kinds_stop(t, SIDE_SELL, 0);
    intent.type = ORDER_TRAILING_STOP;
    intent.trail = DECIMAL_ONE;
    strcpy(intent.client, "again");
    order first = kinds_send(t, &intent);
    sweep(t, SIDE_BUY, 2); // it trails
    assert_int_equal(kinds_send(t, &intent).id, first.id);
    intent.trail *= 2;
    order o;
    assert_int_equal(trading_try(t, &intent, &o), STATUS_EXISTS);
}

// ---- the ways out ----

static void test_flatten_takes_waiting_stops_off(void **state) {
    trading *t = *state;
    trading_hold(t, t->stocks[0], 200);
    order profit, stop;
    send_pair(t, &profit, &stop);
    flatten_row *rows = NULL;
    size_t n = 0;
    flatten_done done;
    assert_int_equal(desk_flatten(t->desk, "ada", "a test", 0, NULL, &rows, &n, &done), STATUS_OK);
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].after, 0);
    assert_int_equal(done.cancelled, 2);
    free(rows);
    assert_int_equal(kinds_row(t, &stop)->state, ORDER_CANCELLED);
    assert_int_equal(kinds_row(t, &profit)->state, ORDER_CANCELLED);
}

static void test_pair_that_closes_reduces_while_tripped(void **state) {
    trading *t = *state;
    trading_hold(t, t->stocks[0], 100);
    assert_int_equal(desk_trip(t->desk, "ada", "a test"), STATUS_OK);
    order profit, stop, o;
    send_pair(t, &profit, &stop); // of the two one alone can sell
    assert_int_equal(kinds_row(t, &stop)->state, ORDER_WORKING);
    order_intent opens = kinds_stop(t, SIDE_SELL, kinds_bid(t, 4));
    assert_int_equal(trading_try(t, &opens, &o), STATUS_REFUSED);
    assert_non_null(strstr(o.reason, "breaker tripped"));
}

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        AT_DESK(test_stop_waits_and_is_then_a_market_order),
        AT_DESK(test_waiting_stop_waits_again_after_a_restart),
        AT_DESK(test_stop_limit_rests_at_its_limit_once_triggered),
        AT_DESK(test_trailing_stop_follows_the_market_and_keeps_its_price),
        AT_DESK(test_replacing_a_stop_moves_its_stop_price),
        AT_DESK(test_stop_that_is_reached_already_is_refused),
        AT_DESK(test_iceberg_shows_a_part_and_after_a_restart_again),
        AT_DESK(test_post_only_order_never_takes),
        AT_DESK(test_all_or_none_waits_off_the_display),
        AT_DESK(test_worst_price_bounds_a_market_order),
        AT_DESK(test_trigger_of_one_cancels_the_other),
        AT_DESK(test_fill_of_one_cancels_the_other),
        AT_DESK(test_pair_is_a_pair_after_a_restart),
        AT_DESK(test_cancelled_order_leaves_the_other_alone),
        AT_DESK(test_pair_needs_a_working_order_of_its_security),
        AT_DESK(test_newest_is_cancelled_once_it_meets_our_own),
        AT_DESK(test_oldest_is_cancelled_and_the_new_one_goes_on),
        AT_DESK(test_both_lose_the_smaller_quantity),
        AT_DESK(test_rule_off_trades_with_our_own),
        AT_DESK(test_triggered_stop_does_not_trade_with_our_own),
        AT_DESK(test_kinds_that_do_not_go_together_leave_no_trace),
        AT_DESK(test_same_client_id_for_a_stop_is_one_order),
        AT_DESK(test_flatten_takes_waiting_stops_off),
        AT_DESK(test_pair_that_closes_reduces_while_tripped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
