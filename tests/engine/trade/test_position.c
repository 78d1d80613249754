// Positions: average cost, profit and loss, and the identities of money, against a slow reference lot by lot.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/trade/position.h"
#include "src/base/decimal.h"
#include "src/base/mem.h"
#include "src/base/rng.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/trade/support_lots.h"

#define MONEY(x) ((int64_t)(x)*DECIMAL_ONE)

static void test_position_averages_its_purchases(void **state) {
    (void)state;
    position p = {0};
    position_fill(&p, SIDE_BUY, 100, MONEY(10), 35);
    position_fill(&p, SIDE_BUY, 300, MONEY(20), 35);
    assert_int_equal(p.quantity, 400);
    assert_int_equal(position_average(&p), 175000);
    assert_int_equal(position_unrealised(&p, MONEY(18)), MONEY(200));
    assert_int_equal(p.fees, 70);
}

static void test_position_realises_against_the_average(void **state) {
    (void)state;
    position p = {0};
    position_fill(&p, SIDE_BUY, 100, MONEY(10), 0);
    position_fill(&p, SIDE_BUY, 100, MONEY(20), 0);
    position_fill(&p, SIDE_SELL, 50, MONEY(18), 0);
    assert_int_equal(p.realised, MONEY(150));
    assert_int_equal(position_average(&p), MONEY(15));
    assert_int_equal(p.quantity, 150);
}

static void test_position_goes_short_and_covers(void **state) {
    (void)state;
    position p = {0};
    position_fill(&p, SIDE_SELL, 200, MONEY(50), 0);
    assert_int_equal(p.quantity, -200);
    assert_int_equal(position_average(&p), MONEY(50));
    assert_int_equal(position_value(&p, MONEY(40)), -MONEY(8000));
    assert_int_equal(position_unrealised(&p, MONEY(40)), MONEY(2000));
    position_fill(&p, SIDE_BUY, 200, MONEY(40), 0);
    assert_int_equal(p.quantity, 0);
    assert_int_equal(p.cost, 0);
    assert_int_equal(p.realised, MONEY(2000));
}

static void test_position_through_zero_opens_the_rest_at_its_own_price(void **state) {
    (void)state;
    position p = {0};
    position_fill(&p, SIDE_BUY, 100, MONEY(10), 0);
    position_fill(&p, SIDE_SELL, 250, MONEY(12), 0);
    assert_int_equal(p.quantity, -150);
    assert_int_equal(p.realised, MONEY(200));
    assert_int_equal(position_average(&p), MONEY(12));
}

static void test_position_leaves_no_cost_behind_when_flat(void **state) {
    (void)state;
    position p = {0};
    position_fill(&p, SIDE_BUY, 1, 10001, 0); // thirds that don't divide
    position_fill(&p, SIDE_BUY, 2, 10002, 0);
    for (int i = 0; i < 3; i++)
        position_fill(&p, SIDE_SELL, 1, 10003, 0);
    assert_int_equal(p.quantity, 0);
    assert_int_equal(p.cost, 0);
    assert_int_equal(p.realised, 3 * 10003 - 10001 - 2 * 10002);
}

static void test_position_that_is_set_brings_no_gain_at_its_price(void **state) {
    (void)state;
    position p = {0};
    position_fill(&p, SIDE_BUY, 100, MONEY(10), 0);
    position_start_session(&p, MONEY(10));
    position_adjust(&p, 500, MONEY(11));
    assert_int_equal(p.quantity, 500);
    assert_int_equal(position_average(&p), MONEY(11));
    assert_int_equal(position_day_pnl(&p, MONEY(11)), MONEY(100)); // the hundred held gained a dollar each
}

static void test_position_of_a_session_starts_from_its_mark(void **state) {
    (void)state;
    position p = {0};
    position_fill(&p, SIDE_BUY, 100, MONEY(10), 350);
    position_start_session(&p, MONEY(12));
    assert_int_equal(position_day_pnl(&p, MONEY(12)), 0);
    position_fill(&p, SIDE_SELL, 100, MONEY(13), 350);
    assert_int_equal(position_day_pnl(&p, MONEY(99)), MONEY(100) - 350);
}

// ---- property ----

typedef struct {
    position position;
    lots lots;
    int64_t mark;
} pair;

static void check_pair(const pair *x) {
    const position *p = &x->position;
    const lots *l = &x->lots;
    long double rounding = 0.5L * l->closes + 0.01L;
    assert_int_equal(p->quantity, lots_quantity(l));
    assert_true((long double)p->cost - lots_cost(l) <= rounding && lots_cost(l) - (long double)p->cost <= rounding);
    assert_true((long double)p->realised - l->realised <= rounding &&
                l->realised - (long double)p->realised <= rounding);
    assert_int_equal(p->fees, l->fees);
    // To the unit: what came in by trading is what was realised less what the open shares cost …
    assert_int_equal(l->cash, p->realised - p->cost);
    // … so cash and value together are realised and unrealised gains, at any mark.
    assert_int_equal(l->cash + position_value(p, x->mark), p->realised + position_unrealised(p, x->mark));
    assert_int_equal(position_day_pnl(p, x->mark),
                     position_value(p, x->mark) - l->start_value + l->day_cash - l->day_fees);
}

static void trade_at_random(pair *x, rng *r) {
    x->mark += (int64_t)rng_below(r, 4001) - 2000;
    if (x->mark < 500)
        x->mark = 500;
    if (rng_below(r, 50) == 0) {
        position_start_session(&x->position, x->mark);
        lots_start_session(&x->lots, x->mark);
        return;
    }
    side s = rng_below(r, 2) ? SIDE_BUY : SIDE_SELL;
    int64_t quantity = 1 + (int64_t)rng_below(r, rng_below(r, 8) ? 300 : 100000);
    if (rng_below(r, 6) == 0 && x->position.quantity) { // now and then exactly flat
        quantity = llabs(x->position.quantity);
        s = x->position.quantity > 0 ? SIDE_SELL : SIDE_BUY;
    }
    int64_t fee = quantity * 35;
    position_fill(&x->position, s, quantity, x->mark, fee);
    lots_fill(&x->lots, s, quantity, x->mark, fee);
}

static void test_position_agrees_with_lots_on_random_fills(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(20260101));
    for (int round = 0; round < 40; round++) {
        pair *x = mem_new(1, sizeof *x);
        x->mark = 1000 + (int64_t)rng_below(&r, 5000000);
        for (int i = 0; i < 1500; i++) {
            trade_at_random(x, &r);
            check_pair(x);
        }
        free(x);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_position_averages_its_purchases),
        cmocka_unit_test(test_position_realises_against_the_average),
        cmocka_unit_test(test_position_goes_short_and_covers),
        cmocka_unit_test(test_position_through_zero_opens_the_rest_at_its_own_price),
        cmocka_unit_test(test_position_leaves_no_cost_behind_when_flat),
        cmocka_unit_test(test_position_that_is_set_brings_no_gain_at_its_price),
        cmocka_unit_test(test_position_of_a_session_starts_from_its_mark),
        cmocka_unit_test(test_position_agrees_with_lots_on_random_fills),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
