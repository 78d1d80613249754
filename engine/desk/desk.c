// The desk's turn. Each turn takes the requests that wait and
//   1. runs them: checks pass, inputs are staged (numbered and folded into the ledger) and committed as one batch;
//   2. does in the market what they ask, lets the market's own events happen, and commits the outcomes;
//   3. publishes the view and only then answers.
// When inputs can't be committed nothing has reached the market: they are taken back and the requests fail. When
// outcomes can't be committed they have happened: time stands still, new orders are refused, and who waits for an
// answer gets it when the journal can be written again, or after a while the sentence that it can't.
#include "engine/desk/desk.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "data/providers/calendar.h"
#include "data/store/settings.h"
#include "engine/desk/room.h"
#include "src/base/log.h"

enum { REQUESTS_MAX = 4096, BATCH_MAX = 512 };

#define TURN_LIVE (33 * NS_PER_MS)
#define TURN_REPLAY (16 * NS_PER_MS)
#define TURN_IDLE (1000 * NS_PER_MS)
#define TURN_FAILING (250 * NS_PER_MS)
#define ANSWER_WITHIN (2000 * NS_PER_MS) // while the journal can't be written

instant desk_now(const desk *d) { return d->open + d->venue_time; }

const security *security_of(const desk *d, int32_t sid) {
    return sid >= 1 && (size_t)sid <= d->securities.n ? &d->securities.at[sid - 1] : NULL;
}

void note(desk *d, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(d->status.note, sizeof d->status.note, format, args);
    va_end(args);
    d->status.note_sequence++;
    d->dirty = true;
}

// From here on the request is its asker's again: a step that could not be done in time tells nobody.
static void answer(desk *d, request *r) {
    for (size_t i = 0; i < d->steps.n; i++)
        if (d->steps.at[i].asker == r)
            d->steps.at[i].asker = NULL;
    pthread_mutex_lock(&d->lock);
    r->done = true;
    pthread_cond_broadcast(&d->changed);
    pthread_mutex_unlock(&d->lock);
}

void request_fail(request *r, status s) {
    r->result = s;
    mem_copy_string(r->message, sizeof r->message, status_message());
}

static void undo(desk *d, request *r) {
    if (r->undo)
        r->undo(d, r);
}

// A request that fails leaves nothing behind.
static void run_request(desk *d, request *r) {
    size_t staged = d->staged.n, steps = d->steps.n;
    status s = r->run(d, r);
    if (s == STATUS_OK)
        return;
    request_fail(r, s);
    take_back(d, staged, steps);
}

static status journal_trouble(const desk *d) {
    return status_fail(d->journal_status, "the journal can't be written: %s", d->journal_trouble);
}

// Runs a batch of requests and commits their inputs as one.
static void run_batch(desk *d, request **batch, size_t n) {
    size_t steps = d->steps.n; // those of an earlier turn that had to stop stand: their rows are on disk
    for (size_t i = 0; i < n; i++)
        if (d->journal_failing && !batch[i]->reads_only)
            request_fail(batch[i], journal_trouble(d));
        else
            run_request(d, batch[i]);
    if (d->journal_failing)
        return;
    flatten_step(d);
    status s = commit_inputs(d, steps);
    if (s == STATUS_OK)
        return;
    flatten_hold(d);
    for (size_t i = 0; i < n; i++)
        if (!batch[i]->reads_only && batch[i]->result == STATUS_OK) {
            request_fail(batch[i], status_fail(s, "not done: the journal can't be written: %s", d->journal_trouble));
            undo(d, batch[i]);
        }
}

// Whether a request has come to its end; one that can't be brought to it in time ends with a sentence.
static bool has_ended(desk *d, request *r) {
    if (!d->journal_failing)
        return !r->finished || r->finished(d, r);
    if (clock_mono() - r->since < ANSWER_WITHIN)
        return false;
    request_fail(
        r, status_fail(d->journal_status, "sent, but what became of it can't be written: %s", d->journal_trouble));
    undo(d, r);
    return true;
}

static void answer_batch(desk *d, request **batch, size_t n) {
    for (size_t i = 0; i < n; i++) {
        request *r = batch[i];
        r->since = clock_mono();
        if (r->result == STATUS_OK && (r->finished || (d->journal_failing && !r->reads_only)))
            vec_push(&d->pending, r);
        else
            answer(d, r);
    }
    for (size_t i = 0; i < d->pending.n;) {
        request *r = d->pending.at[i];
        if (has_ended(d, r)) {
            vec_remove(&d->pending, i);
            answer(d, r);
        } else {
            i++;
        }
    }
}

