// The workspaces and how their panes are laid out at first. Constant data.
#pragma once

#include <stddef.h>

#include "ui/layout.h"

// Their names, as the choices of a command's argument.
#define WORKSPACE_CHOICES "desk|risk|stress|backtest|ops|market"

typedef struct {
    const char *name;  // "desk": commands, key map sections, files
    const char *title; // "DESK"
    int number;        // of its function key
    const layout_node *nodes;
    int n;
} workspace_kind;

const workspace_kind *workspaces_all(size_t *n);
int workspaces_find(const char *name); // index, or -1
