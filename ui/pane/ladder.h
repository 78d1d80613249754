// The rungs of a book's ladder: asks above, bids below, a line in the middle. A rung is numbered from the middle: +1 is
// the best bid, -1 the best ask, 0 the line between. Drawing alone; where a rung stands and what the cursor does is the
// depth pane's.
#pragma once

#include "ui/pane.h"

typedef struct {
    int price, order, quantity, total, bar; // widths; 0: not shown
    int side;                               // columns of one side
    int x;                                  // of the whole
} ladder;

// What fits in `width` columns: prices and quantities always, then bars, orders, the running total.
ladder ladder_measure(const view_book *b, int width);
const view_level *ladder_level(const view_book *b, int rung); // NULL beyond the last level

void ladder_head(const ladder *l, canvas *c);
// `most` is the quantity that has the full bar, `total` what stands there and nearer to the touch.
void ladder_rung(const view_book *b, const ladder *l, canvas *c, int rung, int y, double most, int64_t total);
void ladder_middle(const view_book *b, canvas *c, int y); // spread, microprice, imbalance
// The session: last, change, volume, low and high, vwap. From some sixty columns on one line holds these, in less they
// take two.
int ladder_figures_lines(const view_book *b, int width);
void ladder_figures(const view_book *b, canvas *c, int y, int lines);
