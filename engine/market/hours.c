#include "engine/market/hours.h"

#include "engine/market/daypath.h"

#define MINUTE INT64_C(60000000000)
#define SLOT (MINUTE / 2)
#define PRE_OPEN_ENDS (-MINUTE) // then an indicative price is shown

// A halt for news may begin from the open until a quarter of an hour before the closing auction.
static int64_t draw_news(const hours_config *c) {
    rng r = rng_stream(c->seed, c->stream);
    double chance = rng_double(&r), when = rng_double(&r);
    return chance < c->halts ? 1 + (int64_t)(when * (double)(DAYPATH_END - 15 * MINUTE)) : INT64_MAX;
}

static int64_t sooner(int64_t a, int64_t b) { return a < b ? a : b; }

static void begin(hours *h, book_state state, int64_t next) {
    h->state = state;
    h->next = next;
}

static void begin_continuous(hours *h, int64_t now) {
    if (h->news <= now)
        h->news = INT64_MAX;
    for (int i = 0; i < HOURS_SLOTS; i++)
        h->price[i] = 0;
    h->last = 0;
    begin(h, STATE_CONTINUOUS, sooner(h->news, DAYPATH_END));
}

static void begin_halt(hours *h, int64_t now, int64_t length) {
    h->reopens = now + length;
    h->reopening = h->reopens - HOURS_REOPENING;
    begin(h, STATE_HALTED, sooner(h->reopening, DAYPATH_END));
}

void hours_start(hours *h, const hours_config *c, int64_t now) {
    *h = (hours){.news = draw_news(c)};
    if (now >= RHYTHM_DAY)
        begin(h, STATE_CLOSED, INT64_MAX);
    else if (now >= DAYPATH_END)
        begin(h, STATE_CLOSING_AUCTION, RHYTHM_DAY);
    else if (now > 0)
        begin_continuous(h, now);
    else if (c->pre_open < 0 && now < PRE_OPEN_ENDS)
        begin(h, STATE_PRE_OPEN, PRE_OPEN_ENDS);
    else
        begin(h, STATE_OPENING_AUCTION, 0);
}

book_state hours_change(hours *h) {
    int64_t now = h->next;
    if (now >= RHYTHM_DAY)
        begin(h, STATE_CLOSED, INT64_MAX);
    else if (now >= DAYPATH_END)
        begin(h, STATE_CLOSING_AUCTION, RHYTHM_DAY);
    else if (h->state == STATE_PRE_OPEN)
        begin(h, STATE_OPENING_AUCTION, 0);
    else if (h->state == STATE_OPENING_AUCTION)
        begin_continuous(h, now);
    else if (h->state == STATE_HALTED)
        begin(h, STATE_OPENING_AUCTION, sooner(h->reopens, DAYPATH_END));
    else
        begin_halt(h, now, HOURS_NEWS_HALT);
    return h->state;
}

// The most that a price may lie from another, per cent.
static int64_t most(int64_t price, int64_t now) {
    int64_t percent = price < 30000 ? 20 : 5;
    bool edge = now < 15 * MINUTE || now >= RHYTHM_DAY - 25 * MINUTE;
    return edge ? 2 * percent : percent;
}

// A new half minute begins at the last price, and so did those without a trade before it.
static void turn_slots(hours *h, int64_t slot) {
    int64_t gap = slot - h->slot;
    for (int64_t i = gap < HOURS_SLOTS ? gap : HOURS_SLOTS; i > 0; i--)
        h->price[(slot - i + 1) % HOURS_SLOTS] = h->last;
    h->slot = slot;
}

bool hours_trade(hours *h, int64_t price, int64_t now) {
    if (now < 0 || h->state != STATE_CONTINUOUS)
        return false;
    int64_t slot = now / SLOT;
    if (slot > h->slot)
        turn_slots(h, slot);
    bool halts = false;
    for (int i = 0; i < HOURS_SLOTS; i++) {
        int64_t was = h->price[i], away = price > was ? price - was : was - price;
        halts |= was && away * 100 > was * most(was, now);
    }
    if (!h->last)
        h->price[slot % HOURS_SLOTS] = price;
    h->last = price;
    if (halts)
        begin_halt(h, now, HOURS_HALT);
    return halts;
}
