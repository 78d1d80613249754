// The two simulators against each other, against the slow one, and against what no simulator may do.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/backtest/cross_section.h"
#include "engine/backtest/simulator_bars.h"
#include "src/base/rng.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/backtest/support_backtest.h"

static sim_settings settings_of(const panel *p, size_t first, rng *r) {
    return (sim_settings){
        .panel = p,
        .first = first,
        .last = p->dates - 1,
        .capital = 1e6,
        .costs = {0.002 * rng_double(r), 0.002 * rng_double(r)},
        .fill = rng_below(r, 2) ? SIM_NEXT_OPEN : SIM_NEXT_CLOSE,
    };
}

// ---- what the strategy is told, and when ----

typedef struct {
    int starts, bars, live_bars, fills, ends;
    date last;
    bool history_refused;
} diary;

static void diary_start(void *self, simulator *s) {
    diary *d = self;
    d->starts++;
    assert_int_equal(simulator_securities(s), 1);
}

static void diary_bar(void *self, simulator *s) {
    diary *d = self;
    assert_true(simulator_day(s) > d->last);
    d->last = simulator_day(s);
    assert_near(simulator_value(s, SIM_CLOSE, 0, 0), 10 + d->bars, 0);
    assert_true(isnan(simulator_value(s, SIM_CLOSE, 0, (size_t)d->bars + 1)));
    assert_null(simulator_row(s, SIM_VOLUME, (size_t)d->bars + 1));
    if (!simulator_live(s))
        d->history_refused = !simulator_order(s, 0, 1) && !simulator_target(s, 0, 1);
    else if (d->live_bars++ == 0)
        assert_true(simulator_order(s, 0, 7.9));
    d->bars++;
}

static void diary_fill(void *self, simulator *s, const sim_trade *fill) {
    diary *d = self;
    d->fills++;
    assert_int_equal(d->live_bars, 1); // told before on_bar of the day of the fill
    assert_near(fill->shares, 7, 0);
    assert_near(fill->price, 13, 0);
    assert_near(simulator_shares(s, 0), 7, 0);
    assert_near(simulator_cash(s), 1000 - 7 * 13, 1e-9);
}

static void diary_end(void *self, simulator *s) {
    diary *d = self;
    d->ends++;
    assert_near(simulator_equity(s), 1000 + 7 * 2, 1e-9);
}

static void test_simulator_tells_the_days_in_order_and_only_the_past(void **state) {
    (void)state;
    panel *p = made_panel_of((double[]){10, 11, 12, 13, 14, 15}, 6);
    sim_settings s = {.panel = p, .first = 2, .last = 5, .capital = 1000};
    sim_ledger ledger = {0};
    diary d = {.last = DATE_NONE};
    simulator_strategy table = {diary_start, diary_bar, diary_fill, diary_end};
    assert_int_equal(simulator_run(&s, &table, &d, &ledger), STATUS_OK);
    assert_int_equal(d.starts, 1);
    assert_int_equal(d.bars, 6);
    assert_int_equal(d.live_bars, 4);
    assert_int_equal(d.fills, 1);
    assert_int_equal(d.ends, 1);
    assert_true(d.history_refused);
    assert_int_equal(ledger.n, 4);
    sim_ledger_free(&ledger);
    made_panel_free(p);
}

// ---- the same decisions, three times ----

// Random weights that depend on the day alone, so that all three simulators decide alike.
typedef struct {
    uint64_t seed;
    size_t first, last;
    bool shorts;
    schedule when;
} dice;

static void throw_dice(const dice *d, const panel *p, size_t t, double *weights) {
    rng r = rng_stream(d->seed, t);
    double sum = 0;
    for (size_t i = 0; i < p->securities; i++) {
        double w = rng_below(&r, 2) ? rng_double(&r) * (d->shorts && rng_below(&r, 2) ? -1 : 1) : 0;
        weights[i] = isnan(p->close[t * p->securities + i]) ? 0 : w;
        sum += fabs(weights[i]);
    }
    for (size_t i = 0; i < p->securities; i++)
        weights[i] = sum > 0 ? weights[i] / sum : 0;
}

static bool dice_weigh(void *self, const panel *p, size_t t, double *weights) {
    throw_dice(self, p, t, weights);
    return true;
}

typedef struct {
    const dice *d;
    const panel *p;
    size_t t;
    double *weights;
} dice_events;

