// LOBSTER days behind the common face.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/market/feed_kind.h"
#include "engine/market/lobster_feed.h"
#include "src/base/mem.h"

enum { NUMBER = 1, FIELDS = 6 };

typedef struct {
    lobster_feed *feed;
    book_stream *stream;
    char symbol[sizeof((feed_security *)0)->symbol];
} lobster_day;

// The first line is numbers between commas: six of a message, or four for each level of an orderbook file.
static bool begins(const feed_head *head) {
    size_t fields = 1;
    for (size_t i = 0; i < head->n && head->at[i] != '\n' && head->at[i] != '\r'; i++) {
        if (!head->at[i] || !strchr("0123456789.,-", head->at[i]))
            return false;
        fields += head->at[i] == ',';
    }
    return fields >= 4;
}

static status find_rows(const char *path, char **rows) {
    *rows = lobster_book_path(path);
    if (*rows)
        return STATUS_OK;
    return status_fail(
        STATUS_INVALID,
        "%s: looks like LOBSTER's, but is not named as a message file (AMZN_2012-06-21_…_message_5.csv); "
        "that is the one to name, and its orderbook file lies beside it",
        path);
}

// The security is what the name begins with.
static void read_symbol(const char *path, lobster_day *day) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    snprintf(day->symbol, sizeof day->symbol, "%.*s", (int)strcspn(name, "_."), name);
}

static status open_reader(const char *path, lobster_reader **out) {
    char *rows;
    TRY(find_rows(path, &rows));
    status s = lobster_open(path, rows, out);
    free(rows);
    return s;
}

static void close_feed(void *state) {
    lobster_day *day = state;
    lobster_feed_free(day->feed);
    free(day);
}

static status open_feed(const char *path, const feed_config *config, void **out) {
    lobster_reader *reader;
    lobster_day *day = mem_new(1, sizeof *day);
    day->stream = config->stream;
    read_symbol(path, day);
    status s = STATUS_OK;
    if (config->symbol && strcmp(config->symbol, day->symbol) != 0)
        s = status_fail(STATUS_INVALID, "%s: a day of %s by its name, not of %s", path, day->symbol, config->symbol);
    if (s == STATUS_OK)
        s = open_reader(path, &reader);
    if (s == STATUS_OK)
        s = lobster_feed_new(reader, config->stream, NUMBER, &day->feed);
    if (s != STATUS_OK)
        close_feed(day);
    else
        *out = day;
    return s;
}

static status next_time(void *state, int64_t *time) {
    const lobster_day *day = state;
    return lobster_feed_time(day->feed, time);
}

static status run(void *state, int64_t until, uint64_t most, uint64_t *applied) {
    const lobster_day *day = state;
    lobster_message m;
    int64_t time;
    status s = STATUS_OK;
    for (*applied = 0; *applied < most; ++*applied) {
        s = lobster_feed_time(day->feed, &time);
        if (s != STATUS_OK || time > until)
            break;
        s = lobster_feed_next(day->feed, &m);
        if (s != STATUS_OK)
            break;
    }
    book_stream_flush(day->stream);
    return s;
}

static size_t securities(const void *state) {
    (void)state;
    return 1;
}

static feed_security security(const void *state, size_t i) {
    (void)i;
    const lobster_day *day = state;
    feed_security out = {.number = NUMBER, .book = lobster_feed_book(day->feed)};
    memcpy(out.symbol, day->symbol, sizeof out.symbol);
    return out;
}

const feed_kind feed_lobster = {.name = "LOBSTER",
                                .begins = begins,
                                .open = open_feed,
                                .close = close_feed,
                                .time = next_time,
                                .run = run,
                                .securities = securities,
                                .security = security};
