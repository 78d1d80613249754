#include "engine/market/mirror.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/market/inside.h"
#include "src/base/mem.h"

static inline book_event *event_of(book *b, book_event_kind kind, const pool_order *o, book_order_id id, int64_t time) {
    side s = pool_side(o);
    book_event *e = tell_begin(b, kind, s, 0);
    e->order = id;
    e->tag = o->tag;
    e->price = price_of_rank(&b->resting, s, o->rank);
    e->time = time;
    e->owner = o->owner;
    return e;
}

book_order_id mirror_add(book *b, const mirror_order *order) {
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
static inline void lower(book *b, uint32_t slot, pool_order *o, uint32_t by) {
    if (by < o->quantity) {
        resting_reduce(&b->resting, o, by);
    } else {
        resting_unlink(&b->resting, o, pool_side(o));
        pool_give(&b->resting.pool, slot);
    }
}

static void note_price(book *b, int64_t price) {
    int64_t ticks = (price + b->resting.tick / 2) / b->resting.tick;
    if (ticks > 0 && ticks <= UINT32_MAX)
        note_trade(b, (uint32_t)ticks);
}

static inline book_event *begin_fill(book *b, side s, uint8_t flags, int64_t price, int64_t time, int64_t quantity) {
    book_event *e = tell_begin(b, BOOK_FILL, s, flags);
    e->order = 0;
    e->tag = 0;
    e->owner = 0;
    e->price = price;
    e->time = time;
    e->quantity = (uint32_t)quantity;
    e->leaves = e->shown = 0;
    if (!(flags & BOOK_UNPRINTED))
        note_price(b, price);
    return e;
}

int64_t mirror_fill(book *b, book_order_id order, int64_t quantity, int64_t price, uint8_t flags, int64_t time) {
    uint32_t slot = pool_find(&b->resting.pool, order);
    pool_order *o = order_at(b, slot);
    if (UNLIKELY(!slot || quantity <= 0 || quantity > o->quantity))
        return MIRROR_REFUSED;
    uint32_t leaves = o->quantity - (uint32_t)quantity;
    side s = pool_side(o);
    book_event *e =
        begin_fill(b, side_other(s), flags, price ? price : price_of_rank(&b->resting, s, o->rank), time, quantity);
    e->maker = order;
    e->maker_tag = o->tag;
    e->maker_owner = o->owner;
    e->maker_leaves = leaves;
    stream_tell(b->stream, e);
    lower(b, slot, o, (uint32_t)quantity);
    return leaves;
}

void mirror_trade(book *b, side s, int64_t quantity, int64_t price, uint8_t flags, int64_t time) {
    assert(quantity >= 0 && quantity <= UINT32_MAX);
    book_event *e = begin_fill(b, side_other(s), flags, price, time, quantity);
    e->maker = 0;
    e->maker_tag = 0;
    e->maker_owner = 0;
    e->maker_leaves = 0;
    stream_tell(b->stream, e);
}

static inline void cancel(book *b, uint32_t slot, pool_order *o, book_order_id id, uint32_t by, int64_t time) {
    book_event *e = event_of(b, BOOK_CANCELLED, o, id, time);
    e->quantity = by;
    e->leaves = e->shown = o->quantity - by;
    stream_tell(b->stream, e);
    lower(b, slot, o, by);
}

int64_t mirror_reduce(book *b, book_order_id order, int64_t quantity, int64_t time) {
    uint32_t slot = pool_find(&b->resting.pool, order);
    pool_order *o = order_at(b, slot);
    if (UNLIKELY(!slot || quantity <= 0 || quantity > o->quantity))
        return MIRROR_REFUSED;
    int64_t leaves = o->quantity - quantity;
    cancel(b, slot, o, order, (uint32_t)quantity, time);
    return leaves;
}

bool mirror_remove(book *b, book_order_id order, int64_t time) {
    uint32_t slot = pool_find(&b->resting.pool, order);
    if (UNLIKELY(!slot))
        return false;
    pool_order *o = order_at(b, slot);
    cancel(b, slot, o, order, o->quantity, time);
    return true;
}

bool mirror_replace(book *b, book_order_id order, uint64_t tag, int64_t quantity, int64_t price, int64_t time) {
    uint32_t slot = pool_find(&b->resting.pool, order), ticks = divider_divide(&b->price, price);
    if (UNLIKELY(!slot || !ticks || !divider_divide(&b->quantity, quantity)))
        return false;
    pool_order *o = order_at(b, slot);
    side s = pool_side(o);
    resting_unlink(&b->resting, o, s);
    o->tag = tag;
    o->rank = rank_of_ticks(s, ticks);
    o->quantity = (uint32_t)quantity;
    book_event *e = event_of(b, BOOK_REPLACED, o, order, time);
    e->quantity = e->leaves = e->shown = o->quantity;
    stream_tell(b->stream, e);
    resting_append(&b->resting, o, slot, s);
    return true;
}

void mirror_set_state(book *b, book_state state, int64_t time) {
    if (b->state == state)
        return;
    b->mirrored = true;
    b->state = state;
    book_event *e = tell_begin(b, BOOK_STATE, SIDE_BUY, 0);
    e->reason = (uint8_t)state;
    e->order = 0;
    e->tag = 0;
    e->price = 0;
    e->time = time;
    e->quantity = e->leaves = e->shown = 0;
    e->owner = 0;
    stream_tell(b->stream, e);
}

// ---- growing ----

uint32_t mirror_max_orders(const book *b) { return b->config.max_orders; }
int64_t mirror_tick(const book *b) { return b->resting.tick; }

// A copy of an array with room for n; NULL when there is no memory.
static void *wider(const void *array, size_t had, size_t n, size_t size) {
    void *copy = mem_try(n, size);
    if (copy)
        memcpy(copy, array, had * size);
    return copy;
}

static bool grow_levels(levels *l, uint32_t capacity) {
    level_far *far = wider(l->far, l->far_count, capacity, sizeof *far);
    if (!far)
        return false;
    free(l->far);
    l->far = far;
    l->far_capacity = capacity;
    return true;
}

// The pool grows last; that levels have grown already when it can't does no harm.
status mirror_grow(book *b, uint32_t max_orders) {
    pool *orders = &b->resting.pool;
    size_t had = (size_t)orders->capacity + 1, n = (size_t)max_orders + 1;
    assert(n >= had && max_orders <= BOOK_MAX_ORDERS);
    bool done = true;
    for (int s = 0; done && s < 2; s++)
        done = grow_levels(&b->resting.side[s], max_orders) && grow_levels(&b->stop[s], max_orders);
    pool_order *at = done ? wider(orders->at, had, n, sizeof *at) : NULL;
    order_extra *extra = at ? wider(b->extra, had, n, sizeof *extra) : NULL;
    if (!extra) {
        free(at);
        return status_fail(STATUS_FULL, "no memory for a book of %u orders", max_orders);
    }
    free(orders->at);
    free(b->extra);
    orders->at = at;
    b->extra = extra;
    orders->capacity = b->config.max_orders = max_orders;
    return STATUS_OK;
}

// The same levels at ranks of a finer tick, from the worst on, so that the window moves towards the best.
static void lay_out(const book *b, side s, const levels *from, levels *to, uint32_t factor) {
    for (uint32_t rank = levels_worst(from); rank != LEVELS_NONE; rank = levels_before(from, rank)) {
        uint32_t finer = rank_of_ticks(s, ticks_of_rank(s, rank) * factor);
        const level *old = levels_find(from, rank);
        *levels_open(to, finer) = *old;
        for (uint32_t slot = old->head; slot; slot = b->resting.pool.at[slot].next)
            b->resting.pool.at[slot].rank = finer;
    }
}

status mirror_refine(book *b, int64_t tick) {
    resting *r = &b->resting;
    assert(tick > 0 && r->tick % tick == 0 && b->config.max_price / tick < UINT32_MAX);
    uint32_t factor = (uint32_t)(r->tick / tick);
    levels fresh[2];
    for (int s = 0; s < 2; s++) {
        status made = levels_init(&fresh[s], r->side[s].size, r->side[s].far_capacity);
        if (made != STATUS_OK) {
            if (s)
                levels_release(&fresh[0]);
            return made;
        }
    }
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++) {
        lay_out(b, s, &r->side[s], &fresh[s], factor);
        levels_release(&r->side[s]);
        r->side[s] = fresh[s];
    }
    b->config.tick = r->tick = tick;
    b->price = divider_make(tick, b->config.max_price);
    b->last *= factor;
    b->low *= factor;
    b->high *= factor;
    return STATUS_OK;
}
