#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/market/itch_feed.h"
#include "tests/engine/market/support_book.h"
#include "tests/engine/market/support_itch.h"

typedef struct {
    itch_feed *feed;
    book_stream *stream;
    book_events told;
} market;

static void open_reader(market *m, itch_reader *r, const char *symbol, bool partial) {
    *m = (market){0};
    m->stream = book_stream_new(book_events_keep, &m->told);
    const itch_feed_config config = {.stream = m->stream, .symbol = symbol, .partial = partial};
    assert_int_equal(itch_feed_new(r, &config, &m->feed), STATUS_OK);
}

static void open_market(market *m, const text *file, const char *symbol) {
    open_reader(m, itch_from_memory("memory", file->at, file->n), symbol, false);
}

static void close_market(market *m) {
    for (size_t i = 0; i < itch_feed_securities(m->feed); i++)
        if (itch_feed_security(m->feed, i).book)
            book_check(itch_feed_security(m->feed, i).book);
    itch_feed_free(m->feed);
    book_stream_free(m->stream);
    vec_free(&m->told);
}

static status run_all(market *m) {
    uint64_t n;
    return itch_feed_run(m->feed, INT64_MAX, UINT64_MAX, &n);
}

static void expect_event(const book_event *e, book_event_kind kind, uint64_t tag, uint32_t quantity, int64_t price) {
    assert_int_equal(e->kind, kind);
    assert_int_equal(kind == BOOK_FILL ? e->maker_tag : e->tag, tag);
    assert_int_equal(e->quantity, quantity);
    assert_int_equal(e->price, price);
    assert_int_equal(e->book, 1);
}

static void test_feed_applies_every_message(void **state) {
    (void)state;
    text file = {0};
    market m;
    itch_one_of_each(&file);
    open_market(&m, &file, NULL);
    assert_int_equal(run_all(&m), STATUS_END);
    assert_int_equal(itch_feed_counts(m.feed).messages, 23);
    assert_int_equal(m.told.n, 9);
    const book_event *e = m.told.at;
    expect_event(&e[0], BOOK_ACCEPTED, 20, 300, 1001200);
    expect_event(&e[1], BOOK_ACCEPTED, 21, 500, 1000000);
    assert_int_equal(e[1].owner, 'M' << 24 | 'A' << 16 | 'K' << 8 | 'E');
    expect_event(&e[2], BOOK_FILL, 20, 100, 1001200);
    expect_event(&e[3], BOOK_FILL, 20, 100, 1001100);
    assert_int_equal(e[3].maker_leaves, 100);
    expect_event(&e[4], BOOK_CANCELLED, 21, 200, 1000000);
    assert_int_equal(e[4].leaves, 300);
    expect_event(&e[5], BOOK_CANCELLED, 20, 100, 1001200);
    expect_event(&e[6], BOOK_REPLACED, 27, 400, 999900);
    expect_event(&e[7], BOOK_FILL, 0, 50, 1000000);
    expect_event(&e[8], BOOK_FILL, 0, 5000, 1000500);
    assert_int_equal(e[8].flags, BOOK_AUCTION);
    assert_int_equal(e[8].time, 29);
    const book *b = itch_feed_book(m.feed, "ABC");
    assert_int_equal(book_best_bid(b), 999900);
    assert_int_equal(book_best_ask(b), 0);
    assert_int_equal(book_last(b), 1000500);
    close_market(&m);
    text_free(&file);
}

static void test_feed_goes_on_where_it_stopped(void **state) {
    (void)state;
    text file = {0};
    market m;
    uint64_t n;
    int64_t time;
    for (uint64_t i = 1; i <= 1000; i++)
        ITCH_ADD(&file, itch_order(1, i, 'B', 100, 10000));
    open_market(&m, &file, NULL);
    assert_int_equal(itch_feed_run(m.feed, INT64_MAX, 1, &n), STATUS_OK);
    assert_int_equal(n, 1);
    assert_int_equal(itch_feed_time(m.feed, &time), STATUS_OK);
    assert_int_equal(time, 2);
    assert_int_equal(itch_feed_run(m.feed, 1, UINT64_MAX, &n), STATUS_OK);
    assert_int_equal(n, 0);
    assert_int_equal(itch_feed_run(m.feed, 700, UINT64_MAX, &n), STATUS_OK);
    assert_int_equal(n, 699);
    assert_int_equal(m.told.n, 700);
    assert_int_equal(itch_feed_run(m.feed, 2000, 5000, &n), STATUS_END);
    assert_int_equal(n, 300);
    assert_int_equal(itch_feed_time(m.feed, &time), STATUS_END);
    assert_int_equal(book_live_orders(itch_feed_book(m.feed, "ABC")), 1000); // the book has grown
    close_market(&m);
    text_free(&file);
}

