// Securities without a book in the demo: their prices walk, too (venue_add), so that thousands of them have a market.
#include <string.h>

#include "engine/desk/room.h"
#include "src/base/log.h"

enum { ADDED_AT_ONCE = 32 }; // in a turn: each asks the store for its bars

#define MARK_EVERY NS_PER_S // of the session

static bool can_walk(const desk *d, int32_t sid) {
    const security *s = security_of(d, sid);
    return s->active && strcmp(s->kind, "stock") == 0 && d->marks[sid].price > 0;
}

static void add_some(desk *d) {
    for (int n = 0; n < ADDED_AT_ONCE && (size_t)d->walked < d->securities.n;) {
        int32_t sid = ++d->walked;
        if (!can_walk(d, sid))
            continue;
        n++;
        venue_security v = market_listing(d, sid);
        if (venue_add(d->venue, &v) != STATUS_OK)
            log_warn("desk", "no price for %s: %s", security_of(d, sid)->symbol, status_message());
    }
}

static void mark_all(desk *d) {
    for (int32_t sid = 1; sid <= d->walked; sid++) {
        int64_t price = venue_is_open(d->venue, sid) ? 0 : venue_price(d->venue, sid);
        mark *m = &d->marks[sid];
        if (!price || price == m->price)
            continue;
        m->price = price;
        if (m->time)
            m->time = desk_now(d); // its book was open before
    }
}

void walk_start(desk *d) {
    d->walked = 0;
    d->next_mark = 0;
}

void walk_turn(desk *d) {
    if (!d->live || !d->running || strcmp(d->state, "DEMO") != 0)
        return;
    add_some(d);
    if (d->venue_time < d->next_mark)
        return;
    mark_all(d);
    d->next_mark = d->venue_time + MARK_EVERY;
}
