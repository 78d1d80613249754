// Orders that have a time. A binary heap of their slots says whose comes first, so that an expiry costs by what
// expires, however many orders live. Those that are due at once leave in the order of book_cancel_all: they are sorted
// by where they stand, and a queue in which several of them stand is walked.
#include "engine/market/inside.h"

static bool is_sooner(const book *b, uint32_t x, uint32_t y) { return b->extra[x].expires < b->extra[y].expires; }

static void put(book *b, uint32_t i, uint32_t slot) {
    b->timed[i] = slot;
    b->extra[slot].timed = i;
}

static void sift_up(book *b, uint32_t i, uint32_t slot) {
    for (; i > 1 && is_sooner(b, slot, b->timed[i / 2]); i /= 2)
        put(b, i, b->timed[i / 2]);
    put(b, i, slot);
}

static void sift_down(book *b, uint32_t i, uint32_t slot) {
    for (uint32_t down = 2 * i; down <= b->timed_count; down = 2 * i) {
        if (down < b->timed_count && is_sooner(b, b->timed[down + 1], b->timed[down]))
            down++;
        if (!is_sooner(b, b->timed[down], slot))
            break;
        put(b, i, b->timed[down]);
        i = down;
    }
    put(b, i, slot);
}

static void note_next(book *b) { b->next_expiry = b->timed_count ? b->extra[b->timed[1]].expires : INT64_MAX; }

void expiry_add(book *b, uint32_t slot) {
    sift_up(b, ++b->timed_count, slot);
    note_next(b);
}

void expiry_remove(book *b, uint32_t slot) {
    uint32_t i = b->extra[slot].timed, last = b->timed[b->timed_count--];
    b->extra[slot].timed = 0;
    if (last != slot) {
        sift_up(b, i, last);
        sift_down(b, b->extra[last].timed, last);
    }
    note_next(b);
}

// ---- the order in which those that are due leave ----

// Orders with the same key stand in one queue.
static uint64_t key_of(const book *b, uint32_t slot) {
    const pool_order *o = &b->resting.pool.at[slot];
    order_place place = place_of(b, slot);
    uint64_t rank = place == PLACE_DISPLAY || place == PLACE_STOP ? o->rank : 0;
    return (uint64_t)place << 33 | (uint64_t)pool_side(o) << 32 | rank;
}

static uint32_t head_of(book *b, uint32_t slot) {
    const pool_order *o = order_at(b, slot);
    side s = pool_side(o);
    switch (place_of(b, slot)) {
    case PLACE_DISPLAY:
        return levels_find_live(&b->resting.side[s], o->rank)->head;
    case PLACE_STOP:
        return levels_find_live(&b->stop[s], o->rank)->head;
    case PLACE_ASIDE:
        return b->aside[s].head;
    default:
        return b->auction[s].head;
    }
}

// Heapsort: no allocation, and n log n at the most.
static void sort_by_key(const book *b, uint32_t *due, uint32_t n) {
    for (uint32_t start = n / 2, end = n; end > 1;) {
        uint32_t slot, i;
        if (start) {
            slot = due[i = --start];
        } else {
            slot = due[--end];
            due[end] = due[0];
            i = 0;
        }
        for (uint32_t down = 2 * i + 1; down < end; down = 2 * i + 1) {
            if (down + 1 < end && key_of(b, due[down]) < key_of(b, due[down + 1]))
                down++;
            if (key_of(b, due[down]) <= key_of(b, slot))
                break;
            due[i] = due[down];
            i = down;
        }
        due[i] = slot;
    }
}

// Takes the orders that are due from the heap; they stand behind what is left of it.
static uint32_t take_due(book *b, int64_t time) {
    uint32_t n = 0;
    for (; b->timed_count && b->extra[b->timed[1]].expires <= time; n++) {
        uint32_t slot = b->timed[1];
        expiry_remove(b, slot);
        b->timed[b->timed_count + 1] = slot;
    }
    return n;
}

void expiry_run(book *b, int64_t time) {
    uint32_t n = take_due(b, time), *due = b->timed + b->timed_count + 1;
    sort_by_key(b, due, n);
    for (uint32_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && key_of(b, due[end]) == key_of(b, due[i]);)
            end++;
        if (end == i + 1) {
            standing_cancel(b, due[i], BOOK_EXPIRED, WHY_ASKED, time);
            continue;
        }
        for (uint32_t slot = head_of(b, due[i]), next; slot; slot = next) {
            next = order_at(b, slot)->next;
            if (pool_is_special(order_at(b, slot)) && b->extra[slot].expires <= time)
                standing_cancel(b, slot, BOOK_EXPIRED, WHY_ASKED, time);
        }
    }
}
