// Every kind of order, each in a story of a few commands. What the book tells is compared as text, one event after the
// other: "2x1 30@1000 70,0" is a fill of 30 with order 2 as taker (70 left) and 1 as maker (0 left).
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "src/base/text.h"
#include "tests/engine/market/support_book.h"

static book_order_id ids[32]; // by tag

static void tell_one(text *t, const book_event *e) {
    static const char *const why[] = {"asked", "remainder", "self-trade", "pair"};
    unsigned long long tag = e->tag, maker = e->kind == BOOK_FILL ? e->maker_tag : 0;
    long long price = e->price;
    if (t->n)
        text_put(t, "; ");
    switch ((book_event_kind)e->kind) {
    case BOOK_ACCEPTED:
        text_printf(t, "%llu in %u, shows %u", tag, e->quantity, e->shown);
        break;
    case BOOK_REJECTED:
        text_printf(t, "rejected: %s", book_reject_text(e->reason));
        break;
    case BOOK_FILL:
        text_printf(t, "%llux%llu %u@%lld %u,%u", tag, maker, e->quantity, price, e->leaves, e->maker_leaves);
        break;
    case BOOK_CANCELLED:
        text_printf(t, "%llu off %u, left %u (%s)", tag, e->quantity, e->leaves, why[e->reason]);
        break;
    case BOOK_REPLACED:
        text_printf(t, "%llu now %u@%lld%s", tag, e->leaves, price, e->flags & BOOK_KEPT_PRIORITY ? " kept" : "");
        break;
    case BOOK_SHOWN:
        text_printf(t, "%llu shows %u of %u@%lld", tag, e->shown, e->leaves, price);
        break;
    case BOOK_TRIGGERED:
        text_printf(t, "%llu triggered", tag);
        break;
    case BOOK_TRAILED:
        text_printf(t, "%llu trails at %lld", tag, price);
        break;
    case BOOK_EXPIRED:
        text_printf(t, "%llu expired %u", tag, e->quantity);
        break;
    case BOOK_STATE:
        text_printf(t, "%s", book_state_text(e->reason));
        break;
    }
}

static int start(void **state) {
    static const book_config usual = {
        .tick = 1, .lot = 1, .max_quantity = 100000, .max_price = 100000, .max_orders = 32, .window = 256};
    memset(ids, 0, sizeof ids);
    *state = fixture_new(&usual);
    return 0;
}

// What was told since the last call is as expected.
static void expect(fixture *f, const char *expected) {
    text told = {0};
    fixture_hear(f);
    for (size_t i = 0; i < f->told.n; i++)
        tell_one(&told, &f->told.at[i]);
    assert_string_equal(told.n ? told.at : "", expected);
    text_free(&told);
    f->told.n = 0;
}

static void forget(fixture *f) {
    fixture_hear(f);
    f->told.n = 0;
}

static void submit(fixture *f, book_request r) {
    book_order_id id = book_submit(f->book, &r);
    if (id)
        ids[r.tag] = id;
}

static void buy(fixture *f, uint64_t tag, int64_t quantity, int64_t price) {
    submit(f, (book_request){.tag = tag, .owner = 9, .side = SIDE_BUY, .quantity = quantity, .price = price});
}

static void sell(fixture *f, uint64_t tag, int64_t quantity, int64_t price) {
    submit(f, (book_request){.tag = tag, .owner = 8, .side = SIDE_SELL, .quantity = quantity, .price = price});
}

// A trade at a price, so that there is a last one.
static void trade_at(fixture *f, int64_t price) {
    sell(f, 30, 1, price);
    buy(f, 31, 1, price);
    assert_int_equal(book_last(f->book), price);
    forget(f);
}

static book_order found(const fixture *f, uint64_t tag) {
    book_order o = {0};
    book_find(f->book, ids[tag], &o);
    return o;
}

