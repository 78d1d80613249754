// Ticks of an axis: round steps of 1, 2 or 5 times a power of ten (Heckbert, "Nice numbers for graph labels", Graphics
// Gems, 1990). Pure functions.
#pragma once

#include "ui/widget/format.h"

typedef enum {
    UNIT_NUMBER,
    UNIT_PERCENT, // a fraction, shown times a hundred
    UNIT_COMPACT, // thousands, millions …
    UNIT_PRICE,   // with two decimals at least
} unit;

typedef struct {
    double low, high; // finite, low < high
    double step;      // between ticks, > 0
} scale;

// A scale over low … high with about `ticks` ticks. Equal, crossed or missing ends are widened to something with a
// span.
scale scale_over(double low, double high, int ticks);
// The next round step up: 1, 2, 5, 10 …
void scale_coarser(scale *s);
// The first tick; further ones are `step` apart and end at `high`.
double scale_first(const scale *s);
// A tick's label, with the decimals that the step needs and one unit for the whole axis.
const char *scale_label(const scale *s, unit u, double tick, char out[FORMAT_TEXT]);
