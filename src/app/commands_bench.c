// bench: figures of the engine on given inputs, so that engines can be compared in one run.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/market/itch_feed.h"
#include "engine/market/itch_flow.h"
#include "engine/market/opgen.h"
#include "engine/market/oprun.h"
#include "engine/market/opspread.h"
#include "engine/market/opstream.h"
#include "src/app/commands.h"
#include "src/app/program.h"
#include "src/base/clock.h"
#include "src/base/path.h"

static void put_book(call *c, const op_stream *s, const op_result *fast, const op_result *timed) {
    static const column columns[] = {{"mops", "MILLION OPERATIONS A SECOND", COLUMN_NUMBER, 2},
                                     {"p50_ns", "P50 NS", COLUMN_INT, 0},
                                     {"p99_ns", "P99 NS", COLUMN_INT, 0},
                                     {"p999_ns", "P99.9 NS", COLUMN_INT, 0},
                                     {"max_ns", "MAX NS", COLUMN_INT, 0},
                                     {"fills", "FILLS", COLUMN_INT, 0},
                                     {"fill_hash", "HASH OF THE FILLS", COLUMN_TEXT, 0},
                                     {"rss_mb", "RESIDENT MB OF BOOKS AND IDS", COLUMN_NUMBER, 1},
                                     {"operations", "OPERATIONS", COLUMN_INT, 0},
                                     {"books", "BOOKS", COLUMN_INT, 0},
                                     {"events", "EVENTS", COLUMN_INT, 0},
                                     {"clock_ns", "CLOCK TAKEN OFF, NS", COLUMN_INT, 0}};
    char fills[24];
    snprintf(fills, sizeof fills, "%016" PRIx64, fast->totals.fill_hash);
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    table_number(t, (double)s->timed / fast->seconds * 1e-6);
    table_int(t, (int64_t)timed->all.p50);
    table_int(t, (int64_t)timed->all.p99);
    table_int(t, (int64_t)timed->all.p999);
    table_int(t, (int64_t)timed->all.most);
    table_int(t, (int64_t)fast->totals.fills);
    table_text(t, fills);
    table_number(t, (double)fast->resident * 1e-6);
    table_int(t, (int64_t)s->timed);
    table_int(t, s->symbols);
    table_int(t, (int64_t)fast->events);
    table_int(t, (int64_t)timed->clock);
    call_print(c, t, true, NULL);
    table_free(t);
}

static void put_kind(table *t, const char *kind, const op_latency *l) {
    table_text(t, kind);
    table_int(t, (int64_t)l->n);
    table_int(t, (int64_t)l->p50);
    table_int(t, (int64_t)l->p99);
    table_int(t, (int64_t)l->p999);
    table_int(t, (int64_t)l->most);
}

static void put_kinds(call *c, const op_result *timed) {
    static const char *const names[OP_KINDS] = {"add", "cancel", "replace", "market", "ioc"};
    static const column columns[] = {{"kind", "COMMANDS", COLUMN_TEXT, 0},   {"n", "NUMBER", COLUMN_INT, 0},
                                     {"p50_ns", "P50 NS", COLUMN_INT, 0},    {"p99_ns", "P99 NS", COLUMN_INT, 0},
                                     {"p999_ns", "P99.9 NS", COLUMN_INT, 0}, {"max_ns", "MAX NS", COLUMN_INT, 0}};
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    put_kind(t, "all", &timed->all);
    for (int i = 0; i < OP_KINDS; i++)
        put_kind(t, names[i], &timed->kind[i]);
    call_print(c, t, false, NULL);
    table_free(t);
}

static status run_proved(const char *path, const op_stream *s, op_measure measure, op_result *out) {
    TRY(op_run(s, measure, out));
    if (!out->what)
        return STATUS_OK;
    if (s->copies > 1)
        return status_fail(STATUS_CORRUPT, "%s: the %s of copy %u of %u differ from those of the flow played alone",
                           path, out->what, out->differs + 1, s->copies);
    return status_fail(STATUS_CORRUPT, "%s: the %s differ from what the stream's header says (%" PRIu64 " rejects)",
                       path, out->what, out->rejects);
}

static status measure(call *c, const char *path, const op_stream *s) {
    op_result fast, timed;
    TRY(run_proved(path, s, OP_THROUGHPUT, &fast));
    TRY(run_proved(path, s, OP_LATENCY, &timed));
    if (call_flag(c, "--kinds"))
        put_kinds(c, &timed);
    else
        put_book(c, s, &fast, &timed);
    return STATUS_OK;
}

