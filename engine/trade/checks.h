// Pre-trade checks: a list of named checks that every order passes before it may reach the market. A pure function of
// the ledger, the order and the marks handed in; nothing is kept.
//
// Reducing: an order that only brings its position nearer to zero, counting what is already working on the same side
// (of a pair the larger order alone).
// Reducing orders pass the breaker and the position limits, so that the way out is always open.
#pragma once

#include "engine/trade/kind.h"
#include "engine/trade/ledger.h"

typedef struct {
    const char *symbol;
    bool tradable;     // known, active, a stock
    int64_t reference; // last price, or last close; 0 when there is none
    int64_t gross;     // money held long plus short, with what working orders could add to it
    int64_t waiting;   // shares that replacements under way add to what works on the order's side
} check_market;

typedef enum { CHECK_PASS, CHECK_WARN, CHECK_FAIL } check_verdict;

typedef struct {
    const char *name; // "position-notional"
    check_verdict verdict;
    char reason[96]; // "" when it passes
} check_result;

enum { CHECKS_MAX = 12 };

// Runs every check and returns how many results stand in `out`.
//
// A share is counted at the limit, of stops without one at the stop price, at the market at the last price. A trailing
// stop comes with the stop price that it begins at (checks_begin_trailing).
size_t checks_run(const ledger *l, const order_intent *intent, const check_market *market,
                  check_result out[CHECKS_MAX]);

// The stop price that a trailing stop of this side begins at: the reference less or plus its trail, to the cent that is
// further away from a dollar up. 0 or less when there is none.
int64_t checks_begin_trailing(side s, int64_t trail, int64_t reference);

// The first failure among n results, or NULL when the order may go.
const check_result *checks_failure(const check_result *results, size_t n);
