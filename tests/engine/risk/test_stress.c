#include "engine/risk/stress.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/base/support_numbers.h"
#include "tests/engine/risk/support_panel.h"

enum { DATES = 420, COLUMNS = 60, FROM = 380, TO = 400 };

static support_world world;
static risk_model *model;
static double weights[COLUMNS];
static date index_day[DATES];
static double index_close[DATES];
static risk_index market_index = {index_day, index_close, DATES};
static risk_scenario episode;

static int set_up(void **state) {
    (void)state;
    matrix_init();
    world = support_world_new(support_seed(101), DATES, COLUMNS);
    for (size_t i = 0; i < COLUMNS; i += 10)
        world.sector[i] = -1;
    for (size_t i = 0; i < COLUMNS; i++)
        weights[i] = i % 4 ? 0.03 : -0.02;
    for (size_t t = 0; t < DATES; t++) {
        index_day[t] = world.panel.day[t];
        index_close[t] = t ? index_close[t - 1] * (1 + world.market[t]) : 1000;
    }
    episode = (risk_scenario){"episode", world.panel.day[FROM], world.panel.day[TO], "made up"};
    risk_config config = risk_config_default();
    return risk_model_build(&world.panel, &world.inputs, &config, NULL, NULL, &model) != STATUS_OK;
}

static int tear_down(void **state) {
    (void)state;
    risk_model_free(model);
    support_world_free(&world);
    return 0;
}

static double total_of(const double *values, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += values[i];
    return sum;
}

static risk_stress_result stressed(const panel *p, bool replay) {
    risk_stress_options options = risk_stress_options_default();
    risk_stress_result r;
    options.replay = replay;
    assert_int_equal(risk_stress(model, p, weights, &market_index, &episode, &options, &r), STATUS_OK);
    return r;
}

static void assert_sums(const risk_stress_result *r) {
    assert_near(total_of(r->by_factor, r->factors) + r->specific, r->pnl, 1e-12);
    assert_near(total_of(r->by_sector, r->sectors + 1), r->pnl, 1e-12);
    assert_near(total_of(r->by_security, r->securities), r->pnl, 1e-12);
}

static void test_stress_moves_factors_by_their_expectation_given_the_market(void **state) {
    (void)state;
    risk_stress_result r = stressed(&world.panel, false);
    double index = index_close[TO] / index_close[FROM] - 1;
    assert_false(r.replayed);
    assert_near(r.index_move, index, 1e-12);
    assert_near(r.factor_move[0], log1p(index), 1e-15);
    for (size_t k = 1; k < r.factors; k++)
        assert_near(r.factor_move[k], model->covariance.at[k] / model->covariance.at[0] * log1p(index), 1e-15);
    for (size_t i = 0; i < COLUMNS; i++) {
        double move = vector_dot(matrix_row(model->exposures.x, i), r.factor_move, r.factors);
        assert_near(r.by_security[i], weights[i] * (exp(move) - 1), 1e-14);
    }
    assert_near(r.specific, 0, 0);
    assert_int_equal(r.through_factors, COLUMNS);
    assert_sums(&r);
    risk_stress_result_free(&r);
}

static void test_stress_never_loses_more_than_everything(void **state) {
    (void)state;
    double only[COLUMNS] = {[5] = 1};
    risk_stress_options options = risk_stress_options_default();
    risk_stress_result r;
    assert_int_equal(risk_stress_market(model, only, -0.999, &options, &r), STATUS_OK);
    assert_true(r.pnl > -1 && r.pnl < -0.9);
    assert_sums(&r);
    risk_stress_result_free(&r);
}

static void test_stress_small_shock_is_the_linear_one(void **state) {
    (void)state;
    risk_stress_options options = risk_stress_options_default();
    risk_stress_result r;
    double linear = 0;
    assert_int_equal(risk_stress_market(model, weights, 1e-7, &options, &r), STATUS_OK);
    for (size_t i = 0; i < COLUMNS; i++)
        for (size_t k = 0; k < model->factors; k++)
            linear += weights[i] * matrix_row(model->exposures.x, i)[k] * model->covariance.at[k] /
                      model->covariance.at[0] * 1e-7;
    assert_near(r.pnl, linear, 1e-13);
    risk_stress_result_free(&r);
}

static void test_stress_of_the_market_portfolio_is_near_the_index(void **state) {
    (void)state;
    risk_stress_options options = risk_stress_options_default();
    risk_stress_result r;
    assert_int_equal(risk_stress_market(model, model->market_weight, -0.3, &options, &r), STATUS_OK);
    assert_near(r.pnl, -0.3, 0.02);
    risk_stress_result_free(&r);
}

