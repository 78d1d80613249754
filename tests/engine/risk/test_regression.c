#include "engine/risk/regression.h"

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

enum { N = 80, STYLES = 3, SECTORS = 4, K = 1 + STYLES + SECTORS, SYSTEM = K + 1 };

typedef struct {
    double x[N * K], returns[N], capital[N], weights[N];
    double factor_return[K], t[K], residual[N];
    regression_input in;
    regression_fit fit;
    regression_work *work;
} fixture;

// A cross-section with known factor returns; every fifth security has no sector.
static void draw(fixture *f, rng *r, const double *truth, double noise) {
    memset(f->x, 0, sizeof f->x);
    for (size_t i = 0; i < N; i++) {
        double *x = f->x + i * K;
        x[0] = 1;
        for (size_t k = 0; k < STYLES; k++)
            x[1 + k] = rng_normal(r);
        if (i % 5)
            x[1 + STYLES + rng_below(r, SECTORS)] = 1;
        f->capital[i] = exp(rng_normal(r));
        f->weights[i] = sqrt(f->capital[i]);
        f->returns[i] = noise * rng_normal(r);
        for (size_t k = 0; k < K; k++)
            f->returns[i] += x[k] * truth[k];
    }
}

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    f->in = (regression_input){.x = {N, K, f->x},
                               .sectors = SECTORS,
                               .sector_least = 1,
                               .returns = f->returns,
                               .capital = f->capital,
                               .weights = f->weights};
    f->fit = (regression_fit){.factor_return = f->factor_return, .t = f->t, .residual = f->residual};
    f->work = regression_work_new(N, K);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    regression_work_free(f->work);
    free(f);
    return 0;
}

// Gauss-Jordan with partial pivoting: turns a[n × n] into its inverse.
static void invert(double *a, size_t n) {
    double wide[SYSTEM * 2 * SYSTEM] = {0};
    for (size_t i = 0; i < n; i++) {
        memcpy(wide + i * 2 * n, a + i * n, n * sizeof *a);
        wide[i * 2 * n + n + i] = 1;
    }
    for (size_t c = 0; c < n; c++) {
        size_t best = c;
        for (size_t i = c; i < n; i++)
            best = fabs(wide[i * 2 * n + c]) > fabs(wide[best * 2 * n + c]) ? i : best;
        for (size_t j = 0; j < 2 * n; j++) {
            double swap = wide[c * 2 * n + j];
            wide[c * 2 * n + j] = wide[best * 2 * n + j];
            wide[best * 2 * n + j] = swap;
        }
        double pivot = wide[c * 2 * n + c];
        for (size_t j = 0; j < 2 * n; j++)
            wide[c * 2 * n + j] /= pivot;
        for (size_t i = 0; i < n; i++) {
            double factor = wide[i * 2 * n + c];
            for (size_t j = 0; i != c && j < 2 * n; j++)
                wide[i * 2 * n + j] -= factor * wide[c * 2 * n + j];
        }
    }
    for (size_t i = 0; i < n; i++)
        memcpy(a + i * n, wide + i * 2 * n + n, n * sizeof *a);
}

// The slow reference: minimises Σ w e² under Σ c_s f_s = 0 with a Lagrange multiplier. The upper left block of the
// inverse of [XᵀWX c; cᵀ 0] is the covariance of the estimate over the errors' variance.
static void reference(const fixture *f, double *solution, double *t) {
    double system[SYSTEM * SYSTEM] = {0}, right[SYSTEM] = {0}, capital[K] = {0}, errors = 0;
    for (size_t i = 0; i < N; i++)
        for (size_t k = 0; k < K; k++) {
            capital[k] += f->x[i * K + k] * f->capital[i];
            right[k] += f->weights[i] * f->x[i * K + k] * f->returns[i];
            for (size_t l = 0; l < K; l++)
                system[k * SYSTEM + l] += f->weights[i] * f->x[i * K + k] * f->x[i * K + l];
        }
    for (size_t k = 1 + STYLES; k < K; k++)
        system[k * SYSTEM + K] = system[K * SYSTEM + k] = capital[k];
    invert(system, SYSTEM);
    for (size_t k = 0; k < K; k++) {
        solution[k] = 0;
        for (size_t l = 0; l < SYSTEM; l++)
            solution[k] += system[k * SYSTEM + l] * right[l];
    }
    for (size_t i = 0; i < N; i++) {
        double error = f->returns[i];
        for (size_t k = 0; k < K; k++)
            error -= f->x[i * K + k] * solution[k];
        errors += f->weights[i] * error * error;
    }
    for (size_t k = 0; k < K; k++)
        t[k] = solution[k] / sqrt(errors / (N - K + 1) * system[k * SYSTEM + k]);
}

