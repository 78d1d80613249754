// The simulated market keeps within bands of a real one. PLIMSOLL_SEED=n draws other days.
#include <ftw.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/market/survey.h"
#include "tests/base/support_numbers.h"

enum { DAYS = 6 };

static uint64_t seed;

// The mean over some days like the real one.
static survey simulate(void) {
    venue_config config = {.seed = seed, .session = 15512};
    venue_security twin;
    survey mean;
    survey_twin(&survey_amzn, &config, &twin);
    assert_int_equal(survey_venue(&config, &twin, DAYS, &mean), STATUS_OK);
    return mean;
}

static void assert_within(const char *what, double x, double real, double factor) {
    print_message("%-28s %10.4f  real %10.4f\n", what, x, real);
    if (!(x >= real / factor && x <= real * factor))
        fail_msg("%s: %g is not within a factor of %g of %g", what, x, factor, real);
}

static void assert_close(const char *what, double x, double real, double most) {
    print_message("%-28s %10.4f  real %10.4f\n", what, x, real);
    if (!(fabs(x - real) <= most))
        fail_msg("%s: %g is not within %g of %g", what, x, most, real);
}

// The bands are about twice what days of the same market differ by among themselves.
static void test_the_simulated_day_is_like_the_real_one(void **state) {
    (void)state;
    survey s = simulate();
    const daystats *a = &s.stats, *b = &survey_amzn.stats;
    assert_within("spread, mean", a->spread_mean, b->spread_mean, 1.2);
    for (int i = 0; i < DAYSTATS_QUANTILES; i++)
        assert_within("spread, quantile", a->spread[i], b->spread[i], 1.3);
    for (int i = 0; i < DAYSTATS_LEVELS; i++)
        assert_within("depth", a->depth[i], b->depth[i], 1.4);
    assert_within("trade, mean", a->size_mean, b->size_mean, 1.35);
    for (int i = 1; i < DAYSTATS_QUANTILES; i++)
        assert_within("trade, quantile", a->size[i], b->size[i], 1.7);
    assert_within("between trades, mean", a->gap_mean, b->gap_mean, 1.3);
    assert_within("between trades, 75 %", a->gap[3], b->gap[3], 1.6);
    assert_within("between trades, 95 %", a->gap[4], b->gap[4], 1.3);
    assert_within("between trades, variation", a->gap_variation, b->gap_variation, 1.3);
    for (int i = 0; i < DAYSTATS_LAGS; i++)
        assert_close("returns, lag", a->returns[i], b->returns[i], 0.06);
    for (int i = 0; i < DAYSTATS_LAGS; i++)
        assert_close("|returns|, lag", a->moves[i], b->moves[i], 0.08);
    assert_within("volatility", a->volatility, b->volatility, 1.2);
    for (int i = 0; i < DAYSTATS_HALF_HOURS; i++)
        assert_within("volatility of a half hour", a->half_hour[i], b->half_hour[i], 1.5);
    assert_within("cancels", a->cancels, b->cancels, 1.15);
    assert_within("trades", a->trades, b->trades, 1.3);
    assert_within("volume", a->volume, b->volume, 1.4);
    assert_within("events", a->events, b->events, 1.3);
    assert_within("close", (double)s.bar.close, (double)survey_amzn.bar.close, 1.001);
}

// ---- the sample itself ----

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *place) {
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

static void test_the_constants_are_those_of_the_sample(void **state) {
    (void)state;
    static const char zip[] = "../shared/data/lobster/AMZN_2012-06-21_5.zip";
    char root[] = "/tmp/plimsoll-survey-XXXXXX", line[256], messages[128], rows[128];
    if (access(zip, R_OK) != 0) {
        print_message("SKIP: %s is not there\n", zip);
        skip();
    }
    assert_non_null(mkdtemp(root));
    snprintf(line, sizeof line, "unzip -oq %s -d %s", zip, root);
    bool unpacked = system(line) == 0;
    snprintf(messages, sizeof messages, "%s/AMZN_2012-06-21_34200000_57600000_message_5.csv", root);
    snprintf(rows, sizeof rows, "%s/AMZN_2012-06-21_34200000_57600000_orderbook_5.csv", root);
    survey s = {0};
    status read = unpacked ? survey_lobster(messages, rows, &s) : STATUS_OK;
    nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    if (!unpacked) {
        print_message("SKIP: unzip is not there\n");
        skip();
    }
    assert_int_equal(read, STATUS_OK);
    const double *a = (const double *)&s.stats, *b = (const double *)&survey_amzn.stats;
    for (size_t i = 0; i < sizeof s.stats / sizeof(double); i++)
        if (fabs(a[i] - b[i]) > 1e-5 * fabs(b[i]))
            fail_msg("figure %zu is %.8g, not %.8g", i, a[i], b[i]);
    assert_int_equal(s.bar.close, survey_amzn.bar.close);
    assert_int_equal(s.bar.volume, survey_amzn.bar.volume);
    assert_true(fabs(s.rate - survey_amzn.rate) < 1e-4);
}

int main(void) {
    seed = support_seed(1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_simulated_day_is_like_the_real_one),
        cmocka_unit_test(test_the_constants_are_those_of_the_sample),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
