// From a risk model and the weights of a book to the sections that screens show. Pure but for the memory it takes; what
// it is handed is borrowed.
#pragma once

#include "data/store/bars.h"
#include "data/store/securities.h"
#include "engine/desk/view.h"
#include "engine/risk/decompose.h"
#include "engine/risk/stress.h"

typedef struct {
    const risk_model *model;
    const panel *panel; // that the model was built from
    const securities *securities;
    const double *weights;           // [model->securities], fractions of value
    const risk_decomposition *parts; // of these weights
    double value;                    // currency units
} risk_picture;

// Decomposition, factors, names, value at risk and its history; state, message and time of computing are the caller's.
// Historical figures use the last VIEW_VAR_DAYS days, forecasts of the history the 250 days before each.
status risk_view_fill(const risk_picture *pic, view_risk *v);

// All scenarios, through factors. `index` is the S&P 500. A scenario that can't be computed (an episode that the index
// does not cover) says why in its row; fails, with the sentence of the first, when none can be.
status risk_view_stress(const risk_picture *pic, const risk_index *index, view_stress *v);
