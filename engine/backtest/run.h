// Runs a configuration on a panel: the equity curve, the trades, the metrics, the log. The same configuration on the
// same panel by the same program gives the same bytes. Whoever is handed a result frees it.
#pragma once

#include <stddef.h>

#include "data/store/results.h"
#include "engine/backtest/metrics.h"
#include "engine/backtest/run_config.h"

typedef struct {
    // As stored. costs is a fraction of the capital; turnover is annual and one-way, a fraction of the equity; days
    // counts the returns, one fewer than the points; drawdown dates are the peak and the trough. created, seconds and
    // user are accidents, left zero for the caller.
    run_row row;
    run_point *points; // equity starts at 1; ret and turnover of the first point are 0
    size_t points_n;
    run_trade *trades; // in the order of booking; price includes slippage; cost in currency units
    size_t trades_n;
    metrics metrics;  // of the returns; drawdown places are indices of points
    text log;         // a line an event, for people
    text description; // the canonical text whose hash is the run's id
} run_result;

typedef struct {
    void (*progress)(void *context, double fraction); // 0 … 1, now and then; may be NULL
    void *context;
    const volatile int *cancelled; // becomes non-zero when the caller gives up; may be NULL
} run_control;

// `names` holds every security of the panel. `control` may be NULL.
//   STATUS_INVALID    a parameter is wrong, the data are too short, or the account was ruined (the sentence says when)
//   STATUS_NOT_FOUND  the symbol is not in the panel
//   STATUS_CANCELLED  control->cancelled was set
//   STATUS_FULL       no memory
status run_execute(const panel *p, const securities *names, const run_config *config, const run_control *control,
                   run_result **out);
void run_result_free(run_result *r);

// The metrics of a stored curve, which results keep only in part. STATUS_INVALID when it has fewer than two points.
status run_measure(const run_point *points, size_t n, metrics *out);
