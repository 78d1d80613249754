// Continuous trading: the scheme by which an order that comes in meets what rests. Best price first, then first come
// first served, each fill at the maker's price. Other schemes (an auction's single price) stand beside this one.
#pragma once

#include "engine/market/events.h"
#include "engine/market/resting.h"

#define CONTINUOUS_ANY_PRICE (LEVELS_NONE - 1)

typedef struct {
    book_order_id id;
    uint64_t tag;
    int64_t time;
    uint32_t owner;
    uint32_t limit;  // worst rank it takes on the other side
    uint32_t leaves; // open quantity
    side side;
} continuous_taker;

static inline bool continuous_crosses(const resting *r, side s, uint32_t limit) {
    return r->side[side_other(s)].best <= limit;
}

// Whether it would fill whole, down to its limit.
bool continuous_fills_whole(const resting *r, const continuous_taker *t);

// Fills until the taker is done or nothing more crosses; tells a BOOK_FILL for each maker and lowers t->leaves.
void continuous_match(resting *r, book_stream *out, continuous_taker *t);
