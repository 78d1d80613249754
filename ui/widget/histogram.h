// How often values of a sample fall where: upright bars in eighths of a block, with marked places. Keeps nothing.
#pragma once

#include "ui/canvas.h"
#include "ui/widget/scale.h"

typedef struct {
    const char *name; // "VaR 99 %"
    double at;        // NaN: not shown
} histogram_mark;

typedef struct {
    int n;
    const void *context;
    double (*at)(const void *context, int i); // NaN is left out
    unit unit;
    const histogram_mark *marks;
    int marks_n;
    double tail; // bars that end at or below it are drawn in ROLE_DOWN; NaN: none
} histogram;

void histogram_draw(const histogram *h, canvas *c);
