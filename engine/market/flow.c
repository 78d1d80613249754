#include "engine/market/flow.h"

#include <math.h>
#include <stdlib.h>

#include "engine/market/bounds.h"
#include "engine/market/consensus.h"
#include "engine/market/gather.h"
#include "engine/market/hawkes.h"
#include "engine/market/measured.h"
#include "engine/market/schedule.h"
#include "engine/market/zones.h"
#include "src/base/mem.h"

enum {
    NEAR_AIM = 30,    // resting orders of the flow near the touch
    FAR_AIM = 210,    // and further out
    THIN = 60,        // fewer than this on a side: a limit order comes there before anything but a trade on news
    SCARCE = 35,      // fewer than this: a maker lays a ladder there before all else
    LADDER = 8,       // its orders
    PULL_MOST = 2,    // orders that a maker takes off at once
    CROWD = 60,       // orders of an auction that is held at once
    YOUNGEST_OF = 12, // drawn when one is cancelled
    MARKET_OWNER = 0,
};

#define BURST INT64_C(10000000) // ns
#define DAY_SECONDS ((double)RHYTHM_DAY * 1e-9)

// Chosen so that `venue stats` beside the real day of measured.h comes out alike (docs/market.md has the table).
static const double BRANCHING = 0.8;    // children of an arrival,
static const double SHORTEST = 1e-4;    // after delays of this many seconds
static const double LONGEST = 20;       // to this many
static const double LOUD_SHARE = 0.06;  // arrivals that trade
static const double UNINFORMED = 0.001; // market orders among arrivals that find nothing else to do, and as many more
static const double MAKES_UP = 0.0005;  // for each trade that is missing of the usual share, up to
static const double MOST_MARKET = 0.06;
static const double FOLLOWS = 0.6;        // of those within BURST of a trade, the ones that trade again
static const double SAME_SIDE = 0.95;     // of those, on the same side
static const double ASKS = 1.5;           // of what a trade has in the mean: not all of it is there
static const double TAKES_MORE = 0.5;     // of market orders, those that may take more than the touch shows
static const double STALE_ACTS = 0.5;     // arrivals that act on a stale quote when there is one
static const double KNOWS = 0.5;          // of those, the ones that trade; the others pull the quote
static const double TRADE_SHARE = 0.0215; // trades of the usual size an arrival
static const double MOST_DUE = 100;
static const double STRETCH = 1.6;        // of measured distances: those that come near are pulled and taken first
static const double JOINS = 0.2;          // near orders that join the touch
static const double ANY_AGE = 0.1;        // of those that are cancelled, the ones drawn from all
static const double FAR_SHARE = 0.07;     // limit orders that lie far out,
static const double FAR_SCALE = 30;       // by a power law of this scale, units
static const double FARTHEST = 400;       // units
static const double FARTHEST_PART = 0.03; // of the price: an order that takes all there is does not halt the market
static const double LEAST_RANGE = 15;     // ticks: but of a cheap share they do lie so far
static const double BUSIEST = 8;          // real trades for one of the flow's, at most, when spreads are found
static const double CROWDED = 0.15;       // arrivals that send an order to an auction
static const double MATCHES = 0.3;        // of the shares sent to an auction, those that trade there
static const double OPENS = 0.015;        // of the daily volume, in the opening auction
static const double CLOSES = 0.06;        // in the closing auction
static const double SLACK = 0.01;         // of the daily volume: what being behind or ahead is measured against
static const double ARBITRAGE = 0.1;      // of the daily volume, most that stands against an auction's imbalance

struct flow {
    flow_config config;
    rng rng;
    hawkes arrivals;
    uint64_t starts;
    consensus price;
    schedule volume;
    zones own;      // the flow's orders
    double move;    // the usual one from one trade to the next, as a fraction of the price
    double size;    // mean shares of a trade, before
    double due;     // trades that there should have been and were not
    bool informed;  // the order under way comes from somebody who knows the price
    zone sending;   // where the order under way goes
    int64_t traded; // when the last trade was, and
    side aggressor;
};

