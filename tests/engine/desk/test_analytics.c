// Risk of the live book: computed when asked, following the positions, and quiet where there is nothing to compute.
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "data/sample/sample.h"
#include "data/store/load.h"
#include "engine/desk/analytics.h"
#include "src/base/decimal.h"
#include "src/base/matrix.h"
#include "tests/engine/desk/support_trading.h"

typedef struct {
    trading trading;
    analytics *analytics;
} fixture;

static int set_up(void **state) {
    fixture *f = mem_new(1, sizeof *f);
    trading_open(&f->trading, false);
    assert_int_equal(analytics_start(f->trading.store, f->trading.view, &f->analytics), STATUS_OK);
    *state = f;
    return 0;
}

static int set_up_empty(void **state) {
    fixture *f = mem_new(1, sizeof *f);
    trading_make_empty(&f->trading, false);
    trading_start(&f->trading);
    assert_int_equal(analytics_start(f->trading.store, f->trading.view, &f->analytics), STATUS_OK);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    analytics_stop(f->analytics);
    trading_close(&f->trading);
    free(f);
    return 0;
}

static const view_risk *risk(fixture *f) {
    static view_risk v;
    uint64_t seen = 0;
    while (!view_read(f->trading.view, SECTION_RISK, &v, &seen))
        ; // it is being published
    return &v;
}

static void hold_some(fixture *f) {
    const holding h[] = {{f->trading.stocks[0], 300}, {f->trading.stocks[1], -200}, {f->trading.stocks[2], 100}};
    assert_int_equal(desk_load(f->trading.desk, "ada", "a test", h, 3, 100000 * DECIMAL_ONE), STATUS_OK);
}

static void test_risk_is_of_the_positions_that_are_held(void **state) {
    fixture *f = *state;
    hold_some(f);
    if (analytics_wait(f->analytics, NULL) != STATUS_OK)
        fail_msg("%s", status_message());
    const view_risk *v = risk(f);
    assert_int_equal(v->state, ANALYTICS_READY);
    assert_int_equal(v->names, 3);
    assert_true(v->total > 0);
    assert_true(fabs(v->market + v->style + v->sector + v->specific - v->total) < 1e-9);
    assert_true(v->var99_hist >= v->var95_hist && v->es95_hist >= v->var95_hist);
    const view_position *p = trading_position(&f->trading, f->trading.stocks[0]);
    double total = decimal_to_double(trading_positions(&f->trading)->equity);
    for (int32_t i = 0; i < v->names; i++)
        if (v->name_row[i].sid == p->sid)
            assert_true(fabs(v->name_row[i].weight - decimal_to_double(p->value) / total) < 1e-9);
}

// The first days of the history have no days before them to forecast from.
static void test_exceptions_are_counted_on_days_with_a_forecast(void **state) {
    fixture *f = *state;
    hold_some(f);
    assert_int_equal(analytics_wait(f->analytics, NULL), STATUS_OK);
    const view_risk *v = risk(f);
    int32_t forecasts = 0, exceptions = 0;
    for (int32_t i = 0; i < v->var_days; i++) {
        forecasts += !isnan(v->var_series[i]);
        exceptions += v->pnl_series[i] < -v->var_series[i];
    }
    assert_true(v->var_forecasts > 0 && v->var_forecasts < v->var_days);
    assert_int_equal(v->var_forecasts, forecasts);
    assert_int_equal(v->exceptions, exceptions);
}

static const view_stress *stress(fixture *f) {
    static view_stress v;
    uint64_t seen = 0;
    assert_true(view_read(f->trading.view, SECTION_STRESS, &v, &seen));
    return &v;
}

// An index that does not reach back to an episode takes the stress away, not the risk.
static void test_risk_stands_without_an_index(void **state) {
    fixture *f = *state;
    hold_some(f);
    assert_int_equal(analytics_wait(f->analytics, NULL), STATUS_OK);
    assert_int_equal(risk(f)->state, 2);
    assert_int_equal(stress(f)->state, 3);
    assert_non_null(strstr(stress(f)->message, "index"));
}

