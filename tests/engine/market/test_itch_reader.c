#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/market/itch_reader.h"
#include "tests/base/support_gzip.h"
#include "tests/engine/market/support_itch.h"

// Reads to the end in batches of `most`; counts by type go to counts[256].
static status count(itch_reader *r, size_t most, size_t *counts) {
    const itch_message *messages[64];
    size_t n;
    status s;
    memset(counts, 0, 256 * sizeof *counts);
    while ((s = itch_read(r, messages, most, &n)) == STATUS_OK)
        for (size_t i = 0; i < n; i++)
            counts[(unsigned char)messages[i]->type]++;
    assert_int_equal(n, 0);
    return s;
}

static size_t sum(const size_t *counts) {
    size_t all = 0;
    for (int i = 0; i < 256; i++)
        all += counts[i];
    return all;
}

static void test_itch_reads_every_type(void **state) {
    (void)state;
    text file = {0};
    itch_one_of_each(&file);
    for (size_t most = 1; most <= 64; most += 21) {
        size_t counts[256];
        itch_reader *r = itch_from_memory("each", file.at, file.n);
        assert_int_equal(count(r, most, counts), STATUS_END);
        for (int type = 0; type < 256; type++)
            assert_int_equal(counts[type], itch_sizes[type] ? 1 : 0);
        assert_int_equal(sum(counts), 23);
        assert_int_equal(itch_bytes_read(r), file.n);
        itch_close(r);
    }
    text_free(&file);
}

static void test_itch_fields_are_read_in_place(void **state) {
    (void)state;
    text file = {0};
    ITCH_ADD(&file, itch_order(513, 0x0102030405060708, 'B', 0x0a0b0c0d, 0x01020304));
    itch_reader *r = itch_from_memory("one", file.at, file.n);
    const itch_message *m;
    size_t n;
    assert_int_equal(itch_read(r, &m, 1, &n), STATUS_OK);
    assert_ptr_equal(m, file.at + 2);
    const itch_add *a = (const itch_add *)m;
    assert_int_equal(itch_get16(m->locate), 513);
    assert_int_equal(itch_get48(m->time), 0x030405060708);
    assert_int_equal(itch_get64(a->reference), 0x0102030405060708);
    assert_int_equal(itch_get32(a->shares), 0x0a0b0c0d);
    assert_int_equal(itch_get32(a->price), 0x01020304);
    assert_int_equal(itch_byte(r, m), 2);
    itch_close(r);
    text_free(&file);
}

static void test_itch_lengths_of_zero_come_from_the_type(void **state) {
    (void)state;
    text file = {0};
    itch_one_of_each(&file);
    for (size_t at = 0, size; at < file.n; at += 2 + size) {
        size = (unsigned char)file.at[at + 1];
        file.at[at + 1] = 0;
    }
    text_put_n(&file, "\0\0", 2); // the end of a session, as some files have it
    size_t counts[256];
    itch_reader *r = itch_from_memory("each", file.at, file.n);
    assert_int_equal(count(r, 7, counts), STATUS_END);
    assert_int_equal(sum(counts), 23);
    itch_close(r);
    text_free(&file);
}

static void expect_damage(const text *file, size_t n, size_t good, const char *says) {
    size_t counts[256];
    itch_reader *r = itch_from_memory("damaged.itch", file->at, n);
    assert_int_equal(count(r, 64, counts), STATUS_INVALID);
    assert_int_equal(sum(counts), good);
    if (!strstr(status_message(), says))
        fail_msg("\"%s\" does not say \"%s\"", status_message(), says);
    assert_int_equal(count(r, 64, counts), STATUS_INVALID);
    itch_close(r);
}

static void test_itch_damage_is_told_with_its_byte(void **state) {
    (void)state;
    text file = {0};
    ITCH_ADD(&file, (itch_system){itch_head('S', 0, 1), 'O'});
    ITCH_ADD(&file, itch_order(1, 1, 'B', 1, 1));
    expect_damage(&file, 15, 1, "damaged.itch: byte 14: ends within the length of a message");
    expect_damage(&file, 16, 1, "byte 14: ends within the length of a message");
    expect_damage(&file, 51, 1, "byte 14: ends within a message of type A (35 bytes of 36 are there)");
    file.at[15] = 35;
    expect_damage(&file, file.n, 1, "byte 14: a length of 35, where a message of type A has 36");
    file.at[16] = 'Z';
    expect_damage(&file, file.n, 1, "byte 16: 0x5a is no type of message of ITCH 5.0");
    text_free(&file);
}

