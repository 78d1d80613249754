// Performance statistics of a series of simple returns. Pure; the caller brings the scratch memory.
//
// Conventions (empyrical's where it has one). `periods` is the number of returns a year, 252 for days. NaN is a missing
// return: it is left out of every statistic, and counts only as time gone by in annual_return. Deviations use ddof 1.
// Losses are positive in var_* and es_*, drawdowns are negative. A ratio whose divisor is zero is NaN.
#pragma once

#include <stddef.h>

#include "src/base/status.h"

typedef struct {
    double periods;   // a year
    double risk_free; // a period; taken off in Sharpe, Omega, alpha
    double required;  // a period; the return that downside, Sortino and Omega ask for
} metrics_options;

static inline metrics_options metrics_daily(void) { return (metrics_options){.periods = 252}; }

typedef struct {
    size_t days;          // returns that are not missing
    double total_return;  // product of (1 + r), less 1
    double annual_return; // (1 + total_return)^(periods / n) - 1, n with the missing ones; -1 after a total loss
    double volatility;    // annual: deviation * sqrt(periods)
    double downside;      // annual: sqrt(mean(min(r - required, 0)^2)) * sqrt(periods)
    double sharpe;        // mean(r - risk_free) / deviation * sqrt(periods)
    double sortino;       // mean(r - required) * periods / downside
    double calmar;        // annual_return / -max_drawdown
    double omega;         // sum of what exceeds risk_free + required, over the sum of what falls short of it
    double max_drawdown;  // lowest of wealth / highest wealth so far - 1; <= 0
    // Place of the peak and the trough of that drawdown and of the first day back at the peak: the number of returns
    // behind it, 0 = the start; recovery 0 = not back yet. All 0 when there was no drawdown. The earliest if several
    // are equal.
    size_t drawdown_from, drawdown_to, recovery;
    double ulcer;                      // root of the mean squared drawdown, the days after each return counted
    double hit_rate;                   // days with a gain over days with a gain or a loss
    double average_gain, average_loss; // of the days with one; loss negative
    double best, worst;                // return
    double skew;                       // m3 / m2^1.5 with moments over n
    double kurtosis;                   // m4 / m2^2 - 3, likewise
    double var95,
        es95; // VaR: minus the 5 % quantile (type 7) of the returns; ES: minus the mean of those at or below it
    double var99, es99;
    double tail_ratio; // |95 % quantile| / |5 % quantile|
} metrics;

//   returns  n simple returns, oldest first, NaN = missing
//   scratch  room for n values
// STATUS_INVALID when no return is there, one is infinite or below -1 (the message names its index), or periods <= 0.
// volatility, sharpe, skew and the like need two or more returns that differ and are NaN without.
status metrics_compute(const double *returns, size_t n, metrics_options options, double *scratch, metrics *out);

typedef struct {
    double beta;  // covariance / variance of the benchmark
    double alpha; // annual: (1 + mean(r - risk_free - beta (b - risk_free)))^periods - 1
    double correlation;
    double tracking_error;    // annual: deviation of r - b
    double information_ratio; // mean(r - b) / deviation(r - b) * sqrt(periods)
} metrics_relative;

// Against a benchmark's returns on the same days; a day missing in either is left out. STATUS_INVALID when fewer than
// two days are left or a return is infinite.
status metrics_against(const double *returns, const double *benchmark, size_t n, metrics_options options,
                       metrics_relative *out);

// R squared of a line through the logarithm of wealth over time; missing returns left out; NaN below two returns or
// when a return is -1.
double metrics_stability(const double *returns, size_t n);