static void test_iceberg_shows_part_and_goes_to_the_tail_for_more(void **state) {
    fixture *f = *state;
    submit(f, (book_request){
                  .tag = 1, .side = SIDE_SELL, .quantity = 50, .price = 1000, .traits = ORDER_ICEBERG, .display = 20});
    expect(f, "1 in 50, shows 0; 1 shows 20 of 50@1000");
    sell(f, 2, 10, 1000);
    assert_int_equal(book_level_at(f->book, SIDE_SELL, 1000).quantity, 30);
    forget(f);
    buy(f, 3, 25, 1000);
    expect(f, "3 in 25, shows 25; 3x1 20@1000 5,30; 1 shows 20 of 30@1000; 3x2 5@1000 0,5");
    assert_int_equal(found(f, 1).shown, 20);
    buy(f, 4, 35, 1000);
    expect(f, "4 in 35, shows 35; 4x2 5@1000 30,0; 4x1 20@1000 10,10; 1 shows 10 of 10@1000; 4x1 10@1000 0,0");
}

static void test_iceberg_gives_up_what_it_hides_first(void **state) {
    fixture *f = *state;
    submit(f, (book_request){
                  .tag = 1, .side = SIDE_BUY, .quantity = 50, .price = 1000, .traits = ORDER_ICEBERG, .display = 20});
    forget(f);
    book_replace(f->book, ids[1], 30, 1000, 0);
    expect(f, "1 now 30@1000 kept");
    assert_int_equal(found(f, 1).shown, 20);
    book_replace(f->book, ids[1], 15, 1000, 0);
    expect(f, "1 now 15@1000 kept");
    assert_int_equal(found(f, 1).shown, 15);
    book_replace(f->book, ids[1], 60, 1010, 0);
    expect(f, "1 now 60@1010; 1 shows 20 of 60@1010");
}

static void test_post_only_never_takes(void **state) {
    fixture *f = *state;
    sell(f, 1, 10, 1000);
    forget(f);
    submit(f, (book_request){.tag = 2, .side = SIDE_BUY, .quantity = 5, .price = 1000, .traits = ORDER_POST_ONLY});
    expect(f, "rejected: it would trade, and is post-only");
    submit(f, (book_request){.tag = 2, .side = SIDE_BUY, .quantity = 5, .price = 999, .traits = ORDER_POST_ONLY});
    expect(f, "2 in 5, shows 5");
    assert_false(book_replace(f->book, ids[2], 5, 1000, 0));
    expect(f, "rejected: it would trade, and is post-only");
    assert_int_equal(found(f, 2).price, 999);
}

static void test_all_or_none_waits_off_the_display_until_it_fills_whole(void **state) {
    fixture *f = *state;
    sell(f, 1, 10, 1000);
    forget(f);
    submit(f, (book_request){.tag = 2, .side = SIDE_BUY, .quantity = 30, .price = 1000, .traits = ORDER_ALL_OR_NONE});
    expect(f, "2 in 30, shows 0");
    assert_int_equal(book_best_bid(f->book), 0);
    assert_int_equal(book_live_orders(f->book), 2);
    sell(f, 3, 15, 1000);
    expect(f, "3 in 15, shows 15");
    sell(f, 4, 5, 999);
    expect(f, "4 in 5, shows 5; 2x4 5@999 25,0; 2x1 10@1000 15,0; 2x3 15@1000 0,0");
}

static void test_all_or_none_trades_after_those_displayed_at_its_price(void **state) {
    fixture *f = *state;
    submit(f, (book_request){.tag = 1, .side = SIDE_SELL, .quantity = 20, .price = 1000, .traits = ORDER_ALL_OR_NONE});
    sell(f, 2, 10, 1000);
    sell(f, 3, 10, 1001);
    forget(f);
    buy(f, 4, 29, 1001);
    expect(f, "4 in 29, shows 29; 4x2 10@1000 19,0; 4x3 10@1001 9,0");
    buy(f, 5, 21, 1001);
    expect(f, "5 in 21, shows 21; 5x1 20@1000 1,0");
}

