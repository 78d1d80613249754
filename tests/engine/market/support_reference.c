#include "tests/engine/market/support_reference.h"

#include <stdlib.h>

#include "src/base/vec.h"

typedef VEC(book_order) order_list;

struct reference {
    book_config config;
    order_list resting; // in time priority, all prices together
    VEC(book_event) told;
    uint64_t sequence, issued;
};

reference *reference_new(const book_config *config) {
    reference *r = mem_new(1, sizeof *r);
    r->config = *config;
    return r;
}

void reference_free(reference *r) {
    vec_free(&r->resting);
    vec_free(&r->told);
    free(r);
}

const book_event *reference_events(const reference *r, size_t *n) {
    *n = r->told.n;
    return r->told.at;
}

size_t reference_live(const reference *r) { return r->resting.n; }

uint64_t reference_nth(const reference *r, size_t i) { return r->resting.at[i].id; }

static void tell(reference *r, book_event event) {
    event.sequence = ++r->sequence;
    vec_push(&r->told, event);
}

static bool better(side s, int64_t a, int64_t b) { return s == SIDE_BUY ? a > b : a < b; }

static bool acceptable(side taker, int64_t limit, int64_t price) {
    return limit == 0 || (taker == SIDE_BUY ? price <= limit : price >= limit);
}

static bool find(const reference *r, uint64_t order, size_t *at) {
    for (*at = 0; *at < r->resting.n; ++*at)
        if (r->resting.at[*at].id == order)
            return true;
    return false;
}

// The order on side s that is to trade next: the best price, and the first to come among equals.
static bool first(const reference *r, side s, size_t *at) {
    bool found = false;
    for (size_t i = 0; i < r->resting.n; i++) {
        const book_order *o = &r->resting.at[i];
        if (o->side == s && (!found || better(s, o->price, r->resting.at[*at].price))) {
            *at = i;
            found = true;
        }
    }
    return found;
}

static int64_t obtainable(const reference *r, side taker, int64_t limit) {
    int64_t sum = 0;
    for (size_t i = 0; i < r->resting.n; i++)
        if (r->resting.at[i].side != taker && acceptable(taker, limit, r->resting.at[i].price))
            sum += r->resting.at[i].quantity;
    return sum;
}

static book_reject judge_quantity(const reference *r, int64_t quantity) {
    bool good = quantity > 0 && quantity <= r->config.max_quantity && quantity % r->config.lot == 0;
    return good ? REJECT_NONE : REJECT_QUANTITY;
}

static book_reject judge_price(const reference *r, int64_t price) {
    if (price <= 0 || price > r->config.max_price)
        return REJECT_PRICE;
    return price % r->config.tick == 0 ? REJECT_NONE : REJECT_TICK;
}

static book_reject judge(const reference *r, const book_request *q) {
    if ((int)q->side < 0 || (int)q->side > 1 || (int)q->type < 0 || (int)q->type > 1 || (int)q->tif < 0 ||
        (int)q->tif > 2)
        return REJECT_KIND;
    if (judge_quantity(r, q->quantity))
        return REJECT_QUANTITY;
    bool any_price = q->type == ORDER_MARKET && q->price == 0;
    if (!any_price && judge_price(r, q->price))
        return judge_price(r, q->price);
    if (q->type == ORDER_LIMIT && q->tif == TIF_DAY)
        return r->resting.n == r->config.max_orders ? REJECT_FULL : REJECT_NONE;
    if (q->type == ORDER_MARKET && obtainable(r, q->side, 0) == 0)
        return REJECT_NO_LIQUIDITY;
    if (q->tif == TIF_FOK && obtainable(r, q->side, q->price) < q->quantity)
        return REJECT_FOK;
    return REJECT_NONE;
}

// Trades what it can; taker->price is its limit, 0 for any. The taker is in no list meanwhile.
static void trade(reference *r, book_order *taker, int64_t time) {
    size_t at = 0;
    side other = taker->side == SIDE_BUY ? SIDE_SELL : SIDE_BUY;
    while (taker->quantity > 0 && first(r, other, &at) &&
           acceptable(taker->side, taker->price, r->resting.at[at].price)) {
        book_order *maker = &r->resting.at[at];
        int64_t quantity = maker->quantity < taker->quantity ? maker->quantity : taker->quantity;
        maker->quantity -= quantity;
        taker->quantity -= quantity;
        tell(r, (book_event){.kind = BOOK_FILL,
                             .side = (uint8_t)taker->side,
                             .order = taker->id,
                             .maker = maker->id,
                             .tag = taker->tag,
                             .maker_tag = maker->tag,
                             .owner = taker->owner,
                             .maker_owner = maker->owner,
                             .quantity = (uint32_t)quantity,
                             .price = maker->price,
                             .leaves = (uint32_t)taker->quantity,
                             .maker_leaves = (uint32_t)maker->quantity,
                             .time = time});
        if (maker->quantity == 0)
            vec_remove(&r->resting, at);
    }
}

