#include "engine/market/replay.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/map.h"
#include "src/base/mem.h"
#include "src/base/vec.h"

typedef struct {
    replay_trades trades;
    replay_history *history;
} traded;

struct replay {
    char *path, *symbol;

    feed *feed;
    book_stream *stream;
    map64 numbers;      // of a book → its place among the securities
    VEC(traded) traded; // by that place
    uint64_t told;      // events

    replay_state state, after; // after: what a seek returns to
    status failed;
    char *why;
    double speed;
    int64_t asked;    // where the window begins
    int64_t from, to; // from: not before the first message
    bool late;        // what was due at the last call has not all been played
    int64_t clock;    // where the pace has come
    int64_t time;     // of the last message that changed a book
    int64_t goal;     // of a seek: up to and with this time
    uint64_t messages;
    uint64_t steps; // still to be made
};

// ---- what the books tell ----

static size_t place_of(replay *r, uint32_t number) {
    uint64_t at;
    if (map64_get(&r->numbers, number, &at))
        return (size_t)at;
    for (size_t i = r->traded.n; i < feed_securities(r->feed); i++) {
        vec_push(&r->traded, (traded){0});
        map64_put(&r->numbers, feed_security_at(r->feed, i).number, i);
    }
    return map64_get(&r->numbers, number, &at) ? (size_t)at : SIZE_MAX;
}

static void note_trade_of(traded *of, const book_event *e) {
    replay_trades *t = &of->trades;
    if (!t->trades) {
        t->open = t->high = t->low = e->price;
        of->history = mem_new(1, sizeof *of->history);
    }
    t->high = e->price > t->high ? e->price : t->high;
    t->low = e->price < t->low ? e->price : t->low;
    t->last = e->price;
    t->trades++;
    t->volume += e->quantity;
    t->value += (double)e->price * e->quantity;
    t->last_time = e->time;
    replay_history *h = of->history;
    h->print[h->n++ % REPLAY_TAPE] =
        (replay_print){.time = e->time, .price = e->price, .quantity = e->quantity, .aggressor = e->side};
    course_add(&h->course, e->time, e->price);
}

static void hear(void *context, const book_event *events, size_t n) {
    replay *r = context;
    r->told += n;
    for (size_t i = 0; i < n; i++) {
        const book_event *e = &events[i];
        r->time = e->time > r->time ? e->time : r->time;
        if (e->kind != BOOK_FILL || (e->flags & BOOK_UNPRINTED))
            continue;
        size_t place = place_of(r, e->book);
        if (place != SIZE_MAX)
            note_trade_of(&r->traded.at[place], e);
    }
}

// ---- life ----

static void forget_trades(replay *r) {
    for (size_t i = 0; i < r->traded.n; i++)
        free(r->traded.at[i].history);
    r->traded.n = 0;
    map64_free(&r->numbers);
    r->numbers = (map64){0};
}

static status open_feed(replay *r) {
    const feed_config config = {.stream = r->stream, .symbol = r->symbol};
    TRY(feed_open(r->path, &config, &r->feed));
    forget_trades(r);
    r->messages = 0;
    r->late = false;
    return STATUS_OK;
}

static void fail(replay *r, status s) {
    r->state = REPLAY_FAILED;
    r->failed = s;
    free(r->why);
    r->why = mem_string(status_message());
}

static void seek_to(replay *r, int64_t time) {
    r->steps = 0;
    r->goal = r->clock = time;
    r->late = false;
    r->state = REPLAY_SEEKING;
}

status replay_open(const replay_config *config, replay **out) {
    *out = NULL;
    if (config->from < 0 || config->to < config->from)
        return status_fail(STATUS_INVALID, "the window ends before it begins");
    replay *r = mem_new(1, sizeof *r);
    *r = (replay){.path = mem_string(config->path),
                  .symbol = config->symbol ? mem_string(config->symbol) : NULL,
                  .speed = config->speed,
                  .asked = config->from,
                  .from = config->from,
                  .to = config->to};
    r->stream = book_stream_new(hear, r);
    status s = open_feed(r);
    int64_t first = 0;
    if (s == STATUS_OK)
        s = feed_time(r->feed, &first);
    if (s == STATUS_END)
        s = status_fail(STATUS_INVALID,
                        "%s: nothing happens in it%s%s; of a recording under way only what was written is read",
                        config->path, config->symbol ? " to " : "", config->symbol ? config->symbol : "");
    if (s != STATUS_OK) {
        replay_free(r);
        return s;
    }
    if (first > r->to) {
        replay_free(r);
        return status_fail(STATUS_INVALID, "%s begins after the end of the window", config->path);
    }
    r->from = first > r->from ? first : r->from;
    r->time = r->clock = first;
    r->state = r->after = REPLAY_PLAYING;
    if (r->from > first)
        seek_to(r, r->from - 1);
    *out = r;
    return STATUS_OK;
}

void replay_free(replay *r) {
    if (!r)
        return;
    feed_free(r->feed);
    book_stream_free(r->stream);
    forget_trades(r);
    vec_free(&r->traded);
    free(r->path);
    free(r->symbol);
    free(r->why);
    free(r);
}

// ---- playing ----

// Plays up to and with `until`.
static status play(replay *r, int64_t until, uint64_t most, uint64_t *applied) {
    status s = feed_run(r->feed, until, most, applied);
    r->messages += *applied;
    book_stream_flush(r->stream);
    return s;
}

static void settle(replay *r, status s) {
    if (s == STATUS_END && r->symbol && !feed_securities(r->feed))
        s = status_fail(STATUS_NOT_FOUND, "%s: no security %s up to here", r->path, r->symbol);
    if (s == STATUS_END) {
        r->state = REPLAY_ENDED;
        r->clock = r->time;
    } else if (s != STATUS_OK) {
        fail(r, s);
    }
}

