// Order statistics without sorting. Pure.
#pragma once

#include <stddef.h>

// Rearranges a so that a[k] is the element that stands there when a is sorted ascending, with none greater before it
// and none smaller behind it (Hoare 1961). No NaN; k < n.
void select_kth(double *a, size_t n, size_t k);

// The q-quantile, type 7 of Hyndman and Fan 1996 (linear between the two nearest), 0 <= q <= 1. Rearranges a; n > 0.
double select_quantile(double *a, size_t n, double q);
