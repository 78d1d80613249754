#include "engine/market/continuous.h"

static book_reject judge_replace(book *b, uint32_t slot, int64_t quantity, int64_t price, uint32_t *ticks) {
    const pool_order *o = order_at(b, slot);
    order_place at = place_of(b, slot);
    if (at == PLACE_AUCTION)
        return REJECT_KIND;
    if (b->state != STATE_CONTINUOUS && !state_collects(b->state))
        return REJECT_STATE;
    book_reject reason = guards_judge_quantity(b, quantity);
    if (!reason)
        reason = guards_judge_price(b, price, ticks);
    if (!reason && at != PLACE_STOP)
        reason = guards_judge_collar(b, *ticks);
    if (reason || b->state != STATE_CONTINUOUS || !pool_is_special(o))
        return reason;
    bool passive = b->extra[slot].traits & ORDER_POST_ONLY;
    side s = pool_side(o);
    return passive && continuous_crosses(b, s, rank_of_ticks(side_other(s), *ticks)) ? REJECT_POST_ONLY : REJECT_NONE;
}

// Keeping its priority, an order is `left` from now on; what it hides goes first.
static void shrink(book *b, uint32_t slot, uint32_t left) {
    pool_order *o = order_at(b, slot);
    uint32_t by = open_of(b, slot) - left, hidden = hidden_of(b, slot), from_hidden = by < hidden ? by : hidden;
    if (from_hidden)
        b->extra[slot].hidden -= from_hidden;
    by -= from_hidden;
    switch (place_of(b, slot)) {
    case PLACE_DISPLAY:
        resting_reduce(&b->resting, o, by);
        return;
    case PLACE_STOP:
        levels_find_live(&b->stop[pool_side(o)], o->rank)->held -= held_share(by);
        o->quantity -= by;
        return;
    default:
        o->quantity -= by;
    }
}

static taker taker_of_order(const book *b, uint32_t slot, uint32_t quantity, int64_t price, int64_t time) {
    const pool_order *o = &b->resting.pool.at[slot];
    return (taker){.id = pool_order_id(o, slot),
                   .tag = o->tag,
                   .time = time,
                   .avoid = whom_to_avoid(pool_self(o), o->owner),
                   .owner = o->owner,
                   .leaves = quantity,
                   .other = other_of(b, slot),
                   .side = pool_side(o),
                   .self = pool_self(o),
                   .price = price};
}

// A waiting stop keeps its place, or goes to the tail of its new stop price.
static void replace_stop(book *b, uint32_t slot, taker *t, uint32_t ticks) {
    order_extra *x = &b->extra[slot];
    pool_order *o = order_at(b, slot);
    bool keeps = ticks == x->stop && t->leaves <= o->quantity;
    tell_taker(b, BOOK_REPLACED, t, t->leaves, 0, t->price, 0, keeps ? BOOK_KEPT_PRIORITY : 0);
    if (keeps) {
        shrink(b, slot, t->leaves);
        return;
    }
    stop_remove(b, slot);
    o->quantity = t->leaves;
    x->stop = ticks;
    stop_insert(b, slot);
}

// An order with a limit has left its place: it trades what it can, and goes to the tail.
static void match_again(book *b, uint32_t slot, taker *t, bool aside) {
    bool trades = b->state == STATE_CONTINUOUS;
    pool_order *o = order_at(b, slot);
    if (aside) {
        o->quantity = t->leaves;
        trades = trades && continuous_fills_whole(b, t);
        if (!trades)
            aside_insert(b, slot);
    } else if (pool_is_special(o)) {
        b->extra[slot].hidden = 0;
        trades = trades && !(b->extra[slot].traits & ORDER_POST_ONLY);
    }
    if (trades)
        match_and_rest(b, slot, t);
    else if (!aside)
        standing_show(b, slot, t->leaves, !t->shows, t->time);
}

static void replace_limit(book *b, uint32_t slot, taker *t, uint32_t ticks) {
    pool_order *o = order_at(b, slot);
    uint32_t rank = rank_of_ticks(t->side, ticks), open = open_of(b, slot);
    bool aside = place_of(b, slot) == PLACE_ASIDE, iceberg = pool_is_special(o) && b->extra[slot].display;
    bool keeps = rank == o->rank && t->leaves <= open;
    uint32_t shown = t->leaves;
    if (aside || (iceberg && !keeps))
        shown = 0;
    else if (iceberg && o->quantity < shown)
        shown = o->quantity;
    tell_taker(b, BOOK_REPLACED, t, t->leaves, shown, t->price, 0, keeps ? BOOK_KEPT_PRIORITY : 0);
    if (keeps) {
        shrink(b, slot, t->leaves);
        return;
    }
    standing_lift(b, slot);
    o->rank = rank;
    t->limit = UINT32_MAX - rank;
    t->shows = !aside && !iceberg;
    match_again(b, slot, t, aside);
}

// The short way of a plain order that trades nothing at its new price; false when something about it or the book wants
// a closer look.
static inline bool replace_plain(book *b, uint32_t slot, int64_t quantity, int64_t price, int64_t time) {
    pool_order *o = order_at(b, slot);
    uint32_t ticks = divider_divide(&b->price, price);
    side s = pool_side(o);
    uint32_t rank = rank_of_ticks(s, ticks), left = (uint32_t)quantity;
    if (UNLIKELY(!divider_divide(&b->quantity, quantity) || ticks - b->plain_low > b->plain_span ||
                 pool_is_special(o) || b->waiting || continuous_crosses(b, s, UINT32_MAX - rank)))
        return false;
    bool keeps = rank == o->rank && left <= o->quantity;
    resting_expect_unlink(&b->resting, o);
    resting_expect_append(&b->resting, s, rank);
    book_event *e = tell_begin(b, BOOK_REPLACED, s, keeps ? BOOK_KEPT_PRIORITY : 0);
    e->order = pool_order_id(o, slot);
    e->tag = o->tag;
    e->price = price;
    e->time = time;
    e->quantity = left;
    e->leaves = left;
    e->shown = left;
    e->owner = o->owner;
    stream_tell(b->stream, e);
    if (keeps) {
        resting_reduce(&b->resting, o, o->quantity - left);
        return true;
    }
    resting_unlink(&b->resting, o, s);
    o->rank = rank;
    o->quantity = left;
    resting_append(&b->resting, o, slot, s);
    return true;
}

bool book_replace(book *b, book_order_id order, int64_t quantity, int64_t price, int64_t time) {
    expire_due(b, time);
    uint32_t slot = pool_find(&b->resting.pool, order), ticks = 0;
    if (slot && replace_plain(b, slot, quantity, price, time))
        return true;
    book_reject reason = slot ? judge_replace(b, slot, quantity, price, &ticks) : REJECT_UNKNOWN;
    if (UNLIKELY(reason))
        return tell_rejected(b, &(book_request){.quantity = quantity, .price = price, .time = time}, order,
                             slot ? order_at(b, slot) : NULL, reason);
    taker t = taker_of_order(b, slot, (uint32_t)quantity, price, time);
    if (UNLIKELY(place_of(b, slot) == PLACE_STOP))
        replace_stop(b, slot, &t, ticks);
    else
        replace_limit(b, slot, &t, ticks);
    settle(b, time);
    return true;
}
