// A lost connection drops the screen and leaves the desk; leaving by q gives the terminal back.
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/e2e/support_demo.h"

// The screen is gone, the process is not: the log says so, and the socket answers.
static void expect_desk(demo *d, terminal *lost) {
    assert_non_null(strstr(demo_ask(d, "status"), "TRADING"));
    assert_int_equal(kill(terminal_pid(lost), 0), 0);
}

static void end_desk(terminal *lost) {
    terminal_signal(lost, SIGTERM);
    assert_true(terminal_wait_exit(lost, DEMO_WAIT));
    assert_int_equal(terminal_status(lost), 0);
}

// What the next workstation sees and does on a desk that lost its screen.
static void work_on(demo *d, terminal *lost) {
    terminal *t = demo_start(d, (terminal_options){.columns = 120, .rows = 40}, NULL);
    assert_true(terminal_wait(t, "attached", DEMO_WAIT));
    assert_true(terminal_wait(t, "QAB         900", DEMO_WAIT));
    assert_true(terminal_wait(t, "Orders · 1 working · 1 filled", DEMO_WAIT));
    demo_command(t, "focus orders");
    terminal_key(t, "Home");
    terminal_key(t, "c");
    assert_true(terminal_wait(t, "Cancel order 1: buy 50 QAB at 290.00", DEMO_WAIT));
    terminal_key(t, "y");
    assert_true(terminal_wait(t, "Orders · 0 working", DEMO_WAIT));
    demo_command(t, "flatten");
    assert_true(terminal_wait(t, "▸phrase", DEMO_WAIT));
    terminal_type(t, "flatten all 37\r");
    assert_true(terminal_wait(t, "FILLED  LEFT", DEMO_WAIT));
    terminal_key(t, "Esc");
    assert_true(terminal_wait(t, "· 0 names", DEMO_WAIT));
    demo_quit(t);
    expect_desk(d, lost);
    end_desk(lost);
    t = demo_open(d, 120, 40); // with nobody at home again, this one holds the workspace
    assert_true(terminal_wait(t, "Positions · main · 0 names", DEMO_WAIT));
    demo_quit(t);
}

static terminal *prepare(demo *d) {
    terminal *t = demo_open(d, 120, 40);
    demo_command(t, "order buy QAB 50 290");
    assert_true(terminal_wait(t, "Orders · 1 working", DEMO_WAIT));
    demo_command(t, "order buy QAB 100");
    assert_true(terminal_wait(t, "QAB         900", DEMO_WAIT));
    return t;
}

static void test_closed_terminal_leaves_the_desk_running(void **state) {
    demo *d = *state;
    terminal *t = prepare(d);
    terminal_hang_up(t);
    work_on(d, t);
}

static void test_hangup_signal_leaves_the_desk_running(void **state) {
    demo *d = *state;
    terminal *t = prepare(d);
    terminal_signal(t, SIGHUP);
    expect_desk(d, t);
    work_on(d, t);
}

static void test_terminate_gives_the_terminal_back(void **state) {
    demo *d = *state;
    int x, y;
    terminal *t = demo_open(d, 80, 24);
    terminal_signal(t, SIGTERM);
    assert_true(terminal_wait_exit(t, DEMO_WAIT));
    assert_int_equal(terminal_status(t), 0);
    assert_false(terminal_alternate(t));
    assert_true(terminal_cursor(t, &x, &y));
}

static void test_signals_while_leaving_cut_nothing_short(void **state) {
    demo *d = *state;
    for (int i = 0; i < 4; i++) {
        terminal *t = demo_open(d, 80, 24);
        terminal_key(t, "q");
        for (int k = 0; !terminal_ended(t) && k < 1000000; k++)
            terminal_signal(t, k % 2 ? SIGINT : SIGTERM);
        assert_true(terminal_wait_exit(t, DEMO_WAIT));
        assert_int_equal(terminal_status(t), 0);
    }
}

static void test_quit_gives_the_terminal_back(void **state) {
    static const char *const terms[] = {"konsole-direct", "xterm-256color", "linux", "screen", "tmux-256color"};
    demo *d = *state;
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        int x, y;
        terminal *t = demo_start(d, (terminal_options){.columns = 80, .rows = 24, .term = terms[i]}, NULL);
        assert_true(demo_wait_frame(t));
        assert_false(terminal_echoes(t));
        demo_quit(t);
        assert_false(terminal_alternate(t));
        assert_false(terminal_mouse(t));
        assert_true(terminal_cursor(t, &x, &y));
        assert_true(terminal_echoes(t));
    }
}

static void test_quit_leaves_the_bottom_line_empty_without_a_second_screen(void **state) {
    static const char *const terms[] = {"linux", "vt100"};
    demo *d = *state;
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        terminal *t = demo_start(d, (terminal_options){.columns = 80, .rows = 24, .term = terms[i]}, NULL);
        assert_true(demo_wait_frame(t));
        demo_quit(t);
        int x, y;
        assert_string_equal(terminal_row(t, 23), "");
        assert_true(terminal_cursor(t, &x, &y));
        assert_int_equal(x, 0);
        assert_int_equal(y, 23);
    }
}

static void test_quit_asks_when_orders_are_working(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 80, 24);
    demo_command(t, "order buy QAB 100 290");
    assert_true(terminal_wait(t, "Orders · 1 working", DEMO_WAIT));
    terminal_key(t, "q");
    assert_true(terminal_wait(t, "Leave?", DEMO_WAIT));
    terminal_key(t, "n");
    assert_true(terminal_wait_gone(t, "Leave?", DEMO_WAIT));
    assert_non_null(strstr(demo_ask(d, "order list"), "290.00"));
    demo_quit(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        DEMO_TEST(test_closed_terminal_leaves_the_desk_running),
        DEMO_TEST(test_hangup_signal_leaves_the_desk_running),
        DEMO_TEST(test_terminate_gives_the_terminal_back),
        DEMO_TEST(test_signals_while_leaving_cut_nothing_short),
        DEMO_TEST(test_quit_gives_the_terminal_back),
        DEMO_TEST(test_quit_leaves_the_bottom_line_empty_without_a_second_screen),
        DEMO_TEST(test_quit_asks_when_orders_are_working),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
