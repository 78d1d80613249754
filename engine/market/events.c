#include "engine/market/events.h"

#include <stdlib.h>

#include "src/base/mem.h"

book_stream *book_stream_new(book_sink sink, void *context) {
    book_stream *s = mem_new(1, sizeof *s);
    s->sink = sink;
    s->context = context;
    s->next = s->at;
    return s;
}

void book_stream_free(book_stream *s) { free(s); }

void book_stream_flush(book_stream *s) {
    size_t n = (size_t)(s->next - s->at);
    s->next = s->at;
    if (n && s->sink)
        s->sink(s->context, s->at, n);
}
