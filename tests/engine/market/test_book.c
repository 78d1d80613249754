#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/market/pool.h"
#include "tests/engine/market/support_book.h"

static const book_config usual = {
    .tick = 100, .lot = 10, .max_quantity = 100000, .max_price = 1000000000, .max_orders = 8, .window = 256};

static int start(void **state) {
    *state = fixture_new(&usual);
    return 0;
}

static book_order_id limit(fixture *f, side s, int64_t quantity, int64_t price) {
    return fixture_submit(f, (book_request){.tag = 7, .owner = 3, .side = s, .quantity = quantity, .price = price});
}

static book_order_id market(fixture *f, side s, int64_t quantity, int64_t worst) {
    return fixture_submit(f, (book_request){.side = s, .type = ORDER_MARKET, .quantity = quantity, .price = worst});
}

static book_order_id now(fixture *f, side s, time_in_force tif, int64_t quantity, int64_t price) {
    return fixture_submit(f, (book_request){.side = s, .tif = (uint8_t)tif, .quantity = quantity, .price = price});
}

static void assert_rejected(fixture *f, book_order_id id, book_reject reason) {
    assert_int_equal(id, 0);
    assert_int_equal(f->told.n, 1);
    assert_int_equal(fixture_last(f)->kind, BOOK_REJECTED);
    assert_int_equal(fixture_last(f)->reason, reason);
}

static void assert_refused(fixture *f, bool done, book_reject reason) {
    assert_false(done);
    assert_int_equal(fixture_last(f)->kind, BOOK_REJECTED);
    assert_int_equal(fixture_last(f)->reason, reason);
}

static void test_book_rejects_no_such_kind(void **state) {
    fixture *f = *state;
    assert_rejected(f, limit(f, (side)2, 10, 1000), REJECT_KIND);
    assert_rejected(f, fixture_submit(f, (book_request){.type = 9, .quantity = 10, .price = 1000}), REJECT_KIND);
    assert_rejected(f, now(f, SIDE_BUY, (time_in_force)9, 10, 1000), REJECT_KIND);
}

static void test_book_rejects_bad_quantities(void **state) {
    fixture *f = *state;
    const int64_t bad[] = {0, -10, 15, 100010, INT64_MAX, INT64_MIN, INT64_C(10) << 32};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_rejected(f, limit(f, SIDE_BUY, bad[i], 1000), REJECT_QUANTITY);
    assert_true(limit(f, SIDE_BUY, 100000, 1000));
}

static void test_book_rejects_bad_prices(void **state) {
    fixture *f = *state;
    const int64_t bad[] = {0, -100, 1000000100, INT64_MAX, INT64_MIN, INT64_C(100) << 32};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_rejected(f, limit(f, SIDE_BUY, 10, bad[i]), REJECT_PRICE);
    assert_rejected(f, market(f, SIDE_BUY, 10, -100), REJECT_PRICE);
    assert_true(limit(f, SIDE_BUY, 10, 1000000000));
}

static void test_book_rejects_prices_between_ticks(void **state) {
    fixture *f = *state;
    const int64_t bad[] = {1, 99, 101, 150, 999999999};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_rejected(f, limit(f, SIDE_SELL, 10, bad[i]), REJECT_TICK);
    assert_rejected(f, market(f, SIDE_BUY, 10, 150), REJECT_TICK);
}

static void test_book_rejects_unknown_orders(void **state) {
    fixture *f = *state;
    book_order_id live = limit(f, SIDE_BUY, 10, 1000);
    const book_order_id unknown[] = {0, live + 1,  live + (UINT64_C(1) << 32), live + (UINT64_C(2) << 32),
                                     8, UINT64_MAX};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        assert_refused(f, fixture_cancel(f, unknown[i], 5), REJECT_UNKNOWN);
        assert_int_equal(fixture_last(f)->order, unknown[i]);
        assert_refused(f, fixture_replace(f, unknown[i], 10, 1000, 5), REJECT_UNKNOWN);
    }
    assert_int_equal(fixture_open(f, live), 10);
}

