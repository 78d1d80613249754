#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/market/mirror.h"
#include "src/base/rng.h"
#include "tests/engine/market/support_book.h"

enum { ORDERS = 8 };

typedef struct {
    book *book;
    book_stream *stream;
    book_events told;
} mirrored;

static int begin(void **state) {
    static mirrored m;
    const book_config config = {.tick = 100,
                                .lot = 1,
                                .max_quantity = 10000000,
                                .max_price = 100000000,
                                .max_orders = ORDERS,
                                .window = 256,
                                .number = 7};
    m = (mirrored){0};
    m.stream = book_stream_new(book_events_keep, &m.told);
    *state = &m;
    return book_new(&config, m.stream, &m.book) != STATUS_OK;
}

static int end(void **state) {
    mirrored *m = *state;
    book_check(m->book);
    book_free(m->book);
    book_stream_free(m->stream);
    vec_free(&m->told);
    return 0;
}

static book_order_id add(mirrored *m, uint64_t tag, side s, int64_t quantity, int64_t price) {
    return mirror_add(m->book, &(mirror_order){.tag = tag, .side = s, .quantity = quantity, .price = price, .time = 5});
}

static const book_event *last_told(mirrored *m, size_t n) {
    book_stream_flush(m->stream);
    assert_int_equal(m->told.n, n);
    return &m->told.at[n - 1];
}

static void test_mirror_fills_by_nobody(void **state) {
    mirrored *m = *state;
    book_order_id id = add(m, 41, SIDE_SELL, 100, 20000);
    assert_int_equal(mirror_fill(m->book, id, 30, 0, 0, 6), 70);
    const book_event *e = last_told(m, 2);
    assert_int_equal(e->kind, BOOK_FILL);
    assert_int_equal(e->order, 0);
    assert_int_equal(e->side, SIDE_BUY); // of whoever took it
    assert_int_equal(e->maker, id);
    assert_int_equal(e->maker_tag, 41);
    assert_int_equal(e->maker_leaves, 70);
    assert_int_equal(e->price, 20000);
    assert_int_equal(e->book, 7);
    assert_int_equal(e->sequence, 2);
    assert_int_equal(mirror_fill(m->book, id, 70, 19950, 0, 6), 0);
    assert_int_equal(last_told(m, 3)->price, 19950);
    assert_int_equal(book_last(m->book), 20000); // the nearest tick
    assert_int_equal(book_live_orders(m->book), 0);
}

static void test_mirror_lets_prices_cross(void **state) {
    mirrored *m = *state;
    add(m, 1, SIDE_SELL, 100, 20000);
    add(m, 2, SIDE_BUY, 100, 20500);
    assert_int_equal(book_best_bid(m->book), 20500);
    assert_int_equal(book_best_ask(m->book), 20000);
    assert_int_equal(book_live_orders(m->book), 2);
}

static void test_mirror_replaces_to_the_tail(void **state) {
    mirrored *m = *state;
    book_order o[2];
    book_order_id first = add(m, 1, SIDE_BUY, 100, 20000);
    add(m, 2, SIDE_BUY, 100, 20000);
    assert_true(mirror_replace(m->book, first, 3, 50, 20000, 6));
    const book_event *e = last_told(m, 3);
    assert_int_equal(e->kind, BOOK_REPLACED);
    assert_int_equal(e->flags, 0);
    assert_int_equal(e->tag, 3);
    assert_int_equal(e->shown, 50);
    assert_int_equal(book_level_orders(m->book, SIDE_BUY, 20000, o, 2), 2);
    assert_int_equal(o[1].id, first);
    assert_int_equal(o[1].tag, 3);
}

static void test_mirror_refuses_what_can_not_be(void **state) {
    mirrored *m = *state;
    book_order_id id = add(m, 1, SIDE_BUY, 100, 20000);
    assert_int_equal(add(m, 2, SIDE_BUY, 0, 20000), 0);
    assert_int_equal(add(m, 2, SIDE_BUY, 10000001, 20000), 0);
    assert_int_equal(add(m, 2, SIDE_BUY, 100, 20050), 0);
    assert_int_equal(add(m, 2, SIDE_BUY, 100, 0), 0);
    assert_int_equal(add(m, 2, SIDE_BUY, 100, 100000100), 0);
    assert_int_equal(mirror_fill(m->book, id, 101, 0, 0, 6), MIRROR_REFUSED);
    assert_int_equal(mirror_fill(m->book, id, 0, 0, 0, 6), MIRROR_REFUSED);
    assert_int_equal(mirror_fill(m->book, id + 1, 1, 0, 0, 6), MIRROR_REFUSED);
    assert_int_equal(mirror_reduce(m->book, id, 101, 6), MIRROR_REFUSED);
    assert_int_equal(mirror_reduce(m->book, 0, 1, 6), MIRROR_REFUSED);
    assert_false(mirror_replace(m->book, id, 2, 100, 20050, 6));
    assert_false(mirror_replace(m->book, id, 2, 0, 20000, 6));
    assert_true(mirror_remove(m->book, id, 6));
    assert_false(mirror_remove(m->book, id, 6));
    assert_false(mirror_replace(m->book, id, 2, 100, 20000, 6));
    last_told(m, 2); // accepted and cancelled
}