// The desk stops: who still waits hears that.
static void answer_rest(desk *d) {
    for (size_t i = 0; i < d->pending.n; i++) {
        request *r = d->pending.at[i];
        request_fail(r, d->journal_failing ? journal_trouble(d)
                                           : status_fail(STATUS_CANCELLED, "the desk stops; what was done stands"));
        undo(d, r);
        answer(d, r);
    }
    d->pending.n = 0;
}

static void advance_clock(desk *d) {
    int64_t mono = clock_mono();
    if (d->live && d->running && !d->played.replay) {
        int64_t to = d->venue_time + (int64_t)((double)(mono - d->clock_mono) * d->pace);
        // However long this process was held up, nothing trades beyond the close, but what is being flattened.
        market_advance(d, to > SESSION_LENGTH && !d->flattening.n ? SESSION_LENGTH : to);
    } else if (d->flattening.n) {
        // Time stands still here, but a position can only be worked out of in time: let it pass as needed.
        market_advance(d, d->venue_time + 250 * NS_PER_MS);
    }
    d->clock_mono = mono;
}

// A market that moves is shown on the beat.
static int64_t until_publication(const desk *d, int64_t most) {
    int64_t left = d->next_publish - clock_mono();
    return left > 0 && left < most ? left : most;
}

// How long the desk may sleep when no request comes.
static int64_t patience(const desk *d) {
    if (d->journal_failing)
        return TURN_FAILING;
    if (d->played.more)
        return 0;
    if (d->flattening.n)
        return d->live ? 5 * NS_PER_MS : 0;
    if (d->played.replay) // its end, too, is to be shown
        return d->played.moved || replay_state_of(d->played.replay) == REPLAY_PLAYING
                   ? until_publication(d, TURN_REPLAY)
                   : TURN_IDLE;
    return d->live && d->running && d->live_sids.n ? until_publication(d, TURN_LIVE) : TURN_IDLE;
}

static void turn(desk *d) {
    request *batch[BATCH_MAX];
    size_t n = 0;
    request *r = queue_take(d->requests, patience(d));
    while (r) {
        batch[n++] = r;
        r = n < BATCH_MAX ? queue_take(d->requests, 0) : NULL;
    }
    record_retry(d);
    run_batch(d, batch, n);
    if (d->journal_failing) {
        d->clock_mono = clock_mono(); // time stands still
    } else {
        market_steps(d);
        advance_clock(d);
        walk_turn(d);
        guard_watch(d);
        commit_outcomes(d);
    }
    replay_turn(d);
    recorder_turn(d);
    publish(d, n > 0 || d->pending.n > 0 || d->journal_failing);
    answer_batch(d, batch, n);
    keep(d, false); // last: nobody waits for it
}

static void *run(void *context) {
    desk *d = context;
    while (!atomic_load(&d->stopping) || queue_length(d->requests) > 0)
        turn(d);
    if (d->journal_failing) {
        d->next_retry = 0;
        record_retry(d);
    }
    if (!d->journal_failing) {
        market_end_deferred(d);
        commit_outcomes(d);
    }
    answer_rest(d);
    keep(d, true);
    return NULL;
}

// Who asks is counted, so that the desk is not released under somebody who has not gone yet.
static void come(desk *d) {
    pthread_mutex_lock(&d->lock);
    d->inside++;
    pthread_mutex_unlock(&d->lock);
}

static void go(desk *d) {
    d->inside--;
    pthread_cond_broadcast(&d->changed);
    pthread_mutex_unlock(&d->lock);
}

status desk_do(desk *d, request *r) {
    come(d);
    bool taken = queue_put(d->requests, r);
    pthread_mutex_lock(&d->lock);
    while (taken && !r->done)
        pthread_cond_wait(&d->changed, &d->lock);
    bool stopping = atomic_load(&d->stopping);
    go(d);
    if (!taken)
        return stopping ? status_fail(STATUS_UNAVAILABLE, "the desk stops")
                        : status_fail(STATUS_BUSY, "the desk has %d requests waiting; try again", REQUESTS_MAX);
    return r->result == STATUS_OK ? STATUS_OK : status_fail(r->result, "%s", r->message);
}

