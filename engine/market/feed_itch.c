// ITCH 5.0 files behind the common face.
#include "engine/market/feed_kind.h"
#include "engine/market/itch_feed.h"

// The first message, behind the two bytes of its length.
static const itch_message *first_of(const feed_head *head) { return (const itch_message *)(head->at + 2); }

static bool begins(const feed_head *head) {
    if (head->n < 2 + sizeof(itch_message))
        return false;
    unsigned length = (unsigned)head->at[0] << 8 | head->at[1], size = itch_sizes[(uint8_t)first_of(head)->type];
    return size && (length == size || !length);
}

static status open_feed(const char *path, const feed_config *config, void **out) {
    itch_reader *reader;
    itch_feed *day;
    const itch_feed_config how = {.stream = config->stream, .symbol = config->symbol, .partial = true};
    TRY(itch_open(path, &reader));
    TRY(itch_feed_new(reader, &how, &day));
    *out = day;
    return STATUS_OK;
}

static void close_feed(void *state) { itch_feed_free(state); }
static status next_time(void *state, int64_t *time) { return itch_feed_time(state, time); }

static status run(void *state, int64_t until, uint64_t most, uint64_t *applied) {
    return itch_feed_run(state, until, most, applied);
}

static uint64_t left_out(const void *state) { return itch_feed_counts(state).unknown; }

static size_t securities(const void *state) { return itch_feed_securities(state); }

static feed_security security(const void *state, size_t i) {
    const itch_security s = itch_feed_security(state, i);
    feed_security out = {.number = s.locate, .book = s.book};
    memcpy(out.symbol, s.symbol, sizeof s.symbol);
    return out;
}

const feed_kind feed_itch = {.name = "ITCH 5.0",
                             .packs = true,
                             .begins = begins,
                             .open = open_feed,
                             .close = close_feed,
                             .time = next_time,
                             .run = run,
                             .left_out = left_out,
                             .securities = securities,
                             .security = security};
