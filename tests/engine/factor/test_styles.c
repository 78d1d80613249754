#include "engine/factor/styles.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/matrix.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/risk/support_panel.h"

enum { DATES = 300, COLUMNS = 5 };

typedef struct {
    support_world world;
    double traded[COLUMNS], market_value[COLUMNS], scratch[FACTOR_SCRATCH * COLUMNS];
    factor_data data;
} fixture;

static int set_up(void **state) {
    static fixture f;
    f = (fixture){.world = support_world_new(support_seed(21), DATES, COLUMNS)};
    const panel *p = &f.world.panel;
    f.data = (factor_data){.dates = DATES,
                           .securities = COLUMNS,
                           .close = p->close,
                           .volume = p->volume,
                           .total_return = p->total_return,
                           .market = f.world.market,
                           .traded = f.traded,
                           .market_value = f.market_value,
                           .scratch = f.scratch};
    for (size_t i = 0; i < COLUMNS; i++) {
        f.traded[i] = 1000 * (double)(i + 1);
        f.market_value[i] = 1e6;
    }
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    support_world_free(&f->world);
    return 0;
}

static void compute(fixture *f, const char *name, double *out) {
    const factor_definition *d = factor_find(name);
    assert_non_null(d);
    d->compute(d, &f->data, out);
}

static void column(const fixture *f, size_t i, size_t window, double *out) {
    for (size_t t = 0; t < window; t++)
        out[t] = f->world.panel.total_return[(DATES - window + t) * COLUMNS + i];
}

static void test_styles_are_listed_with_name_formula_and_reference(void **state) {
    (void)state;
    assert_int_equal(factor_styles(), 6);
    for (size_t k = 0; k < factor_count(); k++) {
        const factor_definition *d = factor_at(k);
        assert_true(*d->name && *d->title && *d->category && *d->inputs && *d->formula && *d->reference);
        assert_true(d->look_back > 0 && (d->sign == 1 || d->sign == -1));
        assert_ptr_equal(factor_find(d->name), d);
    }
    assert_null(factor_find("astrology"));
}

static void test_styles_momentum_is_the_price_ratio_that_skips_a_month(void **state) {
    fixture *f = *state;
    double out[COLUMNS];
    compute(f, "momentum", out);
    const double *close = f->world.panel.close;
    for (size_t i = 0; i < COLUMNS; i++) {
        double ratio = close[(DATES - 1 - 21) * COLUMNS + i] / close[(DATES - 1 - 252) * COLUMNS + i];
        assert_near(out[i], ratio - 1, 1e-12);
    }
}

static void test_styles_reversal_is_minus_the_last_months_return(void **state) {
    fixture *f = *state;
    double out[COLUMNS];
    compute(f, "reversal", out);
    const double *close = f->world.panel.close;
    for (size_t i = 0; i < COLUMNS; i++) {
        double ratio = close[(DATES - 1) * COLUMNS + i] / close[(DATES - 1 - 21) * COLUMNS + i];
        assert_near(out[i], 1 - ratio, 1e-12);
    }
}

static void test_styles_volatility_is_the_annualised_deviation_of_sixty_days(void **state) {
    fixture *f = *state;
    double out[COLUMNS], returns[60];
    compute(f, "volatility", out);
    for (size_t i = 0; i < COLUMNS; i++) {
        column(f, i, 60, returns);
        assert_near(out[i], vector_deviation(returns, 60, 1) * sqrt(252), 1e-12);
    }
}

static void test_styles_beta_is_the_regression_slope_shrunk_to_one(void **state) {
    fixture *f = *state;
    double out[COLUMNS], returns[252];
    const double *market = f->world.market + DATES - 252;
    for (size_t t = 0; t < 252; t++)
        f->world.panel.total_return[(DATES - 252 + t) * COLUMNS + 2] = 1.5 * market[t] + 0.001;
    compute(f, "beta", out);
    assert_near(out[2], 0.6 * 1.5 + 0.4, 1e-10);
    column(f, 0, 252, returns);
    double mean_r = vector_mean(returns, 252), mean_m = vector_mean(market, 252), cross = 0, squares = 0;
    for (size_t t = 0; t < 252; t++) {
        cross += (returns[t] - mean_r) * (market[t] - mean_m);
        squares += (market[t] - mean_m) * (market[t] - mean_m);
    }
    assert_near(out[0], 0.6 * cross / squares + 0.4, 1e-10);
}

