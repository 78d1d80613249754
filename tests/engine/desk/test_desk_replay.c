#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/engine/desk/support_trading.h"
#include "tests/engine/market/support_day.h"

#define OPEN_OF_DAY (INT64_C(34200) * NS_PER_S)

static itch_day day;

static int make_day(void **state) {
    (void)state;
    itch_day_make(&day, 3, 20000);
    return 0;
}

static int remove_day(void **state) {
    (void)state;
    itch_day_remove(&day);
    return 0;
}

static const view_replay *replayed(trading *t) {
    static view_replay v;
    uint64_t seen = 0;
    assert_true(view_read(t->view, SECTION_REPLAY, &v, &seen));
    return &v;
}

static void wait_for(trading *t, replay_state wanted) {
    for (int i = 0; i < 5000 && replayed(t)->state != (int32_t)wanted; i++)
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    assert_int_equal(replayed(t)->state, wanted);
}

static void play(trading *t, double speed, int64_t to) {
    const replay_config config = {.path = text_string(&day.path), .speed = speed, .to = to};
    if (desk_replay(t->desk, &config) != STATUS_OK)
        fail_msg("%s", status_message());
}

static void act(trading *t, desk_replay_act what, int64_t amount) {
    if (desk_replay_do(t->desk, what, amount, 0) != STATUS_OK)
        fail_msg("%s", status_message());
}

static const view_book *book_called(trading *t, const char *symbol) {
    static view_book v;
    int32_t sid;
    if (desk_watch(t->desk, symbol, &sid) != STATUS_OK)
        return NULL;
    for (int i = 0; i < VIEW_BOOKS; i++) {
        uint64_t seen = 0;
        if (view_read(t->view, (view_section)(SECTION_BOOK + i), &v, &seen) && v.sid == sid)
            return &v;
    }
    return NULL;
}

static void test_replay_shows_its_books_in_the_markets_place(void **state) {
    (void)state;
    trading t;
    trading_open(&t, true);
    assert_null(book_called(&t, "S1"));
    play(&t, 0, INT64_MAX);
    wait_for(&t, REPLAY_ENDED);
    assert_int_equal(replayed(&t)->messages, day.messages);
    assert_string_equal(trading_status(&t)->state, "REPLAY");
    const view_book *b = book_called(&t, "S1");
    assert_non_null(b);
    assert_true(b->live && b->bids > 0 && b->asks > 0 && b->volume > 0);
    assert_true(b->bid[0].price < b->ask[0].price);
    assert_false(trading_book(&t, t.stocks[0])->live);
    act(&t, DESK_REPLAY_STOP, 0);
    assert_string_equal(trading_status(&t)->state, "DEMO");
    assert_int_equal(replayed(&t)->number, 0);
    assert_true(trading_book(&t, t.stocks[0])->live);
    assert_null(book_called(&t, "S2"));
    trading_close(&t);
}

static void test_replay_lists_what_it_has(void **state) {
    (void)state;
    static view_market m;
    uint64_t seen = 0;
    trading t;
    trading_open(&t, true);
    play(&t, 0, INT64_MAX);
    wait_for(&t, REPLAY_ENDED);
    act(&t, DESK_REPLAY_PAUSE, 0); // publishes what the end has left
    assert_true(view_read(t.view, SECTION_MARKET, &m, &seen));
    assert_int_equal(m.n, 3);
    assert_true(m.replayed);
    for (int i = 0; i < m.n; i++) {
        assert_true(m.row[i].bid > 0 && m.row[i].bid < m.row[i].ask);
        assert_true(i == 0 ||
                    m.row[i].vwap * (double)m.row[i].volume <= m.row[i - 1].vwap * (double)m.row[i - 1].volume);
    }
    trading_close(&t);
}

