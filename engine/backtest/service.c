#include "engine/backtest/service.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/backtest/run.h"
#include "engine/backtest/warm.h"
#include "src/base/clock.h"
#include "src/base/vec.h"

enum { ENDED_KEPT = 256 };

typedef struct {
    backtest_row row;
    run_config config;
    bool force;
    volatile int cancelled; // written and read by atomic builtins
    int64_t began;          // clock_mono
    int64_t told;           // clock_mono of the last progress passed on
    text log;
    backtest_service *service;
} job;

// A stored run. `touched` orders the list: when it was made, or asked for again.
typedef struct {
    run_row run;
    instant touched;
    int64_t job;
    bool found;
} shelved;

struct backtest_service {
    store *store;
    void (*changed)(void *context);
    void *context;
    warm warm; // the worker's own
    pthread_t worker;
    pthread_mutex_t lock; // guards all below
    pthread_cond_t turn;  // work has come, or a job has ended
    bool stopping;
    int64_t last_job;
    VEC(job *) jobs;     // in the order of submission
    VEC(shelved) stored; // ascending by touched
};

static void tell(backtest_service *b) {
    if (b->changed)
        b->changed(b->context);
}

static bool ended(const job *j) { return j->row.state >= BACKTEST_DONE; }

static void job_free(job *j) {
    text_free(&j->log);
    free(j);
}

static job *find_job(backtest_service *b, int64_t number) {
    for (size_t i = 0; i < b->jobs.n; i++)
        if (b->jobs.at[i]->row.job == number)
            return b->jobs.at[i];
    return NULL;
}

static status no_job(int64_t number) {
    return status_fail(STATUS_NOT_FOUND, "there is no backtest job %lld", (long long)number);
}

// The row of a job as it is now; of one that runs with the time it has taken so far.
static backtest_row row_now(const job *j) {
    backtest_row row = j->row;
    if (row.state == BACKTEST_RUNNING)
        row.seconds = (double)(clock_mono() - j->began) / 1e9;
    return row;
}

// ---- the worker ----

// Called by the simulators; the lock is not held.
static void job_progress(void *context, double fraction) {
    job *j = context;
    int64_t now = clock_mono();
    pthread_mutex_lock(&j->service->lock);
    j->row.progress = fraction;
    bool pass_on = now - j->told > 100 * NS_PER_MS;
    if (pass_on)
        j->told = now;
    pthread_mutex_unlock(&j->service->lock);
    if (pass_on)
        tell(j->service);
}

static status compute(job *j, const warm_panel *w, run_row *out) {
    run_control control = {job_progress, j, &j->cancelled};
    run_result *result;
    TRY(run_execute(w->panel, &w->names, &j->config, &control, &result));
    run_row *row = &result->row;
    row->created = clock_wall();
    row->seconds = (double)(clock_mono() - j->began) / 1e9;
    mem_copy_string(row->user, sizeof row->user, j->row.run.user);
    status code = run_save(j->service->store, row, result->points, result->points_n, result->trades, result->trades_n);
    *out = *row;
    pthread_mutex_lock(&j->service->lock);
    text_put(&j->log, text_string(&result->log));
    pthread_mutex_unlock(&j->service->lock);
    run_result_free(result);
    return code;
}

// The run of a job, found or computed.
static status provide(job *j, run_row *out, bool *found) {
    backtest_service *b = j->service;
    const warm_panel *w;
    TRY(warm_get(&b->warm, run_config_universe(&j->config), &w));
    if (__atomic_load_n(&j->cancelled, __ATOMIC_RELAXED))
        return status_fail(STATUS_CANCELLED, "the backtest was cancelled");
    char id[RUN_ID_SIZE];
    TRY(run_config_identify(&j->config, w->panel, &w->names, id));
    run_row stored;
    status code = run_find(b->store, id, &stored);
    if (code == STATUS_NOT_FOUND)
        return compute(j, w, out);
    TRY(code);
    *found = !j->force;
    if (!*found)
        TRY(compute(j, w, out)); // run_save compares
    *out = stored;               // with the time and the user of its making
    return STATUS_OK;
}

// Puts a run at the new end of the list: the one worker ends jobs in the order in which they were submitted.
static void shelve(backtest_service *b, const run_row *run, const job *j) {
    for (size_t i = 0; i < b->stored.n; i++)
        if (strcmp(b->stored.at[i].run.run_id, run->run_id) == 0) {
            vec_remove(&b->stored, i);
            break;
        }
    vec_push(&b->stored, (shelved){*run, j->row.submitted, j->row.job, j->row.found});
}

