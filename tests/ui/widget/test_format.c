#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ui/widget/format.h"
#include "ui/widget/scale.h"

static char out[FORMAT_TEXT];

static void test_money_is_grouped_and_rounded_half_away_from_zero(void **state) {
    (void)state;
    assert_string_equal(format_money(1210700, 2, out), "121.07");
    assert_string_equal(format_money(12345678950, 2, out), "1,234,567.90");
    assert_string_equal(format_money(50, 2, out), "0.01");
    assert_string_equal(format_money(-50, 2, out), "−0.01");
    assert_string_equal(format_money(-49, 2, out), "0.00");
    assert_string_equal(format_money(INT64_MIN, 0, out), "−922,337,203,685,478");
}

static void test_gains_carry_a_sign_but_zero_does_not(void **state) {
    (void)state;
    assert_string_equal(format_gain(31800000, 0, out), "+3,180");
    assert_string_equal(format_gain(-20790000, 0, out), "−2,079");
    assert_string_equal(format_gain(0, 0, out), "0");
    assert_string_equal(format_signed(-0.001, 2, out), "0.00");
}

static void test_numbers_that_are_missing_or_huge_stay_short(void **state) {
    (void)state;
    assert_string_equal(format_number((double)NAN, 2, out), "–");
    assert_string_equal(format_number(-(double)INFINITY, 2, out), "−inf");
    assert_string_equal(format_signed(1.25e18, 0, out), "+1.25e+18");
    assert_true(strlen(format_number(-DBL_MAX, 9, out)) < 20);
    assert_string_equal(format_percent((double)NAN, 1, out), "–");
}

static void test_compact_numbers_have_three_digits_and_the_right_unit(void **state) {
    (void)state;
    assert_string_equal(format_compact(3414000, out), "3.41 M");
    assert_string_equal(format_compact(-1020000, out), "−1.02 M");
    assert_string_equal(format_compact(950, out), "950");
    assert_string_equal(format_compact(9999, out), "9,999");
    assert_string_equal(format_compact(10000, out), "10.0 k");
    assert_string_equal(format_compact(999499, out), "999 k");
    assert_string_equal(format_compact(999500, out), "1.00 M");
    assert_string_equal(format_compact(4.2e12, out), "4.20 T");
}

static void test_changes_show_an_arrow_and_no_change_none(void **state) {
    (void)state;
    assert_string_equal(format_change(0.0224, out), "▲ 2.24");
    assert_string_equal(format_change(-0.0058, out), "▼ 0.58");
    assert_string_equal(format_change(0, out), "0.00");
    assert_string_equal(format_change((double)NAN, out), "–");
}

static void test_ages_read_as_people_say_them(void **state) {
    (void)state;
    assert_string_equal(format_age(12 * NS_PER_MS, out), "12 ms");
    assert_string_equal(format_age(200 * NS_PER_MS, out), "0.2 s");
    assert_string_equal(format_age(45 * NS_PER_S, out), "45 s");
    assert_string_equal(format_age(200 * NS_PER_S, out), "3 min");
    assert_string_equal(format_age(5 * 3600 * NS_PER_S, out), "5 h");
    assert_string_equal(format_age(3 * NS_PER_DAY, out), "3 d");
    assert_string_equal(format_age(-5, out), "<1 ms");
    assert_string_equal(format_age(INT64_MAX, out), "106751 d");
}

static void test_times_at_the_exchange_follow_its_summer_time(void **state) {
    (void)state;
    instant winter = date_instant(date_make(2026, 11, 20)) + 19 * 3600 * NS_PER_S;
    instant summer = date_instant(date_make(2026, 7, 20)) + 18 * 3600 * NS_PER_S + 250 * NS_PER_MS;
    assert_string_equal(format_local(winter, 0, out), "14:00:00");
    assert_string_equal(format_local(summer, 1, out), "14:00:00.2");
    assert_string_equal(format_time(summer, 3, out), "18:00:00.250");
    format_local(INT64_MIN, 3, out); // must not overflow
    format_instant(INT64_MAX, out);
    assert_int_equal(format_span(INT64_MAX, INT64_MIN), INT64_MAX);
}

static void test_dates_outside_the_calendar_are_missing(void **state) {
    (void)state;
    assert_string_equal(format_date(date_make(2018, 2, 7), out), "2018-02-07");
    assert_string_equal(format_date(DATE_NONE, out), "–");
    assert_string_equal(format_date(INT32_MAX, out), "–");
    assert_string_equal(format_date(date_make(9999, 12, 31), out), "9999-12-31");
}

static void test_ordinals_know_the_teens(void **state) {
    (void)state;
    assert_string_equal(format_ordinal(1, out), "1st");
    assert_string_equal(format_ordinal(12, out), "12th");
    assert_string_equal(format_ordinal(22, out), "22nd");
    assert_string_equal(format_ordinal(113, out), "113th");
}

static void test_scales_have_round_steps_and_a_span(void **state) {
    (void)state;
    scale s = scale_over(0.3, 9.7, 5);
    assert_true(fabs(s.step - 2) < 1e-12);
    assert_true(fabs(scale_first(&s) - 2) < 1e-12);
    const double ends[] = {0, 1, -1, 1e300, -1e300, 1e-300, (double)NAN, (double)INFINITY, DBL_MAX, -DBL_MAX};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
            s = scale_over(ends[i], ends[k], 4);
            assert_true(isfinite(s.low) && isfinite(s.high) && s.high > s.low && s.step > 0);
            scale_label(&s, UNIT_COMPACT, scale_first(&s), out);
        }
}

static void test_labels_of_one_axis_share_a_unit(void **state) {
    (void)state;
    scale s = scale_over(-2000, 12000, 4);
    assert_string_equal(scale_label(&s, UNIT_COMPACT, 5000, out), "5 k");
    assert_string_equal(scale_label(&s, UNIT_COMPACT, 0, out), "0");
    s = scale_over(0.9, 1.1, 4);
    assert_string_equal(scale_label(&s, UNIT_NUMBER, 0.95, out), "0.95");
    s = scale_over(-0.02, 0.03, 4);
    assert_string_equal(scale_label(&s, UNIT_PERCENT, -0.02, out), "−2 %");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_money_is_grouped_and_rounded_half_away_from_zero),
        cmocka_unit_test(test_gains_carry_a_sign_but_zero_does_not),
        cmocka_unit_test(test_numbers_that_are_missing_or_huge_stay_short),
        cmocka_unit_test(test_compact_numbers_have_three_digits_and_the_right_unit),
        cmocka_unit_test(test_changes_show_an_arrow_and_no_change_none),
        cmocka_unit_test(test_ages_read_as_people_say_them),
        cmocka_unit_test(test_times_at_the_exchange_follow_its_summer_time),
        cmocka_unit_test(test_dates_outside_the_calendar_are_missing),
        cmocka_unit_test(test_ordinals_know_the_teens),
        cmocka_unit_test(test_scales_have_round_steps_and_a_span),
        cmocka_unit_test(test_labels_of_one_axis_share_a_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
