// Bugs that turn up in one matching engine after the other, each with a test of its own, beside those that test_book.c
// has already: a stale best price, an order orphaned by a cancel, a fill at the aggressor's price, an id that two live
// orders have, a full pool that drops orders silently, a wrong rest after a partial fill, a filled order that can be
// cancelled, a rest that stands although a self-trade rule took it off, an equality that does not look at queues.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/engine/market/support_book.h"

static int start(void **state) {
    static const book_config usual = {
        .tick = 100, .lot = 1, .max_quantity = 1000, .max_price = 1000000, .max_orders = 8, .window = 256};
    *state = fixture_new(&usual);
    return 0;
}

static book_order_id limit(fixture *f, side s, int64_t quantity, int64_t price) {
    return fixture_submit(f, (book_request){.side = s, .quantity = quantity, .price = price});
}

static void assert_ask(const fixture *f, int64_t price) {
    assert_int_equal(book_best_ask(f->book), price);
    assert_int_equal(rebuild_best(&f->rebuild, SIDE_SELL), price);
}

static void test_best_price_is_never_stale_however_its_last_order_leaves(void **state) {
    fixture *f = *state;
    limit(f, SIDE_SELL, 10, 5000);
    fixture_cancel(f, limit(f, SIDE_SELL, 10, 1000), 0);
    assert_ask(f, 5000);
    fixture_replace(f, limit(f, SIDE_SELL, 10, 1000), 10, 6000, 0);
    assert_ask(f, 5000);
    limit(f, SIDE_SELL, 10, 1000);
    limit(f, SIDE_BUY, 10, 1000);
    assert_ask(f, 5000);
    limit(f, SIDE_SELL, 10, 1000);
    fixture_submit(f, (book_request){.side = SIDE_BUY, .type = ORDER_MARKET, .quantity = 10});
    assert_ask(f, 5000);
    fixture_submit(f, (book_request){.side = SIDE_SELL, .owner = 1, .quantity = 10, .price = 1000});
    fixture_submit(
        f, (book_request){.owner = 1, .self = SELF_CANCEL_OLDEST, .tif = TIF_IOC, .quantity = 10, .price = 1000});
    assert_ask(f, 5000);
    fixture_submit(f, (book_request){.side = SIDE_SELL, .tif = TIF_GTD, .expires = 1, .quantity = 10, .price = 1000});
    book_expire(f->book, 1);
    fixture_hear(f);
    assert_ask(f, 5000);
}

// Whichever of three orders at a price is cancelled, the other two stay where they were.
static void test_cancel_leaves_no_other_order_orphaned(void **state) {
    fixture *f = *state;
    for (int gone = 0; gone < 3; gone++) {
        book_order_id ids[3], left[2] = {0};
        for (int i = 0; i < 3; i++)
            ids[i] = limit(f, SIDE_BUY, 10 + i, 1000);
        for (int i = 0, n = 0; i < 3; i++)
            if (i != gone)
                left[n++] = ids[i];
        assert_true(fixture_cancel(f, ids[gone], 0));
        book_order queue[3];
        assert_int_equal(book_level_orders(f->book, SIDE_BUY, 1000, queue, 3), 2);
        assert_true(queue[0].id == left[0] && queue[1].id == left[1]);
        limit(f, SIDE_SELL, queue[0].quantity, 1000);
        assert_int_equal(fixture_last(f)->maker, left[0]);
        assert_true(fixture_cancel(f, left[1], 0));
        assert_int_equal(book_live_orders(f->book), 0);
    }
}

static void assert_filled_at(const fixture *f, book_order_id maker, int64_t price) {
    size_t fills = 0;
    for (size_t i = 0; i < f->told.n; i++) {
        const book_event *e = &f->told.at[i];
        if (e->kind == BOOK_FILL && e->maker == maker) {
            assert_int_equal(e->price, price);
            fills++;
        }
    }
    assert_int_equal(fills, 1);
    assert_int_equal(book_last(f->book), price);
}

