#include "engine/market/recording_export.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/market/itch_writer.h"
#include "engine/market/recording_feed.h"
#include "src/base/map.h"
#include "src/base/mem.h"

enum { MESSAGES = 65536, LONGEST = 8 }; // at a time; letters of a symbol

typedef struct {
    recording_feed *feed;
    itch_writer *writer;
    map64 places;     // number of a book to place and locate code, from 1
    size_t announced; // securities
    int64_t time;     // of the last event, or when the recording begins
    uint64_t events;
    status failed;
    char *why;
} exporter;

static status check_symbol(const char *symbol, size_t place) {
    bool good = *symbol && strlen(symbol) <= LONGEST;
    for (const char *c = symbol; *c; c++)
        good = good && isgraph((unsigned char)*c);
    if (!good)
        return status_fail(STATUS_INVALID, "'%s' is no symbol of ITCH, which have 1 to 8 letters", symbol);
    if (place > UINT16_MAX)
        return status_fail(STATUS_INVALID, "more than 65,535 securities, which is what ITCH has numbers for");
    return STATUS_OK;
}

// Securities that have begun since the last call.
static void announce(exporter *x) {
    while (x->failed == STATUS_OK && x->announced < recording_feed_securities(x->feed)) {
        const recording_security s = recording_feed_security(x->feed, x->announced);
        size_t place = ++x->announced;
        x->failed = check_symbol(s.symbol, place);
        if (x->failed != STATUS_OK) {
            x->why = mem_string(status_message());
            return;
        }
        map64_put(&x->places, s.number, place);
        itch_writer_security(x->writer, (uint32_t)place, (uint16_t)place, s.symbol, s.state, x->time);
    }
}

static void take(void *context, const book_event *events, size_t n) {
    exporter *x = context;
    for (size_t i = 0; i < n && x->failed == STATUS_OK; i++) {
        book_event e = events[i];
        uint64_t place;
        x->time = e.time;
        if (!map64_get(&x->places, e.book, &place)) {
            announce(x);
            map64_get(&x->places, e.book, &place);
        }
        if (x->failed != STATUS_OK)
            return;
        e.book = (uint32_t)place;
        itch_writer_take(x->writer, &e, 1);
        x->events++;
    }
}

static status run(exporter *x, bool (*stop)(void *context), void *context) {
    status s = recording_feed_time(x->feed, &x->time);
    if (s != STATUS_OK && s != STATUS_END)
        return s;
    itch_writer_system(x->writer, 'O', x->time);
    do { // also when no event comes: then books begin in it
        uint64_t n;
        s = recording_feed_run(x->feed, INT64_MAX, MESSAGES, &n);
        if (stop && stop(context))
            return status_fail(STATUS_CANCELLED, "cancelled");
    } while (s == STATUS_OK && x->failed == STATUS_OK);
    if (x->failed != STATUS_OK)
        return status_fail(x->failed, "%s", x->why);
    if (s != STATUS_END)
        return s;
    announce(x); // those in which nothing happened
    if (x->failed != STATUS_OK)
        return status_fail(x->failed, "%s", x->why);
    itch_writer_system(x->writer, 'C', x->time);
    return STATUS_OK;
}

static status finish(exporter *x, status s, recording_exported *out) {
    *out = (recording_exported){.securities = x->announced,
                                .events = x->events,
                                .messages = itch_writer_messages(x->writer),
                                .bytes = itch_writer_bytes(x->writer),
                                .whole = !recording_feed_is_cut(x->feed)};
    if (s == STATUS_OK)
        return itch_writer_close(x->writer);
    itch_writer_drop(x->writer);
    return s;
}

status recording_export(const char *path, const char *itch, bool (*stop)(void *context), void *context,
                        recording_exported *out) {
    exporter x = {0};
    recording_reader *reader;
    if (access(itch, F_OK) == 0)
        return status_fail(STATUS_EXISTS, "%s is there already; name another file", itch);
    TRY(recording_open(path, &reader));
    status s = itch_writer_new(itch, 0, &x.writer);
    if (s != STATUS_OK) {
        recording_free(reader);
        return s;
    }
    x.time = recording_head_of(reader).origin;
    book_stream *stream = book_stream_new(take, &x);
    x.feed = recording_feed_new(reader, &(recording_feed_config){.stream = stream});
    s = finish(&x, run(&x, stop, context), out);
    recording_feed_free(x.feed);
    book_stream_free(stream);
    map64_free(&x.places);
    free(x.why);
    return s;
}
