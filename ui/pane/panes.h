// Every kind of pane there is; the table in panes.c lists them.
#pragma once

#include "ui/pane.h"

extern const pane_class pane_audit;
extern const pane_class pane_backtest_form;
extern const pane_class pane_breaker;
extern const pane_class pane_chart;
extern const pane_class pane_cumulative;
extern const pane_class pane_decomposition;
extern const pane_class pane_depth;
extern const pane_class pane_health;
extern const pane_class pane_heatmap;
extern const pane_class pane_jobs;
extern const pane_class pane_market;
extern const pane_class pane_orders;
extern const pane_class pane_pnl;
extern const pane_class pane_positions;
extern const pane_class pane_result;
extern const pane_class pane_runs;
extern const pane_class pane_scenario;
extern const pane_class pane_stress;
extern const pane_class pane_tape;
extern const pane_class pane_var;
