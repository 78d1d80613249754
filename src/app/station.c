#include "src/app/station.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/sample/sample.h"
#include "data/store/audit.h"
#include "data/store/bars.h"
#include "data/store/settings.h"
#include "src/base/decimal.h"
#include "src/base/log.h"
#include "src/base/vec.h"

enum { DEMO_LONGS = 36, DEMO_SHORTS = 12, DEMO_CASH = 4000000, DEMO_POSITION = 150000 };

// ---- securities ----

static status load_securities(app *a) {
    securities list = {0};
    TRY(securities_load(a->store, &list));
    pthread_mutex_lock(&a->lock);
    securities old = a->securities;
    a->securities = list;
    pthread_mutex_unlock(&a->lock);
    securities_free(&old);
    return STATUS_OK;
}

static void find_state(app *a, char out[8]) {
    bool demo = demo_is(a->store);
    pthread_mutex_lock(&a->lock);
    mem_copy_string(a->state, sizeof a->state, demo ? "DEMO" : "PAPER");
    memcpy(out, a->state, sizeof a->state);
    pthread_mutex_unlock(&a->lock);
}

status app_reload(app *a) {
    TRY(load_securities(a));
    char state[sizeof a->state];
    find_state(a, state);
    TRY(desk_reload(a->desk, state));
    analytics_refresh(a->analytics);
    return STATUS_OK;
}

// ---- the demo ----

typedef struct {
    station_progress tell;
    void *context;
    int last;
} demo_teller;

static void tell_demo(void *context, int done, int total) {
    demo_teller *t = context;
    int percent = done * 100 / total;
    if (!t->tell || percent == t->last)
        return;
    t->last = percent;
    char line[80];
    snprintf(line, sizeof line, "making the demo universe %3d %%", percent);
    t->tell(t->context, line);
}

typedef struct {
    int32_t sid;
    double traded; // value of the last bar's volume
    int64_t close;
} candidate;

static int by_traded(const void *x, const void *y) {
    const candidate *a = x, *b = y;
    if (a->traded != b->traded)
        return a->traded < b->traded ? 1 : -1;
    return a->sid - b->sid;
}

// The portfolio that a demo starts with: long three quarters of the names that trade most, short the rest of them.
static status load_demo_portfolio(app *a, const char *user) {
    securities list = {0};
    TRY(securities_load(a->store, &list));
    size_t n = list.n, m = 0;
    bar *latest = mem_new(n ? n : 1, sizeof *latest);
    candidate *all = mem_new(n ? n : 1, sizeof *all);
    status s = bars_latest(a->store, INT32_MAX, latest, n);
    for (size_t i = 0; s == STATUS_OK && i < n; i++) {
        const security *x = &list.at[i];
        if (strcmp(x->kind, "stock") == 0 && x->active && latest[i].sid)
            all[m++] =
                (candidate){x->sid, decimal_to_double(latest[i].close) * (double)latest[i].volume, latest[i].close};
    }
    qsort(all, m, sizeof *all, by_traded);
    holding held[DEMO_LONGS + DEMO_SHORTS];
    size_t count = 0;
    for (size_t i = 0; i < m && count < sizeof held / sizeof *held; i++) {
        // Sizes fall from 1.5 to 0.5 times the usual one; every fourth name is short.
        double size = DEMO_POSITION * (1.5 - (double)i / (double)(DEMO_LONGS + DEMO_SHORTS));
        int64_t lots = llround(size / decimal_to_double(all[i].close) / 100);
        held[count++] = (holding){all[i].sid, (lots > 0 ? lots : 1) * (i % 4 == 3 ? -100 : 100)};
    }
    if (s == STATUS_OK && count)
        s = desk_load(a->desk, user, "starting portfolio of the demo", held, count, DEMO_CASH * DECIMAL_ONE);
    securities_free(&list);
    free(latest);
    free(all);
    return s;
}

