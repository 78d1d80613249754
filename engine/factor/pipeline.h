// From raw exposures of one date to standardised ones: winsorise, z-score, neutralise. Every step works in place on one
// column of n values; NaN is missing: it stays, and takes no part in any mean or quantile. Pure.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// Values beyond the `tail` and 1 - `tail` quantiles (type 7; 0 <= tail < 0.5) become those quantiles.
// scratch: n doubles. Returns how many values there are.
size_t factor_winsorise(double *values, size_t n, double tail, double *scratch);

// Subtracts the mean and divides by the standard deviation (equally weighted, about the equally weighted mean, n - 1).
// With weights (>= 0; NaN counts as 0) the mean subtracted is the weighted one, so that the portfolio of these weights
// has no exposure (Menchero, Orr and Wang 2011, USE4). Returns false, and makes all values missing, when fewer than two
// are there or they don't differ: such a column says nothing.
bool factor_zscore(double *values, const double *weights, size_t n);

// Subtracts from each value the equally weighted mean of its sector (0 … sectors - 1; -1: none) where that has at least
// `least` values, and brings the deviation of the whole back to 1. scratch: 2 * sectors doubles.
void factor_neutralise(double *values, const int *sector, size_t n, size_t sectors, size_t least, double *scratch);
