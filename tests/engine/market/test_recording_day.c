// A stretch of the simulated venue's day, recorded: what lives through it, and through the ITCH file made of it, shows
// at every moment what the venue's books showed.
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
#include "engine/market/recording_export.h"
#include "engine/market/recording_feed.h"
#include "src/base/vec.h"
#include "tests/engine/market/support_recording.h"
#include "tests/engine/market/support_venue.h"

enum { DAY = 17569, BOOKS = 5, SPAN = 300, EVERY = 10, MOMENTS = SPAN / EVERY };
static const int64_t OPEN = INT64_C(34200000000000);

typedef struct {
    char path[FILE_NAME], itch[FILE_NAME];
    venue *venue;
    recording_writer *writer; // NULL before it begins
    uint64_t events, bytes;
    shown moments[MOMENTS][BOOKS];
} session;

static int32_t sid_of(int i) { return 7 + 8 * i; }

static void listen(void *context, int32_t sid, const book_event *event) {
    (void)sid;
    const session *s = context;
    if (s->writer)
        recording_take(s->writer, event, 1);
}

// Orders of the desk: one that rests, a part of an iceberg, a stop, a taker, and cancels.
static void trade(const session *s, int moment) {
    int32_t sid = sid_of(moment % BOOKS);
    const book *b = venue_book(s->venue, sid);
    int64_t bid = book_best_bid(b), ask = book_best_ask(b);
    book_order_id id;
    if (!bid || !ask)
        return;
    book_request orders[] = {
        {.side = SIDE_BUY, .price = bid, .quantity = 100},
        {.side = SIDE_SELL, .price = ask, .quantity = 300, .traits = ORDER_ICEBERG, .display = 50},
        {.side = SIDE_SELL, .type = ORDER_STOP, .stop = bid - 100, .quantity = 50},
        {.side = SIDE_BUY, .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = 200},
    };
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        orders[i].owner = VENUE_DESK;
        orders[i].tag = UINT64_C(1000) + (uint64_t)moment;
        if (venue_submit(s->venue, sid, &orders[i], &id) == STATUS_OK && moment % 3 == 0 && i == 0)
            venue_cancel(s->venue, sid, id);
    }
}

static void record_day(session *s) {
    *s = (session){0};
    const venue_config config = {.seed = 5, .session = DAY};
    assert_int_equal(venue_new(&config, listen, s, &s->venue), STATUS_OK);
    for (int i = 0; i < BOOKS; i++) {
        const venue_security security = venue_example(sid_of(i));
        assert_int_equal(venue_open(s->venue, &security), STATUS_OK);
    }
    assert_int_equal(recording_new(fresh_path(s->path), &(recording_head){DAY, OPEN}, &s->writer), STATUS_OK);
    for (int i = 0; i < BOOKS; i++)
        recording_add(s->writer, (char[]){'S', (char)('A' + i), 0}, venue_book(s->venue, sid_of(i)));
    for (int m = 0; m < MOMENTS; m++) {
        venue_advance(s->venue, venue_seconds(EVERY * m + 1));
        trade(s, m);
        venue_advance(s->venue, venue_seconds(EVERY * (m + 1)));
        for (int i = 0; i < BOOKS; i++)
            shown_take(&s->moments[m][i], venue_book(s->venue, sid_of(i)));
    }
    s->events = recording_events(s->writer);
    s->bytes = recording_bytes(s->writer);
    assert_int_equal(recording_close(s->writer), STATUS_OK);
    s->writer = NULL;
}

static void end_day(session *s) {
    venue_free(s->venue);
    for (int m = 0; m < MOMENTS; m++)
        for (int i = 0; i < BOOKS; i++)
            shown_free(&s->moments[m][i]);
    unlink(s->path);
    unlink(s->itch);
}

