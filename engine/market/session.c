// States and mass cancels: what happens to many orders at once.
#include "engine/market/inside.h"

#include <stdlib.h>

typedef struct {
    book_filter filter;
    book_event_kind kind; // BOOK_CANCELLED, or BOOK_EXPIRED: of those, day orders
    int64_t time;
    uint32_t done;
} sweep;

static bool is_meant(const book *b, uint32_t slot, const sweep *w) {
    const pool_order *o = &b->resting.pool.at[slot];
    const order_extra *x = pool_is_special(o) ? &b->extra[slot] : NULL;
    if (w->kind == BOOK_EXPIRED)
        return !x || x->tif == TIF_DAY;
    return w->filter.every_owner || o->owner == w->filter.owner;
}

// A queue of the pool from `slot` on.
static void sweep_queue(book *b, uint32_t slot, sweep *w) {
    while (slot) {
        uint32_t next = order_at(b, slot)->next;
        if (is_meant(b, slot, w)) {
            standing_cancel(b, slot, w->kind, WHY_ASKED, w->time);
            w->done++;
        }
        slot = next;
    }
}

static void sweep_levels(book *b, levels *l, sweep *w) {
    for (uint32_t rank = l->best, next; rank != LEVELS_NONE; rank = next) {
        next = levels_after(l, rank);
        sweep_queue(b, levels_find(l, rank)->head, w);
    }
}

static void sweep_all(book *b, sweep *w) {
    const bool meant[2] = {w->filter.buys, w->filter.sells};
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++)
        if (meant[s])
            sweep_levels(b, &b->resting.side[s], w);
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++)
        if (meant[s])
            sweep_levels(b, &b->stop[s], w);
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++)
        if (meant[s])
            sweep_queue(b, b->aside[s].head, w);
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++)
        if (meant[s])
            sweep_queue(b, b->auction[s].head, w);
}

uint32_t book_cancel_all(book *b, const book_filter *filter, int64_t time) {
    expire_due(b, time);
    sweep w = {.filter = *filter, .kind = BOOK_CANCELLED, .time = time};
    sweep_all(b, &w);
    settle(b, time);
    return w.done;
}

static void expire_day_orders(book *b, int64_t time) {
    sweep w = {.filter = {.buys = true, .sells = true}, .kind = BOOK_EXPIRED, .time = time};
    sweep_all(b, &w);
}

void book_expire(book *b, int64_t time) {
    expire_due(b, time);
    settle(b, time);
}

int64_t book_next_expiry(const book *b) { return b->next_expiry; }

// Opens or shuts the short way of plain limit orders after a change of state or collar.
static void set_plain(book *b) {
    bool continuous = b->state == STATE_CONTINUOUS && !b->mirrored;
    bool some = continuous && b->collar_low <= b->collar_high;
    b->plain_low = some ? b->collar_low : UINT32_MAX;
    b->plain_span = some ? b->collar_high - b->collar_low : 0;
}

void book_set_state(book *b, book_state state, int64_t time) {
    expire_due(b, time);
    book_state was = b->state;
    if (state == was) {
        settle(b, time);
        return;
    }
    b->state = state;
    set_plain(b);
    forget_trades(b);
    book_event *e = tell_begin(b, BOOK_STATE, SIDE_BUY, 0);
    e->reason = (uint8_t)state;
    e->order = e->tag = 0;
    e->price = 0;
    e->time = time;
    e->quantity = e->leaves = e->shown = e->owner = 0;
    stream_tell(b->stream, e);
    if (state_collects(was) && !state_collects(state))
        auction_uncross(b, time);
    if (state == STATE_CLOSED)
        expire_day_orders(b, time);
    settle(b, time);
}

book_state book_state_of(const book *b) { return b->state; }

const char *book_state_text(book_state state) {
    static const char *const texts[] = {
        [STATE_CONTINUOUS] = "continuous trading",
        [STATE_PRE_OPEN] = "pre-open",
        [STATE_OPENING_AUCTION] = "opening auction",
        [STATE_CLOSING_AUCTION] = "closing auction",
        [STATE_HALTED] = "halted",
        [STATE_CLOSED] = "closed",
    };
    return (size_t)state < sizeof texts / sizeof *texts ? texts[state] : "unknown state";
}

void book_set_collar(book *b, int64_t low, int64_t high) {
    int64_t tick = b->resting.tick, last = (int64_t)b->price.most;
    int64_t lowest = low > 0 ? low / tick + (low % tick != 0) : 1, highest = high > 0 ? high / tick : last;
    b->collar_low = (uint32_t)(lowest > last ? last + 1 : lowest);
    b->collar_high = (uint32_t)(highest > last ? last : highest);
    set_plain(b);
}
