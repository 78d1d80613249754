#include "engine/desk/analytics.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/store/bars.h"
#include "data/store/results.h"
#include "data/store/securities.h"
#include "engine/desk/risk_view.h"
#include "src/base/decimal.h"
#include "src/base/log.h"
#include "src/base/parallel.h"
#include "src/base/vec.h"

enum { PANEL_DAYS = 1300, FOLLOW_MS = 1000, INDEX_YEARS_FROM = 1999 };

#define INDEX_SYMBOL "^GSPC"

struct analytics {
    store *store;
    view *view;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool stopping;         // under lock
    bool following;        // under lock
    bool refresh;          // under lock: the model must be built anew
    uint64_t wanted, done; // under lock: tickets of analytics_wait
    status result;         // under lock: of the last computation
    char message[256];
    volatile int cancel; // stops what runs, when the program ends

    // The thread's own.
    parallel *pool;
    panel *panel;
    risk_model *model;
    securities securities;
    risk_decomposition parts;
    double *weights; // [model->securities]
    int32_t *column; // [securities.n + 1] sid → column of the model, -1
    date *index_day;
    double *index_close;
    size_t index_n;
    view_positions *positions;
    uint64_t positions_seen;
    view_risk *risk;
    view_stress *stress;
    bool saved, announced;
};

// ---- the model ----

typedef struct {
    int *sector; // [panel securities]
    double *shares;
    VEC(const char *) names; // of sectors, borrowed from the securities
} inputs;

static int sector_number(inputs *in, const char *name) {
    if (!name[0])
        return -1;
    for (size_t i = 0; i < in->names.n; i++)
        if (strcmp(in->names.at[i], name) == 0)
            return (int)i;
    vec_push(&in->names, name);
    return (int)in->names.n - 1;
}

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

// Sectors are numbered by name, so that the order of the securities does not matter.
static void gather_inputs(const analytics *a, inputs *in) {
    const panel *p = a->panel;
    in->sector = mem_new(p->securities, sizeof *in->sector);
    in->shares = mem_new(p->securities, sizeof *in->shares);
    for (size_t i = 0; i < p->securities; i++)
        sector_number(in, a->securities.at[p->sid[i] - 1].sector);
    if (in->names.n)
        qsort(in->names.at, in->names.n, sizeof *in->names.at, by_name);
    for (size_t i = 0; i < p->securities; i++) {
        const security *s = &a->securities.at[p->sid[i] - 1];
        in->sector[i] = sector_number(in, s->sector);
        in->shares[i] = (double)s->shares;
    }
}

static void drop_model(analytics *a) {
    risk_decomposition_free(&a->parts);
    a->parts = (risk_decomposition){0};
    risk_model_free(a->model);
    a->model = NULL;
    panel_free(a->panel);
    a->panel = NULL;
    securities_free(&a->securities);
    free(a->weights);
    free(a->column);
    free(a->index_day);
    free(a->index_close);
    a->weights = NULL;
    a->column = NULL;
    a->index_day = NULL;
    a->index_close = NULL;
    a->index_n = 0;
}

static status load_index(analytics *a) {
    const security *s = securities_find(&a->securities, INDEX_SYMBOL);
    if (!s)
        return STATUS_OK;
    bar *bars = NULL;
    size_t n = 0;
    TRY(bars_of(a->store, s->sid, date_make(INDEX_YEARS_FROM, 1, 1), INT32_MAX, &bars, &n));
    a->index_day = mem_new(n ? n : 1, sizeof *a->index_day);
    a->index_close = mem_new(n ? n : 1, sizeof *a->index_close);
    for (size_t i = 0; i < n; i++) {
        a->index_day[i] = bars[i].day;
        a->index_close[i] = decimal_to_double(bars[i].close);
    }
    a->index_n = n;
    free(bars);
    return STATUS_OK;
}

static date last_stock_day(const analytics *a) {
    date last = DATE_NONE;
    for (size_t i = 0; i < a->securities.n; i++) {
        const security *s = &a->securities.at[i];
        if (strcmp(s->kind, "stock") == 0 && s->last > last)
            last = s->last;
    }
    return last;
}

static status load_data(analytics *a) {
    TRY(securities_load(a->store, &a->securities));
    date last = last_stock_day(a);
    if (last == DATE_NONE)
        return status_fail(STATUS_UNAVAILABLE, "no prices yet; try: import yahoo FILE, or demo create");
    TRY(panel_load(a->store, "stock", last - PANEL_DAYS, last, &a->cancel, &a->panel));
    return load_index(a);
}

