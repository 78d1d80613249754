#include "engine/market/flow.h"

#include <math.h>
#include <stdlib.h>

#include "engine/market/hawkes.h"
#include "src/base/mem.h"

enum {
    AIM = 240,     // resting orders of the flow
    THIN = 60,     // fewer than this on a side: a limit order comes there before anything but a trade on news
    SCARCE = 35,   // fewer than this: a maker lays a ladder there before all else
    LADDER = 8,    // its orders
    FARTHEST = 80, // distance of a limit order, in units
    PULL_MOST = 4, // orders that a maker takes off at once
    MARKET_OWNER = 0,
};

// Chosen so that books look and trade like those of large stocks at a pace of 12 arrivals a second: spreads of one to
// three ticks, an order at the touch filled in 10 to 40 seconds, the daily volume in a session.
static const double BRANCHING = 0.6;     // children of an arrival
static const double DECAY = 2;           // of their intensity, per second
static const double LOUD_SHARE = 0.16;   // arrivals that trade
static const double MARKET_SHARE = 0.07; // market orders among arrivals that find nothing else to do
static const double TAKES_ALL = 0.06;    // of those, the ones that ask for exactly what the touch shows
static const double STALE_ACTS = 0.8;    // arrivals that act on a stale quote when there is one
static const double KNOWS = 0.25;        // of those, the ones that trade; the others pull the quote
static const double TRADE_SHARE = 0.17;  // trades of the usual size an arrival, as counted: gives the size
static const double NEWS_LAG = 6e9;      // of the fair price behind the news, ns
static const double PRESSURE = 0.3;      // of a usual trade, in moves of the news in a second
static const double MOST_PRESSURE = 12;  // in the same unit
static const double PRESSURE_LAG = 20e9; // in which it fades, ns
static const double HALF_SPREAD = 0.25;  // in the same unit as PRESSURE, at least a quarter tick
static const double UNIT = 0.25;         // of distances, in the same unit, at least a tick
static const double DISTANCE_SCALE = 4;  // of the power law of distances, units
static const double LARGEST = 20;        // order, in smallest orders

struct flow {
    flow_config config;
    rng rng;
    hawkes arrivals;
    uint64_t starts;
    double news;            // the random walk, 1e-4 units
    double fair;            // follows it, 1e-4 units
    double pressure;        // of recent trades on the fair price, 1e-4 units; fades
    double centre;          // fair + pressure: what quotes are laid around
    double lowest, highest; // bounds of news and fair
    double step;            // standard deviation of the news over one ns, as a fraction
    double second;          // the usual move of the news in a second, 1e-4 units
    double half, unit;      // half the quoted spread and the unit of distances, 1e-4 units
    double size;            // smallest order
    bool informed;          // the order under way comes from somebody who knows the price
    int64_t time;           // of the last step of the fair price
    uint32_t count[2];      // live orders of the flow, by side
    uint32_t live;
    book_order_id *order; // the live ones, in no order
    uint32_t *place;      // in `order`, by slot
};

static double larger(double a, double b) { return a > b ? a : b; }

static double clamp(double x, double low, double high) { return x < low ? low : x > high ? high : x; }

flow *flow_new(const flow_config *c) {
    flow *f = mem_new(1, sizeof *f);
    f->config = *c;
    f->rng = rng_stream(c->seed, 2 * c->stream);
    double tick = (double)c->tick;
    f->news = f->fair = f->centre = c->reference;
    f->lowest = larger(c->reference / 2, 2 * tick);
    f->highest = larger(c->reference * 2, 4 * tick);
    f->step = c->volatility / sqrt(FLOW_SESSION_SECONDS * 1e9);
    f->second = c->reference * f->step * sqrt(1e9);
    f->half = larger(0.25 * tick, HALF_SPREAD * f->second);
    f->unit = larger(tick, UNIT * f->second);
    // The mean of the power law below is 2 - 1 / LARGEST times the smallest.
    f->size = c->daily_volume / (FLOW_SESSION_SECONDS * c->pace * TRADE_SHARE) / (2 - 1 / LARGEST);
    f->order = mem_new(c->max_orders, sizeof *f->order);
    f->place = mem_new((size_t)c->max_orders + 1, sizeof *f->place);
    return f;
}

void flow_free(flow *f) {
    if (!f)
        return;
    free(f->order);
    free(f->place);
    free(f);
}

