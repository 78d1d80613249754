// The desk's process ends while other screens are attached: one of them takes the desk over, the others attach to it.
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/clock.h"
#include "tests/e2e/support_demo.h"

static terminal *attach(demo *d, int columns, int rows) {
    terminal *t = demo_start(d, (terminal_options){.columns = columns, .rows = rows}, NULL);
    assert_true(demo_wait_frame(t));
    assert_true(terminal_wait_row(t, rows - 2, "attached", DEMO_WAIT));
    return t;
}

static void kill_it(terminal *t) {
    terminal_signal(t, SIGKILL);
    assert_true(terminal_wait_exit(t, DEMO_WAIT));
}

static bool shows(terminal *t, const char *what) {
    int x, y;
    return terminal_find(t, what, &x, &y);
}

// A message stands at the bottom only until the next one; the list has it for good.
static void expect_message(terminal *t, const char *sentence) {
    int64_t until = clock_mono() + DEMO_WAIT * NS_PER_MS;
    for (bool found = false; !found;) {
        assert_true(clock_mono() < until);
        demo_command(t, "messages");
        assert_true(terminal_wait(t, "Messages of this session", DEMO_WAIT));
        found = shows(t, sentence);
        terminal_key(t, "Esc");
        assert_true(terminal_wait_gone(t, "Messages of this session", DEMO_WAIT));
    }
}

static bool has_a_desk_again(terminal *t, void *context) {
    (void)context;
    return shows(t, "this workstation runs the desk now") || shows(t, "attached to the desk that process");
}

static void test_a_killed_desk_is_taken_over_with_layout_and_selection(void **state) {
    demo *d = *state;
    terminal *first = demo_open(d, 120, 40);
    demo_command(first, "order buy QAB 50 290");
    assert_true(terminal_wait(first, "Orders · 1 working", DEMO_WAIT));
    terminal *second = attach(d, 120, 40);
    terminal_key(second, "3");
    assert_true(terminal_wait(second, "Scenario · Dot-com 2000-02 · by factor", DEMO_WAIT));
    demo_command(second, "focus stress");
    terminal_key(second, "Down");
    assert_true(terminal_wait(second, "Scenario · Crisis 2007-09 · by factor", DEMO_WAIT));
    terminal_key(second, "1");
    demo_command(second, "focus positions");
    terminal_key(second, "Down");
    assert_true(terminal_wait(second, "VARY depth · venue sim", DEMO_WAIT));
    demo_command(second, "theme light");
    assert_true(terminal_wait(second, "theme light:", DEMO_WAIT));
    terminal_key(second, "z");
    assert_true(terminal_wait(second, "zoomed", DEMO_WAIT));
    kill_it(first);
    assert_true(terminal_wait(second, "this workstation runs the desk now", DEMO_WAIT));
    assert_true(terminal_wait_gone(second, "attached  venue paused", DEMO_WAIT));
    expect_message(second, "has closed it); this workstation takes it over");
    assert_true(terminal_wait(second, "zoomed", DEMO_WAIT));
    terminal_key(second, "z");
    assert_true(terminal_wait(second, "VARY depth · venue sim", DEMO_WAIT)); // the same book, of the new desk
    assert_true(terminal_wait(second, "Orders · 1 working", DEMO_WAIT));
    terminal_key(second, "3");
    assert_true(terminal_wait(second, "scenarios · value", DEMO_WAIT)); // computed by the new desk
    assert_true(terminal_wait(second, "Scenario · Crisis 2007-09 · by factor", DEMO_WAIT));
    assert_true(terminal_wait(second, "▸Crisis 2007-09", DEMO_WAIT));
    terminal_key(second, "1");
    demo_command(second, "order buy QAB 100");
    assert_true(terminal_wait(second, "QAB         900", DEMO_WAIT));
    assert_non_null(strstr(demo_ask(d, "status"), "TRADING")); // over the socket of the new owner
    demo_quit(second);
    assert_non_null(strstr(demo_ask(d, "position list --format csv"), "\nQAB,Consumer Discretionary,900,"));
}

