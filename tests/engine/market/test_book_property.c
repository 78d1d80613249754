// A million and more random operations on the book and on the slow reference: every event, and regularly every view,
// must be the same, and the book rebuilt from the events must be the live one.
// PLIMSOLL_SEED=n repeats a run.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/market/book.h"
#include "src/base/rng.h"
#include "src/base/vec.h"
#include "tests/engine/market/support_rebuild.h"
#include "tests/engine/market/support_reference.h"

enum { OPERATIONS = 250000, CHECK_EVERY = 256, DEPTH_EVERY = 64 };

typedef struct {
    const char *name;
    book_config book;
    uint32_t resting; // orders the stream steers for
    uint32_t owners;
    int64_t centre;                                  // price around which orders come in, ticks
    uint32_t near;                                   // usual distance from it, ticks
    uint32_t far;                                    // and now and then
    unsigned far_share, wander_share, garbage_share; // percent
    uint32_t stride;                                 // the most that the centre moves at once, ticks
} market;

typedef struct {
    const market *market;
    book_stream *stream;
    book *book;
    reference *reference;
    rebuild rebuild;
    VEC(book_event) told;
    VEC(book_order_id) ids; // of the reference's order i + 1
    rng rng;
    int64_t centre, time;
} run;

static uint64_t seed;

static void listen(void *context, const book_event *events, size_t n) {
    run *r = context;
    for (size_t i = 0; i < n; i++) {
        vec_push(&r->told, events[i]);
        rebuild_add(&r->rebuild, &events[i]);
    }
}

static run run_start(const market *m, uint64_t stream) {
    return (run){
        .market = m, .reference = reference_new(&m->book), .rng = rng_stream(seed, stream), .centre = m->centre};
}

static void run_end(run *r) {
    book_free(r->book);
    book_stream_free(r->stream);
    reference_free(r->reference);
    rebuild_free(&r->rebuild);
    vec_free(&r->told);
    vec_free(&r->ids);
}

static bool chance(run *r, unsigned percent) { return rng_below(&r->rng, 100) < percent; }

// Mostly on the side's own side of the centre, so that orders come to rest.
static int64_t draw_price(run *r, side s) {
    const market *m = r->market;
    if (chance(r, m->wander_share))
        r->centre += (int64_t)rng_below(&r->rng, 2 * m->stride + 1) - m->stride;
    int64_t last = m->book.max_price / m->book.tick;
    r->centre = r->centre < 1 ? 1 : r->centre > last ? last : r->centre;
    int64_t away = (int64_t)rng_below(&r->rng, chance(r, m->far_share) ? m->far : m->near);
    bool below = (s == SIDE_BUY) == chance(r, 97);
    int64_t ticks = r->centre + (below ? -away : away);
    ticks = ticks < 1 ? 1 : ticks > last ? last : ticks;
    return ticks * m->book.tick;
}

static int64_t draw_quantity(run *r) { return (1 + (int64_t)rng_below(&r->rng, 40)) * r->market->book.lot; }

static int64_t draw_garbage(run *r, int64_t good, int64_t limit) {
    const int64_t garbage[] = {0, -good, good + 1, limit + 1, INT64_MIN, INT64_MAX, -1, limit * 2};
    return garbage[rng_below(&r->rng, sizeof garbage / sizeof *garbage)];
}

