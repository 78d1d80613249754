#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/market/daypath.h"
#include "engine/market/hours.h"

#define SECOND INT64_C(1000000000)
#define MINUTE (60 * SECOND)

static hours start(double halts, int64_t pre_open, int64_t now) {
    hours h;
    hours_start(&h, &(hours_config){.seed = 5, .stream = 1, .halts = halts, .pre_open = pre_open}, now);
    return h;
}

static void assert_next(hours *h, int64_t when, book_state state) {
    assert_int_equal(h->next, when);
    assert_int_equal(hours_change(h), state);
    assert_int_equal(h->state, state);
}

static void test_a_session_goes_through_its_states(void **state) {
    (void)state;
    hours h = start(0, -5 * MINUTE, -5 * MINUTE);
    assert_int_equal(h.state, STATE_PRE_OPEN);
    assert_next(&h, -MINUTE, STATE_OPENING_AUCTION);
    assert_next(&h, 0, STATE_CONTINUOUS);
    assert_next(&h, DAYPATH_END, STATE_CLOSING_AUCTION);
    assert_next(&h, RHYTHM_DAY, STATE_CLOSED);
    assert_int_equal(h.next, INT64_MAX);
}

static void test_a_session_is_entered_at_any_time(void **state) {
    (void)state;
    assert_int_equal(start(0, 0, 0).state, STATE_OPENING_AUCTION);
    assert_int_equal(start(0, 0, 0).next, 0);
    assert_int_equal(start(0, -5 * MINUTE, -30 * SECOND).state, STATE_OPENING_AUCTION);
    assert_int_equal(start(0, 0, 1).state, STATE_CONTINUOUS);
    assert_int_equal(start(0, 0, DAYPATH_END).state, STATE_CLOSING_AUCTION);
    assert_int_equal(start(0, 0, RHYTHM_DAY).state, STATE_CLOSED);
}

static void test_a_large_move_halts_and_an_auction_reopens(void **state) {
    (void)state;
    hours h = start(0, 0, 3600 * SECOND);
    assert_false(hours_trade(&h, 1000000, 3601 * SECOND));
    assert_false(hours_trade(&h, 1049000, 3700 * SECOND));
    assert_true(hours_trade(&h, 1051000, 3750 * SECOND));
    assert_int_equal(h.state, STATE_HALTED);
    assert_false(hours_trade(&h, 1200000, 3750 * SECOND));
    assert_next(&h, 3750 * SECOND + HOURS_HALT - HOURS_REOPENING, STATE_OPENING_AUCTION);
    assert_next(&h, 3750 * SECOND + HOURS_HALT, STATE_CONTINUOUS);
    assert_false(hours_trade(&h, 1200000, 4050 * SECOND)); // what was before the halt counts no more
    assert_int_equal(h.next, DAYPATH_END);
}

static void test_a_slow_move_does_not_halt(void **state) {
    (void)state;
    hours h = start(0, 0, 3600 * SECOND);
    int64_t price = 1000000;
    for (int64_t t = 3600; t < 7200; t += 10, price += 1400)
        assert_false(hours_trade(&h, price, t * SECOND));
}

static void test_cheap_shares_and_the_edges_of_the_day_may_move_more(void **state) {
    (void)state;
    hours h = start(0, 0, 3600 * SECOND);
    assert_false(hours_trade(&h, 20000, 3600 * SECOND));
    assert_false(hours_trade(&h, 23900, 3601 * SECOND));
    assert_true(hours_trade(&h, 24100, 3602 * SECOND));
    h = start(0, 0, SECOND);
    assert_false(hours_trade(&h, 1000000, 2 * SECOND));
    assert_false(hours_trade(&h, 1090000, 3 * SECOND));
    assert_true(hours_trade(&h, 1110000, 4 * SECOND));
}

static void test_a_halt_before_the_close_ends_in_the_closing_auction(void **state) {
    (void)state;
    hours h = start(0, 0, DAYPATH_END - 2 * MINUTE);
    assert_false(hours_trade(&h, 1000000, DAYPATH_END - MINUTE));
    assert_true(hours_trade(&h, 1200000, DAYPATH_END - MINUTE));
    assert_next(&h, DAYPATH_END, STATE_CLOSING_AUCTION);
    assert_next(&h, RHYTHM_DAY, STATE_CLOSED);
}

static void test_news_halts_by_its_chance(void **state) {
    (void)state;
    int halted = 0;
    for (uint64_t i = 0; i < 2000; i++) {
        hours h;
        hours_start(&h, &(hours_config){.seed = 9, .stream = i, .halts = 0.25}, 1);
        if (h.next == DAYPATH_END)
            continue;
        halted++;
        int64_t when = h.next;
        assert_next(&h, when, STATE_HALTED);
        assert_next(&h, when + HOURS_NEWS_HALT - HOURS_REOPENING, STATE_OPENING_AUCTION);
        assert_next(&h, when + HOURS_NEWS_HALT, STATE_CONTINUOUS);
        assert_next(&h, DAYPATH_END, STATE_CLOSING_AUCTION);
    }
    assert_in_range(halted, 400, 600); // five deviations about 500
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_session_goes_through_its_states),
        cmocka_unit_test(test_a_session_is_entered_at_any_time),
        cmocka_unit_test(test_a_large_move_halts_and_an_auction_reopens),
        cmocka_unit_test(test_a_slow_move_does_not_halt),
        cmocka_unit_test(test_cheap_shares_and_the_edges_of_the_day_may_move_more),
        cmocka_unit_test(test_a_halt_before_the_close_ends_in_the_closing_auction),
        cmocka_unit_test(test_news_halts_by_its_chance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
