// The terminal: opened through ncurses, shown a canvas, asked for keys. The one place that writes to a terminal, and
// only what changed. A screen is owned by whoever opened it; there is one at a time.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "src/base/status.h"
#include "ui/canvas.h"
#include "ui/term/keys.h"
#include "ui/term/theme.h"

typedef struct screen screen;

typedef struct {
    int colours; // 0: as many as the terminal shows; 2, 8, 16, 256, 1 << 24 to force
    bool ascii;  // no UTF-8 whatever the locale says
} screen_options;

// With a sentence that says what to do: STATUS_USAGE when standard input or output is no terminal, STATUS_UNAVAILABLE
// when TERM is unset, unknown or too poor (dumb).
status screen_open(const screen_options *options, screen **out);
// Gives the terminal back as it was; never writes to one that is lost.
void screen_close(screen *s);

bool screen_ascii(const screen *s);
int screen_colours(const screen *s);          // 2 … 1 << 24
const char *screen_terminal(const screen *s); // the description in use: "vte-direct"
void screen_size(const screen *s, int *columns, int *rows);

// Whatever the theme is called, a terminal without colours is shown the monochrome one. The theme is copied.
void screen_theme(screen *s, const theme *t);

// Shows the canvas (of the screen's size), sending only what differs from what is shown, with the cursor at x, y, or
// hidden when x < 0.
void screen_present(screen *s, canvas *c, int cursor_x, int cursor_y);
void screen_redraw(screen *s); // the next frame is sent whole

// Waits until there is input, `other` (a descriptor, or -1) is readable, or the time is over.
void screen_wait(screen *s, int other, int milliseconds);
// The next event; false when there is none now. INPUT_LOST comes once, and then nothing touches the terminal any more.
bool screen_next(screen *s, input *out);

// Puts text on the clipboard of the user's terminal (OSC 52). False when the terminal can't.
bool screen_copy(screen *s, const char *bytes, size_t n);
