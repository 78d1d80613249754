// Flatten: cancels, then reduces until nothing is left, whatever stands in the way.
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tests/engine/desk/support_trading.h"

static int set_up(void **state) {
    trading *t = mem_new(1, sizeof *t);
    trading_open(t, false);
    *state = t;
    return 0;
}

static int set_up_live(void **state) {
    trading *t = mem_new(1, sizeof *t);
    trading_open(t, true);
    *state = t;
    return 0;
}

static int tear_down(void **state) {
    trading *t = *state;
    trading_close(t);
    free(t);
    return 0;
}

// Flattens and checks that every row says it is flat; returns how many rows there were.
static size_t flatten(trading *t, int32_t sid) {
    flatten_row *rows = NULL;
    size_t n = 0;
    status s = desk_flatten(t->desk, "ada", "a test", sid, NULL, &rows, &n, NULL);
    if (s != STATUS_OK)
        fail_msg("flatten: %s", status_message());
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(rows[i].after, 0);
        assert_string_equal(rows[i].note, "");
        assert_int_equal(rows[i].filled, llabs(rows[i].before));
    }
    free(rows);
    return n;
}

static void test_flatten_sells_longs_and_covers_shorts(void **state) {
    trading *t = *state;
    for (size_t i = 0; i < 6; i++)
        trading_hold(t, t->stocks[i], i % 2 ? -300 : 300);
    assert_int_equal(flatten(t, 0), 6);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(trading_quantity(t, t->stocks[i]), 0);
    trading_check_sums(t);
}

static void test_flatten_of_one_security_leaves_the_others(void **state) {
    trading *t = *state;
    trading_hold(t, t->stocks[0], 300);
    trading_hold(t, t->stocks[1], 300);
    order other = trading_rest(t, SIDE_BUY, t->stocks[1], 10);
    assert_int_equal(flatten(t, t->stocks[0]), 1);
    assert_int_equal(trading_quantity(t, t->stocks[1]), 300);
    assert_int_equal(trading_order(t, other.id)->state, ORDER_WORKING);
}

static void test_flatten_cancels_first(void **state) {
    trading *t = *state;
    trading_hold(t, t->stocks[0], 300);
    order resting = trading_rest(t, SIDE_SELL, t->stocks[0], 300),
          opposite = trading_rest(t, SIDE_BUY, t->stocks[0], 50);
    flatten(t, 0);
    assert_int_equal(trading_order(t, resting.id)->state, ORDER_CANCELLED);
    assert_string_equal(trading_order(t, resting.id)->reason, "a test");
    assert_int_equal(trading_order(t, opposite.id)->state, ORDER_CANCELLED);
    assert_int_equal(trading_order(t, opposite.id)->filled, 0);
}

static void test_flatten_of_orders_alone_cancels_them(void **state) {
    trading *t = *state;
    trading_rest(t, SIDE_BUY, t->stocks[0], 300);
    assert_int_equal(flatten(t, 0), 0);
    assert_int_equal(trading_status(t)->working, 0);
}

static void test_flatten_works_while_the_breaker_is_tripped(void **state) {
    trading *t = *state;
    trading_hold(t, t->stocks[0], 300);
    trading_hold(t, t->stocks[1], -300);
    assert_int_equal(desk_trip(t->desk, "ada", "a test"), STATUS_OK);
    assert_int_equal(flatten(t, 0), 2);
    assert_int_equal(trading_breaker(t)->state, BREAKER_TRIPPED);
}

static void test_flatten_is_safe_to_repeat(void **state) {
    trading *t = *state;
    trading_hold(t, t->stocks[0], 300);
    flatten(t, 0);
    size_t orders = trading_count(t, JOURNAL_ORDER);
    flatten_row *rows = NULL;
    size_t n = 0;
    assert_int_equal(desk_flatten(t->desk, "ada", "again", 0, NULL, &rows, &n, NULL), STATUS_NOT_FOUND);
    assert_int_equal(n, 0);
    free(rows);
    assert_int_equal(trading_count(t, JOURNAL_ORDER), orders);
}

