#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/backtest/run.h"
#include "src/base/hash.h"
#include "src/base/rng.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/backtest/support_backtest.h"

typedef struct {
    panel *p;
    securities names;
    run_config config;
} fixture;

static fixture fixture_new(uint64_t seed, const char *name) {
    fixture f = {.p = made_panel(seed, (made_shape){500, 40, true, true})};
    f.names = made_names(f.p);
    f.config = run_config_default(strategy_find(name));
    return f;
}

static void fixture_free(fixture *f) {
    made_panel_free(f->p);
    made_names_free(&f->names);
}

static run_result *execute(const fixture *f) {
    run_result *r = NULL;
    if (run_execute(f->p, &f->names, &f->config, NULL, &r) != STATUS_OK)
        fail_msg("%s", status_message());
    return r;
}

static void set(fixture *f, const char *word) {
    if (run_config_set_word(&f->config, word) != STATUS_OK)
        fail_msg("%s", status_message());
}

static void test_run_gives_the_same_bytes_twice(void **state) {
    (void)state;
    const char *const strategies[] = {"momentum", "crossover", "hold"};
    for (size_t i = 0; i < 3; i++) {
        fixture f = fixture_new(31, strategies[i]);
        run_result *a = execute(&f), *b = execute(&f);
        assert_memory_equal(&a->row, &b->row, sizeof a->row);
        assert_memory_equal(&a->metrics, &b->metrics, sizeof a->metrics);
        assert_int_equal(a->points_n, b->points_n);
        assert_memory_equal(a->points, b->points, a->points_n * sizeof *a->points);
        assert_int_equal(a->trades_n, b->trades_n);
        assert_memory_equal(a->trades, b->trades, a->trades_n * sizeof *a->trades);
        assert_string_equal(a->log.at, b->log.at);
        assert_string_equal(a->description.at, b->description.at);
        run_result_free(a);
        run_result_free(b);
        fixture_free(&f);
    }
}

static void test_run_id_is_the_hash_of_its_description(void **state) {
    (void)state;
    fixture f = fixture_new(32, "momentum");
    run_result *r = execute(&f);
    char digits[HASH_TEXT], id[RUN_ID_SIZE];
    hash_text(hash_of(r->description.at, r->description.n), digits);
    assert_memory_equal(r->row.run_id, digits, 16);
    assert_int_equal(strlen(r->row.run_id), 16);
    assert_int_equal(run_config_identify(&f.config, f.p, &f.names, id), STATUS_OK);
    assert_string_equal(id, r->row.run_id);
    assert_non_null(strstr(r->description.at, "program " PLIMSOLL_VERSION "\nstrategy momentum\ncapital 10000000\n"));
    assert_non_null(strstr(r->description.at, "\nlookback 252\nquantile 0.2\n"));
    assert_non_null(strstr(r->description.at, "\nfirst 2013-01-01\n"));
    assert_string_equal(r->row.parameters,
                        "capital=10000000 commission=1 days=21 fill=open holding=long lookback=252 quantile=0.2 "
                        "rebalance=monthly seed=0 skip=21 slippage=5 top=0 universe=stock");
    run_result_free(r);
    fixture_free(&f);
}

static void test_run_id_changes_with_every_setting_and_with_the_data(void **state) {
    (void)state;
    fixture f = fixture_new(33, "crossover");
    const char *const words[] = {"fast=10",    "slow=60",         "holding=long-short", "symbol=S003",
                                 "capital=99", "commission=2",    "slippage=6",         "fill=close",
                                 "seed=1",     "from=2013-06-03", "to=2014-06-03",      "universe=index"};
    char ids[sizeof words / sizeof *words + 2][RUN_ID_SIZE];
    size_t n = 0;
    assert_int_equal(run_config_identify(&f.config, f.p, &f.names, ids[n++]), STATUS_OK);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        run_config kept = f.config;
        set(&f, words[i]);
        assert_int_equal(run_config_identify(&f.config, f.p, &f.names, ids[n++]), STATUS_OK);
        f.config = kept;
    }
    f.p->close[7] += 0.01;
    made_panel_seal(f.p);
    assert_int_equal(run_config_identify(&f.config, f.p, &f.names, ids[n++]), STATUS_OK);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(ids[i], ids[j]);
    fixture_free(&f);
}

