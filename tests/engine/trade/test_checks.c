// Pre-trade checks: each passes and fails, and a reducing order finds the way out.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/trade/checks.h"
#include "src/base/decimal.h"
#include "src/base/mem.h"
#include "tests/engine/trade/support_journal.h"

#define MONEY(x) ((int64_t)(x)*DECIMAL_ONE)

enum { SID = 7 };

typedef struct {
    support_journal journal;
    order_intent intent;
    check_market market;
    check_result results[CHECKS_MAX];
    size_t n;
} fixture;

// An order that passes: a buy of 100 at 100, where the last price is 100 and nothing is held.
static int set_up(void **state) {
    fixture *f = mem_new(1, sizeof *f);
    support_journal_open(&f->journal);
    f->intent = (order_intent){.sid = SID, .side = SIDE_BUY, .quantity = 100, .price = MONEY(100)};
    f->market = (check_market){.symbol = "ACME", .tradable = true, .reference = MONEY(100)};
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    support_journal_close(&f->journal);
    free(f);
    return 0;
}

// The name of the first check that fails, "" when none does.
static const char *failing(fixture *f) {
    f->n = checks_run(f->journal.ledger, &f->intent, &f->market, f->results);
    const check_result *failure = checks_failure(f->results, f->n);
    return failure ? failure->name : "";
}

static const char *reason_of(const fixture *f, const char *name) {
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->results[i].name, name) == 0)
            return f->results[i].reason;
    return "no such check";
}

static void test_good_order_passes_every_check(void **state) {
    fixture *f = *state;
    assert_string_equal(failing(f), "");
    assert_int_equal(f->n, 11);
    for (size_t i = 0; i < f->n; i++) {
        assert_int_equal(f->results[i].verdict, CHECK_PASS);
        assert_string_equal(f->results[i].reason, "");
    }
}

static void test_security_that_is_not_tradable_fails(void **state) {
    fixture *f = *state;
    f->market.tradable = false;
    assert_string_equal(failing(f), "security");
    assert_string_equal(reason_of(f, "security"), "ACME is not tradable here");
}

static void test_client_id_in_use_fails(void **state) {
    fixture *f = *state;
    support_must_apply(
        &f->journal,
        (journal_row){
            .kind = JOURNAL_ORDER, .order = 1, .sid = SID, .quantity = 1, .price = MONEY(100), .client = "basket-1"});
    strcpy(f->intent.client, "basket-1");
    assert_string_equal(failing(f), "duplicate");
    strcpy(f->intent.client, "basket-2");
    assert_string_equal(failing(f), "");
}

static void test_quantity_over_the_order_limit_fails(void **state) {
    fixture *f = *state;
    support_limit(&f->journal, LIMIT_ORDER_QUANTITY, 100);
    assert_string_equal(failing(f), "");
    f->intent.quantity = 101;
    assert_string_equal(failing(f), "quantity");
    assert_string_equal(reason_of(f, "quantity"), "order limit: 101 shares, 100 allowed");
    f->intent.quantity = 0;
    assert_string_equal(failing(f), "quantity");
}

static void test_price_must_be_there_and_on_the_tick(void **state) {
    fixture *f = *state;
    f->intent.price = MONEY(100) + 1;
    assert_string_equal(failing(f), "price");
    f->intent.price = 0;
    assert_string_equal(failing(f), "price");
    f->intent.type = ORDER_MARKET;
    assert_string_equal(failing(f), "");
    f->market.reference = 0;
    assert_string_equal(failing(f), "price");
}

static void test_price_under_a_dollar_may_have_four_decimals(void **state) {
    fixture *f = *state;
    f->market.reference = 5000;
    f->intent.price = 4999;
    assert_string_equal(failing(f), "");
}

static void test_collar_holds_the_aggressive_side_only(void **state) {
    fixture *f = *state;
    f->intent.price = MONEY(110);
    assert_string_equal(failing(f), "");
    f->intent.price = MONEY(110) + 100;
    assert_string_equal(failing(f), "price-collar");
    f->intent.price = MONEY(50);
    assert_string_equal(failing(f), "");
    f->intent.side = SIDE_SELL;
    assert_string_equal(failing(f), "price-collar");
    f->intent.price = MONEY(200);
    assert_string_equal(failing(f), "");
}

static void be_a_stop(fixture *f, side s, int64_t stop) {
    f->intent.type = ORDER_STOP;
    f->intent.side = s;
    f->intent.stop = stop;
    f->intent.price = 0;
}

