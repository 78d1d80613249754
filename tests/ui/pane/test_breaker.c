// The breaker and its limits.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/ui/support_pane.h"

static void test_breaker_limits_warn_before_they_are_reached(void **state) {
    (void)state;
    open_pane p = support_open("breaker", 60, 14);
    support_look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "▲ 2.6 / 3.0 %"), ROLE_WARN);
    p.model->breaker.limit[0].used = 51000;
    p.model->breaker.state = BREAKER_TRIPPED;
    mem_copy_string(p.model->breaker.cause, sizeof p.model->breaker.cause, "daily loss");
    support_look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "■ 102 %"), ROLE_ERROR);
    assert_int_equal(support_role_of(&p.screen.part, "■ TRIPPED"), ROLE_ERROR);
    assert_true(support_shows(&p.screen.part, "daily loss"));
    assert_true(support_shows(&p.screen.part, ":breaker reset"));
    support_close(&p);
}

// The limits that the desk publishes, halved after a reset, two of them reached and two nearly.
static void halve_limits(view_breaker *b) {
    static const view_limit limits[] = {
        {"day loss", 2.1, 1, 2, "percent"},
        {"drawdown", 0, 2.5, 5, "percent"},
        {"gross", 462e3, 500e3, 1e6, "money"},
        {"largest position", 10100, 10000, 20000, "money"},
        {"most shares", 46200, 50000, 100000, "shares"},
        {"order notional", 0, 250e3, 500e3, "money"},
        {"order quantity", 0, 5000, 10000, "shares"},
    };
    b->state = BREAKER_QUIET;
    b->quiet_until = b->since + 300 * INT64_C(1000000000);
    b->limits = sizeof limits / sizeof *limits;
    memcpy(b->limit, limits, sizeof limits);
}

static void test_breaker_figures_are_never_cut(void **state) {
    (void)state;
    static const char *const figures[] = {"■ 2.1 / 1.0 % ½", "▲ 92 % of 500 k ½", "■ 101 % of 10.0 k ½",
                                          "▲ 46.2 k / 50.0 k ½"};
    for (int width = 24; width <= 200; width++) {
        open_pane p = support_open("breaker", width, 16);
        halve_limits(&p.model->breaker);
        support_look(&p);
        for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
            if (!support_shows(&p.screen.part, figures[i]))
                fail_msg("no %s at %d columns", figures[i], width);
        support_close(&p);
    }
}

// Under the state, whatever the pane has room for; and what it has no room for is counted.
static void test_breaker_says_what_its_state_means_and_how_much_is_not_shown(void **state) {
    (void)state;
    for (int width = 40; width <= 160; width++)
        for (int height = 2; height <= 12; height++) {
            open_pane p = support_open("breaker", width, height);
            halve_limits(&p.model->breaker);
            support_look(&p);
            assert_true(support_shows(&p.screen.part, "halved until 09:35 wall"));
            bool all = support_shows(&p.screen.part, "order quantity");
            if (height > 2 && all == support_shows(&p.screen.part, " limits"))
                assert_true(support_shows(&p.screen.part, "+1 limit"));
            p.model->breaker.state = BREAKER_TRIPPED;
            support_look(&p);
            assert_true(support_shows(&p.screen.part, ":breaker reset"));
            support_close(&p);
        }
    open_pane p = support_open("breaker", 47, 6);
    halve_limits(&p.model->breaker);
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "▲ 92 % of 500 k ½"));
    assert_int_equal(support_role_of(&p.screen.part, "+4 limits, 2 near or over"), ROLE_ERROR);
    support_close(&p);
}

static void test_what_hardly_uses_a_limit_has_a_sliver_of_a_bar(void **state) {
    (void)state;
    open_pane p = support_open("breaker", 47, 12);
    p.model->breaker.limits = 1;
    p.model->breaker.limit[0].used = p.model->breaker.limit[0].limit * 1e-6;
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "▏░░░"));
    assert_false(support_shows(&p.screen.part, "█"));
    support_close(&p);
}

static void test_breaker_says_by_which_clock(void **state) {
    (void)state;
    static const int widths[] = {31, 33, 47, 80, 120};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        open_pane p = support_open("breaker", widths[i], 12);
        support_look(&p);
        char *line = support_line(&p.screen.part, 0);
        assert_non_null(strstr(line, "11-20 09:30 wall"));
        assert_null(strstr(line, "…"));
        free(line);
        support_close(&p);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_breaker_limits_warn_before_they_are_reached),
        cmocka_unit_test(test_breaker_figures_are_never_cut),
        cmocka_unit_test(test_breaker_says_what_its_state_means_and_how_much_is_not_shown),
        cmocka_unit_test(test_what_hardly_uses_a_limit_has_a_sliver_of_a_bar),
        cmocka_unit_test(test_breaker_says_by_which_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
