// Charts, histograms, heatmaps, bars and wrapped text.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "tests/base/support_numbers.h"
#include "tests/ui/support_canvas.h"
#include "ui/widget/bars.h"
#include "ui/widget/braille.h"
#include "ui/widget/chart.h"
#include "ui/widget/heatmap.h"
#include "ui/widget/histogram.h"
#include "ui/widget/wrap.h"

enum { MOST = 600 };

static double series[MOST];

static double point(const void *context, int i) {
    (void)context;
    return series[i];
}

static bool marked(const void *context, int i) {
    (void)context;
    return i == 3;
}

static void label(const void *context, int i, char out[FORMAT_TEXT]) {
    (void)context;
    snprintf(out, FORMAT_TEXT, "p%d", i);
}

static chart chart_of(int n) {
    return (chart){.n = n, .series = {{.at = point, .line = ROLE_LINE}}, .series_n = 1, .label = label};
}

static void test_braille_dots_land_in_their_cells(void **state) {
    (void)state;
    fenced f = fenced_new(2, 1, false);
    braille_dot(&f.part, 0, 0, ROLE_LINE);
    braille_dot(&f.part, 1, 3, ROLE_LINE);
    braille_dot(&f.part, 2, 1, ROLE_LINE);
    braille_dot(&f.part, 4, 0, ROLE_LINE); // outside
    braille_dot(&f.part, 0, -1, ROLE_LINE);
    assert_int_equal(f.part.cells[0].ch, 0x2800 | 0x01 | 0x80);
    assert_int_equal(f.part.cells[1].ch, 0x2800 | 0x02);
    fenced_check(&f);
    fenced_free(&f);
}

static void test_a_rising_line_goes_from_corner_to_corner(void **state) {
    (void)state;
    for (int i = 0; i < 50; i++)
        series[i] = i;
    fenced f = fenced_new(10, 4, false); // too narrow for labels: all of it is plot
    chart ch = chart_of(50);
    chart_draw(&ch, &f.part);
    const cell *cells = f.part.cells;
    assert_true(cells[3 * f.part.stride].ch & 0x40);
    assert_true(cells[9].ch & 0x08);
    assert_int_equal(cells[0].ch, ' ');
    fenced_free(&f);
}

static void test_missing_points_leave_gaps(void **state) {
    (void)state;
    for (int i = 0; i < 20; i++)
        series[i] = i >= 8 && i < 12 ? (double)NAN : 1;
    fenced f = fenced_new(20, 3, false);
    chart ch = chart_of(20);
    chart_draw(&ch, &f.part);
    char *line = support_line(&f.part, 1);
    assert_non_null(strstr(line, "   "));
    free(line);
    fenced_free(&f);
}

static void test_marks_ticks_and_labels_are_shown(void **state) {
    (void)state;
    for (int i = 0; i < 40; i++)
        series[i] = sin(i * 0.3);
    fenced f = fenced_new(60, 12, false);
    chart ch = chart_of(40);
    ch.marked = marked;
    chart_draw(&ch, &f.part);
    assert_int_equal(support_role_of(&f.part, "×"), ROLE_ERROR);
    assert_true(support_shows(&f.part, "0.5┤"));
    assert_true(support_shows(&f.part, "p39"));
    assert_true(support_shows(&f.part, "p0"));
    fenced_free(&f);
}

static void test_losses_and_gains_of_a_filled_area_differ(void **state) {
    (void)state;
    for (int i = 0; i < 40; i++)
        series[i] = i - 20;
    fenced f = fenced_new(20, 8, false);
    chart ch = chart_of(40);
    ch.series[0].fill = true;
    chart_draw(&ch, &f.part);
    int up = 0, down = 0;
    for (int y = 0; y < 8; y++)
        for (int x = 0; x < 20; x++) {
            up += f.part.cells[y * f.part.stride + x].role == ROLE_UP;
            down += f.part.cells[y * f.part.stride + x].role == ROLE_DOWN;
            assert_false(f.part.cells[y * f.part.stride + x].role == ROLE_DOWN && y < 3);
        }
    assert_true(up > 10 && down > 10);
    fenced_free(&f);
}

static double wild(rng *r) {
    switch (rng_below(r, 8)) {
    case 0:
        return (double)NAN;
    case 1:
        return (double)INFINITY;
    case 2:
        return -1e308;
    case 3:
        return 1e-310;
    default:
        return rng_normal(r) * pow(10, (double)rng_below(r, 30));
    }
}

