// Random commands with every type of order, trait, self-trade rule and state of the market, on the book and on the slow
// reference: first all mixed, then markets that are mostly one thing. Every event, the touch after every command, and
// regularly every view must be the same, and the book rebuilt from the events must be the live one; in the end
// everything that can happen must have happened.
// PLIMSOLL_SEED=n repeats a run, PLIMSOLL_OPERATIONS=n is the number of commands of the whole program.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/engine/market/support_property.h"

enum { OPERATIONS = 2050000, SHARES = 41 }; // how the operations are divided: the shares below sum up to SHARES

static uint64_t seed;
static uint32_t operations;
static coverage reached;

static void compare(const market *m, uint64_t stream, uint32_t shares) {
    property_holds(m, seed, stream, operations / SHARES * shares, &reached);
}

static void test_a_market_of_all_kinds_equals_the_reference(void **state) {
    (void)state;
    market m = market_mixed();
    compare(&m, 101, 6);
}

static void test_all_kinds_on_a_wide_scale_equal_the_reference(void **state) {
    (void)state;
    market m = market_mixed();
    m.book.tick = 100;
    m.book.max_price = 400000000000;
    m.book.max_quantity = UINT32_MAX;
    m.book.lot = 1;
    m.book.reference = 0;
    m.centre = 1000000;
    m.far = 100000;
    m.wander_share = 20;
    m.stride = 30;
    m.far_share = 10;
    m.state = 0;  // the reference can't try all prices here
    m.collar = 0; // the market runs away from it
    m.resting = 120;
    m.auctions = false;
    compare(&m, 102, 3);
}

static void test_all_kinds_at_both_ends_of_the_scale_equal_the_reference(void **state) {
    (void)state;
    market m = market_mixed();
    m.book.tick = 1;
    m.book.max_price = 4294967294;
    m.book.max_quantity = UINT32_MAX;
    m.book.lot = 1;
    m.book.reference = 0;
    m.far = 600;
    m.stride = 5;
    m.wander_share = 10;
    m.state = m.collar = 0;
    m.auctions = false;
    for (uint64_t high = 0; high < 2; high++) {
        m.centre = high ? 4294967294 : 1;
        compare(&m, 116 + high, 1);
    }
}

static void test_a_market_of_icebergs_equals_the_reference(void **state) {
    (void)state;
    market m = market_mixed();
    m.type[ORDER_LIMIT] = 200;
    m.iceberg = 80;
    m.near = 6;
    m.all_or_none = 4;
    compare(&m, 103, 2);
}

static void test_a_market_of_stops_equals_the_reference(void **state) {
    (void)state;
    market m = market_mixed();
    const unsigned types[5] = {30, 6, 25, 20, 30};
    memcpy(m.type, types, sizeof types);
    m.near = 20;
    m.state = 10;
    m.resting = 110;
    compare(&m, 104, 3);
}

static void test_a_market_of_pairs_equals_the_reference(void **state) {
    (void)state;
    market m = market_mixed();
    m.pair = 80;
    m.near = 6;
    m.owners = 3;
    compare(&m, 105, 3);
}

static void test_a_market_of_orders_all_or_none_equals_the_reference(void **state) {
    (void)state;
    market m = market_mixed();
    m.type[ORDER_LIMIT] = 200;
    m.all_or_none = 50;
    m.resting = 50;
    m.near = 6;
    compare(&m, 106, 2);
}

static void test_a_market_of_few_owners_equals_the_reference(void **state) {
    (void)state;
    market m = market_mixed();
    m.self[SELF_TRADE] = 10;
    m.owners = 3;
    m.near = 6;
    m.iceberg = 35;
    compare(&m, 107, 3);
}

static void test_a_market_of_auctions_equals_the_reference(void **state) {
    (void)state;
    market m = market_mixed();
    m.state = 400;
    m.type[ORDER_MARKET] = 25;
    m.type[ORDER_STOP_LIMIT] = 30;
    m.post_only = 40;
    m.wander_share = 30;
    m.pair = 25;
    m.resting = 50;
    compare(&m, 108, 4);
}

static void test_auctions_of_post_only_orders_equal_the_reference(void **state) {
    (void)state;
    market m = market_mixed();
    m.type[ORDER_LIMIT] = 200;
    m.type[ORDER_STOP_LIMIT] = 80;
    m.post_only = 80;
    m.all_or_none = 0;
    m.iceberg = 0;
    m.near = 6;
    m.state = 200;
    compare(&m, 115, 2);
}