static status build(analytics *a) {
    drop_model(a);
    TRY(load_data(a));
    inputs in = {0};
    gather_inputs(a, &in);
    risk_inputs given = {.sector = in.sector, .sector_name = in.names.at, .sectors = in.names.n, .shares = in.shares};
    risk_config config = risk_config_default();
    status s = risk_model_build(a->panel, &given, &config, a->pool, &a->cancel, &a->model);
    vec_free(&in.names);
    free(in.sector);
    free(in.shares);
    TRY(s);
    TRY(risk_decomposition_new(a->model, &a->parts));
    a->weights = mem_new(a->model->securities, sizeof *a->weights);
    a->column = mem_new(a->securities.n + 1, sizeof *a->column);
    memset(a->column, -1, (a->securities.n + 1) * sizeof *a->column);
    for (size_t i = 0; i < a->panel->securities; i++)
        a->column[a->panel->sid[i]] = (int32_t)i;
    a->saved = false;
    log_info("risk", "model of %zu securities, %zu factors, %zu days, mean R2 %.3f", a->model->securities,
             a->model->factors, a->model->days, a->model->mean_r2);
    return STATUS_OK;
}

// ---- from positions to figures ----

static int64_t base_value(const view_positions *p) {
    return p->equity > 0 ? p->equity : p->long_value - p->short_value;
}

// Weights of what is held, in the model's order; returns how many names they have.
static size_t weigh(analytics *a) {
    const view_positions *p = a->positions;
    memset(a->weights, 0, a->model->securities * sizeof *a->weights);
    int64_t base = base_value(p);
    size_t names = 0;
    for (int32_t i = 0; i < p->n && base > 0; i++) {
        int32_t sid = p->rows[i].sid;
        int32_t column = sid >= 1 && (size_t)sid <= a->securities.n ? a->column[sid] : -1;
        if (column < 0 || !p->rows[i].quantity)
            continue;
        a->weights[column] = (double)p->rows[i].value / (double)base;
        names++;
    }
    return names;
}

static void publish(analytics *a) {
    view_publish(a->view, SECTION_RISK, a->risk, sizeof *a->risk);
    view_publish(a->view, SECTION_STRESS, a->stress, sizeof *a->stress);
}

// What was said last is not said again: screens would draw themselves anew for it.
static void announce(analytics *a, int state, const char *message) {
    if (a->announced && a->risk->state == state && a->stress->state == state &&
        strcmp(a->risk->message, message) == 0 && strcmp(a->stress->message, message) == 0)
        return;
    a->announced = true;
    a->risk->state = a->stress->state = state;
    mem_copy_string(a->risk->message, sizeof a->risk->message, message);
    mem_copy_string(a->stress->message, sizeof a->stress->message, message);
    publish(a);
}

// The weights are all zero. Nothing held is no failure: there is no risk in it.
static status end_without_names(analytics *a) {
    const view_positions *p = a->positions;
    if (p->held)
        return status_fail(STATUS_UNAVAILABLE, "none of the %d position%s is a stock that the risk model covers",
                           p->held, p->held == 1 ? "" : "s");
    a->risk->factors = a->risk->names = a->risk->names_total = a->stress->n = 0;
    announce(a, ANALYTICS_FLAT,
             p->n || p->cash
                 ? "nothing is held, and so there is no risk; figures come with the next position"
                 : "nothing is held; portfolio load FILE.csv (symbol,quantity) takes positions from a file");
    return STATUS_OK;
}

static void save(analytics *a) {
    if (a->saved)
        return;
    const view_risk *v = a->risk;
    risk_row row = {.day = v->as_of,
                    .time = v->computed,
                    .value = v->value,
                    .volatility = v->total,
                    .var95 = v->var95_hist,
                    .var99 = v->var99_hist,
                    .es95 = v->es95_hist,
                    .es99 = v->es99_hist};
    hash_text(a->model->id, row.model);
    if (risk_save(a->store, &row) != STATUS_OK)
        log_warn("risk", "not kept: %s", status_message());
    a->saved = true;
}

static status compute(analytics *a) {
    view_risk *v = a->risk;
    size_t names = weigh(a);
    if (!names)
        return end_without_names(a);
    TRY(risk_decompose(a->model, a->weights, &a->parts));
    risk_picture picture = {.model = a->model,
                            .panel = a->panel,
                            .securities = &a->securities,
                            .weights = a->weights,
                            .parts = &a->parts,
                            .value = decimal_to_double(base_value(a->positions))};
    risk_index index = {a->index_day, a->index_close, a->index_n};
    TRY(risk_view_fill(&picture, v));
    status stressed = risk_view_stress(&picture, &index, a->stress);
    v->of_gross = a->positions->equity <= 0;
    v->computed = clock_wall();
    v->state = ANALYTICS_READY;
    v->message[0] = 0;
    // An index that is too short for an episode takes nothing away from the risk.
    a->stress->state = stressed == STATUS_OK ? ANALYTICS_READY : ANALYTICS_FAILED;
    publish(a);
    save(a);
    return STATUS_OK;
}

