// Factor returns of one day: cross-sectional weighted least squares of the day's returns on exposures known the day
// before. Pure; nothing is allocated but in the rare fall-back to QR.
//
//   r_i = f_market + Σ_style z_ik f_k + f_sector(i) + e_i,   minimising Σ w_i e_i²
//
// Market and sector columns are collinear, so one restriction is needed: sector returns weighted by the sectors'
// capital sum to zero, Σ_s c_s f_s = 0 (Heston and Rouwenhorst 1994; Menchero, Orr and Wang 2011). The market factor is
// then the return of the capital-weighted universe, as far as styles have capital-weighted mean zero. Securities
// without a sector belong to the market alone.
#pragma once

#include "src/base/matrix.h"

typedef struct {
    matrix x;              // N × K at the close of t-1, finite: column 0 market, the last `sectors` columns are 0 or 1
    size_t sectors;        // may be 0
    size_t sector_least;   // a sector with fewer names that day gets no return: its names count as without a sector
    const double *returns; // [N] simple returns of day t; NaN: not in the regression
    const double *capital; // [N] for the restriction; NaN or <= 0: not in the regression
    const double *weights; // [N] w_i, usually √capital; > 0 wherever capital is
    const unsigned char *use; // [N] 0: not in the regression; NULL: all
} regression_input;

typedef enum {
    REGRESSION_CHOLESKY, // normal equations
    REGRESSION_QR,       // they were ill conditioned (reciprocal condition under 1e-10): QR with column pivoting
} regression_method;

// Arrays are the caller's.
typedef struct {
    double *factor_return; // [K]; NaN where the day says nothing: no exposures, or a sector with too few names
    double *t; // [K] f / standard error, errors' variance Σ w e² / (n - p); NaN where f is, or without an error
    double *residual;  // [N] e_i; NaN outside the regression
    double r2;         // 1 - Σ w e² / Σ w r²: what the whole model explains, market included (as in USE4)
    double r2_centred; // 1 - Σ w e² / Σ w (r - r̄)²: what styles and sectors explain beside the market
    size_t names;      // n, securities in the regression
    size_t parameters; // p, free coefficients
    size_t dependent;  // columns that QR found to depend on others; their returns are 0 and t is NaN
    regression_method method;
} regression_fit;

typedef struct regression_work regression_work; // scratch, one a thread

regression_work *regression_work_new(size_t securities, size_t factors); // NULL without memory
void regression_work_free(regression_work *w);

// STATUS_UNAVAILABLE when fewer securities than parameters + 10 have a return and capital: the message says how many;
// the fit is then all NaN. STATUS_INVALID for an exposure or weight that isn't finite, naming the row.
status risk_regress(const regression_input *in, regression_work *w, regression_fit *fit);