static void test_styles_size_and_liquidity_use_market_value_when_it_is_known(void **state) {
    fixture *f = *state;
    double out[COLUMNS];
    compute(f, "size", out);
    assert_near(out[1], log(1e6), 1e-12);
    compute(f, "liquidity", out);
    assert_near(out[1], log(2000 / 1e6), 1e-12);
    f->market_value[1] = NAN;
    compute(f, "liquidity", out);
    assert_true(isnan(out[1]));
}

static void test_styles_size_and_liquidity_do_without_shares(void **state) {
    fixture *f = *state;
    double out[COLUMNS], year = 0, quarter = 0;
    f->data.market_value = NULL;
    compute(f, "size", out);
    assert_near(out[1], log(2000), 1e-12);
    compute(f, "liquidity", out);
    for (size_t t = DATES - 252; t < DATES; t++) {
        year += f->world.panel.volume[t * COLUMNS + 3] / 252;
        quarter += t < DATES - 60 ? 0 : f->world.panel.volume[t * COLUMNS + 3] / 60;
    }
    assert_near(out[3], log(quarter / year), 1e-12);
}

static void test_styles_need_four_fifths_of_their_window(void **state) {
    fixture *f = *state;
    static const struct {
        const char *name;
        size_t first, window; // rows of the window, counted back from the last
    } cases[] = {{"momentum", 21, 231}, {"volatility", 0, 60}, {"beta", 0, 252}, {"reversal", 0, 21}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        double out[COLUMNS];
        size_t allowed = cases[c].window - (size_t)ceil(0.8 * (double)cases[c].window);
        double *r = f->world.panel.total_return, saved[DATES];
        for (size_t k = 0; k < allowed + 1; k++) {
            size_t at = (DATES - 1 - cases[c].first - k) * COLUMNS + 1;
            saved[k] = r[at];
            if (k < allowed)
                r[at] = NAN;
        }
        compute(f, cases[c].name, out);
        assert_true(isfinite(out[0]) && isfinite(out[1]));
        r[(DATES - 1 - cases[c].first - allowed) * COLUMNS + 1] = NAN;
        compute(f, cases[c].name, out);
        assert_true(isfinite(out[0]) && isnan(out[1]));
        for (size_t k = 0; k < allowed + 1; k++)
            r[(DATES - 1 - cases[c].first - k) * COLUMNS + 1] = saved[k];
    }
}

static void test_styles_before_their_look_back_are_missing(void **state) {
    fixture *f = *state;
    f->data.market_value = NULL;
    for (size_t k = 0; k < factor_styles(); k++) {
        const factor_definition *d = factor_at(k);
        double out[COLUMNS];
        f->data.dates = d->look_back + 1;
        d->compute(d, &f->data, out);
        assert_true(isfinite(out[0]));
        if (k == FACTOR_SIZE) // its window is in `traded`, which the exposures hand in
            continue;
        f->data.dates = d->look_back;
        d->compute(d, &f->data, out);
        assert_true(isnan(out[0]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_styles_are_listed_with_name_formula_and_reference),
        cmocka_unit_test_setup_teardown(test_styles_momentum_is_the_price_ratio_that_skips_a_month, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_styles_reversal_is_minus_the_last_months_return, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_styles_volatility_is_the_annualised_deviation_of_sixty_days, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_styles_beta_is_the_regression_slope_shrunk_to_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_styles_size_and_liquidity_use_market_value_when_it_is_known, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_styles_size_and_liquidity_do_without_shares, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_styles_need_four_fifths_of_their_window, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_styles_before_their_look_back_are_missing, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