static void test_a_day_lives_again(void **state) {
    (void)state;
    session s;
    feed *f;
    uint64_t n, sum = 0;
    record_day(&s);
    book_stream *stream = book_stream_new(NULL, NULL);
    assert_int_equal(feed_open(s.path, &(feed_config){.stream = stream}, &f), STATUS_OK);
    for (int m = 0; m < MOMENTS; m++) {
        status is = feed_run(f, OPEN + venue_seconds(EVERY * (m + 1)), UINT64_MAX, &n);
        assert_int_equal(is, m + 1 < MOMENTS ? STATUS_OK : STATUS_END);
        sum += n;
        for (int i = 0; i < BOOKS; i++) {
            const book *b = feed_security_at(f, (size_t)i).book;
            shown_expect(&s.moments[m][i], b);
            expect_same_config(book_config_of(b), book_config_of(venue_book(s.venue, sid_of(i))));
        }
    }
    assert_true(sum > 5000 && sum < s.events);
    feed_free(f);
    book_stream_free(stream);
    end_day(&s);
}

static void test_an_event_of_the_venue_takes_less_than_twelve_bytes(void **state) {
    (void)state;
    session s;
    record_day(&s);
    printf("%llu events, %.2f bytes each\n", (unsigned long long)s.events, (double)s.bytes / (double)s.events);
    assert_true(s.bytes < 12 * s.events);
    end_day(&s);
}

// ---- as ITCH ----

// The book of a feed shows the same shares in the same order; names it has of its own.
static void expect_shares(const shown *live, const book *b) {
    shown is = {0};
    if (b)
        shown_take(&is, b);
    assert_int_equal(is.orders.n, live->orders.n);
    for (size_t i = 0; i < is.orders.n; i++) {
        assert_int_equal(is.orders.at[i].price, live->orders.at[i].price);
        assert_int_equal(is.orders.at[i].shown, live->orders.at[i].shown);
        assert_int_equal(is.orders.at[i].side, live->orders.at[i].side);
    }
    shown_free(&is);
}

static void test_a_day_as_itch_shows_the_same(void **state) {
    (void)state;
    session s;
    feed *f;
    uint64_t n;
    recording_exported exported;
    record_day(&s);
    assert_int_equal(recording_export(s.path, fresh_path(s.itch), NULL, NULL, &exported), STATUS_OK);
    assert_true(exported.whole);
    assert_int_equal(exported.securities, BOOKS);
    assert_true(exported.events > s.events);
    book_stream *stream = book_stream_new(NULL, NULL);
    assert_int_equal(feed_open(s.itch, &(feed_config){.stream = stream}, &f), STATUS_OK);
    assert_string_equal(feed_format(f), "ITCH 5.0");
    for (int m = 0; m < MOMENTS; m++) {
        status is = feed_run(f, OPEN + venue_seconds(EVERY * (m + 1)), UINT64_MAX, &n);
        assert_int_equal(is, m + 1 < MOMENTS ? STATUS_OK : STATUS_END);
        for (int i = 0; i < BOOKS; i++)
            expect_shares(&s.moments[m][i], feed_security_at(f, (size_t)i).book);
    }
    assert_int_equal(feed_left_out(f), 0);
    assert_string_equal(feed_security_at(f, 1).symbol, "SB");
    feed_free(f);
    book_stream_free(stream);
    end_day(&s);
}

