#include "data/store/results.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/base/support_numbers.h"
#include "tests/data/support_workspace.h"

static run_row sample_run(const char *id) {
    run_row r = {.strategy = "momentum",
                 .parameters = "lookback=252 skip=21",
                 .data_hash = "abc",
                 .program = "0.1.0",
                 .from = 16000,
                 .to = 17000,
                 .days = 700,
                 .total_return = 0.123456789012345,
                 .volatility = 0.2,
                 .sharpe = NAN,
                 .calmar = INFINITY,
                 .turnover = 3,
                 .trades = 2,
                 .drawdown_from = 16100,
                 .drawdown_to = 16200,
                 .created = 5,
                 .seconds = 0.25,
                 .user = "ann"};
    strcpy(r.run_id, id);
    return r;
}

static const run_point points[] = {{16000, 1, NAN, 0}, {16001, 1.01, 0.01, 0.5}};
static const run_trade trades[] = {{16000, "ABC", -100, 12.5, 0.01}, {16000, "ABC", 50, 12.25, 0}};

static void save(workspace *w, const run_row *r) { assert_ok(run_save(w->store, r, points, 2, trades, 2)); }

static void test_run_comes_back_as_it_was_saved(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    run_row in = sample_run("0123456789abcdef"), out;
    save(&w, &in);
    assert_ok(run_find(w.store, "0123", &out));
    assert_true(isnan(out.sharpe));
    assert_true(isinf(out.calmar));
    assert_near(out.total_return, in.total_return, 0);
    assert_near(out.turnover, in.turnover, 0);
    assert_int_equal(out.days, in.days);
    assert_int_equal(out.drawdown_to, in.drawdown_to);
    assert_int_equal(out.created, in.created);
    assert_string_equal(out.parameters, in.parameters);
    assert_string_equal(out.user, "ann");
    run_point *curve;
    run_trade *deals;
    size_t n;
    assert_ok(run_points(w.store, in.run_id, &curve, &n));
    assert_int_equal(n, 2);
    assert_true(isnan(curve[0].ret));
    assert_int_equal(curve[1].day, points[1].day);
    assert_near(curve[1].equity, points[1].equity, 0);
    assert_near(curve[1].turnover, points[1].turnover, 0);
    assert_ok(run_trades(w.store, in.run_id, &deals, &n));
    assert_int_equal(n, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(deals[i].symbol, trades[i].symbol);
        assert_int_equal(deals[i].quantity, trades[i].quantity);
        assert_near(deals[i].price, trades[i].price, 0);
        assert_near(deals[i].cost, trades[i].cost, 0);
    }
    free(curve);
    free(deals);
    workspace_remove(&w);
}

static void test_run_is_found_by_an_unmistakable_beginning(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    run_row a = sample_run("aa00000000000000"), b = sample_run("ab00000000000000"), out;
    save(&w, &a);
    save(&w, &b);
    assert_ok(run_find(w.store, "ab", &out));
    assert_string_equal(out.run_id, b.run_id);
    assert_status(run_find(w.store, "a", &out), STATUS_INVALID);
    assert_status(run_find(w.store, "c", &out), STATUS_NOT_FOUND);
    assert_status(run_find(w.store, "", &out), STATUS_NOT_FOUND);
    assert_status(run_find(w.store, "%", &out), STATUS_NOT_FOUND);
    workspace_remove(&w);
}

static void test_same_run_is_kept_once_and_a_different_one_under_its_id_refused(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    run_row r = sample_run("0123456789abcdef");
    save(&w, &r);
    r.created = 99;
    save(&w, &r);
    run_row *list;
    size_t n;
    assert_ok(run_list(w.store, &list, &n));
    assert_int_equal(n, 1);
    assert_int_equal(list[0].created, 5);
    free(list);
    r.total_return += 1e-15;
    assert_status(run_save(w.store, &r, points, 2, trades, 2), STATUS_CORRUPT);
    workspace_remove(&w);
}

static void test_runs_are_listed_newest_first(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    static const char *const ids[] = {"b", "c", "a"};
    static const instant created[] = {20, 30, 10};
    for (size_t i = 0; i < 3; i++) {
        run_row r = sample_run(ids[i]);
        r.created = created[i];
        save(&w, &r);
    }
    run_row *list;
    size_t n;
    assert_ok(run_list(w.store, &list, &n));
    assert_int_equal(n, 3);
    assert_string_equal(list[0].run_id, "c");
    assert_string_equal(list[2].run_id, "a");
    free(list);
    workspace_remove(&w);
}

static void test_risk_history_keeps_the_last_word_of_each_day(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    const risk_row rows[] = {
        {17000, 1, .var99 = 0.01, .model = "m"}, {17001, 2, .var99 = 0.02, .model = "m"},
        {17001, 3, .var99 = 0.03, .model = "n"}, {17002, 4, .var99 = 0.04, .model = "m"},
        {17002, 5, .var99 = NAN, .model = "m"},
    };
    for (size_t i = 0; i < 5; i++)
        assert_ok(risk_save(w.store, &rows[i]));
    risk_row *list;
    size_t n;
    assert_ok(risk_history(w.store, 2, &list, &n));
    assert_int_equal(n, 2);
    assert_int_equal(list[0].day, 17001);
    assert_string_equal(list[0].model, "n");
    assert_true(list[0].var99 > 0.029 && list[0].var99 < 0.031);
    assert_true(isnan(list[1].var99));
    free(list);
    assert_ok(risk_history(w.store, 0, &list, &n));
    assert_int_equal(n, 3);
    free(list);
    workspace_remove(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run_comes_back_as_it_was_saved),
        cmocka_unit_test(test_run_is_found_by_an_unmistakable_beginning),
        cmocka_unit_test(test_same_run_is_kept_once_and_a_different_one_under_its_id_refused),
        cmocka_unit_test(test_runs_are_listed_newest_first),
        cmocka_unit_test(test_risk_history_keeps_the_last_word_of_each_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
