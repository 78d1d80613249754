#include "engine/market/itch_writer.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/path.h"
#include "src/base/vec.h"

enum { BUFFER = 1 << 18 };

// What an order has on display in the file, by its slot.
typedef struct {
    book_order_id order; // 0 = nothing
    uint64_t reference;
    uint32_t shown;
    int64_t price;
} display;

typedef struct {
    uint16_t locate; // 0: no security
    char stock[8];
    book_state state, before;
    VEC(display) shown;
} security;

// An order that has come in, or has left its place for another: its message is written when it is done trading.
typedef struct {
    bool on;
    book_event event;
    uint32_t shown;
    book_order_id met; // the last one it traded with
} incoming;

// The trades of an auction at one price, told together.
typedef struct {
    security *of;
    uint64_t shares;
    int64_t price, time;
} cross;

struct itch_writer {
    char *path, *beside;
    int file;
    int64_t midnight;
    status failed;
    char *why;
    VEC(security) securities; // by number of the book
    incoming incoming;
    cross cross;
    uint64_t reference, match; // given last
    uint64_t messages, bytes;
    size_t n;
    uint8_t buffer[BUFFER];
};

// ---- the file ----

static void fail(itch_writer *w, status code) {
    if (w->failed != STATUS_OK)
        return;
    w->failed = code;
    w->why = mem_string(status_message());
}

static void flush(itch_writer *w) {
    for (size_t at = 0; at < w->n && w->failed == STATUS_OK;) {
        ssize_t wrote = write(w->file, w->buffer + at, w->n - at);
        if (wrote < 0 && errno != EINTR)
            fail(w, status_fail(STATUS_IO, "%s: cannot be written: %s", w->beside, strerror(errno)));
        at += wrote > 0 ? (size_t)wrote : 0;
    }
    w->n = 0;
}

static void put(itch_writer *w, const void *message, size_t n) {
    if (w->n + 2 + n > BUFFER)
        flush(w);
    w->buffer[w->n] = (uint8_t)(n >> 8);
    w->buffer[w->n + 1] = (uint8_t)n;
    memcpy(w->buffer + w->n + 2, message, n);
    w->n += 2 + n;
    w->bytes += 2 + n;
    w->messages++;
}

