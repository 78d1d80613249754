#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/store/load.h"
#include "engine/backtest/curve.h"
#include "engine/backtest/run.h"
#include "engine/backtest/service.h"
#include "src/base/clock.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/backtest/support_backtest.h"

enum { LISTED = 32 };

typedef struct {
    char home[64];
    store *store;
    backtest_service *service;
    pthread_mutex_t lock;
    int changes;
} fixture;

static void count_change(void *context) {
    fixture *f = context;
    pthread_mutex_lock(&f->lock);
    f->changes++;
    pthread_mutex_unlock(&f->lock);
}

// A store with a made panel's bars, as a vendor's adjusted prices.
static status load_panel(store_connection *c, void *context) {
    const panel *p = context;
    load *l;
    TRY(load_begin(c, &l));
    status code = STATUS_OK;
    load_counts counts = {0};
    for (size_t i = 0; code == STATUS_OK && i < p->securities; i++) {
        char symbol[SYMBOL_SIZE];
        snprintf(symbol, sizeof symbol, "S%03u", (unsigned)(i + 1) % 1000u);
        int32_t sid = 0;
        code = load_security(l, symbol, "stock", "split-adjusted", &sid);
        for (size_t t = 0; code == STATUS_OK && t < p->dates; t++) {
            size_t at = t * p->securities + i;
            if (isnan(p->close[at]))
                continue;
            int64_t close = llrint(p->close[at] * 1e4), open = llrint(p->open[at] * 1e4);
            bar b = {sid, p->day[t], open, open > close ? open : close, open < close ? open : close, close, 1000};
            code = load_bars(l, &b, 1, &counts);
        }
    }
    if (code == STATUS_OK)
        code = load_finish(l);
    load_free(l);
    return code;
}

static void put_bars(fixture *f, uint64_t seed, size_t dates) {
    panel *p = made_panel(seed, (made_shape){dates, 8, false, false});
    if (store_write(f->store, STORE_WAREHOUSE, load_panel, p) != STATUS_OK)
        fail_msg("%s", status_message());
    made_panel_free(p);
}

static void start(fixture *f) {
    if (backtest_service_start(f->store, count_change, f, &f->service) != STATUS_OK)
        fail_msg("%s", status_message());
}

static int setup(void **state) {
    fixture *f = mem_new(1, sizeof *f);
    pthread_mutex_init(&f->lock, NULL);
    strcpy(f->home, "/tmp/plimsoll-backtest-XXXXXX");
    assert_non_null(mkdtemp(f->home));
    if (store_open(f->home, &f->store) != STATUS_OK)
        fail_msg("%s", status_message());
    put_bars(f, 51, 400);
    start(f);
    *state = f;
    return 0;
}

static int teardown(void **state) {
    fixture *f = *state;
    backtest_service_stop(f->service);
    store_close(f->store);
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", f->home);
    assert_int_equal(system(command), 0);
    pthread_mutex_destroy(&f->lock);
    free(f);
    return 0;
}

static run_config config_of(const char *name, const char *word) {
    run_config c = run_config_default(strategy_find(name));
    if (run_config_set_word(&c, word) != STATUS_OK)
        fail_msg("%s", status_message());
    return c;
}

static int64_t submit(fixture *f, const run_config *c, bool force) {
    int64_t job = 0;
    if (backtest_service_submit(f->service, c, force, "ann", &job) != STATUS_OK)
        fail_msg("%s", status_message());
    return job;
}

static backtest_row finish(fixture *f, int64_t job) {
    backtest_row row;
    assert_int_equal(backtest_service_wait(f->service, job, 20 * NS_PER_S, &row), STATUS_OK);
    return row;
}

