#include "engine/risk/model.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/base/support_numbers.h"
#include "tests/engine/risk/support_panel.h"

enum { DATES = 520, COLUMNS = 80 };

static support_world world;

static int set_up(void **state) {
    (void)state;
    world = support_world_new(support_seed(61), DATES, COLUMNS);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    support_world_free(&world);
    return 0;
}

static risk_model *built(const panel *p, const risk_inputs *inputs, parallel *pool) {
    risk_config config = risk_config_default();
    risk_model *m = NULL;
    status result = risk_model_build(p, inputs, &config, pool, NULL, &m);
    if (result != STATUS_OK)
        print_error("%s\n", status_message());
    assert_int_equal(result, STATUS_OK);
    return m;
}

static double correlation(const double *a, size_t stride_a, const double *b, size_t stride_b, size_t n) {
    double aa = 0, bb = 0, ab = 0, mean_a = 0, mean_b = 0;
    for (size_t t = 0; t < n; t++) {
        mean_a += a[t * stride_a] / (double)n;
        mean_b += b[t * stride_b] / (double)n;
    }
    for (size_t t = 0; t < n; t++) {
        double x = a[t * stride_a] - mean_a, y = b[t * stride_b] - mean_b;
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    return ab / sqrt(aa * bb);
}

static void test_model_recovers_the_returns_of_market_and_sectors(void **state) {
    (void)state;
    support_world large = support_world_new(support_seed(63), DATES, 400);
    risk_model *m = built(&large.panel, &large.inputs, NULL);
    assert_int_equal(m->days, DATES - 253);
    assert_int_equal(m->history.used, m->days);
    const double *f = m->history.factor_return.at;
    assert_true(correlation(f, m->factors, large.market + m->first_row, 1, m->days) > 0.98);
    for (size_t s = 0; s < SUPPORT_SECTORS; s++)
        assert_true(correlation(f + 7 + s, m->factors, large.of_sector + m->first_row * SUPPORT_SECTORS + s,
                                SUPPORT_SECTORS, m->days) > 0.95);
    assert_true(m->mean_r2 > 0.2 && m->mean_r2 < 0.8 && m->mean_r2_centred < m->mean_r2);
    risk_model_free(m);
    support_world_free(&large);
}

static void test_model_specific_volatilities_are_near_the_truth(void **state) {
    (void)state;
    risk_model *m = built(&world.panel, &world.inputs, NULL);
    double ratio = 0;
    for (size_t i = 0; i < COLUMNS; i++) {
        assert_false(m->proxied[i]);
        ratio += m->specific[i] / (world.specific[i] * sqrt(252)) / COLUMNS;
    }
    // The regression takes up some of the noise: 1 - p/n of its variance is left, on average.
    double n_over_p = sqrt(1 - 10.0 / COLUMNS);
    assert_near(ratio, n_over_p, 0.05);
    risk_model_free(m);
}

static void test_model_names_its_factors_and_describes_itself(void **state) {
    (void)state;
    risk_model *m = built(&world.panel, &world.inputs, NULL);
    assert_int_equal(m->factors, 11);
    assert_string_equal(m->factor[0].name, "Market");
    assert_string_equal(m->factor[1].name, "Momentum");
    assert_string_equal(m->factor[7].name, "Rail");
    assert_string_equal(risk_group_name(m->factor[10].group), "sector");
    assert_int_equal(m->as_of, world.panel.day[DATES - 1]);
    assert_int_equal(m->day[m->days - 1], m->as_of);
    assert_int_equal(1 + m->styles + (size_t)m->sector[2], 9); // its factor
    assert_true(m->has_shares && *m->kernel);
    for (size_t k = 0; k < m->factors; k++)
        assert_near(m->factor[k].volatility, sqrt(m->covariance.at[k * m->factors + k]), 0);
    assert_true(m->factor[0].volatility > 0.1 && m->factor[0].volatility < 0.25);
    double sum = 0;
    for (size_t i = 0; i < COLUMNS; i++)
        sum += m->market_weight[i];
    assert_near(sum, 1, 1e-12);
    risk_model_free(m);
}

static void assert_same_bits(const risk_model *a, const risk_model *b) {
    size_t k = a->factors, cells = a->days * k;
    assert_memory_equal(a->history.factor_return.at, b->history.factor_return.at, cells * sizeof(double));
    assert_memory_equal(a->history.t.at, b->history.t.at, cells * sizeof(double));
    assert_memory_equal(a->history.r2, b->history.r2, a->days * sizeof(double));
    assert_memory_equal(a->covariance.at, b->covariance.at, k * k * sizeof(double));
    assert_memory_equal(a->specific, b->specific, COLUMNS * sizeof(double));
    assert_memory_equal(a->exposures.x.at, b->exposures.x.at, COLUMNS * k * sizeof(double));
    assert_memory_equal(&a->id, &b->id, sizeof a->id);
}

static void test_model_has_the_same_bits_on_any_number_of_threads(void **state) {
    (void)state;
    risk_model *alone = built(&world.panel, &world.inputs, NULL);
    for (unsigned threads = 1; threads <= 5; threads += 1) {
        parallel *pool = parallel_new(threads);
        risk_model *m = built(&world.panel, &world.inputs, pool);
        assert_same_bits(alone, m);
        risk_model_free(m);
        parallel_free(pool);
    }
    risk_model_free(alone);
}

static void copy_column(panel *to, size_t i, const panel *from, size_t j) {
    for (size_t t = 0; t < from->dates; t++) {
        to->close[t * to->securities + i] = from->close[t * from->securities + j];
        to->volume[t * to->securities + i] = from->volume[t * from->securities + j];
        to->total_return[t * to->securities + i] = from->total_return[t * from->securities + j];
    }
}

static void test_model_does_not_depend_on_the_order_of_securities(void **state) {
    (void)state;
    panel turned = support_panel_new(DATES, COLUMNS);
    int sector[COLUMNS];
    double shares[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++) {
        size_t from = (i * 37 + 11) % COLUMNS;
        copy_column(&turned, i, &world.panel, from);
        sector[i] = world.sector[from];
        shares[i] = world.shares[from];
    }
    risk_inputs inputs = world.inputs;
    inputs.sector = sector;
    inputs.shares = shares;
    risk_model *a = built(&world.panel, &world.inputs, NULL), *b = built(&turned, &inputs, NULL);
    for (size_t at = 0; at < a->factors * a->factors; at++)
        assert_near(b->covariance.at[at], a->covariance.at[at], 1e-10);
    for (size_t i = 0; i < COLUMNS; i++)
        assert_near(b->specific[i], a->specific[(i * 37 + 11) % COLUMNS], 1e-10);
    risk_model_free(a);
    risk_model_free(b);
    support_panel_free(&turned);
}

static void test_model_lives_with_holes_listings_and_delistings(void **state) {
    (void)state;
    panel *p = &world.panel;
    for (size_t t = 0; t < DATES; t++) {
        bool listed_late = t<DATES - 30, delisted = t> 400, hole = t % 9 == 0;
        size_t columns[] = {3, 4, 5};
        bool gone[] = {listed_late, delisted, hole};
        for (size_t c = 0; c < 3; c++)
            if (gone[c]) {
                size_t at = t * COLUMNS + columns[c];
                p->close[at] = p->volume[at] = p->total_return[at] = NAN;
            }
    }
    risk_model *m = built(p, &world.inputs, NULL);
    assert_true(m->proxied[3] && !m->exposures.covered[3]);
    assert_true(!m->proxied[4] && !m->exposures.covered[4]);
    assert_near(m->market_weight[4], 0, 0);
    assert_true(!m->proxied[5]);
    for (size_t i = 0; i < COLUMNS; i++) {
        assert_true(isfinite(m->specific[i]));
        for (size_t k = 0; k < m->factors; k++)
            assert_true(isfinite(matrix_row(m->exposures.x, i)[k]));
    }
    risk_model_free(m);
}

static void test_model_drops_a_sector_with_too_few_names(void **state) {
    (void)state;
    int sector[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++)
        sector[i] = i == 1 || i == 5 ? 1 : i % 4 == 1 ? 0 : world.sector[i];
    risk_inputs inputs = world.inputs;
    inputs.sector = sector;
    risk_model *m = built(&world.panel, &inputs, NULL);
    assert_int_equal(m->sectors, 3);
    assert_int_equal(m->sector[1], -1);
    assert_string_equal(m->factor[8].name, "Mills");
    assert_int_equal(m->sector[2], 1);
    risk_model_free(m);
}

static void test_model_id_follows_configuration_data_and_inputs(void **state) {
    (void)state;
    risk_config config = risk_config_default();
    risk_model *a = built(&world.panel, &world.inputs, NULL), *b;
    config.covariance.half_life = 61;
    assert_int_equal(risk_model_build(&world.panel, &world.inputs, &config, NULL, NULL, &b), STATUS_OK);
    assert_memory_not_equal(&a->id, &b->id, sizeof a->id);
    risk_model_free(b);
    world.panel.data.bytes[0] ^= 1;
    b = built(&world.panel, &world.inputs, NULL);
    assert_memory_not_equal(&a->id, &b->id, sizeof a->id);
    risk_model_free(b);
    risk_model_free(a);
}

static void test_model_says_what_it_lacks(void **state) {
    (void)state;
    risk_config config = risk_config_default();
    risk_model *m = NULL;
    panel cut = world.panel;
    cut.dates = 378;
    assert_int_equal(risk_model_build(&cut, &world.inputs, &config, NULL, NULL, &m), STATUS_UNAVAILABLE);
    assert_non_null(strstr(status_message(), "378 dates"));
    assert_non_null(strstr(status_message(), "needs 379"));
    support_world small = support_world_new(62, DATES, 12);
    assert_int_equal(risk_model_build(&small.panel, &small.inputs, &config, NULL, NULL, &m), STATUS_UNAVAILABLE);
    assert_non_null(strstr(status_message(), "12 securities"));
    support_world_free(&small);
    world.sector[9] = 17;
    assert_int_equal(risk_model_build(&world.panel, &world.inputs, &config, NULL, NULL, &m), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "column 9"));
    assert_null(m);
}

static void test_model_build_can_be_cancelled(void **state) {
    (void)state;
    risk_config config = risk_config_default();
    risk_model *m = NULL;
    const volatile int cancelled = 1;
    parallel *pool = parallel_new(2);
    assert_int_equal(risk_model_build(&world.panel, &world.inputs, &config, pool, &cancelled, &m), STATUS_CANCELLED);
    assert_null(m);
    parallel_free(pool);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_model_recovers_the_returns_of_market_and_sectors),
        CASE(test_model_specific_volatilities_are_near_the_truth),
        CASE(test_model_names_its_factors_and_describes_itself),
        CASE(test_model_has_the_same_bits_on_any_number_of_threads),
        CASE(test_model_does_not_depend_on_the_order_of_securities),
        CASE(test_model_lives_with_holes_listings_and_delistings),
        CASE(test_model_drops_a_sector_with_too_few_names),
        CASE(test_model_id_follows_configuration_data_and_inputs),
        CASE(test_model_says_what_it_lacks),
        CASE(test_model_build_can_be_cancelled),
    };
    matrix_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
