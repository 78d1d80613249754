#include "engine/risk/decompose.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

status risk_decomposition_new(const risk_model *m, risk_decomposition *out) {
    size_t factors = m->factors, names = m->securities, sectors = m->sectors + 1;
    // One piece, handed out in the order of the fields.
    double *at = mem_try(3 * factors + 3 * names + 2 * sectors, sizeof *at);
    if (!at)
        return status_fail(STATUS_FULL, "decomposition of %zu securities: not enough memory", names);
    *out = (risk_decomposition){.securities = names, .factors = factors, .sectors = m->sectors};
    out->exposure = at;
    out->contribution = out->exposure + factors;
    out->percent = out->contribution + factors;
    out->marginal = out->percent + factors;
    out->security_contribution = out->marginal + names;
    out->security_specific = out->security_contribution + names;
    out->sector_contribution = out->security_specific + names;
    out->sector_weight = out->sector_contribution + sectors;
    return STATUS_OK;
}

void risk_decomposition_free(risk_decomposition *d) {
    free(d->exposure);
    *d = (risk_decomposition){0};
}

static double square(double x) { return x * x; }

static void measure_weights(const risk_model *m, const double *weights, risk_decomposition *d) {
    double squares = 0, uncovered = 0;
    d->gross = d->net = 0;
    for (size_t i = 0; i < m->securities; i++) {
        d->gross += fabs(weights[i]);
        d->net += weights[i];
        squares += square(weights[i]);
        uncovered += m->exposures.covered[i] ? 0 : fabs(weights[i]);
    }
    bool empty = !(d->gross > 0);
    d->herfindahl = empty ? 0 : squares / square(d->gross);
    d->effective_names = empty ? 0 : 1 / d->herfindahl;
    d->uncovered = empty ? 0 : uncovered / d->gross;
}

// contribution[] holds F x on entry.
static void by_factor(const risk_model *m, risk_decomposition *d) {
    memset(d->group_contribution, 0, sizeof d->group_contribution);
    for (size_t k = 0; k < m->factors; k++) {
        d->contribution[k] = d->total > 0 ? d->exposure[k] * d->contribution[k] / d->total : 0;
        d->percent[k] = d->total > 0 ? d->contribution[k] / d->total : 0;
        d->group_contribution[m->factor[k].group] += d->contribution[k];
    }
    for (risk_group g = 0; g < RISK_GROUPS; g++) {
        double variance = 0;
        for (size_t k = 0; k < m->factors; k++)
            for (size_t l = 0; m->factor[k].group == g && l < m->factors; l++)
                if (m->factor[l].group == g)
                    variance += d->exposure[k] * m->covariance.at[k * m->factors + l] * d->exposure[l];
        d->group[g] = sqrt(fmax(variance, 0));
    }
}

// marginal[] holds X F x on entry.
static void by_security(const risk_model *m, const double *weights, risk_decomposition *d) {
    memset(d->sector_contribution, 0, 2 * (m->sectors + 1) * sizeof *d->sector_contribution);
    d->specific_contribution = 0;
    for (size_t i = 0; i < m->securities; i++) {
        double variance = square(m->specific[i]);
        d->marginal[i] = d->total > 0 ? (d->marginal[i] + variance * weights[i]) / d->total : 0;
        d->security_contribution[i] = weights[i] * d->marginal[i];
        d->security_specific[i] = d->total > 0 ? square(weights[i]) * variance / d->total : 0;
        d->specific_contribution += d->security_specific[i];
        size_t sector = m->sector[i] < 0 ? m->sectors : (size_t)m->sector[i];
        d->sector_contribution[sector] += d->security_contribution[i];
        d->sector_weight[sector] += weights[i];
    }
}

// With marginal = Σ h / σ: h Σ m = σ Σ m_i marginal_i.
static double beta_to_market(const risk_model *m, const risk_decomposition *d) {
    double variance = square(m->market_volatility);
    return variance > 0 ? d->total * vector_dot(m->market_weight, d->marginal, m->securities) / variance : NAN;
}

status risk_decompose(const risk_model *m, const double *weights, risk_decomposition *out) {
    risk_decomposition *d = out;
    assert(d->securities == m->securities && d->factors == m->factors && d->sectors == m->sectors);
    for (size_t i = 0; i < m->securities; i++)
        if (!isfinite(weights[i]))
            return status_fail(STATUS_INVALID, "the weight of the security in column %zu is not finite", i);
    measure_weights(m, weights, d);
    matrix_transposed_times_vector(m->exposures.x, weights, d->exposure);
    matrix_times_vector(m->covariance, d->exposure, d->contribution);
    matrix_times_vector(m->exposures.x, d->contribution, d->marginal);
    double factor = fmax(vector_dot(d->exposure, d->contribution, m->factors), 0), specific = 0;
    for (size_t i = 0; i < m->securities; i++)
        specific += square(weights[i] * m->specific[i]);
    d->factor = sqrt(factor);
    d->specific = sqrt(specific);
    d->total = sqrt(factor + specific);
    by_security(m, weights, d);
    by_factor(m, d);
    d->beta = beta_to_market(m, d);
    return STATUS_OK;
}
