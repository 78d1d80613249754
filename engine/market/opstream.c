#include "engine/market/opstream.h"

#include <errno.h>
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

enum { HEADER = OP_HEADER, TICK = 100, AHEAD = 24, EARLY = 12, LATE = 6 };

static const uint64_t HASH_START = UINT64_C(14695981039346656037), HASH_PRIME = UINT64_C(1099511628211);
// Books whose orders fit into half of a core's own cache (1 MB on today's servers) gain nothing from naming ahead.
static const uint64_t FITS = (1 << 19) / 32;

static status check_header(const char *path, const op_header *h, uint64_t bytes) {
    if (memcmp(h->magic, "OBSTRM01", 8) != 0)
        return status_fail(STATUS_INVALID, "%s: not a stream of order operations (OBSTRM01 is to stand at byte 0)",
                           path);
    if (h->version != 1 || h->record != sizeof(op))
        return status_fail(STATUS_VERSION, "%s: version %u with records of %u bytes at byte 8; version 1 has %zu", path,
                           h->version, h->record, sizeof(op));
    uint64_t records = (bytes - HEADER) / sizeof(op);
    if (h->setup > records || h->timed > records - h->setup)
        return status_fail(STATUS_INVALID,
                           "%s: %" PRIu64 " + %" PRIu64 " records are announced at byte 16, %" PRIu64 " are there",
                           path, h->setup, h->timed, records);
    // A book a symbol is made before the first record: what can't come up is not provided for.
    uint64_t used = h->setup + h->timed;
    if (!h->timed || !h->symbols || h->symbols > 65536 || h->symbols > used || h->ids > used || !h->most_live ||
        h->most_live > used)
        return status_fail(STATUS_INVALID,
                           "%s: the header needs timed records, and 1 to 65536 symbols, ids and live orders, none of "
                           "them more than records",
                           path);
    return STATUS_OK;
}

static status check_records(const char *path, const op_stream *s) {
    for (uint64_t i = 0; i < s->setup + s->timed; i++) {
        const op *o = &s->at[i];
        bool fine = o->id && o->id <= s->ids && o->symbol < s->symbols && o->type <= OP_IOC && o->side <= 1 &&
                    o->price >= 0 && (i >= s->setup || o->type == OP_ADD);
        if (!fine)
            return status_fail(STATUS_INVALID,
                               "%s: record %" PRIu64 " at byte %" PRIu64
                               " names no id, symbol, operation, side or price of this stream%s",
                               path, i + 1, HEADER + i * sizeof(op),
                               o->type == OP_EXECUTE ? " (executions stand in feeds, which trade nothing)" : "");
    }
    return STATUS_OK;
}

static status read_records(const char *path, FILE *f, op_stream *out) {
    uint64_t n = out->setup + out->timed;
    out->at = mem_try(n, sizeof *out->at);
    if (!out->at)
        return status_fail(STATUS_FULL, "%s: no memory for %" PRIu64 " records", path, n);
    if (fread(out->at, sizeof *out->at, n, f) != n)
        return status_fail(STATUS_IO, "%s: can't be read to its end: %s", path, strerror(errno));
    return check_records(path, out);
}

static status read_stream(const char *path, FILE *f, op_stream *out) {
    op_header h = {0};
    long bytes;
    if (fseek(f, 0, SEEK_END) != 0 || (bytes = ftell(f)) < 0 || fseek(f, 0, SEEK_SET) != 0)
        return status_fail(STATUS_IO, "%s: %s", path, strerror(errno));
    if (bytes < HEADER || fread(&h, sizeof h, 1, f) != 1 || fseek(f, HEADER, SEEK_SET) != 0)
        return status_fail(STATUS_INVALID, "%s: ends within its header of %d bytes", path, HEADER);
    TRY(check_header(path, &h, (uint64_t)bytes));
    *out = (op_stream){.setup = h.setup,
                       .timed = h.timed,
                       .symbols = h.symbols,
                       .depth = h.depth,
                       .most_live = h.most_live,
                       .ids = h.ids,
                       .expected = h.expected};
    return read_records(path, f, out);
}

status op_stream_open(const char *path, op_stream *out) {
    *out = (op_stream){0};
    FILE *f = fopen(path, "rb");
    if (!f)
        return status_fail(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO, "%s: %s", path, strerror(errno));
    status s = read_stream(path, f, out);
    fclose(f);
    if (s != STATUS_OK)
        op_stream_close(out);
    return s;
}

void op_stream_close(op_stream *s) {
    free(s->at);
    *s = (op_stream){0};
}

typedef struct {
    const op_stream *stream;
    book_stream *out;
    book **books;
    book_order_id *ids; // of the stream's ids
    op_totals totals;
    uint64_t events, rejects;
    book_request request;
} runner;

