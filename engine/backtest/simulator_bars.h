// Event-driven simulator over daily bars. A strategy is a small table of functions that get the days in time order, see
// the past alone, and give orders that the next day fills (sim_account.h has the rules of filling and booking).
// The simulator is owned by simulator_run and lives as long as that call.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "engine/backtest/sim_account.h"

typedef struct simulator simulator;

typedef enum { SIM_OPEN, SIM_HIGH, SIM_LOW, SIM_CLOSE, SIM_VOLUME } sim_field;

// `self` is the strategy's own state, handed through. Members other than on_bar may be NULL.
typedef struct {
    void (*on_start)(void *self, simulator *s); // before the first bar
    // A day has closed. Days before settings.first come too, as history: simulator_live is false then and orders are
    // refused. On the last day orders are taken but nothing fills them.
    void (*on_bar)(void *self, simulator *s);
    void (*on_fill)(void *self, simulator *s,
                    const sim_trade *fill);   // an order was filled; comes before on_bar of the day
    void (*on_end)(void *self, simulator *s); // after the last bar
} simulator_strategy;

// Runs from the panel's first row (as history) to settings.last and fills the ledger. STATUS_CANCELLED; STATUS_INVALID
// when the account is ruined; STATUS_FULL without memory. After a failure the ledger holds nothing to be used.
status simulator_run(const sim_settings *settings, const simulator_strategy *strategy, void *self, sim_ledger *ledger);

size_t simulator_securities(const simulator *s);
date simulator_day(const simulator *s);  // of the current bar
bool simulator_live(const simulator *s); // whether orders are taken

// A field of security i, `lag` days before the current one; NaN when missing or before the panel begins.
double simulator_value(const simulator *s, sim_field field, size_t i, size_t lag);
// The same for all securities at once: a row of the panel, or NULL before it begins.
const double *simulator_row(const simulator *s, sim_field field, size_t lag);

double simulator_cash(const simulator *s);
double simulator_equity(const simulator *s); // at the current close
double simulator_shares(const simulator *s, size_t i);

// Orders shares of i (signed, rounded towards zero), added to what is ordered already today; for the next day's fill.
// False, and no order, during history or when the number is not finite.
bool simulator_order(simulator *s, size_t i, double shares);
// Orders what brings i to a fraction of the equity (negative: short) at today's close, in place of what was ordered
// today. False, and no order, during history, or when i has no price today and the fraction is not zero.
bool simulator_target(simulator *s, size_t i, double fraction);
