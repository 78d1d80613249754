// A screen that looks at another process's desk keeps its connection to it and hears it close, however that process
// ended. Then it tries, in turn, to attach to a desk that runs again and to open the workspace itself; the lock lets
// one of those who try win, and the others find it at their next attempt.
//
// Views are looked at without a lock, by the thread that draws. So a new one waits in `next` until that thread asks,
// and the one that it looked at before is kept for one more exchange.
//
// Tickers are completed from a copy. The store is read by the following thread: a completion that finds the desk's data
// to be newer than the copy rings for it, and makes do with what there is.
#include "src/app/seat.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "src/app/client.h"
#include "src/base/mem.h"

#define PATIENCE (3 * NS_PER_S) // of a person in front of a screen
#define RETRY_MS 2000

typedef struct {
    char text[sizeof((view_status *)0)->data_version];
} data_version;

struct seat {
    program *program;
    seat_kind kind;
    _Atomic(station *) own;
    client *desk;         // connection to another process's desk; the following thread's while it runs
    view *shown, *former; // attached ones, the drawing thread's

    bool following;
    pthread_t follower;
    int bell; // eventfd, rung for the follower when one of the next two is set
    _Atomic(bool) stopping, reading;
    seat_say say;
    void *say_context;

    pthread_mutex_t lock; // guards what follows
    view *next;           // attached to, not yet looked at
    bool lost;            // there is no desk now
    text trouble;         // why none can be had; empty while that is being tried
    securities known;     // for completion, as the desk's data was at `version`
    data_version version, wanted;
    int64_t retry; // CLOCK_MONOTONIC before which a store that could not be read is not tried again
};

// ---- sitting down ----

static status attach(seat *s) {
    int descriptor;
    view *found;
    client *c;
    TRY(client_connect(s->program->home, &c));
    status result = client_attach(c, &descriptor);
    if (result == STATUS_OK)
        result = view_attach(descriptor, &found);
    if (result != STATUS_OK) {
        client_close(c);
        return result;
    }
    client_close(s->desk);
    s->desk = c;
    pthread_mutex_lock(&s->lock);
    view_release(s->next);
    s->next = found;
    s->lost = false;
    text_clear(&s->trouble);
    pthread_mutex_unlock(&s->lock);
    return STATUS_OK;
}

static status open_here(seat *s, station_progress progress) {
    station_options options = {.home = s->program->home,
                               .user = s->program->user,
                               .live = s->kind != SEAT_PICTURE,
                               .existing = s->kind != SEAT_SCREEN && s->kind != SEAT_DESK,
                               .progress = progress};
    station *own;
    TRY(station_open(&options, s->program->commands, &own));
    atomic_store(&s->own, own);
    return STATUS_OK;
}

static status sit_down(seat *s) {
    int64_t since = clock_mono();
    for (;;) {
        status result = attach(s);
        if (result != STATUS_UNAVAILABLE)
            return result;
        result = open_here(s, program_show_progress);
        program_end_progress();
        if (!program_is_held(result, since, PATIENCE))
            return result;
        poll(NULL, 0, PROGRAM_HELD_PAUSE_MS);
    }
}

status seat_take(program *p, seat_kind kind, seat **out) {
    seat *s = mem_new(1, sizeof *s);
    s->program = p;
    s->kind = kind;
    s->bell = -1;
    pthread_mutex_init(&s->lock, NULL);
    status result = sit_down(s);
    if (result == STATUS_OK && kind != SEAT_SCREEN) {
        client_close(s->desk);
        s->desk = NULL;
    }
    if (result == STATUS_OK)
        *out = s;
    else
        seat_leave(s);
    return result;
}

void seat_leave(seat *s) {
    if (!s)
        return;
    seat_stop_following(s);
    status_sentence kept = status_keep();
    client_close(s->desk);
    station_close(atomic_load(&s->own));
    view_release(s->shown);
    view_release(s->former);
    view_release(s->next);
    securities_free(&s->known);
    text_free(&s->trouble);
    pthread_mutex_destroy(&s->lock);
    free(s);
    status_put_back(&kept);
}

