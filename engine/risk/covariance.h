// Covariance of factor returns and specific volatilities, exponentially weighted. Pure.
//
// Weights fall by half every `half_life` days: w_t = 0.5^((T - 1 - t) / half_life). Returns are daily; results are
// annual (times 252). Means are taken as zero (RiskMetrics 1996): over a half-life of 60 days the mean of a daily
// return is a hundredth of its deviation and its estimate mostly noise; `demean` subtracts the weighted mean instead.
#pragma once

#include <stdbool.h>

#include "src/base/matrix.h"

enum { RISK_DAYS_A_YEAR = 252 };

typedef struct {
    double half_life; // days, > 0; 60
    bool demean;      // false
    size_t least;     // observations; 126
} covariance_options;

typedef struct {
    double smallest;  // eigenvalue before repair, annual
    bool repaired;    // negative eigenvalues, which pairwise estimates can have, were set to zero
    double effective; // effective number of observations, (Σ w)² / Σ w²
} covariance_report;

covariance_options covariance_options_default(void);

// returns: T × K daily factor returns, NaN missing. out: K × K, annual, symmetric, positive semi-definite. Where
// returns are missing, each pair is estimated from the days that have both, and the result is made positive
// semi-definite. A factor with fewer than `least` returns has zero rows: observations[k] (may be NULL) says how many it
// has. STATUS_UNAVAILABLE when T < least (message: how many there are, how many are needed); STATUS_INVALID for a bad
// half-life; STATUS_FULL without memory. report may be NULL.
status risk_covariance(matrix returns, const covariance_options *options, matrix out, size_t *observations,
                       covariance_report *report);

typedef struct {
    double half_life; // 60
    size_t least;     // observations a security needs for an estimate of its own; 60
    double floor;     // least annual volatility; 0.05
} specific_options;

specific_options specific_options_default(void);

// residuals: T × N daily, NaN missing. volatility[N]: annual, √(252 Σ w e² / Σ w) over the days it has, at least
// `floor`. A security with fewer than `least` residuals takes the median of its sector's estimates (of all, where the
// sector has none or it has no sector), and proxied[i] is 1. STATUS_UNAVAILABLE when nobody has an estimate.
status risk_specific(matrix residuals, const int *sector, size_t sectors, const specific_options *options,
                     double *volatility, unsigned char *proxied);
