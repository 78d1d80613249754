// Orders over time: sessions, expiry, orders under way and those that wait outside.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "engine/desk/session.h"
#include "engine/market/rhythm.h"
#include "src/base/decimal.h"
#include "tests/engine/desk/support_kinds.h"

// Made, and not started: time moves only where the test lets it.
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

static void test_until_is_a_day_a_time_or_both(void **state) {
    (void)state;
    date winter = date_make(2026, 11, 23), summer = date_make(2026, 7, 1);
    char out[SESSION_UNTIL_TEXT];
    instant t;
    assert_true(session_until("15:30", winter, &t));
    assert_string_equal(session_until_text(t, out), "2026-11-23T20:30:00.000Z");
    assert_true(session_until("15:30:10", summer, &t));
    assert_string_equal(session_until_text(t, out), "2026-07-01T19:30:10.000Z");
    assert_true(session_until("2026-11-30T09:30", winter, &t));
    assert_true(t == session_open(date_make(2026, 11, 30)));
    assert_true(session_until("2026-11-30", winter, &t));
    assert_string_equal(session_until_text(t, out), "2026-11-30"); // its end
    assert_string_equal(session_until_text(0, out), "");
    assert_string_equal(session_until_text(INT64_MAX, out), "2262-04-11T23:47:16.854Z");
    static const char *const wrong[] = {"",       "15",         "15:3",        "25:00",      "15:60",
                                        "15:30x", "2026-11-31", "2026-11-30 ", "9999-12-31", "2026-11-30T"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (session_until(wrong[i], winter, &t))
            fail_msg("\"%s\" was taken", wrong[i]);
}

static void run_to(trading *t, instant then, double pace) {
    int64_t until = clock_mono() + 20 * NS_PER_S;
    assert_int_equal(desk_venue(t->desk, true, pace), STATUS_OK);
    while (trading_status(t)->desk_time < then) {
        assert_true(clock_mono() < until);
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
}

// A desk that stands still a little before the close.
static void start_near_close(trading *t) {
    trading_start(t);
    int64_t open = session_open(trading_status(t)->session), last;
    trading_stop(t);
    assert_int_equal(store_open(t->home, &t->store), STATUS_OK);
    assert_int_equal(journal_last(t->store, &last), STATUS_OK);
    journal_row row = {.sequence = last + 1,
                       .kind = JOURNAL_CASH,
                       .price = 1000000 * DECIMAL_ONE,
                       .desk_time = open + RHYTHM_DAY - 20 * NS_PER_S};
    assert_int_equal(journal_append(t->store, &row, 1), STATUS_OK);
    store_close(t->store);
    trading_start(t);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
}

static void test_good_till_orders_live_through_sessions(void **state) {
    trading *t = *state;
    start_near_close(t);
    date day = trading_status(t)->session;
    order_intent intent = kinds_far(t, SIDE_BUY);
    order of_day = kinds_send(t, &intent);
    intent.tif = TIF_GTC;
    intent.display = 10;
    order for_good = kinds_send(t, &intent);
    intent.tif = TIF_GTD;
    intent.display = 0;
    assert_true(session_until("2099-01-01", day, &intent.expires));
    order till_later = kinds_send(t, &intent);
    char today[DATE_TEXT];
    assert_true(session_until(date_text(day, today), day, &intent.expires));
    order till_today = kinds_send(t, &intent);
    run_to(t, session_open(day) + RHYTHM_DAY + 60 * NS_PER_S, 60);
    assert_true(trading_status(t)->session > day);
    trading_last(t, t->stocks[0]);
    assert_int_equal(kinds_row(t, &of_day)->state, ORDER_EXPIRED);
    assert_int_equal(kinds_row(t, &till_today)->state, ORDER_EXPIRED);
    assert_string_equal(kinds_row(t, &till_today)->reason, "its time is over");
    assert_int_equal(kinds_row(t, &for_good)->state, ORDER_WORKING);
    assert_int_equal(kinds_row(t, &for_good)->shown, 10); // in the book of the new day
    assert_int_equal(kinds_row(t, &till_later)->state, ORDER_WORKING);
    assert_int_equal(kinds_row(t, &till_later)->shown, 100);
}

static void test_order_with_a_time_expires_at_it(void **state) {
    trading *t = *state;
    trading_start(t);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    order_intent intent = kinds_far(t, SIDE_BUY);
    intent.tif = TIF_GTD;
    intent.expires = trading_status(t)->desk_time + 5 * NS_PER_S;
    order o = kinds_send(t, &intent);
    trading_restart(t);
    assert_int_equal(kinds_row(t, &o)->state, ORDER_WORKING);
    run_to(t, intent.expires + NS_PER_S, 20);
    assert_int_equal(kinds_row(t, &o)->state, ORDER_EXPIRED);
    journal_rows rows = {0};
    trading_journal(t, &rows);
    bool found = false;
    for (size_t i = 0; i < rows.n; i++)
        if (rows.at[i].kind == JOURNAL_EXPIRE && rows.at[i].order == o.id) {
            assert_int_equal(rows.at[i].desk_time, intent.expires); // to the moment
            found = true;
        }
    assert_true(found);
    vec_free(&rows);
    assert_int_equal(trading_try(t, &intent, &o), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "a time that is past"));
}

// What a market in pre-open does not take, and worked before, waits outside until it does.
static void test_post_only_order_waits_outside_for_the_open(void **state) {
    trading *t = *state;
    venue_terms terms = venue_terms_default();
    terms.pre_open_s = 30;
    t->config.terms = &terms;
    trading_start(t);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    order_intent intent = kinds_far(t, SIDE_BUY);
    trading_stop(t);
    int64_t last;
    assert_int_equal(store_open(t->home, &t->store), STATUS_OK);
    assert_int_equal(journal_last(t->store, &last), STATUS_OK);
    journal_row row = {.sequence = last + 1,
                       .kind = JOURNAL_ORDER,
                       .order = 1,
                       .sid = intent.sid,
                       .tif = TIF_GTC,
                       .traits = ORDER_POST_ONLY,
                       .self = SELF_CANCEL_NEWEST,
                       .quantity = 40,
                       .price = intent.price};
    assert_int_equal(journal_append(t->store, &row, 1), STATUS_OK);
    store_close(t->store);
    trading_start(t);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    assert_int_equal(trading_book(t, intent.sid)->state, STATE_OPENING_AUCTION);
    assert_int_equal(trading_order(t, 1)->state, ORDER_WORKING);
    assert_int_equal(trading_order(t, 1)->shown, 0);
    run_to(t, session_open(trading_status(t)->session) + 2 * NS_PER_S, 20);
    assert_int_equal(trading_order(t, 1)->state, ORDER_WORKING);
    assert_int_equal(trading_order(t, 1)->shown, 40);
}

static void test_pair_under_latency_is_made_when_the_first_has_arrived(void **state) {
    trading *t = *state;
    venue_terms terms = venue_terms_default();
    terms.latency_ms = 500;
    t->config.terms = &terms;
    trading_start(t);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    order_intent first = kinds_far(t, SIDE_SELL), second = kinds_stop(t, SIDE_SELL, kinds_bid(t, 30));
    order a = kinds_send(t, &first), b;
    second.other = a.id;
    assert_int_equal(trading_try(t, &second, &b), STATUS_BUSY);
    run_to(t, trading_status(t)->desk_time + NS_PER_S, 20);
    b = kinds_send(t, &second);
    run_to(t, trading_status(t)->desk_time + NS_PER_S, 20);
    trading_restart(t); // both are sent anew, the second behind the first
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    run_to(t, trading_status(t)->desk_time + 2 * NS_PER_S, 20);
    assert_int_equal(kinds_row(t, &a)->shown, 100);
    assert_int_equal(kinds_row(t, &b)->state, ORDER_WORKING);
    order after;
    assert_int_equal(desk_replace(t->desk, "ada", a.id, 100, kinds_bid(t, 0), &after), STATUS_OK);
    run_to(t, trading_status(t)->desk_time + 2 * NS_PER_S, 20);
    assert_true(kinds_row(t, &a)->filled > 0);
    assert_int_equal(kinds_row(t, &b)->state, ORDER_CANCELLED);
}

// What was asked for an order on its way is done when the desk stops, too: it does not come back.
static void test_cancel_of_an_order_under_way_outlives_the_desk(void **state) {
    trading *t = *state;
    venue_terms terms = venue_terms_default();
    terms.latency_ms = 500;
    t->config.terms = &terms;
    trading_start(t);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    order_intent intent = kinds_far(t, SIDE_BUY);
    intent.tif = TIF_GTC;
    order o = kinds_send(t, &intent);
    size_t n;
    assert_int_equal(desk_cancel(t->desk, "ada", "a test", o.id, 0, &n), STATUS_OK);
    assert_int_equal(kinds_row(t, &o)->state, ORDER_WORKING);
    trading_restart(t);
    assert_int_equal(kinds_row(t, &o)->state, ORDER_CANCELLED);
    assert_string_equal(kinds_row(t, &o)->reason, "a test");
}

static void test_order_that_arrives_after_its_time_expires_whole(void **state) {
    trading *t = *state;
    venue_terms terms = venue_terms_default();
    terms.latency_ms = 500;
    t->config.terms = &terms;
    trading_start(t);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    order_intent intent = kinds_far(t, SIDE_BUY);
    intent.tif = TIF_GTD;
    intent.expires = trading_status(t)->desk_time + NS_PER_S / 4;
    order o = kinds_send(t, &intent);
    run_to(t, intent.expires + NS_PER_S, 20);
    assert_int_equal(kinds_row(t, &o)->state, ORDER_EXPIRED);
    journal_rows rows = {0};
    trading_journal(t, &rows);
    for (size_t i = 0; i < rows.n; i++)
        if (rows.at[i].kind == JOURNAL_EXPIRE)
            assert_int_equal(rows.at[i].quantity, 100);
    assert_int_equal(trading_count(t, JOURNAL_EXPIRE), 1);
    vec_free(&rows);
}

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_until_is_a_day_a_time_or_both),
        AT_DESK(test_good_till_orders_live_through_sessions),
        AT_DESK(test_order_with_a_time_expires_at_it),
        AT_DESK(test_post_only_order_waits_outside_for_the_open),
        AT_DESK(test_pair_under_latency_is_made_when_the_first_has_arrived),
        AT_DESK(test_cancel_of_an_order_under_way_outlives_the_desk),
        AT_DESK(test_order_that_arrives_after_its_time_expires_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
