#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/store/bars.h"
#include "data/store/load.h"
#include "src/base/vec.h"
#include "tests/data/support_workspace.h"

enum { DAY = 17000 };

// Flat bars at the given closes in currency units, one a day from DAY + offset; 0 leaves a day out.
static int32_t put(workspace *w, const char *symbol, const char *basis, int offset, const double *closes, size_t n) {
    bar rows[32];
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t c = (int64_t)(closes[i] * 10000 + 0.5);
        if (c)
            rows[m++] = (bar){0, DAY + offset + (date)i, c, c, c, c, 1000};
    }
    return workspace_bars(w, symbol, "stock", basis, rows, m);
}

static panel *load_all(workspace *w) {
    panel *p;
    assert_ok(panel_load(w->store, "stock", 0, 100000, NULL, &p));
    return p;
}

static void assert_column(const panel *p, const double *field, size_t column, const double *expected) {
    for (size_t t = 0; t < p->dates; t++) {
        double got = field[t * p->securities + column];
        if (isnan(expected[t]) ? !isnan(got) : !(fabs(got - expected[t]) < 1e-12))
            fail_msg("row %zu of column %zu is %.15g, not %.15g", t, column, got, expected[t]);
    }
}

static void test_panel_spans_the_union_of_days(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    int32_t a = put(&w, "A", "split-adjusted", 0, (double[]){10, 11, 0, 12}, 4);
    int32_t b = put(&w, "B", "split-adjusted", 2, (double[]){20, 21, 0, 22}, 4);
    panel *p = load_all(&w);
    assert_int_equal(p->dates, 5); // day 4 has no bars at all
    assert_int_equal(p->securities, 2);
    assert_int_equal(p->sid[0], a);
    assert_int_equal(p->sid[1], b);
    for (size_t t = 0; t < 4; t++)
        assert_int_equal(p->day[t], DAY + (date)t);
    assert_int_equal(p->day[4], DAY + 5);
    assert_column(p, p->close, 0, (double[]){10, 11, NAN, 12, NAN});
    assert_column(p, p->close, 1, (double[]){NAN, NAN, 20, 21, 22});
    assert_column(p, p->volume, 1, (double[]){NAN, NAN, 1000, 1000, 1000});
    // no return over A's gap, and none on a first day; B's two last bars are neighbours in the panel
    assert_column(p, p->total_return, 0, (double[]){NAN, 0.1, NAN, NAN, NAN});
    assert_column(p, p->total_return, 1, (double[]){NAN, NAN, NAN, 0.05, 22.0 / 21 - 1});
    panel_free(p);
    workspace_remove(&w);
}

static void test_panel_divides_raw_prices_by_later_splits(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    put(&w, "A", "raw", 0, (double[]){100, 102, 52, 53, 5.4}, 5);
    workspace_action(&w, "A", DAY + 2, 2, 0);
    workspace_action(&w, "A", DAY + 4, 10, 0);
    panel *p = load_all(&w);
    assert_column(p, p->close, 0, (double[]){5, 5.1, 5.2, 5.3, 5.4});
    assert_column(p, p->volume, 0, (double[]){20000, 20000, 10000, 10000, 1000});
    assert_column(p, p->total_return, 0, (double[]){NAN, 0.02, 2 * 52.0 / 102 - 1, 53.0 / 52 - 1, 10 * 5.4 / 53 - 1});
    panel_free(p);
    workspace_remove(&w);
}

// What a chart shows is what a panel holds: no crash where there was a split, none that is yet to come.
static void test_bars_on_scale_are_those_of_a_panel(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    put(&w, "A", "raw", 0, (double[]){100, 102, 52, 53, 5.4}, 5);
    workspace_action(&w, "A", DAY + 1, 1, 5000);
    workspace_action(&w, "A", DAY + 2, 2, 0);
    workspace_action(&w, "A", DAY + 4, 10, 0);
    put(&w, "B", "split-adjusted", 0, (double[]){20, 21}, 2);
    for (date last = DAY; last <= DAY + 4; last++) {
        panel *p;
        bar *rows;
        size_t n;
        assert_ok(panel_load(w.store, "stock", DAY, last, NULL, &p));
        for (size_t i = 0; i < 2; i++) {
            assert_ok(bars_on_scale(w.store, p->sid[i], DAY, last, &rows, &n));
            for (size_t t = 0; t < n; t++) {
                assert_int_equal(rows[t].day, p->day[t]);
                assert_int_equal(rows[t].low, llround(p->low[t * 2 + i] * 1e4));
                assert_int_equal(rows[t].close, llround(p->close[t * 2 + i] * 1e4));
                assert_int_equal(rows[t].volume, (int64_t)p->volume[t * 2 + i]);
            }
            free(rows);
        }
        panel_free(p);
    }
    workspace_remove(&w);
}

