#include "data/store/writer.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

// Callers put a request on their own stack into a list and wait. The thread takes all that wait as one batch: one
// transaction, one commit, one fsync for all of them. Inside a batch each request has a savepoint, so that a failing
// one takes only its own changes with it; a request that is alone needs none. No request is told "done" before the
// commit that holds it is durable.

typedef struct request {
    store_work work;
    void *context;
    status result;
    char message[1024];
    bool done;
    struct request *next;
} request;

struct writer {
    store_connection *connection;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t arrived, finished;
    request *first, **last;
    bool stopping;
};

static void fail(request *r, status code) {
    r->result = code;
    mem_copy_string(r->message, sizeof r->message, status_message());
}

static bool in_transaction(const writer *w) { return !sqlite3_get_autocommit(w->connection->db); }

// Leaves no transaction open when what the request changed can't be undone by itself.
static void run_one(writer *w, request *r, bool alone) {
    store_connection *c = w->connection;
    status s = alone ? STATUS_OK : connection_exec(c, "SAVEPOINT request");
    if (s == STATUS_OK)
        s = r->work(c, r->context);
    r->result = s;
    if (s != STATUS_OK)
        fail(r, s);
    if (alone || !in_transaction(w))
        return;
    if ((s != STATUS_OK && connection_exec(c, "ROLLBACK TO request") != STATUS_OK) ||
        connection_exec(c, "RELEASE request") != STATUS_OK)
        connection_exec(c, "ROLLBACK");
}

// What went well so far is lost with the transaction: its callers hear why.
static void fail_all(request *batch, const request *end, status code) {
    for (request *r = batch; r != end; r = r->next)
        if (r->result == STATUS_OK)
            fail(r, code);
}

static status begin(writer *w) {
    return in_transaction(w) ? STATUS_OK : connection_exec(w->connection, "BEGIN IMMEDIATE");
}

static void commit(writer *w, request *batch) {
    bool wanted = batch->next != NULL || batch->result == STATUS_OK; // a request that failed alone is rolled back whole
    status s = wanted ? connection_exec(w->connection, "COMMIT") : STATUS_OK;
    if (s != STATUS_OK)
        fail_all(batch, NULL, s);
    if (in_transaction(w))
        connection_exec(w->connection, "ROLLBACK");
}

static void run_batch(writer *w, request *batch) {
    bool alone = batch->next == NULL;
    for (request *r = batch; r; r = r->next) {
        status s = begin(w);
        if (s != STATUS_OK) {
            fail_all(batch, NULL, s);
            return;
        }
        run_one(w, r, alone);
        if (in_transaction(w))
            continue;
        // SQLite gave up the whole transaction: a full disk, an input or output error
        s = r->result != STATUS_OK ? r->result
                                   : status_fail(STATUS_IO, "%s: the transaction was lost", w->connection->path);
        fail_all(batch, r->next, s);
        batch = r->next;
    }
    if (batch)
        commit(w, batch);
}

static request *take_batch(writer *w) {
    pthread_mutex_lock(&w->mutex);
    while (!w->first && !w->stopping)
        pthread_cond_wait(&w->arrived, &w->mutex);
    request *batch = w->first;
    w->first = NULL;
    w->last = &w->first;
    pthread_mutex_unlock(&w->mutex);
    return batch;
}

// A request lives on its caller's stack and may be gone as soon as it is marked done.
static void answer(writer *w, request *batch) {
    pthread_mutex_lock(&w->mutex);
    for (request *r = batch; r;) {
        request *next = r->next;
        r->done = true;
        r = next;
    }
    pthread_cond_broadcast(&w->finished);
    pthread_mutex_unlock(&w->mutex);
}

static void *writer_main(void *argument) {
    writer *w = argument;
    for (request *batch; (batch = take_batch(w)) != NULL;) {
        run_batch(w, batch);
        answer(w, batch);
    }
    return NULL;
}

status writer_start(store_connection *c, writer **out) {
    writer *w = mem_new(1, sizeof *w);
    w->connection = c;
    w->last = &w->first;
    pthread_mutex_init(&w->mutex, NULL);
    pthread_cond_init(&w->arrived, NULL);
    pthread_cond_init(&w->finished, NULL);
    sigset_t all, before; // signals are for the program's own threads
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&w->thread, NULL, writer_main, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (code) {
        connection_close(c);
        free(w);
        return status_fail(STATUS_IO, "can't start a thread for writing: %s", strerror(code));
    }
    *out = w;
    return STATUS_OK;
}

void writer_stop(writer *w) {
    if (!w)
        return;
    pthread_mutex_lock(&w->mutex);
    w->stopping = true;
    pthread_cond_signal(&w->arrived);
    pthread_mutex_unlock(&w->mutex);
    pthread_join(w->thread, NULL);
    connection_close(w->connection);
    pthread_mutex_destroy(&w->mutex);
    pthread_cond_destroy(&w->arrived);
    pthread_cond_destroy(&w->finished);
    free(w);
}

status writer_run(writer *w, store_work work, void *context) {
    assert(!pthread_equal(pthread_self(), w->thread));
    request r = {.work = work, .context = context};
    pthread_mutex_lock(&w->mutex);
    *w->last = &r;
    w->last = &r.next; // cppcheck-suppress autoVariables ; waits below until the writer has done with it
    pthread_cond_signal(&w->arrived);
    while (!r.done)
        pthread_cond_wait(&w->finished, &w->mutex);
    pthread_mutex_unlock(&w->mutex);
    return r.result == STATUS_OK ? STATUS_OK : status_fail(r.result, "%s", r.message);
}
