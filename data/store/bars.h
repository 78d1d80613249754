// Daily bars, as stored and as panels.
#pragma once

#include "data/store/securities.h"
#include "src/base/hash.h"

typedef struct {
    int32_t sid;
    date day;
    int64_t open, high, low, close; // 1e-4 units, as the vendor gave them
    int64_t volume;
} bar;

// Panels: one field as a dates × securities matrix of doubles, NaN = missing. Row t is a date, column i a security:
// close[t * securities + i]. Dates are the union of the days on which the chosen securities have bars, ascending.
typedef struct {
    size_t dates, securities;
    date *day;                                  // [dates]
    int32_t *sid;                               // [securities], ascending
    double *open, *high, *low, *close, *volume; // adjusted for splits where actions are known; [dates * securities]
    double *total_return; // simple return of the day with dividends; NaN on the first day and over gaps
    hash data;            // of all of the above: the version of the data a result was made from
} panel;

// Loads every security of kind "stock" (or "index") with bars in [from, to]. STATUS_NOT_FOUND when there are none.
// `cancelled` may be NULL.
status panel_load(store *s, const char *kind, date from, date to, const volatile int *cancelled, panel **out);
void panel_free(panel *p);

// The last stored bar of each security at or before `as_of`: out[sid - 1], sid 0 where there is none. n = securities.
status bars_latest(store *s, date as_of, bar *out, size_t n);
// The bars of one security in [from, to], oldest first, released with free().
status bars_of(store *s, int32_t sid, date from, date to, bar **out, size_t *n);
// Hash of all stored bars, kept up to date by the writers: the data version without loading anything.
status bars_version(store *s, hash *out);
