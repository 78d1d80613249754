// A book takes its memory when it is made and never again: the test's own malloc counts.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/market/book.h"
#include "src/base/rng.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COUNTS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define COUNTS 0
#endif
#endif
#ifndef COUNTS
#define COUNTS 1
#endif

static size_t allocations;

#if COUNTS
// The C library's own names for what is counted here; the counting functions have the usual ones for the linker alone.
void *__libc_malloc(size_t n);           // NOLINT
void *__libc_calloc(size_t n, size_t m); // NOLINT
void *__libc_realloc(void *p, size_t n); // NOLINT

void *counted_malloc(size_t n) __asm__("malloc");
void *counted_malloc(size_t n) {
    allocations++;
    return __libc_malloc(n);
}

void *counted_calloc(size_t n, size_t m) __asm__("calloc");
void *counted_calloc(size_t n, size_t m) {
    allocations++;
    return __libc_calloc(n, m);
}

void *counted_realloc(void *p, size_t n) __asm__("realloc");
void *counted_realloc(void *p, size_t n) {
    allocations++;
    return __libc_realloc(p, n);
}
#endif

enum { ORDERS = 500, COMMANDS = 200000, PRICES = 3000 };

static const book_config usual = {
    .tick = 1, .lot = 1, .max_quantity = 1000, .max_price = 100000000, .max_orders = ORDERS, .window = 256};

static uint64_t told, rejected_full;

static void listen(void *context, const book_event *events, size_t n) {
    (void)context;
    told += n;
    for (size_t i = 0; i < n; i++)
        rejected_full += events[i].kind == BOOK_REJECTED && events[i].reason == REJECT_FULL;
}

static void submit_any(book *b, rng *r, book_order_id *ids, int64_t time) {
    static const uint8_t traits[] = {0, 0, 0, ORDER_POST_ONLY, ORDER_ALL_OR_NONE, ORDER_ICEBERG};
    uint64_t which = rng_below(r, ORDERS);
    book_request q = {.owner = (uint32_t)rng_below(r, 4),
                      .side = (side)rng_below(r, 2),
                      .type = (uint8_t)rng_below(r, 5),
                      .tif = (uint8_t)rng_below(r, 5),
                      .self = (uint8_t)rng_below(r, 4),
                      .traits = traits[rng_below(r, 6)],
                      .quantity = 1 + (int64_t)rng_below(r, 200),
                      // Now and then far out, where levels are kept apart.
                      .price = 500000 + (int64_t)rng_below(r, rng_below(r, 20) ? PRICES : 50000000),
                      .stop = 500000 + (int64_t)rng_below(r, PRICES),
                      .trail = 1 + (int64_t)rng_below(r, 50),
                      .display = 1,
                      .expires = time + 1000,
                      .time = time};
    book_order_id id = book_submit(b, &q);
    if (id)
        ids[which] = id;
}

static void command_any(book *b, rng *r, book_order_id *ids, int64_t time) {
    uint64_t kind = rng_below(r, 1000);
    book_order_id id = ids[rng_below(r, ORDERS)];
    if (kind < 700)
        submit_any(b, r, ids, time);
    else if (kind < 850)
        book_cancel(b, id, time);
    else if (kind < 990)
        book_replace(b, id, 1 + (int64_t)rng_below(r, 200), 500000 + (int64_t)rng_below(r, PRICES), time);
    else if (kind < 995)
        book_set_state(b, (book_state)rng_below(r, 4), time);
    else
        book_set_state(b, STATE_CONTINUOUS, time);
}

static void test_book_allocates_nothing_after_start(void **state) {
    (void)state;
    static book_order_id ids[ORDERS];
    book_stream *out = book_stream_new(listen, NULL);
    book *b;
    assert_int_equal(book_new(&usual, out, &b), STATUS_OK);
    size_t memory = book_memory(b), before = allocations;
    rng r = rng_seed(7);
    for (int64_t i = 0; i < COMMANDS; i++)
        command_any(b, &r, ids, i);
    book_stream_flush(out);
    size_t after = allocations, memory_after = book_memory(b);
    book_check(b);
    book_free(b);
    book_stream_free(out);
    assert_true(told > COMMANDS);
    assert_int_equal(memory_after, memory);
    if (!COUNTS) {
        printf("SKIP: a sanitizer has its own malloc\n");
        skip();
    }
    assert_true(before > 0);
    assert_int_equal(after, before);
}

static void test_a_full_book_says_so_and_goes_on(void **state) {
    (void)state;
    book_stream *out = book_stream_new(listen, NULL);
    book *b;
    assert_int_equal(book_new(&usual, out, &b), STATUS_OK);
    for (int64_t i = 0; i < ORDERS; i++)
        assert_true(book_submit(b, &(book_request){.quantity = 1, .price = 1000 + i}));
    rejected_full = 0;
    for (int type = ORDER_LIMIT; type <= ORDER_TRAILING_STOP; type++)
        if (type != ORDER_MARKET)
            assert_int_equal(book_submit(b, &(book_request){.type = (uint8_t)type,
                                                            .side = SIDE_SELL,
                                                            .quantity = 1,
                                                            .price = 2000,
                                                            .stop = 900,
                                                            .trail = 1}),
                             0);
    book_stream_flush(out);
    assert_int_equal(rejected_full, 4);
    assert_int_equal(book_live_orders(b), ORDERS);
    // What needs no room still trades, and makes some.
    assert_true(book_submit(b, &(book_request){.type = ORDER_MARKET, .side = SIDE_SELL, .quantity = 1}));
    assert_true(book_submit(b, &(book_request){.quantity = 1, .price = 2}));
    book_check(b);
    book_free(b);
    book_stream_free(out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_book_allocates_nothing_after_start),
        cmocka_unit_test(test_a_full_book_says_so_and_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