static void test_stress_is_computed_where_the_index_is(void **state) {
    fixture *f = *state;
    assert_int_equal(sample_import_index(f->trading.store), STATUS_OK);
    trading_universe(&f->trading);
    assert_int_equal(desk_reload(f->trading.desk, "DEMO"), STATUS_OK);
    hold_some(f);
    assert_int_equal(analytics_wait(f->analytics, NULL), STATUS_OK);
    const view_stress *v = stress(f);
    assert_int_equal(v->state, ANALYTICS_READY);
    assert_true(v->n >= 3);
    for (int32_t i = 0; i < v->n; i++) {
        double sum = 0;
        for (int32_t k = 0; k < v->row[i].factors; k++)
            sum += v->row[i].by_factor[k];
        assert_true(v->row[i].index_move < 0);
        assert_true(fabs(sum - v->row[i].pnl) < 0.01);
    }
}

static status load_late_index(store_connection *c, void *context) {
    (void)context;
    load *l;
    TRY(load_begin(c, &l));
    load_counts counts = {0};
    int32_t sid;
    status s = load_security(l, "^GSPC", "index", "raw", &sid);
    bar bars[200];
    for (int i = 0; i < 200; i++) {
        int64_t close = (3000 - 5 * i) * DECIMAL_ONE;
        bars[i] = (bar){sid, date_make(2020, 1, 2) + i, close, close, close, close, 1};
    }
    if (s == STATUS_OK)
        s = load_bars(l, bars, 200, &counts);
    if (s == STATUS_OK)
        s = load_finish(l);
    load_free(l);
    return s;
}

// An episode that the index does not cover takes nothing away from the others.
static void test_scenario_that_can_not_be_computed_fails_alone(void **state) {
    fixture *f = *state;
    assert_int_equal(store_write(f->trading.store, STORE_WAREHOUSE, load_late_index, NULL), STATUS_OK);
    trading_universe(&f->trading);
    assert_int_equal(desk_reload(f->trading.desk, "DEMO"), STATUS_OK);
    hold_some(f);
    assert_int_equal(analytics_wait(f->analytics, NULL), STATUS_OK);
    const view_stress *v = stress(f);
    assert_int_equal(v->state, ANALYTICS_READY);
    int computed = 0;
    for (int32_t i = 0; i < v->n; i++) {
        computed += !v->row[i].message[0];
        assert_int_equal(v->row[i].message[0] == 0, isfinite(v->row[i].pnl) != 0);
        assert_true(v->row[i].name[0]);
    }
    assert_true(computed >= 1 && computed < v->n);
}

static void test_risk_of_a_book_without_equity_is_of_gross(void **state) {
    fixture *f = *state;
    hold_some(f);
    assert_int_equal(analytics_wait(f->analytics, NULL), STATUS_OK);
    assert_false(risk(f)->of_gross);
    const holding h = {f->trading.stocks[0], 100};
    assert_int_equal(desk_load(f->trading.desk, "ada", "a test", &h, 1, -1000000 * DECIMAL_ONE), STATUS_OK);
    assert_int_equal(analytics_wait(f->analytics, NULL), STATUS_OK);
    assert_true(risk(f)->of_gross);
    const view_positions *v = trading_positions(&f->trading);
    assert_true(v->equity < 0 && v->rows[0].weight == 1);
    assert_true(fabs(risk(f)->value - decimal_to_double(v->long_value)) < 1e-6);
}

static void test_risk_of_nothing_is_no_failure(void **state) {
    fixture *f = *state;
    assert_int_equal(analytics_wait(f->analytics, NULL), STATUS_OK);
    assert_int_equal(risk(f)->state, 4);
    assert_non_null(strstr(risk(f)->message, "portfolio load"));
    hold_some(f);
    assert_int_equal(analytics_wait(f->analytics, NULL), STATUS_OK);
    assert_int_equal(risk(f)->state, 2);
    flatten_row *rows;
    size_t n;
    assert_int_equal(desk_flatten(f->trading.desk, "ada", "a test", 0, NULL, &rows, &n, NULL), STATUS_OK);
    free(rows);
    assert_int_equal(analytics_wait(f->analytics, NULL), STATUS_OK);
    assert_int_equal(risk(f)->state, 4);
    assert_int_equal(stress(f)->state, 4);
    assert_null(strstr(risk(f)->message, "portfolio load")); // that would make equity of the proceeds
}

