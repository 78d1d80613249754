// Breaker, limits, positions set by hand, and the turn of the session.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "data/providers/calendar.h"
#include "engine/desk/session.h"
#include "src/base/decimal.h"
#include "tests/engine/desk/support_trading.h"

#define MONEY(x) ((int64_t)(x)*DECIMAL_ONE)

static int set_up(void **state) {
    trading *t = mem_new(1, sizeof *t);
    trading_open(t, false);
    *state = t;
    return 0;
}

static int set_up_closed(void **state) {
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

static int64_t limit_of(trading *t, limit_name name) {
    int64_t value;
    assert_int_equal(desk_limit_value(t->desk, name, &value), STATUS_OK);
    return value;
}

// ---- breaker ----

static void test_trip_refuses_orders_until_reset(void **state) {
    trading *t = *state;
    order_intent intent = {.sid = t->stocks[0], .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = 10};
    order o;
    assert_int_equal(desk_trip(t->desk, "ada", "feed looks wrong"), STATUS_OK);
    assert_int_equal(trading_try(t, &intent, &o), STATUS_REFUSED);
    assert_non_null(strstr(o.reason, "breaker tripped"));
    assert_int_equal(desk_trip(t->desk, "bob", "again"), STATUS_EXISTS);
    assert_int_equal(desk_reset(t->desk, "bob", "checked"), STATUS_OK);
    assert_int_equal(trading_try(t, &intent, &o), STATUS_OK);
}

static void test_history_keeps_trips_and_resets_over_a_restart(void **state) {
    trading *t = *state;
    assert_int_equal(desk_trip(t->desk, "ada", "feed looks wrong"), STATUS_OK);
    trading_restart(t);
    assert_int_equal(trading_breaker(t)->state, BREAKER_TRIPPED);
    assert_int_equal(desk_reset(t->desk, "bob", "checked"), STATUS_OK);
    trading_restart(t);
    const view_breaker *b = trading_breaker(t);
    assert_int_equal(b->state, BREAKER_QUIET);
    assert_int_equal(b->trips, 2);
    assert_int_equal(b->trip[0].state, BREAKER_QUIET);
    assert_string_equal(b->trip[0].user, "bob");
    assert_string_equal(b->trip[1].cause, "feed looks wrong");
    assert_string_equal(b->trip[1].user, "ada");
    assert_int_equal(b->since, b->trip[0].time);
}

static void test_reset_needs_a_tripped_breaker_and_a_minute(void **state) {
    trading *t = *state;
    assert_int_equal(desk_reset(t->desk, "ada", ""), STATUS_REFUSED);
    assert_int_equal(desk_trip(t->desk, "ada", ""), STATUS_OK);
    assert_int_equal(desk_reset(t->desk, "ada", ""), STATUS_OK);
    assert_int_equal(desk_reset(t->desk, "ada", ""), STATUS_REFUSED);
    assert_int_equal(desk_trip(t->desk, "ada", ""), STATUS_OK); // from QUIET, too
    assert_int_equal(desk_reset(t->desk, "ada", ""), STATUS_REFUSED);
    assert_non_null(strstr(status_message(), "less than a minute"));
}

static const view_limit *limit_shown(const view_breaker *b, const char *name) {
    for (int32_t i = 0; i < b->limits; i++)
        if (strcmp(b->limit[i].name, name) == 0)
            return &b->limit[i];
    fail_msg("no limit %s is shown", name);
    return NULL;
}

// As if it had begun long ago: the next desk finds a reset of 1970.
static void let_quiet_end(trading *t) {
    int64_t last;
    trading_stop(t);
    assert_int_equal(store_open(t->home, &t->store), STATUS_OK);
    assert_int_equal(journal_last(t->store, &last), STATUS_OK);
    journal_row row = {
        .sequence = last + 1, .time = 1, .kind = JOURNAL_BREAKER, .quantity = BREAKER_STATE_QUIET, .price = 5};
    assert_int_equal(journal_append(t->store, &row, 1), STATUS_OK);
    store_close(t->store);
    trading_start(t);
    trading_hold(t, t->stocks[0], 0); // a turn of the desk
}

static void test_quiet_time_halves_limits_and_ends(void **state) {
    trading *t = *state;
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_ORDER_QUANTITY, 100), STATUS_OK);
    assert_int_equal(desk_trip(t->desk, "ada", ""), STATUS_OK);
    assert_int_equal(desk_reset(t->desk, "ada", ""), STATUS_OK);
    order_intent intent = {.sid = t->stocks[0], .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = 100};
    order o;
    assert_int_equal(trading_try(t, &intent, &o), STATUS_REFUSED);
    assert_string_equal(o.reason, "order limit: 100 shares, 50 allowed (halved: QUIET)");
    const view_limit *limit = limit_shown(trading_breaker(t), "order quantity");
    assert_true(limit->limit == 50 && limit->full == 100);
    limit = limit_shown(trading_breaker(t), "gross");
    assert_true(limit->limit == limit->full);
    const view_breaker *b = trading_breaker(t);
    assert_int_equal(b->quiet_until - b->since, 5 * 60 * NS_PER_S);
    assert_int_equal(b->since_desk, trading_status(t)->desk_time);
    // What is quiet stays so for the time that it was given.
    int64_t until = b->quiet_until;
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_QUIET_MINUTES, 0), STATUS_OK);
    assert_int_equal(trading_breaker(t)->state, BREAKER_QUIET);
    assert_int_equal(trading_breaker(t)->quiet_until, until);
    let_quiet_end(t);
    assert_int_equal(trading_breaker(t)->state, BREAKER_TRADING);
    assert_int_equal(trading_breaker(t)->quiet_until, 0);
    assert_true(limit_shown(trading_breaker(t), "order quantity")->limit == 100);
    assert_int_equal(trading_try(t, &intent, &o), STATUS_OK);
    assert_string_equal(trading_breaker(t)->trip[0].user, "desk");
}

