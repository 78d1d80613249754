// One security's limit order book with price-time priority: continuous matching, and auctions at one price.
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

// A stop waits off the display until a trade reaches its stop price (at or above it for a buy, at or below for a sell),
// and is then the order it stands for. A trailing stop's price follows the last trade at the distance `trail`, towards
// the market only.
typedef enum {
    ORDER_LIMIT,
    ORDER_MARKET,        // price: the worst it takes, or 0 for any
    ORDER_STOP,          // then a market order; price as there
    ORDER_STOP_LIMIT,    // then a limit order
    ORDER_TRAILING_STOP, // then a market order; price as there
} order_type;

typedef enum {
    TIF_DAY, // rests until the market closes, if it is a limit order; what a market order leaves is cancelled
    TIF_IOC, // what does not fill at once is cancelled
    TIF_FOK, // fills whole at once, or leaves the book untouched
    TIF_GTC, // rests until it is cancelled
    TIF_GTD, // rests until `expires`
} time_in_force;

// What an order does that would trade with one of its own account: the trade never happens. Decided by the policy of
// the order that comes in; owner 0, the anonymous market, is no account. An auction does not look at it.
typedef enum {
    SELF_TRADE,          // off
    SELF_CANCEL_NEWEST,  // what is left of the order that comes in is cancelled
    SELF_CANCEL_OLDEST,  // the resting order is cancelled, and matching goes on
    SELF_DECREMENT_BOTH, // both lose the smaller quantity; what has nothing left is cancelled
} self_trade;

// Traits of an order, any of which may be joined where it makes sense.
enum {
    ORDER_POST_ONLY = 1,         // limit orders that rest: refused when it would trade as it comes in
    ORDER_ALL_OR_NONE = 2,       // limit orders that rest: trades whole or not at all; not displayed, see book_submit
    ORDER_ICEBERG = 4,           // limit orders that rest: shows `display` at a time, and goes to the tail for more
    ORDER_ONE_CANCELS_OTHER = 8, // `other` is a live order of the same account that is in no such pair yet: as soon as
                                 // one of them fills, be it in part, or is triggered, the other is cancelled
};

typedef enum {
    STATE_CONTINUOUS,
    STATE_PRE_OPEN,        // orders are collected, nothing trades; the book may be crossed
    STATE_OPENING_AUCTION, // the same, with an indicative price; left, it trades at one price
    STATE_CLOSING_AUCTION,
    STATE_HALTED, // only cancels
    STATE_CLOSED, // only cancels
} book_state;

// A command is judged in this order, and the first reason that holds is given. A command that names an order is judged
// by REJECT_UNKNOWN before all else.
typedef enum {
    REJECT_NONE,
    REJECT_KIND,         // no such side, type, time in force, trait or self-trade rule, or they don't go together
    REJECT_STATE,        // the market's state does not take it
    REJECT_QUANTITY,     // zero, negative, over the limit or not a multiple of the lot; or so a displayed quantity
    REJECT_PRICE,        // not positive or over the limit (0 is good for a market order); or so a stop or a trail
    REJECT_TICK,         // not a multiple of the tick
    REJECT_COLLAR,       // a limit outside the collar
    REJECT_UNKNOWN,      // no such live order
    REJECT_EXPIRY,       // good till a time that is past
    REJECT_PAIR,         // `other` is no live order of the account, or it is in a pair already
    REJECT_FULL,         // the pool is exhausted: an order that may rest needs a free slot when it comes in
    REJECT_NO_LIQUIDITY, // a market order met an empty side
    REJECT_POST_ONLY,    // would have traded
    REJECT_FOK,          // could not fill whole
} book_reject;

// "not a multiple of the tick"
const char *book_reject_text(book_reject reason);
const char *book_state_text(book_state state); // "opening auction"

typedef struct {
    int64_t tick;         // smallest price step, > 0
    int64_t lot;          // smallest quantity step, > 0
    int64_t max_quantity; // per order, lot … 4,294,967,295
    int64_t max_price;    // tick … 4,294,967,294 ticks
    int64_t reference;    // price that an auction stays near before the first trade, 0 = none
    uint32_t max_orders;  // size of the pool, up to 1,048,575; max_orders * max_quantity is below 2^44
    uint32_t window;  // price levels a side that are reached directly, a multiple of 64 from 256 to 4096; 0 for 4096
    uint32_t number;  // carried on every event
    book_state state; // at the start
} book_config;

typedef struct {
    uint64_t tag;   // the submitter's own number, carried on every event of the order
    uint32_t owner; // account; 0 is the anonymous market
    uint8_t type;   // order_type
    uint8_t tif;    // time_in_force
    uint8_t traits; // ORDER_POST_ONLY …
    uint8_t self;   // self_trade
    side side;
    int64_t quantity;
    int64_t price;       // limit; worst acceptable price of a market order, or 0 for any
    int64_t time;        // ns, not before that of an earlier command; events carry it, and orders expire by it
    int64_t stop;        // of stops; a trailing stop may have 0: the last trade's price less or plus the trail
    int64_t trail;       // of trailing stops
    int64_t display;     // of icebergs, up to the quantity
    int64_t expires;     // TIF_GTD: gone when a command's time is this or later
    book_order_id other; // ORDER_ONE_CANCELS_OTHER
} book_request;

