// What rests in a book: the pool of orders and two sides of price levels, with the queues that join them. It knows
// nothing of how orders meet: the scheme that uncrosses it (continuous.h) and the commands (book.h) stand apart.
// Order queues are doubly linked through the pool, so an order leaves from anywhere in constant time.
#pragma once

#include "engine/market/book.h"
#include "engine/market/levels.h"
#include "engine/market/pool.h"

typedef struct {
    int64_t tick;
    uint32_t number; // of the book, for its events
    pool pool;
    levels side[2];
} resting;

status resting_init(resting *r, int64_t tick, uint32_t max_orders, uint32_t window);
void resting_release(resting *r);
size_t resting_memory(const resting *r);
// All but "never crossed", which is the scheme's promise. elsewhere: live orders that don't rest here.
void resting_check(const resting *r, uint32_t elsewhere);

// Views; as their namesakes in book.h.
size_t resting_depth(const resting *r, side s, book_level *out, size_t max);
book_level resting_level_at(const resting *r, side s, int64_t price);
void resting_queue_position(const resting *r, uint32_t slot, uint32_t *place, uint32_t *total, int64_t *ahead);
// The head of the queue at a price, 0 when nothing rests there.
uint32_t resting_first(const resting *r, side s, int64_t price);

static inline side side_other(side s) { return s == SIDE_BUY ? SIDE_SELL : SIDE_BUY; }

static inline uint32_t rank_of_ticks(side s, uint32_t ticks) { return ticks ^ ((uint32_t)s - 1); }

static inline int64_t price_of_rank(const resting *r, side s, uint32_t rank) {
    return (int64_t)(rank ^ ((uint32_t)s - 1)) * r->tick;
}

// Puts a live order of the pool, with rank and quantity set, at the tail of its level.
static inline void queue_append(pool *p, levels *ls, pool_order *o, uint32_t slot) {
    level *l = levels_open(ls, o->rank);
    uint32_t tail = l->tail;
    o->prev = tail;
    o->next = 0;
    p->at[tail].next = slot;
    if (!tail)
        l->head = slot;
    l->tail = slot;
    l->held += held_share(o->quantity) + 1;
}

// Takes an order off its level; its slot stays taken.
static inline void queue_unlink(pool *p, levels *ls, const pool_order *o) {
    pool_order *at = p->at;
    level *l = levels_find_live(ls, o->rank);
    uint32_t prev = o->prev, next = o->next;
    at[prev].next = next;
    at[next].prev = prev;
    l->head = prev ? l->head : next;
    l->tail = next ? l->tail : prev;
    l->held -= held_share(o->quantity) + 1;
    if (!l->held)
        levels_close(ls, o->rank);
}

// An order will leave its queue, or join the one of its price: asks for what that writes to before anything else is
// done, because stores leave the processor in their order, and those behind one that waits for memory wait with it.
static inline void resting_expect_unlink(const resting *r, const pool_order *o) {
    __builtin_prefetch(&r->pool.at[o->prev], 1);
    __builtin_prefetch(&r->pool.at[o->next], 1);
}

static inline void resting_expect_append(const resting *r, side s, uint32_t rank) {
    uint32_t i = rank - r->side[s].base;
    if (__builtin_expect(i < r->side[s].size, 1))
        __builtin_prefetch(&r->pool.at[r->side[s].window[i].tail], 1);
}

static inline void resting_append(resting *r, pool_order *o, uint32_t slot, side s) {
    queue_append(&r->pool, &r->side[s], o, slot);
}

static inline void resting_unlink(resting *r, const pool_order *o, side s) { queue_unlink(&r->pool, &r->side[s], o); }

// Lowers the open quantity of an order, which stays in its place.
static inline void resting_reduce(resting *r, pool_order *o, uint32_t by) {
    o->quantity -= by;
    levels_find_live(&r->side[pool_side(o)], o->rank)->held -= held_share(by);
}
