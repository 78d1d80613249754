// Terminals of every kind: what they can show is used, what they can't is not sent, and none at all gets one sentence.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/e2e/support_demo.h"

enum { COLUMNS = 120, ROWS = 40 };

static bool has_rows(terminal *t, void *context) {
    int x, y;
    (void)context;
    return terminal_find(t, "▸QAB", &x, &y) || terminal_find(t, ">QAB", &x, &y);
}

static terminal *open_as(demo *d, const char *term, const char *const *environment, const char *const *more) {
    terminal_options o = {.columns = COLUMNS, .rows = ROWS, .term = term, .environment = environment};
    terminal *t = demo_start(d, o, more);
    assert_true(demo_wait_frame(t));
    assert_true(terminal_wait_until(t, has_rows, NULL, DEMO_WAIT));
    return t;
}

// Ends at once with exit code 1 and one line, which is all that was sent.
static void expect_refusal(demo *d, const char *term, const char *const *environment, const char *sentence) {
    terminal_options o = {.columns = 250, .rows = 5, .term = term, .environment = environment};
    terminal *t = demo_start(d, o, NULL);
    assert_true(terminal_wait_exit(t, DEMO_WAIT));
    assert_int_equal(terminal_status(t), 1);
    const char *line = terminal_row(t, 0);
    assert_int_equal(strncmp(line, "plimsoll: ", 10), 0);
    assert_non_null(strstr(line, sentence));
    assert_int_equal(terminal_received(t), strlen(line) + 2);
}

static void test_terminal_that_can_not_place_the_cursor_gets_one_sentence(void **state) {
    demo *d = *state;
    expect_refusal(d, "dumb", NULL, "TERM=dumb can't place the cursor");
    expect_refusal(d, "no-such-terminal", NULL, "TERM=no-such-terminal is unknown");
    expect_refusal(d, "", NULL, "TERM is not set");
    expect_refusal(d, "../../etc/passwd", NULL, "is unknown");
}

static void test_output_to_a_pipe_gets_one_sentence(void **state) {
    demo *d = *state;
    assert_int_equal(demo_run(d, " "), 2);
    assert_string_equal(text_string(&d->out), "");
    assert_int_equal(strncmp(text_string(&d->err), "plimsoll: standard input is not a terminal", 42), 0);
    assert_ptr_equal(strchr(text_string(&d->err), '\n') + 1, strchr(text_string(&d->err), 0));
}

// How many different colours of text and ground stand on the screen.
static int count_colours(terminal *t) {
    int seen[512] = {0}, n = 0;
    for (int i = 0; i < 2 * COLUMNS * ROWS; i++) {
        terminal_cell c = terminal_at(t, i / 2 % COLUMNS, i / 2 / COLUMNS);
        int colour = i % 2 ? c.fore : c.back, k = 0;
        while (k < n && seen[k] != colour)
            k++;
        if (k == n && n < 512)
            seen[n++] = colour;
    }
    return n;
}

static void test_every_depth_of_colour_draws_the_desk(void **state) {
    static const struct {
        const char *term, *environment[2];
        int least, most;
    } kinds[] = {
        {"linux", {NULL}, 4, 9},
        {"screen", {NULL}, 4, 9},
        {"xterm-16color", {NULL}, 4, 17},
        {"xterm-256color", {NULL}, 8, 257},
        {"konsole-direct", {NULL}, 8, 512},
        {"xterm-256color", {"COLORTERM=truecolor", NULL}, 8, 512},
        {"vt100", {NULL}, 1, 1},
    };
    demo *d = *state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        terminal *t = open_as(d, kinds[i].term, kinds[i].environment, NULL);
        int n = count_colours(t);
        assert_in_range(n, kinds[i].least, kinds[i].most);
        demo_quit(t);
    }
}

static void test_no_color_gives_no_colour(void **state) {
    demo *d = *state;
    for (int i = 0; i < 2; i++) {
        const char *const variable[] = {"NO_COLOR=1", NULL}, *const option[] = {"--no-color", NULL};
        terminal *t = open_as(d, "xterm-256color", i ? variable : NULL, i ? NULL : option);
        assert_int_equal(count_colours(t), 1);
        assert_int_equal(terminal_at(t, 0, 0).fore, -1);
        demo_quit(t);
    }
}

static void expect_ascii(terminal *t) {
    static const char *const spaces[] = {"F2", "F3", "F4", "F7", "F1", "b"};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        terminal_key(t, spaces[i]);
        assert_true(terminal_settle(t, 60, DEMO_WAIT));
        for (int at = 0; at < COLUMNS * ROWS; at++)
            assert_in_range(terminal_at(t, at % COLUMNS, at / COLUMNS).ch, ' ', '~');
    }
}

static void test_ascii_shows_nothing_else(void **state) {
    static const struct {
        const char *option[2], *environment[2];
    } ways[] = {{{"--ascii", NULL}, {NULL}}, {{NULL}, {"LANG=C", NULL}}, {{NULL}, {"LC_ALL=POSIX", NULL}}};
    demo *d = *state;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        terminal *t = open_as(d, "xterm-256color", ways[i].environment, ways[i].option);
        demo_ask(d, "venue pause");
        expect_ascii(t);
        assert_true(terminal_wait(t, "Ticket", DEMO_WAIT));
        terminal_key(t, "Esc");
        assert_true(terminal_wait_gone(t, "Ticket", DEMO_WAIT));
        demo_quit(t);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        DEMO_TEST(test_terminal_that_can_not_place_the_cursor_gets_one_sentence),
        DEMO_TEST(test_output_to_a_pipe_gets_one_sentence),
        DEMO_TEST(test_every_depth_of_colour_draws_the_desk),
        DEMO_TEST(test_no_color_gives_no_colour),
        DEMO_TEST(test_ascii_shows_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
