#include "engine/market/itch_feed.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/market/itch_inside.h"
#include "engine/market/mirroring.h"
#include "src/base/clock.h"
#include "src/base/mem.h"

// A reference leads to the order's slot in the book of its security. That the order found there has the reference for
// its tag says that it is one of the security which the message is about.
//
// Messages come in batches. When the books are larger than a core's cache, a message is looked at three times before it
// is applied, so that what it touches is there when it comes: first its reference's place in the map, then its order or
// the level of its price, then what stands beside these in their queue.
enum { AHEAD = 24, EARLY = 12, LATE = 6, FITS = 1 << 14 };

#define ALWAYS inline __attribute__((always_inline))
#define RARELY __attribute__((noinline))

static inline status judge_fresh(itch_feed *f, const itch_message *m, uint64_t reference) {
    if (__builtin_expect(refs_get(&f->orders, reference) != 0, 0))
        return itch_refuse(f, m, "order %" PRIu64 " is live already", reference);
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
    itch_entry *s = itch_about(f, m);
    book_order_id id;
    do
        TRY(itch_make_room(f, s, m, order.quantity, order.price));
    while (!(id = mirror_add(s->book, &order)));
    f->live++;
    return put(f, order.tag, book_slot(id));
}

static ALWAYS status add(itch_feed *f, const itch_message *m, uint32_t owner, int64_t time) {
    const itch_add *a = (const itch_add *)m;
    const mirror_order order = order_in(m, owner, time);
    const itch_entry *s = itch_about(f, m);
    if (__builtin_expect(s->stock != itch_letters(a->stock) || !s->book, 0)) {
        TRY(itch_need_book(f, m, a->stock));
        if (s->ignored)
            return STATUS_OK;
        assert(s->book);
    }
    if (__builtin_expect(a->side != 'B' && a->side != 'S', 0))
        return itch_refuse(f, m, "side 0x%02x, where B or S is good", (unsigned char)a->side);
    TRY(judge_fresh(f, m, order.tag));
    book_order_id id = mirroring_add(s->book, &order);
    if (__builtin_expect(!id, 0))
        return add_with_room(f, m, owner, time);
    f->live++;
    return put(f, order.tag, book_slot(id));
}

static RARELY status unknown(itch_feed *f, const itch_message *m, uint64_t reference) {
    if (itch_about(f, m)->ignored)
        return STATUS_OK;
    f->unknown++;
    if (f->partial)
        return STATUS_OK;
    return itch_refuse(f, m, "order %" PRIu64 " is no live order of security %u", reference, itch_get16(m->locate));
}

static RARELY status too_many(const itch_feed *f, const itch_message *m, uint64_t reference, uint32_t shares) {
    return itch_refuse(f, m, "%u shares leave order %" PRIu64 ", which has not so many", shares, reference);
}

// The order of a reference, NULL when it is none of this security.
static inline pool_order *order_of(const itch_feed *f, const itch_entry *s, uint64_t reference, uint32_t *slot) {
    *slot = refs_get(&f->orders, reference);
    return __builtin_expect(s->book != NULL, 1) ? mirroring_find(s->book, *slot, reference) : NULL;
}

static inline void forget(itch_feed *f, uint64_t reference) {
    refs_remove(&f->orders, reference);
    f->live--;
}

static ALWAYS status executed(itch_feed *f, const itch_message *m, int64_t price, uint8_t flags, int64_t time) {
    const itch_executed *e = (const itch_executed *)m;
    itch_entry *s = itch_about(f, m);
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
        return itch_refuse(f, m, "printable 0x%02x, where Y or N is good", (unsigned char)e->printable);
    if (price == 0 || price > ITCH_MAX_PRICE)
        return itch_refuse(f, m, "an execution at a price of %u", price);
    return executed(f, m, price, e->printable == 'N' ? BOOK_UNPRINTED : 0, time);
}

