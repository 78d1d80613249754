// Dense matrices and the linear algebra that the numerical rooms share. The only file that knows BLAS and LAPACK.
// Row-major: element (i, j) stands at at[i * cols + j]. A matrix made by matrix_new is released by matrix_free;
// functions that fill a matrix expect the right shape and assert it; arguments of one call never overlap. BLAS runs on
// one thread (matrix_init), so that the same input gives the same bits on any number of threads; work is split above,
// in fixed parts. Any thread may call any of these at any time once matrix_init has run. NaN is not treated: it comes
// out again.
#pragma once

#include <stddef.h>

#include "src/base/status.h"

typedef struct {
    size_t rows, cols;
    double *at;
} matrix;

void matrix_init(void);                      // once, at the start of the program: one BLAS thread
const char *matrix_kernel(void);             // the numerical kernel BLAS picked for this machine, for provenance
matrix matrix_new(size_t rows, size_t cols); // zeroed, aligned; at == NULL when there is no memory
void matrix_free(matrix *m);
static inline double *matrix_row(matrix m, size_t i) { return m.at + i * m.cols; }

double vector_dot(const double *a, const double *b, size_t n);
double vector_mean(const double *a, size_t n);                // pairwise summation; 0 for n = 0
double vector_deviation(const double *a, size_t n, int ddof); // standard deviation, divisor n - ddof; 0 when n <= ddof

// The p-quantile, 0 <= p <= 1, type 7 of Hyndman and Fan (1996): linear between the order statistics around (n - 1) p.
// Reorders `a` (selection, not a sort); n > 0, nothing NaN.
double vector_quantile(double *a, size_t n, double p);

void matrix_times_vector(matrix a, const double *x, double *y);            // y = A x
void matrix_transposed_times_vector(matrix a, const double *x, double *y); // y = Aᵀ x
void matrix_times(matrix a, matrix b, matrix c);                           // C = A B
void matrix_gram(matrix a, matrix c);                                      // C = Aᵀ A, both halves filled
double matrix_quadratic(matrix a, const double *x);                        // xᵀ A x for symmetric A

// Solves A x = b for symmetric positive definite A by Cholesky; `a` is overwritten by its factor, b by x.
// STATUS_INVALID when A is not positive definite (the message names the leading minor).
status matrix_solve_spd(matrix a, double *b);

// The same in steps. matrix_cholesky leaves L (A = L Lᵀ) in the lower half of `a`, the upper half is spoilt;
// *condition, where not NULL, becomes the reciprocal condition number of A in the 1-norm (LAPACK's estimate), 0 ... 1.
// matrix_cholesky_inverse turns the factor into A⁻¹, both halves filled.
status matrix_cholesky(matrix a, double *condition);
void matrix_cholesky_solve(matrix factor, double *b);
void matrix_cholesky_inverse(matrix factor);

// Least squares min |A x - b| for rows >= cols by QR with column pivoting: for systems whose normal equations are too
// ill conditioned. `a` is overwritten. Columns that depend on others to within `tolerance` (relative to the largest
// diagonal of R) get x = 0 and NaN in their row and column of `inverse`, which is (AᵀA)⁻¹ of the remaining ones; *rank
// counts those. STATUS_INVALID when a value is not finite; STATUS_FULL without memory.
status matrix_least_squares(matrix a, const double *b, double tolerance, double *x, matrix inverse, size_t *rank);

// Eigenvalues (ascending) and eigenvectors (columns of `vectors`) of a symmetric matrix.
status matrix_eigen(matrix a, double *values, matrix vectors);