// ---- the thread ----

static void finish(analytics *a, uint64_t ticket, status s) {
    pthread_mutex_lock(&a->lock);
    a->done = ticket;
    a->result = s;
    if (s != STATUS_OK)
        mem_copy_string(a->message, sizeof a->message, status_message());
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
}

// One round: the model if it must be, the figures if the positions changed or somebody waits.
static void follow(analytics *a, bool rebuild, uint64_t ticket, bool asked) {
    status s = STATUS_OK;
    if (!rebuild && !asked && !a->model)
        return; // the data that no model could be built of is still the same
    if (rebuild || !a->model) {
        if (a->risk->state != ANALYTICS_READY)
            announce(a, ANALYTICS_COMPUTING, "building the risk model");
        s = build(a);
        if (s != STATUS_OK)
            drop_model(a);
    }
    bool moved = view_read(a->view, SECTION_POSITIONS, a->positions, &a->positions_seen);
    if (s == STATUS_OK && (moved || asked || rebuild))
        s = compute(a);
    if (s != STATUS_OK && s != STATUS_CANCELLED)
        announce(a, ANALYTICS_FAILED, status_message());
    finish(a, ticket, s);
}

static void *run(void *context) {
    analytics *a = context;
    bool first = true;
    pthread_mutex_lock(&a->lock);
    while (!a->stopping) {
        bool rebuild = a->refresh || first;
        bool asked = a->wanted != a->done;
        if (!asked && !a->following) {
            pthread_cond_wait(&a->changed, &a->lock);
            continue;
        }
        uint64_t ticket = a->wanted;
        a->refresh = false;
        pthread_mutex_unlock(&a->lock);
        follow(a, rebuild, ticket, asked);
        first = false;
        pthread_mutex_lock(&a->lock);
        if (a->stopping || a->refresh || a->wanted != a->done)
            continue;
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += FOLLOW_MS / 1000;
        pthread_cond_timedwait(&a->changed, &a->lock, &until);
    }
    pthread_mutex_unlock(&a->lock);
    return NULL;
}

static void release(analytics *a) {
    drop_model(a);
    parallel_free(a->pool);
    free(a->positions);
    free(a->risk);
    free(a->stress);
    pthread_mutex_destroy(&a->lock);
    pthread_cond_destroy(&a->changed);
    free(a);
}

status analytics_start(store *s, view *v, analytics **out) {
    analytics *a = mem_new(1, sizeof *a);
    a->store = s;
    a->view = v;
    a->positions = mem_new(1, sizeof *a->positions);
    a->risk = mem_new(1, sizeof *a->risk);
    a->stress = mem_new(1, sizeof *a->stress);
    a->pool = parallel_new(0);
    pthread_mutex_init(&a->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&a->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    announce(a, ANALYTICS_NONE, "not computed yet");
    int failed = pthread_create(&a->thread, NULL, run, a);
    if (failed) {
        status result = status_fail(STATUS_IO, "the analytics thread can't start: %s", strerror(failed));
        release(a);
        return result;
    }
    pthread_setname_np(a->thread, "analytics");
    *out = a;
    return STATUS_OK;
}

void analytics_stop(analytics *a) {
    if (!a)
        return;
    __atomic_store_n(&a->cancel, 1, __ATOMIC_SEQ_CST);
    pthread_mutex_lock(&a->lock);
    a->stopping = true;
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
    pthread_join(a->thread, NULL);
    release(a);
}

status analytics_wait(analytics *a, const volatile int *cancelled) {
    pthread_mutex_lock(&a->lock);
    uint64_t ticket = ++a->wanted;
    pthread_cond_broadcast(&a->changed);
    while (a->done < ticket && !a->stopping) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += 100 * 1000 * 1000;
        if (until.tv_nsec >= 1000000000) {
            until.tv_nsec -= 1000000000;
            until.tv_sec++;
        }
        pthread_cond_timedwait(&a->changed, &a->lock, &until);
        if (cancelled && __atomic_load_n(cancelled, __ATOMIC_RELAXED))
            break;
    }
    status s = a->done >= ticket ? a->result : STATUS_CANCELLED;
    char message[256];
    mem_copy_string(message, sizeof message,
                    s == STATUS_CANCELLED ? "stopped before the risk was computed" : a->message);
    pthread_mutex_unlock(&a->lock);
    return s == STATUS_OK ? STATUS_OK : status_fail(s, "%s", message);
}

void analytics_follow(analytics *a) {
    pthread_mutex_lock(&a->lock);
    a->following = true;
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
}

void analytics_refresh(analytics *a) {
    pthread_mutex_lock(&a->lock);
    a->refresh = true;
    pthread_cond_broadcast(&a->changed);
    pthread_mutex_unlock(&a->lock);
}