static void test_loss_of_the_day_trips_the_breaker(void **state) {
    trading *t = *state;
    const holding h = {t->stocks[0], 1000};
    assert_int_equal(desk_load(t->desk, "ada", "a test", &h, 1, 0), STATUS_OK);
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_DRAWDOWN, 0), STATUS_OK); // 0: none
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_DAILY_LOSS, 1), STATUS_OK);
    assert_int_equal(trading_breaker(t)->state, BREAKER_TRADING);
    trading_send(t, SIDE_SELL, t->stocks[0], 900, 0); // fees and half a spread
    assert_int_equal(trading_breaker(t)->state, BREAKER_TRIPPED);
    assert_string_equal(trading_breaker(t)->user, "desk");
    assert_non_null(strstr(trading_breaker(t)->cause, "daily loss"));
    assert_non_null(strstr(trading_breaker(t)->cause, "is over 0.0001 %"));
    assert_int_equal(desk_reset(t->desk, "ada", ""), STATUS_REFUSED);
    assert_non_null(strstr(status_message(), "the cause persists"));
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_DAILY_LOSS, MONEY(5)), STATUS_OK);
    assert_int_equal(desk_reset(t->desk, "ada", ""), STATUS_OK);
}

static void lose_a_little(trading *t) {
    const holding h = {t->stocks[0], 1000};
    assert_int_equal(desk_load(t->desk, "ada", "a test", &h, 1, 0), STATUS_OK);
    trading_send(t, SIDE_SELL, t->stocks[0], 900, 0); // fees and half a spread
    assert_true(trading_positions(t)->day_pnl < 0);
}

static double limit_used(trading *t, const char *name) { return limit_shown(trading_breaker(t), name)->used; }

