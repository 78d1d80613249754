#include "engine/market/inside.h"

int64_t standing_price(const book *b, uint32_t slot) {
    const pool_order *o = &b->resting.pool.at[slot];
    order_place place = place_of(b, slot);
    if (place == PLACE_DISPLAY || place == PLACE_ASIDE)
        return price_of_rank(&b->resting, pool_side(o), o->rank);
    return (int64_t)b->extra[slot].limit * b->resting.tick;
}

uint32_t standing_shown(const book *b, uint32_t slot) {
    return place_of(b, slot) == PLACE_DISPLAY ? b->resting.pool.at[slot].quantity : 0;
}

void tell_order(book *b, book_event_kind kind, uint32_t slot, int64_t price, uint32_t quantity, uint32_t leaves,
                uint32_t shown, uint8_t reason, int64_t time) {
    const pool_order *o = &b->resting.pool.at[slot];
    book_event *e = tell_begin(b, kind, pool_side(o), 0);
    e->reason = reason;
    e->order = pool_order_id(o, slot);
    e->tag = o->tag;
    e->price = price;
    e->time = time;
    e->quantity = quantity;
    e->leaves = leaves;
    e->shown = shown;
    e->owner = o->owner;
    stream_tell(b->stream, e);
}

// ---- lists that are neither queues of a price nor free slots ----

static void list_append(pool *p, order_list *list, uint32_t slot) {
    p->at[slot].prev = list->tail;
    p->at[slot].next = 0;
    p->at[list->tail].next = slot;
    list->tail = slot;
    if (!list->head)
        list->head = slot;
}

static void list_remove(pool *p, order_list *list, uint32_t slot) {
    uint32_t prev = p->at[slot].prev, next = p->at[slot].next;
    p->at[prev].next = next;
    p->at[next].prev = prev;
    if (list->head == slot)
        list->head = next;
    if (list->tail == slot)
        list->tail = prev;
}

// Few orders are all-or-none, so the place is looked for from the end.
void aside_insert(book *b, uint32_t slot) {
    pool *p = &b->resting.pool;
    pool_order *o = &p->at[slot];
    order_list *list = &b->aside[pool_side(o)];
    uint32_t before = list->tail;
    while (before && p->at[before].rank > o->rank)
        before = p->at[before].prev;
    uint32_t after = before ? p->at[before].next : list->head;
    o->prev = before;
    o->next = after;
    p->at[before].next = slot;
    p->at[after].prev = slot;
    if (!before)
        list->head = slot;
    if (!after)
        list->tail = slot;
    b->extra[slot].place = PLACE_ASIDE;
    b->waiting++;
}

void aside_remove(book *b, uint32_t slot) {
    list_remove(&b->resting.pool, &b->aside[pool_side(order_at(b, slot))], slot);
    b->extra[slot].place = PLACE_NONE;
    b->waiting--;
}

void stop_insert(book *b, uint32_t slot) {
    pool_order *o = order_at(b, slot);
    side s = pool_side(o);
    order_extra *x = &b->extra[slot];
    o->rank = stop_rank(s, x->stop);
    queue_append(&b->resting.pool, &b->stop[s], o, slot);
    x->place = PLACE_STOP;
    b->waiting++;
}

void stop_remove(book *b, uint32_t slot) {
    pool_order *o = order_at(b, slot);
    queue_unlink(&b->resting.pool, &b->stop[pool_side(o)], o);
    b->extra[slot].place = PLACE_NONE;
    b->waiting--;
}

void auction_insert(book *b, uint32_t slot) {
    pool_order *o = order_at(b, slot);
    level *l = &b->auction[pool_side(o)];
    order_list list = {l->head, l->tail};
    list_append(&b->resting.pool, &list, slot);
    l->head = list.head;
    l->tail = list.tail;
    l->held += held_share(o->quantity) + 1;
    b->extra[slot].place = PLACE_AUCTION;
}

static void auction_remove(book *b, uint32_t slot) {
    pool_order *o = order_at(b, slot);
    level *l = &b->auction[pool_side(o)];
    order_list list = {l->head, l->tail};
    list_remove(&b->resting.pool, &list, slot);
    l->head = list.head;
    l->tail = list.tail;
    l->held -= held_share(o->quantity) + 1;
    b->extra[slot].place = PLACE_NONE;
}

