#include "engine/factor/universe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

static bool shares_known(const panel *p, const double *shares) {
    size_t known = 0;
    for (size_t i = 0; shares && i < p->securities; i++)
        known += shares[i] > 0;
    return known > 0 && known * 10 >= p->securities * 9;
}

static double market_return(const factor_universe *u, size_t t) {
    size_t n = u->panel->securities;
    const double *r = u->panel->total_return + t * n, *close = u->panel->close + (t - 1) * n;
    double sum = 0, total = 0;
    for (size_t i = 0; i < n; i++) {
        double weight = u->has_shares ? u->shares[i] * close[i] : 1;
        if (!isnan(r[i]) && weight > 0) {
            sum += weight * r[i];
            total += weight;
        }
    }
    return total > 0 ? sum / total : NAN;
}

status factor_universe_init(factor_universe *u, const panel *p, const int *sector, size_t sectors,
                            const double *shares) {
    for (size_t i = 0; i < p->securities; i++)
        if (sector[i] < -1 || sector[i] >= (int)sectors)
            return status_fail(STATUS_INVALID, "security in column %zu has sector %d; there are %zu", i, sector[i],
                               sectors);
    *u = (factor_universe){.panel = p, .sector = sector, .sectors = sectors, .shares = shares};
    u->has_shares = shares_known(p, shares);
    u->market = mem_try(p->dates, sizeof *u->market);
    if (!u->market)
        return status_fail(STATUS_FULL, "market return of %zu dates: not enough memory", p->dates);
    for (size_t t = 0; t < p->dates; t++)
        u->market[t] = t ? market_return(u, t) : NAN;
    return STATUS_OK;
}

void factor_universe_free(factor_universe *u) {
    free(u->market);
    *u = (factor_universe){0};
}

void factor_traded(const factor_universe *u, size_t t, double *count, double *out) {
    size_t n = u->panel->securities, window = t + 1 < FACTOR_TRADED_WINDOW ? t + 1 : FACTOR_TRADED_WINDOW;
    memset(count, 0, n * sizeof *count);
    memset(out, 0, n * sizeof *out);
    for (size_t row = t + 1 - window; row <= t; row++) {
        const double *close = u->panel->close + row * n, *volume = u->panel->volume + row * n;
        for (size_t i = 0; i < n; i++) {
            double value = close[i] * volume[i];
            double there = isnan(value) ? 0 : 1;
            count[i] += there;
            out[i] += there > 0 ? value : 0;
        }
    }
    double least = 0.8 * (double)window;
    for (size_t i = 0; i < n; i++)
        out[i] = count[i] >= least ? out[i] / count[i] : NAN;
}

void factor_market_value(const factor_universe *u, size_t t, double *out) {
    size_t n = u->panel->securities;
    const double *close = u->panel->close + t * n;
    for (size_t i = 0; i < n; i++) {
        double value = u->shares[i] * close[i];
        out[i] = value > 0 ? value : NAN;
    }
}
