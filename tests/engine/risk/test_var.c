#include "engine/risk/var.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "tests/base/support_numbers.h"

#define CASES "../shared/cases/var_es_edhec/"

enum { FUNDS = 5, MONTHS_MAX = 600, DAYS = 3000 };

static size_t read_funds(double columns[FUNDS][MONTHS_MAX]) {
    FILE *file = fopen(CASES "edhec5.csv", "r");
    if (!file)
        return 0;
    char line[512];
    size_t n = 0;
    while (n < MONTHS_MAX && fgets(line, sizeof line, file)) {
        char *at = strchr(line, ',');
        if (!at || line[0] == 'd')
            continue;
        for (size_t k = 0; k < FUNDS; k++)
            columns[k][n] = strtod(at + 1, &at);
        n++;
    }
    fclose(file);
    return n;
}

// The expected file writes losses as negative returns.
static double computed(const char *key, double columns[FUNDS][MONTHS_MAX], size_t n) {
    char figure[8], method[16];
    double level;
    size_t fund;
    if (sscanf(key, "%7[^_]_%15[^_]_%lf_a%zu", figure, method, &level, &fund) != 4)
        return NAN; // skewness and other moments
    if (strcmp(method, "modified") == 0)
        return NAN; // Cornish-Fisher, which is not among our methods
    risk_var v;
    const double *returns = columns[fund - 1];
    status result = strcmp(method, "historical") == 0 ? risk_var_historical(returns, n, level, &v)
                                                      : risk_var_normal_sample(returns, n, 0, level, &v);
    assert_int_equal(result, STATUS_OK);
    return strcmp(figure, "VaR") == 0 ? -v.var : -v.es;
}

static void test_var_agrees_with_the_published_hedge_fund_figures(void **state) {
    (void)state;
    static double columns[FUNDS][MONTHS_MAX];
    size_t n = read_funds(columns), compared = 0;
    FILE *file = n ? fopen(CASES "expected.csv", "r") : NULL;
    if (!file) {
        printf("SKIP: no " CASES "\n");
        skip();
        return;
    }
    char line[512], key[64];
    double value;
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%63[^,],%lf,", key, &value) != 2)
            continue;
        double ours = computed(key, columns, n);
        if (!isnan(ours)) {
            assert_near(ours, value, 1e-12);
            compared++;
        }
    }
    fclose(file);
    assert_int_equal(compared, 40);
}

static void test_var_historical_interpolates_and_averages_the_tail(void **state) {
    (void)state;
    double returns[21];
    for (int i = 0; i < 21; i++)
        returns[(i * 8) % 21] = (double)(i - 10) / 100;
    risk_var v;
    assert_int_equal(risk_var_historical(returns, 21, 0.95, &v), STATUS_OK); // place (21 - 1) · 0.05 = 1
    assert_near(v.var, 0.09, 1e-12);
    assert_int_equal(risk_var_historical(returns, 21, 0.925, &v), STATUS_OK);
    assert_near(v.var, 0.085, 1e-12);
    assert_near(v.es, 0.095, 1e-12);
}

static void test_var_historical_of_a_tie_is_its_own_shortfall(void **state) {
    (void)state;
    static const double returns[4] = {-0.02, -0.02, -0.02, 0.01};
    risk_var v;
    assert_int_equal(risk_var_historical(returns, 4, 0.95, &v), STATUS_OK);
    assert_near(v.var, 0.02, 0);
    assert_near(v.es, 0.02, 0);
}

static void test_var_normal_has_the_textbook_values(void **state) {
    (void)state;
    risk_var v;
    assert_int_equal(risk_var_normal(0, 0.01, 0.99, &v), STATUS_OK);
    assert_near(v.var, 0.023263478740408408, 1e-14);
    assert_near(v.es, 0.02665214220345808, 1e-14); // φ(2.3263) / 0.01
    assert_int_equal(risk_var_normal(0.001, 0, 0.95, &v), STATUS_OK);
    assert_near(v.var, -0.001, 1e-17);
}

static void test_var_of_many_normal_draws_is_near_the_normal_one(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(81));
    enum { N = 100000 };
    double *returns = malloc(N * sizeof *returns);
    for (size_t i = 0; i < N; i++)
        returns[i] = 0.0005 + 0.012 * rng_normal(&r);
    risk_var historical, normal, sample;
    assert_int_equal(risk_var_historical(returns, N, 0.95, &historical), STATUS_OK);
    assert_int_equal(risk_var_normal_sample(returns, N, 1, 0.95, &sample), STATUS_OK);
    assert_int_equal(risk_var_normal(0.0005, 0.012, 0.95, &normal), STATUS_OK);
    // Deviation of a sample quantile: √(p (1 - p) / n) / density.
    double deviation = sqrt(0.05 * 0.95 / N) / (0.10313564 / 0.012);
    assert_near(historical.var, normal.var, 5 * deviation);
    assert_near(sample.var, normal.var, 5 * 0.012 / sqrt(N) * 2);
    assert_true(historical.es > historical.var);
    free(returns);
}

