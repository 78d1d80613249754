#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/backtest/sim_account.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/backtest/support_backtest.h"

static sim_settings settings_of(const panel *p, double capital, double commission, double slippage, sim_fill fill) {
    return (sim_settings){
        .panel = p,
        .last = p->dates - 1,
        .capital = capital,
        .costs = {commission, slippage},
        .fill = fill,
    };
}

static void one_day(sim_account *a, size_t t) {
    sim_account_open(a, t);
    sim_account_fill(a, t);
    assert_int_equal(sim_account_close(a, t), STATUS_OK);
}

// 100 at 20.02 (slippage 0.1 %) and commission 0.05 % of 2002 are 1.001; 2003.001 leave the cash.
static void test_account_books_a_purchase_with_its_costs(void **state) {
    (void)state;
    panel *p = made_panel_of((double[]){10, 20, 21}, 3);
    sim_settings s = settings_of(p, 10000, 0.0005, 0.001, SIM_NEXT_CLOSE);
    sim_ledger ledger = {0};
    sim_account *a;
    assert_int_equal(sim_account_new(&s, &ledger, &a), STATUS_OK);
    one_day(a, 0);
    sim_account_order(a, 0, 100);
    one_day(a, 1);
    assert_near(sim_account_cash(a), 10000 - 2003.001, 1e-9);
    assert_near(sim_account_equity(a), 10000 - 2003.001 + 2000, 1e-9);
    assert_near(ledger.trades.at[0].price, 20.02, 1e-12);
    assert_near(ledger.trades.at[0].cost, 2 + 1.001, 1e-9);
    assert_near(ledger.costs, 3.001, 1e-9);
    assert_near(ledger.turnover[1], 2002.0 / 2 / 10000, 1e-12);
    one_day(a, 2);
    assert_near(ledger.equity[2], 10000 - 2003.001 + 2100, 1e-9);
    assert_near(ledger.turnover[2], 0, 0);
    sim_account_free(a);
    sim_ledger_free(&ledger);
    made_panel_free(p);
}

static void test_account_sells_before_it_buys_and_cuts_to_the_cash(void **state) {
    (void)state;
    panel *p = made_panel_rows((double[]){10, 10, 10, 10, 10, 12, 10, 10, 12}, 3, 3);
    sim_settings s = settings_of(p, 1000, 0, 0, SIM_NEXT_CLOSE);
    sim_ledger ledger = {0};
    sim_account *a;
    assert_int_equal(sim_account_new(&s, &ledger, &a), STATUS_OK);
    one_day(a, 0);
    sim_account_order(a, 0, 60);
    sim_account_order(a, 1, 40);
    one_day(a, 1);
    assert_near(sim_account_cash(a), 0, 0);
    // 300 come in from the sale; 20 * 10 and 20 * 12 would cost 440: each purchase is cut to 300 / 440 of it.
    sim_account_order(a, 2, 20);
    sim_account_order(a, 1, -30);
    sim_account_order(a, 0, 20);
    one_day(a, 2);
    assert_near(sim_account_shares(a)[0], 73, 0);
    assert_near(sim_account_shares(a)[1], 10, 0);
    assert_near(sim_account_shares(a)[2], 13, 0);
    assert_near(sim_account_cash(a), 300 - 130 - 156, 1e-9);
    assert_int_equal(ledger.events.n, 1);
    assert_int_equal(ledger.events.at[0].kind, SIM_CUT);
    assert_near(ledger.events.at[0].value, 300.0 / 440, 1e-12);
    sim_account_free(a);
    sim_ledger_free(&ledger);
    made_panel_free(p);
}

static void test_account_books_dividends_on_what_was_held_overnight(void **state) {
    (void)state;
    panel *p = made_panel_of((double[]){10, 10, 9.5, 9.5}, 4);
    p->total_return[2] = (9.5 + 0.6) / 10 - 1; // 0.60 a share
    p->total_return[3] = 0.1;                  // 0.95 a share
    sim_settings s = settings_of(p, 1000, 0, 0, SIM_NEXT_CLOSE);
    sim_ledger ledger = {0};
    sim_account *a;
    assert_int_equal(sim_account_new(&s, &ledger, &a), STATUS_OK);
    one_day(a, 0);
    sim_account_order(a, 0, 50);
    one_day(a, 1);
    sim_account_order(a, 0, -100);
    one_day(a, 2); // 50 held overnight get 30; then 100 are sold, so that 50 are short
    assert_near(sim_account_cash(a), 500 + 30 + 950, 1e-9);
    one_day(a, 3); // the short side pays
    assert_near(sim_account_cash(a), 1480 - 50 * 0.95, 1e-9);
    sim_account_free(a);
    sim_ledger_free(&ledger);
    made_panel_free(p);
}

