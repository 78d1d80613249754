// How far the trading of a session is, beside where the day's rhythm (rhythm.h) would have it. Pure; plain data, owned
// by whoever declares it.
#pragma once

#include <stdint.h>

typedef struct {
    double volume;   // shares of the whole session outside auctions
    double slack;    // shares that being behind or ahead is measured against
    double expected; // shares that should have been traded up to now
    double done;     // and those that were
    int64_t time;    // of the last step
} schedule;

void schedule_walk(schedule *s, int64_t now);
// How much larger or smaller orders are to be for the session to come to its volume, at the day's rhythm: by how much
// it is behind or ahead, not by what share, so that a flow that trades too often all day does not run away.
double schedule_size(const schedule *s);
