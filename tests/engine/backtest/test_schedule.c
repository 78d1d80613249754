#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/backtest/schedule.h"

enum { DAYS = 8 };

// Thursday 2018-01-25 to Monday 2018-02-05, weekdays, without Monday 2018-01-29.
static void calendar(date day[DAYS]) {
    const int days[DAYS][2] = {{1, 25}, {1, 26}, {1, 30}, {1, 31}, {2, 1}, {2, 2}, {2, 5}, {2, 6}};
    for (size_t t = 0; t < DAYS; t++)
        day[t] = date_make(2018, days[t][0], days[t][1]);
}

static void check(schedule s, size_t first, const bool expected[DAYS]) {
    date day[DAYS];
    calendar(day);
    for (size_t t = 0; t < DAYS; t++)
        assert_int_equal(schedule_due(s, day, first, DAYS - 1, t), expected[t]);
}

static void test_schedule_monthly_is_the_last_trading_day_of_a_month(void **state) {
    (void)state;
    check((schedule){SCHEDULE_MONTHLY, 0}, 0, (bool[DAYS]){[3] = true});
    check((schedule){SCHEDULE_MONTHLY, 0}, 4, (bool[DAYS]){false});
}

static void test_schedule_weekly_is_the_last_trading_day_of_a_week(void **state) {
    (void)state;
    check((schedule){SCHEDULE_WEEKLY, 0}, 0, (bool[DAYS]){[1] = true, [5] = true});
}

static void test_schedule_days_count_from_the_first(void **state) {
    (void)state;
    check((schedule){SCHEDULE_DAYS, 3}, 0, (bool[DAYS]){[0] = true, [3] = true, [6] = true});
    check((schedule){SCHEDULE_DAYS, 3}, 1,
          (bool[DAYS]){[1] = true, [4] = true}); // row 7 is the last: nothing to trade on
    check((schedule){SCHEDULE_DAYS, 1}, 5, (bool[DAYS]){[5] = true, [6] = true});
}

static void test_schedule_knows_a_year_from_the_next(void **state) {
    (void)state;
    const date day[] = {date_make(2016, 12, 30), date_make(2017, 12, 29), date_make(2018, 12, 28),
                        date_make(2018, 12, 31)};
    schedule s = {SCHEDULE_MONTHLY, 0};
    assert_true(schedule_due(s, day, 0, 3, 0));
    assert_true(schedule_due(s, day, 0, 3, 1));
    assert_false(schedule_due(s, day, 0, 3, 2));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schedule_monthly_is_the_last_trading_day_of_a_month),
        cmocka_unit_test(test_schedule_weekly_is_the_last_trading_day_of_a_week),
        cmocka_unit_test(test_schedule_days_count_from_the_first),
        cmocka_unit_test(test_schedule_knows_a_year_from_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
