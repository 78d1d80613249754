#include "tests/engine/market/support_reference_after.h"

#include "tests/engine/market/support_reference_match.h"

static bool is_due(const reference *r, const ref_order *o, const void *context) {
    (void)context;
    if (o->place != PLACE_STOP || !r->highest)
        return false;
    return o->asked.side == SIDE_BUY ? o->stop <= r->highest : o->stop >= r->lowest;
}

static bool trigger_one(reference *r) {
    const ref_order *due = reference_first(r, is_due, NULL);
    if (!due)
        return false;
    ref_order o = reference_take(r, due->id);
    reference_tell(r, reference_event(r, BOOK_TRIGGERED, &o));
    reference_end_other(r, o.other);
    o.other = 0;
    bool limit = o.asked.type == ORDER_STOP_LIMIT;
    o.asked.type = limit ? ORDER_LIMIT : ORDER_MARKET;
    o.stop = 0;
    reference_enter(r, &o);
    return true;
}

static bool is_fillable_aside(const reference *r, const ref_order *o, const void *context) {
    (void)context;
    return o->place == PLACE_ASIDE && reference_would_fill_whole(r, o);
}

static bool fill_one_aside(reference *r) {
    const ref_order *fillable = reference_first(r, is_fillable_aside, NULL);
    if (!fillable)
        return false;
    ref_order o = reference_take(r, fillable->id);
    reference_match(r, &o);
    reference_part(r, o.id);
    return true;
}

static void trail(reference *r, uint64_t id) {
    const ref_order *found = reference_find(r, id);
    bool buy = found->asked.side == SIDE_BUY;
    int64_t stop = buy ? r->last + found->asked.trail : r->last - found->asked.trail;
    bool closer = buy ? stop < found->stop : stop > found->stop;
    if (!closer || stop < r->config.tick || stop > r->config.max_price)
        return;
    ref_order o = reference_take(r, id);
    o.stop = stop;
    reference_append(r, &o);
    book_event event = reference_event(r, BOOK_TRAILED, &o);
    event.price = stop;
    reference_tell(r, event);
}

// The trailing stop of a side that came next after another, 0 when that was the last; ids are given out in that order.
static uint64_t next_trailing(const reference *r, side s, uint64_t after) {
    uint64_t next = 0;
    for (size_t i = 0; i < r->orders.n; i++) {
        const ref_order *o = &r->orders.at[i];
        bool trails = o->place == PLACE_STOP && o->asked.type == ORDER_TRAILING_STOP && o->asked.side == s;
        if (trails && o->id > after && (!next || o->id < next))
            next = o->id;
    }
    return next;
}

static void trail_all(reference *r, side s) {
    for (uint64_t id = next_trailing(r, s, 0); r->last && id; id = next_trailing(r, s, id))
        trail(r, id);
}

void reference_look_after(reference *r) {
    if (r->state != STATE_CONTINUOUS)
        return;
    while (trigger_one(r) || fill_one_aside(r))
        ;
    trail_all(r, SIDE_BUY);
    trail_all(r, SIDE_SELL);
}
