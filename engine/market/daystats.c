#include "engine/market/daystats.h"

#include <math.h>
#include <stdlib.h>

#include "engine/market/rhythm.h"
#include "src/base/mem.h"
#include "src/base/vec.h"

enum { WIDEST = 2048, STEPS = 2340 }; // ticks; 10-second steps of a day

#define STEP (RHYTHM_DAY / STEPS)

const double daystats_quantiles[DAYSTATS_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};
const int daystats_lags[DAYSTATS_LAGS] = {1, 5, 20};

struct daystats_record {
    int64_t tick;
    int64_t time; // since when `now` holds
    daystats_book now;
    double spread_time[WIDEST + 1]; // ns by spread in ticks
    double spread_sum, depth_sum[DAYSTATS_LEVELS], seen;
    double middle[STEPS + 1]; // at each step, 0 before the first
    int steps;                // taken
    VEC(double) sizes;
    VEC(double) times; // of trades, seconds
    int64_t trade_time;
    side aggressor;
    double adds, cancels, events;
};

// ---- sums ----

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void daystats_sort(double *x, size_t n) {
    if (n)
        qsort(x, n, sizeof *x, compare);
}

double daystats_quantile(const double *sorted, size_t n, double q) {
    if (!n)
        return NAN;
    double at = q * (double)(n - 1), below = floor(at);
    size_t i = (size_t)below;
    return i + 1 < n ? sorted[i] + (at - below) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

static double mean(const double *x, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return n ? sum / (double)n : NAN;
}

static double squares_about(const double *x, size_t n, double m) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (x[i] - m) * (x[i] - m);
    return sum;
}

double daystats_autocorrelation(const double *x, size_t n, size_t lag) {
    if (lag >= n)
        return NAN;
    double m = mean(x, n), all = squares_about(x, n, m), sum = 0;
    for (size_t i = 0; i + lag < n; i++)
        sum += (x[i] - m) * (x[i + lag] - m);
    return all > 0 ? sum / all : NAN;
}

double daystats_variation(const double *x, size_t n) {
    double m = mean(x, n);
    return n ? sqrt(squares_about(x, n, m) / (double)n) / m : NAN;
}

// ---- the record ----

daystats_record *daystats_begin(int64_t tick) {
    daystats_record *r = mem_new(1, sizeof *r);
    r->tick = tick;
    r->trade_time = INT64_MIN;
    return r;
}

static double middle_of(const daystats_book *b) {
    const book_level *bid = &b->at[SIDE_BUY][0], *ask = &b->at[SIDE_SELL][0];
    return bid->quantity && ask->quantity ? 0.5 * (double)(bid->price + ask->price) : 0;
}

static void weigh(daystats_record *r, double time) {
    if (!(middle_of(&r->now) > 0) || time <= 0)
        return;
    int64_t spread = (r->now.at[SIDE_SELL][0].price - r->now.at[SIDE_BUY][0].price) / r->tick;
    r->spread_time[spread < 0 ? 0 : spread > WIDEST ? WIDEST : spread] += time;
    r->spread_sum += (double)spread * time;
    r->seen += time;
    for (int i = 0; i < DAYSTATS_LEVELS; i++)
        r->depth_sum[i] += 0.5 * (double)(r->now.at[SIDE_BUY][i].quantity + r->now.at[SIDE_SELL][i].quantity) * time;
}

// The book stands still until `time`.
static void pass(daystats_record *r, int64_t time) {
    int64_t to = time < RHYTHM_DAY ? time : RHYTHM_DAY, from = r->time > 0 ? r->time : 0;
    weigh(r, (double)(to - from));
    for (; r->steps <= STEPS && r->steps * STEP < time; r->steps++)
        r->middle[r->steps] = middle_of(&r->now);
    r->time = time;
}

void daystats_see(daystats_record *r, int64_t time, const daystats_book *seen) {
    pass(r, time);
    r->now = *seen;
    r->events += time >= 0 && time < RHYTHM_DAY;
}

