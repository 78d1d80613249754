#include "engine/factor/pipeline.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "src/base/matrix.h"

size_t factor_winsorise(double *values, size_t n, double tail, double *scratch) {
    assert(tail >= 0 && tail < 0.5);
    size_t there = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i]))
            scratch[there++] = values[i];
    if (!there)
        return 0;
    double low = vector_quantile(scratch, there, tail), high = vector_quantile(scratch, there, 1 - tail);
    for (size_t i = 0; i < n; i++) {
        if (values[i] < low)
            values[i] = low;
        else if (values[i] > high)
            values[i] = high;
    }
    return there;
}

// Mean and standard deviation (n - 1) of what is there; returns how many.
static size_t moments(const double *values, size_t n, double *mean, double *deviation) {
    size_t there = 0;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i])) {
            there++;
            sum += values[i];
        }
    *mean = there ? sum / (double)there : 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i]))
            squares += (values[i] - *mean) * (values[i] - *mean);
    *deviation = there > 1 ? sqrt(squares / (double)(there - 1)) : 0;
    return there;
}

static double weighted_mean(const double *values, const double *weights, size_t n, double otherwise) {
    double sum = 0, total = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i]) && weights[i] > 0) {
            sum += weights[i] * values[i];
            total += weights[i];
        }
    return total > 0 ? sum / total : otherwise;
}

bool factor_zscore(double *values, const double *weights, size_t n) {
    double mean, deviation;
    moments(values, n, &mean, &deviation);
    // Rounding leaves a constant column with a deviation of some ulps of its mean.
    if (!(deviation > 1e-12 * fabs(mean))) {
        for (size_t i = 0; i < n; i++)
            values[i] = NAN;
        return false;
    }
    double centre = weights ? weighted_mean(values, weights, n, mean) : mean;
    for (size_t i = 0; i < n; i++)
        values[i] = (values[i] - centre) / deviation;
    return true;
}

void factor_neutralise(double *values, const int *sector, size_t n, size_t sectors, size_t least, double *scratch) {
    double *sum = scratch, *count = scratch + sectors;
    memset(scratch, 0, 2 * sectors * sizeof *scratch);
    for (size_t i = 0; i < n; i++)
        if (sector[i] >= 0 && !isnan(values[i])) {
            sum[sector[i]] += values[i];
            count[sector[i]]++;
        }
    for (size_t i = 0; i < n; i++)
        if (sector[i] >= 0 && count[sector[i]] >= (double)least)
            values[i] -= sum[sector[i]] / count[sector[i]];
    double mean, deviation;
    moments(values, n, &mean, &deviation);
    for (size_t i = 0; i < n && deviation > 0; i++)
        values[i] /= deviation;
}
