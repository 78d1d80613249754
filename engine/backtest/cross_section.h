// Cross-sectional simulator: on each day of a schedule a rule turns the panel up to that day into weights over all
// securities, and the account is brought to them on the next day (sim_account.h has the rules of filling and booking).
// The same decisions given to the event-driven simulator make the same ledger.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "engine/backtest/schedule.h"
#include "engine/backtest/sim_account.h"

typedef struct {
    // Fills weights[securities] (fractions of the equity at the close of row t, negative = short, 0 = hold nothing)
    // from rows up to t; rows behind t are not to be read. A weight other than 0 needs a price on t. False leaves the
    // holdings as they are.
    bool (*weigh)(void *self, const panel *p, size_t t, double *weights);
    void *self;
} cross_section_rule;

// Fills the ledger. STATUS_CANCELLED; STATUS_INVALID when the account is ruined; STATUS_FULL without memory.
status cross_section_run(const sim_settings *settings, schedule when, const cross_section_rule *rule,
                         sim_ledger *ledger);
