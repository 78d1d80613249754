// A workspace while the workstation runs: its panes with their state, which of them has the keys, how they are laid
// out. Owned by the workstation.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "ui/layout.h"
#include "ui/pane.h"
#include "ui/workspaces.h"

typedef struct {
    const workspace_kind *kind;
    const pane_class *pane[LAYOUT_NODES]; // by node, NULL for splits
    void *state[LAYOUT_NODES];
    int weight[LAYOUT_NODES];
    uint32_t recency[LAYOUT_NODES], clock;
    int focus;  // node with the keys
    int zoomed; // node that has everything, or -1
    rect area;
    layout layout;
    bool dirty[LAYOUT_NODES]; // to be drawn whatever the sections say
} tiling;

void tiling_open(tiling *w, const workspace_kind *kind);
void tiling_close(tiling *w);

void tiling_fit(tiling *w, rect area);              // lays out anew; everything has to be drawn
void tiling_touch(tiling *w);                       // everything has to be drawn
void tiling_focus(tiling *w, int node);             // gives it the keys and brings it to the front
void tiling_focus_by(tiling *w, int steps);         // round through all panes, those behind others too
int tiling_find(const tiling *w, const char *pane); // node, or -1
void tiling_zoom(tiling *w);
bool tiling_resize(tiling *w, int columns, int rows); // moves the edge of the focused pane
void tiling_reset(tiling *w);                         // sizes as at first

// Draws the bodies of shown panes that are dirty or depend on a section of `changed`.
void tiling_draw(tiling *w, const ui_model *m, uint64_t changed, canvas *screen);

bool tiling_typing(const tiling *w); // keys are text for the focused pane
// Hands an act to pane `node`; NEXT_* flags.
int tiling_act(tiling *w, int node, ui_model *m, const pane_act *act, pane_reply *reply);
