// What all providers share: how an import tells of its progress and is stopped.
#pragma once

#include "data/quality/report.h"

typedef struct {
    int64_t bytes, total; // read so far, and in all
    int64_t rows;
    double rate; // bytes a second
    double left; // seconds, 0 while unknown
} import_progress;

typedef struct {
    // Called about ten times a second, on the store's writer thread while the caller waits. May be NULL.
    void (*progress)(void *context, const import_progress *p);
    void *context;
    const volatile int *cancelled; // may be NULL
} import_options;
