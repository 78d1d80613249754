#include "engine/backtest/curve.h"

#include <assert.h>

size_t curve_thin(const run_point *points, size_t n, curve_point *out, size_t max) {
    assert(max >= 2);
    size_t count = n < max ? n : max, i = 0;
    double peak = 0;
    for (size_t k = 0; k < count; k++) {
        size_t end = count > 1 ? k * (n - 1) / (count - 1) : 0;
        double deepest = 0;
        for (; i <= end; i++) {
            peak = points[i].equity > peak ? points[i].equity : peak;
            double drawdown = points[i].equity / peak - 1;
            deepest = drawdown < deepest ? drawdown : deepest;
        }
        out[k] = (curve_point){points[end].day, points[end].equity, deepest};
    }
    return count;
}
