#include "src/base/hash.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_hash_is(hash h, const char *expected) {
    char text[HASH_TEXT];
    assert_string_equal(hash_text(h, text), expected);
}

static bool same(hash a, hash b) { return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0; }

// BLAKE2b with 32 bytes of output, as Python's hashlib computes it (its own implementation of RFC 7693).
static void test_hash_gives_the_reference_values(void **state) {
    (void)state;
    assert_hash_is(hash_of("", 0), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    assert_hash_is(hash_of("abc", 3), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    uint8_t bytes[10240];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    assert_hash_is(hash_of(bytes, sizeof bytes), "1ed0d7616785400ccd2dc0ba224e13482b6120adff1b9cd7fb31be806b6892d1");
}

static void test_hash_is_the_same_in_pieces(void **state) {
    (void)state;
    static const char bytes[] = "The line on the hull shows how much load the ship may carry.";
    hash whole = hash_of(bytes, sizeof bytes);
    for (size_t piece = 1; piece < sizeof bytes; piece++) {
        hash_state *h = hash_start();
        for (size_t i = 0; i < sizeof bytes; i += piece)
            hash_add(h, bytes + i, i + piece < sizeof bytes ? piece : sizeof bytes - i);
        assert_true(same(hash_finish(h), whole));
    }
}

static hash of_strings(const char *a, const char *b) {
    hash_state *h = hash_start();
    hash_add_string(h, a);
    hash_add_string(h, b);
    return hash_finish(h);
}

static void test_hash_tells_where_strings_end(void **state) {
    (void)state;
    assert_false(same(of_strings("ab", "c"), of_strings("a", "bc")));
    assert_false(same(of_strings("", "a"), of_strings("a", "")));
    assert_true(same(of_strings("ab", "c"), of_strings("ab", "c")));
}

static void test_hash_takes_numbers_in_little_endian(void **state) {
    (void)state;
    hash_state *h = hash_start();
    hash_add_u64(h, UINT64_C(0x0807060504030201));
    assert_true(same(hash_finish(h), hash_of("\1\2\3\4\5\6\7\10", 8)));
}

static hash of_double(double x) {
    hash_state *h = hash_start();
    hash_add_double(h, x);
    return hash_finish(h);
}

static void test_hash_takes_equal_doubles_as_equal(void **state) {
    (void)state;
    assert_true(same(of_double(0.0), of_double(-0.0)));
    assert_true(same(of_double(NAN), of_double(-NAN)));
    assert_false(same(of_double(1.0), of_double(nextafter(1.0, 2.0))));
    assert_false(same(of_double(1.0), of_double(-1.0)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hash_gives_the_reference_values),
        cmocka_unit_test(test_hash_is_the_same_in_pieces),
        cmocka_unit_test(test_hash_tells_where_strings_end),
        cmocka_unit_test(test_hash_takes_numbers_in_little_endian),
        cmocka_unit_test(test_hash_takes_equal_doubles_as_equal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
