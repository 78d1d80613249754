#include "engine/risk/covariance.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

covariance_options covariance_options_default(void) {
    return (covariance_options){.half_life = 60, .demean = false, .least = 126};
}

specific_options specific_options_default(void) {
    return (specific_options){.half_life = 60, .least = 60, .floor = 0.05};
}

static void fill_weights(double half_life, double *weights, size_t days) {
    for (size_t t = 0; t < days; t++)
        weights[t] = exp2(-(double)(days - 1 - t) / half_life);
}

static void weighted_means(matrix returns, const double *weights, double *mean) {
    for (size_t k = 0; k < returns.cols; k++) {
        double sum = 0, total = 0;
        for (size_t t = 0; t < returns.rows; t++) {
            double r = returns.at[t * returns.cols + k];
            if (!isnan(r)) {
                sum += weights[t] * r;
                total += weights[t];
            }
        }
        mean[k] = total > 0 ? sum / total : 0;
    }
}

// Scratch of one estimate.
typedef struct {
    matrix scaled, mask; // T × K: √w r and √w where there is a return, else 0
    matrix weight;       // K × K: Σ w over the days of a pair
    double *weights;     // [T]
    double *mean;        // [K]
} estimate;

static void estimate_free(estimate *e) {
    matrix_free(&e->scaled);
    matrix_free(&e->mask);
    matrix_free(&e->weight);
    free(e->weights);
    free(e->mean);
}

static bool estimate_new(matrix returns, estimate *e) {
    *e = (estimate){.scaled = matrix_new(returns.rows, returns.cols),
                    .mask = matrix_new(returns.rows, returns.cols),
                    .weight = matrix_new(returns.cols, returns.cols),
                    .weights = mem_try(returns.rows, sizeof(double)),
                    .mean = mem_try(returns.cols, sizeof(double))};
    return e->scaled.at && e->mask.at && e->weight.at && e->weights && e->mean;
}

static void scale_rows(matrix returns, estimate *e, size_t *observations) {
    size_t factors = returns.cols;
    for (size_t t = 0; t < returns.rows; t++) {
        double root = sqrt(e->weights[t]);
        for (size_t k = 0; k < factors; k++) {
            double r = returns.at[t * factors + k];
            bool there = !isnan(r);
            e->scaled.at[t * factors + k] = there ? root * (r - e->mean[k]) : 0;
            e->mask.at[t * factors + k] = there ? root : 0;
            observations[k] += there;
        }
    }
}

// Sets negative eigenvalues to zero: the nearest positive semi-definite matrix in Frobenius norm (Higham 1988).
static status make_semidefinite(matrix c, covariance_report *report) {
    matrix vectors = matrix_new(c.rows, c.cols);
    double *values = mem_try(c.rows, sizeof *values);
    status result = vectors.at && values
                        ? matrix_eigen(c, values, vectors)
                        : status_fail(STATUS_FULL, "covariance of %zu factors: not enough memory", c.rows);
    if (result == STATUS_OK) {
        report->smallest = values[0];
        // Rounding alone leaves zero eigenvalues at some ulps of the largest, on either side.
        report->repaired = values[0] < -1e-14 * values[c.rows - 1];
    }
    for (size_t i = 0; result == STATUS_OK && report->repaired && i < c.rows; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = 0;
            for (size_t k = 0; k < c.rows; k++)
                sum += fmax(values[k], 0) * vectors.at[i * c.cols + k] * vectors.at[j * c.cols + k];
            c.at[i * c.cols + j] = c.at[j * c.cols + i] = sum;
        }
    matrix_free(&vectors);
    free(values);
    return result;
}

static void divide_by_weight(const estimate *e, const size_t *observations, size_t least, matrix out) {
    for (size_t i = 0; i < out.rows; i++)
        for (size_t j = 0; j < out.cols; j++) {
            double total = e->weight.at[i * out.cols + j];
            bool known = observations[i] >= least && observations[j] >= least && total > 0;
            out.at[i * out.cols + j] = known ? out.at[i * out.cols + j] * (RISK_DAYS_A_YEAR / total) : 0;
        }
}

static double effective_number(const double *weights, size_t days) {
    double sum = 0, squares = 0;
    for (size_t t = 0; t < days; t++) {
        sum += weights[t];
        squares += weights[t] * weights[t];
    }
    return sum * sum / squares;
}

