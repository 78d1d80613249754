// A pane on a made-up model and a screen of its own, to act on it and look at what it draws.
#pragma once

#include "tests/ui/support_canvas.h"
#include "tests/ui/support_model.h"

typedef struct {
    const pane_class *class;
    void *state;
    ui_model *model;
    fenced screen;
    pane_reply reply; // of the last act
} open_pane;

open_pane support_open(const char *name, int width, int height); // asserts that there is such a pane
void support_close(open_pane *p);

void support_look(open_pane *p); // draws it; asserts that it stays inside
int support_act(open_pane *p, pane_act_kind kind);
int support_act_with(open_pane *p, pane_act_kind kind, const char *string);
bool support_titled(open_pane *p, const char *part);