static void test_no_taker_fills_at_its_own_price(void **state) {
    fixture *f = *state;
    book_order_id maker = limit(f, SIDE_SELL, 10, 1000);
    fixture_replace(f, limit(f, SIDE_BUY, 10, 900), 10, 2000, 0);
    assert_filled_at(f, maker, 1000);
    maker = limit(f, SIDE_SELL, 10, 1100);
    fixture_submit(f, (book_request){.type = ORDER_STOP_LIMIT, .stop = 900, .quantity = 10, .price = 2000});
    assert_filled_at(f, maker, 1100);
    fixture_submit(f, (book_request){.traits = ORDER_ALL_OR_NONE, .quantity = 10, .price = 2000});
    limit(f, SIDE_SELL, 5, 1200);
    maker = limit(f, SIDE_SELL, 5, 1200); // now there is enough for the order aside, which takes
    assert_filled_at(f, maker, 1200);
    maker = fixture_submit(f, (book_request){.traits = ORDER_ALL_OR_NONE, .quantity = 10, .price = 1500});
    limit(f, SIDE_SELL, 10, 1300);
    assert_filled_at(f, maker, 1500);
}

static void test_no_two_orders_have_the_same_id(void **state) {
    fixture *f = *state;
    VEC(book_order_id) ids = {0};
    for (int i = 0; i < 40; i++) {
        vec_push(&ids, limit(f, SIDE_BUY, 10, 1000));
        vec_push(&ids,
                 fixture_submit(f, (book_request){.side = SIDE_SELL, .tif = TIF_IOC, .quantity = 5, .price = 1000}));
        vec_push(&ids, fixture_submit(f, (book_request){.type = ORDER_STOP, .stop = 5000, .quantity = 5}));
        assert_false(fixture_cancel(f, ids.at[ids.n - 2], 0)); // it could not rest
        assert_true(fixture_cancel(f, ids.at[ids.n - 1], 0));
        if (i % 3)
            assert_true(fixture_cancel(f, ids.at[ids.n - 3], 0));
        else
            limit(f, SIDE_SELL, 5, 1000);
    }
    for (size_t i = 0; i < ids.n; i++)
        for (size_t j = 0; j < i; j++)
            assert_true(ids.at[i] && ids.at[i] != ids.at[j]);
    vec_free(&ids);
}

static void test_full_pool_tells_of_every_order_it_has_no_room_for(void **state) {
    fixture *f = *state;
    const book_request wanting[] = {
        {.quantity = 10, .price = 2000},
        {.quantity = 10, .price = 2000, .tif = TIF_GTC},
        {.quantity = 10, .price = 2000, .traits = ORDER_ALL_OR_NONE},
        {.quantity = 10, .price = 2000, .traits = ORDER_ICEBERG, .display = 5},
        {.quantity = 10, .price = 500, .traits = ORDER_POST_ONLY},
        {.quantity = 10, .type = ORDER_STOP, .stop = 2000},
        {.quantity = 10, .type = ORDER_STOP_LIMIT, .stop = 2000, .price = 2000},
        {.quantity = 10, .type = ORDER_TRAILING_STOP, .stop = 2000, .trail = 100},
    };
    for (int i = 0; i < 8; i++)
        limit(f, SIDE_SELL, 10, 1000);
    for (size_t i = 0; i < sizeof wanting / sizeof *wanting; i++) {
        assert_int_equal(fixture_submit(f, wanting[i]), 0);
        assert_int_equal(f->told.n, 1);
        assert_int_equal(fixture_last(f)->kind, BOOK_REJECTED);
        assert_int_equal(fixture_last(f)->reason, REJECT_FULL);
        assert_int_equal(fixture_last(f)->asked, 10);
    }
    assert_int_equal(book_live_orders(f->book), 8);
    assert_int_equal(book_level_at(f->book, SIDE_SELL, 1000).quantity, 80);
}

static void test_full_pool_tells_of_market_orders_that_would_wait(void **state) {
    fixture *f = *state;
    book_set_state(f->book, STATE_OPENING_AUCTION, 0);
    for (int i = 0; i < 8; i++)
        assert_true(fixture_submit(f, (book_request){.side = SIDE_SELL, .type = ORDER_MARKET, .quantity = 10}));
    assert_int_equal(fixture_submit(f, (book_request){.side = SIDE_SELL, .type = ORDER_MARKET, .quantity = 10}), 0);
    assert_int_equal(fixture_last(f)->reason, REJECT_FULL);
}