static void test_of_two_attached_screens_one_takes_the_desk_over(void **state) {
    demo *d = *state;
    for (int round = 1; round <= 3; round++) {
        terminal *first = demo_open(d, 80, 24);
        terminal *both[] = {attach(d, 120, 40), attach(d, 120, 40)};
        kill_it(first);
        bool owns[2];
        for (int i = 0; i < 2; i++) {
            assert_true(terminal_wait_until(both[i], has_a_desk_again, NULL, DEMO_WAIT));
            owns[i] = shows(both[i], "this workstation runs the desk now");
        }
        assert_true(owns[0] != owns[1]);
        terminal *owner = both[owns[0] ? 0 : 1], *other = both[owns[0] ? 1 : 0];
        char orders[32];
        snprintf(orders, sizeof orders, "Orders · %d working", round);
        demo_command(other, "order buy QAB 10 290");
        assert_true(terminal_wait(owner, orders, DEMO_WAIT));
        assert_true(terminal_wait(other, orders, DEMO_WAIT));
        terminal_key(other, "q");
        assert_true(terminal_wait_exit(other, DEMO_WAIT));
        demo_quit(owner);
    }
}

static void test_leaving_a_desk_with_other_screens_says_who_goes_on(void **state) {
    demo *d = *state;
    terminal *first = demo_open(d, 120, 40);
    terminal *second = attach(d, 120, 40);
    terminal_key(first, "q");
    assert_true(terminal_wait(first, "1 other screen is attached to this desk", DEMO_WAIT));
    terminal_key(first, "n");
    assert_true(terminal_wait_gone(first, "Leave?", DEMO_WAIT));
    demo_command(second, "order buy QAB 50 290");
    assert_true(terminal_wait(first, "Orders · 1 working", DEMO_WAIT));
    terminal_key(first, "q");
    assert_true(terminal_wait(first, "1 order is working and will work on there", DEMO_WAIT));
    terminal_key(first, "y");
    assert_true(terminal_wait_exit(first, DEMO_WAIT));
    assert_int_equal(terminal_status(first), 0);
    assert_true(terminal_wait(second, "this workstation runs the desk now", DEMO_WAIT));
    assert_true(terminal_wait(second, "Orders · 1 working", DEMO_WAIT));
    demo_quit(second);
}

// A workspace that has been moved away can't be opened; it is not made anew, and when it is back the screen goes on.
static void test_a_desk_that_cannot_be_taken_over_stays_readable_and_refuses_commands(void **state) {
    demo *d = *state;
    char away[96];
    snprintf(away, sizeof away, "%s.away", d->home);
    terminal *first = demo_open(d, 120, 40);
    terminal *second = attach(d, 120, 40);
    assert_int_equal(rename(d->home, away), 0);
    kill_it(first);
    assert_true(terminal_wait_row(second, 0, "STALE", DEMO_WAIT));
    expect_message(second, "STALE: the desk can't be taken over: there is no workspace in");
    assert_true(terminal_wait(second, "QAB         800", DEMO_WAIT));
    demo_command(second, "order buy QAB 10");
    assert_true(terminal_wait(second, "has ended, and nothing was done; it can't be taken over", DEMO_WAIT));
    assert_int_equal(rename(away, d->home), 0);
    assert_true(terminal_wait(second, "this workstation runs the desk now", DEMO_WAIT));
    assert_true(terminal_wait_gone(second, "STALE", DEMO_WAIT));
    assert_string_equal(demo_ask(d, "order list --format json"), "[]\n");
    demo_quit(second);
}

// Once the desk has noticed that nobody else is attached, it has nothing to ask.
static void quit_unasked(terminal *t) {
    for (int i = 0; i < 100; i++) {
        terminal_key(t, "q");
        if (!terminal_wait_or_exit(t, "Leave?", DEMO_WAIT)) {
            assert_true(terminal_wait_exit(t, DEMO_WAIT));
            assert_int_equal(terminal_status(t), 0);
            return;
        }
        terminal_key(t, "n");
        assert_true(terminal_wait_gone(t, "Leave?", DEMO_WAIT));
    }
    fail_msg("it still asks");
}

