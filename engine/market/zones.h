// The orders that a flow has in a book, near the touch and further out: as many at most as the book takes, and found by
// slot. Owns its arrays.
#pragma once

#include <stddef.h>

#include "engine/market/book.h"

typedef enum { NEAR, FAR } zone;

typedef struct {
    uint32_t most;        // orders of the book
    uint32_t count[2];    // by side
    uint32_t live[2];     // by zone
    book_order_id *order; // near ones from the front, far ones from the back; of a zone the young mostly behind the old
    uint32_t *place;      // in `order`, by slot
} zones;

void zones_init(zones *z, uint32_t most);
void zones_release(zones *z);
size_t zones_memory(const zones *z); // bytes

void zones_add(zones *z, zone to, book_order_id id, side s);
void zones_drop(zones *z, book_order_id id, side s); // nothing when it is none of them

static inline uint32_t zones_all(const zones *z) { return z->live[NEAR] + z->live[FAR]; }

static inline book_order_id zones_at(const zones *z, zone in, uint32_t i) {
    return z->order[in == NEAR ? i : z->most - 1 - i];
}
