#include "engine/desk/risk_view.h"

#include <math.h>
#include <stdlib.h>

#include "engine/risk/history.h"
#include "engine/risk/var.h"
#include "src/base/mem.h"

enum { VAR_WINDOW = 250 };

static void fill_factors(const risk_picture *pic, view_risk *v) {
    const risk_model *m = pic->model;
    v->factors = (int32_t)(m->factors < VIEW_FACTORS ? m->factors : VIEW_FACTORS);
    for (int32_t k = 0; k < v->factors; k++) {
        view_factor *f = &v->factor_row[k];
        mem_copy_string(f->name, sizeof f->name, m->factor[k].name);
        mem_copy_string(f->group, sizeof f->group, risk_group_name(m->factor[k].group));
        f->exposure = pic->parts->exposure[k];
        f->volatility = m->factor[k].volatility;
        f->contribution = pic->parts->contribution[k];
        f->percent = pic->parts->percent[k];
    }
}

typedef struct {
    size_t column;
    double size;
} ranked;

static int by_size(const void *x, const void *y) {
    const ranked *a = x, *b = y;
    if (a->size != b->size)
        return a->size < b->size ? 1 : -1;
    return a->column < b->column ? -1 : a->column > b->column;
}

static void fill_names(const risk_picture *pic, view_risk *v) {
    const risk_model *m = pic->model;
    ranked *order = mem_new(m->securities, sizeof *order);
    size_t n = 0;
    for (size_t i = 0; i < m->securities; i++)
        if (pic->weights[i] != 0)
            order[n++] = (ranked){i, fabs(pic->weights[i])};
    qsort(order, n, sizeof *order, by_size);
    v->names = (int32_t)(n < VIEW_NAMES ? n : VIEW_NAMES);
    v->names_total = (int32_t)n;
    for (size_t k = 0; k < n && k < VIEW_NAMES; k++) {
        size_t i = order[k].column;
        const security *s = &pic->securities->at[pic->panel->sid[i] - 1];
        view_name *row = &v->name_row[k];
        *row = (view_name){
            .sid = s->sid,
            .weight = pic->weights[i],
            .contribution = pic->parts->security_contribution[i],
            .percent = pic->parts->total > 0 ? pic->parts->security_contribution[i] / pic->parts->total : 0,
            .specific = m->specific[i],
        };
        mem_copy_string(row->symbol, sizeof row->symbol, s->symbol);
        mem_copy_string(row->sector, sizeof row->sector, s->sector);
        for (int32_t f = 0; f < v->factors; f++)
            row->exposure[f] = (float)m->exposures.x.at[i * m->factors + (size_t)f];
    }
    free(order);
}

static void fill_parts(const risk_picture *pic, view_risk *v) {
    const risk_decomposition *d = pic->parts;
    v->total = d->total;
    v->market = d->group_contribution[RISK_MARKET];
    v->style = d->group_contribution[RISK_STYLE];
    v->sector = d->group_contribution[RISK_SECTOR];
    v->factor = v->market + v->style + v->sector;
    v->specific = d->specific_contribution;
    v->r2 = pic->model->mean_r2;
    v->beta = d->beta;
    v->herfindahl = d->herfindahl;
    v->effective_names = d->effective_names;
}