static void test_book_rejects_when_the_pool_is_exhausted(void **state) {
    fixture *f = *state;
    book_order_id first = 0;
    for (int64_t i = 0; i < 8; i++) {
        book_order_id id = limit(f, SIDE_BUY, 10, 1000 + 100 * i);
        first = first ? first : id;
    }
    assert_rejected(f, limit(f, SIDE_BUY, 10, 1000), REJECT_FULL);
    assert_int_equal(book_live_orders(f->book), 8);
    assert_true(market(f, SIDE_SELL, 10, 0)); // needs no slot, and frees one
    assert_true(limit(f, SIDE_BUY, 10, 1000));
    assert_rejected(f, limit(f, SIDE_BUY, 10, 1000), REJECT_FULL);
    assert_true(fixture_replace(f, first, 50, 1100, 0)); // a replace needs none either
}

static void test_book_rejects_a_market_order_on_an_empty_side(void **state) {
    fixture *f = *state;
    limit(f, SIDE_BUY, 10, 1000);
    assert_rejected(f, market(f, SIDE_BUY, 10, 0), REJECT_NO_LIQUIDITY);
}

static void test_book_fok_fills_whole_or_leaves_the_book_untouched(void **state) {
    fixture *f = *state;
    book_order_id near = limit(f, SIDE_SELL, 30, 1000), far = limit(f, SIDE_SELL, 30, 900000);
    assert_rejected(f, now(f, SIDE_BUY, TIF_FOK, 40, 1000), REJECT_FOK);
    assert_rejected(f, now(f, SIDE_BUY, TIF_FOK, 70, 900000), REJECT_FOK);
    assert_int_equal(fixture_open(f, near), 30);
    assert_int_equal(fixture_open(f, far), 30);
    assert_true(now(f, SIDE_BUY, TIF_FOK, 40, 900000));
    assert_int_equal(f->told.n, 3);
    assert_int_equal(fixture_last(f)->leaves, 0);
    assert_int_equal(fixture_open(f, far), 20);
    assert_rejected(f, fixture_submit(f, (book_request){.type = ORDER_MARKET, .tif = TIF_FOK, .quantity = 30}),
                    REJECT_FOK);
}

static void test_book_fills_at_the_makers_price(void **state) {
    fixture *f = *state;
    book_order_id maker = limit(f, SIDE_SELL, 50, 1000);
    book_order_id taker = limit(f, SIDE_BUY, 20, 1500);
    assert_int_equal(f->told.n, 2);
    const book_event *fill = fixture_last(f);
    assert_int_equal(fill->kind, BOOK_FILL);
    assert_int_equal(fill->price, 1000);
    assert_int_equal(fill->order, taker);
    assert_int_equal(fill->maker, maker);
    assert_int_equal(fill->quantity, 20);
    assert_int_equal(fill->leaves, 0);
    assert_int_equal(fill->maker_leaves, 30);
    assert_int_equal(fixture_open(f, taker), 0);
    assert_int_equal(fixture_open(f, maker), 30);
}

static void test_book_rests_what_a_crossing_limit_leaves(void **state) {
    fixture *f = *state;
    limit(f, SIDE_SELL, 20, 1000);
    book_order_id taker = limit(f, SIDE_BUY, 50, 1200);
    assert_int_equal(fixture_open(f, taker), 30);
    assert_int_equal(book_best_bid(f->book), 1200);
    assert_int_equal(book_best_ask(f->book), 0);
}

static void test_book_fills_by_price_then_by_time(void **state) {
    fixture *f = *state;
    book_order_id worse = limit(f, SIDE_BUY, 10, 900), first = limit(f, SIDE_BUY, 10, 1000),
                  second = limit(f, SIDE_BUY, 10, 1000);
    market(f, SIDE_SELL, 30, 0);
    assert_int_equal(f->told.n, 4);
    assert_int_equal(f->told.at[1].maker, first);
    assert_int_equal(f->told.at[2].maker, second);
    assert_int_equal(f->told.at[3].maker, worse);
}

