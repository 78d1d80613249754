#include "engine/risk/scenario.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/base/support_numbers.h"

// Closes of the S&P 500 at the ends of the episodes, as S&P Dow Jones published them.
static const struct {
    int year, month, day;
    double close;
} closes[] = {
    {2000, 3, 24, 1527.46}, {2002, 10, 9, 776.76}, {2007, 10, 9, 1565.15}, {2008, 9, 12, 1251.70},
    {2008, 11, 20, 752.44}, {2009, 3, 9, 676.53},  {2020, 2, 19, 3386.15}, {2020, 3, 23, 2237.40},
};

enum { CLOSES = sizeof closes / sizeof *closes };

static date days[CLOSES];
static double values[CLOSES];

static risk_index published(void) {
    for (size_t i = 0; i < CLOSES; i++) {
        days[i] = date_make(closes[i].year, closes[i].month, closes[i].day);
        values[i] = closes[i].close;
    }
    return (risk_index){days, values, CLOSES};
}

static void test_scenarios_have_the_dates_and_moves_of_their_episodes(void **state) {
    (void)state;
    static const struct {
        const char *from, *to;
        double move;
    } expected[] = {
        {"2000-03-24", "2002-10-09", -0.4915},
        {"2007-10-09", "2009-03-09", -0.5678},
        {"2008-09-12", "2008-11-20", -0.3989},
        {"2020-02-19", "2020-03-23", -0.3392},
    };
    risk_index index = published();
    size_t n = 0;
    const risk_scenario *list = risk_scenarios(&n);
    assert_int_equal(n, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < n; i++) {
        char text[DATE_TEXT];
        double move = 0;
        assert_string_equal(date_text(list[i].from, text), expected[i].from);
        assert_string_equal(date_text(list[i].to, text), expected[i].to);
        assert_int_equal(risk_index_move(&index, list[i].from, list[i].to, &move), STATUS_OK);
        assert_near(move, expected[i].move, 5e-5);
        assert_true(*list[i].name && *list[i].text);
    }
}

static void test_index_move_takes_the_last_close_before_a_closed_day(void **state) {
    (void)state;
    risk_index index = published();
    double move = 0, exact = 0;
    assert_int_equal(risk_index_move(&index, date_make(2020, 2, 19), date_make(2020, 3, 23), &exact), STATUS_OK);
    assert_int_equal(risk_index_move(&index, date_make(2020, 2, 23), date_make(2020, 3, 30), &move), STATUS_OK);
    assert_near(move, exact, 0);
}

static void test_index_move_says_which_date_is_not_covered(void **state) {
    (void)state;
    risk_index index = published();
    double move = 0;
    assert_int_equal(risk_index_move(&index, date_make(1987, 10, 16), date_make(2008, 9, 12), &move), STATUS_NOT_FOUND);
    assert_non_null(strstr(status_message(), "1987-10-16"));
    assert_int_equal(risk_index_move(&index, date_make(2020, 2, 19), date_make(2020, 3, 31), &move), STATUS_NOT_FOUND);
    assert_non_null(strstr(status_message(), "2020-03-31"));
    assert_int_equal(risk_index_move(&index, date_make(2020, 2, 19), date_make(2020, 2, 19), &move), STATUS_INVALID);
    values[0] = 0;
    assert_int_equal(risk_index_move(&index, days[0], days[1], &move), STATUS_INVALID);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scenarios_have_the_dates_and_moves_of_their_episodes),
        cmocka_unit_test(test_index_move_takes_the_last_close_before_a_closed_day),
        cmocka_unit_test(test_index_move_says_which_date_is_not_covered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
