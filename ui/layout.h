// How the panes of a workspace share its area: a pure function from a tree of splits and a size to rectangles.
// Every pane has a title line on top of its body; side by side, panes are divided by one column. What does not fit is
// never dropped: panes then share one place as a stack of tabs, of which the one used last is in front.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "ui/canvas.h"

enum { LAYOUT_NODES = 24 };

typedef enum { LAYOUT_PANE, LAYOUT_ROW, LAYOUT_COLUMN } layout_kind;

// Trees are constant arrays in preorder: a split is followed by its children, each with all of its own.
typedef struct {
    layout_kind kind;
    const char *pane;          // of LAYOUT_PANE: name of its class
    int children;              // of splits
    int weight;                // share of the parent's length
    int min_width, min_height; // of LAYOUT_PANE, the title line included
} layout_node;

typedef struct {
    rect area;        // of the node; title and body of a pane lie in it
    rect title, body; // of a pane
    bool shown;       // a pane; not behind another one of its stack
    int stack;        // the first pane of the stack that this pane belongs to; itself when alone, -1 for splits
    bool folded;      // a split whose panes were put on stacks: it can't be resized
} layout_place;

typedef struct {
    int n;
    layout_place place[LAYOUT_NODES]; // by node
    rect separator[LAYOUT_NODES];     // one column wide each
    int separators;
} layout;

// Places the tree in `area`. weight[i] takes the place of nodes[i].weight; recency[i] says how lately pane i was used
// (the largest of a stack is in front); `zoomed` is the pane that has everything, or -1.
// With room for the least sizes every pane is shown; a row too narrow becomes a column; of a column too low the last
// panes become one stack. Works for every size, 0 included.
void layout_compute(const layout_node *nodes, int n, const int *weight, const uint32_t *recency, rect area, int zoomed,
                    layout *out);

// Moves the edge of pane `node` by columns (to its right, or left when it is the last) and rows (below, or above), and
// keeps the least sizes. Changes `weight`; false when nothing could move.
bool layout_resize(const layout_node *nodes, int n, const layout *now, int *weight, int node, int columns, int rows);

// The pane next to `node` in a direction (dx, dy one of -1, 0, 1), or -1.
int layout_neighbour(const layout *l, int node, int dx, int dy);
// The shown pane at that point, or -1; *title tells whether it is its title line.
int layout_at(const layout *l, int x, int y, bool *title);
