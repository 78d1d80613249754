// What the simulated market looks like: figures over hours of venue time. PLIMSOLL_SEED=n draws another day.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/market/measured.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/market/support_venue.h"

enum { DAY = 17569, BOOKS = 50, HOUR = 3600 };

static uint64_t seed;

static void open_examples(venue *v) {
    for (int32_t sid = 1; sid <= BOOKS; sid++) {
        venue_security s = venue_example(sid);
        assert_int_equal(venue_open(v, &s), STATUS_OK);
    }
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *x, size_t n) {
    qsort(x, n, sizeof *x, compare_doubles);
    return x[n / 2];
}

static size_t thinner_side(const book *b) {
    book_level levels[8];
    size_t bids = book_depth(b, SIDE_BUY, levels, 8), asks = book_depth(b, SIDE_SELL, levels, 8);
    return bids < asks ? bids : asks;
}

static void test_books_stay_populated_and_uncrossed(void **state) {
    (void)state;
    venue *v = venue_start(seed, DAY, NULL);
    open_examples(v);
    int samples = 0, populated = 0;
    for (int t = 10; t <= HOUR; t += 10) {
        venue_advance(v, venue_seconds(t));
        for (int32_t sid = 1; sid <= BOOKS; sid++) {
            const book *b = venue_book(v, sid);
            int64_t bid = book_best_bid(b), ask = book_best_ask(b), reference = venue_example(sid).reference;
            assert_true(bid > 0 && ask > bid);
            assert_true(bid > reference * 2 / 3 && ask < reference * 3 / 2);
            size_t levels = thinner_side(b);
            assert_true(levels >= 4);
            samples++;
            populated += levels >= 8;
        }
    }
    assert_true(populated > samples * 99 / 100);
    for (int32_t sid = 1; sid <= BOOKS; sid++)
        book_check(venue_book(v, sid));
    assert_true(venue_memory(v) < BOOKS * 450000);
    venue_free(v);
}

// 3.3 times the usual move from one trade to the next, on real markets (engine/market/measured.h), at least a tick.
static double usual_spread(const venue_security *s) {
    double trades = s->daily_volume / MEASURED_TRADE;
    return 3.3 * (double)s->reference * s->volatility / sqrt(trades < 40000 ? trades : 40000);
}

static void test_spreads_are_those_of_real_markets(void **state) {
    (void)state;
    venue *v = venue_start(seed, DAY, NULL);
    open_examples(v);
    static double spreads[BOOKS][HOUR / 2];
    for (int t = 0; t < HOUR / 2; t++) {
        venue_advance(v, venue_seconds(t + 1));
        for (int32_t sid = 1; sid <= BOOKS; sid++)
            spreads[sid - 1][t] = (double)(book_best_ask(venue_book(v, sid)) - book_best_bid(venue_book(v, sid)));
    }
    for (int32_t sid = 1; sid <= BOOKS; sid++) {
        venue_security s = venue_example(sid);
        double usual = median(spreads[sid - 1], HOUR / 2), expected = usual_spread(&s);
        assert_true(usual >= 100 && usual >= 0.4 * expected);
        assert_true(usual <= 300 || usual <= 1.8 * expected);
    }
    venue_free(v);
}

typedef struct {
    double fills[4000]; // seconds that each order waited; 1e9: cancelled after two minutes
    size_t n;
} waits;

// One order of 100 shares after the other joins the touch, on either side in turn.
static void join_the_touch(venue *v, int32_t sid, const venue_ear *ear, waits *w) {
    book_order_id id = 0;
    uint64_t tag = 0;
    int64_t sent = 0;
    for (int64_t t = venue_seconds(10); t < venue_seconds(2 * HOUR); t += venue_seconds(1)) {
        venue_advance(v, t);
        const book *b = venue_book(v, sid);
        bool filled = id && ear->desk_tag == tag, late = id && t - sent > venue_seconds(120);
        if (filled || late)
            w->fills[w->n++] = filled ? (double)(ear->desk_done - sent) * 1e-9 : 1e9;
        if (!filled && late)
            venue_cancel(v, sid, id);
        if (filled || late)
            id = 0;
        if (id)
            continue;
        side s = (side)(++tag % 2);
        book_request q = {.tag = tag, .owner = VENUE_DESK, .side = s, .quantity = 100};
        q.price = s == SIDE_BUY ? book_best_bid(b) : book_best_ask(b);
        assert_int_equal(venue_submit(v, sid, &q, &id), STATUS_OK);
        sent = t;
    }
}

