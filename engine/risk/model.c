#include "engine/risk/model.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/factor/definition.h"
#include "src/base/mem.h"

// Grows when the same inputs would give other numbers.
enum { MODEL_VERSION = 1 };

risk_config risk_config_default(void) {
    return (risk_config){.window = 504,
                         .least_days = 126,
                         .sector_least = 3,
                         .exposures = factor_options_default(),
                         .covariance = covariance_options_default(),
                         .specific = specific_options_default()};
}

const char *risk_group_name(risk_group group) {
    static const char *const names[RISK_GROUPS] = {"market", "style", "sector"};
    return names[group];
}

void risk_model_free(risk_model *m) {
    if (!m)
        return;
    free(m->day);
    free(m->factor);
    free(m->sector);
    factor_exposures_free(&m->exposures);
    free(m->market_weight);
    matrix_free(&m->covariance);
    free(m->specific);
    free(m->proxied);
    factor_history_free(&m->history);
    free(m->market);
    free(m);
}

// ---- what can be estimated ----

static size_t longest_look_back(void) {
    size_t longest = 0;
    for (size_t k = 0; k < factor_styles(); k++)
        longest = factor_at(k)->look_back > longest ? factor_at(k)->look_back : longest;
    return longest;
}

static status check_inputs(const panel *p, const risk_inputs *in, const risk_config *c) {
    if (c->window < c->least_days || c->least_days < 2)
        return status_fail(STATUS_INVALID, "risk model: window of %zu days, least %zu; the window can't be the shorter",
                           c->window, c->least_days);
    if (!(c->exposures.winsor >= 0 && c->exposures.winsor < 0.5))
        return status_fail(STATUS_INVALID, "risk model: winsorised tail %g; it must be in [0, 0.5)",
                           c->exposures.winsor);
    for (size_t i = 0; i < p->securities; i++)
        if (in->sector[i] < -1 || in->sector[i] >= (int)in->sectors)
            return status_fail(STATUS_INVALID, "security in column %zu has sector %d; there are %zu", i, in->sector[i],
                               in->sectors);
    // Row t needs exposures at t - 1, and those need the look-back before them.
    size_t first = longest_look_back() + 1;
    if (p->dates < first + c->least_days)
        return status_fail(STATUS_UNAVAILABLE,
                           "the prices cover %zu dates; a risk model needs %zu (%zu for its factors, %zu to estimate)",
                           p->dates, first + c->least_days, first, c->least_days);
    return STATUS_OK;
}

// Adds 1 to days[s] for each sector that has enough names with a price at t - 1 and a return at t.
static void count_sector_day(const panel *p, const risk_inputs *in, size_t t, size_t least, size_t *names,
                             size_t *days) {
    memset(names, 0, in->sectors * sizeof *names);
    const double *close = p->close + (t - 1) * p->securities, *r = p->total_return + t * p->securities;
    for (size_t i = 0; i < p->securities; i++)
        if (in->sector[i] >= 0 && !isnan(close[i]) && !isnan(r[i]))
            names[in->sector[i]]++;
    for (size_t s = 0; s < in->sectors; s++)
        days[s] += names[s] >= least;
}

// A sector becomes a factor when it has enough names on enough days, the last among them. number[s]: its place among
// those that do, or -1. Returns how many do.
static size_t choose_sectors(const panel *p, const risk_inputs *in, const risk_config *c, size_t first, int *number) {
    size_t *days = mem_new(3 * in->sectors, sizeof *days), *last = days + in->sectors, *names = last + in->sectors;
    for (size_t t = first; t < p->dates; t++)
        count_sector_day(p, in, t, c->sector_least, names, days);
    count_sector_day(p, in, p->dates - 1, c->sector_least, names, last);
    size_t chosen = 0;
    for (size_t s = 0; s < in->sectors; s++)
        number[s] = days[s] >= c->least_days && last[s] ? (int)chosen++ : -1;
    free(days);
    return chosen;
}

