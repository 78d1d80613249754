#include "engine/risk/stress.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/risk/regression.h"
#include "src/base/mem.h"

risk_stress_options risk_stress_options_default(void) { return (risk_stress_options){.replay = true, .worst = 10}; }

void risk_stress_result_free(risk_stress_result *r) {
    free(r->factor_move);
    free(r->worst);
    *r = (risk_stress_result){0};
}

static status result_new(const risk_model *m, risk_stress_result *r) {
    size_t factors = m->factors, sectors = m->sectors + 1, names = m->securities;
    *r = (risk_stress_result){.securities = names, .factors = factors, .sectors = m->sectors};
    r->factor_move = mem_try(2 * factors + sectors + 2 * names, sizeof(double));
    r->worst = mem_try(names, sizeof *r->worst);
    if (!r->factor_move || !r->worst)
        return status_fail(STATUS_FULL, "stress of %zu securities: not enough memory", names);
    r->by_factor = r->factor_move + factors;
    r->by_sector = r->by_factor + factors;
    r->by_security = r->by_sector + sectors;
    r->security_move = r->by_security + names;
    return STATUS_OK;
}

static status check_weights(const risk_model *m, const double *weights) {
    for (size_t i = 0; i < m->securities; i++)
        if (!isfinite(weights[i]))
            return status_fail(STATUS_INVALID, "the weight of the security in column %zu is not finite", i);
    return STATUS_OK;
}

// f = F_·m / F_mm · ln(1 + move)
static status propagate(const risk_model *m, double move, double *factor_move) {
    double variance = m->covariance.at[0];
    if (!(move > -1) || !isfinite(move))
        return status_fail(STATUS_INVALID, "a market move of %g; it must be above -1", move);
    if (!(variance > 0))
        return status_fail(STATUS_INVALID, "the market factor has no variance to propagate a shock with");
    for (size_t k = 0; k < m->factors; k++)
        factor_move[k] = m->covariance.at[k * m->factors] / variance * log1p(move);
    return STATUS_OK;
}

// Log return of security i between the closes of two rows, from total returns when all are there, else from the two
// closes; NaN when they are missing too, or when it lost everything.
static double actual_move(const panel *p, size_t i, size_t from, size_t to) {
    double growth = 1;
    for (size_t t = from + 1; t <= to; t++)
        growth *= 1 + p->total_return[t * p->securities + i];
    if (isnan(growth))
        growth = p->close[to * p->securities + i] / p->close[from * p->securities + i];
    return growth > 0 ? log(growth) : NAN;
}

// The factors' moves over a replayed episode. When too few securities traded then for a regression, those of the index.
static status fit_episode(const risk_model *m, const double *actual, double *factor_move) {
    size_t names = m->securities;
    double *scratch = mem_try(2 * names + 2 * m->factors, sizeof *scratch);
    regression_work *work = regression_work_new(names, m->factors);
    if (!scratch || !work) {
        free(scratch);
        regression_work_free(work);
        return status_fail(STATUS_FULL, "replay of %zu securities: not enough memory", names);
    }
    double *weights = scratch, *residual = weights + names, *found = residual + names, *t = found + m->factors;
    for (size_t i = 0; i < names; i++)
        weights[i] = sqrt(m->market_weight[i]);
    regression_input in = {.x = m->exposures.x,
                           .sectors = m->sectors,
                           .sector_least = 1,
                           .returns = actual,
                           .capital = m->market_weight,
                           .weights = weights,
                           .use = m->exposures.covered};
    regression_fit fit = {.factor_return = found, .t = t, .residual = residual};
    status result = risk_regress(&in, work, &fit);
    for (size_t k = 0; result == STATUS_OK && k < m->factors; k++)
        factor_move[k] = isnan(found[k]) ? 0 : found[k];
    free(scratch);
    regression_work_free(work);
    return result == STATUS_UNAVAILABLE ? STATUS_OK : result;
}

static bool covers(const panel *p, const risk_scenario *s, size_t *from, size_t *to) {
    if (!p || p->dates < 2 || p->day[0] > s->from || p->day[p->dates - 1] < s->to)
        return false;
    *from = risk_row_at(p->day, p->dates, s->from);
    *to = risk_row_at(p->day, p->dates, s->to);
    return *from < *to && *to < p->dates;
}

