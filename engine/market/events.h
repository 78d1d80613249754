// The writing end of a stream of events (book.h): the next event is written in place, and a full buffer goes to the
// sink.
#pragma once

#include "engine/market/book.h"

struct book_stream {
    book_event *next;
    uint64_t sequence; // of the last event
    book_sink sink;    // NULL: nobody listens
    void *context;
    book_event at[BOOK_STREAM_EVENTS];
};

// The next event, to be written whole (all fields before `maker`, and of a fill all) and told before any other is
// begun.
static inline book_event *stream_next(const book_stream *s) { return s->next; }

static inline void stream_tell(book_stream *s, book_event *event) {
    event->sequence = ++s->sequence;
    s->next = event + 1;
    if (__builtin_expect(s->next == s->at + BOOK_STREAM_EVENTS, 0))
        book_stream_flush(s);
}

static inline void event_kind(book_event *event, book_event_kind kind, side s, uint8_t flags) {
    event->kind = (uint8_t)kind;
    event->reason = REJECT_NONE;
    event->side = (uint8_t)s;
    event->flags = flags;
}
