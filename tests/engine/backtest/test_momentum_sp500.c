// Momentum on the S&P 500's real bars, 2013 to 2018, against the slow simulator.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/backtest/run.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/backtest/support_backtest.h"

typedef struct {
    panel *p;
    securities names;
} market;

static int load(void **state) {
    market *m = mem_new(1, sizeof *m);
    m->p = made_sp500(&m->names);
    *state = m;
    return 0;
}

static int unload(void **state) {
    market *m = *state;
    if (m->p)
        made_panel_free(m->p);
    made_names_free(&m->names);
    free(m);
    return 0;
}

static const market *market_or_skip(void **state) {
    const market *m = *state;
    if (!m->p) {
        printf("SKIP: no ../shared/data/sp500-5yr/all_stocks_5yr.csv\n");
        skip();
    }
    return m;
}

static run_result *execute(const market *m, const run_config *c) {
    run_result *r = NULL;
    if (run_execute(m->p, &m->names, c, NULL, &r) != STATUS_OK)
        fail_msg("%s", status_message());
    return r;
}

static void test_sp500_file_has_the_days_and_names_it_is_known_for(void **state) {
    const market *m = market_or_skip(state);
    assert_int_equal(m->p->dates, 1259);
    assert_int_equal(m->p->securities, 505);
    assert_int_equal(m->p->day[0], date_make(2013, 2, 8));
    assert_int_equal(m->p->day[1258], date_make(2018, 2, 7));
}

static void test_sp500_momentum_agrees_with_a_slow_computation(void **state) {
    const market *m = market_or_skip(state);
    run_config c = run_config_default(strategy_find("momentum"));
    run_result *r = execute(m, &c);
    sim_settings s = {
        .panel = m->p, .first = 252, .last = 1258, .capital = 1e7, .costs = {1e-4, 5e-4}, .fill = SIM_NEXT_OPEN};
    slow_momentum rule = {.first = 252, .last = 1258, .lookback = 252, .skip = 21, .quantile = 0.2};
    slow_ledger slow = slow_simulate(&s, slow_momentum_decide, &rule);
    assert_int_equal(r->points_n, 1258 - 252 + 1);
    for (size_t k = 0; k < r->points_n; k++)
        assert_near(r->points[k].equity, slow.equity[252 + k] / 1e7, 1e-9);
    assert_int_equal(r->trades_n, slow.trades);
    assert_near(r->row.costs, slow.costs / 1e7, 1e-9);
    slow_free(&slow);
    run_result_free(r);
}

// What a fifth of large American shares did from 2014 to 2018: rising, less steady than the index, a fifth to a half of
// the book turned over at each month's end.
static void test_sp500_momentum_figures_are_plausible(void **state) {
    const market *m = market_or_skip(state);
    run_config c = run_config_default(strategy_find("momentum"));
    run_result *r = execute(m, &c);
    printf("momentum: annual %.4f volatility %.4f sharpe %.3f drawdown %.4f turnover %.2f trades %lld\n%s",
           r->row.annual_return, r->row.volatility, r->row.sharpe, r->row.max_drawdown, r->row.turnover,
           (long long)r->row.trades, text_string(&r->log));
    assert_true(r->row.annual_return > 0.05 && r->row.annual_return < 0.25);
    assert_true(r->row.volatility > 0.09 && r->row.volatility < 0.2);
    assert_true(r->row.max_drawdown < -0.08 && r->row.max_drawdown > -0.3);
    assert_true(r->row.turnover > 1.5 && r->row.turnover < 6);
    assert_int_equal(r->row.from, date_make(2014, 2, 10));
    run_result_free(r);
}

// Every name that was there on the first day, equally weighted and left alone, is the mean of their price relatives.
static void test_sp500_held_equally_is_the_mean_of_price_relatives(void **state) {
    const market *m = market_or_skip(state);
    run_config c = run_config_default(strategy_find("hold"));
    assert_int_equal(run_config_set(&c, "commission", "0"), STATUS_OK);
    assert_int_equal(run_config_set(&c, "slippage", "0"), STATUS_OK);
    assert_int_equal(run_config_set(&c, "capital", "1000000000000"), STATUS_OK); // rounding to shares is nothing
    run_result *r = execute(m, &c);
    const panel *p = m->p;
    double sized = 0, paid = 0, worth = 0; // of shares for one unit of money in each name at the first close
    for (size_t i = 0; i < p->securities; i++) {
        if (isnan(p->close[i]))
            continue;
        size_t t = p->dates;
        while (isnan(p->close[--t * p->securities + i]))
            ;
        sized += 1;
        paid += p->open[p->securities + i] / p->close[i];
        worth += p->close[t * p->securities + i] / p->close[i];
    }
    double bought = paid > sized ? sized / paid : 1; // cut to the cash when the opens are above the closes before
    double expected = (sized + bought * (worth - paid)) / sized;
    assert_near(r->row.total_return, expected - 1, 1e-6);
    run_result_free(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sp500_file_has_the_days_and_names_it_is_known_for),
        cmocka_unit_test(test_sp500_momentum_agrees_with_a_slow_computation),
        cmocka_unit_test(test_sp500_momentum_figures_are_plausible),
        cmocka_unit_test(test_sp500_held_equally_is_the_mean_of_price_relatives),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