status station_make_demo(app *a, const char *user, const demo_options *options, station_progress progress,
                         void *progress_context, const volatile int *cancelled) {
    demo_teller teller = {progress, progress_context, -1};
    TRY(demo_create(a->store, options, tell_demo, &teller, cancelled));
    TRY(app_reload(a));
    return load_demo_portfolio(a, user);
}

// ---- audit ----

static void copy_audit(void *context, const audit_row *row) {
    view_audit *v = context;
    if (v->n == VIEW_AUDIT)
        return;
    view_audit_row *to = &v->row[v->n++];
    *to = (view_audit_row){.id = row->id, .time = row->time};
    mem_copy_string(to->user, sizeof to->user, row->user);
    mem_copy_string(to->face, sizeof to->face, row->face);
    mem_copy_string(to->command, sizeof to->command, row->command);
    mem_copy_string(to->result, sizeof to->result, row->result);
}

static void publish_audit(app *a) {
    view_audit *v = mem_new(1, sizeof *v);
    if (audit_list(a->store, VIEW_AUDIT, copy_audit, v) == STATUS_OK) {
        // One thread a section at a time.
        pthread_mutex_lock(&a->lock);
        view_publish(a->view, SECTION_AUDIT, v, sizeof *v);
        pthread_mutex_unlock(&a->lock);
    }
    free(v);
}

static void keep_audit(void *context, const call *c, const char *line, status result, const char *message) {
    app *a = context;
    audit_row row = {.time = clock_wall()};
    mem_copy_string(row.user, sizeof row.user, c->user ? c->user : a->user);
    mem_copy_string(row.face, sizeof row.face, c->face ? c->face : "");
    mem_copy_string(row.command, sizeof row.command, line);
    mem_copy_string(row.reason, sizeof row.reason, c->reason ? c->reason : "");
    text what = {0};
    // What was done stands before the sentence of a failure, which may be long and is cut off.
    if (result == STATUS_OK)
        text_printf(&what, "ok%s%s", c->summary.n ? ": " : "", text_string(&c->summary));
    else
        text_printf(&what, "%s%s%s", text_string(&c->summary), c->summary.n ? "; " : "", message);
    mem_copy_string(row.result, sizeof row.result, what.at);
    text_free(&what);
    if (audit_append(a->store, &row) != STATUS_OK)
        log_error("audit", "'%s' by %s was not recorded: %s", line, row.user, status_message());
    publish_audit(a);
}

// ---- opening and closing ----

static void run_request(void *context, const request *r, reply *out) {
    station *w = context;
    request_run(&w->host, r, out);
}

static int give_view(void *context) {
    station *w = context;
    return view_descriptor(w->app.view);
}

static status venue_seed(app *a, uint64_t *out) {
    char saved[32], *end;
    *out = 1;
    status s = settings_get(a->store, "venue.seed", saved, sizeof saved);
    if (s == STATUS_NOT_FOUND)
        return STATUS_OK;
    TRY(s);
    errno = 0;
    *out = strtoull(saved, &end, 10);
    if (!isdigit((unsigned char)saved[0]) || *end || errno)
        return status_fail(STATUS_INVALID,
                           "the setting venue.seed is '%s': a whole number from 0 to %" PRIu64 " is right", saved,
                           UINT64_MAX);
    return STATUS_OK;
}

static bool has_stocks(const app *a) {
    for (size_t i = 0; i < a->securities.n; i++)
        if (strcmp(a->securities.at[i].kind, "stock") == 0)
            return true;
    return false;
}

bool app_wants_real(const app *a) {
    char value[8];
    return settings_get(a->store, "data.real", value, sizeof value) == STATUS_OK;
}

static void open_log(const char *home) {
    text path = {0};
    text_printf(&path, "%s/plimsoll.log", home);
    status s = log_open(path.at, LOG_INFO, 0);
    (void)s; // a log never stops the desk; log.h drops lines then
    text_free(&path);
}

