// The registry, and each strategy against the slow simulator with decisions worked out afresh.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/backtest/run.h"
#include "src/base/rng.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/backtest/support_backtest.h"

static run_config config_of(const char *name) { return run_config_default(strategy_find(name)); }

static void set(run_config *c, const char *name, const char *value) {
    if (run_config_set(c, name, value) != STATUS_OK)
        fail_msg("%s", status_message());
}

static void set_int(run_config *c, const char *name, size_t value) {
    char word[32];
    snprintf(word, sizeof word, "%zu", value);
    set(c, name, word);
}

static run_result *execute(const panel *p, const run_config *c) {
    securities names = made_names(p);
    run_result *r = NULL;
    if (run_execute(p, &names, c, NULL, &r) != STATUS_OK)
        fail_msg("%s", status_message());
    made_names_free(&names);
    return r;
}

// ---- the registry ----

static void test_strategies_have_parameters_sorted_and_in_range(void **state) {
    (void)state;
    assert_true(strategy_count() >= 3);
    for (size_t i = 0; i < strategy_count(); i++) {
        const strategy *s = strategy_at(i);
        assert_ptr_equal(strategy_find(s->name), s);
        assert_true(s->parameter_count <= STRATEGY_PARAMETERS);
        run_config c = run_config_default(s);
        assert_int_equal(run_config_check(&c), STATUS_OK);
        for (size_t k = 0; k < s->parameter_count; k++) {
            const strategy_parameter *p = &s->parameters[k];
            assert_true(*p->title && *p->help);
            if (k)
                assert_true(strcmp(s->parameters[k - 1].name, p->name) < 0);
            for (size_t j = 0; j < RUN_SETTINGS; j++)
                assert_string_not_equal(run_settings[j].name, p->name);
            char shown[STRATEGY_VALUE_TEXT];
            assert_string_equal(strategy_show(p, &c.parameters[k], shown), p->preset);
        }
    }
    for (size_t j = 1; j < RUN_SETTINGS; j++)
        assert_true(strcmp(run_settings[j - 1].name, run_settings[j].name) < 0);
    assert_null(strategy_at(strategy_count()));
}

// The longest text of a value of one parameter.
static void set_longest(run_config *c, const strategy_parameter *p) {
    char word[64];
    switch (p->type) {
    case STRATEGY_INT:
        snprintf(word, sizeof word, "%.0f", p->max);
        break;
    case STRATEGY_NUMBER:
        snprintf(word, sizeof word, "%.17g", (p->max - p->min) / 3 + p->min);
        break;
    case STRATEGY_CHOICE: {
        const char *last = strrchr(p->choices, '|');
        snprintf(word, sizeof word, "%s", last + 1);
        break;
    }
    case STRATEGY_SYMBOL:
        snprintf(word, sizeof word, "ABCDEFGHIJKLMNO");
        break;
    case STRATEGY_DATE:
        return;
    }
    set(c, p->name, word);
}

static void test_strategies_longest_parameters_fit_their_column(void **state) {
    (void)state;
    for (size_t i = 0; i < strategy_count(); i++) {
        run_config c = run_config_default(strategy_at(i));
        for (size_t k = 0; k < c.strategy->parameter_count; k++)
            set_longest(&c, &c.strategy->parameters[k]);
        for (size_t k = 0; k < RUN_SETTINGS; k++)
            set_longest(&c, &run_settings[k]);
        char words[RUN_PARAMETERS_SIZE];
        run_config_parameters(&c, words);
        assert_true(strlen(words) < RUN_PARAMETERS_SIZE - 1);
    }
}

static void refused(run_config *c, const char *word, const char *sentence) {
    run_config before = *c;
    status code = run_config_set_word(c, word);
    if (code == STATUS_OK)
        code = run_config_check(c);
    else
        assert_memory_equal(&before, c, sizeof before);
    assert_int_equal(code, STATUS_INVALID);
    assert_string_equal(status_message(), sentence);
    *c = before;
}

