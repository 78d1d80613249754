// Nothing moves that did not change: bytes to the terminal with the venue paused, live, and after a key.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/e2e/support_demo.h"

enum { WINDOW = 2000 }; // milliseconds

static bool has_share_of_risk(terminal *t, void *context) {
    (void)context;
    const char *row = terminal_row(t, 3);
    return strstr(row, "▸QAB") && !strstr(row, " –");
}

// The shares of risk are computed behind the first frame; nothing follows them.
static bool wait_complete(terminal *t) {
    return terminal_wait_until(t, has_share_of_risk, NULL, DEMO_WAIT) && terminal_settle(t, 200, DEMO_WAIT);
}

static void test_paused_desk_sends_next_to_nothing(void **state) {
    terminal *t = demo_open(*state, 200, 60);
    assert_true(wait_complete(t));
    assert_in_range(terminal_listen(t, WINDOW), 0, 600);
    demo_quit(t);
}

// At 30 frames a second, painting them whole would send sixty in the window. What changes in a live market amounts to
// about one, and to less when the machine is busy.
static void test_live_desk_sends_what_changed(void **state) {
    terminal *t = demo_open(*state, 120, 40);
    assert_true(wait_complete(t));
    terminal_spoil(t);
    uint64_t before = terminal_received(t);
    terminal_key(t, "^L");
    assert_true(demo_wait_frame(t));
    uint64_t whole = terminal_received(t) - before;
    demo_command(t, "venue run");
    assert_true(terminal_wait_gone(t, "venue paused", DEMO_WAIT));
    uint64_t live = terminal_listen(t, WINDOW);
    print_message("a frame %llu bytes, live %llu in 2 s\n", (unsigned long long)whole, (unsigned long long)live);
    assert_in_range(live, 1, 2 * whole);
    demo_quit(t);
}

static void test_key_sends_the_cells_that_it_changed(void **state) {
    terminal *t = demo_open(*state, 120, 40);
    assert_true(wait_complete(t));
    terminal_type(t, ":");
    assert_true(terminal_wait_row(t, 39, ":", DEMO_WAIT));
    assert_true(terminal_settle(t, 100, DEMO_WAIT));
    uint64_t before = terminal_received(t);
    terminal_type(t, "w");
    assert_true(terminal_wait_row(t, 39, ":w", DEMO_WAIT));
    assert_in_range(terminal_received(t) - before, 1, 100);
    terminal_key(t, "^C");
    assert_true(terminal_wait_row(t, 39, "? help", DEMO_WAIT));
    demo_quit(t);
}

static void test_lost_screen_is_sent_again_on_demand(void **state) {
    terminal *t = demo_open(*state, 80, 24);
    assert_true(terminal_settle(t, 100, DEMO_WAIT));
    terminal_spoil(t); // as when another program wrote over it
    int x, y;
    assert_false(terminal_find(t, "Positions", &x, &y));
    terminal_key(t, "^L");
    assert_true(terminal_wait(t, "Positions", DEMO_WAIT));
    assert_true(terminal_wait(t, "? help", DEMO_WAIT));
    demo_quit(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        DEMO_TEST(test_paused_desk_sends_next_to_nothing),
        DEMO_TEST(test_live_desk_sends_what_changed),
        DEMO_TEST(test_key_sends_the_cells_that_it_changed),
        DEMO_TEST(test_lost_screen_is_sent_again_on_demand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