// A load is a way for positions to come in, and none for a loss to leave.
static void test_load_takes_no_loss_away(void **state) {
    trading *t = *state;
    lose_a_little(t);
    view_positions before = *trading_positions(t);
    double lost = limit_used(t, "day loss"), fallen = limit_used(t, "drawdown");
    const holding other = {t->stocks[1], 100000};
    assert_int_equal(desk_load(t->desk, "ada", "another", &other, 1, MONEY(50000000)), STATUS_OK);
    const view_positions *v = trading_positions(t);
    assert_int_equal(v->day_pnl, before.day_pnl);
    assert_int_equal(v->start_equity, before.start_equity);
    assert_int_equal(v->equity, v->start_equity + v->by_hand + v->day_pnl);
    assert_true(limit_used(t, "day loss") >= lost && limit_used(t, "drawdown") >= fallen);
    trading_restart(t);
    assert_int_equal(trading_positions(t)->day_pnl, before.day_pnl);
    assert_int_equal(trading_positions(t)->capital, before.capital);
}

// The measure of a loss follows what is taken out, so that the limit is one of what is there.
static void test_load_that_takes_capital_out_makes_the_measure_smaller(void **state) {
    trading *t = *state;
    lose_a_little(t);
    int64_t before = trading_positions(t)->capital;
    const holding other = {t->stocks[0], 50};
    assert_int_equal(desk_load(t->desk, "ada", "smaller", &other, 1, INT64_MIN), STATUS_OK);
    assert_true(trading_positions(t)->capital < before);
    assert_true(trading_positions(t)->by_hand < 0);
}

static void test_load_is_refused_while_the_breaker_is_tripped(void **state) {
    trading *t = *state;
    lose_a_little(t);
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_DAILY_LOSS, 1), STATUS_OK);
    assert_int_equal(trading_breaker(t)->state, BREAKER_TRIPPED);
    const holding other = {t->stocks[1], 10};
    assert_int_equal(desk_load(t->desk, "ada", "another", &other, 1, MONEY(5000000)), STATUS_REFUSED);
    assert_non_null(strstr(status_message(), "tripped"));
    assert_int_equal(desk_reset(t->desk, "ada", ""), STATUS_REFUSED);
}

// What is set by hand is neither a loss nor a fall from a peak.
static void test_positions_set_by_hand_do_not_trip_the_breaker(void **state) {
    trading *t = *state;
    const holding h = {t->stocks[0], 1000};
    assert_int_equal(desk_load(t->desk, "ada", "a test", &h, 1, MONEY(1000)), STATUS_OK);
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_DRAWDOWN, 1), STATUS_OK);
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_DAILY_LOSS, 1), STATUS_OK);
    trading_hold(t, t->stocks[0], 5000);
    trading_hold(t, t->stocks[0], 10);
    trading_hold(t, t->stocks[1], -500);
    assert_int_equal(trading_breaker(t)->state, BREAKER_TRADING);
}

static void test_restart_forgives_no_drawdown(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    const holding h = {sid, 1000};
    assert_int_equal(desk_load(t->desk, "ada", "a test", &h, 1, 0), STATUS_OK);
    // Up: a small purchase at the ask lifts the mark of what is held. Down: a sale at the bid.
    const view_book *b = trading_book(t, sid);
    if (b->ask[0].price <= b->last)
        trading_send(t, SIDE_SELL, sid, 1, 0);
    trading_send(t, SIDE_BUY, sid, 1, 0);
    trading_send(t, SIDE_SELL, sid, 1, 0);
    double before = limit_shown(trading_breaker(t), "drawdown")->used;
    assert_true(before > 0);
    trading_restart(t);
    assert_true(limit_shown(trading_breaker(t), "drawdown")->used == before);
}

// ---- limits ----

static void test_limits_are_set_and_survive(void **state) {
    trading *t = *state;
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_ORDER_NOTIONAL, MONEY(12345)), STATUS_OK);
    trading_restart(t);
    assert_int_equal(limit_of(t, LIMIT_ORDER_NOTIONAL), MONEY(12345));
}

static void test_limits_that_can_not_be_are_refused(void **state) {
    trading *t = *state;
    for (int i = 0; i < LIMIT_COUNT; i++) {
        int64_t before = limit_of(t, (limit_name)i);
        assert_int_equal(desk_limit(t->desk, "ada", (limit_name)i, -1), STATUS_INVALID);
        assert_int_equal(desk_limit(t->desk, "ada", (limit_name)i, INT64_MAX), STATUS_INVALID);
        assert_int_equal(limit_of(t, (limit_name)i), before);
    }
}

