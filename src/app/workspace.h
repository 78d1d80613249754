// Opening and closing a workspace in this process: store, desk, analytics, backtests and the socket.
#pragma once

#include "src/app/app.h"

typedef struct {
    const char *home;
    const char *user;
    bool live; // a desk that goes on: the venue runs, the demo is made when the workspace is empty
    void (*progress)(void *context, const char *line); // of making the demo; may be NULL
    void *progress_context;
} workspace_options;

// STATUS_BUSY when another process holds it.
status workspace_open(const workspace_options *options, const command_table *commands, app **out);
void workspace_close(app *a);

// The default workspace: --home, PLIMSOLL_HOME, or plimsoll/ in the XDG data directory. Freed by the caller.
char *workspace_default_home(const char *flag);

// Makes the demo universe and its starting portfolio. STATUS_EXISTS when the workspace has securities.
typedef struct {
    int stocks, years;
    uint64_t seed;
} demo_size;
status workspace_make_demo(app *a, const demo_size *size, void (*progress)(void *context, const char *line),
                           void *progress_context, const volatile int *cancelled);