static void test_stop_waits_for_its_price_and_is_then_a_market_order(void **state) {
    fixture *f = *state;
    trade_at(f, 1000);
    sell(f, 1, 10, 1005);
    sell(f, 2, 10, 1010);
    submit(f, (book_request){.tag = 3, .side = SIDE_BUY, .type = ORDER_STOP, .quantity = 15, .stop = 1005});
    forget(f);
    buy(f, 4, 4, 1005);
    expect(f, "4 in 4, shows 4; 4x1 4@1005 0,6; 3 triggered; 3x1 6@1005 9,0; 3x2 9@1010 0,1");
}

static void test_stop_limit_rests_what_its_limit_leaves(void **state) {
    fixture *f = *state;
    trade_at(f, 1000);
    buy(f, 1, 10, 990);
    buy(f, 2, 10, 985);
    submit(f, (book_request){
                  .tag = 3, .side = SIDE_SELL, .type = ORDER_STOP_LIMIT, .quantity = 30, .stop = 990, .price = 988});
    forget(f);
    sell(f, 4, 1, 990);
    expect(f, "4 in 1, shows 1; 4x1 1@990 0,9; 3 triggered; 3x1 9@990 21,0; 3 shows 21 of 21@988");
    assert_int_equal(book_best_ask(f->book), 988);
}

static void test_stops_trigger_each_other(void **state) {
    fixture *f = *state;
    trade_at(f, 1000);
    for (uint64_t i = 0; i < 3; i++)
        buy(f, 1 + i, 10, 999 - 10 * (int64_t)i);
    submit(f, (book_request){.tag = 5, .side = SIDE_SELL, .type = ORDER_STOP, .quantity = 10, .stop = 989});
    submit(f, (book_request){.tag = 4, .side = SIDE_SELL, .type = ORDER_STOP, .quantity = 15, .stop = 999});
    forget(f);
    sell(f, 6, 1, 999);
    expect(f, "6 in 1, shows 1; 6x1 1@999 0,9; 4 triggered; 4x1 9@999 6,0; 4x2 6@989 0,4; "
              "5 triggered; 5x2 4@989 6,0; 5x3 6@979 0,4");
}

static void test_stop_that_is_late_is_triggered_at_once(void **state) {
    fixture *f = *state;
    trade_at(f, 1000);
    submit(f, (book_request){.tag = 1, .side = SIDE_SELL, .type = ORDER_STOP, .quantity = 10, .stop = 1001});
    expect(f, "1 in 10, shows 0; 1 triggered; 1 off 10, left 0 (remainder)");
}

static void test_trailing_stop_follows_the_market_one_way(void **state) {
    fixture *f = *state;
    trade_at(f, 1000);
    submit(f, (book_request){.tag = 1, .side = SIDE_SELL, .type = ORDER_TRAILING_STOP, .quantity = 5, .trail = 10});
    assert_int_equal(found(f, 1).stop, 990);
    forget(f);
    sell(f, 2, 1, 1007);
    buy(f, 3, 1, 1007);
    expect(f, "2 in 1, shows 1; 3 in 1, shows 1; 3x2 1@1007 0,0; 1 trails at 997");
    buy(f, 4, 9, 998);
    sell(f, 5, 1, 998);
    expect(f, "4 in 9, shows 9; 5 in 1, shows 1; 5x4 1@998 0,8");
    assert_int_equal(found(f, 1).stop, 997);
    book_cancel(f->book, ids[4], 0);
    buy(f, 6, 9, 997);
    forget(f);
    sell(f, 7, 1, 997);
    expect(f, "7 in 1, shows 1; 7x6 1@997 0,8; 1 triggered; 1x6 5@997 0,3");
}

