#include "tests/engine/market/support_commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

market market_small(void) {
    return (market){.book = {.tick = 5,
                             .lot = 10,
                             .max_quantity = 100000,
                             .max_price = 700,
                             .reference = 350,
                             .max_orders = 400,
                             .window = 256,
                             .number = 77},
                    .resting = 90,
                    .owners = 6,
                    .centre = 70,
                    .near = 12,
                    .far = 70,
                    .far_share = 4,
                    .wander_share = 4,
                    .stride = 2,
                    .garbage_share = 1,
                    .jump = 2,
                    .leap = 100,
                    .auctions = true};
}

market market_mixed(void) {
    market m = market_small();
    const market mix = {.type = {60, 8, 12, 10, 10}, .tif = {40, 8, 8, 22, 22}, .self = {40, 20, 20, 20}};
    memcpy(m.type, mix.type, sizeof m.type);
    memcpy(m.tif, mix.tif, sizeof m.tif);
    memcpy(m.self, mix.self, sizeof m.self);
    m.post_only = 15;
    m.all_or_none = 15;
    m.iceberg = 20;
    m.pair = 15;
    m.cancel_all = 20;
    m.expire = 20;
    m.state = 40;
    m.collar = 30;
    return m;
}

command_source command_source_start(const market *m, uint64_t seed, uint64_t stream) {
    return (command_source){.market = m, .rng = rng_stream(seed, stream), .centre = m->centre, .time = 1};
}

static int64_t below(command_source *s, int64_t n) { return n > 0 ? (int64_t)rng_below(&s->rng, (uint64_t)n) : 0; }

static bool chance(command_source *s, unsigned percent) { return below(s, 100) < percent; }

static bool rarely(command_source *s, unsigned rate) { return below(s, 10000) < rate; }

static uint8_t draw_weighted(command_source *s, const unsigned *weights, unsigned n) {
    unsigned sum = 0;
    for (unsigned i = 0; i < n; i++)
        sum += weights[i];
    int64_t at = below(s, sum);
    for (unsigned i = 0; i < n && sum; i++)
        if ((at -= weights[i]) < 0)
            return (uint8_t)i;
    return 0;
}

static int64_t price_of_ticks(const market *m, int64_t ticks) {
    int64_t last = m->book.max_price / m->book.tick;
    return (ticks < 1 ? 1 : ticks > last ? last : ticks) * m->book.tick;
}

// Mostly on the side's own side of the centre, so that orders come to rest.
static int64_t draw_price(command_source *s, side of) {
    const market *m = s->market;
    if (chance(s, m->wander_share))
        s->centre += below(s, 2 * (int64_t)m->stride + 1) - m->stride;
    s->centre = price_of_ticks(m, s->centre) / m->book.tick;
    int64_t away = below(s, chance(s, m->far_share) ? m->far : m->near);
    bool under = (of == SIDE_BUY) == chance(s, 93);
    return price_of_ticks(m, s->centre + (under ? -away : away));
}

// Mostly where no trade has been yet.
static int64_t draw_stop(command_source *s, const reference *r, side of) {
    const market *m = s->market;
    int64_t middle = reference_last(r) ? reference_last(r) / m->book.tick : s->centre;
    bool above = (of == SIDE_BUY) == chance(s, 90);
    int64_t away = below(s, m->near / 2 + 2);
    return price_of_ticks(m, middle + (above ? away : -away));
}

static int64_t draw_quantity(command_source *s) {
    uint32_t lots = s->market->lots ? s->market->lots : 40;
    return (1 + below(s, lots)) * s->market->book.lot;
}

static int64_t draw_garbage(command_source *s, int64_t good, int64_t limit) {
    const int64_t garbage[] = {0, -good, good + 1, limit + 1, INT64_MIN, INT64_MAX, -1, limit * 2};
    return garbage[below(s, sizeof garbage / sizeof *garbage)];
}

static bool spoils(command_source *s) { return chance(s, s->market->garbage_share); }

