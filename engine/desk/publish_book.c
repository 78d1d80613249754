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

// The tape begins with what trades from now on. Stored closes belong to the venue's days.
void publish_slot_anew(desk *d, watch_slot *slot) {
    slot->view.prints = slot->view.closes = slot->view.course.n = 0;
    slot->place = NO_PLACE;
    slot->searched = 0;
    if (!d->played.replay)
        publish_closes(d, slot);
    slot->dirty = true;
}

void publish_no_slot(desk *d, int slot) {
    d->slots[slot] = (watch_slot){0};
    view_publish(d->view, (view_section)(SECTION_BOOK + slot), &d->slots[slot].view, sizeof d->slots[slot].view);
}

static watch_slot *make_slot(desk *d, int32_t sid, const char *symbol) {
    watch_slot *slot = &d->slots[0];
    for (int i = 1; i < VIEW_BOOKS; i++)
        if (d->slots[i].asked < slot->asked)
            slot = &d->slots[i];
    *slot = (watch_slot){.sid = sid};
    view_book *b = &slot->view;
    b->sid = sid;
    mem_copy_string(b->symbol, sizeof b->symbol, symbol);
    const security *s = security_of(d, sid);
    mem_copy_string(b->name, sizeof b->name, s ? s->name : "");
    mem_copy_string(b->sector, sizeof b->sector, s ? s->sector : "");
    publish_slot_anew(d, slot);
    return slot;
}

typedef struct {
    const char *symbol;
    int32_t sid;
} watch_request;

static status run_watch(desk *d, request *r) {
    watch_request *q = r->context;
    replay_security replayed;
    size_t place = NO_PLACE;
    const security *s = securities_find(&d->securities, q->symbol);
    if (s)
        q->sid = s->sid;
    else if (replay_find(d, q->symbol, &place, &replayed))
        q->sid = replay_sid(d, place, replayed.symbol);
    else
        return status_fail(STATUS_NOT_FOUND, "neither the store nor the replay has a security %s", q->symbol);
    if (s)
        step_open(d, s->sid);
    watch_slot *slot = slot_of(d, q->sid);
    if (!slot)
        slot = make_slot(d, q->sid, s ? s->symbol : replayed.symbol);
    slot->asked = ++d->watches;
    slot->dirty = true;
    return STATUS_OK;
}

status desk_watch(desk *d, const char *symbol, int32_t *sid) {
    watch_request q = {.symbol = symbol};
    request r = {.run = run_watch, .context = &q, .reads_only = true};
    TRY(desk_do(d, &r));
    *sid = q.sid;
    return STATUS_OK;
}

// The venue reports one fill a maker.
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
    course_add(&b->course, d->open + e->time, e->price);
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
    b->mid = b->micro = b->imbalance = 0;
    b->spread = 0;
    if (!b->bids || !b->asks)
        return;
    double bid = (double)b->bid[0].quantity, ask = (double)b->ask[0].quantity;
    b->spread = b->ask[0].price - b->bid[0].price;
    b->mid = ((double)b->bid[0].price + (double)b->ask[0].price) / 2;
    b->micro = ((double)b->bid[0].price * ask + (double)b->ask[0].price * bid) / (bid + ask);
    double bids = 0, asks = 0;
    for (int i = 0; i < 5; i++) {
        bids += i < b->bids ? (double)b->bid[i].quantity : 0;
        asks += i < b->asks ? (double)b->ask[i].quantity : 0;
    }
    b->imbalance = (bids - asks) / (bids + asks);
}

static void fill_ladder(view_book *b, const book *ladder) {
    b->live = ladder != NULL;
    b->state = ladder ? (int32_t)book_state_of(ladder) : STATE_CONTINUOUS;
    b->bids = ladder ? fill_side(ladder, SIDE_BUY, b->bid) : 0;
    b->asks = ladder ? fill_side(ladder, SIDE_SELL, b->ask) : 0;
}

static void fill_live(desk *d, watch_slot *slot) {
    view_book *b = &slot->view;
    const book *ladder = venue_book(d->venue, slot->sid);
    const mark *m = mark_of(d, slot->sid);
    b->last = m->price;
    b->previous = m->previous;
    b->time = ladder ? desk_now(d) : m->time;
    venue_session s = {0};
    venue_statistics(d->venue, slot->sid, &s); // all zero when it did not trade in this session
    b->open = s.open;
    b->high = s.high;
    b->low = s.low;
    b->volume = s.volume;
    b->trades = s.trades;
    b->vwap = s.vwap;
    fill_ladder(b, ladder);
    if (ladder)
        mark_own(d, b, ladder);
}

static void fill_history(view_book *b, const replay_history *h, instant midnight) {
    uint32_t n = !h ? 0 : h->n < VIEW_TAPE ? h->n : VIEW_TAPE;
    b->prints = (int32_t)n;
    for (uint32_t i = 0; i < n; i++) {
        const replay_print *p = &h->print[(h->n - 1 - i) % REPLAY_TAPE];
        b->tape[i] = (view_print){
            .time = midnight + p->time, .price = p->price, .quantity = p->quantity, .aggressor = p->aggressor};
    }
    b->course.n = 0;
    if (h)
        b->course = h->course;
    for (int32_t i = 0; i < b->course.n; i++)
        b->course.time[i] += midnight;
}

// The day before is not in the file, so changes are from the day's first trade.
static void fill_replayed(const desk *d, watch_slot *slot) {
    view_book *b = &slot->view;
    replay_security s = {0};
    size_t known = replay_securities(d->played.replay);
    if (slot->place != NO_PLACE || slot->searched != known)
        replay_find(d, b->symbol, &slot->place, &s);
    slot->searched = known;
    b->last = s.trades.last;
    b->previous = b->open = s.trades.open;
    b->time = replay_now(d);
    b->high = s.trades.high;
    b->low = s.trades.low;
    b->volume = s.trades.volume;
    b->trades = s.trades.trades;
    b->vwap = s.trades.volume ? s.trades.value / (double)s.trades.volume : 0;
    fill_ladder(b, s.book);
    fill_history(b, s.history, d->played.midnight);
}

void publish_books(desk *d) {
    for (int i = 0; i < VIEW_BOOKS; i++) {
        watch_slot *slot = &d->slots[i];
        if (!slot->sid || replay_seeks(d) || !(slot->dirty || d->market_moved || d->played.moved || d->dirty))
            continue;
        if (d->played.replay)
            fill_replayed(d, slot);
        else
            fill_live(d, slot);
        touch_figures(&slot->view);
        view_publish(d->view, (view_section)(SECTION_BOOK + i), &slot->view, sizeof slot->view);
        slot->dirty = false;
    }
}