// To sell 10 at 1010 or, from 990 down, at any price.
static void enter_pair(fixture *f) {
    trade_at(f, 1000);
    sell(f, 1, 10, 1010);
    submit(f, (book_request){.tag = 2,
                             .owner = 8,
                             .side = SIDE_SELL,
                             .type = ORDER_STOP,
                             .quantity = 10,
                             .stop = 990,
                             .traits = ORDER_ONE_CANCELS_OTHER,
                             .other = ids[1]});
}

static void test_one_of_a_pair_cancels_the_other(void **state) {
    fixture *f = *state;
    enter_pair(f);
    forget(f);
    buy(f, 3, 1, 1010);
    expect(f, "3 in 1, shows 1; 3x1 1@1010 0,9; 2 off 10, left 0 (pair)");
    assert_int_equal(found(f, 1).other, 0);
}

static void test_a_triggered_stop_cancels_the_other_of_its_pair(void **state) {
    fixture *f = *state;
    enter_pair(f);
    buy(f, 3, 20, 990);
    forget(f);
    sell(f, 4, 1, 990);
    expect(f, "4 in 1, shows 1; 4x3 1@990 0,19; 2 triggered; 1 off 10, left 0 (pair); 2x3 10@990 0,9");
}

static void test_a_pair_needs_a_live_order_of_the_account(void **state) {
    fixture *f = *state;
    sell(f, 1, 10, 1010);
    forget(f);
    book_request r = {.tag = 2,
                      .owner = 9,
                      .side = SIDE_SELL,
                      .quantity = 10,
                      .price = 1020,
                      .traits = ORDER_ONE_CANCELS_OTHER,
                      .other = ids[1]};
    const char *refused = "rejected: the other order of the pair is not live, not of the account or in a pair already";
    submit(f, r);
    expect(f, refused);
    r.owner = 8;
    submit(f, r);
    expect(f, "2 in 10, shows 10");
    r.tag = 3;
    submit(f, r);
    expect(f, refused);
}

static void meet_oneself(fixture *f, self_trade rule) {
    sell(f, 1, 10, 1000);
    submit(f, (book_request){.tag = 2, .owner = 7, .side = SIDE_SELL, .quantity = 10, .price = 1000});
    sell(f, 3, 10, 1000);
    forget(f);
    submit(f, (book_request){.tag = 4, .owner = 7, .quantity = 25, .price = 1000, .self = (uint8_t)rule});
}

static void test_self_trade_cancels_newest(void **state) {
    fixture *f = *state;
    meet_oneself(f, SELF_CANCEL_NEWEST);
    expect(f, "4 in 25, shows 25; 4x1 10@1000 15,0; 4 off 15, left 0 (self-trade)");
    assert_int_equal(book_best_bid(f->book), 0);
}

static void test_self_trade_cancels_oldest(void **state) {
    fixture *f = *state;
    meet_oneself(f, SELF_CANCEL_OLDEST);
    expect(f, "4 in 25, shows 25; 4x1 10@1000 15,0; 2 off 10, left 0 (self-trade); 4x3 10@1000 5,0");
    assert_int_equal(found(f, 4).quantity, 5);
}

static void test_self_trade_decrements_both(void **state) {
    fixture *f = *state;
    meet_oneself(f, SELF_DECREMENT_BOTH);
    expect(f, "4 in 25, shows 25; 4x1 10@1000 15,0; 2 off 10, left 0 (self-trade); 4 off 10, left 5 (self-trade); "
              "4x3 5@1000 0,5");
}

static void test_self_trade_can_be_off(void **state) {
    fixture *f = *state;
    meet_oneself(f, SELF_TRADE);
    expect(f, "4 in 25, shows 25; 4x1 10@1000 15,0; 4x2 10@1000 5,0; 4x3 5@1000 0,5");
}

