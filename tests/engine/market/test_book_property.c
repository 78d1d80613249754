// Random limit, market, immediate-or-cancel and fill-or-kill orders in markets of many shapes, on the book and on the
// slow reference: every event, the touch after every command, and regularly every view must be the same, and the book
// rebuilt from the events must be the live one. All other kinds of orders are in test_book_orders_property.c.
// PLIMSOLL_SEED=n repeats a run, PLIMSOLL_OPERATIONS=n is the number of commands of the whole program.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/engine/market/support_property.h"

enum { OPERATIONS = 560000, MARKETS = 7 };

static uint64_t seed;
static uint32_t operations; // of one market
static coverage reached;

#define PLAIN_ORDERS .type = {93, 7}, .tif = {88, 6, 6}

static void compare(const market *m, uint64_t stream) { property_holds(m, seed, stream, operations, &reached); }

static void test_a_tight_market_equals_the_reference(void **state) {
    (void)state;
    compare(
        &(market){.book = {.tick = 100, .lot = 1, .max_quantity = 100000, .max_price = 100000000, .max_orders = 1000},
                  .resting = 250,
                  .owners = 4,
                  .centre = 10000,
                  .near = 8,
                  .far = 60,
                  .far_share = 5,
                  .wander_share = 5,
                  .stride = 1,
                  .garbage_share = 2,
                  PLAIN_ORDERS},
        1);
}

static void test_prices_far_outside_the_window_equal_the_reference(void **state) {
    (void)state;
    compare(&(market){.book = {.tick = 1,
                               .lot = 1,
                               .max_quantity = 100000,
                               .max_price = 4000000000,
                               .max_orders = 1000,
                               .window = 256},
                      .resting = 120,
                      .owners = 4,
                      .centre = 2000000000,
                      .near = 200,
                      .far = 1900000000,
                      .far_share = 40,
                      .wander_share = 10,
                      .stride = 40,
                      .garbage_share = 1,
                      PLAIN_ORDERS},
            2);
}

static void test_a_market_that_runs_equals_the_reference(void **state) {
    (void)state;
    compare(&(market){.book = {.tick = 25,
                               .lot = 1,
                               .max_quantity = 100000,
                               .max_price = 25000000,
                               .max_orders = 1000,
                               .window = 320},
                      .resting = 120,
                      .owners = 4,
                      .centre = 500000,
                      .near = 90,
                      .far = 700,
                      .far_share = 25,
                      .wander_share = 50,
                      .stride = 60,
                      .garbage_share = 1,
                      PLAIN_ORDERS},
            3);
}

static void test_a_pool_that_overflows_equals_the_reference(void **state) {
    (void)state;
    compare(&(market){.book = {.tick = 100,
                               .lot = 1,
                               .max_quantity = 100000,
                               .max_price = 100000000,
                               .max_orders = 24,
                               .window = 256},
                      .resting = 40,
                      .owners = 2,
                      .centre = 5000,
                      .near = 30,
                      .far = 1000,
                      .far_share = 15,
                      .wander_share = 10,
                      .stride = 5,
                      .garbage_share = 2,
                      PLAIN_ORDERS},
            4);
}

static void test_many_owners_with_odd_lots_and_ticks_equal_the_reference(void **state) {
    (void)state;
    compare(
        &(market){.book = {.tick = 375, .lot = 100, .max_quantity = 500000, .max_price = 37500000, .max_orders = 1000},
                  .resting = 250,
                  .owners = 100000,
                  .centre = 4000,
                  .near = 25,
                  .far = 3000,
                  .far_share = 5,
                  .wander_share = 5,
                  .stride = 2,
                  .garbage_share = 12,
                  PLAIN_ORDERS},
        5);
}

static void test_prices_at_both_ends_of_the_scale_equal_the_reference(void **state) {
    (void)state;
    const book_config scale = {
        .tick = 1, .lot = 1, .max_quantity = UINT32_MAX, .max_price = 4294967294, .max_orders = 500, .window = 256};
    for (uint64_t high = 0; high < 2; high++)
        compare(&(market){.book = scale,
                          .resting = 60,
                          .owners = 3,
                          .centre = high ? 4294967294 : 1,
                          .near = 20,
                          .far = 600,
                          .far_share = 30,
                          .wander_share = 20,
                          .stride = 30,
                          .garbage_share = 3,
                          PLAIN_ORDERS},
                6 + high);
}

int main(void) {
    seed = property_seed();
    operations = property_operations(OPERATIONS) / MARKETS;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_tight_market_equals_the_reference),
        cmocka_unit_test(test_prices_far_outside_the_window_equal_the_reference),
        cmocka_unit_test(test_a_market_that_runs_equals_the_reference),
        cmocka_unit_test(test_a_pool_that_overflows_equals_the_reference),
        cmocka_unit_test(test_many_owners_with_odd_lots_and_ticks_equal_the_reference),
        cmocka_unit_test(test_prices_at_both_ends_of_the_scale_equal_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
