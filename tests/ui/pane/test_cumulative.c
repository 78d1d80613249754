// The cumulative depth: what its columns stand for.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/decimal.h"
#include "tests/ui/support_pane.h"

enum { BID = 0x2588, ASK = 0x2592 };

static uint32_t at(const open_pane *p, int x, int y) { return p->screen.part.cells[y * p->screen.part.stride + x].ch; }

// Whole cells of that filling in column x.
static int height_of(const open_pane *p, int x, uint32_t fill) {
    int n = 0;
    for (int y = 1; y < p->screen.part.height - 1; y++)
        n += at(p, x, y) == fill;
    return n;
}

static void test_depth_grows_away_from_the_touch(void **state) {
    (void)state;
    for (int width = 30; width <= 200; width += 17) {
        open_pane p = support_open("cumulative", width, 20);
        support_look(&p);
        int left = 5, right = width - 1, bids = 0, asks = 0;
        for (int x = left + 1; x < right; x++) {
            assert_true(height_of(&p, x, BID) <= height_of(&p, x - 1, BID));
            assert_true(height_of(&p, x, ASK) >= height_of(&p, x - 1, ASK));
            bids += height_of(&p, x, BID) > 0;
            asks += height_of(&p, x, ASK) > 0;
        }
        assert_true(bids > 5 && asks > 5);
        support_close(&p);
    }
}

static void test_the_sides_differ_without_colour(void **state) {
    (void)state;
    open_pane p = support_open("cumulative", 60, 14);
    support_look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "█"), ROLE_DIM); // the legend's
    assert_true(support_shows(&p.screen.part, "█ bids 28.3 k"));
    assert_true(support_shows(&p.screen.part, "▒ asks 30.9 k"));
    assert_int_equal(support_role_of(&p.screen.part, "███"), ROLE_BID);
    assert_int_equal(support_role_of(&p.screen.part, "▒▒▒"), ROLE_ASK);
    p.screen.part.ascii = true;
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "###"));
    assert_true(support_shows(&p.screen.part, ":::"));
    support_close(&p);
}

static void test_the_middle_and_the_axes_are_named(void **state) {
    (void)state;
    open_pane p = support_open("cumulative", 100, 20);
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "mid 121.08"));
    assert_true(support_shows(&p.screen.part, "spread 0.02"));
    assert_true(support_shows(&p.screen.part, "121.00"));
    assert_true(support_shows(&p.screen.part, "20 k┤"));
    assert_int_equal(support_role_of(&p.screen.part, "┆"), ROLE_ACCENT);
    support_close(&p);
}

static void test_fewer_levels_come_nearer_the_touch(void **state) {
    (void)state;
    open_pane p = support_open("cumulative", 60, 14);
    assert_true(support_titled(&p, "24 levels"));
    support_act(&p, ACT_MODE);
    assert_true(support_titled(&p, "20 levels"));
    support_act(&p, ACT_MODE);
    assert_true(support_titled(&p, "10 levels"));
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "█ bids 12.3 k"));
    support_act(&p, ACT_MODE);
    assert_true(support_titled(&p, "24 levels"));
    support_close(&p);
}

static void test_a_side_may_be_empty(void **state) {
    (void)state;
    open_pane p = support_open("cumulative", 60, 14);
    p.model->book[0].asks = 0;
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "▒ asks 0"));
    assert_true(support_shows(&p.screen.part, "███"));
    assert_false(support_shows(&p.screen.part, "┆"));
    p.model->book[0].bids = 1;
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "██"));
    p.model->book[0].bids = 0;
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "No depth."));
    support_close(&p);
}

static void test_what_is_exported_is_summed_from_the_touch(void **state) {
    (void)state;
    open_pane p = support_open("cumulative", 60, 14);
    table *t = p.class->export(p.state, p.model);
    text csv = {0};
    table_print(t, FORMAT_CSV, false, NULL, &csv);
    assert_non_null(strstr(csv.at, "bid,121.07,1000\nbid,121.06,2700\nbid,121.05,3400\n"));
    assert_non_null(strstr(csv.at, "ask,121.09,750\nask,121.1,1850\n"));
    text_free(&csv);
    table_free(t);
    support_close(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_depth_grows_away_from_the_touch),
        cmocka_unit_test(test_the_sides_differ_without_colour),
        cmocka_unit_test(test_the_middle_and_the_axes_are_named),
        cmocka_unit_test(test_fewer_levels_come_nearer_the_touch),
        cmocka_unit_test(test_a_side_may_be_empty),
        cmocka_unit_test(test_what_is_exported_is_summed_from_the_touch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