static void dice_bar(void *self, simulator *s) {
    dice_events *e = self;
    size_t t = e->t++;
    if (!schedule_due(e->d->when, e->p->day, e->d->first, e->d->last, t))
        return;
    throw_dice(e->d, e->p, t, e->weights);
    for (size_t i = e->p->securities; i-- > 0;) // another order of orders: it must not matter
        simulator_target(s, i, e->weights[i]);
}

static void dice_slow(void *context, const panel *p, size_t t, const double *shares, double *target) {
    const dice *d = context;
    (void)shares;
    if (schedule_due(d->when, p->day, d->first, d->last, t))
        throw_dice(d, p, t, target);
}

static void check_against_slow(const sim_settings *s, const sim_ledger *ledger, slow_ledger slow) {
    assert_int_equal(ledger->trades.n, slow.trades);
    assert_near(ledger->costs, slow.costs, 1e-9 * s->capital);
    for (size_t k = 0; k < ledger->n; k++) {
        assert_near(ledger->equity[k], slow.equity[s->first + k], 1e-9 * s->capital);
        assert_near(ledger->turnover[k], slow.turnover[s->first + k], 1e-9);
    }
}

static void test_simulators_agree_with_each_other_and_with_the_slow_one(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(11));
    for (int round = 0; round < 150; round++) {
        made_shape shape = {60 + rng_below(&r, 300), 1 + rng_below(&r, 30), rng_below(&r, 3) > 0, rng_below(&r, 2)};
        panel *p = made_panel(rng_u64(&r), shape);
        sim_settings s = settings_of(p, rng_below(&r, 40), &r);
        dice d = {
            rng_u64(&r), s.first, s.last, rng_below(&r, 2), {(schedule_kind)rng_below(&r, 3), 1 + rng_below(&r, 9)}};

        sim_ledger across = {0}, events = {0};
        cross_section_rule rule = {dice_weigh, &d};
        assert_int_equal(cross_section_run(&s, d.when, &rule, &across), STATUS_OK);
        dice_events e = {&d, p, 0, mem_new(p->securities, sizeof(double))};
        assert_int_equal(simulator_run(&s, &(simulator_strategy){.on_bar = dice_bar}, &e, &events), STATUS_OK);
        slow_ledger slow = slow_simulate(&s, dice_slow, &d);

        assert_int_equal(across.n, s.last - s.first + 1);
        assert_memory_equal(across.equity, events.equity, across.n * sizeof *across.equity);
        assert_int_equal(across.trades.n, events.trades.n);
        check_against_slow(&s, &across, slow);
        slow_free(&slow);
        free(e.weights);
        sim_ledger_free(&across);
        sim_ledger_free(&events);
        made_panel_free(p);
    }
}

// ---- no look-ahead ----

static void test_simulators_do_not_see_what_comes_after_a_day(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(12));
    for (int round = 0; round < 150; round++) {
        panel *p = made_panel(rng_u64(&r), (made_shape){120, 12, true, true}), *spoilt = made_panel_copy(p);
        size_t t = 20 + rng_below(&r, 90);
        made_panel_spoil(spoilt, t, rng_u64(&r));
        sim_settings s = settings_of(p, 5, &r), z = s;
        z.panel = spoilt;
        dice d = {rng_u64(&r), s.first, s.last, false, {SCHEDULE_DAYS, 4}};
        cross_section_rule rule = {dice_weigh, &d};
        sim_ledger a = {0}, b = {0};
        assert_int_equal(cross_section_run(&s, d.when, &rule, &a), STATUS_OK);
        assert_int_equal(cross_section_run(&z, d.when, &rule, &b), STATUS_OK);
        assert_memory_equal(a.equity, b.equity, (t - s.first + 1) * sizeof *a.equity);
        assert_memory_equal(a.turnover, b.turnover, (t - s.first + 1) * sizeof *a.turnover);
        for (size_t k = 0; k < a.trades.n && a.trades.at[k].t <= t; k++) {
            assert_true(k < b.trades.n);
            assert_memory_equal(&a.trades.at[k], &b.trades.at[k], sizeof(sim_trade));
        }
        sim_ledger_free(&a);
        sim_ledger_free(&b);
        made_panel_free(p);
        made_panel_free(spoilt);
    }
}

// ---- costs ----

// Orders of a few shares from much cash: the same orders whatever they cost.
static void nibble(void *self, simulator *s) {
    rng *r = self;
    if (simulator_live(s))
        simulator_order(s, rng_below(r, simulator_securities(s)), (double)rng_below(r, 21) - 10);
}

