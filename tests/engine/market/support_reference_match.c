#include "tests/engine/market/support_reference_match.h"

static bool accepts(const reference *r, const ref_order *taker, int64_t price) {
    side s = taker->asked.side;
    bool any = taker->asked.type == ORDER_MARKET && taker->asked.price == 0;
    if (!any && price_better(side_against(s), taker->asked.price, price))
        return false;
    if (taker->asked.type != ORDER_MARKET)
        return true;
    return s == SIDE_BUY ? !r->high || price <= r->high : !r->low || price >= r->low;
}

static bool is_own_account(const ref_order *taker, const ref_order *maker) {
    return taker->asked.self != SELF_TRADE && taker->asked.owner != 0 && taker->asked.owner == maker->asked.owner;
}

static bool is_other_of(const ref_order *taker, const ref_order *maker) {
    return taker->other != 0 && taker->other == maker->id;
}

static bool is_met_aside(const reference *r, const ref_order *o, const void *context) {
    const ref_order *taker = context;
    return o->place == PLACE_ASIDE && o->asked.side != taker->asked.side && accepts(r, taker, o->asked.price) &&
           o->open <= taker->open && !is_own_account(taker, o) && !is_other_of(taker, o);
}

void reference_tell_fill(reference *r, const ref_order *o, const ref_order *maker, int64_t quantity, int64_t price,
                         uint8_t flags) {
    book_event event = reference_event(r, BOOK_FILL, o);
    event.quantity = (uint32_t)quantity;
    event.price = price;
    event.flags = flags;
    event.maker = maker->id;
    event.maker_tag = maker->asked.tag;
    event.maker_owner = maker->asked.owner;
    event.maker_leaves = (uint32_t)maker->open;
    reference_tell(r, event);
    reference_traded(r, price);
}

static void drop_if_nothing_is_open(reference *r, uint64_t id) {
    if (reference_find(r, id)->open > 0)
        return;
    reference_take(r, id);
    reference_part(r, id);
}

static void trade(reference *r, ref_order *taker, ref_order *maker) {
    int64_t there = maker->place == PLACE_ASIDE ? maker->open : maker->shown;
    int64_t quantity = least(there, taker->open);
    uint64_t id = maker->id, makers_other = maker->other, takers_other = taker->other;
    order_lose(maker, quantity);
    order_lose(taker, quantity);
    reference_tell_fill(r, taker, maker, quantity, maker->asked.price, 0);
    drop_if_nothing_is_open(r, id);
    reference_end_other(r, makers_other);
    reference_end_other(r, takers_other);
    taker->other = 0;
    reference_show_more(r, id);
}

static void decrement_both(reference *r, ref_order *taker, ref_order *maker) {
    int64_t quantity = least(maker->shown, taker->open);
    uint64_t id = maker->id;
    reference_tell_loss(r, maker, quantity, BOOK_CANCELLED, WHY_SELF_TRADE);
    drop_if_nothing_is_open(r, id);
    reference_tell_loss(r, taker, quantity, BOOK_CANCELLED, WHY_SELF_TRADE);
    reference_show_more(r, id);
}

static void meet_own_account(reference *r, ref_order *taker, ref_order *maker) {
    switch (taker->asked.self) {
    case SELF_CANCEL_NEWEST:
        reference_tell_loss(r, taker, taker->open, BOOK_CANCELLED, WHY_SELF_TRADE);
        break;
    case SELF_CANCEL_OLDEST:
        reference_end(r, maker->id, BOOK_CANCELLED, WHY_SELF_TRADE);
        break;
    default:
        decrement_both(r, taker, maker);
    }
}

void reference_match(reference *r, ref_order *taker) {
    while (taker->open > 0) {
        side against = side_against(taker->asked.side);
        ref_order *displayed = reference_best_displayed(r, against);
        if (displayed && !accepts(r, taker, displayed->asked.price))
            displayed = NULL;
        ref_order *aside = reference_first(r, is_met_aside, taker);
        if (aside && (!displayed || price_better(against, aside->asked.price, displayed->asked.price)))
            trade(r, taker, aside);
        else if (!displayed)
            return;
        else if (is_other_of(taker, displayed)) {
            reference_end(r, displayed->id, BOOK_CANCELLED, WHY_PAIR);
            taker->other = 0;
        } else if (is_own_account(taker, displayed))
            meet_own_account(r, taker, displayed);
        else
            trade(r, taker, displayed);
    }
}

// No more than this can be had, so that most orders need not be tried out.
static int64_t obtainable(const reference *r, const ref_order *taker) {
    int64_t sum = 0;
    for (size_t i = 0; i < r->orders.n; i++) {
        const ref_order *o = &r->orders.at[i];
        bool met = o->place == PLACE_DISPLAYED || o->place == PLACE_ASIDE;
        if (met && o->asked.side != taker->asked.side && accepts(r, taker, o->asked.price))
            sum += o->open;
    }
    return sum;
}

bool reference_would_fill_whole(const reference *r, const ref_order *taker) {
    if (obtainable(r, taker) < taker->open)
        return false;
    reference copy = *r;
    memset(&copy.told, 0, sizeof copy.told);
    memset(&copy.orders, 0, sizeof copy.orders);
    for (size_t i = 0; i < r->orders.n; i++)
        reference_append(&copy, &r->orders.at[i]);
    ref_order tried = *taker;
    reference_match(&copy, &tried);
    int64_t filled = 0; // what a self-trade rule takes off is not filled
    for (size_t i = 0; i < copy.told.n; i++)
        if (copy.told.at[i].kind == BOOK_FILL)
            filled += copy.told.at[i].quantity;
    vec_free(&copy.orders);
    vec_free(&copy.told);
    return filled == taker->open;
}

static void wait_at(reference *r, ref_order *o, place where) {
    o->place = where;
    o->shown = 0;
    reference_append(r, o);
}

static void rest(reference *r, ref_order *o) {
    bool was_shown = o->shown > 0;
    o->place = PLACE_DISPLAYED;
    o->shown = is_iceberg(o) ? least(o->asked.display, o->open) : o->open;
    reference_append(r, o);
    if (!was_shown)
        reference_tell(r, reference_event(r, BOOK_SHOWN, o));
}

static void trade_or_wait_aside(reference *r, ref_order *o) {
    if (r->state != STATE_CONTINUOUS || !reference_would_fill_whole(r, o))
        wait_at(r, o, PLACE_ASIDE);
    else
        reference_match(r, o);
}

void reference_enter(reference *r, ref_order *o) {
    bool continuous = r->state == STATE_CONTINUOUS;
    if (is_stop((order_type)o->asked.type)) {
        wait_at(r, o, PLACE_STOP);
        return;
    }
    if (o->asked.traits & ORDER_ALL_OR_NONE) {
        trade_or_wait_aside(r, o);
        if (o->open == 0)
            reference_part(r, o->id);
        return;
    }
    if (continuous && !(o->asked.traits & ORDER_POST_ONLY))
        reference_match(r, o);
    if (o->open == 0)
        reference_part(r, o->id);
    else if (can_rest(o))
        rest(r, o);
    else if (!continuous)
        wait_at(r, o, PLACE_MARKET);
    else
        reference_tell_loss(r, o, o->open, BOOK_CANCELLED, WHY_REMAINDER);
}
