// Answers of the terminal, keys that nobody knows and reports of the mouse are escape sequences, whole or in pieces.
// None of them may act as the letters it is made of: among the letters are orders.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/e2e/support_demo.h"

enum { COLUMNS = 120, ROWS = 40 };

static const char *const unknown[] = {
    "\033[1;9F",                    // a key with a modifier that the description doesn't have
    "\033[24;8~",                   // the same
    "\033[27;5;98~",                // modifyOtherKeys
    "\033[98;5u",                   // the same in its newer form
    "\033[?1;2c",                   // what kind of terminal it is
    "\033[I",                       // it has the focus
    "\033[[Z",                      // the Linux console
    "\033Oz",                       // the keypad
    "\033]11;rgb:0000/0000/0000\a", // the colour of the ground
    "\033]11;rgb:0000/0000/0000\033\\",
    "\033P1$r0q\033\\",    // a setting
    "\033_Gi=31;bs\033\\", // a picture's
};

// One read ends before `cut`, the next begins there.
static void type_cut(terminal *t, const char *bytes, size_t cut) {
    char front[64];
    memcpy(front, bytes, cut);
    front[cut] = 0;
    terminal_type(t, front);
    assert_true(terminal_taken(t, DEMO_WAIT));
    terminal_type(t, bytes + cut);
    assert_true(terminal_taken(t, DEMO_WAIT));
}

// The prompt opens, so no dialog is shown, and the workspace is still the desk's.
static void expect_desk_untouched(terminal *t) {
    int x, y;
    terminal_type(t, ":abc");
    assert_true(terminal_wait_row(t, ROWS - 1, ":abc", DEMO_WAIT));
    assert_true(terminal_find(t, "QAB depth", &x, &y));
    terminal_key(t, "Esc");
    assert_true(terminal_wait_row(t, ROWS - 1, "F flatten", DEMO_WAIT)); // positions have the focus
    assert_false(terminal_find(t, "does nothing here", &x, &y));
}

static terminal *open_as(demo *d, const char *term) {
    demo_ask(d, "venue pause");
    terminal *t = demo_start(d, (terminal_options){.columns = COLUMNS, .rows = ROWS, .term = term}, NULL);
    assert_true(demo_wait_frame(t));
    assert_true(terminal_wait(t, "QAB depth", DEMO_WAIT));
    return t;
}

static void test_unknown_sequences_do_nothing_in_whatever_pieces_they_come(void **state) {
    static const char *const terms[] = {"konsole-direct", "xterm-256color", "screen", "vt100", "linux"};
    demo *d = *state;
    for (size_t k = 0; k < sizeof terms / sizeof *terms; k++) {
        terminal *t = open_as(d, terms[k]);
        for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
            for (size_t cut = 0; cut < strlen(unknown[i]); cut++)
                type_cut(t, unknown[i], cut);
            expect_desk_untouched(t);
        }
        terminal_key(t, "^P");
        assert_true(terminal_wait(t, "none yet", DEMO_WAIT)); // nothing was ever said either
        terminal_key(t, "Esc");
        assert_true(terminal_wait_gone(t, "none yet", DEMO_WAIT));
        demo_quit(t);
    }
}

static void test_a_mouse_that_was_not_asked_for_is_not_read_as_keys(void **state) {
    static const char *const reports[] = {"\033[<0;12;8M", "\033[<0;12;8m", "\033[M ,("};
    demo *d = *state;
    terminal *t = open_as(d, "vt100");
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        for (size_t cut = 0; cut < strlen(reports[i]); cut++)
            type_cut(t, reports[i], cut);
        expect_desk_untouched(t);
    }
    demo_quit(t);
}

static void test_a_click_in_pieces_is_a_click(void **state) {
    static const char *const terms[] = {"konsole-direct", "screen"};
    demo *d = *state;
    for (size_t k = 0; k < sizeof terms / sizeof *terms; k++) {
        terminal *t = open_as(d, terms[k]);
        char report[32];
        int x, qab, kep;
        assert_true(terminal_find(t, " KEP ", &x, &kep));
        assert_true(terminal_find(t, "▸QAB", &x, &qab));
        for (size_t cut = 1; cut < 9; cut++) {
            bool odd = cut % 2;
            snprintf(report, sizeof report, "\033[<0;%d;%dM", x + 2, (odd ? kep : qab) + 1);
            type_cut(t, report, cut);
            assert_true(terminal_wait(t, odd ? "KEP depth" : "QAB depth", DEMO_WAIT));
        }
        demo_quit(t);
    }
}

static void test_esc_alone_acts_at_once_and_alt_is_still_alt(void **state) {
    demo *d = *state;
    terminal *t = open_as(d, "xterm-256color");
    for (int i = 0; i < 5; i++) {
        terminal_key(t, "z");
        assert_true(terminal_wait_gone(t, "QAB depth", DEMO_WAIT));
        terminal_key(t, "Esc");
        assert_true(terminal_wait(t, "QAB depth", DEMO_WAIT));
    }
    terminal_key(t, "M-x");
    assert_true(terminal_wait(t, "M-x does nothing here", DEMO_WAIT));
    terminal_type(t, "\033[1;5C"); // a key that the description has: the focus goes to the right
    assert_true(terminal_wait_gone(t, "F flatten", DEMO_WAIT));
    demo_quit(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        DEMO_TEST(test_unknown_sequences_do_nothing_in_whatever_pieces_they_come),
        DEMO_TEST(test_a_mouse_that_was_not_asked_for_is_not_read_as_keys),
        DEMO_TEST(test_a_click_in_pieces_is_a_click),
        DEMO_TEST(test_esc_alone_acts_at_once_and_alt_is_still_alt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
