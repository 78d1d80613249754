// What recording costs: ten minutes of 300 live books, written, read and lived through again; beside it, timed in the
// same run, copying the same events, which is the least that keeping them could cost.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/market/recording_feed.h"
#include "src/base/clock.h"
#include "src/base/vec.h"
#include "tests/engine/market/support_venue.h"

enum { DAY = 17569, BOOKS = 300, SPAN = 600 }; // session seconds

typedef struct {
    VEC(book_event) events;
} day;

static void keep(void *context, int32_t sid, const book_event *event) {
    (void)sid;
    vec_push(&((day *)context)->events, *event);
}

static venue *open_market(day *d) {
    venue *v;
    const venue_config config = {.seed = 11, .session = DAY};
    if (venue_new(&config, keep, d, &v) != STATUS_OK)
        return NULL;
    for (int32_t sid = 1; sid <= BOOKS; sid++) {
        venue_security s = venue_example(1 + sid % 50);
        s.sid = sid;
        if (venue_open(v, &s) != STATUS_OK)
            return NULL;
    }
    return v;
}

static double seconds_since(int64_t start) { return (double)(clock_mono() - start) / (double)NS_PER_S; }

static double copy(const day *d) {
    enum { RING = 1 << 12 };
    static book_event ring[RING];
    int64_t start = clock_mono();
    for (size_t i = 0; i < d->events.n; i++) {
        ring[i % RING] = d->events.at[i];
        __asm__ volatile("" : : "r"(ring) : "memory");
    }
    return seconds_since(start);
}

static double write_day(recording_writer *w, const day *d) {
    int64_t start = clock_mono();
    for (size_t i = 0; i < d->events.n; i += BOOK_STREAM_EVENTS)
        recording_take(w, d->events.at + i,
                       d->events.n - i < BOOK_STREAM_EVENTS ? d->events.n - i : BOOK_STREAM_EVENTS);
    return recording_flush(w) == STATUS_OK ? seconds_since(start) : -1;
}

static double read_day(const char *path) {
    recording_reader *r;
    recording_part part;
    if (recording_open(path, &r) != STATUS_OK)
        return -1;
    int64_t start = clock_mono();
    while (recording_read(r, &part) == STATUS_OK)
        ;
    double took = recording_is_whole(r) ? seconds_since(start) : -1;
    recording_free(r);
    return took;
}

static double live_day(const char *path) {
    recording_reader *r;
    uint64_t n;
    if (recording_open(path, &r) != STATUS_OK)
        return -1;
    book_stream *stream = book_stream_new(NULL, NULL);
    recording_feed *f = recording_feed_new(r, &(recording_feed_config){.stream = stream});
    int64_t start = clock_mono();
    status s = recording_feed_run(f, INT64_MAX, UINT64_MAX, &n);
    double took = s == STATUS_END ? seconds_since(start) : -1;
    recording_feed_free(f);
    book_stream_free(stream);
    return took;
}

static void put(const char *what, double took, uint64_t events) {
    printf("  %-10s %8.3f s, %6.2f million events a second\n", what, took, (double)events * 1e-6 / took);
}

int main(void) {
    day d = {0};
    recording_writer *w;
    const char *path = "/tmp/plimsoll-bench-recording";
    venue *v = open_market(&d);
    unlink(path);
    if (!v || recording_new(path, &(recording_head){.day = DAY}, &w) != STATUS_OK) {
        fprintf(stderr, "bench recording: %s\n", status_message());
        return 1;
    }
    venue_advance(v, venue_seconds(1));
    for (int32_t sid = 1; sid <= BOOKS; sid++)
        recording_add(w, "BENCH", venue_book(v, sid));
    d.events.n = 0;
    venue_advance(v, venue_seconds(SPAN));
    double bare = copy(&d), wrote = write_day(w, &d);
    uint64_t bytes = recording_bytes(w);
    if (recording_close(w) != STATUS_OK)
        return 1;
    double read = read_day(path), lived = live_day(path);
    unlink(path);
    printf("recording, ten minutes of %d books, %.2f million events, %.2f bytes each\n", BOOKS,
           (double)d.events.n * 1e-6, (double)bytes / (double)d.events.n);
    put("written", wrote, d.events.n);
    put("read", read, d.events.n);
    put("lived", lived, d.events.n);
    put("copied", bare, d.events.n);
    venue_free(v);
    vec_free(&d.events);
    return wrote < 0 || read < 0 || lived < 0;
}
