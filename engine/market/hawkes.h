// Arrivals that come in clusters: a Hawkes process whose kernel is a sum of exponentials.
//
// The intensity is  base + sum over past arrivals of branching * kernel(age), so every arrival makes others likelier
// for a while: within milliseconds, because somebody reacts, and for many seconds, because somebody works a large
// order. Kernels measured on real markets fall about as 1 / age over many scales (Hardiman, Bercot and Bouchaud,
// "Critical reflexivity in financial markets", 2013); HAWKES_SCALES exponentials of equal weight whose means are spaced
// evenly in the logarithm do that between the shortest and the longest. The process is drawn through its branching
// structure (Hawkes and Oakes, "A cluster process representation of a self-exciting process", 1974), which is exact and
// needs no thinning: immigrants come as a Poisson process, and each arrival has a Poisson number of children, each
// after a delay drawn from the kernel. With base = rate * (1 - branching) the long-run rate is `rate`, and counts over
// long intervals have 1 / (1 - branching)^2 times the variance of a Poisson process. Plain data, owned by whoever
// declares it. Times are integers in ns.
#pragma once

#include <stdint.h>

#include "src/base/rng.h"

enum { HAWKES_PENDING = 512, HAWKES_CHILDREN = 16, HAWKES_SCALES = 5 };

typedef struct {
    rng rng;
    double immigrant_gap;              // mean, ns
    double child_delay[HAWKES_SCALES]; // means, ns
    double pace;                       // of immigrants relative to the configured rate; may be changed at any time
    int64_t immigrant;                 // when the next one comes
    uint32_t pending;
    int64_t child[HAWKES_PENDING];      // binary heap of the times of those to come
    double at_most[2][HAWKES_CHILDREN]; // chance of at most k children of a quiet and of a loud arrival
} hawkes;

// An arrival is loud with the given chance and then has twice the children of a quiet one.
typedef struct {
    double rate;              // arrivals a second, > 0
    double branching;         // mean children of an arrival, 0 <= branching < 1
    double shortest, longest; // mean delays of children, seconds; equal for one exponential
    double loud;              // share of arrivals that are loud
} hawkes_config;

// The first arrival comes after `now`.
void hawkes_start(hawkes *h, const hawkes_config *config, rng random, int64_t now);

int64_t hawkes_next(const hawkes *h);

// The next arrival happens: it leaves the queue and has its children. A queue that is full has no room for more of
// them.
void hawkes_arrive(hawkes *h, int loud);
