// Backtests as jobs: a queue, one worker thread that runs them in order, and the list of all runs, stored and wanted.
// The service is owned by whoever starts it and borrows the store. Every function may be called from any thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/store/results.h"
#include "engine/backtest/run_config.h"

typedef struct backtest_service backtest_service;

enum { BACKTEST_QUEUE = 256, BACKTEST_MESSAGE = 160 }; // jobs that may wait; bytes of a message

// Numbered as the screen's states of runs and jobs are.
typedef enum { BACKTEST_QUEUED, BACKTEST_RUNNING, BACKTEST_DONE, BACKTEST_FAILED, BACKTEST_CANCELLED } backtest_state;

// A run as a list shows it: one of the store, or a job that has not become one (yet).
typedef struct {
    int64_t job; // the last job of this service that asked for the run; 0 when none did
    backtest_state state;
    double progress;   // 0 … 1
    bool found;        // done without computing, because the run was stored already
    instant submitted; // wall clock; 0 for a run that no job asked for
    double seconds;    // that the job has worked, 0 while it waits; of a stored run: that its making took
    run_row run; // of a job that is not done: strategy, parameters, user, and from and to as asked (DATE_NONE: open)
    char message[BACKTEST_MESSAGE]; // why it failed
} backtest_row;

// Starts the worker and lists what is stored. `changed` is called (from the worker or from whoever calls in, without
// any lock held) after every change of the list, progress at most ten times a second; it must be quick; may be NULL.
status backtest_service_start(store *s, void (*changed)(void *context), void *context, backtest_service **out);
// Cancels what runs and what waits, and ends the worker. NULL is fine.
void backtest_service_stop(backtest_service *b);

// Queues a run; *number names the job and counts from 1. A run that is stored already is found instead of computed,
// unless `force`: then it is computed again and must give the stored figures (the job fails with STATUS_CORRUPT's
// sentence otherwise).
// STATUS_INVALID for a configuration that can't be right, STATUS_FULL when BACKTEST_QUEUE jobs wait.
status backtest_service_submit(backtest_service *b, const run_config *config, bool force, const char *user,
                               int64_t *number);
// STATUS_NOT_FOUND for an unknown job, STATUS_REFUSED when it has ended.
status backtest_service_cancel(backtest_service *b, int64_t number);
// Waits until the job has ended and gives its row. STATUS_BUSY when it has not after wait_ns (*out is its row as it is
// then); wait_ns < 0 waits for ever. STATUS_NOT_FOUND for an unknown job (the last 256 that ended are kept).
status backtest_service_wait(backtest_service *b, int64_t number, int64_t wait_ns, backtest_row *out);

// Copies up to max rows, newest first (jobs by the time they were submitted, stored runs by the time they were made, or
// asked for again); returns how many. A run stands in the list once.
size_t backtest_service_runs(backtest_service *b, backtest_row *out, size_t max);
// The same for the jobs of this service alone, ended ones included.
size_t backtest_service_jobs(backtest_service *b, backtest_row *out, size_t max);
// Appends the log of a job that has run here. STATUS_NOT_FOUND when it is unknown, or nothing was computed.
status backtest_service_log(backtest_service *b, int64_t number, text *out);
