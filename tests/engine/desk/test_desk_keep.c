// What a session keeps beside the journal, over a stop and over a kill: clock, peak and curve of the P&L.
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "data/store/settings.h"
#include "engine/desk/session.h"
#include "src/base/decimal.h"
#include "tests/engine/desk/support_trading.h"

enum { KEPT = 1 << 16 };

static int set_up(void **state) {
    trading *t = mem_new(1, sizeof *t);
    trading_open(t, false);
    *state = t;
    return 0;
}

static int set_up_live(void **state) {
    trading *t = mem_new(1, sizeof *t);
    trading_open(t, true);
    *state = t;
    return 0;
}

static int tear_down(void **state) {
    trading *t = *state;
    trading_close(t);
    free(t);
    return 0;
}

static void nap(void) { nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL); }

static char *kept(trading *t, const char *name) {
    char *out = mem_new(KEPT, 1);
    if (settings_get(t->store, name, out, KEPT) != STATUS_OK)
        out[0] = 0;
    return out;
}

// The next desk finds what this one had written when it was killed, at a moment in the past.
static void die_as_of(trading *t, const char *name, const char *then) {
    trading_stop(t);
    assert_int_equal(store_open(t->home, &t->store), STATUS_OK);
    assert_int_equal(settings_set(t->store, name, then[0] ? then : NULL), STATUS_OK);
    store_close(t->store);
    trading_start(t);
}

static int64_t clock_in(const char *session) {
    const char *space = strchr(session, ' ');
    return space ? strtoll(space, NULL, 10) : 0;
}

static void wait_for_the_clock(trading *t, instant then) {
    int64_t until = clock_mono() + 20 * NS_PER_S;
    while (trading_status(t)->desk_time < then) {
        assert_true(clock_mono() < until);
        nap();
    }
}

static void test_clock_goes_on_where_the_desk_stopped(void **state) {
    trading *t = *state;
    int64_t open = session_open(trading_status(t)->session);
    assert_int_equal(desk_venue(t->desk, true, 1000), STATUS_OK);
    wait_for_the_clock(t, open + 60 * NS_PER_S);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    int64_t then = trading_status(t)->desk_time;
    trading_restart(t);
    assert_int_equal(trading_status(t)->desk_time, then);
}

static void test_clock_is_written_while_the_session_runs(void **state) {
    trading *t = *state;
    int64_t open = session_open(trading_status(t)->session), until = clock_mono() + 20 * NS_PER_S;
    assert_int_equal(desk_venue(t->desk, true, 10), STATUS_OK);
    char *then = kept(t, "desk.session");
    while (clock_in(then) <= open + NS_PER_S) {
        assert_true(clock_mono() < until);
        nap();
        free(then);
        then = kept(t, "desk.session");
    }
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    die_as_of(t, "desk.session", then);
    assert_int_equal(trading_status(t)->desk_time, clock_in(then));
    free(then);
}

static void test_clock_never_goes_behind_the_journal(void **state) {
    trading *t = *state;
    char *then = kept(t, "desk.session");
    assert_int_equal(desk_venue(t->desk, true, 1000), STATUS_OK);
    wait_for_the_clock(t, session_open(trading_status(t)->session) + 10 * NS_PER_S);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    trading_rest(t, SIDE_BUY, t->stocks[0], 10);
    int64_t sent = trading_status(t)->desk_time;
    die_as_of(t, "desk.session", then);
    assert_int_equal(trading_status(t)->desk_time, sent);
    free(then);
}

static void wait_for_the_session_after(trading *t, date day) {
    int64_t until = clock_mono() + 20 * NS_PER_S;
    while (trading_status(t)->session == day) {
        assert_true(clock_mono() < until);
        nap();
    }
}

static void set_near_the_close(trading *t) {
    char then[128];
    date session = trading_status(t)->session;
    snprintf(then, sizeof then, "%d %" PRId64 " 0 0", session, session_open(session) + SESSION_LENGTH - 20 * NS_PER_S);
    die_as_of(t, "desk.session", then);
}

// Each security's price is held against its own closes: that another has later ones says nothing of it.
static void test_price_that_a_session_left_outlives_the_closes_of_others(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[1];
    set_near_the_close(t);
    date day = trading_status(t)->session;
    int64_t close = trading_last(t, sid);
    while (trading_send(t, SIDE_BUY, sid, 2000, 0), trading_position(t, sid)->last == close)
        ;
    assert_int_equal(desk_venue(t->desk, true, 1000), STATUS_OK);
    wait_for_the_session_after(t, day);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    trading_bar(t, t->stocks[0], day, 100 * DECIMAL_ONE);
    assert_int_equal(desk_reload(t->desk, "DEMO"), STATUS_OK);
    view_position before = *trading_position(t, sid);
    trading_restart(t);
    assert_int_equal(trading_position(t, sid)->last, before.last);
    assert_int_equal(trading_position(t, sid)->day_pnl, before.day_pnl);
}

static void test_plain_closes_are_not_kept(void **state) {
    trading *t = *state;
    trading_bar(t, t->stocks[0], trading_status(t)->session - 1, 100 * DECIMAL_ONE);
    trading_restart(t);
    trading_send(t, SIDE_BUY, t->stocks[1], 10, 0);
    trading_restart(t);
    char *then = kept(t, "desk.session"), *word = strchr(then, ':');
    assert_non_null(word);
    assert_null(strchr(word, ' ')); // one security's
    free(then);
}

