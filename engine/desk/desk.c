// The desk's turn. Each turn takes the requests that wait and
//   1. runs them: checks pass, inputs are staged (numbered and folded into the ledger) and committed as one batch;
//   2. does in the market what they ask, lets the market's own events happen, and commits the outcomes;
//   3. publishes the view and only then answers.
// When inputs can't be committed nothing has reached the market: the ledger is folded anew from disk and the requests
// fail. When outcomes can't be committed they have happened: they stay staged, nobody is answered, new orders are
// refused, and the commit is tried again until it succeeds.
#include "engine/desk/desk.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "data/providers/calendar.h"
#include "engine/desk/room.h"
#include "src/base/log.h"

enum { REQUESTS_MAX = 4096, BATCH_MAX = 512 };

#define TURN_LIVE (33 * NS_PER_MS)
#define TURN_IDLE (1000 * NS_PER_MS)
#define RETRY (250 * NS_PER_MS)

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

status stage(desk *d, journal_row row) {
    row.sequence = ledger_sequence(d->ledger) + 1;
    row.time = clock_wall();
    row.desk_time = desk_now(d);
    TRY(ledger_apply(d->ledger, &row));
    vec_push(&d->staged, row);
    d->dirty = true;
    return STATUS_OK;
}

static status refold_row(void *context, const journal_row *row) { return ledger_apply(context, row); }

// The ledger as the disk has it.
static status fold(desk *d, ledger **out) {
    ledger *l = ledger_new();
    status s = journal_read(d->store, 0, refold_row, l);
    if (s != STATUS_OK) {
        ledger_free(l);
        return s;
    }
    *out = l;
    return STATUS_OK;
}

static void take_back_inputs(desk *d) {
    ledger *l;
    d->staged.n = 0;
    d->steps.n = 0;
    if (fold(d, &l) == STATUS_OK) {
        ledger_free(d->ledger);
        d->ledger = l;
    } else {
        log_error("desk", "the journal can't be read back: %s", status_message());
    }
}

status commit(desk *d, bool inputs) {
    if (!d->staged.n)
        return STATUS_OK;
    status s = journal_append(d->store, d->staged.at, d->staged.n);
    if (s == STATUS_OK) {
        d->staged.n = 0;
        if (d->journal_failing)
            note(d, "the journal can be written again");
        d->journal_failing = false;
        return STATUS_OK;
    }
    mem_copy_string(d->journal_trouble, sizeof d->journal_trouble, status_message());
    log_error("desk", "journal: %s", d->journal_trouble);
    if (inputs) {
        take_back_inputs(d);
        return status_fail(s, "not done: the journal can't be written: %s", d->journal_trouble);
    }
    if (!d->journal_failing)
        note(d, "JOURNAL CAN'T BE WRITTEN: %s", d->journal_trouble);
    d->journal_failing = true;
    d->next_retry = clock_mono() + RETRY;
    return s;
}

static void answer(desk *d, request *r) {
    pthread_mutex_lock(&d->lock);
    r->done = true;
    pthread_cond_broadcast(&d->changed);
    pthread_mutex_unlock(&d->lock);
}

void request_fail(request *r, status s) {
    r->result = s;
    mem_copy_string(r->message, sizeof r->message, status_message());
}

static void record(request *r, status s) {
    r->result = s;
    if (s != STATUS_OK)
        request_fail(r, s);
}

// Runs a batch of requests and commits their inputs as one.
static void run_batch(desk *d, request **batch, size_t n) {
    for (size_t i = 0; i < n; i++) {
        request *r = batch[i];
        if (d->journal_failing && !r->reads_only)
            record(r, status_fail(STATUS_IO, "the journal can't be written: %s", d->journal_trouble));
        else
            record(r, r->run(d, r));
    }
    flatten_step(d);
    if (d->journal_failing)
        return;
    status s = commit(d, true);
    for (size_t i = 0; s != STATUS_OK && i < n; i++)
        if (!batch[i]->reads_only && batch[i]->result == STATUS_OK)
            record(batch[i], status_fail(s, "not done: the journal can't be written: %s", d->journal_trouble));
}

static void answer_batch(desk *d, request **batch, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (batch[i]->result == STATUS_OK && batch[i]->finished)
            vec_push(&d->pending, batch[i]);
        else
            answer(d, batch[i]);
    for (size_t i = 0; i < d->pending.n;) {
        request *r = d->pending.at[i];
        if (r->finished(d, r)) {
            vec_remove(&d->pending, i);
            answer(d, r);
        } else {
            i++;
        }
    }
}

