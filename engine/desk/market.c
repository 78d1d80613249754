// The desk's side of the venue: which books are live, what our orders do there, and the marks.
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
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
    if (d->recorder.writer && recorder_end(d, NULL) != STATUS_OK)
        log_error("desk", "%s", status_message());
    venue_free(d->venue);
    d->venue = NULL;
    d->live_sids.n = 0;
    map64_free(&d->venue_orders);
    map64_free(&d->under_way);
    d->deferred.n = 0;
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

// ---- our orders among each other ----

// Whether an order of `quantity` at `limit` (0: at any price) on the other side would come as far as this one of ours:
// what stands before it, at better prices and in its queue, is not enough.
static bool reaches(const desk *d, const order *own, int64_t quantity, int64_t limit) {
    uint64_t id;
    const book *ladder = venue_book(d->venue, own->sid);
    if (!ladder || !map64_get(&d->venue_orders, (uint64_t)own->id, &id))
        return false;
    if (limit && (own->side == SIDE_SELL ? own->price > limit : own->price < limit))
        return false;
    uint32_t place, total;
    int64_t ahead = 0;
    if (!book_queue_position(ladder, id, &place, &total, &ahead))
        return false;
    book_level levels[VENUE_MAX_ORDERS];
    size_t n = book_depth(ladder, own->side, levels, VENUE_MAX_ORDERS);
    for (size_t i = 0; i < n && levels[i].price != own->price; i++)
        ahead += levels[i].quantity;
    return quantity > ahead;
}

// A trade with oneself is none: it moves nothing but the price. Returns the number of the working order of ours that
// such an order would meet, 0 when there is none.
static int64_t own_order_met(const desk *d, int32_t sid, side s, int64_t quantity, int64_t limit) {
    if (!ledger_open_quantity(d->ledger, sid, s == SIDE_BUY ? SIDE_SELL : SIDE_BUY))
        return 0;
    size_t n;
    const int64_t *working = ledger_working(d->ledger, &n);
    for (size_t i = 0; i < n; i++) {
        const order *own = ledger_order(d->ledger, working[i]);
        if (own->sid == sid && own->side != s && reaches(d, own, quantity, limit))
            return own->id;
    }
    return 0;
}

// ---- steps ----

