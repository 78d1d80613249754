// The inside of a book, shared by the files that make it: continuous (matching), waiting (stops, trailing stops, orders
// aside), auction, session (states, mass cancels), expiry, standing (how orders come to stand in the book and leave
// it), mirror, and book and replace (the commands).
#pragma once

#include "engine/market/book.h"
#include "engine/market/events.h"
#include "engine/market/guards.h"
#include "engine/market/resting.h"

#define UNLIKELY(x) __builtin_expect(!!(x), 0)

// Where a live order stands.
typedef enum {
    PLACE_DISPLAY, // in the queue of its price
    PLACE_STOP,    // in the queue of its stop price
    PLACE_ASIDE,   // among the all-or-none orders
    PLACE_AUCTION, // a market order that waits for one
    PLACE_NONE,    // on its way, as a taker
} order_place;

// What a special order has besides its pool_order, by slot.
typedef struct {
    int64_t expires;        // INT64_MAX = never
    uint32_t hidden;        // open beyond what it shows
    uint32_t display;       // of an iceberg, otherwise 0
    uint32_t limit;         // ticks; of a market order or a stop without a limit the worst price, 0 = none
    uint32_t stop, trail;   // ticks, 0 = none
    uint32_t other;         // slot of the other of its pair, 0 = none
    uint32_t before, after; // in the list of trailing stops
    uint32_t timed;         // place among those that have a time, from 1; 0 = it has none
    uint32_t met;           // number of the look at which its pair was met, see continuous.c
    uint8_t place;          // order_place
    uint8_t type, tif, traits;
} order_extra;

typedef struct {
    uint32_t head, tail;
} order_list;

struct book {
    resting resting;
    // What every command looks at fills two cache lines.
    _Alignas(64) book_stream *stream;
    divider price, quantity;
    // A plain limit order goes the short way when its price in ticks is in here; in states other than continuous
    // trading nothing is.
    uint32_t plain_low, plain_span;
    int64_t next_expiry;
    uint64_t passing;   // orders that could not rest
    uint32_t waiting;   // stops and orders aside
    uint32_t last;      // ticks of the last trade, 0 before the first
    uint32_t low, high; // ticks traded since the command began, with the last trade before it
    uint32_t collar_low, collar_high;
    book_state state;
    order_extra *extra;
    uint32_t *timed; // slots of the orders that have a time, a heap from 1 on, see expiry.c
    uint32_t timed_count;
    levels stop[2];         // by side of the order; the side's stop prices, the one triggered first is the best
    order_list trailing[2]; // in the order they came
    order_list aside[2];    // best price first, then first come
    level auction[2];       // market orders that wait
    uint32_t icebergs;      // that stand on display
    uint32_t pairs;
    uint32_t looks; // at what would fill whole
    bool mirrored;  // its prices may cross
    book_config config;
};

// An order on its way through the book. Its limit is the worst rank that it takes on the other side.
typedef struct {
    book_order_id id;
    uint64_t tag;
    int64_t time;
    uint64_t avoid; // account whose orders it does not trade with, NOBODY for none
    uint32_t owner;
    uint32_t limit;
    uint32_t leaves; // open quantity
    uint32_t other;  // slot of the other of its pair, 0 = none
    side side;
    self_trade self;
    bool shows;    // it is on display in whole while it trades: what it shows is what it has open
    book_why why;  // of the cancel of what it leaves
    int64_t price; // for that event
} taker;

#define NOBODY UINT64_MAX
#define ANY_PRICE (LEVELS_NONE - 1)

static inline uint64_t whom_to_avoid(self_trade self, uint32_t owner) {
    return self != SELF_TRADE && owner ? owner : NOBODY;
}

static inline uint32_t ticks_of_rank(side s, uint32_t rank) { return rank ^ ((uint32_t)s - 1); }

// The worst rank that a price lets an order of side s take on the other side; 0 ticks = any within the collar.
static inline uint32_t limit_of(const book *b, side s, uint32_t ticks) {
    uint32_t edge = s == SIDE_BUY ? b->collar_high : b->collar_low;
    if (!ticks || (s == SIDE_BUY ? ticks > edge : ticks < edge))
        ticks = edge;
    return rank_of_ticks(side_other(s), ticks);
}

static inline pool_order *order_at(book *b, uint32_t slot) { return &b->resting.pool.at[slot]; }

static inline order_place place_of(const book *b, uint32_t slot) {
    return pool_is_special(&b->resting.pool.at[slot]) ? (order_place)b->extra[slot].place : PLACE_DISPLAY;
}

static inline uint32_t other_of(const book *b, uint32_t slot) {
    return pool_is_special(&b->resting.pool.at[slot]) ? b->extra[slot].other : 0;
}