static void test_stop_must_lie_behind_the_market(void **state) {
    fixture *f = *state;
    be_a_stop(f, SIDE_SELL, MONEY(99));
    assert_string_equal(failing(f), "");
    f->intent.stop = MONEY(100);
    assert_string_equal(failing(f), "price");
    assert_string_equal(reason_of(f, "price"), "a stop to sell at 100.00 is reached already: the last price is 100.00");
    be_a_stop(f, SIDE_BUY, MONEY(99));
    assert_string_equal(failing(f), "price");
    be_a_stop(f, SIDE_BUY, MONEY(101) + 1);
    assert_string_equal(failing(f), "price"); // off the cent
}

static void test_limit_of_a_stop_is_held_against_its_stop_price(void **state) {
    fixture *f = *state;
    be_a_stop(f, SIDE_BUY, MONEY(200));
    f->intent.type = ORDER_STOP_LIMIT;
    f->intent.price = MONEY(220);
    assert_string_equal(failing(f), "");
    f->intent.price += 100;
    assert_string_equal(failing(f), "price-collar");
    f->intent.price = 0;
    assert_string_equal(failing(f), "price");
}

static void test_stop_counts_at_its_stop_price(void **state) {
    fixture *f = *state;
    be_a_stop(f, SIDE_BUY, MONEY(150));
    support_limit(&f->journal, LIMIT_ORDER_NOTIONAL, MONEY(15000));
    assert_string_equal(failing(f), "");
    f->intent.stop += 100;
    assert_string_equal(failing(f), "order-notional");
}

static void test_stop_that_reduces_passes_while_tripped(void **state) {
    fixture *f = *state;
    support_hold(&f->journal, SID, 100, MONEY(100));
    support_breaker(&f->journal, BREAKER_STATE_TRIPPED);
    be_a_stop(f, SIDE_SELL, MONEY(99));
    assert_string_equal(failing(f), "");
    f->intent.quantity = 101;
    assert_string_equal(failing(f), "breaker");
}

// Of a pair one alone can fill, so together they take no more than the larger one.
static void test_pair_is_counted_once(void **state) {
    fixture *f = *state;
    support_hold(&f->journal, SID, 100, MONEY(100));
    int64_t profit = support_order(&f->journal, SID, SIDE_SELL, 100, MONEY(120));
    support_breaker(&f->journal, BREAKER_STATE_TRIPPED);
    be_a_stop(f, SIDE_SELL, MONEY(99));
    assert_string_equal(failing(f), "breaker");
    f->intent.other = profit;
    assert_string_equal(failing(f), "");
    f->intent.quantity = 101;
    assert_string_equal(failing(f), "breaker");
}

static void test_trailing_stop_begins_at_its_distance(void **state) {
    (void)state;
    assert_int_equal(checks_begin_trailing(SIDE_SELL, 5000, MONEY(100) + 37), MONEY(99) + 5000); // down to the cent
    assert_int_equal(checks_begin_trailing(SIDE_BUY, 5000, MONEY(100) + 37), MONEY(100) + 5100);
    assert_int_equal(checks_begin_trailing(SIDE_SELL, 37, 5000), 4963); // under a dollar
    assert_true(checks_begin_trailing(SIDE_SELL, MONEY(101), MONEY(100)) <= 0);
    assert_int_equal(checks_begin_trailing(SIDE_BUY, MONEY(1), 0), 0);
}

static void test_notional_over_the_order_limit_fails(void **state) {
    fixture *f = *state;
    support_limit(&f->journal, LIMIT_ORDER_NOTIONAL, MONEY(10000));
    assert_string_equal(failing(f), "");
    f->intent.quantity = 101;
    assert_string_equal(failing(f), "order-notional");
}

static void test_market_order_counts_at_the_reference(void **state) {
    fixture *f = *state;
    support_limit(&f->journal, LIMIT_ORDER_NOTIONAL, MONEY(10000));
    f->intent = (order_intent){.sid = SID, .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = 100};
    assert_string_equal(failing(f), "");
    f->market.reference = MONEY(100) + 100;
    assert_string_equal(failing(f), "order-notional");
}

static void test_position_limit_counts_what_is_held(void **state) {
    fixture *f = *state;
    support_limit(&f->journal, LIMIT_POSITION_QUANTITY, 1000);
    support_hold(&f->journal, SID, 900, MONEY(100));
    assert_string_equal(failing(f), "");
    f->intent.quantity = 101;
    assert_string_equal(failing(f), "position-quantity");
    f->intent.side = SIDE_SELL;
    f->intent.quantity = 1900; // to 1,000 short
    assert_string_equal(failing(f), "");
    f->intent.quantity = 1901;
    assert_string_equal(failing(f), "position-quantity");
}

