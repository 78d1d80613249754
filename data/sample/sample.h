// Small real files that the program carries, so that the main jobs run on real data without a network.
#pragma once

#include "data/store/store.h"

#define SAMPLE_INDEX "^GSPC"

// Stores the S&P 500's daily bars of 2000 to 2020 as the index ^GSPC; does nothing in a workspace that has it.
status sample_import_index(store *s);
