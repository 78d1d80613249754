// Continuous trading: the scheme by which an order that comes in meets what rests. Best price first, then first come
// first served, each fill at the maker's price. An auction's single price (auction.c) stands beside it.
//
// The short way takes displayed orders that want nothing special. Where something is special (an order aside, the
// account's own orders, a pair, an iceberg) the long way looks at each maker anew, since what a fill brings about
// (cancels of others, replenishment) may change the level it stands in.
#pragma once

#include "engine/market/inside.h"

static inline bool continuous_crosses(const book *b, side s, uint32_t limit) {
    return b->resting.side[side_other(s)].best <= limit;
}

// Whether it would fill whole, down to its limit.
bool continuous_fills_whole(book *b, const taker *t);

// Fills until the taker is done or nothing more crosses; tells a BOOK_FILL for each maker and lowers t->leaves. A rest
// that a self-trade rule cancels has been told, and t->leaves is 0.
void continuous_match(book *b, taker *t);
