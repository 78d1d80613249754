// One security's limit order book with price-time priority and continuous matching.
// A book owns its orders, in a pool of fixed size made at book_new: nothing is allocated afterwards, and a full pool
// is a reject. Prices are integers in 1e-4 currency units, quantities whole shares. Everything that happens is
// written to a stream, in order, with sequence numbers without gaps; any view can be rebuilt from it. Not
// thread-safe: the owner's thread alone calls the books of a stream. Deterministic: no clock, no randomness; times
// come in with the commands.
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
    uint32_t max_orders;  // size of the pool, up to 1,048,575; max_orders * max_quantity is below 2^44
    uint32_t window; // price levels a side that are reached directly, a multiple of 64 from 256 to 4096; 0 for 4096
    uint32_t number; // carried on every event
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

// What rests at one price: quantity and number of orders in one word, so that one addition keeps both.
typedef uint64_t book_held;
enum { BOOK_HELD_BITS = 20, BOOK_MAX_ORDERS = (1 << BOOK_HELD_BITS) - 1 };
static inline int64_t book_held_quantity(book_held h) { return (int64_t)(h >> BOOK_HELD_BITS); }
static inline uint32_t book_held_orders(book_held h) { return (uint32_t)h & ((1U << BOOK_HELD_BITS) - 1); }

typedef enum {
    BOOK_ACCEPTED, // order, quantity, price; leaves = quantity; its fills follow, and what is left of it then rests
    BOOK_REJECTED, // reason, price and asked; order = 0, or the id named by a cancel or replace
    BOOK_FILL, // one per maker met: order = taker, maker, quantity, price (the maker's), leaves (taker), maker_leaves
    BOOK_CANCELLED, // leaves = what was taken off
    BOOK_REPLACED,  // quantity = leaves = the new open quantity, new price; its fills follow
} book_event_kind;

enum {
    BOOK_RESTS = 1,         // BOOK_ACCEPTED: it may rest (day limit)
    BOOK_KEPT_PRIORITY = 2, // BOOK_REPLACED
};

typedef struct {
    uint64_t sequence; // 1, 2, 3 … in the stream
    book_order_id order;
    uint64_t tag;
    int64_t price;
    int64_t time;
    int64_t asked; // BOOK_REJECTED: the quantity of the request
    uint32_t quantity, leaves;
    uint32_t owner;
    uint32_t book;  // book_config.number
    uint8_t kind;   // book_event_kind
    uint8_t reason; // book_reject
    uint8_t side;   // of `order`; a maker's is the other
    uint8_t flags;  // BOOK_RESTS, BOOK_KEPT_PRIORITY
    // Of a fill; in other events these hold anything.
    uint32_t maker_owner;
    book_order_id maker;
    uint64_t maker_tag;
    uint32_t maker_leaves;
} book_event;

// Where books write their events: one stream for all books of a market, in one order. A command's events wait in a
// small buffer until it is full or flushed, so that the listener takes them in batches: whoever commands a book
// flushes when the listener is to know.
typedef struct book_stream book_stream;
enum { BOOK_STREAM_EVENTS = 64 };

// May not command the books that tell it, nor look at them: a full buffer goes out in the middle of a command. Views
// are whole between commands.
typedef void (*book_sink)(void *context, const book_event *events, size_t n);

book_stream *book_stream_new(book_sink sink, void *context); // a NULL sink drops the events
void book_stream_free(book_stream *s);                       // what was not flushed is lost; NULL is good
void book_stream_flush(book_stream *s);

// The stream is borrowed and outlives the book. STATUS_INVALID names the field that is out of range; STATUS_FULL when
// there is no memory.
status book_new(const book_config *config, book_stream *stream, book **out);
void book_free(book *b); // NULL is good

book_order_id book_submit_limit(book *b, const book_request *r); // both are parts of book_submit
book_order_id book_submit_other(book *b, const book_request *r);

// Matches and, where allowed, rests. Returns the id of the order (live only if it rests), or 0 when rejected.
static inline book_order_id book_submit(book *b, const book_request *r) {
    bool plain = r->type == ORDER_LIMIT && r->tif == TIF_DAY;
    return plain ? book_submit_limit(b, r) : book_submit_other(b, r);
}

// False, with a BOOK_REJECTED event, when no such order is live.
bool book_cancel(book *b, book_order_id order, int64_t time);
// New open quantity and price. The same price with no larger quantity keeps priority; anything else goes to the tail of
// its level, or trades if it crosses. The id stays. Rejected, it leaves the order as it was.
bool book_replace(book *b, book_order_id order, int64_t quantity, int64_t price, int64_t time);

// For whoever sees commands coming: a command on this order, or a limit order of this side and price, comes soon. They
// change nothing but what the processor's caches hold. The order must be named twice, the first time (`early`) some ten
// commands before the second, and the second some five before the command.
void book_expect(const book *b, book_order_id order, bool early);
void book_expect_limit(const book *b, side s, int64_t price, bool early);

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
uint64_t book_sequence(const book *b); // of the last event of its stream
size_t book_memory(const book *b);     // bytes

// Asserts every invariant (never crossed, counts, links, best prices); slow, for tests.
void book_check(const book *b);
