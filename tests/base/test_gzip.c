#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/gzip.h"
#include "src/base/rng.h"
#include "tests/base/support_gzip.h"

// Unpacks a file in parts of `step` bytes; what came out goes to *out, how it ended comes back.
static status unpack(const char *path, size_t step, text *out) {
    gzip_reader *r;
    status s = gzip_open(path, &r);
    if (s != STATUS_OK)
        return s;
    char *part = malloc(step);
    size_t got;
    text_clear(out);
    while ((s = gzip_read(r, part, step, &got)) == STATUS_OK) {
        assert_true(got > 0 && got <= step);
        text_put_n(out, part, got);
    }
    assert_int_equal(got, 0);
    assert_int_equal(gzip_read(r, part, step, &got), s); // and ends so again
    free(part);
    gzip_close(r);
    return s;
}

static status unpack_bytes(const text *packed, size_t n, text *out) {
    char *path = gzip_file(packed->at, n);
    status s = unpack(path, 1000, out);
    unlink(path);
    free(path);
    return s;
}

static void expect_same(const text *a, const text *b) {
    assert_int_equal(a->n, b->n);
    assert_memory_equal(a->at, b->at, a->n);
}

static void make_bytes(text *out, size_t n) {
    rng r = rng_seed(7);
    while (out->n < n)
        text_char(out, (char)rng_below(&r, 256));
}

static void test_gzip_unpacks_what_was_packed(void **state) {
    (void)state;
    text plain = {0}, packed = {0}, out = {0};
    make_bytes(&plain, 200000);
    gzip_pack(&packed, plain.at, plain.n);
    char *path = gzip_file(packed.at, packed.n);
    for (size_t step = 1; step < 1000000; step = step * 7 + 1) {
        assert_int_equal(unpack(path, step, &out), STATUS_END);
        expect_same(&out, &plain);
    }
    unlink(path);
    free(path);
    text_free(&plain);
    text_free(&packed);
    text_free(&out);
}

static void test_gzip_reads_files_of_the_program_gzip(void **state) {
    (void)state;
    text plain = {0}, out = {0};
    for (int i = 0; i < 20000; i++)
        text_printf(&plain, "line %d\n", i * i);
    char *path = gzip_file(plain.at, plain.n);
    char command[256];
    snprintf(command, sizeof command, "gzip -f %s", path);
    if (system(command) != 0) {
        print_message("SKIP: no gzip here\n");
        skip();
    }
    char packed[128];
    snprintf(packed, sizeof packed, "%s.gz", path);
    assert_int_equal(unpack(packed, 4096, &out), STATUS_END);
    expect_same(&out, &plain);
    unlink(packed);
    free(path);
    text_free(&plain);
    text_free(&out);
}

static void test_gzip_joins_members(void **state) {
    (void)state;
    text packed = {0}, out = {0};
    gzip_pack(&packed, "one, ", 5);
    gzip_pack(&packed, "", 0);
    gzip_pack(&packed, "two", 3);
    assert_int_equal(unpack_bytes(&packed, packed.n, &out), STATUS_END);
    assert_string_equal(out.at, "one, two");
    text_free(&packed);
    text_free(&out);
}

static void test_gzip_gives_out_what_comes_before_a_cut(void **state) {
    (void)state;
    text packed = {0}, out = {0};
    gzip_pack(&packed, "abcdefgh", 8);
    for (size_t n = 0; n < packed.n; n++) {
        assert_int_equal(unpack_bytes(&packed, n, &out), STATUS_CORRUPT);
        assert_non_null(strstr(status_message(), "it ends within its data"));
        size_t before = GZIP_HEADER + 5;
        assert_int_equal(out.n, n < before ? 0 : n - before < 8 ? n - before : 8);
        assert_memory_equal(text_string(&out), "abcdefgh", out.n);
    }
    text_free(&packed);
    text_free(&out);
}

static void test_gzip_tells_where_it_is_damaged(void **state) {
    (void)state;
    text packed = {0}, out = {0};
    gzip_pack(&packed, "abcdefgh", 8);
    packed.at[GZIP_HEADER + 5] ^= 1; // a byte of the content: the checksum behind it tells
    assert_int_equal(unpack_bytes(&packed, packed.n, &out), STATUS_CORRUPT);
    assert_non_null(strstr(status_message(), "byte 27: incorrect data check"));
    packed.at[GZIP_HEADER + 5] ^= 1;
    text_put(&packed, "what is this");
    assert_int_equal(unpack_bytes(&packed, packed.n, &out), STATUS_CORRUPT);
    assert_non_null(strstr(status_message(), "incorrect header check"));
    assert_string_equal(out.at, "abcdefgh");
    text_free(&packed);
    text_free(&out);
}

static void test_gzip_names_a_file_that_is_not_there(void **state) {
    (void)state;
    gzip_reader *r;
    assert_int_equal(gzip_open("/nowhere/at.gz", &r), STATUS_NOT_FOUND);
    assert_non_null(strstr(status_message(), "/nowhere/at.gz"));
    assert_null(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gzip_unpacks_what_was_packed),
        cmocka_unit_test(test_gzip_reads_files_of_the_program_gzip),
        cmocka_unit_test(test_gzip_joins_members),
        cmocka_unit_test(test_gzip_gives_out_what_comes_before_a_cut),
        cmocka_unit_test(test_gzip_tells_where_it_is_damaged),
        cmocka_unit_test(test_gzip_names_a_file_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
