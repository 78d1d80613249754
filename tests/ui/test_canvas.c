#include "ui/canvas.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "tests/base/support_numbers.h"
#include "tests/ui/support_canvas.h"

static void assert_line(const canvas *c, int y, const char *want) {
    char *line = support_line(c, y);
    assert_string_equal(line, want);
    free(line);
}

static void test_canvas_starts_as_spaces(void **state) {
    (void)state;
    canvas c = canvas_new(3, 2);
    for (int i = 0; i < 6; i++)
        assert_true(cell_same(c.cells[i], (cell){.ch = ' ', .role = ROLE_TEXT, .back = BACK_NORMAL}));
    canvas_free(&c);
}

static void test_canvas_of_no_size_can_be_drawn_into(void **state) {
    (void)state;
    canvas c = canvas_new(0, -4);
    assert_int_equal(c.height, 0);
    canvas_put(&c, 0, 0, ROLE_TEXT, "nothing");
    canvas_bar(&c, 0, 0, 10, 0.5, ROLE_BAR);
    canvas_fill(&c, (rect){-5, -5, 100, 100}, ROLE_TEXT, 'x');
    canvas part = canvas_part(&c, (rect){0, 0, 5, 5});
    assert_int_equal(part.width, 0);
    canvas_free(&c);
}

static void test_put_returns_columns_and_clips_on_all_sides(void **state) {
    (void)state;
    fenced f = fenced_new(6, 2, false);
    assert_int_equal(canvas_put(&f.part, 1, 0, ROLE_TEXT, "abc"), 3);
    canvas_put(&f.part, -2, 1, ROLE_TEXT, "uvwxyz");
    canvas_put(&f.part, 4, 1, ROLE_TEXT, "12345");
    canvas_put(&f.part, 0, -1, ROLE_TEXT, "above");
    canvas_put(&f.part, 0, 2, ROLE_TEXT, "below");
    assert_line(&f.part, 0, " abc");
    assert_line(&f.part, 1, "wxyz12");
    fenced_check(&f);
    fenced_free(&f);
}

static void test_put_shows_control_and_steering_characters_as_question_marks(void **state) {
    (void)state;
    canvas c = canvas_new(20, 1);
    canvas_put(&c, 0, 0, ROLE_TEXT,
               "a\033[2Jb\tc\x7F"
               "d\xE2\x80\xAE"
               "e\xC2\x9B"
               "f");
    assert_line(&c, 0, "a?[2Jb?c?d?e?f");
    canvas_free(&c);
}

static void test_put_shows_broken_bytes_and_goes_on(void **state) {
    (void)state;
    canvas c = canvas_new(20, 1);
    canvas_put(&c, 0, 0, ROLE_TEXT, "a\xFF\xC3");
    assert_int_equal(c.cells[0].ch, 'a');
    assert_int_equal(c.cells[1].ch, 0xFFFD);
    canvas_free(&c);
}

static void test_put_n_cuts_with_an_ellipsis(void **state) {
    (void)state;
    canvas c = canvas_new(20, 3);
    assert_int_equal(canvas_put_n(&c, 0, 0, 5, ROLE_TEXT, "abcde"), 5);
    assert_int_equal(canvas_put_n(&c, 0, 1, 5, ROLE_TEXT, "abcdef"), 5);
    assert_int_equal(canvas_put_n(&c, 0, 2, 0, ROLE_TEXT, "abcdef"), 0);
    assert_line(&c, 0, "abcde");
    assert_line(&c, 1, "abcd…");
    assert_line(&c, 2, "");
    canvas_free(&c);
}

static void test_right_ends_before_its_column(void **state) {
    (void)state;
    canvas c = canvas_new(8, 1);
    canvas_right(&c, 6, 0, ROLE_TEXT, "+3.1");
    assert_line(&c, 0, "  +3.1");
    canvas_free(&c);
}

static void test_wide_characters_take_two_cells_and_break_whole(void **state) {
    (void)state;
    canvas c = canvas_new(6, 2);
    assert_int_equal(canvas_put(&c, 0, 0, ROLE_TEXT, "日本x"), 5);
    assert_int_equal(c.cells[0].ch, 0x65E5);
    assert_int_equal(c.cells[1].ch, 0);
    canvas_put(&c, 1, 0, ROLE_TEXT, "-");  // over the right half of the first
    canvas_put(&c, 5, 1, ROLE_TEXT, "日"); // no room for its right half
    canvas_mend(&c);
    assert_line(&c, 0, " -本x");
    assert_line(&c, 1, "");
    canvas_free(&c);
}

