#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/market/feed.h"
#include "engine/market/recording_feed.h"
#include "src/base/vec.h"
#include "tests/engine/market/support_recording.h"

static const int64_t NINE = INT64_C(9) * 3600 * NS_PER_S;

// Two books that are recorded, and a feed of what was.
typedef struct {
    char path[FILE_NAME];
    book_stream *stream, *heard;
    book *books[2];
    recording_writer *writer;
    recording_feed *feed;
    VEC(book_event) told; // by the feed
} studio;

static void to_writer(void *context, const book_event *events, size_t n) {
    recording_take(((studio *)context)->writer, events, n);
}

static void listen(void *context, const book_event *events, size_t n) {
    studio *s = context;
    for (size_t i = 0; i < n; i++)
        vec_push(&s->told, events[i]);
}

static book *make_book(const studio *s, uint32_t number) {
    const book_config config = {.tick = 100,
                                .lot = 1,
                                .max_quantity = 100000,
                                .max_price = 100000000,
                                .reference = 20000,
                                .max_orders = 128,
                                .window = 512,
                                .number = number,
                                .state = STATE_CONTINUOUS};
    book *b;
    assert_int_equal(book_new(&config, s->stream, &b), STATUS_OK);
    return b;
}

static void set_up(studio *s) {
    *s = (studio){0};
    s->stream = book_stream_new(to_writer, s);
    s->heard = book_stream_new(listen, s);
    s->books[0] = make_book(s, 11);
    s->books[1] = make_book(s, 22);
    const recording_head head = {.day = date_make(2026, 11, 20), .origin = NINE};
    assert_int_equal(recording_new(fresh_path(s->path), &head, &s->writer), STATUS_OK);
}

static void add(studio *s, int which) {
    book_stream_flush(s->stream);
    recording_add(s->writer, which ? "XYZ" : "ABC", s->books[which]);
}

static book_order_id submit(const studio *s, int which, side way, int64_t quantity, int64_t price, int64_t time) {
    const book_request q = {.side = way, .quantity = quantity, .price = price, .time = time, .tag = (uint64_t)time};
    return book_submit(s->books[which], &q);
}

static void finish(studio *s) {
    book_stream_flush(s->stream);
    assert_int_equal(recording_close(s->writer), STATUS_OK);
}

static void play(studio *s, const char *symbol, size_t memory) {
    recording_reader *r;
    assert_int_equal(recording_open(s->path, &r), STATUS_OK);
    s->feed = recording_feed_new(r, &(recording_feed_config){.stream = s->heard, .symbol = symbol, .memory = memory});
}

static void tear_down(studio *s) {
    recording_feed_free(s->feed);
    book_free(s->books[0]);
    book_free(s->books[1]);
    book_stream_free(s->stream);
    book_stream_free(s->heard);
    vec_free(&s->told);
    unlink(s->path);
}

static uint64_t run(studio *s, int64_t until, uint64_t most, status expected) {
    uint64_t n;
    status is = recording_feed_run(s->feed, until, most, &n);
    if (is != expected)
        fail_msg("%s, expected %s: %s", status_name(is), status_name(expected), status_message());
    return n;
}

static void expect_sentence(const char *says) {
    if (!strstr(status_message(), says))
        fail_msg("\"%s\" does not say \"%s\"", status_message(), says);
}

static const book *book_at(const studio *s, size_t i) { return recording_feed_security(s->feed, i).book; }

static void expect_same_books(const studio *s) {
    for (size_t i = 0; i < 2; i++) {
        shown live;
        shown_take(&live, s->books[i]);
        shown_expect(&live, book_at(s, i));
        shown_free(&live);
    }
}

// ---- time ----

static void test_feed_of_interleaved_books_stops_exactly(void **state) {
    (void)state;
    studio s;
    int64_t time;
    set_up(&s);
    add(&s, 0);
    add(&s, 1);
    for (int64_t t = 1; t <= 100; t++)
        submit(&s, t % 2 == 0, SIDE_BUY, 10, 10000 + 100 * t, 10 * (t / 4));
    finish(&s);
    play(&s, NULL, 0);
    assert_int_equal(recording_feed_time(s.feed, &time), STATUS_OK);
    assert_int_equal(time, NINE);
    assert_int_equal(recording_feed_securities(s.feed), 0);
    assert_int_equal(run(&s, NINE - 1, UINT64_MAX, STATUS_OK), 0);
    assert_int_equal(recording_feed_securities(s.feed), 2);
    assert_int_equal(run(&s, NINE + 49, UINT64_MAX, STATUS_OK), 19);
    assert_int_equal(recording_feed_time(s.feed, &time), STATUS_OK);
    assert_int_equal(time, NINE + 50);
    assert_int_equal(run(&s, NINE + 50, 3, STATUS_OK), 3);
    assert_int_equal(run(&s, NINE + 50, UINT64_MAX, STATUS_OK), 1);
    assert_int_equal(run(&s, INT64_MAX, 0, STATUS_OK), 0);
    assert_int_equal(s.told.n, 23);
    assert_int_equal(s.told.at[22].time, NINE + 50);
    assert_int_equal(s.told.at[22].sequence, 23);
    assert_int_equal(run(&s, INT64_MAX, UINT64_MAX, STATUS_END), 77);
    assert_int_equal(recording_feed_time(s.feed, &time), STATUS_END);
    assert_false(recording_feed_is_cut(s.feed));
    expect_same_books(&s);
    tear_down(&s);
}

