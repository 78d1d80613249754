// Our own screen: a buffer of cells that everything is drawn into. Presenters (ui/term/) show it through ncurses, as
// text or with ANSI colours; nothing else ever writes to a terminal. A canvas made by canvas_new owns its cells; one
// made by canvas_part is a window into another one's and owns nothing. Drawing outside is clipped, never an error.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "src/base/text.h"

// What a cell means; the theme says how that looks. Heat is a diverging scale: 0 strongly negative, 6 neutral, 12
// strongly positive.
typedef enum {
    ROLE_TEXT,
    ROLE_DIM,
    ROLE_STRONG,
    ROLE_TITLE,
    ROLE_TITLE_FOCUS,
    ROLE_FRAME,
    ROLE_FRAME_FOCUS,
    ROLE_HEADER, // column heads
    ROLE_UP,
    ROLE_DOWN,
    ROLE_BID,
    ROLE_ASK,
    ROLE_OWN, // our own orders in the market's book
    ROLE_ACCENT,
    ROLE_BAR,
    ROLE_BAR_NEGATIVE,
    ROLE_LINE, // first line of a chart
    ROLE_LINE_2,
    ROLE_OK,
    ROLE_WARN,
    ROLE_ERROR,
    ROLE_STALE,
    ROLE_KEY, // a key in a hint
    ROLE_INPUT,
    ROLE_DEMO, // state badges of the status line
    ROLE_PAPER,
    ROLE_LIVE,
    ROLE_HEAT,
    ROLE_COUNT = ROLE_HEAT + 13,
} role;

typedef enum { BACK_NORMAL, BACK_SELECTED, BACK_SELECTED_DIM, BACK_STATUS, BACK_DIALOG, BACK_INPUT, BACK_COUNT } back;

enum { ATTR_BOLD = 1, ATTR_UNDERLINE = 2, ATTR_REVERSE = 4 };

typedef struct {
    uint32_t ch; // code point; 0 is the right half of a wide character
    uint8_t role, back, attr;
} cell;

typedef struct {
    int x, y, width, height;
} rect;

typedef struct canvas {
    int width, height;
    int stride;
    cell *cells;
    bool owned;
    bool ascii;   // draw with ASCII alone
    uint8_t back; // background that text takes when it is put
} canvas;

canvas canvas_new(int width, int height);
void canvas_free(canvas *c);
canvas canvas_part(canvas *c, rect area); // clipped to c
void canvas_clear(canvas *c);             // spaces in ROLE_TEXT on c->back

// Each returns the columns used. y and x count from 0 at the top left; text is UTF-8 and never wraps. Characters that
// are not printable show as '?' (data from outside can't steer a terminal).
int canvas_put(canvas *c, int x, int y, role r, const char *utf8);
int canvas_put_n(canvas *c, int x, int y, int max_width, role r, const char *utf8); // cut with … when longer
int canvas_right(canvas *c, int x_end, int y, role r, const char *utf8);            // its last column is x_end - 1
int canvas_printf(canvas *c, int x, int y, role r, const char *format, ...) __attribute__((format(printf, 5, 6)));
void canvas_attr(canvas *c, rect area, uint8_t attr); // adds the attribute
void canvas_back(canvas *c, rect area, back b);       // repaints the background
void canvas_fill(canvas *c, rect area, role r, uint32_t ch);
void canvas_hline(canvas *c, int x, int y, int n, role r);
void canvas_vline(canvas *c, int x, int y, int n, role r);

// A horizontal bar of `fraction` (0 … 1) of `width` columns in eighths of a block; ASCII: '#'.
void canvas_bar(canvas *c, int x, int y, int width, double fraction, role r);
// Levels 0 … 7 as ▁▂▃▄▅▆▇█ ; ASCII: " .-=*#%@"
void canvas_spark(canvas *c, int x, int y, const uint8_t *levels, int n, role r);

// Wide characters that lost one half to something drawn later lose the other one too. Presenters ask for it.
void canvas_mend(canvas *c);

bool cell_same(cell a, cell b);
