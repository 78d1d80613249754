#include "engine/market/zones.h"

#include <stdlib.h>

#include "src/base/mem.h"

void zones_init(zones *z, uint32_t most) {
    *z = (zones){.most = most};
    z->order = mem_new(most, sizeof *z->order);
    z->place = mem_new((size_t)most + 1, sizeof *z->place);
}

void zones_release(zones *z) {
    free(z->order);
    free(z->place);
    *z = (zones){0};
}

size_t zones_memory(const zones *z) { return z->most * sizeof *z->order + ((size_t)z->most + 1) * sizeof *z->place; }

static void put(zones *z, uint32_t place, book_order_id id) {
    z->order[place] = id;
    z->place[book_slot(id)] = place;
}

void zones_add(zones *z, zone to, book_order_id id, side s) {
    uint32_t n = z->live[to]++;
    put(z, to == NEAR ? n : z->most - 1 - n, id);
    z->count[s]++;
}

void zones_drop(zones *z, book_order_id id, side s) {
    uint32_t slot = book_slot(id), i = slot <= z->most ? z->place[slot] : z->most;
    bool near = i < z->live[NEAR];
    if (i >= z->most || (!near && i < z->most - z->live[FAR]) || z->order[i] != id)
        return; // somebody else's, or an order that could not rest
    uint32_t last = near ? --z->live[NEAR] : z->most - z->live[FAR]--;
    put(z, i, z->order[last]);
    z->count[s]--;
}