static void end_job(backtest_service *b, job *j, status code, const run_row *run, bool found) {
    pthread_mutex_lock(&b->lock);
    j->row.seconds = (double)(clock_mono() - j->began) / 1e9;
    if (code == STATUS_OK) {
        j->row.state = BACKTEST_DONE;
        j->row.progress = 1;
        j->row.found = found;
        j->row.run = *run;
        shelve(b, run, j);
    } else {
        j->row.state = code == STATUS_CANCELLED ? BACKTEST_CANCELLED : BACKTEST_FAILED;
        mem_copy_string(j->row.message, sizeof j->row.message, status_message());
    }
    pthread_cond_broadcast(&b->turn);
    pthread_mutex_unlock(&b->lock);
    tell(b);
}

static void run_job(backtest_service *b, job *j) {
    tell(b);
    run_row run;
    bool found = false;
    status code = provide(j, &run, &found);
    end_job(b, j, code, &run, found);
}

// The next job that waits, marked as running; NULL when the service stops. The lock is held.
static job *next_job(backtest_service *b) {
    while (!b->stopping) {
        for (size_t i = 0; i < b->jobs.n; i++) {
            job *j = b->jobs.at[i];
            if (j->row.state != BACKTEST_QUEUED)
                continue;
            j->row.state = BACKTEST_RUNNING;
            j->began = clock_mono();
            return j;
        }
        pthread_cond_wait(&b->turn, &b->lock);
    }
    return NULL;
}

static void *work(void *context) {
    backtest_service *b = context;
    for (;;) {
        pthread_mutex_lock(&b->lock);
        job *j = next_job(b);
        pthread_mutex_unlock(&b->lock);
        if (!j)
            return NULL;
        run_job(b, j);
    }
}

// ---- the service ----

static status list_stored(backtest_service *b) {
    run_row *rows;
    size_t n;
    TRY(run_list(b->store, &rows, &n));
    for (size_t i = n; i-- > 0;)
        vec_push(&b->stored, (shelved){.run = rows[i], .touched = rows[i].created});
    free(rows);
    return STATUS_OK;
}

static void service_free(backtest_service *b) {
    for (size_t i = 0; i < b->jobs.n; i++)
        job_free(b->jobs.at[i]);
    vec_free(&b->jobs);
    vec_free(&b->stored);
    warm_free(&b->warm);
    pthread_cond_destroy(&b->turn);
    pthread_mutex_destroy(&b->lock);
    free(b);
}

// Signals are for the program's own threads.
static int start_worker(backtest_service *b) {
    sigset_t all, kept;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &kept);
    int failed = pthread_create(&b->worker, NULL, work, b);
    pthread_sigmask(SIG_SETMASK, &kept, NULL);
    return failed;
}

status backtest_service_start(store *s, void (*changed)(void *context), void *context, backtest_service **out) {
    backtest_service *b = mem_new(1, sizeof *b);
    b->store = b->warm.store = s;
    b->changed = changed;
    b->context = context;
    pthread_mutex_init(&b->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&b->turn, &monotonic);
    pthread_condattr_destroy(&monotonic);
    status code = list_stored(b);
    if (code == STATUS_OK) {
        int failed = start_worker(b);
        if (failed)
            code = status_fail(STATUS_IO, "the worker thread of the backtests: %s", strerror(failed));
    }
    if (code != STATUS_OK) {
        service_free(b);
        return code;
    }
    *out = b;
    return STATUS_OK;
}

void backtest_service_stop(backtest_service *b) {
    if (!b)
        return;
    pthread_mutex_lock(&b->lock);
    b->stopping = true;
    for (size_t i = 0; i < b->jobs.n; i++)
        __atomic_store_n(&b->jobs.at[i]->cancelled, 1, __ATOMIC_RELAXED);
    pthread_cond_broadcast(&b->turn);
    pthread_mutex_unlock(&b->lock);
    pthread_join(b->worker, NULL);
    service_free(b);
}

static job *job_new(backtest_service *b, const run_config *config, bool force, const char *user) {
    job *j = mem_new(1, sizeof *j);
    j->service = b;
    j->config = *config;
    j->force = force;
    j->row.submitted = clock_wall();
    run_row *run = &j->row.run;
    mem_copy_string(run->strategy, sizeof run->strategy, config->strategy->name);
    run_config_parameters(config, run->parameters);
    run->from = config->settings[RUN_FROM].day;
    run->to = config->settings[RUN_TO].day;
    mem_copy_string(run->user, sizeof run->user, user);
    return j;
}

// Forgets the oldest jobs that have ended, beyond ENDED_KEPT. The lock is held.
static void forget_old(backtest_service *b) {
    size_t ended_n = 0;
    for (size_t i = 0; i < b->jobs.n; i++)
        ended_n += ended(b->jobs.at[i]);
    for (size_t i = 0; i < b->jobs.n && ended_n > ENDED_KEPT;) {
        if (!ended(b->jobs.at[i])) {
            i++;
            continue;
        }
        job_free(b->jobs.at[i]);
        vec_remove(&b->jobs, i);
        ended_n--;
    }
}