static status fill_var(const risk_picture *pic, view_risk *v) {
    const panel *p = pic->panel;
    size_t wanted = VIEW_VAR_DAYS + VAR_WINDOW;
    size_t n = p->dates - 1 < wanted ? p->dates - 1 : wanted, first = p->dates - n;
    double *returns = mem_new(n, sizeof *returns), *forecast = mem_new(n, sizeof *forecast);
    unsigned char *exception = mem_new(n, 1);
    status s = risk_portfolio_returns(pic->model, p, pic->weights, first, n, returns, NULL);
    risk_var x;
    size_t history = n < VIEW_VAR_DAYS ? n : VIEW_VAR_DAYS;
    const double *recent = returns + (n - history);
    if (s == STATUS_OK && (s = risk_var_historical(recent, history, 0.95, &x)) == STATUS_OK) {
        v->var95_hist = x.var;
        v->es95_hist = x.es;
    }
    if (s == STATUS_OK && (s = risk_var_historical(recent, history, 0.99, &x)) == STATUS_OK) {
        v->var99_hist = x.var;
        v->es99_hist = x.es;
    }
    double daily = pic->parts->total / sqrt(RISK_DAYS_A_YEAR);
    if (s == STATUS_OK && (s = risk_var_normal(0, daily, 0.95, &x)) == STATUS_OK) {
        v->var95_norm = x.var;
        v->es95_norm = x.es;
    }
    if (s == STATUS_OK && (s = risk_var_normal(0, daily, 0.99, &x)) == STATUS_OK) {
        v->var99_norm = x.var;
        v->es99_norm = x.es;
    }
    size_t exceptions = 0, forecasts = 0;
    size_t window = n > VAR_WINDOW + 20 ? VAR_WINDOW : n / 2;
    if (s == STATUS_OK)
        s = risk_var_rolling(returns, n, window, 0.99, RISK_VAR_HISTORICAL, forecast, exception, &exceptions,
                             &forecasts);
    v->var_days = v->var_forecasts = v->exceptions = 0;
    for (size_t t = n - history; s == STATUS_OK && t < n; t++) {
        v->var_day[v->var_days] = p->day[first + t];
        v->pnl_series[v->var_days] = (float)returns[t];
        v->var_series[v->var_days++] = (float)forecast[t];
        v->var_forecasts += isfinite(forecast[t]) != 0;
        v->exceptions += exception[t];
    }
    free(returns);
    free(forecast);
    free(exception);
    return s;
}

status risk_view_fill(const risk_picture *pic, view_risk *v) {
    char hex[HASH_TEXT];
    v->as_of = pic->model->as_of;
    mem_copy_string(v->model, sizeof v->model, hash_text(pic->model->id, hex));
    mem_copy_string(v->data, sizeof v->data, hash_text(pic->panel->data, hex));
    v->securities = (int32_t)pic->model->securities;
    v->history = (int32_t)pic->model->days;
    v->value = pic->value;
    fill_parts(pic, v);
    fill_factors(pic, v);
    fill_names(pic, v);
    return fill_var(pic, v);
}

// ---- stress ----

static void fill_scenario(const risk_picture *pic, const risk_scenario *scenario, const risk_stress_result *r,
                          view_scenario *v) {
    *v = (view_scenario){.from = scenario->from, .to = scenario->to, .index_move = r->index_move};
    double value = pic->value;
    mem_copy_string(v->name, sizeof v->name, scenario->name);
    mem_copy_string(v->how, sizeof v->how, r->replayed ? "replayed" : "through factors");
    v->percent = r->pnl;
    v->pnl = r->pnl * value;
    v->factors = (int32_t)(r->factors < VIEW_FACTORS ? r->factors : VIEW_FACTORS);
    for (int32_t k = 0; k < v->factors; k++)
        v->by_factor[k] = r->by_factor[k] * value;
    v->worst_n = (int32_t)(r->worst_n < VIEW_WORST ? r->worst_n : VIEW_WORST);
    for (int32_t i = 0; i < v->worst_n; i++) {
        size_t column = r->worst[i];
        mem_copy_string(v->worst[i].symbol, sizeof v->worst[i].symbol,
                        pic->securities->at[pic->panel->sid[column] - 1].symbol);
        v->worst[i].pnl = r->by_security[column] * value;
    }
}

status risk_view_stress(const risk_picture *pic, const risk_index *index, view_stress *v) {
    size_t n;
    const risk_scenario *scenarios = risk_scenarios(&n);
    risk_stress_options options = risk_stress_options_default();
    status worst = STATUS_OK;
    bool any = false;
    v->n = 0;
    v->message[0] = 0;
    for (size_t i = 0; i < n && v->n < VIEW_SCENARIOS; i++) {
        view_scenario *row = &v->row[v->n++];
        risk_stress_result r;
        status s = risk_stress(pic->model, NULL, pic->weights, index, &scenarios[i], &options, &r);
        if (s == STATUS_OK) {
            fill_scenario(pic, &scenarios[i], &r, row);
            risk_stress_result_free(&r);
            any = true;
        } else {
            worst = s;
            *row = (view_scenario){
                .from = scenarios[i].from, .to = scenarios[i].to, .pnl = NAN, .percent = NAN, .index_move = NAN};
            mem_copy_string(row->name, sizeof row->name, scenarios[i].name);
            mem_copy_string(row->message, sizeof row->message, status_message());
            if (!v->message[0])
                mem_copy_string(v->message, sizeof v->message, row->message);
        }
    }
    if (any)
        v->message[0] = 0;
    return any ? STATUS_OK : status_fail(worst, "%s", v->message);
}
