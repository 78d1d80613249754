// Numbers kept within bounds.
#pragma once

static inline double larger(double a, double b) { return a > b ? a : b; }

static inline double clamp(double x, double low, double high) { return x < low ? low : x > high ? high : x; }
