// The price levels of one side of a book, best first.
//
// Prices are turned into ranks, in which lower is better on both sides: an ask's rank is its price in ticks, a bid's is
// UINT32_MAX minus that. So one piece of code serves both sides, and the best level is always the lowest rank.
//
// Levels near the touch lie in a window: an array indexed by rank - base, with a bit for every level that has orders
// and a summary bit for every 64 of those. The best level is two bit scans away. Levels further out than the window lie
// in an overflow, sorted from worst to best. The window follows the market:
//   - the best level is always in the window, and every level of the overflow is worse than the whole window;
//   - an order better than the window shifts it, so that the new best lies a quarter of the way in; what falls off the
//     far end goes to the overflow;
//   - an order worse than the window goes to the overflow, unless it lies within half a window of the best: then the
//     best has moved away from base, and the window is shifted after it;
//   - when the window runs empty, it is laid around the best level of the overflow.
// Between two shifts the best must move by about a quarter of the window or more, so their cost (a memmove of the
// window, which is why base and shifts are multiples of 64) is spread thin.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/market/book.h"

#define LEVELS_NONE UINT32_MAX // no rank

enum { LEVELS_WINDOW_MIN = 256, LEVELS_WINDOW_MAX = 4096, LEVELS_WORDS = LEVELS_WINDOW_MAX / 64 };

// Quantity and orders share a word (book.h), so that one addition keeps both.
typedef struct {
    book_held held;      // 0: no orders
    uint32_t head, tail; // slots of the pool, 0 = none
} level;

static inline book_held held_share(uint32_t quantity) { return (book_held)quantity << BOOK_HELD_BITS; }

_Static_assert(sizeof(level) == 16, "four levels to a cache line");

typedef struct {
    level at;
    uint32_t rank;
} level_far;

typedef struct {
    _Alignas(64) uint32_t best; // all but the words in one cache line; a rank, LEVELS_NONE when the side is empty
    uint32_t base, size;
    uint32_t far_count, far_capacity;
    uint64_t summary;
    level *window;
    level_far *far; // ranks strictly falling: the best is the last
    uint64_t words[LEVELS_WORDS];
} levels;

// size: of the window, a multiple of 64 between LEVELS_WINDOW_MIN and _MAX; capacity: the most levels there can be.
status levels_init(levels *l, uint32_t size, uint32_t capacity);
void levels_release(levels *l);
size_t levels_memory(const levels *l);
void levels_check(const levels *l);

level *levels_open_outside(levels *l, uint32_t rank);
void levels_close_outside(levels *l, uint32_t rank);
void levels_refill(levels *l);
level *levels_find_outside(const levels *l, uint32_t rank);

// The next worse level after the one at `rank`, which has orders; LEVELS_NONE behind the last.
uint32_t levels_after(const levels *l, uint32_t rank);

// The next better level before the one at `rank`, which has orders; LEVELS_NONE before the best.
uint32_t levels_before(const levels *l, uint32_t rank);
uint32_t levels_worst(const levels *l); // LEVELS_NONE when the side is empty

// The level at `rank`, NULL when it has no orders.
static inline level *levels_find(const levels *l, uint32_t rank) {
    uint32_t i = rank - l->base;
    if (i < l->size)
        return l->window[i].held ? &l->window[i] : NULL;
    return levels_find_outside(l, rank);
}

// The level at `rank`, which has orders.
static inline level *levels_find_live(const levels *l, uint32_t rank) {
    uint32_t i = rank - l->base;
    return __builtin_expect(i < l->size, 1) ? &l->window[i] : levels_find_outside(l, rank);
}

// The best level; the side is not empty.
static inline level *levels_front(const levels *l) { return &l->window[l->best - l->base]; }

static inline void levels_mark(levels *l, uint32_t rank) {
    uint32_t i = rank - l->base;
    l->words[i >> 6] |= UINT64_C(1) << (i & 63);
    l->summary |= UINT64_C(1) << (i >> 6);
    l->best = rank < l->best ? rank : l->best;
}

// The level at `rank`, to which the caller adds an order at once. Earlier pointers to levels are void.
static inline level *levels_open(levels *l, uint32_t rank) {
    uint32_t i = rank - l->base;
    if (i >= l->size)
        return levels_open_outside(l, rank);
    levels_mark(l, rank);
    return &l->window[i];
}

// The lowest rank in the window, which is not empty.
static inline uint32_t levels_first(const levels *l) {
    uint32_t word = (uint32_t)__builtin_ctzll(l->summary);
    return l->base + word * 64 + (uint32_t)__builtin_ctzll(l->words[word]);
}

// Called when the last order has left the level at `rank`. Pointers to levels are void.
static inline void levels_close(levels *l, uint32_t rank) {
    uint32_t i = rank - l->base;
    if (i >= l->size) {
        levels_close_outside(l, rank);
        return;
    }
    l->words[i >> 6] &= ~(UINT64_C(1) << (i & 63));
    if (!l->words[i >> 6])
        l->summary &= ~(UINT64_C(1) << (i >> 6));
    if (rank != l->best)
        return;
    if (l->summary)
        l->best = levels_first(l);
    else
        levels_refill(l);
}
