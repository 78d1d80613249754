#include "engine/factor/exposures.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/factor/styles.h"
#include "src/base/rng.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/risk/support_panel.h"

enum { DATES = 330, COLUMNS = 60, ROW = 300 };

typedef struct {
    support_world world;
    factor_universe universe;
    factor_exposures exposures;
    factor_options options;
} fixture;

static int set_up(void **state) {
    static fixture f;
    f = (fixture){.world = support_world_new(support_seed(31), DATES, COLUMNS), .options = factor_options_default()};
    if (factor_universe_init(&f.universe, &f.world.panel, f.world.sector, SUPPORT_SECTORS, f.world.shares) != STATUS_OK)
        return 1;
    *state = &f;
    return factor_exposures_new(&f.universe, &f.exposures) != STATUS_OK;
}

static int tear_down(void **state) {
    fixture *f = *state;
    factor_exposures_free(&f->exposures);
    factor_universe_free(&f->universe);
    support_world_free(&f->world);
    return 0;
}

// The exposures of ROW on a universe of their own. shares may be NULL.
static factor_exposures fresh(const panel *p, const int *sector, const double *shares, const factor_options *options) {
    factor_universe u;
    factor_exposures e;
    assert_int_equal(factor_universe_init(&u, p, sector, SUPPORT_SECTORS, shares), STATUS_OK);
    assert_int_equal(factor_exposures_new(&u, &e), STATUS_OK);
    factor_exposures_at(&u, ROW, options, &e);
    factor_universe_free(&u);
    return e;
}

static void test_exposures_have_market_styles_and_one_sector_each(void **state) {
    fixture *f = *state;
    factor_exposures *e = &f->exposures;
    factor_exposures_at(&f->universe, ROW, &f->options, e);
    assert_int_equal(e->factors, 1 + 6 + SUPPORT_SECTORS);
    for (size_t i = 0; i < COLUMNS; i++) {
        const double *x = matrix_row(e->x, i);
        assert_true(e->live[i] && e->covered[i]);
        assert_near(x[0], 1, 0);
        for (size_t s = 0; s < SUPPORT_SECTORS; s++)
            assert_near(x[7 + s], s == i % SUPPORT_SECTORS, 0);
    }
    for (size_t k = 0; k < 6; k++) {
        double exposure = 0, capital = 0;
        for (size_t i = 0; i < COLUMNS; i++) {
            exposure += e->capital[i] * matrix_row(e->x, i)[1 + k];
            capital += e->capital[i];
        }
        assert_near(exposure / capital, 0, 1e-12);
        assert_int_equal(e->coverage[k], COLUMNS);
    }
}

static void test_exposures_do_not_see_later_rows(void **state) {
    fixture *f = *state;
    rng r = rng_seed(support_seed(32));
    for (int trial = 0; trial < 5; trial++) {
        const double *shares = trial % 2 ? f->world.shares : NULL;
        factor_exposures before = fresh(&f->world.panel, f->world.sector, shares, &f->options);
        for (size_t at = (ROW + 1) * COLUMNS; at < DATES * COLUMNS; at++) {
            f->world.panel.close[at] *= exp(rng_normal(&r));
            f->world.panel.volume[at] = rng_below(&r, 3) ? 1e6 * rng_double(&r) : NAN;
            f->world.panel.total_return[at] = rng_below(&r, 3) ? rng_normal(&r) : NAN;
        }
        factor_exposures after = fresh(&f->world.panel, f->world.sector, shares, &f->options);
        assert_memory_equal(before.x.at, after.x.at, COLUMNS * before.factors * sizeof(double));
        assert_memory_equal(before.raw.at, after.raw.at, COLUMNS * before.styles * sizeof(double));
        assert_memory_equal(before.capital, after.capital, COLUMNS * sizeof(double));
        factor_exposures_free(&before);
        factor_exposures_free(&after);
    }
}

static void test_exposures_follow_the_securities_when_they_change_places(void **state) {
    fixture *f = *state;
    factor_exposures straight = fresh(&f->world.panel, f->world.sector, f->world.shares, &f->options);
    panel turned = support_panel_new(DATES, COLUMNS);
    int sector[COLUMNS];
    double shares[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++) {
        size_t from = COLUMNS - 1 - i;
        sector[i] = f->world.sector[from];
        shares[i] = f->world.shares[from];
        for (size_t t = 0; t < DATES; t++) {
            turned.close[t * COLUMNS + i] = f->world.panel.close[t * COLUMNS + from];
            turned.volume[t * COLUMNS + i] = f->world.panel.volume[t * COLUMNS + from];
            turned.total_return[t * COLUMNS + i] = f->world.panel.total_return[t * COLUMNS + from];
        }
    }
    factor_exposures other = fresh(&turned, sector, shares, &f->options);
    for (size_t i = 0; i < COLUMNS; i++)
        for (size_t k = 0; k < straight.factors; k++)
            assert_near(matrix_row(other.x, i)[k], matrix_row(straight.x, COLUMNS - 1 - i)[k], 1e-11);
    factor_exposures_free(&straight);
    factor_exposures_free(&other);
    support_panel_free(&turned);
}

