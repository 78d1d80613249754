// What the desk publishes of the past of a security.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "data/store/load.h"
#include "src/base/decimal.h"
#include "src/base/mem.h"
#include "tests/engine/desk/support_trading.h"

enum { DAYS = 15 };

// A stock at 100.00 whose price halves with a split of 2:1 on the eighth day, and else never moves.
static status load_a_split_one(store_connection *c, void *context) {
    load *l;
    int32_t *sid = context;
    TRY(load_begin(c, &l));
    load_counts counts = {0};
    status s = load_security(l, "SPLIT", "stock", "raw", sid);
    bar bars[DAYS];
    for (int i = 0; i < DAYS; i++) {
        int64_t price = (i < 7 ? 100 : 50) * DECIMAL_ONE;
        bars[i] = (bar){*sid, date_make(2026, 11, 6) + i, price, price, price, price, 1000};
    }
    if (s == STATUS_OK)
        s = load_bars(l, bars, DAYS, &counts);
    if (s == STATUS_OK)
        s = load_action(l, *sid, bars[7].day, 2, 0);
    if (s == STATUS_OK)
        s = load_finish(l);
    load_free(l);
    return s;
}

static void test_closes_and_sparkline_know_no_crash_at_a_split(void **state) {
    trading *t = *state;
    int32_t sid;
    assert_int_equal(store_open(t->home, &t->store), STATUS_OK);
    assert_int_equal(store_write(t->store, STORE_WAREHOUSE, load_a_split_one, &sid), STATUS_OK);
    store_close(t->store);
    trading_start(t);
    trading_hold(t, sid, 100);
    const view_position *p = trading_position(t, sid);
    assert_int_equal(p->spark_n, DAYS);
    for (int i = 1; i < p->spark_n; i++)
        assert_int_equal(p->spark[i], p->spark[0]);
    const view_book *b = trading_book(t, sid);
    assert_int_equal(b->closes, DAYS);
    for (int i = 0; i < b->closes; i++)
        assert_true(b->close[i] == 50);
}

static int set_up(void **state) {
    trading *t = mem_new(1, sizeof *t);
    trading_make(t, false);
    *state = t;
    return 0;
}

static int tear_down(void **state) {
    trading_close(*state);
    free(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_closes_and_sparkline_know_no_crash_at_a_split, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
