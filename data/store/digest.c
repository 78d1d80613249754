#include "data/store/digest.h"

#include <string.h>

__extension__ typedef unsigned __int128 uint128;

// Two factors, the halves of whose product are folded into one word: every input bit reaches every output bit.
static uint64_t fold(uint64_t a, uint64_t b) {
    uint128 product = (uint128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static digest hash_words(const uint64_t *words, size_t n, uint64_t kind) {
    uint64_t a = UINT64_C(0x9e3779b97f4a7c15) ^ kind, b = UINT64_C(0xd1b54a32d192ed03) + kind;
    for (size_t i = 0; i < n; i++) {
        a = fold(a ^ words[i], UINT64_C(0xa0761d6478bd642f));
        b = fold(b + words[i], UINT64_C(0xe7037ed1a0b428db));
    }
    return (digest){fold(a, UINT64_C(0x8ebc6af09c88c6e3) ^ b), fold(b, UINT64_C(0x589965cc75374cc3) ^ a)};
}

static digest of_bar(const bar *row) {
    uint64_t words[] = {(uint64_t)(uint32_t)row->sid << 32 | (uint32_t)row->day,
                        (uint64_t)row->open,
                        (uint64_t)row->high,
                        (uint64_t)row->low,
                        (uint64_t)row->close,
                        (uint64_t)row->volume};
    return hash_words(words, sizeof words / sizeof *words, 1);
}

void digest_add_bar(digest *d, const bar *row) {
    digest h = of_bar(row);
    d->a += h.a;
    d->b += h.b;
}

void digest_take_bar(digest *d, const bar *row) {
    digest h = of_bar(row);
    d->a -= h.a;
    d->b -= h.b;
}

void digest_add_action(digest *d, int32_t sid, date day, double split, int64_t dividend) {
    uint64_t words[] = {(uint64_t)(uint32_t)sid << 32 | (uint32_t)day, 0, (uint64_t)dividend};
    memcpy(&words[1], &split, sizeof split);
    digest h = hash_words(words, sizeof words / sizeof *words, 2);
    d->a += h.a;
    d->b += h.b;
}