station *seat_own(const seat *s) { return atomic_load(&s->own); }

bool seat_attached(const seat *s) { return !seat_own(s); }

int seat_screens(const seat *s) {
    const station *own = seat_own(s);
    return own ? (int)server_screens(own->server) : 0;
}

// ---- following ----

static void tell(const seat *s, bool trouble, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void tell(const seat *s, bool trouble, const char *format, ...) {
    text sentence = {0};
    va_list args;
    va_start(args, format);
    text_vprintf(&sentence, format, args);
    va_end(args);
    s->say(s->say_context, trouble, text_string(&sentence));
    text_free(&sentence);
}

static void ring(const seat *s) {
    uint64_t one = 1;
    ssize_t written = write(s->bell, &one, sizeof one); // it can't fail but by being readable already
    (void)written;
}

// Takes a ring off and says whether it was to stop. What is set before ringing is looked at after the ring was taken:
// none is missed.
static bool heard_stop(seat *s) {
    uint64_t rings;
    ssize_t got = read(s->bell, &rings, sizeof rings);
    (void)got;
    return atomic_load(&s->stopping);
}

static bool stopped_within(seat *s, int ms) {
    struct pollfd bell = {.fd = s->bell, .events = POLLIN};
    return poll(&bell, 1, ms) > 0 && heard_stop(s);
}

// ---- tickers of another process's desk ----

// Reads them from its store. Completion has nowhere to complain: when they can't be read, those known before must do.
static void read_securities(seat *s) {
    store *reader = NULL;
    securities list = {0};
    pthread_mutex_lock(&s->lock);
    data_version wanted = s->wanted;
    pthread_mutex_unlock(&s->lock);
    status result = store_open_reader(s->program->home, &reader);
    if (result == STATUS_OK)
        result = securities_load(reader, &list);
    store_close(reader);
    pthread_mutex_lock(&s->lock);
    if (result == STATUS_OK) {
        securities before = s->known;
        s->known = list;
        s->version = wanted;
        list = before;
    } else {
        s->retry = clock_mono() + RETRY_MS * NS_PER_MS;
    }
    pthread_mutex_unlock(&s->lock);
    securities_free(&list);
    atomic_store(&s->reading, false);
}

// Whether the desk has other data than the copy is of, which should be read now. The drawing thread's, as views are.
static bool wants_securities(seat *s) {
    view_status *status_now = mem_new(1, sizeof *status_now);
    uint64_t seen = 0;
    bool wants = view_read(seat_view(s), SECTION_STATUS, status_now, &seen);
    pthread_mutex_lock(&s->lock);
    if (wants)
        memcpy(s->wanted.text, status_now->data_version, sizeof s->wanted.text);
    wants = wants && memcmp(&s->wanted, &s->version, sizeof s->wanted) != 0 && clock_mono() >= s->retry;
    pthread_mutex_unlock(&s->lock);
    free(status_now);
    return wants && !atomic_exchange(&s->reading, true);
}

// Says why there is no desk, once a reason.
static void note_trouble(seat *s) {
    const char *why = status_message();
    pthread_mutex_lock(&s->lock);
    bool known = strcmp(text_string(&s->trouble), why) == 0;
    text_clear(&s->trouble);
    text_put(&s->trouble, why);
    pthread_mutex_unlock(&s->lock);
    if (!known)
        tell(s, true, "STALE: the desk can't be taken over: %s; trying again every %d seconds", why, RETRY_MS / 1000);
}

// A workspace that was moved away is not made anew.
static status take_over(seat *s) {
    if (!store_exists(s->program->home))
        return status_fail(STATUS_NOT_FOUND, "there is no workspace in %s any more", s->program->home);
    return open_here(s, NULL);
}

// Tries until there is a desk again: true when it is another process's, which is to be followed too.
static bool regain(seat *s) {
    int64_t since = clock_mono();
    for (;;) {
        status result = attach(s);
        if (result == STATUS_OK) {
            tell(s, false, "attached to the desk that process %lld runs now", (long long)client_pid(s->desk));
            return true;
        }
        if (result == STATUS_UNAVAILABLE && (result = take_over(s)) == STATUS_OK) {
            tell(s, false,
                 "this workstation runs the desk now; all that was acknowledged is here, the books begin anew");
            return false;
        }
        bool soon = program_is_held(result, since, PATIENCE);
        if (!soon)
            note_trouble(s);
        if (stopped_within(s, soon ? PROGRAM_HELD_PAUSE_MS : RETRY_MS))
            return false;
    }
}

static void *follow(void *context) {
    seat *s = context;
    bool attached = true;
    while (attached) {
        if (atomic_load(&s->reading))
            read_securities(s);
        if (!client_outlived(s->desk, s->bell)) {
            attached = !heard_stop(s);
            continue;
        }
        pthread_mutex_lock(&s->lock);
        s->lost = true;
        pthread_mutex_unlock(&s->lock);
        tell(s, false, "the desk has gone (process %lld has closed it); this workstation takes it over",
             (long long)client_pid(s->desk));
        attached = regain(s);
    }
    return NULL;
}

status seat_follow(seat *s, seat_say say, void *context) {
    if (seat_own(s) || s->kind != SEAT_SCREEN)
        return STATUS_OK;
    s->say = say;
    s->say_context = context;
    s->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (s->bell < 0)
        return status_fail(STATUS_IO, "eventfd: %s", strerror(errno));
    if (wants_securities(s))
        read_securities(s); // the first ones here: nothing is drawn yet that would have to wait
    // Signals belong to the main thread.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&s->follower, NULL, follow, s);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    s->following = !failed;
    return failed ? status_fail(STATUS_IO, "no thread to follow the desk: %s", strerror(failed)) : STATUS_OK;
}

void seat_stop_following(seat *s) {
    if (s->following) {
        atomic_store(&s->stopping, true);
        ring(s);
        pthread_join(s->follower, NULL);
    }
    s->following = false;
    if (s->bell >= 0)
        close(s->bell);
    s->bell = -1;
}

// ---- what is seen and done from the seat ----

const view *seat_view(void *context) {
    seat *s = context;
    const station *own = seat_own(s);
    if (own)
        return own->app.view;
    pthread_mutex_lock(&s->lock);
    if (s->next) {
        view_release(s->former);
        s->former = s->shown;
        s->shown = s->next;
        s->next = NULL;
    }
    pthread_mutex_unlock(&s->lock);
    return s->shown;
}

// While there is no desk: the sentence that says so.
static bool refuse(seat *s, const request *r, reply *out) {
    text why = {0};
    pthread_mutex_lock(&s->lock);
    bool lost = s->lost;
    if (lost && s->trouble.n)
        text_printf(&why, "it can't be taken over: %s", s->trouble.at);
    else
        text_put(&why, "this one is taking it over, so try again in a moment");
    pthread_mutex_unlock(&s->lock);
    if (lost)
        program_fail(r,
                     status_fail(STATUS_UNAVAILABLE,
                                 "the desk that this screen shows has ended, and nothing was done; %s", why.at),
                     out);
    text_free(&why);
    return lost;
}

void seat_run(void *context, const request *r, reply *out) {
    seat *s = context;
    station *own = seat_own(s);
    bool local = request_is_local(s->program->commands, r);
    if (own && !local)
        program_run_here(own, r, out);
    else if (local || s->kind != SEAT_SCREEN)
        program_run(s->program, r, out);
    else if (!refuse(s, r, out))
        program_run_attached(s->program, r, out);
}

void seat_symbols(void *context, const char *prefix, void (*add)(void *to, const char *word), void *to) {
    seat *s = context;
    station *own = seat_own(s);
    if (own) {
        app_symbols(&own->app, prefix, add, to);
        return;
    }
    if (wants_securities(s)) {
        if (s->following)
            ring(s);
        else
            read_securities(s); // a shell, which has nothing else to do meanwhile
    }
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->known.n; i++)
        if (strncasecmp(s->known.at[i].symbol, prefix, strlen(prefix)) == 0)
            add(to, s->known.at[i].symbol);
    pthread_mutex_unlock(&s->lock);
}
