// A running digest of a set of rows: each row's hash is added to two 64-bit sums, so that rows can be added, replaced
// and taken out in any order and equal sets give equal sums. It tells versions of data apart, not forgeries. Pure.
#pragma once

#include "data/store/bars.h"

typedef struct {
    uint64_t a, b;
} digest;

void digest_add_bar(digest *d, const bar *row);
void digest_take_bar(digest *d, const bar *row);
// A split or dividend of the security.
void digest_add_action(digest *d, int32_t sid, date day, double split, int64_t dividend);
