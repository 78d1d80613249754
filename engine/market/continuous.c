#include "engine/market/continuous.h"

// ---- filling whole ----

// Matching is followed without doing it. The other order of a maker's pair would be cancelled by the first fill, so it
// is marked with the number of this look, and counts as absent when it comes up.
static void count_in(book *b, uint32_t slot, uint32_t quantity, uint32_t *need) {
    *need -= quantity < *need ? quantity : *need;
    uint32_t other = other_of(b, slot);
    if (other)
        b->extra[other].met = b->looks;
}

static bool is_absent(const book *b, const taker *t, uint32_t slot) {
    return slot == t->other ||
           (pool_is_special(&b->resting.pool.at[slot]) && b->extra[slot].met == b->looks && other_of(b, slot));
}

// Takes the displayed orders of one level off `need`. False when a self-trade rule stops it.
static bool take_level(book *b, const taker *t, const level *l, uint32_t *need) {
    const pool_order *at = b->resting.pool.at;
    uint64_t hidden = 0;
    for (uint32_t slot = l->head; slot && *need; slot = at[slot].next) {
        if (is_absent(b, t, slot))
            continue;
        if (UNLIKELY(at[slot].owner == t->avoid)) {
            if (t->self != SELF_CANCEL_OLDEST)
                return false;
            continue;
        }
        count_in(b, slot, at[slot].quantity, need);
        hidden += hidden_of(b, slot);
    }
    *need -= (uint32_t)(hidden < *need ? hidden : *need);
    return true;
}

// Orders aside that a taker does not look at.
static bool passed_over(const book *b, const taker *t, uint32_t slot) {
    return slot == t->other || b->resting.pool.at[slot].owner == t->avoid;
}

// Takes the orders aside that are better than `rank` off `need`; *next is the first of them to look at.
static void take_aside(book *b, const taker *t, uint32_t rank, uint32_t *next, uint32_t *need) {
    const pool_order *at = b->resting.pool.at;
    for (; *next && at[*next].rank < rank && at[*next].rank <= t->limit && *need; *next = at[*next].next)
        if (at[*next].quantity <= *need && !passed_over(b, t, *next) && !is_absent(b, t, *next))
            count_in(b, *next, at[*next].quantity, need);
}

static bool fills_whole_exactly(book *b, const taker *t) {
    const levels *l = &b->resting.side[side_other(t->side)];
    uint32_t need = t->leaves, aside = b->aside[side_other(t->side)].head;
    b->looks++;
    for (uint32_t rank = l->best; rank <= t->limit && need; rank = levels_after(l, rank)) {
        take_aside(b, t, rank, &aside, &need);
        if (need && !take_level(b, t, levels_find(l, rank), &need))
            return false;
    }
    take_aside(b, t, LEVELS_NONE, &aside, &need);
    return !need;
}

bool continuous_fills_whole(book *b, const taker *t) {
    const levels *l = &b->resting.side[side_other(t->side)];
    if (t->avoid != NOBODY || t->other || b->icebergs || b->pairs || b->aside[side_other(t->side)].head)
        return fills_whole_exactly(b, t);
    int64_t found = 0;
    for (uint32_t rank = l->best; rank <= t->limit && found < t->leaves; rank = levels_after(l, rank))
        found += book_held_quantity(levels_find(l, rank)->held);
    return found >= t->leaves;
}

// ---- matching ----

static inline void tell_fill(book *b, const taker *t, uint32_t leaves, const pool_order *maker, uint32_t slot,
                             int64_t price, uint32_t quantity, uint32_t maker_leaves) {
    book_event *e = tell_begin(b, BOOK_FILL, t->side, 0);
    e->order = t->id;
    e->tag = t->tag;
    e->price = price;
    e->time = t->time;
    e->quantity = quantity;
    e->leaves = leaves;
    e->shown = t->shows ? leaves : 0;
    e->owner = t->owner;
    e->maker = pool_order_id(maker, slot);
    e->maker_tag = maker->tag;
    e->maker_owner = maker->owner;
    e->maker_leaves = maker_leaves;
    stream_tell(b->stream, e);
}

// Whether an order in a queue (or none, slot 0) is one that the long way has to look at.
static inline bool is_plain(const taker *t, const pool_order *maker) {
    return !(maker->life & POOL_SPECIAL) && maker->owner != t->avoid;
}

// Fills from the head of a level, one plain order after the other, and returns what the taker has left. What changes
// with every fill is kept apart from the level, which is written once: the next fill would wait for it.
static inline uint32_t fill_level(book *b, const taker *t, uint32_t leaves, level *l, int64_t price) {
    pool *p = &b->resting.pool;
    uint32_t slot = l->head;
    book_held held = l->held;
    pool_order *maker = &p->at[slot];
    do {
        uint32_t quantity = maker->quantity < leaves ? maker->quantity : leaves, left = maker->quantity - quantity;
        leaves -= quantity;
        held -= held_share(quantity);
        __builtin_prefetch(&p->at[maker->next], 1); // as in resting_expect_unlink
        tell_fill(b, t, leaves, maker, slot, price, quantity, left);
        if (left) {
            maker->quantity = left;
            break;
        }
        uint32_t next = maker->next;
        pool_give(p, slot);
        held--;
        slot = next;
        maker = &p->at[slot];
    } while (leaves && slot && is_plain(t, maker));
    maker->prev = 0;
    l->head = slot;
    l->tail = slot ? l->tail : 0;
    l->held = held;
    return leaves;
}

