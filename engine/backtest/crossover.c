// A moving sum adds the new close and takes off the one that leaves the window. Done in doubles it would drift away
// from the sum of the window, and a drifted sum can cross where the real one touches; so each sum is kept as an
// unevaluated pair hi + lo, updated with Knuth's exact two-sum (The Art of Computer Programming 2, 4.2.2), which loses
// nothing that a double can show.
#include "engine/backtest/crossover.h"

#include <math.h>
#include <stdlib.h>

#include "engine/backtest/simulator_bars.h"
#include "src/base/mem.h"

enum { CROSSOVER_FAST, CROSSOVER_HOLDING, CROSSOVER_SLOW, CROSSOVER_SYMBOL, CROSSOVER_PARAMETERS };

static const strategy_parameter parameters[CROSSOVER_PARAMETERS] = {
    [CROSSOVER_FAST] = {.name = "fast",
                        .title = "Fast average",
                        .type = STRATEGY_INT,
                        .preset = "20",
                        .min = 1,
                        .max = 1000,
                        .unit = "days",
                        .help = "bars in the fast average"},
    [CROSSOVER_HOLDING] = {.name = "holding",
                           .title = "Holding",
                           .type = STRATEGY_CHOICE,
                           .preset = "long",
                           .choices = "long|long-short",
                           .help = "below the slow average: flat, or short"},
    [CROSSOVER_SLOW] = {.name = "slow",
                        .title = "Slow average",
                        .type = STRATEGY_INT,
                        .preset = "50",
                        .min = 2,
                        .max = 2520,
                        .unit = "days",
                        .help = "bars in the slow average, more than in the fast one"},
    [CROSSOVER_SYMBOL] = {.name = "symbol",
                          .title = "Symbol",
                          .type = STRATEGY_SYMBOL,
                          .preset = "",
                          .help = "what to trade; nothing for every name with an equal part"},
};

typedef struct {
    double hi, lo;
} pair;

typedef struct {
    pair fast, slow;
    size_t bars, next; // bars seen; place in the ring for the next close
    int wanted;        // 1 long, 0 flat or not known yet, -1 short
} averages;

typedef struct {
    size_t fast, slow, column;
    bool shorts;
    averages *at; // [names]
    double *ring; // [names * slow] last closes
} crossover;

static void pair_add(pair *p, double x) {
    double sum = p->hi + x;
    double part = sum - p->hi;
    p->lo += (p->hi - (sum - part)) + (x - part);
    p->hi = sum;
}

static void add_close(const crossover *c, averages *a, double *ring, double close) {
    if (a->bars >= c->slow)
        pair_add(&a->slow, -ring[a->next]);
    if (a->bars >= c->fast)
        pair_add(&a->fast, -ring[a->next >= c->fast ? a->next - c->fast : a->next + c->slow - c->fast]);
    pair_add(&a->slow, close);
    pair_add(&a->fast, close);
    ring[a->next] = close;
    a->next = a->next + 1 == c->slow ? 0 : a->next + 1;
    a->bars++;
}

static void decide(const crossover *c, averages *a) {
    if (a->bars < c->slow)
        return;
    double fast = (a->fast.hi + a->fast.lo) / (double)c->fast, slow = (a->slow.hi + a->slow.lo) / (double)c->slow;
    if (fast - slow > 1e-12 * slow)
        a->wanted = 1;
    else if (slow - fast > 1e-12 * slow)
        a->wanted = c->shorts ? -1 : 0;
}

static int sign_of(double x) { return (x > 0) - (x < 0); }

static void crossover_bar(void *self, simulator *s) {
    const crossover *c = self;
    const double *close = simulator_row(s, SIM_CLOSE, 0);
    size_t begin = c->column == SIZE_MAX ? 0 : c->column, alive = 0;
    size_t end = c->column == SIZE_MAX ? simulator_securities(s) : c->column + 1;
    for (size_t i = begin; i < end; i++) {
        if (isnan(close[i]))
            continue;
        alive++;
        add_close(c, &c->at[i - begin], c->ring + (i - begin) * c->slow, close[i]);
        decide(c, &c->at[i - begin]);
    }
    if (!simulator_live(s))
        return;
    for (size_t i = begin; i < end; i++) {
        int wanted = c->at[i - begin].wanted;
        if (!isnan(close[i]) && wanted != sign_of(simulator_shares(s, i)))
            simulator_target(s, i, wanted / (double)alive);
    }
}

static status crossover_check(const strategy_value *v) {
    if (v[CROSSOVER_FAST].integer < v[CROSSOVER_SLOW].integer)
        return STATUS_OK;
    return status_fail(STATUS_INVALID, "fast: %lld is not less than slow, %lld; the fast average takes fewer bars",
                       (long long)v[CROSSOVER_FAST].integer, (long long)v[CROSSOVER_SLOW].integer);
}

static size_t crossover_history(const strategy_value *v) { return (size_t)v[CROSSOVER_SLOW].integer - 1; }

static status crossover_run(const sim_settings *settings, const strategy_value *v, size_t column, sim_ledger *ledger) {
    size_t names = column == SIZE_MAX ? settings->panel->securities : 1;
    crossover c = {
        .fast = (size_t)v[CROSSOVER_FAST].integer,
        .slow = (size_t)v[CROSSOVER_SLOW].integer,
        .column = column,
        .shorts = v[CROSSOVER_HOLDING].choice == 1,
        .at = mem_try(names, sizeof *c.at),
    };
    c.ring = mem_try(names * c.slow, sizeof *c.ring);
    status code;
    if (c.at && c.ring) {
        simulator_strategy table = {.on_bar = crossover_bar};
        code = simulator_run(settings, &table, &c, ledger);
    } else {
        code = status_fail(STATUS_FULL, "no memory for the averages of %zu securities", names);
    }
    free(c.at);
    free(c.ring);
    return code;
}

const strategy crossover_strategy = {
    .name = "crossover",
    .title = "Moving-average crossover",
    .help = "long while the fast average of closes is above the slow one",
    .parameters = parameters,
    .parameter_count = CROSSOVER_PARAMETERS,
    .check = crossover_check,
    .history = crossover_history,
    .run = crossover_run,
};
