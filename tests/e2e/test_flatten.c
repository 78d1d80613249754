// Flatten: the emergency exit asks for its phrase, and works while the breaker is tripped.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/e2e/support_demo.h"

static const int sizes[][2] = {{80, 24}, {120, 40}, {200, 60}};
enum { SIZES = sizeof sizes / sizeof *sizes };

static void test_wrong_phrase_does_nothing(void **state) {
    demo *d = *state;
    for (int i = 0; i < SIZES; i++) {
        terminal *t = demo_open(d, sizes[i][0], sizes[i][1]);
        terminal_key(t, "F");
        assert_true(terminal_wait(t, "Flatten everything at the market: 37 positions", DEMO_WAIT));
        assert_true(terminal_wait(t, "To do it, type: flatten all 37", DEMO_WAIT));
        terminal_type(t, "flatten all 36\r");
        assert_true(terminal_wait(t, "▲ type exactly", DEMO_WAIT));
        terminal_key(t, "Esc");
        assert_true(terminal_wait_gone(t, "To do it, type", DEMO_WAIT));
        assert_true(terminal_wait(t, "nothing was done: flatten", DEMO_WAIT));
        assert_true(terminal_wait(t, "37 names", DEMO_WAIT));
        assert_string_equal(demo_ask(d, "order list --format json"), "[]\n");
        demo_quit(t);
    }
}

static void test_typed_phrase_cancels_and_flattens_everything(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 120, 40);
    demo_command(t, "order buy QAB 100 290");
    assert_true(terminal_wait(t, "Orders · 1 working", DEMO_WAIT));
    terminal_key(t, "F");
    assert_true(terminal_wait(t, "working order, 29,000 notional first", DEMO_WAIT));
    terminal_type(t, "flatten all 37\r");
    assert_true(terminal_wait(t, "FILLED  LEFT", DEMO_WAIT));
    terminal_key(t, "Esc");
    assert_true(terminal_wait(t, "· 0 names", DEMO_WAIT));
    assert_true(terminal_wait(t, "Orders · 0 working", DEMO_WAIT));
    assert_true(terminal_wait(t, "gross 0", DEMO_WAIT));
    // All of it is safe to repeat.
    assert_string_equal(demo_ask(d, "flatten --confirm 'flatten all 37'"),
                        "nothing to flatten: no position and no working order\n");
    assert_string_equal(demo_ask(d, "flatten --format json"), "[]\n");
    assert_non_null(strstr(demo_ask(d, "close QAB"), "nothing to flatten"));
    assert_string_equal(demo_ask(d, "cancel all"), "no orders are working\n");
    assert_string_equal(demo_ask(d, "cancel all QAB --yes"), "no orders of QAB are working\n");
    assert_non_null(strstr(demo_ask(d, "flatten --dry-run"), "nothing to flatten"));
    demo_quit(t);
}

static void test_flatten_of_one_security_leaves_the_others(void **state) {
    terminal *t = demo_open(*state, 120, 40);
    assert_true(terminal_wait(t, "▸QAB", DEMO_WAIT));
    terminal_key(t, "X");
    assert_true(terminal_wait(t, "To do it, type: flatten QAB", DEMO_WAIT));
    terminal_type(t, "flatten QAB\r");
    assert_true(terminal_wait(t, "QAB        800     800     0", DEMO_WAIT));
    terminal_key(t, "Esc");
    assert_true(terminal_wait(t, "· 36 names", DEMO_WAIT));
    demo_quit(t);
}

static void test_flatten_works_while_the_breaker_is_tripped(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 120, 40);
    demo_ask(d, "breaker trip --yes");
    assert_true(terminal_wait_row(t, 0, "TRIPPED", DEMO_WAIT));
    terminal_key(t, "F");
    assert_true(terminal_wait(t, "▸phrase", DEMO_WAIT));
    terminal_type(t, "flatten all 37\r");
    assert_true(terminal_wait(t, "FILLED  LEFT", DEMO_WAIT));
    terminal_key(t, "Esc");
    assert_true(terminal_wait(t, "· 0 names", DEMO_WAIT));
    assert_true(terminal_wait_row(t, 0, "TRIPPED", DEMO_WAIT));
    demo_quit(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        DEMO_TEST(test_wrong_phrase_does_nothing),
        DEMO_TEST(test_typed_phrase_cancels_and_flattens_everything),
        DEMO_TEST(test_flatten_of_one_security_leaves_the_others),
        DEMO_TEST(test_flatten_works_while_the_breaker_is_tripped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
