// Securities: what the workspace knows by name. A load is a copy, owned by the caller, of what was stored at that
// moment.
#pragma once

#include <stddef.h>

#include "data/store/store.h"
#include "src/base/clock.h"

enum { SYMBOL_SIZE = 16, SECTOR_SIZE = 32, NAME_SIZE = 64 };

typedef struct {
    int32_t sid;              // from 1, dense, never reused
    char symbol[SYMBOL_SIZE]; // current ticker
    char name[NAME_SIZE];
    char sector[SECTOR_SIZE]; // "" when unknown
    char kind[8];             // "stock" or "index"
    date first, last;         // first and last bar
    int64_t shares;           // shares outstanding, 0 when unknown
    bool active;              // false once delisted
} security;

typedef struct {
    security *at; // ordered by sid; at[sid - 1] is the security
    size_t n;
    uint32_t *by_symbol; // indices into at, by case-folded symbol
} securities;

status securities_load(store *s, securities *out); // released by securities_free
void securities_free(securities *list);
const security *securities_find(const securities *list, const char *symbol); // case folded; NULL when unknown
