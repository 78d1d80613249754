// The stream of events of one book: numbers them and hands them to the sink.
#pragma once

#include "engine/market/book.h"

typedef struct {
    book_sink sink; // NULL: nobody listens
    void *context;
    uint64_t sequence; // of the last event
    book_event blank;  // used again for every event without a maker: those fields stay 0 and are not written each time
} events;

static inline void events_tell(events *e, book_event *event) {
    event->sequence = ++e->sequence;
    if (e->sink)
        e->sink(e->context, event);
}

// An event that is no fill, to be completed (side, order, tag, owner, quantity, price, leaves) and told at once.
static inline book_event *events_blank(events *e, book_event_kind kind, int64_t time) {
    book_event *event = &e->blank;
    event->kind = kind;
    event->reason = REJECT_NONE;
    event->kept_priority = false;
    event->rests = false;
    event->time = time;
    return event;
}