static void test_book_ioc_remainder_is_cancelled(void **state) {
    fixture *f = *state;
    limit(f, SIDE_SELL, 20, 1000);
    limit(f, SIDE_SELL, 20, 1100);
    book_order_id taker = now(f, SIDE_BUY, TIF_IOC, 50, 1000);
    assert_int_equal(fixture_last(f)->kind, BOOK_CANCELLED);
    assert_int_equal(fixture_last(f)->quantity, 30);
    assert_int_equal(fixture_open(f, taker), 0);
    assert_int_equal(book_best_bid(f->book), 0);
    assert_int_equal(book_best_ask(f->book), 1100);
}

static void test_book_ioc_that_meets_nothing_is_cancelled_whole(void **state) {
    fixture *f = *state;
    assert_true(now(f, SIDE_BUY, TIF_IOC, 50, 1000));
    assert_int_equal(fixture_last(f)->kind, BOOK_CANCELLED);
    assert_int_equal(fixture_last(f)->quantity, 50);
}

static void test_book_market_remainder_never_rests(void **state) {
    fixture *f = *state;
    limit(f, SIDE_SELL, 20, 1000);
    book_order_id taker = market(f, SIDE_BUY, 50, 0);
    assert_int_equal(f->told.at[0].shown, 0);
    assert_int_equal(fixture_last(f)->kind, BOOK_CANCELLED);
    assert_int_equal(fixture_last(f)->quantity, 30);
    assert_int_equal(fixture_open(f, taker), 0);
    assert_int_equal(book_live_orders(f->book), 0);
}

static void test_book_market_order_stops_at_its_worst_price(void **state) {
    fixture *f = *state;
    limit(f, SIDE_BUY, 20, 1000);
    limit(f, SIDE_BUY, 20, 900);
    market(f, SIDE_SELL, 40, 1000);
    assert_int_equal(fixture_last(f)->kind, BOOK_CANCELLED);
    assert_int_equal(fixture_last(f)->quantity, 20);
    assert_int_equal(book_best_bid(f->book), 900);
}

static void test_book_smaller_quantity_keeps_priority(void **state) {
    fixture *f = *state;
    book_order_id first = limit(f, SIDE_BUY, 50, 1000), second = limit(f, SIDE_BUY, 50, 1000);
    assert_true(fixture_replace(f, first, 20, 1000, 9));
    assert_true(fixture_last(f)->flags & BOOK_KEPT_PRIORITY);
    assert_int_equal(fixture_last(f)->leaves, 20);
    assert_int_equal(book_level_at(f->book, SIDE_BUY, 1000).quantity, 70);
    market(f, SIDE_SELL, 30, 0);
    assert_int_equal(f->told.at[1].maker, first);
    assert_int_equal(f->told.at[2].maker, second);
}

static void test_book_larger_quantity_or_new_price_loses_priority(void **state) {
    fixture *f = *state;
    book_order_id a = limit(f, SIDE_BUY, 50, 1000), b = limit(f, SIDE_BUY, 50, 1000), c = limit(f, SIDE_BUY, 50, 900);
    assert_true(fixture_replace(f, a, 60, 1000, 0));
    assert_false(fixture_last(f)->flags & BOOK_KEPT_PRIORITY);
    assert_true(fixture_replace(f, c, 50, 1000, 0));
    book_order queue[4];
    assert_int_equal(book_level_orders(f->book, SIDE_BUY, 1000, queue, 4), 3);
    assert_int_equal(queue[0].id, b);
    assert_int_equal(queue[1].id, a);
    assert_int_equal(queue[1].quantity, 60);
    assert_int_equal(queue[2].id, c);
    assert_int_equal(book_level_at(f->book, SIDE_BUY, 900).orders, 0);
}

static void test_book_replace_that_crosses_trades(void **state) {
    fixture *f = *state;
    book_order_id ask = limit(f, SIDE_SELL, 30, 1100), bid = limit(f, SIDE_BUY, 10, 1000);
    assert_true(fixture_replace(f, bid, 50, 1200, 4));
    assert_int_equal(f->told.n, 2);
    assert_int_equal(f->told.at[0].kind, BOOK_REPLACED);
    assert_int_equal(fixture_last(f)->kind, BOOK_FILL);
    assert_int_equal(fixture_last(f)->order, bid);
    assert_int_equal(fixture_last(f)->maker, ask);
    assert_int_equal(fixture_last(f)->price, 1100);
    assert_int_equal(fixture_last(f)->tag, 7);
    assert_int_equal(fixture_open(f, bid), 20);
    assert_int_equal(book_best_bid(f->book), 1200);
}

