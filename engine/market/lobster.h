// LOBSTER: a day of one security as two CSV files without headers, row by row about the same moments. The message file
// says what happened in the visible part of the book, the orderbook file how its best levels stood right after.
// Source: the notes that the vendor's samples come with.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "engine/market/book.h"

typedef enum {
    LOBSTER_ADD = 1,
    LOBSTER_CANCEL, // part of an order
    LOBSTER_DELETE,
    LOBSTER_EXECUTE,
    LOBSTER_HIDDEN, // an order that was not displayed is executed; the book does not move
    LOBSTER_CROSS,
    LOBSTER_HALT, // price -1 halted, 0 quoting again, 1 trading again
} lobster_type;

typedef struct {
    int64_t time; // ns since midnight
    lobster_type type;
    side side; // of the order that the message is about
    uint64_t order;
    int64_t quantity;
    int64_t price; // 1e-4
} lobster_message;

enum { LOBSTER_LEVELS = 200 };

typedef struct {
    int64_t price, quantity;
} lobster_level;

// Both sides, by side, best first; a side may have fewer levels than the file has columns for.
typedef struct {
    size_t n[2];
    lobster_level at[2][LOBSTER_LEVELS];
} lobster_row;

typedef struct lobster_reader lobster_reader;

// The name of the orderbook file that belongs to a message file: "message" in its last part becomes "orderbook". NULL
// when there is none; freed by the caller.
char *lobster_book_path(const char *messages);

// STATUS_IO names the file.
status lobster_open(const char *messages, const char *rows, lobster_reader **out);
// Reads from memory that outlives the reader; the names are used in messages.
lobster_reader *lobster_from_memory(const char *messages, size_t n_messages, const char *rows, size_t n_rows);
void lobster_close(lobster_reader *r); // NULL is good

// The next message and the book after it; the row is good until the next call. STATUS_END behind the last.
// STATUS_INVALID (file, line) for a field that is not what it should be, levels out of order, times that go back, files
// of different lengths; it comes again at each further call.
status lobster_next(lobster_reader *r, lobster_message *message, const lobster_row **row);

size_t lobster_levels(const lobster_reader *r);    // columns for so many a side; 0 before the first row
uint64_t lobster_line(const lobster_reader *r);    // of the last row
const char *lobster_file(const lobster_reader *r); // of messages
