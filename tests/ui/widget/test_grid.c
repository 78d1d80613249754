#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "tests/ui/support_canvas.h"
#include "ui/widget/cells.h"
#include "ui/widget/grid.h"

typedef struct {
    uint64_t id;
    char name[16];
    double value;
} item;

enum { MOST = 300 };

static item items[MOST];
static size_t count;

static const grid_column columns[] = {
    {"NAME", 6, 10, 0, false, false}, {"VALUE", 8, 0, 1, true, true}, {"MORE", 12, 0, 2, false, false}};

static uint64_t key(const void *context, size_t row) {
    (void)context;
    return items[row].id;
}

static void draw_cell(const void *context, size_t row, int col, canvas *c) {
    (void)context;
    if (col == 1)
        cells_number(c, ROLE_TEXT, items[row].value, 1);
    else
        cells_left(c, ROLE_TEXT, items[row].name);
}

static grid_value value(const void *context, size_t row, int col) {
    (void)context;
    grid_value number = {.number = items[row].value}, name = {.string = items[row].name};
    return col == 1 ? number : name;
}

static bool matches(const void *context, size_t row, const char *filter) {
    (void)context;
    const char *const fields[] = {items[row].name};
    return grid_matches(filter, fields, 1);
}

static void foot(const void *context, canvas *line) {
    (void)context;
    canvas_put(line, 1, 0, ROLE_TEXT, "sum");
}

static grid_source source(void) { return (grid_source){columns, 3, count, NULL, key, draw_cell, value, matches, foot}; }

static void fill(size_t n) {
    count = n;
    for (size_t i = 0; i < n; i++) {
        items[i] = (item){.id = 1000 + i, .value = (double)((i * 7) % n)};
        snprintf(items[i].name, sizeof items[i].name, "row%u", (unsigned)i);
    }
}

static void act(grid *g, pane_act_kind kind) {
    grid_source s = source();
    grid_act(g, &s, &(pane_act){.kind = kind});
}

static void test_cursor_follows_its_row_when_rows_move(void **state) {
    (void)state;
    grid g = {0};
    fill(20);
    grid_source s = source();
    act(&g, ACT_DOWN);
    act(&g, ACT_DOWN);
    assert_int_equal(items[grid_row(&g)].id, 1002);
    item moved = items[2]; // to the end
    memmove(&items[2], &items[3], 17 * sizeof *items);
    items[19] = moved;
    grid_arrange(&g, &s);
    assert_int_equal(g.cursor, 19);
    assert_int_equal(items[grid_row(&g)].id, 1002);
    grid_free(&g);
}

static void test_cursor_stays_on_top_until_somebody_moves_it(void **state) {
    (void)state;
    grid g = {0};
    fill(5);
    grid_source s = source();
    grid_arrange(&g, &s);
    memmove(&items[1], &items[0], 5 * sizeof *items); // a new row comes in above
    items[0] = (item){.id = 2000, .name = "new"};
    count = 6;
    s = source();
    grid_arrange(&g, &s);
    assert_int_equal(items[grid_row(&g)].id, 2000);
    act(&g, ACT_DOWN);
    items[0].id = 2001;
    grid_arrange(&g, &s);
    assert_int_equal(items[grid_row(&g)].id, 1000);
    grid_free(&g);
}

static void test_cursor_stays_in_place_when_its_row_goes(void **state) {
    (void)state;
    grid g = {0};
    fill(5);
    act(&g, ACT_DOWN);
    memmove(&items[1], &items[2], 3 * sizeof *items);
    count = 4;
    grid_source s = source();
    grid_arrange(&g, &s);
    assert_int_equal(g.cursor, 1);
    assert_int_equal(items[grid_row(&g)].id, 1002);
    count = 0;
    s = source();
    grid_arrange(&g, &s);
    assert_int_equal(grid_row(&g), -1);
    grid_free(&g);
}

