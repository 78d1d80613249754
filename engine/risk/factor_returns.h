// Factor returns over a run of days: one regression a day (regression.h) on exposures at the close of the day before.
// Days are split over the pool in fixed parts; the bits are the same on any number of threads.
#pragma once

#include "engine/factor/exposures.h"
#include "src/base/parallel.h"

typedef struct {
    size_t days, used;       // of the run; with a regression
    size_t fallbacks;        // days that needed QR
    matrix factor_return;    // days × factors, daily; NaN where a day says nothing
    matrix t;                // days × factors, t-statistics
    matrix residual;         // days × securities, NaN outside the day's regression
    double *r2, *r2_centred; // [days], see regression.h; NaN on days without a regression
    char shortage[256];      // why days are without a regression, "" when none is
} factor_history;

// Regressions of the rows first_row … first_row + days - 1 of the universe's panel, weighted by √capital; sectors with
// fewer than `sector_least` names on a day have no return that day. first_row >= 1. A day with too few names is left
// out (`used`, `shortage`). *cancelled (may be NULL) is looked at every day. pool may be NULL.
// STATUS_CANCELLED; STATUS_INVALID; STATUS_FULL without memory.
status factor_history_build(const factor_universe *u, const factor_options *options, size_t sector_least,
                            size_t first_row, size_t days, parallel *pool, const volatile int *cancelled,
                            factor_history *out);
void factor_history_free(factor_history *h);
