// The harness of the end-to-end tests, tried on a shell.
#include "tests/e2e/support_terminal.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static terminal *start_shell(const char *script) {
    char *arguments[] = {"/bin/sh", "-c", (char *)script, NULL};
    return terminal_start((terminal_options){.columns = 40, .rows = 10}, arguments);
}

static void test_terminal_waits_for_text_and_finds_its_place(void **state) {
    (void)state;
    terminal *t = start_shell("printf 'one\\n  two ▲\\n'; read line");
    assert_true(terminal_wait(t, "two", 20000));
    int x, y;
    assert_true(terminal_find(t, "▲", &x, &y));
    assert_int_equal(x, 6);
    assert_int_equal(y, 1);
    assert_string_equal(terminal_row(t, 0), "one");
    terminal_stop(t);
}

static void test_terminal_reads_characters_that_come_in_pieces(void **state) {
    (void)state;
    // the first read ends within the character
    terminal *t =
        start_shell("stty -echo; echo ready; read go; printf 'ab\\342'; read go; printf '\\226\\262x'; read line");
    assert_true(terminal_wait(t, "ready", 20000));
    terminal_key(t, "Enter");
    assert_true(terminal_wait(t, "ab", 20000));
    terminal_key(t, "Enter");
    assert_true(terminal_wait(t, "ab▲x", 20000));
    terminal_stop(t);
}

// With job control the shell's child has a process group of its own, and the terminal.
static void test_terminal_signals_what_runs_in_the_foreground(void **state) {
    (void)state;
    terminal *t =
        start_shell("set -m; sh -c 'trap \"echo struck\" INT; echo ready; while read line; do :; done'; read line");
    assert_true(terminal_wait(t, "ready", 20000));
    terminal_signal(t, SIGINT);
    bool struck = false;
    for (int i = 0; i < 100 && !struck; i++) { // the shell looks at signals between two commands
        terminal_key(t, "Enter");
        struck = terminal_wait(t, "struck", 200);
    }
    assert_true(struck);
    assert_false(terminal_ended(t));
    terminal_stop(t);
}

static void test_terminal_says_when_text_does_not_come(void **state) {
    (void)state;
    terminal *t = start_shell("echo something else; read line");
    assert_true(terminal_wait(t, "else", 20000));
    int saved = dup(STDERR_FILENO);
    assert_non_null(freopen("/dev/null", "w", stderr)); // the picture of the screen that goes with a failure
    bool found = terminal_wait(t, "never", 60);
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    assert_false(found);
    terminal_stop(t);
}

static void test_terminal_sends_keys_by_name(void **state) {
    (void)state;
    terminal *t = start_shell("stty -echo; echo ready; read a; echo \"<$a>\"; read b; echo \"<$b>\" | cat -v");
    assert_true(terminal_wait(t, "ready", 20000));
    terminal_key(t, "h");
    terminal_key(t, "i");
    terminal_key(t, "Enter");
    assert_true(terminal_wait(t, "<hi>", 20000));
    terminal_key(t, "Up");
    terminal_key(t, "Enter");
    assert_true(terminal_wait(t, "<^[OA>", 20000));
    terminal_stop(t);
}

static void test_terminal_reads_colours_and_attributes(void **state) {
    (void)state;
    terminal *t = start_shell("printf '\\033[1;38;2;10;20;30;48;2;1;2;3mX\\033[0;7mY\\033[0mend'; read line");
    assert_true(terminal_wait(t, "end", 20000));
    terminal_cell x = terminal_at(t, 0, 0), y = terminal_at(t, 1, 0), e = terminal_at(t, 2, 0);
    assert_int_equal(x.ch, 'X');
    assert_int_equal(x.fore, 0x0a141e);
    assert_int_equal(x.back, 0x010203);
    assert_true(x.bold);
    assert_true(y.reverse);
    assert_false(y.bold);
    assert_int_equal(e.fore, -1);
    terminal_stop(t);
}

static void test_terminal_tells_the_program_of_a_new_size(void **state) {
    (void)state;
    terminal *t = start_shell("trap 'stty size' WINCH; stty size; while :; do sleep 0.02; done");
    assert_true(terminal_wait(t, "10 40", 20000));
    terminal_resize(t, 50, 12);
    assert_true(terminal_wait(t, "12 50", 20000));
    terminal_stop(t);
}

static void test_terminal_gives_exit_status_and_signal(void **state) {
    (void)state;
    terminal *t = start_shell("exit 3");
    assert_true(terminal_wait_exit(t, 20000));
    assert_int_equal(terminal_status(t), 3);
    terminal_stop(t);
    t = start_shell("echo up; read line");
    assert_true(terminal_wait(t, "up", 20000));
    terminal_signal(t, SIGTERM);
    assert_true(terminal_wait_exit(t, 20000));
    assert_int_equal(terminal_status(t), 128 + SIGTERM);
    terminal_stop(t);
}

static void test_terminal_hangs_up_on_the_program(void **state) {
    (void)state;
    terminal *t = start_shell("echo up; read line");
    assert_true(terminal_wait(t, "up", 20000));
    terminal_hang_up(t);
    assert_true(terminal_wait_exit(t, 20000));
    terminal_stop(t);
}

static void test_terminal_scrubs_the_environment(void **state) {
    (void)state;
    setenv("PLIMSOLL_HOME", "/nowhere", 1);
    terminal *t = start_shell("echo \"[$TERM $TZ $LANG $PLIMSOLL_HOME]\"; echo \"$XDG_STATE_HOME\"; read line");
    assert_true(terminal_wait(t, "[konsole-direct UTC C.UTF-8 ]", 20000));
    assert_true(terminal_wait(t, terminal_home(t), 20000));
    terminal_stop(t);
    unsetenv("PLIMSOLL_HOME");
}

static void test_terminal_counts_bytes_and_settles(void **state) {
    (void)state;
    terminal *t = start_shell("printf 0123456789; read line");
    assert_true(terminal_wait(t, "9", 20000));
    assert_true(terminal_settle(t, 30, 1000));
    assert_int_equal(terminal_received(t), 10);
    terminal_stop(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terminal_waits_for_text_and_finds_its_place),
        cmocka_unit_test(test_terminal_reads_characters_that_come_in_pieces),
        cmocka_unit_test(test_terminal_signals_what_runs_in_the_foreground),
        cmocka_unit_test(test_terminal_says_when_text_does_not_come),
        cmocka_unit_test(test_terminal_sends_keys_by_name),
        cmocka_unit_test(test_terminal_reads_colours_and_attributes),
        cmocka_unit_test(test_terminal_tells_the_program_of_a_new_size),
        cmocka_unit_test(test_terminal_gives_exit_status_and_signal),
        cmocka_unit_test(test_terminal_hangs_up_on_the_program),
        cmocka_unit_test(test_terminal_scrubs_the_environment),
        cmocka_unit_test(test_terminal_counts_bytes_and_settles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
