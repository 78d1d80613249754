#include "src/base/matrix.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cblas.h>
#include <lapacke.h>

#include "src/base/mem.h"

enum { PAIRWISE_LEAF = 32 };

void matrix_init(void) { openblas_set_num_threads(1); }

const char *matrix_kernel(void) { return openblas_get_corename(); }

matrix matrix_new(size_t rows, size_t cols) {
    matrix m = {.rows = rows, .cols = cols};
    if (!cols || rows <= (size_t)-1 / sizeof(double) / cols)
        m.at = mem_try(rows * cols, sizeof(double));
    return m;
}

void matrix_free(matrix *m) {
    free(m->at);
    *m = (matrix){0};
}

// BLAS counts in int; whatever reaches it was allocated, so only absurd shapes could fail here.
static int count(size_t n) {
    assert(n <= 0x7fffffff);
    return (int)n;
}

static int leading(matrix m) { return count(m.cols ? m.cols : 1); }

double vector_dot(const double *a, const double *b, size_t n) { return cblas_ddot(count(n), a, 1, b, 1); }

static double sum_of(const double *a, size_t n) {
    if (n > PAIRWISE_LEAF) {
        size_t half = n / 2;
        return sum_of(a, half) + sum_of(a + half, n - half);
    }
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i];
    return sum;
}

double vector_mean(const double *a, size_t n) { return n ? sum_of(a, n) / (double)n : 0; }

static double squares_about(const double *a, size_t n, double centre) {
    if (n > PAIRWISE_LEAF) {
        size_t half = n / 2;
        return squares_about(a, half, centre) + squares_about(a + half, n - half, centre);
    }
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (a[i] - centre) * (a[i] - centre);
    return sum;
}

double vector_deviation(const double *a, size_t n, int ddof) {
    assert(ddof >= 0);
    if (n <= (size_t)ddof)
        return 0;
    return sqrt(squares_about(a, n, vector_mean(a, n)) / (double)(n - (size_t)ddof));
}

// Hoare's FIND as Wirth wrote it: afterwards a[k] is the k-th smallest, none before it is larger and none behind it is
// smaller. Each turn parts the range that holds k around the value now standing there.
static void select_place(double *a, size_t n, size_t k) {
    ptrdiff_t low = 0, high = (ptrdiff_t)n - 1, place = (ptrdiff_t)k;
    while (low < high) {
        double pivot = a[place];
        ptrdiff_t i = low, j = high;
        while (i <= j) {
            while (a[i] < pivot)
                i++;
            while (a[j] > pivot)
                j--;
            if (i <= j) {
                double swap = a[i];
                a[i++] = a[j];
                a[j--] = swap;
            }
        }
        if (j < place)
            low = i;
        if (place < i)
            high = j;
    }
}

double vector_quantile(double *a, size_t n, double p) {
    assert(n > 0 && p >= 0 && p <= 1);
    double place = (double)(n - 1) * p;
    size_t k = (size_t)place;
    select_place(a, n, k);
    double fraction = place - (double)k;
    if (k + 1 >= n || fraction <= 0)
        return a[k];
    double next = a[k + 1];
    for (size_t i = k + 2; i < n; i++)
        next = a[i] < next ? a[i] : next;
    return a[k] + fraction * (next - a[k]);
}

void matrix_times_vector(matrix a, const double *x, double *y) {
    if (!a.cols) {
        memset(y, 0, a.rows * sizeof *y);
        return;
    }
    cblas_dgemv(CblasRowMajor, CblasNoTrans, count(a.rows), count(a.cols), 1, a.at, leading(a), x, 1, 0, y, 1);
}

void matrix_transposed_times_vector(matrix a, const double *x, double *y) {
    if (!a.rows) {
        memset(y, 0, a.cols * sizeof *y);
        return;
    }
    cblas_dgemv(CblasRowMajor, CblasTrans, count(a.rows), count(a.cols), 1, a.at, leading(a), x, 1, 0, y, 1);
}

