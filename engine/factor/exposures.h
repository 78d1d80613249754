// The exposure matrix X of one date: market, styles, sectors.
//
// Column 0 is the market (1 for every security), columns 1 … styles are the z-scores of the style factors in the order
// of factor_at, the last `sectors` columns are 0 or 1. A style that is missing for a security (window not covered, no
// volume) is 0 in X, the mean of the universe: the model then knows nothing of it but its market and sector. `raw` and
// `z` keep NaN, and `coverage` counts, per style, the securities with a value of their own.
//
// Made once and filled date after date; nothing is allocated while filling. Whoever makes one frees it.
#pragma once

#include "engine/factor/universe.h"
#include "src/base/matrix.h"

typedef struct {
    double winsor;         // tail of each side, 0.01
    bool capital_weighted; // z-scores have capital-weighted mean zero; otherwise the plain mean
    bool sector_neutral;   // styles are neutralised by sectors of at least `sector_least` names
    size_t sector_least;   // 5
} factor_options;

factor_options factor_options_default(void); // 1 %, capital-weighted, not sector-neutral, 5

typedef struct {
    size_t securities, styles, sectors, factors; // factors = 1 + styles + sectors
    matrix x;                                    // securities × factors
    matrix raw, z;                               // styles × securities: one factor a row
    double *capital;                             // [securities] currency units at the date, NaN unknown
    unsigned char *live;    // [securities] has a close and capital at the date: belongs to the universe of the z-scores
    unsigned char *covered; // [securities] live, with at least half of the styles
    size_t *coverage;       // [styles] live securities with a value
    double *scratch;        // [(FACTOR_SCRATCH + 3) * securities + 2 * sectors]
} factor_exposures;

size_t factor_columns(const factor_universe *u); // 1 + styles + sectors

status factor_exposures_new(const factor_universe *u, factor_exposures *out); // STATUS_FULL without memory
void factor_exposures_free(factor_exposures *e);

// Fills `e` with the exposures at the close of row t. Reads rows 0 … t of the panel and nothing else.
void factor_exposures_at(const factor_universe *u, size_t t, const factor_options *options, factor_exposures *e);