static void test_stress_replay_is_the_actual_profit_and_loss(void **state) {
    (void)state;
    risk_stress_result r = stressed(&world.panel, true);
    double actual = 0;
    for (size_t i = 0; i < COLUMNS; i++)
        actual += weights[i] * (world.panel.close[TO * COLUMNS + i] / world.panel.close[FROM * COLUMNS + i] - 1);
    assert_true(r.replayed);
    assert_int_equal(r.through_factors, 0);
    assert_near(r.pnl, actual, 1e-12);
    assert_true(fabs(r.specific) > 0);
    assert_sums(&r);
    risk_stress_result_free(&r);
}

static void test_stress_replay_sends_missing_names_through_the_factors(void **state) {
    (void)state;
    double close = world.panel.close[FROM * COLUMNS + 9], ret = world.panel.total_return[TO * COLUMNS + 9];
    double hole = world.panel.total_return[(TO - 1) * COLUMNS + 11];
    world.panel.close[FROM * COLUMNS + 9] = world.panel.total_return[TO * COLUMNS + 9] = NAN;
    world.panel.total_return[(TO - 1) * COLUMNS + 11] = NAN; // both closes are there: their ratio serves
    risk_stress_result r = stressed(&world.panel, true);
    world.panel.close[FROM * COLUMNS + 9] = close;
    world.panel.total_return[TO * COLUMNS + 9] = ret;
    world.panel.total_return[(TO - 1) * COLUMNS + 11] = hole;
    assert_true(r.replayed);
    assert_int_equal(r.through_factors, 1);
    double move = vector_dot(matrix_row(model->exposures.x, 9), r.factor_move, r.factors);
    assert_near(r.by_security[9], weights[9] * (exp(move) - 1), 1e-14);
    double ratio = world.panel.close[TO * COLUMNS + 11] / world.panel.close[FROM * COLUMNS + 11];
    assert_near(r.security_move[11], ratio - 1, 1e-12);
    assert_sums(&r);
    risk_stress_result_free(&r);
}

static void test_stress_replays_only_what_the_panel_covers(void **state) {
    (void)state;
    panel late = world.panel;
    late.day += FROM + 1;
    late.dates -= FROM + 1;
    late.close += (FROM + 1) * COLUMNS;
    late.total_return += (FROM + 1) * COLUMNS;
    risk_stress_result r = stressed(&late, true), none = stressed(NULL, true);
    assert_true(!r.replayed && !none.replayed);
    assert_near(r.pnl, none.pnl, 0);
    risk_stress_result_free(&r);
    risk_stress_result_free(&none);
}

static void test_stress_lists_the_largest_losses_first(void **state) {
    (void)state;
    risk_stress_result r = stressed(&world.panel, true);
    assert_int_equal(r.worst_n, 10);
    for (size_t k = 1; k < r.worst_n; k++)
        assert_true(r.by_security[r.worst[k]] >= r.by_security[r.worst[k - 1]]);
    for (size_t i = 0; i < COLUMNS; i++) {
        bool listed = false;
        for (size_t k = 0; k < r.worst_n; k++)
            listed = listed || r.worst[k] == i;
        assert_true(listed || r.by_security[i] >= r.by_security[r.worst[r.worst_n - 1]]);
    }
    risk_stress_result_free(&r);
    double none[COLUMNS] = {0};
    risk_stress_options options = risk_stress_options_default();
    assert_int_equal(risk_stress_market(model, none, -0.3, &options, &r), STATUS_OK);
    assert_int_equal(r.worst_n, 0);
    risk_stress_result_free(&r);
}

static void test_stress_refuses_what_it_cannot_do(void **state) {
    (void)state;
    risk_stress_options options = risk_stress_options_default();
    risk_stress_result r;
    risk_scenario old = {"Black Monday", date_make(1987, 10, 16), date_make(1987, 10, 19), ""};
    assert_int_equal(risk_stress(model, NULL, weights, &market_index, &old, &options, &r), STATUS_NOT_FOUND);
    assert_non_null(strstr(status_message(), "Black Monday: the index has no close at 1987-10-16"));
    assert_int_equal(risk_stress_market(model, weights, -1, &options, &r), STATUS_INVALID);
    double bad[COLUMNS] = {[2] = NAN};
    assert_int_equal(risk_stress_market(model, bad, -0.1, &options, &r), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "column 2"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stress_moves_factors_by_their_expectation_given_the_market),
        cmocka_unit_test(test_stress_never_loses_more_than_everything),
        cmocka_unit_test(test_stress_small_shock_is_the_linear_one),
        cmocka_unit_test(test_stress_of_the_market_portfolio_is_near_the_index),
        cmocka_unit_test(test_stress_replay_is_the_actual_profit_and_loss),
        cmocka_unit_test(test_stress_replay_sends_missing_names_through_the_factors),
        cmocka_unit_test(test_stress_replays_only_what_the_panel_covers),
        cmocka_unit_test(test_stress_lists_the_largest_losses_first),
        cmocka_unit_test(test_stress_refuses_what_it_cannot_do),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
