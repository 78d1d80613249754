#include "src/base/decimal.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "tests/base/support_numbers.h"

// Numbers of every length alike, both signs.
static int64_t random_integer(rng *r) {
    int64_t x = (int64_t)(rng_u64(r) >> (1 + rng_below(r, 63)));
    return rng_below(r, 2) ? x : -x;
}

static bool reads(const char *s, int64_t *out) { return decimal_read(s, (unsigned)strlen(s), out); }

static void test_decimal_plain_text_reads_back(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(5));
    for (int i = 0; i < 200000; i++) {
        int64_t d = random_integer(&r), back;
        char text[DECIMAL_TEXT];
        if (!reads(decimal_text_plain(d, text), &back) || back != d)
            fail_msg("%" PRId64 " is written as %s", d, text);
    }
}

static void test_decimal_plain_text_is_the_shortest(void **state) {
    (void)state;
    char text[DECIMAL_TEXT];
    assert_string_equal(decimal_text_plain(0, text), "0");
    assert_string_equal(decimal_text_plain(12107000, text), "1210.7");
    assert_string_equal(decimal_text_plain(-1, text), "-0.0001");
    assert_string_equal(decimal_text_plain(-50000, text), "-5");
    assert_string_equal(decimal_text_plain(100, text), "0.01");
    assert_string_equal(decimal_text_plain(INT64_MIN, text), "-922337203685477.5808");
}

static void test_decimal_reads_what_is_exact_and_nothing_else(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {{"121.07", 1210700},
                {"+1", 10000},
                {"-0.5", -5000},
                {"0", 0},
                {"-0", 0},
                {"1.00000000", 10000},
                {"007", 70000},
                {"3.14150", 31415},
                {"922337203685477.5807", INT64_MAX}};
    static const char *const bad[] = {"",
                                      "-",
                                      "+",
                                      ".5",
                                      "5.",
                                      "1,000",
                                      "1.23456",
                                      "0.00001",
                                      "1e3",
                                      " 1",
                                      "1 ",
                                      "--1",
                                      "1.2.3",
                                      "nan",
                                      "0x10",
                                      "1.0000 ",
                                      "922337203685477.5808",
                                      "99999999999999999999"};
    int64_t d;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(reads(good[i].text, &d));
        assert_int_equal(d, good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(reads(bad[i], &d));
    }
}

static void test_decimal_text_groups_thousands(void **state) {
    (void)state;
    char text[DECIMAL_TEXT];
    assert_string_equal(decimal_text(12107000, 2, text), "1,210.70");
    assert_string_equal(decimal_text(1234567890000, 4, text), "123,456,789.0000");
    assert_string_equal(decimal_text(9990000, 0, text), "999");
    assert_string_equal(decimal_text(INT64_MIN, 4, text), "-922,337,203,685,477.5808");
}

static void test_decimal_text_rounds_half_away_from_zero(void **state) {
    (void)state;
    char text[DECIMAL_TEXT];
    assert_string_equal(decimal_text(10050, 2, text), "1.01");
    assert_string_equal(decimal_text(10049, 2, text), "1.00");
    assert_string_equal(decimal_text(-10050, 2, text), "-1.01");
    assert_string_equal(decimal_text(9995000, 0, text), "1,000");
    assert_string_equal(decimal_text(-49, 2, text), "0.00"); // nothing is left of the sign
}

static void test_decimal_text_agrees_with_printf_but_for_commas(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(6));
    for (int i = 0; i < 50000; i++) {
        int64_t d = random_integer(&r);
        char grouped[DECIMAL_TEXT], plain[64], *out = grouped;
        decimal_text(d, 4, grouped);
        for (const char *in = grouped; *in; in++)
            if (*in != ',')
                *out++ = *in;
        *out = 0;
        uint64_t magnitude = d < 0 ? -(uint64_t)d : (uint64_t)d;
        snprintf(plain, sizeof plain, "%s%" PRIu64 ".%04" PRIu64, d < 0 ? "-" : "", magnitude / 10000,
                 magnitude % 10000);
        assert_string_equal(grouped, plain);
    }
}

static void test_decimal_goes_through_a_double_and_back(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(7));
    for (int i = 0; i < 100000; i++) {
        int64_t d = random_integer(&r) >> 12; // below 2^51, as the header promises
        assert_int_equal(decimal_from_double(decimal_to_double(d)), d);
    }
    assert_int_equal(decimal_from_double(1.00006), 10001);
    assert_int_equal(decimal_from_double(-1.00006), -10001);
    assert_int_equal(decimal_from_double(0.5e-4), 1);
    assert_int_equal(decimal_from_double(-0.5e-4), -1);
}

static void test_decimal_times_multiplies_up_to_64_bits(void **state) {
    (void)state;
    assert_int_equal(decimal_times(1210700, 300), 363210000);
    assert_int_equal(decimal_times(-1210700, 300), -363210000);
    assert_int_equal(decimal_times(INT64_MAX, -1), -INT64_MAX);
    assert_int_equal(decimal_times(INT64_C(1) << 40, -(INT64_C(1) << 23)), INT64_MIN);
}

static void test_integer_text_reads_back(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(8));
    for (int i = 0; i < 100000; i++) {
        int64_t n = random_integer(&r), back;
        char text[DECIMAL_TEXT];
        integer_text(n, text);
        if (!integer_read(text, (unsigned)strlen(text), &back) || back != n)
            fail_msg("%" PRId64 " is written as %s", n, text);
    }
}

static void test_integer_read_checks_the_grouping(void **state) {
    (void)state;
    static const char *const bad[] = {"",     "-",      ",",      "1,",       ",100",
                                      "1,00", "1,0000", "1000,0", "1,,00",    "12,34",
                                      "1.0",  "1e3",    " 1",     "1000,000", "9223372036854775808"};
    int64_t n;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(integer_read(bad[i], (unsigned)strlen(bad[i]), &n));
    assert_true(integer_read("-12,345", 7, &n));
    assert_int_equal(n, -12345);
    assert_true(integer_read("12345", 5, &n));
    assert_int_equal(n, 12345);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decimal_plain_text_reads_back),
        cmocka_unit_test(test_decimal_plain_text_is_the_shortest),
        cmocka_unit_test(test_decimal_reads_what_is_exact_and_nothing_else),
        cmocka_unit_test(test_decimal_text_groups_thousands),
        cmocka_unit_test(test_decimal_text_rounds_half_away_from_zero),
        cmocka_unit_test(test_decimal_text_agrees_with_printf_but_for_commas),
        cmocka_unit_test(test_decimal_goes_through_a_double_and_back),
        cmocka_unit_test(test_decimal_times_multiplies_up_to_64_bits),
        cmocka_unit_test(test_integer_text_reads_back),
        cmocka_unit_test(test_integer_read_checks_the_grouping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