static void test_flatten_works_in_pieces_under_the_order_limit(void **state) {
    trading *t = *state;
    trading_hold(t, t->stocks[0], 100);
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_ORDER_QUANTITY, 40), STATUS_OK);
    flatten(t, 0);
    assert_int_equal(trading_count(t, JOURNAL_ORDER), 5);
    assert_int_equal(trading_count(t, JOURNAL_REJECT), 0);
}

static void test_flatten_works_share_by_share_if_it_must(void **state) {
    trading *t = *state;
    trading_hold(t, t->stocks[0], 3);
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_ORDER_QUANTITY, 1), STATUS_OK);
    flatten(t, 0);
    assert_int_equal(trading_count(t, JOURNAL_ORDER), 3);
}

static void test_flatten_passes_every_limit_of_size(void **state) {
    trading *t = *state;
    trading_hold(t, t->stocks[0], 300);
    static const limit_name names[] = {LIMIT_ORDER_NOTIONAL, LIMIT_POSITION_QUANTITY, LIMIT_POSITION_NOTIONAL,
                                       LIMIT_GROSS_NOTIONAL, LIMIT_PRICE_COLLAR};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(desk_limit(t->desk, "ada", names[i], 0), STATUS_OK);
    flatten(t, 0);
}

static void test_flatten_that_no_order_may_pass_says_why(void **state) {
    trading *t = *state;
    trading_hold(t, t->stocks[0], 300);
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_ORDER_QUANTITY, 0), STATUS_OK);
    flatten_row *rows = NULL;
    size_t n = 0;
    assert_int_equal(desk_flatten(t->desk, "ada", "a test", 0, NULL, &rows, &n, NULL), STATUS_OK);
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].after, 300);
    assert_non_null(strstr(rows[0].note, "order limit"));
    free(rows);
}

// More than all that the book shows: it goes on as the market comes back.
static void test_flatten_goes_on_through_partial_fills(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    const view_book *b = trading_book(t, sid);
    int64_t depth = 0;
    for (int32_t i = 0; i < b->bids; i++)
        depth += b->bid[i].quantity;
    trading_hold(t, sid, depth + 100);
    flatten(t, 0);
    assert_true(trading_count(t, JOURNAL_FILL) > 1);
    trading_check_sums(t);
}

static void test_flatten_ends_when_its_caller_gives_up(void **state) {
    trading *t = *state;
    trading_hold(t, t->stocks[0], 300);
    int cancelled = 1;
    flatten_row *rows = NULL;
    size_t n = 0;
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_ORDER_QUANTITY, 2), STATUS_OK);
    assert_int_equal(desk_flatten(t->desk, "ada", "a test", 0, &cancelled, &rows, &n, NULL), STATUS_OK);
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].after, 300 - rows[0].filled);
    assert_true(rows[0].after > 0);
    assert_string_equal(rows[0].note, "given up by the operator");
    free(rows);
    int64_t left = trading_quantity(t, t->stocks[0]);
    for (int i = 0; i < 20; i++)
        trading_fingerprint(t); // turns of the desk: nothing goes on
    assert_int_equal(trading_quantity(t, t->stocks[0]), left);
}

// ---- at a desk whose time runs ----

typedef struct {
    trading *trading;
    int32_t sid;
    int cancelled; // atomic
    flatten_row rows[16];
    flatten_done done;
    size_t n;
    status result;
} flattening;

static void *flatten_aside(void *context) {
    flattening *f = context;
    flatten_row *rows = NULL;
    f->result = desk_flatten(f->trading->desk, "ada", "aside", f->sid, &f->cancelled, &rows, &f->n, &f->done);
    for (size_t i = 0; i < f->n && i < 16; i++)
        f->rows[i] = rows[i];
    free(rows);
    return NULL;
}