static book_request draw_request(run *r) {
    const market *m = r->market;
    side s = (side)rng_below(&r->rng, 2);
    book_request q = {.tag = rng_u64(&r->rng),
                      .owner = (uint32_t)rng_below(&r->rng, m->owners),
                      .side = s,
                      .quantity = draw_quantity(r),
                      .price = draw_price(r, s),
                      .time = r->time};
    uint64_t kind = rng_below(&r->rng, 100);
    if (kind >= 84)
        q.tif = kind < 90 ? TIF_IOC : kind < 95 ? TIF_FOK : TIF_DAY;
    if (kind >= 93) {
        q.type = ORDER_MARKET;
        if (chance(r, 70))
            q.price = 0;
    }
    // Large takers now and then, so that many levels are swept and fill-or-kill fails.
    if (kind >= 84 && chance(r, 20))
        q.quantity *= 1 + (int64_t)rng_below(&r->rng, 60);
    if (chance(r, m->garbage_share))
        q.quantity = draw_garbage(r, q.quantity, m->book.max_quantity);
    if (chance(r, m->garbage_share))
        q.price = draw_garbage(r, q.price, m->book.max_price);
    if (chance(r, m->garbage_share) && chance(r, 10))
        q.side = (side)7;
    return q;
}

// An order of the reference: mostly a live one, sometimes long gone; 0 when there was none.
static uint64_t draw_order(run *r) {
    size_t live = reference_live(r->reference);
    if (live && !chance(r, 8))
        return reference_nth(r->reference, rng_below(&r->rng, live));
    return r->ids.n ? 1 + rng_below(&r->rng, r->ids.n) : 0;
}

static book_order_id id_of(const run *r, uint64_t order) { return order ? r->ids.at[order - 1] : 0; }

static void assert_same_event(run *r, const book_event *is, const book_event *expected) {
    assert_int_equal(is->sequence, expected->sequence);
    assert_int_equal(is->kind, expected->kind);
    assert_int_equal(is->reason, expected->reason);
    assert_int_equal(is->side, expected->side);
    assert_int_equal(is->flags, expected->flags);
    assert_int_equal(is->book, expected->book);
    if (expected->kind == BOOK_ACCEPTED) {
        assert_int_equal(expected->order, r->ids.n + 1);
        vec_push(&r->ids, is->order);
    }
    assert_int_equal(is->order, id_of(r, expected->order));
    assert_int_equal(is->tag, expected->tag);
    assert_int_equal(is->owner, expected->owner);
    assert_int_equal(is->quantity, expected->quantity);
    assert_int_equal(is->price, expected->price);
    assert_int_equal(is->leaves, expected->leaves);
    assert_int_equal(is->time, expected->time);
    if (expected->kind == BOOK_REJECTED)
        assert_int_equal(is->asked, expected->asked);
    if (expected->kind != BOOK_FILL)
        return;
    assert_int_equal(is->maker, id_of(r, expected->maker));
    assert_int_equal(is->maker_tag, expected->maker_tag);
    assert_int_equal(is->maker_owner, expected->maker_owner);
    assert_int_equal(is->maker_leaves, expected->maker_leaves);
}

static void assert_same_events(run *r) {
    size_t n;
    book_stream_flush(r->stream);
    const book_event *expected = reference_events(r->reference, &n);
    assert_int_equal(r->told.n, n);
    for (size_t i = 0; i < n; i++)
        assert_same_event(r, &r->told.at[i], &expected[i]);
    r->told.n = 0;
}

static void assert_same_order(const book_order *is, const book_order *expected, book_order_id id) {
    assert_int_equal(is->id, id);
    assert_int_equal(is->tag, expected->tag);
    assert_int_equal(is->owner, expected->owner);
    assert_int_equal(is->side, expected->side);
    assert_int_equal(is->price, expected->price);
    assert_int_equal(is->quantity, expected->quantity);
}

// One level of the book, whose orders begin at expected[0]; returns how many there are.
static size_t assert_same_level(run *r, side s, const book_level *is, const book_order *expected, size_t max) {
    book_order *queue = mem_new(is->orders + 1, sizeof *queue);
    size_t n = book_level_orders(r->book, s, is->price, queue, is->orders + 1);
    assert_int_equal(n, is->orders);
    assert_true(n > 0 && n <= max);
    int64_t quantity = 0;
    for (size_t i = 0; i < n; i++) {
        book_order_id id = id_of(r, expected[i].id);
        assert_same_order(&queue[i], &expected[i], id);
        uint32_t place, total;
        int64_t ahead;
        assert_true(book_queue_position(r->book, id, &place, &total, &ahead));
        assert_int_equal(place, i + 1);
        assert_int_equal(total, n);
        assert_int_equal(ahead, quantity);
        quantity += expected[i].quantity;
    }
    assert_int_equal(is->quantity, quantity);
    book_level found = book_level_at(r->book, s, is->price);
    assert_true(found.price == is->price && found.quantity == quantity && found.orders == n);
    free(queue);
    return n;
}

