// What stands on the screen, and how one moves about it by keys.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/e2e/support_demo.h"

static const int sizes[][2] = {{80, 24}, {120, 40}, {200, 60}};
enum { SIZES = sizeof sizes / sizeof *sizes };

static void test_first_frame_fills_every_size(void **state) {
    demo *d = *state;
    for (int i = 0; i < SIZES; i++) {
        int x, y, rows = sizes[i][1];
        terminal *t = demo_open(d, sizes[i][0], rows);
        static const char *const seen[] = {"1 DESK", "7 OPS",   "Positions · main", "QAB depth",
                                           "Orders", "Breaker", "QAB tape",         "▸QAB"};
        for (size_t k = 0; k < sizeof seen / sizeof *seen; k++)
            assert_true(terminal_wait(t, seen[k], DEMO_WAIT));
        assert_true(terminal_find(t, "? help", &x, &y));
        assert_int_equal(y, rows - 1);
        assert_true(terminal_alternate(t));
        assert_false(terminal_cursor(t, &x, &y));
        demo_quit(t);
    }
}

static void test_status_shows_desk_breaker_clock_and_user(void **state) {
    demo *d = *state;
    for (int i = 0; i < SIZES; i++) {
        terminal *t = demo_open(d, sizes[i][0], sizes[i][1]);
        int line = sizes[i][1] - 2;
        assert_true(terminal_wait_row(t, 0, "DEMO  ● TRADING  09:30:", DEMO_WAIT));
        assert_true(terminal_wait_row(t, line, "venue paused", DEMO_WAIT));
        assert_true(terminal_wait_row(t, line, "0 working", DEMO_WAIT));
        assert_true(terminal_wait_row(t, line, "queue 0", DEMO_WAIT));
        assert_true(terminal_wait_row(t, line, "data 20", DEMO_WAIT));
        assert_true(terminal_wait_row(t, line, "admin", DEMO_WAIT));
        demo_quit(t);
    }
}

static void test_function_keys_and_digits_show_workspaces(void **state) {
    static const struct {
        const char *key, *digit, *mark;
    } spaces[] = {{"F2", "2", "annual volatility"},
                  {"F3", "3", "COVID 2020"},
                  {"F4", "4", "Look-back"},
                  {"F7", "7", "COMPONENT"},
                  {"F1", "1", "QAB depth"}};
    demo *d = *state;
    for (int i = 0; i < SIZES; i++) {
        terminal *t = demo_open(d, sizes[i][0], sizes[i][1]);
        for (size_t k = 0; k < sizeof spaces / sizeof *spaces; k++) {
            terminal_key(t, spaces[k].key);
            assert_true(terminal_wait(t, spaces[k].mark, DEMO_WAIT));
        }
        for (size_t k = 0; k < sizeof spaces / sizeof *spaces; k++) {
            terminal_key(t, spaces[k].digit);
            assert_true(terminal_wait(t, spaces[k].mark, DEMO_WAIT));
        }
        demo_quit(t);
    }
}

static void test_last_workspace_is_remembered(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 80, 24);
    terminal_key(t, "F3");
    assert_true(terminal_wait(t, "COVID 2020", DEMO_WAIT));
    demo_quit(t);
    t = demo_open(d, 80, 24);
    assert_true(terminal_wait(t, "COVID 2020", DEMO_WAIT));
    terminal_key(t, "F1");
    assert_true(terminal_wait(t, "QAB depth", DEMO_WAIT));
    demo_quit(t);
}

// The focused pane's title is bold and its keys stand in the bottom line.
static bool bold_title(terminal *t, const char *title) {
    int x, y;
    return terminal_find(t, title, &x, &y) && terminal_at(t, x, y).bold;
}

static void test_tab_gives_the_focus_to_the_next_pane(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 120, 40);
    assert_true(terminal_wait_row(t, 39, "F flatten", DEMO_WAIT));
    assert_true(bold_title(t, "Positions"));
    terminal_key(t, "Tab");
    assert_true(terminal_wait_row(t, 39, "c cancel", DEMO_WAIT));
    assert_true(bold_title(t, "Orders"));
    assert_false(bold_title(t, "Positions"));
    terminal_key(t, "S-Tab");
    assert_true(terminal_wait_row(t, 39, "F flatten", DEMO_WAIT));
    assert_true(bold_title(t, "Positions"));
    demo_quit(t);
}

