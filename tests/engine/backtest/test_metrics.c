#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/backtest/metrics.h"
#include "src/base/csv.h"
#include "src/base/rng.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/backtest/support_backtest.h"

enum { MOST = 600 };

static metrics measure(const double *returns, size_t n, metrics_options options) {
    double scratch[MOST];
    metrics m;
    assert_int_equal(metrics_compute(returns, n, options, scratch, &m), STATUS_OK);
    return m;
}

// Worked by hand: wealth 1.1, 0.88, 0.968, 1.21; peak 1.1 after one return, trough 0.88 after two, back after four.
static void test_metrics_of_four_returns_worked_by_hand(void **state) {
    (void)state;
    const double r[] = {0.1, -0.2, 0.1, 0.25};
    metrics m = measure(r, 4, (metrics_options){.periods = 4});
    assert_near(m.total_return, 0.21, 1e-12);
    assert_near(m.annual_return, 0.21, 1e-12);
    // mean 0.0625; squared distances 0.00140625 + 0.06890625 + 0.00140625 + 0.03515625 = 0.106875, over 3
    assert_near(m.volatility, 2 * sqrt(0.106875 / 3), 1e-12);
    assert_near(m.sharpe, 2 * 0.0625 / sqrt(0.106875 / 3), 1e-12);
    assert_near(m.downside, 2 * sqrt(0.04 / 4), 1e-12);
    assert_near(m.sortino, 0.0625 * 4 / 0.2, 1e-12);
    assert_near(m.max_drawdown, -0.2, 1e-12);
    assert_int_equal(m.drawdown_from, 1);
    assert_int_equal(m.drawdown_to, 2);
    assert_int_equal(m.recovery, 4);
    assert_near(m.calmar, 0.21 / 0.2, 1e-12);
    assert_near(m.ulcer, sqrt((0.04 + 0.12 * 0.12) / 4), 1e-12);
    assert_near(m.hit_rate, 0.75, 0);
    assert_near(m.omega, 0.45 / 0.2, 1e-12);
    assert_near(m.average_gain, 0.15, 1e-12);
    assert_near(m.average_loss, -0.2, 1e-12);
    assert_near(m.best, 0.25, 0);
    assert_near(m.worst, -0.2, 0);
    // third moment: (0.0375^3 * 2 + (-0.2625)^3 + 0.1875^3) / 4 over (0.106875 / 4)^1.5
    assert_near(m.skew, (2 * 0.000052734375 - 0.018087890625 + 0.006591796875) / 4 / pow(0.02671875, 1.5), 1e-12);
    // 5 % of the way: 0.15 from the lowest to the next, -0.2 + 0.15 * 0.3
    assert_near(m.var95, 0.155, 1e-12);
    assert_near(m.es95, 0.2, 1e-12);
    assert_near(m.var99, 0.191, 1e-12);
    assert_near(m.tail_ratio, (0.1 + 0.85 * 0.15) / 0.155, 1e-12);
}

static void test_metrics_without_a_loss_or_a_spread_are_missing(void **state) {
    (void)state;
    const double r[] = {0.01, 0.01, 0.01};
    metrics m = measure(r, 3, metrics_daily());
    assert_near(m.volatility, 0, 0);
    assert_true(isnan(m.sharpe) && isnan(m.sortino) && isnan(m.calmar) && isnan(m.omega) && isnan(m.skew));
    assert_near(m.max_drawdown, 0, 0);
    assert_int_equal(m.recovery, 0);
    metrics one = measure(r, 1, metrics_daily());
    assert_true(isnan(one.volatility) && isnan(one.sharpe));
    assert_near(one.total_return, 0.01, 1e-15);
}

static void test_metrics_name_the_return_that_is_wrong(void **state) {
    (void)state;
    double r[] = {0.01, NAN, -1.5}, scratch[3];
    metrics m;
    assert_int_equal(metrics_compute(r, 3, metrics_daily(), scratch, &m), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "return 2 is -1.5"));
    r[0] = r[2] = NAN;
    assert_int_equal(metrics_compute(r, 3, metrics_daily(), scratch, &m), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "no returns"));
    assert_int_equal(metrics_compute(r, 3, (metrics_options){0}, scratch, &m), STATUS_INVALID);
    assert_int_equal(metrics_against(r, r, 3, metrics_daily(), &(metrics_relative){0}), STATUS_INVALID);
}

