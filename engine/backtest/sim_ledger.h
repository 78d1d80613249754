// What a simulation leaves behind: a point a day, the trades, and the events worth a line in the log. Plain data,
// filled by the account (sim_account.h), in the currency of the capital; whoever declares one ({0}) frees it.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "src/base/status.h"
#include "src/base/vec.h"

typedef struct {
    uint32_t t, security; // row and column of the panel
    double shares;        // signed, whole
    double price;         // paid or received a share, slippage included
    double cost;          // commission and slippage
} sim_trade;

typedef enum {
    SIM_PAID_OUT,  // a delisted security paid its holders `value` a share
    SIM_DELISTED,  // shares sold at the last price, because the security had none for SIM_MISSING_DAYS
    SIM_LAPSED,    // an order of `shares` met a day on which the security had no price
    SIM_LATE,      // an order for the open met a day without an open and was filled at the close
    SIM_CUT,       // purchases of the day were cut to the cash at hand; value = fraction of them that was bought
    SIM_OVERDRAWN, // the cash went below zero; value = cash
    SIM_UNFILLED,  // an order of the last day, which no later day could fill
} sim_event_kind;

typedef struct {
    sim_event_kind kind;
    uint32_t t, security; // security is 0 where the event is the account's
    double shares, value; // value = price where nothing else is said
} sim_event;

typedef struct {
    size_t first, n;  // row of the panel on which the simulation begins; days simulated
    double *equity;   // [n] at the close, after costs
    double *turnover; // [n] one-way: half the value traded on the day over the equity of the day before
    double costs;     // commission and slippage of all trades
    VEC(sim_trade) trades;
    VEC(sim_event) events;
} sim_ledger;

// Room for n days; STATUS_FULL when there is no memory. The ledger must be zeroed or freed.
status sim_ledger_reset(sim_ledger *l, size_t first, size_t n);
void sim_ledger_free(sim_ledger *l);
