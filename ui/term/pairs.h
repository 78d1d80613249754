// What a cell's role and background are as an ncurses attribute and colour pair. Four ways, by what the terminal has:
// direct colours; palette entries redefined; the palette as it is (256, 16, 8); no colours.
// Redefined entries are those that look most like the wanted colour already: a terminal that ignores the request still
// shows something near. The first 16 entries, which other programs of the user rely on, are never touched, and ncurses
// puts all back at the end.
#pragma once

#include <stdbool.h>

#include "ui/term/theme.h"

typedef struct pairs pairs;

typedef struct {
    unsigned long attributes; // attr_t
    int pair;
} style;

// After newterm. `wanted` as in screen_options; direct when the description says RGB.
pairs *pairs_open(int wanted, bool direct);
void pairs_free(pairs *p);
int pairs_colours(const pairs *p); // what themes are asked for: 2 … 1 << 24
bool pairs_palette_changed(const pairs *p);
void pairs_theme(pairs *p, const theme *t); // all styles are made anew
style pairs_style(pairs *p, cell c);