static void test_orders_of_the_desk_at_the_touch_are_filled(void **state) {
    (void)state;
    const int32_t sids[] = {10, 20, 28, 36};
    static waits all;
    all.n = 0;
    for (size_t i = 0; i < sizeof sids / sizeof *sids; i++) {
        venue_ear ear = {.only = sids[i]};
        venue *v = venue_start(seed, DAY, &ear);
        venue_security s = venue_example(sids[i]);
        s.daily_volume = 3e6;
        s.volatility = 0.018;
        assert_int_equal(venue_open(v, &s), STATUS_OK);
        join_the_touch(v, sids[i], &ear, &all);
        assert_true(ear.desk_filled > 0);
        venue_free(v);
    }
    double usual = median(all.fills, all.n);
    size_t within_a_minute = 0;
    for (size_t i = 0; i < all.n; i++)
        within_a_minute += all.fills[i] < 60;
    print_message("%zu orders at the touch: half filled within %.1f s, %.0f %% within a minute\n", all.n, usual,
                  100 * (double)within_a_minute / (double)all.n);
    assert_true(usual > 5 && usual < 40);
    assert_true(within_a_minute * 10 > all.n * 6);
}

// Daily volatility from the middle every five minutes of a whole session, until its closing auction.
static double realised_volatility(venue *v, int32_t sid, double *volume) {
    double sum = 0, last = 0;
    for (int t = 0; t < (int)(DAYPATH_END / 1000000000); t += 300) {
        venue_advance(v, venue_seconds(t + 1));
        const book *b = venue_book(v, sid);
        double middle = log(0.5 * (double)(book_best_bid(b) + book_best_ask(b)));
        if (t > 0)
            sum += (middle - last) * (middle - last);
        last = middle;
    }
    venue_session session;
    venue_advance(v, RHYTHM_DAY);
    venue_statistics(v, sid, &session);
    *volume = (double)session.volume;
    return sqrt(sum);
}

static void test_volatility_and_volume_are_those_asked_for(void **state) {
    (void)state;
    double log_ratio = 0, lowest = 1e9, highest = 0, least = 1e9, most = 0;
    int n = 0;
    for (int32_t sid = 16; sid <= BOOKS; sid += 3, n++) {
        venue *v = venue_start(seed, DAY, NULL);
        venue_security s = venue_example(sid);
        assert_int_equal(venue_open(v, &s), STATUS_OK);
        double volume, ratio = realised_volatility(v, sid, &volume) / s.volatility;
        lowest = ratio < lowest ? ratio : lowest;
        highest = ratio > highest ? ratio : highest;
        log_ratio += log(ratio);
        least = fmin(least, volume / s.daily_volume);
        most = fmax(most, volume / s.daily_volume);
        venue_free(v);
    }
    print_message("realised over asked for: volatility %.2f to %.2f, volume %.2f to %.2f\n", lowest, highest, least,
                  most);
    assert_true(least > 0.9 && most < 1.15);
    // 78 five-minute returns estimate a volatility to 8 %, so one book may well be off by a quarter.
    assert_true(lowest > 1 / 1.6 && highest < 1.6);
    assert_true(fabs(log_ratio / n) < log(1.15));
}

// However liquid, a share trades when the market is busy, and not as soon as its price moves.
static void test_volume_comes_at_the_rhythm_of_the_day(void **state) {
    (void)state;
    static const double volumes[] = {1e5, 5e6, 3e8};
    for (size_t i = 0; i < sizeof volumes / sizeof *volumes; i++) {
        venue_ear ear = {0};
        venue *v = venue_start(seed, DAY, &ear);
        venue_security s = {
            .sid = 1, .reference = 4000000, .volatility = 0.02, .tick = 100, .daily_volume = volumes[i]};
        assert_int_equal(venue_open(v, &s), STATUS_OK);
        double busy = 0, furthest = 0;
        for (int t = 600; t <= (int)(DAYPATH_END / 1000000000); t += 600) {
            busy += rhythm_activity(venue_seconds(t - 300)) * 600 / 23400;
            venue_advance(v, venue_seconds(t));
            furthest = fmax(furthest, fabs((double)ear.volume / s.daily_volume - busy));
        }
        print_message("volume %g: at most %.3f of the day away from its rhythm\n", s.daily_volume, furthest);
        assert_true(furthest < 0.1);
        venue_free(v);
    }
}

int main(void) {
    seed = support_seed(11);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_books_stay_populated_and_uncrossed),
        cmocka_unit_test(test_spreads_are_those_of_real_markets),
        cmocka_unit_test(test_orders_of_the_desk_at_the_touch_are_filled),
        cmocka_unit_test(test_volatility_and_volume_are_those_asked_for),
        cmocka_unit_test(test_volume_comes_at_the_rhythm_of_the_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
