// Accounting of one position at average cost. Pure arithmetic on integers in 1e-4 units: what was paid and received
// adds up exactly, because the cost taken out by a sale is rounded once and the rest stays in.
#pragma once

#include <stdint.h>

#include "engine/market/book.h"

typedef struct {
    int32_t sid;
    int64_t quantity; // signed, shares
    int64_t cost;     // signed like quantity: what the open shares cost; average = cost / quantity
    int64_t realised; // since the position was first held, before fees
    int64_t fees;     // since then
    // Of the session, so that the day's P&L is explained: start value + trading + price - fees.
    int64_t start_quantity, start_mark;
    int64_t day_cash; // received less paid in trades of the session, before fees
    int64_t day_fees;
    int64_t day_traded; // shares bought and sold
} position;

// Applies a fill of `quantity` > 0 shares. Closing shares realise against the average cost; a fill through zero closes
// the old position and opens the rest at its own price.
void position_fill(position *p, side s, int64_t quantity, int64_t price, int64_t fee);

// Sets the position to `quantity` at average cost `price` without a trade (a load or a correction). The day's P&L
// starts afresh from there: shares that appear so bring no gain.
void position_adjust(position *p, int64_t quantity, int64_t price);

// Begins a session: what is held now is held from the start, at `mark`.
void position_start_session(position *p, int64_t mark);

int64_t position_average(const position *p); // rounded half away from zero; 0 when flat
int64_t position_value(const position *p, int64_t mark);
int64_t position_unrealised(const position *p, int64_t mark);
int64_t position_day_pnl(const position *p, int64_t mark); // of the session, after fees
