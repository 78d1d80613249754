#include "engine/market/recording_feed.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/market/recording_books.h"
#include "engine/market/recording_pack.h"
#include "src/base/mem.h"

// A book that begins when the feed is run again.
typedef struct {
    recording_book begun;
    uint64_t byte;
    book_order *orders; // those of `begun`
} waiting;

struct recording_feed {
    recording_reader *reader;
    char *symbol;
    map64 wanted; // numbers of the symbol's books
    int64_t origin;
    recorded_books books;
    VEC(waiting) waiting;
    const book_event *events; // of the part at hand
    size_t n, next;
    bool begun;    // an event came; the last one was
    uint32_t book; // of this book
    int64_t time;  // and this time of the recording
    status ended;
    char *why;
};

recording_feed *recording_feed_new(recording_reader *reader, const recording_feed_config *config) {
    recording_feed *f = mem_new(1, sizeof *f);
    f->reader = reader;
    f->symbol = config->symbol ? mem_string(config->symbol) : NULL;
    f->origin = recording_head_of(reader).origin;
    f->books.stream = config->stream;
    f->books.most = config->memory ? config->memory : (size_t)1 << 31;
    return f;
}

void recording_feed_free(recording_feed *f) {
    if (!f)
        return;
    for (size_t i = 0; i < f->waiting.n; i++)
        free(f->waiting.at[i].orders);
    vec_free(&f->waiting);
    recorded_free(&f->books);
    map64_free(&f->wanted);
    recording_free(f->reader);
    free(f->symbol);
    free(f->why);
    free(f);
}

date recording_feed_day(const recording_feed *f) { return recording_head_of(f->reader).day; }
bool recording_feed_is_cut(const recording_feed *f) { return f->ended == STATUS_END && !recording_is_whole(f->reader); }
size_t recording_feed_securities(const recording_feed *f) { return f->books.at.n; }

recording_security recording_feed_security(const recording_feed *f, size_t i) {
    recording_security out = f->books.at.at[i].told;
    out.book = f->books.at.at[i].book;
    return out;
}

// ---- what comes ----

// It has ended here, and the sentence comes again at each further call.
static status end_with(recording_feed *f, status s) {
    free(f->why);
    f->ended = s;
    f->why = s == STATUS_END ? NULL : mem_string(status_message());
    f->n = f->next = 0;
    return s;
}

static status told(const recording_feed *f) { return f->why ? status_fail(f->ended, "%s", f->why) : f->ended; }

static void wait_with(recording_feed *f, const recording_book *b) {
    waiting w = {.begun = *b, .byte = recording_byte(f->reader, 0)};
    w.orders = mem_new(b->n + 1, sizeof *w.orders);
    if (b->n)
        memcpy(w.orders, b->orders, b->n * sizeof *b->orders);
    w.begun.orders = w.orders;
    vec_push(&f->waiting, w);
    if (f->symbol)
        map64_put(&f->wanted, b->config.number, 1);
}

static inline bool is_followed(const recording_feed *f, const book_event *e) {
    uint64_t yes;
    return !f->symbol || map64_get(&f->wanted, e->book, &yes);
}

// Sees to it that an event waits, of whichever book; followed books that begin before it wait, too.
static status need_event(recording_feed *f) {
    recording_part part;
    while (f->next == f->n) {
        TRY(told(f));
        status s = recording_read(f->reader, &part);
        if (s != STATUS_OK)
            return end_with(f, s);
        f->events = part.events;
        f->n = part.n;
        f->next = 0;
        if (part.book && (!f->symbol || strcmp(part.book->symbol, f->symbol) == 0))
            wait_with(f, part.book);
    }
    return STATUS_OK;
}

// Since midnight; a session may go on into the next day.
static status time_of_next(const recording_feed *f, int64_t *time) {
    bool is_none = __builtin_add_overflow(f->events[f->next].time, f->origin, time);
    if (__builtin_expect(!is_none && *time >= 0 && *time <= 2 * NS_PER_DAY, 1))
        return STATUS_OK;
    return status_fail(STATUS_INVALID, "%s: byte %" PRIu64 ": a time that is none", recording_file(f->reader),
                       recording_byte(f->reader, f->next));
}

status recording_feed_time(recording_feed *f, int64_t *time) {
    TRY(need_event(f));
    return time_of_next(f, time);
}

// ---- the run ----

// Books begin at the time of the event before, or, before the first, at that one's.
static status begin_books(recording_feed *f) {
    int64_t time = f->begun ? f->time + f->origin : f->origin;
    status s = STATUS_OK;
    if (!f->begun && f->next < f->n)
        s = time_of_next(f, &time);
    for (size_t i = 0; i < f->waiting.n; i++) {
        const waiting *w = &f->waiting.at[i];
        if (s == STATUS_OK && (s = recorded_begin(&f->books, &w->begun, time)) != STATUS_OK)
            status_within(s, "%s: byte %" PRIu64, recording_file(f->reader), w->byte);
        free(w->orders);
    }
    f->waiting.n = 0;
    return s == STATUS_OK ? s : end_with(f, s);
}

// An event of a book that is not followed passes by.
static inline status apply_next(recording_feed *f, int64_t time) {
    const book_event *e = &f->events[f->next];
    status s = is_followed(f, e) ? recorded_apply(&f->books, e, time) : STATUS_OK;
    if (__builtin_expect(s != STATUS_OK, 0)) {
        status_within(s, "%s: byte %" PRIu64, recording_file(f->reader), recording_byte(f->reader, f->next));
        return end_with(f, s);
    }
    f->begun = true;
    f->book = e->book;
    f->time = e->time;
    f->next++;
    return STATUS_OK;
}

// A message is over: does the next one have its turn? `came` is how the next event came.
static status judge_next(recording_feed *f, status came, int64_t until, int64_t *time, bool *stop) {
    TRY(begin_books(f));
    if (came != STATUS_OK)
        return told(f);
    status s = time_of_next(f, time);
    *stop = s == STATUS_OK && *time > until;
    return s == STATUS_OK ? s : end_with(f, s);
}

static status run_messages(recording_feed *f, int64_t until, uint64_t most, uint64_t *applied) {
    bool within = false, stop = false;
    int64_t time = 0;
    for (*applied = 0;;) {
        status came = need_event(f);
        bool goes_on =
            within && came == STATUS_OK && !f->waiting.n && pack_goes_on(f->book, f->time, &f->events[f->next]);
        if (!goes_on) {
            *applied += within;
            if (*applied >= most)
                return STATUS_OK;
            TRY(judge_next(f, came, until, &time, &stop));
            if (stop)
                return STATUS_OK;
        }
        TRY(apply_next(f, time));
        within = true;
    }
}

status recording_feed_run(recording_feed *f, int64_t until, uint64_t most, uint64_t *applied) {
    status s = run_messages(f, until, most, applied);
    book_stream_flush(f->books.stream);
    return s;
}