static void test_fok_does_not_count_orders_of_its_account(void **state) {
    fixture *f = *state;
    submit(f, (book_request){.tag = 1, .owner = 7, .side = SIDE_SELL, .quantity = 10, .price = 1000});
    sell(f, 2, 10, 1000);
    forget(f);
    book_request r = {.tag = 3, .owner = 7, .tif = TIF_FOK, .quantity = 10, .price = 1000, .self = SELF_CANCEL_NEWEST};
    submit(f, r);
    expect(f, "rejected: can't be filled whole at once");
    r.self = SELF_CANCEL_OLDEST;
    submit(f, r);
    expect(f, "3 in 10, shows 0; 1 off 10, left 0 (self-trade); 3x2 10@1000 0,0");
}

static void test_orders_expire_at_their_time(void **state) {
    fixture *f = *state;
    submit(f, (book_request){.tag = 1, .quantity = 10, .price = 1000, .tif = TIF_GTD, .expires = 50});
    buy(f, 2, 10, 1000);
    forget(f);
    book_expire(f->book, 49);
    expect(f, "");
    submit(f, (book_request){.tag = 3, .side = SIDE_SELL, .quantity = 10, .price = 1000, .time = 50});
    expect(f, "1 expired 10; 3 in 10, shows 10; 3x2 10@1000 0,0");
    submit(f, (book_request){.tag = 4, .quantity = 10, .price = 1000, .tif = TIF_GTD, .expires = 50, .time = 50});
    expect(f, "rejected: it would be good till a time that is past");
}

static book_request until(uint64_t tag, side s, int64_t price, int64_t expires) {
    return (book_request){.tag = tag, .side = s, .quantity = 10, .price = price, .tif = TIF_GTD, .expires = expires};
}

// Two of them in one queue, with one between them that stays; and one that has left, which is not told twice.
static void test_orders_that_expire_at_once_leave_in_the_order_of_a_mass_cancel(void **state) {
    fixture *f = *state;
    book_request stop = until(1, SIDE_BUY, 0, 60), aside = until(2, SIDE_SELL, 1005, 55);
    stop.type = ORDER_STOP;
    stop.stop = 1100;
    aside.traits = ORDER_ALL_OR_NONE;
    submit(f, stop);
    submit(f, aside);
    submit(f, until(3, SIDE_SELL, 1010, 51));
    submit(f, until(4, SIDE_BUY, 990, 60));
    submit(f, until(5, SIDE_BUY, 990, 61));
    submit(f, until(6, SIDE_BUY, 990, 52));
    submit(f, until(7, SIDE_BUY, 995, 59));
    submit(f, until(8, SIDE_BUY, 999, 40));
    book_cancel(f->book, ids[8], 0);
    book_replace(f->book, ids[4], 11, 990, 0); // to the tail
    forget(f);
    book_expire(f->book, 60);
    expect(f, "7 expired 10; 6 expired 10; 4 expired 11; 3 expired 10; 1 expired 10; 2 expired 10");
    book_expire(f->book, 61);
    expect(f, "5 expired 10");
    assert_int_equal(book_live_orders(f->book), 0);
}

static void test_day_orders_expire_at_the_close_and_others_stay(void **state) {
    fixture *f = *state;
    buy(f, 1, 10, 1000);
    submit(f, (book_request){.tag = 2, .quantity = 10, .price = 1000, .tif = TIF_GTC});
    forget(f);
    book_set_state(f->book, STATE_CLOSED, 1);
    expect(f, "closed; 1 expired 10");
    sell(f, 3, 10, 1000);
    expect(f, "rejected: the market is in a state that does not take it");
    assert_true(book_cancel(f->book, ids[2], 2));
    expect(f, "2 off 10, left 0 (asked)");
}

