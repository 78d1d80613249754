// One security's limit order book with price-time priority and continuous matching.
// A book owns its orders, in a pool of fixed size made at book_new: nothing is allocated afterwards, and a full pool is
// a reject. Prices are integers in 1e-4 currency units, quantities whole shares. Everything that happens is told to the
// sink, in order, with sequence numbers without gaps; any view can be rebuilt from that stream. Not thread-safe: the
// owner's thread alone calls it. Deterministic: no clock, no randomness; times come in with the commands.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/status.h"

typedef struct book book;

// Handle issued by the book: a slot of its pool and the generation of that slot; 0 is never an order, and an id never
// comes back. Below 2^63. Orders that can't rest (market, IOC, FOK) get numbers of their own that are never live.
typedef uint64_t book_order_id;

// 1 … max_orders for an order that may rest, and no other live order has it: for arrays beside the book.
static inline uint32_t book_slot(book_order_id order) { return (uint32_t)order; }

typedef enum { SIDE_BUY, SIDE_SELL } side;
typedef enum { ORDER_LIMIT, ORDER_MARKET } order_type;
typedef enum {
    TIF_DAY, // rests, if it is a limit order; what a market order leaves is cancelled
    TIF_IOC, // what does not fill at once is cancelled
    TIF_FOK, // fills whole at once, or leaves the book untouched
} time_in_force;

// A command is judged in this order, and the first reason that holds is given. A command that names an order is judged
// by REJECT_UNKNOWN before all else.
typedef enum {
    REJECT_NONE,
    REJECT_KIND,         // no such side, type or time in force
    REJECT_QUANTITY,     // zero, negative, over the limit or not a multiple of the lot
    REJECT_PRICE,        // not positive or over the limit (0 is good for a market order)
    REJECT_TICK,         // not a multiple of the tick
    REJECT_UNKNOWN,      // no such live order
    REJECT_FULL,         // the pool is exhausted: an order that may rest needs a free slot when it comes in
    REJECT_NO_LIQUIDITY, // a market order met an empty side
    REJECT_FOK,          // could not fill whole
} book_reject;

// "not a multiple of the tick"
const char *book_reject_text(book_reject reason);

typedef struct {
    int64_t tick;         // smallest price step, > 0
    int64_t lot;          // smallest quantity step, > 0
    int64_t max_quantity; // per order, lot … 4,294,967,295
    int64_t max_price;    // tick … 4,294,967,294 ticks
    uint32_t max_orders;  // size of the pool, up to 2^30
    uint32_t window; // price levels a side that are reached directly, a multiple of 64 from 256 to 4096; 0 for 4096
} book_config;

typedef struct {
    uint64_t tag;   // the submitter's own number, carried on every event of the order
    uint32_t owner; // account; 0 is the anonymous market
    side side;
    order_type type;
    time_in_force tif;
    int64_t quantity;
    int64_t price; // worst acceptable price of a market order, or 0 for any
    int64_t time;  // ns, for the events only
} book_request;

typedef enum {
    BOOK_ACCEPTED, // order, quantity, price; leaves = quantity; its fills follow, and what is left of it then rests
    BOOK_REJECTED, // reason; what was asked for; order = 0, or the id named by a cancel or replace
    BOOK_FILL, // one per maker met: order = taker, maker, quantity, price (the maker's), leaves (taker), maker_leaves
    BOOK_CANCELLED, // leaves = what was taken off
    BOOK_REPLACED,  // quantity = leaves = the new open quantity, new price; kept_priority; its fills follow
} book_event_kind;

typedef struct {
    uint64_t sequence; // 1, 2, 3 …
    book_event_kind kind;
    book_reject reason;
    side side; // of `order`; a maker's is the other
    bool kept_priority;
    bool rests; // BOOK_ACCEPTED: it may rest (day limit)
    book_order_id order, maker;
    uint64_t tag, maker_tag;
    uint32_t owner, maker_owner;
    int64_t quantity, price, leaves, maker_leaves;
    int64_t time;
} book_event;

// May not call the book that tells it. An event is told when it has been applied; the order that came in rests only
// after its last fill, so views are whole between commands.
typedef void (*book_sink)(void *context, const book_event *event);

// The sink may be NULL. STATUS_INVALID names the field that is out of range; STATUS_FULL when there is no memory.
status book_new(const book_config *config, book_sink sink, void *sink_context, book **out);
void book_free(book *b); // NULL is good

// Matches and, where allowed, rests. Returns the id of the order (live only if it rests), or 0 when rejected.
book_order_id book_submit(book *b, const book_request *request);
// False, with a BOOK_REJECTED event, when no such order is live.
bool book_cancel(book *b, book_order_id order, int64_t time);
// New open quantity and price. The same price with no larger quantity keeps priority; anything else goes to the tail of
// its level, or trades if it crosses. The id stays. Rejected, it leaves the order as it was.
bool book_replace(book *b, book_order_id order, int64_t quantity, int64_t price, int64_t time);

typedef struct {
    int64_t price;
    int64_t quantity;
    uint32_t orders;
} book_level;

int64_t book_best_bid(const book *b); // 0 when that side is empty
int64_t book_best_ask(const book *b);
// The best `max` levels of a side, best first; returns how many there are.
size_t book_depth(const book *b, side s, book_level *out, size_t max);
// The level at a price; all zero but the price when nothing rests there.
book_level book_level_at(const book *b, side s, int64_t price);

typedef struct {
    book_order_id id;
    uint64_t tag;
    uint32_t owner;
    side side;
    int64_t price, quantity; // open quantity
} book_order;

bool book_find(const book *b, book_order_id id, book_order *out);
// Place in the queue at its price, from 1; *ahead is the quantity before it, *total the orders at the level. Walks the
// queue up to the order.
bool book_queue_position(const book *b, book_order_id id, uint32_t *place, uint32_t *total, int64_t *ahead);
// Live orders of one level in priority order, at most `max`; for views by order and for tests.
size_t book_level_orders(const book *b, side s, int64_t price, book_order *out, size_t max);

uint32_t book_live_orders(const book *b);
uint64_t book_sequence(const book *b); // of the last event
size_t book_memory(const book *b);     // bytes

// Asserts every invariant (never crossed, counts, links, best prices); slow, for tests.
void book_check(const book *b);