static void test_cursor_gets_past_rows_with_the_same_key(void **state) {
    (void)state;
    grid g = {0};
    fill(4);
    items[1].id = items[2].id = items[0].id;
    act(&g, ACT_DOWN);
    act(&g, ACT_DOWN);
    act(&g, ACT_DOWN);
    assert_int_equal(g.cursor, 3);
    grid_free(&g);
}

static void test_sorting_puts_missing_values_last_in_both_directions(void **state) {
    (void)state;
    grid g = {.sort = 2};
    fill(6);
    items[0].value = items[4].value = (double)NAN;
    grid_source s = source();
    for (int reversed = 0; reversed < 2; reversed++) {
        g.reversed = reversed;
        grid_arrange(&g, &s);
        assert_true(isnan(items[g.order[4]].value) && isnan(items[g.order[5]].value));
        for (int i = 1; i < 4; i++) {
            double before = items[g.order[i - 1]].value, now = items[g.order[i]].value;
            assert_true(reversed ? before <= now : before >= now);
        }
    }
    grid_free(&g);
}

static void test_sorting_keeps_the_order_of_equal_rows(void **state) {
    (void)state;
    grid g = {.sort = 2};
    fill(50);
    for (size_t i = 0; i < count; i++)
        items[i].value = (double)(i % 3);
    grid_source s = source();
    grid_arrange(&g, &s);
    for (size_t i = 1; i < g.n; i++)
        if (!(items[g.order[i - 1]].value > items[g.order[i]].value))
            assert_true(g.order[i - 1] < g.order[i]);
    grid_free(&g);
}

static void test_sort_act_goes_through_columns_and_back_to_none(void **state) {
    (void)state;
    grid g = {0};
    fill(3);
    act(&g, ACT_SORT);
    assert_int_equal(g.sort, 1);
    grid_source s = source();
    grid_act(&g, &s, &(pane_act){.kind = ACT_SORT, .amount = -1});
    assert_true(g.reversed);
    act(&g, ACT_SORT);
    act(&g, ACT_SORT);
    act(&g, ACT_SORT);
    assert_int_equal(g.sort, 0);
    grid_free(&g);
}

static void test_filter_wants_every_word_in_either_case(void **state) {
    (void)state;
    const char *const fields[] = {"NVDA", NULL, "Information Technology"};
    assert_true(grid_matches("nv", fields, 3));
    assert_true(grid_matches("  tech NVDA ", fields, 3));
    assert_false(grid_matches("nvda energy", fields, 3));
    assert_true(grid_matches("", fields, 3));
}

static void test_escape_ends_the_filter(void **state) {
    (void)state;
    grid g = {0};
    fill(30);
    grid_source s = source();
    grid_act(&g, &s, &(pane_act){.kind = ACT_FILTER, .string = "row2"});
    grid_arrange(&g, &s);
    assert_int_equal(g.n, 11); // row2, row20 … row29
    assert_true(grid_act(&g, &s, &(pane_act){.kind = ACT_BACK}));
    assert_false(grid_act(&g, &s, &(pane_act){.kind = ACT_BACK}));
    grid_arrange(&g, &s);
    assert_int_equal(g.n, 30);
    grid_free(&g);
}

static void test_cursor_stays_in_sight_and_the_wheel_leaves_it(void **state) {
    (void)state;
    grid g = {0};
    fill(100);
    grid_source s = source();
    fenced f = fenced_new(40, 12, false);
    grid_draw(&g, &s, &f.part, true);
    assert_int_equal(g.page, 10); // head and totals take a line each
    act(&g, ACT_END);
    grid_draw(&g, &s, &f.part, true);
    assert_int_equal(g.top, 90);
    grid_act(&g, &s, &(pane_act){.kind = ACT_SCROLL, .amount = -30});
    grid_draw(&g, &s, &f.part, true);
    assert_int_equal(g.top, 60);
    assert_int_equal(g.cursor, 99);
    act(&g, ACT_UP);
    grid_draw(&g, &s, &f.part, true);
    assert_int_equal(g.top, 89); // just enough to show row 98
    fenced_free(&f);
    grid_free(&g);
}

