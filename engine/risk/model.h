// The factor risk model of one date: exposures, factor covariance, specific volatilities, and the history of factor
// returns they were estimated from. Built from a panel by pure functions; a built model is never changed, so that
// threads may share it. Whoever builds one frees it.
//
//   Σ = X F Xᵀ + D     X exposures N × K at the close of `as_of`, F annual factor covariance, D = diag(specific²)
//
// Factors stand in this order: market, styles, sectors. All volatilities are annual fractions (252 days).
#pragma once

#include "data/store/bars.h"
#include "engine/factor/exposures.h"
#include "engine/risk/covariance.h"
#include "engine/risk/factor_returns.h"
#include "src/base/hash.h"

// What is known about the panel's securities, in the order of its columns. Borrowed during the build.
typedef struct {
    const int *sector;              // [securities] 0 … sectors - 1, -1 unknown
    const char *const *sector_name; // [sectors]
    size_t sectors;
    const double *shares; // [securities] outstanding; 0, NaN or NULL: unknown
} risk_inputs;

typedef struct {
    size_t window;       // last days to estimate from, 504
    size_t least_days;   // 126
    size_t sector_least; // names a sector needs for a factor of its own, 3; fewer: its names count as unclassified
    factor_options exposures;
    covariance_options covariance;
    specific_options specific;
} risk_config;

risk_config risk_config_default(void);

typedef enum { RISK_MARKET, RISK_STYLE, RISK_SECTOR, RISK_GROUPS } risk_group;

const char *risk_group_name(risk_group group); // "market", "style", "sector"

typedef struct {
    char name[32];
    risk_group group;
    double volatility;    // annual
    double annual_return; // 252 times the mean of its daily returns over the window
    double mean_abs_t;    // of the daily t-statistics
    size_t days;          // with a return
} risk_factor;

typedef struct {
    size_t securities, factors, styles, sectors;
    size_t days, first_row; // days of the window, the panel row of the first
    date as_of;
    date *day;                  // [days]
    risk_factor *factor;        // [factors]
    int *sector;                // [securities] 0 … sectors - 1: factor 1 + styles + sector; -1 unclassified
    factor_exposures exposures; // at as_of; .x is X, .raw the styles before standardising, .covered who has real ones
    double *market_weight;      // [securities] capital / sum of capital; 0 where unknown
    double market_volatility;   // of the portfolio market_weight, annual
    bool has_shares;            // capital is market value; otherwise mean traded value
    matrix covariance;          // F, factors × factors, annual
    covariance_report report;
    double *specific;       // [securities] annual volatility
    unsigned char *proxied; // [securities] specific is a median, not an estimate of its own
    factor_history history; // factor returns, t-statistics, residuals and R² of the days
    double mean_r2, median_r2, mean_r2_centred;
    double *market;  // [dates of the panel] return of the universe, see factor/universe.h
    hash id;         // of configuration, data and inputs: same id, same bits (on one numerical kernel)
    char kernel[32]; // the numerical kernel, for provenance
} risk_model;

// Estimates from the last `window` days of the panel, split over the pool (NULL: this thread) in fixed parts: the bits
// are the same on any number of threads. *cancelled (may be NULL) is looked at every day.
//   STATUS_UNAVAILABLE  too few dates, securities or days with a regression; the message says how many are needed
//   STATUS_INVALID      an input out of its domain
//   STATUS_CANCELLED, STATUS_FULL
status risk_model_build(const panel *p, const risk_inputs *inputs, const risk_config *config, parallel *pool,
                        const volatile int *cancelled, risk_model **out);
void risk_model_free(risk_model *m);