// ---- load and adjust ----

static void test_load_replaces_every_position(void **state) {
    trading *t = *state;
    const holding first[] = {{t->stocks[0], 100}, {t->stocks[1], -200}},
                  second[] = {{t->stocks[1], 50}, {t->stocks[2], 7}};
    assert_int_equal(desk_load(t->desk, "ada", "first", first, 2, MONEY(1000)), STATUS_OK);
    assert_int_equal(desk_load(t->desk, "ada", "second", second, 2, INT64_MIN), STATUS_OK);
    assert_int_equal(trading_quantity(t, t->stocks[0]), 0);
    assert_int_equal(trading_quantity(t, t->stocks[1]), 50);
    assert_int_equal(trading_quantity(t, t->stocks[2]), 7);
    const view_positions *v = trading_positions(t);
    assert_int_equal(v->cash, MONEY(1000));
    assert_int_equal(v->day_pnl, 0);
    assert_int_equal(v->start_equity + v->by_hand, v->equity);
    trading_check_sums(t);
}

static void test_load_waits_for_no_working_orders(void **state) {
    trading *t = *state;
    const holding h = {t->stocks[0], 100};
    trading_rest(t, SIDE_BUY, t->stocks[0], 100);
    assert_int_equal(desk_load(t->desk, "ada", "a test", &h, 1, INT64_MIN), STATUS_REFUSED);
}

static int32_t an_index(trading *t) {
    securities list = {0};
    assert_int_equal(securities_load(t->store, &list), STATUS_OK);
    int32_t sid = 0;
    for (size_t i = 0; i < list.n; i++)
        if (strcmp(list.at[i].kind, "index") == 0)
            sid = list.at[i].sid;
    securities_free(&list);
    return sid;
}

static void test_load_and_adjust_take_only_what_can_be_held(void **state) {
    trading *t = *state;
    uint64_t before = trading_fingerprint(t);
    const holding wrong[] = {
        {4711, 1}, {0, 1}, {-1, 1}, {an_index(t), 1}, {t->stocks[0], INT64_MIN}, {t->stocks[0], INT64_MAX}};
    assert_true(wrong[3].sid > 0);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_true(desk_load(t->desk, "ada", "a test", &wrong[i], 1, INT64_MIN) != STATUS_OK);
        assert_true(desk_adjust(t->desk, "ada", "a test", wrong[i].sid, wrong[i].quantity, 0) != STATUS_OK);
    }
    const holding good = {t->stocks[0], 1};
    assert_int_equal(desk_load(t->desk, "ada", "a test", &good, 1, INT64_MAX), STATUS_INVALID);
    assert_int_equal(desk_adjust(t->desk, "ada", "a test", good.sid, 1, -1), STATUS_INVALID);
    assert_int_equal(desk_adjust(t->desk, "ada", "a test", good.sid, 1, INT64_MAX), STATUS_INVALID);
    assert_true(trading_fingerprint(t) == before);
}

static void test_positions_worth_more_than_can_be_summed_are_refused(void **state) {
    trading *t = *state;
    holding h[16];
    for (size_t i = 0; i < t->n; i++)
        h[i] = (holding){t->stocks[i], ORDER_QUANTITY_MOST};
    for (size_t i = 0; i < t->n; i++) {
        status s = desk_adjust(t->desk, "ada", "a test", h[i].sid, h[i].quantity, PRICE_MOST);
        assert_true(s == STATUS_INVALID);
    }
    assert_int_equal(desk_load(t->desk, "ada", "a test", h, t->n, INT64_MIN), STATUS_OK); // 1e11 a name, no more
}

