// What factors are computed on: a panel with what is known about its securities. Borrows the panel and the arrays; owns
// the return of the market, which several definitions need at every date.
//
// Capital is the weight that stands for a security's size: its market value (shares · close) when shares are known for
// at least nine securities in ten, else its mean daily traded value over 60 dates, for all of them alike. Shares are
// one number a security, today's: with prices adjusted for splits they track market values of the past but for issues
// and buy-backs.
#pragma once

#include <stdbool.h>

#include "data/store/bars.h"
#include "src/base/status.h"

enum { FACTOR_TRADED_WINDOW = 60 };

typedef struct {
    const panel *panel;
    const int *sector; // [securities] 0 … sectors - 1, -1: unclassified
    size_t sectors;
    const double *shares; // [securities] outstanding; 0, NaN or NULL: unknown
    bool has_shares;      // capital is market value; otherwise traded value
    double *market;       // [dates] return of the universe, NaN where nobody has one
} factor_universe;

// The market's return of day t: mean of total returns weighted by market value at t - 1 when shares are known, else
// equally. STATUS_INVALID for a sector out of range (the message names the column); STATUS_FULL without memory.
status factor_universe_init(factor_universe *u, const panel *p, const int *sector, size_t sectors,
                            const double *shares);
void factor_universe_free(factor_universe *u);

// Mean daily traded value (close · volume) over the 60 dates that end at row t, from those present; NaN below four
// fifths of min(60, t + 1) dates. count: scratch of `securities`.
void factor_traded(const factor_universe *u, size_t t, double *count, double *out);
// shares · close at row t; NaN where either is unknown.
void factor_market_value(const factor_universe *u, size_t t, double *out);
