// An order of the ledger as a row of the view, and in words. Pure.
#pragma once

#include "engine/desk/view.h"
#include "engine/trade/ledger.h"

// All but what security and book know: symbol, what is shown, the place in the queue.
view_order order_row_of(const order *o);

enum { ORDER_ROW_TEXT = 120 };
// What it is beyond side, quantity and limit, in few letters: "stop 121.00", "trail 0.50", "ice 100/900" (shown and
// hidden), "aon", "post", "mkt", otherwise how long it lasts ("gtc"). Returns out.
const char *order_row_kind(const view_order *o, char out[ORDER_ROW_TEXT]);
// At what price, as a sentence has it: "at 121.06", "at the market", "at the stop 121.00".
const char *order_row_price(const view_order *o, char out[ORDER_ROW_TEXT]);
// "post-only", "all-or-none" or "".
const char *order_row_traits(const view_order *o);
// What a share of it is worth about: the limit, or the stop price; 0 at the market.
int64_t order_row_worth(const view_order *o);
