// What the workstation remembers from one session to the next: screen.ini in the state directory, with the workspace
// last shown, the theme, and the sizes of panes.
#pragma once

#include "src/base/status.h"
#include "ui/layout.h"

enum { REMEMBER_SPACES = 16 };

typedef struct {
    char workspace[24], theme[24]; // "" when never chosen
    struct {
        char workspace[24];
        int n, weight[LAYOUT_NODES];
    } sizes[REMEMBER_SPACES];
    int spaces;
} remembered_screen;

// STATUS_NOT_FOUND when there is nothing yet. Sizes of a layout that has changed since are for the caller to leave out
// (their number differs).
status remember_read(const char *directory, remembered_screen *out);
// Written beside, synced, renamed.
status remember_write(const char *directory, const remembered_screen *screen);
