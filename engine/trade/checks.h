// Pre-trade checks: a list of named checks that every order passes before it may reach the market. A pure function of
// the ledger, the order and the marks handed in; nothing is kept.
//
// Reducing: an order that only brings its position nearer to zero, counting what is already working on the same side.
// Reducing orders pass the breaker and the position limits, so that the way out is always open.
#pragma once

#include "engine/trade/ledger.h"

typedef struct {
    int32_t sid;
    side side;
    order_type type;
    time_in_force tif;
    int64_t quantity, price; // price 0 for a market order
    char client[40];
    bool reduce_only; // must be reducing, or it is refused
    int64_t replaces; // working order whose open quantity this one takes the place of: it is not counted; 0: none
} order_intent;

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
size_t checks_run(const ledger *l, const order_intent *intent, const check_market *market,
                  check_result out[CHECKS_MAX]);

// The first failure among n results, or NULL when the order may go.
const check_result *checks_failure(const check_result *results, size_t n);