static void test_selected_row_is_followed_by_linked_panes(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 120, 40);
    assert_true(terminal_wait(t, "▸QAB", DEMO_WAIT));
    assert_true(terminal_wait(t, "QAB depth", DEMO_WAIT));
    terminal_key(t, "Down");
    assert_true(terminal_wait(t, "▸VARY", DEMO_WAIT));
    assert_true(terminal_wait(t, "VARY depth", DEMO_WAIT));
    assert_true(terminal_wait(t, "VARY chart", DEMO_WAIT));
    terminal_key(t, "j");
    assert_true(terminal_wait(t, "KEP depth", DEMO_WAIT));
    terminal_key(t, "G");
    assert_true(terminal_wait_gone(t, "KEP depth", DEMO_WAIT));
    terminal_key(t, "Home");
    assert_true(terminal_wait(t, "QAB depth", DEMO_WAIT));
    demo_quit(t);
}

static void test_zoom_shows_one_pane_alone_and_all_again(void **state) {
    demo *d = *state;
    for (int i = 0; i < SIZES; i++) {
        terminal *t = demo_open(d, sizes[i][0], sizes[i][1]);
        assert_true(terminal_wait(t, "QAB depth", DEMO_WAIT));
        terminal_key(t, "z");
        assert_true(terminal_wait_row(t, 1, "zoomed", DEMO_WAIT));
        assert_true(terminal_wait_gone(t, "QAB depth", DEMO_WAIT));
        terminal_key(t, "Esc");
        assert_true(terminal_wait(t, "QAB depth", DEMO_WAIT));
        assert_true(terminal_wait_gone(t, "zoomed", DEMO_WAIT));
        demo_quit(t);
    }
}

static void test_filter_leaves_the_rows_that_match(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 120, 40);
    assert_true(terminal_wait(t, "▸QAB", DEMO_WAIT));
    terminal_type(t, "/KEP\r");
    assert_true(terminal_wait(t, "▸KEP", DEMO_WAIT));
    assert_true(terminal_wait_gone(t, " VARY ", DEMO_WAIT));
    terminal_key(t, "Esc");
    assert_true(terminal_wait(t, " VARY ", DEMO_WAIT));
    demo_quit(t);
}

static void test_help_lists_the_keys_that_hold_here(void **state) {
    demo *d = *state;
    for (int i = 0; i < SIZES; i++) {
        terminal *t = demo_open(d, sizes[i][0], sizes[i][1]);
        terminal_key(t, "?");
        assert_true(terminal_wait(t, "What the keys do here", DEMO_WAIT));
        assert_true(terminal_wait(t, "flatten {symbol}", DEMO_WAIT));
        assert_true(terminal_wait(t, "everywhere", DEMO_WAIT));
        terminal_key(t, "Esc");
        assert_true(terminal_wait_gone(t, "What the keys do here", DEMO_WAIT));
        demo_quit(t);
    }
}

static void test_mouse_focuses_selects_scrolls_and_changes_workspace(void **state) {
    demo *d = *state;
    int x, y;
    terminal *t = demo_open(d, 120, 40);
    assert_true(terminal_wait(t, " KEP ", DEMO_WAIT));
    assert_true(terminal_mouse(t));
    assert_true(terminal_find(t, " KEP ", &x, &y));
    terminal_click(t, x + 1, y);
    assert_true(terminal_wait(t, "KEP depth", DEMO_WAIT));
    assert_true(terminal_find(t, "Orders", &x, &y));
    terminal_click(t, x, y);
    assert_true(terminal_wait_row(t, 39, "c cancel", DEMO_WAIT));
    assert_true(terminal_find(t, "▸KEP", &x, &y));
    terminal_wheel(t, x, y, 30);
    assert_true(terminal_wait_gone(t, " QAB ", DEMO_WAIT));
    assert_true(terminal_find(t, "2 RISK", &x, &y));
    terminal_click(t, x, y);
    assert_true(terminal_wait(t, "annual volatility", DEMO_WAIT));
    terminal_key(t, "F1");
    assert_true(terminal_wait(t, "KEP depth", DEMO_WAIT));
    demo_quit(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        DEMO_TEST(test_first_frame_fills_every_size),
        DEMO_TEST(test_status_shows_desk_breaker_clock_and_user),
        DEMO_TEST(test_function_keys_and_digits_show_workspaces),
        DEMO_TEST(test_last_workspace_is_remembered),
        DEMO_TEST(test_tab_gives_the_focus_to_the_next_pane),
        DEMO_TEST(test_selected_row_is_followed_by_linked_panes),
        DEMO_TEST(test_zoom_shows_one_pane_alone_and_all_again),
        DEMO_TEST(test_filter_leaves_the_rows_that_match),
        DEMO_TEST(test_help_lists_the_keys_that_hold_here),
        DEMO_TEST(test_mouse_focuses_selects_scrolls_and_changes_workspace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
