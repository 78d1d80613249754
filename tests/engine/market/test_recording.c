#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/market/recording_block.h"
#include "src/base/rng.h"
#include "src/base/vec.h"
#include "tests/engine/market/support_property.h"
#include "tests/engine/market/support_recording.h"

static const recording_head head = {.day = 20778, .origin = INT64_C(34200000000000)};

typedef VEC(book_event) event_list;
typedef VEC(uint8_t) byte_list;

static void listen(void *context, const book_event *events, size_t n) {
    event_list *told = context;
    for (size_t i = 0; i < n; i++)
        vec_push(told, events[i]);
}

// ---- a small recording ----

static const book_config plain_book = {
    .tick = 100, .lot = 1, .max_quantity = 1000, .max_price = 10000000, .max_orders = 64, .window = 256, .number = 3};

typedef struct {
    char path[FILE_NAME];
    event_list told;
    book_stream *stream;
    book *books[2];
    recording_writer *writer;
    size_t recorded;
} small;

static void small_start(small *s) {
    *s = (small){0};
    s->stream = book_stream_new(listen, &s->told);
    book_config other = plain_book;
    other.number = 90000;
    other.tick = 5;
    assert_int_equal(book_new(&plain_book, s->stream, &s->books[0]), STATUS_OK);
    assert_int_equal(book_new(&other, s->stream, &s->books[1]), STATUS_OK);
    assert_int_equal(recording_new(fresh_path(s->path), &head, &s->writer), STATUS_OK);
}

static void submit(const small *s, int which, side way, int64_t quantity, int64_t price, int64_t time) {
    const book_request q = {.side = way, .quantity = quantity, .price = price, .time = time, .tag = (uint64_t)time};
    book_submit(s->books[which], &q);
}

static void take(small *s) {
    book_stream_flush(s->stream);
    recording_take(s->writer, s->told.at + s->recorded, s->told.n - s->recorded);
    s->recorded = s->told.n;
}

static void small_end(small *s) {
    book_free(s->books[0]);
    book_free(s->books[1]);
    book_stream_free(s->stream);
    vec_free(&s->told);
    unlink(s->path);
}

static byte_list read_file(const char *path) {
    byte_list bytes = {0};
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    for (int c; (c = fgetc(f)) != EOF;)
        vec_push(&bytes, (uint8_t)c);
    fclose(f);
    return bytes;
}

// Two books, of which one begins late, in five blocks.
static byte_list write_small(small *s) {
    small_start(s);
    recording_add(s->writer, "ABC", s->books[0]);
    for (int64_t i = 1; i <= 40; i++) {
        if (i == 9) {
            take(s);
            recording_add(s->writer, "XYZ", s->books[1]);
        }
        submit(s, i >= 9 && i % 3 == 0, i % 5 < 2 ? SIDE_BUY : SIDE_SELL, 10 + i, 10000 + 100 * (i * 7 % 11), i * 1000);
        take(s);
        if (i % 10 == 0)
            assert_int_equal(recording_flush(s->writer), STATUS_OK);
    }
    assert_int_equal(recording_close(s->writer), STATUS_OK);
    return read_file(s->path);
}

// Reads what can be read: how many events came, which must be the first that were recorded; how it ended comes back.
static status read_all(const char *name, const uint8_t *bytes, size_t n, const event_list *told, size_t *read,
                       bool *whole) {
    recording_reader *r;
    recording_part part;
    *read = 0;
    *whole = false;
    status s = recording_from_memory(name, bytes, n, &r);
    if (s != STATUS_OK)
        return s;
    while ((s = recording_read(r, &part)) == STATUS_OK) {
        assert_true(*read + part.n <= told->n);
        expect_same_events(part.events, told->at + *read, part.n);
        *read += part.n;
    }
    assert_int_equal(recording_read(r, &part), s); // it comes again
    *whole = recording_is_whole(r);
    recording_free(r);
    return s;
}

