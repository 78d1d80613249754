// Follows the backtest service and puts its list, its jobs and the curves of the newest runs into the view.
#include "engine/desk/runs.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "data/store/results.h"
#include "engine/backtest/curve.h"
#include "engine/backtest/service.h"
#include "src/base/log.h"
#include "src/base/mem.h"
#include "src/base/vec.h"

#define WAIT_STEP (50 * NS_PER_MS)
#define LEAVE_WAIT (200 * NS_PER_MS)

struct runs {
    store *store;
    view *view;
    backtest_service *service;
    pthread_mutex_t lock; // guards what follows: publishing is for one thread at a time
    view_runs runs;
    view_jobs jobs;
    char curve[VIEW_CURVES][RUN_ID_SIZE]; // run whose curve stands in each slot
    int64_t used[VIEW_CURVES];            // when it was last wanted
    int64_t clock;
    view_curve scratch;
    backtest_row rows[VIEW_RUNS];
    VEC(int64_t) left; // jobs that nobody waits for
    void (*told)(void *context, const char *sentence);
    void *told_context;
};

// ---- curves ----

static void fill_curve(const run_point *points, size_t n, view_curve *c) {
    curve_point thinned[VIEW_CURVE_POINTS];
    c->n = (int32_t)curve_thin(points, n, thinned, VIEW_CURVE_POINTS);
    for (int32_t i = 0; i < c->n; i++) {
        c->day[i] = thinned[i].day;
        c->equity[i] = (float)thinned[i].equity;
        c->drawdown[i] = (float)thinned[i].drawdown;
    }
}

static int load_curve(runs *r, const char *run_id) {
    run_point *points;
    size_t n;
    if (run_points(r->store, run_id, &points, &n) != STATUS_OK) {
        log_warn("backtest", "curve of %s: %s", run_id, status_message());
        return -1;
    }
    int slot = 0;
    for (int i = 1; i < VIEW_CURVES; i++)
        if (r->used[i] < r->used[slot])
            slot = i;
    view_curve *c = &r->scratch;
    memset(c, 0, sizeof *c);
    mem_copy_string(c->run_id, sizeof c->run_id, run_id);
    fill_curve(points, n, c);
    free(points);
    view_publish(r->view, (view_section)(SECTION_CURVE + slot), c, sizeof *c);
    mem_copy_string(r->curve[slot], sizeof r->curve[slot], run_id);
    return slot;
}

static int curve_of(runs *r, const char *run_id) {
    int slot = -1;
    for (int i = 0; i < VIEW_CURVES && slot < 0; i++)
        if (strcmp(r->curve[i], run_id) == 0)
            slot = i;
    if (slot < 0)
        slot = load_curve(r, run_id);
    if (slot >= 0)
        r->used[slot] = ++r->clock;
    return slot;
}

// ---- rows ----

static void fill_run(view_run *v, const backtest_row *b) {
    const run_row *r = &b->run;
    *v = (view_run){
        .job = b->job,
        .state = (int32_t)b->state,
        .curve = -1,
        .progress = b->progress,
        .from = r->from,
        .to = r->to,
        .days = r->days,
        .total_return = r->total_return,
        .annual_return = r->annual_return,
        .volatility = r->volatility,
        .sharpe = r->sharpe,
        .sortino = r->sortino,
        .calmar = r->calmar,
        .max_drawdown = r->max_drawdown,
        .turnover = r->turnover,
        .hit_rate = r->hit_rate,
        .costs = r->costs,
        .trades = r->trades,
        .created = r->created,
    };
    mem_copy_string(v->run_id, sizeof v->run_id, r->run_id);
    mem_copy_string(v->strategy, sizeof v->strategy, r->strategy);
    mem_copy_string(v->parameters, sizeof v->parameters, r->parameters);
    mem_copy_string(v->message, sizeof v->message, b->message);
}

static void fill_job(view_job *v, const backtest_row *b) {
    *v = (view_job){.id = b->job,
                    .state = (int32_t)b->state,
                    .progress = b->progress,
                    .started = b->submitted,
                    .seconds = b->seconds};
    mem_copy_string(v->what, sizeof v->what, "backtest ");
    mem_copy_string(v->what + strlen(v->what), sizeof v->what - strlen(v->what), b->run.strategy);
    mem_copy_string(v->message, sizeof v->message, b->message);
}

static void publish(void *context) {
    runs *r = context;
    pthread_mutex_lock(&r->lock);
    size_t n = backtest_service_runs(r->service, r->rows, VIEW_RUNS);
    r->runs.n = (int32_t)n;
    int curves = 0;
    for (size_t i = 0; i < n; i++) {
        fill_run(&r->runs.row[i], &r->rows[i]);
        if (r->rows[i].state == BACKTEST_DONE && r->rows[i].run.run_id[0] && curves++ < VIEW_CURVES)
            r->runs.row[i].curve = curve_of(r, r->rows[i].run.run_id);
    }
    size_t jobs = backtest_service_jobs(r->service, r->rows, VIEW_JOBS);
    r->jobs.n = (int32_t)jobs;
    for (size_t i = 0; i < jobs; i++)
        fill_job(&r->jobs.row[i], &r->rows[i]);
    view_publish(r->view, SECTION_RUNS, &r->runs, sizeof r->runs);
    view_publish(r->view, SECTION_JOBS, &r->jobs, sizeof r->jobs);
    pthread_mutex_unlock(&r->lock);
}

// ---- ends of jobs that nobody waits for ----