static void test_pictures_of_anything_stay_inside_at_every_size(void **state) {
    (void)state;
    uint64_t seed = support_seed(7);
    rng r = rng_seed(seed);
    for (int round = 0; round < 400; round++) {
        int n = (int)rng_below(&r, MOST);
        for (int i = 0; i < n; i++)
            series[i] = round % 4 ? wild(&r) : rng_normal(&r);
        fenced f = fenced_new((int)rng_below(&r, 90), (int)rng_below(&r, 25), round % 2);
        chart ch = chart_of(n);
        ch.series[0].fill = round % 3 == 0;
        ch.zero = round % 5 == 0;
        ch.unit = (unit)(round % 3);
        ch.has_guide = round % 2;
        ch.guide = wild(&r);
        ch.marked = marked;
        chart_draw(&ch, &f.part);
        fenced_check(&f);
        canvas_clear(&f.part);
        histogram h = {.n = n,
                       .at = point,
                       .unit = (unit)(round % 3),
                       .marks = (histogram_mark[]){{"a", wild(&r)}, {"b", 0}},
                       .marks_n = 2,
                       .tail = wild(&r)};
        histogram_draw(&h, &f.part);
        fenced_check(&f);
        if (f.part.ascii)
            assert_true(support_is_ascii(&f.part));
        fenced_free(&f);
    }
}

static void test_histogram_counts_where_values_fall(void **state) {
    (void)state;
    for (int i = 0; i < 100; i++)
        series[i] = i < 80 ? 0 : 10;
    fenced f = fenced_new(40, 8, false);
    histogram h = {.n = 100, .at = point, .tail = (double)NAN};
    histogram_draw(&h, &f.part);
    assert_int_equal(f.part.cells[0].ch, 0x2588); // the first bar is full height
    char *line = support_line(&f.part, 6);
    assert_non_null(strstr(line, "    ")); // nothing between
    free(line);
    assert_int_equal(f.part.cells[39].ch, ' ');
    assert_int_equal(f.part.cells[6 * f.part.stride + 38].ch, 0x2588);
    fenced_free(&f);
}

// ---- heatmap ----

static double cell_value(const void *context, int row, int col) {
    (void)context;
    return row == 2 && col == 1 ? (double)NAN : (row - 2) * (col + 1) * 0.5;
}

static const char *row_name(const void *context, int row) {
    static const char *const names[] = {"alpha", "beta", "gamma", "delta", "epsilon", "zeta"};
    (void)context;
    return names[row % 6];
}

static const char *column_name(const void *context, int col) { return row_name(context, col); }

static heatmap_source heat(int rows, int columns) {
    return (heatmap_source){.rows = rows,
                            .columns = columns,
                            .value = cell_value,
                            .row_name = row_name,
                            .column_name = column_name,
                            .scale = 2,
                            .decimals = 1,
                            .marked_row = -1,
                            .marked_column = -1};
}

static void test_heat_roles_are_symmetric(void **state) {
    (void)state;
    assert_int_equal(heatmap_role(0, 2), ROLE_HEAT + 6);
    assert_int_equal(heatmap_role(2, 2), ROLE_HEAT + 12);
    assert_int_equal(heatmap_role(-5, 2), ROLE_HEAT);
    assert_int_equal(heatmap_role((double)NAN, 2), ROLE_DIM);
    assert_int_equal(heatmap_role(1, 0), ROLE_DIM);
}

static void test_heat_shows_sign_without_colour_and_figures_under_the_cursor(void **state) {
    (void)state;
    heatmap h = {0};
    heatmap_source s = heat(6, 4);
    fenced f = fenced_new(36, 7, false);
    heatmap_draw(&h, &s, &f.part, true);
    char *line = support_line(&f.part, 1); // the cursor's row
    assert_non_null(strstr(line, "−1.0"));
    free(line);
    line = support_line(&f.part, 2);
    assert_non_null(strstr(line, "−"));
    free(line);
    line = support_line(&f.part, 5);
    assert_null(strstr(line, "−"));
    assert_non_null(strstr(line, "█"));
    free(line);
    fenced_free(&f);
}

