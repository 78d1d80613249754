// The real universe of ../shared/data/sp500-5yr as a panel, for tests that say SKIP when it is absent.
#pragma once

#include <stdbool.h>

#include "engine/risk/model.h"

typedef struct {
    panel panel; // close and volume; total_return from closes of adjacent dates
    int *sector;
    char sector_at[16][32];
    const char *sector_name[16];
    risk_inputs inputs; // no shares are known
} support_sp500;

bool support_sp500_load(support_sp500 *out); // false when the files aren't there
void support_sp500_free(support_sp500 *s);
