// The desk's side of the venue: which books are live, what our orders do there, and the marks.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/desk/listing.h"
#include "engine/desk/room.h"
#include "src/base/decimal.h"
#include "src/base/log.h"

enum { LIVE_MAX = 320 };

const mark *mark_of(const desk *d, int32_t sid) {
    static const mark unknown = {0};
    return security_of(d, sid) ? &d->marks[sid] : &unknown;
}

book_state market_state(const desk *d, int32_t sid) {
    const book *ladder = venue_book(d->venue, sid);
    return ladder ? book_state_of(ladder) : STATE_CONTINUOUS;
}

int64_t market_price(const desk *d, int32_t sid) { return mark_of(d, sid)->price; }

int64_t equity(const desk *d) {
    size_t n;
    const position *p = ledger_positions(d->ledger, &n);
    int64_t sum = ledger_cash(d->ledger);
    for (size_t i = 0; i < n; i++)
        sum += position_value(&p[i], market_price(d, p[i].sid));
    return sum;
}

int64_t day_pnl(const desk *d) {
    size_t n;
    const position *p = ledger_positions(d->ledger, &n);
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += position_day_pnl(&p[i], market_price(d, p[i].sid));
    return sum;
}

int64_t gross(const desk *d) {
    size_t n;
    const position *p = ledger_positions(d->ledger, &n);
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += llabs(position_value(&p[i], market_price(d, p[i].sid)));
    return sum;
}

// At the last price, so that market orders that wait for their turn count as well.
int64_t gross_with_working(const desk *d) {
    size_t n;
    const int32_t *sids = ledger_ordered(d->ledger, &n);
    int64_t sum = gross(d);
    for (size_t i = 0; i < n; i++)
        sum += decimal_times(market_price(d, sids[i]), ledger_open_adding(d->ledger, sids[i]));
    return sum;
}

// The last bar of each security before a day. The newest day of any stock's bars is known then, whatever the session.
static status load_closes(desk *d, const securities *list, date before, bar *latest) {
    TRY(bars_latest(d->store, INT32_MAX, latest, list->n));
    d->data_date = DATE_NONE;
    bool beyond = false;
    for (size_t i = 0; i < list->n; i++) {
        beyond |= latest[i].sid && latest[i].day >= before;
        if (latest[i].sid && strcmp(list->at[i].kind, "stock") == 0 && latest[i].day > d->data_date)
            d->data_date = latest[i].day;
    }
    return beyond ? bars_latest(d->store, before - 1, latest, list->n) : STATUS_OK;
}

// The mark that a stored close makes. Where the session has begun at another price, that one stays what the day is
// measured from, as it is in the journal.
static mark mark_at_close(const bar *b, const mark *old) {
    mark m = {.price = b->close, .previous = b->close, .day = b->day, .stored = b->day};
    if (old && (old->time || old->day > b->day)) {
        m = *old;
        m.stored = b->day;
    } else if (old && old->price) {
        m.previous = old->previous;
    }
    return m;
}

static mark *make_marks(const desk *d, const securities *list, const bar *latest, bool keep) {
    mark *marks = mem_new(list->n + 1, sizeof *marks);
    for (size_t sid = 0; sid <= list->n; sid++)
        marks[sid].day = marks[sid].stored = DATE_NONE;
    for (size_t i = 0; i < list->n; i++) {
        if (!latest[i].sid)
            continue;
        int32_t sid = list->at[i].sid;
        if (latest[i].close > PRICE_MOST / 2)
            log_warn("desk", "%s can't be traded or held here: its price is too high", list->at[i].symbol);
        else
            marks[sid] = mark_at_close(&latest[i], keep && (size_t)sid <= d->securities.n ? &d->marks[sid] : NULL);
    }
    return marks;
}

status market_load_securities(desk *d, date before, bool keep_marks) {
    securities list = {0};
    TRY(securities_load(d->store, &list));
    bar *latest = mem_new(list.n ? list.n : 1, sizeof *latest);
    hash version;
    status s = load_closes(d, &list, before, latest);
    if (s == STATUS_OK)
        s = bars_version(d->store, &version);
    if (s != STATUS_OK) {
        free(latest);
        securities_free(&list);
        return s;
    }
    char hex[HASH_TEXT];
    mem_copy_string(d->data_version, sizeof d->data_version, hash_text(version, hex));
    mark *marks = make_marks(d, &list, latest, keep_marks);
    free(latest);
    securities_free(&d->securities);
    free(d->marks);
    d->securities = list;
    d->marks = marks;
    return STATUS_OK;
}