static void test_account_sells_what_has_vanished_at_its_last_price(void **state) {
    (void)state;
    double close[40];
    for (size_t t = 0; t < 40; t++)
        close[t] = t < 4 ? 10 + (double)t : NAN;
    panel *p = made_panel_of(close, 40);
    sim_settings s = settings_of(p, 1000, 0, 0.01, SIM_NEXT_OPEN);
    sim_ledger ledger = {0};
    sim_account *a;
    assert_int_equal(sim_account_new(&s, &ledger, &a), STATUS_OK);
    for (size_t t = 0; t < 40; t++) {
        one_day(a, t);
        if (t == 0)
            sim_account_order(a, 0, 10);
        assert_near(sim_account_shares(a)[0], t > 0 && t < 3 + SIM_MISSING_DAYS ? 10 : 0, 0);
    }
    assert_int_equal(ledger.events.n, 1);
    assert_int_equal(ledger.events.at[0].kind, SIM_DELISTED);
    assert_int_equal(ledger.events.at[0].t, 3 + SIM_MISSING_DAYS);
    assert_near(ledger.trades.at[1].price, 13 * 0.99, 1e-12);
    assert_near(sim_account_equity(a), 1000 - 10 * 11 * 1.01 + 10 * 13 * 0.99, 1e-9);
    sim_account_free(a);
    sim_ledger_free(&ledger);
    made_panel_free(p);
}

static void test_account_is_paid_the_delisting_return_free_of_costs(void **state) {
    (void)state;
    panel *p = made_panel_of((double[]){10, 10, 8, NAN, NAN}, 5);
    p->total_return[3] = -0.75;
    sim_settings s = settings_of(p, 1000, 0.01, 0, SIM_NEXT_CLOSE);
    sim_ledger ledger = {0};
    sim_account *a;
    assert_int_equal(sim_account_new(&s, &ledger, &a), STATUS_OK);
    for (size_t t = 0; t < 4; t++) {
        one_day(a, t);
        if (t == 0 || t == 2)
            sim_account_order(a, 0, t ? -20 : 50); // the second finds neither shares nor a price
    }
    assert_near(sim_account_cash(a), 1000 - 505 + 50 * 2, 1e-9);
    assert_near(sim_account_shares(a)[0], 0, 0);
    assert_int_equal(ledger.events.n, 2);
    assert_int_equal(ledger.events.at[1].kind, SIM_LAPSED);
    assert_int_equal(ledger.events.at[0].kind, SIM_PAID_OUT);
    assert_near(ledger.events.at[0].value, 2, 1e-12);
    assert_near(ledger.costs, 5, 1e-9);
    sim_account_free(a);
    sim_ledger_free(&ledger);
    made_panel_free(p);
}

static void test_account_tells_lapsed_late_and_unfilled_orders(void **state) {
    (void)state;
    panel *p = made_panel_of((double[]){10, NAN, 11, 12}, 4);
    p->open[2] = NAN;
    sim_settings s = settings_of(p, 1000, 0, 0, SIM_NEXT_OPEN);
    sim_ledger ledger = {0};
    sim_account *a;
    assert_int_equal(sim_account_new(&s, &ledger, &a), STATUS_OK);
    for (size_t t = 0; t < 4; t++) {
        one_day(a, t);
        sim_account_order(a, 0, 5);
    }
    sim_account_end(a);
    assert_int_equal(ledger.events.n, 3);
    assert_int_equal(ledger.events.at[0].kind, SIM_LAPSED);
    assert_int_equal(ledger.events.at[0].t, 1);
    assert_int_equal(ledger.events.at[1].kind, SIM_LATE);
    assert_int_equal(ledger.events.at[1].t, 2);
    assert_int_equal(ledger.events.at[2].kind, SIM_UNFILLED);
    assert_near(ledger.trades.at[0].price, 11, 0);
    assert_near(sim_account_shares(a)[0], 10, 0);
    sim_account_free(a);
    sim_ledger_free(&ledger);
    made_panel_free(p);
}

