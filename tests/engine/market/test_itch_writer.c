#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/market/itch_feed.h"
#include "engine/market/itch_writer.h"
#include "src/base/rng.h"
#include "src/base/vec.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/market/support_itch.h"

enum { BOOKS = 3, COMMANDS = 400, ORDERS = 300 };
static const int64_t MIDNIGHT = INT64_C(1700000000000000000);

// A small market that writes its day down.
typedef struct {
    rng rng;
    char path[64];
    itch_writer *writer;
    book_stream *stream;
    book *books[BOOKS];
    int64_t time;
    VEC(book_order_id) ids[BOOKS];
} day;

static void begin(day *d, uint64_t seed) {
    *d = (day){.rng = rng_seed(seed), .time = MIDNIGHT};
    strcpy(d->path, "/tmp/plimsoll-itch-XXXXXX");
    int file = mkstemp(d->path);
    assert_true(file >= 0);
    close(file);
    assert_int_equal(itch_writer_new(d->path, MIDNIGHT, &d->writer), STATUS_OK);
    d->stream = book_stream_new(itch_writer_take, d->writer);
    itch_writer_system(d->writer, 'O', d->time);
    for (uint32_t i = 0; i < BOOKS; i++) {
        const book_config config = {.tick = 100,
                                    .lot = 1,
                                    .max_quantity = 100000,
                                    .max_price = 100000000,
                                    .max_orders = ORDERS,
                                    .window = 256,
                                    .number = i};
        char symbol[] = {'A', (char)('A' + i), 0};
        assert_int_equal(book_new(&config, d->stream, &d->books[i]), STATUS_OK);
        itch_writer_security(d->writer, i, (uint16_t)(i + 1), symbol, STATE_CONTINUOUS, d->time);
    }
}

static void end(day *d) {
    for (int i = 0; i < BOOKS; i++) {
        book_free(d->books[i]);
        vec_free(&d->ids[i]);
    }
    book_stream_free(d->stream);
    unlink(d->path);
}

static status close_file(day *d) {
    book_stream_flush(d->stream);
    return itch_writer_close(d->writer);
}

static int64_t any_price(rng *r) { return 1000000 + 100 * (int64_t)rng_below(r, 60); }

static book_order_id any_order(day *d, int i) {
    return d->ids[i].n ? d->ids[i].at[d->ids[i].n - 1 - rng_below(&d->rng, d->ids[i].n < 40 ? d->ids[i].n : 40)] : 0;
}

// Every kind of order, most of them plain; many are refused, which is told and shows nothing.
static book_request any_request(day *d, int i) {
    rng *r = &d->rng;
    book_request q = {.owner = (uint32_t)rng_below(r, 6),
                      .side = (side)rng_below(r, 2),
                      .quantity = 1 + (int64_t)rng_below(r, 500),
                      .price = any_price(r),
                      .time = d->time};
    if (q.owner == 5)
        q.owner = 'A' << 24 | 'B' << 16 | 'C' << 8 | '1';
    if (rng_below(r, 2))
        return q;
    q.type = (uint8_t)rng_below(r, 5);
    q.tif = (uint8_t)rng_below(r, 5);
    q.self = (uint8_t)rng_below(r, 4);
    static const uint8_t traits[] = {
        0, 0, ORDER_POST_ONLY, ORDER_ALL_OR_NONE, ORDER_ICEBERG, ORDER_ICEBERG, ORDER_ONE_CANCELS_OTHER};
    q.traits = traits[rng_below(r, sizeof traits)];
    if (q.type != ORDER_LIMIT || q.traits)
        q.tif = rng_below(r, 2) ? TIF_DAY : TIF_GTC;
    q.stop = q.type >= ORDER_STOP ? any_price(r) : 0;
    q.trail = q.type == ORDER_TRAILING_STOP ? 100 * (1 + (int64_t)rng_below(r, 10)) : 0;
    q.display = q.traits & ORDER_ICEBERG ? 1 + (int64_t)rng_below(r, (uint64_t)q.quantity) : 0;
    q.expires = q.tif == TIF_GTD ? d->time + (int64_t)rng_below(r, 50000) : 0;
    q.other = q.traits & ORDER_ONE_CANCELS_OTHER ? any_order(d, i) : 0;
    return q;
}

