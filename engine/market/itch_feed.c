#include "engine/market/itch_feed.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/market/mirroring.h"
#include "engine/market/refs.h"
#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/text.h"

// A reference leads to the order's slot in the book of its security. That the order found there has the reference for
// its tag says that it is one of the security which the message is about.
//
// Messages come in batches. When the books are larger than a core's cache, a message is looked at three times before it
// is applied, so that what it touches is there when it comes: first its reference's place in the map, then its order or
// the level of its price, then what stands beside these in their queue.
enum { BATCH = 256, AHEAD = 24, EARLY = 12, LATE = 6, FITS = 1 << 14 };
enum { TICK = 100, FIRST_ORDERS = 64, WINDOW = 1024, MOST_SHARES = (1 << 24) - 1, LOCATES = 1 << 16 };

#define ALWAYS inline __attribute__((always_inline))
#define RARELY __attribute__((noinline))

typedef struct {
    book *book;     // NULL while it has no orders, and for one that is not followed
    uint64_t stock; // the eight letters, 0 while it is not known
    bool ignored;
    uint8_t state; // of the book, or what it begins with
} security;

struct itch_feed {
    itch_reader *reader;
    book_stream *stream;
    int64_t midnight;
    bool alone, partial;
    uint64_t wanted; // when alone
    security *at;    // by locate code
    VEC(uint16_t) known;
    uint16_t highest; // of those known
    refs orders;
    uint64_t live, messages, books, unknown;
    status ended;
    char *why;
    size_t n, next; // of the batch: its messages, those applied
    const itch_message *batch[BATCH];
    uint32_t expected[BATCH]; // of each message: the slot or level that it was seen to touch
};

static uint64_t letters_of(const char stock[8]) {
    uint64_t letters;
    memcpy(&letters, stock, sizeof letters);
    return letters;
}

status itch_feed_new(itch_reader *reader, const itch_feed_config *config, itch_feed **out) {
    itch_feed *f = mem_new(1, sizeof *f);
    f->reader = reader;
    f->stream = config->stream;
    f->midnight = config->midnight;
    f->partial = config->partial;
    f->at = mem_new(LOCATES, sizeof *f->at); // 1.5 MB, of which most is never touched
    status made = STATUS_OK;
    if (config->symbol) {
        char stock[9];
        if (strlen(config->symbol) > 8 || !*config->symbol)
            made = status_fail(STATUS_INVALID, "'%s' is no symbol of ITCH, which have 1 to 8 letters", config->symbol);
        snprintf(stock, sizeof stock, "%-8s", config->symbol);
        f->alone = true;
        f->wanted = letters_of(stock);
    }
    *out = made == STATUS_OK ? f : NULL;
    if (made != STATUS_OK)
        itch_feed_free(f);
    return made;
}

void itch_feed_free(itch_feed *f) {
    if (!f)
        return;
    for (size_t i = 0; i < f->known.n; i++)
        book_free(f->at[f->known.at[i]].book);
    vec_free(&f->known);
    refs_free(&f->orders);
    itch_close(f->reader);
    free(f->at);
    free(f->why);
    free(f);
}

static __attribute__((noinline, format(printf, 3, 4))) status refuse(const itch_feed *f, const itch_message *m,
                                                                     const char *format, ...) {
    char what[160];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return status_fail(STATUS_INVALID, "%s: byte %" PRIu64 ": %s", itch_file(f->reader), itch_byte(f->reader, m), what);
}

static inline int64_t time_of(const itch_feed *f, const itch_message *m) {
    return f->midnight + (int64_t)itch_get48(m->time);
}

// ---- securities ----

