// Makes streams of order operations (opstream.h), as the page on their layout documents them: a flow of limit orders
// around a wandering middle, cancels of any live order, replaces, and takers that hit one to five levels. The same plan
// gives the same bytes as other makers of such streams do, wherever log() does.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "engine/market/opstream.h"

typedef struct {
    uint32_t symbols;    // 1 … 1,000
    uint32_t depth;      // resting orders a symbol that the flow returns to, 100 … 1,000,000
    uint64_t operations; // timed records
    uint32_t distance;   // mean of the geometric distance of limit orders from the middle, ticks, 1 … 2,000
    uint64_t seed;
} op_plan;

typedef struct op_maker op_maker;

// STATUS_INVALID names the field that is out of range; STATUS_FULL without memory.
status op_maker_new(const op_plan *plan, op_maker **out);
void op_maker_free(op_maker *m); // NULL is good

// The next record: symbols * depth that fill the books, then the plan's operations. False behind the last.
bool op_maker_next(op_maker *m, op *out);

// The header of the stream, whole when all records are made.
void op_maker_header(const op_maker *m, unsigned char out[OP_HEADER]);

// What the stream does up to now.
op_totals op_maker_totals(const op_maker *m);