static void test_mirror_tells_trades_of_what_is_hidden(void **state) {
    mirrored *m = *state;
    mirror_trade(m->book, SIDE_SELL, 300, 20000, 0, 6);
    const book_event *e = last_told(m, 1);
    assert_int_equal(e->kind, BOOK_FILL);
    assert_int_equal(e->side, SIDE_BUY);
    assert_int_equal(e->order, 0);
    assert_int_equal(e->maker, 0);
    assert_int_equal(e->quantity, 300);
    assert_int_equal(book_last(m->book), 20000);
}

static void test_mirror_tells_a_state_once(void **state) {
    mirrored *m = *state;
    add(m, 1, SIDE_BUY, 100, 20000);
    mirror_set_state(m->book, STATE_HALTED, 6);
    mirror_set_state(m->book, STATE_HALTED, 7);
    const book_event *e = last_told(m, 2);
    assert_int_equal(e->kind, BOOK_STATE);
    assert_int_equal(e->reason, STATE_HALTED);
    assert_int_equal(book_state_of(m->book), STATE_HALTED);
    assert_int_equal(add(m, 2, SIDE_BUY, 100, 20000) != 0, 1); // it does as it is told
}

static void test_mirror_grows_and_keeps_ids_and_queues(void **state) {
    mirrored *m = *state;
    book_order_id ids[64];
    for (size_t i = 0; i < ORDERS; i++)
        ids[i] = add(m, i + 1, SIDE_BUY, 100, 20000 + 100 * (int64_t)(i % 3));
    assert_int_equal(add(m, 9, SIDE_BUY, 100, 20000), 0);
    assert_int_equal(mirror_grow(m->book, 64), STATUS_OK);
    assert_int_equal(mirror_max_orders(m->book), 64);
    for (size_t i = ORDERS; i < 64; i++)
        assert_true((ids[i] = add(m, i + 1, SIDE_BUY, 100, 20000 + 100000 * (int64_t)(i % 30))) != 0);
    book_check(m->book);
    uint32_t place, total;
    int64_t ahead;
    assert_true(book_queue_position(m->book, ids[3], &place, &total, &ahead));
    assert_int_equal(place, 2);
    for (size_t i = 0; i < 64; i++)
        assert_true(mirror_remove(m->book, ids[i], 6));
}

static void expect_same(const book_level *a, const book_level *b, size_t n) {
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(a[i].price, b[i].price);
        assert_int_equal(a[i].quantity, b[i].quantity);
        assert_int_equal(a[i].orders, b[i].orders);
    }
}

// Orders on both sides; one in `far` of them lies at any of thousands of prices.
static void add_thousand(mirrored *m, uint64_t far) {
    rng r = rng_seed(3);
    assert_int_equal(mirror_grow(m->book, 2000), STATUS_OK);
    for (uint64_t i = 1; i <= 1000; i++)
        add(m, i, (side)(i & 1), 100, 1000000 + 100 * (int64_t)rng_below(&r, i % far ? 90 : 9000));
}

// Levels near and far, before and after the tick becomes a hundredth.
static void test_mirror_refines_its_tick(void **state) {
    mirrored *m = *state;
    book_level before[400], after[400];
    add_thousand(m, 10);
    mirror_trade(m->book, SIDE_BUY, 1, 1000300, 0, 6);
    size_t n = book_depth(m->book, SIDE_SELL, before, 400);
    assert_int_equal(mirror_refine(m->book, 1), STATUS_OK);
    assert_int_equal(mirror_tick(m->book), 1);
    book_check(m->book);
    assert_int_equal(book_depth(m->book, SIDE_SELL, after, 400), n);
    expect_same(before, after, n);
    assert_int_equal(book_last(m->book), 1000300);
    assert_true(add(m, 1001, SIDE_BUY, 100, 1000001) != 0);
}

static void test_mirror_widens_its_window(void **state) {
    mirrored *m = *state;
    book_level before[400], after[400];
    add_thousand(m, 4);
    size_t n = book_depth(m->book, SIDE_BUY, before, 400);
    size_t small = book_memory(m->book);
    assert_int_equal(mirror_widen(m->book, 4096), STATUS_OK);
    assert_true(book_memory(m->book) >= small + 2 * (4096 - 256) * 16);
    book_check(m->book);
    assert_int_equal(book_depth(m->book, SIDE_BUY, after, 400), n);
    expect_same(before, after, n);
}

#define MIRROR_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
    const struct CMUnitTest tests[] = {
        MIRROR_TEST(test_mirror_fills_by_nobody),
        MIRROR_TEST(test_mirror_lets_prices_cross),
        MIRROR_TEST(test_mirror_replaces_to_the_tail),
        MIRROR_TEST(test_mirror_refuses_what_can_not_be),
        MIRROR_TEST(test_mirror_tells_trades_of_what_is_hidden),
        MIRROR_TEST(test_mirror_tells_a_state_once),
        MIRROR_TEST(test_mirror_grows_and_keeps_ids_and_queues),
        MIRROR_TEST(test_mirror_refines_its_tick),
        MIRROR_TEST(test_mirror_widens_its_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
