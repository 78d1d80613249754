// A book that follows another market's feed: orders rest, shrink and go as they are told to, and nothing is matched or
// judged but that it can be done. It is the same book with the same views and the same stream of events; a book is
// either mirrored or commanded (book.h), never both. Prices may cross, as those of a market in an auction do.
// When the feed asks for what can't be (an order that is not live, more than is open, a price or quantity outside the
// book's limits, no free slot), the function says so, the book is as it was, and no event is told.
#pragma once

#include "engine/market/book.h"

typedef struct {
    uint64_t tag;
    uint32_t owner;
    side side;
    int64_t quantity, price, time;
} mirror_order;

// BOOK_ACCEPTED with the order shown at the tail of its price. The id, or 0.
book_order_id mirror_add(book *b, const mirror_order *o);

enum { MIRROR_REFUSED = -1 };

// `quantity` of an order is filled by somebody who is not told: BOOK_FILL with order = 0, leaves = 0, and the given
// price (0: the order's own). flags: BOOK_AUCTION, BOOK_UNPRINTED. What stays open, 0 when the order is gone, or
// MIRROR_REFUSED.
int64_t mirror_fill(book *b, book_order_id order, int64_t quantity, int64_t price, uint8_t flags, int64_t time);

// `quantity` is taken off an order, which keeps its place: BOOK_CANCELLED, leaves = what stays, which is returned, or
// MIRROR_REFUSED.
int64_t mirror_reduce(book *b, book_order_id order, int64_t quantity, int64_t time);

// An order goes whole: BOOK_CANCELLED. False: refused.
bool mirror_remove(book *b, book_order_id order, int64_t time);

// New tag, quantity and price; it goes to the tail even at the same price: BOOK_REPLACED. The id stays. False: refused.
bool mirror_replace(book *b, book_order_id order, uint64_t tag, int64_t quantity, int64_t price, int64_t time);

// A trade with what the book does not show: BOOK_FILL with order = maker = 0. `s` is the side of the order that was not
// shown; the quantity is below 2^32. flags: BOOK_AUCTION.
void mirror_trade(book *b, side s, int64_t quantity, int64_t price, uint8_t flags, int64_t time);

// BOOK_STATE, and nothing else happens; the same state again is no event.
void mirror_set_state(book *b, book_state state, int64_t time);

// A feed does not say beforehand how much it will show. These allocate, alone among the functions of a book, and keep
// all ids; STATUS_FULL leaves the book as it was.
// max_orders is not below that of the book, and good for its configuration (book.h).
status mirror_grow(book *b, uint32_t max_orders);
// The tick becomes finer: tick divides the book's, and max_price is good for it (book.h).
status mirror_refine(book *b, int64_t tick);
// More price levels are reached directly (book_config.window).
status mirror_widen(book *b, uint32_t window);

uint32_t mirror_max_orders(const book *b);
int64_t mirror_tick(const book *b);
