// A workspace with a small demo universe, and the real program on it: from a shell, and in a terminal. The universe is
// the same every time (40 stocks, three years of bars). Every test has its own, by demo_setup and demo_teardown:
//
//   demo *d = *state;
//   terminal *t = demo_open(d, 120, 40);      // the venue is paused: nothing moves but what the test moves
//   demo_command(t, "order buy QAB 100");
//   …
//   demo_quit(t);
#pragma once

#include "src/base/text.h"
#include "tests/e2e/support_terminal.h"

typedef struct {
    char root[64];      // the user's home directory, removed at the end
    char home[80];      // the workspace
    text out, err;      // what the last demo_run printed
    terminal *open[16]; // stopped at the end of the test
} demo;

#define DEMO_TEST(name) cmocka_unit_test_setup_teardown(name, demo_setup, demo_teardown)

enum { DEMO_WAIT = 30000 }; // milliseconds that a marker may take when the machine is busy; it mostly takes a few

// For cmocka_unit_test_setup_teardown; *state is the demo.
int demo_setup(void **state);
int demo_teardown(void **state);

// Runs `plimsoll --home HOME LINE` in a shell, as from another window; the exit code, or 128 + a signal's number.
int demo_run(demo *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
// The same, and ends the test when the exit code isn't 0; what was printed on standard output.
const char *demo_ask(demo *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *demo_phrase(demo *d, const char *line); // that confirms a command now; good until the next call

// Starts the workstation with further options (NULL-terminated, or NULL), and waits for nothing.
terminal *demo_start(demo *d, terminal_options options, const char *const *more);
// Starts it at a size, waits for its first frame, and pauses the venue.
terminal *demo_open(demo *d, int columns, int rows);
terminal *demo_open_live(demo *d, int columns, int rows); // leaves the venue alone
bool demo_wait_frame(terminal *t);                        // the line of keys stands at the bottom
// Leaves by the key q, answers yes when orders are working, and sees that the exit code is 0.
void demo_quit(terminal *t);

// Types a line behind ":" and enters it.
void demo_command(terminal *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
// The number that follows the first occurrence of `label` on the screen, without thousands' commas; ends the test when
// there is none.
double demo_number(terminal *t, const char *label);
