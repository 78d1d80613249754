// The model on real prices: the S&P 500's members from 2013 to 2018.
#include "engine/risk/model.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/factor/styles.h"
#include "engine/risk/decompose.h"
#include "engine/risk/history.h"
#include "engine/risk/var.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/risk/support_sp500.h"

static support_sp500 universe;
static parallel *pool;
static bool there;

static int set_up(void **state) {
    (void)state;
    matrix_init();
    pool = parallel_new(2);
    there = support_sp500_load(&universe);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    support_sp500_free(&universe);
    parallel_free(pool);
    return 0;
}

static void need_data(void) {
    if (!there) {
        printf("SKIP: no ../shared/data/sp500-5yr\n");
        skip();
    }
}

// As known at the close of the panel's row `dates` - 1.
static risk_model *built(size_t dates, size_t window) {
    panel cut = universe.panel;
    cut.dates = dates;
    risk_config config = risk_config_default();
    config.window = window;
    risk_model *m = NULL;
    assert_int_equal(risk_model_build(&cut, &universe.inputs, &config, pool, NULL, &m), STATUS_OK);
    return m;
}

static double correlation(const double *a, const double *b, size_t n) {
    double mean_a = vector_mean(a, n), mean_b = vector_mean(b, n), sum = 0;
    for (size_t t = 0; t < n; t++)
        sum += (a[t] - mean_a) * (b[t] - mean_b);
    return sum / (double)n / vector_deviation(a, n, 0) / vector_deviation(b, n, 0);
}

static void test_sp500_has_a_model_of_eleven_sectors(void **state) {
    (void)state;
    need_data();
    risk_model *m = built(universe.panel.dates, 504);
    assert_int_equal(m->securities, 505);
    assert_int_equal(m->sectors, 11);
    assert_int_equal(m->history.used, 504);
    assert_int_equal(m->history.fallbacks, 0);
    assert_false(m->has_shares || m->report.repaired);
    double market[504];
    for (size_t day = 0; day < m->days; day++)
        market[day] = matrix_row(m->history.factor_return, day)[0];
    assert_true(correlation(market, m->market + m->first_row, m->days) > 0.9);
    assert_true(m->mean_r2 > 0.25 && m->mean_r2 < 0.7);
    assert_true(m->factor[0].volatility > 0.05 && m->factor[0].volatility < 0.2);
    for (size_t k = 0; k < m->factors; k++)
        assert_true(m->factor[k].volatility < 0.35);
    risk_model_free(m);
}

static void test_sp500_styles_are_not_collinear(void **state) {
    (void)state;
    need_data();
    risk_model *m = built(universe.panel.dates, 126);
    double column[FACTOR_STYLE_COUNT][505];
    for (size_t k = 0; k < m->styles; k++)
        for (size_t i = 0; i < m->securities; i++)
            column[k][i] = matrix_row(m->exposures.x, i)[1 + k];
    for (size_t k = 0; k < m->styles; k++)
        for (size_t l = 0; l < k; l++)
            assert_true(fabs(correlation(column[k], column[l], m->securities)) < 0.75);
    risk_model_free(m);
}

// Bias statistic (Menchero, Orr and Wang 2011): the deviation of returns over 21 days divided by the volatility
// forecast before them is 1 for a perfect forecast.
static void test_sp500_forecasts_of_an_equal_portfolio_are_unbiased(void **state) {
    (void)state;
    need_data();
    const panel *p = &universe.panel;
    double *weights = calloc(p->securities, sizeof *weights), z[40];
    size_t n = 0;
    for (size_t dates = 253 + 252; dates + 21 <= p->dates; dates += 21) {
        risk_model *m = built(dates, 252);
        risk_decomposition d;
        size_t live = 0;
        for (size_t i = 0; i < p->securities; i++)
            live += m->exposures.covered[i];
        for (size_t i = 0; i < p->securities; i++)
            weights[i] = m->exposures.covered[i] ? 1 / (double)live : 0;
        assert_int_equal(risk_decomposition_new(m, &d), STATUS_OK);
        assert_int_equal(risk_decompose(m, weights, &d), STATUS_OK);
        double month = 0;
        for (size_t t = dates; t < dates + 21; t++)
            for (size_t i = 0; i < p->securities; i++)
                if (!isnan(p->total_return[t * p->securities + i]))
                    month += weights[i] * p->total_return[t * p->securities + i];
        assert_true(fabs(d.beta - 1) < 0.25 && d.effective_names > 400);
        z[n++] = month / (d.total * sqrt(21.0 / 252));
        risk_decomposition_free(&d);
        risk_model_free(m);
    }
    double bias = vector_deviation(z, n, 1);
    // Deviation of the statistic for n normal months is √(1 / 2n): about 0.12.
    assert_near(bias, 1, 4 * sqrt(1 / (2 * (double)n)));
    free(weights);
}

static void test_sp500_value_at_risk_is_exceeded_about_as_often_as_it_says(void **state) {
    (void)state;
    need_data();
    const panel *p = &universe.panel;
    risk_model *m = built(p->dates, 504);
    enum { DAYS = 1000 };
    double *weights = calloc(p->securities, sizeof *weights), returns[DAYS], covered[DAYS], forecast[DAYS];
    size_t exceptions, forecasts;
    for (size_t i = 0; i < p->securities; i++)
        weights[i] = 1 / (double)p->securities;
    assert_int_equal(risk_portfolio_returns(m, p, weights, p->dates - DAYS, DAYS, returns, covered), STATUS_OK);
    for (size_t t = 0; t < DAYS; t++)
        assert_true(covered[t] > 0.93);
    assert_int_equal(
        risk_var_rolling(returns, DAYS, 250, 0.95, RISK_VAR_HISTORICAL, forecast, NULL, &exceptions, &forecasts),
        STATUS_OK);
    assert_int_equal(forecasts, 750);
    assert_true(exceptions > 15 && exceptions < 75); // 37.5 expected
    free(weights);
    risk_model_free(m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sp500_has_a_model_of_eleven_sectors),
        cmocka_unit_test(test_sp500_styles_are_not_collinear),
        cmocka_unit_test(test_sp500_forecasts_of_an_equal_portfolio_are_unbiased),
        cmocka_unit_test(test_sp500_value_at_risk_is_exceeded_about_as_often_as_it_says),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
