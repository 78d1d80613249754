#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/market/daystats.h"
#include "engine/market/rhythm.h"

#define SECOND INT64_C(1000000000)

static void assert_near(double x, double expected) {
    if (!(fabs(x - expected) <= 1e-9 * fmax(1, fabs(expected))))
        fail_msg("%.12g is not %.12g", x, expected);
}

static void test_quantiles_lie_between_the_numbers(void **state) {
    (void)state;
    double x[] = {4, 1, 3, 2};
    daystats_sort(x, 4);
    assert_near(daystats_quantile(x, 4, 0), 1);
    assert_near(daystats_quantile(x, 4, 0.5), 2.5);
    assert_near(daystats_quantile(x, 4, 0.75), 3.25);
    assert_near(daystats_quantile(x, 4, 1), 4);
    assert_near(daystats_quantile(x, 1, 0.3), 1);
    assert_true(isnan(daystats_quantile(x, 0, 0.5)));
}

static void test_autocorrelation_of_made_series(void **state) {
    (void)state;
    const double alternating[] = {1, -1, 1, -1, 1, -1, 1, -1}, line[] = {1, 2, 3, 4}, flat[] = {2, 2, 2};
    assert_near(daystats_autocorrelation(alternating, 8, 1), -7.0 / 8);
    assert_near(daystats_autocorrelation(alternating, 8, 2), 6.0 / 8);
    // About 2.5: -1.5 -0.5 0.5 1.5; (0.75 - 0.25 + 0.75) / 5
    assert_near(daystats_autocorrelation(line, 4, 1), 1.25 / 5);
    assert_near(daystats_autocorrelation(line, 4, 0), 1);
    assert_true(isnan(daystats_autocorrelation(flat, 3, 1)));
    assert_true(isnan(daystats_autocorrelation(line, 4, 4)));
}

static void test_variation_is_deviation_over_mean(void **state) {
    (void)state;
    const double x[] = {1, 3, 1, 3};
    assert_near(daystats_variation(x, 4), 0.5);
    assert_true(isnan(daystats_variation(x, 0)));
}

static daystats_book book_of(int64_t bid, int64_t ask, int64_t quantity) {
    daystats_book b = {0};
    for (int i = 0; i < DAYSTATS_LEVELS; i++) {
        b.at[SIDE_BUY][i] = (book_level){.price = bid - 100 * i, .quantity = quantity * (i + 1)};
        b.at[SIDE_SELL][i] = (book_level){.price = ask + 100 * i, .quantity = 3 * quantity * (i + 1)};
    }
    return b;
}

static void test_quotes_are_weighted_by_time(void **state) {
    (void)state;
    daystats_record *r = daystats_begin(100);
    daystats_book narrow = book_of(9900, 10000, 10), wide = book_of(9800, 10200, 20), none = {0};
    daystats_see(r, -50 * SECOND, &narrow); // what is before the open does not count
    daystats_see(r, 30 * SECOND, &wide);
    daystats_see(r, 40 * SECOND, &none);
    daystats d;
    daystats_end(r, 100 * SECOND, &d);
    assert_near(d.spread_mean, (30 * 1 + 10 * 4) / 40.0);
    assert_near(d.spread[2], 1);
    assert_near(d.spread[3], 1);
    assert_near(d.spread[4], 4);
    assert_near(d.depth[0], (30 * 20 + 10 * 40) / 40.0);
    assert_near(d.depth[4], 5 * d.depth[0]);
    assert_near(d.events, 2);
}

static void test_fills_of_one_moment_and_side_are_one_trade(void **state) {
    (void)state;
    daystats_record *r = daystats_begin(100);
    daystats_fill(r, 1 * SECOND, SIDE_BUY, 100);
    daystats_fill(r, 1 * SECOND, SIDE_BUY, 50);
    daystats_fill(r, 1 * SECOND, SIDE_SELL, 30);
    daystats_fill(r, 4 * SECOND, SIDE_SELL, 20);
    daystats_fill(r, -1, SIDE_SELL, 1000);
    daystats_fill(r, RHYTHM_DAY, SIDE_SELL, 1000);
    for (int i = 0; i < 4; i++)
        daystats_add(r);
    for (int i = 0; i < 3; i++)
        daystats_cancel(r);
    daystats d;
    daystats_end(r, RHYTHM_DAY, &d);
    assert_near(d.trades, 3);
    assert_near(d.volume, 200);
    assert_near(d.size_mean, 200.0 / 3);
    assert_near(d.size[2], 30);
    assert_near(d.gap_mean, 1.5);
    assert_near(d.gap[4], 0.95 * 3);
    assert_near(d.gap_variation, 1);
    assert_near(d.cancels, 0.75);
    assert_true(isnan(d.spread_mean) && isnan(d.depth[0]) && isnan(d.volatility));
}

// The middle goes up and down by the same step every ten seconds, in the first half hour alone.
static void test_returns_are_those_of_ten_seconds(void **state) {
    (void)state;
    daystats_record *r = daystats_begin(100);
    daystats_book low = book_of(1000000, 1000200, 1), high = book_of(1001000, 1001200, 1);
    for (int i = 0; i < 180; i++)
        daystats_see(r, i * 10 * SECOND + SECOND, i % 2 ? &high : &low);
    daystats d;
    daystats_end(r, RHYTHM_DAY, &d);
    double step = log(1001100.0 / 1000100.0);
    assert_near(d.half_hour[0], step * sqrt(2340));
    assert_near(d.half_hour[12], 0);
    assert_true(d.returns[0] < -0.9);
    assert_true(d.moves[0] > 0.8);
}

static void test_nothing_gives_no_numbers(void **state) {
    (void)state;
    daystats d;
    daystats_end(daystats_begin(100), RHYTHM_DAY, &d);
    assert_true(isnan(d.spread_mean) && isnan(d.size_mean) && isnan(d.gap_mean) && isnan(d.returns[0]));
    assert_true(isnan(d.cancels) && isnan(d.gap_variation));
    assert_near(d.trades, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quantiles_lie_between_the_numbers),
        cmocka_unit_test(test_autocorrelation_of_made_series),
        cmocka_unit_test(test_variation_is_deviation_over_mean),
        cmocka_unit_test(test_quotes_are_weighted_by_time),
        cmocka_unit_test(test_fills_of_one_moment_and_side_are_one_trade),
        cmocka_unit_test(test_returns_are_those_of_ten_seconds),
        cmocka_unit_test(test_nothing_gives_no_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