static void test_auctions_beyond_the_window_equal_the_reference(void **state) {
    (void)state;
    market m = market_mixed();
    m.book.tick = 1;
    m.book.max_price = 2500;
    m.book.reference = 1200;
    m.centre = 1250;
    m.near = 40;
    m.far = 1200;
    m.far_share = 30;
    m.stride = 60;
    m.wander_share = 20;
    m.state = 150;
    m.resting = 60;
    compare(&m, 114, 1);
}

// Many prices trade the same volume and leave the same surplus.
static void test_auctions_of_even_orders_equal_the_reference(void **state) {
    (void)state;
    market m = market_mixed();
    m.lots = 2;
    m.type[ORDER_LIMIT] = 200;
    m.state = 400;
    m.cancel_all = 100;
    m.resting = 16;
    m.near = 25;
    compare(&m, 118, 2);
}

static void test_auctions_without_a_reference_price_equal_the_reference(void **state) {
    (void)state;
    market m = market_mixed();
    m.book.reference = 0;
    m.book.state = STATE_PRE_OPEN;
    m.state = 700;
    m.cancel_all = 300;
    m.type[ORDER_MARKET] = 40;
    m.resting = 20;
    for (uint64_t i = 0; i < 100; i++) // until the first trade alone
        property_holds(&m, seed, 1000 + i, operations / SHARES / 100, &reached);
}

static void test_times_that_jump_equal_the_reference(void **state) {
    (void)state;
    market m = market_mixed();
    m.tif[TIF_GTD] = 100;
    m.jump = 20;
    m.leap = 120;
    m.state = 80;
    m.expire = 100;
    compare(&m, 109, 1);
}

static void test_collars_that_move_equal_the_reference(void **state) {
    (void)state;
    market m = market_mixed();
    m.collar = 400;
    m.state = 100;
    m.wander_share = 20;
    compare(&m, 110, 1);
}

static void test_mass_cancels_equal_the_reference(void **state) {
    (void)state;
    market m = market_mixed();
    m.cancel_all = 300;
    m.owners = 3; // so that orders aside wait for others of their account to go
    m.all_or_none = 40;
    m.near = 6;
    m.self[SELF_TRADE] = m.self[SELF_CANCEL_OLDEST] = 5;
    compare(&m, 111, 3);
}

static void test_a_pool_of_all_kinds_that_overflows_equals_the_reference(void **state) {
    (void)state;
    market m = market_mixed();
    m.book.max_orders = 24;
    m.resting = 40;
    m.state = 100;
    compare(&m, 112, 1);
}

static void test_fields_of_garbage_equal_the_reference(void **state) {
    (void)state;
    market m = market_mixed();
    m.garbage_share = 12;
    compare(&m, 113, 1);
}

static void test_everything_that_can_happen_has_happened(void **state) {
    (void)state;
    if (operations < OPERATIONS) {
        puts("SKIP: so few operations don't reach everything");
        skip();
    }
    assert_int_equal(coverage_print_missing(&reached), 0);
}

int main(void) {
    seed = property_seed();
    operations = property_operations(OPERATIONS);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_market_of_all_kinds_equals_the_reference),
        cmocka_unit_test(test_all_kinds_on_a_wide_scale_equal_the_reference),
        cmocka_unit_test(test_all_kinds_at_both_ends_of_the_scale_equal_the_reference),
        cmocka_unit_test(test_a_market_of_icebergs_equals_the_reference),
        cmocka_unit_test(test_a_market_of_stops_equals_the_reference),
        cmocka_unit_test(test_a_market_of_pairs_equals_the_reference),
        cmocka_unit_test(test_a_market_of_orders_all_or_none_equals_the_reference),
        cmocka_unit_test(test_a_market_of_few_owners_equals_the_reference),
        cmocka_unit_test(test_a_market_of_auctions_equals_the_reference),
        cmocka_unit_test(test_auctions_of_post_only_orders_equal_the_reference),
        cmocka_unit_test(test_auctions_beyond_the_window_equal_the_reference),
        cmocka_unit_test(test_auctions_of_even_orders_equal_the_reference),
        cmocka_unit_test(test_auctions_without_a_reference_price_equal_the_reference),
        cmocka_unit_test(test_times_that_jump_equal_the_reference),
        cmocka_unit_test(test_collars_that_move_equal_the_reference),
        cmocka_unit_test(test_mass_cancels_equal_the_reference),
        cmocka_unit_test(test_a_pool_of_all_kinds_that_overflows_equals_the_reference),
        cmocka_unit_test(test_fields_of_garbage_equal_the_reference),
        cmocka_unit_test(test_everything_that_can_happen_has_happened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
