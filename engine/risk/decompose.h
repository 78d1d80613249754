// Where a portfolio's volatility comes from: by factor, by group, by security, by sector.
// Pure; nothing is allocated in risk_decompose, so that an edit of a weight can be followed at once.
//
// With weights h, x = Xᵀ h and σ² = xᵀ F x + Σ h_i² d_i²; Σ itself is never formed. A contribution is weight times
// marginal contribution, so contributions sum to σ (Euler): by factor x_k (F x)_k / σ plus all specific h_i² d_i² / σ;
// by security h_i (Σ h)_i / σ. A contribution may be negative: that holding, or that exposure, lowers the risk.
#pragma once

#include "engine/risk/model.h"

// Volatilities are annual fractions of whatever the weights are fractions of.
typedef struct {
    size_t securities, factors, sectors;
    double total, factor, specific; // total² = factor² + specific²
    double group[RISK_GROUPS]; // volatility of the group's exposures alone, √(x_g F_gg x_g); squares don't add up
    double group_contribution[RISK_GROUPS];
    double specific_contribution;  // with those of the groups sums to total
    double *exposure;              // [factors] x
    double *contribution;          // [factors] sums, with specific_contribution, to total
    double *percent;               // [factors] contribution / total; 0 when total is
    double *marginal;              // [securities] MCTR, ∂σ/∂h_i; 0 when total is 0
    double *security_contribution; // [securities] h_i MCTR_i; sums to total
    double *security_specific;     // [securities] its specific part, h_i² d_i² / total
    double *sector_contribution;   // [sectors + 1] by the security's own sector, the last unclassified; sums to total
    double *sector_weight;         // [sectors + 1]
    double beta;            // to the model's market portfolio: h Σ m / m Σ m; NaN when the market has no variance
    double gross, net;      // Σ |h|, Σ h
    double herfindahl;      // Σ (h_i / gross)²; 0 for an empty portfolio
    double effective_names; // 1 / herfindahl; 0 likewise
    double uncovered;       // share of gross in securities without exposures of their own (market and sector only)
} risk_decomposition;

status risk_decomposition_new(const risk_model *m, risk_decomposition *out); // STATUS_FULL without memory
void risk_decomposition_free(risk_decomposition *d);

// weights: [securities] fractions of the portfolio's value, signed, in the model's order. Against a benchmark, hand in
// the active weights: every figure is then active, and beta is that of the difference.
// STATUS_INVALID for a weight that isn't finite, naming the column.
status risk_decompose(const risk_model *m, const double *weights, risk_decomposition *out);
