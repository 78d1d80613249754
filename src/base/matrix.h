// Dense matrices and the linear algebra that the numerical rooms share. The only file that knows BLAS and LAPACK.
// Row-major: element (i, j) stands at at[i * cols + j]. A matrix made by matrix_new is released by matrix_free; functions
// that fill a matrix expect the right shape and assert it. BLAS runs on one thread (matrix_init), so that the same input
// gives the same bits whatever the machine; work is split above, in fixed parts.
#pragma once

#include <stddef.h>

#include "src/base/status.h"

typedef struct {
    size_t rows, cols;
    double *at;
} matrix;

void matrix_init(void);                        // once, at the start of the program: one BLAS thread
matrix matrix_new(size_t rows, size_t cols);   // zeroed, aligned; at == NULL when there is no memory
void matrix_free(matrix *m);
static inline double *matrix_row(matrix m, size_t i) { return m.at + i * m.cols; }

double vector_dot(const double *a, const double *b, size_t n);
double vector_sum(const double *a, size_t n);  // pairwise summation
double vector_mean(const double *a, size_t n);
double vector_deviation(const double *a, size_t n, int ddof); // standard deviation, divisor n - ddof

void matrix_times_vector(matrix a, const double *x, double *y);              // y = A x
void matrix_transposed_times_vector(matrix a, const double *x, double *y);   // y = Aᵀ x
void matrix_times(matrix a, matrix b, matrix c);                             // C = A B
void matrix_gram(matrix a, matrix c);                                        // C = Aᵀ A, both halves filled
double matrix_quadratic(matrix a, const double *x);                          // xᵀ A x for symmetric A

// Solves A x = b for symmetric positive definite A by Cholesky; `a` is overwritten by its factor, b by x.
// STATUS_INVALID when A is not positive definite (the message names the leading minor).
status matrix_solve_spd(matrix a, double *b);

// Eigenvalues (ascending) and eigenvectors (columns of `vectors`) of a symmetric matrix.
status matrix_eigen(matrix a, double *values, matrix vectors);