static void test_feed_follows_one_security(void **state) {
    (void)state;
    text file = {0};
    market m;
    itch_add other = itch_order(2, 7, 'S', 100, 50000);
    memcpy(other.stock, "XYZ     ", 8);
    ITCH_ADD(&file, other);
    itch_one_of_each(&file);
    ITCH_ADD(&file, (itch_delete){.head = itch_head('D', 2, 40), .reference = itch_put64(7)});
    open_market(&m, &file, "ABC");
    assert_int_equal(run_all(&m), STATUS_END);
    assert_int_equal(m.told.n, 9);
    assert_null(itch_feed_book(m.feed, "XYZ"));
    assert_int_equal(itch_feed_counts(m.feed).live, 1);
    close_market(&m);
    text_free(&file);
}

// Prices below a dollar have four decimals. The book that began in cents keeps its queues.
static void test_feed_takes_prices_between_cents(void **state) {
    (void)state;
    text file = {0};
    market m;
    static const uint32_t prices[] = {990000, 10000, 9900, 10000, 9950, 9951};
    for (uint64_t i = 0; i < 6; i++)
        ITCH_ADD(&file, itch_order(1, i + 1, 'B', 100, prices[i]));
    for (uint64_t i = 0; i < 6; i++)
        ITCH_ADD(&file, itch_order(1, i + 11, 'S', 100, prices[i]));
    open_market(&m, &file, NULL);
    assert_int_equal(run_all(&m), STATUS_END);
    const book *b = itch_feed_book(m.feed, "ABC");
    book_level levels[8];
    static const int64_t expected[] = {990000, 10000, 9951, 9950, 9900};
    assert_int_equal(book_depth(b, SIDE_BUY, levels, 8), 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(levels[i].price, expected[i]);
    assert_int_equal(book_depth(b, SIDE_SELL, levels, 8), 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(levels[i].price, expected[4 - i]);
    book_order orders[4];
    assert_int_equal(book_level_orders(b, SIDE_BUY, 10000, orders, 4), 2);
    assert_int_equal(orders[0].tag, 2);
    assert_int_equal(orders[1].tag, 4);
    close_market(&m);
    text_free(&file);
}

static void test_feed_tells_states(void **state) {
    (void)state;
    text file = {0};
    market m;
    static const char states[] = "TQHPT";
    static const book_state expected[] = {STATE_PRE_OPEN, STATE_HALTED, STATE_CONTINUOUS, STATE_CLOSED};
    ITCH_ADD(&file, itch_order(1, 1, 'B', 100, 10000));
    for (const char *s = states; *s; s++)
        ITCH_ADD(&file, (itch_trading){.head = itch_head('H', 1, 2), .stock = "ABC     ", .state = *s});
    ITCH_ADD(&file, (itch_system){itch_head('S', 0, 3), 'E'});
    open_market(&m, &file, NULL);
    assert_int_equal(run_all(&m), STATUS_END);
    assert_int_equal(m.told.n, 5);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(m.told.at[i + 1].kind, BOOK_STATE);
        assert_int_equal(m.told.at[i + 1].reason, expected[i]);
    }
    close_market(&m);
    text_free(&file);
}

static void test_feed_marks_what_is_not_to_be_printed(void **state) {
    (void)state;
    text file = {0};
    market m;
    ITCH_ADD(&file, itch_order(1, 1, 'B', 100, 10000));
    itch_executed_at at = {.printable = 'N', .price = itch_put32(10100)};
    at.executed = (itch_executed){.head = itch_head('C', 1, 2), .reference = itch_put64(1), .shares = itch_put32(60)};
    ITCH_ADD(&file, at);
    open_market(&m, &file, NULL);
    assert_int_equal(run_all(&m), STATUS_END);
    expect_event(&m.told.at[1], BOOK_FILL, 1, 60, 10100);
    assert_int_equal(m.told.at[1].flags, BOOK_UNPRINTED);
    assert_int_equal(book_last(itch_feed_book(m.feed, "ABC")), 0);
    close_market(&m);
    text_free(&file);
}

// One bad message behind an order to buy 100 shares (reference 1).
static void expect_refused(const char *says, const void *message, size_t size) {
    text file = {0}, expected = {0};
    market m;
    uint64_t n;
    ITCH_ADD(&file, itch_order(1, 1, 'B', 100, 10000));
    itch_add_message(&file, message, size);
    ITCH_ADD(&file, itch_order(1, 9, 'B', 100, 10000));
    open_market(&m, &file, NULL);
    assert_int_equal(itch_feed_run(m.feed, INT64_MAX, UINT64_MAX, &n), STATUS_INVALID);
    text_printf(&expected, "memory: byte 40: %s", says);
    if (!strstr(status_message(), expected.at))
        fail_msg("\"%s\" does not say \"%s\"", status_message(), expected.at);
    assert_int_equal(n, 1);
    assert_int_equal(itch_feed_counts(m.feed).messages, 1);
    assert_int_equal(m.told.n, 1);
    assert_int_equal(run_all(&m), STATUS_INVALID);
    assert_int_equal(book_live_orders(itch_feed_book(m.feed, "ABC")), 1);
    close_market(&m);
    text_free(&file);
    text_free(&expected);
}
#define EXPECT_REFUSED(says, ...)                                                                                      \
    do {                                                                                                               \
        __typeof__(__VA_ARGS__) message = __VA_ARGS__;                                                                 \
        expect_refused(says, &message, sizeof message);                                                                \
    } while (0)

static itch_add renamed(void) {
    itch_add a = itch_order(1, 2, 'B', 100, 10000);
    memcpy(a.stock, "XYZ     ", 8);
    return a;
}

static itch_executed_at execution(char printable, uint32_t price) {
    return (itch_executed_at){
        .executed = {.head = itch_head('C', 1, 2), .reference = itch_put64(1), .shares = itch_put32(1)},
        .printable = printable,
        .price = itch_put32(price)};
}

static itch_replace replacement(uint64_t old, uint64_t fresh, uint32_t shares, uint32_t price) {
    return (itch_replace){.head = itch_head('U', 1, 2),
                          .reference = itch_put64(old),
                          .fresh = itch_put64(fresh),
                          .shares = itch_put32(shares),
                          .price = itch_put32(price)};
}

static void test_feed_refuses_orders_that_can_not_be(void **state) {
    (void)state;
    EXPECT_REFUSED("a message of type A about no security", itch_order(0, 2, 'B', 100, 10000));
    EXPECT_REFUSED("security 1 is XYZ here, and was ABC before", renamed());
    EXPECT_REFUSED("side 0x62, where B or S is good", itch_order(1, 2, 'b', 100, 10000));
    EXPECT_REFUSED("an order of 0 shares", itch_order(1, 2, 'B', 0, 10000));
    EXPECT_REFUSED("an order of 16777216 shares", itch_order(1, 2, 'B', 1 << 24, 10000));
    EXPECT_REFUSED("a price of 0,", itch_order(1, 2, 'B', 100, 0));
    EXPECT_REFUSED("a price of 2000000001,", itch_order(1, 2, 'B', 100, 2000000001));
    EXPECT_REFUSED("order 1 is live already", itch_order(1, 1, 'B', 100, 10000));
    EXPECT_REFUSED("a time of 86400000000000 ns",
                   (itch_delete){.head = itch_head('D', 1, UINT64_C(86400000000000)), .reference = itch_put64(1)});
}

static void test_feed_refuses_what_no_order_can_do(void **state) {
    (void)state;
    EXPECT_REFUSED("order 5 is no live order of security 1",
                   (itch_delete){.head = itch_head('D', 1, 2), .reference = itch_put64(5)});
    EXPECT_REFUSED("order 1 is no live order of security 2",
                   (itch_delete){.head = itch_head('D', 2, 2), .reference = itch_put64(1)});
    EXPECT_REFUSED("order 1 is no live order of security 0",
                   (itch_delete){.head = itch_head('D', 0, 2), .reference = itch_put64(1)});
    EXPECT_REFUSED(
        "101 shares leave order 1, which has not so many",
        (itch_executed){.head = itch_head('E', 1, 2), .reference = itch_put64(1), .shares = itch_put32(101)});
    EXPECT_REFUSED("0 shares leave order 1",
                   (itch_cancel){.head = itch_head('X', 1, 2), .reference = itch_put64(1), .shares = itch_put32(0)});
    EXPECT_REFUSED("printable 0x5a", execution('Z', 10000));
    EXPECT_REFUSED("an execution at a price of 0", execution('Y', 0));
    EXPECT_REFUSED("order 2 is no live order", replacement(2, 3, 100, 10000));
    EXPECT_REFUSED("an order of 0 shares", replacement(1, 3, 0, 10000));
    EXPECT_REFUSED("a price of 0,", replacement(1, 3, 100, 0));
}

static void test_feed_refuses_trades_that_can_not_be(void **state) {
    (void)state;
    EXPECT_REFUSED("a trade at a price of 0",
                   (itch_trade){.head = itch_head('P', 1, 2), .side = 'B', .stock = "ABC     "});
    EXPECT_REFUSED("side 0x00", (itch_trade){.head = itch_head('P', 1, 2), .stock = "ABC     "});
    EXPECT_REFUSED(
        "a cross of 4294967296 shares",
        (itch_cross){.head = itch_head('Q', 1, 2), .shares = itch_put64(UINT64_C(1) << 32), .stock = "ABC     "});
    EXPECT_REFUSED("a cross at a price of 0",
                   (itch_cross){.head = itch_head('Q', 1, 2), .shares = itch_put64(1), .stock = "ABC     "});
    EXPECT_REFUSED("trading state 0x58",
                   (itch_trading){.head = itch_head('H', 1, 2), .stock = "ABC     ", .state = 'X'});
}

// Where the feed looks ahead: an order of a large book, named for a small one.
static void test_feed_looks_ahead_in_the_right_books(void **state) {
    (void)state;
    enum { MANY = 20000 };
    text file = {0};
    market m;
    itch_add other = itch_order(2, MANY + 1, 'S', 100, 50000);
    memcpy(other.stock, "XYZ     ", 8);
    for (uint64_t i = 1; i <= MANY; i++)
        ITCH_ADD(&file, itch_order(1, i, 'B', 100, (uint32_t)(10000 + i * 100)));
    ITCH_ADD(&file, other);
    for (uint64_t i = 1; i <= 300; i++)
        ITCH_ADD(&file, (itch_delete){.head = itch_head('D', 1, 1), .reference = itch_put64(i)});
    for (uint64_t i = MANY; i; i--)
        ITCH_ADD(&file, (itch_delete){.head = itch_head('D', 2, 1), .reference = itch_put64(i)});
    open_market(&m, &file, NULL);
    assert_int_equal(run_all(&m), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "order 20000 is no live order of security 2"));
    assert_int_equal(itch_feed_counts(m.feed).live, MANY + 1 - 300);
    close_market(&m);
    text_free(&file);
}

