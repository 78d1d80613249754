// An auction: everything that rests and waits trades at one price, the one that trades most.
//
// Demand at a price is what all buyers would take there: market orders, and bids at it or above. It falls as the price
// rises; supply, the same of sellers, rises. Both are constant between two prices at which something rests, so it is
// enough to look at each such price and at each stretch between two of them, from the lowest up. In a stretch all
// prices trade the same, and the one nearest to the reference stands for it.
#include "engine/market/inside.h"

typedef struct {
    uint32_t ticks; // 0: nothing would trade
    int64_t volume, surplus;
    uint32_t reference;
} auction_price;

static uint32_t distance(uint32_t a, uint32_t b) { return a > b ? a - b : b - a; }

static int64_t magnitude(int64_t x) { return x < 0 ? -x : x; }

// All prices from `low` to `high` see this demand and supply.
static void consider(auction_price *best, uint32_t low, uint32_t high, int64_t demand, int64_t supply) {
    int64_t volume = demand < supply ? demand : supply, surplus = demand - supply;
    if (low > high || volume == 0 || volume < best->volume)
        return;
    uint32_t ticks = best->reference < low ? low : best->reference > high ? high : best->reference;
    bool better = volume > best->volume || magnitude(surplus) < magnitude(best->surplus) ||
                  (magnitude(surplus) == magnitude(best->surplus) &&
                   distance(ticks, best->reference) < distance(best->ticks, best->reference));
    if (better)
        *best = (auction_price){.ticks = ticks, .volume = volume, .surplus = surplus, .reference = best->reference};
}

// What a level holds with what its icebergs hide.
static int64_t level_open(const book *b, const level *l) {
    int64_t open = book_held_quantity(l->held);
    if (b->icebergs)
        for (uint32_t slot = l->head; slot; slot = b->resting.pool.at[slot].next)
            open += hidden_of(b, slot);
    return open;
}

static int64_t side_open(const book *b, side s) {
    const levels *l = &b->resting.side[s];
    int64_t open = 0;
    for (uint32_t rank = l->best; rank != LEVELS_NONE; rank = levels_after(l, rank))
        open += level_open(b, levels_find(l, rank));
    return open;
}

// The price of a level in ticks, 0 behind the last.
static uint32_t ticks_or_none(side s, uint32_t rank) { return rank == LEVELS_NONE ? 0 : ticks_of_rank(s, rank); }

// The lowest price at which something rests, 0 for none.
static uint32_t lowest_ticks(const book *b) {
    uint32_t bid = ticks_or_none(SIDE_BUY, levels_worst(&b->resting.side[SIDE_BUY]));
    uint32_t ask = ticks_or_none(SIDE_SELL, b->resting.side[SIDE_SELL].best);
    return !bid || (ask && ask < bid) ? ask : bid;
}

// Between two prices in ticks, within which it must be.
static auction_price find_price(const book *b, uint32_t lowest, uint32_t highest) {
    const levels *bids = &b->resting.side[SIDE_BUY], *asks = &b->resting.side[SIDE_SELL];
    auction_price best = {.reference = b->last ? b->last : (uint32_t)(b->config.reference / b->resting.tick)};
    if (!best.reference)
        best.reference = lowest_ticks(b);
    if (!best.reference)
        return best;
    int64_t demand = book_held_quantity(b->auction[SIDE_BUY].held) + side_open(b, SIDE_BUY);
    int64_t supply = book_held_quantity(b->auction[SIDE_SELL].held);
    uint32_t bid = levels_worst(bids), ask = asks->best, from = 1;
    while (bid != LEVELS_NONE || ask != LEVELS_NONE) {
        uint32_t bid_ticks = ticks_or_none(SIDE_BUY, bid), ask_ticks = ticks_or_none(SIDE_SELL, ask);
        uint32_t at = !bid_ticks || (ask_ticks && ask_ticks < bid_ticks) ? ask_ticks : bid_ticks;
        consider(&best, from > lowest ? from : lowest, at - 1 < highest ? at - 1 : highest, demand, supply);
        if (at == ask_ticks) {
            supply += level_open(b, levels_find(asks, ask));
            ask = levels_after(asks, ask);
        }
        if (at >= lowest && at <= highest)
            consider(&best, at, at, demand, supply);
        if (at == bid_ticks) {
            demand -= level_open(b, levels_find(bids, bid));
            bid = levels_before(bids, bid);
        }
        from = at + 1;
    }
    consider(&best, from > lowest ? from : lowest, highest, demand, supply);
    return best;
}

