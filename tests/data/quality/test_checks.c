#include "data/quality/checks.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/quality/seen.h"
#include "src/base/rng.h"
#include "tests/base/support_numbers.h"

static void test_price_reads_exact_decimals(void **state) {
    (void)state;
    static const struct {
        const char *text;
        quality_field field;
        int64_t value;
        bool rounded;
    } cases[] = {
        {"121.07", FIELD_GOOD, 1210700, false},
        {"0.0001", FIELD_GOOD, 1, false},
        {".5", FIELD_GOOD, 5000, false},
        {"5.", FIELD_GOOD, 50000, false},
        {"+7", FIELD_GOOD, 70000, false},
        {"-3.25", FIELD_GOOD, -32500, false},
        {"1455.219971", FIELD_GOOD, 14552200, true},
        {"1.00005", FIELD_GOOD, 10001, true},
        {"-1.00005", FIELD_GOOD, -10001, true},
        {"1.00004999", FIELD_GOOD, 10000, true},
        {"1.500000", FIELD_GOOD, 15000, false},
        {"999999999.9999", FIELD_GOOD, 9999999999999, false},
        {"1000000000", FIELD_BAD, 0, false},
        {"123456789012345", FIELD_BAD, 0, false},
        {"1e5", FIELD_BAD, 0, false},
        {"1,000", FIELD_BAD, 0, false},
        {"1.2.3", FIELD_BAD, 0, false},
        {"0x10", FIELD_BAD, 0, false},
        {".", FIELD_BAD, 0, false},
        {"+", FIELD_BAD, 0, false},
        {"12 ", FIELD_BAD, 0, false},
        {"inf", FIELD_BAD, 0, false},
        {"", FIELD_MISSING, 0, false},
        {"-", FIELD_MISSING, 0, false},
        {"null", FIELD_MISSING, 0, false},
        {"NaN", FIELD_MISSING, 0, false},
        {"N/A", FIELD_MISSING, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t value = 0;
        bool rounded = false;
        quality_field f = quality_price(cases[i].text, (unsigned)strlen(cases[i].text), &value, &rounded);
        if (f != cases[i].field || value != cases[i].value || rounded != cases[i].rounded)
            fail_msg("%s: field %d, %" PRId64 ", rounded %d", cases[i].text, f, value, rounded);
    }
}

static void test_price_gives_back_any_written_price(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(20180207));
    for (int i = 0; i < 20000; i++) {
        int64_t in = (int64_t)rng_below(&r, 9999999999999), out;
        char text[32];
        bool rounded = false;
        int n = snprintf(text, sizeof text, "%" PRId64 ".%04" PRId64, in / 10000, in % 10000);
        assert_int_equal(quality_price(text, (unsigned)n, &out, &rounded), FIELD_GOOD);
        assert_int_equal(out, in);
        assert_false(rounded);
    }
}

static void test_volume_is_a_whole_number(void **state) {
    (void)state;
    int64_t v;
    assert_int_equal(quality_volume("8407500", 7, &v), FIELD_GOOD);
    assert_int_equal(v, 8407500);
    assert_int_equal(quality_volume("12.000", 6, &v), FIELD_GOOD);
    assert_int_equal(v, 12);
    assert_int_equal(quality_volume("-5", 2, &v), FIELD_GOOD);
    assert_int_equal(v, -5);
    assert_int_equal(quality_volume("12.5", 4, &v), FIELD_BAD);
    assert_int_equal(quality_volume("1e6", 3, &v), FIELD_BAD);
    assert_int_equal(quality_volume("", 0, &v), FIELD_MISSING);
}

static void test_bar_checks_name_what_can_not_be(void **state) {
    (void)state;
    static const date monday = 17203, saturday = 17208;
    static const struct {
        bar bar;
        unsigned checks;
    } cases[] = {
        {{0, monday, 100, 110, 90, 105, 1}, 0},
        {{0, monday, 100, 100, 100, 100, 1}, 0},
        {{0, monday, 100, 104, 90, 105, 1}, CHECK_BIT(CHECK_HIGH)},
        {{0, monday, 106, 105, 90, 105, 1}, CHECK_BIT(CHECK_HIGH)},
        {{0, monday, 100, 110, 101, 105, 1}, CHECK_BIT(CHECK_LOW)},
        {{0, monday, 100, 102, 101, 105, 1}, CHECK_BIT(CHECK_HIGH) | CHECK_BIT(CHECK_LOW)},
        {{0, monday, 100, 90, 110, 105, 1}, CHECK_BIT(CHECK_HIGH_LOW)},
        {{0, monday, 100, 110, 0, 105, 1}, CHECK_BIT(CHECK_POSITIVE)},
        {{0, monday, 100, 110, 90, 105, -1}, CHECK_BIT(CHECK_VOLUME)},
        {{0, monday, 100, 110, 90, 105, 0}, CHECK_BIT(CHECK_ZERO_VOLUME)},
        {{0, saturday, 100, 110, 90, 105, 1}, CHECK_BIT(CHECK_WEEKEND)},
    };
    assert_int_equal(date_weekday(monday), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(quality_bar(&cases[i].bar), cases[i].checks);
}

static void test_jump_is_a_move_of_more_than_half(void **state) {
    (void)state;
    assert_false(quality_jump(100, 150));
    assert_true(quality_jump(100, 151));
    assert_false(quality_jump(100, 50));
    assert_true(quality_jump(100, 49));
    assert_false(quality_jump(0, 49));
}

static void test_every_check_has_its_texts(void **state) {
    (void)state;
    for (quality_check c = 0; c < CHECK_COUNT; c++) {
        assert_true(strlen(quality_name(c)) > 0 && strlen(quality_name(c)) < 24);
        assert_true(strlen(quality_sentence(c)) > 0);
        assert_true(strlen(quality_stage(c)) > 0 && strlen(quality_stage(c)) < 16);
        assert_int_equal(quality_rejects(c), (CHECKS_THAT_REJECT & CHECK_BIT(c)) != 0);
    }
}

static void test_seen_agrees_with_a_plain_table(void **state) {
    (void)state;
    enum { SYMBOLS = 7, DAYS = 2000 };
    static bool table[SYMBOLS][DAYS];
    memset(table, 0, sizeof table);
    rng r = rng_seed(support_seed(20180207));
    seen s = {0};
    for (int i = 0; i < 30000; i++) {
        uint32_t symbol = (uint32_t)rng_below(&r, SYMBOLS);
        uint32_t day = (uint32_t)rng_below(&r, DAYS);
        assert_int_equal(seen_mark(&s, symbol, (date)day - DAYS / 2), table[symbol][day]);
        table[symbol][day] = true;
    }
    seen_free(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_price_reads_exact_decimals),
        cmocka_unit_test(test_price_gives_back_any_written_price),
        cmocka_unit_test(test_volume_is_a_whole_number),
        cmocka_unit_test(test_bar_checks_name_what_can_not_be),
        cmocka_unit_test(test_jump_is_a_move_of_more_than_half),
        cmocka_unit_test(test_every_check_has_its_texts),
        cmocka_unit_test(test_seen_agrees_with_a_plain_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