void trailing_append(book *b, uint32_t slot) {
    order_list *list = &b->trailing[pool_side(order_at(b, slot))];
    b->extra[slot].before = list->tail;
    b->extra[slot].after = 0;
    if (list->tail)
        b->extra[list->tail].after = slot;
    else
        list->head = slot;
    list->tail = slot;
}

static void trailing_remove(book *b, uint32_t slot) {
    order_list *list = &b->trailing[pool_side(order_at(b, slot))];
    uint32_t before = b->extra[slot].before, after = b->extra[slot].after;
    if (before)
        b->extra[before].after = after;
    else
        list->head = after;
    if (after)
        b->extra[after].before = before;
    else
        list->tail = before;
}

// ---- coming and leaving ----

void standing_show(book *b, uint32_t slot, uint32_t leaves, bool tell, int64_t time) {
    pool_order *o = order_at(b, slot);
    o->quantity = leaves;
    if (pool_is_special(o)) {
        order_extra *x = &b->extra[slot];
        x->place = PLACE_DISPLAY;
        if (x->display) {
            o->quantity = x->display < leaves ? x->display : leaves;
            x->hidden = leaves - o->quantity;
            b->icebergs++;
        }
    }
    resting_append(&b->resting, o, slot, pool_side(o));
    if (tell)
        tell_order(b, BOOK_SHOWN, slot, standing_price(b, slot), leaves, leaves, o->quantity, 0, time);
}

// An iceberg that shows nothing any more goes to the tail of its price with the next part.
static void replenish(book *b, uint32_t slot, int64_t time) {
    pool_order *o = order_at(b, slot);
    order_extra *x = &b->extra[slot];
    uint32_t leaves = x->hidden;
    resting_unlink(&b->resting, o, pool_side(o));
    b->icebergs--;
    standing_show(b, slot, leaves, true, time);
}

void standing_go_on(book *b, uint32_t slot, int64_t time) {
    if (order_at(b, slot)->quantity)
        return;
    if (hidden_of(b, slot))
        replenish(b, slot, time);
    else
        standing_leave(b, slot);
}

void standing_unpair(book *b, uint32_t slot) {
    uint32_t other = other_of(b, slot);
    if (other) {
        b->extra[slot].other = 0;
        b->extra[other].other = 0;
        b->pairs--;
    }
}

void standing_lift(book *b, uint32_t slot) {
    pool_order *o = order_at(b, slot);
    switch (place_of(b, slot)) {
    case PLACE_DISPLAY:
        resting_unlink(&b->resting, o, pool_side(o));
        if (pool_is_special(o)) {
            b->icebergs -= b->extra[slot].display != 0;
            b->extra[slot].place = PLACE_NONE;
        }
        return;
    case PLACE_STOP:
        stop_remove(b, slot);
        return;
    case PLACE_ASIDE:
        aside_remove(b, slot);
        return;
    case PLACE_AUCTION:
        auction_remove(b, slot);
        return;
    case PLACE_NONE:
        return;
    }
}

void standing_leave(book *b, uint32_t slot) {
    standing_lift(b, slot);
    if (pool_is_special(order_at(b, slot))) {
        standing_unpair(b, slot);
        if (b->extra[slot].trail)
            trailing_remove(b, slot);
        if (b->extra[slot].timed)
            expiry_remove(b, slot);
    }
    pool_give(&b->resting.pool, slot);
}

void standing_cancel(book *b, uint32_t slot, book_event_kind kind, book_why why, int64_t time) {
    tell_order(b, kind, slot, standing_price(b, slot), open_of(b, slot), 0, 0, (uint8_t)why, time);
    standing_leave(b, slot);
}

void standing_cancel_other(book *b, uint32_t slot, int64_t time) {
    uint32_t other = other_of(b, slot);
    if (!other)
        return;
    standing_unpair(b, slot);
    standing_cancel(b, other, BOOK_CANCELLED, WHY_PAIR, time);
}
