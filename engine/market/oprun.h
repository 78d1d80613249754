// Plays a stream of order operations into fresh books, one a symbol, and times it.
#pragma once

#include "engine/market/opstream.h"

// Of the time that a command takes from its call to its return, ns; the clock's own time is taken off.
typedef struct {
    uint64_t n, p50, p99, p999, most;
} op_latency;

enum { OP_KINDS = OP_IOC + 1 };

typedef struct {
    op_totals totals; // fills, shares and orders of all copies; the hashes are those of the copy in `differs`
    uint32_t differs; // the first copy whose totals are not those that the stream expects; copies when there is none
    const char *what; // the total that differs, NULL when there is none
    double seconds;   // of the timed records
    uint64_t events, rejects;
    size_t resident; // what the books and the map of ids added to the process, bytes
    size_t memory;   // bytes of the books and of the map of ids, made before the clock runs
    uint64_t clock;  // what a measurement of nothing takes, ns; 0 in a run for throughput, as all that follows
    op_latency all, kind[OP_KINDS];
} op_result;

// For throughput the commands are taken as from a queue: those to come are named to the book (book_expect) when the
// books are larger than a core's cache. For latency each command is timed alone with the processor's time stamp
// counter, and nothing is named ahead. A command that fills the batch of events tells it before it returns, so its
// time has the listener's work too: the fills are folded into a hash. STATUS_FULL when there is no memory.
typedef enum { OP_THROUGHPUT, OP_LATENCY } op_measure;
status op_run(const op_stream *s, op_measure measure, op_result *out);