flow *flow_new(const flow_config *c) {
    flow *f = mem_new(1, sizeof *f);
    f->config = *c;
    f->rng = rng_stream(c->seed, 2 * c->stream);
    f->traded = INT64_MIN / 2;
    double trades = DAY_SECONDS * c->pace * TRADE_SHARE, real = c->daily_volume / MEASURED_TRADE;
    f->size = c->daily_volume / trades;
    f->move = c->path->deviation / sqrt(clamp(real, 200, BUSIEST * trades));
    f->volume = (schedule){.volume = c->daily_volume * (1 - OPENS - CLOSES), .slack = SLACK * c->daily_volume};
    zones_init(&f->own, c->max_orders);
    return f;
}

void flow_free(flow *f) {
    if (!f)
        return;
    zones_release(&f->own);
    free(f);
}

size_t flow_memory(const flow *f) { return sizeof *f + zones_memory(&f->own); }

int64_t flow_next(const flow *f) { return hawkes_next(&f->arrivals); }

static void walk(flow *f, int64_t now) {
    consensus_walk(&f->price, now);
    schedule_walk(&f->volume, now);
}

static void send(flow *f, book *b, const book_request *request, zone z) {
    f->sending = z;
    book_submit(b, request);
    book_stream_flush(f->config.out);
}

static bool withdraw(flow *f, book *b, book_order_id order, int64_t now) {
    bool done = book_cancel(b, order, now);
    book_stream_flush(f->config.out);
    return done;
}

// ---- what it hears ----

static void observe_fill(flow *f, const book_event *e) {
    if (e->leaves == 0)
        zones_drop(&f->own, e->order, (side)e->side);
    if (e->maker_leaves == 0)
        zones_drop(&f->own, e->maker, e->side == SIDE_BUY ? SIDE_SELL : SIDE_BUY);
    if (e->flags & BOOK_AUCTION)
        return;
    f->volume.done += e->quantity;
    f->traded = e->time;
    f->aggressor = (side)e->side;
    if (!f->informed)
        consensus_press(&f->price, f->aggressor, (double)e->quantity / f->size);
}

void flow_observe(flow *f, const book_event *e) {
    if (e->kind == BOOK_FILL)
        observe_fill(f, e);
    else if (e->kind == BOOK_ACCEPTED && e->owner == MARKET_OWNER && e->shown)
        zones_add(&f->own, f->sending, e->order, (side)e->side);
    else if ((e->kind == BOOK_CANCELLED || e->kind == BOOK_EXPIRED) && e->leaves == 0)
        zones_drop(&f->own, e->order, (side)e->side);
}

// ---- what it does ----

// Shares relative to the mean; whole hundreds where the scale would make odd numbers of round lots.
static int64_t draw_quantity(flow *f, double relative) {
    double x = f->size * schedule_size(&f->volume) * relative;
    if (x >= 100)
        x = 100 * floor(x / 100 + 0.5);
    return (int64_t)clamp(x + 0.5, 1, 1e7);
}

static double draw_distance(flow *f, zone z) {
    if (z == NEAR)
        return STRETCH * measured_distance(rng_double(&f->rng));
    double d = FAR_SCALE * (1 / sqrt(1 - rng_double(&f->rng)) - 1);
    return 3 + (d < FARTHEST ? d : FARTHEST * rng_double(&f->rng));
}

// A price that does not cross; joining the touch is fair where that is not stale.
static int64_t draw_price(flow *f, const book *b, side s, zone z) {
    int64_t tick = f->config.tick, bid = book_best_bid(b), ask = book_best_ask(b);
    bool trading = book_state_of(b) == STATE_CONTINUOUS, buys = s == SIDE_BUY;
    if (z == NEAR && trading && rng_double(&f->rng) < JOINS) {
        int64_t best = buys ? bid : ask;
        if (best && (buys ? (double)best <= f->price.centre : (double)best >= f->price.centre))
            return best;
    }
    double away = draw_distance(f, z) * f->price.unit;
    double most = larger(FARTHEST_PART * f->price.centre, LEAST_RANGE * (double)tick);
    if (away > most)
        away = most * rng_double(&f->rng);
    double at = (f->price.centre + (buys ? -away : away)) / (double)tick;
    int64_t price = (int64_t)(buys ? floor(at) : ceil(at)) * tick;
    if (trading && buys && ask && price >= ask)
        price = ask - tick;
    if (trading && !buys && price <= bid)
        price = bid + tick;
    return price;
}