// A fill with any maker, and what follows from it.
static void fill_any(book *b, taker *t, uint32_t slot) {
    pool_order *maker = order_at(b, slot);
    uint32_t quantity = maker->quantity < t->leaves ? maker->quantity : t->leaves, left = maker->quantity - quantity;
    side s = pool_side(maker);
    t->leaves -= quantity;
    tell_fill(b, t, t->leaves, maker, slot, price_of_rank(&b->resting, s, maker->rank), quantity,
              left + hidden_of(b, slot));
    note_trade(b, ticks_of_rank(s, maker->rank));
    if (place_of(b, slot) == PLACE_DISPLAY)
        resting_reduce(&b->resting, maker, quantity);
    else
        maker->quantity = left;
    standing_cancel_other(b, slot, t->time);
    if (t->other) {
        uint32_t other = t->other;
        t->other = 0;
        standing_unpair(b, other);
        standing_cancel(b, other, BOOK_CANCELLED, WHY_PAIR, t->time);
    }
    standing_go_on(b, slot, t->time);
}

static void tell_taken_off(book *b, taker *t, uint32_t quantity) {
    t->leaves -= quantity;
    tell_taker(b, BOOK_CANCELLED, t, quantity, t->shows ? t->leaves : 0, t->price, WHY_SELF_TRADE, 0);
}

static void decrement_both(book *b, taker *t, uint32_t slot) {
    pool_order *maker = order_at(b, slot);
    uint32_t quantity = maker->quantity < t->leaves ? maker->quantity : t->leaves, left = maker->quantity - quantity;
    tell_order(b, BOOK_CANCELLED, slot, standing_price(b, slot), quantity, left + hidden_of(b, slot), left,
               WHY_SELF_TRADE, t->time);
    tell_taken_off(b, t, quantity);
    resting_reduce(&b->resting, maker, quantity);
    standing_go_on(b, slot, t->time);
}

// The taker has met a displayed order of its own account.
static void avoid_self_trade(book *b, taker *t, uint32_t slot) {
    if (t->self == SELF_CANCEL_OLDEST)
        standing_cancel(b, slot, BOOK_CANCELLED, WHY_SELF_TRADE, t->time);
    else if (t->self == SELF_DECREMENT_BOTH)
        decrement_both(b, t, slot);
    else
        tell_taken_off(b, t, t->leaves);
}

// The next displayed order, whatever it is.
static void meet(book *b, taker *t, uint32_t slot) {
    if (slot == t->other) {
        t->other = 0;
        standing_unpair(b, slot);
        standing_cancel(b, slot, BOOK_CANCELLED, WHY_PAIR, t->time);
    } else if (order_at(b, slot)->owner == t->avoid) {
        avoid_self_trade(b, t, slot);
    } else {
        fill_any(b, t, slot);
    }
}

// The first order aside that the taker trades with before displayed ones of `rank`, 0 for none.
static uint32_t next_aside(const book *b, const taker *t, uint32_t rank) {
    const pool_order *at = b->resting.pool.at;
    uint32_t slot = b->aside[side_other(t->side)].head;
    for (; slot && at[slot].rank < rank && at[slot].rank <= t->limit; slot = at[slot].next)
        if (at[slot].quantity <= t->leaves && !passed_over(b, t, slot))
            return slot;
    return 0;
}

// What the short way has left.
static __attribute__((noinline)) void match_long(book *b, taker *t) {
    levels *makers = &b->resting.side[side_other(t->side)];
    while (t->leaves) {
        uint32_t rank = makers->best <= t->limit ? makers->best : LEVELS_NONE, aside = next_aside(b, t, rank);
        if (aside)
            fill_any(b, t, aside);
        else if (rank != LEVELS_NONE)
            meet(b, t, levels_front(makers)->head);
        else
            return;
    }
}

void continuous_match(book *b, taker *t) {
    side other = side_other(t->side);
    resting *r = &b->resting;
    levels *makers = &r->side[other];
    uint32_t leaves = t->leaves;
    bool plain = !t->other && (!b->waiting || !b->aside[other].head);
    while (leaves && makers->best <= t->limit) {
        uint32_t rank = makers->best;
        level *l = levels_front(makers);
        plain = plain && is_plain(t, &r->pool.at[l->head]);
        if (UNLIKELY(!plain))
            break;
        note_trade(b, ticks_of_rank(other, rank));
        leaves = fill_level(b, t, leaves, l, price_of_rank(r, other, rank));
        if (!l->held)
            levels_close(makers, rank);
    }
    t->leaves = leaves;
    if (UNLIKELY(!plain))
        match_long(b, t);
}
