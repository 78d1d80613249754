#include "engine/market/book.h"

#include <stdlib.h>

#include "engine/market/continuous.h"
#include "engine/market/events.h"
#include "engine/market/resting.h"
#include "src/base/mem.h"

#define UNLIKELY(x) __builtin_expect(!!(x), 0)
// To be written soon. The empty statement is there because a function that only prefetches counts as one without
// effect.
#define PREFETCH(p)                                                                                                    \
    do {                                                                                                               \
        __builtin_prefetch((p), 1);                                                                                    \
        __asm__ volatile("");                                                                                          \
    } while (0)

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
    book_stream *stream;
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
    uint64_t quotient = product >> d->shift | product << (-d->shift & 63);
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
    if (c->max_orders < 1 || c->max_orders > BOOK_MAX_ORDERS)
        return status_fail(STATUS_INVALID, "max_orders %u of a book is not between 1 and %d", c->max_orders,
                           BOOK_MAX_ORDERS);
    if ((uint64_t)c->max_quantity * c->max_orders >> (64 - BOOK_HELD_BITS))
        return status_fail(STATUS_INVALID, "%u orders of up to %lld shares can come to 2^44 shares at one price",
                           c->max_orders, (long long)c->max_quantity);
    if (c->window && (c->window % 64 || c->window < LEVELS_WINDOW_MIN || c->window > LEVELS_WINDOW_MAX))
        return status_fail(STATUS_INVALID, "window %u of a book is not a multiple of 64 from %d to %d", c->window,
                           LEVELS_WINDOW_MIN, LEVELS_WINDOW_MAX);
    return STATUS_OK;
}