static void test_itch_files_are_mapped_or_unpacked(void **state) {
    (void)state;
    text file = {0}, packed = {0};
    while (file.n < 3 << 20)
        itch_one_of_each(&file);
    size_t each = file.n, counts[256];
    gzip_pack(&packed, file.at, file.n);
    char *paths[] = {gzip_file(file.at, file.n), gzip_file(packed.at, packed.n)};
    for (int i = 0; i < 2; i++) {
        itch_reader *r;
        assert_int_equal(itch_open(paths[i], &r), STATUS_OK);
        assert_int_equal(count(r, 64, counts), STATUS_END);
        assert_int_equal(itch_bytes_read(r), each);
        assert_int_equal(counts['S'], counts['O']);
        assert_int_equal(sum(counts), counts['A'] * 23);
        itch_close(r);
        unlink(paths[i]);
        free(paths[i]);
    }
    text_free(&file);
    text_free(&packed);
}

static void test_itch_gives_all_messages_before_a_cut_of_gzip(void **state) {
    (void)state;
    text file = {0}, packed = {0};
    for (int i = 0; i < 3; i++)
        ITCH_ADD(&file, itch_order(1, 1, 'B', 1, 1));
    gzip_pack(&packed, file.at, file.n);
    char *path = gzip_file(packed.at, packed.n - GZIP_TRAILER - 1);
    size_t counts[256];
    itch_reader *r;
    assert_int_equal(itch_open(path, &r), STATUS_OK);
    assert_int_equal(count(r, 64, counts), STATUS_CORRUPT);
    assert_int_equal(sum(counts), 2);
    assert_int_equal(count(r, 64, counts), STATUS_CORRUPT);
    itch_close(r);
    unlink(path);
    free(path);
    text_free(&file);
    text_free(&packed);
}

static void test_itch_refuses_what_is_no_file(void **state) {
    (void)state;
    itch_reader *r;
    assert_int_equal(itch_open("/nowhere.itch", &r), STATUS_NOT_FOUND);
    assert_int_equal(itch_open("/tmp", &r), STATUS_IO);
    assert_int_equal(itch_open("/dev/null", &r), STATUS_IO);
    char *path = gzip_file("", 0);
    assert_int_equal(itch_open(path, &r), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "an empty file"));
    unlink(path);
    free(path);
}

static void test_itch_sample_has_its_counts(void **state) {
    (void)state;
    itch_reader *r;
    if (!itch_sample())
        skip();
    assert_int_equal(itch_open(itch_sample(), &r), STATUS_OK);
    size_t counts[256];
    assert_int_equal(count(r, 64, counts), STATUS_END);
    assert_int_equal(sum(counts), 12012);
    assert_int_equal(counts['S'], 6);
    assert_int_equal(counts['R'], 3);
    assert_int_equal(counts['H'], 3);
    assert_int_equal(counts['A'], 4997);
    assert_int_equal(counts['F'], 3);
    assert_int_equal(counts['E'] + counts['C'] + counts['X'] + counts['D'] + counts['U'], 2000);
    assert_int_equal(counts['P'], 5000);
    itch_close(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_itch_reads_every_type),
        cmocka_unit_test(test_itch_fields_are_read_in_place),
        cmocka_unit_test(test_itch_lengths_of_zero_come_from_the_type),
        cmocka_unit_test(test_itch_damage_is_told_with_its_byte),
        cmocka_unit_test(test_itch_files_are_mapped_or_unpacked),
        cmocka_unit_test(test_itch_gives_all_messages_before_a_cut_of_gzip),
        cmocka_unit_test(test_itch_refuses_what_is_no_file),
        cmocka_unit_test(test_itch_sample_has_its_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
