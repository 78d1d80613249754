// Backtests of this desk: hands runs to the backtest service and publishes their list and curves in the view. Store and
// view are borrowed.
#pragma once

#include "data/store/store.h"
#include "engine/backtest/run_config.h"
#include "engine/desk/view.h"
#include "src/base/text.h"

typedef struct runs runs;

status runs_start(store *s, view *v, runs **out);
void runs_stop(runs *r);

// Queues a run; *job is its number. One that is stored is found rather than computed. With `wait` it returns when the
// run has ended, and run_id is set; otherwise that is empty. `force` computes even what is stored. `progress` may be
// NULL.
//   STATUS_CANCELLED  `cancelled` became non-zero, or somebody stopped the run
typedef struct {
    const run_config *config;
    const char *user;
    bool force, wait;
    const volatile int *cancelled;
    void (*progress)(void *context, double fraction);
    void *progress_context;
} runs_request;
status runs_submit(runs *r, const runs_request *request, char run_id[RUN_ID_SIZE], int64_t *job);
status runs_cancel(runs *r, int64_t job); // STATUS_NOT_FOUND when it is not waiting or running
// STATUS_NOT_FOUND for an unknown job, STATUS_REFUSED for one that has ended: neither can be cancelled.
status runs_can_cancel(runs *r, int64_t job);

// For a job that nobody waits for. One that ends well within a fifth of a second has its run_id now, and *sentence says
// what came out.
//   STATUS_BUSY       it goes on: what was given to runs_tell will say how it ended
//   STATUS_CANCELLED  it was stopped already
//   STATUS_INVALID    it failed already; the message says why
status runs_leave(runs *r, int64_t job, char run_id[RUN_ID_SIZE], text *sentence);
// Called before the first job; `told` is called on any thread, with no lock held.
void runs_tell(runs *r, void (*told)(void *context, const char *sentence), void *context);
