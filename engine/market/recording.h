// Recorded sessions: everything that happened in the books of a market, in a compact file that proves itself.
//
// A recording is a row of blocks, each with its length and a checksum; a block holds books (how they are configured, and
// what is on display when the recording begins for them, in the order of the queues) and events (book_event), packed.
// Blocks are only ever added, so a recording whose program was killed is good up to its last whole block; the last block
// of a finished one says so. What was recorded is read back event for event, equal in every field, and the books that
// live through it have the configuration that the recorded ones had, and show what they showed, queue order included.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "engine/market/book.h"
#include "src/base/clock.h"
#include "src/base/status.h"

typedef struct {
    date day;       // of the session
    int64_t origin; // ns since midnight at which the events' time is 0
} recording_head;

// ---- writing ----

typedef struct recording_writer recording_writer;

// STATUS_IO; the file must not be there yet (STATUS_EXISTS).
status recording_new(const char *path, const recording_head *head, recording_writer **out);
// A book that is recorded from now on: its configuration, its state and what it shows. Before its first event. The
// stream of its events has been flushed.
void recording_add(recording_writer *w, const char *symbol, const book *b);
// Events in the order of their stream; those of books that were not added are left out.
void recording_take(recording_writer *w, const book_event *events, size_t n);
// Writes what is kept back. A recording is written on from where it stood after a failure (a full disk) or fails for
// good: STATUS_IO, which comes again.
status recording_flush(recording_writer *w);
uint64_t recording_events(const recording_writer *w);
uint64_t recording_bytes(const recording_writer *w);
// Writes the end, makes it durable and frees the writer, also when it fails. STATUS_IO.
status recording_close(recording_writer *w);
