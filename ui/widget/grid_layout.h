// How the columns of a grid share its width. A pure function of the columns and the width.
#pragma once

#include <stdbool.h>

enum { GRID_COLUMNS = 24 };

typedef struct {
    const char *title;
    int width;    // columns that it needs
    int grow;     // columns that it may take beyond, when there is room; negative: as many, before all others
    int keep;     // 0 is always shown; where space is short the column with the highest number goes first
    bool right;   // figures
    bool falling; // sorted from large to small at first
} grid_column;

// Places columns in `width`: drops columns until the rest fit, then widens gaps and columns with what is left. The
// first column starts at `left`. Returns how many are shown; x[i] = -1 for the others.
int grid_layout(const grid_column *columns, int n, int left, int width, int *x, int *widths);