static void spoil(command_source *s, book_request *q) {
    const book_config *b = &s->market->book;
    if (spoils(s))
        q->quantity = draw_garbage(s, q->quantity, b->max_quantity);
    if (spoils(s))
        q->price = draw_garbage(s, q->price, b->max_price);
    if (spoils(s))
        q->stop = draw_garbage(s, q->stop, b->max_price);
    if (spoils(s))
        q->trail = draw_garbage(s, q->trail, b->max_price);
    if (spoils(s))
        q->display = draw_garbage(s, q->display, b->max_quantity);
    if (spoils(s))
        q->expires = draw_garbage(s, q->time, q->time);
    if (spoils(s) && chance(s, 20))
        q->side = (side)below(s, 256);
    if (spoils(s) && chance(s, 20))
        q->self = (uint8_t)below(s, 8);
    if (spoils(s) && chance(s, 20))
        q->type = (uint8_t)below(s, 10);
    if (spoils(s) && chance(s, 20))
        q->tif = (uint8_t)below(s, 10);
    if (spoils(s) && chance(s, 20))
        q->traits = (uint8_t)below(s, 32);
}

// Number of an order: mostly a live one, sometimes long gone or never accepted; 0 when there was none.
static uint32_t draw_order(command_source *s, const reference *r, book_order *live) {
    size_t n = reference_live(r);
    *live = (book_order){0};
    if (!n || chance(s, 8))
        return (uint32_t)below(s, s->drawn);
    *live = reference_nth(r, (size_t)below(s, (int64_t)n));
    return (uint32_t)live->tag;
}

static uint64_t draw_stray(command_source *s) {
    const uint64_t stray[] = {UINT64_C(1) << 63, UINT64_C(1) << 31, UINT64_C(1) << 32};
    return spoils(s) && chance(s, 30) ? stray[below(s, 3)] : 0;
}

static void draw_traits(command_source *s, const reference *r, command *c) {
    const market *m = s->market;
    book_request *q = &c->request;
    bool rests = q->tif != TIF_IOC && q->tif != TIF_FOK;
    if (q->type == ORDER_LIMIT && rests) {
        if (chance(s, m->all_or_none))
            q->traits |= ORDER_ALL_OR_NONE;
        else {
            q->traits |= chance(s, m->post_only) ? ORDER_POST_ONLY : 0;
            q->traits |= chance(s, m->iceberg) ? ORDER_ICEBERG : 0;
        }
    }
    if (q->type != ORDER_MARKET && rests && chance(s, m->pair)) {
        book_order other;
        q->traits |= ORDER_ONE_CANCELS_OTHER;
        q->other = draw_order(s, r, &other);
        c->stray = draw_stray(s);
        if (!chance(s, 5))
            q->owner = other.owner;
    }
}

static void draw_submit(command_source *s, const reference *r, command *c) {
    const market *m = s->market;
    side of = (side)below(s, 2);
    book_request q = {.tag = rng_u64(&s->rng) << 32 | c->number,
                      .owner = (uint32_t)below(s, m->owners),
                      .side = of,
                      .type = draw_weighted(s, m->type, 5),
                      .tif = draw_weighted(s, m->tif, 5),
                      .self = draw_weighted(s, m->self, 4),
                      .quantity = draw_quantity(s),
                      .price = draw_price(s, of),
                      .stop = draw_stop(s, r, of),
                      .trail = (1 + below(s, m->near / 2 + 1)) * m->book.tick,
                      .expires = s->time + below(s, m->leap * 4 + 50),
                      .time = s->time};
    q.display = (1 + below(s, q.quantity / m->book.lot / 3 + 1)) * m->book.lot;
    if (q.type > ORDER_MARKET && (q.tif == TIF_IOC || q.tif == TIF_FOK))
        q.tif = TIF_DAY;
    if (q.type == ORDER_MARKET && q.tif > TIF_FOK)
        q.tif = TIF_DAY;
    bool takes = q.type == ORDER_MARKET || q.tif == TIF_IOC || q.tif == TIF_FOK;
    if (q.type != ORDER_LIMIT && q.type != ORDER_STOP_LIMIT && chance(s, 70))
        q.price = 0;
    if (q.type == ORDER_TRAILING_STOP && chance(s, 70))
        q.stop = 0;
    if (takes && chance(s, 20)) // many levels are swept, and fill-or-kill fails
        q.quantity *= 1 + below(s, 60);
    c->request = q;
    draw_traits(s, r, c);
    spoil(s, &c->request);
}