void daystats_fill(daystats_record *r, int64_t time, side aggressor, int64_t quantity) {
    if (time < 0 || time >= RHYTHM_DAY)
        return;
    if (time == r->trade_time && aggressor == r->aggressor) {
        r->sizes.at[r->sizes.n - 1] += (double)quantity;
        return;
    }
    vec_push(&r->sizes, (double)quantity);
    vec_push(&r->times, (double)time * 1e-9);
    r->trade_time = time;
    r->aggressor = aggressor;
}

void daystats_add(daystats_record *r) { r->adds++; }

void daystats_cancel(daystats_record *r) { r->cancels++; }

// ---- the end ----

static void sum_quantiles(double *x, size_t n, double *m, double out[DAYSTATS_QUANTILES]) {
    *m = mean(x, n);
    daystats_sort(x, n);
    for (int i = 0; i < DAYSTATS_QUANTILES; i++)
        out[i] = daystats_quantile(x, n, daystats_quantiles[i]);
}

static void sum_quotes(const daystats_record *r, daystats *out) {
    double none = r->seen > 0 ? 0 : NAN, passed = 0;
    out->spread_mean = none + r->spread_sum / r->seen;
    for (int i = 0; i < DAYSTATS_LEVELS; i++)
        out->depth[i] = none + r->depth_sum[i] / r->seen;
    for (int i = 0, at = 0; i < DAYSTATS_QUANTILES; i++) {
        while (at < WIDEST && passed + r->spread_time[at] < daystats_quantiles[i] * r->seen)
            passed += r->spread_time[at++];
        out->spread[i] = none + at;
    }
}

static void sum_trades(daystats_record *r, daystats *out) {
    size_t n = r->sizes.n;
    out->trades = (double)n;
    for (size_t i = 0; i < n; i++)
        out->volume += r->sizes.at[i];
    for (size_t i = 1; i < n; i++)
        r->times.at[i - 1] = r->times.at[i] - r->times.at[i - 1];
    size_t gaps = n ? n - 1 : 0;
    out->gap_variation = daystats_variation(r->times.at, gaps);
    sum_quantiles(r->times.at, gaps, &out->gap_mean, out->gap);
    sum_quantiles(r->sizes.at, n, &out->size_mean, out->size);
}

static void sum_returns(const daystats_record *r, daystats *out) {
    double returns[STEPS], moves[STEPS], squares[DAYSTATS_HALF_HOURS] = {0}, all = 0;
    int counted[DAYSTATS_HALF_HOURS] = {0};
    size_t n = 0;
    for (int i = 1; i < r->steps && i <= STEPS; i++) {
        if (!(r->middle[i - 1] > 0 && r->middle[i] > 0))
            continue;
        double x = log(r->middle[i] / r->middle[i - 1]);
        int h = (i - 1) * DAYSTATS_HALF_HOURS / STEPS;
        squares[h] += x * x;
        counted[h]++;
        all += x * x;
        moves[n] = fabs(x);
        returns[n++] = x;
    }
    out->volatility = n ? sqrt(all / (double)n * STEPS) : NAN;
    for (int h = 0; h < DAYSTATS_HALF_HOURS; h++)
        out->half_hour[h] = counted[h] ? sqrt(squares[h] / counted[h] * STEPS) : NAN;
    for (int i = 0; i < DAYSTATS_LAGS; i++) {
        out->returns[i] = daystats_autocorrelation(returns, n, (size_t)daystats_lags[i]);
        out->moves[i] = daystats_autocorrelation(moves, n, (size_t)daystats_lags[i]);
    }
}

void daystats_end(daystats_record *r, int64_t until, daystats *out) {
    *out = (daystats){.events = r->events};
    pass(r, until < RHYTHM_DAY ? until + 1 : RHYTHM_DAY + 1);
    sum_quotes(r, out);
    sum_trades(r, out);
    sum_returns(r, out);
    out->cancels = r->adds > 0 ? r->cancels / r->adds : NAN;
    vec_free(&r->sizes);
    vec_free(&r->times);
    free(r);
}