// An order that trades three times is one message, and no book is crossed before or behind it.
static void test_feed_takes_a_command_as_one_message(void **state) {
    (void)state;
    studio s;
    set_up(&s);
    add(&s, 0);
    for (int64_t t = 1; t <= 3; t++)
        submit(&s, 0, SIDE_SELL, 10, 10000 + 100 * t, t);
    submit(&s, 0, SIDE_BUY, 50, 10300, 4);
    submit(&s, 0, SIDE_BUY, 50, 10300, 4);
    finish(&s);
    play(&s, NULL, 0);
    assert_int_equal(run(&s, INT64_MAX, 3, STATUS_OK), 3);
    assert_int_equal(book_best_ask(book_at(&s, 0)), 10100);
    assert_int_equal(run(&s, INT64_MAX, 1, STATUS_OK), 1);
    assert_int_equal(s.told.n, 7);
    assert_int_equal(book_best_ask(book_at(&s, 0)), 0);
    assert_int_equal(book_level_at(book_at(&s, 0), SIDE_BUY, 10300).quantity, 20);
    assert_int_equal(run(&s, INT64_MAX, UINT64_MAX, STATUS_END), 1);
    tear_down(&s);
}

static void test_feed_of_one_symbol_leaves_out_the_others(void **state) {
    (void)state;
    studio s;
    int64_t time;
    set_up(&s);
    add(&s, 0);
    add(&s, 1);
    for (int64_t t = 1; t <= 10; t++)
        submit(&s, t > 5, SIDE_BUY, 10, 10000 + 100 * t, t);
    finish(&s);
    play(&s, "XYZ", 0);
    assert_int_equal(recording_feed_time(s.feed, &time), STATUS_OK);
    assert_int_equal(time, NINE + 1);
    assert_int_equal(run(&s, NINE + 4, UINT64_MAX, STATUS_OK), 4);
    assert_int_equal(run(&s, INT64_MAX, 1, STATUS_OK), 1);
    assert_int_equal(s.told.n, 0);
    assert_int_equal(run(&s, INT64_MAX, 1, STATUS_OK), 1);
    assert_int_equal(s.told.n, 1);
    assert_int_equal(s.told.at[0].time, NINE + 6);
    assert_int_equal(run(&s, INT64_MAX, UINT64_MAX, STATUS_END), 4);
    assert_int_equal(recording_feed_securities(s.feed), 1);
    assert_string_equal(recording_feed_security(s.feed, 0).symbol, "XYZ");
    assert_int_equal(recording_feed_security(s.feed, 0).number, 22);
    assert_int_equal(s.told.n, 5);
    tear_down(&s);
}

// Whether a book is followed or not, its messages are the same ones: a command of the other with its fills is one, too.
static void test_feed_of_one_symbol_counts_as_that_of_all(void **state) {
    (void)state;
    const char *const symbols[] = {NULL, "ABC", "XYZ", "NONE"};
    studio s;
    set_up(&s);
    add(&s, 0);
    for (int64_t t = 1; t <= 300; t++) {
        if (t == 100)
            add(&s, 1);
        submit(&s, t > 100 && t % 3 == 0, t % 2 ? SIDE_BUY : SIDE_SELL, 10 + t % 7 * 10, 10000, t / 2);
    }
    finish(&s);
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        uint64_t messages = 0, n;
        status is;
        play(&s, symbols[i], 0);
        for (uint64_t most = 1; (is = recording_feed_run(s.feed, INT64_MAX, most, &n)) == STATUS_OK;
             most = most % 5 + 1) {
            assert_int_equal(n, most);
            messages += n;
        }
        assert_int_equal(is, STATUS_END);
        assert_int_equal(messages + n, 300);
        recording_feed_free(s.feed);
        s.feed = NULL;
    }
    tear_down(&s);
}