static void advance_clock(desk *d) {
    int64_t mono = clock_mono();
    if (d->live && d->running) {
        int64_t step = (int64_t)((double)(mono - d->clock_mono) * d->pace);
        market_advance(d, d->venue_time + step);
    } else if (d->flattening.n) {
        // Time stands still here, but a position can only be worked out of in time: let it pass as needed.
        market_advance(d, d->venue_time + 250 * NS_PER_MS);
    }
    d->clock_mono = mono;
}

// How long the desk may sleep when no request comes.
static int64_t patience(const desk *d) {
    if (d->flattening.n || d->pending.n)
        return d->live ? 5 * NS_PER_MS : 0;
    if (d->journal_failing)
        return RETRY;
    return d->live && d->running && d->live_sids.n ? TURN_LIVE : TURN_IDLE;
}

static void turn(desk *d) {
    request *batch[BATCH_MAX];
    size_t n = 0;
    request *r = queue_take(d->requests, patience(d));
    while (r) {
        batch[n++] = r;
        r = n < BATCH_MAX ? queue_take(d->requests, 0) : NULL;
    }
    if (d->journal_failing && clock_mono() >= d->next_retry)
        commit(d, false);
    run_batch(d, batch, n);
    if (!d->journal_failing) {
        market_steps(d);
        advance_clock(d);
        guard_watch(d);
        commit(d, false);
    }
    if (d->journal_failing) {
        publish(d, true);
        answer_batch(d, batch, n);
        return;
    }
    publish(d, n > 0 || d->pending.n > 0);
    answer_batch(d, batch, n);
}

static void *run(void *context) {
    desk *d = context;
    while (!atomic_load(&d->stopping) || queue_length(d->requests) > 0)
        turn(d);
    market_save_marks(d);
    return NULL;
}

status desk_do(desk *d, request *r) {
    if (!queue_put(d->requests, r))
        return status_fail(STATUS_BUSY, "the desk has %d requests waiting; try again", REQUESTS_MAX);
    pthread_mutex_lock(&d->lock);
    while (!r->done)
        pthread_cond_wait(&d->changed, &d->lock);
    pthread_mutex_unlock(&d->lock);
    return r->result == STATUS_OK ? STATUS_OK : status_fail(r->result, "%s", r->message);
}

static void release(desk *d) {
    if (d->requests)
        queue_free(d->requests);
    market_stop(d);
    securities_free(&d->securities);
    free(d->marks);
    map64_free(&d->venue_orders);
    vec_free(&d->live_sids);
    vec_free(&d->staged);
    vec_free(&d->steps);
    vec_free(&d->flattening);
    vec_free(&d->pending);
    free(d->positions);
    free(d->orders);
    ledger_free(d->ledger);
    pthread_mutex_destroy(&d->lock);
    pthread_cond_destroy(&d->changed);
    free(d);
}

static status prepare(desk *d) {
    TRY(fold(d, &d->ledger));
    TRY(market_load_securities(d));
    date session = ledger_session(d->ledger);
    d->open = session == DATE_NONE ? 0 : session_open(session);
    int64_t passed = ledger_desk_time(d->ledger) - d->open;
    if (session != DATE_NONE && passed > 0)
        d->venue_time = passed < SESSION_LENGTH ? passed : SESSION_LENGTH - 1;
    TRY(market_start(d));
    if (session == DATE_NONE) {
        TRY(session_begin(d, calendar_next(d->data_date == DATE_NONE ? instant_date(clock_wall()) : d->data_date)));
        TRY(commit(d, true));
    }
    d->peak = equity(d);
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
    d->running = config->live;
    d->pace = config->pace > 0 ? config->pace : 1;
    d->seed = config->seed;
    mem_copy_string(d->state, sizeof d->state, config->state);
    mem_copy_string(d->user, sizeof d->user, config->user);
    d->requests = queue_new(REQUESTS_MAX);
    d->positions = mem_new(1, sizeof *d->positions);
    d->orders = mem_new(1, sizeof *d->orders);
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
    d->started = true;
    *out = d;
    return STATUS_OK;
}

void desk_stop(desk *d) {
    if (!d)
        return;
    atomic_store(&d->stopping, true);
    queue_close(d->requests);
    pthread_join(d->thread, NULL);
    release(d);
}
