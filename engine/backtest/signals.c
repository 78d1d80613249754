#include "engine/backtest/signals.h"

#include <assert.h>
#include <math.h>

void signal_momentum(const panel *p, size_t t, size_t lookback, size_t skip, double *out) {
    assert(skip < lookback && lookback <= t && t < p->dates);
    size_t n = p->securities;
    const double *now = p->close + t * n, *to = p->close + (t - skip) * n, *from = p->close + (t - lookback) * n;
    for (size_t i = 0; i < n; i++)
        out[i] = isnan(now[i]) || !(from[i] > 0) ? NAN : to[i] / from[i] - 1;
}
