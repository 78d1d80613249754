#include "engine/market/gather.h"

#include <math.h>

#include "engine/market/measured.h"

static const double MARKET_SHARE = 0.15; // of the orders of an auction
static const double WIDTH = 4;           // most that a limit lies from the centre, units

book_request gather_order(rng *random, double centre, double unit, int64_t tick, double size) {
    side s = rng_u64(random) >> 63 ? SIDE_BUY : SIDE_SELL;
    double shares = size * measured_trade(rng_double(random)) + 0.5;
    book_request r = {.side = s, .quantity = shares < 1 ? 1 : shares > 1e7 ? 10000000 : (int64_t)shares};
    if (rng_double(random) < MARKET_SHARE) {
        r.type = ORDER_MARKET;
        return r;
    }
    // The sum of two uniform numbers: most near the centre, as many that would trade there as not.
    double away = WIDTH * unit * (rng_double(random) + rng_double(random) - 1);
    double ticks = floor((centre + away) / (double)tick + 0.5);
    r.price = (int64_t)(ticks < 1 ? 1 : ticks) * tick;
    return r;
}

static void send(book *b, side s, int64_t quantity, int64_t price, int64_t now) {
    book_submit(b, &(book_request){.tag = GATHER_TAG, .side = s, .quantity = quantity, .price = price, .time = now});
}

void gather_settle(book *b, int64_t target, int64_t few, int64_t most, int64_t now) {
    send(b, SIDE_BUY, few, target, now);
    send(b, SIDE_SELL, few, target, now);
    book_indicative at;
    for (int64_t more = few, sent = 0; sent < most && book_auction(b, &at) && at.price != target; more *= 2) {
        if (more > most - sent)
            more = most - sent;
        send(b, at.price < target ? SIDE_BUY : SIDE_SELL, more, target, now);
        sent += more;
    }
}
