// Themes, and that gains and losses differ by sign and arrow as well as by colour.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/e2e/support_demo.h"

enum { COLUMNS = 120, ROWS = 40 };

// The ground that most cells have.
static int ground(terminal *t) {
    int votes = 0, winner = 0;
    for (int at = 0; at < COLUMNS * ROWS; at++) { // Boyer and Moore's majority vote
        int back = terminal_at(t, at % COLUMNS, at / COLUMNS).back;
        winner = votes ? winner : back;
        votes += back == winner ? 1 : -1;
    }
    return winner;
}

static void test_theme_changes_colours_and_is_remembered(void **state) {
    static const char *const names[] = {"light", "contrast", "colourblind", "dark"};
    demo *d = *state;
    terminal *t = demo_open(d, COLUMNS, ROWS);
    int x, y, last_ground = ground(t), dark = last_ground, last_mark = -2, light = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char said[32];
        demo_command(t, "theme %s", names[i]);
        snprintf(said, sizeof said, "theme %s:", names[i]);
        assert_true(terminal_wait(t, said, DEMO_WAIT));
        assert_true(terminal_find(t, "● TRADING", &x, &y));
        int mark = terminal_at(t, x, y).fore;
        assert_true(ground(t) != last_ground || mark != last_mark);
        last_ground = ground(t);
        last_mark = mark;
        light = i == 0 ? last_ground : light;
    }
    assert_int_equal(last_ground, dark);
    assert_true((light >> 8 & 255) > 200 && (dark >> 8 & 255) < 80);
    demo_command(t, "theme light");
    assert_true(terminal_wait(t, "theme light:", DEMO_WAIT));
    demo_quit(t);
    t = demo_open(d, COLUMNS, ROWS);
    assert_int_equal(ground(t), light);
    demo_quit(t);
}

static void test_key_goes_through_all_themes(void **state) {
    terminal *t = demo_open(*state, COLUMNS, ROWS);
    static const char *const order[] = {"light", "mono", "colourblind", "contrast", "dark"};
    int met = 0;
    for (int i = 0; i < 5; i++) {
        terminal_key(t, "t");
        assert_true(terminal_wait(t, " theme ", DEMO_WAIT));
        for (size_t k = 0; k < sizeof order / sizeof *order; k++) {
            char said[32];
            int x, y;
            snprintf(said, sizeof said, "theme %s:", order[k]);
            met |= terminal_find(t, said, &x, &y) ? 1 << k : 0;
        }
        terminal_key(t, "Home"); // the message goes
        assert_true(terminal_wait_gone(t, " theme ", DEMO_WAIT));
    }
    assert_int_equal(met, 31);
    demo_quit(t);
}

static void test_mono_theme_has_no_colour(void **state) {
    terminal *t = demo_open(*state, COLUMNS, ROWS);
    demo_command(t, "theme mono");
    assert_true(terminal_wait(t, "theme mono:", DEMO_WAIT));
    for (int at = 0; at < COLUMNS * ROWS; at++) {
        terminal_cell c = terminal_at(t, at % COLUMNS, at / COLUMNS);
        assert_int_equal(c.fore, -1);
        assert_int_equal(c.back, -1);
    }
    demo_quit(t);
}

// The place of an arrow among the rows of positions.
static bool find_arrow(terminal *t, const char *arrow, int *x, int *y) {
    for (*y = 3; *y < 23; ++*y) {
        const char *row = terminal_row(t, *y), *at = strstr(row, arrow);
        const char *frame = strstr(row, "│");
        if (!at || (frame && at > frame))
            continue;
        for (*x = 0; *x < COLUMNS; ++*x)
            if (terminal_at(t, *x, *y).ch == (strcmp(arrow, "▲") == 0 ? 0x25B2u : 0x25BCu))
                return true;
    }
    return false;
}

static bool both_arrows(terminal *t, void *context) {
    int x, y;
    (void)context;
    return find_arrow(t, "▲", &x, &y) && find_arrow(t, "▼", &x, &y);
}

static void test_gains_and_losses_differ_by_colour_sign_and_arrow(void **state) {
    static const char *const names[] = {"dark", "light", "contrast", "colourblind"};
    demo *d = *state;
    terminal *t = demo_open(d, COLUMNS, ROWS);
    demo_command(t, "venue run --pace 20");
    assert_true(terminal_wait_until(t, both_arrows, NULL, DEMO_WAIT));
    demo_ask(d, "venue pause");
    assert_true(terminal_wait(t, "venue is paused", DEMO_WAIT));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int x, y, down_x, down_y;
        char said[32];
        demo_command(t, "theme %s", names[i]);
        snprintf(said, sizeof said, "theme %s:", names[i]);
        assert_true(terminal_wait(t, said, DEMO_WAIT));
        assert_true(terminal_wait_until(t, both_arrows, NULL, DEMO_WAIT));
        assert_true(find_arrow(t, "▲", &x, &y));
        assert_true(find_arrow(t, "▼", &down_x, &down_y));
        assert_int_not_equal(terminal_at(t, x, y).fore, terminal_at(t, down_x, down_y).fore);
        // A held name's profit goes with its move, a short one's against it.
        const char *row = terminal_row(t, y);
        bool is_short = strstr(row, " −") && strstr(row, " −") < strstr(row, "▲");
        assert_non_null(strstr(strstr(row, "▲"), is_short ? "−" : "+"));
    }
    demo_quit(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        DEMO_TEST(test_theme_changes_colours_and_is_remembered),
        DEMO_TEST(test_key_goes_through_all_themes),
        DEMO_TEST(test_mono_theme_has_no_colour),
        DEMO_TEST(test_gains_and_losses_differ_by_colour_sign_and_arrow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
