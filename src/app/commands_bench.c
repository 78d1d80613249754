// bench: figures of the engine on given inputs, so that engines can be compared in one run.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/market/opstream.h"
#include "src/app/commands.h"
#include "src/app/program.h"

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
    table_int(t, (int64_t)timed->p50);
    table_int(t, (int64_t)timed->p99);
    table_int(t, (int64_t)timed->p999);
    table_int(t, (int64_t)timed->most);
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

static status check_totals(const char *path, const op_result *r, const op_totals *expected) {
    const char *differs = op_totals_differ(&r->totals, expected);
    if (differs)
        return status_fail(STATUS_CORRUPT, "%s: the %s differ from what the stream's header says (%" PRIu64 " rejects)",
                           path, differs, r->rejects);
    return STATUS_OK;
}

static status measure(call *c, const char *path, const op_stream *s) {
    op_result fast, timed;
    TRY(op_stream_run(s, OP_THROUGHPUT, &fast));
    TRY(check_totals(path, &fast, &s->expected));
    TRY(op_stream_run(s, OP_LATENCY, &timed));
    TRY(check_totals(path, &timed, &s->expected));
    put_book(c, s, &fast, &timed);
    return STATUS_OK;
}

static status run_book(call *c) {
    if (!call_text(c, "--ops"))
        return status_fail(STATUS_USAGE, "bench book needs --ops FILE, a stream of operations");
    char *path = call_path(c, call_text(c, "--ops"));
    op_stream s;
    status done = op_stream_open(path, &s);
    if (done == STATUS_OK) {
        done = measure(c, path, &s);
        op_stream_close(&s);
    }
    free(path);
    return done;
}

static const command commands[] = {
    {.name = "bench book",
     .help = "time the order book on a stream of operations",
     .more = "bench book --ops w1.ops --format json\n"
             "Throughput is measured in one run, each command's time in another: with the processor's time stamp\n"
             "counter between fences, the median of empty measurements taken off. Both runs are checked against the\n"
             "totals in the stream's header.",
     .place = COMMAND_LOCAL,
     .args = {{"--ops", ARG_FILE, .help = "the stream, OBSTRM01"}},
     .run = run_book},
};

void commands_add_bench(command_table *t) { command_add(t, commands, sizeof commands / sizeof *commands); }
