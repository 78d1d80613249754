// The demo universe: the same options give the same rows, and the rows look like a market.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/providers/calendar.h"
#include "data/providers/demo.h"
#include "data/store/bars.h"
#include "tests/data/support_workspace.h"

static demo_options small(uint64_t seed) {
    demo_options o = demo_default();
    o.stocks = 40;
    o.years = 3;
    o.seed = seed;
    return o;
}

static hash version_of(const demo_options *o) {
    workspace w;
    hash version;
    workspace_make(&w);
    assert_ok(demo_create(w.store, o, NULL, NULL, NULL));
    assert_ok(bars_version(w.store, &version));
    workspace_remove(&w);
    return version;
}

static void test_demo_is_the_same_for_the_same_seed(void **state) {
    (void)state;
    demo_options one = small(7), other = small(8);
    hash first = version_of(&one), second = version_of(&one), third = version_of(&other);
    assert_memory_equal(&first, &second, sizeof first);
    assert_memory_not_equal(&first, &third, sizeof first);
}

static void test_demo_marks_the_workspace_and_is_made_once(void **state) {
    (void)state;
    workspace w;
    demo_options o = small(1);
    workspace_make(&w);
    assert_false(demo_is(w.store));
    assert_ok(demo_create(w.store, &o, NULL, NULL, NULL));
    assert_true(demo_is(w.store));
    assert_status(demo_create(w.store, &o, NULL, NULL, NULL), STATUS_EXISTS);
    workspace_remove(&w);
}

static void test_demo_keeps_nothing_when_it_is_stopped(void **state) {
    (void)state;
    workspace w;
    demo_options o = small(1);
    volatile int cancelled = 1;
    workspace_make(&w);
    assert_status(demo_create(w.store, &o, NULL, NULL, &cancelled), STATUS_CANCELLED);
    securities list = {0};
    assert_ok(securities_load(w.store, &list));
    assert_int_equal(list.n, 0);
    securities_free(&list);
    assert_false(demo_is(w.store));
    workspace_remove(&w);
}

static void test_demo_refuses_options_out_of_range(void **state) {
    (void)state;
    demo_truth t;
    demo_options o = small(1);
    o.stocks = 4;
    assert_status(demo_truth_make(&o, &t), STATUS_INVALID);
    o = small(1);
    o.years = 41;
    assert_status(demo_truth_make(&o, &t), STATUS_INVALID);
}

// What the panel says of a stock is what the truth says of it: the factor part of its returns is in them.
static void test_demo_returns_come_from_their_factors(void **state) {
    (void)state;
    workspace w;
    demo_options o = small(3);
    demo_truth t;
    panel *p;
    workspace_make(&w);
    assert_ok(demo_create(w.store, &o, NULL, NULL, NULL));
    assert_ok(demo_truth_make(&o, &t));
    assert_ok(panel_load(w.store, "stock", t.day[0], t.day[t.days - 1], NULL, &p));
    assert_int_equal(p->dates, t.days);
    double sum_xy = 0, sum_xx = 0, sum_yy = 0;
    for (size_t i = 0; i < p->securities; i++)
        for (size_t d = 1; d < p->dates; d++) {
            double y = p->total_return[d * p->securities + i];
            if (isnan(y))
                continue;
            const demo_stock *s = &t.stock[i];
            double x = s->beta * t.market[d] + t.sector[s->sector][d];
            for (int k = 0; k < DEMO_STYLES; k++)
                x += s->exposure[k] * t.style[k][d];
            sum_xy += x * y;
            sum_xx += x * x;
            sum_yy += y * y;
        }
    double correlation = sum_xy / sqrt(sum_xx * sum_yy);
    assert_true(correlation > 0.5);
    assert_true(fabs(sum_xy / sum_xx - 1) < 0.05);
    panel_free(p);
    demo_truth_free(&t);
    workspace_remove(&w);
}

static void test_calendar_closes_on_the_exchanges_holidays(void **state) {
    (void)state;
    // Holidays as the New York Stock Exchange published them for 2021, 2022 and 2026; Martin Luther King's day is one
    // since 1998.
    static const int closed[][3] = {{2021, 1, 1},   {1998, 1, 19},  {2021, 1, 18}, {2021, 2, 15},
                                    {2021, 4, 2},   {2021, 5, 31},  {2021, 7, 5},  {2021, 9, 6},
                                    {2021, 11, 25}, {2021, 12, 24}, {2022, 6, 20}, {2022, 12, 26},
                                    {2026, 4, 3},   {2026, 6, 19},  {2026, 7, 3},  {2026, 11, 26}};
    static const int open[][3] = {{2021, 12, 31}, {2021, 6, 18},  {2022, 1, 3},
                                  {2026, 11, 27}, {2026, 12, 24}, {1997, 1, 20}};
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        assert_false(calendar_is_open(date_make(closed[i][0], closed[i][1], closed[i][2])));
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        assert_true(calendar_is_open(date_make(open[i][0], open[i][1], open[i][2])));
    assert_int_equal(calendar_next(date_make(2026, 11, 25)), date_make(2026, 11, 27));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_demo_is_the_same_for_the_same_seed),
        cmocka_unit_test(test_demo_marks_the_workspace_and_is_made_once),
        cmocka_unit_test(test_demo_keeps_nothing_when_it_is_stopped),
        cmocka_unit_test(test_demo_refuses_options_out_of_range),
        cmocka_unit_test(test_demo_returns_come_from_their_factors),
        cmocka_unit_test(test_calendar_closes_on_the_exchanges_holidays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
