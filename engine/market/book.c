#include "engine/market/book.h"

#include <stdlib.h>

#include "engine/market/continuous.h"
#include "engine/market/events.h"
#include "engine/market/resting.h"
#include "src/base/mem.h"

#define PASSING (UINT64_C(1) << 62) // marks the ids of orders that can't rest

// Divides by a fixed step and finds out at once whether it divides evenly. With step = 2^shift * odd and `inverse` the
// inverse of odd modulo 2^64, rotating x * inverse right by `shift` gives x / step when step divides x, and otherwise a
// number above (2^64 - 1) / step (Granlund and Montgomery 1994, "Division by invariant integers using multiplication",
// section 9). So one comparison with a limit below that bound checks evenness and size together.
typedef struct {
    uint64_t inverse;
    unsigned shift;
    uint64_t most; // largest quotient that is good
} divider;

struct book {
    resting resting;
    events events;
    divider price, quantity;
    uint64_t passing; // orders that could not rest
    book_config config;
};

static divider divider_make(int64_t step, int64_t limit) {
    divider d = {.shift = (unsigned)__builtin_ctzll((uint64_t)step), .most = (uint64_t)(limit / step)};
    uint64_t odd = (uint64_t)step >> d.shift;
    // Newton's iteration doubles the bits that are right; odd * odd = 1 modulo 8 gives the first three.
    d.inverse = odd;
    for (int bits = 3; bits < 64; bits *= 2)
        d.inverse *= 2 - odd * d.inverse;
    return d;
}

// x / step when x is a multiple of step between step and the limit, otherwise 0.
static inline uint32_t divider_divide(const divider *d, int64_t x) {
    uint64_t product = (uint64_t)x * d->inverse;
    uint64_t quotient = d->shift ? product >> d->shift | product << (64 - d->shift) : product;
    return quotient <= d->most ? (uint32_t)quotient : 0;
}

const char *book_reject_text(book_reject reason) {
    static const char *const texts[] = {
        [REJECT_NONE] = "not rejected",
        [REJECT_KIND] = "no such side, type or time in force",
        [REJECT_QUANTITY] = "quantity is not positive, over the limit or not a multiple of the lot",
        [REJECT_PRICE] = "price is not positive or over the limit",
        [REJECT_TICK] = "price is not a multiple of the tick",
        [REJECT_UNKNOWN] = "no such live order",
        [REJECT_FULL] = "the book is full",
        [REJECT_NO_LIQUIDITY] = "nothing rests on the other side",
        [REJECT_FOK] = "can't be filled whole at once",
    };
    return (size_t)reason < sizeof texts / sizeof *texts ? texts[reason] : "unknown reason";
}

static status check_config(const book_config *c) {
    if (c->tick <= 0)
        return status_fail(STATUS_INVALID, "tick %lld of a book is not positive", (long long)c->tick);
    if (c->lot <= 0)
        return status_fail(STATUS_INVALID, "lot %lld of a book is not positive", (long long)c->lot);
    if (c->max_quantity < c->lot || c->max_quantity > UINT32_MAX)
        return status_fail(STATUS_INVALID, "max_quantity %lld of a book is not between the lot and %lu",
                           (long long)c->max_quantity, (unsigned long)UINT32_MAX);
    if (c->max_price < c->tick || c->max_price / c->tick > CONTINUOUS_ANY_PRICE)
        return status_fail(STATUS_INVALID, "max_price %lld of a book is not between 1 and %lu ticks",
                           (long long)c->max_price, (unsigned long)CONTINUOUS_ANY_PRICE);
    if (c->max_orders < 1 || c->max_orders > POOL_MAX_ORDERS)
        return status_fail(STATUS_INVALID, "max_orders %u of a book is not between 1 and %d", c->max_orders,
                           POOL_MAX_ORDERS);
    if (c->window && (c->window % 64 || c->window < LEVELS_WINDOW_MIN || c->window > LEVELS_WINDOW_MAX))
        return status_fail(STATUS_INVALID, "window %u of a book is not a multiple of 64 from %d to %d", c->window,
                           LEVELS_WINDOW_MIN, LEVELS_WINDOW_MAX);
    return STATUS_OK;
}

status book_new(const book_config *config, book_sink sink, void *sink_context, book **out) {
    TRY(check_config(config));
    book *b = mem_try(1, sizeof *b);
    if (!b)
        return status_fail(STATUS_FULL, "no memory for a book");
    b->config = *config;
    b->events = (events){.sink = sink, .context = sink_context};
    b->price = divider_make(config->tick, config->max_price);
    b->quantity = divider_make(config->lot, config->max_quantity);
    status made = resting_init(&b->resting, config->tick, config->max_orders,
                               config->window ? config->window : LEVELS_WINDOW_MAX);
    if (made != STATUS_OK) {
        free(b);
        return made;
    }
    *out = b;
    return STATUS_OK;
}