static void test_heat_scrolls_in_both_directions(void **state) {
    (void)state;
    heatmap h = {0};
    heatmap_source s = heat(40, 20);
    fenced f = fenced_new(36, 7, false);
    heatmap_draw(&h, &s, &f.part, true);
    for (int i = 0; i < 30; i++)
        heatmap_act(&h, &s, &(pane_act){.kind = ACT_RIGHT});
    heatmap_act(&h, &s, &(pane_act){.kind = ACT_END});
    heatmap_draw(&h, &s, &f.part, true);
    assert_int_equal(h.column, 19);
    assert_int_equal(h.left + h.columns_seen, 20);
    assert_int_equal(h.top + h.rows_seen, 40);
    heatmap_act(&h, &s, &(pane_act){.kind = ACT_CLICK, .x = h.head + 2, .y = 1});
    assert_int_equal(h.row, h.top);
    assert_int_equal(h.column, h.left);
    fenced_free(&f);
    for (int w = 0; w < 60; w++)
        for (int rows = 0; rows < 9; rows += 4) {
            heatmap any = {.row = 9, .column = 9};
            heatmap_source source = heat(rows, rows);
            fenced g = fenced_new(w, w % 9, w % 2);
            heatmap_draw(&any, &source, &g.part, true);
            fenced_check(&g);
            fenced_free(&g);
        }
}

// ---- bars ----

static const int depths[] = {0, 1, 2, 2, 1, 1};

static int depth_of(const void *context, int i) {
    (void)context;
    return depths[i % 6];
}

static void bar_of(const void *context, int i, bars_row *out) {
    (void)context;
    *out = (bars_row){.depth = depths[i % 6], .length = i == 3 ? -0.5 : 1.0 / (i + 1)};
    snprintf(out->label, sizeof out->label, "row %d", i);
    snprintf(out->figure, sizeof out->figure, "%d.0", i);
    snprintf(out->note, sizeof out->note, "z");
    snprintf(out->share, sizeof out->share, "%d %%", i);
}

static void test_bars_draw_the_tree_and_negative_contributions(void **state) {
    (void)state;
    bars b = {0};
    bars_source s = {6, NULL, depth_of, bar_of};
    fenced f = fenced_new(60, 6, false);
    bars_draw(&b, &s, &f.part, true);
    assert_true(support_shows(&f.part, "│ ├ row 2"));
    assert_true(support_shows(&f.part, "│ └ row 3"));
    assert_true(support_shows(&f.part, "└ row 5"));
    assert_int_equal(support_role_of(&f.part, "▒"), ROLE_BAR_NEGATIVE);
    assert_true(support_shows(&f.part, "5 %"));
    fenced_free(&f);
    for (int w = 0; w < 70; w++)
        for (int n = 0; n < 7; n += 3) {
            bars any = {.at = 4};
            bars_source source = {n, NULL, depth_of, bar_of};
            fenced g = fenced_new(w, w % 8, w % 2);
            bars_draw(&any, &source, &g.part, true);
            bars_act(&any, &source, &(pane_act){.kind = ACT_END});
            fenced_check(&g);
            fenced_free(&g);
        }
}

// ---- text ----

static void test_text_wraps_at_spaces_and_cuts_what_is_too_wide(void **state) {
    (void)state;
    size_t skip;
    assert_int_equal(wrap_line("one two three", 8, &skip), 7);
    assert_int_equal(skip, 1);
    assert_int_equal(wrap_line("incomprehensible", 6, &skip), 6);
    assert_int_equal(skip, 0);
    assert_int_equal(wrap_line("a\nb", 6, &skip), 1);
    assert_int_equal(wrap_line("漢字漢字", 5, &skip), 6); // two columns each
    assert_int_equal(wrap_count("one two\n\nthree", 20), 3);
    assert_int_equal(wrap_count("漢", 1), 1); // never stands still
    assert_int_equal(wrap_count("", 5), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_braille_dots_land_in_their_cells),
        cmocka_unit_test(test_a_rising_line_goes_from_corner_to_corner),
        cmocka_unit_test(test_missing_points_leave_gaps),
        cmocka_unit_test(test_marks_ticks_and_labels_are_shown),
        cmocka_unit_test(test_losses_and_gains_of_a_filled_area_differ),
        cmocka_unit_test(test_pictures_of_anything_stay_inside_at_every_size),
        cmocka_unit_test(test_histogram_counts_where_values_fall),
        cmocka_unit_test(test_heat_roles_are_symmetric),
        cmocka_unit_test(test_heat_shows_sign_without_colour_and_figures_under_the_cursor),
        cmocka_unit_test(test_heat_scrolls_in_both_directions),
        cmocka_unit_test(test_bars_draw_the_tree_and_negative_contributions),
        cmocka_unit_test(test_text_wraps_at_spaces_and_cuts_what_is_too_wide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
