#include "engine/risk/history.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/base/support_numbers.h"
#include "tests/engine/risk/support_panel.h"

enum { DATES = 420, COLUMNS = 60, LAST = DATES - 1 };

static support_world world;
static risk_model *model;
static double weights[COLUMNS];

static int set_up(void **state) {
    (void)state;
    matrix_init();
    world = support_world_new(support_seed(91), DATES, COLUMNS);
    risk_config config = risk_config_default();
    for (size_t i = 0; i < COLUMNS; i++)
        weights[i] = i % 3 ? 0.02 : -0.01;
    return risk_model_build(&world.panel, &world.inputs, &config, NULL, NULL, &model) != STATUS_OK;
}

static int tear_down(void **state) {
    (void)state;
    risk_model_free(model);
    support_world_free(&world);
    return 0;
}

static void test_history_is_the_weighted_sum_of_returns(void **state) {
    (void)state;
    double out[DATES - 1], covered[DATES - 1];
    assert_int_equal(risk_portfolio_returns(model, &world.panel, weights, 1, DATES - 1, out, covered), STATUS_OK);
    for (size_t t = 1; t < DATES; t += 50) {
        double sum = 0;
        for (size_t i = 0; i < COLUMNS; i++)
            sum += weights[i] * world.panel.total_return[t * COLUMNS + i];
        assert_near(out[t - 1], sum, 1e-15);
        assert_near(covered[t - 1], 1, 0);
    }
}

static void test_history_goes_through_the_factors_where_a_return_is_missing(void **state) {
    (void)state;
    double whole, holed, covered, gross = 0;
    double *missing = &world.panel.total_return[LAST * COLUMNS + 8], saved = *missing;
    assert_int_equal(risk_portfolio_returns(model, &world.panel, weights, LAST, 1, &whole, NULL), STATUS_OK);
    *missing = NAN;
    assert_int_equal(risk_portfolio_returns(model, &world.panel, weights, LAST, 1, &holed, &covered), STATUS_OK);
    *missing = saved;
    double modelled = vector_dot(matrix_row(model->exposures.x, 8),
                                 matrix_row(model->history.factor_return, model->days - 1), model->factors);
    assert_near(holed - whole, weights[8] * (modelled - saved), 1e-15);
    for (size_t i = 0; i < COLUMNS; i++)
        gross += fabs(weights[i]);
    assert_near(covered, 1 - 0.02 / gross, 1e-12);
}

static void test_history_before_the_model_takes_the_markets_return(void **state) {
    (void)state;
    double out, covered;
    double only[COLUMNS] = {[8] = 1}, *missing = &world.panel.total_return[5 * COLUMNS + 8], saved = *missing;
    *missing = NAN;
    assert_int_equal(risk_portfolio_returns(model, &world.panel, only, 5, 1, &out, &covered), STATUS_OK);
    *missing = saved;
    assert_near(out, model->market[5], 1e-15);
    assert_near(covered, 0, 0);
}

static void test_history_refuses_a_weight_that_is_not_finite(void **state) {
    (void)state;
    double out, bad[COLUMNS] = {[3] = INFINITY};
    assert_int_equal(risk_portfolio_returns(model, &world.panel, bad, 5, 1, &out, NULL), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "column 3"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_history_is_the_weighted_sum_of_returns),
        cmocka_unit_test(test_history_goes_through_the_factors_where_a_return_is_missing),
        cmocka_unit_test(test_history_before_the_model_takes_the_markets_return),
        cmocka_unit_test(test_history_refuses_a_weight_that_is_not_finite),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