static void test_book_replace_that_fills_whole_is_gone(void **state) {
    fixture *f = *state;
    limit(f, SIDE_SELL, 30, 1100);
    book_order_id bid = limit(f, SIDE_BUY, 10, 1000);
    assert_true(fixture_replace(f, bid, 10, 1100, 4));
    assert_int_equal(fixture_open(f, bid), 0);
    assert_refused(f, fixture_cancel(f, bid, 5), REJECT_UNKNOWN);
}

static void test_book_rejected_replace_leaves_the_order(void **state) {
    fixture *f = *state;
    book_order_id bid = limit(f, SIDE_BUY, 10, 1000);
    assert_refused(f, fixture_replace(f, bid, 0, 1000, 1), REJECT_QUANTITY);
    assert_refused(f, fixture_replace(f, bid, 10, -5, 1), REJECT_PRICE);
    assert_refused(f, fixture_replace(f, bid, 10, 1050, 1), REJECT_TICK);
    assert_int_equal(fixture_last(f)->order, bid);
    assert_int_equal(fixture_last(f)->owner, 3);
    assert_int_equal(fixture_last(f)->tag, 7);
    assert_int_equal(fixture_open(f, bid), 10);
}

static void test_book_replaces_after_a_partial_fill(void **state) {
    fixture *f = *state;
    book_order_id bid = limit(f, SIDE_BUY, 50, 1000);
    market(f, SIDE_SELL, 20, 0);
    assert_true(fixture_replace(f, bid, 30, 1000, 0)); // what is open, so nothing changes
    assert_true(fixture_last(f)->flags & BOOK_KEPT_PRIORITY);
    assert_int_equal(fixture_open(f, bid), 30);
    assert_int_equal(book_level_at(f->book, SIDE_BUY, 1000).quantity, 30);
}

static void test_book_cancels_once(void **state) {
    fixture *f = *state;
    book_order_id bid = limit(f, SIDE_BUY, 50, 1000);
    assert_true(fixture_cancel(f, bid, 3));
    assert_int_equal(fixture_last(f)->kind, BOOK_CANCELLED);
    assert_int_equal(fixture_last(f)->quantity, 50);
    assert_int_equal(fixture_last(f)->price, 1000);
    assert_refused(f, fixture_cancel(f, bid, 4), REJECT_UNKNOWN);
}

static void test_book_rejects_cancel_of_a_filled_order(void **state) {
    fixture *f = *state;
    book_order_id bid = limit(f, SIDE_BUY, 50, 1000);
    market(f, SIDE_SELL, 50, 0);
    assert_refused(f, fixture_cancel(f, bid, 4), REJECT_UNKNOWN);
}

static void test_book_rejects_a_stale_id_after_its_slot_is_used_again(void **state) {
    fixture *f = *state;
    book_order_id old = limit(f, SIDE_BUY, 50, 1000);
    fixture_cancel(f, old, 0);
    book_order_id new = limit(f, SIDE_SELL, 20, 2000);
    assert_int_equal(book_slot(old), book_slot(new));
    assert_true(old != new);
    assert_refused(f, fixture_cancel(f, old, 0), REJECT_UNKNOWN);
    assert_refused(f, fixture_replace(f, old, 10, 1000, 0), REJECT_UNKNOWN);
    assert_int_equal(fixture_open(f, new), 20);
}

static void test_pool_retires_a_slot_whose_generations_are_used_up(void **state) {
    (void)state;
    pool p;
    assert_int_equal(pool_init(&p, 1), STATUS_OK);
    uint32_t slot = pool_take(&p, SIDE_SELL);
    p.at[slot].life = (POOL_GENERATIONS - 1) << POOL_GENERATION_SHIFT | SIDE_SELL;
    book_order_id last_id = pool_id(&p, slot);
    assert_int_equal(pool_find(&p, last_id), slot);
    assert_true(last_id < UINT64_C(1) << 62);
    pool_give(&p, slot);
    assert_int_equal(pool_find(&p, last_id), 0);
    assert_true(pool_exhausted(&p));
    assert_int_equal(p.retired, 1);
    pool_check(&p);
    pool_release(&p);
}