static void test_var_rolling_uses_the_past_alone(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(82));
    double returns[DAYS], forecast[DAYS];
    unsigned char exception[DAYS];
    for (size_t t = 0; t < DAYS; t++)
        returns[t] = (double)rng_below(&r, 200) / 1000 - 0.1; // many ties
    for (int method = RISK_VAR_HISTORICAL; method <= RISK_VAR_NORMAL; method++) {
        size_t exceptions = 0, forecasts = 0, counted = 0;
        assert_int_equal(risk_var_rolling(returns, DAYS, 250, 0.99, (risk_var_method)method, forecast, exception,
                                          &exceptions, &forecasts),
                         STATUS_OK);
        assert_int_equal(forecasts, DAYS - 250);
        assert_true(isnan(forecast[249]) && !isnan(forecast[250]));
        for (size_t t = 250; t < DAYS; t++) {
            risk_var v;
            const double *past = returns + t - 250;
            status result = method == RISK_VAR_HISTORICAL ? risk_var_historical(past, 250, 0.99, &v)
                                                          : risk_var_normal_sample(past, 250, 0, 0.99, &v);
            assert_int_equal(result, STATUS_OK);
            assert_near(forecast[t], v.var, 1e-15);
            assert_int_equal(exception[t], -returns[t] > v.var);
            counted += exception[t];
        }
        assert_int_equal(exceptions, counted);
    }
}

static void test_var_rolling_is_exceeded_as_often_as_its_level_says(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(83));
    double returns[DAYS], forecast[DAYS];
    size_t exceptions, forecasts;
    for (size_t t = 0; t < DAYS; t++)
        returns[t] = 0.01 * rng_normal(&r);
    assert_int_equal(
        risk_var_rolling(returns, DAYS, 500, 0.95, RISK_VAR_NORMAL, forecast, NULL, &exceptions, &forecasts),
        STATUS_OK);
    double expected = 0.05 * (double)forecasts;
    assert_near((double)exceptions, expected, 5 * sqrt(expected * 0.95));
}

static void test_var_rolling_of_a_short_series_has_no_forecast(void **state) {
    (void)state;
    static const double returns[3] = {0.01, -0.01, 0.02};
    double forecast[3];
    size_t exceptions = 9, forecasts = 9;
    assert_int_equal(
        risk_var_rolling(returns, 3, 250, 0.99, RISK_VAR_HISTORICAL, forecast, NULL, &exceptions, &forecasts),
        STATUS_OK);
    assert_int_equal(forecasts + exceptions, 0);
    assert_true(isnan(forecast[0]) && isnan(forecast[2]));
}

static void test_var_refuses_what_is_out_of_its_domain(void **state) {
    (void)state;
    double returns[3] = {0.01, NAN, 0.02}, forecast[3];
    size_t a, b;
    risk_var v;
    assert_int_equal(risk_var_historical(returns, 3, 0.95, &v), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "return 1"));
    assert_int_equal(risk_var_historical(returns, 1, 0.95, &v), STATUS_INVALID);
    returns[1] = 0;
    assert_int_equal(risk_var_historical(returns, 3, 0.5, &v), STATUS_INVALID);
    assert_int_equal(risk_var_normal(0, -1, 0.95, &v), STATUS_INVALID);
    assert_int_equal(risk_var_normal(0, 1, 1, &v), STATUS_INVALID);
    assert_int_equal(risk_var_rolling(returns, 3, 1, 0.95, RISK_VAR_NORMAL, forecast, NULL, &a, &b), STATUS_INVALID);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_var_agrees_with_the_published_hedge_fund_figures),
        cmocka_unit_test(test_var_historical_interpolates_and_averages_the_tail),
        cmocka_unit_test(test_var_historical_of_a_tie_is_its_own_shortfall),
        cmocka_unit_test(test_var_normal_has_the_textbook_values),
        cmocka_unit_test(test_var_of_many_normal_draws_is_near_the_normal_one),
        cmocka_unit_test(test_var_rolling_uses_the_past_alone),
        cmocka_unit_test(test_var_rolling_is_exceeded_as_often_as_its_level_says),
        cmocka_unit_test(test_var_rolling_of_a_short_series_has_no_forecast),
        cmocka_unit_test(test_var_refuses_what_is_out_of_its_domain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
