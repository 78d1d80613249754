// From a signal to weights. Pure.
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    size_t top;      // how many to hold; 0: the share `quantile` of those that have a signal
    double quantile; // 0 < quantile <= 1; rounded down, at least one
    bool long_short; // also short as many of the lowest
} weights_choice;

// Equal weights for those with the highest signal, summing to 1; with long_short also for those with the lowest,
// summing to -1. Ties go to the lower column. With long_short a side has at most half of those that have a signal.
//   signal   n values, NaN = none
//   scratch  room for n values
//   weights  n values, 0 for those not chosen
// Returns how many were chosen a side; 0 (and no weights written) when there is no signal at all, or for long_short
// fewer than two.
size_t weights_choose(const double *signal, size_t n, weights_choice choice, double *scratch, double *weights);