// ---- books that begin ----

static void test_feed_tells_what_was_on_display_already(void **state) {
    (void)state;
    studio s;
    set_up(&s);
    submit(&s, 0, SIDE_BUY, 10, 10000, 1);
    book_submit(
        s.books[0],
        &(book_request){
            .side = SIDE_SELL, .traits = ORDER_ICEBERG, .quantity = 100, .display = 30, .price = 10500, .time = 2});
    submit(&s, 0, SIDE_BUY, 35, 10500, 3); // the next part of 30 shows 25
    add(&s, 0);
    finish(&s);
    play(&s, NULL, 0);
    assert_int_equal(run(&s, INT64_MAX, UINT64_MAX, STATUS_END), 0);
    assert_int_equal(s.told.n, 3);
    assert_int_equal(s.told.at[0].kind, BOOK_ACCEPTED);
    assert_int_equal(s.told.at[0].shown, 10);
    assert_int_equal(s.told.at[0].time, NINE);
    assert_int_equal(s.told.at[1].kind, BOOK_ACCEPTED);
    assert_int_equal(s.told.at[1].quantity, 65);
    assert_int_equal(s.told.at[1].shown, 0);
    assert_int_equal(s.told.at[2].kind, BOOK_SHOWN);
    assert_int_equal(s.told.at[2].shown, 25);
    assert_int_equal(book_last(book_at(&s, 0)), 10500);
    tear_down(&s);
}

static void test_feed_of_a_book_that_begins_again_begins_it_again(void **state) {
    (void)state;
    studio s;
    set_up(&s);
    add(&s, 0);
    add(&s, 1);
    submit(&s, 0, SIDE_BUY, 10, 10000, 1);
    submit(&s, 0, SIDE_SELL, 10, 10500, 2);
    book_stream_flush(s.stream);
    book_free(s.books[0]);
    s.books[0] = make_book(&s, 11);
    book_set_state(s.books[0], STATE_HALTED, 3);
    book_stream_flush(s.stream);
    add(&s, 0);
    book_set_state(s.books[0], STATE_CONTINUOUS, 4);
    submit(&s, 0, SIDE_BUY, 20, 10000, 5);
    finish(&s);
    play(&s, NULL, 0);
    run(&s, INT64_MAX, UINT64_MAX, STATUS_END);
    static const uint8_t kinds[] = {BOOK_ACCEPTED,  BOOK_ACCEPTED, BOOK_STATE,   BOOK_CANCELLED,
                                    BOOK_CANCELLED, BOOK_STATE,    BOOK_ACCEPTED};
    assert_int_equal(s.told.n, 7);
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(s.told.at[i].kind, kinds[i]);
    assert_int_equal(recording_feed_securities(s.feed), 2);
    expect_same_books(&s);
    tear_down(&s);
}

// ---- what can't be ----

// A recording of a book that shows an order to buy 10 at 10,000, and then of an event.
static status play_event(book_event e, const char *says) {
    studio s;
    set_up(&s);
    add(&s, 0);
    e.order = submit(&s, 0, SIDE_BUY, 10, 10000, 1) + e.order;
    book_stream_flush(s.stream);
    e.sequence = 2;
    e.book = e.book ? e.book : 11;
    e.time = 2;
    recording_take(s.writer, &e, 1);
    assert_int_equal(recording_close(s.writer), STATUS_OK);
    play(&s, NULL, 0);
    assert_int_equal(run(&s, INT64_MAX, 1, STATUS_OK), 1);
    uint64_t n;
    status first = recording_feed_run(s.feed, INT64_MAX, UINT64_MAX, &n);
    if (first == STATUS_INVALID) {
        expect_sentence(says);
        expect_sentence(": byte 97: ");
        expect_sentence(s.path);
        assert_int_equal(recording_feed_run(s.feed, INT64_MAX, UINT64_MAX, &n), STATUS_INVALID);
        expect_sentence(says);
        assert_int_equal(book_best_bid(book_at(&s, 0)), 10000);
    }
    assert_int_equal(n, 0);
    book_check(book_at(&s, 0));
    tear_down(&s);
    return first;
}