static void test_service_runs_a_job_and_stores_its_result(void **state) {
    fixture *f = *state;
    run_config c = config_of("momentum", "lookback=60");
    backtest_row row = finish(f, submit(f, &c, false));
    assert_string_equal(row.message, "");
    assert_int_equal(row.state, BACKTEST_DONE);
    assert_false(row.found);
    assert_near(row.progress, 1, 0);
    pthread_mutex_lock(&f->lock);
    int changes = f->changes;
    pthread_mutex_unlock(&f->lock);
    assert_true(changes >= 3); // submitted, running, progress; the last one may still be under way
    run_row stored;
    assert_int_equal(run_find(f->store, row.run.run_id, &stored), STATUS_OK);
    assert_memory_equal(&stored.total_return, &row.run.total_return, sizeof stored.total_return);
    assert_string_equal(stored.user, "ann");
    assert_true(stored.created > 0);
    assert_int_equal(stored.trades, row.run.trades);

    // The stored curve is the one that the same run gives by hand.
    panel *p;
    securities names;
    assert_int_equal(panel_load(f->store, "stock", date_make(1, 1, 1), date_make(9999, 12, 31), NULL, &p), STATUS_OK);
    assert_int_equal(securities_load(f->store, &names), STATUS_OK);
    run_result *result;
    assert_int_equal(run_execute(p, &names, &c, NULL, &result), STATUS_OK);
    assert_string_equal(result->row.run_id, row.run.run_id);
    run_point *points;
    size_t n;
    assert_int_equal(run_points(f->store, row.run.run_id, &points, &n), STATUS_OK);
    assert_int_equal(n, result->points_n);
    for (size_t k = 0; k < n; k++) {
        assert_int_equal(points[k].day, result->points[k].day);
        assert_near(points[k].equity, result->points[k].equity, 0);
        assert_near(points[k].ret, result->points[k].ret, 0);
        assert_near(points[k].turnover, result->points[k].turnover, 0);
    }
    free(points);
    run_trade *trades;
    assert_int_equal(run_trades(f->store, row.run.run_id, &trades, &n), STATUS_OK);
    assert_int_equal(n, result->trades_n);
    for (size_t k = 0; k < n; k++)
        assert_int_equal(trades[k].quantity, result->trades[k].quantity);
    free(trades);
    text log = {0};
    assert_int_equal(backtest_service_log(f->service, row.job, &log), STATUS_OK);
    assert_string_equal(log.at, result->log.at);
    text_free(&log);
    run_result_free(result);
    securities_free(&names);
    panel_free(p);
}

static void test_service_finds_a_run_and_computes_it_again_only_when_forced(void **state) {
    fixture *f = *state;
    run_config c = config_of("crossover", "fast=5");
    backtest_row first = finish(f, submit(f, &c, false)), second = finish(f, submit(f, &c, false));
    assert_true(second.found && second.state == BACKTEST_DONE);
    assert_string_equal(first.run.run_id, second.run.run_id);
    backtest_row third = finish(f, submit(f, &c, true));
    assert_int_equal(third.state, BACKTEST_DONE);
    assert_false(third.found);
    assert_int_equal(third.run.created, first.run.created);
    text log = {0};
    assert_int_equal(backtest_service_log(f->service, second.job, &log), STATUS_NOT_FOUND);
    backtest_row rows[LISTED];
    assert_int_equal(backtest_service_runs(f->service, rows, LISTED), 1);
    assert_int_equal(rows[0].job, third.job);
    assert_int_equal(backtest_service_jobs(f->service, rows, LISTED), 3);
    assert_int_equal(rows[2].job, first.job);
}

static void test_service_sees_new_bars(void **state) {
    fixture *f = *state;
    run_config c = config_of("hold", "symbol=S002");
    backtest_row before = finish(f, submit(f, &c, false));
    put_bars(f, 51, 410);
    backtest_row after = finish(f, submit(f, &c, false));
    assert_false(after.found);
    assert_string_not_equal(before.run.run_id, after.run.run_id);
    assert_string_not_equal(before.run.data_hash, after.run.data_hash);
    assert_int_equal(after.run.days, before.run.days + 10);
}

static void test_service_lists_newest_first_and_again_after_a_restart(void **state) {
    fixture *f = *state;
    const char *const words[] = {"fast=5", "fast=6", "fast=7"};
    int64_t job = 0;
    for (size_t i = 0; i < 3; i++) {
        run_config c = config_of("crossover", words[i]);
        job = submit(f, &c, false);
    }
    finish(f, job);
    run_config c = config_of("crossover", "symbol=NOPE");
    backtest_row failed = finish(f, submit(f, &c, false));
    assert_int_equal(failed.state, BACKTEST_FAILED);
    assert_string_equal(failed.message, "symbol: no security is called NOPE");
    assert_int_equal(failed.run.from, DATE_NONE);
    backtest_row rows[LISTED];
    assert_int_equal(backtest_service_runs(f->service, rows, LISTED), 4);
    assert_int_equal(rows[0].state, BACKTEST_FAILED);
    for (size_t i = 0; i < 3; i++)
        assert_non_null(strstr(rows[1 + i].run.parameters, words[2 - i]));
    assert_int_equal(backtest_service_runs(f->service, rows, 2), 2);

    backtest_service_stop(f->service);
    start(f);
    assert_int_equal(backtest_service_runs(f->service, rows, LISTED), 3);
    assert_int_equal(rows[0].job, 0);
    assert_int_equal(rows[0].state, BACKTEST_DONE);
    assert_non_null(strstr(rows[0].run.parameters, "fast=7"));
    assert_int_equal(backtest_service_jobs(f->service, rows, LISTED), 0);
}

