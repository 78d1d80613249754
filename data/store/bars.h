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
// Prices are in currency units. Bars stored raw are divided by the splits that come later within the panel (volumes
// multiplied), so that no row depends on anything that happened after the panel's last day.
typedef struct {
    size_t dates, securities;
    date *day;                                  // [dates]
    int32_t *sid;                               // [securities], ascending
    double *open, *high, *low, *close, *volume; // [dates * securities]
    // Simple return of the day with dividends; NaN on the first day, and unless both this date of the panel and the one
    // before have a bar. A delisted security has its delisting return on the date after its last bar, where its prices
    // are NaN.
    double *total_return;
    hash data; // of the bars, actions, dates and securities that all of the above was made from
} panel;

// Loads every security of kind "stock" (or "index") with bars in [from, to]. STATUS_NOT_FOUND when there are none,
// STATUS_FULL when there is no memory for them. `cancelled` may be NULL.
status panel_load(store *s, const char *kind, date from, date to, const volatile int *cancelled, panel **out);
void panel_free(panel *p); // NULL is fine

// The last stored bar of each security at or before `as_of`: out[sid - 1], sid 0 where there is none. n = securities.
status bars_latest(store *s, date as_of, bar *out, size_t n);
// The bars of one security in [from, to], oldest first, as stored, released with free(); *n may be 0.
status bars_of(store *s, int32_t sid, date from, date to, bar **out, size_t *n);
// The same on the scale of `to`, as a panel that ends there has them: where bars are stored raw, prices are divided and
// volumes multiplied by the splits between the bar's day and `to`, rounded to the nearest unit.
status bars_on_scale(store *s, int32_t sid, date from, date to, bar **out, size_t *n);
// The version of the data without loading it: a hash of all stored bars and actions and of what is known of the
// securities (symbol, kind, sector, basis, shares), from digests that the writers keep up to date. Equal content gives
// an equal version in any workspace.
status bars_version(store *s, hash *out);
status bars_version_in(store_connection *c, hash *out); // the same inside a store_work on STORE_WAREHOUSE