static void test_mending_leaves_no_half_characters(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(20260101));
    for (int round = 0; round < 300; round++) {
        canvas c = canvas_new(12, 3);
        for (int i = 0; i < 20; i++) {
            canvas part = canvas_part(&c, (rect){(int)rng_below(&r, 12), (int)rng_below(&r, 3), 5, 2});
            canvas_put(&part, (int)rng_below(&r, 8) - 2, (int)rng_below(&r, 2), ROLE_TEXT, i % 3 ? "日本語" : "abc");
            if (i % 5 == 4)
                canvas_clear(&part);
        }
        canvas_mend(&c);
        for (int i = 0; i < 36; i++) {
            uint32_t ch = c.cells[i].ch;
            bool wide = ch >= 0x2E80;
            assert_true(!wide || (i % 12 < 11 && c.cells[i + 1].ch == 0));
            assert_true(ch || (i % 12 > 0 && c.cells[i - 1].ch >= 0x2E80));
        }
        canvas_free(&c);
    }
}

static void test_parts_are_windows_clipped_to_their_canvas(void **state) {
    (void)state;
    canvas c = canvas_new(10, 4);
    canvas part = canvas_part(&c, (rect){7, 2, 10, 10});
    assert_int_equal(part.width, 3);
    assert_int_equal(part.height, 2);
    canvas_put(&part, 0, 0, ROLE_TEXT, "abcdef");
    assert_line(&c, 2, "       abc");
    canvas_free(&part);
    assert_non_null(c.cells);
    canvas_free(&c);
}

static void test_ascii_canvas_holds_ascii_alone(void **state) {
    (void)state;
    canvas c = canvas_new(40, 4);
    c.ascii = true;
    canvas_put(&c, 0, 0, ROLE_TEXT, "▲ −2.1 · 日 é … │┼─ ⣿ ●");
    canvas_bar(&c, 0, 1, 10, 0.45, ROLE_BAR);
    canvas_spark(&c, 0, 2, (const uint8_t[]){0, 1, 2, 3, 4, 5, 6, 7, 200}, 9, ROLE_LINE);
    canvas_hline(&c, 0, 3, 3, ROLE_FRAME);
    assert_true(support_is_ascii(&c));
    assert_line(&c, 0, "^ -2.1 . ? e ~ |+- * *");
    assert_line(&c, 1, "#####");
    assert_line(&c, 2, " .-=*#%@@");
    assert_line(&c, 3, "---");
    canvas_free(&c);
}

static void test_bars_grow_by_eighths(void **state) {
    (void)state;
    canvas c = canvas_new(10, 6);
    canvas_bar(&c, 0, 0, 10, 1, ROLE_BAR);
    canvas_bar(&c, 0, 1, 10, 0.5125, ROLE_BAR);
    canvas_bar(&c, 0, 2, 10, 0, ROLE_BAR);
    canvas_bar(&c, 0, 3, 10, NAN, ROLE_BAR);
    canvas_bar(&c, 0, 4, 10, 7, ROLE_BAR);
    canvas_bar(&c, 0, 5, 10, 0.0875, ROLE_BAR);
    assert_line(&c, 0, "██████████");
    assert_line(&c, 1, "█████▏");
    assert_line(&c, 2, "");
    assert_line(&c, 3, "");
    assert_line(&c, 4, "██████████");
    assert_line(&c, 5, "▉");
    canvas_free(&c);
}

static void test_attributes_add_up_and_backgrounds_repaint(void **state) {
    (void)state;
    canvas c = canvas_new(4, 1);
    canvas_attr(&c, (rect){1, 0, 2, 1}, ATTR_BOLD);
    canvas_attr(&c, (rect){2, -3, 9, 9}, ATTR_UNDERLINE);
    canvas_back(&c, (rect){0, 0, 2, 1}, BACK_SELECTED);
    assert_int_equal(c.cells[1].attr, ATTR_BOLD);
    assert_int_equal(c.cells[2].attr, ATTR_BOLD | ATTR_UNDERLINE);
    assert_int_equal(c.cells[1].back, BACK_SELECTED);
    assert_int_equal(c.cells[2].back, BACK_NORMAL);
    canvas_free(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_canvas_starts_as_spaces),
        cmocka_unit_test(test_canvas_of_no_size_can_be_drawn_into),
        cmocka_unit_test(test_put_returns_columns_and_clips_on_all_sides),
        cmocka_unit_test(test_put_shows_control_and_steering_characters_as_question_marks),
        cmocka_unit_test(test_put_shows_broken_bytes_and_goes_on),
        cmocka_unit_test(test_put_n_cuts_with_an_ellipsis),
        cmocka_unit_test(test_right_ends_before_its_column),
        cmocka_unit_test(test_wide_characters_take_two_cells_and_break_whole),
        cmocka_unit_test(test_mending_leaves_no_half_characters),
        cmocka_unit_test(test_parts_are_windows_clipped_to_their_canvas),
        cmocka_unit_test(test_ascii_canvas_holds_ascii_alone),
        cmocka_unit_test(test_bars_grow_by_eighths),
        cmocka_unit_test(test_attributes_add_up_and_backgrounds_repaint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
