// The simulated order flow of one security: who sends what to its book, and when.
//
// News is a random walk with the daily volatility over a session of 6.5 hours; the fair price follows it within
// seconds, as people learn it. Trades that tell no news (the desk's too) press the quotes their own way, and the
// pressure fades within a minute; quotes are laid around the sum. Arrivals are clustered (hawkes.h). At each one the
// flow looks at the book and does one thing:
//   - where a side has few orders, a maker lays a ladder of limit orders there;
//   - where the best bid stands above that centre, or the best ask below it, the quote is stale: somebody who knows the
//     price takes it, or its maker pulls it. So the book follows the price;
//   - otherwise a limit order comes, with a distance from the quotes drawn from a power law (Bouchaud, Mezard and
//     Potters 2002; Zovko and Farmer 2002), a resting order is cancelled, or a market order trades at the touch, now
//     and then for exactly what the touch shows (Farmer et al. 2004). Limits outweigh cancels while the book is thin
//     and the other way round, so the number of orders stays near its aim.
// Sizes follow a truncated power law with tail exponent 2 (Maslov and Mills 2001), scaled so that the trades of a
// session come to about the daily volume. Where the price moves by more than a tick in a second (a dear or a wild
// security) spread and distances grow with it.
// Only + - * / and sqrt are used, so the flow is the same on every machine.
//
// The flow works on a borrowed book as owner 0 and must be told every event of it. Its memory is bounded by the pool.
#pragma once

#include "engine/market/book.h"

typedef struct flow flow;

#define FLOW_SESSION_SECONDS 23400.0

typedef struct {
    uint64_t seed;
    uint64_t stream;  // of the security; two numbers from 2 * stream on are used
    double reference; // the fair price at the start, 1e-4 units
    int64_t tick;
    double volatility;   // daily, as a fraction
    double daily_volume; // shares
    double pace;         // mean arrivals a second
    uint32_t max_orders; // of the book
    book_stream *out;    // of the book; borrowed, and flushed after each command of the flow
} flow_config;

flow *flow_new(const flow_config *config);
void flow_free(flow *f);

// Starts, or starts again, at `now`: fills the book and schedules the first arrival. The fair price has walked on
// meanwhile.
void flow_start(flow *f, book *b, int64_t now);
// Cancels every order of the flow.
void flow_stop(flow *f, book *b, int64_t now);

double flow_fair(const flow *f);  // the fair price as it was last, 1e-4 units
int64_t flow_next(const flow *f); // when the next arrival is due
void flow_step(flow *f, book *b); // lets it happen
void flow_observe(flow *f, const book_event *event);

size_t flow_memory(const flow *f); // bytes
