#include "tests/engine/market/support_rebuild.h"

#include <assert.h>

static book_order *find(const rebuild *r, book_order_id id) {
    for (size_t i = 0; i < r->orders.n; i++)
        if (r->orders.at[i].id == id)
            return &r->orders.at[i];
    return NULL;
}

static book_order take(rebuild *r, book_order_id id) {
    book_order *o = find(r, id);
    assert(o);
    book_order taken = *o;
    vec_remove(&r->orders, (size_t)(o - r->orders.at));
    return taken;
}

static void accept(rebuild *r, const book_event *e) {
    assert(!find(r, e->order));
    assert(e->leaves == e->quantity && (e->shown == 0 || e->shown == e->quantity));
    r->came += e->quantity;
    vec_push(&r->orders, (book_order){.id = e->order,
                                      .tag = e->tag,
                                      .owner = e->owner,
                                      .side = (side)e->side,
                                      .price = e->price,
                                      .quantity = e->quantity,
                                      .shown = e->shown});
}

// What is open and shown after a loss; an order without either is gone.
static void lower(rebuild *r, book_order_id id, uint32_t by, uint32_t leaves, uint32_t shown) {
    book_order *o = find(r, id);
    assert(o && o->quantity - by == leaves && shown <= leaves && shown <= o->shown);
    o->quantity = leaves;
    o->shown = shown;
    if (leaves == 0)
        take(r, id);
}

static void fill(rebuild *r, const book_event *e) {
    const book_order *maker = find(r, e->maker), *taker = find(r, e->order);
    assert(maker && taker && maker->side != taker->side && taker->side == e->side);
    assert(maker->tag == e->maker_tag && maker->owner == e->maker_owner);
    bool displayed = maker->shown > 0;
    if (!(e->flags & BOOK_AUCTION))
        assert(!displayed || maker->price == e->price);
    if (displayed && maker->price != e->price)
        assert((maker->price < e->price) == (maker->side == SIDE_SELL)); // at its price or better
    assert(!displayed || maker->shown >= e->quantity);
    uint32_t makers_shown = displayed ? (uint32_t)maker->shown - e->quantity : 0;
    lower(r, e->maker, e->quantity, e->maker_leaves, makers_shown);
    lower(r, e->order, e->quantity, e->leaves, e->shown);
    r->left += 2 * (int64_t)e->quantity;
    r->last = e->price;
}

static void replace(rebuild *r, const book_event *e) {
    book_order *was = find(r, e->order);
    assert(was && e->leaves == e->quantity && e->shown <= e->leaves);
    r->left += was->quantity;
    r->came += e->leaves;
    if (e->flags & BOOK_KEPT_PRIORITY) {
        assert(e->leaves <= was->quantity && e->shown <= was->shown && (!was->shown || was->price == e->price));
        was->quantity = e->leaves;
        was->shown = e->shown;
        return;
    }
    book_order o = take(r, e->order);
    o.price = e->price;
    o.quantity = e->leaves;
    o.shown = e->shown;
    vec_push(&r->orders, o);
}

static void show(rebuild *r, const book_event *e) {
    book_order o = take(r, e->order);
    assert(o.shown == 0 && e->shown > 0 && o.quantity == e->leaves);
    o.price = e->price;
    o.shown = e->shown;
    vec_push(&r->orders, o);
}

static void wait_on(const rebuild *r, const book_event *e) {
    const book_order *o = find(r, e->order);
    assert(o && o->shown == 0 && e->shown == 0 && o->quantity == e->leaves);
}

void rebuild_add(rebuild *r, const book_event *e) {
    assert(e->sequence == r->sequence + 1);
    r->sequence = e->sequence;
    switch ((book_event_kind)e->kind) {
    case BOOK_ACCEPTED:
        accept(r, e);
        break;
    case BOOK_FILL:
        fill(r, e);
        break;
    case BOOK_CANCELLED:
    case BOOK_EXPIRED:
        r->left += e->quantity;
        lower(r, e->order, e->quantity, e->leaves, e->shown);
        break;
    case BOOK_REPLACED:
        replace(r, e);
        break;
    case BOOK_SHOWN:
        show(r, e);
        break;
    case BOOK_TRIGGERED:
    case BOOK_TRAILED:
        wait_on(r, e);
        break;
    case BOOK_STATE:
        assert(e->reason != r->state);
        r->state = (book_state)e->reason;
        break;
    case BOOK_REJECTED:
        break;
    }
}

int64_t rebuild_open_quantity(const rebuild *r) {
    int64_t sum = 0;
    for (size_t i = 0; i < r->orders.n; i++)
        sum += r->orders.at[i].quantity;
    return sum;
}

static bool better(side s, int64_t a, int64_t b) { return s == SIDE_BUY ? a > b : a < b; }

int64_t rebuild_best(const rebuild *r, side s) {
    int64_t best = 0;
    for (size_t i = 0; i < r->orders.n; i++) {
        const book_order *o = &r->orders.at[i];
        if (o->side == s && o->shown && (!best || better(s, o->price, best)))
            best = o->price;
    }
    return best;
}

size_t rebuild_side(const rebuild *r, side s, book_order *out) {
    size_t n = 0;
    for (size_t i = 0; i < r->orders.n; i++) {
        const book_order *o = &r->orders.at[i];
        if (o->side != s || o->shown == 0)
            continue;
        size_t at = n++;
        for (; at > 0 && better(s, o->price, out[at - 1].price); at--)
            out[at] = out[at - 1];
        out[at] = *o;
    }
    return n;
}

void rebuild_free(rebuild *r) { vec_free(&r->orders); }
