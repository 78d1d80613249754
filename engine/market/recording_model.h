// What writer and reader of a recording both know of the market when they come to an entry: of each book its orders,
// and how its pool gives out slots. Both learn it from the same events, so what one foretells the other does, too.
#pragma once

#include "engine/market/recording.h"
#include "src/base/map.h"
#include "src/base/vec.h"

#define PASSING (UINT64_C(1) << 62) // ids of orders that can't rest begin there

// What is known of the order that was last seen in a slot.
typedef struct {
    uint64_t tag;
    int64_t price;
    uint32_t generation, owner, open, shown;
    uint32_t next; // of the slots that are free
    uint8_t side;
    bool live;
} pack_order;

typedef struct {
    uint32_t number;
    int64_t tick;
    VEC(pack_order) at; // by slot
    uint64_t seen;      // orders; no more slots are kept than fit to it
    uint32_t free, touched;
    uint64_t passing; // the last order that can't rest
    pack_order passer;
    uint64_t taker; // the order of which fills are told
    uint64_t tag;   // the rest: of the last order that came
    uint32_t owner;
    int64_t price[2];
} pack_book;

typedef struct {
    VEC(pack_book) books;
    map64 index; // number to place in books
    size_t at;   // book of the last event
    uint64_t sequence;
    int64_t time;
} pack_model; // {0} knows nothing

void pack_free(pack_model *m);

// A book begins, with nothing known of it.
pack_book *pack_begin(pack_model *m, uint32_t number, int64_t tick);
// False when there is no such book.
bool pack_find(const pack_model *m, uint32_t number, size_t *out);
// What an event says, once it is written or read.
void pack_learn(pack_book *b, const book_event *e);

// The order with an id, NULL when nothing is known of it.
static inline pack_order *pack_known(pack_book *b, uint64_t id) {
    uint32_t slot = book_slot(id);
    if (slot < b->at.n && b->at.at[slot].generation == id >> 32 && slot)
        return &b->at.at[slot];
    return id && id == b->passing ? &b->passer : NULL;
}

// Of the next order in a slot (fresh), or the last.
static inline uint32_t pack_generation(const pack_book *b, uint32_t slot, bool fresh) {
    uint32_t last = slot < b->at.n ? b->at.at[slot].generation : 0;
    return last ? last + (fresh ? 2 : 0) : 1;
}

// The id of the order that comes next, as the book's pool gives it; to be asked for at each that comes. Slots that were
// taken in another order are passed over, but not for ever.
static inline uint64_t pack_next(pack_book *b) {
    enum { STALE = 4 };
    for (int i = 0; i < STALE && b->free && b->at.at[b->free].live; i++)
        b->free = b->at.at[b->free].next;
    uint32_t slot = b->free ? b->free : b->touched + 1;
    return (uint64_t)pack_generation(b, slot, true) << 32 | slot;
}

static inline uint64_t pack_next_passing(const pack_book *b) { return (b->passing ? b->passing : PASSING) + 1; }
