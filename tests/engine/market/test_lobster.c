#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/market/lobster_feed.h"

static lobster_reader *reader_of(const char *messages, const char *rows) {
    return lobster_from_memory(messages, strlen(messages), rows, strlen(rows));
}

// Runs a feed to its end; how it ended comes back, its counts and the book's best prices go out.
static status run(lobster_reader *r, lobster_counts *counts, int64_t best[2]) {
    book_stream *stream = book_stream_new(NULL, NULL);
    lobster_feed *f;
    lobster_message m;
    assert_int_equal(lobster_feed_new(r, stream, 1, &f), STATUS_OK);
    status s;
    while ((s = lobster_feed_next(f, &m)) == STATUS_OK)
        ;
    assert_int_equal(lobster_feed_next(f, &m), s);
    *counts = lobster_feed_counts(f);
    best[SIDE_BUY] = book_best_bid(lobster_feed_book(f));
    best[SIDE_SELL] = book_best_ask(lobster_feed_book(f));
    book_check(lobster_feed_book(f));
    lobster_feed_free(f);
    book_stream_free(stream);
    return s;
}

static void expect_refused(const char *messages, const char *rows, uint64_t good, const char *says) {
    lobster_counts counts;
    int64_t best[2];
    assert_int_equal(run(reader_of(messages, rows), &counts, best), STATUS_INVALID);
    if (!strstr(status_message(), says))
        fail_msg("\"%s\" does not say \"%s\"", status_message(), says);
    assert_int_equal(counts.rows, good);
}

static void test_lobster_fields_are_read(void **state) {
    (void)state;
    lobster_reader *r = reader_of("34200.017459617004,5,0,1,2238200,-1\n34201.5,1,7,21,2238100,1\n",
                                  "9999999999,0,2231800,100,9999999999,0,-9999999999,0\n"
                                  "2239500,100,2238100,21,2239900,1,2231800,100\n");
    lobster_message m;
    const lobster_row *row;
    assert_int_equal(lobster_next(r, &m, &row), STATUS_OK);
    assert_int_equal(m.time, 34200017459617);
    assert_int_equal(m.type, LOBSTER_HIDDEN);
    assert_int_equal(m.side, SIDE_SELL);
    assert_int_equal(m.quantity, 1);
    assert_int_equal(m.price, 2238200);
    assert_int_equal(row->n[SIDE_BUY], 1);
    assert_int_equal(row->n[SIDE_SELL], 0);
    assert_int_equal(lobster_levels(r), 2);
    assert_int_equal(lobster_next(r, &m, &row), STATUS_OK);
    assert_int_equal(m.time, 34201500000000);
    assert_int_equal(m.order, 7);
    assert_int_equal(row->at[SIDE_SELL][1].price, 2239900);
    assert_int_equal(row->at[SIDE_BUY][0].quantity, 21);
    assert_int_equal(lobster_next(r, &m, &row), STATUS_END);
    lobster_close(r);
}

static void test_lobster_book_stands_beside_its_messages(void **state) {
    (void)state;
    char *path = lobster_book_path("/a_message/X_message_5.csv");
    assert_string_equal(path, "/a_message/X_orderbook_5.csv");
    free(path);
    assert_null(lobster_book_path("/message/x.csv"));
}

#define FIRST "1,1,1,10,2000000,1\n"
#define ROWS "2000100,5,2000000,10,2000200,5,1999900,10\n"

static void test_lobster_bad_fields_are_refused(void **state) {
    (void)state;
    expect_refused("1,1,1,10,2000000\n", ROWS, 0, "messages:1: 5 fields, where a message has 6");
    expect_refused(FIRST "0.5,1,2,10,2000000,1\n", ROWS ROWS, 1, "messages:2: field 1 is '0.5'");
    expect_refused(FIRST "1.x,1,2,10,2000000,1\n", ROWS ROWS, 1, "messages:2: field 1 is '1.x'");
    expect_refused(FIRST "86400,1,2,10,2000000,1\n", ROWS ROWS, 1, "field 1");
    expect_refused(FIRST "1,8,2,10,2000000,1\n", ROWS ROWS, 1, "field 2 is '8', where a type from 1 to 7");
    expect_refused(FIRST "1,1,0,10,2000000,1\n", ROWS ROWS, 1, "field 3");
    expect_refused(FIRST "1,1,2,-1,2000000,1\n", ROWS ROWS, 1, "field 4");
    expect_refused(FIRST "1,1,2,10,0,1\n", ROWS ROWS, 1, "field 5");
    expect_refused(FIRST "1,1,2,10,2000000,0\n", ROWS ROWS, 1, "field 6");
    expect_refused(FIRST, "2000100,5,2000000\n", 0, "orderbook:1: 3 fields");
    expect_refused(FIRST FIRST, ROWS "2000100,5,2000000,10\n", 1, "the lines before have another number");
    expect_refused(FIRST, "2000100,5,2000000,10,2000000,5,1999900,10\n", 0, "orderbook:1: field 5 is '2000000'");
    expect_refused(FIRST, "2000100,5,2000000,-10,2000200,5,1999900,10\n", 0, "orderbook:1: field 4 is '-10'");
    expect_refused(FIRST FIRST, ROWS, 1, "orderbook ends after 1 rows, and messages goes on");
    expect_refused(FIRST, ROWS ROWS, 1, "messages ends after 1 rows, and orderbook goes on");
}

