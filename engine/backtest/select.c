#include "engine/backtest/select.h"

#include <assert.h>
#include <math.h>

// Hoare's FIND: split what is left around a value taken from place k, then go on with the side that holds place k.
// Elements that end between the two runs are equal to that value and in their final place.
void select_kth(double *a, size_t n, size_t k) {
    assert(k < n);
    ptrdiff_t low = 0, high = (ptrdiff_t)n - 1, want = (ptrdiff_t)k;
    while (low < high) {
        double pivot = a[want];
        ptrdiff_t i = low, j = high;
        while (i <= j) {
            while (a[i] < pivot)
                i++;
            while (pivot < a[j])
                j--;
            if (i > j)
                break;
            double t = a[i];
            a[i++] = a[j];
            a[j--] = t;
        }
        if (j < want)
            low = i;
        if (want < i)
            high = j;
    }
}

double select_quantile(double *a, size_t n, double q) {
    assert(n > 0 && q >= 0 && q <= 1);
    double place = q * (double)(n - 1);
    size_t k = (size_t)floor(place);
    select_kth(a, n, k);
    if (k + 1 >= n)
        return a[k];
    double next = a[k + 1];
    for (size_t i = k + 2; i < n; i++)
        if (a[i] < next)
            next = a[i];
    return a[k] + (place - (double)k) * (next - a[k]);
}