static void test_strategies_refuse_bad_parameters_with_a_sentence(void **state) {
    (void)state;
    run_config c = config_of("crossover");
    refused(&c, "fast=0", "fast: 0 is out of range; a whole number from 1 to 1000");
    refused(&c, "fast=ten", "fast: \"ten\" is not a whole number; one from 1 to 1000");
    refused(&c, "fast=2.5", "fast: \"2.5\" is not a whole number; one from 1 to 1000");
    refused(&c, "fast=", "fast: \"\" is not a whole number; one from 1 to 1000");
    refused(&c, "fast=50", "fast: 50 is not less than slow, 50; the fast average takes fewer bars");
    refused(&c, "holding=short", "holding: \"short\" is not one of long|long-short");
    refused(&c, "holding=long-", "holding: \"long-\" is not one of long|long-short");
    refused(&c, "symbol=TOO LONG",
            "symbol: \"TOO LONG\" is not a symbol; up to 15 letters and digits, or nothing for all");
    refused(&c, "commission=-1", "commission: -1 is out of range; a number from 0 to 1000");
    refused(&c, "capital=nan", "capital: \"nan\" is not a number; one from 1 to 1e+12");
    refused(&c, "from=2018-02-30", "from: \"2018-02-30\" is not a date like 2018-02-07");
    refused(&c, "slow", "\"slow\" is not NAME=VALUE, like lookback=126");
    refused(&c, "lookback=3",
            "crossover has no parameter \"lookback\"; it has fast, holding, slow, symbol, capital, "
            "commission, fill, from, seed, slippage, to, universe");
    set(&c, "to", "2014-01-01");
    refused(&c, "from=2014-01-01", "from: 2014-01-01 is not before to, 2014-01-01");
    run_config m = config_of("momentum");
    refused(&m, "skip=252", "skip: 252 is not less than lookback, 252");
    refused(&m, "quantile=0", "quantile: 0 is out of range; a number from 0.001 to 1");
    const strategy *none;
    assert_int_equal(strategy_get("astrology", &none), STATUS_NOT_FOUND);
    assert_string_equal(status_message(), "no strategy is called astrology; there are momentum, crossover, hold");
}

// ---- against the slow simulator ----

static void check_curve(const run_result *r, const panel *p, slow_ledger slow, double capital) {
    size_t first = 0;
    while (p->day[first] != r->points[0].day)
        first++;
    double turnover = 0;
    for (size_t k = 0; k < r->points_n; k++) {
        assert_near(r->points[k].equity, slow.equity[first + k] / capital, 1e-9);
        turnover += slow.turnover[first + k];
        if (k)
            assert_near(r->points[k].ret, slow.equity[first + k] / slow.equity[first + k - 1] - 1, 1e-9);
    }
    assert_int_equal(r->trades_n, slow.trades);
    assert_near(r->row.costs, slow.costs / capital, 1e-9);
    assert_near(r->row.turnover, turnover * 252 / (double)(r->points_n - 1), 1e-9);
}

static sim_settings slow_settings(const panel *p, size_t first, size_t last, double capital, bool open) {
    return (sim_settings){
        .panel = p,
        .first = first,
        .last = last,
        .capital = capital,
        .costs = {1e-4, 5e-4},
        .fill = open ? SIM_NEXT_OPEN : SIM_NEXT_CLOSE,
    };
}

static void test_momentum_agrees_with_sorting_and_counting(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(21));
    for (int round = 0; round < 30; round++) {
        panel *p = made_panel(rng_u64(&r), (made_shape){150 + rng_below(&r, 150), 2 + rng_below(&r, 40), true, true});
        slow_momentum m = {.lookback = 2 + rng_below(&r, 80),
                           .top = rng_below(&r, 2) ? 1 + rng_below(&r, 8) : 0,
                           .quantile = 0.25,
                           .long_short = rng_below(&r, 2),
                           .last = p->dates - 1};
        m.first = m.lookback;
        m.skip = rng_below(&r, m.lookback);
        size_t kind = rng_below(&r, 3);
        m.weekly = kind == 1;
        m.every = kind == 2 ? 1 + rng_below(&r, 30) : 0;
        bool open = rng_below(&r, 2);

        run_config c = config_of("momentum");
        set_int(&c, "lookback", m.lookback);
        set_int(&c, "skip", m.skip);
        set_int(&c, "top", m.top);
        set(&c, "quantile", "0.25");
        set(&c, "holding", m.long_short ? "long-short" : "long");
        set(&c, "rebalance", kind == 0 ? "monthly" : (kind == 1 ? "weekly" : "days"));
        if (m.every)
            set_int(&c, "days", m.every);
        set(&c, "capital", "250000");
        set(&c, "fill", open ? "open" : "close");

        run_result *result = execute(p, &c);
        sim_settings s = slow_settings(p, m.first, m.last, 250000, open);
        slow_ledger slow = slow_simulate(&s, slow_momentum_decide, &m);
        check_curve(result, p, slow, 250000);
        slow_free(&slow);
        run_result_free(result);
        made_panel_free(p);
    }
}