// ---- the model ----

static status allocate_model(const panel *p, size_t sectors, size_t first, risk_model *m) {
    m->securities = p->securities;
    m->styles = factor_styles();
    m->sectors = sectors;
    m->factors = 1 + m->styles + sectors;
    m->first_row = first;
    m->days = p->dates - first;
    m->as_of = p->day[p->dates - 1];
    m->day = mem_try(m->days, sizeof *m->day);
    m->factor = mem_new(m->factors, sizeof *m->factor);
    m->market_weight = mem_try(m->securities, sizeof *m->market_weight);
    m->covariance = matrix_new(m->factors, m->factors);
    m->specific = mem_try(m->securities, sizeof *m->specific);
    m->proxied = mem_try(m->securities, sizeof *m->proxied);
    if (!m->day || !m->market_weight || !m->covariance.at || !m->specific || !m->proxied)
        return status_fail(STATUS_FULL, "risk model of %zu securities × %zu factors: not enough memory", m->securities,
                           m->factors);
    memcpy(m->day, p->day + first, m->days * sizeof *m->day);
    return STATUS_OK;
}

static void name_factors(const risk_inputs *in, const int *number, risk_model *m) {
    m->factor[0] = (risk_factor){.name = "Market", .group = RISK_MARKET};
    for (size_t k = 0; k < m->styles; k++) {
        m->factor[1 + k].group = RISK_STYLE;
        mem_copy_string(m->factor[1 + k].name, sizeof m->factor[1 + k].name, factor_at(k)->title);
    }
    for (size_t s = 0; s < in->sectors; s++)
        if (number[s] >= 0) {
            risk_factor *f = &m->factor[1 + m->styles + (size_t)number[s]];
            f->group = RISK_SECTOR;
            mem_copy_string(f->name, sizeof f->name, in->sector_name[s]);
        }
}

static void summarise_factors(risk_model *m) {
    for (size_t k = 0; k < m->factors; k++) {
        risk_factor *f = &m->factor[k];
        double sum = 0, sum_t = 0;
        size_t with_t = 0;
        for (size_t day = 0; day < m->days; day++) {
            double r = matrix_row(m->history.factor_return, day)[k], t = matrix_row(m->history.t, day)[k];
            f->days += isnan(r) ? 0 : 1;
            sum += isnan(r) ? 0 : r;
            with_t += isnan(t) ? 0 : 1;
            sum_t += isnan(t) ? 0 : fabs(t);
        }
        f->volatility = sqrt(m->covariance.at[k * m->factors + k]);
        f->annual_return = f->days ? RISK_DAYS_A_YEAR * sum / (double)f->days : NAN;
        f->mean_abs_t = with_t ? sum_t / (double)with_t : NAN;
    }
}

static void summarise_fit(risk_model *m) {
    const factor_history *h = &m->history;
    double *there = mem_new(m->days, sizeof *there);
    size_t n = 0;
    double centred = 0;
    for (size_t day = 0; day < m->days; day++)
        if (!isnan(h->r2[day])) {
            centred += isnan(h->r2_centred[day]) ? 0 : h->r2_centred[day];
            there[n++] = h->r2[day];
        }
    m->mean_r2 = vector_mean(there, n);
    m->median_r2 = n ? vector_quantile(there, n, 0.5) : NAN;
    m->mean_r2_centred = n ? centred / (double)n : NAN;
    free(there);
}

static void weigh_market(risk_model *m) {
    double total = 0;
    for (size_t i = 0; i < m->securities; i++)
        total += m->exposures.live[i] ? m->exposures.capital[i] : 0;
    for (size_t i = 0; i < m->securities; i++)
        m->market_weight[i] = m->exposures.live[i] ? m->exposures.capital[i] / total : 0;
    double *exposure = mem_new(m->factors, sizeof *exposure);
    matrix_transposed_times_vector(m->exposures.x, m->market_weight, exposure);
    double variance = matrix_quadratic(m->covariance, exposure);
    for (size_t i = 0; i < m->securities; i++)
        variance += m->market_weight[i] * m->market_weight[i] * m->specific[i] * m->specific[i];
    m->market_volatility = sqrt(fmax(variance, 0));
    free(exposure);
}

