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
#include "tests/engine/market/support_itch.h"

enum { MOST_FILES = 8 };

// A folder of files, and a feed from one of them.
typedef struct {
    char folder[32];
    text files[MOST_FILES];
    size_t n;
    book_stream *stream;
    feed *feed;
    uint64_t events;
} desk;

static void listen(void *context, const book_event *events, size_t n) {
    (void)events;
    ((desk *)context)->events += n;
}

static void set_up(desk *d) {
    *d = (desk){.folder = "/tmp/plimsoll-feed-XXXXXX"};
    assert_non_null(mkdtemp(d->folder));
    d->stream = book_stream_new(listen, d);
}

static void tear_down(desk *d) {
    feed_free(d->feed);
    book_stream_free(d->stream);
    for (size_t i = 0; i < d->n; i++) {
        unlink(d->files[i].at);
        text_free(&d->files[i]);
    }
    rmdir(d->folder);
}

static const char *write_file(desk *d, const char *name, const void *bytes, size_t n) {
    assert_true(d->n < MOST_FILES);
    text *path = &d->files[d->n++];
    text_printf(path, "%s/%s", d->folder, name);
    FILE *file = fopen(path->at, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
    return path->at;
}

static status open_symbol(desk *d, const char *path, const char *symbol) {
    const feed_config config = {.stream = d->stream, .symbol = symbol};
    feed_free(d->feed);
    return feed_open(path, &config, &d->feed);
}

static status open_file(desk *d, const char *name, const void *bytes, size_t n) {
    return open_symbol(d, write_file(d, name, bytes, n), NULL);
}

static void expect_sentence(const char *says) {
    if (!strstr(status_message(), says))
        fail_msg("\"%s\" does not say \"%s\"", status_message(), says);
}

// ---- ITCH ----

static void test_feed_plays_an_itch_file(void **state) {
    (void)state;
    desk d;
    text file = {0};
    uint64_t n;
    int64_t time;
    set_up(&d);
    itch_one_of_each(&file);
    assert_int_equal(open_file(&d, "01302019.NASDAQ_ITCH50", file.at, file.n), STATUS_OK);
    assert_string_equal(feed_format(d.feed), "ITCH 5.0");
    assert_int_equal(feed_day(d.feed), date_make(2019, 1, 30));
    assert_int_equal(feed_time(d.feed, &time), STATUS_OK);
    assert_int_equal(feed_run(d.feed, time, 1, &n), STATUS_OK);
    assert_int_equal(n, 1);
    assert_int_equal(feed_run(d.feed, INT64_MAX, UINT64_MAX, &n), STATUS_END);
    assert_int_equal(n, 22);
    assert_int_equal(d.events, 9);
    assert_int_equal(feed_left_out(d.feed), 0);
    assert_int_equal(feed_securities(d.feed), 1);
    const feed_security s = feed_security_at(d.feed, 0);
    assert_string_equal(s.symbol, "ABC");
    assert_int_equal(s.number, 1);
    assert_int_equal(book_best_bid(s.book), 999900);
    tear_down(&d);
    text_free(&file);
}

// It begins within the day, with the end of an order that it never told.
static void test_feed_plays_an_itch_file_that_was_cut_out(void **state) {
    (void)state;
    desk d;
    text file = {0};
    uint64_t n;
    set_up(&d);
    ITCH_ADD(&file, itch_order(1, 1, 'B', 100, 10000));
    ITCH_ADD(&file, (itch_delete){.head = itch_head('D', 1, 2), .reference = itch_put64(7)});
    assert_int_equal(open_file(&d, "piece", file.at, file.n), STATUS_OK);
    assert_int_equal(feed_day(d.feed), DATE_NONE);
    assert_int_equal(feed_run(d.feed, INT64_MAX, UINT64_MAX, &n), STATUS_END);
    assert_int_equal(n, 2);
    assert_int_equal(feed_left_out(d.feed), 1);
    tear_down(&d);
    text_free(&file);
}

static void test_feed_of_one_symbol_knows_that_one_alone(void **state) {
    (void)state;
    desk d;
    text file = {0};
    uint64_t n;
    set_up(&d);
    itch_add other = itch_order(2, 7, 'S', 100, 50000);
    memcpy(other.stock, "XYZ     ", 8);
    ITCH_ADD(&file, other);
    ITCH_ADD(&file, itch_order(1, 1, 'B', 100, 10000));
    assert_int_equal(open_symbol(&d, write_file(&d, "day", file.at, file.n), "ABC"), STATUS_OK);
    assert_int_equal(feed_run(d.feed, INT64_MAX, UINT64_MAX, &n), STATUS_END);
    assert_int_equal(feed_securities(d.feed), 1);
    assert_string_equal(feed_security_at(d.feed, 0).symbol, "ABC");
    tear_down(&d);
    text_free(&file);
}

static void test_feed_tells_the_same_damage_again(void **state) {
    (void)state;
    desk d;
    text file = {0};
    uint64_t n;
    int64_t time;
    set_up(&d);
    ITCH_ADD(&file, itch_order(1, 1, 'B', 100, 10000));
    text_put_n(&file, "\0\4junk", 6);
    assert_int_equal(open_file(&d, "day", file.at, file.n), STATUS_OK);
    assert_int_equal(feed_run(d.feed, INT64_MAX, UINT64_MAX, &n), STATUS_INVALID);
    assert_int_equal(n, 1);
    assert_int_equal(feed_run(d.feed, INT64_MAX, UINT64_MAX, &n), STATUS_INVALID);
    assert_int_equal(n, 0);
    assert_int_equal(feed_time(d.feed, &time), STATUS_INVALID);
    expect_sentence("no type of message");
    assert_int_equal(book_best_bid(feed_security_at(d.feed, 0).book), 10000);
    tear_down(&d);
    text_free(&file);
}

static void test_feed_plays_the_packed_sample(void **state) {
    (void)state;
    if (!itch_sample())
        skip();
    desk d;
    uint64_t n;
    set_up(&d);
    assert_int_equal(open_symbol(&d, itch_sample(), NULL), STATUS_OK);
    assert_int_equal(feed_day(d.feed), date_make(2010, 12, 24));
    assert_int_equal(feed_run(d.feed, INT64_MAX, UINT64_MAX, &n), STATUS_END);
    assert_int_equal(n, 12012);
    assert_int_equal(feed_securities(d.feed), 3);
    assert_int_equal(feed_left_out(d.feed), 117);
    tear_down(&d);
}

// ---- LOBSTER ----

static const char lobster_messages[] = "34200.5,1,9,10,2000000,1\n34201,1,8,5,2000100,-1\n34202.25,3,9,10,2000000,1\n";
static const char lobster_rows[] = "2000200,5,2000000,10,2000300,5,1999900,10\n"
                                   "2000100,5,2000000,10,2000200,5,1999900,10\n"
                                   "2000100,5,1999900,10,2000200,5,1999800,20\n";

static const char *write_lobster(desk *d) {
    write_file(d, "AMZN_2012-06-21_34200000_57600000_orderbook_2.csv", lobster_rows, strlen(lobster_rows));
    return write_file(d, "AMZN_2012-06-21_34200000_57600000_message_2.csv", lobster_messages, strlen(lobster_messages));
}

static void test_feed_plays_a_lobster_day(void **state) {
    (void)state;
    desk d;
    uint64_t n;
    int64_t time;
    set_up(&d);
    assert_int_equal(open_symbol(&d, write_lobster(&d), "AMZN"), STATUS_OK);
    assert_string_equal(feed_format(d.feed), "LOBSTER");
    assert_int_equal(feed_day(d.feed), date_make(2012, 6, 21));
    assert_int_equal(feed_time(d.feed, &time), STATUS_OK);
    assert_int_equal(time, 34200500000000);
    assert_int_equal(feed_run(d.feed, 34201999999999, UINT64_MAX, &n), STATUS_OK);
    assert_int_equal(n, 2);
    const feed_security s = feed_security_at(d.feed, 0);
    assert_int_equal(feed_securities(d.feed), 1);
    assert_string_equal(s.symbol, "AMZN");
    assert_int_equal(book_best_ask(s.book), 2000100);
    assert_int_equal(feed_run(d.feed, INT64_MAX, UINT64_MAX, &n), STATUS_END);
    assert_int_equal(n, 1);
    assert_int_equal(book_best_bid(s.book), 1999900);
    tear_down(&d);
}

static void test_feed_of_a_lobster_day_refuses_another_symbol(void **state) {
    (void)state;
    desk d;
    set_up(&d);
    assert_int_equal(open_symbol(&d, write_lobster(&d), "AAPL"), STATUS_INVALID);
    assert_null(d.feed);
    expect_sentence("a day of AMZN by its name, not of AAPL");
    tear_down(&d);
}

static void test_feed_misses_the_orderbook_file(void **state) {
    (void)state;
    desk d;
    set_up(&d);
    assert_int_equal(open_file(&d, "X_message_2.csv", lobster_messages, strlen(lobster_messages)), STATUS_IO);
    expect_sentence("X_orderbook_2.csv");
    assert_int_equal(open_file(&d, "X_orderbook_2.csv", lobster_rows, strlen(lobster_rows)), STATUS_INVALID);
    expect_sentence("is not named as a message file");
    tear_down(&d);
}

// ---- neither ----

static void test_feed_refuses_what_is_no_feed(void **state) {
    (void)state;
    desk d;
    set_up(&d);
    assert_int_equal(open_symbol(&d, "/tmp/plimsoll-no-such-file", NULL), STATUS_NOT_FOUND);
    assert_int_equal(open_symbol(&d, d.folder, NULL), STATUS_IO);
    assert_int_equal(open_symbol(&d, "/dev/null", NULL), STATUS_IO);
    assert_int_equal(open_file(&d, "empty", "", 0), STATUS_INVALID);
    expect_sentence("an empty file");
    assert_int_equal(open_file(&d, "prose.csv", "date,open,high\n2012-01-01,1,2\n", 30), STATUS_INVALID);
    expect_sentence("neither an ITCH 5.0 file");
    assert_int_equal(open_file(&d, "zeros", (char[64]){0}, 64), STATUS_INVALID);
    expect_sentence("neither an ITCH 5.0 file");
    tear_down(&d);
}

static void test_feed_finds_the_day_in_a_name(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int year, month, day;
    } names[] = {{"20190130.BX_ITCH_50", 2019, 1, 30},
                 {"S081321-v50.txt", 2021, 8, 13},
                 {"12302019.NASDAQ_ITCH50", 2019, 12, 30},
                 {"X_2012-06-21_34200000_57600000", 2012, 6, 21},
                 {"13322019", 0, 0, 0},
                 {"081321", 0, 0, 0},
                 {"X_1900-01-01", 1900, 1, 1},
                 {"X_1899-12-31", 0, 0, 0},
                 {"X_2199-12-31", 2199, 12, 31},
                 {"X_2200-01-01", 0, 0, 0},
                 {"01019999", 0, 0, 0},
                 {"2012-13-21_120130", 0, 0, 0}};
    text file = {0};
    ITCH_ADD(&file, itch_order(1, 1, 'B', 100, 10000));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        desk d;
        set_up(&d);
        assert_int_equal(open_file(&d, names[i].name, file.at, file.n), STATUS_OK);
        date expected = names[i].year ? date_make(names[i].year, names[i].month, names[i].day) : DATE_NONE;
        assert_int_equal(feed_day(d.feed), expected);
        tear_down(&d);
    }
    text_free(&file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_feed_plays_an_itch_file),
        cmocka_unit_test(test_feed_plays_an_itch_file_that_was_cut_out),
        cmocka_unit_test(test_feed_of_one_symbol_knows_that_one_alone),
        cmocka_unit_test(test_feed_tells_the_same_damage_again),
        cmocka_unit_test(test_feed_plays_the_packed_sample),
        cmocka_unit_test(test_feed_plays_a_lobster_day),
        cmocka_unit_test(test_feed_of_a_lobster_day_refuses_another_symbol),
        cmocka_unit_test(test_feed_misses_the_orderbook_file),
        cmocka_unit_test(test_feed_refuses_what_is_no_feed),
        cmocka_unit_test(test_feed_finds_the_day_in_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
