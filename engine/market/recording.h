// Recorded sessions: everything that happened in the books of a market, in a compact file that proves itself.
//
// A recording is a row of blocks, each with its length and a checksum; a block holds books (how they are configured,
// and what is on display when the recording begins for them, in the order of the queues) and events (book_event),
// packed. Blocks are only ever added, so a recording whose program was killed is good up to its last whole block; the
// last block of a finished one says so. What was recorded is read back event for event, equal in every field, and the
// books that live through it (recording_feed.h) have the configuration that the recorded ones had, and show what they
// showed, queue order included.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/market/book.h"
#include "src/base/clock.h"
#include "src/base/status.h"

typedef struct {
    date day;       // of the session, from 1970 to 2199, or DATE_NONE
    int64_t origin; // ns since midnight at which the events' time is 0, below a day
} recording_head;

enum { RECORDING_SYMBOL = 16 }; // with its end

// ---- writing ----

typedef struct recording_writer recording_writer;

// STATUS_IO; the file must not be there yet (STATUS_EXISTS). On failure no file is left that was not there.
status recording_new(const char *path, const recording_head *head, recording_writer **out);
// A book that is recorded from now on: its configuration, its state and what it shows. Before its first event. The
// stream of its events has been flushed. A number that was added before names this book from now on. Of symbols the
// first 15 bytes are kept; they are printable ASCII without spaces and quotes, as a reader takes no others.
void recording_add(recording_writer *w, const char *symbol, const book *b);
// Events in the order of their stream; those of books that were not added are left out.
void recording_take(recording_writer *w, const book_event *events, size_t n);
// Writes what is kept back; not in the middle of a command. A recording that can't be written (a full disk) has failed
// for good: STATUS_IO, which comes again. What the file holds up to there can be read.
status recording_flush(recording_writer *w);
uint64_t recording_events(const recording_writer *w);
uint64_t recording_bytes(const recording_writer *w); // those kept back too
// Writes the end, makes it durable and frees the writer, also when it fails. STATUS_IO.
status recording_close(recording_writer *w);

// ---- reading ----

typedef struct recording_reader recording_reader;

// A book as it stood when its recording began.
typedef struct {
    char symbol[RECORDING_SYMBOL]; // 1 to 15 bytes of printable ASCII, no spaces, no quotes
    book_config config;            // with the state that the book had when it was made
    book_state state;              // when its recording began
    int64_t last;                  // price of the last trade, 0 when there was none
    // What it showed: id, tag, owner, side, price, quantity (open) and shown alone. Bids, then asks, the best prices
    // first, each price in the order of its queue.
    const book_order *orders;
    size_t n;
} recording_book;

// Either a book or events, good until the next call.
typedef struct {
    const recording_book *book; // or NULL
    const book_event *events;   // at least one; what holds anything in an event (book.h) is 0
    size_t n;
} recording_part;

// STATUS_NOT_FOUND, STATUS_IO, STATUS_INVALID when it is no recording, STATUS_VERSION, STATUS_CORRUPT.
status recording_open(const char *path, recording_reader **out);
// Reads from memory that outlives the reader; `name` is used in messages.
status recording_from_memory(const char *name, const void *bytes, size_t n, recording_reader **out);
void recording_free(recording_reader *r); // NULL is good

bool recording_begins(const void *bytes, size_t n); // are these the first bytes of a recording?
const char *recording_file(const recording_reader *r);
recording_head recording_head_of(const recording_reader *r);

// What was recorded next, in order. STATUS_END behind the last, which of a recording that was cut short (its program
// was killed) is that of its last whole block. STATUS_CORRUPT, with file and byte, for a block that is not as it was
// written, before anything of it is told; STATUS_INVALID for one that is, and says what no writer writes. Errors come
// again at each further call.
status recording_read(recording_reader *r, recording_part *out);
// After STATUS_END: did the recording come to its end, or was it cut short?
bool recording_is_whole(const recording_reader *r);
// Where the event i of the last part begins in the file (i = 0 for a book).
uint64_t recording_byte(const recording_reader *r, size_t i);