status book_new(const book_config *config, book_stream *stream, book **out) {
    TRY(check_config(config));
    book *b = mem_try(1, sizeof *b);
    if (!b)
        return status_fail(STATUS_FULL, "no memory for a book");
    b->config = *config;
    b->stream = stream;
    b->price = divider_make(config->tick, config->max_price);
    b->quantity = divider_make(config->lot, config->max_quantity);
    status made = resting_init(&b->resting, config->tick, config->max_orders,
                               config->window ? config->window : LEVELS_WINDOW_MAX);
    if (made != STATUS_OK) {
        free(b);
        return made;
    }
    b->resting.number = config->number;
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

static inline book_event *event_of_request(book *b, book_event_kind kind, const book_request *r, uint8_t flags) {
    book_event *event = stream_next(b->stream);
    event->tag = r->tag;
    event->price = r->price;
    event->time = r->time;
    event->quantity = (uint32_t)r->quantity;
    event->leaves = (uint32_t)r->quantity;
    event->owner = r->owner;
    event->book = b->resting.number;
    event_kind(event, kind, r->side, flags);
    return event;
}

// An order that a command names is rejected, or the request of a new one (id 0); `o` is NULL when it is unknown.
static bool tell_rejected(book *b, const book_request *asked, book_order_id id, const pool_order *o,
                          book_reject reason) {
    book_event *event = event_of_request(b, BOOK_REJECTED, asked, 0);
    event->reason = (uint8_t)reason;
    event->order = id;
    event->asked = asked->quantity;
    event->quantity = 0;
    event->leaves = 0;
    if (o) {
        event->side = (uint8_t)pool_side(o);
        event->tag = o->tag;
        event->owner = o->owner;
    }
    stream_tell(b->stream, event);
    return false;
}

// `quantity` was taken off an order, or is open now.
static inline void tell_changed(book *b, book_event_kind kind, const continuous_taker *t, int64_t price,
                                uint8_t flags) {
    book_event *event = stream_next(b->stream);
    event->order = t->id;
    event->tag = t->tag;
    event->price = price;
    event->time = t->time;
    event->quantity = t->leaves;
    event->leaves = t->leaves;
    event->owner = t->owner;
    event->book = b->resting.number;
    event_kind(event, kind, t->side, flags);
    stream_tell(b->stream, event);
}

// An order whose slot is taken trades what it can; the rest of it goes into the book, or the slot is given back.
static void match_and_rest(book *b, uint32_t slot, continuous_taker *t) {
    pool_order *o = &b->resting.pool.at[slot];
    if (continuous_crosses(&b->resting, t->side, t->limit))
        continuous_match(&b->resting, b->stream, t);
    if (!t->leaves) {
        pool_give(&b->resting.pool, slot);
        return;
    }
    o->quantity = t->leaves;
    resting_append(&b->resting, o, slot, t->side);
}

static __attribute__((noinline)) void match_new(book *b, uint32_t slot, const book_request *r, uint32_t limit) {
    continuous_taker t = {.id = pool_id(&b->resting.pool, slot),
                          .tag = r->tag,
                          .time = r->time,
                          .owner = r->owner,
                          .limit = limit,
                          .leaves = (uint32_t)r->quantity,
                          .side = r->side};
    match_and_rest(b, slot, &t);
}

book_order_id book_submit_limit(book *b, const book_request *r) {
    uint32_t quantity = divider_divide(&b->quantity, r->quantity), ticks = divider_divide(&b->price, r->price);
    if (UNLIKELY(!quantity || !ticks || (unsigned)r->side > SIDE_SELL || pool_exhausted(&b->resting.pool)))
        return book_submit_other(b, r);
    pool *orders = &b->resting.pool;
    side s = r->side;
    uint32_t slot = pool_take(orders, s), rank = rank_of_ticks(s, ticks);
    pool_order *o = &orders->at[slot];
    book_order_id id = pool_order_id(o, slot);
    o->tag = r->tag;
    o->owner = r->owner;
    o->rank = rank;
    o->quantity = (uint32_t)r->quantity;
    book_event *event = event_of_request(b, BOOK_ACCEPTED, r, BOOK_RESTS);
    event->order = id;
    stream_tell(b->stream, event);
    if (UNLIKELY(continuous_crosses(&b->resting, s, UINT32_MAX - rank)))
        match_new(b, slot, r, UINT32_MAX - rank);
    else
        resting_append(&b->resting, o, slot, s);
    return id;
}

book_order_id book_submit_other(book *b, const book_request *r) {
    continuous_taker t;
    book_reject reason = judge(b, r, &t);
    if (reason)
        return tell_rejected(b, r, 0, NULL, reason);
    t.id = PASSING | ++b->passing;
    book_event *event = event_of_request(b, BOOK_ACCEPTED, r, 0);
    event->order = t.id;
    stream_tell(b->stream, event);
    continuous_match(&b->resting, b->stream, &t);
    if (t.leaves)
        tell_changed(b, BOOK_CANCELLED, &t, r->price, 0);
    return t.id;
}

static inline continuous_taker taker_of(const pool_order *o, book_order_id id, int64_t time) {
    return (continuous_taker){
        .id = id, .tag = o->tag, .time = time, .owner = o->owner, .leaves = o->quantity, .side = pool_side(o)};
}

bool book_cancel(book *b, book_order_id order, int64_t time) {
    uint32_t slot = pool_find(&b->resting.pool, order);
    if (UNLIKELY(!slot))
        return tell_rejected(b, &(book_request){.time = time}, order, NULL, REJECT_UNKNOWN);
    const pool_order *o = &b->resting.pool.at[slot];
    continuous_taker gone = taker_of(o, order, time);
    tell_changed(b, BOOK_CANCELLED, &gone, price_of_rank(&b->resting, gone.side, o->rank), 0);
    resting_unlink(&b->resting, o, gone.side);
    pool_give(&b->resting.pool, slot);
    return true;
}

bool book_replace(book *b, book_order_id order, int64_t quantity, int64_t price, int64_t time) {
    uint32_t slot = pool_find(&b->resting.pool, order), ticks = 0;
    pool_order *o = slot ? &b->resting.pool.at[slot] : NULL;
    book_reject reason = o ? judge_quantity(b, quantity) : REJECT_UNKNOWN;
    if (!reason)
        reason = judge_price(b, price, &ticks);
    if (UNLIKELY(reason))
        return tell_rejected(b, &(book_request){.quantity = quantity, .price = price, .time = time}, order, o, reason);

    continuous_taker t = taker_of(o, order, time);
    uint32_t rank = rank_of_ticks(t.side, ticks);
    t.leaves = (uint32_t)quantity;
    t.limit = UINT32_MAX - rank;
    bool keeps = rank == o->rank && t.leaves <= o->quantity;
    tell_changed(b, BOOK_REPLACED, &t, price, keeps ? BOOK_KEPT_PRIORITY : 0);
    if (keeps) {
        resting_reduce(&b->resting, o, o->quantity - t.leaves);
        return true;
    }
    resting_unlink(&b->resting, o, t.side);
    o->rank = rank;
    match_and_rest(b, slot, &t);
    return true;
}

void book_expect(const book *b, book_order_id order, bool early) {
    const resting *r = &b->resting;
    uint32_t slot = book_slot(order);
    const pool_order *o = &r->pool.at[slot];
    if (early) {
        PREFETCH(o);
        return;
    }
    PREFETCH(&r->pool.at[o->prev]);
    PREFETCH(&r->pool.at[o->next]);
    const levels *l = &r->side[pool_side(o)];
    uint32_t i = o->rank - l->base;
    PREFETCH(&l->window[i & (LEVELS_WINDOW_MAX - 1)]);
}

void book_expect_limit(const book *b, side s, int64_t price, bool early) {
    const resting *r = &b->resting;
    const levels *l = &r->side[s == SIDE_SELL];
    uint32_t i = rank_of_ticks(s, divider_divide(&b->price, price)) - l->base;
    const level *at = &l->window[i < l->size ? i : 0];
    if (early)
        PREFETCH(at);
    else
        PREFETCH(&r->pool.at[at->tail]);
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

uint64_t book_sequence(const book *b) { return b->stream->sequence; }

size_t book_memory(const book *b) { return sizeof *b + resting_memory(&b->resting); }

void book_check(const book *b) {
    resting_check(&b->resting);
    int64_t bid = book_best_bid(b), ask = book_best_ask(b);
    assert(!bid || !ask || bid < ask);
}
