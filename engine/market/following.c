#include "engine/market/following.h"

#include "engine/market/inside.h"
#include "engine/market/mirroring.h"

// An order is in the slot that its id names, which need not be the one that the pool would give next. So the pool's
// list of free slots is not kept (pool.named).

static const char NO_ORDER[] = "an order that is not on display is to show shares";
static const char TOO_MANY[] = "an order is to show more shares than it did";

void following_begin(book *b, book_state state, int64_t last) {
    b->mirrored = true;
    b->resting.pool.named = true;
    b->state = state;
    if (last > 0)
        note_trade(b, mirroring_ticks(b, last));
}

size_t following_memory(const book_config *c) {
    size_t window = c->window ? c->window : LEVELS_WINDOW_MAX, n = c->max_orders;
    size_t levels_of_all = 2 * (window + LEVELS_WINDOW_MIN) * sizeof(level) + 4 * n * sizeof(level_far);
    size_t order = sizeof(pool_order) + sizeof(order_extra) + sizeof *((book *)0)->timed;
    return sizeof(book) + (n + 1) * order + levels_of_all;
}

static pool_order *find(book *b, book_order_id id) {
    uint32_t slot = pool_find(&b->resting.pool, id);
    return slot ? order_at(b, slot) : NULL;
}

static void take_off(book *b, pool_order *o) {
    pool *p = &b->resting.pool;
    resting_unlink(&b->resting, o, pool_side(o));
    o->life = (o->life | (POOL_GENERATION - 1)) + 1;
    p->live--;
}

// Why an order can't be put on display, or NULL.
static const char *judge(const book *b, const book_event *e, uint32_t *ticks) {
    const pool *p = &b->resting.pool;
    uint32_t slot = book_slot(e->order);
    uint64_t generation = e->order >> 32;
    *ticks = divider_divide(&b->price, e->price);
    if (slot - 1 >= p->capacity || generation % 2 == 0 || generation >= POOL_GENERATIONS)
        return "an order's id names no place in its book";
    if (pool_lives(&p->at[slot]) && pool_generation(&p->at[slot]) != generation)
        return "two orders have the same place in a book";
    if (e->side > SIDE_SELL)
        return "an order is of no side";
    if (!*ticks)
        return "an order's price is none of its book";
    if (e->shown > b->config.max_quantity)
        return "an order shows more shares than its book takes";
    return NULL;
}

// At the tail of its price.
static void place(book *b, const book_event *e, uint32_t ticks) {
    pool *p = &b->resting.pool;
    uint32_t slot = book_slot(e->order);
    pool_order *o = &p->at[slot];
    side s = (side)e->side;
    o->life = (uint32_t)(e->order >> 32) << POOL_GENERATION_SHIFT | pool_bits(s, SELF_TRADE, false);
    o->tag = e->tag;
    o->owner = e->owner;
    o->rank = rank_of_ticks(s, ticks);
    o->quantity = e->shown;
    p->live++;
    p->touched = slot > p->touched ? slot : p->touched;
    resting_append(&b->resting, o, slot, s);
}

static const char *show(book *b, const book_event *e) {
    uint32_t ticks;
    const char *why = judge(b, e, &ticks);
    if (!why && pool_find(&b->resting.pool, e->order))
        why = "an order comes on display that is there already";
    if (!why)
        place(b, e, ticks);
    return why;
}

static void lower(book *b, pool_order *o, uint32_t shown) {
    if (shown == 0)
        take_off(b, o);
    else if (shown < o->quantity)
        resting_reduce(&b->resting, o, o->quantity - shown);
}

static const char *cancel(book *b, const book_event *e) {
    pool_order *o = find(b, e->order);
    if (!o)
        return e->shown ? NO_ORDER : NULL;
    if (e->shown > o->quantity)
        return TOO_MANY;
    lower(b, o, e->shown);
    return NULL;
}

// Its price and tag are new with the place.
static const char *replace(book *b, const book_event *e) {
    uint32_t ticks = 0;
    pool_order *o = find(b, e->order);
    if (e->flags & BOOK_KEPT_PRIORITY)
        return o && price_of_rank(&b->resting, pool_side(o), o->rank) != e->price
                   ? "an order keeps its place at another price"
                   : cancel(b, e);
    const char *why = e->shown ? judge(b, e, &ticks) : NULL;
    if (why)
        return why;
    if (o)
        take_off(b, o);
    if (e->shown)
        place(b, e, ticks);
    return NULL;
}

static const char *judge_fill(const book_event *e, const pool_order *came, const pool_order *met) {
    if (e->side > SIDE_SELL)
        return "a trade of no side";
    if (e->price <= 0 || e->price > INT64_MAX / 2)
        return "a trade at a price that is none";
    if (met && (pool_side(met) == (side)e->side || e->quantity > met->quantity))
        return "a trade with shares that nobody showed";
    if (came && (pool_side(came) != (side)e->side || e->shown > came->quantity))
        return TOO_MANY;
    return came || !e->shown ? NULL : NO_ORDER;
}

static const char *fill(book *b, const book_event *e) {
    pool_order *came = find(b, e->order), *met = find(b, e->maker);
    const char *why = judge_fill(e, came, met);
    if (why)
        return why;
    if (!(e->flags & BOOK_UNPRINTED))
        note_trade(b, mirroring_ticks(b, e->price));
    if (met)
        lower(b, met, met->quantity - e->quantity);
    if (came)
        lower(b, came, e->shown);
    return NULL;
}

const char *following_apply(book *b, const book_event *e) {
    switch ((book_event_kind)e->kind) {
    case BOOK_ACCEPTED:
    case BOOK_SHOWN:
        return e->shown ? show(b, e) : NULL;
    case BOOK_FILL:
        return fill(b, e);
    case BOOK_CANCELLED:
    case BOOK_EXPIRED:
        return cancel(b, e);
    case BOOK_REPLACED:
        return replace(b, e);
    case BOOK_STATE:
        if (e->reason > STATE_CLOSED)
            return "a state that is none";
        b->state = (book_state)e->reason;
        return NULL;
    case BOOK_REJECTED:
    case BOOK_TRIGGERED:
    case BOOK_TRAILED:
        return NULL;
    }
    return "an event of no kind";
}
