// A market of one book and random commands that can be recorded, and what it showed at one moment or another, to be
// compared with the book that lives through the recording.
#pragma once

#include "engine/market/recording.h"
#include "src/base/vec.h"
#include "tests/engine/market/support_commands.h"

// What a book showed.
typedef struct {
    uint64_t sequence; // of the last event before
    VEC(book_order) orders;
    book_state state;
    int64_t last, bid, ask;
} shown;

void shown_take(shown *s, const book *b);
void shown_expect(const shown *s, const book *b); // the same, queue order included; asserts
void shown_free(shown *s);

typedef struct {
    market market;
    command_source source;
    reference *reference;
    book_stream *stream;
    book *book;
    VEC(uint64_t) ids[2]; // by number of the command: in the reference, in the book
    VEC(book_event) told;
    VEC(shown) moments;
    recording_writer *writer; // NULL: not recorded
    size_t recorded;          // of those told, up to which `writer` has them
} recorded_market;

void recorded_market_start(recorded_market *m, const market *how, uint64_t seed, uint64_t stream);
// Random commands; the events go to the writer in pieces, and now and then it is noted what the book shows.
void recorded_market_run(recorded_market *m, uint32_t commands);
// The book is recorded from now on.
void recorded_market_record(recorded_market *m, const char *path, const recording_head *head);
// Forgets what was told and noted so far.
void recorded_market_forget(recorded_market *m);
void recorded_market_end(recorded_market *m);

// An event without what holds anything in it.
book_event event_plain(const book_event *e);
void expect_same_events(const book_event *is, const book_event *expected, size_t n); // asserts
void expect_same_config(book_config is, book_config expected);

// A name in /tmp that no file has; good until the next call with the same buffer.
enum { FILE_NAME = 48 };
const char *fresh_path(char path[FILE_NAME]);