static void test_feed_refuses_symbols_that_are_none(void **state) {
    (void)state;
    itch_feed *f;
    const itch_feed_config config = {.symbol = "NINELONGS"};
    assert_int_equal(itch_feed_new(itch_from_memory("m", "", 0), &config, &f), STATUS_INVALID);
    assert_null(f);
}

// The sample is made up: 117 of its messages are about orders that are gone.
static void run_sample(market *m, bool partial) {
    itch_reader *r;
    assert_int_equal(itch_open(itch_sample(), &r), STATUS_OK);
    open_reader(m, r, NULL, partial);
}

static void test_feed_runs_the_sample(void **state) {
    (void)state;
    if (!itch_sample())
        skip();
    market m;
    run_sample(&m, true);
    assert_int_equal(run_all(&m), STATUS_END);
    size_t orders[4] = {0};
    for (size_t i = 0; i < m.told.n; i++)
        if (m.told.at[i].kind == BOOK_ACCEPTED)
            orders[m.told.at[i].book]++;
    assert_int_equal(orders[1], 950);  // ALC
    assert_int_equal(orders[2], 2482); // BOB
    assert_int_equal(orders[3], 1568); // CHAR
    itch_counts c = itch_feed_counts(m.feed);
    assert_int_equal(c.messages, 12012);
    assert_int_equal(c.books, 3);
    assert_int_equal(c.unknown, 117);
    close_market(&m);
}

static void test_feed_stops_where_the_sample_names_an_order_that_is_gone(void **state) {
    (void)state;
    if (!itch_sample())
        skip();
    market m;
    run_sample(&m, false);
    assert_int_equal(run_all(&m), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "byte 4359: order 1440692 is no live order of security 2"));
    close_market(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_feed_applies_every_message),
        cmocka_unit_test(test_feed_goes_on_where_it_stopped),
        cmocka_unit_test(test_feed_follows_one_security),
        cmocka_unit_test(test_feed_takes_prices_between_cents),
        cmocka_unit_test(test_feed_tells_states),
        cmocka_unit_test(test_feed_marks_what_is_not_to_be_printed),
        cmocka_unit_test(test_feed_refuses_orders_that_can_not_be),
        cmocka_unit_test(test_feed_refuses_what_no_order_can_do),
        cmocka_unit_test(test_feed_refuses_trades_that_can_not_be),
        cmocka_unit_test(test_feed_looks_ahead_in_the_right_books),
        cmocka_unit_test(test_feed_refuses_symbols_that_are_none),
        cmocka_unit_test(test_feed_runs_the_sample),
        cmocka_unit_test(test_feed_stops_where_the_sample_names_an_order_that_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
