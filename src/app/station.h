// A station is a workspace held by this process: store, desk, analytics, backtests and the socket through which other
// processes reach them. Whoever opens it closes it.
#pragma once

#include "data/providers/demo.h"
#include "src/app/app.h"
#include "src/app/request.h"
#include "src/app/server.h"

typedef void (*station_progress)(void *context, const char *line);

typedef struct {
    const char *home;
    const char *user;
    // A desk that goes on: the venue runs by the wall clock, and an empty workspace gets the demo. Otherwise the
    // workspace is open for one command.
    bool live;
    bool existing;             // only a workspace that is there; otherwise one is made where there is none
    station_progress progress; // of making the demo; may be NULL
    void *progress_context;
    void (*warn)(void *context, const char *line); // of what is not as it should be, and is no failure; may be NULL
    void *warn_context;
} station_options;

typedef struct {
    app app;
    request_host host; // runs commands here
    server *server;
} station;

// STATUS_BUSY when another process holds it; STATUS_NOT_FOUND (`existing`); otherwise as store_open.
status station_open(const station_options *options, const command_table *commands, station **out);
void station_close(station *w); // status_message() stays what it was

// Makes the demo universe and the portfolio that a demo starts with, in the name of `user`. Fails as demo_create does.
status station_make_demo(app *a, const char *user, const demo_options *options, station_progress progress,
                         void *progress_context, const volatile int *cancelled);
