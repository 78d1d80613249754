// The books that screens look at: which have a slot in the view, their ladders, tapes and closes.
#include <stdlib.h>
#include <string.h>

#include "engine/desk/room.h"
#include "src/base/decimal.h"
#include "src/base/log.h"

void publish_closes(desk *d, watch_slot *slot) {
    view_book *b = &slot->view;
    bar *bars = NULL;
    size_t n = 0;
    date to = d->data_date == DATE_NONE ? INT32_MAX : d->data_date;
    if (bars_on_scale(d->store, b->sid, to - 400, to, &bars, &n) != STATUS_OK) {
        log_warn("desk", "closes of %s: %s", b->symbol, status_message());
        return;
    }
    size_t skip = n > VIEW_CLOSES ? n - VIEW_CLOSES : 0;
    b->closes = (int32_t)(n - skip);
    for (size_t i = skip; i < n; i++) {
        b->close_day[i - skip] = bars[i].day;
        b->close[i - skip] = decimal_to_double(bars[i].close);
    }
    free(bars);
}

static watch_slot *slot_of(desk *d, int32_t sid) {
    for (int i = 0; i < VIEW_BOOKS; i++)
        if (d->slots[i].sid == sid)
            return &d->slots[i];
    return NULL;
}

status publish_watch(desk *d, int32_t sid) {
    const security *s = security_of(d, sid);
    if (!s)
        return status_fail(STATUS_NOT_FOUND, "there is no such security");
    step_open(d, sid);
    watch_slot *slot = slot_of(d, sid);
    if (!slot) {
        slot = &d->slots[0];
        for (int i = 1; i < VIEW_BOOKS; i++)
            if (d->slots[i].asked < slot->asked)
                slot = &d->slots[i];
        *slot = (watch_slot){.sid = sid};
        view_book *b = &slot->view;
        b->sid = sid;
        mem_copy_string(b->symbol, sizeof b->symbol, s->symbol);
        mem_copy_string(b->name, sizeof b->name, s->name);
        mem_copy_string(b->sector, sizeof b->sector, s->sector);
        publish_closes(d, slot);
    }
    slot->asked = ++d->watches;
    slot->dirty = true;
    return STATUS_OK;
}

static status run_watch(desk *d, request *r) { return publish_watch(d, *(int32_t *)r->context); }

status desk_watch(desk *d, int32_t sid) {
    request r = {.run = run_watch, .context = &sid, .reads_only = true};
    return desk_do(d, &r);
}

// A trade for the tape. The venue reports one fill a maker.
void publish_print(desk *d, int32_t sid, const book_event *e) {
    watch_slot *slot = slot_of(d, sid);
    if (!slot)
        return;
    view_book *b = &slot->view;
    memmove(b->tape + 1, b->tape, (VIEW_TAPE - 1) * sizeof *b->tape);
    b->tape[0] = (view_print){
        .time = d->open + e->time,
        .price = e->price,
        .quantity = e->quantity,
        .aggressor = (int32_t)e->side,
        .own = e->owner == VENUE_DESK || e->maker_owner == VENUE_DESK,
    };
    if (b->prints < VIEW_TAPE)
        b->prints++;
}

static int32_t fill_side(const book *ladder, side s, view_level *out) {
    book_level levels[VIEW_LEVELS];
    size_t n = book_depth(ladder, s, levels, VIEW_LEVELS);
    if (n > VIEW_LEVELS)
        n = VIEW_LEVELS;
    for (size_t i = 0; i < n; i++)
        out[i] =
            (view_level){.price = levels[i].price, .quantity = levels[i].quantity, .orders = (int32_t)levels[i].orders};
    return (int32_t)n;
}

// Our working orders in their levels, the first of each price with its place in the queue.
static void mark_own(desk *d, view_book *b, const book *ladder) {
    size_t n;
    const int64_t *working = ledger_working(d->ledger, &n);
    for (size_t i = 0; i < n; i++) {
        const order *o = ledger_order(d->ledger, working[i]);
        uint64_t id;
        book_order found;
        if (o->sid != b->sid || !map64_get(&d->venue_orders, (uint64_t)o->id, &id) || !book_find(ladder, id, &found) ||
            !found.shown)
            continue;
        view_level *levels = o->side == SIDE_BUY ? b->bid : b->ask;
        int32_t count = o->side == SIDE_BUY ? b->bids : b->asks;
        for (int32_t k = 0; k < count; k++) {
            if (levels[k].price != found.price)
                continue;
            uint32_t place, total;
            int64_t ahead;
            if (!levels[k].own_quantity && book_queue_position(ladder, id, &place, &total, &ahead)) {
                levels[k].own_place = (int32_t)place;
                levels[k].own_total = (int32_t)total;
            }
            levels[k].own_quantity += found.shown;
        }
    }
}

// Microprice: the touch weighted by the other side's quantity. Imbalance: over the five best levels.
static void touch_figures(view_book *b) {
    b->micro = b->imbalance = 0;
    b->spread = 0;
    if (!b->bids || !b->asks)
        return;
    double bid = (double)b->bid[0].quantity, ask = (double)b->ask[0].quantity;
    b->spread = b->ask[0].price - b->bid[0].price;
    b->micro = ((double)b->bid[0].price * ask + (double)b->ask[0].price * bid) / (bid + ask);
    double bids = 0, asks = 0;
    for (int i = 0; i < 5; i++) {
        bids += i < b->bids ? (double)b->bid[i].quantity : 0;
        asks += i < b->asks ? (double)b->ask[i].quantity : 0;
    }
    b->imbalance = (bids - asks) / (bids + asks);
}

static void fill_book(desk *d, watch_slot *slot) {
    view_book *b = &slot->view;
    const book *ladder = venue_book(d->venue, slot->sid);
    const mark *m = mark_of(d, slot->sid);
    b->live = ladder != NULL;
    b->state = (int32_t)market_state(d, slot->sid);
    b->last = m->price;
    b->previous = m->previous;
    b->time = m->time;
    venue_session s = {0};
    venue_statistics(d->venue, slot->sid, &s); // all zero when it did not trade in this session
    b->open = s.open;
    b->high = s.high;
    b->low = s.low;
    b->volume = s.volume;
    b->trades = s.trades;
    b->vwap = s.vwap;
    if (ladder)
        b->time = desk_now(d);
    b->bids = ladder ? fill_side(ladder, SIDE_BUY, b->bid) : 0;
    b->asks = ladder ? fill_side(ladder, SIDE_SELL, b->ask) : 0;
    if (ladder)
        mark_own(d, b, ladder);
    touch_figures(b);
}

void publish_books(desk *d) {
    for (int i = 0; i < VIEW_BOOKS; i++) {
        watch_slot *slot = &d->slots[i];
        if (!slot->sid || !(slot->dirty || d->market_moved || d->dirty))
            continue;
        fill_book(d, slot);
        view_publish(d->view, (view_section)(SECTION_BOOK + i), &slot->view, sizeof slot->view);
        slot->dirty = false;
    }
}