static void test_regression_agrees_with_a_lagrange_multiplier(void **state) {
    fixture *f = *state;
    rng r = rng_seed(support_seed(41));
    static const double truth[K] = {0.01, 0.002, -0.003, 0.001, 0.004, -0.002, 0, 0.003};
    for (int trial = 0; trial < 50; trial++) {
        double solution[K], t[K], sector_sum = 0;
        draw(f, &r, truth, 0.02);
        reference(f, solution, t);
        assert_int_equal(risk_regress(&f->in, f->work, &f->fit), STATUS_OK);
        for (size_t k = 0; k < K; k++) {
            assert_near(f->factor_return[k], solution[k], 1e-12);
            assert_near(f->t[k], t[k], 1e-8);
        }
        for (size_t i = 0; i < N; i++)
            for (size_t k = 1 + STYLES; k < K; k++)
                sector_sum += f->x[i * K + k] * f->capital[i] * f->factor_return[k];
        assert_near(sector_sum, 0, 1e-12);
        assert_int_equal(f->fit.method, REGRESSION_CHOLESKY);
        assert_int_equal(f->fit.parameters, K - 1);
    }
}

static void test_regression_without_noise_returns_the_truth_and_explains_all(void **state) {
    fixture *f = *state;
    rng r = rng_seed(support_seed(42));
    double truth[K] = {0.01, 0.002, -0.003, 0.001, 0, 0, 0, 0};
    draw(f, &r, truth, 0);
    assert_int_equal(risk_regress(&f->in, f->work, &f->fit), STATUS_OK);
    for (size_t k = 0; k < K; k++)
        assert_near(f->factor_return[k], truth[k], 1e-14);
    for (size_t i = 0; i < N; i++)
        assert_near(f->residual[i], 0, 1e-14);
    assert_near(f->fit.r2, 1, 1e-12);
    assert_near(f->fit.r2_centred, 1, 1e-12);
}

static void test_regression_errors_are_orthogonal_to_every_exposure(void **state) {
    fixture *f = *state;
    rng r = rng_seed(support_seed(43));
    static const double truth[K] = {0.01};
    draw(f, &r, truth, 0.03);
    assert_int_equal(risk_regress(&f->in, f->work, &f->fit), STATUS_OK);
    for (size_t k = 0; k < 1 + STYLES; k++) {
        double sum = 0;
        for (size_t i = 0; i < N; i++)
            sum += f->weights[i] * f->x[i * K + k] * f->residual[i];
        assert_near(sum, 0, 1e-12);
    }
}

static void test_regression_recovers_factor_returns_over_many_days(void **state) {
    fixture *f = *state;
    rng r = rng_seed(support_seed(44));
    enum { DAYS = 400 };
    double xx[K] = {0}, yy[K] = {0}, xy[K] = {0};
    for (int day = 0; day < DAYS; day++) {
        double truth[K] = {0};
        for (size_t k = 0; k < 1 + STYLES; k++)
            truth[k] = 0.01 * rng_normal(&r);
        draw(f, &r, truth, 0.01);
        assert_int_equal(risk_regress(&f->in, f->work, &f->fit), STATUS_OK);
        for (size_t k = 0; k < 1 + STYLES; k++) {
            xx[k] += truth[k] * truth[k];
            yy[k] += f->factor_return[k] * f->factor_return[k];
            xy[k] += truth[k] * f->factor_return[k];
        }
    }
    for (size_t k = 0; k < 1 + STYLES; k++)
        assert_true(xy[k] / sqrt(xx[k] * yy[k]) > 0.95);
}

static void test_regression_leaves_out_what_is_missing(void **state) {
    fixture *f = *state;
    rng r = rng_seed(support_seed(45));
    static const double truth[K] = {0.01, 0.002};
    draw(f, &r, truth, 0.02);
    unsigned char use[N];
    memset(use, 1, sizeof use);
    f->returns[3] = NAN;
    f->capital[4] = NAN;
    use[5] = 0;
    f->x[5 * K + 1] = NAN;
    f->in.use = use;
    assert_int_equal(risk_regress(&f->in, f->work, &f->fit), STATUS_OK);
    assert_int_equal(f->fit.names, N - 3);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(isnan(f->residual[i]) != 0, i >= 3 && i <= 5);
    use[5] = 1;
    assert_int_equal(risk_regress(&f->in, f->work, &f->fit), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "row 5"));
}