static void test_click_selects_rows_and_sorts_by_heads(void **state) {
    (void)state;
    grid g = {0};
    fill(8);
    grid_source s = source();
    fenced f = fenced_new(40, 12, false);
    grid_draw(&g, &s, &f.part, true);
    assert_true(grid_act(&g, &s, &(pane_act){.kind = ACT_CLICK, .x = 4, .y = 3}));
    assert_int_equal(g.cursor, 2);
    assert_true(grid_act(&g, &s, &(pane_act){.kind = ACT_CLICK, .x = g.x[1] + 1, .y = 0}));
    assert_int_equal(g.sort, 2);
    assert_false(grid_act(&g, &s, &(pane_act){.kind = ACT_CLICK, .x = 4, .y = 11}));
    assert_false(grid_act(&g, &s, &(pane_act){.kind = ACT_CLICK, .x = -5, .y = -9}));
    fenced_free(&f);
    grid_free(&g);
}

static void test_layout_never_overlaps_and_drops_the_least_important(void **state) {
    (void)state;
    int x[GRID_COLUMNS], width[GRID_COLUMNS], before = 0;
    for (int room = 0; room < 120; room++) {
        int shown = grid_layout(columns, 3, 1, room, x, width), end = 0;
        assert_true(shown >= before);
        before = shown;
        assert_true(x[0] == 1);
        for (int i = 0; i < 3; i++) {
            if (x[i] < 0)
                continue;
            assert_true(x[i] > end || i == 0);
            assert_true(width[i] >= columns[i].width && width[i] <= columns[i].width + columns[i].grow);
            end = x[i] + width[i];
        }
        assert_true(shown == 1 || end <= room);
        assert_true(x[2] < 0 || x[1] >= 0);
    }
    assert_int_equal(before, 3);
}

static void test_figures_are_never_cut(void **state) {
    (void)state;
    fenced f = fenced_new(6, 1, false);
    cells_integer(&f.part, ROLE_TEXT, 1234567);
    assert_true(support_shows(&f.part, "1.23 M"));
    fenced narrow = fenced_new(3, 1, false);
    cells_integer(&narrow.part, ROLE_TEXT, 1234567);
    assert_true(support_shows(&narrow.part, "###"));
    fenced_check(&f);
    fenced_free(&f);
    fenced_free(&narrow);
}

static void test_every_size_stays_inside(void **state) {
    (void)state;
    fill(40);
    grid_source s = source();
    for (int w = 0; w < 50; w++)
        for (int h = 0; h < 14; h++) {
            grid g = {.sort = 2};
            fenced f = fenced_new(w, h, w % 2);
            grid_draw(&g, &s, &f.part, h % 2);
            act(&g, ACT_END);
            grid_draw(&g, &s, &f.part, h % 2);
            fenced_check(&f);
            fenced_free(&f);
            grid_free(&g);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cursor_follows_its_row_when_rows_move),
        cmocka_unit_test(test_cursor_stays_on_top_until_somebody_moves_it),
        cmocka_unit_test(test_cursor_stays_in_place_when_its_row_goes),
        cmocka_unit_test(test_cursor_gets_past_rows_with_the_same_key),
        cmocka_unit_test(test_sorting_puts_missing_values_last_in_both_directions),
        cmocka_unit_test(test_sorting_keeps_the_order_of_equal_rows),
        cmocka_unit_test(test_sort_act_goes_through_columns_and_back_to_none),
        cmocka_unit_test(test_filter_wants_every_word_in_either_case),
        cmocka_unit_test(test_escape_ends_the_filter),
        cmocka_unit_test(test_cursor_stays_in_sight_and_the_wheel_leaves_it),
        cmocka_unit_test(test_click_selects_rows_and_sorts_by_heads),
        cmocka_unit_test(test_layout_never_overlaps_and_drops_the_least_important),
        cmocka_unit_test(test_figures_are_never_cut),
        cmocka_unit_test(test_every_size_stays_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
