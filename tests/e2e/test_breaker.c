// The breaker by keys: tripped after a yes, orders refused with their reason, reset by its phrase.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/e2e/support_demo.h"

static const int sizes[][2] = {{80, 24}, {120, 40}, {200, 60}};
enum { SIZES = sizeof sizes / sizeof *sizes };

static void trip(terminal *t) {
    terminal_key(t, "T");
    assert_true(terminal_wait(t, "Trip the breaker: only reducing orders and cancels pass", DEMO_WAIT));
    terminal_key(t, "y");
    assert_true(terminal_wait_row(t, 0, "■ TRIPPED", DEMO_WAIT));
}

static void test_trip_asks_and_a_no_leaves_it_trading(void **state) {
    terminal *t = demo_open(*state, 80, 24);
    terminal_key(t, "T");
    assert_true(terminal_wait(t, "Trip the breaker", DEMO_WAIT));
    terminal_key(t, "n");
    assert_true(terminal_wait(t, "nothing was done: breaker trip", DEMO_WAIT));
    assert_true(terminal_wait_row(t, 0, "● TRADING", DEMO_WAIT));
    demo_quit(t);
}

static void test_tripped_breaker_shows_everywhere_and_refuses_with_its_reason(void **state) {
    demo *d = *state;
    for (int i = 0; i < SIZES; i++) {
        terminal *t = demo_open(d, sizes[i][0], sizes[i][1]);
        if (i == 0)
            trip(t);
        static const char *const spaces[] = {"F2", "F3", "F4", "F7", "F1"};
        for (size_t k = 0; k < sizeof spaces / sizeof *spaces; k++) {
            terminal_key(t, spaces[k]);
            assert_true(terminal_settle(t, 60, DEMO_WAIT));
            assert_true(terminal_wait_row(t, 0, "■ TRIPPED", DEMO_WAIT));
        }
        terminal_key(t, "b");
        assert_true(terminal_wait(t, "▸quantity", DEMO_WAIT));
        terminal_type(t, "100\r");
        assert_true(terminal_wait(t, "refused: breaker tripped: only reducing orders pass", DEMO_WAIT));
        assert_non_null(strstr(demo_ask(d, "position list --format csv"), "QAB,Consumer Discretionary,800,"));
        demo_quit(t);
    }
}

static void test_reducing_order_passes_a_tripped_breaker(void **state) {
    terminal *t = demo_open(*state, 120, 40);
    trip(t);
    terminal_key(t, "s");
    assert_true(terminal_wait(t, "▸quantity", DEMO_WAIT));
    terminal_type(t, "100\r");
    assert_true(terminal_wait(t, "QAB         700", DEMO_WAIT));
    demo_quit(t);
}

static void test_reset_wants_its_phrase_and_halves_limits_for_a_while(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 120, 40);
    trip(t);
    terminal_key(t, "R");
    assert_true(terminal_wait(t, "To do it, type: reset breaker", DEMO_WAIT));
    terminal_type(t, "please\r");
    assert_true(terminal_wait(t, "▲ type exactly", DEMO_WAIT));
    terminal_key(t, "Esc");
    assert_true(terminal_wait(t, "nothing was done: breaker reset", DEMO_WAIT));
    assert_true(terminal_wait_row(t, 0, "■ TRIPPED", DEMO_WAIT));
    terminal_key(t, "R");
    assert_true(terminal_wait(t, "▸phrase", DEMO_WAIT));
    terminal_type(t, "reset breaker\r");
    assert_true(terminal_wait_row(t, 0, "QUIET", DEMO_WAIT));
    const char *history = demo_ask(d, "breaker history --format csv");
    const char *quiet = strstr(history, ",QUIET,"), *tripped = strstr(history, ",TRIPPED,");
    assert_non_null(quiet);
    assert_true(tripped && tripped > quiet); // newest first
    demo_quit(t);
}

static void test_breaker_trips_by_itself_on_a_loss_beyond_its_limit(void **state) {
    terminal *t = demo_open(*state, 120, 40);
    demo_command(t, "limit set daily-loss 0.0001");
    assert_true(terminal_wait(t, "limit daily-loss", DEMO_WAIT));
    demo_command(t, "order buy QAB 1000"); // pays the spread and its fee
    demo_command(t, "order sell QAB 1000");
    assert_true(terminal_wait_row(t, 0, "■ TRIPPED", DEMO_WAIT));
    assert_true(terminal_wait(t, "daily loss", DEMO_WAIT));
    demo_quit(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        DEMO_TEST(test_trip_asks_and_a_no_leaves_it_trading),
        DEMO_TEST(test_tripped_breaker_shows_everywhere_and_refuses_with_its_reason),
        DEMO_TEST(test_reducing_order_passes_a_tripped_breaker),
        DEMO_TEST(test_reset_wants_its_phrase_and_halves_limits_for_a_while),
        DEMO_TEST(test_breaker_trips_by_itself_on_a_loss_beyond_its_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
