#include "engine/market/agenda.h"

#include <stdbool.h>

static bool is_before(const agenda_entry *x, const agenda_entry *y) {
    return x->due != y->due ? x->due < y->due : x->number < y->number;
}

static void sift_up(agenda *a, size_t i) {
    agenda_entry e = a->at[i];
    for (; i && is_before(&e, &a->at[(i - 1) / 2]); i = (i - 1) / 2)
        a->at[i] = a->at[(i - 1) / 2];
    a->at[i] = e;
}

static void sift_down(agenda *a, size_t i) {
    agenda_entry e = a->at[i];
    for (size_t down = 2 * i + 1; down < a->n; down = 2 * i + 1) {
        if (down + 1 < a->n && is_before(&a->at[down + 1], &a->at[down]))
            down++;
        if (!is_before(&a->at[down], &e))
            break;
        a->at[i] = a->at[down];
        i = down;
    }
    a->at[i] = e;
}

static size_t place_of(const agenda *a, const void *thing) {
    size_t i = 0;
    while (a->at[i].thing != thing)
        i++;
    return i;
}

void agenda_add(agenda *a, int64_t due, int32_t number, void *thing) {
    vec_push(a, (agenda_entry){due, number, thing});
    sift_up(a, a->n - 1);
}

void agenda_remove(agenda *a, const void *thing) {
    size_t i = place_of(a, thing);
    a->at[i] = a->at[--a->n];
    if (i == a->n)
        return;
    sift_up(a, i);
    sift_down(a, i);
}

void agenda_move(agenda *a, const void *thing, int64_t due) {
    size_t i = place_of(a, thing);
    a->at[i].due = due;
    sift_up(a, i);
    sift_down(a, i);
}
