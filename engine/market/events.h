// The stream of events of one book: numbers them and hands them to the sink.
#pragma once

#include "engine/market/book.h"

typedef struct {
    book_sink sink; // NULL: nobody listens
    void *context;
    uint64_t sequence; // of the last event
} events;

static inline void events_tell(events *e, book_event *event) {
    event->sequence = ++e->sequence;
    if (e->sink)
        e->sink(e->context, event);
}
