// How a crowd meets in an auction: orders around a price on which most agree, and somebody who sees to it.
#pragma once

#include "engine/market/book.h"
#include "src/base/rng.h"

// The crowd's next order: limit orders whose prices lie within a few units on either side of `centre`, now and then a
// market order. Price and quantity are good for a book with this tick and lot 1.
//   size   mean shares
book_request gather_order(rng *random, double centre, double unit, int64_t tick, double size);

// Arbitrage: sends limit orders at `target` to a book that collects, until it would trade at that price. They are as
// large as is needed, but no more than `most` shares in all: against more than that, nobody wants to stand. A few go to
// both sides first, so that there is a price at all. Owner 0, tag GATHER_TAG, at `now`.
enum { GATHER_TAG = 1 };
void gather_settle(book *b, int64_t target, int64_t few, int64_t most, int64_t now);
