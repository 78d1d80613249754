// How a backtest that nobody waits for tells its end, when that has come already.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "engine/desk/runs.h"
#include "tests/engine/desk/support_trading.h"

typedef struct {
    trading trading;
    runs *runs;
} fixture;

static int set_up(void **state) {
    fixture *f = mem_new(1, sizeof *f);
    trading_make(&f->trading, false);
    assert_int_equal(store_open(f->trading.home, &f->trading.store), STATUS_OK);
    assert_int_equal(view_create(&f->trading.view), STATUS_OK);
    assert_int_equal(runs_start(f->trading.store, f->trading.view, &f->runs), STATUS_OK);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    runs_stop(f->runs);
    trading_close(&f->trading);
    free(f);
    return 0;
}

// Submits a run and returns its job's number when it has ended.
static int64_t run_to_its_end(fixture *f, const char *from) {
    const strategy *momentum;
    assert_int_equal(strategy_get("momentum", &momentum), STATUS_OK);
    run_config config = run_config_default(momentum);
    assert_int_equal(run_config_set(&config, "lookback", "40"), STATUS_OK);
    assert_int_equal(run_config_set(&config, "from", from), STATUS_OK);
    runs_request request = {.config = &config, .user = "ada"};
    char id[RUN_ID_SIZE];
    int64_t job, until = clock_mono() + 60 * NS_PER_S;
    assert_int_equal(runs_submit(f->runs, &request, id, &job), STATUS_OK);
    while (runs_can_cancel(f->runs, job) == STATUS_OK) {
        assert_true(clock_mono() < until);
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    }
    return job;
}

static void test_run_that_ended_well_is_named(void **state) {
    fixture *f = *state;
    char id[RUN_ID_SIZE] = "";
    text sentence = {0};
    int64_t job = run_to_its_end(f, "2025-06-02");
    assert_int_equal(runs_leave(f->runs, job, id, &sentence), STATUS_OK);
    assert_true(strlen(id) > 8);
    assert_non_null(strstr(text_string(&sentence), "backtest 1 has ended: momentum"));
    text_free(&sentence);
}

static void test_run_that_failed_is_a_failure(void **state) {
    fixture *f = *state;
    char id[RUN_ID_SIZE] = "";
    text sentence = {0};
    int64_t job = run_to_its_end(f, "2031-01-02");
    assert_int_equal(runs_leave(f->runs, job, id, &sentence), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "backtest 1 failed: no day of the data lies in the dates asked for"));
    assert_string_equal(id, "");
    assert_string_equal(text_string(&sentence), "");
    text_free(&sentence);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_run_that_ended_well_is_named, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_run_that_failed_is_a_failure, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
