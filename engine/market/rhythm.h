// The rhythm of a trading day: how busy the market is, and how much prices move, by time of day. Pure.
// Both are relative to the day's mean, linear between the middles of half hours, and measured: means of the two real
// days named in rhythm.c.
#pragma once

#include <stdint.h>

#define RHYTHM_DAY (INT64_C(23400) * INT64_C(1000000000)) // continuous day of 6.5 hours, ns

// Arrivals of orders, cancels and trades at a time (ns since the open; the first and last value hold outside the day).
double rhythm_activity(int64_t time);
// Variance of the price over a short while.
double rhythm_variance(int64_t time);
// The integral of the variance from the open to `time`, as a share of the whole day's: 0 at the open, 1 at the close.
double rhythm_passed(int64_t time);