static void draw_replace(command_source *s, const reference *r, command *c) {
    const book_config *b = &s->market->book;
    book_order was;
    c->order = draw_order(s, r, &was);
    c->stray = draw_stray(s);
    c->quantity = was.quantity && chance(s, 50) ? (1 + below(s, was.quantity / b->lot)) * b->lot : draw_quantity(s);
    c->price = was.stop ? draw_stop(s, r, was.side) : draw_price(s, was.side);
    if (was.quantity && chance(s, 40))
        c->price = was.stop ? was.stop : was.price;
    if (spoils(s))
        c->price = draw_garbage(s, c->price, b->max_price);
    if (spoils(s))
        c->quantity = draw_garbage(s, c->quantity, b->max_quantity);
}

static void draw_cancel(command_source *s, const reference *r, command *c) {
    book_order live;
    c->order = draw_order(s, r, &live);
    c->stray = draw_stray(s);
}

static void draw_filter(command_source *s, command *c) {
    c->filter = (book_filter){.buys = chance(s, 60),
                              .sells = chance(s, 60),
                              .every_owner = chance(s, 3),
                              .owner = (uint32_t)below(s, s->market->owners)};
}

static void draw_collar(command_source *s, command *c) {
    const market *m = s->market;
    if (chance(s, 50))
        return;
    c->low = price_of_ticks(m, s->centre - 1 - below(s, 2 * (int64_t)m->near));
    c->high = price_of_ticks(m, s->centre + 1 + below(s, 2 * (int64_t)m->near));
    if (chance(s, 15))
        c->low = 0;
    if (chance(s, 15))
        c->high = 0;
    if (c->high && chance(s, 3)) { // nothing is between
        c->low = c->high + m->book.tick;
        return;
    }
    if (c->low && c->high && chance(s, 20)) { // between two ticks
        c->low += m->book.tick / 2;
        c->high += m->book.tick / 2;
    }
}

static book_state draw_state(command_source *s, const reference *r) {
    bool continuous = reference_state(r) == STATE_CONTINUOUS;
    book_state state = (book_state)below(s, chance(s, 70) ? STATE_CLOSED : STATE_CLOSED + 1);
    return !continuous && chance(s, 50) ? STATE_CONTINUOUS : state;
}

// Most of the time the market trades continuously.
static bool draws_state(command_source *s, const reference *r) {
    book_state state = reference_state(r);
    bool idle = state == STATE_HALTED || state == STATE_CLOSED;
    return rarely(s, idle ? 1500 : state == STATE_CONTINUOUS ? s->market->state : 3 * s->market->state);
}

command command_draw(command_source *s, const reference *r) {
    const market *m = s->market;
    if (!chance(s, 20))
        s->time += chance(s, m->jump) ? below(s, m->leap) : 1;
    command c = {.number = ++s->drawn, .time = s->time};
    bool full = reference_live(r) > m->resting;
    int64_t kind = below(s, 100);
    if (draws_state(s, r))
        c.kind = DO_STATE, c.state = draw_state(s, r);
    else if (rarely(s, m->cancel_all))
        c.kind = DO_CANCEL_ALL, draw_filter(s, &c);
    else if (rarely(s, m->expire))
        c.kind = DO_EXPIRE;
    else if (rarely(s, m->collar))
        c.kind = DO_COLLAR, draw_collar(s, &c);
    else if (kind < (full ? 35 : 80))
        c.kind = DO_SUBMIT, draw_submit(s, r, &c);
    else if (kind < 88)
        c.kind = DO_CANCEL, draw_cancel(s, r, &c);
    else
        c.kind = DO_REPLACE, draw_replace(s, r, &c);
    return c;
}

uint32_t command_names(const command *c) { return c->kind == DO_SUBMIT ? (uint32_t)c->request.other : c->order; }

