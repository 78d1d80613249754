#include "ui/widget/grid_layout.h"

#include <assert.h>

static int needed(const grid_column *columns, int n, const bool *shown) {
    int sum = 0;
    for (int i = 0; i < n; i++)
        if (shown[i])
            sum += columns[i].width + 1;
    return sum - (sum > 0);
}

// The column that goes next, or -1 when only indispensable ones are left.
static int dispensable(const grid_column *columns, int n, const bool *shown) {
    int worst = -1;
    for (int i = 0; i < n; i++)
        if (shown[i] && columns[i].keep > 0 && (worst < 0 || columns[i].keep >= columns[worst].keep))
            worst = i;
    return worst;
}

// What may grow before all others.
static int widen_first(const grid_column *columns, int n, const bool *shown, int spare, int *widths) {
    for (int i = 0; i < n && spare > 0; i++) {
        int more = shown[i] && columns[i].grow < 0 ? -columns[i].grow : 0;
        more = more < spare ? more : spare;
        widths[i] += more;
        spare -= more;
    }
    return spare;
}

// Hands out what is left: what is kept longest grows first, columns of the same standing in turn.
static int widen(const grid_column *columns, int n, const bool *shown, int spare, int *widths) {
    int most = 0;
    for (int i = 0; i < n; i++)
        most = columns[i].keep > most ? columns[i].keep : most;
    for (int keep = 0; keep <= most; keep++) {
        bool grew = true;
        while (spare > 0 && grew) {
            grew = false;
            for (int i = 0; i < n && spare > 0; i++)
                if (shown[i] && columns[i].keep == keep && widths[i] < columns[i].width + columns[i].grow) {
                    widths[i]++;
                    spare--;
                    grew = true;
                }
        }
    }
    return spare;
}

int grid_layout(const grid_column *columns, int n, int left, int width, int *x, int *widths) {
    assert(n <= GRID_COLUMNS);
    bool shown[GRID_COLUMNS];
    int count = n, drop;
    for (int i = 0; i < n; i++)
        shown[i] = true;
    while (needed(columns, n, shown) > width - left && (drop = dispensable(columns, n, shown)) >= 0) {
        shown[drop] = false;
        count--;
    }
    int spare = width - left - needed(columns, n, shown), gap = 1;
    for (int i = 0; i < n; i++)
        widths[i] = columns[i].width;
    spare = widen_first(columns, n, shown, spare, widths);
    if (count > 1 && spare >= 2 * (count - 1)) {
        gap = 2;
        spare -= count - 1;
    }
    spare = widen(columns, n, shown, spare, widths);
    if (count > 1 && spare >= (count - 1) * 2)
        gap++;
    int at = left;
    for (int i = 0; i < n; i++) {
        x[i] = shown[i] ? at : -1;
        if (shown[i])
            at += widths[i] + gap;
    }
    return count;
}
