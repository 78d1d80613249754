// What stands around the panes: the line of workspaces and state on top, titles and the thin lines between panes, at
// the bottom a line of state and one that says what the keys do here. Draws; keeps nothing.
#pragma once

#include <stdbool.h>

#include "ui/keymap.h"
#include "ui/pane.h"
#include "ui/tiling.h"

enum { FRAME_LEAST_COLUMNS = 60, FRAME_LEAST_ROWS = 16 };

// The area that is left for panes.
rect frame_inside(int columns, int rows);
// Says that the terminal is too small, in what fits; whether it is.
bool frame_too_small(canvas *c);

void frame_top(canvas *c, const ui_model *m, int active);
int frame_top_at(const canvas *c, const ui_model *m, int active,
                 int x); // index of the workspace whose name stands there, or -1
void frame_panes(canvas *c, const tiling *w, const ui_model *m);

typedef struct {
    role role;
    const char *message; // "" for none
    bool attached;
    const char *running; // what is under way, or ""
} frame_state;

// The line of state; a message too long for it takes lines above, which hides parts of panes until it goes.
void frame_status(canvas *c, const ui_model *m, const frame_state *s);

// The bottom line: hints read "b buy  s sell  C cancel all", a key, its label, two spaces. `always` keeps its place at
// the end while `hints` gives way. With `keys` both name keys by what the user's map has made of them, and leave out
// what was taken away; with NULL they are keys that can't be moved.
void frame_hints(canvas *c, const char *hints, const char *always, const keymap *keys, keymap_place at);