static void test_panel_returns_hold_dividends(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    put(&w, "A", "raw", 0, (double[]){100, 99, 50}, 3);
    workspace_action(&w, "A", DAY + 1, 1, 20000);
    workspace_action(&w, "A", DAY + 2, 2, 5000); // after the split, on each new share
    panel *p = load_all(&w);
    assert_column(p, p->total_return, 0, (double[]){NAN, 101.0 / 100 - 1, 2 * 50.5 / 99 - 1});
    assert_column(p, p->close, 0, (double[]){50, 49.5, 50}); // prices are not adjusted for dividends
    panel_free(p);
    workspace_remove(&w);
}

static void test_panel_pays_the_delisting_return_on_the_next_day(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    put(&w, "A", "raw", 0, (double[]){10, 11}, 2);
    put(&w, "B", "raw", 0, (double[]){10, 11, 12, 13}, 4);
    workspace_delist(&w, "A", DAY + 1, -0.4);
    panel *p = load_all(&w);
    assert_column(p, p->close, 0, (double[]){10, 11, NAN, NAN});
    assert_column(p, p->total_return, 0, (double[]){NAN, 0.1, -0.4, NAN});
    panel_free(p);
    workspace_remove(&w);
}

static void test_panel_does_not_know_what_comes_after_it(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    put(&w, "A", "raw", 0, (double[]){100, 102, 104}, 3);
    panel *before, *after;
    assert_ok(panel_load(w.store, "stock", DAY, DAY + 2, NULL, &before));
    put(&w, "A", "raw", 3, (double[]){52, 53}, 2);
    put(&w, "LATE", "raw", 3, (double[]){9, 9}, 2);
    workspace_action(&w, "A", DAY + 3, 2, 100);
    workspace_delist(&w, "A", DAY + 4, -1);
    assert_ok(panel_load(w.store, "stock", DAY, DAY + 2, NULL, &after));
    assert_int_equal(after->securities, 1);
    assert_memory_equal(&before->data, &after->data, sizeof before->data);
    assert_memory_equal(before->close, after->close, 3 * sizeof(double));
    panel_free(before);
    panel_free(after);
    workspace_remove(&w);
}

static void test_panel_hash_changes_with_any_value(void **state) {
    (void)state;
    static const double closes[3][3] = {{10, 11, 12}, {10, 11, 12}, {10, 11, 12.0001}};
    hash versions[3], panels[3];
    for (size_t i = 0; i < 3; i++) {
        workspace w;
        workspace_make(&w);
        put(&w, "A", "raw", 0, closes[i], 3);
        panel *p = load_all(&w);
        panels[i] = p->data;
        assert_ok(bars_version(w.store, &versions[i]));
        panel_free(p);
        workspace_remove(&w);
    }
    assert_memory_equal(&panels[0], &panels[1], sizeof(hash));
    assert_memory_equal(&versions[0], &versions[1], sizeof(hash));
    assert_memory_not_equal(&panels[0], &panels[2], sizeof(hash));
    assert_memory_not_equal(&versions[0], &versions[2], sizeof(hash));
}

static void test_version_is_of_the_content_not_of_the_way_there(void **state) {
    (void)state;
    workspace straight, crooked;
    workspace_make(&straight);
    workspace_make(&crooked);
    put(&straight, "A", "raw", 0, (double[]){10, 11, 12}, 3);
    put(&crooked, "A", "raw", 1, (double[]){99, 12}, 2);
    put(&crooked, "A", "raw", 0, (double[]){10, 11}, 2); // fills in front and corrects the second day
    hash a, b;
    assert_ok(bars_version(straight.store, &a));
    assert_ok(bars_version(crooked.store, &b));
    assert_memory_equal(&a, &b, sizeof a);
    workspace_remove(&straight);
    workspace_remove(&crooked);
}

static void test_panel_of_nothing_and_cancelled_panels_say_so(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    panel *p;
    assert_status(panel_load(w.store, "stock", 0, 100000, NULL, &p), STATUS_NOT_FOUND);
    put(&w, "A", "raw", 0, (double[]){10, 0, 0, 11}, 4);
    assert_status(panel_load(w.store, "index", 0, 100000, NULL, &p), STATUS_NOT_FOUND);
    assert_status(panel_load(w.store, "stock", DAY + 1, DAY + 2, NULL, &p), STATUS_NOT_FOUND);
    volatile int cancelled = 1;
    assert_status(panel_load(w.store, "stock", 0, 100000, &cancelled, &p), STATUS_CANCELLED);
    workspace_remove(&w);
}

