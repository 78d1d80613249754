// What the venue's session means to the desk: auctions, the close, halts, and prices of securities without a book.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "data/store/bars.h"
#include "engine/desk/session.h"
#include "engine/market/daypath.h"
#include "src/base/decimal.h"
#include "tests/engine/desk/support_trading.h"

static int set_up(void **state) {
    trading *t = mem_new(1, sizeof *t);
    trading_make(t, true);
    *state = t;
    return 0;
}

static int tear_down(void **state) {
    trading *t = *state;
    trading_close(t);
    free(t);
    return 0;
}

// A desk that stands still at a time of its session.
static void start_at(trading *t, int64_t time) {
    trading_start(t);
    int64_t open = session_open(trading_status(t)->session), last;
    trading_stop(t);
    assert_int_equal(store_open(t->home, &t->store), STATUS_OK);
    assert_int_equal(journal_last(t->store, &last), STATUS_OK);
    journal_row row = {
        .sequence = last + 1, .kind = JOURNAL_CASH, .price = 1000000 * DECIMAL_ONE, .desk_time = open + time};
    assert_int_equal(journal_append(t->store, &row, 1), STATUS_OK);
    store_close(t->store);
    trading_start(t);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
}

static void run_until(trading *t, int64_t time, double pace) {
    int64_t until = clock_mono() + 20 * NS_PER_S, open = session_open(trading_status(t)->session);
    assert_int_equal(desk_venue(t->desk, true, pace), STATUS_OK);
    while (trading_status(t)->desk_time < open + time) {
        assert_true(clock_mono() < until);
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
}

static void test_a_book_shows_which_state_it_is_in(void **state) {
    trading *t = *state;
    trading_start(t);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    const view_book *b = trading_book(t, t->stocks[0]);
    assert_int_equal(b->state, STATE_CONTINUOUS);
    assert_true(b->trades > 0 && b->open == b->last); // the opening auction
    trading_stop(t);
    start_at(t, DAYPATH_END + NS_PER_S);
    assert_int_equal(trading_book(t, t->stocks[0])->state, STATE_CLOSING_AUCTION);
}

static void test_a_refusal_in_an_auction_names_it(void **state) {
    trading *t = *state;
    start_at(t, DAYPATH_END + NS_PER_S);
    order_intent at_once = {.sid = t->stocks[0], .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = 100};
    order o;
    trading_try(t, &at_once, &o);
    assert_int_equal(o.filled, 0);
    assert_non_null(strstr(o.reason, "closing auction"));
}

static void test_market_orders_wait_for_the_closing_auction(void **state) {
    trading *t = *state;
    start_at(t, DAYPATH_END + NS_PER_S);
    date day = trading_status(t)->session;
    order_intent waiting = {.sid = t->stocks[0], .type = ORDER_MARKET, .tif = TIF_DAY, .quantity = 200};
    order o;
    assert_int_equal(trading_try(t, &waiting, &o), STATUS_OK);
    assert_int_equal(o.filled, 0);
    assert_int_equal(desk_venue(t->desk, true, 200), STATUS_OK);
    int64_t until = clock_mono() + 20 * NS_PER_S;
    while (trading_status(t)->session == day) {
        assert_true(clock_mono() < until);
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    assert_int_equal(trading_quantity(t, t->stocks[0]), 200);
    trading_check_sums(t);
}

static void test_flatten_in_the_closing_auction_waits_for_it(void **state) {
    trading *t = *state;
    start_at(t, RHYTHM_DAY - 15 * NS_PER_S);
    trading_hold(t, t->stocks[0], 300);
    assert_int_equal(desk_venue(t->desk, true, 20), STATUS_OK);
    flatten_row *rows = NULL;
    size_t n = 0;
    assert_int_equal(desk_flatten(t->desk, "ada", "a test", 0, NULL, &rows, &n, NULL), STATUS_OK);
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].after, 0);
    assert_int_equal(rows[0].filled, 300);
    free(rows);
    trading_check_sums(t);
}

// Nobody looks at them for half an hour; when somebody does, they are not where the last session left them.
static void test_prices_of_securities_without_a_book_walk(void **state) {
    trading *t = *state;
    bar closes[64];
    size_t moved = 0;
    trading_start(t);
    run_until(t, 1800 * NS_PER_S, 1000);
    assert_int_equal(bars_latest(t->store, INT32_MAX, closes, 64), STATUS_OK);
    for (size_t i = 0; i < 8; i++)
        moved += trading_last(t, t->stocks[i]) != closes[t->stocks[i] - 1].close;
    assert_true(moved >= 6);
}

