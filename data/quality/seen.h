// Which (symbol, day) pairs an import has met: one bit each, in blocks of a year, so that memory grows with the symbols
// and the span of dates and not with the rows. Whoever declares one ({0}) frees it.
#pragma once

#include "src/base/clock.h"
#include "src/base/map.h"
#include "src/base/vec.h"

typedef struct {
    uint64_t day[6]; // 384 days
} seen_block;

typedef struct {
    map64 blocks; // (symbol, day / 384) to an index
    VEC(seen_block) at;
    uint64_t last_key, last_index; // rows of one symbol mostly come one after the other
} seen;

bool seen_mark(seen *s, uint32_t symbol, date day); // whether it was marked before
void seen_free(seen *s);