static void test_a_market_of_all_kinds_as_itch_shows_the_same(void **state) {
    (void)state;
    recorded_market m;
    recording_exported exported;
    feed *f;
    uint64_t n;
    char path[FILE_NAME], itch[FILE_NAME];
    market how = market_mixed();
    how.state = 20;
    recorded_market_start(&m, &how, 3, 30);
    recorded_market_run(&m, 500);
    recorded_market_record(&m, fresh_path(path), &(recording_head){.day = DAY});
    recorded_market_run(&m, 5000);
    assert_int_equal(recording_close(m.writer), STATUS_OK);
    if (recording_export(path, fresh_path(itch), NULL, NULL, &exported) != STATUS_INVALID)
        fail_msg("%s", status_message()); // twelve letters
    assert_non_null(strstr(status_message(), "'SEVENTYSEVEN' is no symbol of ITCH"));
    assert_int_not_equal(access(itch, F_OK), 0);
    unlink(path);
    assert_int_equal(recording_new(path, &(recording_head){.day = DAY}, &m.writer), STATUS_OK);
    recording_add(m.writer, "SEVENTY7", m.book);
    recorded_market_forget(&m);
    recorded_market_run(&m, 5000);
    assert_int_equal(recording_close(m.writer), STATUS_OK);
    assert_int_equal(recording_export(path, itch, NULL, NULL, &exported), STATUS_OK);
    book_stream *stream = book_stream_new(NULL, NULL);
    assert_int_equal(feed_open(itch, &(feed_config){.stream = stream}, &f), STATUS_OK);
    assert_int_equal(feed_run(f, INT64_MAX, UINT64_MAX, &n), STATUS_END);
    expect_shares(&m.moments.at[m.moments.n - 1], feed_security_at(f, 0).book);
    feed_free(f);
    book_stream_free(stream);
    recorded_market_end(&m);
    unlink(path);
    unlink(itch);
}

static bool give_up(void *context) {
    (void)context;
    return true;
}

static void test_an_export_replaces_nothing_and_leaves_no_half_a_file(void **state) {
    (void)state;
    session s;
    recording_exported exported;
    record_day(&s);
    assert_int_equal(recording_export(s.path, s.path, NULL, NULL, &exported), STATUS_EXISTS);
    assert_int_equal(recording_export(s.path, fresh_path(s.itch), give_up, NULL, &exported), STATUS_CANCELLED);
    assert_int_not_equal(access(s.itch, F_OK), 0);
    assert_int_equal(truncate(s.path, 60), 0);
    assert_int_equal(recording_export(s.path, s.itch, NULL, NULL, &exported), STATUS_OK);
    assert_false(exported.whole);
    end_day(&s);
}

// The books of a recording in which nothing happened show what they showed.
static void test_a_recording_without_events_as_itch_shows_its_books(void **state) {
    (void)state;
    recorded_market m;
    recording_exported exported;
    feed *f;
    uint64_t n;
    shown before;
    char path[FILE_NAME], itch[FILE_NAME];
    const market how = market_mixed();
    const recording_head head = {.day = DAY, .origin = OPEN};
    recorded_market_start(&m, &how, 3, 31);
    recorded_market_run(&m, 500);
    shown_take(&before, m.book);
    assert_int_equal(recording_new(fresh_path(path), &head, &m.writer), STATUS_OK);
    recording_add(m.writer, "QUIET", m.book);
    assert_int_equal(recording_close(m.writer), STATUS_OK);
    assert_int_equal(recording_export(path, fresh_path(itch), NULL, NULL, &exported), STATUS_OK);
    assert_int_equal(exported.securities, 1);
    assert_true(before.orders.n > 0);
    assert_true(exported.events >= before.orders.n);
    book_stream *stream = book_stream_new(NULL, NULL);
    assert_int_equal(feed_open(itch, &(feed_config){.stream = stream}, &f), STATUS_OK);
    assert_int_equal(feed_run(f, OPEN - 1, UINT64_MAX, &n), STATUS_OK);
    assert_int_equal(n, 0);
    assert_int_equal(feed_run(f, OPEN, UINT64_MAX, &n), STATUS_END);
    expect_shares(&before, feed_security_at(f, 0).book);
    feed_free(f);
    book_stream_free(stream);
    shown_free(&before);
    recorded_market_end(&m);
    unlink(path);
    unlink(itch);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_day_lives_again),
        cmocka_unit_test(test_an_event_of_the_venue_takes_less_than_twelve_bytes),
        cmocka_unit_test(test_a_day_as_itch_shows_the_same),
        cmocka_unit_test(test_a_market_of_all_kinds_as_itch_shows_the_same),
        cmocka_unit_test(test_a_recording_without_events_as_itch_shows_its_books),
        cmocka_unit_test(test_an_export_replaces_nothing_and_leaves_no_half_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
