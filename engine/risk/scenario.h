// Episodes of the past that portfolios are held against, and how far an index moved in them. Pure.
#pragma once

#include <stddef.h>

#include "src/base/clock.h"
#include "src/base/status.h"

typedef struct {
    const char *name;
    date from, to;    // closes of these dates, or of the last before them
    const char *text; // what it was, in a line
} risk_scenario;

// Episodes carried with the program, by their beginning: dot-com 2000 – 02, the crisis from peak to trough and in its
// worst ten weeks, COVID 2020. Borrowed, static.
const risk_scenario *risk_scenarios(size_t *n);

// An index as closes by date, ascending. Borrowed.
typedef struct {
    const date *day;
    const double *close;
    size_t n;
} risk_index;

// Simple return of the index between the closes of two dates (each the date's own, or the last in the seven days
// before). STATUS_NOT_FOUND when the index doesn't reach so far, naming the date; STATUS_INVALID for from >= to.
status risk_index_move(const risk_index *index, date from, date to, double *move);

// The last of n ascending dates at or before `day`, and at most seven days older; n when there is none.
size_t risk_row_at(const date *days, size_t n, date day);
