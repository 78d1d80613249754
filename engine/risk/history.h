// What today's portfolio would have returned on past days: the series behind historical simulation and the VaR history.
// Pure.
#pragma once

#include "engine/risk/model.h"

// out[t] = Σ_i h_i r_i for the panel rows first_row … first_row + n - 1, with weights h held constant (rebalanced
// daily). A security without a return on a day takes the one the model gives it: its exposures of today times that
// day's factor returns; on days outside the model's window the market's return (0 when nobody has a return). covered[t]
// (may be NULL) is the share of gross weight that had a return of its own.
//   p           the panel that the model was built from; 1 <= first_row, first_row + n <= p->dates
//   weights     [securities], fractions; zero weights need no return
// STATUS_INVALID for a weight that isn't finite.
status risk_portfolio_returns(const risk_model *m, const panel *p, const double *weights, size_t first_row, size_t n,
                              double *out, double *covered);
