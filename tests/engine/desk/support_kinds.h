// Orders of all kinds in the first stock of a desk to trade at.
#pragma once

#include "tests/engine/desk/support_trading.h"

int64_t kinds_cents(int64_t price); // down to the cent
// A limit order of 100 that rests far from the market, for the test to make into something else.
order_intent kinds_far(trading *t, side s);
order_intent kinds_stop(trading *t, side s, int64_t stop);
order kinds_send(trading *t, const order_intent *intent); // fails the test unless it is accepted
const view_order *kinds_row(trading *t, const order *o);  // as it is now
int64_t kinds_bid(trading *t, int n);                     // the n-th best price that is bid
