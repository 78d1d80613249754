#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/market/course.h"
#include "src/base/clock.h"

static void test_course_keeps_the_whole_day_in_bounded_memory(void **state) {
    (void)state;
    course c = {0};
    for (int64_t i = 0; i < 10 * 23400; i++)
        course_add(&c, i * NS_PER_S / 10, 1000 + i);
    assert_in_range(c.n, COURSE_POINTS / 2, COURSE_POINTS);
    assert_int_equal(c.time[0], 0);
    assert_int_equal(c.step, 128 * NS_PER_S);
    assert_true(23400 * NS_PER_S - c.time[c.n - 1] <= 2 * c.step);
    for (int i = 0; i < c.n; i++)
        assert_int_equal(c.price[i], 1000 + c.time[i] / (NS_PER_S / 10));
    for (int i = 1; i < c.n; i++)
        assert_true(c.time[i] - c.time[i - 1] >= c.step / 2);
}

static void test_course_that_goes_back_begins_anew(void **state) {
    (void)state;
    course c = {0};
    course_add(&c, 100 * NS_PER_S, 5);
    course_add(&c, 200 * NS_PER_S, 6);
    course_add(&c, 50 * NS_PER_S, 7);
    assert_int_equal(c.n, 1);
    assert_int_equal(c.price[0], 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_course_keeps_the_whole_day_in_bounded_memory),
        cmocka_unit_test(test_course_that_goes_back_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