uint64_t command_to_reference(const command *c, reference *r, uint64_t named) {
    book_request q = c->request;
    q.other = named;
    switch (c->kind) {
    case DO_SUBMIT:
        return reference_submit(r, &q);
    case DO_CANCEL:
        return reference_cancel(r, named, c->time);
    case DO_REPLACE:
        return reference_replace(r, named, c->quantity, c->price, c->time);
    case DO_CANCEL_ALL:
        return reference_cancel_all(r, &c->filter, c->time);
    case DO_EXPIRE:
        reference_expire(r, c->time);
        return 0;
    case DO_STATE:
        reference_set_state(r, c->state, c->time);
        return 0;
    case DO_COLLAR:
        reference_set_collar(r, c->low, c->high);
        return 0;
    }
    return 0;
}

uint64_t command_to_book(const command *c, book *b, book_order_id named) {
    book_request q = c->request;
    q.other = named;
    switch (c->kind) {
    case DO_SUBMIT:
        return book_submit(b, &q);
    case DO_CANCEL:
        return book_cancel(b, named, c->time);
    case DO_REPLACE:
        return book_replace(b, named, c->quantity, c->price, c->time);
    case DO_CANCEL_ALL:
        return book_cancel_all(b, &c->filter, c->time);
    case DO_EXPIRE:
        book_expire(b, c->time);
        return 0;
    case DO_STATE:
        book_set_state(b, c->state, c->time);
        return 0;
    case DO_COLLAR:
        book_set_collar(b, c->low, c->high);
        return 0;
    }
    return 0;
}

static void print_submit(const command *c) {
    const book_request *q = &c->request;
    const char *const type[] = {"limit", "market", "stop", "stop-limit", "trailing-stop"};
    const char *const tif[] = {"day", "ioc", "fok", "gtc", "gtd"};
    const char *const self[] = {"", " cancel-newest", " cancel-oldest", " decrement-both"};
    printf("#%u t=%" PRId64 " submit %s %s %s", c->number, c->time, q->side ? "sell" : "buy",
           q->type < 5 ? type[q->type] : "?", q->tif < 5 ? tif[q->tif] : "?");
    printf(" %" PRId64 " @ %" PRId64 " owner %u%s", q->quantity, q->price, q->owner, q->self < 4 ? self[q->self] : "?");
    if (q->type >= ORDER_STOP)
        printf(" stop %" PRId64 " trail %" PRId64, q->stop, q->trail);
    if (q->traits)
        printf("%s%s%s", q->traits & ORDER_POST_ONLY ? " post-only" : "",
               q->traits & ORDER_ALL_OR_NONE ? " all-or-none" : "", q->traits > 15 ? " other traits" : "");
    if (q->traits & ORDER_ICEBERG)
        printf(" iceberg %" PRId64, q->display);
    if (q->traits & ORDER_ONE_CANCELS_OTHER)
        printf(" pair with #%" PRIu64, q->other);
    if (q->tif == TIF_GTD)
        printf(" until %" PRId64, q->expires);
    printf("%s\n", c->stray ? " (stray)" : "");
}

void command_print(const command *c) {
    const char *stray = c->stray ? " (stray)" : "";
    switch (c->kind) {
    case DO_SUBMIT:
        print_submit(c);
        return;
    case DO_CANCEL:
        printf("#%u t=%" PRId64 " cancel #%u%s\n", c->number, c->time, c->order, stray);
        return;
    case DO_REPLACE:
        printf("#%u t=%" PRId64 " replace #%u by %" PRId64 " @ %" PRId64 "%s\n", c->number, c->time, c->order,
               c->quantity, c->price, stray);
        return;
    case DO_CANCEL_ALL:
        printf("#%u t=%" PRId64 " cancel all%s%s of owner %u%s\n", c->number, c->time, c->filter.buys ? " buys" : "",
               c->filter.sells ? " sells" : "", c->filter.owner, c->filter.every_owner ? " and every other" : "");
        return;
    case DO_EXPIRE:
        printf("#%u t=%" PRId64 " expire\n", c->number, c->time);
        return;
    case DO_STATE:
        printf("#%u t=%" PRId64 " state %d\n", c->number, c->time, (int)c->state);
        return;
    case DO_COLLAR:
        printf("#%u collar %" PRId64 " to %" PRId64 "\n", c->number, c->low, c->high);
        return;
    }
}
