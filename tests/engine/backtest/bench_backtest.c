// Backtests timed beside naive loops over the same data in the same process. Medians of repeated runs.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/backtest/run.h"
#include "engine/backtest/simulator_bars.h"
#include "src/base/clock.h"
#include "tests/engine/backtest/support_backtest.h"

typedef struct {
    panel *p;
    securities names;
    run_config config;
    volatile double sink; // keeps what a yardstick computed
} bench;

static int ascending(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static double median_ms(void (*work)(bench *b), bench *b, size_t times) {
    int64_t took[101] = {0};
    work(b);
    for (size_t i = 0; i < times; i++) {
        int64_t began = clock_mono();
        work(b);
        took[i] = clock_mono() - began;
    }
    qsort(took, times, sizeof *took, ascending);
    size_t middle = times / 2;
    return (double)took[middle] / 1e6;
}

// A yardstick, and how often it goes into what it measures.
static void report_yardstick(const char *what, double ms, double measured) {
    printf("backtest  %-58s %9.3f ms  ratio %.2f\n", what, ms, measured / ms);
}

static void report(const char *what, double ms, const char *beside) {
    printf("backtest  %-58s %9.3f ms  %s\n", what, ms, beside);
}

static bench bench_new(size_t dates, size_t n, const char *strategy_name) {
    bench b = {.p = made_panel(1, (made_shape){dates, n, n > 1, false})};
    b.names = made_names(b.p);
    b.config = run_config_default(strategy_find(strategy_name));
    return b;
}

static void bench_free(bench *b) {
    made_panel_free(b->p);
    made_names_free(&b->names);
}

static void set(bench *b, const char *word) {
    if (run_config_set_word(&b->config, word) != STATUS_OK) {
        fprintf(stderr, "%s\n", status_message());
        exit(1);
    }
}

static void execute(bench *b) {
    run_result *r = NULL;
    if (run_execute(b->p, &b->names, &b->config, NULL, &r) != STATUS_OK) {
        fprintf(stderr, "%s\n", status_message());
        exit(1);
    }
    b->sink = r->row.total_return;
    run_result_free(r);
}

// Averages summed afresh each day, position times return, cost on changes: no shares, no cash, no metrics.
static void naive_crossover(bench *b) {
    const double *close = b->p->close;
    double wealth = 1;
    int held = 0, wanted = 0;
    for (size_t t = 50; t < b->p->dates; t++) {
        double fast = 0, slow = 0;
        for (size_t k = 1; k <= 50; k++) {
            slow += close[t - k];
            fast += k <= 20 ? close[t - k] : 0;
        }
        wealth *= 1 + held * (close[t] / close[t - 1] - 1);
        wanted = fast / 20 > slow / 50;
        wealth *= wanted != held ? 1 - 6e-4 : 1;
        held = wanted;
    }
    b->sink = wealth;
}

// Weights of a fifth from a full sort each month, then every name's weighted return each day: no shares, no metrics.
typedef struct {
    double signal;
    size_t column;
} ranked;

static int by_signal(const void *a, const void *b) {
    double x = ((const ranked *)a)->signal, y = ((const ranked *)b)->signal;
    return (x < y) - (x > y);
}

static void naive_momentum(bench *b) {
    size_t n = b->p->securities;
    const double *close = b->p->close;
    double wealth = 1, *weights = calloc(n, sizeof *weights);
    ranked *list = calloc(n, sizeof *list);
    for (size_t t = 252; t < b->p->dates; t++) {
        double day = 0;
        for (size_t i = 0; i < n; i++) {
            double r = close[t * n + i] / close[(t - 1) * n + i] - 1;
            day += isnan(r) ? 0 : weights[i] * r;
        }
        wealth *= 1 + day;
        if (t % 21)
            continue;
        size_t have = 0;
        for (size_t i = 0; i < n; i++) {
            double signal = close[(t - 21) * n + i] / close[(t - 252) * n + i] - 1;
            if (!isnan(signal) && !isnan(close[t * n + i]))
                list[have++] = (ranked){signal, i};
            weights[i] = 0;
        }
        qsort(list, have, sizeof *list, by_signal);
        for (size_t k = 0; k < have / 5; k++)
            weights[list[k].column] = 5.0 / (double)have;
    }
    b->sink = wealth;
    free(weights);
    free(list);
}

// The momentum strategy written against the event-driven interface, deciding as the cross-sectional one does.
typedef struct {
    const sim_settings *s;
    slow_momentum rule;
    double *shares, *target;
    size_t t;
} momentum_events;

static void momentum_bar(void *self, simulator *s) {
    momentum_events *m = self;
    size_t t = m->t++, n = m->s->panel->securities;
    if (!simulator_live(s) || t >= m->rule.last)
        return;
    for (size_t i = 0; i < n; i++)
        m->target[i] = NAN;
    slow_momentum_decide(&m->rule, m->s->panel, t, m->shares, m->target);
    for (size_t i = 0; i < n; i++)
        if (!isnan(m->target[i]))
            simulator_target(s, i, m->target[i]);
}

static void momentum_by_events(bench *b) {
    sim_settings s = {.panel = b->p, .first = 252, .last = b->p->dates - 1, .capital = 1e7, .costs = {1e-4, 5e-4}};
    momentum_events m = {.s = &s, .rule = {.first = 252, .last = s.last, .lookback = 252, .skip = 21, .quantile = 0.2}};
    m.shares = calloc(b->p->securities, sizeof *m.shares);
    m.target = calloc(b->p->securities, sizeof *m.target);
    sim_ledger ledger = {0};
    if (simulator_run(&s, &(simulator_strategy){.on_bar = momentum_bar}, &m, &ledger) != STATUS_OK)
        exit(1);
    b->sink = ledger.equity[ledger.n - 1];
    sim_ledger_free(&ledger);
    free(m.shares);
    free(m.target);
}

static void slow_reference(bench *b) {
    sim_settings s = {.panel = b->p, .first = 252, .last = b->p->dates - 1, .capital = 1e7, .costs = {1e-4, 5e-4}};
    slow_momentum rule = {.first = 252, .last = s.last, .lookback = 252, .skip = 21, .quantile = 0.2};
    slow_ledger slow = slow_simulate(&s, slow_momentum_decide, &rule);
    b->sink = slow.equity[s.last];
    slow_free(&slow);
}

int main(void) {
    bench b = bench_new(2520, 1, "crossover");
    double whole = median_ms(execute, &b, 101);
    report("moving-average crossover, 2,520 bars, whole run", whole, "aim 0.3");
    report_yardstick("  yardstick: averages summed afresh, bare returns", median_ms(naive_crossover, &b, 101), whole);
    bench_free(&b);

    b = bench_new(1260, 500, "momentum");
    whole = median_ms(execute, &b, 51);
    report("monthly top-quintile momentum, 500 x 1,260, whole run", whole, "aim 3");
    report("  the same by the event-driven simulator", median_ms(momentum_by_events, &b, 21), "aim 40");
    report_yardstick("  yardstick: day loop with full sorts, bare returns", median_ms(naive_momentum, &b, 51), whole);
    report_yardstick("  yardstick: slow reference, the same accounting", median_ms(slow_reference, &b, 5), whole);
    bench_free(&b);

    b = bench_new(1260, 500, "crossover");
    report("crossover on each of 500 names x 1,260, whole run", median_ms(execute, &b, 21), "");
    bench_free(&b);

    b = bench_new(1260, 3000, "momentum");
    set(&b, "rebalance=days");
    set(&b, "days=1");
    report("daily top-quintile momentum, 3,000 x 1,260, whole run", median_ms(execute, &b, 5), "aim 300");
    bench_free(&b);
    return 0;
}
