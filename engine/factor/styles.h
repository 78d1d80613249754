// Style factors that need prices, volumes and shares alone. Reached through definition.h.
#pragma once

#include "engine/factor/definition.h"

enum {
    FACTOR_MOMENTUM,
    FACTOR_VOLATILITY,
    FACTOR_BETA,
    FACTOR_REVERSAL,
    FACTOR_SIZE,
    FACTOR_LIQUIDITY,
    FACTOR_STYLE_COUNT,
};

extern const factor_definition factor_style[FACTOR_STYLE_COUNT];
