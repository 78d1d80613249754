#include "src/base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/base/support_numbers.h"

enum { N = 200000 };

// Computed by an implementation in another language from the published definition; the state {1, 2, 3, 4} is the one
// that other libraries test with too.
static void test_rng_gives_the_reference_numbers(void **state) {
    (void)state;
    static const uint64_t expected[] = {UINT64_C(11520),
                                        UINT64_C(0),
                                        UINT64_C(1509978240),
                                        UINT64_C(1215971899390074240),
                                        UINT64_C(1216172134540287360),
                                        UINT64_C(607988272756665600),
                                        UINT64_C(16172922978634559625),
                                        UINT64_C(8476171486693032832),
                                        UINT64_C(10595114339597558777),
                                        UINT64_C(2904607092377533576)};
    rng r = {.s = {1, 2, 3, 4}};
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(rng_u64(&r), expected[i]);
}

static void test_rng_seed_fills_the_state_by_split_mix(void **state) {
    (void)state;
    rng r = rng_seed(42);
    assert_int_equal(r.s[0], UINT64_C(0xbdd732262feb6e95));
    assert_int_equal(r.s[1], UINT64_C(0x28efe333b266f103));
    assert_int_equal(r.s[2], UINT64_C(0x47526757130f9f52));
    assert_int_equal(r.s[3], UINT64_C(0x581ce1ff0e4ae394));
    assert_int_equal(rng_u64(&r), UINT64_C(0x15780b2e0c2ec716));
    assert_int_equal(rng_u64(&r), UINT64_C(0x6104d9866d113a7e));
}

// Expected: the 256 x 256 transition matrix over GF(2), squared 128 times, times the state of seed 42.
static void test_rng_jump_is_two_to_the_128_steps(void **state) {
    (void)state;
    rng r = rng_seed(42);
    rng_jump(&r);
    assert_int_equal(r.s[0], UINT64_C(0x81746704fde896b5));
    assert_int_equal(r.s[1], UINT64_C(0x645e944932dae0ae));
    assert_int_equal(r.s[2], UINT64_C(0xf4776829231c282c));
    assert_int_equal(r.s[3], UINT64_C(0x2393f9798732dba1));
}

typedef struct {
    double mean, variance, skewness, kurtosis;
} moments;

