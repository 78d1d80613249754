// The order book as one would explain it: a list of orders in the order they came, searched from end to end. Slow, and
// judged by reading it; the real book is compared with it. It issues its own ids, 1, 2, 3 … to each accepted order.
// Its parts: support_reference_orders (the list and the events), _judge, _match, _auction, _after (what follows a
// command); here are the commands and views.
#pragma once

#include "engine/market/book.h"

typedef struct reference reference;

reference *reference_new(const book_config *config);
void reference_free(reference *r);

// As the functions of book.h.
uint64_t reference_submit(reference *r, const book_request *request);
bool reference_cancel(reference *r, uint64_t order, int64_t time);
bool reference_replace(reference *r, uint64_t order, int64_t quantity, int64_t price, int64_t time);
uint32_t reference_cancel_all(reference *r, const book_filter *filter, int64_t time);
void reference_expire(reference *r, int64_t time);
void reference_set_state(reference *r, book_state state, int64_t time);
void reference_set_collar(reference *r, int64_t low, int64_t high);
bool reference_auction(const reference *r, book_indicative *out); // tries every tick up to the highest price

// The events of the last command; borrowed until the next.
const book_event *reference_events(const reference *r, size_t *n);

book_state reference_state(const reference *r);
int64_t reference_last(const reference *r);
int64_t reference_best(const reference *r, side s); // 0 when nothing is displayed
size_t reference_live(const reference *r);
book_order reference_nth(const reference *r, size_t i); // any live order, i < reference_live
// Every displayed order of a side, best first; room for reference_live.
size_t reference_side(const reference *r, side s, book_order *out);
