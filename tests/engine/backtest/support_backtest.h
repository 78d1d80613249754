// Panels made up or read from a file, and a slow, obvious simulator to hold the real ones against.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/store/bars.h"
#include "engine/backtest/sim_account.h"

typedef struct {
    size_t dates, securities;
    bool holes; // gaps, late listings, delistings, missing opens
    bool dividends;
} made_shape;

panel *made_panel(uint64_t seed, made_shape shape);
panel *made_panel_copy(const panel *p);
// One security whose closes (and opens) are given.
panel *made_panel_of(const double *close, size_t dates);
// As above with dates × n, row by row; opens are the closes of the same day.
panel *made_panel_rows(const double *close, size_t dates, size_t n);
// Recomputes the hash of the data after a change.
void made_panel_seal(panel *p);
// Replaces everything behind row t by other prices and holes.
void made_panel_spoil(panel *p, size_t t, uint64_t seed);
void made_panel_free(panel *p);

// S001, S002, … of kind "stock", one for each column.
securities made_names(const panel *p);
void made_names_free(securities *names);

// The S&P 500 file of ../shared/data; NULL when it is absent. Symbols in alphabetical order; names may be NULL.
panel *made_sp500(securities *names);

// What the slow simulator leaves: equity and one-way turnover by row of the panel, trades counted, costs summed.
typedef struct {
    double *equity, *turnover; // [dates], 0 outside first … last
    size_t trades;
    double costs;
} slow_ledger;

// Called at the close of every simulated day; sets target[i] to the fraction of equity that security i is brought to,
// or leaves NaN there.
typedef void (*slow_decide)(void *context, const panel *p, size_t t, const double *shares, double *target);

// Day by day and security by security, straight from the rules in sim_account.h, with long doubles.
slow_ledger slow_simulate(const sim_settings *s, slow_decide decide, void *context);
void slow_free(slow_ledger *l);

// Momentum decided by sorting, on days found by looking at every date. Signals are taken to differ: ties are not
// settled.
typedef struct {
    size_t first, last, lookback, skip, top;
    double quantile;
    bool long_short, weekly;
    size_t every; // 0: by month or week
} slow_momentum;
void slow_momentum_decide(void *context, const panel *p, size_t t, const double *shares, double *target);

// Crossover decided by summing both windows afresh.
typedef struct {
    size_t fast, slow;
    bool shorts;
} slow_crossover;
void slow_crossover_decide(void *context, const panel *p, size_t t, const double *shares, double *target);