// The letters as a string, to be printed.
static const char *name_of(uint64_t stock, char out[9]) {
    memcpy(out, &stock, 8);
    out[8] = 0;
    for (size_t i = 8; i > 0 && out[i - 1] == ' '; i--)
        out[i - 1] = 0;
    for (char *c = out; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
    return out;
}

static RARELY status meet(itch_feed *f, const itch_message *m, const char stock[8]) {
    uint16_t locate = itch_get16(m->locate);
    security *s = &f->at[locate];
    uint64_t letters = letters_of(stock);
    char was[9], is[9];
    if (locate == 0)
        return refuse(f, m, "a message of type %c about no security (its locate code is 0)", m->type);
    if (letters == 0)
        return refuse(f, m, "a security without letters");
    if (s->stock)
        return refuse(f, m, "security %u is %s here, and was %s before", locate, name_of(letters, is),
                      name_of(s->stock, was));
    s->stock = letters;
    s->ignored = f->alone && letters != f->wanted;
    vec_push(&f->known, locate);
    f->highest = locate > f->highest ? locate : f->highest;
    return STATUS_OK;
}

static inline security *about(itch_feed *f, const itch_message *m) { return &f->at[itch_get16(m->locate)]; }

// Sees to it that the security of a message has the letters that the message gives.
static inline status named(itch_feed *f, const itch_message *m, const char stock[8]) {
    const security *s = about(f, m);
    return __builtin_expect(s->stock == letters_of(stock) && s->stock, 1) ? STATUS_OK : meet(f, m, stock);
}

static status open_book(itch_feed *f, security *s) {
    const book_config config = {.tick = TICK,
                                .lot = 1,
                                .max_quantity = MOST_SHARES,
                                .max_price = ITCH_MAX_PRICE,
                                .max_orders = FIRST_ORDERS,
                                .window = f->alone ? 0 : WINDOW,
                                .number = (uint32_t)(s - f->at),
                                .state = (book_state)s->state};
    TRY(book_new(&config, f->stream, &s->book));
    f->books++;
    return STATUS_OK;
}

// The same, with a book unless it is not followed.
static RARELY status named_with_book(itch_feed *f, const itch_message *m, const char stock[8]) {
    TRY(named(f, m, stock));
    security *s = about(f, m);
    return s->ignored || s->book ? STATUS_OK : open_book(f, s);
}

static void set_state(itch_feed *f, security *s, book_state state, const itch_message *m) {
    s->state = (uint8_t)state;
    if (s->book)
        mirror_set_state(s->book, state, time_of(f, m));
}

// ---- orders ----

// After a book has refused an order, or its new price: makes it take it, or tells why it can't.
static RARELY status make_room(itch_feed *f, security *s, const itch_message *m, int64_t shares, int64_t price) {
    if (price <= 0 || price > ITCH_MAX_PRICE)
        return refuse(f, m, "a price of %" PRId64 ", where 1 to 2,000,000,000 (in 1e-4 dollars) is good", price);
    if (shares <= 0 || shares > MOST_SHARES)
        return refuse(f, m, "an order of %" PRId64 " shares, where a book takes 1 to 16,777,215", shares);
    if (price % mirror_tick(s->book))
        return mirror_refine(s->book, 1);
    uint32_t most = mirror_max_orders(s->book);
    if (most == BOOK_MAX_ORDERS)
        return refuse(f, m, "more orders in one book than it takes (1,048,575)");
    return mirror_grow(s->book, most > BOOK_MAX_ORDERS / 2 ? BOOK_MAX_ORDERS : 2 * most);
}

static inline status judge_fresh(itch_feed *f, const itch_message *m, uint64_t reference) {
    if (__builtin_expect(refs_get(&f->orders, reference) != 0, 0))
        return refuse(f, m, "order %" PRIu64 " is live already", reference);
    return STATUS_OK;
}

static inline status put(itch_feed *f, uint64_t reference, uint32_t slot) {
    if (__builtin_expect(!refs_put(&f->orders, reference, slot), 0))
        return status_fail(STATUS_FULL, "%s: no memory for the order references", itch_file(f->reader));
    return STATUS_OK;
}

static inline mirror_order order_in(const itch_message *m, uint32_t owner, int64_t time) {
    const itch_add *a = (const itch_add *)m;
    return (mirror_order){.tag = itch_get64(a->reference),
                          .owner = owner,
                          .side = a->side == 'S' ? SIDE_SELL : SIDE_BUY,
                          .quantity = itch_get32(a->shares),
                          .price = itch_get32(a->price),
                          .time = time};
}

static RARELY status add_with_room(itch_feed *f, const itch_message *m, uint32_t owner, int64_t time) {
    const mirror_order order = order_in(m, owner, time);
    security *s = about(f, m);
    book_order_id id;
    do
        TRY(make_room(f, s, m, order.quantity, order.price));
    while (!(id = mirror_add(s->book, &order)));
    f->live++;
    return put(f, order.tag, book_slot(id));
}

static ALWAYS status add(itch_feed *f, const itch_message *m, uint32_t owner, int64_t time) {
    const itch_add *a = (const itch_add *)m;
    const mirror_order order = order_in(m, owner, time);
    const security *s = about(f, m);
    if (__builtin_expect(s->stock != letters_of(a->stock) || !s->book, 0)) {
        TRY(named_with_book(f, m, a->stock));
        if (s->ignored)
            return STATUS_OK;
        assert(s->book);
    }
    if (__builtin_expect(a->side != 'B' && a->side != 'S', 0))
        return refuse(f, m, "side 0x%02x, where B or S is good", (unsigned char)a->side);
    TRY(judge_fresh(f, m, order.tag));
    book_order_id id = mirroring_add(s->book, &order);
    if (__builtin_expect(!id, 0))
        return add_with_room(f, m, owner, time);
    f->live++;
    return put(f, order.tag, book_slot(id));
}

static RARELY status unknown(itch_feed *f, const itch_message *m, uint64_t reference) {
    if (about(f, m)->ignored)
        return STATUS_OK;
    f->unknown++;
    if (f->partial)
        return STATUS_OK;
    return refuse(f, m, "order %" PRIu64 " is no live order of security %u", reference, itch_get16(m->locate));
}

static RARELY status too_many(const itch_feed *f, const itch_message *m, uint64_t reference, uint32_t shares) {
    return refuse(f, m, "%u shares leave order %" PRIu64 ", which has not so many", shares, reference);
}

// The order of a reference, NULL when it is none of this security.
static inline pool_order *order_of(const itch_feed *f, const security *s, uint64_t reference, uint32_t *slot) {
    *slot = refs_get(&f->orders, reference);
    return __builtin_expect(s->book != NULL, 1) ? mirroring_find(s->book, *slot, reference) : NULL;
}

static inline void forget(itch_feed *f, uint64_t reference) {
    refs_remove(&f->orders, reference);
    f->live--;
}

static ALWAYS status executed(itch_feed *f, const itch_message *m, int64_t price, uint8_t flags, int64_t time) {
    const itch_executed *e = (const itch_executed *)m;
    security *s = about(f, m);
    uint64_t reference = itch_get64(e->reference);
    uint32_t shares = itch_get32(e->shares);
    uint32_t slot;
    pool_order *o = order_of(f, s, reference, &slot);
    if (__builtin_expect(!o, 0))
        return unknown(f, m, reference);
    int64_t left = mirroring_fill(s->book, slot, o, shares, price, flags, time);
    if (__builtin_expect(left < 0, 0))
        return too_many(f, m, reference, shares);
    if (left == 0)
        forget(f, reference);
    return STATUS_OK;
}

static RARELY status executed_at(itch_feed *f, const itch_message *m, int64_t time) {
    const itch_executed_at *e = (const itch_executed_at *)m;
    uint32_t price = itch_get32(e->price);
    if (e->printable != 'Y' && e->printable != 'N')
        return refuse(f, m, "printable 0x%02x, where Y or N is good", (unsigned char)e->printable);
    if (price == 0 || price > ITCH_MAX_PRICE)
        return refuse(f, m, "an execution at a price of %u", price);
    return executed(f, m, price, e->printable == 'N' ? BOOK_UNPRINTED : 0, time);
}

static ALWAYS status cancelled(itch_feed *f, const itch_message *m, int64_t time) {
    const itch_cancel *c = (const itch_cancel *)m;
    security *s = about(f, m);
    uint64_t reference = itch_get64(c->reference);
    uint32_t shares = itch_get32(c->shares);
    uint32_t slot;
    pool_order *o = order_of(f, s, reference, &slot);
    if (__builtin_expect(!o, 0))
        return unknown(f, m, reference);
    int64_t left = mirroring_reduce(s->book, slot, o, shares, time);
    if (__builtin_expect(left < 0, 0))
        return too_many(f, m, reference, shares);
    if (left == 0)
        forget(f, reference);
    return STATUS_OK;
}

static ALWAYS status deleted(itch_feed *f, const itch_message *m, int64_t time) {
    security *s = about(f, m);
    uint64_t reference = itch_get64(((const itch_delete *)m)->reference);
    uint32_t slot;
    pool_order *o = order_of(f, s, reference, &slot);
    if (__builtin_expect(!o, 0))
        return unknown(f, m, reference);
    mirroring_remove(s->book, slot, o, time);
    forget(f, reference);
    return STATUS_OK;
}

static ALWAYS status replaced(itch_feed *f, const itch_message *m, int64_t time) {
    const itch_replace *u = (const itch_replace *)m;
    security *s = about(f, m);
    uint64_t reference = itch_get64(u->reference), fresh = itch_get64(u->fresh);
    uint32_t shares = itch_get32(u->shares), price = itch_get32(u->price);
    uint32_t slot;
    pool_order *o = order_of(f, s, reference, &slot);
    if (__builtin_expect(!o, 0))
        return unknown(f, m, reference);
    if (__builtin_expect(fresh != reference, 1))
        TRY(judge_fresh(f, m, fresh));
    if (__builtin_expect(!mirroring_replace(s->book, slot, o, fresh, shares, price, time), 0)) {
        TRY(make_room(f, s, m, shares, price));
        o = mirroring_find(s->book, slot, reference);
        bool done = o && mirroring_replace(s->book, slot, o, fresh, shares, price, time);
        assert(done); // the tick alone was in the way
    }
    refs_remove(&f->orders, reference);
    return put(f, fresh, slot);
}

// ---- all the rest ----

static status traded(itch_feed *f, const itch_message *m) {
    const itch_trade *p = (const itch_trade *)m;
    uint32_t shares = itch_get32(p->shares), price = itch_get32(p->price);
    TRY(named_with_book(f, m, p->stock));
    const security *s = about(f, m);
    if (p->side != 'B' && p->side != 'S')
        return refuse(f, m, "side 0x%02x, where B or S is good", (unsigned char)p->side);
    if (!price || price > ITCH_MAX_PRICE)
        return refuse(f, m, "a trade at a price of %u", price);
    if (s->ignored)
        return STATUS_OK;
    mirroring_trade(s->book, p->side == 'B' ? SIDE_BUY : SIDE_SELL, shares, price, 0, time_of(f, m));
    return STATUS_OK;
}

// A cross without shares says that there was none.
static status crossed(itch_feed *f, const itch_message *m) {
    const itch_cross *q = (const itch_cross *)m;
    uint64_t shares = itch_get64(q->shares);
    uint32_t price = itch_get32(q->price);
    TRY(named_with_book(f, m, q->stock));
    const security *s = about(f, m);
    if (shares > UINT32_MAX)
        return refuse(f, m, "a cross of %" PRIu64 " shares", shares);
    if (shares && (!price || price > ITCH_MAX_PRICE))
        return refuse(f, m, "a cross at a price of %u", price);
    if (!shares || s->ignored)
        return STATUS_OK;
    mirroring_trade(s->book, SIDE_SELL, (int64_t)shares, price, BOOK_AUCTION, time_of(f, m));
    return STATUS_OK;
}

static status acted(itch_feed *f, const itch_message *m) {
    const itch_trading *h = (const itch_trading *)m;
    TRY(named(f, m, h->stock));
    security *s = about(f, m);
    switch (h->state) {
    case 'T':
        set_state(f, s, STATE_CONTINUOUS, m);
        return STATUS_OK;
    case 'Q':
        set_state(f, s, STATE_PRE_OPEN, m);
        return STATUS_OK;
    case 'H':
    case 'P':
        set_state(f, s, STATE_HALTED, m);
        return STATUS_OK;
    default:
        return refuse(f, m, "trading state 0x%02x, where T, Q, P or H is good", (unsigned char)h->state);
    }
}

// At the end of the system's hours every market is closed.
static status happened(itch_feed *f, const itch_message *m) {
    if (((const itch_system *)m)->event == 'E')
        for (size_t i = 0; i < f->known.n; i++)
            set_state(f, &f->at[f->known.at[i]], STATE_CLOSED, m);
    return STATUS_OK;
}

static RARELY status owned(itch_feed *f, const itch_message *m, int64_t time) {
    itch32 letters;
    memcpy(letters.at, ((const itch_add_attributed *)m)->participant, sizeof letters.at);
    return add(f, m, itch_get32(letters), time);
}

// Messages that are not about an order.
static RARELY status apply_other(itch_feed *f, const itch_message *m) {
    switch (m->type) {
    case 'P':
        return traded(f, m);
    case 'Q':
        return crossed(f, m);
    case 'R':
        return named(f, m, ((const itch_directory *)m)->stock);
    case 'H':
        return acted(f, m);
    case 'S':
        return happened(f, m);
    default:
        return STATUS_OK;
    }
}

static inline status apply(itch_feed *f, const itch_message *m) {
    uint64_t of_day = itch_get48(m->time);
    if (__builtin_expect(of_day >= (uint64_t)NS_PER_DAY, 0))
        return refuse(f, m, "a time of %" PRIu64 " ns since midnight, more than a day", of_day);
    int64_t time = f->midnight + (int64_t)of_day;
    switch (m->type) {
    case 'A':
        return add(f, m, 0, time);
    case 'F':
        return owned(f, m, time);
    case 'E':
        return executed(f, m, 0, 0, time);
    case 'C':
        return executed_at(f, m, time);
    case 'X':
        return cancelled(f, m, time);
    case 'D':
        return deleted(f, m, time);
    case 'U':
        return replaced(f, m, time);
    default:
        return apply_other(f, m);
    }
}

// ---- the batch ----

static inline uint64_t reference_of(const itch_message *m) { return itch_get64(((const itch_delete *)m)->reference); }

static inline side side_of(const itch_message *m) { return ((const itch_add *)m)->side == 'S' ? SIDE_SELL : SIDE_BUY; }

// What a message will touch: an order by its reference, the level of its price, or nothing worth naming.
typedef enum { TOUCHES_NOTHING, TOUCHES_ORDER, TOUCHES_LEVEL } touches;
static const uint8_t touching[256] = {
    ['D'] = TOUCHES_ORDER, ['E'] = TOUCHES_ORDER, ['C'] = TOUCHES_ORDER, ['X'] = TOUCHES_ORDER,
    ['U'] = TOUCHES_ORDER, ['A'] = TOUCHES_LEVEL, ['F'] = TOUCHES_LEVEL};

static inline void expect_first(const itch_feed *f, size_t i) {
    const itch_message *m = f->batch[i];
    if (touching[(uint8_t)m->type] == TOUCHES_ORDER)
        refs_expect(&f->orders, reference_of(m));
}

static inline void expect_early(itch_feed *f, size_t i) {
    const itch_message *m = f->batch[i];
    const book *b = about(f, m)->book;
    uint8_t touched = touching[(uint8_t)m->type];
    f->expected[i] = 0;
    if (b && touched == TOUCHES_ORDER)
        f->expected[i] = mirroring_expect_order(b, refs_get(&f->orders, reference_of(m)));
    else if (b && touched == TOUCHES_LEVEL)
        f->expected[i] = mirroring_expect_level(b, side_of(m), itch_get32(((const itch_add *)m)->price));
}

static inline void expect_late(itch_feed *f, size_t i) {
    const itch_message *m = f->batch[i];
    const book *b = about(f, m)->book;
    uint8_t touched = touching[(uint8_t)m->type];
    if (b && touched == TOUCHES_ORDER)
        mirroring_expect_queue(b, f->expected[i]);
    else if (b && touched == TOUCHES_LEVEL)
        mirroring_expect_tail(b, side_of(m), f->expected[i]);
}

// At the beginning of a run through the batch: what the first messages touch.
static void expect_beginning(itch_feed *f, size_t i) {
    for (size_t k = i; k < f->n && k < i + AHEAD; k++)
        expect_first(f, k);
    for (size_t k = i; k < f->n && k < i + EARLY; k++)
        expect_early(f, k);
    for (size_t k = i; k < f->n && k < i + LATE; k++)
        expect_late(f, k);
}

static inline void expect(itch_feed *f, size_t i) {
    if (i + AHEAD < f->n)
        expect_first(f, i + AHEAD);
    if (i + EARLY < f->n)
        expect_early(f, i + EARLY);
    if (i + LATE < f->n)
        expect_late(f, i + LATE);
}

static status end_with(itch_feed *f, status s) {
    f->ended = s;
    if (s != STATUS_END)
        f->why = mem_string(status_message());
    return s;
}

static status told(const itch_feed *f) { return f->why ? status_fail(f->ended, "%s", f->why) : f->ended; }

// Sees to it that a message waits in the batch.
static status need_message(itch_feed *f) {
    if (f->next < f->n)
        return STATUS_OK;
    TRY(told(f));
    f->next = 0;
    status s = itch_read(f->reader, f->batch, BATCH, &f->n);
    return s == STATUS_OK ? s : end_with(f, s);
}

status itch_feed_time(itch_feed *f, int64_t *time) {
    TRY(need_message(f));
    *time = time_of(f, f->batch[f->next]);
    return STATUS_OK;
}

// Applies those of the batch up to the one at `end`.
static status apply_batch(itch_feed *f, size_t end) {
    size_t i = f->next;
    bool large = f->live > FITS && end - i > AHEAD;
    status s = STATUS_OK;
    if (large)
        expect_beginning(f, i);
    for (; i < end; i++) {
        if (large)
            expect(f, i);
        s = apply(f, f->batch[i]);
        if (__builtin_expect(s != STATUS_OK, 0))
            break;
    }
    f->next = i;
    return s;
}

// How many messages of the batch come up to a time.
static size_t due(const itch_feed *f, int64_t until, uint64_t most) {
    size_t end = f->n - f->next < most ? f->n : f->next + (size_t)most;
    if (until == INT64_MAX)
        return end;
    size_t i = f->next;
    while (i < end && time_of(f, f->batch[i]) <= until)
        i++;
    return i;
}

status itch_feed_run(itch_feed *f, int64_t until, uint64_t most, uint64_t *applied) {
    status s = STATUS_OK;
    *applied = 0;
    while (s == STATUS_OK && *applied < most && (s = need_message(f)) == STATUS_OK) {
        size_t from = f->next, end = due(f, until, most - *applied);
        bool stop = end < f->n;
        s = apply_batch(f, end);
        *applied += f->next - from;
        f->messages += f->next - from;
        if (s != STATUS_OK) {
            f->n = f->next = 0;
            end_with(f, s);
        }
        if (stop)
            break;
    }
    book_stream_flush(f->stream);
    return s;
}

// ---- views ----

size_t itch_feed_securities(const itch_feed *f) { return f->known.n; }

itch_security itch_feed_security(const itch_feed *f, size_t i) {
    uint16_t locate = f->known.at[i];
    itch_security out = {.locate = locate, .book = f->at[locate].book};
    name_of(f->at[locate].stock, out.symbol);
    return out;
}

const book *itch_feed_book(const itch_feed *f, const char *symbol) {
    char stock[9];
    if (snprintf(stock, sizeof stock, "%-8s", symbol) != 8)
        return NULL;
    for (size_t i = 0; i < f->known.n; i++)
        if (f->at[f->known.at[i]].stock == letters_of(stock))
            return f->at[f->known.at[i]].book;
    return NULL;
}

itch_counts itch_feed_counts(const itch_feed *f) {
    const uint64_t start = UINT64_C(14695981039346656037), prime = UINT64_C(1099511628211);
    itch_counts c = {
        .messages = f->messages, .books = f->books, .live = f->live, .unknown = f->unknown, .touch = start};
    c.memory = refs_memory(&f->orders) + LOCATES * sizeof *f->at;
    for (size_t i = 0; i <= f->highest; i++) {
        const book *b = f->at[i].book;
        if (!b)
            continue;
        uint64_t bid = (uint64_t)(book_best_bid(b) / mirror_tick(b)),
                 ask = (uint64_t)(book_best_ask(b) / mirror_tick(b));
        c.touch = (c.touch ^ (bid | ask << 32)) * prime;
        c.memory += book_memory(b);
    }
    return c;
}
