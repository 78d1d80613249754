// A workspace while the workstation runs: its panes with their state, which of them has the keys, how they are laid out.
// Owned by the workstation.
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
} workspace;

void workspace_open(workspace *w, const workspace_kind *kind);
void workspace_close(workspace *w);

void workspace_fit(workspace *w, rect area);              // lays out anew; everything has to be drawn
void workspace_touch(workspace *w);                       // everything has to be drawn
void workspace_focus(workspace *w, int node);             // gives it the keys and brings it to the front
void workspace_focus_by(workspace *w, int steps);         // round through all panes, those behind others too
int workspace_find(const workspace *w, const char *pane); // node, or -1
void workspace_zoom(workspace *w);
bool workspace_resize(workspace *w, int columns, int rows); // moves the edge of the focused pane
void workspace_reset(workspace *w);                         // sizes as at first

// Draws the bodies of shown panes that are dirty or depend on a section of `changed`.
void workspace_draw(workspace *w, const ui_model *m, uint64_t changed, canvas *screen);

bool workspace_typing(const workspace *w); // keys are text for the focused pane
// Hands an act to pane `node`; NEXT_* flags.
int workspace_act(workspace *w, int node, ui_model *m, const pane_act *act, pane_reply *reply);
