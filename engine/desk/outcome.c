// What the market does with the desk's own orders: its events, told as rows of the journal.
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "engine/desk/room.h"
#include "src/base/decimal.h"
#include "src/base/log.h"

static const order *working(const desk *d, int64_t number) {
    const order *o = ledger_order(d->ledger, number);
    return o && order_is_working(o) ? o : NULL;
}

static journal_row row_of(journal_kind kind, int32_t sid, const book_event *e) {
    return (journal_row){.kind = kind, .sid = sid, .order = (int64_t)e->tag, .quantity = e->quantity};
}

// Rows about an order that has ended already are not told.
static void tell(desk *d, const journal_row *row) {
    if (working(d, row->order) && stage(d, *row) != STATUS_OK)
        log_error("desk", "%s", status_message());
}

void outcome_unsent(desk *d, int64_t number, const char *format, ...) {
    const order *o = ledger_order(d->ledger, number);
    journal_row row = {.kind = JOURNAL_CANCEL, .order = number, .sid = o->sid, .quantity = o->open};
    va_list args;
    va_start(args, format);
    vsnprintf(row.text, sizeof row.text, format, args);
    va_end(args);
    tell(d, &row);
}

// ---- pairs ----

void outcome_pair_cause(const desk *d, const order *o, char out[96]) {
    int64_t number = o->beaten_by ? o->beaten_by : o->other;
    const order *other = number ? ledger_order(d->ledger, number) : NULL;
    bool triggered = other && kind_waits(other->asked.type) && !order_is_stop(other);
    if (other)
        snprintf(out, 96, "order %" PRId64 " of the pair %s", other->id,
                 triggered       ? "was triggered"
                 : other->filled ? "filled"
                                 : "came first");
    else
        mem_copy_string(out, 96, "the other order of the pair came first");
}

// An order has filled or was triggered. The book cancels the other of its pair, unless that has not come to it yet.
static void end_other(desk *d, int64_t number) {
    const order *other = working(d, number);
    uint64_t found;
    if (!other || map64_get(&d->venue_orders, (uint64_t)number, &found))
        return;
    market_step step = {.kind = TO_CANCEL, .order = number};
    outcome_pair_cause(d, other, step.cause);
    if (map64_get(&d->under_way, (uint64_t)number, &found))
        vec_push(&d->deferred, step); // as soon as it has arrived
    else
        outcome_unsent(d, number, "%s", step.cause);
}

// ---- self-trades ----

// The order of ours that one of this side meets first: the best price, then the first to come.
static int64_t own_order_against(const desk *d, int32_t sid, side s) {
    size_t n;
    const int64_t *ids = ledger_working(d->ledger, &n);
    const order *best = NULL;
    for (size_t i = 0; i < n; i++) {
        const order *o = ledger_order(d->ledger, ids[i]);
        if (o->sid != sid || o->side == s || o->type != ORDER_LIMIT || o->traits & ORDER_ALL_OR_NONE)
            continue;
        if (!best || (s == SIDE_BUY ? o->price < best->price : o->price > best->price))
            best = o;
    }
    return best ? best->id : 0;
}

// The events say that an order would have traded with one of ours, and not with which: the order that moves meets the
// first on the other side, and the others are met by it.
static void put_self_cause(const desk *d, int32_t sid, const book_event *e, char out[96]) {
    int64_t met = (int64_t)e->tag == d->mover ? own_order_against(d, sid, (side)e->side) : d->mover;
    if (met)
        snprintf(out, 96, "would trade with the desk's own order %" PRId64, met);
    else
        mem_copy_string(out, 96, "would trade with another order of the desk");
}

// ---- one event ----

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
    const order *o = ledger_order(d->ledger, row.order);
    int64_t other = o ? o->other : 0;
    if (stage(d, row) != STATUS_OK) {
        log_error("desk", "%s", status_message());
        return;
    }
    if (!working(d, row.order))
        map64_remove(&d->venue_orders, (uint64_t)row.order);
    publish_fill(d, &row);
    flatten_fill(d, sid, e->quantity);
    end_other(d, other);
}

static void put_cause(const desk *d, int32_t sid, const book_event *e, char out[96]) {
    switch ((book_why)e->reason) {
    case WHY_ASKED:
        mem_copy_string(out, 96, d->cause && d->cause[0] ? d->cause : "cancelled");
        return;
    case WHY_REMAINDER:
        mem_copy_string(out, 96, "nothing left in the market");
        return;
    case WHY_SELF_TRADE:
        put_self_cause(d, sid, e, out);
        return;
    case WHY_PAIR:
        outcome_pair_cause(d, ledger_order(d->ledger, (int64_t)e->tag), out);
    }
}

