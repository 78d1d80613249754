// Prices and money as integers in 1e-4 units ("ticks of the ten-thousandth"): 121.07 is 1210700.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "src/base/status.h"

#define DECIMAL_ONE INT64_C(10000)

// Exact decimal text to 1e-4 units: optional sign, digits, optional point and at most four decimals that are not zero
// behind the fourth. False on anything else or on overflow.
bool decimal_read(const char *bytes, unsigned n, int64_t *out);

// Rounds half away from zero; the caller has checked that |x| < 9e14. Brings back what decimal_to_double made of any
// |d| < 2^51.
int64_t decimal_from_double(double x);
double decimal_to_double(int64_t d);

// a * b without overflow up to 2^63 in the result (128 bits between); saturates and asserts otherwise.
int64_t decimal_times(int64_t price, int64_t quantity);

#define DECIMAL_TEXT 40
// "1,210.70" with `decimals` 0…4 (rounded half away from zero), thousands grouped.
const char *decimal_text(int64_t d, int decimals, char out[DECIMAL_TEXT]);
// "1210.7": the shortest exact form, no grouping; for files and JSON.
const char *decimal_text_plain(int64_t d, char out[DECIMAL_TEXT]);
// "1,234,567"
const char *integer_text(int64_t n, char out[DECIMAL_TEXT]);
// Digits and grouping only, "-12,345"
bool integer_read(const char *bytes, unsigned n, int64_t *out);
