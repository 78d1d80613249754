#include "engine/backtest/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/backtest/run_log.h"
#include "src/base/clock.h"
#include "src/base/hash.h"

static sim_settings settings_of(const run_config *c, const panel *p, const run_range *range,
                                const run_control *control) {
    sim_settings s = {
        .panel = p,
        .first = range->first,
        .last = range->to,
        .capital = c->settings[RUN_CAPITAL].number,
        .costs = {c->settings[RUN_COMMISSION].number * 1e-4, c->settings[RUN_SLIPPAGE].number * 1e-4},
        .fill = c->settings[RUN_FILL].choice == 0 ? SIM_NEXT_OPEN : SIM_NEXT_CLOSE,
    };
    if (control) {
        s.progress = control->progress;
        s.context = control->context;
        s.cancelled = control->cancelled;
    }
    return s;
}

static status take_points(run_result *r, const panel *p, const sim_ledger *ledger, double capital) {
    r->points = mem_try(ledger->n, sizeof *r->points);
    if (!r->points)
        return status_fail(STATUS_FULL, "no memory for a curve of %zu days", ledger->n);
    r->points_n = ledger->n;
    for (size_t k = 0; k < ledger->n; k++) {
        run_point *point = &r->points[k];
        point->day = p->day[ledger->first + k];
        point->equity = ledger->equity[k] / capital;
        point->turnover = ledger->turnover[k];
        point->ret = k ? ledger->equity[k] / ledger->equity[k - 1] - 1 : 0;
    }
    return STATUS_OK;
}

static status take_trades(run_result *r, const panel *p, const securities *names, const sim_ledger *ledger) {
    r->trades = mem_try(ledger->trades.n, sizeof *r->trades);
    if (!r->trades)
        return status_fail(STATUS_FULL, "no memory for %zu trades", ledger->trades.n);
    r->trades_n = ledger->trades.n;
    for (size_t k = 0; k < ledger->trades.n; k++) {
        const sim_trade *from = &ledger->trades.at[k];
        run_trade *to = &r->trades[k];
        to->day = p->day[from->t];
        memcpy(to->symbol, names->at[p->sid[from->security] - 1].symbol, sizeof to->symbol);
        to->quantity = llrint(from->shares);
        to->price = from->price;
        to->cost = from->cost;
    }
    return STATUS_OK;
}

status run_measure(const run_point *points, size_t n, metrics *out) {
    if (n < 2)
        return status_fail(STATUS_INVALID, "a curve of %zu points has no return", n);
    double *returns = mem_try(2 * n, sizeof *returns);
    if (!returns)
        return status_fail(STATUS_FULL, "no memory for %zu returns", n);
    for (size_t k = 1; k < n; k++)
        returns[k - 1] = points[k].ret;
    status code = metrics_compute(returns, n - 1, metrics_daily(), returns + n, out);
    free(returns);
    return code;
}

static void fill_row(run_result *r, const panel *p, const run_config *c, const sim_ledger *ledger) {
    run_row *row = &r->row;
    const metrics *m = &r->metrics;
    mem_copy_string(row->strategy, sizeof row->strategy, c->strategy->name);
    run_config_parameters(c, row->parameters);
    hash_text(p->data, row->data_hash);
    mem_copy_string(row->program, sizeof row->program, PLIMSOLL_VERSION);
    row->from = r->points[0].day;
    row->to = r->points[r->points_n - 1].day;
    row->days = (int32_t)m->days;
    row->total_return = m->total_return;
    row->annual_return = m->annual_return;
    row->volatility = m->volatility;
    row->sharpe = m->sharpe;
    row->sortino = m->sortino;
    row->calmar = m->calmar;
    row->max_drawdown = m->max_drawdown;
    row->hit_rate = m->hit_rate;
    double turnover = 0;
    for (size_t k = 0; k < r->points_n; k++)
        turnover += r->points[k].turnover;
    row->turnover = turnover * 252 / (double)m->days;
    row->costs = ledger->costs / c->settings[RUN_CAPITAL].number;
    row->trades = (int64_t)r->trades_n;
    row->drawdown_from = r->points[m->drawdown_from].day;
    row->drawdown_to = r->points[m->drawdown_to].day;
}

static status simulate(const panel *p, const securities *names, const run_config *c, const run_control *control,
                       sim_ledger *ledger, run_result *r) {
    if (p->sid[p->securities - 1] < 1 || (size_t)p->sid[p->securities - 1] > names->n)
        return status_fail(STATUS_INVALID, "the panel has sid %d, but only %zu securities are known",
                           (int)p->sid[p->securities - 1], names->n);
    run_range range;
    TRY(run_config_range(c, p, names, &range));
    TRY(run_config_describe(c, p, names, &r->description));
    char digits[HASH_TEXT];
    hash_text(hash_of(r->description.at, r->description.n), digits);
    memcpy(r->row.run_id, digits, sizeof r->row.run_id - 1);
    sim_settings settings = settings_of(c, p, &range, control);
    TRY(c->strategy->run(&settings, c->parameters, range.column, ledger));
    TRY(take_points(r, p, ledger, settings.capital));
    TRY(take_trades(r, p, names, ledger));
    TRY(run_measure(r->points, r->points_n, &r->metrics));
    fill_row(r, p, c, ledger);
    run_log_write(&r->log, p, names, &range, ledger);
    return STATUS_OK;
}

status run_execute(const panel *p, const securities *names, const run_config *config, const run_control *control,
                   run_result **out) {
    run_result *r = mem_new(1, sizeof *r);
    sim_ledger ledger = {0};
    status code = simulate(p, names, config, control, &ledger, r);
    sim_ledger_free(&ledger);
    if (code != STATUS_OK) {
        run_result_free(r);
        return code;
    }
    *out = r;
    return STATUS_OK;
}

void run_result_free(run_result *r) {
    if (!r)
        return;
    free(r->points);
    free(r->trades);
    text_free(&r->log);
    text_free(&r->description);
    free(r);
}
