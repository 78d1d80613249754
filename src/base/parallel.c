#include "src/base/parallel.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "src/base/mem.h"

enum { THREADS_MAX = 256 };

struct parallel {
    pthread_mutex_t turn; // held by the one caller whose work is being done
    pthread_mutex_t lock; // guards what follows, but for `next`
    pthread_cond_t begin, end;
    void (*work)(void *context, size_t part);
    void *context;
    size_t parts;
    _Atomic size_t next;      // the first part nobody has taken
    unsigned long generation; // grows with every parallel_for; workers wait for it
    unsigned running;         // workers that have not finished this generation
    bool stop;
    unsigned workers;
    pthread_t worker[];
};

static _Thread_local bool inside_part;

static void take_parts(parallel *p) {
    inside_part = true;
    for (;;) {
        // Relaxed: which thread takes a part doesn't matter, and the mutex orders what the parts read and write.
        size_t part = atomic_fetch_add_explicit(&p->next, 1, memory_order_relaxed);
        if (part >= p->parts)
            break;
        p->work(p->context, part);
    }
    inside_part = false;
}

static void *worker_main(void *argument) {
    parallel *p = argument;
    unsigned long seen = 0;
    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (p->generation == seen && !p->stop)
            pthread_cond_wait(&p->begin, &p->lock);
        if (p->stop)
            break;
        seen = p->generation;
        pthread_mutex_unlock(&p->lock);
        take_parts(p);
        pthread_mutex_lock(&p->lock);
        if (--p->running == 0)
            pthread_cond_signal(&p->end);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

parallel *parallel_new(unsigned threads) {
    if (!threads) {
        long online = sysconf(_SC_NPROCESSORS_ONLN);
        threads = online > 0 ? (unsigned)(online > THREADS_MAX ? THREADS_MAX : online) : 1;
    }
    parallel *p = mem_new(1, sizeof *p + (threads - 1) * sizeof *p->worker);
    pthread_mutex_init(&p->turn, NULL);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->begin, NULL);
    pthread_cond_init(&p->end, NULL);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (p->workers < threads - 1 && pthread_create(&p->worker[p->workers], NULL, worker_main, p) == 0)
        p->workers++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return p;
}

void parallel_free(parallel *p) {
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->stop = true;
    pthread_cond_broadcast(&p->begin);
    pthread_mutex_unlock(&p->lock);
    for (unsigned i = 0; i < p->workers; i++)
        pthread_join(p->worker[i], NULL);
    pthread_cond_destroy(&p->end);
    pthread_cond_destroy(&p->begin);
    pthread_mutex_destroy(&p->lock);
    pthread_mutex_destroy(&p->turn);
    free(p);
}

void parallel_for(parallel *p, size_t parts, void (*work)(void *context, size_t part), void *context) {
    if (!p || !p->workers || parts < 2 || inside_part) {
        for (size_t part = 0; part < parts; part++)
            work(context, part);
        return;
    }
    pthread_mutex_lock(&p->turn);
    pthread_mutex_lock(&p->lock);
    p->work = work;
    p->context = context;
    p->parts = parts;
    atomic_store_explicit(&p->next, 0, memory_order_relaxed);
    p->running = p->workers;
    p->generation++;
    pthread_cond_broadcast(&p->begin);
    pthread_mutex_unlock(&p->lock);
    take_parts(p);
    pthread_mutex_lock(&p->lock);
    while (p->running)
        pthread_cond_wait(&p->end, &p->lock);
    pthread_mutex_unlock(&p->lock);
    pthread_mutex_unlock(&p->turn);
}
