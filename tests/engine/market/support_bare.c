#include "tests/engine/market/support_bare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/mem.h"

typedef struct {
    uint64_t id;
    uint32_t quantity, prev, next, price, side;
} bare_order;

typedef struct {
    uint32_t head, tail, orders, quantity;
} bare_level;

typedef struct {
    uint64_t words[BARE_TICKS / 64], summary[BARE_TICKS / 4096];
    uint32_t best; // 0: empty
} bare_side;

typedef struct {
    bare_side side[2];
    bare_level levels[BARE_TICKS];
} bare_book;

typedef struct {
    bare_book *books;
    bare_order *orders;
    uint32_t *slot; // of a stream's id
    uint32_t free, touched;
    op_totals totals;
} bare;

static void *room(size_t n, size_t size) {
    void *p = mem_try(n, size);
    if (!p)
        abort();
    return p;
}

op_stream stream_make(const op_plan *plan) {
    op_maker *m;
    op_header h;
    unsigned char header[OP_HEADER];
    if (op_maker_new(plan, &m) != STATUS_OK) {
        fprintf(stderr, "bench: %s\n", status_message());
        exit(1);
    }
    uint64_t n = 0, records = plan->operations + (uint64_t)plan->symbols * plan->depth;
    op *at = room(records, sizeof *at);
    while (op_maker_next(m, &at[n]))
        if (++n == records)
            break;
    op_maker_header(m, header);
    memcpy(&h, header, sizeof h);
    op_maker_free(m);
    return (op_stream){.setup = h.setup,
                       .timed = h.timed,
                       .symbols = h.symbols,
                       .depth = h.depth,
                       .copies = 1,
                       .most_live = h.most_live,
                       .ids = h.ids,
                       .expected = h.expected,
                       .at = at};
}

static uint32_t bare_lowest(const bare_side *s, uint32_t from) {
    uint64_t word = s->words[from >> 6] >> (from & 63);
    if (word)
        return from + (uint32_t)__builtin_ctzll(word);
    for (uint32_t w = (from >> 6) + 1; w < BARE_TICKS / 64; w = (w | 63) + 1) {
        uint64_t words = s->summary[w >> 6] >> (w & 63);
        if (words) {
            w += (uint32_t)__builtin_ctzll(words);
            return w * 64 + (uint32_t)__builtin_ctzll(s->words[w]);
        }
    }
    return 0;
}

static uint32_t bare_highest(const bare_side *s, uint32_t from) {
    uint64_t word = s->words[from >> 6] << (63 - (from & 63));
    if (word)
        return from - (uint32_t)__builtin_clzll(word);
    for (uint32_t w = from >> 6; w > 0; w &= ~UINT32_C(63)) {
        uint64_t words = s->summary[(w - 1) >> 6] << (63 - ((w - 1) & 63));
        if (words) {
            w -= 1 + (uint32_t)__builtin_clzll(words);
            return w * 64 + 63 - (uint32_t)__builtin_clzll(s->words[w]);
        }
    }
    return 0;
}

static inline void append(bare *b, bare_book *book, uint32_t slot) {
    bare_order *o = &b->orders[slot];
    bare_level *l = &book->levels[o->price];
    bare_side *s = &book->side[o->side];
    o->next = 0;
    o->prev = l->tail;
    if (l->tail) {
        b->orders[l->tail].next = slot;
    } else {
        l->head = slot;
        s->words[o->price >> 6] |= UINT64_C(1) << (o->price & 63);
        s->summary[o->price >> 12] |= UINT64_C(1) << (o->price >> 6 & 63);
        if (!s->best || (o->side ? o->price < s->best : o->price > s->best))
            s->best = o->price;
    }
    l->tail = slot;
    l->orders++;
    l->quantity += o->quantity;
}

static inline void unlink_order(bare *b, bare_book *book, uint32_t slot) {
    bare_order *o = &b->orders[slot];
    bare_level *l = &book->levels[o->price];
    *(o->prev ? &b->orders[o->prev].next : &l->head) = o->next;
    *(o->next ? &b->orders[o->next].prev : &l->tail) = o->prev;
    l->quantity -= o->quantity;
    if (--l->orders)
        return;
    bare_side *s = &book->side[o->side];
    s->words[o->price >> 6] &= ~(UINT64_C(1) << (o->price & 63));
    if (!s->words[o->price >> 6])
        s->summary[o->price >> 12] &= ~(UINT64_C(1) << (o->price >> 6 & 63));
    if (s->best == o->price)
        s->best = o->side ? bare_lowest(s, o->price) : bare_highest(s, o->price);
}

static inline void drop(bare *b, bare_book *book, uint32_t slot) {
    unlink_order(b, book, slot);
    b->orders[slot].next = b->free;
    b->free = slot;
}

// limit: 0 = any price.
static inline void take(bare *b, bare_book *book, uint32_t taker_side, uint32_t quantity, uint32_t limit) {
    bare_side *s = &book->side[!taker_side];
    while (quantity && s->best && (!limit || (taker_side ? s->best >= limit : s->best <= limit))) {
        bare_level *l = &book->levels[s->best];
        bare_order *maker = &b->orders[l->head];
        uint32_t traded = maker->quantity < quantity ? maker->quantity : quantity;
        uint64_t word = maker->id ^ (uint64_t)traded << 32 ^ (uint64_t)s->best << 48;
        b->totals.fill_hash = (b->totals.fill_hash ^ word) * OP_HASH_PRIME;
        b->totals.fills++;
        b->totals.shares += traded;
        quantity -= traded;
        if (traded == maker->quantity) {
            drop(b, book, l->head);
        } else {
            maker->quantity -= traded;
            l->quantity -= traded;
        }
    }
}

static inline void rest(bare *b, bare_book *book, const op *o) {
    uint32_t slot = b->free ? b->free : ++b->touched;
    if (slot == b->free)
        b->free = b->orders[slot].next;
    b->orders[slot] = (bare_order){.id = o->id, .quantity = o->quantity, .price = (uint32_t)o->price, .side = o->side};
    b->slot[o->id] = slot;
    append(b, book, slot);
}

static inline void replace(bare *b, bare_book *book, const op *o) {
    uint32_t slot = b->slot[o->id];
    unlink_order(b, book, slot);
    b->orders[slot].price = (uint32_t)o->price;
    b->orders[slot].quantity = o->quantity;
    append(b, book, slot);
}

static inline void apply(bare *b, const op *o) {
    bare_book *book = &b->books[o->symbol];
    switch (o->type) {
    case OP_ADD:
        rest(b, book, o);
        break;
    case OP_CANCEL:
        drop(b, book, b->slot[o->id]);
        break;
    case OP_REPLACE:
        replace(b, book, o);
        break;
    default:
        take(b, book, o->side, o->quantity, (uint32_t)o->price);
    }
}

double bare_run(const op_stream *s, op_totals *out) {
    bare b = {.books = room(s->symbols, sizeof *b.books),
              .orders = room(s->most_live + 2, sizeof *b.orders),
              .slot = room(s->ids + 1, sizeof *b.slot),
              .totals.fill_hash = OP_HASH_START};
    const op *timed = s->at + s->setup, *end = timed + s->timed;
    for (const op *o = s->at; o < timed; o++)
        apply(&b, o);
    int64_t start = clock_mono();
    for (const op *o = timed; o < end; o++)
        apply(&b, o);
    double took = (double)(clock_mono() - start) * 1e-9;
    *out = b.totals;
    free(b.books);
    free(b.orders);
    free(b.slot);
    return took;
}