static void send_limit(flow *f, book *b, side s, zone z, int64_t now) {
    int64_t price = draw_price(f, b, s, z);
    if (price < f->config.tick)
        return;
    int64_t quantity = draw_quantity(f, measured_limit(rng_double(&f->rng)));
    send(f, b, &(book_request){.side = s, .quantity = quantity, .price = price, .time = now}, z);
}

static zone draw_zone(flow *f) { return rng_double(&f->rng) < FAR_SHARE ? FAR : NEAR; }

// More often on the side that has fewer.
static side draw_side(flow *f) {
    double buy =
        0.5 + 0.5 * ((double)f->own.count[SIDE_SELL] - (double)f->own.count[SIDE_BUY]) / (zones_all(&f->own) + 1.0);
    return rng_double(&f->rng) < buy ? SIDE_BUY : SIDE_SELL;
}

// Near the touch most orders that are cancelled are young: half of all live for less than a second, while those that
// have waited long in their queue go on waiting.
static uint32_t draw_cancelled(flow *f, zone z) {
    uint64_t n = f->own.live[z], i = rng_below(&f->rng, n);
    for (int k = 1; z == NEAR && k < YOUNGEST_OF; k++) {
        uint64_t other = rng_below(&f->rng, n);
        i = other > i ? other : i;
    }
    return (uint32_t)i;
}

static void cancel_one(flow *f, book *b, zone z, int64_t now) {
    if (!f->own.live[z])
        return;
    uint32_t i = rng_double(&f->rng) < ANY_AGE ? (uint32_t)rng_below(&f->rng, f->own.live[z]) : draw_cancelled(f, z);
    withdraw(f, b, zones_at(&f->own, z, i), now);
}

// Takes what the touch shows; now and then more, a few units beyond it.
static void send_market(flow *f, book *b, side s, int64_t now) {
    int64_t tick = f->config.tick, touch = s == SIDE_BUY ? book_best_ask(b) : book_best_bid(b);
    if (!touch)
        return;
    int64_t quantity = draw_quantity(f, ASKS * measured_trade(rng_double(&f->rng)));
    int64_t through = 0, shown = book_level_at(b, s == SIDE_BUY ? SIDE_SELL : SIDE_BUY, touch).quantity;
    if (rng_double(&f->rng) < TAKES_MORE)
        through = (int64_t)(2 * f->price.unit / (double)tick) * tick;
    else if (quantity > shown)
        quantity = shown;
    int64_t worst = s == SIDE_BUY ? touch + through : touch - through;
    send(f, b,
         &(book_request){
             .side = s, .type = ORDER_MARKET, .quantity = quantity, .price = worst > tick ? worst : tick, .time = now},
         NEAR);
}

// Towards the fair price, where the quotes lean to one side of it.
static side draw_taker(flow *f, const book *b) {
    int64_t bid = book_best_bid(b), ask = book_best_ask(b);
    double lean = bid && ask ? (f->price.centre - 0.5 * (double)(bid + ask)) / (double)(ask - bid) : 0;
    return rng_double(&f->rng) < 0.5 + clamp(0.5 * lean, -0.3, 0.3) ? SIDE_BUY : SIDE_SELL;
}

// Somebody who knows the fair price takes what is better than it.
static void take_stale(flow *f, book *b, side s, int64_t now) {
    double ticks = f->price.centre / (double)f->config.tick;
    int64_t price = (int64_t)(s == SIDE_BUY ? floor(ticks) : ceil(ticks)) * f->config.tick;
    int64_t quantity = draw_quantity(f, 2 * measured_trade(rng_double(&f->rng)));
    f->informed = true;
    send(f, b, &(book_request){.side = s, .tif = TIF_IOC, .quantity = quantity, .price = price, .time = now}, NEAR);
    f->informed = false;
}

