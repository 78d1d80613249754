#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/market/oprun.h"
#include "engine/market/opspread.h"
#include "engine/market/opstream.h"
#include "tests/engine/market/support_stream.h"

// A file in memory: hundreds of streams are written, and a disk that others keep busy is slow at that.
static int file = -1;
static char path[32];

static int make_path(void **state) {
    (void)state;
    file = memfd_create("stream", MFD_CLOEXEC);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    return file < 0;
}

static int remove_path(void **state) {
    (void)state;
    return close(file);
}

static void test_a_stream_runs_to_the_totals_of_its_header(void **state) {
    (void)state;
    stream_file f = stream_example();
    stream_write(path, &f, sizeof f);
    op_stream s;
    assert_int_equal(op_stream_open(path, &s), STATUS_OK);
    for (op_measure m = OP_THROUGHPUT; m <= OP_LATENCY; m++) {
        op_result r;
        assert_int_equal(op_run(&s, m, &r), STATUS_OK);
        assert_null(op_totals_differ(&r.totals, &s.expected));
        assert_int_equal(r.totals.fills, 4);
        assert_int_equal(r.rejects, 0);
        assert_int_equal(r.events, 11); // accepted 4, filled 4, replaced 1, cancelled 1 and the rest of an IOC order
        assert_true(r.all.most >= r.all.p999 && r.all.p999 >= r.all.p50);
    }
    op_stream_close(&s);
}

static void test_each_total_that_differs_is_named(void **state) {
    (void)state;
    static const struct {
        int at;
        const char *name;
    } totals[] = {{72, "fills"},
                  {80, "shares traded"},
                  {88, "hash of the fills"},
                  {96, "orders resting at the end"},
                  {104, "hash of the best prices"}};
    for (size_t i = 0; i < sizeof totals / sizeof *totals; i++) {
        stream_file f = stream_example();
        f.header[totals[i].at] ^= 1;
        stream_write(path, &f, sizeof f);
        op_stream s;
        op_result r;
        assert_int_equal(op_stream_open(path, &s), STATUS_OK);
        assert_int_equal(op_run(&s, OP_THROUGHPUT, &r), STATUS_OK);
        assert_string_equal(op_totals_differ(&r.totals, &s.expected), totals[i].name);
        op_stream_close(&s);
    }
}

static void test_a_stream_spread_over_books_comes_to_the_same_in_each(void **state) {
    (void)state;
    stream_file f = stream_example();
    stream_write(path, &f, sizeof f);
    op_stream s, spread;
    op_result alone, r;
    assert_int_equal(op_stream_open(path, &s), STATUS_OK);
    const uint32_t copies = 3;
    assert_int_equal(op_stream_spread(&s, copies * s.symbols, &spread), STATUS_OK);
    s.timed /= copies;
    assert_int_equal(op_run(&s, OP_THROUGHPUT, &alone), STATUS_OK);
    for (op_measure m = OP_THROUGHPUT; m <= OP_LATENCY; m++) {
        assert_int_equal(op_run(&spread, m, &r), STATUS_OK);
        assert_null(r.what);
        assert_int_equal(r.differs, copies);
        assert_int_equal(r.totals.fills, copies * alone.totals.fills);
        assert_int_equal(r.totals.resting, copies * alone.totals.resting);
        assert_int_equal(r.events, copies * alone.events);
        assert_int_equal(r.totals.fill_hash, alone.totals.fill_hash);
    }
    op_stream_close(&spread);
    op_stream_close(&s);
}

static void test_a_copy_that_differs_from_the_others_is_found(void **state) {
    (void)state;
    stream_file f = stream_example();
    stream_write(path, &f, sizeof f);
    op_stream s, spread;
    op_result r;
    assert_int_equal(op_stream_open(path, &s), STATUS_OK);
    assert_int_equal(op_stream_spread(&s, 3 * s.symbols, &spread), STATUS_OK);
    for (uint64_t i = 0; i < spread.setup; i++)
        if (spread.at[i].symbol / s.symbols == 1)
            spread.at[i].quantity++;
    assert_int_equal(op_run(&spread, OP_THROUGHPUT, &r), STATUS_OK);
    assert_non_null(r.what);
    assert_int_equal(r.differs, 1);
    op_stream_close(&spread);
    op_stream_close(&s);
}

