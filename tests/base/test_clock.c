#include "src/base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "tests/base/support_numbers.h"

static int length_of_month(int year, int month) {
    if (month == 2)
        return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

// Walks every day of ten thousand years with the obvious calendar.
static void test_date_counts_every_day_of_the_calendar(void **state) {
    (void)state;
    date expected = date_make(0, 1, 1);
    assert_int_equal(date_make(1970, 1, 1), 0);
    for (int year = 0; year <= 9999; year++)
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= length_of_month(year, month); day++, expected++) {
                int y, m, d;
                date_split(expected, &y, &m, &d);
                if (date_make(year, month, day) != expected || y != year || m != month || d != day)
                    fail_msg("%04d-%02d-%02d: %d, split %d-%d-%d", year, month, day, (int)expected, y, m, d);
            }
}

static void test_date_text_reads_back(void **state) {
    (void)state;
    for (date d = date_make(0, 1, 1); d <= date_make(9999, 12, 31); d += 13) {
        char text[DATE_TEXT];
        date back;
        if (!date_read(date_text(d, text), 10, &back) || back != d)
            fail_msg("%s came back as %d", text, (int)back);
    }
}

static void test_date_and_weekday_agree_with_the_c_library(void **state) {
    (void)state;
    for (date d = -200000; d < 200000; d += 7 * 11 + 1) {
        time_t seconds = (time_t)d * 86400;
        struct tm tm;
        gmtime_r(&seconds, &tm);
        assert_int_equal(date_weekday(d), (tm.tm_wday + 6) % 7);
        assert_int_equal(date_make(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday), d);
    }
}

static void test_date_read_takes_only_the_exact_form(void **state) {
    (void)state;
    static const char *const bad[] = {"",           "2018-2-07",  "2018-02-7",   "2018/02/07",  "20180207",
                                      "2018-02-29", "2018-00-10", "2018-13-01",  "2018-04-31",  "2018-01-00",
                                      "x018-01-01", "2018-01-0 ", "2018-02-07T", " 2018-02-07", "-018-02-07",
                                      "1900-02-29"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        date d;
        assert_false(date_read(bad[i], (unsigned)strlen(bad[i]), &d));
    }
    date d;
    assert_true(date_read("2000-02-29", 10, &d));
    assert_int_equal(d, 11016);
}

static void test_date_none_is_written_as_nothing(void **state) {
    (void)state;
    char text[DATE_TEXT];
    assert_string_equal(date_text(DATE_NONE, text), "");
}

static void test_date_next_weekday_skips_weekends(void **state) {
    (void)state;
    for (date d = -1000; d < 1000; d++) {
        date expected = d + 1;
        while (date_weekday(expected) > 4)
            expected++;
        assert_int_equal(date_next_weekday(d), expected);
    }
}

static void test_instant_text_shows_milliseconds_rounded_down(void **state) {
    (void)state;
    char text[INSTANT_TEXT];
    assert_string_equal(instant_text(0, text), "1970-01-01T00:00:00.000Z");
    assert_string_equal(instant_text(INT64_C(1795271527123999999), text), "2026-11-21T14:32:07.123Z");
    assert_string_equal(instant_text(-1, text), "1969-12-31T23:59:59.999Z");
}

static void test_instant_date_is_the_day_it_falls_into(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(4));
    for (int i = 0; i < 100000; i++) {
        instant t = (instant)rng_u64(&r) / 2;
        date d = instant_date(t);
        assert_true(date_instant(d) <= t && t < date_instant(d + 1));
    }
}

static void test_clock_mono_never_goes_back(void **state) {
    (void)state;
    int64_t before = clock_mono();
    for (int i = 0; i < 1000; i++) {
        int64_t now = clock_mono();
        assert_true(now >= before);
        before = now;
    }
    assert_true(clock_wall() > date_instant(date_make(2024, 1, 1)));
}

static void test_time_of_day_reads_back(void **state) {
    (void)state;
    static const struct {
        const char *string;
        int64_t ns;
    } good[] = {{"9:30", INT64_C(34200000000000)},
                {"09:30:00", INT64_C(34200000000000)},
                {"23:59:59.999999999", NS_PER_DAY - 1},
                {"00:00:00.5", NS_PER_S / 2},
                {"14:32:07.123", INT64_C(52327123000000)}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t ns = -1;
        assert_int_equal(time_of_day_parse(good[i].string, &ns), STATUS_OK);
        assert_int_equal(ns, good[i].ns);
    }
    char text[INSTANT_TEXT];
    assert_string_equal(time_of_day_text(INT64_C(52327123999999), text), "14:32:07.123");
}

static void test_what_is_no_time_of_day_is_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"",      "9",        "24:00", "9:60", "09:30:60",         "09:30:00.",
                                      "9:30 ", "09:30:1x", "-1:00", "9:3:", "1:2:3.1234567891", "abc"};
    int64_t ns;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(time_of_day_parse(bad[i], &ns), STATUS_USAGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_date_counts_every_day_of_the_calendar),
        cmocka_unit_test(test_date_text_reads_back),
        cmocka_unit_test(test_date_and_weekday_agree_with_the_c_library),
        cmocka_unit_test(test_date_read_takes_only_the_exact_form),
        cmocka_unit_test(test_date_none_is_written_as_nothing),
        cmocka_unit_test(test_date_next_weekday_skips_weekends),
        cmocka_unit_test(test_instant_text_shows_milliseconds_rounded_down),
        cmocka_unit_test(test_instant_date_is_the_day_it_falls_into),
        cmocka_unit_test(test_clock_mono_never_goes_back),
        cmocka_unit_test(test_time_of_day_reads_back),
        cmocka_unit_test(test_what_is_no_time_of_day_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