status backtest_service_submit(backtest_service *b, const run_config *config, bool force, const char *user,
                               int64_t *number) {
    TRY(run_config_check(config));
    job *j = job_new(b, config, force, user);
    pthread_mutex_lock(&b->lock);
    size_t waiting = 0;
    for (size_t i = 0; i < b->jobs.n; i++)
        waiting += b->jobs.at[i]->row.state == BACKTEST_QUEUED;
    if (waiting < BACKTEST_QUEUE) {
        forget_old(b);
        *number = j->row.job = ++b->last_job;
        vec_push(&b->jobs, j);
        pthread_cond_broadcast(&b->turn);
    }
    pthread_mutex_unlock(&b->lock);
    if (waiting >= BACKTEST_QUEUE) {
        job_free(j);
        return status_fail(STATUS_FULL, "%d backtests wait already; cancel some or let them end", BACKTEST_QUEUE);
    }
    tell(b);
    return STATUS_OK;
}

status backtest_service_cancel(backtest_service *b, int64_t number) {
    pthread_mutex_lock(&b->lock);
    job *j = find_job(b, number);
    bool known = j != NULL, over = known && ended(j);
    if (known && !over) {
        __atomic_store_n(&j->cancelled, 1, __ATOMIC_RELAXED);
        if (j->row.state == BACKTEST_QUEUED) {
            j->row.state = BACKTEST_CANCELLED;
            pthread_cond_broadcast(&b->turn);
        }
    }
    pthread_mutex_unlock(&b->lock);
    if (!known)
        return no_job(number);
    if (over)
        return status_fail(STATUS_REFUSED, "backtest job %lld has ended already", (long long)number);
    tell(b);
    return STATUS_OK;
}

static struct timespec deadline_after(int64_t wait_ns) {
    int64_t at = clock_mono() + wait_ns;
    return (struct timespec){at / NS_PER_S, at % NS_PER_S};
}

status backtest_service_wait(backtest_service *b, int64_t number, int64_t wait_ns, backtest_row *out) {
    struct timespec deadline = deadline_after(wait_ns > 0 ? wait_ns : 0);
    pthread_mutex_lock(&b->lock);
    job *j;
    int late = 0;
    while ((j = find_job(b, number)) && !ended(j) && late != ETIMEDOUT)
        late =
            wait_ns < 0 ? pthread_cond_wait(&b->turn, &b->lock) : pthread_cond_timedwait(&b->turn, &b->lock, &deadline);
    bool known = j != NULL, over = known && ended(j);
    if (known)
        *out = row_now(j);
    pthread_mutex_unlock(&b->lock);
    if (!known)
        return no_job(number);
    return over ? STATUS_OK : status_fail(STATUS_BUSY, "backtest job %lld has not ended yet", (long long)number);
}

static backtest_row row_of_stored(const shelved *s) {
    backtest_row row = {.job = s->job, .state = BACKTEST_DONE, .progress = 1, .found = s->found, .run = s->run};
    row.submitted = s->job ? s->touched : 0;
    row.seconds = s->run.seconds;
    return row;
}

size_t backtest_service_runs(backtest_service *b, backtest_row *out, size_t max) {
    pthread_mutex_lock(&b->lock);
    size_t n = 0, i = b->jobs.n, k = b->stored.n;
    while (n < max) {
        while (i > 0 && b->jobs.at[i - 1]->row.state == BACKTEST_DONE)
            i--; // stands among the stored
        if (i == 0 && k == 0)
            break;
        if (k == 0 || (i > 0 && b->jobs.at[i - 1]->row.submitted >= b->stored.at[k - 1].touched))
            out[n++] = row_now(b->jobs.at[--i]);
        else
            out[n++] = row_of_stored(&b->stored.at[--k]);
    }
    pthread_mutex_unlock(&b->lock);
    return n;
}

size_t backtest_service_jobs(backtest_service *b, backtest_row *out, size_t max) {
    pthread_mutex_lock(&b->lock);
    size_t n = 0;
    for (size_t i = b->jobs.n; i-- > 0 && n < max;)
        out[n++] = row_now(b->jobs.at[i]);
    pthread_mutex_unlock(&b->lock);
    return n;
}

status backtest_service_log(backtest_service *b, int64_t number, text *out) {
    pthread_mutex_lock(&b->lock);
    job *j = find_job(b, number);
    bool known = j && j->log.n > 0;
    if (known)
        text_put(out, text_string(&j->log));
    pthread_mutex_unlock(&b->lock);
    return known ? STATUS_OK : status_fail(STATUS_NOT_FOUND, "there is no log of backtest job %lld", (long long)number);
}
