// What stands in the cells of tables. Each function draws into a canvas that is the cell, one line high.
// A number that doesn't fit is shortened to three digits with a unit, and when even that doesn't fit the cell is filled
// with #: a number is never shown in part.
#pragma once

#include <stdint.h>

#include "ui/canvas.h"
#include "ui/widget/format.h"

void cells_left(canvas *c, role r, const char *utf8);  // cut with … when longer
void cells_right(canvas *c, role r, const char *utf8); // likewise
// `full`, or `brief` (may be NULL) where that doesn't fit, or #; right-aligned.
void cells_figure(canvas *c, role r, const char *full, const char *brief);

void cells_integer(canvas *c, role r, int64_t n);
void cells_money(canvas *c, role r, int64_t d, int decimals);
void cells_gain(canvas *c, int64_t d, int decimals); // sign and colour
void cells_number(canvas *c, role r, double x, int decimals);
void cells_change(canvas *c, double fraction); // arrow and colour

// A bar of |fraction| of the cell on the left and the figure on the right, at most `figure_width` wide. Negative bars
// are ▒ in ROLE_BAR_NEGATIVE, so that they differ without colour.
void cells_bar(canvas *c, double fraction, const char *figure, int figure_width);
// The bar alone in columns x … x + width - 1 of line y.
void cells_bar_at(canvas *c, int x, int y, int width, double fraction);
// A share of something limited: ███░░░░░░░. The role grows from OK to WARN at 80 % and ERROR at 100 %.
void cells_gauge(canvas *c, int x, int y, int width, double fraction);
role cells_gauge_role(double fraction);
