// The one accounting that both simulators share: cash, whole shares, orders, fills, costs, dividends, delistings.
// A simulator owns its account; the account borrows the settings and the panel and writes into the simulator's ledger.
//
// A day t of the panel goes by in this order:
//   sim_account_open   dividends and delisting payments of t are booked on the shares held overnight
//   sim_account_fill   orders given at the close of t - 1 are filled, at the open or the close of t
//   sim_account_close  everything is marked at the close of t, vanished securities are sold, the ledger gets its point
//   then the strategy, which knows the rows up to t, gives the orders that t + 1 fills.
//
// Orders last one day. Sales come first; when the cash does not pay for all purchases, each is cut by the same fraction
// (rounded down to whole shares) and the ledger says so. Short sales bring their proceeds into the cash and cost no
// borrow fee. A security without a price keeps its last mark. When the panel has a return for it on such a day, that is
// its delisting return: the holders are paid mark * (1 + return), free of costs. When it has none for SIM_MISSING_DAYS
// days in a row, the security counts as delisted and is sold at the mark, with the costs of any sale.
// A dividend is what the panel's total return has over its price return: shares * (mark * (1 + total_return) - close);
// below 1e-8 of the price it is rounding and not booked.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/store/bars.h"
#include "engine/backtest/sim_ledger.h"
#include "src/base/status.h"

// A month: vendors leave holes of two weeks in companies that are alive and well.
enum { SIM_MISSING_DAYS = 21 };

typedef enum {
    SIM_NEXT_OPEN,  // the open of the next day, or its close where the open is missing
    SIM_NEXT_CLOSE, // the close of the next day
} sim_fill;

typedef struct {
    double commission; // fraction of the value traded
    double slippage;   // fraction of the price, against us
} sim_costs;

typedef struct {
    const panel *panel;
    size_t first, last; // rows of the first and the last simulated day, first < last
    double capital;     // cash at the start, > 0
    sim_costs costs;
    sim_fill fill;
    void (*progress)(void *context, double fraction); // may be NULL
    void *context;
    const volatile int *cancelled; // may be NULL
} sim_settings;

typedef struct sim_account sim_account;

// The settings and the ledger must outlive the account. STATUS_FULL when there is no memory.
status sim_account_new(const sim_settings *settings, sim_ledger *ledger, sim_account **out);
void sim_account_free(sim_account *a);

void sim_account_open(sim_account *a, size_t t);
void sim_account_fill(sim_account *a, size_t t);
// STATUS_INVALID when the equity is not above zero any more.
status sim_account_close(sim_account *a, size_t t);
// After the last day: orders still waiting become events.
void sim_account_end(sim_account *a);

// Adds to the order that waits for security i; rounded to whole shares by the caller.
void sim_account_order(sim_account *a, size_t i, double shares);
// Orders what brings security i to a fraction of the equity, both at the close of day t: the shares are rounded towards
// zero (a count within 1e-9 of a whole number is that number). Replaces an order that waits for i. False, and no order,
// when i has no price on day t and the fraction is not zero.
bool sim_account_target(sim_account *a, size_t t, size_t i, double fraction);

double sim_account_cash(const sim_account *a);
double sim_account_equity(const sim_account *a);        // at the last close
const double *sim_account_shares(const sim_account *a); // [securities], signed whole numbers

// What a simulator asks now and then: tells the progress of row t, and STATUS_CANCELLED when the caller gave up.
status sim_check(const sim_settings *s, size_t t);
