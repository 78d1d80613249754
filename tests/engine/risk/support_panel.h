// Panels of made-up prices whose truth is known, for tests of factors and risk.
#pragma once

#include "data/store/bars.h"
#include "engine/risk/model.h"

enum { SUPPORT_SECTORS = 4 };

// r_it = market_t + sector_t(i) + specific_i · noise, so that every security has market exposure 1. Sector returns of
// a day sum to zero weighted by the capital of the sectors at the start.
typedef struct {
    panel panel;
    int *sector;        // [securities] i mod SUPPORT_SECTORS
    double *shares;     // [securities]
    double *specific;   // [securities] daily deviation
    double *market;     // [dates]
    double *of_sector;  // [dates * SUPPORT_SECTORS]
    risk_inputs inputs; // with shares
} support_world;

// Dates are weekdays from 2014-01-01. Nothing is missing; tests knock holes themselves.
support_world support_world_new(uint64_t seed, size_t dates, size_t columns);
void support_world_free(support_world *w);

// A panel without anything in it but room; every field is NaN, dates are set.
panel support_panel_new(size_t dates, size_t columns);
void support_panel_free(panel *p);