static bool seek_on(replay *r, uint64_t most) {
    uint64_t applied;
    status s = play(r, r->goal, most, &applied);
    settle(r, s);
    if (r->state != REPLAY_SEEKING)
        return false;
    if (applied == most)
        return true;
    r->state = r->after;
    r->clock = r->goal;
    return r->state == REPLAY_PLAYING || r->steps > 0;
}

// Messages that tell nothing are no steps, and there may be any number of them between two that do.
static bool step_on(replay *r, uint64_t most) {
    for (uint64_t i = 0; i < most && r->steps && r->state == REPLAY_PAUSED; i++) {
        uint64_t before = r->told, applied;
        status s = play(r, r->to, 1, &applied);
        settle(r, s == STATUS_OK && !applied ? STATUS_END : s);
        r->steps -= r->told > before;
    }
    r->clock = r->time;
    if (r->state != REPLAY_PAUSED)
        r->steps = 0;
    return r->steps > 0;
}

// Where the pace leads to. What could not be played in its time has held the clock up.
static void pace(replay *r, int64_t passed) {
    if (r->late && passed > 0)
        r->clock = r->time;
    double on = (double)passed * r->speed;
    r->clock += on < (double)NS_PER_DAY ? (int64_t)on : NS_PER_DAY;
    r->clock = r->clock > r->to ? r->to : r->clock;
}

bool replay_run(replay *r, int64_t passed, uint64_t most) {
    if (r->state == REPLAY_SEEKING)
        return seek_on(r, most);
    if (r->state == REPLAY_PAUSED && r->steps)
        return step_on(r, most);
    if (r->state != REPLAY_PLAYING)
        return false;
    bool paced = r->speed > 0;
    if (paced)
        pace(r, passed);
    uint64_t applied;
    status s = play(r, paced ? r->clock : r->to, most, &applied);
    r->late = s == STATUS_OK && applied == most;
    if (!paced)
        r->clock = r->time;
    if (s == STATUS_OK && !r->late && (!paced || r->clock >= r->to))
        s = STATUS_END;
    settle(r, s);
    return r->late;
}

void replay_pause(replay *r) {
    r->steps = 0;
    if (r->state == REPLAY_PLAYING)
        r->state = REPLAY_PAUSED;
    r->after = REPLAY_PAUSED;
}

bool replay_goes_on(const replay *r) {
    return r->state == REPLAY_PLAYING || (r->state == REPLAY_SEEKING && r->after == REPLAY_PLAYING);
}

void replay_resume(replay *r) {
    r->steps = 0;
    if (r->state == REPLAY_PAUSED)
        r->state = REPLAY_PLAYING;
    r->after = REPLAY_PLAYING;
}

void replay_set_speed(replay *r, double speed) {
    if (r->late) // what is overdue at the old pace is not at the new one
        r->clock = r->time;
    r->speed = speed;
}

void replay_step(replay *r, uint64_t messages) {
    if (r->state == REPLAY_ENDED || r->state == REPLAY_FAILED)
        return;
    r->after = REPLAY_PAUSED;
    r->steps += messages;
    if (r->state == REPLAY_SEEKING)
        return; // from where it arrives
    r->state = REPLAY_PAUSED;
    r->clock = r->time;
    r->late = false;
}

static status begin_again(replay *r) {
    feed *old = r->feed;
    status s = open_feed(r);
    if (s != STATUS_OK) {
        r->feed = old;
        fail(r, s);
        return s;
    }
    feed_free(old);
    r->time = 0;
    free(r->why);
    r->why = NULL;
    return STATUS_OK;
}

// Back is forth from the beginning: a file is read at tens of millions of messages a second, and no state has to be
// kept for it.
status replay_seek(replay *r, int64_t time) {
    if (time < r->asked || time > r->to)
        return status_fail(STATUS_INVALID, "the replay's window does not reach there");
    time = time < r->from ? r->from : time;
    if (r->state == REPLAY_FAILED && time >= r->time)
        return replay_status(r);
    if (r->state != REPLAY_SEEKING)
        r->after = r->state == REPLAY_PLAYING ? REPLAY_PLAYING : REPLAY_PAUSED;
    if (time < r->time)
        TRY(begin_again(r));
    seek_to(r, time);
    return STATUS_OK;
}

status replay_skip(replay *r, int64_t by) {
    int64_t to = (r->state == REPLAY_SEEKING ? r->goal : replay_time(r)) + by;
    return replay_seek(r, to < r->from ? r->from : to > r->to ? r->to : to);
}

// ---- looking ----

replay_state replay_state_of(const replay *r) { return r->state; }
status replay_status(const replay *r) { return r->why ? status_fail(r->failed, "%s", r->why) : STATUS_OK; }
const feed *replay_feed(const replay *r) { return r->feed; }
int64_t replay_time(const replay *r) {
    bool behind = r->late || r->state == REPLAY_SEEKING || r->state == REPLAY_FAILED;
    return behind ? r->time : r->clock;
}
int64_t replay_from(const replay *r) { return r->from; }
int64_t replay_to(const replay *r) { return r->to; }
double replay_speed(const replay *r) { return r->speed; }
uint64_t replay_messages(const replay *r) { return r->messages; }
size_t replay_securities(const replay *r) { return feed_securities(r->feed); }

replay_security replay_security_at(const replay *r, size_t i) {
    feed_security s = feed_security_at(r->feed, i);
    replay_security out = {.book = s.book};
    if (i < r->traded.n) {
        out.trades = r->traded.at[i].trades;
        out.history = r->traded.at[i].history;
    }
    mem_copy_string(out.symbol, sizeof out.symbol, s.symbol);
    return out;
}