static void test_recording_is_read_back(void **state) {
    (void)state;
    small s;
    byte_list bytes = write_small(&s);
    size_t read;
    bool whole;
    assert_int_equal(read_all("small", bytes.at, bytes.n, &s.told, &read, &whole), STATUS_END);
    assert_int_equal(read, s.told.n);
    assert_true(whole);
    vec_free(&bytes);
    small_end(&s);
}

static void test_recording_of_the_same_is_the_same(void **state) {
    (void)state;
    small a, b;
    byte_list x = write_small(&a), y = write_small(&b);
    assert_int_equal(x.n, y.n);
    assert_memory_equal(x.at, y.at, x.n);
    vec_free(&x);
    vec_free(&y);
    small_end(&a);
    small_end(&b);
}

static void test_recording_cut_anywhere_is_read_to_its_last_whole_block(void **state) {
    (void)state;
    small s;
    byte_list bytes = write_small(&s);
    size_t read, before = 0, steps = 0;
    bool whole;
    for (size_t n = 0; n < bytes.n; n++) {
        status ended = read_all("small", bytes.at, n, &s.told, &read, &whole);
        assert_false(whole);
        assert_int_equal(ended, n < 8 ? STATUS_INVALID : n < 40 ? STATUS_CORRUPT : STATUS_END);
        assert_true(read >= before);
        steps += read > before;
        before = read;
    }
    assert_int_equal(steps, 4); // the last block has the end alone
    vec_free(&bytes);
    small_end(&s);
}

static void test_recording_with_any_bit_flipped_is_found_out(void **state) {
    (void)state;
    small s;
    byte_list bytes = write_small(&s);
    size_t read;
    bool whole;
    for (size_t bit = 0; bit < 8 * bytes.n; bit++) {
        bytes.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
        status ended = read_all("small", bytes.at, bytes.n, &s.told, &read, &whole);
        assert_int_equal(ended, bit / 8 < 8 ? STATUS_INVALID : STATUS_CORRUPT);
        assert_non_null(strstr(status_message(), "small: "));
        bytes.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
        size_t undamaged;
        read_all("small", bytes.at, bit / 8, &s.told, &undamaged, &whole);
        assert_int_equal(read, undamaged); // nothing of the block
    }
    vec_free(&bytes);
    small_end(&s);
}

static void test_recording_names_the_byte_of_a_damage(void **state) {
    (void)state;
    small s;
    byte_list bytes = write_small(&s);
    size_t read;
    bool whole;
    bytes.at[70] ^= 1;
    read_all("small", bytes.at, bytes.n, &s.told, &read, &whole);
    assert_string_equal(status_message(), "small: byte 40: a block is not as it was written");
    bytes.at[70] ^= 1;
    bytes.at[41] ^= 1;
    read_all("small", bytes.at, bytes.n, &s.told, &read, &whole);
    assert_string_equal(status_message(), "small: byte 40: the length of a block is not as it was written");
    vec_free(&bytes);
    small_end(&s);
}

// Blocks that are whole in themselves, but not where they were.
static void test_recording_with_a_block_twice_or_more_behind_its_end_is_found_out(void **state) {
    (void)state;
    small s;
    byte_list bytes = write_small(&s);
    size_t read, first;
    bool whole;
    for (first = 41; first < bytes.n; first++)
        if (read_all("small", bytes.at, first, &s.told, &read, &whole) == STATUS_END && read)
            break; // where the first block ends
    byte_list twice = {0};
    for (size_t i = 0; i < first; i++)
        vec_push(&twice, bytes.at[i]);
    for (size_t i = 40; i < bytes.n; i++)
        vec_push(&twice, bytes.at[i]);
    assert_int_equal(read_all("small", twice.at, twice.n, &s.told, &read, &whole), STATUS_CORRUPT);
    vec_push(&bytes, 0);
    assert_int_equal(read_all("small", bytes.at, bytes.n, &s.told, &read, &whole), STATUS_CORRUPT);
    assert_int_equal(read, s.told.n);
    vec_free(&twice);
    vec_free(&bytes);
    small_end(&s);
}

