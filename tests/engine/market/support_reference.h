// The order book as one would explain it: a list of orders in the order they came, searched from end to end. Slow, and
// judged by reading it; the real book is compared with it. It issues its own ids, 1, 2, 3 … to each accepted order.
#pragma once

#include "engine/market/book.h"

typedef struct reference reference;

reference *reference_new(const book_config *config);
void reference_free(reference *r);

uint64_t reference_submit(reference *r, const book_request *request);
bool reference_cancel(reference *r, uint64_t order, int64_t time);
bool reference_replace(reference *r, uint64_t order, int64_t quantity, int64_t price, int64_t time);

// The events of the last command; borrowed until the next.
const book_event *reference_events(const reference *r, size_t *n);

size_t reference_live(const reference *r);
uint64_t reference_nth(const reference *r, size_t i); // any live order, i < reference_live
// Every resting order of a side, best first; room for reference_live.
size_t reference_side(const reference *r, side s, book_order *out);
