// Value at risk and expected shortfall, of a return series or of a normal distribution.
// Everything is a pure function of its arguments; nothing is owned or kept.
// Losses are positive: var = 0.02 means "loses more than 2 % with probability 1 - level". A negative figure is a gain.
#pragma once

#include <stddef.h>

#include "src/base/status.h"

typedef struct {
    double var; // quantile of the loss, fraction of value
    double es;  // mean loss beyond var, fraction of value; es >= var
} risk_var;

// Historical simulation: the empirical quantile (type 7 of Hyndman and Fan 1996), equal weights. es is the mean of the
// losses strictly beyond var, or var itself when none is (ties in the tail).
//   returns  n simple returns, any order
//   level    0.5 < level < 1
// Fails with STATUS_INVALID when n < 2, the level is out of range or a return is not finite (the message names its
// index).
status risk_var_historical(const double *returns, size_t n, double level, risk_var *out);

// Normal distribution with this mean and standard deviation (>= 0) of the horizon's return:
//   var = -(mean + z σ) with z = Φ⁻¹(1 - level); es = -mean + σ φ(z) / (1 - level).
// For h days of a daily model hand in h·mean and √h·σ. STATUS_INVALID as above.
status risk_var_normal(double mean, double deviation, double level, risk_var *out);

// The same with mean and standard deviation of the returns, divisor n - ddof. Univariate figures use 0 (the maximum
// likelihood estimate, as PerformanceAnalytics does), textbooks often 1.
status risk_var_normal_sample(const double *returns, size_t n, int ddof, double level, risk_var *out);

typedef enum { RISK_VAR_HISTORICAL, RISK_VAR_NORMAL } risk_var_method; // NORMAL: sample moments, ddof 0

// Forecasts made day by day: forecast[t] is the VaR for day t from the `window` returns before it, t-window … t-1, and
// NaN for t < window; exception[t] (may be NULL) is 1 when day t lost more than it. *exceptions counts them, *forecasts
// the days that had a forecast. STATUS_INVALID as above, or when window < 2.
status risk_var_rolling(const double *returns, size_t n, size_t window, double level, risk_var_method method,
                        double *forecast, unsigned char *exception, size_t *exceptions, size_t *forecasts);
