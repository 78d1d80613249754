// The price that the crowd lays its quotes around: the fair price of the day, which it comes to know within seconds,
// and the pressure of trades that tell no news (the desk's too), which push it their own way for a while. Pure; plain
// data, owned by whoever declares it. Only + - * / and sqrt are used.
#pragma once

#include <stdint.h>

#include "engine/market/book.h"
#include "engine/market/daypath.h"

typedef struct {
    daypath *path; // borrowed, and asked by this alone
    double tick;
    double fair;     // follows the path, 1e-4 units
    double pressure; // of recent trades on it; fades
    double centre;   // fair + pressure, a tick at least
    double unit;     // the usual move from one trade to the next, or some of a tick; 1e-4 units
    int64_t time;    // of the last step
} consensus;

// At the path's price. move: the usual one from one trade to the next, as a fraction of the price.
void consensus_start(consensus *c, daypath *path, int64_t tick, double move, int64_t now);
void consensus_walk(consensus *c, int64_t now);
// Somebody traded so many times the usual size.
void consensus_press(consensus *c, side aggressor, double size);