static void test_simulator_loses_exactly_the_costs(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(13));
    for (int round = 0; round < 20; round++) {
        panel *p = made_panel(rng_u64(&r), (made_shape){150, 6, true, true});
        double last_equity = INFINITY;
        sim_ledger free_of_cost = {0};
        uint64_t seed = rng_u64(&r);
        for (int step = 0; step < 4; step++) {
            sim_settings s = {.panel = p, .last = 149, .capital = 1e8, .costs = {0.001 * step, 0.0005 * step}};
            sim_ledger ledger = {0};
            rng own = rng_seed(seed);
            assert_int_equal(simulator_run(&s, &(simulator_strategy){.on_bar = nibble}, &own, &ledger), STATUS_OK);
            double equity = ledger.equity[149];
            assert_true(equity < last_equity);
            last_equity = equity;
            if (step == 0)
                free_of_cost = ledger;
            else
                assert_near(equity + ledger.costs, free_of_cost.equity[149], 1e-6);
            assert_int_equal(ledger.trades.n, free_of_cost.trades.n);
            if (step)
                sim_ledger_free(&ledger);
        }
        sim_ledger_free(&free_of_cost);
        made_panel_free(p);
    }
}

static void test_simulator_weights_held_sum_to_one(void **state) {
    (void)state;
    panel *p = made_panel(3, (made_shape){60, 20, false, false});
    sim_settings s = {.panel = p, .last = 59, .capital = 1e9, .fill = SIM_NEXT_CLOSE};
    sim_ledger ledger = {0};
    dice d = {5, 0, 59, false, {SCHEDULE_DAYS, 100}};
    cross_section_rule rule = {dice_weigh, &d};
    assert_int_equal(cross_section_run(&s, d.when, &rule, &ledger), STATUS_OK);
    double spent = 0;
    for (size_t k = 0; k < ledger.trades.n; k++)
        spent += ledger.trades.at[k].shares * ledger.trades.at[k].price;
    // One purchase of everything: the cash, but for what prices did overnight and the rounding to whole shares.
    assert_true(spent <= 1e9 && spent > 0.98e9);
    assert_near(ledger.turnover[1], spent / 2e9, 1e-12);
    sim_ledger_free(&ledger);
    made_panel_free(p);
}

// ---- giving up ----

typedef struct {
    int calls;
    double last;
    volatile int cancelled;
    double give_up_at;
} watcher;

static void watch(void *context, double fraction) {
    watcher *w = context;
    assert_true(fraction >= w->last && fraction <= 1);
    w->last = fraction;
    w->calls++;
    if (fraction >= w->give_up_at)
        __atomic_store_n(&w->cancelled, 1, __ATOMIC_RELAXED);
}

static void test_simulators_stop_when_they_are_cancelled(void **state) {
    (void)state;
    panel *p = made_panel(4, (made_shape){2000, 3, false, false});
    watcher w = {.give_up_at = 0.5};
    sim_settings s = {
        .panel = p, .last = 1999, .capital = 1e6, .progress = watch, .context = &w, .cancelled = &w.cancelled};
    sim_ledger ledger = {0};
    dice d = {5, 0, 1999, false, {SCHEDULE_WEEKLY, 0}};
    cross_section_rule rule = {dice_weigh, &d};
    assert_int_equal(cross_section_run(&s, d.when, &rule, &ledger), STATUS_CANCELLED);
    assert_true(w.calls > 5 && w.last < 0.6);
    w = (watcher){.give_up_at = 0.5};
    rng r = rng_seed(1);
    assert_int_equal(simulator_run(&s, &(simulator_strategy){.on_bar = nibble}, &r, &ledger), STATUS_CANCELLED);
    assert_true(w.last < 0.6);
    sim_ledger_free(&ledger);
    made_panel_free(p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_simulator_tells_the_days_in_order_and_only_the_past),
        cmocka_unit_test(test_simulators_agree_with_each_other_and_with_the_slow_one),
        cmocka_unit_test(test_simulators_do_not_see_what_comes_after_a_day),
        cmocka_unit_test(test_simulator_loses_exactly_the_costs),
        cmocka_unit_test(test_simulator_weights_held_sum_to_one),
        cmocka_unit_test(test_simulators_stop_when_they_are_cancelled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
