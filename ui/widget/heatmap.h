// A matrix as shades: the glyph grows darker with the size of a value and a minus stands before negative ones, so
// colour isn't the only carrier. The row under the cursor shows figures; where cells are wide, all of them do.
// The heatmap is plain memory (the cursor and what is in sight); values are asked for through a source.
#pragma once

#include <stdbool.h>

#include "ui/canvas.h"
#include "ui/pane.h"

enum { HEATMAP_STEPS = 13 };

typedef struct {
    int rows, columns;
    const void *context;
    double (*value)(const void *context, int row, int col); // NaN: empty
    const char *(*row_name)(const void *context, int row);
    const char *(*column_name)(const void *context, int col);
    double scale; // size of a value that is fully dark
    int decimals;
    int marked_row, marked_column; // what is selected elsewhere, -1: none
} heatmap_source;

typedef struct {
    int row, column, top, left;
    int head, cell, y, rows_seen, columns_seen; // of the last drawing
} heatmap;

void heatmap_draw(heatmap *h, const heatmap_source *s, canvas *c, bool focused);
bool heatmap_act(heatmap *h, const heatmap_source *s, const pane_act *act);
// ROLE_HEAT … ROLE_HEAT + 12 for value / scale in -1 … 1; beyond is the last step.
role heatmap_role(double value, double scale);
