// What was computed: backtest runs and their curves. Results name their provenance; the same run is found, not
// repeated.
#pragma once

#include "data/store/store.h"
#include "src/base/clock.h"

typedef struct {
    char run_id[17]; // first 16 hexadecimal digits of the hash of configuration, data and program version
    char strategy[32];
    char parameters[256]; // "lookback=252 skip=21 …", sorted by name
    char data_hash[65];
    char program[32]; // version
    date from, to;
    int32_t days;
    double total_return, annual_return, volatility, sharpe, sortino, calmar, max_drawdown, turnover, hit_rate, costs;
    int64_t trades;
    date drawdown_from, drawdown_to;
    instant created; // an accident, not part of the result
    double seconds;  // likewise
    char user[32];
} run_row;

typedef struct {
    date day;
    double equity;   // starts at 1
    double ret;      // of the day, after costs
    double turnover; // of the day, fraction of equity
} run_point;

typedef struct {
    date day;
    char symbol[16];
    int64_t quantity; // signed
    double price;
    double cost;
} run_trade;

// NaN is kept (as NULL). A run that is stored already stays as it is: the same provenance gives the same figures, and
// STATUS_CORRUPT says so when it did not (total return, turnover and trades are compared).
status run_save(store *s, const run_row *run, const run_point *points, size_t n, const run_trade *trades, size_t m);
// The one run whose id begins so. STATUS_NOT_FOUND when none does, STATUS_INVALID when several do.
status run_find(store *s, const char *run_id_prefix, run_row *out);
status run_list(store *s, run_row **out, size_t *n);                         // newest first; free()
status run_points(store *s, const char *run_id, run_point **out, size_t *n); // free()
status run_trades(store *s, const char *run_id, run_trade **out, size_t *n); // free()

// Risk results of one day, kept for the history of VaR.
typedef struct {
    date day;
    instant time;
    double value, volatility, var95, var99, es95, es99;
    char model[65]; // hash of model configuration and data
} risk_row;

status risk_save(store *s, const risk_row *row); // replaces what the same model said of that day
// The last saved row of each of the last `limit` days (0: all), oldest first; free().
status risk_history(store *s, size_t limit, risk_row **out, size_t *n);
