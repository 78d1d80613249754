#include "engine/risk/regression.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

// The restriction is put in by elimination. With b the sector of the largest capital, f_b = -Σ_{s≠b} (c_s / c_b) f_s,
// so the design keeps one column for every other sector: x_s - (c_s / c_b) x_b. Its solution and covariance determine
// f_b's. Taking the largest sector keeps the ratios at most 1 and the design as well conditioned as the data allow.

static const double CONDITION_LEAST = 1e-10; // of the normal equations, reciprocal
static const double RANK_TOLERANCE = 1e-10;  // of the design itself, for QR
enum { DEGREES_LEAST = 10 };                 // names beyond the parameters

struct regression_work {
    size_t securities, factors;
    size_t *row;     // [N] the securities in the regression
    size_t *column;  // [K] the factors that are free parameters, ascending
    double *ratio;   // [K] c_s / c_b of a free sector, 0 for others
    double *capital; // [K] of a sector column
    size_t *names;   // [K] of a sector column
    double *design;  // [N * K] rows of √w x
    double *right;   // [N] √w r
    double *gram;    // [K * K]
    double *x;       // [K] solution
};

regression_work *regression_work_new(size_t securities, size_t factors) {
    regression_work *w = mem_new(1, sizeof *w);
    *w = (regression_work){.securities = securities,
                           .factors = factors,
                           .row = mem_try(securities, sizeof *w->row),
                           .column = mem_try(factors, sizeof *w->column),
                           .ratio = mem_try(factors, sizeof *w->ratio),
                           .capital = mem_try(factors, sizeof *w->capital),
                           .names = mem_try(factors, sizeof *w->names),
                           .design = mem_try(securities * factors, sizeof *w->design),
                           .right = mem_try(securities, sizeof *w->right),
                           .gram = mem_try(factors * factors, sizeof *w->gram),
                           .x = mem_try(factors, sizeof *w->x)};
    if (w->row && w->column && w->ratio && w->capital && w->names && w->design && w->right && w->gram && w->x)
        return w;
    regression_work_free(w);
    return NULL;
}

void regression_work_free(regression_work *w) {
    if (!w)
        return;
    free(w->row);
    free(w->column);
    free(w->ratio);
    free(w->capital);
    free(w->names);
    free(w->design);
    free(w->right);
    free(w->gram);
    free(w->x);
    free(w);
}

static status choose_rows(const regression_input *in, regression_work *w, size_t *names) {
    size_t n = 0;
    for (size_t i = 0; i < in->x.rows; i++) {
        if ((in->use && !in->use[i]) || isnan(in->returns[i]) || !(in->capital[i] > 0))
            continue;
        bool finite = isfinite(in->returns[i]) && isfinite(in->weights[i]) && in->weights[i] > 0;
        const double *x = matrix_row(in->x, i);
        for (size_t k = 0; k < in->x.cols; k++)
            finite = finite && isfinite(x[k]);
        if (!finite)
            return status_fail(STATUS_INVALID, "regression: return, weight or exposure of row %zu is not finite", i);
        w->row[n++] = i;
    }
    *names = n;
    return STATUS_OK;
}

// Which factors the day can say something about, which of them are free, and the base sector (K when there is none).
static size_t choose_columns(const regression_input *in, regression_work *w, size_t names, size_t *base) {
    size_t factors = in->x.cols, first_sector = factors - in->sectors, free_columns = 0;
    memset(w->capital, 0, factors * sizeof *w->capital);
    memset(w->names, 0, factors * sizeof *w->names);
    for (size_t r = 0; r < names; r++) {
        size_t i = w->row[r];
        const double *x = matrix_row(in->x, i);
        for (size_t k = 0; k < factors; k++)
            if (x[k] < 0 || x[k] > 0) {
                w->names[k]++;
                w->capital[k] += in->capital[i];
            }
    }
    *base = factors;
    for (size_t k = first_sector; k < factors; k++)
        if (w->names[k] >= in->sector_least && w->names[k] > 0 &&
            (*base == factors || w->capital[k] > w->capital[*base]))
            *base = k;
    for (size_t k = 0; k < factors; k++) {
        bool sector = k >= first_sector;
        w->ratio[k] = 0;
        if (w->names[k] == 0 || k == *base || (sector && w->names[k] < in->sector_least))
            continue;
        if (sector)
            w->ratio[k] = w->capital[k] / w->capital[*base];
        w->column[free_columns++] = k;
    }
    return free_columns;
}

static void fill_design(const regression_input *in, regression_work *w, size_t names, size_t free_columns,
                        size_t base) {
    for (size_t r = 0; r < names; r++) {
        size_t i = w->row[r];
        double root = sqrt(in->weights[i]);
        const double *x = matrix_row(in->x, i);
        double of_base = base < in->x.cols ? x[base] : 0;
        double *row = w->design + r * free_columns;
        for (size_t j = 0; j < free_columns; j++)
            row[j] = root * (x[w->column[j]] - w->ratio[w->column[j]] * of_base);
        w->right[r] = root * in->returns[i];
    }
}

