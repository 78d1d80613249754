// Hash maps from a string, or from a 64-bit key, to a 64-bit value. Open addressing; keys of string maps are copied.
// Whoever declares one ({0}) frees it.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    struct map_slot *slots;
    size_t n, cap;
} map;

typedef struct {
    struct map64_slot *slots;
    size_t n, cap;
} map64;

void map_put(map *m, const char *key, uint64_t value); // replaces
bool map_get(const map *m, const char *key, uint64_t *value);
void map_free(map *m);

void map64_put(map64 *m, uint64_t key, uint64_t value);
bool map64_get(const map64 *m, uint64_t key, uint64_t *value);
bool map64_remove(map64 *m, uint64_t key);
void map64_free(map64 *m);
