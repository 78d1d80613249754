#include "tests/engine/market/support_rebuild.h"

#include <assert.h>

static size_t place(const rebuild *r, book_order_id id) {
    for (size_t i = 0; i < r->resting.n; i++)
        if (r->resting.at[i].id == id)
            return i;
    return SIZE_MAX;
}

static void lower(rebuild *r, book_order_id id, int64_t by, int64_t leaves) {
    size_t i = place(r, id);
    if (i == SIZE_MAX)
        return; // an order that does not rest
    r->resting.at[i].quantity -= by;
    assert(r->resting.at[i].quantity == leaves);
    if (leaves == 0)
        vec_remove(&r->resting, i);
}

static void fill(rebuild *r, const book_event *e) {
    size_t maker = place(r, e->maker);
    assert(maker != SIZE_MAX && r->resting.at[maker].price == e->price && r->resting.at[maker].side != e->side);
    lower(r, e->maker, e->quantity, e->maker_leaves);
    lower(r, e->order, e->quantity, e->leaves);
    r->left += 2 * (int64_t)e->quantity;
}

static void replace(rebuild *r, const book_event *e) {
    size_t i = place(r, e->order);
    assert(i != SIZE_MAX);
    book_order o = r->resting.at[i];
    r->left += o.quantity;
    r->came += e->leaves;
    o.price = e->price;
    o.quantity = e->leaves;
    if (e->flags & BOOK_KEPT_PRIORITY) {
        r->resting.at[i] = o;
        return;
    }
    vec_remove(&r->resting, i);
    vec_push(&r->resting, o);
}

void rebuild_add(rebuild *r, const book_event *e) {
    assert(e->sequence == r->sequence + 1);
    r->sequence = e->sequence;
    switch ((book_event_kind)e->kind) {
    case BOOK_ACCEPTED:
        r->came += e->quantity;
        if (e->flags & BOOK_RESTS)
            vec_push(&r->resting, (book_order){.id = e->order,
                                               .tag = e->tag,
                                               .owner = e->owner,
                                               .side = (side)e->side,
                                               .price = e->price,
                                               .quantity = e->quantity});
        break;
    case BOOK_FILL:
        fill(r, e);
        break;
    case BOOK_CANCELLED:
        r->left += e->leaves;
        lower(r, e->order, e->leaves, 0);
        break;
    case BOOK_REPLACED:
        replace(r, e);
        break;
    case BOOK_REJECTED:
        break;
    }
}

int64_t rebuild_resting_quantity(const rebuild *r) {
    int64_t sum = 0;
    for (size_t i = 0; i < r->resting.n; i++)
        sum += r->resting.at[i].quantity;
    return sum;
}

static bool better(side s, int64_t a, int64_t b) { return s == SIDE_BUY ? a > b : a < b; }

size_t rebuild_side(const rebuild *r, side s, book_order *out) {
    size_t n = 0;
    for (size_t i = 0; i < r->resting.n; i++) {
        if (r->resting.at[i].side != s)
            continue;
        size_t at = n++;
        for (; at > 0 && better(s, r->resting.at[i].price, out[at - 1].price); at--)
            out[at] = out[at - 1];
        out[at] = r->resting.at[i];
    }
    return n;
}

void rebuild_free(rebuild *r) { vec_free(&r->resting); }