static void test_metrics_after_a_total_loss(void **state) {
    (void)state;
    const double r[] = {0.1, -1, 0.5};
    metrics m = measure(r, 3, metrics_daily());
    assert_near(m.total_return, -1, 0);
    assert_near(m.annual_return, -1, 0);
    assert_near(m.max_drawdown, -1, 0);
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Drawdown from every pair of days, tails from a sorted copy, moments in long double.
static void test_metrics_equal_their_definitions_on_random_returns(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(7));
    for (int round = 0; round < 50; round++) {
        double x[MOST], wealth[MOST + 1], sorted[MOST];
        size_t n = 20 + rng_below(&r, MOST - 20);
        wealth[0] = 1;
        for (size_t i = 0; i < n; i++) {
            x[i] = sorted[i] = 0.0003 + 0.01 * rng_student(&r, 4);
            wealth[i + 1] = wealth[i] * (1 + x[i]);
        }
        metrics m = measure(x, n, metrics_daily());
        double worst = 0;
        for (size_t i = 0; i <= n; i++)
            for (size_t j = i; j <= n; j++)
                worst = fmin(worst, wealth[j] / wealth[i] - 1);
        assert_near(m.max_drawdown, worst, 1e-12);
        assert_near(wealth[m.drawdown_to] / wealth[m.drawdown_from] - 1, worst, 1e-12);
        if (m.recovery) {
            assert_true(m.recovery > m.drawdown_to && wealth[m.recovery] >= wealth[m.drawdown_from]);
            assert_true(wealth[m.recovery - 1] < wealth[m.drawdown_from]);
        }
        qsort(sorted, n, sizeof *sorted, ascending);
        double place = 0.05 * (double)(n - 1), tail = 0;
        size_t k = (size_t)place, count = 0;
        double quantile = sorted[k] + (place - (double)k) * (sorted[k + 1] - sorted[k]);
        for (; sorted[count] <= quantile; count++)
            tail += sorted[count];
        assert_near(m.var95, -quantile, 1e-14);
        assert_near(m.es95, -tail / (double)count, 1e-14);
        assert_true(m.es99 >= m.var99 && m.var99 >= m.var95 && m.es95 >= m.var95);
        long double sum = 0, s2 = 0, s4 = 0;
        for (size_t i = 0; i < n; i++)
            sum += x[i];
        for (size_t i = 0; i < n; i++) {
            long double d = x[i] - sum / (long double)n;
            s2 += d * d;
            s4 += d * d * d * d;
        }
        assert_near(m.volatility, (double)sqrtl(s2 / (long double)(n - 1) * 252), 1e-12);
        assert_near(m.kurtosis, (double)(s4 * (long double)n / (s2 * s2)) - 3, 1e-9);
    }
}

// ---- the case of empyrical's own tests (Apache-2.0), where it lies beside the tree ----

enum { SERIES = 8, ROWS = 9 };
enum { SIMPLE_BENCHMARK, POSITIVE, NEGATIVE, ALL_NEGATIVE, MIXED, WEEKLY, FLAT, MONTHLY };

#define CASE "../shared/cases/empyrical_small/"

static bool read_series(double series[SERIES][ROWS]) {
    csv_reader *reader;
    if (csv_open(CASE "series.csv", &reader) != STATUS_OK)
        return false;
    const slice *fields;
    size_t n, row = 0;
    assert_int_equal(csv_next(reader, &fields, &n), STATUS_OK);
    while (row < ROWS && csv_next(reader, &fields, &n) == STATUS_OK) {
        for (size_t s = 0; s < SERIES; s++)
            if (!slice_double(fields[s], &series[s][row]))
                series[s][row] = NAN;
        row++;
    }
    csv_close(reader);
    assert_int_equal(row, ROWS);
    return true;
}

static void agrees(const char *key, double ours) {
    csv_reader *reader;
    assert_int_equal(csv_open(CASE "expected.csv", &reader), STATUS_OK);
    const slice *fields;
    size_t n;
    bool found = false;
    while (!found && csv_next(reader, &fields, &n) == STATUS_OK) {
        double value = NAN, relative = NAN, absolute = NAN;
        if (!slice_is(fields[0], key))
            continue;
        found =
            slice_double(fields[1], &value) && slice_double(fields[2], &relative) && slice_double(fields[3], &absolute);
        if (!(fabs(ours - value) <= absolute + relative * fabs(value)))
            fail_msg("%s: ours %.12g, theirs %.12g", key, ours, value);
    }
    csv_close(reader);
    if (!found)
        fail_msg("%s is not in the case", key);
}

static double root(double required, double periods) { return pow(1 + required, 1 / periods) - 1; }