static void test_run_id_does_not_tell_a_date_left_out_from_the_same_date_given(void **state) {
    (void)state;
    fixture f = fixture_new(34, "hold");
    char a[RUN_ID_SIZE], b[RUN_ID_SIZE];
    assert_int_equal(run_config_identify(&f.config, f.p, &f.names, a), STATUS_OK);
    set(&f, "from=2012-12-24");
    assert_int_equal(run_config_identify(&f.config, f.p, &f.names, b), STATUS_OK);
    assert_string_equal(a, b);
    fixture_free(&f);
}

static void test_run_begins_when_the_history_is_there(void **state) {
    (void)state;
    fixture f = fixture_new(35, "momentum");
    run_result *r = execute(&f);
    assert_int_equal(r->row.from, f.p->day[252]);
    assert_int_equal(r->row.to, f.p->day[499]);
    assert_int_equal(r->points_n, 248);
    assert_non_null(strstr(r->log.at, "the first day with enough history behind it; asked for was 2013-01-01"));
    run_result_free(r);
    set(&f, "from=2014-04-05"); // a Saturday behind the 252 days
    set(&f, "to=2014-05-05");
    r = execute(&f);
    assert_int_equal(r->row.from, date_make(2014, 4, 7));
    assert_int_equal(r->row.to, date_make(2014, 5, 5));
    assert_null(strstr(r->log.at, "history"));
    run_result_free(r);
    fixture_free(&f);
}

static void fails(const fixture *f, status expected, const char *sentence) {
    run_result *r = NULL;
    assert_int_equal(run_execute(f->p, &f->names, &f->config, NULL, &r), expected);
    assert_null(r);
    if (!strstr(status_message(), sentence))
        fail_msg("\"%s\" does not say \"%s\"", status_message(), sentence);
}

static void test_run_says_why_it_cannot_begin(void **state) {
    (void)state;
    fixture f = fixture_new(36, "momentum");
    set(&f, "lookback=499");
    fails(&f, STATUS_INVALID, "momentum needs 499 days of history and two to trade on; from 2013-01-01 to ");
    set(&f, "lookback=10");
    set(&f, "skip=2");
    set(&f, "from=2030-01-01");
    fails(&f, STATUS_INVALID,
          "no day of the data lies in the dates asked for; they reach from 2013-01-01 to 2014-12-01");
    fixture_free(&f);

    fixture g = fixture_new(36, "crossover");
    set(&g, "symbol=NOPE");
    fails(&g, STATUS_NOT_FOUND, "no security is called NOPE");
    g.p->sid[g.p->securities - 1] = 99;
    fails(&g, STATUS_INVALID, "the panel has sid 99, but only 40 securities are known");
    fixture_free(&g);
}

static void test_run_does_not_see_what_comes_after_a_day(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(37));
    const char *const strategies[] = {"momentum", "crossover", "hold"};
    for (int round = 0; round < 12; round++) {
        fixture f = fixture_new(rng_u64(&r), strategies[round % 3]);
        if (round % 3 == 0) {
            set(&f, "lookback=60");
            set(&f, "rebalance=weekly");
        }
        run_result *a = execute(&f);
        size_t row = 100 + rng_below(&r, 350);
        made_panel_spoil(f.p, row, rng_u64(&r));
        run_result *b = execute(&f);
        for (size_t k = 0; k < a->points_n && a->points[k].day <= f.p->day[row]; k++)
            assert_memory_equal(&a->points[k], &b->points[k], sizeof *a->points);
        for (size_t k = 0; k < a->trades_n && a->trades[k].day <= f.p->day[row]; k++)
            assert_memory_equal(&a->trades[k], &b->trades[k], sizeof *a->trades);
        run_result_free(a);
        run_result_free(b);
        fixture_free(&f);
    }
}

