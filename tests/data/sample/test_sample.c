#include "data/sample/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/base/support_numbers.h"
#include "tests/data/support_workspace.h"

static double move(const bar *rows, size_t n, date from, date to) {
    int64_t a = 0, b = 0;
    for (size_t i = 0; i < n; i++) {
        a = rows[i].day == from ? rows[i].close : a;
        b = rows[i].day == to ? rows[i].close : b;
    }
    assert_true(a > 0 && b > 0);
    return (double)b / (double)a - 1;
}

static void test_sample_index_has_the_moves_that_everybody_knows(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    assert_ok(sample_import_index(w.store));
    securities list;
    assert_ok(securities_load(w.store, &list));
    const security *s = securities_find(&list, SAMPLE_INDEX);
    assert_non_null(s);
    assert_string_equal(s->kind, "index");
    assert_string_equal(s->name, "S&P 500");
    assert_int_equal(s->first, date_make(2000, 1, 3));
    assert_int_equal(s->last, date_make(2020, 4, 17));
    bar *rows;
    size_t n;
    assert_ok(bars_of(w.store, s->sid, 0, 100000, &rows, &n));
    assert_int_equal(n, 5105);
    assert_near(move(rows, n, date_make(2007, 10, 9), date_make(2009, 3, 9)), -0.5678, 5e-5);
    assert_near(move(rows, n, date_make(2008, 9, 12), date_make(2008, 11, 20)), -0.3989, 5e-5);
    assert_near(move(rows, n, date_make(2020, 2, 19), date_make(2020, 3, 23)), -0.3392, 5e-5);
    free(rows);
    securities_free(&list);
    workspace_remove(&w);
}

static void test_sample_index_is_stored_once(void **state) {
    (void)state;
    workspace w;
    workspace_make(&w);
    hash before, after;
    assert_ok(sample_import_index(w.store));
    assert_ok(bars_version(w.store, &before));
    assert_ok(sample_import_index(w.store));
    assert_ok(bars_version(w.store, &after));
    assert_memory_equal(&before, &after, sizeof before);
    workspace_remove(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sample_index_has_the_moves_that_everybody_knows),
        cmocka_unit_test(test_sample_index_is_stored_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