static void test_book_empty_sides_are_zero(void **state) {
    fixture *f = *state;
    book_level level;
    book_order order;
    assert_int_equal(book_best_bid(f->book), 0);
    assert_int_equal(book_best_ask(f->book), 0);
    assert_int_equal(book_depth(f->book, SIDE_BUY, &level, 1), 0);
    assert_int_equal(book_level_orders(f->book, SIDE_SELL, 1000, &order, 1), 0);
    assert_int_equal(book_level_at(f->book, SIDE_SELL, 55).orders, 0);
    assert_false(book_find(f->book, 1, &order));
    assert_int_equal(book_sequence(f->book), 0);
}

static void test_book_best_price_follows_cancels(void **state) {
    fixture *f = *state;
    book_order_id near = limit(f, SIDE_SELL, 10, 1000);
    limit(f, SIDE_SELL, 10, 800000); // beyond the window
    fixture_cancel(f, near, 0);
    assert_int_equal(book_best_ask(f->book), 800000);
    limit(f, SIDE_SELL, 10, 700);
    assert_int_equal(book_best_ask(f->book), 700);
}

static void test_book_depth_is_best_first_across_the_window(void **state) {
    fixture *f = *state;
    const int64_t prices[] = {500000, 1000, 900000, 1100, 30000};
    const int64_t sorted[] = {1000, 1100, 30000, 500000, 900000};
    for (int i = 0; i < 5; i++)
        limit(f, SIDE_SELL, 10 * (i + 1), prices[i]);
    book_level levels[5];
    assert_int_equal(book_depth(f->book, SIDE_SELL, levels, 5), 5);
    for (int i = 0; i < 5; i++)
        assert_int_equal(levels[i].price, sorted[i]);
    assert_int_equal(levels[0].quantity, 20);
    assert_int_equal(book_depth(f->book, SIDE_SELL, levels, 2), 2);
}

static void test_book_tells_the_place_in_the_queue(void **state) {
    fixture *f = *state;
    book_order_id a = limit(f, SIDE_BUY, 10, 1000), b = limit(f, SIDE_BUY, 20, 1000), c = limit(f, SIDE_BUY, 30, 1000);
    uint32_t place, total;
    int64_t ahead;
    assert_true(book_queue_position(f->book, c, &place, &total, &ahead));
    assert_int_equal(place, 3);
    assert_int_equal(total, 3);
    assert_int_equal(ahead, 30);
    fixture_cancel(f, a, 0);
    assert_true(book_queue_position(f->book, b, &place, &total, &ahead));
    assert_int_equal(place, 1);
    assert_int_equal(total, 2);
    assert_int_equal(ahead, 0);
    assert_false(book_queue_position(f->book, a, &place, &total, &ahead));
}

static void test_book_numbers_events_without_gaps(void **state) {
    fixture *f = *state;
    limit(f, SIDE_SELL, 10, 1000);
    assert_int_equal(fixture_last(f)->sequence, 1);
    limit(f, SIDE_SELL, 0, 1000);
    assert_int_equal(fixture_last(f)->sequence, 2);
    market(f, SIDE_BUY, 20, 0);
    assert_int_equal(f->told.at[0].sequence, 3);
    assert_int_equal(fixture_last(f)->sequence, 5);
    assert_int_equal(book_sequence(f->book), 5);
}

static void test_book_needs_no_listener(void **state) {
    (void)state;
    book *b;
    book_stream *nobody = book_stream_new(NULL, NULL);
    assert_int_equal(book_new(&usual, nobody, &b), STATUS_OK);
    assert_true(book_submit(b, &(book_request){.quantity = 10, .price = 1000}));
    assert_int_equal(book_sequence(b), 1);
    assert_true(book_memory(b) > 8 * sizeof(pool_order));
    book_free(b);
    book_stream_free(nobody);
    book_free(NULL);
}

