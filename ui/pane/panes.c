#include "ui/pane/panes.h"

#include <string.h>

static const pane_class *const all[] = {
    &pane_audit,         &pane_backtest_form, &pane_breaker, &pane_chart,     &pane_cumulative,
    &pane_decomposition, &pane_depth,         &pane_health,  &pane_heatmap,   &pane_jobs,
    &pane_market,        &pane_orders,        &pane_pnl,     &pane_positions, &pane_result,
    &pane_runs,          &pane_scenario,      &pane_stress,  &pane_tape,      &pane_var,
};

enum { PANES = sizeof all / sizeof *all };

const pane_class *pane_find(const char *name) {
    for (int i = 0; i < PANES; i++)
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    return NULL;
}

const pane_class *const *pane_all(size_t *n) {
    *n = PANES;
    return all;
}
