#include "src/base/queue.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "src/base/clock.h"
#include "src/base/mem.h"

struct queue {
    pthread_mutex_t mutex;
    pthread_cond_t changed; // something came, or the queue was closed; waits by the monotonic clock
    size_t first, n, capacity;
    bool closed;
    void *items[];
};

queue *queue_new(size_t capacity) {
    assert(capacity > 0);
    queue *q = mem_new(1, sizeof *q + capacity * sizeof *q->items);
    q->capacity = capacity;
    pthread_mutex_init(&q->mutex, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&q->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    return q;
}

void queue_free(queue *q) {
    if (!q)
        return;
    pthread_cond_destroy(&q->changed);
    pthread_mutex_destroy(&q->mutex);
    free(q);
}

bool queue_put(queue *q, void *item) {
    assert(item);
    pthread_mutex_lock(&q->mutex);
    bool fits = !q->closed && q->n < q->capacity;
    if (fits) {
        q->items[(q->first + q->n++) % q->capacity] = item;
        pthread_cond_signal(&q->changed);
    }
    pthread_mutex_unlock(&q->mutex);
    return fits;
}

// The moment `wait_ns` from now, or the last there is when that overflows.
static struct timespec deadline(int64_t wait_ns) {
    int64_t end;
    if (__builtin_add_overflow(clock_mono(), wait_ns, &end))
        end = INT64_MAX;
    return (struct timespec){.tv_sec = (time_t)(end / NS_PER_S), .tv_nsec = (long)(end % NS_PER_S)};
}

void *queue_take(queue *q, int64_t wait_ns) {
    struct timespec until = {0};
    if (wait_ns > 0)
        until = deadline(wait_ns);
    pthread_mutex_lock(&q->mutex);
    int error = 0;
    while (q->n == 0 && !q->closed && wait_ns != 0 && error == 0) {
        if (wait_ns < 0)
            pthread_cond_wait(&q->changed, &q->mutex);
        else
            error = pthread_cond_timedwait(&q->changed, &q->mutex, &until);
    }
    void *item = NULL;
    if (q->n > 0) {
        item = q->items[q->first];
        q->first = (q->first + 1) % q->capacity;
        q->n--;
    }
    pthread_mutex_unlock(&q->mutex);
    return item;
}

void queue_close(queue *q) {
    pthread_mutex_lock(&q->mutex);
    q->closed = true;
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->mutex);
}

size_t queue_length(queue *q) {
    pthread_mutex_lock(&q->mutex);
    size_t n = q->n;
    pthread_mutex_unlock(&q->mutex);
    return n;
}