static void test_run_row_repeats_the_metrics_of_its_points(void **state) {
    (void)state;
    fixture f = fixture_new(38, "momentum");
    set(&f, "lookback=60");
    run_result *r = execute(&f);
    metrics m;
    assert_int_equal(run_measure(r->points, r->points_n, &m), STATUS_OK);
    assert_memory_equal(&m, &r->metrics, sizeof m);
    assert_near(r->row.total_return, r->points[r->points_n - 1].equity - 1, 1e-12);
    assert_near(r->row.sharpe, m.sharpe, 0);
    assert_near(r->points[0].equity, 1, 0);
    assert_near(r->points[0].ret, 0, 0);
    double equity_at_peak = 0, equity_at_trough = 0;
    for (size_t k = 0; k < r->points_n; k++) {
        equity_at_peak = r->points[k].day == r->row.drawdown_from ? r->points[k].equity : equity_at_peak;
        equity_at_trough = r->points[k].day == r->row.drawdown_to ? r->points[k].equity : equity_at_trough;
    }
    assert_near(equity_at_trough / equity_at_peak - 1, r->row.max_drawdown, 1e-12);
    double costs = 0;
    for (size_t k = 0; k < r->trades_n; k++)
        costs += r->trades[k].cost;
    assert_near(r->row.costs, costs / 1e7, 1e-12);
    assert_int_equal(run_measure(r->points, 1, &m), STATUS_INVALID);
    run_result_free(r);
    fixture_free(&f);
}

static void set_at_once(void *context, double fraction) {
    (void)fraction;
    __atomic_store_n((volatile int *)context, 1, __ATOMIC_RELAXED);
}

static void test_run_stops_when_it_is_cancelled(void **state) {
    (void)state;
    fixture f = fixture_new(39, "momentum");
    volatile int cancelled = 0;
    run_control control = {set_at_once, (void *)&cancelled, &cancelled};
    run_result *r = NULL;
    assert_int_equal(run_execute(f.p, &f.names, &f.config, &control, &r), STATUS_CANCELLED);
    assert_string_equal(status_message(), "the backtest was cancelled");
    assert_null(r);
    fixture_free(&f);
}

static void test_run_logs_what_was_delisted(void **state) {
    (void)state;
    fixture f = fixture_new(40, "hold");
    for (size_t t = 0; t < 500; t++) {
        f.p->close[t * 40 + 4] = f.p->open[t * 40 + 4] = t < 100 ? 50 : NAN;
        f.p->total_return[t * 40 + 4] = 0 < t && t < 100 ? 0 : NAN;
        f.p->close[t * 40 + 5] = f.p->open[t * 40 + 5] = t < 200 ? 20 : NAN;
        f.p->total_return[t * 40 + 5] = 0 < t && t < 200 ? 0 : (t == 200 ? 0.05 : NAN);
    }
    run_result *r = execute(&f);
    assert_non_null(strstr(r->log.at, "2013-06-18 S005 had no price for 21 days and counts as delisted: "));
    assert_non_null(strstr(r->log.at, " shares sold at its last, 50.0000\n"));
    assert_non_null(strstr(r->log.at, "2013-10-08 S006 was delisted: "));
    assert_non_null(strstr(r->log.at, " shares paid out at 21.0000\n"));
    run_result_free(r);
    fixture_free(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run_gives_the_same_bytes_twice),
        cmocka_unit_test(test_run_id_is_the_hash_of_its_description),
        cmocka_unit_test(test_run_id_changes_with_every_setting_and_with_the_data),
        cmocka_unit_test(test_run_id_does_not_tell_a_date_left_out_from_the_same_date_given),
        cmocka_unit_test(test_run_begins_when_the_history_is_there),
        cmocka_unit_test(test_run_says_why_it_cannot_begin),
        cmocka_unit_test(test_run_does_not_see_what_comes_after_a_day),
        cmocka_unit_test(test_run_row_repeats_the_metrics_of_its_points),
        cmocka_unit_test(test_run_stops_when_it_is_cancelled),
        cmocka_unit_test(test_run_logs_what_was_delisted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