// Solves for the free parameters; leaves their values in w->x and (AᵀA)⁻¹ in w->gram.
static status solve(regression_work *w, size_t names, size_t free_columns, regression_fit *fit) {
    matrix design = {names, free_columns, w->design}, gram = {free_columns, free_columns, w->gram};
    double condition = 0;
    matrix_gram(design, gram);
    matrix_transposed_times_vector(design, w->right, w->x);
    if (matrix_cholesky(gram, &condition) == STATUS_OK && condition > CONDITION_LEAST) {
        matrix_cholesky_solve(gram, w->x);
        matrix_cholesky_inverse(gram);
        fit->method = REGRESSION_CHOLESKY;
        return STATUS_OK;
    }
    size_t rank = 0;
    fit->method = REGRESSION_QR;
    TRY(matrix_least_squares(design, w->right, RANK_TOLERANCE, w->x, gram, &rank));
    fit->dependent = free_columns - rank;
    return STATUS_OK;
}

// The base sector's return and the variance of its estimate, from those of the other sectors.
static double base_return(const regression_work *w, size_t free_columns, double *variance) {
    double sum = 0;
    *variance = 0;
    for (size_t i = 0; i < free_columns; i++) {
        double ratio = w->ratio[w->column[i]];
        sum -= ratio * w->x[i];
        for (size_t j = 0; ratio > 0 && j < free_columns; j++)
            if (w->ratio[w->column[j]] > 0)
                *variance += ratio * w->gram[i * free_columns + j] * w->ratio[w->column[j]];
    }
    return sum;
}

static void residuals(const regression_input *in, regression_work *w, size_t names, size_t free_columns, size_t base,
                      regression_fit *fit, double *error_variance) {
    double weights = 0, mean = 0, squares = 0, centred = 0, errors = 0;
    for (size_t r = 0; r < names; r++) {
        size_t i = w->row[r];
        const double *x = matrix_row(in->x, i);
        double fitted = base < in->x.cols ? x[base] * fit->factor_return[base] : 0;
        for (size_t j = 0; j < free_columns; j++)
            fitted += x[w->column[j]] * w->x[j];
        double weight = in->weights[i], ret = in->returns[i], error = ret - fitted;
        fit->residual[i] = error;
        weights += weight;
        mean += weight * ret;
        squares += weight * ret * ret;
        errors += weight * error * error;
    }
    mean /= weights;
    for (size_t r = 0; r < names; r++) {
        double from_mean = in->returns[w->row[r]] - mean;
        centred += in->weights[w->row[r]] * from_mean * from_mean;
    }
    fit->r2 = squares > 0 ? 1 - errors / squares : NAN;
    fit->r2_centred = centred > 0 ? 1 - errors / centred : NAN;
    *error_variance = errors / (double)(names - free_columns);
}

static double t_statistic(double value, double variance) { return variance > 0 ? value / sqrt(variance) : NAN; }

status risk_regress(const regression_input *in, regression_work *w, regression_fit *fit) {
    size_t factors = in->x.cols, names = 0, base = factors;
    assert(in->x.rows <= w->securities && factors <= w->factors && in->sectors < factors);
    for (size_t k = 0; k < factors; k++)
        fit->factor_return[k] = fit->t[k] = NAN;
    for (size_t i = 0; i < in->x.rows; i++)
        fit->residual[i] = NAN;
    fit->r2 = fit->r2_centred = NAN;
    fit->names = fit->parameters = fit->dependent = 0;
    fit->method = REGRESSION_CHOLESKY;

    TRY(choose_rows(in, w, &names));
    size_t free_columns = choose_columns(in, w, names, &base);
    fit->names = names;
    fit->parameters = free_columns;
    if (!free_columns || names < free_columns + DEGREES_LEAST)
        return status_fail(STATUS_UNAVAILABLE,
                           "%zu securities have a return and capital; a regression on %zu factors needs %zu", names,
                           free_columns, free_columns + DEGREES_LEAST);
    fill_design(in, w, names, free_columns, base);
    TRY(solve(w, names, free_columns, fit));

    double base_variance = 0, error_variance = 0;
    if (base < factors)
        fit->factor_return[base] = base_return(w, free_columns, &base_variance);
    for (size_t j = 0; j < free_columns; j++)
        fit->factor_return[w->column[j]] = w->x[j];
    residuals(in, w, names, free_columns, base, fit, &error_variance);
    for (size_t j = 0; j < free_columns; j++)
        fit->t[w->column[j]] = t_statistic(w->x[j], error_variance * w->gram[j * free_columns + j]);
    if (base < factors)
        fit->t[base] = t_statistic(fit->factor_return[base], error_variance * base_variance);
    return STATUS_OK;
}
