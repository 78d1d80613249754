// Random markets for cmocka: draws commands and compares the book with the reference after each. A run is a process of
// its own, so that a crash or an endless loop of the book is a difference like any other. When one is found, the
// shortest list of commands that was found to show it is printed (support_shrink.h).
#pragma once

#include "tests/engine/market/support_coverage.h"

uint64_t property_seed(void);                 // PLIMSOLL_SEED, or a fixed one; printed
uint32_t property_operations(uint32_t usual); // PLIMSOLL_OPERATIONS: of a whole program, or what is usual
// Fails the test when anything differs; adds to the coverage. Each stream of a seed is another run.
void property_holds(const market *m, uint64_t seed, uint64_t stream, uint32_t operations, coverage *sum);
