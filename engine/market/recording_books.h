// The books of a recorded feed (recording_feed.h): each as it was when its recording began, and from then on following
// its events (following.h), which go to the stream of the feed.
#pragma once

#include "engine/market/recording_feed.h"
#include "src/base/map.h"
#include "src/base/vec.h"

typedef struct {
    recording_security told;
    book *book;
} recorded_book;

typedef struct {
    book_stream *stream;
    VEC(recorded_book) at; // in the order they began
    map64 index;           // number to place
    size_t last;           // place of the last event's
    size_t memory, most;   // bytes
} recorded_books;

void recorded_free(recorded_books *r);

// Makes a book, or the same anew, and tells what it shows at `time` (since midnight). STATUS_INVALID for what can't be,
// STATUS_FULL; what was told before stands.
status recorded_begin(recorded_books *r, const recording_book *b, int64_t time);
// Lets its book follow an event and tells it, at `time`. STATUS_INVALID; then nothing was told.
status recorded_apply(recorded_books *r, const book_event *e, int64_t time);
