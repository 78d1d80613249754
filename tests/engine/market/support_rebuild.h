// A book rebuilt from nothing but the stream of events, as a reader of the journal or the feed would do it.
#pragma once

#include "engine/market/book.h"
#include "src/base/vec.h"

typedef struct {
    // All that is open: id, tag, owner, side, quantity, shown. Those that show something have a price, and stand in
    // time priority, all prices together.
    VEC(book_order) orders;
    uint64_t sequence;
    book_state state;
    int64_t last; // price of the last trade
    // Shares that were accepted or added by replaces; that left by a trade (twice a fill: taker and maker), by a
    // cancel, an expiry or a replace. came - left is what is open.
    int64_t came, left;
} rebuild;

void rebuild_add(rebuild *r, const book_event *event); // asserts that the stream makes sense
int64_t rebuild_open_quantity(const rebuild *r);
int64_t rebuild_best(const rebuild *r, side s); // 0 when nothing is displayed
// Every displayed order of a side, best first; room for r->orders.n.
size_t rebuild_side(const rebuild *r, side s, book_order *out);
void rebuild_free(rebuild *r);
