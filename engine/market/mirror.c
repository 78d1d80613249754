#include "engine/market/mirror.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/market/mirroring.h"
#include "src/base/mem.h"

book_order_id mirror_add(book *b, const mirror_order *order) { return mirroring_add(b, order); }

int64_t mirror_fill(book *b, book_order_id order, int64_t quantity, int64_t price, uint8_t flags, int64_t time) {
    uint32_t slot = pool_find(&b->resting.pool, order);
    return slot ? mirroring_fill(b, slot, order_at(b, slot), quantity, price, flags, time) : MIRROR_REFUSED;
}

int64_t mirror_reduce(book *b, book_order_id order, int64_t quantity, int64_t time) {
    uint32_t slot = pool_find(&b->resting.pool, order);
    return slot ? mirroring_reduce(b, slot, order_at(b, slot), quantity, time) : MIRROR_REFUSED;
}

bool mirror_remove(book *b, book_order_id order, int64_t time) {
    uint32_t slot = pool_find(&b->resting.pool, order);
    if (slot)
        mirroring_remove(b, slot, order_at(b, slot), time);
    return slot;
}

bool mirror_replace(book *b, book_order_id order, uint64_t tag, int64_t quantity, int64_t price, int64_t time) {
    uint32_t slot = pool_find(&b->resting.pool, order);
    return slot && mirroring_replace(b, slot, order_at(b, slot), tag, quantity, price, time);
}

void mirror_trade(book *b, side s, int64_t quantity, int64_t price, uint8_t flags, int64_t time) {
    mirroring_trade(b, s, quantity, price, flags, time);
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
    uint32_t *timed = extra ? wider(b->timed, had, n, sizeof *timed) : NULL;
    if (!timed) {
        free(at);
        free(extra);
        return status_fail(STATUS_FULL, "no memory for a book of %u orders", max_orders);
    }
    free(orders->at);
    free(b->extra);
    free(b->timed);
    orders->at = at;
    b->extra = extra;
    b->timed = timed;
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

// Lays the levels out anew, with another tick (a part of the old one) and windows of another size.
static status lay_anew(book *b, int64_t tick, uint32_t window) {
    resting *r = &b->resting;
    uint32_t factor = (uint32_t)(r->tick / tick);
    levels fresh[2];
    for (int s = 0; s < 2; s++) {
        status made = levels_init(&fresh[s], window, r->side[s].far_capacity);
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
    b->config.window = window;
    b->price = divider_make(tick, b->config.max_price);
    b->last *= factor;
    b->low *= factor;
    b->high *= factor;
    return STATUS_OK;
}

status mirror_refine(book *b, int64_t tick) {
    assert(tick > 0 && b->resting.tick % tick == 0 && b->config.max_price / tick < UINT32_MAX);
    return lay_anew(b, tick, b->resting.side[SIDE_BUY].size);
}

status mirror_widen(book *b, uint32_t window) {
    assert(window >= b->resting.side[SIDE_BUY].size && window <= LEVELS_WINDOW_MAX && window % 64 == 0);
    return lay_anew(b, b->resting.tick, window);
}