static void test_numbers_of_books_that_cant_be_are_refused(void **state) {
    (void)state;
    stream_file f = stream_example();
    stream_write(path, &f, sizeof f);
    op_stream s, spread;
    assert_int_equal(op_stream_open(path, &s), STATUS_OK);
    const uint32_t books[] = {0, 65537 * s.symbols, (uint32_t)(s.timed + 1) * s.symbols};
    for (size_t i = 0; i < sizeof books / sizeof *books; i++) {
        assert_int_equal(op_stream_spread(&s, books[i], &spread), STATUS_INVALID);
        assert_non_null(strstr(status_message(), "the stream has 1"));
    }
    op_stream_close(&s);
}

static void expect_refused(const void *bytes, size_t n, status expected, const char *says) {
    stream_write(path, bytes, n);
    op_stream s;
    assert_int_equal(op_stream_open(path, &s), expected);
    if (!strstr(status_message(), says))
        fail_msg("\"%s\" does not say \"%s\"", status_message(), says);
    assert_null(s.at);
}

static void test_damaged_headers_are_refused(void **state) {
    (void)state;
    stream_file f = stream_example();
    expect_refused(&f, 0, STATUS_INVALID, "ends within its header");
    expect_refused(&f, STREAM_HEADER - 1, STATUS_INVALID, "ends within its header");
    expect_refused(&f, sizeof f - 1, STATUS_INVALID, "2 + 6 records are announced at byte 16, 7 are there");
    f.header[0] = 'X';
    expect_refused(&f, sizeof f, STATUS_INVALID, "OBSTRM01 is to stand at byte 0");
    f = stream_example();
    f.header[8] = 2;
    expect_refused(&f, sizeof f, STATUS_VERSION, "version 2");
    f = stream_example();
    stream_put_u64(&f, 16, UINT64_MAX);
    expect_refused(&f, sizeof f, STATUS_INVALID, "records are announced");
    f = stream_example();
    stream_put_u64(&f, 40, UINT64_MAX);
    expect_refused(&f, sizeof f, STATUS_INVALID, "none of them more than records");
    f = stream_example();
    stream_put_u64(&f, 32, 0);
    expect_refused(&f, sizeof f, STATUS_INVALID, "1 to 65536 symbols");
    f = stream_example();
    stream_put_u64(&f, 32, 9);
    expect_refused(&f, sizeof f, STATUS_INVALID, "none of them more than records");
}

static void test_damaged_records_are_refused_by_their_place(void **state) {
    (void)state;
    for (int damage = 0; damage < 6; damage++) {
        stream_file f = stream_example();
        op *o = &f.records[3];
        switch (damage) {
        case 0:
            o->id = 0;
            break;
        case 1:
            o->id = 7;
            break;
        case 2:
            o->symbol = 1;
            break;
        case 3:
            o->type = 6;
            break;
        case 4:
            o->side = 2;
            break;
        default:
            o->price = -1;
        }
        expect_refused(&f, sizeof f, STATUS_INVALID, "record 4 at byte 200");
    }
    stream_file f = stream_example();
    f.records[4].type = OP_EXECUTE;
    expect_refused(&f, sizeof f, STATUS_INVALID, "executions stand in feeds");
    f = stream_example();
    f.records[1].type = OP_MARKET;
    expect_refused(&f, sizeof f, STATUS_INVALID, "record 2 at byte 152");
}

// Every byte of header and records in turn: refused, or run to its end with totals that differ or not; never a crash.
static void test_any_flipped_byte_is_survived(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof(stream_file); i++) {
        stream_file f = stream_example();
        ((unsigned char *)&f)[i] ^= 0x41;
        stream_write(path, &f, sizeof f);
        op_stream s;
        op_result r;
        if (op_stream_open(path, &s) != STATUS_OK)
            continue;
        if (op_run(&s, OP_THROUGHPUT, &r) == STATUS_OK)
            assert_true(r.events + r.rejects > 0);
        op_stream_close(&s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_stream_runs_to_the_totals_of_its_header),
        cmocka_unit_test(test_each_total_that_differs_is_named),
        cmocka_unit_test(test_a_stream_spread_over_books_comes_to_the_same_in_each),
        cmocka_unit_test(test_a_copy_that_differs_from_the_others_is_found),
        cmocka_unit_test(test_numbers_of_books_that_cant_be_are_refused),
        cmocka_unit_test(test_damaged_headers_are_refused),
        cmocka_unit_test(test_damaged_records_are_refused_by_their_place),
        cmocka_unit_test(test_any_flipped_byte_is_survived),
    };
    return cmocka_run_group_tests(tests, make_path, remove_path);
}