static void test_nothing_of_a_replay_reaches_the_journal(void **state) {
    (void)state;
    trading t;
    trading_open(&t, true);
    assert_int_equal(desk_venue(t.desk, false, 0), STATUS_OK);
    order resting = trading_rest(&t, SIDE_BUY, t.stocks[0], 100);
    uint64_t before = trading_fingerprint(&t);
    play(&t, 0, INT64_MAX);
    wait_for(&t, REPLAY_ENDED);
    act(&t, DESK_REPLAY_SEEK, OPEN_OF_DAY + 600 * NS_PER_S);
    wait_for(&t, REPLAY_PAUSED);
    act(&t, DESK_REPLAY_STEP, 100);
    act(&t, DESK_REPLAY_STOP, 0);
    assert_int_equal(trading_fingerprint(&t), before);
    assert_int_equal(trading_order(&t, resting.id)->state, ORDER_WORKING);
    trading_close(&t);
}

static void test_the_venue_stands_still_while_a_replay_plays(void **state) {
    (void)state;
    trading t;
    size_t n;
    trading_open(&t, true);
    order first = trading_rest(&t, SIDE_BUY, t.stocks[0], 100), second = trading_rest(&t, SIDE_BUY, t.stocks[1], 100);
    play(&t, 1, INT64_MAX);
    assert_int_equal(desk_cancel(t.desk, "ada", "", first.id, 0, &n), STATUS_OK);
    nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    assert_int_equal(desk_cancel(t.desk, "ada", "", second.id, 0, &n), STATUS_OK);
    journal_rows rows = {0};
    trading_journal(&t, &rows);
    assert_int_equal(rows.at[rows.n - 1].kind, JOURNAL_CANCEL);
    assert_int_equal(rows.at[rows.n - 2].kind, JOURNAL_CANCEL);
    assert_int_equal(rows.at[rows.n - 1].desk_time, rows.at[rows.n - 2].desk_time);
    vec_free(&rows);
    trading_close(&t);
}

static void test_time_that_a_replay_was_held_is_not_played(void **state) {
    (void)state;
    trading t;
    trading_open(&t, true);
    play(&t, 1000, INT64_MAX);
    act(&t, DESK_REPLAY_SEEK, OPEN_OF_DAY + 60 * NS_PER_S);
    act(&t, DESK_REPLAY_PAUSE, 0);
    wait_for(&t, REPLAY_PAUSED);
    instant held = replayed(&t)->time;
    nanosleep(&(struct timespec){.tv_nsec = 900000000}, NULL);
    int64_t from = clock_mono();
    act(&t, DESK_REPLAY_TOGGLE, 0);
    act(&t, DESK_REPLAY_PAUSE, 0);
    int64_t between = clock_mono() - from;
    assert_true(replayed(&t)->time - held <= 1000 * between);
    trading_close(&t);
}

static void test_what_stands_still_is_not_recorded(void **state) {
    (void)state;
    trading t;
    text path = {0};
    trading_open(&t, true);
    play(&t, 1, INT64_MAX);
    text_printf(&path, "%s/day.rec", t.home);
    assert_int_equal(desk_record(t.desk, text_string(&path)), STATUS_REFUSED);
    instant session = trading_status(&t)->desk_time;
    assert_int_equal(instant_date(session), trading_status(&t)->session); // the desk's own clock, not the replay's
    text_free(&path);
    trading_close(&t);
}

static void test_orders_are_refused_and_cancels_pass_while_a_replay_plays(void **state) {
    (void)state;
    trading t;
    trading_open(&t, true);
    order resting = trading_rest(&t, SIDE_BUY, t.stocks[0], 100), out;
    play(&t, 1, INT64_MAX);
    order_intent intent = {.sid = t.stocks[0], .side = SIDE_BUY, .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = 100};
    assert_int_equal(trading_try(&t, &intent, &out), STATUS_REFUSED);
    assert_non_null(strstr(status_message(), "replay stop"));
    assert_int_equal(desk_replace(t.desk, "ada", resting.id, 50, resting.price, &out), STATUS_REFUSED);
    size_t n;
    assert_int_equal(desk_cancel(t.desk, "ada", "", resting.id, 0, &n), STATUS_OK);
    assert_int_equal(trading_order(&t, resting.id)->state, ORDER_CANCELLED);
    trading_close(&t);
}