static void release(desk *d) {
    if (d->requests)
        queue_free(d->requests);
    replay_drop(d);
    market_stop(d);
    securities_free(&d->securities);
    free(d->marks);
    map64_free(&d->venue_orders);
    vec_free(&d->deferred);
    vec_free(&d->live_sids);
    vec_free(&d->staged);
    vec_free(&d->steps);
    vec_free(&d->flattening);
    vec_free(&d->pending);
    free(d->positions);
    free(d->orders);
    free(d->market);
    ledger_free(d->ledger);
    pthread_mutex_destroy(&d->lock);
    pthread_cond_destroy(&d->changed);
    free(d);
}

// Orders that can't rest were on their way to the market when the last process ended: nobody heard of them, and they
// would now meet a market that their sender has not seen. One whose pair the other has decided was to be cancelled when
// it had arrived.
static status end_orphans(desk *d) {
    VEC(int64_t) orphans = {0};
    size_t n;
    const int64_t *working = ledger_working(d->ledger, &n);
    for (size_t i = 0; i < n; i++) {
        const order *o = ledger_order(d->ledger, working[i]);
        if (o->beaten_by || o->type == ORDER_MARKET || o->tif == TIF_IOC || o->tif == TIF_FOK)
            vec_push(&orphans, o->id);
    }
    status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < orphans.n; i++) {
        const order *o = ledger_order(d->ledger, orphans.at[i]);
        journal_row row = {.kind = JOURNAL_CANCEL, .order = o->id, .sid = o->sid, .quantity = o->open};
        if (o->beaten_by)
            outcome_pair_cause(d, o, row.text);
        else
            mem_copy_string(row.text, sizeof row.text, "the desk ended before it reached the market");
        s = stage(d, row);
    }
    vec_free(&orphans);
    return s;
}

static status prepare(desk *d) {
    TRY(record_fold(d, &d->ledger));
    date session = ledger_session(d->ledger);
    TRY(market_load_securities(d, session == DATE_NONE ? INT32_MAX : session, false));
    if (session == DATE_NONE) {
        TRY(session_begin(d, calendar_next(d->data_date == DATE_NONE ? instant_date(clock_wall()) : d->data_date)));
    } else {
        d->open = session_open(session);
        int64_t passed = ledger_desk_time(d->ledger) - d->open;
        d->venue_time = passed < market_begins(d) ? market_begins(d) : passed;
    }
    keep_load(d);
    TRY(end_orphans(d));
    TRY(market_start(d));
    market_steps(d);
    TRY(commit_outcomes(d));
    publish_start(d);
    return STATUS_OK;
}

status desk_start(const desk_config *config, desk **out) {
    desk *d = mem_new(1, sizeof *d);
    pthread_mutex_init(&d->lock, NULL);
    pthread_cond_init(&d->changed, NULL);
    d->store = config->store;
    d->view = config->view;
    d->live = config->live;
    char paused[8];
    d->running = config->live && settings_get(d->store, "venue.paused", paused, sizeof paused) != STATUS_OK;
    d->pace = config->pace > 0 ? config->pace : 1;
    d->seed = config->seed;
    d->terms = config->terms ? *config->terms : venue_terms_default();
    mem_copy_string(d->state, sizeof d->state, config->state);
    mem_copy_string(d->user, sizeof d->user, config->user);
    d->requests = queue_new(REQUESTS_MAX);
    d->positions = mem_new(1, sizeof *d->positions);
    d->orders = mem_new(1, sizeof *d->orders);
    d->market = mem_new(1, sizeof *d->market);
    d->clock_mono = clock_mono();
    status s = prepare(d);
    if (s != STATUS_OK) {
        release(d);
        return s;
    }
    publish(d, true);
    int failed = pthread_create(&d->thread, NULL, run, d);
    if (failed) {
        release(d);
        return status_fail(STATUS_IO, "the desk's thread can't start: %s", strerror(failed));
    }
    pthread_setname_np(d->thread, "desk");
    *out = d;
    return STATUS_OK;
}

void desk_stop(desk *d) {
    if (!d)
        return;
    atomic_store(&d->stopping, true);
    queue_close(d->requests);
    pthread_join(d->thread, NULL);
    pthread_mutex_lock(&d->lock);
    while (d->inside)
        pthread_cond_wait(&d->changed, &d->lock);
    pthread_mutex_unlock(&d->lock);
    release(d);
}
