// A book that follows another market's feed: orders rest, shrink and go as they are told to, and nothing is matched or
// judged but that it can be done. It is the same book with the same views and the same stream of events; a book is
// either mirrored or commanded (book.h), never both. Prices may cross, as those of a market in an auction do.
// Each function returns false, and the book is as it was, when the feed asks for what can't be: an order that is not
// live, more than is open, a price or quantity outside the book's limits, no free slot. No event is told then.
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

// `quantity` of an order is filled by somebody who is not told: BOOK_FILL with order = 0, leaves = 0, and the given
// price (0: the order's own).
bool mirror_fill(book *b, book_order_id order, int64_t quantity, int64_t price, int64_t time);

// `quantity` is taken off an order, which keeps its place: BOOK_CANCELLED, leaves = what stays.
bool mirror_reduce(book *b, book_order_id order, int64_t quantity, int64_t time);

// An order goes whole: BOOK_CANCELLED.
bool mirror_remove(book *b, book_order_id order, int64_t time);

// New tag, quantity and price; it goes to the tail even at the same price: BOOK_REPLACED. The id stays.
bool mirror_replace(book *b, book_order_id order, uint64_t tag, int64_t quantity, int64_t price, int64_t time);

// A trade with what the book does not show: BOOK_FILL with order = maker = 0. `s` is the side of the order that was not
// shown.
void mirror_trade(book *b, side s, int64_t quantity, int64_t price, int64_t time);
