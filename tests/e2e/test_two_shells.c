// Commands from another shell while the workstation runs: its screen follows, and both see the same desk.
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/e2e/support_demo.h"

enum { AT_ONCE = 1000 }; // milliseconds

static void test_order_from_another_shell_shows_within_a_second(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 120, 40);
    assert_string_equal(demo_ask(d, "order buy QAB 100 290.5"), "order 1: buy 100 QAB at 290.50, working\n");
    assert_true(terminal_wait(t, "QAB     buy       100      0   290.50", AT_ONCE));
    demo_ask(d, "order sell VARY 900");
    assert_true(terminal_wait(t, "VARY      7,000", AT_ONCE));
    demo_ask(d, "cancel 1 --yes");
    assert_true(terminal_wait(t, "Orders · 0 working", AT_ONCE));
    demo_quit(t);
}

static void test_breaker_from_another_shell_shows_within_a_second(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 80, 24);
    assert_int_equal(demo_run(d, "breaker trip"), 2); // nobody is at a prompt: it wants --yes
    assert_non_null(strstr(text_string(&d->err), "--yes"));
    assert_true(terminal_wait_row(t, 0, "● TRADING", AT_ONCE));
    demo_ask(d, "breaker trip --yes --reason 'fire drill'");
    assert_true(terminal_wait_row(t, 0, "■ TRIPPED", AT_ONCE));
    assert_non_null(strstr(demo_ask(d, "breaker show --format json"), "fire drill"));
    assert_int_equal(demo_run(d, "order buy QAB 10"), 1);
    assert_non_null(strstr(text_string(&d->err), "refused: breaker tripped"));
    demo_ask(d, "breaker reset --confirm 'reset breaker'");
    assert_true(terminal_wait_row(t, 0, "QUIET", AT_ONCE));
    demo_quit(t);
}

static void test_tables_come_as_json_and_csv_from_the_running_desk(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 120, 40);
    demo_command(t, "order buy QAB 100 290.5 --client shell-1");
    assert_true(terminal_wait(t, "Orders · 1 working", DEMO_WAIT));
    const char *orders = demo_ask(d, "order list --format json");
    assert_int_equal(orders[0], '[');
    assert_non_null(strstr(orders, "\"order\":1,"));
    assert_non_null(
        strstr(orders, "\"symbol\":\"QAB\",\"side\":\"buy\",\"quantity\":100,\"filled\":0,\"price\":290.5"));
    assert_non_null(strstr(orders, "\"client\":\"shell-1\""));
    const char *positions = demo_ask(d, "position list --format csv");
    assert_int_equal(strncmp(positions, "symbol,sector,quantity,average,last,", 36), 0);
    assert_non_null(strstr(positions, "\nQAB,Consumer Discretionary,800,293.2,293.2,"));
    int lines = 0;
    for (const char *at = positions; (at = strchr(at, '\n')); at++)
        lines++;
    assert_int_equal(lines, 38);
    demo_quit(t);
}

static void test_flatten_from_another_shell_empties_the_screen(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 120, 40);
    assert_int_equal(demo_run(d, "flatten"), 2);
    assert_non_null(strstr(demo_ask(d, "flatten --dry-run"), "flatten all 37"));
    assert_true(terminal_wait(t, "37 names", AT_ONCE));
    demo_ask(d, "flatten --confirm 'flatten all 37'");
    assert_true(terminal_wait(t, "· 0 names", AT_ONCE));
    demo_quit(t);
}

static void test_second_workstation_attaches_and_both_follow(void **state) {
    demo *d = *state;
    terminal *first = demo_open(d, 120, 40);
    terminal *second = demo_start(d, (terminal_options){.columns = 80, .rows = 24}, NULL);
    assert_true(terminal_wait(second, "attached", DEMO_WAIT));
    demo_command(second, "order buy QAB 100 290.5");
    assert_true(terminal_wait(first, "Orders · 1 working", DEMO_WAIT));
    assert_true(terminal_wait(second, "Orders · 1 working", DEMO_WAIT));
    demo_command(first, "order sell QAB 800");
    assert_true(terminal_wait(second, "· 36 names", DEMO_WAIT));
    terminal_key(second, "q"); // an attached one leaves without asking: the desk runs on
    assert_true(terminal_wait_exit(second, DEMO_WAIT));
    assert_int_equal(terminal_status(second), 0);
    assert_true(terminal_wait(first, "Orders · 1 working", DEMO_WAIT));
    demo_quit(first);
}

// A command with nobody at home holds the workspace by itself, here until its question is answered. There is no desk to
// attach to then: a workstation waits for its turn.
static void test_workstation_waits_for_a_command_that_holds_the_workspace(void **state) {
    demo *d = *state;
    terminal *command = demo_start(d, (terminal_options){.columns = 80, .rows = 24}, (const char *[]){"flatten", NULL});
    assert_true(terminal_wait(command, "flatten all 37", DEMO_WAIT));
    terminal *t = demo_start(d, (terminal_options){.columns = 120, .rows = 40}, NULL);
    assert_true(terminal_settle(t, 300, DEMO_WAIT));
    assert_int_equal(terminal_received(t), 0);
    terminal_type(command, "no\r");
    assert_true(terminal_wait_exit(command, DEMO_WAIT));
    assert_int_equal(terminal_status(command), 1);
    assert_true(demo_wait_frame(t));
    assert_true(terminal_wait(t, "37 names", DEMO_WAIT));
    int x, y;
    assert_false(terminal_find(t, "attached", &x, &y));
    demo_quit(t);
}

static void test_audit_names_who_did_what_from_which_face(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 120, 40);
    demo_command(t, "order buy QAB 100 290.5");
    assert_true(terminal_wait(t, "Orders · 1 working", DEMO_WAIT));
    demo_ask(d, "cancel 1 --yes --reason 'not today'");
    const char *audit = demo_ask(d, "audit list --format csv");
    const char *cancel = strstr(audit, "cancel 1"), *order = strstr(audit, "order buy QAB 100 290.5");
    assert_true(cancel && order && cancel < order);
    assert_non_null(strstr(audit, "not today"));
    demo_ask(d, "audit verify");
    terminal_key(t, "F7");
    assert_true(terminal_wait(t, "order buy QAB 100", DEMO_WAIT));
    demo_quit(t);
}

static void test_desk_that_is_stopped_is_said_not_to_answer(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 80, 24);
    terminal_signal(t, SIGSTOP);
    assert_int_equal(demo_run(d, "breaker trip --yes"), 1);
    assert_non_null(strstr(text_string(&d->err), "the desk doesn't answer: process "));
    assert_non_null(strstr(text_string(&d->err), "kill -CONT "));
    terminal_signal(t, SIGCONT);
    demo_quit(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        DEMO_TEST(test_order_from_another_shell_shows_within_a_second),
        DEMO_TEST(test_breaker_from_another_shell_shows_within_a_second),
        DEMO_TEST(test_tables_come_as_json_and_csv_from_the_running_desk),
        DEMO_TEST(test_flatten_from_another_shell_empties_the_screen),
        DEMO_TEST(test_second_workstation_attaches_and_both_follow),
        DEMO_TEST(test_workstation_waits_for_a_command_that_holds_the_workspace),
        DEMO_TEST(test_desk_that_is_stopped_is_said_not_to_answer),
        DEMO_TEST(test_audit_names_who_did_what_from_which_face),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
