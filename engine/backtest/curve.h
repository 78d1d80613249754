// A curve for a screen: so many points of it as fit, with the drawdown. Pure.
#pragma once

#include <stddef.h>

#include "data/store/results.h"

typedef struct {
    date day;
    double equity;   // at the close of the day; starts at 1
    double drawdown; // <= 0: equity over its highest so far, less 1; the deepest since the point before
} curve_point;

// Keeps all n points when they fit in `max`, else `max` of them evenly spread, the first and the last among them.
// out has room for max >= 2; returns how many were written.
size_t curve_thin(const run_point *points, size_t n, curve_point *out, size_t max);
