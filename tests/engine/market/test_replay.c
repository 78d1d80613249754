#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/market/replay.h"
#include "src/base/rng.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/market/support_day.h"

#define OPEN (INT64_C(34200) * NS_PER_S)
#define CLOSE (INT64_C(57600) * NS_PER_S)

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

static replay *open_window(double speed, int64_t from, int64_t to, const char *symbol) {
    const replay_config config = {
        .path = text_string(&day.path), .symbol = symbol, .speed = speed, .from = from, .to = to};
    replay *r;
    if (replay_open(&config, &r) != STATUS_OK)
        fail_msg("%s", status_message());
    return r;
}

static replay *open_day(double speed) { return open_window(speed, 0, INT64_MAX, NULL); }

static int64_t trades_of(const replay *r) {
    int64_t trades = 0;
    for (size_t i = 0; i < replay_securities(r); i++)
        trades += replay_security_at(r, i).trades.trades;
    return trades;
}

static void run_out(replay *r) {
    while (replay_run(r, 0, 1000))
        ;
}

static uint64_t mix(uint64_t h, uint64_t word) { return (h ^ word) * UINT64_C(1099511628211); }

// Everything that the books show, by order and in the order of the queues, and what has traded.
static uint64_t fingerprint(const replay *r) {
    static book_level levels[4096];
    static book_order orders[256];
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < replay_securities(r); i++) {
        replay_security s = replay_security_at(r, i);
        h = mix(mix(h, (uint64_t)s.trades.volume), (uint64_t)s.trades.last);
        for (side k = SIDE_BUY; s.book && k <= SIDE_SELL; k++) {
            size_t n = book_depth(s.book, k, levels, 4096);
            for (size_t at = 0; at < n; at++) {
                size_t waiting = book_level_orders(s.book, k, levels[at].price, orders, 256);
                for (size_t o = 0; o < waiting; o++)
                    h = mix(mix(mix(h, (uint64_t)orders[o].price), orders[o].tag), (uint64_t)orders[o].shown);
            }
        }
    }
    return h;
}

static void test_replay_plays_the_whole_day_at_most_speed(void **state) {
    (void)state;
    replay *r = open_day(0);
    run_out(r);
    assert_int_equal(replay_state_of(r), REPLAY_ENDED);
    assert_int_equal(replay_messages(r), day.messages);
    assert_true(trades_of(r) > 1000);
    replay_free(r);
}

static void test_replay_keeps_its_pace(void **state) {
    (void)state;
    replay *r = open_window(10, OPEN, INT64_MAX, NULL);
    run_out(r);
    int64_t begun = replay_time(r);
    assert_false(replay_run(r, 60 * NS_PER_S, 1000000));
    assert_int_equal(replay_time(r), begun + 600 * NS_PER_S);
    uint64_t paced = fingerprint(r), messages = replay_messages(r);
    replay *same = open_window(0, OPEN, begun + 600 * NS_PER_S, NULL);
    run_out(same);
    assert_int_equal(replay_state_of(same), REPLAY_ENDED);
    assert_int_equal(replay_messages(same), messages);
    assert_int_equal(fingerprint(same), paced);
    replay_free(same);
    replay_free(r);
}

static void test_replay_is_the_same_however_it_is_cut(void **state) {
    (void)state;
    rng r = rng_stream(support_seed(5), 1);
    replay *whole = open_day(0), *cut = open_day(1);
    run_out(whole);
    while (replay_state_of(cut) == REPLAY_PLAYING)
        replay_run(cut, (int64_t)rng_below(&r, 900) * NS_PER_S, 1 + rng_below(&r, 700));
    assert_int_equal(replay_messages(cut), replay_messages(whole));
    assert_int_equal(fingerprint(cut), fingerprint(whole));
    replay_free(cut);
    replay_free(whole);
}

static void test_replay_that_is_too_slow_is_not_late_afterwards(void **state) {
    (void)state;
    replay *r = open_window(1, OPEN, INT64_MAX, NULL);
    run_out(r);
    assert_true(replay_run(r, 3600 * NS_PER_S, 100));
    int64_t reached = replay_time(r);
    assert_true(reached < OPEN + 3600 * NS_PER_S);
    replay_run(r, NS_PER_S, 1000000);
    assert_int_equal(replay_time(r), reached + NS_PER_S);
    replay_free(r);
}