static void test_exposures_that_are_missing_are_zero_in_the_matrix_and_counted(void **state) {
    fixture *f = *state;
    panel *p = &f->world.panel;
    for (size_t t = 0; t < ROW - 100; t++) // listed a hundred days ago: no momentum, no beta
        p->close[t * COLUMNS + 4] = p->volume[t * COLUMNS + 4] = p->total_return[t * COLUMNS + 4] = NAN;
    for (size_t t = 0; t < ROW - 10; t++) // listed ten days ago
        p->close[t * COLUMNS + 5] = p->volume[t * COLUMNS + 5] = p->total_return[t * COLUMNS + 5] = NAN;
    p->close[ROW * COLUMNS + 6] = NAN; // did not trade
    factor_exposures e = fresh(p, f->world.sector, f->world.shares, &f->options);
    assert_true(isnan(matrix_row(e.raw, FACTOR_MOMENTUM)[4]) && isnan(matrix_row(e.z, FACTOR_BETA)[4]));
    assert_near(matrix_row(e.x, 4)[1 + FACTOR_MOMENTUM], 0, 0);
    assert_true(fabs(matrix_row(e.x, 4)[1 + FACTOR_VOLATILITY]) > 0);
    assert_int_equal(e.coverage[FACTOR_MOMENTUM], COLUMNS - 3);
    assert_int_equal(e.coverage[FACTOR_VOLATILITY], COLUMNS - 2);
    assert_true(e.live[4] && e.covered[4]);
    assert_true(e.live[5] && !e.covered[5]);
    assert_true(!e.live[6] && !e.covered[6] && isnan(e.capital[6]));
    assert_near(matrix_row(e.x, 6)[0], 1, 0);
    factor_exposures_free(&e);
}

static void test_exposures_without_shares_take_traded_value_for_capital(void **state) {
    fixture *f = *state;
    factor_exposures e = fresh(&f->world.panel, f->world.sector, NULL, &f->options);
    double traded = 0;
    for (size_t t = ROW - 59; t <= ROW; t++)
        traded += f->world.panel.close[t * COLUMNS + 8] * f->world.panel.volume[t * COLUMNS + 8] / 60;
    assert_near(e.capital[8] / traded, 1, 1e-12);
    assert_near(matrix_row(e.raw, FACTOR_SIZE)[8], log(traded), 1e-12);
    factor_exposures_free(&e);
}

static void test_exposures_can_be_neutral_to_sectors(void **state) {
    fixture *f = *state;
    f->options.sector_neutral = true;
    factor_exposures e = fresh(&f->world.panel, f->world.sector, f->world.shares, &f->options);
    for (size_t k = 0; k < e.styles; k++) {
        double sum[SUPPORT_SECTORS] = {0};
        for (size_t i = 0; i < COLUMNS; i++)
            sum[i % SUPPORT_SECTORS] += matrix_row(e.z, k)[i];
        for (size_t s = 0; s < SUPPORT_SECTORS; s++)
            assert_near(sum[s], 0, 1e-11);
    }
    factor_exposures_free(&e);
}

static void test_universe_refuses_a_sector_out_of_range(void **state) {
    fixture *f = *state;
    factor_universe u;
    f->world.sector[7] = SUPPORT_SECTORS;
    assert_int_equal(factor_universe_init(&u, &f->world.panel, f->world.sector, SUPPORT_SECTORS, NULL), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "column 7"));
}

static void test_universe_market_is_weighted_by_market_value_of_the_day_before(void **state) {
    fixture *f = *state;
    const panel *p = &f->world.panel;
    double sum = 0, total = 0;
    for (size_t i = 0; i < COLUMNS; i++) {
        double weight = f->world.shares[i] * p->close[(ROW - 1) * COLUMNS + i];
        sum += weight * p->total_return[ROW * COLUMNS + i];
        total += weight;
    }
    assert_true(f->universe.has_shares);
    assert_near(f->universe.market[ROW], sum / total, 1e-15);
    assert_true(isnan(f->universe.market[0]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_exposures_have_market_styles_and_one_sector_each, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_exposures_do_not_see_later_rows, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_exposures_follow_the_securities_when_they_change_places, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_exposures_that_are_missing_are_zero_in_the_matrix_and_counted, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_exposures_without_shares_take_traded_value_for_capital, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_exposures_can_be_neutral_to_sectors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_universe_refuses_a_sector_out_of_range, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_universe_market_is_weighted_by_market_value_of_the_day_before, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
