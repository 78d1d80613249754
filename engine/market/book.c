#include "engine/market/book.h"

#include <stdlib.h>

#include "engine/market/continuous.h"
#include "src/base/mem.h"

// To be written soon. The empty statement is there because a function that only prefetches counts as one without
// effect.
#define PREFETCH(p)                                                                                                    \
    do {                                                                                                               \
        __builtin_prefetch((p), 1);                                                                                    \
        __asm__ volatile("");                                                                                          \
    } while (0)

#define PASSING (UINT64_C(1) << 62) // marks the ids of orders that can't rest

static status allocate(book *b) {
    const book_config *c = &b->config;
    uint32_t window = c->window ? c->window : LEVELS_WINDOW_MAX;
    TRY(resting_init(&b->resting, c->tick, c->max_orders, window));
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++)
        TRY(levels_init(&b->stop[s], LEVELS_WINDOW_MIN, c->max_orders));
    b->extra = mem_try((size_t)c->max_orders + 1, sizeof *b->extra);
    b->timed = mem_try((size_t)c->max_orders + 1, sizeof *b->timed);
    return b->extra && b->timed ? STATUS_OK
                                : status_fail(STATUS_FULL, "no memory for a book of %u orders", c->max_orders);
}

status book_new(const book_config *config, book_stream *stream, book **out) {
    TRY(guards_check_config(config));
    book *b = mem_try(1, sizeof *b);
    if (!b)
        return status_fail(STATUS_FULL, "no memory for a book");
    b->config = *config;
    b->stream = stream;
    b->state = config->state;
    b->price = divider_make(config->tick, config->max_price);
    b->quantity = divider_make(config->lot, config->max_quantity);
    b->next_expiry = INT64_MAX;
    forget_trades(b);
    book_set_collar(b, 0, 0);
    status made = allocate(b);
    if (made != STATUS_OK) {
        book_free(b);
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
    levels_release(&b->stop[SIDE_BUY]);
    levels_release(&b->stop[SIDE_SELL]);
    free(b->extra);
    free(b->timed);
    free(b);
}

// ---- telling ----

static inline book_event *event_of_request(book *b, book_event_kind kind, const book_request *r, uint32_t shown) {
    book_event *e = tell_begin(b, kind, r->side, 0);
    e->tag = r->tag;
    e->price = r->price;
    e->time = r->time;
    e->quantity = (uint32_t)r->quantity;
    e->leaves = (uint32_t)r->quantity;
    e->shown = shown;
    e->owner = r->owner;
    return e;
}

static inline void tell_accepted(book *b, const book_request *r, book_order_id id, uint32_t shown) {
    book_event *e = event_of_request(b, BOOK_ACCEPTED, r, shown);
    e->order = id;
    stream_tell(b->stream, e);
}

bool tell_rejected(book *b, const book_request *asked, book_order_id id, const pool_order *o, book_reject reason) {
    book_event *e = event_of_request(b, BOOK_REJECTED, asked, 0);
    e->reason = (uint8_t)reason;
    e->order = id;
    e->asked = asked->quantity;
    e->quantity = 0;
    e->leaves = 0;
    if (o) {
        e->side = (uint8_t)pool_side(o);
        e->tag = o->tag;
        e->owner = o->owner;
    }
    stream_tell(b->stream, e);
    settle(b, asked->time);
    return false;
}

// ---- new orders ----

// Field by field: a struct that is built elsewhere and copied is read before it has been written, which costs more than
// matching it does.
static inline void taker_of_request(taker *t, const book_request *r, book_order_id id, uint32_t limit) {
    t->id = id;
    t->tag = r->tag;
    t->time = r->time;
    t->avoid = whom_to_avoid((self_trade)r->self, r->owner);
    t->owner = r->owner;
    t->limit = limit;
    t->leaves = (uint32_t)r->quantity;
    t->other = 0;
    t->side = r->side;
    t->self = (self_trade)r->self;
    t->shows = false;
    t->price = r->price;
}

void match_and_rest(book *b, uint32_t slot, taker *t) {
    continuous_match(b, t);
    if (t->leaves)
        standing_show(b, slot, t->leaves, !t->shows, t->time);
    else if (pool_is_special(order_at(b, slot)))
        standing_leave(b, slot);
    else
        pool_give(&b->resting.pool, slot);
}

static __attribute__((noinline)) void match_new(book *b, uint32_t slot, const book_request *r, uint32_t limit) {
    taker t;
    taker_of_request(&t, r, pool_id(&b->resting.pool, slot), limit);
    t.shows = true;
    continuous_match(b, &t);
    if (t.leaves) {
        pool_order *o = order_at(b, slot);
        o->quantity = t.leaves;
        resting_append(&b->resting, o, slot, t.side);
    } else {
        pool_give(&b->resting.pool, slot);
    }
    settle(b, r->time);
}

book_order_id book_submit_limit(book *b, const book_request *r) {
    uint32_t quantity = divider_divide(&b->quantity, r->quantity), ticks = divider_divide(&b->price, r->price);
    pool *orders = &b->resting.pool;
    if (UNLIKELY(!quantity || ticks - b->plain_low > b->plain_span || (unsigned)r->side > SIDE_SELL ||
                 r->self > SELF_DECREMENT_BOTH || pool_exhausted(orders) || r->time >= b->next_expiry))
        return book_submit_other(b, r);
    side s = r->side;
    uint32_t slot = pool_take(orders, pool_bits(s, r->self, false)), rank = rank_of_ticks(s, ticks);
    pool_order *o = &orders->at[slot];
    resting_expect_append(&b->resting, s, rank);
    book_order_id id = pool_order_id(o, slot);
    o->tag = r->tag;
    o->owner = r->owner;
    o->rank = rank;
    o->quantity = (uint32_t)r->quantity;
    tell_accepted(b, r, id, o->quantity);
    if (UNLIKELY(continuous_crosses(b, s, UINT32_MAX - rank) || b->waiting))
        match_new(b, slot, r, UINT32_MAX - rank);
    else
        resting_append(&b->resting, o, slot, s);
    return id;
}

// An order that can't rest trades what it can; its rest is cancelled.
static inline book_order_id take(book *b, const book_request *r, taker *t) {
    t->id = PASSING | ++b->passing;
    tell_accepted(b, r, t->id, 0);
    continuous_match(b, t);
    if (t->leaves) {
        uint32_t rest = t->leaves;
        t->leaves = 0;
        tell_taker(b, BOOK_CANCELLED, t, rest, 0, t->price, WHY_REMAINDER, 0);
    }
    settle(b, t->time);
    return t->id;
}

// The short way of IOC and market orders; false when something about the order or the book wants a closer look.
static inline bool is_plain_taker(const book *b, const book_request *r, uint32_t *limit) {
    if (UNLIKELY(r->traits || r->self > SELF_DECREMENT_BOTH || (unsigned)r->side > SIDE_SELL ||
                 b->plain_low == UINT32_MAX || r->time >= b->next_expiry || !divider_divide(&b->quantity, r->quantity)))
        return false;
    if (r->type == ORDER_LIMIT && r->tif == TIF_IOC) {
        uint32_t ticks = divider_divide(&b->price, r->price);
        *limit = rank_of_ticks(side_other(r->side), ticks);
        return ticks - b->plain_low <= b->plain_span;
    }
    *limit = limit_of(b, r->side, 0);
    return r->type == ORDER_MARKET && r->tif <= TIF_IOC && !r->price &&
           b->resting.side[side_other(r->side)].best != LEVELS_NONE;
}

static void make_special(book *b, uint32_t slot) {
    pool_order *o = order_at(b, slot);
    if (pool_is_special(o))
        return;
    o->life |= POOL_SPECIAL;
    b->extra[slot] = (order_extra){.expires = INT64_MAX, .place = PLACE_DISPLAY};
}

static void make_pair(book *b, uint32_t slot, uint32_t other) {
    make_special(b, other);
    b->extra[slot].other = other;
    b->extra[other].other = slot;
    b->pairs++;
}

// Takes a slot for an order that is to rest or to wait, and writes down what it is.
static uint32_t enter(book *b, const book_request *r, const guarded *g) {
    bool special = r->tif != TIF_DAY || r->traits || r->type != ORDER_LIMIT;
    uint32_t slot = pool_take(&b->resting.pool, pool_bits(r->side, r->self, special));
    pool_order *o = order_at(b, slot);
    o->tag = r->tag;
    o->owner = r->owner;
    o->quantity = (uint32_t)r->quantity;
    o->rank = g->price ? rank_of_ticks(r->side, g->price) : 0;
    if (!special)
        return slot;
    b->extra[slot] = (order_extra){.expires = r->tif == TIF_GTD ? r->expires : INT64_MAX,
                                   .display = r->traits & ORDER_ICEBERG ? (uint32_t)r->display : 0,
                                   .limit = g->price,
                                   .stop = g->stop,
                                   .trail = g->trail,
                                   .place = PLACE_NONE,
                                   .type = r->type,
                                   .tif = r->tif,
                                   .traits = r->traits};
    if (b->extra[slot].expires < INT64_MAX)
        expiry_add(b, slot);
    if (g->trail)
        trailing_append(b, slot);
    if (r->traits & ORDER_ONE_CANCELS_OTHER)
        make_pair(b, slot, book_slot(r->other));
    return slot;
}

// An accepted order that has a slot goes where it belongs.
static void place(book *b, uint32_t slot, const book_request *r, taker *t) {
    bool collects = b->state != STATE_CONTINUOUS;
    if (kind_is_stop(r)) {
        stop_insert(b, slot);
    } else if (r->type == ORDER_MARKET) {
        auction_insert(b, slot);
    } else if (r->traits & ORDER_ALL_OR_NONE) {
        if (!collects && continuous_fills_whole(b, t)) {
            continuous_match(b, t);
            standing_leave(b, slot);
        } else {
            aside_insert(b, slot);
        }
    } else if (collects || r->traits & ORDER_POST_ONLY) {
        standing_show(b, slot, t->leaves, !t->shows, r->time);
    } else {
        match_and_rest(b, slot, t);
    }
}

// What depends on who rests: good only when nothing before it is wrong.
static book_reject judge_market(book *b, const book_request *r, const taker *t) {
    bool stays = kind_rests(r) || kind_is_stop(r) || state_collects(b->state);
    if (stays && pool_exhausted(&b->resting.pool))
        return REJECT_FULL;
    if (r->type == ORDER_MARKET && !stays && b->resting.side[side_other(r->side)].best == LEVELS_NONE)
        return REJECT_NO_LIQUIDITY;
    if (r->traits & ORDER_POST_ONLY && continuous_crosses(b, r->side, t->limit))
        return REJECT_POST_ONLY;
    if (r->tif == TIF_FOK && !continuous_fills_whole(b, t))
        return REJECT_FOK;
    return REJECT_NONE;
}

static __attribute__((noinline)) book_order_id submit_any(book *b, const book_request *r) {
    guarded g;
    expire_due(b, r->time);
    if (!b->waiting) // nobody has looked at earlier trades
        forget_trades(b);
    book_reject reason = guards_judge(b, r, &g);
    taker t;
    if (!reason) {
        bool limited = r->type == ORDER_LIMIT;
        taker_of_request(&t, r, 0,
                         limited ? rank_of_ticks(side_other(r->side), g.price) : limit_of(b, r->side, g.price));
        if (r->traits & ORDER_ONE_CANCELS_OTHER)
            t.other = book_slot(r->other);
        reason = judge_market(b, r, &t);
    }
    if (UNLIKELY(reason)) {
        tell_rejected(b, r, 0, NULL, reason);
        return 0;
    }
    if (!kind_rests(r) && !kind_is_stop(r) && b->state == STATE_CONTINUOUS)
        return take(b, r, &t);
    uint32_t slot = enter(b, r, &g);
    t.id = pool_id(&b->resting.pool, slot);
    t.shows = kind_rests(r) && !(r->traits & (ORDER_ALL_OR_NONE | ORDER_ICEBERG));
    tell_accepted(b, r, t.id, t.shows ? t.leaves : 0);
    place(b, slot, r, &t);
    settle(b, r->time);
    return t.id;
}

book_order_id book_submit_other(book *b, const book_request *r) {
    uint32_t limit;
    if (UNLIKELY(!is_plain_taker(b, r, &limit)))
        return submit_any(b, r);
    taker t;
    taker_of_request(&t, r, 0, limit);
    return take(b, r, &t);
}

// ---- commands on live orders ----

bool book_cancel(book *b, book_order_id order, int64_t time) {
    expire_due(b, time);
    uint32_t slot = pool_find(&b->resting.pool, order);
    if (UNLIKELY(!slot))
        return tell_rejected(b, &(book_request){.time = time}, order, NULL, REJECT_UNKNOWN);
    const pool_order *o = order_at(b, slot);
    if (UNLIKELY(pool_is_special(o))) {
        standing_cancel(b, slot, BOOK_CANCELLED, WHY_ASKED, time);
    } else {
        side s = pool_side(o);
        resting_expect_unlink(&b->resting, o);
        book_event *e = tell_begin(b, BOOK_CANCELLED, s, 0);
        e->order = order;
        e->tag = o->tag;
        e->price = price_of_rank(&b->resting, s, o->rank);
        e->time = time;
        e->quantity = o->quantity;
        e->leaves = 0;
        e->shown = 0;
        e->owner = o->owner;
        stream_tell(b->stream, e);
        resting_unlink(&b->resting, o, s);
        pool_give(&b->resting.pool, slot);
    }
    settle(b, time);
    return true;
}

void book_expect(const book *b, book_order_id order, bool early) {
    const resting *r = &b->resting;
    uint32_t slot = book_slot(order);
    const pool_order *o = &r->pool.at[slot <= r->pool.capacity ? slot : 0]; // an id that never rested has a large one
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