// What rests at one price: quantity and number of orders in one word, so that one addition keeps both.
typedef uint64_t book_held;
enum { BOOK_HELD_BITS = 20, BOOK_MAX_ORDERS = (1 << BOOK_HELD_BITS) - 1 };
static inline int64_t book_held_quantity(book_held h) { return (int64_t)(h >> BOOK_HELD_BITS); }
static inline uint32_t book_held_orders(book_held h) { return (uint32_t)h & ((1U << BOOK_HELD_BITS) - 1); }

// What is on display is an order's place in the queue of its price and the quantity it shows there. Any view can be
// kept by the events' words on it: `shown` is what the order shows after the event (of a fill: what the
// taker shows; the maker loses the quantity from what it shows, if it shows anything).
typedef enum {
    BOOK_ACCEPTED, // quantity, price; shown = quantity when it is an order that goes on display in whole: it takes its
                   // place at the tail at once, its fills follow and lower it. Otherwise shown = 0
    BOOK_REJECTED, // reason, price and asked; order = 0, or the id named by a cancel or replace
    BOOK_FILL,     // one per maker met: order = taker, maker, quantity, price, leaves (open of the taker), maker_leaves
                   // (open of the maker); price is the maker's, or the auction's. In an auction order is the buy
    BOOK_CANCELLED, // quantity = what was taken off it; leaves = what is left open (0: it is gone); why in reason
    BOOK_REPLACED, // quantity = leaves = open, the new price; without BOOK_KEPT_PRIORITY it leaves its place first, and
                   // if shown > 0 takes one at the tail; its fills follow
    BOOK_SHOWN,    // it takes a place at the tail of its price: leaves = open. An iceberg (again), a stop-limit order
                   // that was triggered
    BOOK_TRIGGERED, // a stop is now the order it stands for: leaves = open, price as that order's
    BOOK_TRAILED,   // price = the new stop price of a trailing stop
    BOOK_EXPIRED,   // as BOOK_CANCELLED: its time or the session is over
    BOOK_STATE,     // reason = the new book_state; told before what the change brings about. order = 0
} book_event_kind;

enum {
    BOOK_KEPT_PRIORITY = 1, // BOOK_REPLACED
    BOOK_AUCTION = 2,       // BOOK_FILL
    BOOK_UNPRINTED = 4,     // BOOK_FILL of a mirrored book: no trade of its own, another event tells its volume
};

typedef enum {
    WHY_ASKED,     // by book_cancel or book_cancel_all
    WHY_REMAINDER, // what a market, IOC or triggered stop order left, or a market order after an auction
    WHY_SELF_TRADE,
    WHY_PAIR, // the other order of the pair filled or was triggered
} book_why;

typedef struct {
    uint64_t sequence; // 1, 2, 3 … in the stream
    book_order_id order;
    uint64_t tag;
    int64_t price;
    int64_t time;
    int64_t asked; // BOOK_REJECTED: the quantity of the request
    uint32_t quantity, leaves, shown;
    uint32_t owner;
    uint32_t book;  // book_config.number
    uint8_t kind;   // book_event_kind
    uint8_t reason; // book_reject, book_why or book_state
    uint8_t side;   // of `order`; a maker's is the other
    uint8_t flags;  // BOOK_KEPT_PRIORITY …
    // Of a fill; in other events these hold anything.
    book_order_id maker;
    uint64_t maker_tag;
    uint32_t maker_owner;
    uint32_t maker_leaves;
} book_event;

// Where books write their events: one stream for all books of a market, in one order. A command's events wait in a
// small buffer until it is full or flushed, so that the listener takes them in batches: whoever commands a book
// flushes when the listener is to know.
typedef struct book_stream book_stream;
enum { BOOK_STREAM_EVENTS = 32 };

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

// Matches and, where allowed, rests or waits. Returns the id of the order (live only if it rests or waits), or 0 when
// rejected.
//
// An all-or-none order that can't fill whole waits aside, off the display. It trades after everything displayed at its
// price, with an order that comes in and still wants as much, at its own price; or as a taker, whole, as soon as what
// rests and waits on the other side would fill it, which is tried after each command: buys first, the best price first,
// then the first to come. Orders aside may have prices that cross the displayed ones.
//
// After each command, a rejected one too, stops are triggered that the last trade before it or a trade since reaches:
// one at a time, buys with the lowest stop price first, then sells with the highest, first come first. Each trades
// before the next is looked at; orders aside are tried when no stop is due. At the end trailing stops follow the last
// price, in the order they came, buys first. All this in continuous trading only.
static inline book_order_id book_submit(book *b, const book_request *r) {
    bool plain = !(r->type | r->tif | r->traits);
    return plain ? book_submit_limit(b, r) : book_submit_other(b, r);
}