static void test_an_auction_trades_at_the_price_of_most_volume(void **state) {
    fixture *f = *state;
    book_set_state(f->book, STATE_OPENING_AUCTION, 0);
    buy(f, 1, 50, 1005);
    buy(f, 2, 50, 1001);
    sell(f, 3, 40, 999);
    sell(f, 4, 50, 1003);
    submit(f, (book_request){.tag = 5, .side = SIDE_SELL, .type = ORDER_MARKET, .quantity = 20});
    forget(f);
    book_indicative at;
    assert_true(book_auction(f->book, &at));
    // Between 999 and 1001 buyers want 100 and sellers give 60; at 1003 and above buyers want 50 and sellers give 110.
    assert_int_equal(at.volume, 60);
    assert_int_equal(at.surplus, 40);
    assert_int_equal(at.price, 999);
    book_set_state(f->book, STATE_CONTINUOUS, 1);
    expect(f, "continuous trading; 1x5 20@999 30,0; 1x3 30@999 0,10; 2x3 10@999 40,0");
    assert_int_equal(book_best_bid(f->book), 1001);
    assert_int_equal(book_best_ask(f->book), 1003);
}

static void test_market_orders_that_an_auction_leaves_are_cancelled(void **state) {
    fixture *f = *state;
    book_set_state(f->book, STATE_CLOSING_AUCTION, 0);
    submit(f, (book_request){.tag = 1, .type = ORDER_MARKET, .quantity = 30});
    sell(f, 2, 10, 1000);
    submit(f, (book_request){.tag = 3, .tif = TIF_IOC, .quantity = 30, .price = 1000});
    expect(f, "closing auction; 1 in 30, shows 0; 2 in 10, shows 10; "
              "rejected: the market is in a state that does not take it");
    book_set_state(f->book, STATE_CLOSED, 1);
    expect(f, "closed; 1x2 10@1000 20,0; 1 off 20, left 0 (remainder)");
}

static void test_stops_wait_through_an_auction(void **state) {
    fixture *f = *state;
    trade_at(f, 1000);
    submit(f, (book_request){.tag = 1, .side = SIDE_SELL, .type = ORDER_STOP, .quantity = 5, .stop = 995});
    book_set_state(f->book, STATE_HALTED, 0);
    book_set_state(f->book, STATE_OPENING_AUCTION, 0);
    buy(f, 2, 10, 990);
    sell(f, 3, 4, 990);
    forget(f);
    book_set_state(f->book, STATE_CONTINUOUS, 1);
    expect(f, "continuous trading; 2x3 4@990 6,0; 1 triggered; 1x2 5@990 0,1");
}

static void test_a_halt_takes_cancels_only(void **state) {
    fixture *f = *state;
    buy(f, 1, 10, 1000);
    book_set_state(f->book, STATE_HALTED, 0);
    forget(f);
    buy(f, 2, 10, 1000);
    book_replace(f->book, ids[1], 5, 1000, 0);
    book_cancel(f->book, ids[1], 0);
    expect(f, "rejected: the market is in a state that does not take it; "
              "rejected: the market is in a state that does not take it; 1 off 10, left 0 (asked)");
}

static void test_a_collar_holds_limits_and_market_orders(void **state) {
    fixture *f = *state;
    sell(f, 1, 10, 1020);
    sell(f, 2, 10, 1010);
    book_set_collar(f->book, 990, 1010);
    forget(f);
    buy(f, 3, 10, 1011);
    buy(f, 3, 10, 989);
    expect(f, "rejected: price is outside the collar; rejected: price is outside the collar");
    submit(f, (book_request){.tag = 4, .type = ORDER_MARKET, .quantity = 15});
    expect(f, "4 in 15, shows 0; 4x2 10@1010 5,0; 4 off 5, left 0 (remainder)");
    book_set_collar(f->book, 0, 0);
    buy(f, 5, 5, 1020);
    expect(f, "5 in 5, shows 5; 5x1 5@1020 0,5");
}

