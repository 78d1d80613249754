// The fair price of one security through a session, known or not where it ends.
//
// Without a daily bar the price is a random walk with the daily volatility. With one it starts at the bar's open and is
// a Brownian bridge to its close: at every moment the drift is the way that is left over the variance that is left, so
// that whoever trades with it looks informed, and no jump is needed to land there. The noise of the bridge is chosen
// from the bar's range: a Brownian motion of variance s has E[range^2] = 4 ln 2 s (Parkinson 1980) and E[(close -
// open)^2] = s, so that range^2 - (close - open)^2 tells s without the trend. The path is reflected at the bar's high
// and low. It ends where the closing auction begins (DAYPATH_END) and stays there.
//
// Variance comes in the day's rhythm (rhythm.h) and in waves of some minutes, for real returns cluster beyond the time
// of day. The path moves in steps of a second, so that it is the same however finely it is asked; only + - * / and sqrt
// are used, so that it is the same on every machine. Plain data, owned by whoever declares it.
#pragma once

#include <stdbool.h>

#include "engine/market/rhythm.h"
#include "src/base/rng.h"

#define DAYPATH_END (RHYTHM_DAY - INT64_C(120000000000)) // two minutes before the close

typedef struct {
    int64_t open, high, low, close; // 1e-4 units; close 0 = there is none
    int64_t volume;
} daypath_bar;

typedef struct {
    uint64_t seed, stream;
    double reference;  // where it starts without a bar, or at another time than the open; 1e-4 units
    double volatility; // daily, as a fraction; of a path without a bar
    double least;      // the price stays above it
    int64_t since;     // when it starts; 0 or before: the open
    daypath_bar bar;
} daypath_config;

typedef struct {
    rng rng;
    int64_t second;   // last step taken, of the session
    double price;     // 1e-4 units
    double wave;      // of the variance
    double deviation; // of the price over a whole day of mean variance, as a fraction
    double passed;    // of the day's variance
    double low, high; // bounds
    double target;    // 0 = none
} daypath;

void daypath_start(daypath *p, const daypath_config *c);
// The price at a time, not before that of the last call.
double daypath_at(daypath *p, int64_t time);
// A bar that is one: prices in order and above 0.
bool daypath_bar_holds(const daypath_bar *bar);
