// A backtest from the form: by keys to its curve, the same run once, and what the command line says of it.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/e2e/support_demo.h"

static const int sizes[][2] = {{80, 24}, {120, 40}, {200, 60}};
enum { SIZES = sizeof sizes / sizeof *sizes };

// Cells of braille in the columns from `left` on.
static int braille(terminal *t, int columns, int rows, int left) {
    int n = 0;
    for (int y = 0; y < rows; y++)
        for (int x = left; x < columns; x++) {
            uint32_t ch = terminal_at(t, x, y).ch;
            n += ch > 0x2800 && ch <= 0x28FF;
        }
    return n;
}

static void test_form_runs_momentum_and_shows_its_curve(void **state) {
    demo *d = *state;
    for (int i = 0; i < SIZES; i++) {
        int x, y;
        terminal *t = demo_open(d, sizes[i][0], sizes[i][1]);
        terminal_key(t, "F4");
        assert_true(terminal_wait(t, "◂ momentum ▸", DEMO_WAIT));
        terminal_key(t, "r");
        assert_true(terminal_wait(t, "Runs · 1", DEMO_WAIT));
        assert_true(terminal_wait(t, "Sharpe", DEMO_WAIT));
        assert_true(terminal_wait_row(t, sizes[i][1] - 2, "backtest 1 has ended: momentum", DEMO_WAIT));
        assert_true(terminal_settle(t, 60, DEMO_WAIT));
        assert_true(terminal_find(t, "Result", &x, &y));
        assert_true(braille(t, sizes[i][0], sizes[i][1], x - 2) > 20);
        terminal_key(t, "F1");
        assert_true(terminal_wait(t, "QAB depth", DEMO_WAIT));
        demo_quit(t);
    }
}

static void test_changed_field_makes_another_run(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 120, 40);
    terminal_key(t, "F4");
    assert_true(terminal_wait(t, "◂ momentum ▸", DEMO_WAIT));
    terminal_key(t, "Right");
    assert_true(terminal_wait(t, "◂ crossover", DEMO_WAIT));
    terminal_key(t, "r");
    assert_true(terminal_wait(t, "Runs · 1", DEMO_WAIT));
    terminal_key(t, "Left");
    assert_true(terminal_wait(t, "◂ momentum ▸", DEMO_WAIT));
    terminal_key(t, "r");
    assert_true(terminal_wait(t, "Runs · 2", DEMO_WAIT));
    assert_true(terminal_wait_gone(t, "under way", DEMO_WAIT));
    const char *list = demo_ask(d, "backtest list --format json");
    assert_non_null(strstr(list, "momentum"));
    assert_non_null(strstr(list, "crossover"));
    demo_quit(t);
}

static void test_wrong_field_says_so_and_runs_nothing(void **state) {
    terminal *t = demo_open(*state, 120, 40);
    terminal_key(t, "F4");
    assert_true(terminal_wait(t, "▸Strategy", DEMO_WAIT));
    terminal_key(t, "Down");
    assert_true(terminal_wait(t, "▸Look-back", DEMO_WAIT));
    terminal_key(t, "Enter");
    for (int i = 0; i < 3; i++)
        terminal_key(t, "Backspace");
    terminal_type(t, "1\r");
    assert_true(terminal_wait(t, "Look-back    1 ", DEMO_WAIT));
    terminal_key(t, "r");
    assert_true(terminal_wait(t, "▲", DEMO_WAIT));
    assert_true(terminal_wait(t, "Runs · 0", DEMO_WAIT));
    demo_quit(t);
}

static void test_run_is_found_from_a_shell_with_the_same_figures(void **state) {
    static const char *const keys[] = {"\"run_id\":", "\"total_return\":", "\"annual_return\":", "\"volatility\":",
                                       "\"sharpe\":", "\"max_drawdown\":", "\"turnover\":",      "\"trades\":"};
    demo *d = *state;
    const char *first = demo_ask(d, "backtest run momentum --format json");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_non_null(strstr(first, keys[i]));
    char *kept = strdup(first);
    terminal *t = demo_open(d, 120, 40);
    terminal_key(t, "F4");
    assert_true(terminal_wait(t, "Runs · 1", DEMO_WAIT));
    assert_string_equal(demo_ask(d, "backtest run momentum --format json"), kept);
    assert_true(terminal_wait(t, "Runs · 1", DEMO_WAIT));
    free(kept);
    demo_quit(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        DEMO_TEST(test_form_runs_momentum_and_shows_its_curve),
        DEMO_TEST(test_changed_field_makes_another_run),
        DEMO_TEST(test_wrong_field_says_so_and_runs_nothing),
        DEMO_TEST(test_run_is_found_from_a_shell_with_the_same_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
