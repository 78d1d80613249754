#include "src/base/rng.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

// Blackman and Vigna, "Scrambled linear pseudorandom number generators" (2018); SplitMix64: Steele, Lea and Flood,
// "Fast splittable pseudorandom number generators" (2014).

__extension__ typedef unsigned __int128 uint128;

static uint64_t rotate(uint64_t x, int k) { return x << k | x >> (64 - k); }

static uint64_t scramble(uint64_t z) {
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static uint64_t split_mix(uint64_t *state) { return scramble(*state += UINT64_C(0x9e3779b97f4a7c15)); }

rng rng_seed(uint64_t seed) {
    rng r = {0};
    for (size_t i = 0; i < 4; i++)
        r.s[i] = split_mix(&seed);
    return r;
}

// The seed is scrambled before the stream's number joins it, so that stream k + 1 of one seed is not stream k of the
// next.
rng rng_stream(uint64_t seed, uint64_t stream) {
    uint64_t mixed = split_mix(&seed);
    return rng_seed(scramble(mixed ^ rotate(stream, 32)) + stream);
}

uint64_t rng_u64(rng *r) {
    uint64_t *s = r->s;
    uint64_t result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

void rng_jump(rng *r) {
    static const uint64_t polynomial[] = {UINT64_C(0x180ec6d33cfd0aba), UINT64_C(0xd5a61266f0c9392c),
                                          UINT64_C(0xa9582618e03fc9aa), UINT64_C(0x39abdc4529b1661c)};
    uint64_t sum[4] = {0};
    for (int bit = 0; bit < 256; bit++) {
        if (polynomial[bit / 64] >> bit % 64 & 1)
            for (size_t i = 0; i < 4; i++)
                sum[i] ^= r->s[i];
        rng_u64(r);
    }
    *r = (rng){.s = {sum[0], sum[1], sum[2], sum[3]}};
}

// Lemire, "Fast random integer generation in an interval" (2019): the high half of a 64 x 64 bit product, drawn again
// in the few cases where the low half falls into the uneven rest.
uint64_t rng_below(rng *r, uint64_t n) {
    assert(n > 0);
    uint128 product = (uint128)rng_u64(r) * n;
    if ((uint64_t)product < n) {
        uint64_t uneven = -n % n;
        while ((uint64_t)product < uneven)
            product = (uint128)rng_u64(r) * n;
    }
    return (uint64_t)(product >> 64);
}

double rng_double(rng *r) { return (double)(rng_u64(r) >> 11) * 0x1p-53; }

// Logarithm and exponential of our own: the C library picks another variant on processors with fused multiply-add, and
// its last bit differs, which would make paths differ between machines. Both are within a few units of the last place;
// only + - * / and sqrt are used, which IEEE 754 fixes.

// log(1 + f) by 2 artanh(f / (2 + f)), |f| < 0.42; the series' next term is below 1e-18 of the first.
static double log_near_one(double f) {
    double s = f / (2 + f), z = s * s, sum = 0;
    for (int k = 23; k >= 3; k -= 2)
        sum = (sum + 1.0 / k) * z;
    return 2 * s + 2 * s * sum;
}

static const double LN2 = 0.69314718055994530942;

static double log_of(double x) { // x > 0, normal
    int exponent;
    double m = frexp(x, &exponent); // [0.5, 1)
    if (m < 0.70710678118654752) {
        m *= 2;
        exponent--;
    }
    return log_near_one(m - 1) + exponent * LN2;
}

// log(1 - x) for 0 <= x < 1, exact for small x.
static double log_of_complement(double x) { return x < 0.25 ? log_near_one(-x) : log_of(1 - x); }

static double exp_of(double x) { // |x| < 700
    double k = floor(x / LN2 + 0.5), r = x - k * LN2, sum = 1;
    for (int i = 18; i >= 1; i--)
        sum = 1 + sum * r / i;
    return ldexp(sum, (int)k);
}

// A point in the unit disc, not its centre; returns its squared radius.
static double disc(rng *r, double *u, double *v) {
    double w;
    do {
        *u = 2 * rng_double(r) - 1;
        *v = 2 * rng_double(r) - 1;
        w = *u * *u + *v * *v;
    } while (w >= 1 || w <= 0);
    return w;
}

double rng_normal(rng *r) {
    if (r->has_spare) {
        r->has_spare = 0;
        return r->spare;
    }
    double u, v, w = disc(r, &u, &v);
    double scale = sqrt(-2 * log_of(w) / w);
    r->spare = v * scale;
    r->has_spare = 1;
    return u * scale;
}

double rng_exponential(rng *r) { return -log_of_complement(rng_double(r)); }

// Bailey, "Polar generation of random variates with the t-distribution" (1994).
double rng_student(rng *r, int degrees) {
    assert(degrees > 2);
    double u, v, w = disc(r, &u, &v), n = degrees;
    double t = u * sqrt(n * (exp_of(-2 / n * log_of(w)) - 1) / w);
    return t * sqrt((n - 2) / n);
}