int64_t market_begins(const desk *d) { return -(int64_t)(d->terms.pre_open_s * (double)NS_PER_S); }

static status make_venue(desk *d) {
    venue_config config = {.seed = d->seed, .session = ledger_session(d->ledger), .terms = &d->terms};
    TRY(venue_new(&config, market_on_event, d, &d->venue));
    venue_advance(d->venue, d->venue_time);
    return STATUS_OK;
}

void step_open(desk *d, int32_t sid) { vec_push(&d->steps, (market_step){.kind = TO_OPEN, .sid = sid}); }

// Books that must be alive: those of working orders, of what screens look at and, in the demo, of everything held.
void market_open_wanted(desk *d) {
    size_t n;
    if (!d->live)
        return;
    const int64_t *working = ledger_working(d->ledger, &n);
    for (size_t i = 0; i < n; i++)
        step_open(d, ledger_order(d->ledger, working[i])->sid);
    const position *p = ledger_positions(d->ledger, &n);
    for (size_t i = 0; i < n && strcmp(d->state, "DEMO") == 0; i++)
        if (p[i].quantity)
            step_open(d, p[i].sid);
    for (int i = 0; i < VIEW_BOOKS; i++)
        if (d->slots[i].sid)
            step_open(d, d->slots[i].sid);
}

status market_start(desk *d) {
    TRY(make_venue(d));
    walk_start(d);
    market_open_wanted(d);
    return STATUS_OK;
}

void market_stop(desk *d) {
    recorder_end(d);
    venue_free(d->venue);
    d->venue = NULL;
    d->live_sids.n = 0;
    map64_free(&d->venue_orders);
    map64_free(&d->under_way);
    d->deferred.n = 0;
    d->outside = false;
}

// Gives up the book that nobody needs when too many are live.
static void make_room(desk *d) {
    if (d->live_sids.n < LIVE_MAX)
        return;
    for (size_t i = 0; i < d->live_sids.n; i++) {
        int32_t sid = d->live_sids.at[i];
        const position *p = ledger_position(d->ledger, sid);
        bool watched = false;
        for (int k = 0; k < VIEW_BOOKS; k++)
            watched |= d->slots[k].sid == sid;
        bool ours = ledger_open_quantity(d->ledger, sid, SIDE_BUY) || ledger_open_quantity(d->ledger, sid, SIDE_SELL);
        if (!watched && !ours && (!p || !p->quantity)) {
            venue_close(d->venue, sid);
            vec_remove(&d->live_sids, i);
            return;
        }
    }
}

// The mark is the price at the open, or where this session stood when it was made. A book that is opened again in its
// session is not laid around our own last trade, but around its fair price: or it would carry the price one way for as
// long as we buy.
venue_security market_listing(const desk *d, int32_t sid) {
    const mark *m = &d->marks[sid];
    bool known = m->time && m->fair;
    int64_t price = known ? m->fair : m->price, since = known ? d->venue_time : m->time - d->open;
    venue_security v = listing_measure(d->store, sid, price, ledger_session(d->ledger), d->data_date);
    v.since = m->time > d->open && since > 0 ? since : 0;
    return v;
}

bool market_open(desk *d, int32_t sid) {
    const security *s = security_of(d, sid);
    if (!s || d->marks[sid].price < 1 || strcmp(s->kind, "stock") != 0 || !s->active)
        return false;
    if (venue_is_open(d->venue, sid))
        return true;
    make_room(d);
    venue_security v = market_listing(d, sid);
    if (venue_open(d->venue, &v) != STATUS_OK) {
        log_warn("desk", "no book for %s: %s", s->symbol, status_message());
        return false;
    }
    vec_push(&d->live_sids, sid);
    recorder_add(d, sid);
    market_enter_working(d, sid);
    return true;
}

// ---- steps ----

// How far the other order of a pair is: the book makes the pair when it knows one of them.
typedef enum {
    PAIR_NONE,  // there is no other, or it is to come after this one
    PAIR_KNOWN, // stands in the book
    PAIR_LATER, // this one has to wait for it
} pair_progress;

