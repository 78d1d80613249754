#include "src/base/csv.h"

#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "tests/base/support_numbers.h"

static slice of(const char *string) { return (slice){string, (unsigned)strlen(string)}; }

// The C library's strtod rounds correctly, so every bit must be the same.
static void assert_reads_like_strtod(const char *string) {
    double expected = strtod(string, NULL), got = 0.25;
    bool finite = slice_double(of(string), &got);
    if (finite != (isfinite(expected) != 0) || (finite && memcmp(&got, &expected, sizeof got) != 0))
        fail_msg("'%s' reads as %a instead of %a", string, got, expected);
}

static void test_slice_double_rounds_like_strtod_on_random_decimals(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(30));
    for (int round = 0; round < 300000; round++) {
        char digits[64];
        int n = 1 + (int)rng_below(&r, 22), point = (int)rng_below(&r, (uint64_t)n + 1), at = 0;
        if (rng_below(&r, 2))
            digits[at++] = rng_below(&r, 4) ? '-' : '+';
        for (int i = 0; i < n; i++) {
            if (i == point)
                digits[at++] = '.';
            digits[at++] = (char)('0' + rng_below(&r, 10));
        }
        digits[at] = 0;
        if (rng_below(&r, 2))
            snprintf(digits + at, sizeof digits - (size_t)at, "%c%d", rng_below(&r, 2) ? 'e' : 'E',
                     (int)rng_below(&r, 90) - 45);
        assert_reads_like_strtod(digits);
    }
}

static void test_slice_double_brings_back_any_double(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(31));
    for (int round = 0; round < 100000; round++) {
        uint64_t bits = rng_u64(&r);
        double x;
        memcpy(&x, &bits, sizeof x);
        if (!isfinite(x))
            continue;
        if (round % 2)
            x = ldexp(frexp(x, &(int){0}), (int)rng_below(&r, 60)); // the sizes of prices
        char digits[64];
        snprintf(digits, sizeof digits, "%.17g", x);
        double back;
        assert_true(slice_double(of(digits), &back));
        assert_memory_equal(&back, &x, sizeof x);
    }
}

// Halfway between two doubles, a bit below and a bit above; the edges of the range; more digits than an integer holds.
static void test_slice_double_rounds_hard_cases(void **state) {
    (void)state;
    static const char *const hard[] = {"9007199254740993",
                                       "9007199254740993.0000",
                                       "9007199254740992.999",
                                       "9007199254740993.001",
                                       "9007199254740995",
                                       "18446744073709551615",
                                       "9999999999999999999",
                                       "9999999999999999999e19",
                                       "9999999999999999999e-19",
                                       "9007199254740991e22",
                                       "9007199254740991e-22",
                                       "9007199254740991e-23",
                                       "0.1",
                                       "66.599999999999994",
                                       "1e308",
                                       "1.7976931348623157e308",
                                       "1.7976931348623159e308",
                                       "1e309",
                                       "-1e309",
                                       "4.9e-324",
                                       "2e-324",
                                       "2.2250738585072011e-308",
                                       "1e-99999999999",
                                       "1e99999999999",
                                       "0e99999999999",
                                       "-0",
                                       "-0.0e5",
                                       "00000000000000000000000000000001.5",
                                       "0.000000000000000000000000000000000015",
                                       "123456789012345678901234567890.123456789012345678901234567890"};
    for (size_t i = 0; i < sizeof hard / sizeof *hard; i++)
        assert_reads_like_strtod(hard[i]);
}

static void test_slice_double_reads_numbers_of_any_length(void **state) {
    (void)state;
    static char digits[3001];
    memset(digits, '7', 3000);
    digits[1] = '.';
    assert_reads_like_strtod(digits);
}

static void test_slice_double_refuses_what_is_no_decimal_number(void **state) {
    (void)state;
    static const char *const bad[] = {"",    "-",   "+",   ".",   "-.",   "e5",    "1e",    "1e+", "1 ",  " 1",
                                      "1,0", "0x1", "nan", "inf", "-inf", "1.2.3", "1e5.0", "--1", "1d5", "NaN"};
    double x;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(slice_double(of(bad[i]), &x));
    assert_true(slice_double(of("5."), &x) && x == 5);
    assert_true(slice_double(of(".5"), &x) && x == 0.5);
}

static void test_slice_double_reads_only_its_slice(void **state) {
    (void)state;
    double x;
    assert_true(slice_double((slice){"12.5678", 4}, &x));
    assert_true(x == 12.5);
}

static void test_slice_int_reads_all_64_bits(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(32));
    int64_t back;
    for (int round = 0; round < 50000; round++) {
        int64_t n = (int64_t)rng_u64(&r) >> rng_below(&r, 64);
        char digits[32];
        snprintf(digits, sizeof digits, "%" PRId64, n);
        assert_true(slice_int(of(digits), &back));
        assert_int_equal(back, n);
    }
    assert_true(slice_int(of("-9223372036854775808"), &back) && back == INT64_MIN);
    assert_true(slice_int(of("+9223372036854775807"), &back) && back == INT64_MAX);
    static const char *const bad[] = {"", "-", "1.0", "1e3", " 1", "9223372036854775808", "-9223372036854775809", "1-"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(slice_int(of(bad[i]), &back));
}

static void test_slice_copy_cuts_and_ends_with_zero(void **state) {
    (void)state;
    char out[4];
    slice_copy(of("ab"), out, sizeof out);
    assert_string_equal(out, "ab");
    slice_copy(of("abcdef"), out, sizeof out);
    assert_string_equal(out, "abc");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slice_double_rounds_like_strtod_on_random_decimals),
        cmocka_unit_test(test_slice_double_brings_back_any_double),
        cmocka_unit_test(test_slice_double_rounds_hard_cases),
        cmocka_unit_test(test_slice_double_reads_numbers_of_any_length),
        cmocka_unit_test(test_slice_double_refuses_what_is_no_decimal_number),
        cmocka_unit_test(test_slice_double_reads_only_its_slice),
        cmocka_unit_test(test_slice_int_reads_all_64_bits),
        cmocka_unit_test(test_slice_copy_cuts_and_ends_with_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
