#include "tests/engine/market/support_reference_orders.h"

#include <assert.h>

side side_against(side s) { return s == SIDE_BUY ? SIDE_SELL : SIDE_BUY; }

int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

bool price_better(side s, int64_t a, int64_t b) { return s == SIDE_BUY ? a > b : a < b; }

bool is_stop(order_type type) { return type == ORDER_STOP || type == ORDER_STOP_LIMIT || type == ORDER_TRAILING_STOP; }

bool is_collecting(book_state state) {
    return state == STATE_PRE_OPEN || state == STATE_OPENING_AUCTION || state == STATE_CLOSING_AUCTION;
}

bool is_resting_tif(time_in_force tif) { return tif == TIF_DAY || tif == TIF_GTC || tif == TIF_GTD; }

bool can_rest(const ref_order *o) {
    return o->asked.type == ORDER_LIMIT && is_resting_tif((time_in_force)o->asked.tif);
}

bool is_iceberg(const ref_order *o) { return o->asked.traits & ORDER_ICEBERG; }

bool is_shown_in_whole(const ref_order *o) {
    return can_rest(o) && !(o->asked.traits & (ORDER_ALL_OR_NONE | ORDER_ICEBERG));
}

ref_order *reference_find(const reference *r, uint64_t id) {
    for (size_t i = 0; i < r->orders.n; i++)
        if (r->orders.at[i].id == id)
            return &r->orders.at[i];
    return NULL;
}

// Displayed orders, stops, orders aside, market orders; of each the buys first.
static int group(const ref_order *o) { return 2 * (int)o->place + (int)o->asked.side; }

static bool before(const ref_order *a, const ref_order *b) {
    if (group(a) != group(b))
        return group(a) < group(b);
    switch (a->place) {
    case PLACE_DISPLAYED:
    case PLACE_ASIDE:
        return price_better(a->asked.side, a->asked.price, b->asked.price);
    case PLACE_STOP: // a rising price reaches the lowest buy stop first
        return a->asked.side == SIDE_BUY ? a->stop < b->stop : a->stop > b->stop;
    case PLACE_MARKET:
        return false;
    }
    return false;
}

ref_order *reference_first(const reference *r, order_choice chosen, const void *context) {
    ref_order *first = NULL;
    for (size_t i = 0; i < r->orders.n; i++) {
        ref_order *o = &r->orders.at[i];
        if (chosen(r, o, context) && (!first || before(o, first)))
            first = o;
    }
    return first;
}

size_t reference_choose(const reference *r, order_choice chosen, const void *context, uint64_t *ids) {
    size_t n = 0;
    for (size_t i = 0; i < r->orders.n; i++) {
        const ref_order *o = &r->orders.at[i];
        if (!chosen(r, o, context))
            continue;
        size_t at = n++; // insertion sort, behind all that are not after it
        for (; at > 0 && before(o, reference_find(r, ids[at - 1])); at--)
            ids[at] = ids[at - 1];
        ids[at] = o->id;
    }
    return n;
}

static bool is_displayed_on(const reference *r, const ref_order *o, const void *context) {
    (void)r;
    return o->place == PLACE_DISPLAYED && o->asked.side == *(const side *)context;
}

ref_order *reference_best_displayed(const reference *r, side s) { return reference_first(r, is_displayed_on, &s); }

void reference_append(reference *r, const ref_order *o) { vec_push(&r->orders, *o); }

ref_order reference_take(reference *r, uint64_t id) {
    ref_order *o = reference_find(r, id);
    assert(o);
    ref_order taken = *o;
    vec_remove(&r->orders, (size_t)(o - r->orders.at));
    return taken;
}

void reference_part(reference *r, uint64_t id) {
    for (size_t i = 0; i < r->orders.n; i++)
        if (r->orders.at[i].other == id)
            r->orders.at[i].other = 0;
}

book_event reference_event(const reference *r, book_event_kind kind, const ref_order *o) {
    return (book_event){.kind = (uint8_t)kind,
                        .side = (uint8_t)o->asked.side,
                        .order = o->id,
                        .tag = o->asked.tag,
                        .owner = o->asked.owner,
                        .price = o->asked.price,
                        .quantity = (uint32_t)o->open,
                        .leaves = (uint32_t)o->open,
                        .shown = (uint32_t)o->shown,
                        .time = r->time};
}

void reference_tell(reference *r, book_event event) {
    event.sequence = ++r->sequence;
    event.book = r->config.number;
    vec_push(&r->told, event);
}

void reference_traded(reference *r, int64_t price) {
    r->last = price;
    if (!r->highest || price > r->highest)
        r->highest = price;
    if (!r->lowest || price < r->lowest)
        r->lowest = price;
}

void order_lose(ref_order *o, int64_t quantity) {
    o->open -= quantity;
    o->shown -= least(quantity, o->shown);
}

void reference_tell_loss(reference *r, ref_order *o, int64_t quantity, book_event_kind kind, uint8_t reason) {
    order_lose(o, quantity);
    book_event event = reference_event(r, kind, o);
    event.quantity = (uint32_t)quantity;
    event.reason = reason;
    reference_tell(r, event);
}

void reference_end(reference *r, uint64_t id, book_event_kind kind, uint8_t reason) {
    ref_order o = reference_take(r, id);
    reference_part(r, id);
    reference_tell_loss(r, &o, o.open, kind, reason);
}

void reference_end_other(reference *r, uint64_t other) {
    if (other)
        reference_end(r, other, BOOK_CANCELLED, WHY_PAIR);
}

void reference_show_more(reference *r, uint64_t id) {
    ref_order *found = reference_find(r, id);
    if (!found || !is_iceberg(found) || found->shown > 0)
        return;
    ref_order o = reference_take(r, id);
    o.shown = least(o.asked.display, o.open);
    reference_append(r, &o);
    reference_tell(r, reference_event(r, BOOK_SHOWN, &o));
}
