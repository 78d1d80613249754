#include "engine/market/hawkes.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

// Cumulative Poisson chances. exp(mean) is summed here: a library's last bit differs between processors.
static void fill_chances(double *at_most, double mean) {
    double e = 1, term = 1;
    for (int k = 1; k < 40; k++) {
        term *= mean / k;
        e += term;
    }
    term = 1 / e;
    double sum = 0;
    for (int k = 0; k < HAWKES_CHILDREN; k++) {
        sum += term;
        at_most[k] = sum;
        term *= mean / (k + 1);
    }
}

static int64_t draw_delay(hawkes *h, double mean) { return 1 + (int64_t)(mean * rng_exponential(&h->rng)); }

void hawkes_start(hawkes *h, const hawkes_config *c, rng random, int64_t now) {
    assert(c->rate > 0 && c->branching >= 0 && c->branching < 1 && c->shortest > 0 && c->longest >= c->shortest &&
           c->loud >= 0 && c->loud <= 1);
    h->rng = random;
    h->pending = 0;
    h->immigrant_gap = 1e9 / (c->rate * (1 - c->branching));
    h->pace = 1;
    h->child_delay[0] = 1e9 * c->shortest;
    h->child_delay[4] = 1e9 * c->longest;
    h->child_delay[2] = sqrt(h->child_delay[0] * h->child_delay[4]);
    h->child_delay[1] = sqrt(h->child_delay[0] * h->child_delay[2]);
    h->child_delay[3] = sqrt(h->child_delay[2] * h->child_delay[4]);
    double quiet = c->branching / (1 + c->loud); // so that the mean over both is `branching`
    fill_chances(h->at_most[0], quiet);
    fill_chances(h->at_most[1], 2 * quiet);
    h->immigrant = now + draw_delay(h, h->immigrant_gap);
}

static bool child_is_next(const hawkes *h) { return h->pending && h->child[0] <= h->immigrant; }

int64_t hawkes_next(const hawkes *h) { return child_is_next(h) ? h->child[0] : h->immigrant; }

static void push(hawkes *h, int64_t time) {
    uint32_t i = h->pending++;
    for (; i && h->child[(i - 1) / 2] > time; i = (i - 1) / 2)
        h->child[i] = h->child[(i - 1) / 2];
    h->child[i] = time;
}

static void pop(hawkes *h) {
    int64_t last = h->child[--h->pending];
    uint32_t i = 0;
    for (uint32_t down = 1; down < h->pending; down = 2 * i + 1) {
        if (down + 1 < h->pending && h->child[down + 1] < h->child[down])
            down++;
        if (h->child[down] >= last)
            break;
        h->child[i] = h->child[down];
        i = down;
    }
    h->child[i] = last;
}

void hawkes_arrive(hawkes *h, int loud) {
    int64_t now = hawkes_next(h);
    if (child_is_next(h))
        pop(h);
    else
        h->immigrant = now + draw_delay(h, h->immigrant_gap / h->pace);
    const double *at_most = h->at_most[loud != 0];
    double u = rng_double(&h->rng);
    for (int k = 0; k < HAWKES_CHILDREN && u >= at_most[k] && h->pending < HAWKES_PENDING; k++)
        push(h, now + draw_delay(h, h->child_delay[rng_below(&h->rng, HAWKES_SCALES)]));
}
