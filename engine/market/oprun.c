#include "engine/market/oprun.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#include "engine/market/book.h"
#include "src/base/clock.h"
#include "src/base/mem.h"

enum { TICK = 100, AHEAD = 24, EARLY = 12, LATE = 6 };

// Books whose orders fit into half of a core's own cache (1 MB on today's servers) gain nothing from naming ahead.
static const uint64_t FITS = (1 << 19) / 32;

typedef struct {
    const op_stream *stream;
    book_stream *out;
    book **books;
    book_order_id *ids; // of the stream's ids
    op_totals *totals;  // of each copy
    uint64_t copy_ids;  // ids of each
    uint64_t events, rejects;
    book_request request;
} runner;

// Folds a fill into the hash of its copy, which is sensitive to their order; counts a rejection.
static inline void fold(runner *r, const book_event *e) {
    if (e->kind == BOOK_REJECTED) {
        r->rejects++;
        return;
    }
    op_totals *t = &r->totals[e->book];
    uint64_t maker = e->maker_tag - e->book * r->copy_ids;
    t->fill_hash =
        (t->fill_hash ^ (maker ^ (uint64_t)e->quantity << 32 ^ (uint64_t)e->price / TICK << 48)) * OP_HASH_PRIME;
    t->fills++;
    t->shares += e->quantity;
}

static inline uint32_t is_told(const book_event *e) {
    return e->kind - (unsigned)BOOK_REJECTED <= BOOK_FILL - BOOK_REJECTED;
}

// Fills and rejections are picked out without a branch, which would be guessed wrong too often: as bits of a word, four
// events at a time. Then they alone are looked at.
static void listen(void *context, const book_event *events, size_t n) {
    enum { WORD = 32 };
    runner *r = context;
    r->events += n;
    for (; n >= WORD; events += WORD, n -= WORD) {
        uint32_t told = 0;
        for (int i = 0; i < WORD; i += 4) {
            const book_event *e = &events[i];
            told |= (is_told(e) | is_told(e + 1) << 1 | is_told(e + 2) << 2 | is_told(e + 3) << 3) << i;
        }
        for (; told; told &= told - 1)
            fold(r, &events[__builtin_ctz(told)]);
    }
    for (; n > 0; events++, n--)
        if (is_told(events))
            fold(r, events);
}

static status make_books(runner *r) {
    const op_stream *s = r->stream;
    uint64_t room = 4 * (uint64_t)s->depth + 1024;
    uint64_t most = s->most_live / s->copies + 1;
    if (room > most)
        room = most;
    uint64_t records = (s->setup + s->timed) / s->copies;
    if (room > records)
        room = records;
    if (room > BOOK_MAX_ORDERS)
        room = BOOK_MAX_ORDERS;
    for (uint32_t i = 0; i < s->symbols; i++) {
        const book_config config = {.tick = TICK,
                                    .lot = 1,
                                    .max_quantity = (INT64_C(1) << 44) / BOOK_MAX_ORDERS - 1,
                                    .max_price = INT64_C(1000000) * TICK,
                                    .max_orders = (uint32_t)room,
                                    .number = i / (s->symbols / s->copies)};
        TRY(book_new(&config, r->out, &r->books[i]));
    }
    return STATUS_OK;
}

static void runner_free(runner *r) {
    for (uint32_t i = 0; r->books && i < r->stream->symbols; i++)
        book_free(r->books[i]);
    free(r->books);
    free(r->ids);
    free(r->totals);
    book_stream_free(r->out);
}

static status runner_init(runner *r, const op_stream *s) {
    *r = (runner){.stream = s, .out = book_stream_new(listen, r), .copy_ids = s->ids / s->copies};
    r->books = mem_try(s->symbols, sizeof *r->books);
    r->ids = mem_try(s->ids + 1, sizeof *r->ids);
    r->totals = mem_try(s->copies, sizeof *r->totals);
    status made = STATUS_FULL;
    if (r->books && r->ids && r->totals)
        made = make_books(r);
    else
        status_fail(STATUS_FULL, "no memory for %" PRIu64 " ids of %u books", s->ids, s->symbols);
    for (uint32_t i = 0; made == STATUS_OK && i < s->copies; i++)
        r->totals[i].fill_hash = OP_HASH_START;
    if (made != STATUS_OK)
        runner_free(r);
    return made;
}