void matrix_times(matrix a, matrix b, matrix c) {
    assert(a.cols == b.rows && c.rows == a.rows && c.cols == b.cols);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, count(c.rows), count(c.cols), count(a.cols), 1, a.at,
                leading(a), b.at, leading(b), 0, c.at, leading(c));
}

static void mirror_upper(matrix c) {
    for (size_t i = 1; i < c.rows; i++)
        for (size_t j = 0; j < i; j++)
            c.at[i * c.cols + j] = c.at[j * c.cols + i];
}

static void mirror_lower(matrix c) {
    for (size_t i = 1; i < c.rows; i++)
        for (size_t j = 0; j < i; j++)
            c.at[j * c.cols + i] = c.at[i * c.cols + j];
}

void matrix_gram(matrix a, matrix c) {
    assert(c.rows == a.cols && c.cols == a.cols);
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, count(a.cols), count(a.rows), 1, a.at, leading(a), 0, c.at,
                leading(c));
    mirror_upper(c);
}

double matrix_quadratic(matrix a, const double *x) {
    assert(a.rows == a.cols);
    double sum = 0;
    for (size_t i = 0; i < a.rows; i++)
        sum += x[i] * vector_dot(matrix_row(a, i), x, a.cols);
    return sum;
}

// A row-major lower half is a column-major upper one, so LAPACK works on it in place, without a transposed copy.
status matrix_cholesky(matrix a, double *condition) {
    assert(a.rows == a.cols);
    int n = count(a.rows);
    double norm = 0;
    for (size_t i = 0; condition && i < a.rows; i++)
        norm = fmax(norm, cblas_dasum(n, matrix_row(a, i), 1));
    int minor = LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'U', n, a.at, leading(a));
    if (minor > 0)
        return status_fail(STATUS_INVALID, "matrix of %d rows: leading minor %d is not positive definite", n, minor);
    if (!condition)
        return STATUS_OK;
    int failed = LAPACKE_dpocon(LAPACK_COL_MAJOR, 'U', n, a.at, leading(a), norm, condition);
    if (failed)
        return status_fail(STATUS_INVALID, "matrix of %d rows: its condition can't be estimated", n);
    return STATUS_OK;
}

void matrix_cholesky_solve(matrix factor, double *b) {
    int n = count(factor.rows);
    LAPACKE_dpotrs_work(LAPACK_COL_MAJOR, 'U', n, 1, factor.at, leading(factor), b, n);
}

void matrix_cholesky_inverse(matrix factor) {
    LAPACKE_dpotri_work(LAPACK_COL_MAJOR, 'U', count(factor.rows), factor.at, leading(factor));
    mirror_lower(factor);
}

status matrix_solve_spd(matrix a, double *b) {
    TRY(matrix_cholesky(a, NULL));
    matrix_cholesky_solve(a, b);
    return STATUS_OK;
}

// What a pivoted QR needs beside its input: all in one piece.
typedef struct {
    matrix q;      // a transposed in memory: LAPACK's column-major copy of it
    double *tau;   // [cols]
    double *right; // [rows], becomes Qᵀ b
    double *root;  // rank × rank, becomes R⁻¹
    int *pivot;    // [cols], from 1
} qr_work;

static status qr_new(matrix a, const double *b, qr_work *w) {
    *w = (qr_work){.q = matrix_new(a.cols, a.rows),
                   .tau = mem_try(a.cols, sizeof(double)),
                   .right = mem_try(a.rows, sizeof(double)),
                   .root = mem_try(a.cols * a.cols, sizeof(double)),
                   .pivot = mem_try(a.cols, sizeof(int))};
    if (!w->q.at || !w->tau || !w->right || !w->root || !w->pivot)
        return status_fail(STATUS_FULL, "least squares of %zu × %zu: not enough memory", a.rows, a.cols);
    for (size_t i = 0; i < a.rows; i++) {
        w->right[i] = b[i];
        bool finite = isfinite(b[i]);
        for (size_t j = 0; j < a.cols; j++) {
            double value = a.at[i * a.cols + j];
            finite = finite && isfinite(value);
            w->q.at[j * a.rows + i] = value;
        }
        if (!finite)
            return status_fail(STATUS_INVALID, "least squares: row %zu has a value that is not finite", i);
    }
    return STATUS_OK;
}

