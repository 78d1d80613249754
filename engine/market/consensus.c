#include "engine/market/consensus.h"

#include "engine/market/bounds.h"

// Chosen with those of flow.c.
static const double NEWS_LAG = 0.7e9;    // of the fair price behind the news, ns
static const double PRESSURE = 0.15;     // of a usual trade, in units
static const double MOST_PRESSURE = 3;   // units
static const double PRESSURE_LAG = 20e9; // in which it fades, ns
static const double LEAST_UNIT = 0.4;    // ticks

void consensus_start(consensus *c, daypath *path, int64_t tick, double move, int64_t now) {
    *c = (consensus){.path = path, .tick = (double)tick, .fair = daypath_at(path, now), .time = now};
    c->unit = larger(move * c->fair, LEAST_UNIT * c->tick);
    consensus_walk(c, now);
}

// The fair price comes after the day's path by dt / (dt + NEWS_LAG) of the way.
void consensus_walk(consensus *c, int64_t now) {
    double dt = (double)(now - c->time), news = daypath_at(c->path, now);
    c->fair += (news - c->fair) * dt / (dt + NEWS_LAG);
    c->pressure *= PRESSURE_LAG / (dt + PRESSURE_LAG);
    c->centre = larger(c->fair + c->pressure, c->tick);
    c->time = now;
}

void consensus_press(consensus *c, side aggressor, double size) {
    double by = clamp(size, 0, 2) * PRESSURE * c->unit, most = MOST_PRESSURE * c->unit;
    c->pressure = clamp(c->pressure + (aggressor == SIDE_BUY ? by : -by), -most, most);
}
