// When a strategy decides anew. Pure.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "src/base/clock.h"

typedef enum {
    SCHEDULE_MONTHLY, // at the close of the last trading day of a month
    SCHEDULE_WEEKLY,  // at the close of the last trading day of a week (Monday to Sunday)
    SCHEDULE_DAYS,    // every `days` trading days, beginning on the first
} schedule_kind;

typedef struct {
    schedule_kind kind;
    size_t days; // SCHEDULE_DAYS: at least 1
} schedule;

// Whether row t of the ascending dates is a day of decision. `first` is the first day that counts, `last` the last one:
// it never decides, because no day comes behind it to trade on, and so a month cut off by the end of the data is not
// taken for a month's end. The calendar of the day ahead is used (exchanges publish theirs), never its prices.
bool schedule_due(schedule s, const date *day, size_t first, size_t last, size_t t);
