// Work split over threads in fixed parts: the parts depend on the work alone, never on the number of threads, so that
// results are the same bits on any machine. A pool is owned by whoever makes it.
#pragma once

#include <stddef.h>

typedef struct parallel parallel;

// The caller's thread works too, so threads - 1 are started, with every signal blocked. Where the system gives fewer,
// the pool has fewer: that changes the time, never the result.
parallel *parallel_new(unsigned threads); // 0: as many as the machine has
void parallel_free(parallel *p);          // NULL is fine; nobody may be in parallel_for

// Calls work(context, part) for every part 0 … parts-1, each once, and returns when all are done. p may be NULL: in
// order on the caller's thread. Several threads may share a pool: their calls follow one another. A call from inside a
// part runs in order on that part's thread. Parts write to places of their own; status_message belongs to the thread
// that failed, so a part keeps what it has to say in its context.
void parallel_for(parallel *p, size_t parts, void (*work)(void *context, size_t part), void *context);
