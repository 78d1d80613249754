#include "engine/backtest/weights.h"

#include <assert.h>
#include <math.h>

#include "engine/backtest/select.h"

// How many of `have` securities one side takes.
static size_t side_size(weights_choice c, size_t have) {
    size_t k = c.top ? c.top : (size_t)floor(c.quantile * (double)have + 1e-9);
    if (k == 0)
        k = 1;
    size_t most = c.long_short ? have / 2 : have;
    return k < most ? k : most;
}

// Gives `weight` to the k securities that are furthest in direction `sign` (1 highest, -1 lowest) and have none yet.
static void take_side(const double *signal, size_t n, size_t k, double sign, double weight, double *scratch,
                      double *weights) {
    size_t have = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(signal[i]))
            scratch[have++] = -sign * signal[i];
    select_kth(scratch, have, k - 1);
    double edge = -sign * scratch[k - 1];
    size_t taken = 0;
    for (size_t i = 0; i < n; i++)
        if (sign * (signal[i] - edge) > 0) {
            weights[i] = weight;
            taken++;
        }
    for (size_t i = 0; i < n && taken < k; i++)
        if (signal[i] == edge && weights[i] == 0) { // the edge is one of the signals, bit for bit
            weights[i] = weight;
            taken++;
        }
}

size_t weights_choose(const double *signal, size_t n, weights_choice choice, double *scratch, double *weights) {
    assert(choice.top || (choice.quantile > 0 && choice.quantile <= 1));
    size_t have = 0;
    for (size_t i = 0; i < n; i++)
        have += isnan(signal[i]) ? 0 : 1;
    if (have < (choice.long_short ? 2 : 1))
        return 0;
    size_t k = side_size(choice, have);
    for (size_t i = 0; i < n; i++)
        weights[i] = 0;
    take_side(signal, n, k, 1, 1 / (double)k, scratch, weights);
    if (choice.long_short)
        take_side(signal, n, k, -1, -1 / (double)k, scratch, weights);
    return k;
}
