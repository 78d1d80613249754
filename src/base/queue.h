// A bounded queue of pointers between threads (any number on either side). The queue does not own what passes through.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct queue queue;

queue *queue_new(size_t capacity);
void queue_free(queue *q);
bool queue_put(queue *q, void *item); // false when full or closed
void *queue_take(queue *q,
                 int64_t wait_ns); // NULL when nothing came in time, or closed and empty; wait_ns < 0: for ever
void queue_close(queue *q);
size_t queue_length(queue *q);