static void test_feed_refuses_events_that_can_not_be(void **state) {
    (void)state;
    const uint64_t other = 1; // the slot behind the order's
    const struct {
        book_event event;
        const char *says;
    } cases[] = {
        {{.kind = BOOK_ACCEPTED, .quantity = 5, .shown = 5, .price = 10000}, "comes on display that is there already"},
        {{.kind = BOOK_ACCEPTED, .order = other, .shown = 5, .price = 10050}, "price is none of its book"},
        {{.kind = BOOK_ACCEPTED, .order = other, .shown = 5, .price = -100}, "price is none of its book"},
        {{.kind = BOOK_ACCEPTED, .order = other, .shown = 5, .price = INT64_MAX}, "price is none of its book"},
        {{.kind = BOOK_ACCEPTED, .order = other, .shown = 100001, .price = 100}, "more shares than its book takes"},
        {{.kind = BOOK_ACCEPTED, .order = other, .shown = 5, .price = 100, .side = 2}, "of no side"},
        {{.kind = BOOK_ACCEPTED, .order = 5000, .shown = 5, .price = 100}, "names no place"},
        {{.kind = BOOK_ACCEPTED, .order = UINT64_C(1) << 32, .shown = 5, .price = 100}, "names no place"},
        {{.kind = BOOK_ACCEPTED, .order = UINT64_C(1) << 60, .shown = 5, .price = 100}, "names no place"},
        {{.kind = BOOK_ACCEPTED, .order = UINT64_C(2) << 32, .shown = 5, .price = 100}, "the same place"},
        {{.kind = BOOK_SHOWN, .order = UINT64_C(2) << 32, .shown = 5, .price = 100}, "the same place"},
        {{.kind = BOOK_CANCELLED, .shown = 11}, "more shares than it did"},
        {{.kind = BOOK_EXPIRED, .order = other, .shown = 1}, "not on display"},
        {{.kind = BOOK_REPLACED, .shown = 5, .price = 10100, .flags = BOOK_KEPT_PRIORITY}, "at another price"},
        {{.kind = BOOK_REPLACED, .shown = 15, .price = 10000, .flags = BOOK_KEPT_PRIORITY}, "more shares than it did"},
        {{.kind = BOOK_REPLACED, .shown = 5, .price = 10050}, "price is none"},
        {{.kind = BOOK_FILL, .price = 10000, .quantity = 1, .shown = 11}, "more shares than it did"},
        {{.kind = BOOK_FILL, .price = 10000, .quantity = 1, .side = SIDE_SELL}, "more shares than it did"},
        {{.kind = BOOK_FILL, .price = 10000, .order = other, .shown = 1}, "not on display"},
        {{.kind = BOOK_FILL, .price = 0, .quantity = 1}, "at a price that is none"},
        {{.kind = BOOK_FILL, .price = INT64_MAX, .quantity = 1}, "at a price that is none"},
        {{.kind = BOOK_FILL, .price = 10000, .side = 2, .quantity = 1}, "of no side"},
        {{.kind = BOOK_STATE, .reason = 6}, "a state that is none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (play_event(cases[i].event, cases[i].says) != STATUS_INVALID)
            fail_msg("case %zu: %s", i, cases[i].says);
}

// A maker that is on display has enough shares, and stands on the other side.
static void test_feed_refuses_trades_with_orders_that_can_not_trade(void **state) {
    (void)state;
    studio s;
    for (int i = 0; i < 2; i++) {
        set_up(&s);
        add(&s, 0);
        book_event e = {.kind = BOOK_FILL, .book = 11, .price = 10000, .time = 2, .sequence = 2};
        e.maker = submit(&s, 0, SIDE_BUY, 10, 10000, 1);
        e.side = i ? SIDE_SELL : SIDE_BUY;
        e.quantity = i ? 11 : 5;
        book_stream_flush(s.stream);
        recording_take(s.writer, &e, 1);
        finish(&s);
        play(&s, NULL, 0);
        assert_int_equal(run(&s, INT64_MAX, UINT64_MAX, STATUS_INVALID), 1);
        expect_sentence("shares that nobody showed");
        assert_int_equal(book_level_at(book_at(&s, 0), SIDE_BUY, 10000).quantity, 10);
        tear_down(&s);
    }
}

static void test_feed_refuses_times_that_are_none(void **state) {
    (void)state;
    const int64_t times[] = {INT64_MAX - 5, INT64_MIN, -NINE - 1, 2 * NS_PER_DAY - NINE + 1};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        studio s;
        int64_t time;
        set_up(&s);
        add(&s, 0);
        submit(&s, 0, SIDE_BUY, 10, 10000, times[i]);
        finish(&s);
        play(&s, NULL, 0);
        assert_int_equal(recording_feed_time(s.feed, &time), STATUS_INVALID);
        run(&s, INT64_MAX, UINT64_MAX, STATUS_INVALID);
        expect_sentence("a time that is none");
        expect_sentence(": byte 90: ");
        tear_down(&s);
    }
}

static void test_feed_takes_times_up_to_the_end_of_the_next_day(void **state) {
    (void)state;
    studio s;
    set_up(&s);
    add(&s, 0);
    submit(&s, 0, SIDE_BUY, 10, 10000, -NINE);
    submit(&s, 0, SIDE_BUY, 10, 10000, 2 * NS_PER_DAY - NINE);
    finish(&s);
    play(&s, NULL, 0);
    assert_int_equal(run(&s, INT64_MAX, UINT64_MAX, STATUS_END), 2);
    assert_int_equal(s.told.at[0].time, 0);
    assert_int_equal(s.told.at[1].time, 2 * NS_PER_DAY);
    tear_down(&s);
}

static void test_feed_refuses_books_beyond_its_memory(void **state) {
    (void)state;
    studio s;
    set_up(&s);
    add(&s, 0);
    add(&s, 1);
    finish(&s);
    size_t one = book_memory(s.books[0]);
    play(&s, NULL, 2 * one);
    run(&s, INT64_MAX, UINT64_MAX, STATUS_END);
    recording_feed_free(s.feed);
    play(&s, NULL, 2 * one - 1);
    run(&s, INT64_MAX, UINT64_MAX, STATUS_INVALID);
    expect_sentence("larger books than a recording may have");
    assert_int_equal(recording_feed_securities(s.feed), 1);
    tear_down(&s);
}

// ---- the common face ----

static void test_recording_is_a_feed(void **state) {
    (void)state;
    studio s;
    feed *f;
    uint64_t n;
    set_up(&s);
    add(&s, 0);
    submit(&s, 0, SIDE_BUY, 10, 10000, 1);
    finish(&s);
    assert_int_equal(feed_open(s.path, &(feed_config){.stream = s.heard}, &f), STATUS_OK);
    assert_string_equal(feed_format(f), "recording");
    assert_int_equal(feed_day(f), date_make(2026, 11, 20));
    assert_int_equal(feed_run(f, INT64_MAX, UINT64_MAX, &n), STATUS_END);
    assert_int_equal(n, 1);
    assert_int_equal(feed_securities(f), 1);
    assert_string_equal(feed_security_at(f, 0).symbol, "ABC");
    assert_int_equal(feed_security_at(f, 0).number, 11);
    assert_int_equal(book_best_bid(feed_security_at(f, 0).book), 10000);
    assert_int_equal(feed_left_out(f), 0);
    feed_free(f);
    tear_down(&s);
}

static void test_feed_of_a_recording_that_was_cut_short_says_so(void **state) {
    (void)state;
    studio s;
    set_up(&s);
    add(&s, 0);
    submit(&s, 0, SIDE_BUY, 10, 10000, 1);
    book_stream_flush(s.stream);
    assert_int_equal(recording_flush(s.writer), STATUS_OK);
    play(&s, NULL, 0); // while it is written
    assert_int_equal(run(&s, INT64_MAX, UINT64_MAX, STATUS_END), 1);
    assert_true(recording_feed_is_cut(s.feed));
    feed *f;
    uint64_t n;
    assert_int_equal(feed_open(s.path, &(feed_config){.stream = s.heard}, &f), STATUS_OK);
    assert_false(feed_is_cut(f));
    assert_int_equal(feed_run(f, INT64_MAX, UINT64_MAX, &n), STATUS_END);
    assert_true(feed_is_cut(f));
    feed_free(f);
    finish(&s);
    tear_down(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_feed_of_interleaved_books_stops_exactly),
        cmocka_unit_test(test_feed_takes_a_command_as_one_message),
        cmocka_unit_test(test_feed_of_one_symbol_leaves_out_the_others),
        cmocka_unit_test(test_feed_of_one_symbol_counts_as_that_of_all),
        cmocka_unit_test(test_feed_tells_what_was_on_display_already),
        cmocka_unit_test(test_feed_of_a_book_that_begins_again_begins_it_again),
        cmocka_unit_test(test_feed_refuses_events_that_can_not_be),
        cmocka_unit_test(test_feed_refuses_trades_with_orders_that_can_not_trade),
        cmocka_unit_test(test_feed_refuses_times_that_are_none),
        cmocka_unit_test(test_feed_takes_times_up_to_the_end_of_the_next_day),
        cmocka_unit_test(test_feed_refuses_books_beyond_its_memory),
        cmocka_unit_test(test_recording_is_a_feed),
        cmocka_unit_test(test_feed_of_a_recording_that_was_cut_short_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
