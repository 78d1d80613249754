#include "src/base/matrix.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "tests/base/support_numbers.h"

static matrix random_matrix(rng *r, size_t rows, size_t cols) {
    matrix m = matrix_new(rows, cols);
    for (size_t i = 0; i < rows * cols; i++)
        m.at[i] = rng_normal(r);
    return m;
}

static double slow_element(matrix a, matrix b, size_t i, size_t j) {
    double sum = 0;
    for (size_t k = 0; k < a.cols; k++)
        sum += a.at[i * a.cols + k] * b.at[k * b.cols + j];
    return sum;
}

static void test_matrix_product_agrees_with_three_loops(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(1));
    for (size_t n = 1; n < 40; n += 3) {
        matrix a = random_matrix(&r, n, n + 2), b = random_matrix(&r, n + 2, 2 * n), c = matrix_new(n, 2 * n);
        matrix_times(a, b, c);
        for (size_t i = 0; i < c.rows; i++)
            for (size_t j = 0; j < c.cols; j++)
                assert_near(c.at[i * c.cols + j], slow_element(a, b, i, j), 1e-12);
        matrix_free(&a), matrix_free(&b), matrix_free(&c);
    }
}

static void test_matrix_gram_is_the_product_with_its_transpose_and_exactly_symmetric(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(2));
    matrix a = random_matrix(&r, 37, 11), c = matrix_new(11, 11);
    matrix_gram(a, c);
    for (size_t i = 0; i < 11; i++)
        for (size_t j = 0; j < 11; j++) {
            double sum = 0;
            for (size_t k = 0; k < a.rows; k++)
                sum += a.at[k * 11 + i] * a.at[k * 11 + j];
            assert_near(c.at[i * 11 + j], sum, 1e-12);
            assert_memory_equal(&c.at[i * 11 + j], &c.at[j * 11 + i], sizeof(double));
        }
    matrix_free(&a), matrix_free(&c);
}

static void test_matrix_times_vector_and_quadratic_agree_with_loops(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(3));
    matrix a = random_matrix(&r, 9, 5), square = matrix_new(5, 5);
    double x[5], y[9], back[5];
    for (size_t i = 0; i < 5; i++)
        x[i] = rng_normal(&r);
    matrix_times_vector(a, x, y);
    double squares = 0;
    for (size_t i = 0; i < 9; i++) {
        assert_near(y[i], vector_dot(matrix_row(a, i), x, 5), 1e-13);
        squares += y[i] * y[i];
    }
    matrix_gram(a, square);
    assert_near(matrix_quadratic(square, x), squares, 1e-12);
    matrix_transposed_times_vector(a, y, back);
    assert_near(vector_dot(back, x, 5), squares, 1e-12);
    matrix_free(&a), matrix_free(&square);
}

static void test_matrix_solve_spd_leaves_a_small_residual(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(4));
    matrix a = random_matrix(&r, 60, 20), c = matrix_new(20, 20), factor = matrix_new(20, 20);
    double b[20], x[20], again[20], condition = 0;
    matrix_gram(a, c);
    memcpy(factor.at, c.at, 400 * sizeof(double));
    for (size_t i = 0; i < 20; i++)
        x[i] = b[i] = rng_normal(&r);
    assert_int_equal(matrix_solve_spd(factor, x), STATUS_OK);
    matrix_times_vector(c, x, again);
    for (size_t i = 0; i < 20; i++)
        assert_near(again[i], b[i], 1e-10);

    memcpy(factor.at, c.at, 400 * sizeof(double));
    assert_int_equal(matrix_cholesky(factor, &condition), STATUS_OK);
    assert_true(condition > 1e-4 && condition < 1);
    matrix_cholesky_inverse(factor);
    for (size_t i = 0; i < 20; i++)
        for (size_t j = 0; j < 20; j++)
            assert_near(slow_element(c, factor, i, j), i == j, 1e-10);
    matrix_free(&a), matrix_free(&c), matrix_free(&factor);
}

static void test_matrix_solve_spd_names_the_leading_minor_that_fails(void **state) {
    (void)state;
    double values[9] = {1, 0, 0, 0, 1, 2, 0, 2, 1}, b[3] = {1, 1, 1};
    matrix a = {3, 3, values};
    assert_int_equal(matrix_solve_spd(a, b), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "leading minor 3"));
}

static void test_matrix_least_squares_finds_the_known_line(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(5));
    matrix a = random_matrix(&r, 50, 4), inverse = matrix_new(4, 4), gram = matrix_new(4, 4);
    double truth[4] = {1, -2, 0.5, 3}, b[50], x[4];
    matrix_times_vector(a, truth, b);
    matrix_gram(a, gram);
    size_t rank = 0;
    assert_int_equal(matrix_least_squares(a, b, 1e-12, x, inverse, &rank), STATUS_OK);
    assert_int_equal(rank, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_near(x[i], truth[i], 1e-12);
        for (size_t j = 0; j < 4; j++)
            assert_near(slow_element(gram, inverse, i, j), i == j, 1e-11);
    }
    matrix_free(&a), matrix_free(&inverse), matrix_free(&gram);
}