static void end_unsent(desk *d, const order *o, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void end_unsent(desk *d, const order *o, const char *format, ...) {
    journal_row row = {.kind = JOURNAL_CANCEL, .order = o->id, .sid = o->sid, .quantity = o->open};
    va_list args;
    va_start(args, format);
    vsnprintf(row.text, sizeof row.text, format, args);
    va_end(args);
    if (stage(d, row) != STATUS_OK)
        log_error("desk", "%s", status_message());
}

static void submit(desk *d, const order *o, request *asker) {
    book_request asked = {
        .tag = (uint64_t)o->id,
        .owner = VENUE_DESK,
        .side = o->side,
        .type = (uint8_t)o->type,
        .tif = (uint8_t)o->tif,
        .quantity = o->open,
        .price = o->price,
    };
    book_order_id id = 0;
    int64_t number = o->id; // the order may move while the market's events are folded in
    int32_t sid = o->sid;
    bool open = market_open(d, sid);
    int64_t own = open ? own_order_met(d, sid, asked.side, asked.quantity, asked.price) : 0;
    if (own) {
        end_unsent(d, o, "would trade with the desk's own order %" PRId64, own);
        return;
    }
    bool sent = open && venue_submit(d->venue, sid, &asked, &id) == STATUS_OK;
    if (sent && asker)
        asker->sent++;
    if (!sent && order_is_working(ledger_order(d->ledger, number))) { // a book that refuses it has said so
        end_unsent(d, ledger_order(d->ledger, number), "%s", open ? status_message() : "no market in this security");
        return;
    }
    if (sent && !id)
        map64_put(&d->under_way, (uint64_t)number, 1);
    const order *after = ledger_order(d->ledger, number);
    if (id && order_is_working(after))
        map64_put(&d->venue_orders, (uint64_t)number, id);
}

// Working orders of a security whose book was opened afresh (after a restart) are entered anew.
void market_enter_working(desk *d, int32_t sid) {
    size_t n;
    const int64_t *working = ledger_working(d->ledger, &n);
    int64_t *ids = mem_new(n ? n : 1, sizeof *ids);
    if (n)
        memcpy(ids, working, n * sizeof *ids);
    size_t entered = 0;
    for (size_t i = 0; i < n; i++) {
        const order *o = ledger_order(d->ledger, ids[i]);
        uint64_t known;
        bool pending = map64_get(&d->venue_orders, (uint64_t)o->id, &known);
        for (size_t k = 0; k < d->steps.n; k++)
            pending |= d->steps.at[k].kind == TO_SUBMIT && d->steps.at[k].order == o->id;
        if (o->sid != sid || pending || !order_is_working(o))
            continue;
        submit(d, o, NULL);
        entered++;
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
        end_unsent(d, o, "%s", s->cause);
    d->cause = "";
    if (s->asker)
        s->asker->effects++;
}

// An order of an earlier process is in no book until one opens.
static void replace(desk *d, const market_step *s, const order *o) {
    uint64_t id;
    bool in_venue = market_open(d, o->sid) && map64_get(&d->venue_orders, (uint64_t)o->id, &id);
    int64_t own = in_venue ? own_order_met(d, o->sid, o->side, s->quantity, s->price) : 0;
    if (own)
        fail(s->asker, status_fail(STATUS_REFUSED, "order %" PRId64 " would trade with the desk's own order %" PRId64,
                                   s->order, own));
    else if (!in_venue)
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
        submit(d, o, s->asker);
    else if (s->kind == TO_CANCEL)
        cancel(d, s, o);
    else
        replace(d, s, o);
}

void market_steps(desk *d) {
    for (size_t i = 0; i < d->deferred.n; i++)
        vec_push(&d->steps, d->deferred.at[i]);
    d->deferred.n = 0;
    d->entered = 0;
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

static void on_fill(desk *d, int32_t sid, const book_event *e, bool as_maker) {
    journal_row row = {
        .kind = JOURNAL_FILL,
        .sid = sid,
        .order = (int64_t)(as_maker ? e->maker_tag : e->tag),
        .side = (int32_t)(as_maker ? (e->side == SIDE_BUY ? SIDE_SELL : SIDE_BUY) : e->side),
        .quantity = e->quantity,
        .price = e->price,
        .fee = venue_terms_fee(&d->terms, as_maker && !(e->flags & BOOK_AUCTION), e->quantity, e->price),
    };
    if (stage(d, row) != STATUS_OK) {
        log_error("desk", "%s", status_message());
        return;
    }
    if (!order_is_working(ledger_order(d->ledger, row.order)))
        map64_remove(&d->venue_orders, (uint64_t)row.order);
    publish_fill(d, &row);
    flatten_fill(d, sid, e->quantity);
}

static void on_end(desk *d, int32_t sid, const book_event *e) {
    const char *left = e->kind == BOOK_CANCELLED && e->reason == WHY_ASKED ? "cancelled" : "nothing left in the market";
    const char *cause = d->cause && d->cause[0] ? d->cause : left;
    journal_row row = {.kind = JOURNAL_CANCEL, .sid = sid, .order = (int64_t)e->tag, .quantity = e->quantity};
    mem_copy_string(row.text, sizeof row.text, e->kind == BOOK_REJECTED ? book_reject_text(e->reason) : cause);
    if (e->kind == BOOK_REJECTED && e->reason == REJECT_STATE)
        snprintf(row.text, sizeof row.text, "%s: %s", book_state_text(market_state(d, sid)),
                 book_reject_text(e->reason));
    map64_remove(&d->venue_orders, e->tag);
    const order *o = ledger_order(d->ledger, row.order);
    if (o && order_is_working(o) && stage(d, row) != STATUS_OK)
        log_error("desk", "%s", status_message());
}

// A day order ended with its session, in the book or in the closing auction.
static void on_expired(desk *d, int32_t sid, const book_event *e) {
    journal_row row = {.kind = JOURNAL_EXPIRE, .sid = sid, .order = (int64_t)e->tag, .quantity = e->quantity};
    mem_copy_string(row.text, sizeof row.text, "the session ended");
    map64_remove(&d->venue_orders, e->tag);
    const order *o = ledger_order(d->ledger, row.order);
    if (o && order_is_working(o) && stage(d, row) != STATUS_OK)
        log_error("desk", "%s", status_message());
}

// A refused replacement leaves the order as it was; a refused order ends.
static void on_rejected(desk *d, int32_t sid, const book_event *e) {
    uint64_t id;
    if (map64_get(&d->venue_orders, e->tag, &id))
        note(d, "order %" PRIu64 " not replaced: %s", e->tag, book_reject_text(e->reason));
    else
        on_end(d, sid, e);
}

static void on_accepted(desk *d, const book_event *e) {
    const order *o = ledger_order(d->ledger, (int64_t)e->tag);
    if (o && order_is_working(o))
        map64_put(&d->venue_orders, e->tag, e->order);
}

static void on_replaced(desk *d, int32_t sid, const book_event *e) {
    journal_row row = {
        .kind = JOURNAL_REPLACE, .sid = sid, .order = (int64_t)e->tag, .quantity = e->leaves, .price = e->price};
    if (e->leaves > 0 && stage(d, row) != STATUS_OK)
        log_error("desk", "%s", status_message());
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
        if (e->owner == VENUE_DESK)
            on_fill(d, sid, e, false);
        if (e->maker_owner == VENUE_DESK)
            on_fill(d, sid, e, true);
        return;
    }
    if (e->owner != VENUE_DESK)
        return;
    map64_remove(&d->under_way, e->tag);
    if (e->kind == BOOK_ACCEPTED)
        on_accepted(d, e);
    else if (e->kind == BOOK_REPLACED)
        on_replaced(d, sid, e);
    else if (e->kind == BOOK_CANCELLED)
        on_end(d, sid, e);
    else if (e->kind == BOOK_EXPIRED)
        on_expired(d, sid, e);
    else if (e->kind == BOOK_REJECTED)
        on_rejected(d, sid, e);
}
