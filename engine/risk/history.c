#include "engine/risk/history.h"

#include <assert.h>
#include <math.h>

// The return that the model gives security i on the panel's row `row`. Factors without a return that day count as zero.
static double modelled_return(const risk_model *m, size_t i, size_t row) {
    bool inside = row >= m->first_row && row < m->first_row + m->days;
    if (inside && !isnan(m->history.r2[row - m->first_row])) {
        const double *f = matrix_row(m->history.factor_return, row - m->first_row), *x = matrix_row(m->exposures.x, i);
        double sum = 0;
        for (size_t k = 0; k < m->factors; k++)
            sum += isnan(f[k]) ? 0 : x[k] * f[k];
        return sum;
    }
    return isnan(m->market[row]) ? 0 : m->market[row];
}

status risk_portfolio_returns(const risk_model *m, const panel *p, const double *weights, size_t first_row, size_t n,
                              double *out, double *covered) {
    assert(first_row >= 1 && first_row + n <= p->dates && p->securities == m->securities);
    double gross = 0;
    for (size_t i = 0; i < p->securities; i++) {
        if (!isfinite(weights[i]))
            return status_fail(STATUS_INVALID, "the weight of the security in column %zu is not finite", i);
        gross += fabs(weights[i]);
    }
    for (size_t t = 0; t < n; t++) {
        const double *r = p->total_return + (first_row + t) * p->securities;
        double sum = 0, missing = 0;
        for (size_t i = 0; i < p->securities; i++) {
            if (fabs(weights[i]) <= 0)
                continue;
            bool there = !isnan(r[i]);
            sum += weights[i] * (there ? r[i] : modelled_return(m, i, first_row + t));
            missing += there ? 0 : fabs(weights[i]);
        }
        out[t] = sum;
        if (covered)
            covered[t] = gross > 0 ? 1 - missing / gross : 1;
    }
    return STATUS_OK;
}