static void test_position_limit_counts_working_orders_of_the_same_side(void **state) {
    fixture *f = *state;
    support_limit(&f->journal, LIMIT_POSITION_QUANTITY, 1000);
    support_order(&f->journal, SID, SIDE_BUY, 900, MONEY(99));
    assert_string_equal(failing(f), "");
    f->intent.quantity = 101;
    assert_string_equal(failing(f), "position-quantity");
    support_order(&f->journal, SID, SIDE_SELL, 500, MONEY(101)); // may never fill: it makes no room
    assert_string_equal(failing(f), "position-quantity");
    f->intent.sid = SID + 1; // and other securities have their own
    assert_string_equal(failing(f), "");
}

static void test_position_limit_in_money_counts_at_the_price(void **state) {
    fixture *f = *state;
    support_limit(&f->journal, LIMIT_POSITION_NOTIONAL, MONEY(20000));
    support_hold(&f->journal, SID, 100, MONEY(100));
    assert_string_equal(failing(f), "");
    f->intent.quantity = 101;
    assert_string_equal(failing(f), "position-notional");
}

static void test_gross_limit_counts_held_and_working_and_asked(void **state) {
    fixture *f = *state;
    support_limit(&f->journal, LIMIT_GROSS_NOTIONAL, MONEY(100000));
    f->market.gross = MONEY(90000);
    assert_string_equal(failing(f), "");
    f->market.gross += 1;
    assert_string_equal(failing(f), "gross-notional");
}

// A sale through zero: 100 shares leave, 50 are sold short. Only these add to the gross.
static void test_gross_limit_counts_only_what_an_order_adds(void **state) {
    fixture *f = *state;
    support_limit(&f->journal, LIMIT_GROSS_NOTIONAL, MONEY(15000));
    support_hold(&f->journal, SID, 100, MONEY(100));
    f->market.gross = MONEY(10000);
    f->intent.side = SIDE_SELL;
    f->intent.quantity = 150;
    assert_string_equal(failing(f), "");
    f->intent.quantity = 151;
    assert_string_equal(failing(f), "gross-notional");
}

static void test_working_orders_add_what_is_not_against_the_position(void **state) {
    fixture *f = *state;
    support_hold(&f->journal, SID, 100, MONEY(100));
    support_order(&f->journal, SID, SIDE_BUY, 30, MONEY(99));
    support_order(&f->journal, SID, SIDE_SELL, 80, MONEY(101));
    assert_int_equal(ledger_open_adding(f->journal.ledger, SID), 30);
    support_order(&f->journal, SID, SIDE_SELL, 70, MONEY(102));
    assert_int_equal(ledger_open_adding(f->journal.ledger, SID), 30 + 50);
    support_order(&f->journal, SID + 1, SIDE_SELL, 70, MONEY(102));
    assert_int_equal(ledger_open_adding(f->journal.ledger, SID + 1), 70);
    assert_int_equal(ledger_open_adding(f->journal.ledger, SID + 2), 0);
}

static void test_quiet_breaker_halves_order_and_position_limits(void **state) {
    fixture *f = *state;
    support_limit(&f->journal, LIMIT_ORDER_QUANTITY, 100);
    support_breaker(&f->journal, BREAKER_STATE_QUIET);
    assert_string_equal(failing(f), "quantity");
    f->intent.quantity = 50;
    assert_string_equal(failing(f), "");
    support_limit(&f->journal, LIMIT_POSITION_QUANTITY, 99);
    assert_string_equal(failing(f), "position-quantity");
}

// ---- reducing ----

static void test_tripped_breaker_stops_what_does_not_reduce(void **state) {
    fixture *f = *state;
    support_breaker(&f->journal, BREAKER_STATE_TRIPPED);
    assert_string_equal(failing(f), "breaker");
    support_hold(&f->journal, SID, 50, MONEY(100));
    f->intent.side = SIDE_SELL;
    assert_string_equal(failing(f), "breaker"); // 100 of 50: it would turn the position
    f->intent.quantity = 50;
    assert_string_equal(failing(f), "");
}

static void test_reducing_counts_what_works_already(void **state) {
    fixture *f = *state;
    support_breaker(&f->journal, BREAKER_STATE_TRIPPED);
    support_hold(&f->journal, SID, -100, MONEY(100)); // a short is reduced by buying
    support_order(&f->journal, SID, SIDE_BUY, 40, MONEY(99));
    f->intent.quantity = 60;
    assert_string_equal(failing(f), "");
    f->intent.quantity = 61;
    assert_string_equal(failing(f), "breaker");
}