static void test_a_position_can_be_flattened_while_a_replay_plays(void **state) {
    (void)state;
    trading t;
    trading_open(&t, true);
    trading_hold(&t, t.stocks[0], 300);
    play(&t, 1, INT64_MAX);
    flatten_row *rows;
    size_t n;
    flatten_done done;
    assert_int_equal(desk_flatten(t.desk, "ada", "", t.stocks[0], NULL, &rows, &n, &done), STATUS_OK);
    assert_int_equal(trading_quantity(&t, t.stocks[0]), 0);
    free(rows);
    trading_close(&t);
}

static void test_a_replay_needs_a_running_desk_and_a_file(void **state) {
    (void)state;
    trading t;
    trading_open(&t, false);
    const replay_config good = {.path = text_string(&day.path), .to = INT64_MAX}, none = {.path = "/nowhere", .to = 1};
    assert_int_equal(desk_replay(t.desk, &good), STATUS_UNAVAILABLE);
    assert_int_equal(desk_replay(t.desk, &none), STATUS_NOT_FOUND);
    assert_int_equal(desk_replay_do(t.desk, DESK_REPLAY_PAUSE, 0, 0), STATUS_NOT_FOUND);
    trading_close(&t);
}

static void test_one_replay_takes_the_place_of_another(void **state) {
    (void)state;
    trading t;
    trading_open(&t, true);
    play(&t, 1, INT64_MAX);
    int64_t first = replayed(&t)->number;
    play(&t, 0, INT64_MAX);
    wait_for(&t, REPLAY_ENDED);
    assert_int_equal(replayed(&t)->number, first + 1);
    trading_close(&t);
}

static void test_the_market_is_recorded_and_played_again(void **state) {
    (void)state;
    trading t;
    record_done done;
    text path = {0};
    trading_open(&t, true);
    text_printf(&path, "%s/day.rec", t.home);
    assert_int_equal(desk_record_end(t.desk, &done), STATUS_NOT_FOUND);
    trading_book(&t, t.stocks[0]);
    assert_int_equal(desk_venue(t.desk, true, 1000), STATUS_OK);
    assert_int_equal(desk_record(t.desk, text_string(&path)), STATUS_OK);
    assert_int_equal(desk_record(t.desk, text_string(&path)), STATUS_EXISTS);
    instant begun = trading_status(&t)->desk_time;
    while (trading_status(&t)->desk_time < begun + 60 * NS_PER_S)
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    assert_int_equal(desk_venue(t.desk, false, 0), STATUS_OK);
    view_book live = *trading_book(&t, t.stocks[0]);
    assert_int_equal(desk_record_end(t.desk, &done), STATUS_OK);
    assert_true(done.events > 100);
    const replay_config config = {.path = text_string(&path), .to = INT64_MAX};
    assert_int_equal(desk_replay(t.desk, &config), STATUS_OK);
    wait_for(&t, REPLAY_ENDED);
    const view_book *again = trading_book(&t, t.stocks[0]);
    assert_int_equal(again->bids, live.bids);
    assert_int_equal(again->asks, live.asks);
    assert_memory_equal(again->bid, live.bid, (size_t)live.bids * sizeof live.bid[0]);
    assert_memory_equal(again->ask, live.ask, (size_t)live.asks * sizeof live.ask[0]);
    text_free(&path);
    trading_close(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replay_shows_its_books_in_the_markets_place),
        cmocka_unit_test(test_replay_lists_what_it_has),
        cmocka_unit_test(test_nothing_of_a_replay_reaches_the_journal),
        cmocka_unit_test(test_the_venue_stands_still_while_a_replay_plays),
        cmocka_unit_test(test_time_that_a_replay_was_held_is_not_played),
        cmocka_unit_test(test_what_stands_still_is_not_recorded),
        cmocka_unit_test(test_orders_are_refused_and_cancels_pass_while_a_replay_plays),
        cmocka_unit_test(test_a_position_can_be_flattened_while_a_replay_plays),
        cmocka_unit_test(test_a_replay_needs_a_running_desk_and_a_file),
        cmocka_unit_test(test_one_replay_takes_the_place_of_another),
        cmocka_unit_test(test_the_market_is_recorded_and_played_again),
    };
    return cmocka_run_group_tests(tests, make_day, remove_day);
}