static void test_an_attached_screen_that_lost_its_terminal_leaves_no_desk_behind(void **state) {
    demo *d = *state;
    terminal *first = demo_open(d, 120, 40);
    terminal *second = attach(d, 120, 40);
    terminal_hang_up(second);
    assert_true(terminal_wait_exit(second, DEMO_WAIT));
    quit_unasked(first);
}

static void test_commands_of_an_attached_screen_run_at_its_desk(void **state) {
    demo *d = *state;
    terminal *first = demo_open(d, 120, 40);
    terminal *second = attach(d, 120, 40);
    demo_command(second, "order buy QAB 10 290");
    assert_true(terminal_wait(first, "Orders · 1 working", DEMO_WAIT));
    assert_non_null(strstr(demo_ask(d, "audit list --format csv"), "workstation,order buy QAB 10 290,"));
    terminal_key(second, "q");
    assert_true(terminal_wait_exit(second, DEMO_WAIT));
    demo_quit(first);
}

static void test_an_attached_screen_completes_tickers_that_nobody_holds(void **state) {
    demo *d = *state;
    terminal *first = demo_open(d, 120, 40);
    terminal *second = attach(d, 120, 40);
    char away[96];
    snprintf(away, sizeof away, "%s.away", d->home);
    assert_int_equal(rename(d->home, away), 0); // no key waits for the store
    terminal_type(second, ":order buy FE");
    terminal_key(second, "Tab"); // delisted before the portfolio began: only the store knew it
    assert_true(terminal_wait_row(second, 39, ":order buy FEVE", DEMO_WAIT));
    assert_int_equal(rename(away, d->home), 0);
    terminal_key(second, "Esc");
    assert_true(terminal_wait_gone(second, "FEVE", DEMO_WAIT));
    terminal_key(second, "q");
    assert_true(terminal_wait_exit(second, DEMO_WAIT));
    demo_quit(first);
}

static void import_ticker(demo *d, const char *ticker) {
    char path[96];
    snprintf(path, sizeof path, "%s/bars.csv", d->root);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "date,open,high,low,close,volume,Name\n2018-02-07,10,11,9,10.5,1000,%s\n", ticker);
    assert_int_equal(fclose(f), 0);
    demo_ask(d, "import yahoo %s", path);
}

static void test_an_attached_screen_completes_tickers_that_came_later(void **state) {
    demo *d = *state;
    strcat(d->home, "-2");
    import_ticker(d, "ZOLD");
    terminal *first = demo_open(d, 120, 40);
    terminal *second = attach(d, 120, 40);
    import_ticker(d, "ZNEW");
    terminal_type(second, ":order buy ZN");
    for (int i = 0; i < 50 && !shows(second, ":order buy ZNEW"); i++) {
        terminal_key(second, "Tab"); // the first of them has the store read
        demo_ask(d, "status");
    }
    assert_true(terminal_wait_row(second, 39, ":order buy ZNEW", DEMO_WAIT));
    terminal_key(second, "Esc");
    assert_true(terminal_wait_gone(second, "ZNEW", DEMO_WAIT));
    terminal_key(second, "q");
    assert_true(terminal_wait_exit(second, DEMO_WAIT));
    demo_quit(first);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        DEMO_TEST(test_a_killed_desk_is_taken_over_with_layout_and_selection),
        DEMO_TEST(test_of_two_attached_screens_one_takes_the_desk_over),
        DEMO_TEST(test_leaving_a_desk_with_other_screens_says_who_goes_on),
        DEMO_TEST(test_a_desk_that_cannot_be_taken_over_stays_readable_and_refuses_commands),
        DEMO_TEST(test_an_attached_screen_that_lost_its_terminal_leaves_no_desk_behind),
        DEMO_TEST(test_commands_of_an_attached_screen_run_at_its_desk),
        DEMO_TEST(test_an_attached_screen_completes_tickers_that_nobody_holds),
        DEMO_TEST(test_an_attached_screen_completes_tickers_that_came_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