static void test_service_cancels_what_waits_and_what_runs(void **state) {
    fixture *f = *state;
    int64_t jobs[20];
    for (size_t i = 0; i < 20; i++) {
        char word[32];
        snprintf(word, sizeof word, "capital=%zu", 1000 + i);
        run_config c = config_of("crossover", word);
        jobs[i] = submit(f, &c, false);
    }
    for (size_t i = 20; i-- > 1;) {
        status code = backtest_service_cancel(f->service, jobs[i]);
        assert_true(code == STATUS_OK || code == STATUS_REFUSED);
    }
    size_t done = 0, cancelled = 0;
    for (size_t i = 0; i < 20; i++) {
        backtest_row row = finish(f, jobs[i]);
        done += row.state == BACKTEST_DONE;
        cancelled += row.state == BACKTEST_CANCELLED;
    }
    assert_int_equal(done + cancelled, 20);
    assert_true(cancelled > 0);
    assert_int_equal(backtest_service_cancel(f->service, jobs[0]), STATUS_REFUSED);
    assert_int_equal(backtest_service_cancel(f->service, 99), STATUS_NOT_FOUND);
    backtest_row row;
    assert_int_equal(backtest_service_wait(f->service, 99, 0, &row), STATUS_NOT_FOUND);
}

static void test_service_refuses_a_configuration_that_cannot_be_right(void **state) {
    fixture *f = *state;
    run_config c = config_of("crossover", "fast=50");
    int64_t job;
    assert_int_equal(backtest_service_submit(f->service, &c, false, "ann", &job), STATUS_INVALID);
    backtest_row rows[LISTED];
    assert_int_equal(backtest_service_runs(f->service, rows, LISTED), 0);
}

static void test_service_says_that_there_are_no_bars(void **state) {
    fixture *f = *state;
    run_config c = config_of("hold", "universe=index");
    backtest_row row = finish(f, submit(f, &c, false));
    assert_int_equal(row.state, BACKTEST_FAILED);
    assert_non_null(strstr(row.message, "no bars of kind index"));
}

static void test_service_stops_in_the_middle(void **state) {
    fixture *f = *state;
    for (size_t i = 0; i < 30; i++) {
        char word[32];
        snprintf(word, sizeof word, "capital=%zu", 1000 + i);
        run_config c = config_of("crossover", word);
        submit(f, &c, false);
    }
    backtest_service_stop(f->service);
    start(f);
    run_row *rows;
    size_t n;
    assert_int_equal(run_list(f->store, &rows, &n), STATUS_OK);
    assert_true(n < 30);
    for (size_t i = 0; i < n; i++) { // what is stored is whole
        run_point *points;
        size_t count;
        assert_int_equal(run_points(f->store, rows[i].run_id, &points, &count), STATUS_OK);
        assert_int_equal(count, rows[i].days + 1);
        free(points);
    }
    free(rows);
}

static void test_curve_thinned_keeps_its_ends_and_its_deepest_day(void **state) {
    (void)state;
    run_point points[1000];
    double deepest = 0, peak = 0;
    for (size_t k = 0; k < 1000; k++) {
        points[k] = (run_point){.day = (date)k, .equity = 1 + 0.3 * sin((double)k / 37) + (double)k / 900};
        peak = fmax(peak, points[k].equity);
        deepest = fmin(deepest, points[k].equity / peak - 1);
    }
    curve_point out[1000];
    for (size_t max = 2; max <= 1000; max = max * 3 / 2 + 1) {
        assert_int_equal(curve_thin(points, 1000, out, max), max);
        assert_int_equal(out[0].day, 0);
        assert_int_equal(out[max - 1].day, 999);
        double lowest = 0;
        for (size_t k = 0; k < max; k++) {
            assert_true(k == 0 || out[k].day > out[k - 1].day);
            lowest = fmin(lowest, out[k].drawdown);
        }
        assert_near(lowest, deepest, 0);
    }
    assert_int_equal(curve_thin(points, 1, out, 5), 1);
    assert_int_equal(curve_thin(points, 0, out, 5), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_service_runs_a_job_and_stores_its_result, setup, teardown),
        cmocka_unit_test_setup_teardown(test_service_finds_a_run_and_computes_it_again_only_when_forced, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_service_sees_new_bars, setup, teardown),
        cmocka_unit_test_setup_teardown(test_service_lists_newest_first_and_again_after_a_restart, setup, teardown),
        cmocka_unit_test_setup_teardown(test_service_cancels_what_waits_and_what_runs, setup, teardown),
        cmocka_unit_test_setup_teardown(test_service_refuses_a_configuration_that_cannot_be_right, setup, teardown),
        cmocka_unit_test_setup_teardown(test_service_says_that_there_are_no_bars, setup, teardown),
        cmocka_unit_test_setup_teardown(test_service_stops_in_the_middle, setup, teardown),
        cmocka_unit_test(test_curve_thinned_keeps_its_ends_and_its_deepest_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