// ---- terms ----

static const view_order *wait_for(trading *t, int64_t id, int32_t state) {
    int64_t until = clock_mono() + 20 * NS_PER_S;
    while (trading_order(t, id)->state != state) {
        assert_true(clock_mono() < until);
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    return trading_order(t, id);
}

static void test_makers_and_takers_pay_by_their_terms(void **state) {
    trading *t = *state;
    venue_terms terms = venue_terms_default();
    terms.taker_fee = 0.003;
    terms.maker_fee = -0.002;
    t->config.terms = &terms;
    trading_start(t);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    order taken = trading_send(t, SIDE_BUY, t->stocks[0], 100, 0);
    assert_int_equal(trading_position(t, t->stocks[0])->fees, 100 * 30);
    assert_int_equal(taken.state, STATE_FILLED);
    const view_book *b = trading_book(t, t->stocks[1]);
    order made = trading_send(t, SIDE_BUY, t->stocks[1], 50, b->bid[0].price);
    assert_int_equal(desk_venue(t->desk, true, 600), STATUS_OK);
    wait_for(t, made.id, ORDER_FILLED);
    assert_int_equal(trading_position(t, t->stocks[1])->fees, -50 * 20);
    trading_check_sums(t);
}

static void test_orders_under_way_are_cancelled_when_they_arrive(void **state) {
    trading *t = *state;
    venue_terms terms = venue_terms_default();
    terms.latency_ms = 1000;
    t->config.terms = &terms;
    trading_start(t);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    const view_book *b = trading_book(t, t->stocks[0]);
    int64_t far = b->bid[0].price / 200 * 100;
    order_intent intent = {.sid = t->stocks[0], .side = SIDE_BUY, .quantity = 100, .price = far};
    order o, kept;
    assert_int_equal(trading_try(t, &intent, &o), STATUS_OK);
    assert_int_equal(trading_try(t, &intent, &kept), STATUS_OK);
    size_t n;
    assert_int_equal(desk_cancel(t->desk, "ada", "a test", o.id, 0, &n), STATUS_OK);
    assert_int_equal(trading_order(t, o.id)->state, ORDER_WORKING);
    assert_int_equal(trading_order(t, kept.id)->queue_place, 0); // in no queue yet
    assert_int_equal(desk_venue(t->desk, true, 20), STATUS_OK);
    wait_for(t, o.id, ORDER_CANCELLED);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    assert_int_equal(trading_order(t, kept.id)->state, ORDER_WORKING);
    assert_int_equal(trading_order(t, kept.id)->queue_place, 1);
    trading_check_sums(t);
}

static void test_a_venue_that_refuses_says_so(void **state) {
    trading *t = *state;
    venue_terms terms = venue_terms_default();
    terms.rejects = 1;
    t->config.terms = &terms;
    trading_start(t);
    order_intent intent = {.sid = t->stocks[0], .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = 100};
    order o;
    trading_try(t, &intent, &o);
    assert_int_equal(o.filled, 0);
    assert_non_null(strstr(o.reason, "the venue refused the order"));
}

static void test_a_session_may_begin_with_a_pre_open(void **state) {
    trading *t = *state;
    venue_terms terms = venue_terms_default();
    terms.pre_open_s = 300;
    t->config.terms = &terms;
    trading_start(t);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    assert_int_equal(trading_book(t, t->stocks[0])->state, STATE_PRE_OPEN);
    order_intent waiting = {.sid = t->stocks[0], .type = ORDER_MARKET, .tif = TIF_DAY, .quantity = 100};
    order o;
    assert_int_equal(trading_try(t, &waiting, &o), STATUS_OK);
    assert_int_equal(o.filled, 0);
    run_until(t, NS_PER_S, 200);
    assert_int_equal(trading_quantity(t, t->stocks[0]), 100);
    assert_int_equal(trading_book(t, t->stocks[0])->state, STATE_CONTINUOUS);
}

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        AT_DESK(test_a_book_shows_which_state_it_is_in),
        AT_DESK(test_a_refusal_in_an_auction_names_it),
        AT_DESK(test_market_orders_wait_for_the_closing_auction),
        AT_DESK(test_flatten_in_the_closing_auction_waits_for_it),
        AT_DESK(test_prices_of_securities_without_a_book_walk),
        AT_DESK(test_makers_and_takers_pay_by_their_terms),
        AT_DESK(test_orders_under_way_are_cancelled_when_they_arrive),
        AT_DESK(test_a_venue_that_refuses_says_so),
        AT_DESK(test_a_session_may_begin_with_a_pre_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
