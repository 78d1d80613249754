#include "engine/market/daypath.h"

#include <math.h>

#include "engine/market/bounds.h"

#define SECOND INT64_C(1000000000)

// Waves of the variance: the deviation is 1 + WAVE * y, y an Ornstein-Uhlenbeck process of deviation 1 that forgets
// within WAVE_SECONDS. Chosen for an autocorrelation of absolute 10-second returns of about 0.15 at lag 1 and 0.1 at
// lag 5, as on the real days named in rhythm.c.
static const double WAVE = 0.3;
static const double WAVE_SECONDS = 60;

bool daypath_bar_holds(const daypath_bar *b) {
    return b->close > 0 && b->low > 0 && b->low <= b->open && b->low <= b->close && b->high >= b->open &&
           b->high >= b->close;
}

// Deviation of a day that has this bar, as a fraction; 1.77 = 4 ln 2 - 1. A bar that only trends still has some noise.
static double bar_deviation(const daypath_bar *b) {
    double open = (double)b->open, range = (double)(b->high - b->low) / open, way = (double)(b->close - b->open) / open;
    return sqrt(larger((range * range - way * way) / 1.77, 0.04 * range * range));
}

void daypath_start(daypath *p, const daypath_config *c) {
    *p = (daypath){.rng = rng_stream(c->seed, c->stream), .price = c->reference, .deviation = c->volatility};
    p->low = larger(c->reference / 2, c->least);
    p->high = larger(c->reference * 2, 2 * c->least);
    p->second = c->since > 0 ? c->since / SECOND : 0;
    p->passed = rhythm_passed(p->second * SECOND);
    if (!daypath_bar_holds(&c->bar))
        return;
    p->low = larger((double)c->bar.low, c->least);
    p->high = larger((double)c->bar.high, p->low);
    p->target = clamp((double)c->bar.close, p->low, p->high);
    p->price = clamp(c->since > 0 ? c->reference : (double)c->bar.open, p->low, p->high);
    p->deviation = bar_deviation(&c->bar);
}

static double reflect(double x, double low, double high) {
    if (x < low)
        x = 2 * low - x;
    if (x > high)
        x = 2 * high - x;
    return clamp(x, low, high);
}

// One second. `share` is that of the day's variance which passes in it.
static void step(daypath *p, double share, double left) {
    p->wave += -p->wave / WAVE_SECONDS + sqrt(2 / WAVE_SECONDS) * rng_normal(&p->rng);
    double noise = p->price * p->deviation * (1 + WAVE * p->wave) / sqrt(1 + WAVE * WAVE), drift = 0, stays = 1;
    if (p->target > 0) {
        double part = share < left ? share / left : 1;
        drift = (p->target - p->price) * part;
        stays = 1 - part;
    }
    double to = p->price + drift + noise * sqrt(share * stays) * rng_normal(&p->rng);
    p->price = reflect(to, p->low, p->high);
}

double daypath_at(daypath *p, int64_t time) {
    static const double second_of_day = (double)SECOND / (double)RHYTHM_DAY;
    int64_t last = (time < DAYPATH_END ? time : DAYPATH_END) / SECOND;
    if (p->second >= last)
        return p->price;
    double end = rhythm_passed(DAYPATH_END);
    while (p->second < last) {
        double share = rhythm_variance(p->second * SECOND + SECOND / 2) * second_of_day;
        double left = end - p->passed;
        bool final = p->second + 1 == DAYPATH_END / SECOND;
        step(p, share, final ? share : left);
        p->passed += share;
        p->second++;
    }
    return p->price;
}
