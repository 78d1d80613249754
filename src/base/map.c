#include "src/base/map.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

// Linear probing in a power-of-two table kept at most two thirds full. Removal closes the gap instead of leaving a
// tombstone: every entry behind it, up to the next free slot, that may stand in the gap moves there. So a lookup always
// ends at the first free slot, however many removals came before.

struct map_slot {
    char *key; // owned; NULL in a free slot
    uint64_t hash, value;
};

struct map64_slot {
    uint64_t key, value;
    bool taken;
};

// The finaliser of MurmurHash3 (Appleby 2011): every input bit reaches every output bit.
static uint64_t mix(uint64_t x) {
    x ^= x >> 33;
    x *= UINT64_C(0xff51afd7ed558ccd);
    x ^= x >> 33;
    x *= UINT64_C(0xc4ceb9fe1a85ec53);
    return x ^ x >> 33;
}

// FNV-1a, then mixed, because its low bits alone are weak for short keys.
static uint64_t hash_string(const char *key) {
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (const unsigned char *s = (const unsigned char *)key; *s; s++)
        h = (h ^ *s) * UINT64_C(0x100000001b3);
    return mix(h);
}

static bool crowded(size_t n, size_t cap) { return (n + 1) * 3 > cap * 2; }

// May an entry that wants to stand at `home` and stands at `at` move back to `gap`? Only if the gap is not before home
// on the cyclic way from home to at.
static bool may_move(size_t home, size_t gap, size_t at, size_t mask) {
    return ((at - home) & mask) >= ((at - gap) & mask);
}

static size_t slot_of(const map *m, const char *key, uint64_t hash) {
    size_t mask = m->cap - 1, i = (size_t)hash & mask;
    while (m->slots[i].key && (m->slots[i].hash != hash || strcmp(m->slots[i].key, key) != 0))
        i = (i + 1) & mask;
    return i;
}

static void grow(map *m) {
    map old = *m;
    m->cap = old.cap ? old.cap * 2 : 16;
    m->slots = mem_new(m->cap, sizeof *m->slots);
    for (size_t i = 0; i < old.cap; i++)
        if (old.slots[i].key)
            m->slots[slot_of(m, old.slots[i].key, old.slots[i].hash)] = old.slots[i];
    free(old.slots);
}

void map_put(map *m, const char *key, uint64_t value) {
    if (crowded(m->n, m->cap))
        grow(m);
    uint64_t hash = hash_string(key);
    struct map_slot *slot = &m->slots[slot_of(m, key, hash)];
    if (!slot->key) {
        slot->key = mem_string(key);
        slot->hash = hash;
        m->n++;
    }
    slot->value = value;
}

bool map_get(const map *m, const char *key, uint64_t *value) {
    if (!m->n)
        return false;
    const struct map_slot *slot = &m->slots[slot_of(m, key, hash_string(key))];
    if (!slot->key)
        return false;
    *value = slot->value;
    return true;
}

void map_free(map *m) {
    for (size_t i = 0; i < m->cap; i++)
        free(m->slots[i].key);
    free(m->slots);
    *m = (map){0};
}

static size_t slot64_of(const map64 *m, uint64_t key) {
    size_t mask = m->cap - 1, i = (size_t)mix(key) & mask;
    while (m->slots[i].taken && m->slots[i].key != key)
        i = (i + 1) & mask;
    return i;
}

static void grow64(map64 *m) {
    map64 old = *m;
    m->cap = old.cap ? old.cap * 2 : 16;
    m->slots = mem_new(m->cap, sizeof *m->slots);
    for (size_t i = 0; i < old.cap; i++)
        if (old.slots[i].taken)
            m->slots[slot64_of(m, old.slots[i].key)] = old.slots[i];
    free(old.slots);
}

void map64_put(map64 *m, uint64_t key, uint64_t value) {
    if (crowded(m->n, m->cap))
        grow64(m);
    struct map64_slot *slot = &m->slots[slot64_of(m, key)];
    m->n += !slot->taken;
    *slot = (struct map64_slot){key, value, true};
}

bool map64_get(const map64 *m, uint64_t key, uint64_t *value) {
    if (!m->n)
        return false;
    const struct map64_slot *slot = &m->slots[slot64_of(m, key)];
    if (!slot->taken)
        return false;
    *value = slot->value;
    return true;
}

bool map64_remove(map64 *m, uint64_t key) {
    if (!m->n)
        return false;
    size_t gap = slot64_of(m, key), mask = m->cap - 1;
    if (!m->slots[gap].taken)
        return false;
    for (size_t i = (gap + 1) & mask; m->slots[i].taken; i = (i + 1) & mask)
        if (may_move((size_t)mix(m->slots[i].key) & mask, gap, i, mask)) {
            m->slots[gap] = m->slots[i];
            gap = i;
        }
    m->slots[gap] = (struct map64_slot){0};
    m->n--;
    return true;
}

void map64_free(map64 *m) {
    free(m->slots);
    *m = (map64){0};
}