size_t flow_memory(const flow *f) {
    return sizeof *f + f->config.max_orders * sizeof *f->order + ((size_t)f->config.max_orders + 1) * sizeof *f->place;
}

double flow_fair(const flow *f) { return f->fair; }

int64_t flow_next(const flow *f) { return hawkes_next(&f->arrivals); }

// The news walks, and the fair price comes after it by dt / (dt + NEWS_LAG) of the way.
static void walk(flow *f, int64_t now) {
    double dt = (double)(now - f->time);
    f->news *= 1 + f->step * sqrt(dt) * rng_normal(&f->rng);
    if (f->news < f->lowest)
        f->news = 2 * f->lowest - f->news;
    if (f->news > f->highest)
        f->news = 2 * f->highest - f->news;
    f->news = clamp(f->news, f->lowest, f->highest);
    f->fair += (f->news - f->fair) * dt / (dt + NEWS_LAG);
    f->pressure *= PRESSURE_LAG / (dt + PRESSURE_LAG);
    f->centre = clamp(f->fair + f->pressure, f->lowest, f->highest);
    f->time = now;
}

static void send(flow *f, book *b, const book_request *request) {
    book_submit(b, request);
    book_stream_flush(f->config.out);
}

static bool withdraw(flow *f, book *b, book_order_id order, int64_t now) {
    bool done = book_cancel(b, order, now);
    book_stream_flush(f->config.out);
    return done;
}

static void add(flow *f, book_order_id id, side s) {
    f->place[book_slot(id)] = f->live;
    f->order[f->live++] = id;
    f->count[s]++;
}

static void drop(flow *f, book_order_id id, side s) {
    uint32_t slot = book_slot(id), i = slot <= f->config.max_orders ? f->place[slot] : f->live;
    if (i >= f->live || f->order[i] != id)
        return; // somebody else's, or an order that could not rest
    f->order[i] = f->order[--f->live];
    f->place[book_slot(f->order[i])] = i;
    f->count[s]--;
}

// A trade that tells no news moves the quotes its own way for a while.
static void press(flow *f, const book_event *e) {
    double by = clamp((double)e->quantity / (2 * f->size), 0, 2) * PRESSURE * f->second;
    double most = MOST_PRESSURE * f->second;
    f->pressure = clamp(f->pressure + (e->side == SIDE_BUY ? by : -by), -most, most);
}

void flow_observe(flow *f, const book_event *e) {
    if (e->kind == BOOK_FILL && !f->informed)
        press(f, e);
    if (e->kind == BOOK_ACCEPTED && e->owner == MARKET_OWNER && e->shown)
        add(f, e->order, (side)e->side);
    if ((e->kind == BOOK_CANCELLED || e->kind == BOOK_FILL) && e->leaves == 0)
        drop(f, e->order, (side)e->side);
    if (e->kind == BOOK_FILL && e->maker_leaves == 0)
        drop(f, e->maker, e->side == SIDE_BUY ? SIDE_SELL : SIDE_BUY);
}

// Pareto with exponent 2, cut at LARGEST times the smallest; whole hundreds three times in four where that is possible.
static int64_t draw_quantity(flow *f, double scale) {
    double u = rng_double(&f->rng), least = 1 / (LARGEST * LARGEST);
    double x = f->size * scale / sqrt(least + (1 - least) * (1 - u));
    if (x >= 100 && rng_below(&f->rng, 4))
        x = 100 * floor(x / 100 + 0.5);
    return (int64_t)clamp(x + 0.5, 1, 1e7);
}

// Units from the touch: P(distance > d) = (1 + d / DISTANCE_SCALE)^-2.
static double draw_distance(flow *f) {
    double d = DISTANCE_SCALE * (1 / sqrt(1 - rng_double(&f->rng)) - 1);
    return d < FARTHEST ? floor(d) : floor(FARTHEST * rng_double(&f->rng));
}

// A price near the quotes of the fair price that does not cross.
static int64_t draw_price(flow *f, const book *b, side s) {
    double tick = (double)f->config.tick, away = draw_distance(f) * f->unit;
    if (f->unit > tick)
        away += f->unit * rng_double(&f->rng);
    int64_t bid = book_best_bid(b), ask = book_best_ask(b), price;
    if (s == SIDE_BUY) {
        price = (int64_t)floor((f->centre - f->half - away) / tick) * f->config.tick;
        if (ask && price >= ask)
            price = ask - f->config.tick;
    } else {
        price = (int64_t)ceil((f->centre + f->half + away) / tick) * f->config.tick;
        if (price <= bid)
            price = bid + f->config.tick;
    }
    return price;
}

