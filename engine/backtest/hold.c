#include "engine/backtest/hold.h"

#include <math.h>

#include "engine/backtest/simulator_bars.h"

enum { HOLD_SYMBOL, HOLD_PARAMETERS };

static const strategy_parameter parameters[HOLD_PARAMETERS] = {
    [HOLD_SYMBOL] = {.name = "symbol",
                     .title = "Symbol",
                     .type = STRATEGY_SYMBOL,
                     .preset = "",
                     .help = "what to hold; nothing for an equal part of every name"},
};

typedef struct {
    size_t column;
    bool done;
} hold;

static void hold_bar(void *self, simulator *s) {
    hold *h = self;
    if (h->done || !simulator_live(s))
        return;
    const double *close = simulator_row(s, SIM_CLOSE, 0);
    size_t n = simulator_securities(s), alive = 0;
    for (size_t i = 0; i < n; i++)
        alive += (h->column == SIZE_MAX || h->column == i) && !isnan(close[i]);
    if (alive == 0)
        return;
    for (size_t i = 0; i < n; i++)
        if ((h->column == SIZE_MAX || h->column == i) && !isnan(close[i]))
            simulator_target(s, i, 1 / (double)alive);
    h->done = true;
}

static size_t hold_history(const strategy_value *values) {
    (void)values;
    return 0;
}

static status hold_run(const sim_settings *settings, const strategy_value *values, size_t column, sim_ledger *ledger) {
    (void)values;
    hold state = {.column = column};
    simulator_strategy table = {.on_bar = hold_bar};
    return simulator_run(settings, &table, &state, ledger);
}

const strategy hold_strategy = {
    .name = "hold",
    .title = "Buy and hold",
    .help = "buys one security, or an equal part of every name, on the first day and keeps it",
    .parameters = parameters,
    .parameter_count = HOLD_PARAMETERS,
    .history = hold_history,
    .run = hold_run,
};