static void on_cancelled(desk *d, int32_t sid, const book_event *e) {
    journal_row row = row_of(e->leaves ? JOURNAL_REDUCE : JOURNAL_CANCEL, sid, e);
    if (!working(d, row.order))
        return;
    put_cause(d, sid, e, row.text);
    tell(d, &row);
    if (!e->leaves)
        map64_remove(&d->venue_orders, e->tag);
    if (e->reason == WHY_SELF_TRADE && e->leaves)
        note(d, "%u taken off order %" PRIu64 ": %s", e->quantity, e->tag, row.text);
    else if (e->reason == WHY_SELF_TRADE || e->reason == WHY_PAIR)
        note(d, "order %" PRIu64 " cancelled: %s", e->tag, row.text);
}

static void on_expired(desk *d, int32_t sid, const book_event *e, int64_t quantity) {
    journal_row row = row_of(JOURNAL_EXPIRE, sid, e);
    row.quantity = quantity;
    const order *o = working(d, row.order);
    mem_copy_string(row.text, sizeof row.text, o && o->tif == TIF_GTD ? "its time is over" : "the session ended");
    map64_remove(&d->venue_orders, e->tag);
    tell(d, &row);
}

// A refused replacement leaves the order as it was; a refused order ends.
static void on_rejected(desk *d, int32_t sid, const book_event *e) {
    uint64_t id;
    if (map64_get(&d->venue_orders, e->tag, &id)) {
        note(d, "order %" PRIu64 " not replaced: %s", e->tag, book_reject_text(e->reason));
        return;
    }
    if (e->reason == REJECT_EXPIRY) {
        on_expired(d, sid, e, e->asked);
        return;
    }
    journal_row row = row_of(JOURNAL_CANCEL, sid, e);
    row.quantity = e->asked;
    if (e->reason == REJECT_STATE)
        snprintf(row.text, sizeof row.text, "%s: %s", book_state_text(market_state(d, sid)),
                 book_reject_text(e->reason));
    else
        mem_copy_string(row.text, sizeof row.text, book_reject_text(e->reason));
    tell(d, &row);
}

static void on_accepted(desk *d, const book_event *e) {
    if (working(d, (int64_t)e->tag))
        map64_put(&d->venue_orders, e->tag, e->order);
}

static void on_replaced(desk *d, int32_t sid, const book_event *e) {
    journal_row row = row_of(JOURNAL_REPLACE, sid, e);
    row.quantity = e->leaves;
    row.price = e->price;
    if (e->leaves > 0)
        tell(d, &row);
}

static void on_triggered(desk *d, int32_t sid, const book_event *e) {
    journal_row row = row_of(JOURNAL_TRIGGER, sid, e);
    tell(d, &row);
    const order *o = working(d, row.order);
    char stop[DECIMAL_TEXT];
    if (!o)
        return;
    note(d, "the stop order %" PRId64 " was triggered at %s", o->id, decimal_text(o->stop, 2, stop));
    end_other(d, o->other);
}

static void on_trailed(desk *d, int32_t sid, const book_event *e) {
    journal_row row = row_of(JOURNAL_TRAIL, sid, e);
    row.price = e->price;
    tell(d, &row);
}

static void on_own(desk *d, int32_t sid, const book_event *e) {
    map64_remove(&d->under_way, e->tag);
    switch ((book_event_kind)e->kind) {
    case BOOK_ACCEPTED:
        on_accepted(d, e);
        break;
    case BOOK_REPLACED:
        on_replaced(d, sid, e);
        break;
    case BOOK_CANCELLED:
        on_cancelled(d, sid, e);
        break;
    case BOOK_EXPIRED:
        on_expired(d, sid, e, e->quantity);
        break;
    case BOOK_REJECTED:
        on_rejected(d, sid, e);
        break;
    case BOOK_TRIGGERED:
        on_triggered(d, sid, e);
        break;
    case BOOK_TRAILED:
        on_trailed(d, sid, e);
        break;
    case BOOK_SHOWN: // its place in the queue is the book's to know
    case BOOK_STATE:
    case BOOK_FILL:
        break;
    }
}

void outcome(desk *d, int32_t sid, const book_event *e) {
    bool ours = e->owner == VENUE_DESK;
    if (ours &&
        (e->kind == BOOK_ACCEPTED || e->kind == BOOK_REPLACED || e->kind == BOOK_TRIGGERED || e->kind == BOOK_FILL))
        d->mover = (int64_t)e->tag;
    if (e->kind != BOOK_FILL) {
        if (ours)
            on_own(d, sid, e);
        return;
    }
    if (ours)
        on_fill(d, sid, e, false);
    if (e->maker_owner == VENUE_DESK)
        on_fill(d, sid, e, true);
}
