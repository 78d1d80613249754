#include "data/quality/seen.h"

bool seen_mark(seen *s, uint32_t symbol, date day) {
    uint64_t offset = (uint64_t)((int64_t)day - INT32_MIN); // never negative
    uint64_t key = (uint64_t)symbol << 32 | offset / 384, index;
    if (s->at.n && key == s->last_key) {
        index = s->last_index;
    } else if (!map64_get(&s->blocks, key, &index)) {
        index = s->at.n;
        map64_put(&s->blocks, key, index);
        vec_push(&s->at, (seen_block){{0}});
    }
    s->last_key = key;
    s->last_index = index;
    uint64_t bit = UINT64_C(1) << offset % 64, *word = &s->at.at[index].day[offset % 384 / 64];
    bool before = *word & bit;
    *word |= bit;
    return before;
}

void seen_free(seen *s) {
    map64_free(&s->blocks);
    vec_free(&s->at);
}