static void assert_same_side(run *r, side s) {
    size_t live = reference_live(r->reference);
    book_order *expected = mem_new(live, sizeof *expected), *rebuilt = mem_new(live, sizeof *rebuilt);
    book_level *levels = mem_new(live + 1, sizeof *levels);
    size_t n = reference_side(r->reference, s, expected), depth = book_depth(r->book, s, levels, live + 1), at = 0;
    for (size_t i = 0; i < depth; i++)
        at += assert_same_level(r, s, &levels[i], expected + at, n - at);
    assert_int_equal(at, n);
    assert_int_equal(rebuild_side(&r->rebuild, s, rebuilt), n);
    for (size_t i = 0; i < n; i++)
        assert_same_order(&rebuilt[i], &expected[i], id_of(r, expected[i].id));
    free(expected);
    free(rebuilt);
    free(levels);
}

static void assert_same_views(run *r) {
    assert_int_equal(r->rebuild.resting.n, reference_live(r->reference));
    assert_same_side(r, SIDE_BUY);
    assert_same_side(r, SIDE_SELL);
    assert_int_equal(rebuild_resting_quantity(&r->rebuild), r->rebuild.came - r->rebuild.left);
}

static int64_t reference_best(const run *r, side s) {
    int64_t best = 0;
    for (size_t i = 0; i < r->rebuild.resting.n; i++) {
        const book_order *o = &r->rebuild.resting.at[i];
        if (o->side == s && (!best || (s == SIDE_BUY ? o->price > best : o->price < best)))
            best = o->price;
    }
    return best;
}

static void assert_same_touch(run *r) {
    int64_t bid = book_best_bid(r->book), ask = book_best_ask(r->book);
    assert_int_equal(bid, reference_best(r, SIDE_BUY));
    assert_int_equal(ask, reference_best(r, SIDE_SELL));
    assert_true(!bid || !ask || bid < ask);
    assert_int_equal(book_live_orders(r->book), reference_live(r->reference));
}

static void submit(run *r) {
    book_request q = draw_request(r);
    uint64_t expected = reference_submit(r->reference, &q);
    book_order_id is = book_submit(r->book, &q);
    assert_same_events(r);
    assert_int_equal(is, id_of(r, expected));
}

static void cancel(run *r) {
    uint64_t order = draw_order(r);
    bool expected = reference_cancel(r->reference, order, r->time);
    assert_int_equal(book_cancel(r->book, id_of(r, order), r->time), expected);
    assert_same_events(r);
}

static void replace(run *r) {
    uint64_t order = draw_order(r);
    book_order was = {.side = SIDE_BUY};
    bool known = book_find(r->book, id_of(r, order), &was);
    int64_t quantity = draw_quantity(r), price = draw_price(r, was.side);
    if (known && chance(r, 40))
        price = was.price;
    if (chance(r, r->market->garbage_share))
        price = draw_garbage(r, price, r->market->book.max_price);
    if (chance(r, r->market->garbage_share))
        quantity = draw_garbage(r, quantity, r->market->book.max_quantity);
    bool expected = reference_replace(r->reference, order, quantity, price, r->time);
    assert_int_equal(book_replace(r->book, id_of(r, order), quantity, price, r->time), expected);
    assert_same_events(r);
}

