// Operations a second of the order book, beside a yardstick timed in the same run: a bare book with arrays by tick and
// by order, no checks, no events, no ids. The stream is made here, once, against a yardstick: about 1,000 resting
// orders, 47 % limit orders that rest, 38 % cancels, 5 % each of replaces, market and IOC orders; prices geometric
// around a middle that wanders. Both books run it in turn, several times, and must agree on every fill; medians are
// printed.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/market/book.h"
#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/rng.h"

enum { OPERATIONS = 2000000, RESTING = 1000, TICKS = 1 << 16, MEAN_DISTANCE = 20, ROUNDS = 7 };

typedef enum { DO_ADD, DO_CANCEL, DO_REPLACE, DO_MARKET, DO_IOC } action;

typedef struct {
    uint32_t id;              // of the stream: 1, 2, 3 … in order of first use
    uint32_t quantity, price; // ticks
    uint8_t action, side;
} operation;

typedef struct {
    operation *at;
    size_t n, setup; // the first `setup` fill the book and are not timed
    uint32_t ids;
} stream;

// Fills so far, folded into one number (FNV-1a), so that no work can be left out.
typedef struct {
    uint64_t sum, fills;
} tally;

static inline void tally_fill(tally *t, uint64_t maker, uint64_t quantity, uint64_t ticks) {
    t->sum = (t->sum ^ (maker ^ quantity << 32 ^ ticks << 48)) * UINT64_C(1099511628211);
    t->fills++;
}

typedef struct {
    uint32_t id, quantity, prev, next, price, side;
} bare_order;

typedef struct {
    uint32_t head, tail, orders, quantity;
} bare_level;

typedef struct {
    uint64_t words[TICKS / 64], summary[TICKS / 4096];
    uint32_t best; // 0: empty
} bare_side;

typedef struct {
    bare_side side[2];
    bare_level levels[TICKS];
    bare_order *orders;
    uint32_t *slot; // of a stream's id
    uint32_t free, touched;
    tally tally;
} bare_book;

static bare_book *bare_new(uint32_t ids) {
    bare_book *b = mem_try(1, sizeof *b);
    if (!b)
        abort();
    b->orders = mem_new(2 * RESTING + 1000, sizeof *b->orders);
    b->slot = mem_new(ids + 1, sizeof *b->slot);
    return b;
}

static void bare_free(bare_book *b) {
    free(b->orders);
    free(b->slot);
    free(b);
}

