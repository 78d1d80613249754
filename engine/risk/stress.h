// What a portfolio would lose in an episode of the past. Pure.
//
// Moves over weeks are too large for simple returns to add up, so everything is done in logarithms and turned into a
// loss at the end. The index fell by m over the episode: the market factor's shock is ln(1 + m), and the other factors
// move by their conditional expectation given the market, f_k = F_km / F_mm · ln(1 + m) (Kupiec 1998; F from the model
// of today). Security i then moves by s_i = Σ_k x_ik f_k, its return is e^{s_i} - 1, never below -1, and a security
// whose only exposure is the market's moves with the index exactly.
//
// Where the panel itself covers the episode, actual returns are replayed instead: s_i = ln(1 + actual return), and the
// factors' moves are those of a cross-sectional regression of s on today's exposures (regression.h), so that a security
// that did not trade then goes through the factors of that very episode. With too few securities for a regression the
// factors' moves are those of the index.
//
// Profit and loss is weight times return, a fraction of the portfolio's value, positive = gain. It is split over
// factors in proportion to the logarithms, h_i x_ik f_k (e^{s_i} - 1) / s_i, so that factors and the specific rest sum
// to the total.
#pragma once

#include "engine/risk/model.h"
#include "engine/risk/scenario.h"

typedef struct {
    bool replay;  // use actual returns where the panel covers the episode; false: always through factors
    size_t worst; // names to list, 10
} risk_stress_options;

risk_stress_options risk_stress_options_default(void);

typedef struct {
    size_t securities, factors, sectors;
    bool replayed;          // actual returns were used, for the names that have them
    size_t through_factors; // names with weight that went through the factors
    double index_move;      // simple
    double pnl;             // fraction of the portfolio's value
    double specific;        // part of pnl that no factor explains; 0 unless replayed
    double *factor_move;    // [factors] log return of the factor over the episode; 0 where a replay says nothing of it
    double *by_factor;      // [factors] sums, with specific, to pnl
    double *by_sector;      // [sectors + 1] by the security's own sector, the last unclassified; sums to pnl
    double *by_security;    // [securities] sums to pnl
    double *security_move;  // [securities] simple return
    size_t worst_n;
    size_t *worst; // [worst_n] securities with losses, the largest loss first
} risk_stress_result;

// weights: [securities] signed fractions of the portfolio's value. `index` gives the move of the market; `p` is the
// panel the model was built from, for replays (NULL: none).
//   STATUS_NOT_FOUND  the index doesn't cover the episode
//   STATUS_INVALID    a weight isn't finite; the market factor has no variance; the index fell to nothing
//   STATUS_FULL
status risk_stress(const risk_model *m, const panel *p, const double *weights, const risk_index *index,
                   const risk_scenario *scenario, const risk_stress_options *options, risk_stress_result *out);

// The same for any shock to the market factor: move is the simple return of the market, > -1.
status risk_stress_market(const risk_model *m, const double *weights, double move, const risk_stress_options *options,
                          risk_stress_result *out);
void risk_stress_result_free(risk_stress_result *r);