static void test_lobster_messages_that_can_not_be_are_refused(void **state) {
    (void)state;
    expect_refused(FIRST "2,2,9,3,1999800,1\n", ROWS ROWS, 1, "messages:2: shares leave an order that is not there");
    expect_refused(FIRST "2,4,9,11,2000000,1\n", ROWS ROWS, 1, "or not with so many");
    expect_refused(FIRST "2,1,9,5,2000000,1\n3,1,9,5,2000000,1\n",
                   ROWS "2000100,5,2000000,15,2000200,5,1999900,10\n2000100,5,2000000,20,2000200,5,1999900,10\n", 2,
                   "messages:3: an order comes that is there already");
    expect_refused(FIRST "2,2,9,3,2000000,1\n", ROWS ROWS, 1,
                   "messages:2: the messages do not lead to this line's row");
}

static void test_lobster_levels_fall_out_of_sight_and_come_back(void **state) {
    (void)state;
    lobster_counts counts;
    int64_t best[2];
    const char *messages = FIRST "2,1,2,7,2000050,1\n3,4,2,7,2000050,1\n4,7,0,0,-1,-1\n5,7,0,0,1,-1\n";
    const char *rows = ROWS "2000100,5,2000050,7,2000200,5,2000000,10\n" // 1999900 is pushed out
        ROWS ROWS ROWS;
    assert_int_equal(run(reader_of(messages, rows), &counts, best), STATUS_END);
    assert_int_equal(counts.rows, 5);
    assert_int_equal(counts.revealed, 1);
    assert_int_equal(best[SIDE_BUY], 2000000);
    assert_int_equal(best[SIDE_SELL], 2000100);
}

// Every row of a sample: the feed compares each with the book that the messages made.
static void check_sample(const char *zip, const char *name, int levels, uint64_t rows, double share) {
    struct stat about;
    char path[256], messages[256], command[640], folder[] = "/tmp/plimsoll-lobster-XXXXXX";
    snprintf(path, sizeof path, "../shared/data/lobster/%s", zip);
    if (stat(path, &about) != 0 || system("command -v unzip >/dev/null") != 0) {
        printf("SKIP: no unzip, or no sample at %s\n", path);
        skip();
    }
    assert_non_null(mkdtemp(folder));
    snprintf(command, sizeof command, "unzip -q -o %s '*.csv' -d %s", path, folder);
    assert_int_equal(system(command), 0);
    snprintf(messages, sizeof messages, "%s/%s_2012-06-21_34200000_57600000_message_%d.csv", folder, name, levels);
    char *book_path = lobster_book_path(messages);
    lobster_reader *r;
    assert_int_equal(lobster_open(messages, book_path, &r), STATUS_OK);
    lobster_counts counts;
    int64_t best[2];
    status s = run(r, &counts, best);
    unlink(messages);
    unlink(book_path);
    rmdir(folder);
    free(book_path);
    if (s != STATUS_END)
        fail_msg("%s", status_message());
    double revealed = 100 * (double)counts.revealed / (double)counts.rows;
    printf("%s, %d levels: %llu rows, %llu (%.1f %%) show a new level at the edge\n", name, levels,
           (unsigned long long)counts.rows, (unsigned long long)counts.revealed, revealed);
    assert_int_equal(counts.rows, rows);
    assert_true(revealed > share - 0.05 && revealed < share + 0.05);
}

static void test_lobster_amzn_at_five_levels_never_drifts(void **state) {
    (void)state;
    check_sample("AMZN_2012-06-21_5.zip", "AMZN", 5, 155935, 21.7);
}

static void test_lobster_aapl_at_one_level_never_drifts(void **state) {
    (void)state;
    check_sample("AAPL_2012-06-21_1.zip", "AAPL", 1, 118497, 25.4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lobster_fields_are_read),
        cmocka_unit_test(test_lobster_book_stands_beside_its_messages),
        cmocka_unit_test(test_lobster_bad_fields_are_refused),
        cmocka_unit_test(test_lobster_messages_that_can_not_be_are_refused),
        cmocka_unit_test(test_lobster_levels_fall_out_of_sight_and_come_back),
        cmocka_unit_test(test_lobster_amzn_at_five_levels_never_drifts),
        cmocka_unit_test(test_lobster_aapl_at_one_level_never_drifts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