// The one request of the runner, whose other fields stay zero: written anew for each command it would cost as much as
// a simple command does.
static inline const book_request *request_of(runner *r, const op *o, order_type type, time_in_force tif, int64_t time) {
    book_request *q = &r->request;
    q->tag = o->id;
    q->owner = o->user;
    q->side = (side)o->side;
    q->type = (uint8_t)type;
    q->tif = (uint8_t)tif;
    q->quantity = o->quantity;
    q->price = (int64_t)o->price * TICK;
    q->time = time;
    return q;
}

static inline void apply(runner *r, const op *o, int64_t time) {
    book *b = r->books[o->symbol];
    switch (o->type) {
    case OP_ADD:
        r->ids[o->id] = book_submit_limit(b, request_of(r, o, ORDER_LIMIT, TIF_DAY, time));
        break;
    case OP_CANCEL:
        book_cancel(b, r->ids[o->id], time);
        break;
    case OP_REPLACE:
        book_replace(b, r->ids[o->id], o->quantity, (int64_t)o->price * TICK, time);
        break;
    case OP_MARKET:
        book_submit_other(b, request_of(r, o, ORDER_MARKET, TIF_DAY, time));
        break;
    default:
        book_submit_other(b, request_of(r, o, ORDER_LIMIT, TIF_IOC, time));
    }
}

static void run_plain(runner *r, const op *o, const op *end, int64_t time) {
    for (; o < end; o++)
        apply(r, o, time++);
}

// As plain, with the commands to come named: first their id to the map, then their order to the book, twice. Those that
// name no live order have id 0, which is harmless, and cheaper than a branch.
static void run_expecting(runner *r, const op *o, const op *end, int64_t time) {
    const op *last = end - AHEAD;
    for (; o < last; o++) {
        __builtin_prefetch(&r->ids[o[AHEAD].id], 1);
        book_expect(r->books[o[EARLY].symbol], r->ids[o[EARLY].id], true);
        book_expect(r->books[o[LATE].symbol], r->ids[o[LATE].id], false);
        apply(r, o, time++);
    }
    run_plain(r, o, end, time);
}

#if defined(__x86_64__)
static inline uint64_t ticks_before(void) {
    _mm_lfence();
    return __rdtsc();
}
static inline uint64_t ticks_after(void) {
    unsigned core;
    uint64_t t = __rdtscp(&core);
    _mm_lfence();
    return t;
}
#else
static inline uint64_t ticks_before(void) { return (uint64_t)clock_mono(); }
static inline uint64_t ticks_after(void) { return (uint64_t)clock_mono(); }
#endif