static void test_replace_after_a_partial_fill_is_of_what_is_open(void **state) {
    fixture *f = *state;
    book_order_id bid = limit(f, SIDE_BUY, 50, 1000), behind = limit(f, SIDE_BUY, 50, 1000);
    limit(f, SIDE_SELL, 20, 1000);
    assert_true(fixture_replace(f, bid, 40, 1000, 0)); // less than at first, more than what is open
    assert_false(fixture_last(f)->flags & BOOK_KEPT_PRIORITY);
    limit(f, SIDE_SELL, 60, 1000);
    assert_int_equal(f->told.at[1].maker, behind);
    assert_int_equal(fixture_open(f, bid), 30);
    assert_int_equal(rebuild_open_quantity(&f->rebuild), 30);
}

static void test_replace_after_a_partial_fill_of_an_iceberg_takes_from_what_it_hides(void **state) {
    fixture *f = *state;
    book_order_id iceberg =
        fixture_submit(f, (book_request){.traits = ORDER_ICEBERG, .display = 20, .quantity = 50, .price = 1000});
    limit(f, SIDE_SELL, 5, 1000);
    assert_true(fixture_replace(f, iceberg, 30, 1000, 0));
    assert_int_equal(fixture_last(f)->shown, 15);
    assert_true(fixture_replace(f, iceberg, 10, 1000, 0));
    assert_int_equal(fixture_last(f)->shown, 10);
    limit(f, SIDE_SELL, 10, 1000);
    assert_int_equal(book_live_orders(f->book), 0);
}

static void test_cancel_after_a_partial_fill_takes_off_the_rest_alone(void **state) {
    fixture *f = *state;
    book_order_id bid = limit(f, SIDE_BUY, 50, 1000);
    limit(f, SIDE_SELL, 20, 1000);
    assert_true(fixture_cancel(f, bid, 0));
    assert_int_equal(fixture_last(f)->quantity, 30);
    assert_int_equal(fixture_last(f)->leaves, 0);
    assert_int_equal(f->rebuild.came - f->rebuild.left, 0);
}

static void assert_gone(fixture *f, book_order_id id) {
    assert_int_equal(fixture_open(f, id), 0);
    assert_false(fixture_cancel(f, id, 0));
    assert_int_equal(fixture_last(f)->reason, REJECT_UNKNOWN);
    assert_false(fixture_replace(f, id, 10, 1000, 0));
    assert_int_equal(fixture_last(f)->reason, REJECT_UNKNOWN);
}

static void test_no_filled_order_can_be_cancelled_whatever_it_was(void **state) {
    fixture *f = *state;
    book_order_id iceberg =
        fixture_submit(f, (book_request){.traits = ORDER_ICEBERG, .display = 5, .quantity = 10, .price = 1000});
    book_order_id aside = fixture_submit(f, (book_request){.traits = ORDER_ALL_OR_NONE, .quantity = 10, .price = 900});
    book_order_id stop =
        fixture_submit(f, (book_request){.side = SIDE_SELL, .type = ORDER_STOP, .stop = 1000, .quantity = 10});
    assert_true(fixture_open(f, iceberg) == 10 && fixture_open(f, aside) == 10 && fixture_open(f, stop) == 10);
    book_order_id taker = limit(f, SIDE_SELL, 10, 1000); // fills the iceberg; the stop then fills the order aside
    assert_gone(f, taker);
    assert_gone(f, iceberg);
    assert_gone(f, aside);
    assert_gone(f, stop);
}

static const uint8_t rules[] = {SELF_CANCEL_NEWEST, SELF_CANCEL_OLDEST, SELF_DECREMENT_BOTH};

// 30 of account 5 meet 20 of the same account: what stands afterwards, of the first and of the second.
static void test_what_a_self_trade_rule_takes_off_does_not_rest(void **state) {
    fixture *f = *state;
    const int64_t resting[] = {20, 0, 0}, coming[] = {0, 30, 10};
    for (int i = 0; i < 3; i++) {
        book_order_id maker =
            fixture_submit(f, (book_request){.side = SIDE_SELL, .owner = 5, .quantity = 20, .price = 1000});
        book_order_id taker =
            fixture_submit(f, (book_request){.owner = 5, .self = rules[i], .quantity = 30, .price = 1000});
        assert_int_equal(fixture_open(f, maker), resting[i]);
        assert_int_equal(fixture_open(f, taker), coming[i]);
        assert_int_equal(book_level_at(f->book, SIDE_BUY, 1000).quantity, coming[i]);
        assert_int_equal(book_level_at(f->book, SIDE_SELL, 1000).quantity, resting[i]);
        assert_int_equal(rebuild_open_quantity(&f->rebuild), resting[i] + coming[i]);
        assert_int_equal(book_last(f->book), 0);
        book_cancel_all(f->book, &(book_filter){.buys = true, .sells = true, .every_owner = true}, 0);
    }
}

