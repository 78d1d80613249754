#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/market/daypath.h"

#define SECOND INT64_C(1000000000)

enum { PATHS = 400 };

static const daypath_bar up = {.open = 1000000, .high = 1030000, .low = 990000, .close = 1021300, .volume = 1000000};

static daypath start(uint64_t stream, daypath_bar bar) {
    daypath p;
    daypath_start(&p,
                  &(daypath_config){
                      .seed = 3, .stream = stream, .reference = 1000000, .volatility = 0.02, .least = 200, .bar = bar});
    return p;
}

static void test_a_day_passes_its_variance_in_a_u(void **state) {
    (void)state;
    double activity = 0, passed = 0;
    for (int64_t t = 0; t < RHYTHM_DAY; t += 60 * SECOND) {
        activity += rhythm_activity(t + 30 * SECOND) / 390;
        passed += rhythm_variance(t + 30 * SECOND) / 390;
        assert_true(fabs(rhythm_passed(t + 60 * SECOND) - passed) < 1e-4);
    }
    assert_true(fabs(activity - 1) < 1e-3 && fabs(passed - 1) < 1e-3);
    assert_true(rhythm_passed(0) == 0 && rhythm_passed(-1) == 0 && rhythm_passed(RHYTHM_DAY) == 1);
    assert_true(rhythm_activity(0) > 1.5 * rhythm_activity(RHYTHM_DAY / 2));
    assert_true(rhythm_activity(RHYTHM_DAY) > 1.5 * rhythm_activity(RHYTHM_DAY / 2));
}

static void test_a_path_with_a_bar_goes_from_open_to_close_within_its_range(void **state) {
    (void)state;
    double range = 0;
    for (uint64_t i = 0; i < PATHS; i++) {
        daypath p = start(i, up);
        double low = 1e9, high = 0, price = daypath_at(&p, 0), before = price;
        assert_true(price == 1000000);
        for (int64_t t = 30 * SECOND; t <= DAYPATH_END; t += 30 * SECOND) {
            price = daypath_at(&p, t);
            assert_true(fabs(price - before) < 0.01 * price); // drawn there, not thrown
            low = fmin(low, price);
            high = fmax(high, price);
            before = price;
        }
        assert_true(low >= 990000 && high <= 1030000);
        assert_true(fabs(price - 1021300) < 0.5);
        assert_true(daypath_at(&p, RHYTHM_DAY) == price);
        range += (high - low) / PATHS;
    }
    assert_true(range > 0.7 * (1030000 - 990000)); // and uses most of it
}

static void test_a_path_without_a_bar_has_the_volatility(void **state) {
    (void)state;
    double squares = 0;
    for (uint64_t i = 0; i < PATHS; i++) {
        daypath p = start(1000 + i, (daypath_bar){0});
        double way = log(daypath_at(&p, DAYPATH_END) / 1000000);
        squares += way * way / PATHS;
    }
    // Of 400 squares the mean has a deviation of 7 %; their root of half of it.
    assert_true(sqrt(squares) > 0.02 * 0.85 && sqrt(squares) < 0.02 * 1.15);
}

static void test_a_path_is_the_same_however_often_it_is_asked(void **state) {
    (void)state;
    daypath a = start(7, up), b = start(7, up);
    for (int64_t t = 0; t < 3600 * SECOND; t += 123456789)
        daypath_at(&a, t);
    assert_true(daypath_at(&a, 3600 * SECOND) == daypath_at(&b, 3600 * SECOND));
    assert_true(daypath_at(&a, DAYPATH_END) == daypath_at(&b, DAYPATH_END));
}

static void test_a_path_that_starts_late_starts_at_its_reference(void **state) {
    (void)state;
    daypath p;
    daypath_start(&p, &(daypath_config){.reference = 1012000, .volatility = 0.02, .since = 7200 * SECOND, .bar = up});
    assert_true(daypath_at(&p, 7200 * SECOND) == 1012000);
    assert_true(fabs(daypath_at(&p, DAYPATH_END) - 1021300) < 0.5);
}

static void test_a_bar_that_is_none_is_not_followed(void **state) {
    (void)state;
    assert_true(daypath_bar_holds(&up));
    daypath_bar bad = up;
    bad.high = 1000;
    assert_false(daypath_bar_holds(&bad));
    assert_false(daypath_bar_holds(&(daypath_bar){0}));
    daypath p = start(1, bad);
    assert_true(p.target == 0);
    daypath_bar flat = {.open = 500000, .high = 500000, .low = 500000, .close = 500000};
    p = start(1, flat);
    assert_true(daypath_at(&p, 3600 * SECOND) == 500000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_day_passes_its_variance_in_a_u),
        cmocka_unit_test(test_a_path_with_a_bar_goes_from_open_to_close_within_its_range),
        cmocka_unit_test(test_a_path_without_a_bar_has_the_volatility),
        cmocka_unit_test(test_a_path_is_the_same_however_often_it_is_asked),
        cmocka_unit_test(test_a_path_that_starts_late_starts_at_its_reference),
        cmocka_unit_test(test_a_bar_that_is_none_is_not_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