// Shares that appear at another price than the last bring no gain today; what they cost is what was said.
static void test_adjust_sets_cost_and_leaves_the_day_alone(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    int64_t last = trading_last(t, sid);
    assert_int_equal(desk_adjust(t->desk, "ada", "split by hand", sid, 200, last / 2), STATUS_OK);
    const view_position *p = trading_position(t, sid);
    assert_int_equal(p->quantity, 200);
    assert_int_equal(p->average, last / 2);
    assert_int_equal(p->day_pnl, 0);
    assert_int_equal(p->unrealised, 200 * (last - last / 2));
    assert_int_equal(desk_adjust(t->desk, "ada", "gone", sid, 0, last * 2), STATUS_OK);
    assert_int_equal(trading_positions(t)->day_pnl, 0);
    trading_check_sums(t);
}

// ---- the turn of the session ----

// Opens the desk a moment before the close.
static void start_near_the_close(trading *t, int64_t before) {
    trading_start(t);
    int64_t open = session_open(trading_status(t)->session);
    int64_t last;
    trading_stop(t);
    assert_int_equal(store_open(t->home, &t->store), STATUS_OK);
    assert_int_equal(journal_last(t->store, &last), STATUS_OK);
    journal_row row = {.sequence = last + 1,
                       .kind = JOURNAL_CASH,
                       .price = MONEY(1000000),
                       .desk_time = open + SESSION_LENGTH - before};
    assert_int_equal(journal_append(t->store, &row, 1), STATUS_OK);
    store_close(t->store);
    trading_start(t);
    trading_hold(t, t->stocks[3], 10); // its book is alive, so the clock moves finely
}