static void test_regression_gives_no_return_to_a_small_sector_or_an_empty_style(void **state) {
    fixture *f = *state;
    rng r = rng_seed(support_seed(46));
    static const double truth[K] = {0.01};
    draw(f, &r, truth, 0.02);
    size_t last = K - 1, kept = 0;
    for (size_t i = 0; i < N; i++) {
        f->x[i * K + 2] = 0;
        if (f->x[i * K + last] > 0 && kept++ >= 2)
            f->x[i * K + last] = 0;
    }
    f->in.sector_least = 3;
    assert_int_equal(risk_regress(&f->in, f->work, &f->fit), STATUS_OK);
    assert_true(isnan(f->factor_return[last]) && isnan(f->t[last]) && isnan(f->factor_return[2]));
    assert_true(isfinite(f->factor_return[last - 1]));
    assert_int_equal(f->fit.parameters, K - 3);
}

static void test_regression_falls_back_to_qr_and_says_so(void **state) {
    fixture *f = *state;
    rng r = rng_seed(support_seed(47));
    static const double truth[K] = {0.01, 0.002, 0.001};
    draw(f, &r, truth, 0.02);
    double alone[N];
    for (size_t i = 0; i < N; i++)
        f->x[i * K + 2] = 0;
    assert_int_equal(risk_regress(&f->in, f->work, &f->fit), STATUS_OK);
    memcpy(alone, f->residual, sizeof alone);
    for (size_t i = 0; i < N; i++)
        f->x[i * K + 2] = 3 * f->x[i * K + 1];
    assert_int_equal(risk_regress(&f->in, f->work, &f->fit), STATUS_OK);
    assert_int_equal(f->fit.method, REGRESSION_QR);
    assert_int_equal(f->fit.dependent, 1);
    for (size_t i = 0; i < N; i++)
        assert_near(f->residual[i], alone[i], 1e-10);
    assert_true(isnan(f->t[1]) != isnan(f->t[2]));
}

static void test_regression_says_how_many_securities_it_needs(void **state) {
    fixture *f = *state;
    rng r = rng_seed(support_seed(48));
    static const double truth[K] = {0.01};
    draw(f, &r, truth, 0.02);
    for (size_t i = 12; i < N; i++)
        f->returns[i] = NAN;
    assert_int_equal(risk_regress(&f->in, f->work, &f->fit), STATUS_UNAVAILABLE);
    assert_non_null(strstr(status_message(), "12 securities"));
    assert_true(isnan(f->factor_return[0]) && isnan(f->fit.r2));
}

static void test_regression_without_sectors_is_plain_least_squares(void **state) {
    fixture *f = *state;
    rng r = rng_seed(support_seed(49));
    static const double truth[K] = {0.01, 0.002, -0.001, 0.004};
    draw(f, &r, truth, 0);
    double narrow[N * (1 + STYLES)];
    for (size_t i = 0; i < N; i++)
        memcpy(narrow + i * (1 + STYLES), f->x + i * K, (1 + STYLES) * sizeof *narrow);
    f->in.x = (matrix){N, 1 + STYLES, narrow};
    f->in.sectors = 0;
    assert_int_equal(risk_regress(&f->in, f->work, &f->fit), STATUS_OK);
    for (size_t k = 0; k <= STYLES; k++)
        assert_near(f->factor_return[k], truth[k], 1e-14);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_regression_agrees_with_a_lagrange_multiplier),
        CASE(test_regression_without_noise_returns_the_truth_and_explains_all),
        CASE(test_regression_errors_are_orthogonal_to_every_exposure),
        CASE(test_regression_recovers_factor_returns_over_many_days),
        CASE(test_regression_leaves_out_what_is_missing),
        CASE(test_regression_gives_no_return_to_a_small_sector_or_an_empty_style),
        CASE(test_regression_falls_back_to_qr_and_says_so),
        CASE(test_regression_says_how_many_securities_it_needs),
        CASE(test_regression_without_sectors_is_plain_least_squares),
    };
    matrix_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