static void test_replay_seeks_forth_and_back_to_the_same(void **state) {
    (void)state;
    rng random = rng_stream(support_seed(5), 1);
    replay *r = open_day(0);
    for (int i = 0; i < 40; i++) {
        int64_t to = OPEN + (int64_t)rng_below(&random, 23400) * NS_PER_S;
        assert_int_equal(replay_seek(r, to), STATUS_OK);
        replay_pause(r);
        run_out(r);
        assert_int_equal(replay_state_of(r), REPLAY_PAUSED);
        assert_int_equal(replay_time(r), to);
        replay *fresh = open_window(0, 0, to, NULL);
        run_out(fresh);
        assert_int_equal(fingerprint(r), fingerprint(fresh));
        assert_int_equal(replay_messages(r), replay_messages(fresh));
        replay_free(fresh);
    }
    replay_free(r);
}

static void test_replay_keeps_the_last_trades_and_the_course(void **state) {
    (void)state;
    replay *r = open_day(0);
    run_out(r);
    replay_security s = replay_security_at(r, 0);
    const replay_history *h = s.history;
    assert_int_equal(h->n, s.trades.trades);
    assert_int_equal(h->print[(h->n - 1) % REPLAY_TAPE].price, s.trades.last);
    assert_int_equal(h->print[(h->n - 1) % REPLAY_TAPE].time, s.trades.last_time);
    assert_true(h->course.n > COURSE_POINTS / 2 - 1);
    assert_int_equal(h->course.price[0], s.trades.open);
    assert_int_equal(replay_seek(r, OPEN), STATUS_OK);
    run_out(r);
    s = replay_security_at(r, 0);
    assert_true(s.trades.trades < 1000 && (s.trades.trades > 0) == (s.history != NULL));
    replay_free(r);
}

static void test_replay_begins_with_its_window(void **state) {
    (void)state;
    int64_t noon = INT64_C(43200) * NS_PER_S;
    replay *r = open_window(1, noon, noon + 60 * NS_PER_S, NULL);
    run_out(r);
    assert_int_equal(replay_state_of(r), REPLAY_PLAYING);
    assert_int_equal(replay_time(r), noon - 1);
    int64_t before = trades_of(r);
    replay_run(r, 3600 * NS_PER_S, 1000000);
    assert_int_equal(replay_state_of(r), REPLAY_ENDED);
    assert_true(trades_of(r) > before);
    assert_true(replay_time(r) <= noon + 60 * NS_PER_S);
    assert_int_equal(replay_seek(r, noon - NS_PER_S), STATUS_INVALID);
    assert_int_equal(replay_seek(r, noon + 61 * NS_PER_S), STATUS_INVALID);
    replay_free(r);
}

static void test_skips_add_up(void **state) {
    (void)state;
    replay *r = open_window(1, OPEN, INT64_MAX, NULL);
    run_out(r);
    replay_pause(r);
    int64_t from = replay_time(r);
    assert_int_equal(replay_skip(r, 600 * NS_PER_S), STATUS_OK);
    assert_int_equal(replay_skip(r, 600 * NS_PER_S), STATUS_OK);
    run_out(r);
    assert_int_equal(replay_time(r), from + 1200 * NS_PER_S);
    assert_int_equal(replay_skip(r, -3600 * NS_PER_S), STATUS_OK);
    run_out(r);
    assert_int_equal(replay_time(r), OPEN);
    replay_free(r);
}

static void test_a_step_is_one_change(void **state) {
    (void)state;
    replay *r = open_window(1, OPEN + 60 * NS_PER_S, INT64_MAX, NULL);
    run_out(r);
    for (int i = 0; i < 200; i++) {
        uint64_t before = fingerprint(r), messages = replay_messages(r);
        replay_step(r, 1);
        run_out(r);
        assert_int_equal(replay_state_of(r), REPLAY_PAUSED);
        assert_true(replay_messages(r) > messages);
        assert_int_not_equal(fingerprint(r), before);
    }
    assert_false(replay_run(r, 3600 * NS_PER_S, 1000));
    replay_resume(r);
    assert_int_equal(replay_state_of(r), REPLAY_PLAYING);
    replay_free(r);
}

static void test_steps_on_the_way_are_made_at_its_end(void **state) {
    (void)state;
    replay *r = open_day(0);
    assert_int_equal(replay_seek(r, OPEN + 7200 * NS_PER_S), STATUS_OK);
    replay_run(r, 0, 100);
    replay_step(r, 1);
    assert_int_equal(replay_state_of(r), REPLAY_SEEKING);
    run_out(r);
    assert_int_equal(replay_state_of(r), REPLAY_PAUSED);
    assert_true(replay_time(r) > OPEN + 7200 * NS_PER_S && replay_time(r) < OPEN + 7260 * NS_PER_S);
    assert_int_equal(replay_seek(r, 0), STATUS_OK); // before the first message is there
    run_out(r);
    assert_int_equal(replay_time(r), replay_from(r));
    replay_free(r);
}