static void test_latest_bars_are_those_known_on_the_day(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    put(&w, "A", "raw", 0, (double[]){10, 11, 12}, 3);
    put(&w, "B", "raw", 2, (double[]){20}, 1);
    bar out[2];
    assert_ok(bars_latest(w.store, DAY + 1, out, 2));
    assert_int_equal(out[0].close, 110000);
    assert_int_equal(out[1].sid, 0);
    assert_ok(bars_latest(w.store, DAY + 9, out, 2));
    assert_int_equal(out[0].day, DAY + 2);
    assert_int_equal(out[1].close, 200000);
    bar *rows;
    size_t n;
    assert_ok(bars_of(w.store, 1, DAY + 1, DAY + 9, &rows, &n));
    assert_int_equal(n, 2);
    assert_int_equal(rows[1].close, 120000);
    free(rows);
    assert_ok(bars_of(w.store, 7, 0, 100000, &rows, &n));
    assert_int_equal(n, 0);
    free(rows);
    workspace_remove(&w);
}

// ---- loading ----

static status count_again(store_connection *c, void *context) {
    load_counts *counts = context;
    load *l;
    TRY(load_begin(c, &l));
    bar rows[] = {{1, DAY, 100000, 100000, 100000, 100000, 1000},      // as it is
                  {1, DAY + 1, 110000, 110000, 110000, 110000, 1001},  // another volume
                  {1, DAY + 2, 120000, 120000, 120000, 120000, 1000}}; // new
    status s = load_bars(l, rows, 3, counts);
    if (s == STATUS_OK)
        s = load_finish(l);
    load_free(l);
    return s;
}

static void test_load_tells_new_changed_and_unchanged_apart(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    put(&w, "A", "raw", 0, (double[]){10, 11, 0, 13}, 4);
    load_counts counts = {0};
    assert_ok(store_write(w.store, STORE_WAREHOUSE, count_again, &counts));
    assert_int_equal(counts.added, 1);
    assert_int_equal(counts.changed, 1);
    assert_int_equal(counts.unchanged, 1);
    securities list;
    assert_ok(securities_load(w.store, &list));
    assert_int_equal(list.at[0].first, DAY);
    assert_int_equal(list.at[0].last, DAY + 3);
    securities_free(&list);
    workspace_remove(&w);
}

static status mix(store_connection *c, void *context) {
    load *l;
    int32_t sid;
    TRY(load_begin(c, &l));
    status s = strcmp(context, "basis") == 0  ? load_security(l, "A", "stock", "raw", &sid)
               : strcmp(context, "kind") == 0 ? load_security(l, "A", "index", "split-adjusted", &sid)
                                              : load_action(l, 1, DAY, 2, 0);
    load_free(l);
    return s;
}

static void test_load_never_mixes_bases_and_kinds(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    put(&w, "A", "split-adjusted", 0, (double[]){10}, 1);
    assert_status(store_write(w.store, STORE_WAREHOUSE, mix, (void *)"basis"), STATUS_REFUSED);
    assert_said("can't be mixed");
    assert_status(store_write(w.store, STORE_WAREHOUSE, mix, (void *)"kind"), STATUS_REFUSED);
    assert_status(store_write(w.store, STORE_WAREHOUSE, mix, (void *)"split"), STATUS_REFUSED);
    workspace_remove(&w);
}

static void test_securities_are_found_in_any_case(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    static const char *const symbols[] = {"ZZ", "BRK.B", "AAPL", "^GSPC", "MSFT", "A"};
    for (size_t i = 0; i < 6; i++)
        put(&w, symbols[i], "raw", 0, (double[]){10}, 1);
    securities list;
    assert_ok(securities_load(w.store, &list));
    assert_int_equal(securities_find(&list, "brk.b")->sid, 2);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(securities_find(&list, symbols[i])->sid, i + 1);
    assert_null(securities_find(&list, "NONE"));
    assert_null(securities_find(&list, ""));
    securities_free(&list);
    workspace_remove(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_panel_spans_the_union_of_days),
        cmocka_unit_test(test_panel_divides_raw_prices_by_later_splits),
        cmocka_unit_test(test_bars_on_scale_are_those_of_a_panel),
        cmocka_unit_test(test_panel_returns_hold_dividends),
        cmocka_unit_test(test_panel_pays_the_delisting_return_on_the_next_day),
        cmocka_unit_test(test_panel_does_not_know_what_comes_after_it),
        cmocka_unit_test(test_panel_hash_changes_with_any_value),
        cmocka_unit_test(test_version_is_of_the_content_not_of_the_way_there),
        cmocka_unit_test(test_panel_of_nothing_and_cancelled_panels_say_so),
        cmocka_unit_test(test_latest_bars_are_those_known_on_the_day),
        cmocka_unit_test(test_load_tells_new_changed_and_unchanged_apart),
        cmocka_unit_test(test_load_never_mixes_bases_and_kinds),
        cmocka_unit_test(test_securities_are_found_in_any_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