static inline uint32_t hidden_of(const book *b, uint32_t slot) {
    return pool_is_special(&b->resting.pool.at[slot]) ? b->extra[slot].hidden : 0;
}

static inline uint32_t open_of(const book *b, uint32_t slot) {
    return b->resting.pool.at[slot].quantity + hidden_of(b, slot);
}

// A command begins: of what was traded before, the last price alone counts for stops.
static inline void forget_trades(book *b) {
    b->low = b->last ? b->last : UINT32_MAX;
    b->high = b->last;
}

static inline void note_trade(book *b, uint32_t ticks) {
    b->last = ticks;
    b->low = ticks < b->low ? ticks : b->low;
    b->high = ticks > b->high ? ticks : b->high;
}

// ---- standing.c: how orders come to stand and leave ----

// The limit of a live order (of a market order and a stop the worst price), 1e-4 units; 0 = none.
int64_t standing_price(const book *b, uint32_t slot);
uint32_t standing_shown(const book *b, uint32_t slot);

// Takes the order out of its place and its pair; its slot goes back to the pool.
void standing_leave(book *b, uint32_t slot);
// Takes it out of its place only.
void standing_lift(book *b, uint32_t slot);
// Tells that it is cancelled (or expired), and lets it leave.
void standing_cancel(book *b, uint32_t slot, book_event_kind kind, book_why why, int64_t time);
// Cancels the other of an order's pair, if there is one.
void standing_cancel_other(book *b, uint32_t slot, int64_t time);
// What is left of a taker takes its place on display; an iceberg shows its first part, and a triggered order itself.
void standing_show(book *b, uint32_t slot, uint32_t leaves, bool tell, int64_t time);
// After a trade: an order with nothing left to show goes to the tail of its price with what it hides, or leaves.
void standing_go_on(book *b, uint32_t slot, int64_t time);
void standing_unpair(book *b, uint32_t slot);

// Puts an all-or-none order, with its rank set, among those aside.
void aside_insert(book *b, uint32_t slot);
void aside_remove(book *b, uint32_t slot);
// Puts a stop, with extra.stop set, into the queue of its stop price.
void stop_insert(book *b, uint32_t slot);
void stop_remove(book *b, uint32_t slot);
void auction_insert(book *b, uint32_t slot);
void trailing_append(book *b, uint32_t slot);

static inline uint32_t stop_rank(side s, uint32_t ticks) { return rank_of_ticks(side_other(s), ticks); }

// ---- telling ----

static inline book_event *tell_begin(book *b, book_event_kind kind, side s, uint8_t flags) {
    book_event *e = stream_next(b->stream);
    e->book = b->resting.number;
    event_kind(e, kind, s, flags);
    return e;
}

// An event of a taker: `quantity` was taken off it, or is open now.
static inline void tell_taker(book *b, book_event_kind kind, const taker *t, uint32_t quantity, uint32_t shown,
                              int64_t price, uint8_t reason, uint8_t flags) {
    book_event *e = tell_begin(b, kind, t->side, flags);
    e->reason = reason;
    e->order = t->id;
    e->tag = t->tag;
    e->price = price;
    e->time = t->time;
    e->quantity = quantity;
    e->leaves = t->leaves;
    e->shown = shown;
    e->owner = t->owner;
    stream_tell(b->stream, e);
}

// An event of a live order.
void tell_order(book *b, book_event_kind kind, uint32_t slot, int64_t price, uint32_t quantity, uint32_t leaves,
                uint32_t shown, uint8_t reason, int64_t time);

// ---- book.c ----

// An order that a command names is rejected, or the request of a new one (id 0); `o` is NULL when it is unknown. False.
bool tell_rejected(book *b, const book_request *asked, book_order_id id, const pool_order *o, book_reject reason);
// A displayed order whose slot is taken trades what it can; the rest of it takes its place, or it leaves.
void match_and_rest(book *b, uint32_t slot, taker *t);

// ---- waiting.c ----

// Lets stops and orders aside have their turn, to be called at the end of each command while any wait.
void waiting_settle(book *b, int64_t time);

static inline void settle(book *b, int64_t time) {
    if (UNLIKELY(b->waiting))
        waiting_settle(b, time);
}

// ---- expiry.c ----

// An order with a time begins to live, or leaves.
void expiry_add(book *b, uint32_t slot);
void expiry_remove(book *b, uint32_t slot);
void expiry_run(book *b, int64_t time);

static inline void expire_due(book *b, int64_t time) {
    if (UNLIKELY(time >= b->next_expiry))
        expiry_run(b, time);
}

// ---- auction.c ----

// Trades at the indicative price, if there is one, and cancels the market orders that are left.
void auction_uncross(book *b, int64_t time);