status risk_covariance(matrix returns, const covariance_options *options, matrix out, size_t *observations,
                       covariance_report *report) {
    size_t factors = returns.cols;
    assert(out.rows == factors && out.cols == factors && factors > 0);
    if (!(options->half_life > 0))
        return status_fail(STATUS_INVALID, "half-life %g days; it must be positive", options->half_life);
    if (returns.rows < options->least || returns.rows < 2)
        return status_fail(STATUS_UNAVAILABLE, "%zu days of factor returns; the covariance needs at least %zu",
                           returns.rows, options->least > 2 ? options->least : 2);
    estimate e;
    covariance_report own = {0};
    size_t *count = mem_new(factors, sizeof *count);
    status result = STATUS_OK;
    if (!estimate_new(returns, &e)) {
        result = status_fail(STATUS_FULL, "covariance of %zu × %zu returns: not enough memory", returns.rows, factors);
    } else {
        fill_weights(options->half_life, e.weights, returns.rows);
        if (options->demean)
            weighted_means(returns, e.weights, e.mean);
        scale_rows(returns, &e, count);
        matrix_gram(e.scaled, out);
        matrix_gram(e.mask, e.weight);
        divide_by_weight(&e, count, options->least, out);
        own.effective = effective_number(e.weights, returns.rows);
        result = make_semidefinite(out, &own);
    }
    if (observations)
        memcpy(observations, count, factors * sizeof *count);
    if (report && result == STATUS_OK)
        *report = own;
    estimate_free(&e);
    free(count);
    return result;
}

// Medians of the estimates of each sector, and of all in the last place; NaN where there is none. scratch: N.
static void sector_medians(const double *volatility, const unsigned char *proxied, const int *sector, size_t n,
                           size_t sectors, double *scratch, double *median) {
    for (size_t s = 0; s <= sectors; s++) {
        size_t found = 0;
        for (size_t i = 0; i < n; i++)
            if (!proxied[i] && (s == sectors || sector[i] == (int)s))
                scratch[found++] = volatility[i];
        median[s] = found ? vector_quantile(scratch, found, 0.5) : NAN;
    }
}

static void own_estimates(matrix residuals, const specific_options *options, const double *weights, double *volatility,
                          unsigned char *proxied) {
    size_t n = residuals.cols;
    for (size_t i = 0; i < n; i++) {
        size_t count = 0;
        double sum = 0, total = 0;
        for (size_t t = 0; t < residuals.rows; t++) {
            double e = residuals.at[t * n + i];
            if (isnan(e))
                continue;
            count++;
            sum += weights[t] * e * e;
            total += weights[t];
        }
        proxied[i] = count < options->least || count == 0;
        volatility[i] = proxied[i] ? NAN : fmax(options->floor, sqrt(RISK_DAYS_A_YEAR * sum / total));
    }
}

status risk_specific(matrix residuals, const int *sector, size_t sectors, const specific_options *options,
                     double *volatility, unsigned char *proxied) {
    if (!(options->half_life > 0) || !(options->floor >= 0))
        return status_fail(STATUS_INVALID, "specific risk: half-life %g days, floor %g; both must be positive",
                           options->half_life, options->floor);
    size_t n = residuals.cols;
    double *weights = mem_try(residuals.rows + n + sectors + 1, sizeof *weights);
    if (!weights)
        return status_fail(STATUS_FULL, "specific risk of %zu securities: not enough memory", n);
    double *scratch = weights + residuals.rows, *median = scratch + n;
    fill_weights(options->half_life, weights, residuals.rows);
    own_estimates(residuals, options, weights, volatility, proxied);
    sector_medians(volatility, proxied, sector, n, sectors, scratch, median);
    for (size_t i = 0; i < n; i++)
        if (proxied[i]) {
            bool of_sector = sector[i] >= 0 && !isnan(median[sector[i]]);
            volatility[i] = median[of_sector ? (size_t)sector[i] : sectors];
        }
    bool nobody = isnan(median[sectors]);
    free(weights);
    if (nobody)
        return status_fail(STATUS_UNAVAILABLE, "no security has %zu days of residuals", options->least);
    return STATUS_OK;
}