// In as many books as are asked for. That the stream itself is matched right is proved first: its header knows nothing
// of a part of it.
static status measure_spread(call *c, const char *path, const op_stream *s, uint32_t books) {
    op_stream spread;
    op_result whole;
    TRY(run_proved(path, s, OP_THROUGHPUT, &whole));
    TRY(op_stream_spread(s, books, &spread));
    status done = measure(c, path, &spread);
    op_stream_close(&spread);
    return done;
}

static status run_book(call *c) {
    int64_t books;
    if (!call_text(c, "--ops"))
        return status_fail(STATUS_USAGE, "bench book needs --ops FILE, a stream of operations");
    TRY(call_range(c, "--books", 1, 65536, 0, &books));
    char *path = call_path(c, call_text(c, "--ops"));
    op_stream s;
    status done = op_stream_open(path, &s);
    if (done == STATUS_OK) {
        done = books && books != s.symbols ? measure_spread(c, path, &s, (uint32_t)books) : measure(c, path, &s);
        op_stream_close(&s);
    }
    free(path);
    return done;
}

// ---- bench itch ----

typedef struct {
    double parse, book; // seconds
    uint64_t messages, bytes;
    itch_counts counts;
} itch_figures;

// Every message is cut out, and the fields that all have are read.
static status parse_all(const char *path, itch_figures *out) {
    enum { BATCH = 256 };
    itch_reader *r;
    const itch_message *messages[BATCH];
    uint64_t sum = 0;
    size_t n;
    status s;
    TRY(itch_open(path, &r));
    int64_t start = clock_mono();
    while ((s = itch_read(r, messages, BATCH, &n)) == STATUS_OK) {
        for (size_t i = 0; i < n; i++)
            sum += itch_get48(messages[i]->time) ^ itch_get16(messages[i]->locate);
        out->messages += n;
    }
    __asm__ volatile("" : : "r"(sum)); // what nobody reads would not be computed
    out->parse = (double)(clock_mono() - start) * 1e-9;
    out->bytes = itch_bytes_read(r);
    itch_close(r);
    return s == STATUS_END ? STATUS_OK : s;
}

static status follow_all(const char *path, const char *symbol, bool partial, itch_figures *out) {
    itch_reader *r;
    itch_feed *f;
    TRY(itch_open(path, &r));
    book_stream *stream = book_stream_new(NULL, NULL);
    const itch_feed_config how = {.stream = stream, .symbol = symbol, .partial = partial};
    status s = itch_feed_new(r, &how, &f);
    if (s == STATUS_OK) {
        uint64_t n;
        int64_t start = clock_mono();
        s = itch_feed_run(f, INT64_MAX, UINT64_MAX, &n);
        out->book = (double)(clock_mono() - start) * 1e-9;
        out->counts = itch_feed_counts(f);
        itch_feed_free(f);
    }
    book_stream_free(stream);
    return s == STATUS_END ? STATUS_OK : s;
}

static void put_itch(call *c, const itch_figures *f) {
    static const column columns[] = {{"mmps", "MILLION MESSAGES A SECOND, BOOKS", COLUMN_NUMBER, 2},
                                     {"parse_mmps", "PARSED ALONE", COLUMN_NUMBER, 2},
                                     {"messages", "MESSAGES", COLUMN_INT, 0},
                                     {"bytes", "BYTES", COLUMN_INT, 0},
                                     {"books", "BOOKS", COLUMN_INT, 0},
                                     {"live", "ORDERS LIVE AT THE END", COLUMN_INT, 0},
                                     {"unknown", "MESSAGES ABOUT UNKNOWN ORDERS", COLUMN_INT, 0},
                                     {"touch_hash", "HASH OF THE BEST PRICES", COLUMN_TEXT, 0},
                                     {"memory_mb", "MB OF BOOKS AND IDS", COLUMN_NUMBER, 1}};
    char touch[24];
    snprintf(touch, sizeof touch, "%016" PRIx64, f->counts.touch);
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    table_number(t, (double)f->messages / f->book * 1e-6);
    table_number(t, (double)f->messages / f->parse * 1e-6);
    table_int(t, (int64_t)f->messages);
    table_int(t, (int64_t)f->bytes);
    table_int(t, (int64_t)f->counts.books);
    table_int(t, (int64_t)f->counts.live);
    table_int(t, (int64_t)f->counts.unknown);
    table_text(t, touch);
    table_number(t, (double)f->counts.memory * 1e-6);
    call_print(c, t, true, NULL);
    table_free(t);
}

