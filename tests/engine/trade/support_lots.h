// A slow reference of a position: every purchase is a lot of its own, and a sale takes the same share out of each of
// them, which is what average cost means.
#pragma once

#include "engine/market/book.h"

enum { LOTS_MAX = 4096 };

typedef struct {
    long double quantity, price; // of what is left; quantity is signed
} lot;

typedef struct {
    lot at[LOTS_MAX];
    size_t n;
    long double realised;
    int closes;   // fills that closed something: each may have been rounded once
    int64_t cash; // received less paid, before fees
    int64_t fees;
    int64_t day_cash, day_fees, start_value;
} lots;

int64_t lots_quantity(const lots *l);
long double lots_cost(const lots *l);
void lots_fill(lots *l, side s, int64_t quantity, int64_t price, int64_t fee);
void lots_start_session(lots *l, int64_t mark);