static int compare_u64(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

// The median of an empty measurement, in ticks.
static uint64_t clock_cost(void) {
    enum { TRIES = 10001 };
    uint64_t *took = mem_new(TRIES, sizeof *took);
    for (int i = 0; i < TRIES; i++) {
        uint64_t before = ticks_before();
        took[i] = ticks_after() - before;
    }
    qsort(took, TRIES, sizeof *took, compare_u64);
    uint64_t median = took[TRIES / 2];
    free(took);
    return median;
}

// Times of commands, the shortest first: ticks, and the kind of command in the lowest bits.
typedef struct {
    uint64_t *took;
    uint64_t n, cost; // of the clock, ticks
    double ns;        // a tick
} timings;

enum { KIND_BITS = 3 };

static uint64_t quantile(const timings *t, double q) {
    uint64_t i = (uint64_t)((double)t->n * q), took = t->took[i < t->n ? i : t->n - 1] >> KIND_BITS;
    return took > t->cost ? (uint64_t)((double)(took - t->cost) * t->ns + 0.5) : 0;
}

static op_latency latency_of(const timings *t) {
    if (!t->n)
        return (op_latency){0};
    return (op_latency){t->n, quantile(t, 0.5), quantile(t, 0.99), quantile(t, 0.999), quantile(t, 1)};
}

// took: of the commands, in their order.
static status weigh(const op_stream *s, const uint32_t *took, double ns, op_result *out) {
    uint64_t *sorted = mem_try(2 * s->timed, sizeof *sorted);
    if (!sorted)
        return status_fail(STATUS_FULL, "no memory for %" PRIu64 " times", s->timed);
    for (uint64_t i = 0; i < s->timed; i++)
        sorted[i] = (uint64_t)took[i] << KIND_BITS | s->at[s->setup + i].type;
    qsort(sorted, s->timed, sizeof *sorted, compare_u64);
    const timings all = {sorted, s->timed, clock_cost(), ns};
    out->clock = (uint64_t)((double)all.cost * ns + 0.5);
    out->all = latency_of(&all);
    for (unsigned kind = 0; kind < OP_KINDS; kind++) {
        timings of_kind = {sorted + s->timed, 0, all.cost, ns};
        for (uint64_t i = 0; i < s->timed; i++)
            if ((sorted[i] & ((1 << KIND_BITS) - 1)) == kind)
                of_kind.took[of_kind.n++] = sorted[i];
        out->kind[kind] = latency_of(&of_kind);
    }
    free(sorted);
    return STATUS_OK;
}

static status run_timed(runner *r, op_result *out) {
    const op *o = r->stream->at + r->stream->setup;
    uint64_t n = r->stream->timed;
    uint32_t *took = mem_try(n, sizeof *took);
    if (!took)
        return status_fail(STATUS_FULL, "no memory for %" PRIu64 " times", n);
    int64_t start = clock_mono();
    uint64_t first = ticks_before();
    for (uint64_t i = 0; i < n; i++) {
        uint64_t before = ticks_before();
        apply(r, &o[i], (int64_t)i);
        uint64_t t = ticks_after() - before;
        took[i] = t > UINT32_MAX ? UINT32_MAX : (uint32_t)t;
    }
    double ns = (double)(clock_mono() - start) / (double)(ticks_after() - first);
    out->seconds = (double)(clock_mono() - start) * 1e-9;
    status done = weigh(r->stream, took, ns, out);
    free(took);
    return done;
}

// A copy's totals, whole now that its books have come to rest.
static void finish_copy(runner *r, uint32_t copy) {
    uint32_t each = r->stream->symbols / r->stream->copies;
    op_totals *t = &r->totals[copy];
    t->top_hash = OP_HASH_START;
    for (book **b = r->books + copy * each; b < r->books + (copy + 1) * each; b++) {
        uint64_t bid = (uint64_t)book_best_bid(*b) / TICK, ask = (uint64_t)book_best_ask(*b) / TICK;
        t->top_hash = (t->top_hash ^ (bid | ask << 32)) * OP_HASH_PRIME;
        t->resting += book_live_orders(*b);
    }
}

static void finish(runner *r, op_result *out) {
    const op_stream *s = r->stream;
    out->differs = s->copies;
    for (uint32_t i = 0; i < s->copies; i++) {
        const op_totals *t = &r->totals[i];
        finish_copy(r, i);
        out->totals.fills += t->fills;
        out->totals.shares += t->shares;
        out->totals.resting += t->resting;
        if (out->what)
            continue;
        out->what = op_totals_differ(t, &s->expected);
        out->differs = out->what ? i : s->copies;
        out->totals.fill_hash = t->fill_hash;
        out->totals.top_hash = t->top_hash;
    }
    for (uint32_t i = 0; i < s->symbols; i++)
        out->memory += book_memory(r->books[i]);
    out->memory += (s->ids + 1) * sizeof *r->ids;
    out->events = r->events;
    out->rejects = r->rejects;
}

// Resident memory of the process, bytes; 0 where /proc does not say.
static size_t resident(void) {
    unsigned long size, pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f && fscanf(f, "%lu %lu", &size, &pages) != 2)
        pages = 0;
    if (f)
        fclose(f);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static status run(runner *r, op_measure measure, op_result *out) {
    const op *first = r->stream->at, *timed = first + r->stream->setup, *end = timed + r->stream->timed;
    run_plain(r, first, timed, 0);
    book_stream_flush(r->out);
    r->events = 0;
    if (measure == OP_LATENCY) {
        TRY(run_timed(r, out));
    } else {
        bool large = r->stream->most_live > FITS && r->stream->timed > AHEAD;
        int64_t start = clock_mono();
        (large ? run_expecting : run_plain)(r, timed, end, 0);
        out->seconds = (double)(clock_mono() - start) * 1e-9;
    }
    book_stream_flush(r->out);
    finish(r, out);
    return STATUS_OK;
}

status op_run(const op_stream *s, op_measure measure, op_result *out) {
    *out = (op_result){0};
    runner r;
    size_t before = resident();
    TRY(runner_init(&r, s));
    size_t after = resident();
    out->resident = after > before ? after - before : 0;
    status done = run(&r, measure, out);
    runner_free(&r);
    return done;
}