// A maker takes its last orders off the best level of side s.
static void pull_stale(flow *f, book *b, side s, int64_t now) {
    book_order queue[64];
    int64_t price = s == SIDE_BUY ? book_best_bid(b) : book_best_ask(b);
    size_t n = book_level_orders(b, s, price, queue, 64);
    int pulled = 0;
    while (n-- > 0 && pulled < PULL_MOST)
        if (queue[n].owner == MARKET_OWNER)
            pulled += withdraw(f, b, queue[n].id, now);
}

// True when a quote on side s is worse than the fair price for its maker.
static bool is_stale(const flow *f, const book *b, side s) {
    int64_t best = s == SIDE_BUY ? book_best_bid(b) : book_best_ask(b);
    return best && (s == SIDE_BUY ? (double)best > f->price.centre : (double)best < f->price.centre);
}

// Returns whether it was a trade.
static bool act_on_stale(flow *f, book *b, side s, int64_t now) {
    if (rng_double(&f->rng) < KNOWS) {
        take_stale(f, b, s == SIDE_BUY ? SIDE_SELL : SIDE_BUY, now);
        return true;
    }
    pull_stale(f, b, s, now);
    return false;
}

// Lays limit orders where a side has few of them; returns false when neither has.
static bool act_on_thin(flow *f, book *b, uint32_t few, int orders, int64_t now) {
    if (f->own.count[SIDE_BUY] >= few && f->own.count[SIDE_SELL] >= few)
        return false;
    side s = f->own.count[SIDE_BUY] < f->own.count[SIDE_SELL] ? SIDE_BUY : SIDE_SELL;
    while (orders-- > 0)
        send_limit(f, b, s, rng_double(&f->rng) < 0.5 ? NEAR : FAR, now);
    return true;
}

static bool act_on_trade(flow *f, book *b, int64_t now) {
    if (now - f->traded > BURST || rng_double(&f->rng) >= FOLLOWS)
        return false;
    bool same = rng_double(&f->rng) < SAME_SIDE;
    send_market(f, b, same == (f->aggressor == SIDE_BUY) ? SIDE_BUY : SIDE_SELL, now);
    return true;
}

// Returns whether it was a trade.
static bool act(flow *f, book *b, int64_t now) {
    if (act_on_thin(f, b, SCARCE, LADDER, now))
        return false;
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++)
        if (is_stale(f, b, s) && rng_double(&f->rng) < STALE_ACTS)
            return act_on_stale(f, b, s, now);
    if (act_on_thin(f, b, THIN, 1, now))
        return false;
    if (act_on_trade(f, b, now))
        return true;
    double u = rng_double(&f->rng), market = clamp(UNINFORMED + MAKES_UP * f->due, 0, MOST_MARKET);
    if (u < market) {
        send_market(f, b, draw_taker(f, b), now);
        return true;
    }
    zone z = draw_zone(f);
    double aim = z == NEAR ? NEAR_AIM : FAR_AIM;
    double limit = clamp(0.54 + (aim - (double)f->own.live[z]) / aim, 0.15, 0.9);
    if (u < market + (1 - market) * limit)
        send_limit(f, b, draw_side(f), z, now);
    else
        cancel_one(f, b, z, now);
    return false;
}

// ---- auctions ----

// `orders` are expected in all, and `share` of the daily volume is to trade.
static void send_to_auction(flow *f, book *b, double orders, double share, int64_t now) {
    if (zones_all(&f->own) > f->config.max_orders / 2)
        return;
    double size = f->config.daily_volume * share / (orders * MATCHES);
    book_request r = gather_order(&f->rng, f->price.centre, f->price.unit, f->config.tick, size);
    r.time = now;
    send(f, b, &r, NEAR);
}

static void gather(flow *f, book *b, int64_t now) {
    bool closing = book_state_of(b) == STATE_CLOSING_AUCTION;
    double seconds = closing ? (double)(RHYTHM_DAY - DAYPATH_END) * 1e-9 : 60;
    if (rng_double(&f->rng) < CROWDED)
        send_to_auction(f, b, seconds * f->config.pace * rhythm_activity(now) * CROWDED, closing ? CLOSES : OPENS, now);
}