// Fills are picked out without a branch, which would be guessed wrong too often; then they alone are hashed.
static void listen(void *context, const book_event *events, size_t n) {
    runner *r = context;
    uint32_t picked[BOOK_STREAM_EVENTS];
    size_t fills = 0;
    uint64_t rejects = 0;
    for (size_t i = 0; i < n; i++) {
        picked[fills] = (uint32_t)i;
        fills += events[i].kind == BOOK_FILL;
        rejects += events[i].kind == BOOK_REJECTED;
    }
    uint64_t hash = r->totals.fill_hash, shares = 0;
    for (size_t i = 0; i < fills; i++) {
        const book_event *e = &events[picked[i]];
        hash = (hash ^ (e->maker_tag ^ (uint64_t)e->quantity << 32 ^ (uint64_t)e->price / TICK << 48)) * HASH_PRIME;
        shares += e->quantity;
    }
    r->totals.fill_hash = hash;
    r->totals.fills += fills;
    r->totals.shares += shares;
    r->rejects += rejects;
    r->events += n;
}

static status make_books(runner *r) {
    const op_stream *s = r->stream;
    uint64_t room = 4 * (uint64_t)s->depth + 1024;
    if (room > s->most_live + UINT64_C(1))
        room = s->most_live + UINT64_C(1);
    if (room > s->setup + s->timed)
        room = s->setup + s->timed;
    if (room > BOOK_MAX_ORDERS)
        room = BOOK_MAX_ORDERS;
    for (uint32_t i = 0; i < s->symbols; i++) {
        const book_config config = {.tick = TICK,
                                    .lot = 1,
                                    .max_quantity = (INT64_C(1) << 44) / BOOK_MAX_ORDERS - 1,
                                    .max_price = INT64_C(1000000) * TICK,
                                    .max_orders = (uint32_t)room,
                                    .number = i};
        TRY(book_new(&config, r->out, &r->books[i]));
    }
    return STATUS_OK;
}

static void runner_free(runner *r) {
    for (uint32_t i = 0; r->books && i < r->stream->symbols; i++)
        book_free(r->books[i]);
    free(r->books);
    free(r->ids);
    book_stream_free(r->out);
}

static status runner_init(runner *r, const op_stream *s) {
    *r = (runner){.stream = s, .totals.fill_hash = HASH_START};
    r->books = mem_try(s->symbols, sizeof *r->books);
    r->ids = mem_try(s->ids + 1, sizeof *r->ids);
    if (!r->books || !r->ids) {
        free(r->books);
        free(r->ids);
        return status_fail(STATUS_FULL, "no memory for %" PRIu64 " ids", s->ids);
    }
    r->out = book_stream_new(listen, r);
    status made = make_books(r);
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

static int compare_u32(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

// The median of an empty measurement, in ticks.
static uint32_t clock_cost(void) {
    enum { TRIES = 10001 };
    uint32_t *took = mem_new(TRIES, sizeof *took);
    for (int i = 0; i < TRIES; i++) {
        uint64_t before = ticks_before();
        took[i] = (uint32_t)(ticks_after() - before);
    }
    qsort(took, TRIES, sizeof *took, compare_u32);
    uint32_t median = took[TRIES / 2];
    free(took);
    return median;
}

static uint64_t quantile(const uint32_t *sorted, uint64_t n, double q, uint32_t cost, double ns) {
    uint64_t i = (uint64_t)((double)n * q);
    uint32_t took = sorted[i < n ? i : n - 1];
    return took > cost ? (uint64_t)((took - cost) * ns + 0.5) : 0;
}

static status run_timed(runner *r, op_result *out) {
    const op *o = r->stream->at + r->stream->setup;
    uint64_t n = r->stream->timed;
    uint32_t *took = mem_try(n, sizeof *took), cost = clock_cost();
    if (!took)
        return status_fail(STATUS_FULL, "no memory for %" PRIu64 " times", n);
    memset(took, 1, n * sizeof *took);
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
    qsort(took, n, sizeof *took, compare_u32);
    out->clock = (uint64_t)(cost * ns + 0.5);
    out->p50 = quantile(took, n, 0.5, cost, ns);
    out->p99 = quantile(took, n, 0.99, cost, ns);
    out->p999 = quantile(took, n, 0.999, cost, ns);
    out->most = quantile(took, n, 1, cost, ns);
    free(took);
    return STATUS_OK;
}

static void finish(runner *r, op_result *out) {
    r->totals.top_hash = HASH_START;
    for (uint32_t i = 0; i < r->stream->symbols; i++) {
        uint64_t bid = (uint64_t)book_best_bid(r->books[i]) / TICK, ask = (uint64_t)book_best_ask(r->books[i]) / TICK;
        r->totals.top_hash = (r->totals.top_hash ^ (bid | ask << 32)) * HASH_PRIME;
        r->totals.resting += book_live_orders(r->books[i]);
        out->memory += book_memory(r->books[i]);
    }
    out->memory += (r->stream->ids + 1) * sizeof *r->ids;
    out->totals = r->totals;
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

status op_stream_run(const op_stream *s, op_measure measure, op_result *out) {
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

const char *op_totals_differ(const op_totals *is, const op_totals *expected) {
    if (is->fills != expected->fills)
        return "fills";
    if (is->shares != expected->shares)
        return "shares traded";
    if (is->fill_hash != expected->fill_hash)
        return "hash of the fills";
    if (is->resting != expected->resting)
        return "orders resting at the end";
    return is->top_hash != expected->top_hash ? "hash of the best prices" : NULL;
}