static book_event event_of(book_event_kind kind, const book_order *o, int64_t time) {
    return (book_event){.kind = (uint8_t)kind,
                        .side = (uint8_t)o->side,
                        .order = o->id,
                        .tag = o->tag,
                        .owner = o->owner,
                        .quantity = (uint32_t)o->quantity,
                        .price = o->price,
                        .leaves = (uint32_t)o->quantity,
                        .time = time};
}

static void reject(reference *r, book_event event, book_reject reason, int64_t asked) {
    event.kind = BOOK_REJECTED;
    event.reason = (uint8_t)reason;
    event.asked = asked;
    event.quantity = event.leaves = 0;
    tell(r, event);
}

uint64_t reference_submit(reference *r, const book_request *request) {
    r->told.n = 0;
    book_order o = {.tag = request->tag,
                    .owner = request->owner,
                    .side = request->side,
                    .price = request->price,
                    .quantity = request->quantity};
    book_reject reason = judge(r, request);
    if (reason) {
        book_event rejected = event_of(BOOK_REJECTED, &o, request->time);
        reject(r, rejected, reason, request->quantity);
        return 0;
    }
    bool rests = request->type == ORDER_LIMIT && request->tif == TIF_DAY;
    o.id = ++r->issued;
    book_event accepted = event_of(BOOK_ACCEPTED, &o, request->time);
    accepted.flags = rests ? BOOK_RESTS : 0;
    tell(r, accepted);
    trade(r, &o, request->time);
    if (o.quantity > 0 && rests)
        vec_push(&r->resting, o);
    else if (o.quantity > 0)
        tell(r, event_of(BOOK_CANCELLED, &o, request->time));
    return o.id;
}

bool reference_cancel(reference *r, uint64_t order, int64_t time) {
    r->told.n = 0;
    size_t at;
    if (!find(r, order, &at)) {
        tell(r, (book_event){.kind = BOOK_REJECTED, .reason = REJECT_UNKNOWN, .order = order, .time = time});
        return false;
    }
    tell(r, event_of(BOOK_CANCELLED, &r->resting.at[at], time));
    vec_remove(&r->resting, at);
    return true;
}

bool reference_replace(reference *r, uint64_t order, int64_t quantity, int64_t price, int64_t time) {
    r->told.n = 0;
    size_t at;
    bool known = find(r, order, &at);
    book_reject reason = !known ? REJECT_UNKNOWN : judge_quantity(r, quantity);
    if (!reason)
        reason = judge_price(r, price);
    if (reason) {
        book_event rejected = {.order = order, .time = time};
        if (known)
            rejected = event_of(BOOK_REJECTED, &r->resting.at[at], time);
        rejected.price = price;
        reject(r, rejected, reason, quantity);
        return false;
    }
    book_order o = r->resting.at[at];
    bool keeps = price == o.price && quantity <= o.quantity;
    o.price = price;
    o.quantity = quantity;
    if (keeps)
        r->resting.at[at] = o;
    else
        vec_remove(&r->resting, at);
    book_event replaced = event_of(BOOK_REPLACED, &o, time);
    replaced.flags = keeps ? BOOK_KEPT_PRIORITY : 0;
    tell(r, replaced);
    if (keeps)
        return true;
    trade(r, &o, time);
    if (o.quantity > 0)
        vec_push(&r->resting, o);
    return true;
}

size_t reference_side(const reference *r, side s, book_order *out) {
    size_t n = 0;
    for (size_t i = 0; i < r->resting.n; i++) {
        if (r->resting.at[i].side != s)
            continue;
        // Insertion sort: behind all that are as good or better.
        size_t at = n++;
        for (; at > 0 && better(s, r->resting.at[i].price, out[at - 1].price); at--)
            out[at] = out[at - 1];
        out[at] = r->resting.at[i];
    }
    return n;
}