// (e^s - 1) / s: what a share of the logarithm is worth as a share of the return.
static double share_of_log(double s) { return fabs(s) < 1e-12 ? 1 : expm1(s) / s; }

// Fills profit and loss from factor moves and, where not NaN, the actual moves (`actual` may be NULL: none).
static void account(const risk_model *m, const double *weights, const double *actual, risk_stress_result *r) {
    for (size_t i = 0; i < m->securities; i++) {
        const double *x = matrix_row(m->exposures.x, i);
        double through = vector_dot(x, r->factor_move, m->factors);
        bool own = actual && !isnan(actual[i]);
        double move = own ? actual[i] : through, worth = weights[i] * share_of_log(move);
        r->security_move[i] = expm1(move);
        r->by_security[i] = weights[i] * r->security_move[i];
        for (size_t k = 0; k < m->factors; k++)
            r->by_factor[k] += worth * x[k] * r->factor_move[k];
        r->specific += own ? worth * (move - through) : 0;
        r->by_sector[m->sector[i] < 0 ? m->sectors : (size_t)m->sector[i]] += r->by_security[i];
        r->through_factors += !own && fabs(weights[i]) > 0 ? 1 : 0;
        r->pnl += r->by_security[i];
    }
}

// The k largest losses, by insertion; equal ones in the securities' order.
static void find_worst(size_t k, risk_stress_result *r) {
    for (size_t i = 0; i < r->securities; i++) {
        if (!(r->by_security[i] < 0))
            continue;
        size_t at = r->worst_n;
        while (at > 0 && r->by_security[i] < r->by_security[r->worst[at - 1]])
            at--;
        if (at >= k)
            continue;
        size_t kept = r->worst_n < k ? r->worst_n : k - 1;
        memmove(r->worst + at + 1, r->worst + at, (kept - at) * sizeof *r->worst);
        r->worst[at] = i;
        r->worst_n = kept + 1;
    }
}

// Replays actual returns on top of the factor moves that r holds already.
static status replay(const risk_model *m, const panel *p, size_t from, size_t to, const double *weights,
                     risk_stress_result *r) {
    double *actual = mem_try(m->securities, sizeof *actual);
    if (!actual)
        return status_fail(STATUS_FULL, "replay of %zu securities: not enough memory", m->securities);
    size_t found = 0;
    for (size_t i = 0; i < m->securities; i++) {
        actual[i] = actual_move(p, i, from, to);
        found += isnan(actual[i]) ? 0 : 1;
    }
    status result = found ? fit_episode(m, actual, r->factor_move) : STATUS_OK;
    r->replayed = found > 0;
    if (result == STATUS_OK)
        account(m, weights, actual, r);
    free(actual);
    return result;
}

// Rows from < to to replay, or none (from = to) for an episode through the factors.
static status run(const risk_model *m, const panel *p, size_t from, size_t to, const double *weights, double move,
                  size_t worst, risk_stress_result *out) {
    TRY(check_weights(m, weights));
    risk_stress_result r;
    status result = result_new(m, &r);
    if (result == STATUS_OK)
        result = propagate(m, move, r.factor_move);
    if (result == STATUS_OK && from < to)
        result = replay(m, p, from, to, weights, &r);
    else if (result == STATUS_OK)
        account(m, weights, NULL, &r);
    if (result != STATUS_OK) {
        risk_stress_result_free(&r);
        return result;
    }
    r.index_move = move;
    find_worst(worst, &r);
    *out = r;
    return STATUS_OK;
}

status risk_stress_market(const risk_model *m, const double *weights, double move, const risk_stress_options *options,
                          risk_stress_result *out) {
    return run(m, NULL, 0, 0, weights, move, options->worst, out);
}

status risk_stress(const risk_model *m, const panel *p, const double *weights, const risk_index *index,
                   const risk_scenario *scenario, const risk_stress_options *options, risk_stress_result *out) {
    assert(!p || p->securities == m->securities);
    double move = 0;
    size_t from = 0, to = 0;
    if (!(options->replay && covers(p, scenario, &from, &to)))
        from = to = 0;
    status result = risk_index_move(index, scenario->from, scenario->to, &move);
    if (result == STATUS_OK)
        result = run(m, p, from, to, weights, move, options->worst, out);
    return result == STATUS_OK ? STATUS_OK : status_within(result, "%s", scenario->name);
}