// False, with a BOOK_REJECTED event, when no such order is live. The other of a pair stays, alone.
bool book_cancel(book *b, book_order_id order, int64_t time);
// New open quantity and price. The same price with no larger quantity keeps priority; anything else goes to the tail of
// its level, or trades if it crosses. The id stays. Of an iceberg the hidden quantity goes first. Of a waiting stop the
// price is the stop price, and what it stands for keeps its own; a trailing stop trails on from there. Rejected, it
// leaves the order as it was; so are a market order that waits for an auction (REJECT_KIND), a post-only order that
// would trade, and all orders in a state that takes cancels only.
bool book_replace(book *b, book_order_id order, int64_t quantity, int64_t price, int64_t time);

typedef struct {
    bool buys, sells;
    bool every_owner;
    uint32_t owner; // unless every_owner
} book_filter;

// Cancels all live orders that the filter names, in this order: displayed bids from the best, then asks, waiting stops
// (buys from the lowest, then sells from the highest), orders aside (buys from the best, then sells), market orders
// that wait for an auction (buys, then sells). Returns how many.
uint32_t book_cancel_all(book *b, const book_filter *filter, int64_t time);

// Lets every order expire whose time has come, in the order of book_cancel_all. Each command does this first.
void book_expire(book *b, int64_t time);
// When that may next be so, not after the first one's time; INT64_MAX when no order has a time.
int64_t book_next_expiry(const book *b);

// Moves the market into another state; the same state again is no event. When a state that collects orders (pre-open,
// auctions) is left for one that does not, the book trades at its indicative price first, and market orders that find
// nothing are cancelled. In such a state IOC, FOK and post-only orders are rejected (REJECT_STATE), market orders wait,
// limit orders rest unmatched, stops and all-or-none orders wait and are not tried. Closing, day orders expire, market
// orders that wait among them. On the way into continuous trading stops and orders aside have their turn. An order that
// would trade with the other of its pair in an auction cancels that one instead (the buy the sell); the price stays.
void book_set_state(book *b, book_state state, int64_t time);
book_state book_state_of(const book *b);
book_config book_config_of(const book *b); // as it was made, or as its feed has made it larger or finer since

// Limits of all prices from now on, 0 and 0 for none: limit orders outside are rejected, market orders and triggered
// stops take nothing beyond. What rests already stays.
void book_set_collar(book *b, int64_t low, int64_t high);

// The price at which the book would trade now, in a state that collects: the one that trades most, then leaves the
// smallest surplus, then is nearest to the last trade (or the reference of the configuration; without both the lowest
// limit price of the book), then is lower. Inside the collar. Hidden quantities count, orders aside don't. False when
// nothing would trade.
typedef struct {
    int64_t price, volume;
    int64_t surplus; // shares left over at that price, positive when buyers are
} book_indicative;
bool book_auction(const book *b, book_indicative *out);

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

// All views are of what is displayed, unless they say otherwise.
int64_t book_best_bid(const book *b); // 0 when that side is empty
int64_t book_best_ask(const book *b);
int64_t book_last(const book *b); // price of the last trade, 0 before the first
// The best `max` levels of a side, best first; returns how many there are.
size_t book_depth(const book *b, side s, book_level *out, size_t max);
// The level at a price; all zero but the price when nothing rests there.
book_level book_level_at(const book *b, side s, int64_t price);

typedef struct {
    book_order_id id;
    uint64_t tag;
    uint32_t owner;
    side side;
    uint8_t type, tif, traits; // as in the request; a triggered stop is a limit order
    int64_t price;             // limit; 0 = none
    int64_t stop;              // of a waiting stop, otherwise 0
    int64_t quantity;          // open
    int64_t shown;             // of it on display, 0 for orders that wait
    book_order_id other;       // of the pair, 0 = none
} book_order;

bool book_find(const book *b, book_order_id id, book_order *out);
// Place in the queue at its price, from 1, false for an order that is not on display; *ahead is the quantity before it,
// *total the orders at the level. Walks the queue up to the order.
bool book_queue_position(const book *b, book_order_id id, uint32_t *place, uint32_t *total, int64_t *ahead);
// Live orders of one level in priority order, at most `max`; for views by order and for tests.
size_t book_level_orders(const book *b, side s, int64_t price, book_order *out, size_t max);

uint32_t book_live_orders(const book *b); // with those that wait
uint64_t book_sequence(const book *b);    // of the last event of its stream
size_t book_memory(const book *b);        // bytes

// Asserts every invariant (never crossed, counts, links, best prices); slow, for tests.
void book_check(const book *b);