static void put_end(const backtest_row *row, int64_t job, text *out) {
    const run_row *r = &row->run;
    if (row->state == BACKTEST_CANCELLED)
        text_printf(out, "backtest %" PRId64 " was stopped", job);
    else if (row->state == BACKTEST_FAILED)
        text_printf(out, "backtest %" PRId64 " failed: %s", job, row->message);
    else
        text_printf(out, "backtest %" PRId64 " has ended: %s %+.1f %% a year, Sharpe %.2f", job, r->strategy,
                    r->annual_return * 100, r->sharpe);
}

// Takes one that has ended off the list; false when there is none.
static bool take_ended(runs *r, text *sentence) {
    backtest_row *row = mem_new(1, sizeof *row);
    bool taken = false;
    pthread_mutex_lock(&r->lock);
    for (size_t i = 0; i < r->left.n && !taken; i++) {
        int64_t job = r->left.at[i];
        status s = backtest_service_wait(r->service, job, 0, row);
        taken = s != STATUS_BUSY;
        if (s == STATUS_OK)
            put_end(row, job, sentence);
        if (taken)
            vec_remove(&r->left, i);
    }
    pthread_mutex_unlock(&r->lock);
    free(row);
    return taken;
}

static void tell_ends(runs *r) {
    text sentence = {0};
    while (take_ended(r, &sentence)) {
        if (r->told && sentence.n)
            r->told(r->told_context, sentence.at);
        text_clear(&sentence);
    }
    text_free(&sentence);
}

static status end_of(const backtest_row *row, int64_t job, char run_id[RUN_ID_SIZE], text *sentence) {
    if (row->state == BACKTEST_DONE) {
        put_end(row, job, sentence);
        mem_copy_string(run_id, RUN_ID_SIZE, row->run.run_id);
        return STATUS_OK;
    }
    text why = {0};
    put_end(row, job, &why);
    status s = status_fail(row->state == BACKTEST_CANCELLED ? STATUS_CANCELLED : STATUS_INVALID, "%s", why.at);
    text_free(&why);
    return s;
}

status runs_leave(runs *r, int64_t job, char run_id[RUN_ID_SIZE], text *sentence) {
    backtest_row *row = mem_new(1, sizeof *row);
    status s = backtest_service_wait(r->service, job, LEAVE_WAIT, row);
    if (s == STATUS_OK) {
        s = end_of(row, job, run_id, sentence);
    } else if (s == STATUS_BUSY) {
        pthread_mutex_lock(&r->lock);
        vec_push(&r->left, job);
        pthread_mutex_unlock(&r->lock);
        tell_ends(r); // it may have ended before it stood on the list
    }
    free(row);
    return s;
}

void runs_tell(runs *r, void (*told)(void *context, const char *sentence), void *context) {
    r->told = told;
    r->told_context = context;
}

// The service may tell of a change before it is ours to ask: then there is nothing to publish yet.
static void changed(void *context) {
    runs *r = context;
    if (!__atomic_load_n(&r->service, __ATOMIC_ACQUIRE))
        return;
    publish(r);
    tell_ends(r);
}

status runs_start(store *s, view *v, runs **out) {
    runs *r = mem_new(1, sizeof *r);
    r->store = s;
    r->view = v;
    pthread_mutex_init(&r->lock, NULL);
    backtest_service *service;
    status result = backtest_service_start(s, changed, r, &service);
    if (result != STATUS_OK) {
        pthread_mutex_destroy(&r->lock);
        free(r);
        return result;
    }
    __atomic_store_n(&r->service, service, __ATOMIC_RELEASE);
    publish(r);
    *out = r;
    return STATUS_OK;
}

void runs_stop(runs *r) {
    if (!r)
        return;
    backtest_service_stop(r->service);
    vec_free(&r->left);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

// Waits for the end of a job, telling of its progress; stops it when the caller gives up.
static status follow(runs *r, const runs_request *q, int64_t job, backtest_row *row) {
    bool stopped = false;
    status s;
    while ((s = backtest_service_wait(r->service, job, WAIT_STEP, row)) == STATUS_BUSY) {
        if (q->progress)
            q->progress(q->progress_context, row->progress);
        if (!stopped && q->cancelled && __atomic_load_n(q->cancelled, __ATOMIC_RELAXED)) {
            stopped = true;
            if (backtest_service_cancel(r->service, job) != STATUS_OK)
                log_info("backtest", "%s", status_message());
        }
    }
    TRY(s);
    if (row->state == BACKTEST_CANCELLED)
        return status_fail(STATUS_CANCELLED, "the backtest was stopped");
    if (row->state == BACKTEST_FAILED)
        return status_fail(STATUS_INVALID, "%s", row->message);
    return STATUS_OK;
}

status runs_submit(runs *r, const runs_request *request, char run_id[RUN_ID_SIZE], int64_t *job) {
    TRY(backtest_service_submit(r->service, request->config, request->force, request->user, job));
    run_id[0] = 0;
    if (!request->wait)
        return STATUS_OK;
    backtest_row *row = mem_new(1, sizeof *row);
    status s = follow(r, request, *job, row);
    if (s == STATUS_OK)
        mem_copy_string(run_id, RUN_ID_SIZE, row->run.run_id);
    free(row);
    return s;
}

status runs_cancel(runs *r, int64_t job) { return backtest_service_cancel(r->service, job); }

status runs_can_cancel(runs *r, int64_t job) {
    backtest_row *row = mem_new(1, sizeof *row);
    status s = backtest_service_wait(r->service, job, 0, row);
    free(row);
    if (s == STATUS_OK)
        return status_fail(STATUS_REFUSED, "backtest job %" PRId64 " has ended already", job);
    return s == STATUS_BUSY ? STATUS_OK : s;
}
