// Stops, trailing stops and orders aside: what may happen by itself after a command.
#include "engine/market/continuous.h"

static taker taker_of_waiting(const book *b, uint32_t slot, int64_t time) {
    const pool_order *o = &b->resting.pool.at[slot];
    return (taker){.id = pool_order_id(o, slot),
                   .tag = o->tag,
                   .time = time,
                   .avoid = whom_to_avoid(pool_self(o), o->owner),
                   .owner = o->owner,
                   .leaves = o->quantity,
                   .other = b->extra[slot].other,
                   .side = pool_side(o),
                   .self = pool_self(o),
                   .price = standing_price(b, slot)};
}

static void trigger(book *b, uint32_t slot, int64_t time) {
    order_extra *x = &b->extra[slot];
    pool_order *o = order_at(b, slot);
    taker t = taker_of_waiting(b, slot, time);
    stop_remove(b, slot);
    tell_order(b, BOOK_TRIGGERED, slot, t.price, t.leaves, t.leaves, 0, 0, time);
    standing_cancel_other(b, slot, time);
    t.other = 0;
    t.limit = limit_of(b, t.side, x->limit);
    bool rests = x->type == ORDER_STOP_LIMIT;
    if (rests) {
        t.limit = rank_of_ticks(side_other(t.side), x->limit);
        x->type = ORDER_LIMIT;
        x->stop = 0;
        o->rank = rank_of_ticks(t.side, x->limit);
    }
    continuous_match(b, &t);
    if (t.leaves && rests) {
        standing_show(b, slot, t.leaves, true, time);
        return;
    }
    if (t.leaves) {
        uint32_t rest = t.leaves;
        t.leaves = 0;
        tell_taker(b, BOOK_CANCELLED, &t, rest, 0, t.price, WHY_REMAINDER, 0);
    }
    standing_leave(b, slot);
}

static bool trigger_next(book *b, int64_t time) {
    if (!b->last)
        return false;
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++)
        if (b->stop[s].best <= stop_rank(s, s == SIDE_BUY ? b->high : b->low)) {
            trigger(b, levels_front(&b->stop[s])->head, time);
            return true;
        }
    return false;
}

static bool try_aside(book *b, uint32_t slot, int64_t time) {
    taker t = taker_of_waiting(b, slot, time);
    t.limit = UINT32_MAX - order_at(b, slot)->rank;
    if (!continuous_fills_whole(b, &t))
        return false;
    aside_remove(b, slot);
    continuous_match(b, &t);
    standing_leave(b, slot);
    return true;
}

static bool trade_aside(book *b, int64_t time) {
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++)
        for (uint32_t slot = b->aside[s].head; slot; slot = order_at(b, slot)->next)
            if (try_aside(b, slot, time))
                return true;
    return false;
}

// Moves a trailing stop after the last price, if that is towards the market.
static void follow(book *b, uint32_t slot, int64_t time) {
    order_extra *x = &b->extra[slot];
    bool buys = pool_side(order_at(b, slot)) == SIDE_BUY;
    uint64_t stop = buys ? (uint64_t)b->last + x->trail : (uint64_t)b->last - x->trail;
    if (buys ? stop >= x->stop : b->last <= x->trail || stop <= x->stop)
        return;
    stop_remove(b, slot);
    x->stop = (uint32_t)stop;
    stop_insert(b, slot);
    uint32_t open = order_at(b, slot)->quantity;
    tell_order(b, BOOK_TRAILED, slot, (int64_t)stop * b->resting.tick, open, open, 0, 0, time);
}

void waiting_settle(book *b, int64_t time) {
    if (b->state != STATE_CONTINUOUS)
        return;
    while (trigger_next(b, time) || trade_aside(b, time))
        ;
    for (side s = SIDE_BUY; s <= SIDE_SELL && b->last; s++)
        for (uint32_t slot = b->trailing[s].head; slot; slot = b->extra[slot].after)
            follow(b, slot, time);
    forget_trades(b);
}
