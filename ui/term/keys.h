// What the user did, in words. Keys have names: "a", "A", "ä", "Space", "Enter", "Tab", "S-Tab", "Esc", "Backspace",
// "Del", "Ins", "Up", "Down", "Left", "Right", "Home", "End", "PgUp", "PgDn", "F1" … "F12", "S-F1", "C-Up", "M-Left",
// "^R" (control), "M-x" (alt).
#pragma once

#include <stdbool.h>

typedef enum {
    INPUT_KEY,
    INPUT_PRESS,     // first mouse button at x, y
    INPUT_DOUBLE,    // the same twice at one place within 400 ms
    INPUT_WHEEL,     // at x, y by `amount` lines, down is positive
    INPUT_PASTE,     // text pasted by the terminal, never keys
    INPUT_RESIZE,    // or anything else after which all has to be drawn
    INPUT_TERMINATE, // SIGTERM, SIGINT
    INPUT_LOST,      // the terminal is gone
} input_kind;

enum { KEY_NAME = 24 };

typedef struct {
    input_kind kind;
    char key[KEY_NAME];
    int x, y, amount;
    const char *paste; // borrowed until the next event
} input;

// The text that a key types: itself when it is one printable character, " " for Space; NULL for all other keys.
const char *input_text(const input *in);

// What comes from the terminal; used by the screen alone, between its opening and closing of ncurses. Every key that
// the terminal's description knows has its name, all other sequences are swallowed. "M-[", "M-]", "M-O", "M-P", "M-X",
// "M-^" and "M-_" begin sequences, so they are keys only after a second in which nothing followed.
typedef struct keys keys;
keys *keys_open(int descriptor, bool mouse);
void keys_close(keys *k);
bool keys_read(keys *k, input *out); // never waits
int keys_patience(const keys *k);    // milliseconds until it has more to say without further bytes; INT_MAX: never