static uint32_t bare_lowest(const bare_side *s, uint32_t from) {
    uint64_t word = s->words[from >> 6] >> (from & 63);
    if (word)
        return from + (uint32_t)__builtin_ctzll(word);
    for (uint32_t w = (from >> 6) + 1; w < TICKS / 64; w = (w | 63) + 1) {
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

static inline void bare_append(bare_book *b, uint32_t slot) {
    bare_order *o = &b->orders[slot];
    bare_level *l = &b->levels[o->price];
    bare_side *s = &b->side[o->side];
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

static inline void bare_unlink(bare_book *b, uint32_t slot) {
    bare_order *o = &b->orders[slot];
    bare_level *l = &b->levels[o->price];
    *(o->prev ? &b->orders[o->prev].next : &l->head) = o->next;
    *(o->next ? &b->orders[o->next].prev : &l->tail) = o->prev;
    l->quantity -= o->quantity;
    if (--l->orders)
        return;
    bare_side *s = &b->side[o->side];
    s->words[o->price >> 6] &= ~(UINT64_C(1) << (o->price & 63));
    if (!s->words[o->price >> 6])
        s->summary[o->price >> 12] &= ~(UINT64_C(1) << (o->price >> 6 & 63));
    if (s->best == o->price)
        s->best = o->side ? bare_lowest(s, o->price) : bare_highest(s, o->price);
}

static inline void bare_drop(bare_book *b, uint32_t slot) {
    bare_unlink(b, slot);
    b->slot[b->orders[slot].id] = 0;
    b->orders[slot].next = b->free;
    b->free = slot;
}

static inline void bare_take(bare_book *b, uint32_t taker_side, uint32_t quantity, uint32_t limit) {
    bare_side *s = &b->side[!taker_side];
    while (quantity && s->best && (!limit || (taker_side ? s->best >= limit : s->best <= limit))) {
        bare_level *l = &b->levels[s->best];
        bare_order *maker = &b->orders[l->head];
        uint32_t traded = maker->quantity < quantity ? maker->quantity : quantity;
        tally_fill(&b->tally, maker->id, traded, s->best);
        quantity -= traded;
        if (traded == maker->quantity) {
            bare_drop(b, l->head);
        } else {
            maker->quantity -= traded;
            l->quantity -= traded;
        }
    }
}

static inline void bare_do(bare_book *b, const operation *op) {
    uint32_t slot = b->slot[op->id];
    switch (op->action) {
    case DO_ADD:
        slot = b->free ? b->free : ++b->touched;
        if (slot == b->free)
            b->free = b->orders[slot].next;
        b->orders[slot] = (bare_order){.id = op->id, .quantity = op->quantity, .price = op->price, .side = op->side};
        b->slot[op->id] = slot;
        bare_append(b, slot);
        break;
    case DO_CANCEL:
        bare_drop(b, slot);
        break;
    case DO_REPLACE:
        bare_unlink(b, slot);
        b->orders[slot].price = op->price;
        b->orders[slot].quantity = op->quantity;
        bare_append(b, slot);
        break;
    default:
        bare_take(b, op->side, op->quantity, op->price);
    }
}

typedef struct {
    bare_book *book;
    rng rng;
    stream *out;
    uint32_t live[OPERATIONS + RESTING], n_live; // ids; filled ones are found out when they are drawn
    uint32_t resting[2];
    uint32_t middle;
    double log_miss;
} maker;

static uint32_t distance(maker *m) {
    double d = log(1 - rng_double(&m->rng)) / m->log_miss;
    return d > 2500 ? 2500 : (uint32_t)d;
}

static uint32_t draw_quantity(maker *m) {
    return rng_below(&m->rng, 10) < 7 ? 100 * (1 + (uint32_t)rng_below(&m->rng, 5))
                                      : 1 + (uint32_t)rng_below(&m->rng, 99);
}

// A price that does not cross.
static uint32_t passive_price(maker *m, uint32_t s) {
    uint32_t other = m->book->side[!s].best, away = 1 + distance(m);
    uint32_t price = s ? m->middle + away : m->middle - away;
    if (other && (s ? price <= other : price >= other))
        price = s ? other + 1 + distance(m) / 4 : other - 1 - distance(m) / 4;
    return price;
}

static uint32_t draw_live(maker *m) {
    while (m->n_live) {
        uint32_t i = (uint32_t)rng_below(&m->rng, m->n_live), id = m->live[i];
        if (m->book->slot[id])
            return id;
        m->live[i] = m->live[--m->n_live];
    }
    return 0;
}

static void emit(maker *m, operation op) {
    bare_do(m->book, &op);
    m->out->at[m->out->n++] = op;
}

static uint32_t resting_orders(const maker *m, uint32_t s) {
    uint32_t n = 0;
    for (uint32_t p = m->middle - 3000; p < m->middle + 3000; p++)
        if (m->book->side[s].words[p >> 6] >> (p & 63) & 1)
            n += m->book->levels[p].orders;
    return n;
}

static void make_add(maker *m) {
    uint32_t id = ++m->out->ids;
    uint32_t s = rng_below(&m->rng, m->resting[0] + m->resting[1] + 1) < m->resting[0];
    m->live[m->n_live++] = id;
    emit(m, (operation){.id = id,
                        .quantity = draw_quantity(m),
                        .price = passive_price(m, s),
                        .action = DO_ADD,
                        .side = (uint8_t)s});
    m->resting[s]++;
}

static void make_replace(maker *m) {
    uint32_t id = draw_live(m);
    const bare_order *o = &m->book->orders[m->book->slot[id]];
    uint32_t price = passive_price(m, o->side);
    if (price == o->price)
        price += o->side ? 1 : UINT32_MAX;
    emit(m,
         (operation){
             .id = id, .quantity = draw_quantity(m), .price = price, .action = DO_REPLACE, .side = (uint8_t)o->side});
}

static void make_taker(maker *m, action kind) {
    uint32_t s = (uint32_t)rng_below(&m->rng, 2), best = m->book->side[!s].best;
    if (m->middle > m->book->side[1].best)
        s = rng_below(&m->rng, 4) == 0;
    if (m->middle < m->book->side[0].best)
        s = rng_below(&m->rng, 4) != 0;
    best = m->book->side[!s].best;
    const bare_level *l = &m->book->levels[best];
    uint32_t quantity = 1 + (uint32_t)rng_below(&m->rng, m->book->orders[l->head].quantity * 3 / 2);
    emit(m, (operation){.id = ++m->out->ids,
                        .quantity = quantity,
                        .price = kind == DO_IOC ? best : 0,
                        .action = (uint8_t)kind,
                        .side = (uint8_t)s});
}

static void make_cancel(maker *m) {
    uint32_t id = draw_live(m);
    m->resting[m->book->orders[m->book->slot[id]].side]--;
    emit(m, (operation){.id = id, .action = DO_CANCEL});
}

static stream stream_make(void) {
    stream out = {.at = mem_new(OPERATIONS + RESTING, sizeof(operation))};
    maker *m = mem_new(1, sizeof *m);
    *m = (maker){.book = bare_new(OPERATIONS + RESTING),
                 .rng = rng_seed(42),
                 .out = &out,
                 .middle = 25000,
                 .log_miss = log(1 - 1.0 / (MEAN_DISTANCE + 1))};
    while (out.n < RESTING)
        make_add(m);
    out.setup = out.n;
    while (out.n < OPERATIONS + RESTING) {
        if (rng_below(&m->rng, 50) == 0)
            m->middle += rng_below(&m->rng, 2) ? 1 : UINT32_MAX;
        if (out.n % 256 == 0) // fills are not counted one by one
            for (uint32_t s = 0; s < 2; s++)
                m->resting[s] = resting_orders(m, s);
        uint64_t k = rng_below(&m->rng, 1000);
        uint32_t live = m->resting[0] + m->resting[1];
        if (k < 100)
            make_taker(m, k < 50 ? DO_MARKET : DO_IOC);
        else if (k < 150)
            make_replace(m);
        else if (rng_below(&m->rng, 1000) < (live < RESTING ? 600 : 480))
            make_add(m);
        else
            make_cancel(m);
    }
    bare_free(m->book);
    free(m);
    return out;
}

typedef struct {
    tally tally;
    uint64_t events;
} listener;

static void listen(void *context, const book_event *events, size_t n) {
    listener *l = context;
    l->events += n;
    for (const book_event *e = events; e < events + n; e++)
        if (e->kind == BOOK_FILL)
            tally_fill(&l->tally, e->maker_tag, e->quantity, (uint64_t)e->price / 100);
}

static inline void book_do(book *b, book_order_id *ids, const operation *op, int64_t time) {
    if (op->action == DO_CANCEL) {
        book_cancel(b, ids[op->id], time);
    } else if (op->action == DO_REPLACE) {
        book_replace(b, ids[op->id], op->quantity, (int64_t)op->price * 100, time);
    } else {
        book_request q = {.tag = op->id,
                          .owner = op->id & 63,
                          .side = (side)op->side,
                          .type = op->action == DO_MARKET ? ORDER_MARKET : ORDER_LIMIT,
                          .tif = op->action == DO_IOC ? TIF_IOC : TIF_DAY,
                          .quantity = op->quantity,
                          .price = (int64_t)op->price * 100,
                          .time = time};
        ids[op->id] = book_submit(b, &q);
    }
}

static double seconds_since(int64_t start) { return (double)(clock_mono() - start) * 1e-9; }

static double run_book(const stream *s, listener *l) {
    book *b;
    const book_config config = {
        .tick = 100, .lot = 1, .max_quantity = 1000000, .max_price = TICKS * 100, .max_orders = 4096};
    book_stream *out = book_stream_new(listen, l);
    if (book_new(&config, out, &b) != STATUS_OK)
        abort();
    book_order_id *ids = mem_new(s->ids + 1, sizeof *ids);
    for (size_t i = 0; i < s->setup; i++)
        book_do(b, ids, &s->at[i], 0);
    book_stream_flush(out);
    l->events = 0;
    int64_t start = clock_mono();
    for (size_t i = s->setup; i < s->n; i++)
        book_do(b, ids, &s->at[i], (int64_t)i);
    book_stream_flush(out);
    double took = seconds_since(start);
    free(ids);
    book_free(b);
    book_stream_free(out);
    return took;
}

static double run_yardstick(const stream *s, tally *t) {
    bare_book *b = bare_new(s->ids);
    for (size_t i = 0; i < s->setup; i++)
        bare_do(b, &s->at[i]);
    int64_t start = clock_mono();
    for (size_t i = s->setup; i < s->n; i++)
        bare_do(b, &s->at[i]);
    double took = seconds_since(start);
    *t = b->tally;
    bare_free(b);
    return took;
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void) {
    stream s = stream_make();
    size_t count[5] = {0};
    for (size_t i = s.setup; i < s.n; i++)
        count[s.at[i].action]++;
    double ours[ROUNDS], bare[ROUNDS];
    listener l;
    tally t;
    for (int i = 0; i < ROUNDS; i++) {
        l = (listener){0};
        bare[i] = run_yardstick(&s, &t);
        ours[i] = run_book(&s, &l);
        if (t.sum != l.tally.sum || t.fills != l.tally.fills) {
            fprintf(stderr, "bench book: the book and the yardstick do not agree on the fills\n");
            return 1;
        }
    }
    qsort(ours, ROUNDS, sizeof *ours, compare_doubles);
    qsort(bare, ROUNDS, sizeof *bare, compare_doubles);
    double n = OPERATIONS * 1e-6;
    printf("order book, %d operations on %d resting orders, median of %d runs\n", OPERATIONS, RESTING, ROUNDS);
    printf(
        "  add %.1f %%, cancel %.1f %%, replace %.1f %%, market %.1f %%, IOC %.1f %%; %llu fills, %.2f events each\n",
        (double)count[DO_ADD] / OPERATIONS * 100, (double)count[DO_CANCEL] / OPERATIONS * 100,
        (double)count[DO_REPLACE] / OPERATIONS * 100, (double)count[DO_MARKET] / OPERATIONS * 100,
        (double)count[DO_IOC] / OPERATIONS * 100, (unsigned long long)t.fills, (double)l.events / OPERATIONS);
    printf("  book       %6.1f million a second\n", n / ours[ROUNDS / 2]);
    printf("  yardstick  %6.1f million a second (arrays by tick and id, no checks, no events)\n", n / bare[ROUNDS / 2]);
    printf("  ratio      %6.2f\n", bare[ROUNDS / 2] / ours[ROUNDS / 2]);
    free(s.at);
    return 0;
}