static void test_steps_of_one_security_pass_over_the_others(void **state) {
    (void)state;
    replay *r = open_window(1, OPEN + 60 * NS_PER_S, INT64_MAX, "S1");
    run_out(r);
    replay_step(r, 1);
    run_out(r);
    uint64_t before = fingerprint(r);
    replay_step(r, 1);
    run_out(r);
    assert_int_not_equal(fingerprint(r), before);
    for (size_t i = 0; i < replay_securities(r); i++)
        if (replay_security_at(r, i).book)
            assert_string_equal(replay_security_at(r, i).symbol, "S1");
    replay_free(r);
}

static void test_replay_of_a_security_that_is_not_there_says_so(void **state) {
    (void)state;
    replay *r = open_window(0, 0, INT64_MAX, "NOPE");
    replay_step(r, 1);
    assert_true(replay_run(r, 0, 1000)); // no longer than it may
    run_out(r);
    assert_int_equal(replay_state_of(r), REPLAY_FAILED);
    assert_int_equal(replay_status(r), STATUS_NOT_FOUND);
    assert_non_null(strstr(status_message(), "no security NOPE"));
    replay_free(r);
}

static void test_replay_ends_where_the_file_is_damaged_and_can_go_back(void **state) {
    (void)state;
    text broken = {0};
    text_printf(&broken, "%s/broken.itch", day.folder);
    FILE *from = fopen(text_string(&day.path), "rb"), *to = fopen(text_string(&broken), "wb");
    assert_non_null(from);
    assert_non_null(to);
    for (uint64_t i = 0; i < day.bytes / 2 + 7; i++)
        fputc(fgetc(from), to);
    fclose(from);
    fclose(to);
    const replay_config config = {.path = text_string(&broken), .to = INT64_MAX};
    replay *r;
    assert_int_equal(replay_open(&config, &r), STATUS_OK);
    run_out(r);
    assert_int_equal(replay_state_of(r), REPLAY_FAILED);
    assert_int_equal(replay_status(r), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "broken.itch"));
    int64_t reached = replay_time(r);
    assert_true(reached > OPEN);
    assert_int_equal(replay_seek(r, reached + NS_PER_S), STATUS_INVALID);
    assert_int_equal(replay_seek(r, reached - 600 * NS_PER_S), STATUS_OK);
    run_out(r);
    assert_int_equal(replay_state_of(r), REPLAY_PAUSED);
    assert_int_equal(replay_status(r), STATUS_OK);
    replay_free(r);
    unlink(text_string(&broken));
    text_free(&broken);
}

static void test_replay_of_nothing_is_refused(void **state) {
    (void)state;
    replay *r;
    assert_int_equal(replay_open(&(replay_config){.path = "/nowhere/at.all", .to = INT64_MAX}, &r), STATUS_NOT_FOUND);
    assert_null(r);
    assert_int_equal(replay_open(&(replay_config){.path = text_string(&day.path), .from = 2, .to = 1}, &r),
                     STATUS_INVALID);
    assert_int_equal(replay_open(&(replay_config){.path = text_string(&day.path), .to = 1}, &r), STATUS_INVALID);
    assert_null(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replay_plays_the_whole_day_at_most_speed),
        cmocka_unit_test(test_replay_keeps_its_pace),
        cmocka_unit_test(test_replay_is_the_same_however_it_is_cut),
        cmocka_unit_test(test_replay_that_is_too_slow_is_not_late_afterwards),
        cmocka_unit_test(test_replay_seeks_forth_and_back_to_the_same),
        cmocka_unit_test(test_replay_keeps_the_last_trades_and_the_course),
        cmocka_unit_test(test_replay_begins_with_its_window),
        cmocka_unit_test(test_skips_add_up),
        cmocka_unit_test(test_a_step_is_one_change),
        cmocka_unit_test(test_steps_on_the_way_are_made_at_its_end),
        cmocka_unit_test(test_steps_of_one_security_pass_over_the_others),
        cmocka_unit_test(test_replay_of_a_security_that_is_not_there_says_so),
        cmocka_unit_test(test_replay_ends_where_the_file_is_damaged_and_can_go_back),
        cmocka_unit_test(test_replay_of_nothing_is_refused),
    };
    return cmocka_run_group_tests(tests, make_day, remove_day);
}