static status run_itch(call *c) {
    if (!call_text(c, "--file"))
        return status_fail(STATUS_USAGE, "bench itch needs --file FILE, an ITCH 5.0 file");
    char *path = call_path(c, call_text(c, "--file"));
    itch_figures figures = {0};
    status done = parse_all(path, &figures);
    if (done == STATUS_OK)
        done = follow_all(path, call_text(c, "--symbol"), call_flag(c, "--partial"), &figures);
    if (done == STATUS_OK)
        put_itch(c, &figures);
    free(path);
    return done;
}

// ---- bench gen ----

typedef struct {
    const char *ops_path, *itch_path; // either may be NULL
    text beside;                      // where the stream is written until it is whole
    FILE *ops;
    itch_flow *itch;
    uint64_t messages, bytes; // of the ITCH file
} gen_out;

static status gen_write(const gen_out *g, const void *bytes, size_t n) {
    if (!g->ops || fwrite(bytes, n, 1, g->ops) == 1)
        return STATUS_OK;
    return status_fail(STATUS_IO, "%s: cannot be written: %s", g->ops_path, strerror(errno));
}

static status gen_open(gen_out *g, const op_plan *plan) {
    static const unsigned char room[OP_HEADER];
    uint64_t records = plan->operations + (uint64_t)plan->symbols * plan->depth;
    if (g->ops_path) {
        TRY(path_check_replaceable(g->ops_path));
        text_printf(&g->beside, "%s.part", g->ops_path);
        g->ops = fopen(g->beside.at, "wb");
    }
    if (g->ops_path && !g->ops)
        return status_fail(STATUS_IO, "%s: cannot be made: %s", g->beside.at, strerror(errno));
    if (g->itch_path)
        TRY(itch_flow_new(g->itch_path, plan->symbols, plan->depth, records, &g->itch));
    return gen_write(g, room, sizeof room);
}

static status gen_close(gen_out *g, const op_maker *m) {
    unsigned char header[OP_HEADER];
    op_maker_header(m, header);
    if (g->ops)
        rewind(g->ops);
    TRY(gen_write(g, header, sizeof header));
    if (g->ops && (fflush(g->ops) != 0 || rename(g->beside.at, g->ops_path) != 0))
        return status_fail(STATUS_IO, "%s: cannot be written: %s", g->ops_path, strerror(errno));
    itch_flow *itch = g->itch;
    g->itch = NULL;
    return itch ? itch_flow_close(itch, &g->messages, &g->bytes) : STATUS_OK;
}

static status gen_all(call *c, gen_out *g, op_maker *m) {
    op o;
    for (uint64_t i = 0; op_maker_next(m, &o); i++) {
        TRY(gen_write(g, &o, sizeof o));
        if (g->itch)
            TRY(itch_flow_take(g->itch, &o));
        if (i % 65536 == 0 && call_cancelled(c))
            return status_fail(STATUS_CANCELLED, "cancelled");
    }
    return gen_close(g, m);
}

static void put_gen(call *c, const gen_out *g, const op_plan *plan, const op_totals *t) {
    char top[24], fills[24];
    snprintf(top, sizeof top, "%016" PRIx64, t->top_hash);
    snprintf(fills, sizeof fills, "%016" PRIx64, t->fill_hash);
    call_say(c,
             CALL_FIELDS(call_field_int("operations", (int64_t)plan->operations),
                         call_field_int("fills", (int64_t)t->fills), call_field_text("fill_hash", fills),
                         call_field_int("live", (int64_t)t->resting), call_field_text("touch_hash", top),
                         call_field_int("messages", (int64_t)g->messages), call_field_int("bytes", (int64_t)g->bytes)),
             "%" PRIu64 " operations, %" PRIu64 " fills, %" PRIu64 " orders live at the end, best prices %s",
             plan->operations, t->fills, t->resting, top);
}

static status read_plan(call *c, op_plan *plan) {
    int64_t symbols, depth, operations, distance, seed;
    TRY(call_range(c, "--symbols", 1, 1000, 1, &symbols));
    TRY(call_range(c, "--depth", 100, 1000000, 1000, &depth));
    TRY(call_range(c, "--operations", 1, 1000000000, 10000000, &operations));
    TRY(call_range(c, "--distance", 1, 2000, 20, &distance));
    TRY(call_range(c, "--seed", 0, INT64_MAX, 42, &seed));
    *plan = (op_plan){(uint32_t)symbols, (uint32_t)depth, (uint64_t)operations, (uint32_t)distance, (uint64_t)seed};
    return STATUS_OK;
}

