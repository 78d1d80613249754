// The functions of mirror.h that a message of a feed calls, to be inlined by feeds, whose hot path they are. Here
// orders are named by slot and tag: a feed whose tags are unique needs no generations.
#pragma once

#include <assert.h>

#include "engine/market/inside.h"
#include "engine/market/mirror.h"

static inline book_event *mirroring_event(book *b, book_event_kind kind, const pool_order *o, book_order_id id,
                                          int64_t time) {
    side s = pool_side(o);
    book_event *e = tell_begin(b, kind, s, 0);
    e->order = id;
    e->tag = o->tag;
    e->price = price_of_rank(&b->resting, s, o->rank);
    e->time = time;
    e->owner = o->owner;
    return e;
}

static inline __attribute__((always_inline)) book_order_id mirroring_add(book *b, const mirror_order *order) {
    pool *orders = &b->resting.pool;
    uint32_t quantity = divider_divide(&b->quantity, order->quantity), ticks = divider_divide(&b->price, order->price);
    if (UNLIKELY(!quantity || !ticks || pool_exhausted(orders)))
        return 0;
    side s = order->side;
    uint32_t slot = pool_take(orders, pool_bits(s, SELF_TRADE, false));
    pool_order *o = &orders->at[slot];
    book_order_id id = pool_order_id(o, slot);
    o->tag = order->tag;
    o->owner = order->owner;
    o->rank = rank_of_ticks(s, ticks);
    o->quantity = (uint32_t)order->quantity;
    b->mirrored = true;
    book_event *e = tell_begin(b, BOOK_ACCEPTED, s, 0);
    e->order = id;
    e->tag = order->tag;
    e->price = order->price;
    e->time = order->time;
    e->quantity = e->leaves = e->shown = o->quantity;
    e->owner = order->owner;
    stream_tell(b->stream, e);
    resting_append(&b->resting, o, slot, s);
    return id;
}

// The order leaves the book, or stays with what it has left.
static inline void mirroring_lower(book *b, uint32_t slot, pool_order *o, uint32_t by) {
    if (by < o->quantity) {
        resting_reduce(&b->resting, o, by);
    } else {
        resting_unlink(&b->resting, o, pool_side(o));
        pool_give(&b->resting.pool, slot);
    }
}

// The last price is kept in whole ticks, the nearest.
static inline uint32_t mirroring_ticks(const book *b, int64_t price) {
    int64_t ticks = (price + b->resting.tick / 2) / b->resting.tick;
    return ticks < 1 ? 1 : ticks < UINT32_MAX ? (uint32_t)ticks : UINT32_MAX;
}

static inline book_event *mirroring_fill_event(book *b, side s, uint8_t flags, int64_t price, int64_t time,
                                               int64_t quantity) {
    book_event *e = tell_begin(b, BOOK_FILL, s, flags);
    e->order = 0;
    e->tag = 0;
    e->owner = 0;
    e->price = price;
    e->time = time;
    e->quantity = (uint32_t)quantity;
    e->leaves = e->shown = 0;
    return e;
}

// The live order in a slot, which may be any number, NULL when there is none or it has another tag.
static inline pool_order *mirroring_find(book *b, uint32_t slot, uint64_t tag) {
    pool *p = &b->resting.pool;
    pool_order *o = &p->at[slot];
    return __builtin_expect(slot - 1 < p->capacity && o->tag == tag && pool_lives(o), 1) ? o : NULL;
}

static inline __attribute__((always_inline)) int64_t
mirroring_fill(book *b, uint32_t slot, pool_order *o, int64_t quantity, int64_t price, uint8_t flags, int64_t time) {
    if (UNLIKELY(quantity <= 0 || quantity > o->quantity))
        return MIRROR_REFUSED;
    uint32_t leaves = o->quantity - (uint32_t)quantity;
    side s = pool_side(o);
    uint32_t ticks = ticks_of_rank(s, o->rank);
    if (price)
        ticks = mirroring_ticks(b, price);
    else
        price = (int64_t)ticks * b->resting.tick;
    if (!(flags & BOOK_UNPRINTED))
        note_trade(b, ticks);
    book_event *e = mirroring_fill_event(b, side_other(s), flags, price, time, quantity);
    e->maker = pool_order_id(o, slot);
    e->maker_tag = o->tag;
    e->maker_owner = o->owner;
    e->maker_leaves = leaves;
    stream_tell(b->stream, e);
    mirroring_lower(b, slot, o, (uint32_t)quantity);
    return leaves;
}