// Reading a workspace changes nothing in it. A blank at the end says who wrote it.
static void test_what_stands_still_is_not_written_again(void **state) {
    trading *t = *state;
    static const char *const names[] = {"desk.session", "desk.curve"};
    trading_send(t, SIDE_BUY, t->stocks[0], 10, 0);
    trading_restart(t);
    for (size_t i = 0; i < 2; i++) {
        char *then = kept(t, names[i]);
        strcat(then, " ");
        die_as_of(t, names[i], then);
        trading_restart(t);
        char *now = kept(t, names[i]);
        assert_string_equal(now, then);
        free(now);
        free(then);
    }
}

static void test_what_could_not_be_read_is_not_written_over(void **state) {
    trading *t = *state;
    enum { LONG = 2 << 20 };
    static const char *const names[] = {"desk.session", "desk.curve"};
    char *then = mem_new(LONG + 1, 1), *now = mem_new(LONG + 1, 1);
    memset(then, '1', LONG);
    for (size_t i = 0; i < 2; i++) {
        die_as_of(t, names[i], then);
        trading_send(t, SIDE_BUY, t->stocks[i], 10, 0);
        trading_restart(t);
        assert_int_equal(settings_get(t->store, names[i], now, LONG + 1), STATUS_OK);
        assert_string_equal(now, then);
    }
    free(then);
    free(now);
}

static void curve_of(trading *t, view_pnl *out) {
    uint64_t seen = 0;
    assert_true(view_read(t->view, SECTION_PNL, out, &seen));
}

static void test_curve_of_the_day_goes_on_after_a_restart(void **state) {
    trading *t = *state;
    view_pnl *before = mem_new(1, sizeof *before), *after = mem_new(1, sizeof *after);
    int64_t until = clock_mono() + 20 * NS_PER_S;
    trading_hold(t, t->stocks[0], 1000);
    while (curve_of(t, before), before->n < 2) {
        assert_true(clock_mono() < until);
        nap();
    }
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    curve_of(t, before);
    trading_restart(t);
    curve_of(t, after);
    assert_true(after->n >= before->n);
    for (int32_t i = 0; i < before->n; i++) {
        assert_int_equal(after->time[i], before->time[i]);
        assert_true(after->pnl[i] == before->pnl[i]);
    }
    free(before);
    free(after);
}

static double drawdown(trading *t) {
    const view_breaker *b = trading_breaker(t);
    for (int32_t i = 0; i < b->limits; i++)
        if (strcmp(b->limit[i].name, "drawdown") == 0)
            return b->limit[i].used;
    fail_msg("no drawdown is shown");
    return 0;
}

// A load takes nothing of the day away: what a desk wrote before it was killed right after one still holds.
static void test_peak_outlives_a_load_and_a_kill(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    const holding h = {sid, 1000}, other = {t->stocks[1], 10};
    assert_int_equal(desk_load(t->desk, "ada", "a test", &h, 1, 0), STATUS_OK);
    const view_book *b = trading_book(t, sid);
    if (b->ask[0].price <= b->last)
        trading_send(t, SIDE_SELL, sid, 1, 0);
    trading_send(t, SIDE_BUY, sid, 1, 0);
    trading_send(t, SIDE_SELL, sid, 1, 0);
    double before = drawdown(t);
    assert_true(before > 0);
    trading_restart(t);
    char *then = kept(t, "desk.session");
    assert_int_equal(desk_load(t->desk, "ada", "another", &other, 1, INT64_MIN), STATUS_OK);
    die_as_of(t, "desk.session", then);
    assert_true(drawdown(t) >= before);
    free(then);
}

static int64_t price_bought(trading *t, int32_t sid) {
    order o = trading_send(t, SIDE_BUY, sid, 1, 0);
    return order_average(&o);
}

// Time stands still: a book that is opened again lies where it lay, whatever we traded in it.
static void test_own_orders_push_no_price_from_desk_to_desk(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[2];
    int64_t bought = price_bought(t, sid);
    for (int i = 0; i < 4; i++) {
        trading_restart(t);
        assert_int_equal(price_bought(t, sid), bought);
    }
}

static void test_words_without_a_fair_price_are_still_read(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[2];
    date day = trading_status(t)->session;
    char then[128];
    snprintf(then, sizeof then, "%d %" PRId64 " 0 0 %d:123400:120000:%" PRId64 ":%d %d:567800:560000:%" PRId64 ":%d",
             day, session_open(day) + NS_PER_S, sid, session_open(day), day, t->stocks[3], session_open(day), day);
    die_as_of(t, "desk.session", then);
    trading_hold(t, sid, 1);
    trading_hold(t, t->stocks[3], 1);
    assert_int_equal(trading_position(t, sid)->last, 123400);
    assert_int_equal(trading_position(t, t->stocks[3])->last, 567800);
}

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define AT_LIVE_DESK(test) cmocka_unit_test_setup_teardown(test, set_up_live, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        AT_LIVE_DESK(test_clock_goes_on_where_the_desk_stopped),
        AT_LIVE_DESK(test_clock_is_written_while_the_session_runs),
        AT_LIVE_DESK(test_clock_never_goes_behind_the_journal),
        AT_LIVE_DESK(test_price_that_a_session_left_outlives_the_closes_of_others),
        AT_DESK(test_plain_closes_are_not_kept),
        AT_DESK(test_what_stands_still_is_not_written_again),
        AT_DESK(test_what_could_not_be_read_is_not_written_over),
        AT_LIVE_DESK(test_curve_of_the_day_goes_on_after_a_restart),
        AT_DESK(test_own_orders_push_no_price_from_desk_to_desk),
        AT_DESK(test_words_without_a_fair_price_are_still_read),
        AT_DESK(test_peak_outlives_a_load_and_a_kill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