static void test_reducing_order_passes_every_limit_of_size(void **state) {
    fixture *f = *state;
    support_hold(&f->journal, SID, 1000, MONEY(100));
    support_limit(&f->journal, LIMIT_POSITION_QUANTITY, 1);
    support_limit(&f->journal, LIMIT_POSITION_NOTIONAL, 1);
    support_limit(&f->journal, LIMIT_GROSS_NOTIONAL, 1);
    support_limit(&f->journal, LIMIT_ORDER_NOTIONAL, 1);
    f->market.gross = MONEY(100000);
    f->intent.side = SIDE_SELL;
    assert_string_equal(failing(f), "");
    f->intent.side = SIDE_BUY;
    assert_string_equal(failing(f), "order-notional");
}

static void test_reduce_only_order_must_reduce(void **state) {
    fixture *f = *state;
    f->intent.reduce_only = true;
    assert_string_equal(failing(f), "reduce-only");
    support_hold(&f->journal, SID, -100, MONEY(100));
    assert_string_equal(failing(f), "");
    f->intent.quantity = 101;
    assert_string_equal(failing(f), "reduce-only");
}

// ---- replacing ----

static void test_replacement_does_not_count_the_order_it_replaces(void **state) {
    fixture *f = *state;
    support_limit(&f->journal, LIMIT_POSITION_QUANTITY, 100);
    f->intent.replaces = support_order(&f->journal, SID, SIDE_BUY, 100, MONEY(99));
    assert_string_equal(failing(f), "");
    f->intent.replaces = 0;
    assert_string_equal(failing(f), "position-quantity");
}

static void test_replacement_of_a_reducing_order_reduces(void **state) {
    fixture *f = *state;
    support_hold(&f->journal, SID, 100, MONEY(100));
    f->intent.replaces = support_order(&f->journal, SID, SIDE_SELL, 100, MONEY(101));
    f->intent.side = SIDE_SELL;
    support_breaker(&f->journal, BREAKER_STATE_TRIPPED);
    assert_string_equal(failing(f), "");
    f->intent.quantity = 101;
    assert_string_equal(failing(f), "breaker");
}

static void test_replacement_adds_to_the_gross_what_the_old_order_did_not(void **state) {
    fixture *f = *state;
    support_limit(&f->journal, LIMIT_GROSS_NOTIONAL, MONEY(10000));
    f->intent.replaces = support_order(&f->journal, SID, SIDE_BUY, 80, MONEY(99));
    f->market.gross = MONEY(8000); // of the order that works
    assert_string_equal(failing(f), "");
    f->intent.quantity = 101;
    assert_string_equal(failing(f), "gross-notional");
}

#define WITH_LEDGER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_LEDGER(test_good_order_passes_every_check),
        WITH_LEDGER(test_security_that_is_not_tradable_fails),
        WITH_LEDGER(test_client_id_in_use_fails),
        WITH_LEDGER(test_quantity_over_the_order_limit_fails),
        WITH_LEDGER(test_price_must_be_there_and_on_the_tick),
        WITH_LEDGER(test_price_under_a_dollar_may_have_four_decimals),
        WITH_LEDGER(test_collar_holds_the_aggressive_side_only),
        WITH_LEDGER(test_stop_must_lie_behind_the_market),
        WITH_LEDGER(test_limit_of_a_stop_is_held_against_its_stop_price),
        WITH_LEDGER(test_stop_counts_at_its_stop_price),
        WITH_LEDGER(test_stop_that_reduces_passes_while_tripped),
        WITH_LEDGER(test_pair_is_counted_once),
        cmocka_unit_test(test_trailing_stop_begins_at_its_distance),
        WITH_LEDGER(test_notional_over_the_order_limit_fails),
        WITH_LEDGER(test_market_order_counts_at_the_reference),
        WITH_LEDGER(test_position_limit_counts_what_is_held),
        WITH_LEDGER(test_position_limit_counts_working_orders_of_the_same_side),
        WITH_LEDGER(test_position_limit_in_money_counts_at_the_price),
        WITH_LEDGER(test_gross_limit_counts_held_and_working_and_asked),
        WITH_LEDGER(test_gross_limit_counts_only_what_an_order_adds),
        WITH_LEDGER(test_working_orders_add_what_is_not_against_the_position),
        WITH_LEDGER(test_quiet_breaker_halves_order_and_position_limits),
        WITH_LEDGER(test_tripped_breaker_stops_what_does_not_reduce),
        WITH_LEDGER(test_reducing_counts_what_works_already),
        WITH_LEDGER(test_reducing_order_passes_every_limit_of_size),
        WITH_LEDGER(test_reduce_only_order_must_reduce),
        WITH_LEDGER(test_replacement_does_not_count_the_order_it_replaces),
        WITH_LEDGER(test_replacement_of_a_reducing_order_reduces),
        WITH_LEDGER(test_replacement_adds_to_the_gross_what_the_old_order_did_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
