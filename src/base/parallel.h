// Work split over threads in fixed parts: the parts depend on the work alone, never on the number of threads, so that
// results are the same bits on any machine. A pool is owned by whoever makes it.
#pragma once

#include <stddef.h>

typedef struct parallel parallel;

parallel *parallel_new(unsigned threads); // 0: as many as the machine has
void parallel_free(parallel *p);
unsigned parallel_threads(const parallel *p);

// Calls work(context, part) for every part 0 … parts-1, each once, and returns when all are done. p may be NULL: in order
// on the caller's thread.
void parallel_for(parallel *p, size_t parts, void (*work)(void *context, size_t part), void *context);