static pair_progress progress_of_pair(const desk *d, const order *o, book_order_id *other) {
    uint64_t found;
    *other = 0;
    const order *p = o->other ? ledger_order(d->ledger, o->other) : NULL;
    if (!p || !order_is_working(p))
        return PAIR_NONE;
    if (map64_get(&d->venue_orders, (uint64_t)p->id, other))
        return PAIR_KNOWN;
    return p->id > o->id && !map64_get(&d->under_way, (uint64_t)p->id, &found) ? PAIR_NONE : PAIR_LATER;
}

// An order that worked before waits outside while the market does not take it.
static bool is_shut_out(const desk *d, const order *o) {
    book_state state = market_state(d, o->sid);
    return state == STATE_HALTED || state == STATE_CLOSED || (state != STATE_CONTINUOUS && o->traits & ORDER_POST_ONLY);
}

static book_request request_of(const desk *d, const order *o, book_order_id other) {
    int iceberg = o->display ? ORDER_ICEBERG : 0, pair = other ? ORDER_ONE_CANCELS_OTHER : 0;
    return (book_request){
        .tag = (uint64_t)o->id,
        .owner = VENUE_DESK,
        .side = o->side,
        .type = (uint8_t)o->type,
        .tif = (uint8_t)o->tif,
        .traits = (uint8_t)(o->traits | iceberg | pair),
        .self = (uint8_t)o->self,
        .quantity = o->open,
        .price = o->price,
        .stop = kind_waits(o->type) ? o->stop : 0,
        .trail = kind_waits(o->type) ? o->trail : 0,
        .display = o->display < o->open ? o->display : o->open,
        .expires = o->tif == TIF_GTD ? o->expires - d->open : 0,
        .other = other,
    };
}

static void submit(desk *d, const order *o, request *asker, bool again) {
    book_order_id id = 0, other;
    int64_t number = o->id; // the order may move while the market's events are folded in
    int32_t sid = o->sid;
    bool open = market_open(d, sid);
    o = ledger_order(d->ledger, number);
    pair_progress pair = progress_of_pair(d, o, &other);
    if (open && (pair == PAIR_LATER || (again && is_shut_out(d, o)))) {
        d->outside = true;
        return;
    }
    book_request asked = request_of(d, o, other);
    bool sent = open && venue_submit(d->venue, sid, &asked, &id) == STATUS_OK;
    if (sent && asker)
        asker->sent++;
    if (!sent && order_is_working(ledger_order(d->ledger, number))) { // a book that refuses it has said so
        outcome_unsent(d, number, "%s", open ? status_message() : "no market in this security");
        return;
    }
    if (sent && !id)
        map64_put(&d->under_way, (uint64_t)number, 1);
    const order *after = ledger_order(d->ledger, number);
    if (id && order_is_working(after))
        map64_put(&d->venue_orders, (uint64_t)number, id);
}

static bool is_on_its_way(const desk *d, int64_t number) {
    uint64_t known;
    for (size_t k = 0; k < d->steps.n; k++)
        if (d->steps.at[k].kind == TO_SUBMIT && d->steps.at[k].order == number)
            return true;
    return map64_get(&d->under_way, (uint64_t)number, &known);
}

static bool is_sent(const desk *d, int64_t number) {
    uint64_t known;
    return map64_get(&d->venue_orders, (uint64_t)number, &known) || is_on_its_way(d, number);
}

// Working orders that are in no book, of an earlier process or session, are entered anew with all their terms: those of
// a security, or (0) of all open books.
void market_enter_working(desk *d, int32_t sid) {
    size_t n;
    const int64_t *working = ledger_working(d->ledger, &n);
    int64_t *ids = mem_new(n ? n : 1, sizeof *ids);
    if (n)
        memcpy(ids, working, n * sizeof *ids);
    size_t entered = 0;
    for (size_t i = 0; i < n; i++) {
        const order *o = ledger_order(d->ledger, ids[i]);
        if (sid ? o->sid != sid : !venue_is_open(d->venue, o->sid))
            continue;
        if (!order_is_working(o) || is_sent(d, o->id))
            continue;
        submit(d, o, NULL, true);
        entered += is_sent(d, ids[i]);
    }
    free(ids);
    d->entered += entered;
    if (entered && d->live) // a desk that ends with its command has no queue to stand in
        note(d, "%zu working order%s entered anew in fresh books: the place%s in the queue %s lost", d->entered,
             d->entered > 1 ? "s" : "", d->entered > 1 ? "s" : "", d->entered > 1 ? "are" : "is");
}