static void command(day *d) {
    rng *r = &d->rng;
    int i = (int)rng_below(r, BOOKS);
    book *b = d->books[i];
    uint64_t kind = rng_below(r, 100);
    d->time += (int64_t)rng_below(r, 1000);
    if (kind < 60) {
        book_request q = any_request(d, i);
        vec_push(&d->ids[i], book_submit(b, &q));
    } else if (kind < 75) {
        book_cancel(b, any_order(d, i), d->time);
    } else if (kind < 95) {
        book_replace(b, any_order(d, i), 1 + (int64_t)rng_below(r, 500), any_price(r), d->time);
    } else if (kind < 97) {
        book_cancel_all(b, &(book_filter){.buys = rng_below(r, 2), .sells = true, .owner = 3}, d->time);
    } else {
        book_set_state(b, (book_state)rng_below(r, 4), d->time);
    }
}

// The mirrored book shows what the live one shows, queue order included.
static void expect_same_side(const book *live, const book *mirrored, side s) {
    book_level a[512], b[512];
    book_order x[ORDERS], y[ORDERS];
    size_t n = book_depth(live, s, a, 512);
    assert_int_equal(mirrored ? book_depth(mirrored, s, b, 512) : 0, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(a[i].price, b[i].price);
        assert_int_equal(a[i].quantity, b[i].quantity);
        assert_int_equal(a[i].orders, b[i].orders);
        size_t orders = book_level_orders(live, s, a[i].price, x, ORDERS);
        assert_int_equal(book_level_orders(mirrored, s, a[i].price, y, ORDERS), orders);
        for (size_t k = 0; k < orders; k++) {
            assert_int_equal(x[k].shown, y[k].quantity);
            assert_int_equal(x[k].owner > 5 ? x[k].owner : 0, y[k].owner);
        }
    }
}

static void expect_same(const day *d, const itch_feed *f) {
    for (int i = 0; i < BOOKS; i++) {
        char symbol[] = {'A', (char)('A' + i), 0};
        for (side s = SIDE_BUY; s <= SIDE_SELL; s++)
            expect_same_side(d->books[i], itch_feed_book(f, symbol), s);
    }
}

static void read_back(const char *path, book_stream *stream, itch_feed **out) {
    itch_reader *r;
    uint64_t n;
    assert_int_equal(itch_open(path, &r), STATUS_OK);
    const itch_feed_config config = {.stream = stream, .midnight = MIDNIGHT};
    assert_int_equal(itch_feed_new(r, &config, out), STATUS_OK);
    if (itch_feed_run(*out, INT64_MAX, UINT64_MAX, &n) != STATUS_END)
        fail_msg("%s", status_message());
}

static void test_writer_keeps_what_the_books_show(void **state) {
    (void)state;
    uint64_t seed = support_seed(1);
    for (uint64_t round = 0; round < 150; round++) {
        day d;
        begin(&d, seed + round);
        for (uint64_t i = 0; i < 1 + round * COMMANDS / 150; i++)
            command(&d);
        assert_int_equal(close_file(&d), STATUS_OK);
        book_stream *stream = book_stream_new(NULL, NULL);
        itch_feed *f;
        read_back(d.path, stream, &f);
        expect_same(&d, f);
        itch_feed_free(f);
        book_stream_free(stream);
        end(&d);
    }
}

// What a mirrored book tells is written once more, and read, it is the same again.
static void test_writer_writes_what_a_feed_tells(void **state) {
    (void)state;
    day d;
    begin(&d, 99);
    for (int i = 0; i < 3 * COMMANDS; i++)
        command(&d);
    assert_int_equal(close_file(&d), STATUS_OK);
    char path[] = "/tmp/plimsoll-itch-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    itch_writer *w;
    assert_int_equal(itch_writer_new(path, MIDNIGHT, &w), STATUS_OK);
    for (uint32_t i = 1; i <= BOOKS; i++)
        itch_writer_security(w, i, (uint16_t)i, (char[]){'A', (char)('@' + i), 0}, STATE_CONTINUOUS, MIDNIGHT);
    book_stream *stream = book_stream_new(itch_writer_take, w);
    itch_feed *first, *second;
    read_back(d.path, stream, &first);
    itch_feed_free(first);
    assert_int_equal(itch_writer_close(w), STATUS_OK);
    book_stream_free(stream);
    stream = book_stream_new(NULL, NULL);
    read_back(path, stream, &second);
    expect_same(&d, second);
    itch_feed_free(second);
    book_stream_free(stream);
    unlink(path);
    end(&d);
}

