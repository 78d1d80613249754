#include "engine/risk/covariance.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "tests/base/support_numbers.h"

enum { K = 5, DAYS = 2000 };

// Rows L g with g standard normal, so that their covariance is L Lᵀ; truth receives it, annual.
static matrix draw(rng *r, size_t days, matrix truth) {
    double lower[K * K] = {0};
    for (size_t i = 0; i < K; i++)
        for (size_t j = 0; j <= i; j++)
            lower[i * K + j] = 0.01 * rng_normal(r);
    for (size_t i = 0; i < K; i++)
        for (size_t j = 0; j < K; j++) {
            truth.at[i * K + j] = 0;
            for (size_t k = 0; k < K; k++)
                truth.at[i * K + j] += RISK_DAYS_A_YEAR * lower[i * K + k] * lower[j * K + k];
        }
    matrix returns = matrix_new(days, K);
    for (size_t t = 0; t < days; t++) {
        double g[K];
        for (size_t k = 0; k < K; k++)
            g[k] = rng_normal(r);
        for (size_t i = 0; i < K; i++)
            for (size_t k = 0; k <= i; k++)
                returns.at[t * K + i] += lower[i * K + k] * g[k];
    }
    return returns;
}

static void test_covariance_is_within_its_sampling_error_of_the_truth(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(51));
    double truth_at[K * K], found_at[K * K];
    matrix truth = {K, K, truth_at}, found = {K, K, found_at}, returns = draw(&r, DAYS, truth);
    covariance_options options = covariance_options_default();
    covariance_report report;
    options.half_life = 500;
    assert_int_equal(risk_covariance(returns, &options, found, NULL, &report), STATUS_OK);
    for (size_t i = 0; i < K; i++)
        for (size_t j = 0; j < K; j++) {
            // Variance of a weighted covariance of normals with known mean (Wishart): (c_ij² + c_ii c_jj) / n.
            double c = truth_at[i * K + j], product = truth_at[i * K + i] * truth_at[j * K + j];
            double deviation = sqrt((c * c + product) / report.effective);
            assert_near(found_at[i * K + j], c, 5 * deviation);
            assert_memory_equal(&found_at[i * K + j], &found_at[j * K + i], sizeof(double));
        }
    assert_false(report.repaired);
    assert_true(report.effective > 1200 && report.effective < 1442); // 2 · 500 / ln 2 for an endless series
    matrix_free(&returns);
}

static void test_covariance_weights_fall_by_half_every_half_life(void **state) {
    (void)state;
    double returns_at[3] = {0.03, 0.02, 0.01}, found_at[1];
    matrix returns = {3, 1, returns_at}, found = {1, 1, found_at};
    covariance_options options = {.half_life = 1, .least = 3};
    assert_int_equal(risk_covariance(returns, &options, found, NULL, NULL), STATUS_OK);
    assert_near(found_at[0], 252 * (0.25 * 9e-4 + 0.5 * 4e-4 + 1e-4) / 1.75, 1e-15);
    options.demean = true;
    double mean = (0.25 * 0.03 + 0.5 * 0.02 + 0.01) / 1.75;
    assert_int_equal(risk_covariance(returns, &options, found, NULL, NULL), STATUS_OK);
    assert_near(found_at[0], 252 * ((0.25 * 9e-4 + 0.5 * 4e-4 + 1e-4) / 1.75 - mean * mean), 1e-15);
}

static void test_covariance_with_holes_is_pairwise_and_stays_semidefinite(void **state) {
    (void)state;
    // Pairwise correlations 1, 1 and -1 can't be: the estimate has to be repaired.
    enum { T = 12 };
    double returns_at[T * 3], found_at[9], values[3], vectors_at[9];
    for (size_t t = 0; t < T; t++) {
        double a = t % 2 ? 0.01 : -0.01;
        double *row = returns_at + t * 3;
        row[0] = t < 8 ? a : NAN;
        row[1] = t < 4 || t >= 8 ? a : NAN;
        row[2] = t < 4 ? NAN : t < 8 ? a : -a;
    }
    matrix returns = {T, 3, returns_at}, found = {3, 3, found_at}, vectors = {3, 3, vectors_at};
    covariance_options options = {.half_life = 1e9, .least = 8};
    covariance_report report;
    size_t observations[3];
    assert_int_equal(risk_covariance(returns, &options, found, observations, &report), STATUS_OK);
    assert_true(report.repaired && report.smallest < 0);
    assert_int_equal(matrix_eigen(found, values, vectors), STATUS_OK);
    assert_true(values[0] > -1e-10);
    assert_true(found_at[1] > 0 && found_at[2] > 0 && found_at[5] < 0);
    for (size_t k = 0; k < 3; k++)
        assert_int_equal(observations[k], 8);
}