static void qr_free(qr_work *w) {
    matrix_free(&w->q);
    free(w->tau);
    free(w->right);
    free(w->root);
    free(w->pivot);
}

static size_t qr_rank(const qr_work *w, size_t rows, size_t cols, double tolerance) {
    double largest = fabs(w->q.at[0]);
    size_t rank = 0;
    while (rank < cols && fabs(w->q.at[rank * rows + rank]) > tolerance * largest)
        rank++;
    return rank;
}

// From R of the first `rank` pivoted columns: x = R⁻¹ Qᵀ b and (AᵀA)⁻¹ = R⁻¹ R⁻ᵀ, put back in the columns' own order.
static void qr_unfold(qr_work *w, size_t rows, size_t rank, double *x, matrix inverse) {
    size_t cols = inverse.rows;
    for (size_t j = 0; j < rank; j++)
        for (size_t i = 0; i <= j; i++)
            w->root[j * rank + i] = w->q.at[j * rows + i];
    if (rank)
        LAPACKE_dtrtri_work(LAPACK_COL_MAJOR, 'U', 'N', count(rank), w->root, count(rank));
    for (size_t i = 0; i < cols; i++)
        x[i] = 0;
    for (size_t i = 0; i < cols * cols; i++)
        inverse.at[i] = NAN;
    for (size_t i = 0; i < rank; i++) {
        size_t at_i = (size_t)w->pivot[i] - 1;
        for (size_t k = i; k < rank; k++)
            x[at_i] += w->root[k * rank + i] * w->right[k];
        for (size_t j = 0; j < rank; j++) {
            double sum = 0;
            for (size_t k = i > j ? i : j; k < rank; k++)
                sum += w->root[k * rank + i] * w->root[k * rank + j];
            inverse.at[at_i * cols + ((size_t)w->pivot[j] - 1)] = sum;
        }
    }
}

status matrix_least_squares(matrix a, const double *b, double tolerance, double *x, matrix inverse, size_t *rank) {
    assert(a.rows >= a.cols && a.cols > 0 && inverse.rows == a.cols && inverse.cols == a.cols);
    int rows = count(a.rows), cols = count(a.cols);
    qr_work w;
    status result = qr_new(a, b, &w);
    if (result == STATUS_OK) {
        int failed = LAPACKE_dgeqp3(LAPACK_COL_MAJOR, rows, cols, w.q.at, rows, w.pivot, w.tau);
        if (!failed)
            failed = LAPACKE_dormqr(LAPACK_COL_MAJOR, 'L', 'T', rows, 1, cols, w.q.at, rows, w.tau, w.right, rows);
        if (failed) {
            result = status_fail(STATUS_FULL, "least squares of %d × %d: not enough memory", rows, cols);
        } else {
            *rank = qr_rank(&w, a.rows, a.cols, tolerance);
            qr_unfold(&w, a.rows, *rank, x, inverse);
        }
    }
    qr_free(&w);
    return result;
}

status matrix_eigen(matrix a, double *values, matrix vectors) {
    assert(a.rows == a.cols && vectors.rows == a.rows && vectors.cols == a.cols);
    memcpy(vectors.at, a.at, a.rows * a.cols * sizeof *a.at);
    int failed = LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'V', 'L', count(a.rows), vectors.at, leading(a), values);
    if (failed < 0)
        return status_fail(STATUS_INVALID, "eigenvalues of a matrix of %zu rows: a value is not finite", a.rows);
    if (failed > 0)
        return status_fail(STATUS_INVALID, "eigenvalues of a matrix of %zu rows did not converge", a.rows);
    return STATUS_OK;
}
