// Random numbers: xoshiro256** 1.0 (Blackman and Vigna 2018), seeded through SplitMix64. Plain data, owned by whoever
// declares it; the same seed gives the same numbers on every machine.
#pragma once

#include <stdint.h>

typedef struct {
    uint64_t s[4];
    double spare; // second normal of a pair, valid when has_spare
    int has_spare;
} rng;

rng rng_seed(uint64_t seed);

// A generator for a named stream of the same seed: streams are independent, so threads and securities each take one.
rng rng_stream(uint64_t seed, uint64_t stream);

void rng_jump(rng *r); // 2^128 steps ahead

uint64_t rng_u64(rng *r);
uint64_t rng_below(rng *r, uint64_t n);  // 0 … n-1 without bias, n > 0
double rng_double(rng *r);               // [0, 1), 53 bits
double rng_normal(rng *r);               // mean 0, deviation 1 (polar method)
double rng_exponential(rng *r);          // mean 1
double rng_student(rng *r, int degrees); // Student t with `degrees` > 2 degrees of freedom, scaled to deviation 1
