#include "engine/market/resting.h"

status resting_init(resting *r, int64_t tick, uint32_t max_orders, uint32_t window) {
    *r = (resting){.tick = tick};
    status made = pool_init(&r->pool, max_orders);
    for (int s = 0; made == STATUS_OK && s < 2; s++)
        made = levels_init(&r->side[s], window, max_orders);
    if (made != STATUS_OK)
        resting_release(r);
    return made;
}

void resting_release(resting *r) {
    pool_release(&r->pool);
    levels_release(&r->side[SIDE_BUY]);
    levels_release(&r->side[SIDE_SELL]);
}

size_t resting_memory(const resting *r) {
    return pool_memory(&r->pool) + levels_memory(&r->side[SIDE_BUY]) + levels_memory(&r->side[SIDE_SELL]);
}

static book_level describe(const resting *r, side s, uint32_t rank, const level *l) {
    return (book_level){.price = price_of_rank(r, s, rank),
                        .quantity = book_held_quantity(l->held),
                        .orders = book_held_orders(l->held)};
}

size_t resting_depth(const resting *r, side s, book_level *out, size_t max) {
    const levels *l = &r->side[s];
    size_t n = 0;
    for (uint32_t rank = l->best; n < max && rank != LEVELS_NONE; rank = levels_after(l, rank))
        out[n++] = describe(r, s, rank, levels_find(l, rank));
    return n;
}

// NULL when nothing rests at the price, be it a price of this book or not.
static const level *level_at(const resting *r, side s, int64_t price) {
    if (price <= 0 || price % r->tick != 0 || price / r->tick >= UINT32_MAX)
        return NULL;
    return levels_find(&r->side[s], rank_of_ticks(s, (uint32_t)(price / r->tick)));
}

book_level resting_level_at(const resting *r, side s, int64_t price) {
    const level *l = level_at(r, s, price);
    if (!l)
        return (book_level){.price = price};
    return (book_level){.price = price, .quantity = book_held_quantity(l->held), .orders = book_held_orders(l->held)};
}

void resting_queue_position(const resting *r, uint32_t slot, uint32_t *place, uint32_t *total, int64_t *ahead) {
    const pool_order *o = &r->pool.at[slot];
    const level *l = levels_find(&r->side[pool_side(o)], o->rank);
    *total = book_held_orders(l->held);
    *place = 1;
    *ahead = 0;
    for (uint32_t before = o->prev; before; before = r->pool.at[before].prev) {
        ++*place;
        *ahead += r->pool.at[before].quantity;
    }
}

uint32_t resting_first(const resting *r, side s, int64_t price) {
    const level *l = level_at(r, s, price);
    return l ? l->head : 0;
}

// One level against its queue; returns its orders.
static uint32_t check_level(const resting *r, side s, uint32_t rank, const level *l) {
    int64_t quantity = 0;
    uint32_t orders = 0, before = 0;
    for (uint32_t slot = l->head; slot; slot = r->pool.at[slot].next) {
        const pool_order *o = &r->pool.at[slot];
        assert(pool_lives(o) && pool_side(o) == s && o->rank == rank);
        assert(o->quantity > 0 && o->prev == before);
        quantity += o->quantity;
        orders++;
        before = slot;
        assert(orders <= book_held_orders(l->held));
    }
    assert(l->tail == before && book_held_orders(l->held) == orders && book_held_quantity(l->held) == quantity &&
           orders > 0);
    return orders;
}

void resting_check(const resting *r, uint32_t elsewhere) {
    pool_check(&r->pool);
    uint32_t orders = 0;
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++) {
        const levels *l = &r->side[s];
        levels_check(l);
        uint32_t before = 0;
        for (uint32_t rank = l->best; rank != LEVELS_NONE; rank = levels_after(l, rank)) {
            assert(rank > before);
            before = rank;
            orders += check_level(r, s, rank, levels_find(l, rank));
        }
    }
    assert(orders + elsewhere == r->pool.live);
}
