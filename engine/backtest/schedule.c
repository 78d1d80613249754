#include "engine/backtest/schedule.h"

static bool same_month(date a, date b) {
    int year_a, month_a, year_b, month_b, day;
    date_split(a, &year_a, &month_a, &day);
    date_split(b, &year_b, &month_b, &day);
    return year_a == year_b && month_a == month_b;
}

bool schedule_due(schedule s, const date *day, size_t first, size_t last, size_t t) {
    if (t < first || t >= last)
        return false;
    switch (s.kind) {
    case SCHEDULE_MONTHLY:
        return !same_month(day[t], day[t + 1]);
    case SCHEDULE_WEEKLY:
        return day[t] - date_weekday(day[t]) != day[t + 1] - date_weekday(day[t + 1]);
    case SCHEDULE_DAYS:
        return (t - first) % s.days == 0;
    }
    return false;
}
