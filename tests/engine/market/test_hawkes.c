#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/market/hawkes.h"
#include "tests/base/support_numbers.h"

enum { SECONDS = 20000, WINDOW = 50 };

static uint64_t seed;

typedef struct {
    double rate;       // a second
    double dispersion; // variance of the counts in windows over their mean; 1 for a Poisson process
} counted;

static counted count(double branching, double decay) {
    const hawkes_config config = {
        .rate = 12, .branching = branching, .shortest = 1 / decay, .longest = 1 / decay, .loud = 0.2};
    hawkes h;
    hawkes_start(&h, &config, rng_stream(seed, 1), 0);
    rng coin = rng_stream(seed, 2);
    double sum = 0, squares = 0, windows = (double)SECONDS / WINDOW;
    for (int64_t end = WINDOW; end <= SECONDS; end += WINDOW) {
        double n = 0;
        int64_t before = 0;
        for (; hawkes_next(&h) <= end * 1000000000; n++) {
            assert_true(hawkes_next(&h) >= before);
            before = hawkes_next(&h);
            hawkes_arrive(&h, rng_double(&coin) < config.loud);
        }
        sum += n;
        squares += n * n;
    }
    double mean = sum / windows;
    return (counted){.rate = sum / SECONDS, .dispersion = (squares / windows - mean * mean) / mean};
}

// Each window's count has deviation sqrt(dispersion * mean): 400 windows give the rate to 0.6 % without branching and
// to 1.6 % with 0.6, and the dispersion to about 7 %. Five deviations are allowed.
static void test_hawkes_without_children_is_poisson(void **state) {
    (void)state;
    counted c = count(0, 2);
    assert_true(c.rate > 12 * 0.97 && c.rate < 12 * 1.03);
    assert_true(c.dispersion > 0.65 && c.dispersion < 1.35);
}

static void test_hawkes_keeps_its_rate_and_clusters(void **state) {
    (void)state;
    counted c =
        count(0.6, 2); // windows are long against the clusters: dispersion 1 / 0.4^2, and a little for the marks
    assert_true(c.rate > 12 * 0.92 && c.rate < 12 * 1.08);
    assert_true(c.dispersion > 6.25 * 0.65 && c.dispersion < 6.6 * 1.35);
}

static void test_hawkes_is_repeatable(void **state) {
    (void)state;
    const hawkes_config config = {.rate = 100, .branching = 0.9, .shortest = 0.001, .longest = 10, .loud = 0.5};
    hawkes a, b;
    hawkes_start(&a, &config, rng_seed(seed), 1000);
    hawkes_start(&b, &config, rng_seed(seed), 1000);
    assert_true(hawkes_next(&a) > 1000);
    for (int i = 0; i < 100000; i++) {
        assert_int_equal(hawkes_next(&a), hawkes_next(&b));
        hawkes_arrive(&a, i % 2);
        hawkes_arrive(&b, i % 2);
        assert_true(a.pending <= HAWKES_PENDING);
    }
}

int main(void) {
    seed = support_seed(5);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hawkes_without_children_is_poisson),
        cmocka_unit_test(test_hawkes_keeps_its_rate_and_clusters),
        cmocka_unit_test(test_hawkes_is_repeatable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
