// Statistics of a market day as the literature on market microstructure gives them: spread, depth, sizes and times of
// trades, autocorrelation and volatility of returns. An accumulator takes what happens in the order of time; the sums
// are functions of arrays. No I/O, no clock.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "engine/market/book.h"

enum { DAYSTATS_LEVELS = 5, DAYSTATS_QUANTILES = 5, DAYSTATS_LAGS = 3, DAYSTATS_HALF_HOURS = 13 };

extern const double daystats_quantiles[DAYSTATS_QUANTILES]; // 0.05, 0.25, 0.5, 0.75, 0.95
extern const int daystats_lags[DAYSTATS_LAGS];              // 1, 5, 20

typedef struct {
    double spread_mean, spread[DAYSTATS_QUANTILES]; // ticks, weighted by time
    double depth[DAYSTATS_LEVELS];                  // mean shares at each level, both sides, weighted by time
    double size_mean, size[DAYSTATS_QUANTILES];     // shares of a trade
    double gap_mean, gap[DAYSTATS_QUANTILES];       // seconds from one trade to the next
    double gap_variation;                           // their coefficient of variation: deviation / mean; 1 if Poisson
    // Of the 10-second returns of the middle:
    double returns[DAYSTATS_LAGS];         // autocorrelation
    double moves[DAYSTATS_LAGS];           // autocorrelation of their absolute values
    double volatility;                     // of a day, as a fraction
    double half_hour[DAYSTATS_HALF_HOURS]; // the same by half hour
    double cancels;                        // for each order that is added
    double trades, volume, events;
} daystats;

// The q-quantile of n numbers (type 7 of Hyndman and Fan 1996); NaN when n = 0. Sorts them.
void daystats_sort(double *x, size_t n);
double daystats_quantile(const double *sorted, size_t n, double q);
// Sample autocorrelation at a lag, with the mean and the variance of the whole series; NaN without variance or when the
// lag is not below n.
double daystats_autocorrelation(const double *x, size_t n, size_t lag);
double daystats_variation(const double *x, size_t n); // standard deviation (ddof 0) / mean; NaN when n = 0

typedef struct daystats_record daystats_record;

// Times are ns since the open; what is before 0 or after the close is left out.
daystats_record *daystats_begin(int64_t tick);
// The best levels of both sides from now on, by side and best first; quantity 0 where there is none. Without both
// touches the time does not count.
typedef struct {
    book_level at[2][DAYSTATS_LEVELS];
} daystats_book;
void daystats_see(daystats_record *r, int64_t time, const daystats_book *seen);
// A fill; those of one aggressor at one time are one trade.
void daystats_fill(daystats_record *r, int64_t time, side aggressor, int64_t quantity);
void daystats_add(daystats_record *r);
void daystats_cancel(daystats_record *r);
// Ends the record at the close (or `until`, if that is before) and releases it. What there was none of is NaN.
void daystats_end(daystats_record *r, int64_t until, daystats *out);