static ALWAYS status cancelled(itch_feed *f, const itch_message *m, int64_t time) {
    const itch_cancel *c = (const itch_cancel *)m;
    itch_entry *s = itch_about(f, m);
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
    itch_entry *s = itch_about(f, m);
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
    itch_entry *s = itch_about(f, m);
    uint64_t reference = itch_get64(u->reference), fresh = itch_get64(u->fresh);
    uint32_t shares = itch_get32(u->shares), price = itch_get32(u->price);
    uint32_t slot;
    pool_order *o = order_of(f, s, reference, &slot);
    if (__builtin_expect(!o, 0))
        return unknown(f, m, reference);
    if (__builtin_expect(fresh != reference, 1))
        TRY(judge_fresh(f, m, fresh));
    if (__builtin_expect(!mirroring_replace(s->book, slot, o, fresh, shares, price, time), 0)) {
        TRY(itch_make_room(f, s, m, shares, price));
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
    TRY(itch_need_book(f, m, p->stock));
    const itch_entry *s = itch_about(f, m);
    if (p->side != 'B' && p->side != 'S')
        return itch_refuse(f, m, "side 0x%02x, where B or S is good", (unsigned char)p->side);
    if (!price || price > ITCH_MAX_PRICE)
        return itch_refuse(f, m, "a trade at a price of %u", price);
    if (s->ignored)
        return STATUS_OK;
    mirroring_trade(s->book, p->side == 'B' ? SIDE_BUY : SIDE_SELL, shares, price, 0, itch_time(f, m));
    return STATUS_OK;
}

// A cross without shares says that there was none.
static status crossed(itch_feed *f, const itch_message *m) {
    const itch_cross *q = (const itch_cross *)m;
    uint64_t shares = itch_get64(q->shares);
    uint32_t price = itch_get32(q->price);
    TRY(itch_need_book(f, m, q->stock));
    const itch_entry *s = itch_about(f, m);
    if (shares > UINT32_MAX)
        return itch_refuse(f, m, "a cross of %" PRIu64 " shares", shares);
    if (shares && (!price || price > ITCH_MAX_PRICE))
        return itch_refuse(f, m, "a cross at a price of %u", price);
    if (!shares || s->ignored)
        return STATUS_OK;
    mirroring_trade(s->book, SIDE_SELL, (int64_t)shares, price, BOOK_AUCTION, itch_time(f, m));
    return STATUS_OK;
}

static status acted(itch_feed *f, const itch_message *m) {
    const itch_trading *h = (const itch_trading *)m;
    TRY(itch_named(f, m, h->stock));
    itch_entry *s = itch_about(f, m);
    switch (h->state) {
    case 'T':
        itch_set_state(f, s, STATE_CONTINUOUS, m);
        return STATUS_OK;
    case 'Q':
        itch_set_state(f, s, STATE_PRE_OPEN, m);
        return STATUS_OK;
    case 'H':
    case 'P':
        itch_set_state(f, s, STATE_HALTED, m);
        return STATUS_OK;
    default:
        return itch_refuse(f, m, "trading state 0x%02x, where T, Q, P or H is good", (unsigned char)h->state);
    }
}

// At the end of the system's hours every market is closed.
static status happened(itch_feed *f, const itch_message *m) {
    if (((const itch_system *)m)->event == 'E')
        for (size_t i = 0; i < f->known.n; i++)
            itch_set_state(f, &f->at[f->known.at[i]], STATE_CLOSED, m);
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
        return itch_named(f, m, ((const itch_directory *)m)->stock);
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
        return itch_refuse(f, m, "a time of %" PRIu64 " ns since midnight, more than a day", of_day);
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
    const book *b = itch_about(f, m)->book;
    uint8_t touched = touching[(uint8_t)m->type];
    f->expected[i] = 0;
    if (b && touched == TOUCHES_ORDER)
        f->expected[i] = mirroring_expect_order(b, refs_get(&f->orders, reference_of(m)));
    else if (b && touched == TOUCHES_LEVEL)
        f->expected[i] = mirroring_expect_level(b, side_of(m), itch_get32(((const itch_add *)m)->price));
}

static inline void expect_late(itch_feed *f, size_t i) {
    const itch_message *m = f->batch[i];
    const book *b = itch_about(f, m)->book;
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
    status s = itch_read(f->reader, f->batch, ITCH_BATCH, &f->n);
    return s == STATUS_OK ? s : end_with(f, s);
}

status itch_feed_time(itch_feed *f, int64_t *time) {
    TRY(need_message(f));
    *time = itch_time(f, f->batch[f->next]);
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
    while (i < end && itch_time(f, f->batch[i]) <= until)
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
