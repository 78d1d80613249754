// A book rebuilt from nothing but the stream of events, as a reader of the journal or the feed would do it.
#pragma once

#include "engine/market/book.h"
#include "src/base/vec.h"

typedef struct {
    VEC(book_order) resting; // in time priority, all prices together
    uint64_t sequence;
    // Shares that were accepted or added by replaces, that left by a trade (twice a fill: taker and maker), by a cancel
    // or a replace. came - left is what rests.
    int64_t came, left;
} rebuild;

void rebuild_add(rebuild *r, const book_event *event); // asserts that the stream makes sense
int64_t rebuild_resting_quantity(const rebuild *r);
// Every resting order of a side, best first; room for r->resting.n.
size_t rebuild_side(const rebuild *r, side s, book_order *out);
void rebuild_free(rebuild *r);
