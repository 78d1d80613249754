#include "tests/engine/market/support_reference_auction.h"

#include "tests/engine/market/support_reference_match.h"

static bool takes_part(const ref_order *o, int64_t price) {
    if (o->place == PLACE_MARKET)
        return true;
    return o->place == PLACE_DISPLAYED && !price_better(o->asked.side, price, o->asked.price);
}

static int64_t volume(const reference *r, side s, int64_t price) {
    int64_t sum = 0;
    for (size_t i = 0; i < r->orders.n; i++)
        if (r->orders.at[i].asked.side == s && takes_part(&r->orders.at[i], price))
            sum += r->orders.at[i].open;
    return sum;
}

// The price that the auction stays near, 0 when there is none.
static int64_t anchor(const reference *r) {
    if (r->last || r->config.reference)
        return r->last ? r->last : r->config.reference;
    int64_t lowest = 0;
    for (size_t i = 0; i < r->orders.n; i++) {
        const ref_order *o = &r->orders.at[i];
        if (o->place == PLACE_DISPLAYED && (!lowest || o->asked.price < lowest))
            lowest = o->asked.price;
    }
    return lowest;
}

static int64_t size_of(int64_t x) { return x < 0 ? -x : x; }

static bool is_better(const book_indicative *a, const book_indicative *b, int64_t near) {
    if (a->volume != b->volume)
        return a->volume > b->volume;
    if (size_of(a->surplus) != size_of(b->surplus))
        return size_of(a->surplus) < size_of(b->surplus);
    return size_of(a->price - near) < size_of(b->price - near);
}

// low and high: 0 for no bound.
static bool find_price(const reference *r, int64_t low, int64_t high, book_indicative *best) {
    int64_t near = anchor(r);
    *best = (book_indicative){0};
    if (!near)
        return false;
    for (int64_t price = r->config.tick; price <= r->config.max_price; price += r->config.tick) {
        if ((low && price < low) || (high && price > high))
            continue;
        int64_t buys = volume(r, SIDE_BUY, price), sells = volume(r, SIDE_SELL, price);
        book_indicative here = {.price = price, .volume = least(buys, sells), .surplus = buys - sells};
        if (here.volume > 0 && is_better(&here, best, near)) // of equals the first, which is the lower
            *best = here;
    }
    return best->volume > 0;
}

bool reference_auction(const reference *r, book_indicative *out) { return find_price(r, r->low, r->high, out); }

typedef struct {
    side side;
    int64_t price;
} auction_side;

static bool is_waiting_market(const reference *r, const ref_order *o, const void *context) {
    (void)r;
    return o->place == PLACE_MARKET && o->asked.side == ((const auction_side *)context)->side;
}

static bool is_displayed_in_auction(const reference *r, const ref_order *o, const void *context) {
    (void)r;
    const auction_side *a = context;
    return o->place == PLACE_DISPLAYED && o->asked.side == a->side && takes_part(o, a->price);
}

static ref_order *next_of(const reference *r, side s, int64_t price) {
    auction_side a = {s, price};
    ref_order *market = reference_first(r, is_waiting_market, &a);
    return market ? market : reference_first(r, is_displayed_in_auction, &a);
}

static int64_t available(const ref_order *o) { return o->place == PLACE_MARKET ? o->open : o->shown; }

static void end_filled(reference *r, uint64_t id) {
    if (reference_find(r, id)->open > 0)
        return;
    reference_take(r, id);
    reference_part(r, id);
}

static void trade(reference *r, ref_order *buy, ref_order *sell, int64_t price) {
    uint64_t buy_id = buy->id, sell_id = sell->id, buys_other = buy->other, sells_other = sell->other;
    int64_t quantity = least(available(buy), available(sell));
    order_lose(buy, quantity);
    order_lose(sell, quantity);
    reference_tell_fill(r, buy, sell, quantity, price, BOOK_AUCTION);
    end_filled(r, buy_id);
    end_filled(r, sell_id);
    reference_end_other(r, sells_other);
    reference_end_other(r, buys_other);
    reference_show_more(r, sell_id);
    reference_show_more(r, buy_id);
}

static void trade_at(reference *r, int64_t price) {
    for (;;) {
        ref_order *buy = next_of(r, SIDE_BUY, price), *sell = next_of(r, SIDE_SELL, price);
        if (!buy || !sell)
            return;
        if (buy->other == sell->id)
            reference_end(r, sell->id, BOOK_CANCELLED, WHY_PAIR);
        else
            trade(r, buy, sell, price);
    }
}

static bool is_any_market(const reference *r, const ref_order *o, const void *context) {
    (void)r;
    (void)context;
    return o->place == PLACE_MARKET;
}

void reference_uncross(reference *r) {
    book_indicative at;
    while (find_price(r, r->low, r->high, &at))
        trade_at(r, at.price);
    const ref_order *market;
    while ((market = reference_first(r, is_any_market, NULL)))
        reference_end(r, market->id, BOOK_CANCELLED, WHY_REMAINDER);
    while (find_price(r, 0, 0, &at)) // orders older than the collar, that cross outside it
        trade_at(r, at.price);
}