static void wait_for_the_session_after(trading *t, date day) {
    int64_t until = clock_mono() + 10 * NS_PER_S;
    while (trading_status(t)->session == day) {
        assert_true(clock_mono() < until);
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
}

static void test_session_turns_at_the_close(void **state) {
    trading *t = *state;
    start_near_the_close(t, 60 * NS_PER_S);
    date day = trading_status(t)->session;
    trading_hold(t, t->stocks[0], 100);
    trading_send(t, SIDE_BUY, t->stocks[1], 100, 0);
    order resting = trading_rest(t, SIDE_BUY, t->stocks[2], 100);
    assert_int_equal(desk_trip(t->desk, "ada", "a test"), STATUS_OK);
    assert_int_equal(desk_venue(t->desk, true, 1000), STATUS_OK);
    wait_for_the_session_after(t, day);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    assert_int_equal(trading_status(t)->session, calendar_next(day));
    assert_true(trading_status(t)->desk_time >= session_open(calendar_next(day)));
    assert_int_equal(trading_order(t, resting.id)->state, ORDER_EXPIRED);
    assert_string_equal(trading_order(t, resting.id)->reason, "the session ended");
    assert_int_equal(trading_orders(t)->filled, 1);
    assert_int_equal(trading_orders(t)->filled_earlier, 1);
    assert_int_equal(trading_breaker(t)->state, BREAKER_TRIPPED);
    assert_int_equal(trading_quantity(t, t->stocks[0]), 100);
    assert_int_equal(trading_quantity(t, t->stocks[1]), 100);
    trading_check_sums(t);
}

static void test_session_that_turned_is_found_again(void **state) {
    trading *t = *state;
    start_near_the_close(t, 20 * NS_PER_S);
    date day = trading_status(t)->session;
    trading_hold(t, t->stocks[0], 100);
    assert_int_equal(desk_venue(t->desk, true, 1000), STATUS_OK);
    wait_for_the_session_after(t, day);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    uint64_t print = trading_fingerprint(t);
    trading_restart(t);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    assert_int_equal(trading_status(t)->session, calendar_next(day));
    assert_true(trading_fingerprint(t) == print);
}

// The day begins at the prices that the last one left, for a desk that starts in the middle of it, too: its closes are
// older than they are.
static void test_prices_that_the_last_session_left_survive_a_restart(void **state) {
    trading *t = *state;
    start_near_the_close(t, 60 * NS_PER_S);
    date day = trading_status(t)->session;
    int32_t sid = t->stocks[1];
    trading_send(t, SIDE_BUY, sid, 3000, 0);
    assert_int_equal(desk_venue(t->desk, true, 1000), STATUS_OK);
    wait_for_the_session_after(t, day);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    view_position before = *trading_position(t, sid);
    int64_t pnl = trading_positions(t)->day_pnl;
    trading_restart(t);
    assert_int_equal(trading_position(t, sid)->last, before.last);
    assert_int_equal(trading_position(t, sid)->previous, before.previous);
    assert_int_equal(trading_position(t, sid)->day_pnl, before.day_pnl);
    assert_int_equal(trading_positions(t)->day_pnl, pnl);
    assert_int_equal(desk_reload(t->desk, "DEMO"), STATUS_OK);
    assert_int_equal(trading_position(t, sid)->previous, before.previous);
}

// The book on somebody's screen lives on in the new session, and shows nothing of the old one.
static void test_watched_book_lives_on_in_the_new_session(void **state) {
    trading *t = *state;
    start_near_the_close(t, 60 * NS_PER_S);
    date day = trading_status(t)->session;
    int32_t sid = t->stocks[5];
    assert_non_null(trading_book(t, sid));
    assert_int_equal(desk_venue(t->desk, true, 1000), STATUS_OK);
    wait_for_the_session_after(t, day);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    view_book b;
    bool found = false;
    for (int i = 0; i < VIEW_BOOKS && !found; i++) {
        uint64_t seen = 0;
        found = view_read(t->view, (view_section)(SECTION_BOOK + i), &b, &seen) && b.sid == sid;
    }
    assert_true(found);
    assert_true(b.live);
    assert_true(b.bids > 0 && b.asks > 0);
    for (int32_t i = 0; i < b.prints; i++)
        assert_true(b.tape[i].time >= session_open(calendar_next(day)));
}

static void test_order_of_the_new_session_trades(void **state) {
    trading *t = *state;
    start_near_the_close(t, 5 * NS_PER_S);
    date day = trading_status(t)->session;
    assert_int_equal(desk_venue(t->desk, true, 1000), STATUS_OK);
    wait_for_the_session_after(t, day);
    assert_int_equal(trading_send(t, SIDE_BUY, t->stocks[0], 10, 0).state, STATE_FILLED);
    assert_int_equal(trading_orders(t)->filled - trading_orders(t)->filled_earlier, 1);
    trading_check_sums(t);
}

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define NEAR_THE_CLOSE(test) cmocka_unit_test_setup_teardown(test, set_up_closed, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        AT_DESK(test_trip_refuses_orders_until_reset),
        AT_DESK(test_history_keeps_trips_and_resets_over_a_restart),
        AT_DESK(test_reset_needs_a_tripped_breaker_and_a_minute),
        AT_DESK(test_quiet_time_halves_limits_and_ends),
        AT_DESK(test_loss_of_the_day_trips_the_breaker),
        AT_DESK(test_load_takes_no_loss_away),
        AT_DESK(test_load_that_takes_capital_out_makes_the_measure_smaller),
        AT_DESK(test_load_is_refused_while_the_breaker_is_tripped),
        AT_DESK(test_positions_set_by_hand_do_not_trip_the_breaker),
        AT_DESK(test_restart_forgives_no_drawdown),
        AT_DESK(test_limits_are_set_and_survive),
        AT_DESK(test_limits_that_can_not_be_are_refused),
        AT_DESK(test_load_replaces_every_position),
        AT_DESK(test_load_waits_for_no_working_orders),
        AT_DESK(test_load_and_adjust_take_only_what_can_be_held),
        AT_DESK(test_positions_worth_more_than_can_be_summed_are_refused),
        AT_DESK(test_adjust_sets_cost_and_leaves_the_day_alone),
        NEAR_THE_CLOSE(test_session_turns_at_the_close),
        NEAR_THE_CLOSE(test_session_that_turned_is_found_again),
        NEAR_THE_CLOSE(test_prices_that_the_last_session_left_survive_a_restart),
        NEAR_THE_CLOSE(test_watched_book_lives_on_in_the_new_session),
        NEAR_THE_CLOSE(test_order_of_the_new_session_trades),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
