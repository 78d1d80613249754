#include "engine/market/schedule.h"

#include "engine/market/bounds.h"
#include "engine/market/rhythm.h"

static const double LEAST_SIZE = 0.1, MOST_SIZE = 1.25;

void schedule_walk(schedule *s, int64_t now) {
    double dt = (double)(now - s->time);
    if (now > 0)
        s->expected += s->volume * (rhythm_activity(now) * dt / (double)RHYTHM_DAY);
    s->time = now;
}

double schedule_size(const schedule *s) {
    double behind = s->slack > 0 ? (s->expected - s->done) / s->slack : 0;
    return clamp(behind > 0 ? 1 + behind : 1 / (1 - behind), LEAST_SIZE, MOST_SIZE);
}