static status run_gen(call *c) {
    op_plan plan;
    op_maker *m;
    const char *ops = call_text(c, "--ops"), *itch = call_text(c, "--itch");
    if (!ops && !itch)
        return status_fail(STATUS_USAGE, "bench gen needs --ops FILE or --itch FILE, or both, to write to");
    TRY(read_plan(c, &plan));
    TRY(op_maker_new(&plan, &m));
    char *ops_path = ops ? call_path(c, ops) : NULL, *itch_path = itch ? call_path(c, itch) : NULL;
    gen_out g = {.ops_path = ops_path, .itch_path = itch_path};
    status done = gen_open(&g, &plan);
    if (done == STATUS_OK)
        done = gen_all(c, &g, m);
    if (g.ops)
        fclose(g.ops);
    if (g.ops && done != STATUS_OK)
        remove(g.beside.at);
    text_free(&g.beside);
    itch_flow_drop(g.itch);
    const op_totals totals = op_maker_totals(m);
    if (done == STATUS_OK)
        put_gen(c, &g, &plan, &totals);
    op_maker_free(m);
    free(ops_path);
    free(itch_path);
    return done;
}

static const command commands[] = {
    {.name = "bench book",
     .help = "time the order book on a stream of operations",
     .more = "bench book --ops w1.ops --format json\n"
             "Throughput is measured in one run, each command's time in another: from its call to its return, what\n"
             "it has to tell written, and told when a batch of events is full; with the processor's time stamp\n"
             "counter between fences, the median of empty measurements taken off. In the run for throughput the\n"
             "commands to come are named to the books, as a queue of them allows, when the books are larger than a\n"
             "core's cache; in the other nothing is known before its call. Both runs are checked against the\n"
             "totals in the stream's header.\n"
             "With --books N, a multiple of the stream's, the beginning of its flow is played into that many books\n"
             "at once: each copy of the stream's books gets the same part, as many records as make the stream's\n"
             "number together, in turns that are drawn. Every copy is checked against the same part played alone,\n"
             "and fill_hash is the one that all of them came to.",
     .place = COMMAND_LOCAL,
     .args = {{"--ops", ARG_FILE, .help = "the stream, OBSTRM01"},
              {"--books", ARG_INT, .help = "books at once, otherwise those of the stream"},
              {"--kinds", ARG_FLAG, .help = "the times of each kind of command instead"}},
     .run = run_book},
    {.name = "bench itch",
     .help = "time an ITCH 5.0 file, parsed alone and with all its books",
     .more = "bench itch --file day.itch.gz --format json\n"
             "The file is read twice: once every message is cut out and its head read, once every order goes through\n"
             "the book of its security. The hash is of the best prices of all books at the end.",
     .place = COMMAND_LOCAL,
     .args = {{"--file", ARG_FILE, .help = "the file, plain or gzip"},
              {"--symbol", ARG_TEXT, .help = "the one security to follow"},
              {"--partial", ARG_FLAG, .help = "leave out messages about orders that the file never told"}},
     .run = run_itch},
    {.name = "bench gen",
     .help = "make a stream of operations, or the ITCH file of its flow",
     .more =
         "bench gen --ops w1.ops --itch w1.itch\n"
         "The same numbers make the same bytes: a flow of limit orders around a wandering middle, cancels, replaces\n"
         "and takers. Without options it is the first of the usual three, W1; W2 has --symbols 100, W3 --depth\n"
         "100000 --distance 250.",
     .place = COMMAND_LOCAL,
     .args = {{"--ops", ARG_FILE, .help = "the stream, OBSTRM01"},
              {"--itch", ARG_FILE, .help = "the ITCH 5.0 file"},
              {"--symbols", ARG_INT, .help = "1 to 1,000, otherwise 1"},
              {"--depth", ARG_INT, .help = "resting orders a symbol, otherwise 1,000"},
              {"--operations", ARG_INT, .help = "behind those that fill the books, otherwise 10,000,000"},
              {"--distance", ARG_INT, .help = "mean distance from the middle in ticks, otherwise 20"},
              {"--seed", ARG_INT, .help = "otherwise 42"}},
     .run = run_gen},
};

void commands_add_bench(command_table *t) { command_add(t, commands, sizeof commands / sizeof *commands); }
