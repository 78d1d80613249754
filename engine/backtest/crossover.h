// Moving-average crossover: long while the fast average of closes is above the slow one, otherwise flat (or short), on
// one security or on every name, each with an equal part of the equity.
//
// Averages run over a security's own bars: days on which it has none are not bars. Averages that differ by less than
// one part in 1e12 are equal and change nothing. On the close of a day on which the position does not have the sign
// that is wanted, an order for the equity divided by the names alive that day (1 for a single security) goes out; there
// is no rebalancing in between.
#pragma once

#include "engine/backtest/strategies.h"

extern const strategy crossover_strategy;
