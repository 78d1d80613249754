// Recordings behind the common face.
#include <string.h>

#include "engine/market/feed_kind.h"
#include "engine/market/recording_feed.h"

static bool begins(const feed_head *head) { return recording_begins(head->at, head->n); }

static status open_feed(const char *path, const feed_config *config, void **out) {
    recording_reader *reader;
    const recording_feed_config how = {.stream = config->stream, .symbol = config->symbol};
    TRY(recording_open(path, &reader));
    *out = recording_feed_new(reader, &how);
    return STATUS_OK;
}

static void close_feed(void *state) { recording_feed_free(state); }
static date day(const void *state) { return recording_feed_day(state); }
static status next_time(void *state, int64_t *time) { return recording_feed_time(state, time); }

static status run(void *state, int64_t until, uint64_t most, uint64_t *applied) {
    return recording_feed_run(state, until, most, applied);
}

static bool is_cut(const void *state) { return recording_feed_is_cut(state); }

static size_t securities(const void *state) { return recording_feed_securities(state); }

static feed_security security(const void *state, size_t i) {
    const recording_security s = recording_feed_security(state, i);
    feed_security out = {.number = s.number, .book = s.book};
    memcpy(out.symbol, s.symbol, sizeof s.symbol);
    return out;
}

const feed_kind feed_recording = {.name = "recording",
                                  .begins = begins,
                                  .open = open_feed,
                                  .close = close_feed,
                                  .day = day,
                                  .time = next_time,
                                  .run = run,
                                  .is_cut = is_cut,
                                  .securities = securities,
                                  .security = security};