static void wait_for_a_fill(trading *t) {
    int64_t until = clock_mono() + 20 * NS_PER_S;
    while (!trading_fills(t)->total) {
        assert_true(clock_mono() < until);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
}

static void test_flatten_works_at_a_live_desk(void **state) {
    trading *t = *state;
    trading_hold(t, t->stocks[0], 300);
    trading_hold(t, t->stocks[1], -200);
    assert_int_equal(flatten(t, 0), 2);
    trading_check_sums(t);
}

static void test_flatten_works_while_the_venue_is_paused(void **state) {
    trading *t = *state;
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    trading_hold(t, t->stocks[0], 300);
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_ORDER_QUANTITY, 100), STATUS_OK);
    assert_int_equal(flatten(t, 0), 1);
}

// One that is given up may not take the other's work with it.
static void test_flattens_side_by_side_leave_each_other_alone(void **state) {
    trading *t = *state;
    trading_hold(t, t->stocks[0], 1000);
    trading_hold(t, t->stocks[1], 200);
    assert_int_equal(desk_venue(t->desk, true, 50), STATUS_OK);
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_ORDER_QUANTITY, 40), STATUS_OK);
    flattening everything = {.trading = t}, one = {.trading = t, .sid = t->stocks[0]};
    pthread_t a, b;
    pthread_create(&a, NULL, flatten_aside, &everything);
    pthread_create(&b, NULL, flatten_aside, &one);
    wait_for_a_fill(t);
    __atomic_store_n(&one.cancelled, 1, __ATOMIC_SEQ_CST);
    pthread_join(b, NULL);
    pthread_join(a, NULL);
    assert_int_equal(one.result, STATUS_OK);
    assert_int_equal(everything.result, STATUS_OK);
    assert_int_equal(everything.n, 2);
    assert_int_equal(everything.done.sent + one.done.sent, trading_count(t, JOURNAL_ORDER)); // each counts once
    for (size_t i = 0; i < everything.n; i++)
        assert_int_equal(everything.rows[i].after, 0);
    assert_int_equal(trading_quantity(t, t->stocks[0]), 0);
    trading_check_sums(t);
}

static void test_stopping_desk_answers_a_flatten_under_way(void **state) {
    trading *t = *state;
    trading_hold(t, t->stocks[0], 1000);
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_ORDER_QUANTITY, 2), STATUS_OK);
    flattening f = {.trading = t};
    pthread_t thread;
    pthread_create(&thread, NULL, flatten_aside, &f);
    wait_for_a_fill(t);
    desk_stop(t->desk);
    pthread_join(thread, NULL);
    assert_int_equal(f.result, STATUS_CANCELLED);
    assert_int_equal(f.done.sent, trading_count(t, JOURNAL_ORDER));
    assert_int_equal(desk_start(&t->config, &t->desk), STATUS_OK);
    trading_check_sums(t);
}

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define AT_LIVE_DESK(test) cmocka_unit_test_setup_teardown(test, set_up_live, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        AT_DESK(test_flatten_sells_longs_and_covers_shorts),
        AT_DESK(test_flatten_of_one_security_leaves_the_others),
        AT_DESK(test_flatten_cancels_first),
        AT_DESK(test_flatten_of_orders_alone_cancels_them),
        AT_DESK(test_flatten_works_while_the_breaker_is_tripped),
        AT_DESK(test_flatten_is_safe_to_repeat),
        AT_DESK(test_flatten_works_in_pieces_under_the_order_limit),
        AT_DESK(test_flatten_works_share_by_share_if_it_must),
        AT_DESK(test_flatten_passes_every_limit_of_size),
        AT_DESK(test_flatten_that_no_order_may_pass_says_why),
        AT_DESK(test_flatten_goes_on_through_partial_fills),
        AT_DESK(test_flatten_ends_when_its_caller_gives_up),
        AT_LIVE_DESK(test_flatten_works_at_a_live_desk),
        AT_LIVE_DESK(test_flatten_works_while_the_venue_is_paused),
        AT_LIVE_DESK(test_flattens_side_by_side_leave_each_other_alone),
        AT_LIVE_DESK(test_stopping_desk_answers_a_flatten_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