bool book_auction(const book *b, book_indicative *out) {
    auction_price p = find_price(b, b->collar_low, b->collar_high);
    *out = (book_indicative){
        .price = (int64_t)p.ticks * b->resting.tick, .volume = p.volume, .surplus = p.ticks ? p.surplus : 0};
    return p.ticks != 0;
}

// Who of a side trades next at a price: market orders first. 0 for nobody.
static uint32_t next_to_trade(const book *b, side s, uint32_t ticks) {
    if (b->auction[s].head)
        return b->auction[s].head;
    const levels *l = &b->resting.side[s];
    return l->best <= rank_of_ticks(s, ticks) ? levels_front(l)->head : 0;
}

static void take_off(book *b, uint32_t slot, uint32_t quantity) {
    pool_order *o = order_at(b, slot);
    if (place_of(b, slot) == PLACE_DISPLAY) {
        resting_reduce(&b->resting, o, quantity);
    } else {
        o->quantity -= quantity;
        b->auction[pool_side(o)].held -= held_share(quantity);
    }
}

static void tell_trade(book *b, uint32_t buy, uint32_t sell, uint32_t quantity, int64_t price, int64_t time) {
    const pool_order *o = order_at(b, buy), *maker = order_at(b, sell);
    book_event *e = tell_begin(b, BOOK_FILL, SIDE_BUY, BOOK_AUCTION);
    e->order = pool_order_id(o, buy);
    e->tag = o->tag;
    e->price = price;
    e->time = time;
    e->quantity = quantity;
    e->leaves = open_of(b, buy);
    e->shown = standing_shown(b, buy);
    e->owner = o->owner;
    e->maker = pool_order_id(maker, sell);
    e->maker_tag = maker->tag;
    e->maker_owner = maker->owner;
    e->maker_leaves = open_of(b, sell);
    stream_tell(b->stream, e);
}

static void trade(book *b, uint32_t buy, uint32_t sell, uint32_t ticks, int64_t time) {
    uint32_t wanted = order_at(b, buy)->quantity, offered = order_at(b, sell)->quantity;
    uint32_t quantity = wanted < offered ? wanted : offered;
    take_off(b, buy, quantity);
    take_off(b, sell, quantity);
    tell_trade(b, buy, sell, quantity, (int64_t)ticks * b->resting.tick, time);
    note_trade(b, ticks);
    standing_cancel_other(b, sell, time);
    standing_cancel_other(b, buy, time);
    standing_go_on(b, sell, time);
    standing_go_on(b, buy, time);
}

static void trade_all(book *b, uint32_t ticks, int64_t time) {
    for (;;) {
        uint32_t buy = next_to_trade(b, SIDE_BUY, ticks), sell = next_to_trade(b, SIDE_SELL, ticks);
        if (!buy || !sell)
            return;
        if (other_of(b, buy) == sell)
            standing_cancel_other(b, buy, time);
        else
            trade(b, buy, sell, ticks, time);
    }
}

// Pairs that are cancelled on the way lower the volume for which the price was found, so it is held until nothing
// would trade. Each round trades or cancels something.
static void hold(book *b, uint32_t lowest, uint32_t highest, int64_t time) {
    for (auction_price p; p = find_price(b, lowest, highest), p.ticks;)
        trade_all(b, p.ticks, time);
}

void auction_uncross(book *b, int64_t time) {
    hold(b, b->collar_low, b->collar_high, time);
    for (side s = SIDE_BUY; s <= SIDE_SELL; s++)
        while (b->auction[s].head)
            standing_cancel(b, b->auction[s].head, BOOK_CANCELLED, WHY_REMAINDER, time);
    // What came before the collar was moved may still cross outside it, and may not stay so.
    hold(b, 1, (uint32_t)b->price.most, time);
}