status itch_writer_new(const char *path, int64_t midnight, itch_writer **out) {
    *out = NULL;
    TRY(path_check_replaceable(path));
    itch_writer *w = mem_new(1, sizeof *w);
    w->path = mem_string(path);
    size_t n = strlen(path) + sizeof ".part";
    w->beside = mem_new(n, 1);
    snprintf(w->beside, n, "%s.part", path);
    w->midnight = midnight;
    w->file = open(w->beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    *out = w;
    if (w->file >= 0)
        return STATUS_OK;
    status s = status_fail(STATUS_IO, "%s: cannot be made: %s", w->beside, strerror(errno));
    itch_writer_drop(w);
    *out = NULL;
    return s;
}

void itch_writer_drop(itch_writer *w) {
    if (!w)
        return;
    if (w->file >= 0) {
        close(w->file);
        unlink(w->beside);
    }
    for (size_t i = 0; i < w->securities.n; i++)
        vec_free(&w->securities.at[i].shown);
    vec_free(&w->securities);
    free(w->path);
    free(w->beside);
    free(w->why);
    free(w);
}

static void settle(itch_writer *w);
static void end_cross(itch_writer *w);

status itch_writer_close(itch_writer *w) {
    settle(w);
    end_cross(w);
    flush(w);
    if (w->failed == STATUS_OK && (fsync(w->file) != 0 || rename(w->beside, w->path) != 0))
        fail(w, status_fail(STATUS_IO, "%s: cannot be written: %s", w->path, strerror(errno)));
    status s = w->failed == STATUS_OK ? STATUS_OK : status_fail(w->failed, "%s", w->why);
    if (s == STATUS_OK) {
        close(w->file);
        w->file = -1;
    }
    itch_writer_drop(w);
    return s;
}

uint64_t itch_writer_messages(const itch_writer *w) { return w->messages; }
uint64_t itch_writer_bytes(const itch_writer *w) { return w->bytes; }

// ---- messages ----

static itch_message head(const itch_writer *w, char type, uint16_t locate, int64_t time) {
    return (itch_message){
        .type = type, .locate = itch_put16(locate), .time = itch_put48((uint64_t)(time - w->midnight))};
}

void itch_writer_system(itch_writer *w, char event, int64_t time) {
    settle(w);
    end_cross(w);
    const itch_system m = {head(w, 'S', 0, time), event};
    put(w, &m, sizeof m);
}

static void put_state(itch_writer *w, const security *s, int64_t time) {
    static const char letters[] = {[STATE_CONTINUOUS] = 'T',      [STATE_PRE_OPEN] = 'Q', [STATE_OPENING_AUCTION] = 'Q',
                                   [STATE_CLOSING_AUCTION] = 'Q', [STATE_HALTED] = 'H',   [STATE_CLOSED] = 'H'};
    itch_trading m = {.head = head(w, 'H', s->locate, time), .state = letters[s->state], .reserved = ' '};
    memcpy(m.stock, s->stock, sizeof m.stock);
    memset(m.reason, ' ', sizeof m.reason);
    put(w, &m, sizeof m);
}

void itch_writer_security(itch_writer *w, uint32_t number, uint16_t locate, const char *symbol, book_state state,
                          int64_t time) {
    char stock[9];
    assert(locate && *symbol && strlen(symbol) <= 8);
    settle(w);
    end_cross(w);
    while (w->securities.n <= number)
        vec_push(&w->securities, (security){0});
    security *s = &w->securities.at[number];
    s->locate = locate;
    s->state = s->before = state;
    snprintf(stock, sizeof stock, "%-8s", symbol);
    memcpy(s->stock, stock, sizeof s->stock);
    itch_directory m = {.head = head(w, 'R', locate, time),
                        .category = ' ',
                        .financial_status = 'N',
                        .round_lot = itch_put32(100),
                        .round_lots_only = 'N',
                        .classification = 'C',
                        .subtype = "Z ",
                        .authenticity = 'P',
                        .short_sale = 'N',
                        .ipo = 'N',
                        .tier = ' ',
                        .etp = 'N',
                        .inverse = 'N'};
    memcpy(m.stock, s->stock, sizeof m.stock);
    put(w, &m, sizeof m);
    put_state(w, s, time);
}

static bool is_attribution(uint32_t owner) {
    for (int shift = 0; shift < 32; shift += 8) {
        int c = owner >> shift & 0xff;
        if (!(c < 128 && (isupper(c) || isdigit(c) || c == ' ')))
            return false;
    }
    return true;
}

static void put_add(itch_writer *w, const security *s, const book_event *e, uint64_t reference, uint32_t shares) {
    itch_add_attributed m = {.add = {.head = head(w, 'A', s->locate, e->time),
                                     .reference = itch_put64(reference),
                                     .side = e->side == SIDE_BUY ? 'B' : 'S',
                                     .shares = itch_put32(shares),
                                     .price = itch_put32((uint32_t)e->price)}};
    memcpy(m.add.stock, s->stock, sizeof m.add.stock);
    if (!is_attribution(e->owner)) {
        put(w, &m.add, sizeof m.add);
        return;
    }
    m.add.head.type = 'F';
    memcpy(m.participant, itch_put32(e->owner).at, sizeof m.participant);
    put(w, &m, sizeof m);
}

static void put_trade(itch_writer *w, const security *s, const book_event *e, uint32_t shares) {
    itch_trade m = {.head = head(w, 'P', s->locate, e->time),
                    .side = e->side == SIDE_BUY ? 'S' : 'B',
                    .shares = itch_put32(shares),
                    .price = itch_put32((uint32_t)e->price),
                    .match = itch_put64(++w->match)};
    memcpy(m.stock, s->stock, sizeof m.stock);
    put(w, &m, sizeof m);
}

static void put_cross(itch_writer *w, const security *s, uint64_t shares, int64_t price, int64_t time) {
    char kind = s->before == STATE_OPENING_AUCTION ? 'O' : s->before == STATE_CLOSING_AUCTION ? 'C' : 'H';
    itch_cross m = {.head = head(w, 'Q', s->locate, time),
                    .shares = itch_put64(shares),
                    .price = itch_put32((uint32_t)price),
                    .match = itch_put64(++w->match),
                    .kind = kind};
    memcpy(m.stock, s->stock, sizeof m.stock);
    put(w, &m, sizeof m);
}

static void end_cross(itch_writer *w) {
    if (w->cross.shares)
        put_cross(w, w->cross.of, w->cross.shares, w->cross.price, w->cross.time);
    w->cross = (cross){0};
}

// ---- what is on display ----

static display *find(const security *s, book_order_id order) {
    uint32_t slot = book_slot(order);
    display *d = slot < s->shown.n ? &s->shown.at[slot] : NULL;
    return d && order && d->order == order ? d : NULL;
}

static display *keep(security *s, book_order_id order) {
    uint32_t slot = book_slot(order);
    while (s->shown.n <= slot)
        vec_push(&s->shown, (display){0});
    return &s->shown.at[slot];
}

// The order has a place at the tail of its price: the message and the memory of it.
static void show(itch_writer *w, security *s, const book_event *e, uint32_t shown) {
    display *d = find(s, e->order);
    uint64_t reference = ++w->reference;
    if (d) {
        const itch_replace m = {.head = head(w, 'U', s->locate, e->time),
                                .reference = itch_put64(d->reference),
                                .fresh = itch_put64(reference),
                                .shares = itch_put32(shown),
                                .price = itch_put32((uint32_t)e->price)};
        put(w, &m, sizeof m);
    } else {
        put_add(w, s, e, reference, shown);
        d = keep(s, e->order);
    }
    *d = (display){.order = e->order, .reference = reference, .shown = shown, .price = e->price};
}

// The order keeps its place and shows `shown` from now on; with 0 it is gone.
static void lower(itch_writer *w, const security *s, display *d, uint32_t shown, int64_t time) {
    if (shown == d->shown)
        return;
    if (shown) {
        const itch_cancel m = {.head = head(w, 'X', s->locate, time),
                               .reference = itch_put64(d->reference),
                               .shares = itch_put32(d->shown - shown)};
        put(w, &m, sizeof m);
        d->shown = shown;
    } else {
        const itch_delete m = {head(w, 'D', s->locate, time), itch_put64(d->reference)};
        put(w, &m, sizeof m);
        *d = (display){0};
    }
}

// A part of what an order shows is executed.
static void execute(itch_writer *w, const security *s, display *d, const book_event *e, uint32_t shares) {
    bool silent = e->flags & (BOOK_AUCTION | BOOK_UNPRINTED);
    itch_executed_at m = {.executed = {.head = head(w, 'E', s->locate, e->time),
                                       .reference = itch_put64(d->reference),
                                       .shares = itch_put32(shares),
                                       .match = itch_put64(++w->match)},
                          .printable = silent ? 'N' : 'Y',
                          .price = itch_put32((uint32_t)e->price)};
    if (silent || e->price != d->price) {
        m.executed.head.type = 'C';
        put(w, &m, sizeof m);
    } else {
        put(w, &m.executed, sizeof m.executed);
    }
    d->shown -= shares;
    if (!d->shown)
        *d = (display){0};
}

// ---- events ----

// The order that came in trades no more: what it shows is told.
static void settle(itch_writer *w) {
    incoming *i = &w->incoming;
    if (!i->on)
        return;
    i->on = false;
    security *s = &w->securities.at[i->event.book];
    display *d = find(s, i->event.order);
    if (i->shown)
        show(w, s, &i->event, i->shown);
    else if (d)
        lower(w, s, d, 0, i->event.time);
}

// Does an event belong to the trading of the order that came in? Its own fills do, what its owner's rules cancel on the
// way, and the next part of an iceberg it met.
static bool goes_on(const incoming *i, const book_event *e) {
    if (!i->on || e->book != i->event.book)
        return false;
    switch (e->kind) {
    case BOOK_FILL:
        return e->order == i->event.order;
    case BOOK_CANCELLED:
        return e->reason == WHY_SELF_TRADE || e->reason == WHY_PAIR;
    case BOOK_SHOWN:
        return e->order == i->met;
    default:
        return false;
    }
}

static void come_in(itch_writer *w, const book_event *e) {
    if (e->shown)
        w->incoming = (incoming){.on = true, .event = *e, .shown = e->shown};
}

// An order of an auction shows `shown` after this fill.
static void fill_auction_side(itch_writer *w, const security *s, book_order_id order, uint32_t shown,
                              const book_event *e) {
    display *d = find(s, order);
    if (d && d->shown > shown)
        execute(w, s, d, e, d->shown - shown);
}

static void fill_auction(itch_writer *w, security *s, const book_event *e) {
    const display *maker = find(s, e->maker);
    if (w->cross.of != s || w->cross.price != e->price)
        end_cross(w);
    w->cross = (cross){.of = s, .shares = w->cross.shares + e->quantity, .price = e->price, .time = e->time};
    fill_auction_side(w, s, e->order, e->shown, e);
    if (maker)
        fill_auction_side(w, s, e->maker, maker->shown > e->quantity ? maker->shown - e->quantity : 0, e);
}

static void fill(itch_writer *w, security *s, const book_event *e) {
    incoming *i = &w->incoming;
    display *maker = find(s, e->maker);
    uint32_t displayed = maker ? e->quantity < maker->shown ? e->quantity : maker->shown : 0;
    if (displayed)
        execute(w, s, maker, e, displayed);
    if (displayed < e->quantity)
        put_trade(w, s, e, e->quantity - displayed);
    if (i->on) {
        i->shown = e->shown;
        i->met = e->maker;
        return;
    }
    display *taker = find(s, e->order);
    if (taker)
        lower(w, s, taker, e->shown, e->time);
}

static void cancel(itch_writer *w, security *s, const book_event *e) {
    if (w->incoming.on && w->incoming.event.order == e->order) {
        w->incoming.shown = e->shown;
        return;
    }
    display *d = find(s, e->order);
    if (d)
        lower(w, s, d, e->shown, e->time);
}

static void replace(itch_writer *w, security *s, const book_event *e) {
    display *d = find(s, e->order);
    if (!(e->flags & BOOK_KEPT_PRIORITY) && e->shown)
        come_in(w, e);
    else if (d)
        lower(w, s, d, e->shown, e->time);
}

static void apply(itch_writer *w, security *s, const book_event *e) {
    switch ((book_event_kind)e->kind) {
    case BOOK_ACCEPTED:
        come_in(w, e);
        return;
    case BOOK_FILL:
        if (e->flags & BOOK_AUCTION && !e->order && !e->maker)
            put_cross(w, s, e->quantity, e->price, e->time);
        else if (e->flags & BOOK_AUCTION)
            fill_auction(w, s, e);
        else
            fill(w, s, e);
        return;
    case BOOK_CANCELLED:
    case BOOK_EXPIRED:
        cancel(w, s, e);
        return;
    case BOOK_REPLACED:
        replace(w, s, e);
        return;
    case BOOK_SHOWN:
        show(w, s, e, e->shown);
        return;
    case BOOK_STATE:
        s->before = s->state;
        s->state = (book_state)e->reason;
        put_state(w, s, e->time);
        return;
    case BOOK_REJECTED:
    case BOOK_TRIGGERED:
    case BOOK_TRAILED:
        return;
    }
}

static bool can_be_said(itch_writer *w, const book_event *e) {
    bool priced = e->kind == BOOK_FILL || (e->kind != BOOK_STATE && e->shown);
    const char *what = NULL;
    if (e->book >= w->securities.n || !w->securities.at[e->book].locate)
        what = "its book is no security";
    else if (e->time < w->midnight || e->time - w->midnight >= NS_PER_DAY)
        what = "its time lies outside the day";
    else if (priced && (e->price <= 0 || e->price > ITCH_MAX_PRICE))
        what = "ITCH has prices from 0.0001 to 200,000 dollars";
    if (!what)
        return true;
    fail(w, status_fail(STATUS_INVALID, "%s: event %" PRIu64 " cannot be written: %s", w->path, e->sequence, what));
    return false;
}

void itch_writer_take(void *writer, const book_event *events, size_t n) {
    itch_writer *w = writer;
    for (const book_event *e = events; e < events + n && w->failed == STATUS_OK; e++) {
        if (e->kind == BOOK_REJECTED || !can_be_said(w, e))
            continue;
        if (!goes_on(&w->incoming, e))
            settle(w);
        if (w->cross.shares && !(e->kind == BOOK_FILL && e->flags & BOOK_AUCTION) && e->kind != BOOK_SHOWN)
            end_cross(w);
        apply(w, &w->securities.at[e->book], e);
    }
}
