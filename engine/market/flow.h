// The simulated order flow of one security: who sends what to its book, and when.
//
// The fair price of the day (daypath.h) is known to the crowd within seconds. Trades that tell no news (the desk's too)
// press the quotes their own way, and the pressure fades within a minute; quotes are laid around the sum. Arrivals are
// clustered (hawkes.h) and follow the day's rhythm (rhythm.h). In continuous trading each one looks at the book and
// does one thing:
//   - where a side has few orders, a maker lays a ladder of limit orders there;
//   - where the best bid stands above that centre, or the best ask below it, the quote is stale: somebody who knows the
//     price takes it, or its maker pulls it. So the book follows the price;
//   - right after a trade, often another of the same side: somebody works a large order;
//   - otherwise a limit order comes, a resting one is cancelled, or a market order trades at the touch. Limits outweigh
//     cancels while the book is thin and the other way round, so the number of orders stays near its aim. Most of that
//     goes on near the touch among few orders of short life; the many that lie far from it move seldom.
// Sizes, distances and the shares of what happens are those of a real day (measured.h), scaled so that the trades of a
// session come to about the daily volume. Spread and distances go by the usual move from one trade to the next, but an
// order lies at least some ticks' distance apart from the next where the tick is large. While the book collects orders
// for an auction, the crowd's are those of gather.h. Only + - * / and sqrt are used, so the flow is the same on every
// machine.
//
// The flow works on a borrowed book as owner 0 and must be told every event of it. Its memory is bounded by the pool.
#pragma once

#include "engine/market/book.h"
#include "engine/market/daypath.h"

typedef struct flow flow;

typedef struct {
    uint64_t seed;
    uint64_t stream; // of the security; two numbers from 2 * stream on are used
    daypath *path;   // borrowed; the flow alone asks it from flow_start to flow_stop
    int64_t tick;
    double daily_volume; // shares
    double pace;         // mean arrivals a second
    uint32_t max_orders; // of the book
    book_stream *out;    // of the book; borrowed, and flushed after each command of the flow
} flow_config;

flow *flow_new(const flow_config *config);
void flow_free(flow *f);

// Starts, or starts again, at `now`: fills the book and schedules the first arrival. The fair price has walked on
// meanwhile. crowd: the book collects for an auction that is held at once, so its orders come now.
void flow_start(flow *f, book *b, bool crowd, int64_t now);
// Cancels every order of the flow.
void flow_stop(flow *f, book *b, int64_t now);

// Before an auction is held: sees to its price (gather_settle), which is the fair one but for orders so large that
// nobody wants to stand against them. After it: takes back what that left, and fills the book.
void flow_settle(flow *f, book *b, int64_t now);
void flow_settled(flow *f, book *b, int64_t now);

int64_t flow_next(const flow *f); // when the next arrival is due
void flow_step(flow *f, book *b); // lets it happen
void flow_observe(flow *f, const book_event *event);

size_t flow_memory(const flow *f); // bytes
