// What tests of numbers share.
#pragma once

#include <stdint.h>

// The seed of a test's random input: from PLIMSOLL_SEED when that is set, else the one given. Printed, so that a
// failure can be repeated.
uint64_t support_seed(uint64_t otherwise);

// Fails the test unless |got - want| <= tolerance; NaN is near nothing. cmocka's own compares floats.
#define assert_near(got, want, tolerance) support_near((got), (want), (tolerance), __FILE__, __LINE__)
void support_near(double got, double want, double tolerance, const char *file, int line);
