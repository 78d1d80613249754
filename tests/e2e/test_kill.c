// SIGKILL at any moment: the next start finds orders, positions, breaker and limits as they were acknowledged.
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/rng.h"
#include "tests/base/support_numbers.h"
#include "tests/e2e/support_demo.h"

static void kill_it(terminal *t) {
    terminal_signal(t, SIGKILL);
    assert_true(terminal_wait_exit(t, DEMO_WAIT));
    assert_int_equal(terminal_status(t), 128 + SIGKILL);
}

static char *answer(demo *d, const char *line) { return mem_string(demo_ask(d, "%s", line)); }

static void expect_answer(demo *d, const char *line, char *want) {
    assert_string_equal(demo_ask(d, "%s", line), want);
    free(want);
}

// How much of a security is held, by the command line.
static long held(demo *d, const char *symbol) {
    char label[32];
    snprintf(label, sizeof label, "\n%s,", symbol);
    const char *row = strstr(demo_ask(d, "position list --format csv"), label);
    return row ? strtol(strchr(row + strlen(label), ',') + 1, NULL, 10) : 0;
}

static void test_killed_desk_comes_back_as_it_was(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 120, 40);
    demo_command(t, "order buy QAB 100 290.5 --client one");
    demo_command(t, "order sell VARY 900 30");
    demo_command(t, "order buy QAB 300");
    demo_command(t, "limit set order-quantity 5000");
    assert_true(terminal_wait(t, "Orders · 2 working · 1 filled", DEMO_WAIT));
    demo_ask(d, "breaker trip --yes --reason 'before the crash'");
    char *breaker = answer(d, "breaker show --format csv");
    char *limits = answer(d, "limit list --format csv"), *fills = answer(d, "order fills --format csv");
    kill_it(t);
    t = demo_open(d, 120, 40);
    assert_true(terminal_wait_row(t, 0, "■ TRIPPED", DEMO_WAIT));
    assert_true(terminal_wait(t, "Orders · 2 working · 1 filled", DEMO_WAIT));
    assert_true(terminal_wait(t, "QAB       1,100", DEMO_WAIT));
    expect_answer(d, "breaker show --format csv", breaker);
    expect_answer(d, "limit list --format csv", limits);
    expect_answer(d, "order fills --format csv", fills);
    const char *orders = demo_ask(d, "order list --format csv");
    assert_non_null(strstr(orders, "QAB,buy,100,0,290.5,,,,limit,day,,working,"));
    assert_non_null(strstr(orders, "VARY,sell,900,0,30,,,,limit,day,,working,"));
    assert_non_null(strstr(orders, "QAB,buy,300,300,,,,"));
    assert_int_equal(held(d, "VARY"), 7900);
    demo_quit(t);
}

// Whoever opened the workspace in between for a command of his own.
static void test_place_in_the_queue_that_is_lost_is_told(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 120, 40);
    demo_command(t, "order buy QAB 100 290.5");
    demo_command(t, "order sell VARY 900 30");
    assert_true(terminal_wait(t, "Orders · 2 working", DEMO_WAIT));
    kill_it(t);
    demo_ask(d, "status");
    t = demo_open_live(d, 120, 40);
    assert_true(terminal_wait_row(t, 38, "2 working orders entered anew in fresh books", DEMO_WAIT));
    demo_quit(t);
}

static void test_run_that_was_stored_survives(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 120, 40);
    char *run = answer(d, "backtest run momentum --format json");
    kill_it(t);
    t = demo_open(d, 120, 40);
    terminal_key(t, "F4");
    assert_true(terminal_wait(t, "Runs · 1", DEMO_WAIT));
    expect_answer(d, "backtest run momentum --format json", run);
    demo_quit(t);
}

static bool filled(terminal *t, void *orders) { return demo_number(t, "working · ") >= *(const int *)orders; }

// Orders of one share follow each other as fast as they can be typed, and the kill comes at a random one. Whatever the
// screen showed as filled must be there again, and the position must be the sum of the fills.
static void test_kill_in_a_burst_of_orders_loses_nothing_acknowledged(void **state) {
    demo *d = *state;
    uint64_t seed = support_seed(20261123);
    rng r = rng_seed(seed);
    int bought = 0;
    for (int round = 0; round < 5; round++) {
        terminal *t = demo_open(d, 80, 24);
        int orders = 1 + (int)rng_below(&r, 8), wanted = bought + 1 + (int)rng_below(&r, (uint64_t)orders);
        for (int i = 0; i < orders; i++)
            demo_command(t, "order buy QAB 1");
        assert_true(terminal_wait_until(t, filled, &wanted, DEMO_WAIT));
        int shown = (int)demo_number(t, "working · ");
        kill_it(t);
        int after = (int)(held(d, "QAB") - 800), fills = 0;
        assert_in_range(after, shown, bought + orders);
        for (const char *at = demo_ask(d, "order fills --format csv"); (at = strstr(at, ",QAB,buy,1,")); at++)
            fills++;
        assert_int_equal(after, fills);
        assert_string_equal(demo_ask(d, "order list --state working --format json"),
                            "[]\n"); // none waits to be sent again
        bought = after;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        DEMO_TEST(test_killed_desk_comes_back_as_it_was),
        DEMO_TEST(test_place_in_the_queue_that_is_lost_is_told),
        DEMO_TEST(test_run_that_was_stored_survives),
        DEMO_TEST(test_kill_in_a_burst_of_orders_loses_nothing_acknowledged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