static void test_risk_without_prices_says_what_to_do(void **state) {
    fixture *f = *state;
    assert_int_equal(analytics_wait(f->analytics, NULL), STATUS_UNAVAILABLE);
    assert_non_null(strstr(status_message(), "import"));
}

static void nap(int ms) { nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL); }

static void wait_for_state(fixture *f, int32_t wanted) {
    for (int i = 0; i < 1000 && risk(f)->state != wanted; i++)
        nap(10);
    assert_int_equal(risk(f)->state, wanted);
}

static void test_following_computes_by_itself(void **state) {
    fixture *f = *state;
    hold_some(f);
    analytics_follow(f->analytics);
    wait_for_state(f, 2);
    int64_t first = risk(f)->computed;
    trading_send(&f->trading, SIDE_BUY, f->trading.stocks[3], 100, 0);
    for (int i = 0; i < 300 && risk(f)->names != 4; i++)
        nap(10);
    assert_int_equal(risk(f)->names, 4);
    assert_true(risk(f)->computed > first);
}

// Nothing is held, the market goes on, and there is nothing new to say about it.
static void test_following_says_once_that_nothing_is_held(void **state) {
    fixture *f = *state;
    analytics_follow(f->analytics);
    wait_for_state(f, 4);
    uint64_t seen = 0, again;
    static view_risk v;
    assert_true(view_read(f->trading.view, SECTION_RISK, &v, &seen));
    again = seen;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(desk_note(f->trading.desk, "the positions are published"), STATUS_OK);
        nap(500);
    }
    assert_false(view_read(f->trading.view, SECTION_RISK, &v, &again));
}

// What could not be built is not tried again and again while nothing changes.
static void test_following_rests_where_no_model_can_be_built(void **state) {
    fixture *f = *state;
    analytics_follow(f->analytics);
    wait_for_state(f, 3);
    uint64_t seen = 0, again;
    static view_risk v;
    assert_true(view_read(f->trading.view, SECTION_RISK, &v, &seen));
    again = seen;
    nap(1300); // it follows once a second
    assert_false(view_read(f->trading.view, SECTION_RISK, &v, &again));
    // New data is looked at.
    trading_universe(&f->trading);
    assert_int_equal(desk_reload(f->trading.desk, "DEMO"), STATUS_OK);
    hold_some(f);
    analytics_refresh(f->analytics);
    wait_for_state(f, 2);
}

static void test_wait_ends_when_its_caller_gives_up(void **state) {
    fixture *f = *state;
    hold_some(f);
    int cancelled = 1;
    status s = analytics_wait(f->analytics, &cancelled);
    assert_true(s == STATUS_CANCELLED || s == STATUS_OK); // it may have been quicker
}

static void *wait_for_risk(void *context) {
    analytics_wait(context, NULL);
    return NULL;
}

static void test_waits_side_by_side_all_end(void **state) {
    fixture *f = *state;
    pthread_t threads[4];
    hold_some(f);
    analytics_follow(f->analytics);
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, wait_for_risk, f->analytics);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(risk(f)->state, 2);
}

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define AT_EMPTY_DESK(test) cmocka_unit_test_setup_teardown(test, set_up_empty, tear_down)

int main(void) {
    matrix_init();
    const struct CMUnitTest tests[] = {
        AT_DESK(test_risk_is_of_the_positions_that_are_held),
        AT_DESK(test_exceptions_are_counted_on_days_with_a_forecast),
        AT_DESK(test_risk_stands_without_an_index),
        AT_EMPTY_DESK(test_stress_is_computed_where_the_index_is),
        AT_EMPTY_DESK(test_scenario_that_can_not_be_computed_fails_alone),
        AT_DESK(test_risk_of_a_book_without_equity_is_of_gross),
        AT_DESK(test_risk_of_nothing_is_no_failure),
        AT_EMPTY_DESK(test_risk_without_prices_says_what_to_do),
        AT_DESK(test_following_computes_by_itself),
        AT_DESK(test_following_says_once_that_nothing_is_held),
        AT_EMPTY_DESK(test_following_rests_where_no_model_can_be_built),
        AT_DESK(test_wait_ends_when_its_caller_gives_up),
        AT_DESK(test_waits_side_by_side_all_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