static void check_returns(double s[SERIES][ROWS]) {
    const metrics_options daily = metrics_daily(), weekly = {.periods = 52}, monthly = {.periods = 12};
    metrics mixed = measure(s[MIXED], ROWS, daily), negative = measure(s[NEGATIVE], ROWS, daily);
    metrics by_week = measure(s[WEEKLY], ROWS, weekly), by_month = measure(s[MONTHLY], ROWS, monthly);
    agrees("maxdd_mixed", mixed.max_drawdown);
    agrees("maxdd_negative", negative.max_drawdown);
    agrees("cumfinal_mixed", mixed.total_return);
    agrees("cumfinal_negative", negative.total_return);
    agrees("annret_mixed_daily", mixed.annual_return);
    agrees("cagr_mixed", mixed.annual_return);
    agrees("annret_weekly", by_week.annual_return);
    agrees("annret_monthly", by_month.annual_return);
    agrees("annvol_mixed_daily", mixed.volatility);
    agrees("annvol_weekly", by_week.volatility);
    agrees("annvol_monthly", by_month.volatility);
    agrees("calmar_mixed", mixed.calmar);
    agrees("calmar_weekly", by_week.calmar);
    agrees("calmar_monthly", by_month.calmar);
    agrees("sharpe_mixed", mixed.sharpe);
    agrees("sharpe_positive", measure(s[POSITIVE], ROWS, daily).sharpe);
    agrees("sharpe_negative", negative.sharpe);
    agrees("downside_mixed", mixed.downside);
    agrees("downside_weekly", by_week.downside);
    agrees("sortino_mixed", mixed.sortino);
    agrees("sortino_negative", negative.sortino);
    agrees("sortino_weekly", by_week.sortino);
    agrees("sortino_monthly", by_month.sortino);
    agrees("tail_ratio_mixed", mixed.tail_ratio);
    agrees("stability_mixed", metrics_stability(s[MIXED], ROWS));
}

static void check_targets(double s[SERIES][ROWS]) {
    metrics_options o = metrics_daily();
    o.required = root(10, 252);
    agrees("omega_mixed_req10", measure(s[MIXED], ROWS, o).omega);
    o = (metrics_options){.periods = 252, .risk_free = s[FLAT][0]};
    agrees("omega_mixed_rf_flat", measure(s[MIXED], ROWS, o).omega);
    o.risk_free = 0.011;
    agrees("omega_positive_rf011", measure(s[POSITIVE], ROWS, o).omega);
    o.risk_free = 0.01;
    agrees("omega_negative_rf01", measure(s[NEGATIVE], ROWS, o).omega);
    o = (metrics_options){.periods = 252, .required = 0.1};
    agrees("downside_mixed_req01", measure(s[MIXED], ROWS, o).downside);
    o.required = s[FLAT][0];
    agrees("sortino_mixed_req_flat", measure(s[MIXED], ROWS, o).sortino);
    o = (metrics_options){.periods = 12, .required = 0.1};
    agrees("downside_monthly_req01", measure(s[MONTHLY], ROWS, o).downside);
}

static void check_relative(double s[SERIES][ROWS]) {
    metrics_relative m;
    assert_int_equal(metrics_against(s[MIXED], s[NEGATIVE], ROWS, metrics_daily(), &m), STATUS_OK);
    agrees("beta_mixed_vs_negative", m.beta);
    agrees("alpha_mixed_vs_negative", m.alpha);
    // The information ratio a period is empyrical's excess Sharpe; a constant benchmark of 0 stands for its 0.
    double zero[ROWS] = {0}, excess[ROWS];
    assert_int_equal(metrics_against(s[MIXED], zero, ROWS, metrics_daily(), &m), STATUS_OK);
    agrees("excess_sharpe_mixed_0", m.information_ratio / sqrt(252));
    assert_int_equal(metrics_against(s[MIXED], s[FLAT], ROWS, metrics_daily(), &m), STATUS_OK);
    agrees("excess_sharpe_mixed_flat", m.information_ratio / sqrt(252));
    for (size_t i = 0; i < ROWS; i++)
        excess[i] = s[MIXED][i] - s[SIMPLE_BENCHMARK][i];
    agrees("sharpe_mixed_rf_simple_benchmark", measure(excess, ROWS, metrics_daily()).sharpe);
}

static void test_metrics_agree_with_empyrical(void **state) {
    (void)state;
    double s[SERIES][ROWS];
    if (!read_series(s)) {
        printf("SKIP: no " CASE "\n");
        skip();
    }
    check_returns(s);
    check_targets(s);
    check_relative(s);
    for (size_t k = 0; k < 4; k++) {
        char key[32];
        snprintf(key, sizeof key, "rollmaxdd6_negative_%zu", k);
        agrees(key, measure(s[NEGATIVE] + k, 6, metrics_daily()).max_drawdown);
        snprintf(key, sizeof key, "rollsharpe6_mixed_%zu", k);
        agrees(key, measure(s[MIXED] + k, 6, metrics_daily()).sharpe);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_metrics_of_four_returns_worked_by_hand),
        cmocka_unit_test(test_metrics_without_a_loss_or_a_spread_are_missing),
        cmocka_unit_test(test_metrics_name_the_return_that_is_wrong),
        cmocka_unit_test(test_metrics_after_a_total_loss),
        cmocka_unit_test(test_metrics_equal_their_definitions_on_random_returns),
        cmocka_unit_test(test_metrics_agree_with_empyrical),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
