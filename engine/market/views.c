// What may be seen of a book from outside, and what must hold in it.
#include "engine/market/inside.h"

static int64_t best_price(const book *b, side s) {
    uint32_t best = b->resting.side[s].best;
    return best == LEVELS_NONE ? 0 : price_of_rank(&b->resting, s, best);
}

int64_t book_best_bid(const book *b) { return best_price(b, SIDE_BUY); }

int64_t book_best_ask(const book *b) { return best_price(b, SIDE_SELL); }

int64_t book_last(const book *b) { return (int64_t)b->last * b->resting.tick; }

size_t book_depth(const book *b, side s, book_level *out, size_t max) {
    return resting_depth(&b->resting, s, out, max);
}

book_level book_level_at(const book *b, side s, int64_t price) { return resting_level_at(&b->resting, s, price); }

static book_order describe(const book *b, uint32_t slot) {
    const pool_order *o = &b->resting.pool.at[slot];
    book_order d = {.id = pool_order_id(o, slot),
                    .tag = o->tag,
                    .owner = o->owner,
                    .side = pool_side(o),
                    .price = standing_price(b, slot),
                    .quantity = open_of(b, slot),
                    .shown = standing_shown(b, slot)};
    if (pool_is_special(o)) {
        const order_extra *x = &b->extra[slot];
        d.type = x->type;
        d.tif = x->tif;
        d.traits = x->traits;
        d.stop = (int64_t)x->stop * b->resting.tick;
        d.other = x->other ? pool_id(&b->resting.pool, x->other) : 0;
    }
    return d;
}

bool book_find(const book *b, book_order_id id, book_order *out) {
    uint32_t slot = pool_find(&b->resting.pool, id);
    if (!slot)
        return false;
    *out = describe(b, slot);
    return true;
}

bool book_queue_position(const book *b, book_order_id id, uint32_t *place, uint32_t *total, int64_t *ahead) {
    uint32_t slot = pool_find(&b->resting.pool, id);
    if (!slot || place_of(b, slot) != PLACE_DISPLAY)
        return false;
    resting_queue_position(&b->resting, slot, place, total, ahead);
    return true;
}

size_t book_level_orders(const book *b, side s, int64_t price, book_order *out, size_t max) {
    size_t n = 0;
    for (uint32_t slot = resting_first(&b->resting, s, price); slot && n < max; slot = b->resting.pool.at[slot].next)
        out[n++] = describe(b, slot);
    return n;
}

book_config book_config_of(const book *b) { return b->config; }

uint32_t book_live_orders(const book *b) { return b->resting.pool.live; }

uint64_t book_sequence(const book *b) { return b->stream->sequence; }

size_t book_memory(const book *b) {
    return sizeof *b + resting_memory(&b->resting) + levels_memory(&b->stop[SIDE_BUY]) +
           levels_memory(&b->stop[SIDE_SELL]) +
           ((size_t)b->config.max_orders + 1) * (sizeof *b->extra + sizeof *b->timed);
}

// The orders of a list or queue that waits; each says so itself.
static uint32_t check_waiting(const book *b, uint32_t slot, side s, order_place place) {
    uint32_t n = 0;
    for (; slot; slot = b->resting.pool.at[slot].next) {
        const pool_order *o = &b->resting.pool.at[slot];
        assert(pool_lives(o) && pool_is_special(o) && pool_side(o) == s && o->quantity > 0);
        assert(b->extra[slot].place == place && !b->extra[slot].hidden);
        n++;
    }
    return n;
}

static void check_pairs(const book *b) {
    const pool *p = &b->resting.pool;
    uint32_t paired = 0, icebergs = 0, timed = 0;
    for (uint32_t slot = 1; slot <= p->touched; slot++) {
        if (!pool_lives(&p->at[slot]) || !pool_is_special(&p->at[slot]))
            continue;
        const order_extra *x = &b->extra[slot];
        assert(!x->other || (pool_lives(&p->at[x->other]) && b->extra[x->other].other == slot));
        assert(x->expires >= b->next_expiry && !x->timed == (x->expires == INT64_MAX));
        assert(!x->timed || b->timed[x->timed] == slot);
        timed += x->timed != 0;
        paired += x->other != 0;
        icebergs += x->display && x->place == PLACE_DISPLAY;
    }
    assert(paired == 2 * b->pairs && icebergs == b->icebergs && timed == b->timed_count);
}

void book_check(const book *b) {
    uint32_t waiting = 0, stops = 0, auction = 0;
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++) {
        const levels *l = &b->stop[s];
        levels_check(l);
        for (uint32_t rank = l->best; rank != LEVELS_NONE; rank = levels_after(l, rank))
            stops += check_waiting(b, levels_find(l, rank)->head, s, PLACE_STOP);
        waiting += check_waiting(b, b->aside[s].head, s, PLACE_ASIDE);
        auction += check_waiting(b, b->auction[s].head, s, PLACE_AUCTION);
    }
    assert(waiting + stops == b->waiting);
    resting_check(&b->resting, b->waiting + auction);
    check_pairs(b);
    int64_t bid = book_best_bid(b), ask = book_best_ask(b);
    assert(!bid || !ask || bid < ask || state_collects(b->state) || b->mirrored);
}