static void send_limit(flow *f, book *b, side s, int64_t now) {
    int64_t price = draw_price(f, b, s);
    if (price < f->config.tick)
        return;
    send(f, b, &(book_request){.side = s, .quantity = draw_quantity(f, 2), .price = price, .time = now});
}

// More often on the side that has fewer.
static side draw_side(flow *f) {
    double buy = 0.5 + 0.5 * ((double)f->count[SIDE_SELL] - (double)f->count[SIDE_BUY]) / (f->live + 1.0);
    return rng_double(&f->rng) < buy ? SIDE_BUY : SIDE_SELL;
}

static void cancel_one(flow *f, book *b, int64_t now) {
    if (f->live)
        withdraw(f, b, f->order[rng_below(&f->rng, f->live)], now);
}

// Trades at the touch, and walks through it by a few units at most.
static void send_market(flow *f, book *b, int64_t now) {
    int64_t bid = book_best_bid(b), ask = book_best_ask(b);
    if (!bid || !ask)
        return;
    double lean = (f->centre - 0.5 * (double)(bid + ask)) / (double)(ask - bid);
    side s = rng_double(&f->rng) < 0.5 + clamp(0.5 * lean, -0.3, 0.3) ? SIDE_BUY : SIDE_SELL;
    int64_t through = (int64_t)(2 * f->unit / (double)f->config.tick) * f->config.tick;
    int64_t worst = s == SIDE_BUY ? ask + through : bid - through, quantity = draw_quantity(f, 1);
    if (rng_double(&f->rng) < TAKES_ALL) {
        int64_t all = book_level_at(b, s == SIDE_BUY ? SIDE_SELL : SIDE_BUY, s == SIDE_BUY ? ask : bid).quantity;
        quantity = (double)all < 200 * f->size ? all : quantity;
    }
    send(f, b,
         &(book_request){.side = s,
                         .type = ORDER_MARKET,
                         .quantity = quantity,
                         .price = worst > f->config.tick ? worst : f->config.tick,
                         .time = now});
}

// Somebody who knows the fair price takes what is better than it.
static void take_stale(flow *f, book *b, side s, int64_t now) {
    double ticks = f->centre / (double)f->config.tick;
    int64_t price = (int64_t)(s == SIDE_BUY ? floor(ticks) : ceil(ticks)) * f->config.tick;
    f->informed = true;
    send(f, b,
         &(book_request){.side = s, .tif = TIF_IOC, .quantity = draw_quantity(f, 4), .price = price, .time = now});
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
    return best && (s == SIDE_BUY ? (double)best > f->centre : (double)best < f->centre);
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
    if (f->count[SIDE_BUY] >= few && f->count[SIDE_SELL] >= few)
        return false;
    side s = f->count[SIDE_BUY] < f->count[SIDE_SELL] ? SIDE_BUY : SIDE_SELL;
    while (orders-- > 0)
        send_limit(f, b, s, now);
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
    double u = rng_double(&f->rng);
    if (u < MARKET_SHARE) {
        send_market(f, b, now);
        return true;
    }
    double limit = clamp(0.52 + (AIM - (double)f->live) / AIM, 0.2, 0.9);
    if (u < MARKET_SHARE + (1 - MARKET_SHARE) * limit)
        send_limit(f, b, draw_side(f), now);
    else
        cancel_one(f, b, now);
    return false;
}

void flow_step(flow *f, book *b) {
    int64_t now = flow_next(f);
    walk(f, now);
    hawkes_arrive(&f->arrivals, act(f, b, now));
}

void flow_start(flow *f, book *b, int64_t now) {
    if (f->starts)
        walk(f, now);
    f->time = now;
    const hawkes_config arrivals = {.rate = f->config.pace, .branching = BRANCHING, .decay = DECAY, .loud = LOUD_SHARE};
    rng random = rng_stream(f->config.seed, 2 * f->config.stream + 1);
    for (uint64_t i = 0; i < f->starts; i++)
        rng_jump(&random);
    hawkes_start(&f->arrivals, &arrivals, random, now);
    f->starts++;
    for (int i = 0; i < AIM; i++)
        send_limit(f, b, (side)(i % 2), now);
}

void flow_stop(flow *f, book *b, int64_t now) {
    while (f->live)
        withdraw(f, b, f->order[f->live - 1], now);
}