static void submit(day *d, side s, int64_t quantity, int64_t price, uint8_t traits, int64_t display) {
    book_request q = {.side = s, .quantity = quantity, .price = price, .traits = traits, .display = display};
    q.time = ++d->time;
    book_submit(d->books[0], &q);
}

// The types of the messages in the file, in a string.
static void types_of(const char *path, text *out) {
    itch_reader *r;
    const itch_message *m;
    size_t n;
    assert_int_equal(itch_open(path, &r), STATUS_OK);
    while (itch_read(r, &m, 1, &n) == STATUS_OK)
        text_char(out, m->type);
    itch_close(r);
}

static void expect_types(day *d, const char *types) {
    text is = {0};
    assert_int_equal(close_file(d), STATUS_OK);
    types_of(d->path, &is);
    assert_string_equal(is.at, types);
    text_free(&is);
    end(d);
}

static void test_writer_shows_what_is_left_of_a_taker(void **state) {
    (void)state;
    day d;
    begin(&d, 1);
    submit(&d, SIDE_SELL, 100, 1000000, 0, 0);
    submit(&d, SIDE_SELL, 100, 1000100, 0, 0);
    submit(&d, SIDE_BUY, 250, 1000100, 0, 0); // two executions, then an order of 50
    submit(&d, SIDE_SELL, 20, 1000100, 0, 0); // never shown
    expect_types(&d, "SRHRHRHAAEEAE");
}

static void test_writer_gives_a_part_of_an_iceberg_a_new_reference(void **state) {
    (void)state;
    day d;
    begin(&d, 1);
    submit(&d, SIDE_SELL, 100, 1000000, ORDER_ICEBERG, 40);
    submit(&d, SIDE_BUY, 60, 1000000, 0, 0); // 40, then 20 of the next 40
    expect_types(&d, "SRHRHRHAEAE");
}

static void test_writer_tells_an_auction_as_one_cross(void **state) {
    (void)state;
    day d;
    begin(&d, 1);
    book_set_state(d.books[0], STATE_OPENING_AUCTION, ++d.time);
    submit(&d, SIDE_SELL, 100, 1000000, 0, 0);
    submit(&d, SIDE_BUY, 60, 1000100, 0, 0);
    submit(&d, SIDE_BUY, 60, 1000100, 0, 0);
    book_set_state(d.books[0], STATE_CONTINUOUS, ++d.time);
    expect_types(&d, "SRHRHRHHAAAHCCCCQ");
}

static void test_writer_refuses_what_itch_can_not_say(void **state) {
    (void)state;
    day d;
    begin(&d, 1);
    d.time = MIDNIGHT + INT64_C(86400000000000);
    submit(&d, SIDE_SELL, 100, 1000000, 0, 0);
    assert_int_equal(close_file(&d), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "event 1 cannot be written: its time lies outside the day"));
    end(&d);
}

static void test_writer_leaves_no_half_a_file(void **state) {
    (void)state;
    itch_writer *w;
    assert_int_equal(itch_writer_new("/nowhere/x.itch", 0, &w), STATUS_IO);
    assert_null(w);
    char path[] = "/tmp/plimsoll-itch-XXXXXX", beside[64];
    close(mkstemp(path));
    unlink(path);
    snprintf(beside, sizeof beside, "%s.part", path);
    assert_int_equal(itch_writer_new(path, 0, &w), STATUS_OK);
    assert_int_equal(access(beside, F_OK), 0);
    itch_writer_drop(w);
    assert_int_not_equal(access(beside, F_OK), 0);
    assert_int_not_equal(access(path, F_OK), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writer_keeps_what_the_books_show),
        cmocka_unit_test(test_writer_writes_what_a_feed_tells),
        cmocka_unit_test(test_writer_shows_what_is_left_of_a_taker),
        cmocka_unit_test(test_writer_gives_a_part_of_an_iceberg_a_new_reference),
        cmocka_unit_test(test_writer_tells_an_auction_as_one_cross),
        cmocka_unit_test(test_writer_refuses_what_itch_can_not_say),
        cmocka_unit_test(test_writer_leaves_no_half_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