static void tell_screens(void *context, const char *sentence) {
    const app *a = context;
    if (desk_note(a->desk, sentence) != STATUS_OK)
        log_info("backtest", "%s", sentence);
}

// A command that reads works on a full disk. A desk that goes on must be able to write. Of a workspace that can't be
// read like that the full disk is the trouble, whatever else it lacks.
static status open_store(app *a, const station_options *options) {
    if (options->existing && !store_begun(options->home))
        return status_fail(STATUS_NOT_FOUND,
                           "there is no workspace in %s; plimsoll, plimsoll desk, plimsoll import and plimsoll demo "
                           "create make one",
                           options->home);
    status s = store_open(options->home, &a->store);
    if (s != STATUS_FULL || options->live || !store_exists(options->home))
        return s;
    status_sentence cause = status_keep();
    s = store_open_full(options->home, &a->store);
    if (s == STATUS_OK || s == STATUS_FULL || s == STATUS_BUSY)
        return s;
    status_put_back(&cause);
    return STATUS_FULL;
}

static void tell_set_aside(app *a, const station_options *options) {
    const char *aside = store_set_aside(a->store);
    char line[512];
    if (!aside)
        return;
    snprintf(line, sizeof line,
             "results.db was damaged, and begins anew; backtests can be run again (it is kept as %s)",
             strrchr(aside, '/') + 1);
    log_warn("store", "%s", line);
    if (options->warn)
        options->warn(options->warn_context, line);
    if (options->live && desk_note(a->desk, line) != STATUS_OK)
        log_warn("desk", "%s", status_message());
}

static status open_services(station *w, const station_options *options) {
    app *a = &w->app;
    TRY(open_store(a, options));
    open_log(options->home);
    TRY(sample_import_index(a->store));
    TRY(load_securities(a));
    char state[sizeof a->state];
    find_state(a, state);
    uint64_t seed;
    TRY(venue_seed(a, &seed));
    TRY(view_create(&a->view));
    desk_config config = {
        .store = a->store, .view = a->view, .state = state, .user = a->user, .live = options->live, .seed = seed};
    TRY(desk_start(&config, &a->desk));
    TRY(analytics_start(a->store, a->view, &a->analytics));
    TRY(runs_start(a->store, a->view, &a->runs));
    runs_tell(a->runs, tell_screens, a);
    tell_set_aside(a, options);
    publish_audit(a);
    demo_options demo = demo_default();
    if (options->live && !has_stocks(a) && !app_wants_real(a))
        TRY(station_make_demo(a, a->user, &demo, options->progress, options->progress_context, NULL));
    if (options->live)
        analytics_follow(a->analytics);
    // A desk that ends with its command is nothing to attach to.
    server_config listening = {
        .home = options->home, .context = w, .run = run_request, .view = options->live ? give_view : NULL};
    return server_start(&listening, &w->server);
}

status station_open(const station_options *options, const command_table *commands, station **out) {
    station *w = mem_new(1, sizeof *w);
    app *a = &w->app;
    pthread_mutex_init(&a->lock, NULL);
    a->commands = commands;
    a->live = options->live;
    mem_copy_string(a->user, sizeof a->user, options->user);
    w->host = (request_host){.commands = commands, .services = a, .audit = keep_audit, .audit_context = a};
    // Signals belong to the main thread: those made from here on inherit the closed mask.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    status s = open_services(w, options);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (s != STATUS_OK) {
        station_close(w);
        return s;
    }
    *out = w;
    return STATUS_OK;
}

void station_close(station *w) {
    if (!w)
        return;
    app *a = &w->app;
    status_sentence kept = status_keep();
    server_stop(w->server);
    runs_stop(a->runs);
    analytics_stop(a->analytics);
    desk_stop(a->desk);
    view_release(a->view);
    store_close(a->store);
    securities_free(&a->securities);
    pthread_mutex_destroy(&a->lock);
    log_close();
    free(w);
    status_put_back(&kept);
}