static void assert_invalid(book_config config, const char *field) {
    book *b;
    assert_int_equal(book_new(&config, NULL, &b), STATUS_INVALID);
    assert_non_null(strstr(status_message(), field));
}

static void test_book_new_names_the_field_that_is_out_of_range(void **state) {
    (void)state;
    book_config c = usual;
    c.tick = 0, assert_invalid(c, "tick"), c = usual;
    c.lot = -1, assert_invalid(c, "lot"), c = usual;
    c.max_quantity = 9, assert_invalid(c, "max_quantity"), c = usual;
    c.max_quantity = INT64_C(1) << 32, assert_invalid(c, "max_quantity"), c = usual;
    c.max_price = 99, assert_invalid(c, "max_price"), c = usual;
    c.max_price = c.tick * UINT32_MAX, assert_invalid(c, "max_price"), c = usual;
    c.max_orders = 0, assert_invalid(c, "max_orders"), c = usual;
    c.max_orders = UINT32_MAX, assert_invalid(c, "max_orders"), c = usual;
    c.window = 200, assert_invalid(c, "window"), c = usual;
    c.window = 8192, assert_invalid(c, "window");
}

static void test_book_every_reject_has_its_words(void **state) {
    (void)state;
    for (int i = REJECT_NONE; i <= REJECT_FOK; i++)
        for (int j = REJECT_NONE; j < i; j++)
            assert_string_not_equal(book_reject_text((book_reject)i), book_reject_text((book_reject)j));
    assert_string_equal(book_reject_text((book_reject)99), "unknown reason");
}

#define WITH_BOOK(test) cmocka_unit_test_setup_teardown(test, start, fixture_free)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_BOOK(test_book_rejects_no_such_kind),
        WITH_BOOK(test_book_rejects_bad_quantities),
        WITH_BOOK(test_book_rejects_bad_prices),
        WITH_BOOK(test_book_rejects_prices_between_ticks),
        WITH_BOOK(test_book_rejects_unknown_orders),
        WITH_BOOK(test_book_rejects_when_the_pool_is_exhausted),
        WITH_BOOK(test_book_rejects_a_market_order_on_an_empty_side),
        WITH_BOOK(test_book_fok_fills_whole_or_leaves_the_book_untouched),
        WITH_BOOK(test_book_fills_at_the_makers_price),
        WITH_BOOK(test_book_rests_what_a_crossing_limit_leaves),
        WITH_BOOK(test_book_fills_by_price_then_by_time),
        WITH_BOOK(test_book_ioc_remainder_is_cancelled),
        WITH_BOOK(test_book_ioc_that_meets_nothing_is_cancelled_whole),
        WITH_BOOK(test_book_market_remainder_never_rests),
        WITH_BOOK(test_book_market_order_stops_at_its_worst_price),
        WITH_BOOK(test_book_smaller_quantity_keeps_priority),
        WITH_BOOK(test_book_larger_quantity_or_new_price_loses_priority),
        WITH_BOOK(test_book_replace_that_crosses_trades),
        WITH_BOOK(test_book_replace_that_fills_whole_is_gone),
        WITH_BOOK(test_book_rejected_replace_leaves_the_order),
        WITH_BOOK(test_book_replaces_after_a_partial_fill),
        WITH_BOOK(test_book_cancels_once),
        WITH_BOOK(test_book_rejects_cancel_of_a_filled_order),
        WITH_BOOK(test_book_rejects_a_stale_id_after_its_slot_is_used_again),
        cmocka_unit_test(test_pool_retires_a_slot_whose_generations_are_used_up),
        WITH_BOOK(test_book_empty_sides_are_zero),
        WITH_BOOK(test_book_best_price_follows_cancels),
        WITH_BOOK(test_book_depth_is_best_first_across_the_window),
        WITH_BOOK(test_book_tells_the_place_in_the_queue),
        WITH_BOOK(test_book_numbers_events_without_gaps),
        cmocka_unit_test(test_book_needs_no_listener),
        cmocka_unit_test(test_book_new_names_the_field_that_is_out_of_range),
        cmocka_unit_test(test_book_every_reject_has_its_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