static void step(run *r) {
    r->time++;
    bool full = reference_live(r->reference) > r->market->resting;
    uint64_t kind = rng_below(&r->rng, 100);
    if (kind < (full ? 35 : 80))
        submit(r);
    else if (kind < 88)
        cancel(r);
    else
        replace(r);
}

static int compare_ids(const void *a, const void *b) {
    book_order_id x = *(const book_order_id *)a, y = *(const book_order_id *)b;
    return (x > y) - (x < y);
}

static void assert_ids_are_never_reused(run *r) {
    qsort(r->ids.at, r->ids.n, sizeof *r->ids.at, compare_ids);
    for (size_t i = 1; i < r->ids.n; i++)
        assert_true(r->ids.at[i] > r->ids.at[i - 1]);
}

static void compare_runs(const market *m, uint64_t stream) {
    run r = run_start(m, stream);
    r.stream = book_stream_new(listen, &r);
    assert_int_equal(book_new(&m->book, r.stream, &r.book), STATUS_OK);
    for (int i = 0; i < OPERATIONS; i++) {
        step(&r);
        assert_same_touch(&r);
        if (i % DEPTH_EVERY == 0)
            assert_same_views(&r);
        if (i % CHECK_EVERY == 0)
            book_check(r.book);
    }
    assert_same_views(&r);
    book_check(r.book);
    assert_ids_are_never_reused(&r);
    run_end(&r);
}

static void test_a_tight_market_equals_the_reference(void **state) {
    (void)state;
    compare_runs(
        &(market){.book = {.tick = 100, .lot = 1, .max_quantity = 100000, .max_price = 100000000, .max_orders = 1000},
                  .resting = 250,
                  .owners = 4,
                  .centre = 10000,
                  .near = 8,
                  .far = 60,
                  .far_share = 5,
                  .wander_share = 5,
                  .stride = 1,
                  .garbage_share = 2},
        1);
}

static void test_prices_far_outside_the_window_equal_the_reference(void **state) {
    (void)state;
    compare_runs(&(market){.book = {.tick = 1,
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
                           .garbage_share = 1},
                 2);
}

static void test_a_market_that_runs_equals_the_reference(void **state) {
    (void)state;
    compare_runs(&(market){.book = {.tick = 25,
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
                           .garbage_share = 1},
                 3);
}

static void test_a_pool_that_overflows_equals_the_reference(void **state) {
    (void)state;
    compare_runs(&(market){.book = {.tick = 100,
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
                           .garbage_share = 2},
                 4);
}

static void test_many_owners_with_odd_lots_and_ticks_equal_the_reference(void **state) {
    (void)state;
    compare_runs(
        &(market){.book = {.tick = 375, .lot = 100, .max_quantity = 500000, .max_price = 37500000, .max_orders = 1000},
                  .resting = 250,
                  .owners = 100000,
                  .centre = 4000,
                  .near = 25,
                  .far = 3000,
                  .far_share = 5,
                  .wander_share = 5,
                  .stride = 2,
                  .garbage_share = 12},
        5);
}

static void test_prices_at_both_ends_of_the_scale_equal_the_reference(void **state) {
    (void)state;
    const book_config scale = {
        .tick = 1, .lot = 1, .max_quantity = UINT32_MAX, .max_price = 4294967294, .max_orders = 500, .window = 256};
    for (uint64_t high = 0; high < 2; high++)
        compare_runs(&(market){.book = scale,
                               .resting = 60,
                               .owners = 3,
                               .centre = high ? 4294967294 : 1,
                               .near = 20,
                               .far = 600,
                               .far_share = 30,
                               .wander_share = 20,
                               .stride = 30,
                               .garbage_share = 3},
                     6 + high);
}

int main(void) {
    const char *given = getenv("PLIMSOLL_SEED");
    seed = given ? strtoull(given, NULL, 10) : 20180207;
    printf("PLIMSOLL_SEED=%llu\n", (unsigned long long)seed);
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
