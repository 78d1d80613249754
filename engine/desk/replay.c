// A day from a file, played in the market's place. The venue stands still meanwhile, with our orders in it, and goes on
// where it was when the replay is stopped: nothing of a replay reaches the journal.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/desk/room.h"
#include "src/base/log.h"

enum {
    SLICE = 4096,        // messages between two looks at the clock
    REPLAY_SID = 1 << 24 // securities that the store does not know are numbered from here
};

#define TURN_MOST (6 * NS_PER_MS) // that a replay keeps the desk's thread from other requests
#define RATE_EVERY (500 * NS_PER_MS)

// ---- securities ----

int32_t replay_sid(const desk *d, size_t place, const char *symbol) {
    const security *s = securities_find(&d->securities, symbol);
    return s ? s->sid : REPLAY_SID + (int32_t)place;
}

bool replay_find(const desk *d, const char *symbol, size_t *place, replay_security *out) {
    size_t n = d->played.replay ? replay_securities(d->played.replay) : 0;
    for (size_t i = 0; i <= n; i++) { // where it was, first
        size_t at = i ? i - 1 : *place;
        if (at >= n)
            continue;
        *out = replay_security_at(d->played.replay, at);
        if (strcasecmp(out->symbol, symbol) == 0) {
            *place = at;
            return true;
        }
    }
    *place = NO_PLACE;
    *out = (replay_security){0};
    return false;
}

status replay_forbids(const desk *d) {
    if (!d->played.replay)
        return STATUS_OK;
    return status_fail(STATUS_REFUSED, "a replay plays in the market's place, and the venue stands still: replay stop");
}

// ---- turns ----

bool replay_seeks(const desk *d) { return d->played.replay && replay_state_of(d->played.replay) == REPLAY_SEEKING; }

instant replay_now(const desk *d) { return d->played.midnight + replay_time(d->played.replay); }

static void measure_rate(desk *d, int64_t mono) {
    playing *p = &d->played;
    if (mono - p->rate_mono < RATE_EVERY)
        return;
    uint64_t messages = replay_messages(p->replay);
    uint64_t more = messages > p->rate_messages ? messages - p->rate_messages : 0;
    p->rate = (double)more / ((double)(mono - p->rate_mono) / (double)NS_PER_S);
    p->rate_messages = messages;
    p->rate_mono = mono;
    p->moved = true;
}

void replay_turn(desk *d) {
    playing *p = &d->played;
    if (!p->replay)
        return;
    int64_t mono = clock_mono(), passed = mono - p->mono;
    uint64_t before = replay_messages(p->replay);
    replay_state was = replay_state_of(p->replay);
    p->more = replay_run(p->replay, passed, SLICE);
    while (p->more && clock_mono() - mono < TURN_MOST)
        p->more = replay_run(p->replay, 0, SLICE);
    p->mono = mono;
    replay_state is = replay_state_of(p->replay);
    p->moved |= replay_messages(p->replay) != before || was != is || is == REPLAY_PLAYING;
    measure_rate(d, mono);
    if (was != is && is == REPLAY_FAILED && replay_status(p->replay) != STATUS_OK)
        note(d, "the replay ends here: %s", status_message());
}

// ---- requests ----

// Securities of another replay are not these, whatever their numbers.
static void show_anew(desk *d) {
    for (int i = 0; i < VIEW_BOOKS; i++) {
        if (d->slots[i].sid >= REPLAY_SID)
            publish_no_slot(d, i);
        else if (d->slots[i].sid)
            publish_slot_anew(d, &d->slots[i]);
    }
    d->dirty = d->played.moved = true;
}

void replay_drop(desk *d) {
    replay_free(d->played.replay);
    d->played.replay = NULL;
    d->played.more = false;
}

typedef struct {
    replay *opened;
    const char *path, *symbol;
} begin;

static status run_begin(desk *d, request *r) {
    begin *b = r->context;
    if (!d->live)
        return status_fail(STATUS_UNAVAILABLE, "a replay plays on a desk that runs: plimsoll, or plimsoll desk");
    replay_drop(d);
    playing *p = &d->played;
    date day = feed_day(replay_feed(b->opened));
    *p = (playing){.replay = b->opened, .number = p->number + 1, .day = day, .mono = clock_mono()};
    b->opened = NULL;
    day = day == DATE_NONE ? ledger_session(d->ledger) : day;
    p->midnight = session_open(day) - INT64_C(34200) * NS_PER_S;
    p->rate_mono = p->mono;
    mem_copy_string(p->file, sizeof p->file, b->path);
    mem_copy_string(p->symbol, sizeof p->symbol, b->symbol ? b->symbol : "");
    show_anew(d);
    return STATUS_OK;
}

status desk_replay(desk *d, const replay_config *config) {
    begin b = {.path = config->path, .symbol = config->symbol};
    TRY(replay_open(config, &b.opened));
    request r = {.run = run_begin, .context = &b, .reads_only = true};
    status s = desk_do(d, &r);
    replay_free(b.opened);
    return s;
}

typedef struct {
    desk_replay_act act;
    int64_t amount;
    double speed;
} act;

static status stop(desk *d) {
    replay_drop(d);
    show_anew(d);
    return STATUS_OK;
}

// The time that it was held is not to be played.
static void resume(playing *p) {
    if (replay_state_of(p->replay) != REPLAY_PLAYING)
        p->mono = clock_mono();
    replay_resume(p->replay);
}

static double next_pace(double speed, int64_t steps) {
    static const double paces[] = {0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 0};
    enum { LAST = sizeof paces / sizeof *paces - 1 };
    int64_t at = 0;
    while (at < LAST && (speed == 0 || paces[at] < speed))
        at++;
    at += steps;
    return paces[at < 0 ? 0 : at > LAST ? LAST : at];
}

static status run_act(desk *d, request *r) {
    const act *a = r->context;
    playing *p = &d->played;
    if (!p->replay)
        return status_fail(STATUS_NOT_FOUND, "no replay is playing; replay FILE begins one");
    p->moved = true;
    switch (a->act) {
    case DESK_REPLAY_PAUSE:
        replay_pause(p->replay);
        return STATUS_OK;
    case DESK_REPLAY_RESUME:
        resume(p);
        return STATUS_OK;
    case DESK_REPLAY_TOGGLE:
        if (replay_goes_on(p->replay))
            replay_pause(p->replay);
        else
            resume(p);
        return STATUS_OK;
    case DESK_REPLAY_STEP:
        replay_step(p->replay, (uint64_t)a->amount);
        return STATUS_OK;
    case DESK_REPLAY_SPEED:
        replay_set_speed(p->replay, a->speed);
        return STATUS_OK;
    case DESK_REPLAY_PACE:
        replay_set_speed(p->replay, next_pace(replay_speed(p->replay), a->amount));
        return STATUS_OK;
    case DESK_REPLAY_SEEK:
        return replay_seek(p->replay, a->amount);
    case DESK_REPLAY_SKIP:
        return replay_skip(p->replay, a->amount);
    case DESK_REPLAY_STOP:
        return stop(d);
    }
    return STATUS_OK;
}

status desk_replay_do(desk *d, desk_replay_act what, int64_t amount, double speed) {
    act a = {.act = what, .amount = amount, .speed = speed};
    request r = {.run = run_act, .context = &a, .reads_only = true};
    return desk_do(d, &r);
}
