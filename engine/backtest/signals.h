// Signals: a number a security on a day, larger = more wanted; NaN = none. Pure; row t of the panel is the last one
// read.
#pragma once

#include <stddef.h>

#include "data/store/bars.h"

// Price momentum (Jegadeesh and Titman 1993, with prices instead of returns): close[t - skip] / close[t - lookback] -
// 1. Days are rows of the panel. NaN for a security without a price on one of the two days or on day t.
//   skip < lookback <= t; out[securities]
void signal_momentum(const panel *p, size_t t, size_t lookback, size_t skip, double *out);