// The same where the order comes in by a replace, after it traded with somebody else.
static void test_what_a_self_trade_rule_takes_off_a_replaced_order_does_not_rest(void **state) {
    fixture *f = *state;
    const int64_t left[] = {0, 20, 10};
    for (int i = 0; i < 3; i++) {
        limit(f, SIDE_SELL, 10, 900);
        fixture_submit(f, (book_request){.side = SIDE_SELL, .owner = 5, .quantity = 10, .price = 1000});
        book_order_id taker =
            fixture_submit(f, (book_request){.owner = 5, .self = rules[i], .quantity = 30, .price = 500});
        assert_true(fixture_replace(f, taker, 30, 1000, 0));
        assert_int_equal(fixture_open(f, taker), left[i]);
        assert_int_equal(book_level_at(f->book, SIDE_BUY, 1000).quantity, left[i]);
        book_cancel_all(f->book, &(book_filter){.buys = true, .sells = true, .every_owner = true}, 0);
    }
}

static void assert_queue(const fixture *f, const book_order_id *expected, size_t n) {
    book_order live[8], rebuilt[8];
    assert_int_equal(book_level_orders(f->book, SIDE_BUY, 1000, live, 8), n);
    assert_int_equal(rebuild_side(&f->rebuild, SIDE_BUY, rebuilt), n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(live[i].id, expected[i]);
        assert_int_equal(rebuilt[i].id, expected[i]);
    }
}

// The totals of the level are the same before and after; the queue is not, and a book rebuilt from the events has it.
static void test_events_tell_the_order_of_a_queue_and_not_its_totals_alone(void **state) {
    fixture *f = *state;
    book_order_id a = limit(f, SIDE_BUY, 10, 1000), b = limit(f, SIDE_BUY, 10, 1000);
    book_order_id c =
        fixture_submit(f, (book_request){.traits = ORDER_ICEBERG, .display = 10, .quantity = 100, .price = 1000});
    assert_queue(f, (book_order_id[]){a, b, c}, 3);
    fixture_replace(f, a, 11, 1000, 0);
    fixture_replace(f, a, 10, 1000, 0);
    assert_queue(f, (book_order_id[]){b, c, a}, 3);
    limit(f, SIDE_SELL, 20, 1000);
    limit(f, SIDE_BUY, 10, 1000);
    assert_int_equal(book_level_at(f->book, SIDE_BUY, 1000).quantity, 30);
    book_order queue[3];
    book_level_orders(f->book, SIDE_BUY, 1000, queue, 3);
    assert_queue(f, (book_order_id[]){a, c, queue[2].id}, 3);
}

#define WITH_BOOK(test) cmocka_unit_test_setup_teardown(test, start, fixture_free)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_BOOK(test_best_price_is_never_stale_however_its_last_order_leaves),
        WITH_BOOK(test_cancel_leaves_no_other_order_orphaned),
        WITH_BOOK(test_no_taker_fills_at_its_own_price),
        WITH_BOOK(test_no_two_orders_have_the_same_id),
        WITH_BOOK(test_full_pool_tells_of_every_order_it_has_no_room_for),
        WITH_BOOK(test_full_pool_tells_of_market_orders_that_would_wait),
        WITH_BOOK(test_replace_after_a_partial_fill_is_of_what_is_open),
        WITH_BOOK(test_replace_after_a_partial_fill_of_an_iceberg_takes_from_what_it_hides),
        WITH_BOOK(test_cancel_after_a_partial_fill_takes_off_the_rest_alone),
        WITH_BOOK(test_no_filled_order_can_be_cancelled_whatever_it_was),
        WITH_BOOK(test_what_a_self_trade_rule_takes_off_does_not_rest),
        WITH_BOOK(test_what_a_self_trade_rule_takes_off_a_replaced_order_does_not_rest),
        WITH_BOOK(test_events_tell_the_order_of_a_queue_and_not_its_totals_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
