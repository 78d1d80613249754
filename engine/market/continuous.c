#include "engine/market/continuous.h"

bool continuous_fills_whole(const resting *r, const continuous_taker *t) {
    const levels *l = &r->side[side_other(t->side)];
    int64_t found = 0;
    for (uint32_t rank = l->best; rank <= t->limit && found < t->leaves; rank = levels_after(l, rank))
        found += book_held_quantity(levels_find(l, rank)->held);
    return found >= t->leaves;
}

// The head of the queue has been filled whole: it leaves its level, which may be left empty, and the pool.
static inline void drop_head(resting *r, level *l) {
    uint32_t slot = l->head, next = r->pool.at[slot].next;
    r->pool.at[next].prev = 0;
    l->head = next;
    l->tail = next ? l->tail : 0;
    l->held--;
    pool_give(&r->pool, slot);
}

static inline void fill(resting *r, book_stream *out, continuous_taker *t, level *l, int64_t price) {
    uint32_t slot = l->head;
    pool_order *maker = &r->pool.at[slot];
    uint32_t quantity = maker->quantity < t->leaves ? maker->quantity : t->leaves, left = maker->quantity - quantity;
    t->leaves -= quantity;
    book_event *e = stream_next(out);
    e->order = t->id;
    e->tag = t->tag;
    e->price = price;
    e->time = t->time;
    e->quantity = quantity;
    e->leaves = t->leaves;
    e->owner = t->owner;
    e->book = r->number;
    event_kind(e, BOOK_FILL, t->side, 0);
    e->maker = pool_order_id(maker, slot);
    e->maker_tag = maker->tag;
    e->maker_owner = maker->owner;
    e->maker_leaves = left;
    maker->quantity = left;
    l->held -= held_share(quantity);
    if (!left)
        drop_head(r, l);
    stream_tell(out, e);
}

void continuous_match(resting *r, book_stream *out, continuous_taker *t) {
    side other = side_other(t->side);
    levels *makers = &r->side[other];
    while (t->leaves && makers->best <= t->limit) {
        uint32_t rank = makers->best;
        level *l = levels_front(makers);
        int64_t price = price_of_rank(r, other, rank);
        do
            fill(r, out, t, l, price);
        while (t->leaves && l->held);
        if (!l->held)
            levels_close(makers, rank);
    }
}
