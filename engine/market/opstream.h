// Streams of order operations for timing the book, in the layout that other engines are timed with: a header of 128
// bytes, then records of 24 bytes, little endian. Ids are dense, in order of first use; the first records fill the
// books and are not timed. The header carries what the stream does when it is matched right (fills, shares, an
// order-sensitive hash of the fills, what rests at the end, a hash of the best prices), so a run proves itself.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "src/base/status.h"

typedef enum { OP_ADD, OP_CANCEL, OP_REPLACE, OP_MARKET, OP_IOC, OP_EXECUTE } op_type;

typedef struct {
    uint64_t id;
    uint32_t quantity; // of a replace the new one
    int32_t price;     // ticks; 0 for cancels and market orders
    uint16_t symbol;
    uint8_t type; // op_type
    uint8_t side; // 0 buy, 1 sell
    uint32_t user;
} op;

typedef struct {
    uint64_t fills, shares, fill_hash, resting, top_hash;
} op_totals;

// The header as it stands in the file, filled up with zeros to OP_HEADER bytes.
typedef struct {
    char magic[8]; // OBSTRM01
    uint32_t version, record;
    uint64_t setup, timed; // records
    uint32_t symbols, depth;
    uint64_t ids;
    int32_t lowest, highest; // prices
    uint32_t most_live, distance;
    uint64_t seed;
    op_totals expected;
} op_header;

enum { OP_HEADER = 128 };
_Static_assert(sizeof(op) == 24 && sizeof(op_header) == 112, "the layout of the file");

typedef struct {
    uint64_t setup, timed; // records
    uint32_t symbols, depth;
    uint32_t
        copies; // of one flow in this stream (opspread.h); copy i has the i-th part of symbols and ids. 1 in a file
    uint64_t most_live, ids;
    op_totals expected; // of each copy
    op *at;             // setup + timed of them
} op_stream;

// Reads a file and checks its header and every record: STATUS_IO or STATUS_INVALID name the file, the byte and what
// would be right. Released with op_stream_close.
status op_stream_open(const char *path, op_stream *out);
void op_stream_close(op_stream *s);

// The numbers that the hashes of the format begin with and multiply by (FNV-1a).
#define OP_HASH_START UINT64_C(14695981039346656037)
#define OP_HASH_PRIME UINT64_C(1099511628211)

// NULL when a run did what the header says, or the name of the first total that differs.
const char *op_totals_differ(const op_totals *is, const op_totals *expected);
