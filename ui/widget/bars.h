// Contributions as a tree of horizontal bars: label, note, figure, bar, share. Negative bars are ▒ in
// ROLE_BAR_NEGATIVE. The widget is plain memory (the cursor and what is in sight); rows are asked for through a source.
#pragma once

#include <stdbool.h>

#include "ui/canvas.h"
#include "ui/pane.h"
#include "ui/widget/format.h"

typedef struct {
    int depth; // 0: the root
    char label[40];
    char note[FORMAT_TEXT];   // "z +0.82"; goes first where space is short
    char figure[FORMAT_TEXT]; // "3.0"
    char share[FORMAT_TEXT];  // "13 %"
    double length;            // of the bar, -1 … 1
    bool foldable, folded, strong;
} bars_row;

typedef struct {
    int n;
    const void *context;
    int (*depth)(const void *context, int i);
    void (*row)(const void *context, int i, bars_row *out);
} bars_source;

typedef struct {
    int at, top;
    int seen; // lines of the last drawing
} bars;

void bars_draw(bars *b, const bars_source *s, canvas *c, bool focused);
bool bars_act(bars *b, const bars_source *s, const pane_act *act);
