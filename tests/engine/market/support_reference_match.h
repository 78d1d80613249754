// How an order of the reference trades that comes in, is replaced, triggered or comes from aside.
#pragma once

#include "tests/engine/market/support_reference_orders.h"

// Trades what it can. The taker is in no list meanwhile.
void reference_match(reference *r, ref_order *taker);
// Whether it would trade all it has open, tried out on a copy of the book.
bool reference_would_fill_whole(const reference *r, const ref_order *taker);
// An order that is in no list trades if it may, and rests, waits or ends.
void reference_enter(reference *r, ref_order *o);

void reference_tell_fill(reference *r, const ref_order *o, const ref_order *maker, int64_t quantity, int64_t price,
                         uint8_t flags);
