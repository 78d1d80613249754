// A terminal for end-to-end tests: a program runs in a pseudo-terminal, libvterm reads what it writes, the test sends
// keys and looks at cells. Nothing sleeps blindly: every wait ends when its marker is there, or fails with a picture of
// the screen. The environment is scrubbed: TERM, LANG=C.UTF-8, TZ=UTC, PATH, HOME and the XDG directories in a fresh
// temporary directory, where the program starts; sanitizer options are passed on; anything else only by name.
//
//   terminal *t = terminal_start((terminal_options){.columns = 80, .rows = 24}, (char *[]){"/bin/sh", NULL});
//   assert_true(terminal_wait(t, "$", 2000));
//   terminal_type(t, "echo hello\r");
//   …
//   terminal_stop(t);
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct terminal terminal;

typedef struct {
    int columns, rows;
    const char *term;               // NULL: konsole-direct, which has direct colours that libvterm reads
    const char *home;               // NULL: a fresh directory, removed by terminal_stop
    const char *const *environment; // further NAME=value, ends with NULL; may be NULL
} terminal_options;

// Starts the program with its arguments (arguments[0] is the path). Ends the test program when that is impossible.
terminal *terminal_start(terminal_options options, char *const arguments[]);
// The program under test: $PLIMSOLL_PROGRAM, or build/plimsoll.
const char *terminal_program(void);
// Kills what still runs, removes the temporary home, frees.
void terminal_stop(terminal *t);
const char *terminal_home(const terminal *t);
int terminal_pid(const terminal *t);

// Each reads what the program writes until the condition holds; false after `ms` milliseconds, with the screen printed
// on standard error.
bool terminal_wait(terminal *t, const char *text, int ms);              // text stands somewhere
bool terminal_wait_gone(terminal *t, const char *text, int ms);         // text stands nowhere
bool terminal_wait_row(terminal *t, int row, const char *text, int ms); // text stands in that row
bool terminal_wait_exit(terminal *t, int ms);
// Until the text stands somewhere or the program has ended, whichever comes first; whether it is the text.
bool terminal_wait_or_exit(terminal *t, const char *text, int ms);
// Until a condition of the test's own holds.
bool terminal_wait_until(terminal *t, bool (*holds)(terminal *t, void *context), void *context, int ms);
// Reads until nothing has come for `quiet_ms`; false when it goes on for longer than `ms`.
bool terminal_settle(terminal *t, int quiet_ms, int ms);

// Reads for a time; how many bytes came.
uint64_t terminal_listen(terminal *t, int ms);

void terminal_type(terminal *t, const char *bytes);
// Waits until the program has read all that was typed; false after `ms`.
bool terminal_taken(terminal *t, int ms);
// By name, as ui/term/keys.h has them: "Enter", "Up", "S-Tab", "F1", "^R", "Esc", "M-x"; anything else is typed.
void terminal_key(terminal *t, const char *name);
void terminal_click(terminal *t, int x, int y);
void terminal_wheel(terminal *t, int x, int y, int lines); // down is positive
void terminal_resize(terminal *t, int columns, int rows);
void terminal_spoil(terminal *t);              // clears its screen behind the program's back
void terminal_signal(terminal *t, int signal); // to the foreground: the program, or what a shell runs
void terminal_hang_up(terminal *t);            // closes the terminal's side, as a lost connection does

// What stands there now; text is UTF-8, trailing blanks cut, borrowed until the next call for a row.
const char *terminal_row(terminal *t, int row);
// The place of the first occurrence, by rows.
bool terminal_find(terminal *t, const char *text, int *x, int *y);

typedef struct {
    uint32_t ch;
    int fore, back; // 0xRRGGBB, -1: the terminal's own
    bool bold, underline, reverse;
} terminal_cell;
terminal_cell terminal_at(terminal *t, int x, int y);

bool terminal_cursor(terminal *t, int *x, int *y); // whether it is visible, and where
bool terminal_alternate(const terminal *t);        // the alternate screen is shown
bool terminal_mouse(const terminal *t);            // reports of the mouse are on
uint64_t terminal_received(const terminal *t);     // bytes that the program wrote
bool terminal_echoes(const terminal *t);           // line settings: what is typed is echoed, as a shell wants it

bool terminal_ended(terminal *t);
// After that or terminal_wait_exit: the exit code, or 128 + the signal that ended it.
int terminal_status(const terminal *t);
void terminal_print(terminal *t); // the screen, on standard error