static void fail(request *asker, status s) {
    if (asker)
        request_fail(asker, s);
}

static void cancel(desk *d, const market_step *s, const order *o) {
    uint64_t id;
    d->cause = s->cause;
    if (!map64_get(&d->venue_orders, (uint64_t)o->id, &id) || venue_cancel(d->venue, o->sid, id) != STATUS_OK)
        outcome_unsent(d, s->order, "%s", s->cause);
    d->cause = "";
    if (s->asker)
        s->asker->effects++;
}

// An order of an earlier process is in no book until one opens.
static void replace(desk *d, const market_step *s, const order *o) {
    uint64_t id;
    bool in_venue = market_open(d, o->sid) && map64_get(&d->venue_orders, (uint64_t)o->id, &id);
    if (!in_venue)
        fail(s->asker, status_fail(STATUS_REFUSED, "order %" PRId64 " is in no book", s->order));
    else if (venue_replace(d->venue, o->sid, id, s->quantity, s->price) != STATUS_OK)
        fail(s->asker, status_within(STATUS_REFUSED, "order %" PRId64 " is not replaced", s->order));
    else if (s->asker)
        s->asker->effects++;
}

// An order under way can't be replaced, and is cancelled as soon as it has arrived.
static bool defer(desk *d, const market_step *s) {
    uint64_t found;
    if (s->kind == TO_SUBMIT || !map64_get(&d->under_way, (uint64_t)s->order, &found))
        return false;
    if (s->kind == TO_REPLACE) {
        fail(s->asker, status_fail(STATUS_BUSY, "order %" PRId64 " is on its way to the market; try again", s->order));
        return true;
    }
    if (s->asker)
        s->asker->effects++;
    vec_push(&d->deferred, *s);
    d->deferred.at[d->deferred.n - 1].asker = NULL;
    return true;
}

static void step(desk *d, const market_step *s) {
    if (s->kind == TO_OPEN) {
        market_open(d, s->sid);
        return;
    }
    if (s->kind == TO_SESSION) {
        session_move(d, s->day);
        return;
    }
    const order *o = ledger_order(d->ledger, s->order);
    if (!o || !order_is_working(o)) {
        // It has ended since the request was looked at: a step before this one met it.
        if (s->kind == TO_REPLACE)
            fail(s->asker, status_fail(STATUS_NOT_FOUND, "order %" PRId64 " is not working any more", s->order));
        return;
    }
    if (defer(d, s))
        return;
    if (s->kind == TO_SUBMIT)
        submit(d, o, s->asker, false);
    else if (s->kind == TO_CANCEL)
        cancel(d, s, o);
    else
        replace(d, s, o);
}

void market_end_deferred(desk *d) {
    for (size_t i = 0; i < d->deferred.n; i++)
        outcome_unsent(d, d->deferred.at[i].order, "%s", d->deferred.at[i].cause);
    d->deferred.n = 0;
}

void market_steps(desk *d) {
    for (size_t i = 0; i < d->deferred.n; i++)
        vec_push(&d->steps, d->deferred.at[i]);
    d->deferred.n = 0;
    d->entered = 0;
    if (d->outside) {
        d->outside = false;
        market_enter_working(d, 0);
    }
    for (size_t i = 0; i < d->steps.n; i++) {
        market_step now = d->steps.at[i]; // steps may add others behind them
        step(d, &now);
    }
    d->steps.n = 0;
}

void market_advance(desk *d, int64_t venue_time) {
    if (venue_time > d->venue_time) {
        venue_advance(d->venue, venue_time);
        d->venue_time = venue_time;
    }
}

void market_on_event(void *context, int32_t sid, const book_event *e) {
    desk *d = context;
    d->market_moved = true;
    if (e->time > d->venue_time)
        d->venue_time = e->time; // what follows from it is of this moment
    recorder_take(d, e);
    if (e->kind == BOOK_FILL) {
        d->marks[sid].price = e->price;
        d->marks[sid].time = d->open + e->time;
        d->marks[sid].day = ledger_session(d->ledger);
        publish_print(d, sid, e);
    }
    outcome(d, sid, e);
}