static void test_recording_replaces_no_file(void **state) {
    (void)state;
    small s;
    recording_writer *w;
    byte_list bytes = write_small(&s);
    assert_int_equal(recording_new(s.path, &head, &w), STATUS_EXISTS);
    assert_null(w);
    assert_int_equal(recording_new("/nowhere/at/all", &head, &w), STATUS_IO);
    assert_null(w);
    vec_free(&bytes);
    small_end(&s);
}

static void test_recording_opens_no_other_file(void **state) {
    (void)state;
    recording_reader *r;
    assert_int_equal(recording_open("/nowhere/at/all", &r), STATUS_NOT_FOUND);
    assert_int_equal(recording_open("/tmp", &r), STATUS_IO);
    assert_int_equal(recording_from_memory("m", "34200,1,9", 9, &r), STATUS_INVALID);
    assert_null(r);
}

static void test_recording_of_a_day_or_origin_that_is_none_is_refused(void **state) {
    (void)state;
    const struct {
        recording_head head;
        const char *says; // NULL: it can be
    } cases[] = {
        {{DATE_NONE, 0}, NULL},
        {{0, NS_PER_DAY - 1}, NULL},
        {{84000, 0}, NULL},
        {{84001, 0}, "m: day 84001"},
        {{2147000000, 0}, "m: day 2147000000"},
        {{-1, 0}, "m: day -1"},
        {{20778, -1}, "m: -1 ns"},
        {{20778, NS_PER_DAY}, "m: 86400000000000 ns"},
        {{20778, INT64_MAX}, "m: 9223372036854775807 ns"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t bytes[RECORDING_HEAD];
        recording_reader *r;
        recording_head_write(&cases[i].head, bytes);
        status s = recording_from_memory("m", bytes, sizeof bytes, &r);
        assert_int_equal(s, cases[i].says ? STATUS_INVALID : STATUS_OK);
        if (cases[i].says)
            assert_non_null(strstr(status_message(), cases[i].says));
        recording_free(r);
    }
}

// ---- events ----

static void test_recording_leaves_out_books_that_were_not_added(void **state) {
    (void)state;
    small s;
    small_start(&s);
    recording_add(s.writer, "XYZ", s.books[1]);
    for (int64_t i = 1; i <= 10; i++)
        submit(&s, i % 3 == 0, SIDE_BUY, 10, 10000, i);
    take(&s);
    assert_int_equal(recording_events(s.writer), 3);
    assert_int_equal(recording_close(s.writer), STATUS_OK);
    recording_reader *r;
    recording_part part;
    assert_int_equal(recording_open(s.path, &r), STATUS_OK);
    assert_int_equal(recording_read(r, &part), STATUS_OK);
    assert_int_equal(recording_read(r, &part), STATUS_OK);
    assert_int_equal(part.n, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(part.events[i].sequence, 3 * (i + 1));
    recording_free(r);
    small_end(&s);
}

static uint64_t any_number(rng *r) { return rng_u64(r) >> rng_below(r, 64); }

// One of a few that come again, or anything.
static uint64_t any_order(rng *r) {
    return rng_below(r, 2) ? UINT64_C(1) << 32 | (1 + rng_below(r, 8)) : any_number(r);
}

// Often as a book tells it, or anything.
static uint8_t any_of(rng *r, uint32_t usual) {
    return (uint8_t)(rng_below(r, 2) ? rng_below(r, usual) : any_number(r));
}

// An event with anything in its fields, which no book would tell.
static book_event any_event(rng *r, uint64_t i) {
    return (book_event){.sequence = rng_below(r, 3) ? i : any_number(r),
                        .order = any_order(r),
                        .tag = any_number(r),
                        .price = (int64_t)any_number(r),
                        .time = (int64_t)any_number(r),
                        .asked = (int64_t)any_number(r),
                        .quantity = (uint32_t)any_number(r),
                        .leaves = (uint32_t)any_number(r),
                        .shown = (uint32_t)any_number(r),
                        .owner = (uint32_t)any_number(r),
                        .book = rng_below(r, 2) ? 3 : 90000,
                        .kind = (uint8_t)rng_below(r, BOOK_STATE + 1),
                        .reason = any_of(r, 1),
                        .side = any_of(r, 2),
                        .flags = any_of(r, 1),
                        .maker = any_order(r),
                        .maker_tag = any_number(r),
                        .maker_owner = (uint32_t)any_number(r),
                        .maker_leaves = (uint32_t)any_number(r)};
}

static void test_recording_keeps_any_event(void **state) {
    (void)state;
    small s;
    rng r = rng_seed(property_seed());
    size_t read;
    bool whole;
    small_start(&s);
    recording_add(s.writer, "ABC", s.books[0]);
    recording_add(s.writer, "XYZ", s.books[1]);
    for (uint64_t i = 0; i < 20000; i++)
        vec_push(&s.told, any_event(&r, i));
    recording_take(s.writer, s.told.at, s.told.n);
    assert_int_equal(recording_close(s.writer), STATUS_OK);
    byte_list bytes = read_file(s.path);
    assert_int_equal(read_all("any", bytes.at, bytes.n, &s.told, &read, &whole), STATUS_END);
    assert_int_equal(read, s.told.n);
    assert_true(whole);
    vec_free(&bytes);
    small_end(&s);
}

// ---- books ----

static void test_recording_keeps_a_book_as_it_stands(void **state) {
    (void)state;
    small s;
    recording_reader *r;
    recording_part part;
    small_start(&s);
    submit(&s, 1, SIDE_BUY, 10, 9995, 1);
    submit(&s, 1, SIDE_SELL, 25, 10005, 2);
    book_submit(s.books[1], &(book_request){.side = SIDE_SELL,
                                            .traits = ORDER_ICEBERG,
                                            .quantity = 100,
                                            .display = 30,
                                            .price = 10005,
                                            .owner = 7,
                                            .tag = 99,
                                            .time = 3});
    submit(&s, 1, SIDE_BUY, 5, 10005, 4);
    book_set_state(s.books[1], STATE_HALTED, 5);
    take(&s);
    recording_add(s.writer, "A-LONGER-NAME-THAN-THIS", s.books[1]);
    assert_int_equal(recording_close(s.writer), STATUS_OK);
    assert_int_equal(recording_open(s.path, &r), STATUS_OK);
    assert_int_equal(recording_read(r, &part), STATUS_OK);
    const recording_book *b = part.book;
    assert_string_equal(b->symbol, "A-LONGER-NAME-T");
    expect_same_config(b->config, book_config_of(s.books[1]));
    assert_int_equal(b->state, STATE_HALTED);
    assert_int_equal(b->last, 10005);
    assert_int_equal(b->n, 3);
    static const int64_t open[] = {10, 20, 100}, part_shown[] = {10, 20, 30};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(b->orders[i].quantity, open[i]);
        assert_int_equal(b->orders[i].shown, part_shown[i]);
        assert_int_equal(b->orders[i].side, i ? SIDE_SELL : SIDE_BUY);
        assert_int_equal(b->orders[i].price, i ? 10005 : 9995);
    }
    assert_int_equal(b->orders[2].owner, 7);
    assert_int_equal(b->orders[2].tag, 99);
    recording_free(r);
    small_end(&s);
}

static void test_recording_of_nothing_is_whole(void **state) {
    (void)state;
    small s;
    recording_reader *r;
    recording_part part;
    small_start(&s);
    assert_int_equal(recording_close(s.writer), STATUS_OK);
    assert_int_equal(recording_open(s.path, &r), STATUS_OK);
    assert_int_equal(recording_head_of(r).day, head.day);
    assert_int_equal(recording_head_of(r).origin, head.origin);
    assert_int_equal(recording_read(r, &part), STATUS_END);
    assert_true(recording_is_whole(r));
    recording_free(r);
    small_end(&s);
}

// ---- a full disk ----

static void allow(rlim_t bytes) {
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void test_recording_on_a_full_disk_fails_for_good_and_keeps_what_it_has(void **state) {
    (void)state;
    small s;
    size_t read;
    bool whole;
    signal(SIGXFSZ, SIG_IGN); // a write beyond the limit then fails with EFBIG
    small_start(&s);
    recording_add(s.writer, "ABC", s.books[0]);
    submit(&s, 0, SIDE_BUY, 10, 10000, 1);
    take(&s);
    assert_int_equal(recording_flush(s.writer), STATUS_OK);
    uint64_t good = recording_bytes(s.writer);
    allow(good + 30);
    for (int64_t i = 2; i < 100; i++)
        submit(&s, 0, SIDE_BUY, 10, 10000, i);
    take(&s);
    assert_int_equal(recording_flush(s.writer), STATUS_IO);
    assert_non_null(strstr(status_message(), "the recording cannot be written: File too large"));
    allow(RLIM_INFINITY);
    take(&s);
    recording_add(s.writer, "XYZ", s.books[1]);
    assert_int_equal(recording_flush(s.writer), STATUS_IO);
    assert_int_equal(recording_close(s.writer), STATUS_IO);
    assert_non_null(strstr(status_message(), "File too large"));
    byte_list bytes = read_file(s.path);
    assert_int_equal(bytes.n, good + 30);
    assert_int_equal(read_all("full", bytes.at, bytes.n, &s.told, &read, &whole), STATUS_END);
    assert_int_equal(read, 1);
    assert_false(whole);
    vec_free(&bytes);
    small_end(&s);
}

static void test_recording_that_finds_no_room_for_its_head_leaves_no_file(void **state) {
    (void)state;
    char path[FILE_NAME];
    recording_writer *w;
    signal(SIGXFSZ, SIG_IGN);
    allow(10);
    status s = recording_new(fresh_path(path), &head, &w);
    allow(RLIM_INFINITY);
    assert_int_equal(s, STATUS_IO);
    assert_null(w);
    assert_non_null(strstr(status_message(), "the recording cannot be written: File too large"));
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(recording_new(path, &head, &w), STATUS_OK);
    assert_int_equal(recording_close(w), STATUS_OK);
    unlink(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recording_is_read_back),
        cmocka_unit_test(test_recording_of_the_same_is_the_same),
        cmocka_unit_test(test_recording_cut_anywhere_is_read_to_its_last_whole_block),
        cmocka_unit_test(test_recording_with_any_bit_flipped_is_found_out),
        cmocka_unit_test(test_recording_names_the_byte_of_a_damage),
        cmocka_unit_test(test_recording_with_a_block_twice_or_more_behind_its_end_is_found_out),
        cmocka_unit_test(test_recording_replaces_no_file),
        cmocka_unit_test(test_recording_opens_no_other_file),
        cmocka_unit_test(test_recording_of_a_day_or_origin_that_is_none_is_refused),
        cmocka_unit_test(test_recording_leaves_out_books_that_were_not_added),
        cmocka_unit_test(test_recording_keeps_any_event),
        cmocka_unit_test(test_recording_keeps_a_book_as_it_stands),
        cmocka_unit_test(test_recording_of_nothing_is_whole),
        cmocka_unit_test(test_recording_on_a_full_disk_fails_for_good_and_keeps_what_it_has),
        cmocka_unit_test(test_recording_that_finds_no_room_for_its_head_leaves_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
