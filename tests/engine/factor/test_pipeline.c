#include "engine/factor/pipeline.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "tests/base/support_numbers.h"

enum { N = 101 };

static void test_pipeline_winsorises_to_the_quantiles_and_leaves_missing(void **state) {
    (void)state;
    double values[N + 1], scratch[N + 1];
    for (size_t i = 0; i < N; i++)
        values[i] = (double)i;
    values[N] = NAN;
    assert_int_equal(factor_winsorise(values, N + 1, 0.01, scratch), N);
    assert_near(values[0], 1, 1e-12);
    assert_near(values[1], 1, 1e-12);
    assert_near(values[50], 50, 0);
    assert_near(values[100], 99, 1e-12);
    assert_true(isnan(values[N]));
}

static void test_pipeline_without_values_does_nothing(void **state) {
    (void)state;
    double values[3] = {NAN, NAN, NAN}, scratch[3];
    assert_int_equal(factor_winsorise(values, 3, 0.01, scratch), 0);
    assert_false(factor_zscore(values, NULL, 3));
    assert_true(isnan(values[0]));
}

static void test_pipeline_zscore_has_mean_zero_and_deviation_one(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(11));
    double values[N];
    for (size_t i = 0; i < N; i++)
        values[i] = i % 10 == 3 ? NAN : 5 + 3 * rng_normal(&r);
    assert_true(factor_zscore(values, NULL, N));
    double sum = 0, squares = 0, count = 0;
    for (size_t i = 0; i < N; i++) {
        assert_int_equal(isnan(values[i]) != 0, i % 10 == 3);
        if (isnan(values[i]))
            continue;
        sum += values[i];
        squares += values[i] * values[i];
        count++;
    }
    assert_near(sum, 0, 1e-12);
    assert_near(squares / (count - 1), 1, 1e-12);
}

static void test_pipeline_zscore_with_weights_leaves_the_weighted_portfolio_without_exposure(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(12));
    double values[N], weights[N], sum = 0;
    for (size_t i = 0; i < N; i++) {
        values[i] = rng_normal(&r);
        weights[i] = i % 7 == 0 ? NAN : rng_double(&r);
    }
    assert_true(factor_zscore(values, weights, N));
    for (size_t i = 0; i < N; i++)
        sum += isnan(weights[i]) ? 0 : weights[i] * values[i];
    assert_near(sum, 0, 1e-12);
}

static void test_pipeline_zscore_says_that_a_constant_column_says_nothing(void **state) {
    (void)state;
    double values[4] = {0.1 + 0.2, 0.3, 0.3, 0.3};
    assert_false(factor_zscore(values, NULL, 4));
    for (size_t i = 0; i < 4; i++)
        assert_true(isnan(values[i]));
}

static void test_pipeline_neutralises_large_sectors_alone(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(13));
    double values[N], before[N], scratch[6], sum[3] = {0};
    int sector[N];
    for (size_t i = 0; i < N; i++) {
        sector[i] = i < 50 ? 0 : i < 96 ? 1 : i < 99 ? 2 : -1;
        values[i] = before[i] = (double)sector[i] + rng_normal(&r);
    }
    factor_neutralise(values, sector, N, 3, 5, scratch);
    for (size_t i = 0; i < N; i++)
        if (sector[i] >= 0)
            sum[sector[i]] += values[i];
    assert_near(sum[0], 0, 1e-12);
    assert_near(sum[1], 0, 1e-12);
    // Names of the small sector, and those without one, were only scaled.
    assert_near(values[96] / before[96], values[100] / before[100], 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pipeline_winsorises_to_the_quantiles_and_leaves_missing),
        cmocka_unit_test(test_pipeline_without_values_does_nothing),
        cmocka_unit_test(test_pipeline_zscore_has_mean_zero_and_deviation_one),
        cmocka_unit_test(test_pipeline_zscore_with_weights_leaves_the_weighted_portfolio_without_exposure),
        cmocka_unit_test(test_pipeline_zscore_says_that_a_constant_column_says_nothing),
        cmocka_unit_test(test_pipeline_neutralises_large_sectors_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
