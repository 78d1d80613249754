// Cross-sectional momentum: on each day of the schedule the securities are ranked by their price momentum (signals.h)
// and those at the top held with equal weights, against those at the bottom when it is long-short. The universe of a
// day is what has a price on it and on the two days that the signal compares. Days without any signal change nothing.
#pragma once

#include "engine/backtest/strategies.h"

extern const strategy momentum_strategy;