void book_free(book *b) {
    if (!b)
        return;
    resting_release(&b->resting);
    free(b);
}

static book_reject judge_quantity(const book *b, int64_t quantity) {
    return divider_divide(&b->quantity, quantity) ? REJECT_NONE : REJECT_QUANTITY;
}

// *ticks is the price in ticks when it is good.
static book_reject judge_price(const book *b, int64_t price, uint32_t *ticks) {
    *ticks = divider_divide(&b->price, price);
    if (*ticks)
        return REJECT_NONE;
    return price <= 0 || price > b->config.max_price ? REJECT_PRICE : REJECT_TICK;
}

static bool may_rest(const book_request *r) { return r->type == ORDER_LIMIT && r->tif == TIF_DAY; }

// Judges a request, and fills in what matching needs but the id.
static book_reject judge(const book *b, const book_request *r, continuous_taker *t) {
    if ((unsigned)r->side > SIDE_SELL || (unsigned)r->type > ORDER_MARKET || (unsigned)r->tif > TIF_FOK)
        return REJECT_KIND;
    if (judge_quantity(b, r->quantity))
        return REJECT_QUANTITY;
    *t = (continuous_taker){.tag = r->tag,
                            .owner = r->owner,
                            .side = r->side,
                            .limit = CONTINUOUS_ANY_PRICE,
                            .leaves = (uint32_t)r->quantity,
                            .time = r->time};
    if (r->type == ORDER_LIMIT || r->price) {
        uint32_t ticks;
        book_reject reason = judge_price(b, r->price, &ticks);
        if (reason)
            return reason;
        t->limit = rank_of_ticks(side_other(r->side), ticks);
    }
    if (may_rest(r))
        return pool_exhausted(&b->resting.pool) ? REJECT_FULL : REJECT_NONE;
    if (r->type == ORDER_MARKET && b->resting.side[side_other(r->side)].best == LEVELS_NONE)
        return REJECT_NO_LIQUIDITY;
    if (r->tif == TIF_FOK && !continuous_fills_whole(&b->resting, t))
        return REJECT_FOK;
    return REJECT_NONE;
}

static book_event *event_of_request(book *b, book_event_kind kind, const book_request *r) {
    book_event *event = events_blank(&b->events, kind, r->time);
    event->side = r->side;
    event->tag = r->tag;
    event->owner = r->owner;
    event->quantity = r->quantity;
    event->price = r->price;
    return event;
}

static void tell_accepted(book *b, const book_request *r, book_order_id id) {
    book_event *event = event_of_request(b, BOOK_ACCEPTED, r);
    event->rests = may_rest(r);
    event->order = id;
    event->leaves = r->quantity;
    events_tell(&b->events, event);
}

static void tell_rejected(book *b, const book_request *r, book_reject reason) {
    book_event *event = event_of_request(b, BOOK_REJECTED, r);
    event->reason = reason;
    event->order = 0;
    event->leaves = 0;
    events_tell(&b->events, event);
}

// What t->leaves was taken off, or is now open.
static void tell_changed(book *b, book_event_kind kind, const continuous_taker *t, int64_t price, bool kept_priority) {
    book_event *event = events_blank(&b->events, kind, t->time);
    event->side = t->side;
    event->kept_priority = kept_priority;
    event->order = t->id;
    event->tag = t->tag;
    event->owner = t->owner;
    event->quantity = t->leaves;
    event->price = price;
    event->leaves = t->leaves;
    events_tell(&b->events, event);
}

// An order whose slot is taken trades what it can; the rest of it goes into the book, or the slot is given back.
static void match_and_rest(book *b, uint32_t slot, continuous_taker *t) {
    if (continuous_crosses(&b->resting, t))
        continuous_match(&b->resting, &b->events, t);
    if (!t->leaves) {
        pool_give(&b->resting.pool, slot);
        return;
    }
    b->resting.pool.at[slot].quantity = t->leaves;
    resting_append(&b->resting, slot);
}

// The rank of a limit on the order's own side, from the one on the other side.
static uint32_t own_rank(uint32_t limit) { return UINT32_MAX - limit; }

static book_order_id submit_resting(book *b, const book_request *r, continuous_taker *t) {
    pool *orders = &b->resting.pool;
    uint32_t slot = pool_take(orders, r->side);
    pool_order *o = &orders->at[slot];
    o->tag = r->tag;
    o->owner = r->owner;
    o->rank = own_rank(t->limit);
    t->id = pool_id(orders, slot);
    tell_accepted(b, r, t->id);
    match_and_rest(b, slot, t);
    return t->id;
}

static book_order_id submit_passing(book *b, const book_request *r, continuous_taker *t) {
    t->id = PASSING | ++b->passing;
    tell_accepted(b, r, t->id);
    continuous_match(&b->resting, &b->events, t);
    if (t->leaves)
        tell_changed(b, BOOK_CANCELLED, t, r->price, false);
    return t->id;
}