static int64_t shares_of(const flow *f, double share) {
    return (int64_t)clamp(f->config.daily_volume * share, 100, 1e9);
}

void flow_settle(flow *f, book *b, int64_t now) {
    walk(f, now);
    int64_t target = (int64_t)(daypath_at(f->config.path, now) / (double)f->config.tick + 0.5) * f->config.tick;
    f->sending = NEAR;
    gather_settle(b, target > 0 ? target : f->config.tick, draw_quantity(f, 1), shares_of(f, ARBITRAGE), now);
    book_stream_flush(f->config.out);
}

// Takes the orders with GATHER_TAG off the touch of a side.
static void take_back(flow *f, book *b, side s, int64_t now) {
    book_order queue[256];
    int64_t price = s == SIDE_BUY ? book_best_bid(b) : book_best_ask(b);
    for (size_t n = price ? book_level_orders(b, s, price, queue, 256) : 0; n-- > 0;)
        if (queue[n].owner == MARKET_OWNER && queue[n].tag == GATHER_TAG)
            withdraw(f, b, queue[n].id, now);
}

static void fill(flow *f, book *b, int64_t now) {
    for (zone z = NEAR; z <= FAR; z++)
        for (uint32_t i = f->own.live[z]; i < (z == NEAR ? NEAR_AIM : FAR_AIM); i++)
            send_limit(f, b, (side)(i % 2), z, now);
}

void flow_settled(flow *f, book *b, int64_t now) {
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++)
        take_back(f, b, s, now);
    while (f->own.live[NEAR] > NEAR_AIM)
        cancel_one(f, b, NEAR, now);
    fill(f, b, now);
}

// ---- time ----

void flow_step(flow *f, book *b) {
    int64_t now = flow_next(f);
    walk(f, now);
    f->arrivals.pace = rhythm_activity(now);
    bool traded = false;
    switch (book_state_of(b)) {
    case STATE_CONTINUOUS:
        traded = act(f, b, now);
        f->due = clamp(f->due + TRADE_SHARE - traded, -MOST_DUE, MOST_DUE);
        break;
    case STATE_PRE_OPEN:
    case STATE_OPENING_AUCTION:
    case STATE_CLOSING_AUCTION:
        gather(f, b, now);
        break;
    case STATE_HALTED: // makers leave, but not all of them
        if (zones_all(&f->own) > (NEAR_AIM + FAR_AIM) / 2)
            cancel_one(f, b, draw_zone(f), now);
        break;
    case STATE_CLOSED:
        break;
    }
    hawkes_arrive(&f->arrivals, traded);
}

static rng own_stream(const flow *f) {
    rng random = rng_stream(f->config.seed, 2 * f->config.stream + 1);
    for (uint64_t i = 0; i < f->starts; i++)
        rng_jump(&random);
    return random;
}

void flow_start(flow *f, book *b, bool crowd, int64_t now) {
    if (!f->starts)
        consensus_start(&f->price, f->config.path, f->config.tick, f->move, now);
    f->volume.time = now; // nobody makes up for the time without a book
    walk(f, now);
    const hawkes_config arrivals = {
        .rate = f->config.pace, .branching = BRANCHING, .shortest = SHORTEST, .longest = LONGEST, .loud = LOUD_SHARE};
    hawkes_start(&f->arrivals, &arrivals, own_stream(f), now);
    f->arrivals.pace = rhythm_activity(now);
    f->starts++;
    if (book_state_of(b) == STATE_CLOSED)
        return;
    fill(f, b, now);
    for (int i = 0; crowd && i < CROWD; i++)
        send_to_auction(f, b, CROWD, OPENS, now);
}

void flow_stop(flow *f, book *b, int64_t now) {
    for (zone z = NEAR; z <= FAR; z++)
        while (f->own.live[z])
            withdraw(f, b, zones_at(&f->own, z, 0), now);
}
