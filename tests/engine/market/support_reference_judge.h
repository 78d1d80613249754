// What the reference refuses, in the order of book_reject.
#pragma once

#include "tests/engine/market/support_reference_orders.h"

book_reject reference_judge(const reference *r, const book_request *q);
// `o` is the live order that is to be replaced.
book_reject reference_judge_replace(const reference *r, const ref_order *o, int64_t quantity, int64_t price);
// Stop price of a request that is a stop; of a trailing stop without one, the last trade's less or plus the trail.
int64_t reference_stop_price(const reference *r, const book_request *q);
