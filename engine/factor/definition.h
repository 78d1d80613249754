// Factor definitions: what a security's raw exposure to a factor is, as a formula over what was visible at a date, with
// the field's name for it and the paper it comes from. Definitions are static and borrowed; computing one is pure.
//
// A definition is handed rows that end at its date, so it can't look ahead: there is nothing to look at.
#pragma once

#include <stddef.h>

// What may be seen at the close of one date. Matrices are dates × securities as in struct panel (data/store/bars.h):
// row t is a date, the last row (dates - 1) is the date of the exposure; NaN = missing. Everything is borrowed.
typedef struct {
    size_t dates, securities;
    const double *close;        // adjusted for splits
    const double *volume;       // shares, adjusted likewise
    const double *total_return; // simple return of the day, with dividends where they are known
    const double *market;       // [dates] return of the universe (universe.h), NaN on the first
    const double *traded;       // [securities] mean daily traded value (close · volume) over the last 60 dates
    const double *market_value; // [securities] shares · close at the date; NULL when the universe has no shares
    double *scratch;            // [FACTOR_SCRATCH * securities], anything
} factor_data;

enum { FACTOR_SCRATCH = 6 };

typedef struct factor_definition factor_definition;
struct factor_definition {
    const char *name;     // "momentum": how commands call it
    const char *title;    // "Momentum": how screens call it
    const char *category; // "style"
    const char *inputs;   // what it reads
    size_t look_back;     // dates before its own that it needs
    int sign; // of the premium that the literature found for a high exposure; exposures are not turned by it
    const char *formula;
    const char *reference;
    // Writes the raw exposure of every security at the last row of `d`: out[securities], NaN where the window has fewer
    // than four fifths of its observations.
    void (*compute)(const factor_definition *self, const factor_data *d, double *out);
    int window, skip; // parameters of the formula, in dates
};

// All definitions: the order is fixed, and the first `factor_styles()` are the style factors of the risk model.
size_t factor_count(void);
size_t factor_styles(void);
const factor_definition *factor_at(size_t i);
const factor_definition *factor_find(const char *name); // exact; NULL when unknown