static moments moments_of(const double *x) {
    moments m = {0};
    for (int i = 0; i < N; i++)
        m.mean += x[i] / N;
    double m2 = 0, m3 = 0, m4 = 0;
    for (int i = 0; i < N; i++) {
        double d = x[i] - m.mean;
        m2 += d * d / N;
        m3 += d * d * d / N;
        m4 += d * d * d * d / N;
    }
    m.variance = m2;
    m.skewness = m3 / pow(m2, 1.5);
    m.kurtosis = m4 / (m2 * m2);
    return m;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Kolmogorov and Smirnov's largest distance between the sample's distribution and the true one, times sqrt(N). Above
// 2.3 with probability 5e-5.
static double distance(double *x, double (*distribution)(double)) {
    qsort(x, N, sizeof *x, ascending);
    double largest = 0;
    for (int i = 0; i < N; i++) {
        double f = distribution(x[i]);
        largest = fmax(largest, fmax((i + 1.0) / N - f, f - (double)i / N));
    }
    return largest * sqrt(N);
}

static double uniform(double x) { return x; }
static double normal(double x) { return 0.5 * erfc(-x / sqrt(2)); }
static double exponential(double x) { return 1 - exp(-x); }
static double student_3(double x) { // of a t with 3 degrees of freedom divided by its deviation, sqrt(3)
    return 0.5 + (x / (1 + x * x) + atan(x)) / M_PI;
}

static double student_of_3(rng *r) { return rng_student(r, 3); }
static double student_of_10(rng *r) { return rng_student(r, 10); }

static double *sample(double (*draw)(rng *), uint64_t seed) {
    static double x[N];
    rng r = rng_seed(support_seed(seed));
    for (int i = 0; i < N; i++)
        x[i] = draw(&r);
    return x;
}

static void test_rng_double_is_uniform(void **state) {
    (void)state;
    double *x = sample(rng_double, 10);
    for (int i = 0; i < N; i++)
        assert_true(x[i] >= 0 && x[i] < 1);
    assert_true(distance(x, uniform) < 2.3);
}

// Bounds are five standard errors: 1/sqrt(N) for the mean, sqrt(2/N), sqrt(6/N) and sqrt(24/N) for the others.
static void test_rng_normal_has_the_normal_distribution(void **state) {
    (void)state;
    double *x = sample(rng_normal, 11);
    moments m = moments_of(x);
    assert_near(m.mean, 0, 5 / sqrt(N));
    assert_near(m.variance, 1, 5 * sqrt(2.0 / N));
    assert_near(m.skewness, 0, 5 * sqrt(6.0 / N));
    assert_near(m.kurtosis, 3, 5 * sqrt(24.0 / N));
    assert_true(distance(x, normal) < 2.3);
}

static void test_rng_exponential_has_mean_one(void **state) {
    (void)state;
    double *x = sample(rng_exponential, 12);
    moments m = moments_of(x);
    assert_near(m.mean, 1, 5 / sqrt(N));
    assert_near(m.variance, 1, 5 * sqrt(8.0 / N));
    assert_true(distance(x, exponential) < 2.3);
}

static void test_rng_student_has_deviation_one(void **state) {
    (void)state;
    assert_true(distance(sample(student_of_3, 13), student_3) < 2.3);
    moments m = moments_of(sample(student_of_10, 14));
    assert_near(m.mean, 0, 5 / sqrt(N));
    assert_near(m.variance, 1, 5 * sqrt(3.0 / N)); // the kurtosis is 3 + 6 / (10 - 4) = 4
    assert_near(m.kurtosis, 4, 0.3);               // its own error has heavy tails
}

static void test_rng_below_is_even_and_in_range(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(18));
    int counts[7] = {0};
    for (int i = 0; i < 70000; i++) {
        uint64_t k = rng_below(&r, 7);
        assert_true(k < 7);
        counts[k]++;
    }
    double chi_square = 0;
    for (size_t k = 0; k < 7; k++)
        chi_square += (counts[k] - 10000.0) * (counts[k] - 10000.0) / 10000.0;
    assert_true(chi_square < 30); // 6 degrees of freedom; larger with probability 4e-5
    assert_int_equal(rng_below(&r, 1), 0);
    // Three quarters of the range: a division remainder would hit its lower third twice as often.
    uint64_t n = UINT64_C(3) << 62, low = 0;
    for (int i = 0; i < 30000; i++)
        low += rng_below(&r, n) < n / 3;
    assert_near((double)low, 10000, 5 * sqrt(30000 * 2.0 / 9));
}

static void test_rng_streams_are_different_and_repeatable(void **state) {
    (void)state;
    rng a = rng_stream(1, 5), again = rng_stream(1, 5), b = rng_stream(1, 6), c = rng_stream(2, 5),
        d = rng_stream(5, 1);
    double correlation = 0;
    for (int i = 0; i < N; i++) {
        uint64_t x = rng_u64(&a);
        assert_int_equal(x, rng_u64(&again));
        assert_true(x != rng_u64(&c) && x != rng_u64(&d));
        correlation += ((double)(x >> 11) * 0x1p-53 - 0.5) * (rng_double(&b) - 0.5) * 12 / N;
    }
    assert_near(correlation, 0, 5 / sqrt(N));
}

static uint64_t with_bits(uint64_t digest, double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return digest * UINT64_C(0x100000001b3) + bits;
}

// Pinned to the last bit: the same on every machine, whatever its C library does for log and exp.
static void test_rng_draws_are_the_same_on_every_machine(void **state) {
    (void)state;
    rng r = rng_seed(42);
    uint64_t digest = 0;
    for (int i = 0; i < 1000; i++) {
        digest = with_bits(digest, rng_normal(&r));
        digest = with_bits(digest, rng_exponential(&r));
        digest = with_bits(digest, rng_student(&r, 5));
    }
    assert_int_equal(digest, UINT64_C(0xc99e6af64b87b744));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rng_gives_the_reference_numbers),
        cmocka_unit_test(test_rng_seed_fills_the_state_by_split_mix),
        cmocka_unit_test(test_rng_jump_is_two_to_the_128_steps),
        cmocka_unit_test(test_rng_double_is_uniform),
        cmocka_unit_test(test_rng_normal_has_the_normal_distribution),
        cmocka_unit_test(test_rng_exponential_has_mean_one),
        cmocka_unit_test(test_rng_student_has_deviation_one),
        cmocka_unit_test(test_rng_below_is_even_and_in_range),
        cmocka_unit_test(test_rng_streams_are_different_and_repeatable),
        cmocka_unit_test(test_rng_draws_are_the_same_on_every_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
