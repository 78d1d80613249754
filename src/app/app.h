// The program's services, as the handlers of commands see them (call->services). Made once by station_open, owned by
// main; handlers run on any thread.
#pragma once

#include <pthread.h>

#include "data/store/securities.h"
#include "data/store/store.h"
#include "engine/desk/analytics.h"
#include "engine/desk/desk.h"
#include "engine/desk/runs.h"
#include "engine/desk/view.h"
#include "src/base/command.h"

typedef struct {
    store *store;
    view *view;
    desk *desk;
    analytics *analytics;
    runs *runs;
    const command_table *commands;
    char user[32];
    bool live;            // a desk that goes on, not one command's
    pthread_mutex_t lock; // guards what follows
    char state[8];        // DEMO or PAPER
    securities securities;
} app;

// Every command of the program that is not the screen's own.
void commands_add_all(command_table *t);

// The number of a ticker. STATUS_NOT_FOUND suggests what was meant.
status app_sid(app *a, const char *symbol, int32_t *sid);
void app_state(app *a, char out[8]); // a copy
// A copy of the security.
bool app_security(app *a, int32_t sid, security *out);
// Tickers that begin with `prefix` (case folded), for completion.
void app_symbols(void *app_, const char *prefix, void (*add)(void *to, const char *word), void *to);
bool app_wants_real(const app *a); // an import was tried here: this is no place for the demo
// After an import: securities, bars, desk and analytics see the new data.
status app_reload(app *a);

// A copy of a section of the view, as it is now; released with free().
void *app_section(const app *a, view_section section, size_t bytes);
// "showing 1,024 of 1,300; …" on standard error when a view has not all there is, or "showing 12 of the 1,024 that were
// looked through, of 1,300; …" when a choice was made among those it has; `where` says where the rest is.
void app_note_cut(call *c, int64_t shown, int64_t seen, int64_t all, const char *where);