static void test_matrix_least_squares_sets_aside_a_dependent_column(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(6));
    matrix a = random_matrix(&r, 30, 3), inverse = matrix_new(3, 3);
    double b[30], x[3];
    for (size_t i = 0; i < 30; i++) {
        a.at[i * 3 + 2] = 2 * a.at[i * 3];
        b[i] = 4 * a.at[i * 3] + a.at[i * 3 + 1];
    }
    size_t rank = 0;
    assert_int_equal(matrix_least_squares(a, b, 1e-10, x, inverse, &rank), STATUS_OK);
    assert_int_equal(rank, 2);
    assert_near(x[0] + 2 * x[2], 4, 1e-12);
    assert_near(x[1], 1, 1e-12);
    assert_true(isnan(inverse.at[0]) != isnan(inverse.at[8]));
    matrix_free(&a), matrix_free(&inverse);
}

static void test_matrix_least_squares_names_the_row_that_is_not_finite(void **state) {
    (void)state;
    double values[6] = {1, 2, 3, NAN, 5, 6}, b[3] = {1, 2, 3}, x[2], inverse_values[4];
    matrix a = {3, 2, values}, inverse = {2, 2, inverse_values};
    size_t rank;
    assert_int_equal(matrix_least_squares(a, b, 1e-12, x, inverse, &rank), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "row 1"));
}

static void test_matrix_eigen_puts_the_matrix_back_together(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(7));
    matrix a = random_matrix(&r, 30, 12), c = matrix_new(12, 12), v = matrix_new(12, 12);
    double values[12];
    matrix_gram(a, c);
    assert_int_equal(matrix_eigen(c, values, v), STATUS_OK);
    for (size_t i = 0; i < 12; i++) {
        assert_true(i == 0 || values[i] >= values[i - 1]);
        for (size_t j = 0; j < 12; j++) {
            double sum = 0;
            for (size_t k = 0; k < 12; k++)
                sum += v.at[i * 12 + k] * values[k] * v.at[j * 12 + k];
            assert_near(sum, c.at[i * 12 + j], 1e-11);
        }
    }
    matrix_free(&a), matrix_free(&c), matrix_free(&v);
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void test_vector_quantile_agrees_with_sorting(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(8));
    double a[200], sorted[200];
    for (size_t trial = 0; trial < 2000; trial++) {
        size_t n = 1 + rng_below(&r, 200);
        double p = trial % 7 == 0 ? (double)(trial % 2) : rng_double(&r);
        for (size_t i = 0; i < n; i++)
            a[i] = sorted[i] = trial % 3 ? rng_normal(&r) : (double)rng_below(&r, 5);
        qsort(sorted, n, sizeof *sorted, by_value);
        double place = (double)(n - 1) * p;
        size_t k = (size_t)place, next = k + 1 < n ? k + 1 : k;
        double expected = sorted[k] + (place - (double)k) * (sorted[next] - sorted[k]);
        assert_near(vector_quantile(a, n, p), expected, 1e-15);
    }
}

static void test_vector_moments_keep_their_digits_on_a_long_shifted_series(void **state) {
    (void)state;
    enum { N = 100000 };
    double *a = malloc(N * sizeof *a);
    for (size_t i = 0; i < N; i++)
        a[i] = 1e8 + (double)(i % 2);
    assert_near(vector_mean(a, N), 1e8 + 0.5, 0);
    assert_near(vector_deviation(a, N, 0), 0.5, 1e-12);
    assert_near(vector_deviation(a, 2, 1), sqrt(0.5), 1e-12);
    assert_near(vector_deviation(a, 1, 1), 0, 0);
    free(a);
}

static int start(void **state) {
    (void)state;
    matrix_init();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matrix_product_agrees_with_three_loops),
        cmocka_unit_test(test_matrix_gram_is_the_product_with_its_transpose_and_exactly_symmetric),
        cmocka_unit_test(test_matrix_times_vector_and_quadratic_agree_with_loops),
        cmocka_unit_test(test_matrix_solve_spd_leaves_a_small_residual),
        cmocka_unit_test(test_matrix_solve_spd_names_the_leading_minor_that_fails),
        cmocka_unit_test(test_matrix_least_squares_finds_the_known_line),
        cmocka_unit_test(test_matrix_least_squares_sets_aside_a_dependent_column),
        cmocka_unit_test(test_matrix_least_squares_names_the_row_that_is_not_finite),
        cmocka_unit_test(test_matrix_eigen_puts_the_matrix_back_together),
        cmocka_unit_test(test_vector_quantile_agrees_with_sorting),
        cmocka_unit_test(test_vector_moments_keep_their_digits_on_a_long_shifted_series),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