static inline void mirroring_trade(book *b, side s, int64_t quantity, int64_t price, uint8_t flags, int64_t time) {
    assert(quantity >= 0 && quantity <= UINT32_MAX);
    note_trade(b, mirroring_ticks(b, price));
    book_event *e = mirroring_fill_event(b, side_other(s), flags, price, time, quantity);
    e->maker = 0;
    e->maker_tag = 0;
    e->maker_owner = 0;
    e->maker_leaves = 0;
    stream_tell(b->stream, e);
}

static inline void mirroring_cancel(book *b, uint32_t slot, pool_order *o, uint32_t by, int64_t time) {
    book_event *e = mirroring_event(b, BOOK_CANCELLED, o, pool_order_id(o, slot), time);
    e->quantity = by;
    e->leaves = e->shown = o->quantity - by;
    stream_tell(b->stream, e);
    mirroring_lower(b, slot, o, by);
}

static inline int64_t mirroring_reduce(book *b, uint32_t slot, pool_order *o, int64_t quantity, int64_t time) {
    if (UNLIKELY(quantity <= 0 || quantity > o->quantity))
        return MIRROR_REFUSED;
    int64_t leaves = o->quantity - quantity;
    mirroring_cancel(b, slot, o, (uint32_t)quantity, time);
    return leaves;
}

static inline void mirroring_remove(book *b, uint32_t slot, pool_order *o, int64_t time) {
    book_event *e = mirroring_event(b, BOOK_CANCELLED, o, pool_order_id(o, slot), time);
    e->quantity = o->quantity;
    e->leaves = e->shown = 0;
    stream_tell(b->stream, e);
    resting_unlink(&b->resting, o, pool_side(o));
    pool_give(&b->resting.pool, slot);
}

static inline __attribute__((always_inline)) bool mirroring_replace(book *b, uint32_t slot, pool_order *o, uint64_t tag,
                                                                    int64_t quantity, int64_t price, int64_t time) {
    uint32_t ticks = divider_divide(&b->price, price);
    if (UNLIKELY(!ticks || !divider_divide(&b->quantity, quantity)))
        return false;
    side s = pool_side(o);
    resting_unlink(&b->resting, o, s);
    o->tag = tag;
    o->rank = rank_of_ticks(s, ticks);
    o->quantity = (uint32_t)quantity;
    book_event *e = mirroring_event(b, BOOK_REPLACED, o, pool_order_id(o, slot), time);
    e->quantity = e->leaves = e->shown = o->quantity;
    stream_tell(b->stream, e);
    resting_append(&b->resting, o, slot, s);
    return true;
}

// As book_expect and book_expect_limit, in two steps: the first returns what the second needs.
static inline uint32_t mirroring_expect_order(const book *b, uint32_t slot) {
    slot = slot <= b->resting.pool.capacity ? slot : 0;
    __builtin_prefetch(&b->resting.pool.at[slot], 1);
    return slot;
}

static inline void mirroring_expect_queue(const book *b, uint32_t slot) {
    const pool_order *at = b->resting.pool.at, *o = &at[slot];
    const levels *l = &b->resting.side[pool_side(o)];
    __builtin_prefetch(&at[o->prev], 1);
    __builtin_prefetch(&at[o->next], 1);
    __builtin_prefetch(&l->window[(o->rank - l->base) & (LEVELS_WINDOW_MAX - 1)], 1);
}

static inline uint32_t mirroring_expect_level(const book *b, side s, int64_t price) {
    const levels *l = &b->resting.side[s];
    uint32_t i = rank_of_ticks(s, divider_divide(&b->price, price)) - l->base;
    i = i < l->size ? i : 0;
    __builtin_prefetch(&l->window[i], 1);
    return i;
}

static inline void mirroring_expect_tail(const book *b, side s, uint32_t i) {
    __builtin_prefetch(&b->resting.pool.at[b->resting.side[s].window[i].tail], 1);
}
