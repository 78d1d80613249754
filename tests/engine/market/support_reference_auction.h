// The reference's auction: one price, found by trying them all.
#pragma once

#include "tests/engine/market/support_reference_orders.h"

// Trades at the auction's price until nothing trades at any, and cancels the market orders that found nothing.
void reference_uncross(reference *r);