static void test_covariance_gives_zero_rows_to_a_factor_with_too_few_returns(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(52));
    double truth_at[K * K], found_at[K * K];
    matrix truth = {K, K, truth_at}, found = {K, K, found_at}, returns = draw(&r, 300, truth);
    for (size_t t = 100; t < 300; t++)
        returns.at[t * K + 2] = NAN;
    covariance_options options = covariance_options_default();
    size_t observations[K];
    assert_int_equal(risk_covariance(returns, &options, found, observations, NULL), STATUS_OK);
    assert_int_equal(observations[2], 100);
    for (size_t k = 0; k < K; k++)
        assert_near(found_at[2 * K + k], 0, 0);
    assert_true(found_at[0] > 0);
    matrix_free(&returns);
}

static void test_covariance_refuses_a_short_history(void **state) {
    (void)state;
    double returns_at[100] = {0}, found_at[1];
    matrix returns = {100, 1, returns_at}, found = {1, 1, found_at};
    covariance_options options = covariance_options_default();
    assert_int_equal(risk_covariance(returns, &options, found, NULL, NULL), STATUS_UNAVAILABLE);
    assert_non_null(strstr(status_message(), "at least 126"));
    options.least = 50;
    options.half_life = 0;
    assert_int_equal(risk_covariance(returns, &options, found, NULL, NULL), STATUS_INVALID);
}

static void test_specific_volatility_has_a_floor_and_a_stand_in(void **state) {
    (void)state;
    enum { T = 100, N = 5 };
    double residual_at[T * N], volatility[N];
    unsigned char proxied[N];
    static const int sector[N] = {0, 0, 0, 1, -1};
    for (size_t t = 0; t < T; t++) {
        double sign = t % 2 ? 1 : -1;
        double *row = residual_at + t * N;
        row[0] = 0.01 * sign;
        row[1] = 1e-5 * sign;
        row[2] = t < 90 ? NAN : 0.5;
        row[3] = t < 90 ? NAN : 0.5;
        row[4] = 0.03 * sign;
    }
    matrix residuals = {T, N, residual_at};
    specific_options options = specific_options_default();
    assert_int_equal(risk_specific(residuals, sector, 2, &options, volatility, proxied), STATUS_OK);
    assert_near(volatility[0], 0.01 * sqrt(252), 1e-12);
    assert_near(volatility[1], 0.05, 1e-15);
    assert_near(volatility[2], (0.01 * sqrt(252) + 0.05) / 2, 1e-12); // median of its sector
    assert_near(volatility[3], 0.01 * sqrt(252), 1e-12);              // of all: its sector has none
    assert_true(!proxied[0] && !proxied[1] && proxied[2] && proxied[3] && !proxied[4]);
    options.least = 101;
    assert_int_equal(risk_specific(residuals, sector, 2, &options, volatility, proxied), STATUS_UNAVAILABLE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_covariance_is_within_its_sampling_error_of_the_truth),
        cmocka_unit_test(test_covariance_weights_fall_by_half_every_half_life),
        cmocka_unit_test(test_covariance_with_holes_is_pairwise_and_stays_semidefinite),
        cmocka_unit_test(test_covariance_gives_zero_rows_to_a_factor_with_too_few_returns),
        cmocka_unit_test(test_covariance_refuses_a_short_history),
        cmocka_unit_test(test_specific_volatility_has_a_floor_and_a_stand_in),
    };
    matrix_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
