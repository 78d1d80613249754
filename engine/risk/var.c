#include "engine/risk/var.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/matrix.h"
#include "src/base/mem.h"
#include "src/base/special.h"

static status check_level(double level) {
    if (!(level > 0.5 && level < 1))
        return status_fail(STATUS_INVALID, "value at risk at level %g; it must be between 0.5 and 1", level);
    return STATUS_OK;
}

static status check_series(const double *returns, size_t n, double level) {
    TRY(check_level(level));
    if (n < 2)
        return status_fail(STATUS_INVALID, "value at risk of %zu returns; it needs at least 2", n);
    for (size_t i = 0; i < n; i++)
        if (!isfinite(returns[i]))
            return status_fail(STATUS_INVALID, "value at risk: return %zu is not finite", i);
    return STATUS_OK;
}

status risk_var_historical(const double *returns, size_t n, double level, risk_var *out) {
    TRY(check_series(returns, n, level));
    double *scratch = mem_try(n, sizeof *scratch);
    if (!scratch)
        return status_fail(STATUS_FULL, "value at risk of %zu returns: not enough memory", n);
    memcpy(scratch, returns, n * sizeof *scratch);
    double quantile = vector_quantile(scratch, n, 1 - level);
    size_t beyond = 0;
    for (size_t i = 0; i < n; i++)
        if (returns[i] < quantile)
            scratch[beyond++] = returns[i];
    out->var = -quantile;
    out->es = beyond ? -vector_mean(scratch, beyond) : out->var;
    free(scratch);
    return STATUS_OK;
}

status risk_var_normal(double mean, double deviation, double level, risk_var *out) {
    TRY(check_level(level));
    if (!isfinite(mean) || !isfinite(deviation) || deviation < 0)
        return status_fail(STATUS_INVALID, "value at risk of a normal with mean %g and deviation %g", mean, deviation);
    double z = normal_quantile(1 - level);
    out->var = -(mean + z * deviation);
    out->es = -mean + deviation * normal_pdf(z) / (1 - level);
    return STATUS_OK;
}

status risk_var_normal_sample(const double *returns, size_t n, int ddof, double level, risk_var *out) {
    TRY(check_series(returns, n, level));
    return risk_var_normal(vector_mean(returns, n), vector_deviation(returns, n, ddof), level, out);
}

// Where `value` stands, or would stand, in the sorted a[0 … n-1].
static size_t place_of(const double *a, size_t n, double value) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (a[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// Takes `gone` out of a sorted window of n values and puts `come` in.
static void slide(double *sorted, size_t n, double gone, double come) {
    size_t from = place_of(sorted, n, gone);
    memmove(sorted + from, sorted + from + 1, (n - from - 1) * sizeof *sorted);
    size_t to = place_of(sorted, n - 1, come);
    memmove(sorted + to + 1, sorted + to, (n - 1 - to) * sizeof *sorted);
    sorted[to] = come;
}

static double sorted_quantile(const double *sorted, size_t n, double p) {
    double place = (double)(n - 1) * p;
    size_t k = (size_t)place;
    if (k + 1 >= n)
        return sorted[n - 1];
    return sorted[k] + (place - (double)k) * (sorted[k + 1] - sorted[k]);
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static status roll_historical(const double *returns, size_t n, size_t window, double level, double *forecast) {
    double *sorted = mem_try(window, sizeof *sorted);
    if (!sorted)
        return status_fail(STATUS_FULL, "value at risk over %zu days: not enough memory", window);
    memcpy(sorted, returns, window * sizeof *sorted);
    qsort(sorted, window, sizeof *sorted, by_value);
    for (size_t t = window; t < n; t++) {
        forecast[t] = -sorted_quantile(sorted, window, 1 - level);
        slide(sorted, window, returns[t - window], returns[t]);
    }
    free(sorted);
    return STATUS_OK;
}

static void roll_normal(const double *returns, size_t n, size_t window, double level, double *forecast) {
    double z = normal_quantile(1 - level);
    for (size_t t = window; t < n; t++) {
        const double *past = returns + t - window;
        forecast[t] = -(vector_mean(past, window) + z * vector_deviation(past, window, 0));
    }
}

status risk_var_rolling(const double *returns, size_t n, size_t window, double level, risk_var_method method,
                        double *forecast, unsigned char *exception, size_t *exceptions, size_t *forecasts) {
    TRY(check_series(returns, n, level));
    if (window < 2)
        return status_fail(STATUS_INVALID, "value at risk over a window of %zu days; it needs at least 2", window);
    for (size_t t = 0; t < n && t < window; t++)
        forecast[t] = NAN;
    if (n > window) {
        if (method == RISK_VAR_HISTORICAL)
            TRY(roll_historical(returns, n, window, level, forecast));
        else
            roll_normal(returns, n, window, level, forecast);
    }
    *exceptions = 0;
    *forecasts = n > window ? n - window : 0;
    for (size_t t = 0; t < n; t++) {
        bool beyond = t >= window && -returns[t] > forecast[t];
        *exceptions += beyond;
        if (exception)
            exception[t] = beyond;
    }
    return STATUS_OK;
}