static void test_account_targets_round_towards_zero_and_replace_orders(void **state) {
    (void)state;
    panel *p = made_panel_rows((double[]){30, NAN, 30, 7}, 2, 2);
    sim_settings s = settings_of(p, 1000, 0, 0, SIM_NEXT_CLOSE);
    sim_ledger ledger = {0};
    sim_account *a;
    assert_int_equal(sim_account_new(&s, &ledger, &a), STATUS_OK);
    one_day(a, 0);
    assert_true(sim_account_target(a, 0, 0, 0.9));
    assert_true(sim_account_target(a, 0, 0, -0.5)); // -16.67 shares
    assert_false(sim_account_target(a, 0, 1, 0.5)); // no price today
    assert_true(sim_account_target(a, 0, 1, 0));
    one_day(a, 1);
    assert_near(sim_account_shares(a)[0], -16, 0);
    assert_near(sim_account_shares(a)[1], 0, 0);
    assert_true(sim_account_target(a, 1, 1, 0.7)); // 1000 * 0.7 / 7 is a whole number
    sim_account_end(a);
    assert_near(ledger.events.at[0].shares, 100, 0);
    sim_account_free(a);
    sim_ledger_free(&ledger);
    made_panel_free(p);
}

static void test_account_fails_when_it_is_ruined(void **state) {
    (void)state;
    panel *p = made_panel_of((double[]){10, 10, 15, 25}, 4);
    p->total_return[2] = (15 + 21.0) / 10 - 1;
    sim_settings s = settings_of(p, 1000, 0, 0, SIM_NEXT_CLOSE);
    sim_ledger ledger = {0};
    sim_account *a;
    assert_int_equal(sim_account_new(&s, &ledger, &a), STATUS_OK);
    one_day(a, 0);
    sim_account_order(a, 0, -60);
    one_day(a, 1);
    assert_near(sim_account_cash(a), 1600, 0);
    sim_account_open(a, 2); // the short side pays 60 * 21 = 1260 and owes 60 * 15 = 900
    sim_account_fill(a, 2);
    assert_int_equal(sim_account_close(a, 2), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "ruined on 2013-01-03: the equity is -560.00"));
    sim_account_free(a);
    sim_ledger_free(&ledger);
    made_panel_free(p);
}

static void test_account_says_once_when_the_cash_is_below_zero(void **state) {
    (void)state;
    panel *p = made_panel_rows((double[]){10, 10, 10, 10, 10, 10, 10, 10}, 4, 2);
    p->total_return[2 * 2 + 1] = 2; // a dividend of 20 a share, owed by the short side
    sim_settings s = settings_of(p, 1000, 0, 0, SIM_NEXT_CLOSE);
    sim_ledger ledger = {0};
    sim_account *a;
    assert_int_equal(sim_account_new(&s, &ledger, &a), STATUS_OK);
    one_day(a, 0);
    sim_account_order(a, 0, 95);
    sim_account_order(a, 1, -10);
    one_day(a, 1);
    one_day(a, 2);
    one_day(a, 3);
    assert_near(sim_account_cash(a), 1000 - 950 + 100 - 200, 1e-9);
    assert_int_equal(ledger.events.n, 1);
    assert_int_equal(ledger.events.at[0].kind, SIM_OVERDRAWN);
    assert_int_equal(ledger.events.at[0].t, 2);
    sim_account_free(a);
    sim_ledger_free(&ledger);
    made_panel_free(p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_account_books_a_purchase_with_its_costs),
        cmocka_unit_test(test_account_sells_before_it_buys_and_cuts_to_the_cash),
        cmocka_unit_test(test_account_books_dividends_on_what_was_held_overnight),
        cmocka_unit_test(test_account_sells_what_has_vanished_at_its_last_price),
        cmocka_unit_test(test_account_is_paid_the_delisting_return_free_of_costs),
        cmocka_unit_test(test_account_tells_lapsed_late_and_unfilled_orders),
        cmocka_unit_test(test_account_targets_round_towards_zero_and_replace_orders),
        cmocka_unit_test(test_account_fails_when_it_is_ruined),
        cmocka_unit_test(test_account_says_once_when_the_cash_is_below_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
