#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/backtest/select.h"
#include "engine/backtest/weights.h"
#include "src/base/rng.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/backtest/support_backtest.h"

enum { MOST = 64 };

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void test_select_puts_what_sorting_would_put_there(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(7));
    for (int round = 0; round < 20000; round++) {
        double a[MOST], sorted[MOST];
        size_t n = 1 + rng_below(&r, MOST), kinds = 1 + rng_below(&r, 30);
        for (size_t i = 0; i < n; i++)
            a[i] = sorted[i] = (double)rng_below(&r, kinds);
        qsort(sorted, n, sizeof *sorted, ascending);
        size_t k = rng_below(&r, n);
        select_kth(a, n, k);
        assert_true(a[k] == sorted[k]);
        for (size_t i = 0; i < n; i++)
            assert_true(i < k ? a[i] <= a[k] : a[i] >= a[k]);
    }
}

static void test_select_quantile_is_type_7(void **state) {
    (void)state;
    double a[] = {4, 1, 3, 2}; // R: quantile(1:4, c(0, .1, .5, .95, 1)) = 1, 1.3, 2.5, 3.85, 4
    const double q[] = {0, 0.1, 0.5, 0.95, 1}, expected[] = {1, 1.3, 2.5, 3.85, 4};
    for (size_t i = 0; i < 5; i++)
        assert_near(select_quantile(a, 4, q[i]), expected[i], 1e-12);
    double one[] = {7};
    assert_near(select_quantile(one, 1, 0.3), 7, 0);
}

static double sum_of(const double *a, size_t n, int sign) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * sign > 0 ? a[i] : 0;
    return sum;
}

static void test_weights_hold_the_highest_and_sum_to_one(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(7));
    for (int round = 0; round < 5000; round++) {
        double signal[MOST], scratch[MOST], weights[MOST];
        size_t n = 1 + rng_below(&r, MOST), have = 0;
        for (size_t i = 0; i < n; i++) {
            signal[i] = rng_below(&r, 4) == 0 ? NAN : (double)rng_below(&r, 12) - 6;
            have += isnan(signal[i]) ? 0 : 1;
        }
        weights_choice choice = {rng_below(&r, 9), 0.01 + 0.99 * rng_double(&r), rng_below(&r, 2)};
        size_t k = weights_choose(signal, n, choice, scratch, weights);
        assert_true((k > 0) == (have >= (choice.long_short ? 2 : 1)));
        if (k == 0)
            continue;
        size_t longs = 0, shorts = 0;
        double lowest_held = INFINITY, highest_left = -INFINITY, highest_short = -INFINITY;
        for (size_t i = 0; i < n; i++) {
            assert_false(isnan(signal[i]) && weights[i] != 0);
            longs += weights[i] > 0;
            shorts += weights[i] < 0;
            if (weights[i] > 0)
                lowest_held = fmin(lowest_held, signal[i]);
            else if (!isnan(signal[i]))
                highest_left = fmax(highest_left, signal[i]);
            if (weights[i] < 0)
                highest_short = fmax(highest_short, signal[i]);
        }
        assert_int_equal(longs, k);
        assert_int_equal(shorts, choice.long_short ? k : 0);
        assert_true(lowest_held >= highest_left && lowest_held >= highest_short);
        assert_near(sum_of(weights, n, 1), 1, 1e-12);
        assert_near(sum_of(weights, n, -1), choice.long_short ? -1 : 0, 1e-12);
    }
}

static void test_weights_break_ties_by_column(void **state) {
    (void)state;
    const double signal[] = {1, 2, 1, 1};
    double scratch[4], weights[4];
    assert_int_equal(weights_choose(signal, 4, (weights_choice){.top = 2}, scratch, weights), 2);
    const double expected[] = {0.5, 0.5, 0, 0};
    assert_memory_equal(weights, expected, sizeof expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_select_puts_what_sorting_would_put_there),
        cmocka_unit_test(test_select_quantile_is_type_7),
        cmocka_unit_test(test_weights_hold_the_highest_and_sum_to_one),
        cmocka_unit_test(test_weights_break_ties_by_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
