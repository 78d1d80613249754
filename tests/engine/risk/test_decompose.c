#include "engine/risk/decompose.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/risk/support_panel.h"

enum { DATES = 420, COLUMNS = 60 };

static support_world world;
static risk_model *model;

static int set_up(void **state) {
    (void)state;
    matrix_init();
    world = support_world_new(support_seed(71), DATES, COLUMNS);
    for (size_t i = 0; i < COLUMNS; i += 10)
        world.sector[i] = -1;
    for (size_t t = 0; t < DATES; t++) // a security without exposures of its own
        for (size_t i = 7; t < DATES - 20 && i == 7; i++)
            world.panel.close[t * COLUMNS + i] = world.panel.total_return[t * COLUMNS + i] = NAN;
    risk_config config = risk_config_default();
    return risk_model_build(&world.panel, &world.inputs, &config, NULL, NULL, &model) != STATUS_OK;
}

static int tear_down(void **state) {
    (void)state;
    risk_model_free(model);
    support_world_free(&world);
    return 0;
}

static void random_weights(rng *r, double *weights) {
    for (size_t i = 0; i < COLUMNS; i++)
        weights[i] = rng_below(r, 4) ? 0.05 * rng_normal(r) : 0;
}

// (Σ h)_i of the dense matrix, the slow way.
static double dense_product(const double *weights, size_t i) {
    double sum = 0;
    for (size_t j = 0; j < COLUMNS; j++) {
        double covariance = i == j ? model->specific[i] * model->specific[i] : 0;
        for (size_t k = 0; k < model->factors; k++)
            for (size_t l = 0; l < model->factors; l++)
                covariance += matrix_row(model->exposures.x, i)[k] * model->covariance.at[k * model->factors + l] *
                              matrix_row(model->exposures.x, j)[l];
        sum += covariance * weights[j];
    }
    return sum;
}

static double total_of(const double *values, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += values[i];
    return sum;
}

static void test_decomposition_agrees_with_the_dense_matrix(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(72));
    double weights[COLUMNS], variance = 0;
    risk_decomposition d;
    assert_int_equal(risk_decomposition_new(model, &d), STATUS_OK);
    random_weights(&r, weights);
    assert_int_equal(risk_decompose(model, weights, &d), STATUS_OK);
    for (size_t i = 0; i < COLUMNS; i++) {
        double product = dense_product(weights, i);
        variance += weights[i] * product;
        assert_near(d.marginal[i], product / d.total, 1e-12);
    }
    assert_near(d.total, sqrt(variance), 1e-13);
    risk_decomposition_free(&d);
}

static void test_decomposition_contributions_sum_to_the_total(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(73));
    risk_decomposition d;
    assert_int_equal(risk_decomposition_new(model, &d), STATUS_OK);
    for (int trial = 0; trial < 200; trial++) {
        double weights[COLUMNS];
        random_weights(&r, weights);
        assert_int_equal(risk_decompose(model, weights, &d), STATUS_OK);
        assert_near(total_of(d.contribution, d.factors) + d.specific_contribution, d.total, 1e-12);
        assert_near(total_of(d.group_contribution, RISK_GROUPS) + d.specific_contribution, d.total, 1e-12);
        assert_near(total_of(d.security_contribution, COLUMNS), d.total, 1e-12);
        assert_near(total_of(d.sector_contribution, d.sectors + 1), d.total, 1e-12);
        assert_near(total_of(d.sector_weight, d.sectors + 1), d.net, 1e-12);
        assert_near(total_of(d.percent, d.factors), 1 - d.specific_contribution / d.total, 1e-12);
        assert_near(d.factor * d.factor + d.specific * d.specific, d.total * d.total, 1e-12);
        assert_near(total_of(d.security_specific, COLUMNS), d.specific_contribution, 1e-12);
    }
    risk_decomposition_free(&d);
}

static void test_decomposition_marginal_is_the_slope_of_the_total(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(74));
    risk_decomposition d, moved;
    double weights[COLUMNS];
    assert_int_equal(risk_decomposition_new(model, &d), STATUS_OK);
    assert_int_equal(risk_decomposition_new(model, &moved), STATUS_OK);
    random_weights(&r, weights);
    assert_int_equal(risk_decompose(model, weights, &d), STATUS_OK);
    for (size_t i = 0; i < COLUMNS; i += 7) {
        const double step = 1e-6;
        weights[i] += step;
        assert_int_equal(risk_decompose(model, weights, &moved), STATUS_OK);
        double up = moved.total;
        weights[i] -= 2 * step;
        assert_int_equal(risk_decompose(model, weights, &moved), STATUS_OK);
        weights[i] += step;
        assert_near((up - moved.total) / (2 * step), d.marginal[i], 1e-7);
    }
    risk_decomposition_free(&d);
    risk_decomposition_free(&moved);
}

static void test_decomposition_of_the_market_has_beta_one_and_no_style(void **state) {
    (void)state;
    risk_decomposition d;
    assert_int_equal(risk_decomposition_new(model, &d), STATUS_OK);
    assert_int_equal(risk_decompose(model, model->market_weight, &d), STATUS_OK);
    assert_near(d.beta, 1, 1e-12);
    assert_near(d.exposure[0], 1, 1e-12);
    assert_near(d.total, model->market_volatility, 1e-14);
    for (size_t k = 1; k <= model->styles; k++)
        assert_near(d.exposure[k], 0, 1e-12);
    double half[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++)
        half[i] = -0.5 * model->market_weight[i];
    assert_int_equal(risk_decompose(model, half, &d), STATUS_OK);
    assert_near(d.beta, -0.5, 1e-12);
    risk_decomposition_free(&d);
}

static void test_decomposition_measures_concentration_and_coverage(void **state) {
    (void)state;
    risk_decomposition d;
    double weights[COLUMNS] = {0};
    assert_int_equal(risk_decomposition_new(model, &d), STATUS_OK);
    weights[6] = 0.6;
    weights[7] = -0.2;
    assert_int_equal(risk_decompose(model, weights, &d), STATUS_OK);
    assert_near(d.gross, 0.8, 1e-15);
    assert_near(d.net, 0.4, 1e-15);
    assert_near(d.herfindahl, 0.625, 1e-12);
    assert_near(d.effective_names, 1.6, 1e-12);
    assert_near(d.uncovered, 0.25, 1e-12);
    risk_decomposition_free(&d);
}

static void test_decomposition_of_nothing_is_zero(void **state) {
    (void)state;
    risk_decomposition d;
    double weights[COLUMNS] = {0};
    assert_int_equal(risk_decomposition_new(model, &d), STATUS_OK);
    assert_int_equal(risk_decompose(model, weights, &d), STATUS_OK);
    assert_near(d.total + d.beta + d.herfindahl + d.effective_names + d.uncovered, 0, 0);
    assert_near(total_of(d.security_contribution, COLUMNS), 0, 0);
    weights[5] = NAN;
    assert_int_equal(risk_decompose(model, weights, &d), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "column 5"));
    risk_decomposition_free(&d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decomposition_agrees_with_the_dense_matrix),
        cmocka_unit_test(test_decomposition_contributions_sum_to_the_total),
        cmocka_unit_test(test_decomposition_marginal_is_the_slope_of_the_total),
        cmocka_unit_test(test_decomposition_of_the_market_has_beta_one_and_no_style),
        cmocka_unit_test(test_decomposition_measures_concentration_and_coverage),
        cmocka_unit_test(test_decomposition_of_nothing_is_zero),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
