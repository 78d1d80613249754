#include "tests/engine/market/support_venue.h"

#include <assert.h>
#include <math.h>

static void fold(venue_ear *ear, uint64_t word) { ear->sum = (ear->sum ^ word) * UINT64_C(1099511628211); }

static void fold_event(venue_ear *ear, int32_t sid, const book_event *e) {
    const uint64_t words[] = {
        (uint64_t)sid, (uint64_t)e->kind, (uint64_t)e->reason, (uint64_t)e->side,  e->flags,  e->order,
        e->tag,        e->owner,          e->quantity,         (uint64_t)e->price, e->leaves, (uint64_t)e->time};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        fold(ear, words[i]);
    if (e->kind != BOOK_FILL)
        return;
    fold(ear, e->maker);
    fold(ear, e->maker_tag);
    fold(ear, e->maker_owner);
    fold(ear, e->maker_leaves);
}

static void hear_fill(venue_ear *ear, const book_event *e) {
    if (!ear->trades) {
        ear->open = ear->high = ear->low = e->price;
    }
    ear->last = e->price;
    ear->high = e->price > ear->high ? e->price : ear->high;
    ear->low = e->price < ear->low ? e->price : ear->low;
    ear->volume += e->quantity;
    ear->trades++;
    ear->last_time = e->time;
    ear->last_aggressor = (side)e->side;
    ear->turnover += (double)e->price * (double)e->quantity;
    if (e->owner == VENUE_DESK || e->maker_owner == VENUE_DESK)
        ear->desk_filled += e->quantity;
    if (e->maker_owner == VENUE_DESK && e->maker_leaves == 0) {
        ear->desk_done = e->time;
        ear->desk_tag = e->maker_tag;
    }
}

void venue_ear_listen(void *context, int32_t sid, const book_event *event) {
    venue_ear *ear = context;
    if (ear->only && ear->only != sid)
        return;
    ear->events++;
    fold_event(ear, sid, event);
    if (event->kind == BOOK_FILL)
        hear_fill(ear, event);
}

venue_security venue_example(int32_t sid) {
    double dollars = pow(5000, (sid - 1) / 49.0);
    return (venue_security){.sid = sid,
                            .reference = (int64_t)(dollars * 100 + 0.5) * 100,
                            .volatility = 0.012 + 0.0004 * (sid * 7 % 40),
                            .daily_volume = 100000 + 150000.0 * (sid * 11 % 50),
                            .tick = 100};
}

venue *venue_start(uint64_t seed, date session, venue_ear *ear) {
    venue *v = NULL;
    status made = venue_new(&(venue_config){.seed = seed, .session = session}, ear ? venue_ear_listen : NULL, ear, &v);
    assert(made == STATUS_OK);
    (void)made;
    return v;
}

int64_t venue_seconds(double seconds) { return (int64_t)(seconds * 1e9); }
