// The simulated venue: order books that are alive when no feed is there.
// Each live book has its own seeded event-time flow of limit, market and cancel arrivals around a fair value that
// drifts and clusters (flow.h); the operator's orders meet it in the same matching engine. Deterministic in (seed,
// date, the sequence of calls), however finely time is advanced, and no book depends on another; time is the venue's
// own, in ns since the session opened, and moves only in venue_advance. Owns its books. Called by the desk's thread
// alone.
#pragma once

#include <stdint.h>

#include "engine/market/book.h"
#include "src/base/clock.h"
#include "src/base/status.h"

typedef struct venue venue;

enum { VENUE_MARKET = 0, VENUE_DESK = 1 }; // owners of orders
enum { VENUE_MAX_ORDERS = 2048 };          // resting in one book, about 260 of them the market's

typedef struct {
    uint64_t seed;
    date session;
    double pace; // mean market events a second in each live book; 12 by default (0)
} venue_config;

typedef struct {
    int32_t sid;
    int64_t reference;   // last close, 1e-4 units
    double volatility;   // daily, e.g. 0.018
    double daily_volume; // mean shares a day; sizes follow from it
    int64_t tick;        // 100 = one cent
} venue_security;

// Every event of every book (the market's own included), with the security. May not call the venue.
typedef void (*venue_sink)(void *context, int32_t sid, const book_event *event);

status venue_new(const venue_config *config, venue_sink sink, void *context, venue **out);
void venue_free(venue *v);

// Makes the security's book live, filled with a plausible resting book around its reference; no-op when it is live. A
// book that was closed in this session goes on: its fair value has walked on from where it was (the reference and the
// other fields of `security` count the first time only), its event numbers and statistics continue.
status venue_open(venue *v, const venue_security *security);
// Stops the flow of a book and cancels its market orders; the desk's own orders there are cancelled too.
void venue_close(venue *v, int32_t sid);
bool venue_is_open(const venue *v, int32_t sid);

// Lets everything happen that is due up to `now` (ns since the session opened), in time order over all books, and in
// the order of sids at one instant. A `now` in the past does nothing.
void venue_advance(venue *v, int64_t now);
int64_t venue_now(const venue *v);
// When the next event is due, or INT64_MAX.
int64_t venue_next(const venue *v);

// As book_*, on the security's book, at the venue's time (the request's is ignored). STATUS_NOT_FOUND when the book is
// not open; STATUS_REFUSED, with the reason as the sentence, when the book rejected it (BOOK_REJECTED has been told,
// too), or when the order is one of the market's; STATUS_INVALID when a request's owner is VENUE_MARKET.
status venue_submit(venue *v, int32_t sid, const book_request *request, book_order_id *out);
status venue_cancel(venue *v, int32_t sid, book_order_id order);
status venue_replace(venue *v, int32_t sid, book_order_id order, int64_t quantity, int64_t price);

const book *venue_book(const venue *v, int32_t sid); // NULL when not open; borrowed

typedef struct {
    int64_t last, open, high, low; // prices; before the first trade last = reference and the others 0
    int64_t volume;
    double vwap; // 1e-4 units, 0 before the first trade
    int64_t trades;
    int64_t last_time; // venue time of the last trade, -1 before
    side last_aggressor;
} venue_session;

// False when the security was never open in this session.
bool venue_statistics(const venue *v, int32_t sid, venue_session *out);
// The fair price, 1e-4 units, as of the last event of the book; 0 when it was never open in this session. It follows
// the news, and nobody's trades: a book that is to go on in another venue is opened around it.
int64_t venue_fair(const venue *v, int32_t sid);
size_t venue_memory(const venue *v); // bytes, all books
