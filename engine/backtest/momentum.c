#include "engine/backtest/momentum.h"

#include <stdlib.h>

#include "engine/backtest/cross_section.h"
#include "engine/backtest/signals.h"
#include "engine/backtest/weights.h"
#include "src/base/mem.h"

enum {
    MOMENTUM_DAYS,
    MOMENTUM_HOLDING,
    MOMENTUM_LOOKBACK,
    MOMENTUM_QUANTILE,
    MOMENTUM_REBALANCE,
    MOMENTUM_SKIP,
    MOMENTUM_TOP,
    MOMENTUM_PARAMETERS,
};

static const strategy_parameter parameters[MOMENTUM_PARAMETERS] = {
    [MOMENTUM_DAYS] = {.name = "days",
                       .title = "Every N days",
                       .type = STRATEGY_INT,
                       .preset = "21",
                       .min = 1,
                       .max = 504,
                       .unit = "days",
                       .help = "trading days from one rebalance to the next, with rebalance=days"},
    [MOMENTUM_HOLDING] = {.name = "holding",
                          .title = "Holding",
                          .type = STRATEGY_CHOICE,
                          .preset = "long",
                          .choices = "long|long-short",
                          .help = "the top alone, or the top against the bottom"},
    [MOMENTUM_LOOKBACK] = {.name = "lookback",
                           .title = "Look-back",
                           .type = STRATEGY_INT,
                           .preset = "252",
                           .min = 2,
                           .max = 2520,
                           .unit = "days",
                           .help = "trading days back to the price that momentum starts from"},
    [MOMENTUM_QUANTILE] = {.name = "quantile",
                           .title = "Quantile",
                           .type = STRATEGY_NUMBER,
                           .preset = "0.2",
                           .min = 0.001,
                           .max = 1,
                           .unit = "of names",
                           .help = "share of the ranked names on a side, when top is 0"},
    [MOMENTUM_REBALANCE] = {.name = "rebalance",
                            .title = "Rebalance",
                            .type = STRATEGY_CHOICE,
                            .preset = "monthly",
                            .choices = "monthly|weekly|days",
                            .help = "at month ends, at week ends, or every so many days"},
    [MOMENTUM_SKIP] = {.name = "skip",
                       .title = "Skip",
                       .type = STRATEGY_INT,
                       .preset = "21",
                       .min = 0,
                       .max = 252,
                       .unit = "days",
                       .help = "latest trading days left out, fewer than the look-back"},
    [MOMENTUM_TOP] = {.name = "top",
                      .title = "Top N",
                      .type = STRATEGY_INT,
                      .preset = "0",
                      .min = 0,
                      .max = 10000,
                      .unit = "names",
                      .help = "names on a side; 0 to take the quantile"},
};

typedef struct {
    size_t lookback, skip;
    weights_choice choice;
    double *signal, *scratch; // [securities]
} momentum;

static bool momentum_weigh(void *self, const panel *p, size_t t, double *weights) {
    const momentum *m = self;
    signal_momentum(p, t, m->lookback, m->skip, m->signal);
    return weights_choose(m->signal, p->securities, m->choice, m->scratch, weights) > 0;
}

static status momentum_check(const strategy_value *v) {
    if (v[MOMENTUM_SKIP].integer < v[MOMENTUM_LOOKBACK].integer)
        return STATUS_OK;
    return status_fail(STATUS_INVALID, "skip: %lld is not less than lookback, %lld",
                       (long long)v[MOMENTUM_SKIP].integer, (long long)v[MOMENTUM_LOOKBACK].integer);
}

static size_t momentum_history(const strategy_value *v) { return (size_t)v[MOMENTUM_LOOKBACK].integer; }

static schedule schedule_of(const strategy_value *v) {
    static const schedule_kind kinds[] = {SCHEDULE_MONTHLY, SCHEDULE_WEEKLY, SCHEDULE_DAYS};
    return (schedule){kinds[v[MOMENTUM_REBALANCE].choice], (size_t)v[MOMENTUM_DAYS].integer};
}

static status momentum_run(const sim_settings *settings, const strategy_value *v, size_t column, sim_ledger *ledger) {
    (void)column;
    size_t n = settings->panel->securities;
    momentum m = {
        .lookback = (size_t)v[MOMENTUM_LOOKBACK].integer,
        .skip = (size_t)v[MOMENTUM_SKIP].integer,
        .choice = {(size_t)v[MOMENTUM_TOP].integer, v[MOMENTUM_QUANTILE].number, v[MOMENTUM_HOLDING].choice == 1},
        .signal = mem_try(n, sizeof *m.signal),
        .scratch = mem_try(n, sizeof *m.scratch),
    };
    status code;
    if (m.signal && m.scratch) {
        cross_section_rule rule = {momentum_weigh, &m};
        code = cross_section_run(settings, schedule_of(v), &rule, ledger);
    } else {
        code = status_fail(STATUS_FULL, "no memory for the signals of %zu securities", n);
    }
    free(m.signal);
    free(m.scratch);
    return code;
}

const strategy momentum_strategy = {
    .name = "momentum",
    .title = "Cross-sectional momentum",
    .help = "holds the names that rose most over the last year but one month",
    .parameters = parameters,
    .parameter_count = MOMENTUM_PARAMETERS,
    .check = momentum_check,
    .history = momentum_history,
    .run = momentum_run,
};
