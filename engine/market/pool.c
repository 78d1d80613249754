#include "engine/market/pool.h"

#include <stdlib.h>

#include "src/base/mem.h"

status pool_init(pool *p, uint32_t capacity) {
    *p = (pool){.capacity = capacity};
    p->at = mem_try((size_t)capacity + 1, sizeof *p->at);
    if (!p->at)
        return status_fail(STATUS_FULL, "no memory for a pool of %u orders", capacity);
    return STATUS_OK;
}

void pool_release(pool *p) {
    free(p->at);
    *p = (pool){0};
}

size_t pool_memory(const pool *p) { return ((size_t)p->capacity + 1) * sizeof *p->at; }

void pool_check(const pool *p) {
    assert(p->touched <= p->capacity);
    uint32_t live = 0, free_slots = 0;
    for (uint32_t slot = 1; slot <= p->touched; slot++)
        live += pool_lives(&p->at[slot]);
    for (uint32_t slot = p->free; slot; slot = p->at[slot].next) {
        assert(slot <= p->touched && !pool_lives(&p->at[slot]));
        free_slots++;
        assert(free_slots <= p->touched);
    }
    assert(live == p->live);
    assert(p->named ? !p->free : live + free_slots + p->retired == p->touched);
}
