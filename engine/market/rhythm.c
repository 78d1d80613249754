#include "engine/market/rhythm.h"

enum { HALF_HOURS = 13 };

#define HALF_HOUR (RHYTHM_DAY / HALF_HOURS)

// LOBSTER's samples of 2012-06-21, AMZN and AAPL: messages of each half hour, and squared 10-second returns of the
// middle, relative to the day's; averaged over the two and scaled to a mean of 1 (the mean of the line below is that of
// its points).
static const double activity[HALF_HOURS] = {1.35, 1.33, 1.07, 1.05, 0.83, 0.83, 0.70,
                                            0.61, 0.85, 0.78, 0.65, 1.15, 1.80};
static const double variance[HALF_HOURS] = {2.64, 1.62, 0.92, 0.95, 0.65, 0.85, 0.58,
                                            0.44, 0.84, 0.57, 0.58, 0.97, 1.39};

// The line through the middles of the half hours.
static double at(const double table[HALF_HOURS], int64_t time) {
    int64_t t = time - HALF_HOUR / 2;
    if (t <= 0)
        return table[0];
    int64_t i = t / HALF_HOUR;
    if (i >= HALF_HOURS - 1)
        return table[HALF_HOURS - 1];
    int64_t into = t - i * HALF_HOUR, whole = HALF_HOUR;
    double part = (double)into / (double)whole;
    return table[i] + (table[i + 1] - table[i]) * part;
}

double rhythm_activity(int64_t time) { return at(activity, time); }

double rhythm_variance(int64_t time) { return at(variance, time); }

// Whole pieces of the line, each a trapezoid, and a part of one.
double rhythm_passed(int64_t time) {
    if (time <= 0)
        return 0;
    if (time >= RHYTHM_DAY)
        return 1;
    double sum = 0;
    int64_t from = 0;
    for (int i = 0; i <= HALF_HOURS && from < time; i++) {
        int64_t to = HALF_HOUR / 2 + i * HALF_HOUR;
        if (to > time)
            to = time;
        sum += 0.5 * (at(variance, from) + at(variance, to)) * (double)(to - from);
        from = to;
    }
    return sum / (double)RHYTHM_DAY;
}