static void test_crossover_agrees_with_averages_summed_afresh(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(22));
    for (int round = 0; round < 30; round++) {
        size_t n = round % 2 ? 1 : 2 + rng_below(&r, 15);
        panel *p = made_panel(rng_u64(&r), (made_shape){150 + rng_below(&r, 150), n, n > 1, true});
        slow_crossover m = {.fast = 1 + rng_below(&r, 20), .shorts = rng_below(&r, 2)};
        m.slow = m.fast + 1 + rng_below(&r, 40);
        bool open = rng_below(&r, 2);

        run_config c = config_of("crossover");
        set_int(&c, "slow", m.slow);
        set_int(&c, "fast", m.fast);
        set(&c, "holding", m.shorts ? "long-short" : "long");
        set(&c, "symbol", n == 1 ? "s001" : "");
        set(&c, "fill", open ? "open" : "close");

        run_result *result = execute(p, &c);
        sim_settings s = slow_settings(p, m.slow - 1, p->dates - 1, 1e7, open);
        slow_ledger slow = slow_simulate(&s, slow_crossover_decide, &m);
        check_curve(result, p, slow, 1e7);
        slow_free(&slow);
        run_result_free(result);
        made_panel_free(p);
    }
}

static void test_crossover_ignores_averages_that_only_touch(void **state) {
    (void)state;
    double close[200];
    for (size_t t = 0; t < 200; t++)
        close[t] = 10.1; // ten of them do not sum to a hundred and one in doubles
    panel *p = made_panel_of(close, 200);
    run_config c = config_of("crossover");
    set(&c, "fast", "10");
    set(&c, "holding", "long-short");
    run_result *r = execute(p, &c);
    assert_int_equal(r->trades_n, 0);
    assert_near(r->row.total_return, 0, 0);
    run_result_free(r);
    made_panel_free(p);
}

// 10,000,000 at 20 are 500,000 shares; the order is filled at 25 with cash for 400,000; then 25, 30.
static void test_hold_buys_once_with_the_cash_there_is(void **state) {
    (void)state;
    panel *p = made_panel_of((double[]){20, 25, 25, 30}, 4);
    run_config c = config_of("hold");
    set(&c, "commission", "0");
    set(&c, "slippage", "0");
    run_result *r = execute(p, &c);
    assert_int_equal(r->trades_n, 1);
    assert_int_equal(r->trades[0].quantity, 400000);
    assert_string_equal(r->trades[0].symbol, "S001");
    assert_near(r->row.total_return, 0.2, 1e-12);
    assert_int_equal(r->row.days, 3);
    assert_non_null(strstr(r->log.at, "purchases were cut to the cash at hand on 1 days, to 80.00 %"));
    run_result_free(r);
    made_panel_free(p);
}

static void test_hold_spreads_over_what_has_a_price(void **state) {
    (void)state;
    panel *p = made_panel_rows((double[]){10, NAN, 10, 10, 10, 10, 10, 20, 5}, 3, 3);
    run_config c = config_of("hold");
    set(&c, "commission", "0");
    set(&c, "slippage", "0");
    run_result *r = execute(p, &c);
    assert_int_equal(r->trades_n, 2);
    assert_near(r->row.total_return, 0.5 * 0 + 0.5 * -0.5, 1e-9);
    run_result_free(r);
    made_panel_free(p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strategies_have_parameters_sorted_and_in_range),
        cmocka_unit_test(test_strategies_longest_parameters_fit_their_column),
        cmocka_unit_test(test_strategies_refuse_bad_parameters_with_a_sentence),
        cmocka_unit_test(test_momentum_agrees_with_sorting_and_counting),
        cmocka_unit_test(test_crossover_agrees_with_averages_summed_afresh),
        cmocka_unit_test(test_crossover_ignores_averages_that_only_touch),
        cmocka_unit_test(test_hold_buys_once_with_the_cash_there_is),
        cmocka_unit_test(test_hold_spreads_over_what_has_a_price),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