book_order_id book_submit(book *b, const book_request *request) {
    continuous_taker taker;
    book_reject reason = judge(b, request, &taker);
    if (reason) {
        tell_rejected(b, request, reason);
        return 0;
    }
    return may_rest(request) ? submit_resting(b, request, &taker) : submit_passing(b, request, &taker);
}

// Of a command that names an order; `slot` is 0 when it is unknown.
static bool refuse(book *b, book_order_id id, uint32_t slot, book_reject reason, const book_request *asked) {
    book_event *event = event_of_request(b, BOOK_REJECTED, asked);
    event->reason = reason;
    event->order = id;
    event->leaves = 0;
    if (slot) {
        const pool_order *o = &b->resting.pool.at[slot];
        event->side = pool_side(o);
        event->tag = o->tag;
        event->owner = o->owner;
    }
    events_tell(&b->events, event);
    return false;
}

static continuous_taker taker_of(const book *b, uint32_t slot, int64_t time) {
    const pool_order *o = &b->resting.pool.at[slot];
    return (continuous_taker){.id = pool_id(&b->resting.pool, slot),
                              .tag = o->tag,
                              .owner = o->owner,
                              .side = pool_side(o),
                              .leaves = o->quantity,
                              .time = time};
}

bool book_cancel(book *b, book_order_id order, int64_t time) {
    uint32_t slot = pool_find(&b->resting.pool, order);
    if (!slot)
        return refuse(b, order, 0, REJECT_UNKNOWN, &(book_request){.time = time});
    continuous_taker gone = taker_of(b, slot, time);
    int64_t price = price_of_rank(&b->resting, gone.side, b->resting.pool.at[slot].rank);
    resting_unlink(&b->resting, slot);
    pool_give(&b->resting.pool, slot);
    tell_changed(b, BOOK_CANCELLED, &gone, price, false);
    return true;
}

bool book_replace(book *b, book_order_id order, int64_t quantity, int64_t price, int64_t time) {
    uint32_t slot = pool_find(&b->resting.pool, order), ticks = 0;
    book_reject reason = slot ? judge_quantity(b, quantity) : REJECT_UNKNOWN;
    if (!reason)
        reason = judge_price(b, price, &ticks);
    if (reason)
        return refuse(b, order, slot, reason, &(book_request){.quantity = quantity, .price = price, .time = time});

    pool_order *o = &b->resting.pool.at[slot];
    continuous_taker t = taker_of(b, slot, time);
    uint32_t rank = rank_of_ticks(t.side, ticks);
    t.leaves = (uint32_t)quantity;
    t.limit = own_rank(rank);
    if (rank == o->rank && t.leaves <= o->quantity) {
        resting_reduce(&b->resting, slot, o->quantity - t.leaves);
        tell_changed(b, BOOK_REPLACED, &t, price, true);
        return true;
    }
    resting_unlink(&b->resting, slot);
    o->rank = rank;
    tell_changed(b, BOOK_REPLACED, &t, price, false);
    match_and_rest(b, slot, &t);
    return true;
}

static int64_t best_price(const book *b, side s) {
    uint32_t best = b->resting.side[s].best;
    return best == LEVELS_NONE ? 0 : price_of_rank(&b->resting, s, best);
}

int64_t book_best_bid(const book *b) { return best_price(b, SIDE_BUY); }

int64_t book_best_ask(const book *b) { return best_price(b, SIDE_SELL); }

size_t book_depth(const book *b, side s, book_level *out, size_t max) {
    return resting_depth(&b->resting, s, out, max);
}

book_level book_level_at(const book *b, side s, int64_t price) { return resting_level_at(&b->resting, s, price); }

bool book_find(const book *b, book_order_id id, book_order *out) {
    uint32_t slot = pool_find(&b->resting.pool, id);
    if (!slot)
        return false;
    *out = resting_order(&b->resting, slot);
    return true;
}

bool book_queue_position(const book *b, book_order_id id, uint32_t *place, uint32_t *total, int64_t *ahead) {
    return resting_queue_position(&b->resting, id, place, total, ahead);
}

size_t book_level_orders(const book *b, side s, int64_t price, book_order *out, size_t max) {
    return resting_level_orders(&b->resting, s, price, out, max);
}

uint32_t book_live_orders(const book *b) { return b->resting.pool.live; }

uint64_t book_sequence(const book *b) { return b->events.sequence; }

size_t book_memory(const book *b) { return sizeof *b + resting_memory(&b->resting); }

void book_check(const book *b) {
    resting_check(&b->resting);
    int64_t bid = book_best_bid(b), ask = book_best_ask(b);
    assert(!bid || !ask || bid < ask);
}
