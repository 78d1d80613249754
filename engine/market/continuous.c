#include "engine/market/continuous.h"

bool continuous_fills_whole(const resting *r, const continuous_taker *t) {
    const levels *l = &r->side[side_other(t->side)];
    uint64_t found = 0;
    for (uint32_t rank = l->best; rank <= t->limit && found < t->leaves; rank = levels_after(l, rank))
        found += levels_find(l, rank)->quantity;
    return found >= t->leaves;
}

// The head of the queue has been filled whole: it leaves its level and the pool.
static void drop_head(resting *r, levels *makers, level *l) {
    uint32_t slot = l->head;
    const pool_order *maker = &r->pool.at[slot];
    l->head = maker->next;
    if (l->head)
        r->pool.at[l->head].prev = 0;
    else
        l->tail = 0;
    if (--l->orders == 0)
        levels_close(makers, maker->rank);
    pool_give(&r->pool, slot);
}

void continuous_match(resting *r, events *e, continuous_taker *t) {
    side other = side_other(t->side);
    levels *makers = &r->side[other];
    book_event fill = {
        .kind = BOOK_FILL, .side = t->side, .order = t->id, .tag = t->tag, .owner = t->owner, .time = t->time};
    while (t->leaves && makers->best <= t->limit) {
        level *l = levels_front(makers);
        pool_order *maker = &r->pool.at[l->head];
        uint32_t quantity = maker->quantity < t->leaves ? maker->quantity : t->leaves;
        fill.price = price_of_rank(r, other, maker->rank);
        fill.quantity = quantity;
        fill.maker = pool_id(&r->pool, l->head);
        fill.maker_tag = maker->tag;
        fill.maker_owner = maker->owner;
        maker->quantity -= quantity;
        t->leaves -= quantity;
        l->quantity -= quantity;
        fill.leaves = t->leaves;
        fill.maker_leaves = maker->quantity;
        if (!maker->quantity)
            drop_head(r, makers, l);
        events_tell(e, &fill);
    }
}
