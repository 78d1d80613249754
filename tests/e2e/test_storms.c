// Sizes and keys that nobody would choose: the program takes them all and still answers.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "tests/base/support_numbers.h"
#include "tests/e2e/support_demo.h"

// The tab of the workspace is not drawn as its neighbour's is.
static bool desk_is_chosen(terminal *t, void *context) {
    (void)context;
    int x, y, other, row;
    if (!terminal_find(t, "1 DESK", &x, &y) || !terminal_find(t, "2 RISK", &other, &row))
        return false;
    terminal_cell desk = terminal_at(t, x, y), risk = terminal_at(t, other, row);
    return desk.bold != risk.bold || desk.reverse != risk.reverse || desk.back != risk.back;
}

// Whatever is open is closed, a command is answered, and a workspace can be chosen, zoomed as the storm may have left
// it.
static void expect_answer(terminal *t) {
    terminal_resize(t, 120, 40);
    for (int i = 0; i < 4; i++) {
        terminal_key(t, "^C");
        assert_true(terminal_settle(t, 60, DEMO_WAIT));
        terminal_key(t, "Esc");
        assert_true(terminal_settle(t, 60, DEMO_WAIT));
    }
    demo_command(t, "no such command");
    assert_true(terminal_wait(t, "is no command", DEMO_WAIT));
    terminal_key(t, "F2");
    terminal_key(t, "F1");
    assert_true(terminal_wait_until(t, desk_is_chosen, NULL, DEMO_WAIT));
}

static void test_every_size_is_drawn_and_survived(void **state) {
    static const int widths[] = {1, 2, 3, 5, 9, 20, 39, 60, 79, 80, 81, 119, 160, 250};
    static const int heights[] = {1, 2, 3, 4, 6, 10, 15, 23, 24, 25, 50, 80};
    static const char *const spaces[] = {"F1", "F2", "F3", "F4", "F7"};
    enum { WIDTHS = sizeof widths / sizeof *widths, HEIGHTS = sizeof heights / sizeof *heights };
    terminal *t = demo_open(*state, 80, 24);
    for (int i = 0; i < WIDTHS * HEIGHTS; i++) {
        terminal_key(t, spaces[i % 5]);
        terminal_resize(t, widths[i % WIDTHS], heights[i / WIDTHS]);
        terminal_settle(t, 2, 30);
    }
    expect_answer(t);
    demo_quit(t);
}

static void test_resize_storm_with_everything_open(void **state) {
    rng r = rng_seed(support_seed(1));
    static const char *const openers[] = {"b", "?", ":order buy ", "F", "z", "/QA", "t", "F3", "F4", "Tab"};
    terminal *t = demo_open_live(*state, 80, 24);
    for (int i = 0; i < 300; i++) {
        if (i % 10 == 0)
            terminal_key(t, openers[i / 10 % 10]);
        terminal_resize(t, 1 + (int)rng_below(&r, 250), 1 + (int)rng_below(&r, 80));
        if (i % 25 == 0) {
            terminal_settle(t, 5, 30);
            terminal_key(t, "Esc");
        }
    }
    expect_answer(t);
    demo_quit(t);
}

static void test_screen_is_whole_again_after_a_storm(void **state) {
    terminal *t = demo_open(*state, 120, 40);
    assert_true(terminal_wait_gone(t, "–┃", DEMO_WAIT)); // the share of risk, the positions' last column, has come
    assert_true(terminal_settle(t, 100, DEMO_WAIT));
    char *before[40];
    for (int y = 0; y < 40; y++)
        before[y] = strdup(terminal_row(t, y));
    for (int i = 0; i < 60; i++)
        terminal_resize(t, 1 + i * 4, 1 + i);
    terminal_resize(t, 120, 40);
    assert_true(terminal_wait_row(t, 39, "? help", DEMO_WAIT));
    assert_true(terminal_settle(t, 100, DEMO_WAIT));
    for (int y = 0; y < 40; y++) {
        if (y >= 2 && y < 38) // the first two rows and the last name ages
            assert_string_equal(terminal_row(t, y), before[y]);
        free(before[y]);
    }
    demo_quit(t);
}

// Random bytes: plain ones, pieces of escape sequences, UTF-8 that is none. Left out are ^Z and ^\\, which rightly stop
// and kill a program that has just given its terminal back, and q, or most runs would end soon.
static void send_garbage(terminal *t, rng *r, int bytes) {
    static const char *const pieces[] = {"\033",
                                         "\033[",
                                         "\033[A",
                                         "\033[1;5C",
                                         "\033OP",
                                         "\033[200~",
                                         "\033[201~",
                                         "\033[<0;5;5M",
                                         "\r",
                                         "\033[<64;1;1M",
                                         "\033[<0;999;999M",
                                         "\t",
                                         ":",
                                         "\xff\xfe",
                                         "\xe2\x82",
                                         "\xf0\x9f\x98\x80",
                                         "\033]52;c;",
                                         "\033P",
                                         "\b",
                                         "\x7f",
                                         "y",
                                         "b",
                                         "\033[M !!",
                                         "\033[99999999999999999~"};
    for (int sent = 0; sent < bytes;) {
        char piece[2] = {(char)(1 + rng_below(r, 255)), 0};
        const char *chosen = rng_below(r, 4) ? piece : pieces[rng_below(r, sizeof pieces / sizeof *pieces)];
        if (strcspn(chosen, "\x1a\x1cq") == strlen(chosen))
            terminal_type(t, chosen);
        sent += (int)strlen(chosen);
    }
}

// Closes what the garbage opened until a command is answered; false when the program has ended.
static bool still_answers(terminal *t, int burst) {
    char line[32], answer[48];
    snprintf(line, sizeof line, "no%d", burst);
    snprintf(answer, sizeof answer, "\"%s\" is no command", line);
    for (int tries = 0; tries < 20; tries++) {
        int x, y;
        terminal_type(t, "\033[201~\003"); // the end of a paste, and ^C
        terminal_settle(t, 20, 200);
        terminal_key(t, "Esc");
        terminal_settle(t, 40, 200);
        demo_command(t, "%s", line);
        terminal_settle(t, 60, 500);
        if (terminal_find(t, answer, &x, &y))
            return true;
        if (terminal_ended(t))
            return false;
    }
    terminal_print(t);
    fail_msg("no answer after burst %d", burst);
    return false;
}

// What the garbage happens to spell may well send an order, or leave: then it must have left in order.
static void test_garbage_keys_never_crash(void **state) {
    demo *d = *state;
    rng r = rng_seed(support_seed(2));
    terminal *t = demo_open(d, 80, 24);
    for (int burst = 0, starts = 1; burst < 20 && starts < 10; burst++) {
        send_garbage(t, &r, 250);
        if (still_answers(t, burst))
            continue;
        assert_int_equal(terminal_status(t), 0);
        t = demo_open(d, 80, 24);
        starts++;
    }
    demo_quit(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        DEMO_TEST(test_every_size_is_drawn_and_survived),
        DEMO_TEST(test_resize_storm_with_everything_open),
        DEMO_TEST(test_screen_is_whole_again_after_a_storm),
        DEMO_TEST(test_garbage_keys_never_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
