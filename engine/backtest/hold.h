// Buy and hold: one security, or an equal part of every one that has a price on the first day, kept to the end.
#pragma once

#include "engine/backtest/strategies.h"

extern const strategy hold_strategy;