static void test_mass_cancel_by_side_and_owner(void **state) {
    fixture *f = *state;
    buy(f, 1, 10, 990);
    buy(f, 2, 10, 995);
    sell(f, 3, 10, 1000);
    submit(f, (book_request){.tag = 4, .owner = 9, .type = ORDER_STOP, .quantity = 10, .stop = 1100});
    submit(f, (book_request){.tag = 5, .owner = 1, .quantity = 10, .price = 995});
    forget(f);
    assert_int_equal(book_cancel_all(f->book, &(book_filter){.buys = true, .owner = 9}, 0), 3);
    expect(f, "2 off 10, left 0 (asked); 1 off 10, left 0 (asked); 4 off 10, left 0 (asked)");
    assert_int_equal(book_cancel_all(f->book, &(book_filter){true, true, true, 0}, 0), 2);
    expect(f, "5 off 10, left 0 (asked); 3 off 10, left 0 (asked)");
    assert_int_equal(book_live_orders(f->book), 0);
}

static void test_kinds_that_do_not_go_together_are_refused(void **state) {
    fixture *f = *state;
    const book_request bad[] = {
        {.tif = TIF_IOC, .traits = ORDER_POST_ONLY},
        {.tif = TIF_FOK, .traits = ORDER_ALL_OR_NONE},
        {.traits = ORDER_ALL_OR_NONE | ORDER_ICEBERG, .display = 1},
        {.traits = ORDER_ALL_OR_NONE | ORDER_POST_ONLY},
        {.type = ORDER_STOP, .tif = TIF_IOC, .stop = 1000},
        {.type = ORDER_STOP, .traits = ORDER_ICEBERG, .stop = 1000, .display = 1},
        {.type = ORDER_MARKET, .tif = TIF_GTC},
        {.type = ORDER_MARKET, .traits = ORDER_ONE_CANCELS_OTHER},
        {.traits = 16},
        {.self = 4},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        book_request r = bad[i];
        r.quantity = 10;
        r.price = 1000;
        submit(f, r);
        expect(f, "rejected: no such side, type, time in force or trait, or they don't go together");
    }
}

#define WITH_BOOK(test) cmocka_unit_test_setup_teardown(test, start, fixture_free)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_BOOK(test_iceberg_shows_part_and_goes_to_the_tail_for_more),
        WITH_BOOK(test_iceberg_gives_up_what_it_hides_first),
        WITH_BOOK(test_post_only_never_takes),
        WITH_BOOK(test_all_or_none_waits_off_the_display_until_it_fills_whole),
        WITH_BOOK(test_all_or_none_trades_after_those_displayed_at_its_price),
        WITH_BOOK(test_stop_waits_for_its_price_and_is_then_a_market_order),
        WITH_BOOK(test_stop_limit_rests_what_its_limit_leaves),
        WITH_BOOK(test_stops_trigger_each_other),
        WITH_BOOK(test_stop_that_is_late_is_triggered_at_once),
        WITH_BOOK(test_trailing_stop_follows_the_market_one_way),
        WITH_BOOK(test_one_of_a_pair_cancels_the_other),
        WITH_BOOK(test_a_triggered_stop_cancels_the_other_of_its_pair),
        WITH_BOOK(test_a_pair_needs_a_live_order_of_the_account),
        WITH_BOOK(test_self_trade_cancels_newest),
        WITH_BOOK(test_self_trade_cancels_oldest),
        WITH_BOOK(test_self_trade_decrements_both),
        WITH_BOOK(test_self_trade_can_be_off),
        WITH_BOOK(test_fok_does_not_count_orders_of_its_account),
        WITH_BOOK(test_orders_expire_at_their_time),
        WITH_BOOK(test_orders_that_expire_at_once_leave_in_the_order_of_a_mass_cancel),
        WITH_BOOK(test_day_orders_expire_at_the_close_and_others_stay),
        WITH_BOOK(test_an_auction_trades_at_the_price_of_most_volume),
        WITH_BOOK(test_market_orders_that_an_auction_leaves_are_cancelled),
        WITH_BOOK(test_stops_wait_through_an_auction),
        WITH_BOOK(test_a_halt_takes_cancels_only),
        WITH_BOOK(test_a_collar_holds_limits_and_market_orders),
        WITH_BOOK(test_mass_cancel_by_side_and_owner),
        WITH_BOOK(test_kinds_that_do_not_go_together_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
