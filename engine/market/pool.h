// The orders of one book: a pool of fixed size, two orders to a cache line, linked by 32-bit slot numbers.
// A slot is used again and again; each use is one generation, and an order's id names both, so a stale id is found
// out by comparing two integers and nothing is hashed. Generations are odd while an order lives in the slot and even
// while the slot is free. A slot whose generations are used up is retired, so an id never comes back. What rare kinds
// of orders need besides (hidden quantity, stop price, expiry) stands in a second array by slot (inside.h), and
// POOL_SPECIAL says that it counts.
// Slot 0 is no order: it takes the writes of those who link past an end of a queue, so that no link needs a branch.
#pragma once

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/market/book.h"

// The lowest bits of pool_order.life; the generation stands above them.
enum { POOL_SIDE = 1, POOL_SPECIAL = 2, POOL_SELF_SHIFT = 2, POOL_GENERATION_SHIFT = 4 };
#define POOL_GENERATION (UINT32_C(1) << POOL_GENERATION_SHIFT)
#define POOL_GENERATIONS (UINT32_C(1) << (32 - POOL_GENERATION_SHIFT)) // ids stay below 2^60

typedef struct {
    uint64_t tag;
    uint32_t quantity;   // open
    uint32_t rank;       // of its price, see levels.h
    uint32_t prev, next; // in the queue of its level, 0 = none; next also links the free slots
    uint32_t owner;
    uint32_t life; // generation, self_trade (two bits), special, side
} pool_order;

_Static_assert(sizeof(pool_order) == 32, "two orders to a cache line");

typedef struct {
    pool_order *at; // slots 0 … capacity
    uint32_t capacity;
    uint32_t live;
    uint32_t free;    // first of the slots given back, 0 = none
    uint32_t touched; // slots above were never used
    uint32_t retired;
    bool named; // others say which slot an order is in (following.h): no list of the free ones is kept
} pool;

// STATUS_FULL when there is no memory. Everything is allocated here.
status pool_init(pool *p, uint32_t capacity);
void pool_release(pool *p);
size_t pool_memory(const pool *p);
void pool_check(const pool *p);

static inline bool pool_exhausted(const pool *p) { return !p->free && p->touched == p->capacity; }

static inline side pool_side(const pool_order *o) { return (side)(o->life & POOL_SIDE); }

static inline bool pool_is_special(const pool_order *o) { return o->life & POOL_SPECIAL; }

static inline self_trade pool_self(const pool_order *o) { return (self_trade)(o->life >> POOL_SELF_SHIFT & 3); }

static inline uint32_t pool_bits(side s, uint32_t self, bool special) {
    return (uint32_t)s | (special ? POOL_SPECIAL : 0) | self << POOL_SELF_SHIFT;
}

static inline uint32_t pool_generation(const pool_order *o) { return o->life >> POOL_GENERATION_SHIFT; }

static inline bool pool_lives(const pool_order *o) { return pool_generation(o) & 1; }

static inline book_order_id pool_order_id(const pool_order *o, uint32_t slot) {
    return (uint64_t)pool_generation(o) << 32 | slot;
}

static inline book_order_id pool_id(const pool *p, uint32_t slot) { return pool_order_id(&p->at[slot], slot); }

// A slot for a new order; the pool is not exhausted. bits: pool_bits.
static inline uint32_t pool_take(pool *p, uint32_t bits) {
    uint32_t slot = p->free;
    if (__builtin_expect(slot != 0, 1))
        p->free = p->at[slot].next;
    else
        slot = ++p->touched;
    pool_order *o = &p->at[slot];
    o->life = (o->life | (POOL_GENERATION - 1)) + 1 + bits;
    p->live++;
    __builtin_prefetch(&p->at[p->free], 1); // for the next order, which would wait for it
    return slot;
}

static inline void pool_give(pool *p, uint32_t slot) {
    pool_order *o = &p->at[slot];
    o->life = (o->life | (POOL_GENERATION - 1)) + 1;
    p->live--;
    if (__builtin_expect(o->life == 0, 0)) { // the last generation is over
        p->retired++;
        return;
    }
    o->next = p->free;
    p->free = slot;
}

// The slot of a live order, 0 when the id names none.
static inline uint32_t pool_find(const pool *p, book_order_id id) {
    uint32_t slot = book_slot(id);
    uint64_t generation = id >> 32;
    bool known = slot - 1 < p->capacity && generation & 1 && pool_generation(&p->at[slot]) == generation;
    return __builtin_expect(known, 1) ? slot : 0;
}
