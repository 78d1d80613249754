// Axes of pictures that are made of whole cells: round ticks with their labels. (Line charts in dots have their own.)
#pragma once

#include "ui/canvas.h"
#include "ui/widget/scale.h"

// The column, counted from 0, of `columns` over low … high in which x stands.
int axis_column(double low, double high, int columns, double x);
// Labels in line y under the columns left … left + columns - 1, as they fit.
void axis_below(canvas *c, int y, int left, int columns, double low, double high, unit u);

// A scale from 0 to `high` over `lines` lines, and how many columns its labels and the line beside them take.
typedef struct {
    scale scale;
    int lines, width;
    unit unit;
} axis_upright;

axis_upright axis_of(double high, int lines, unit u);
// In the columns 0 … width - 1 of the lines from y on, 0 at the bottom.
void axis_draw(const axis_upright *a, canvas *c, int y);
