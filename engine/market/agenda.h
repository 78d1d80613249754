// What is due when, for things that have a number each: a binary heap. At one instant the lowest number comes first.
// {0} is empty; whoever declares it frees it.
#pragma once

#include <stdint.h>

#include "src/base/vec.h"

typedef struct {
    int64_t due;
    int32_t number;
    void *thing; // borrowed
} agenda_entry;

typedef VEC(agenda_entry) agenda;

void agenda_add(agenda *a, int64_t due, int32_t number, void *thing);
void agenda_remove(agenda *a, const void *thing); // it is there
// It is due at another time now. It is there; the first is found at once, others are looked for.
void agenda_move(agenda *a, const void *thing, int64_t due);

static inline int64_t agenda_next(const agenda *a) { return a->n ? a->at[0].due : INT64_MAX; }
static inline void *agenda_first(const agenda *a) { return a->at[0].thing; } // there is one
