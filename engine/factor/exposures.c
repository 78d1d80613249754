#include "engine/factor/exposures.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/factor/definition.h"
#include "engine/factor/pipeline.h"
#include "src/base/mem.h"

factor_options factor_options_default(void) {
    return (factor_options){.winsor = 0.01, .capital_weighted = true, .sector_neutral = false, .sector_least = 5};
}

size_t factor_columns(const factor_universe *u) { return 1 + factor_styles() + u->sectors; }

status factor_exposures_new(const factor_universe *u, factor_exposures *out) {
    size_t n = u->panel->securities, styles = factor_styles(), factors = factor_columns(u);
    factor_exposures e = {.securities = n,
                          .styles = styles,
                          .sectors = u->sectors,
                          .factors = factors,
                          .x = matrix_new(n, factors),
                          .raw = matrix_new(styles, n),
                          .z = matrix_new(styles, n),
                          .capital = mem_try(n, sizeof *e.capital),
                          .live = mem_try(n, sizeof *e.live),
                          .covered = mem_try(n, sizeof *e.covered),
                          .coverage = mem_try(styles, sizeof *e.coverage),
                          .scratch = mem_try((FACTOR_SCRATCH + 3) * n + 2 * u->sectors, sizeof *e.scratch)};
    bool whole = e.x.at && e.raw.at && e.z.at && e.capital && e.live && e.covered && e.coverage && e.scratch;
    if (!whole) {
        factor_exposures_free(&e);
        return status_fail(STATUS_FULL, "exposures of %zu securities to %zu factors: not enough memory", n, factors);
    }
    *out = e;
    return STATUS_OK;
}

void factor_exposures_free(factor_exposures *e) {
    matrix_free(&e->x);
    matrix_free(&e->raw);
    matrix_free(&e->z);
    free(e->capital);
    free(e->live);
    free(e->covered);
    free(e->coverage);
    free(e->scratch);
    *e = (factor_exposures){0};
}

static void raw_styles(const factor_universe *u, size_t t, const double *traded, const double *market_value,
                       factor_exposures *e) {
    const panel *p = u->panel;
    factor_data seen = {.dates = t + 1,
                        .securities = p->securities,
                        .close = p->close,
                        .volume = p->volume,
                        .total_return = p->total_return,
                        .market = u->market,
                        .traded = traded,
                        .market_value = market_value,
                        .scratch = e->scratch};
    for (size_t k = 0; k < e->styles; k++) {
        const factor_definition *style = factor_at(k);
        double *raw = matrix_row(e->raw, k);
        style->compute(style, &seen, raw);
        for (size_t i = 0; i < e->securities; i++)
            if (!e->live[i] || !isfinite(raw[i]))
                raw[i] = NAN;
    }
}

static void standardise(const factor_universe *u, const factor_options *o, factor_exposures *e) {
    size_t n = e->securities;
    for (size_t k = 0; k < e->styles; k++) {
        double *z = matrix_row(e->z, k);
        memcpy(z, matrix_row(e->raw, k), n * sizeof *z);
        e->coverage[k] = factor_winsorise(z, n, o->winsor, e->scratch);
        factor_zscore(z, o->capital_weighted ? e->capital : NULL, n);
        if (o->sector_neutral)
            factor_neutralise(z, u->sector, n, u->sectors, o->sector_least, e->scratch);
    }
}

static void fill_matrix(const factor_universe *u, factor_exposures *e) {
    memset(e->x.at, 0, e->securities * e->factors * sizeof *e->x.at);
    for (size_t i = 0; i < e->securities; i++) {
        double *x = matrix_row(e->x, i);
        size_t there = 0;
        x[0] = 1;
        for (size_t k = 0; k < e->styles; k++) {
            double z = e->z.at[k * e->securities + i];
            if (!isnan(z)) {
                x[1 + k] = z;
                there++;
            }
        }
        if (u->sector[i] >= 0)
            x[1 + e->styles + (size_t)u->sector[i]] = 1;
        e->covered[i] = e->live[i] && 2 * there >= e->styles;
    }
}

void factor_exposures_at(const factor_universe *u, size_t t, const factor_options *options, factor_exposures *e) {
    size_t n = e->securities;
    assert(t < u->panel->dates && n == u->panel->securities);
    double *count = e->scratch, *traded = e->scratch + FACTOR_SCRATCH * n, *market_value = traded + n;
    factor_traded(u, t, count, traded);
    if (u->has_shares)
        factor_market_value(u, t, market_value);
    memcpy(e->capital, u->has_shares ? market_value : traded, n * sizeof *e->capital);
    for (size_t i = 0; i < n; i++) {
        e->live[i] = !isnan(u->panel->close[t * n + i]) && e->capital[i] > 0;
        if (!e->live[i])
            e->capital[i] = NAN;
    }
    raw_styles(u, t, traded, u->has_shares ? market_value : NULL, e);
    standardise(u, options, e);
    fill_matrix(u, e);
}
