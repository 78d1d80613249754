#include "engine/market/levels.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

status levels_init(levels *l, uint32_t size, uint32_t capacity) {
    assert(size >= LEVELS_WINDOW_MIN && size <= LEVELS_WINDOW_MAX && size % 64 == 0);
    *l = (levels){.best = LEVELS_NONE, .size = size, .far_capacity = capacity};
    l->window = mem_try(size, sizeof *l->window);
    l->far = mem_try(capacity, sizeof *l->far);
    if (!l->window || !l->far) {
        levels_release(l);
        return status_fail(STATUS_FULL, "no memory for %u price levels", capacity);
    }
    return STATUS_OK;
}

void levels_release(levels *l) {
    free(l->window);
    free(l->far);
    *l = (levels){0};
}

size_t levels_memory(const levels *l) {
    return (size_t)l->size * sizeof *l->window + (size_t)l->far_capacity * sizeof *l->far;
}

// How many levels of the overflow are worse than `rank`: where it stands, or would stand.
static uint32_t far_place(const levels *l, uint32_t rank) {
    uint32_t low = 0, high = l->far_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (l->far[middle].rank > rank)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

level *levels_find_outside(const levels *l, uint32_t rank) {
    uint32_t i = far_place(l, rank);
    return i < l->far_count && l->far[i].rank == rank ? &l->far[i].at : NULL;
}

uint32_t levels_after(const levels *l, uint32_t rank) {
    uint32_t i = rank - l->base;
    if (i < l->size) {
        uint32_t word = i >> 6;
        // Shifted twice: by 64 at once is undefined.
        uint64_t rest = l->words[word] >> (i & 63) >> 1;
        if (rest)
            return rank + 1 + (uint32_t)__builtin_ctzll(rest);
        uint64_t words = l->summary >> word >> 1;
        if (words) {
            word += 1 + (uint32_t)__builtin_ctzll(words);
            return l->base + word * 64 + (uint32_t)__builtin_ctzll(l->words[word]);
        }
        return l->far_count ? l->far[l->far_count - 1].rank : LEVELS_NONE;
    }
    uint32_t worse = far_place(l, rank);
    return worse ? l->far[worse - 1].rank : LEVELS_NONE;
}

// The highest rank in the window below place i of it, LEVELS_NONE when there is none.
static uint32_t last_below(const levels *l, uint32_t i) {
    uint32_t word = i >> 6;
    uint64_t rest = i & 63 ? l->words[word] & ((UINT64_C(1) << (i & 63)) - 1) : 0;
    if (!rest) {
        uint64_t words = l->summary & (word < 64 ? (UINT64_C(1) << word) - 1 : UINT64_MAX);
        if (!words)
            return LEVELS_NONE;
        word = 63 - (uint32_t)__builtin_clzll(words);
        rest = l->words[word];
    }
    return l->base + word * 64 + 63 - (uint32_t)__builtin_clzll(rest);
}

uint32_t levels_before(const levels *l, uint32_t rank) {
    uint32_t i = rank - l->base;
    if (i < l->size)
        return last_below(l, i);
    uint32_t better = far_place(l, rank) + 1;
    return better < l->far_count ? l->far[better].rank : last_below(l, l->size);
}

uint32_t levels_worst(const levels *l) { return l->far_count ? l->far[0].rank : last_below(l, l->size); }

// Where the window starts so that `rank` lies a quarter of the way in.
static uint32_t base_around(const levels *l, uint32_t rank) {
    uint32_t before = l->size / 4;
    uint32_t base = rank > before ? (rank - before) & ~UINT32_C(63) : 0;
    uint32_t last = UINT32_MAX - l->size + 1;
    return base < last ? base : last;
}

// Brings in the levels of the overflow that the window now covers.
static void pull(levels *l) {
    while (l->far_count && l->far[l->far_count - 1].rank - l->base < l->size) {
        const level_far *from = &l->far[--l->far_count];
        l->window[from->rank - l->base] = from->at;
        levels_mark(l, from->rank);
    }
}

// Puts the levels from word `from` on into the overflow; they are better than all that is there.
static void push_out(levels *l, uint32_t from) {
    for (uint32_t word = l->size / 64; word-- > from;) {
        while (l->words[word]) {
            uint32_t bit = 63 - (uint32_t)__builtin_clzll(l->words[word]);
            uint32_t i = word * 64 + bit;
            assert(l->far_count < l->far_capacity);
            l->far[l->far_count++] = (level_far){.at = l->window[i], .rank = l->base + i};
            l->window[i] = (level){0};
            l->words[word] &= ~(UINT64_C(1) << bit);
        }
        l->summary &= ~(UINT64_C(1) << word);
    }
}

static void shift_to_better(levels *l, uint32_t base) {
    uint32_t by = l->base - base, words = by / 64, all = l->size / 64;
    push_out(l, words < all ? all - words : 0);
    if (words < all) {
        memmove(l->window + by, l->window, (l->size - by) * sizeof *l->window);
        memset(l->window, 0, by * sizeof *l->window);
        memmove(l->words + words, l->words, (all - words) * sizeof *l->words);
        memset(l->words, 0, words * sizeof *l->words);
        l->summary <<= words;
    }
    l->base = base;
}

// Every level lies at `base` or behind it, and the best stays in the window.
static void shift_to_worse(levels *l, uint32_t base) {
    uint32_t by = base - l->base, words = by / 64, all = l->size / 64;
    assert(by < l->size && l->best >= base);
    memmove(l->window, l->window + by, (l->size - by) * sizeof *l->window);
    memset(l->window + (l->size - by), 0, by * sizeof *l->window);
    memmove(l->words, l->words + words, (all - words) * sizeof *l->words);
    memset(l->words + (all - words), 0, words * sizeof *l->words);
    l->summary >>= words;
    l->base = base;
    pull(l);
}

static level *open_far(levels *l, uint32_t rank) {
    uint32_t i = far_place(l, rank);
    if (i < l->far_count && l->far[i].rank == rank)
        return &l->far[i].at;
    assert(l->far_count < l->far_capacity);
    memmove(l->far + i + 1, l->far + i, (l->far_count - i) * sizeof *l->far);
    l->far[i] = (level_far){.rank = rank};
    l->far_count++;
    return &l->far[i].at;
}

level *levels_open_outside(levels *l, uint32_t rank) {
    if (l->best == LEVELS_NONE)
        l->base = base_around(l, rank);
    else if (rank < l->base)
        shift_to_better(l, base_around(l, rank));
    else if (rank - l->best < l->size / 2)
        shift_to_worse(l, base_around(l, l->best));
    else
        return open_far(l, rank);
    level *at = &l->window[rank - l->base];
    if (!at->held)
        levels_mark(l, rank);
    return at;
}

void levels_close_outside(levels *l, uint32_t rank) {
    uint32_t i = far_place(l, rank);
    assert(i < l->far_count && l->far[i].rank == rank);
    l->far_count--;
    memmove(l->far + i, l->far + i + 1, (l->far_count - i) * sizeof *l->far);
}

void levels_refill(levels *l) {
    l->best = LEVELS_NONE;
    if (!l->far_count)
        return;
    l->base = base_around(l, l->far[l->far_count - 1].rank);
    pull(l);
}

void levels_check(const levels *l) {
    assert(l->base % 64 == 0);
    uint32_t best = LEVELS_NONE;
    for (uint32_t i = l->size; i-- > 0;) {
        bool marked = l->words[i >> 6] >> (i & 63) & 1;
        assert(marked == (l->window[i].held > 0));
        assert(!marked || l->summary >> (i >> 6) & 1);
        if (marked)
            best = l->base + i;
    }
    for (uint32_t word = 0; word < LEVELS_WORDS; word++)
        assert((l->words[word] != 0) == (l->summary >> word & 1));
    assert(l->best == best);
    assert(best != LEVELS_NONE || l->far_count == 0);
    for (uint32_t i = 0; i < l->far_count; i++) {
        assert(l->far[i].at.held > 0);
        assert(l->far[i].rank >= l->base && l->far[i].rank - l->base >= l->size);
        assert(i == 0 || l->far[i - 1].rank > l->far[i].rank);
    }
}