static hash identify(const panel *p, const risk_inputs *in, const risk_config *c) {
    hash_state *h = hash_start();
    hash_add_string(h, "risk model");
    hash_add_u64(h, MODEL_VERSION);
    hash_add(h, p->data.bytes, sizeof p->data.bytes);
    const uint64_t whole[] = {c->window,
                              c->least_days,
                              c->sector_least,
                              c->exposures.capital_weighted,
                              c->exposures.sector_neutral,
                              c->exposures.sector_least,
                              c->covariance.demean,
                              c->covariance.least,
                              c->specific.least};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        hash_add_u64(h, whole[i]);
    const double real[] = {c->exposures.winsor, c->covariance.half_life, c->specific.half_life, c->specific.floor};
    for (size_t i = 0; i < sizeof real / sizeof *real; i++)
        hash_add_double(h, real[i]);
    for (size_t s = 0; s < in->sectors; s++)
        hash_add_string(h, in->sector_name[s]);
    for (size_t i = 0; i < p->securities; i++) {
        hash_add_u64(h, (uint64_t)(int64_t)in->sector[i]);
        hash_add_double(h, in->shares ? in->shares[i] : 0);
    }
    return hash_finish(h);
}

static status estimate(const factor_universe *u, const risk_config *c, parallel *pool, const volatile int *cancelled,
                       risk_model *m) {
    factor_history *h = &m->history;
    TRY(factor_history_build(u, &c->exposures, c->sector_least, m->first_row, m->days, pool, cancelled, h));
    if (h->used < c->least_days)
        return status_fail(STATUS_UNAVAILABLE, "%zu days have a regression; a risk model needs %zu: %s", h->used,
                           c->least_days, h->shortage);
    TRY(factor_exposures_new(u, &m->exposures));
    factor_exposures_at(u, u->panel->dates - 1, &c->exposures, &m->exposures);
    TRY(risk_covariance(h->factor_return, &c->covariance, m->covariance, NULL, &m->report));
    return risk_specific(h->residual, m->sector, m->sectors, &c->specific, m->specific, m->proxied);
}

status risk_model_build(const panel *p, const risk_inputs *inputs, const risk_config *config, parallel *pool,
                        const volatile int *cancelled, risk_model **out) {
    TRY(check_inputs(p, inputs, config));
    size_t first = longest_look_back() + 1;
    if (p->dates - first > config->window)
        first = p->dates - config->window;
    risk_model *m = mem_new(1, sizeof *m);
    int *number = mem_new(inputs->sectors, sizeof *number);
    m->sector = mem_new(p->securities, sizeof *m->sector);
    size_t sectors = choose_sectors(p, inputs, config, first, number);
    for (size_t i = 0; i < p->securities; i++)
        m->sector[i] = inputs->sector[i] < 0 ? -1 : number[inputs->sector[i]];
    factor_universe u = {0};
    status result = allocate_model(p, sectors, first, m);
    if (result == STATUS_OK)
        result = factor_universe_init(&u, p, m->sector, sectors, inputs->shares);
    if (result == STATUS_OK) {
        name_factors(inputs, number, m);
        result = estimate(&u, config, pool, cancelled, m);
    }
    if (result == STATUS_OK) {
        summarise_factors(m);
        summarise_fit(m);
        weigh_market(m);
        m->has_shares = u.has_shares;
        m->market = u.market;
        u.market = NULL;
        m->id = identify(p, inputs, config);
        mem_copy_string(m->kernel, sizeof m->kernel, matrix_kernel());
        *out = m;
    } else {
        risk_model_free(m);
    }
    factor_universe_free(&u);
    free(number);
    return result;
}
