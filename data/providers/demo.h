// The demo universe: a synthetic market whose truth is known, made from a seed.
// Returns come from a factor model: a market with a calm and a turbulent regime and one crash, eleven sectors, three
// styles with premia, and fat-tailed specific returns. Prices are stored raw, with splits, dividends, listings and
// delistings, as a vendor would give them. The same options give the same rows.
#pragma once

#include "data/store/store.h"
#include "src/base/clock.h"

enum { DEMO_SECTORS = 11, DEMO_STYLES = 3 };

typedef struct {
    int stocks; // 5 … 5000
    int years;  // 1 … 40
    uint64_t seed;
    date last; // last session
} demo_options;

demo_options demo_default(void); // 500 stocks, 10 years, seed 1, up to 2026-11-20

// The truth behind the prices. Arrays are owned; released by demo_truth_free.
typedef struct {
    size_t stocks, days;
    date *day;                    // [days]
    double *market;               // [days] return of the market factor
    double *sector[DEMO_SECTORS]; // [days] return beside the market
    double *style[DEMO_STYLES];   // [days]
    int *regime;                  // [days] 0 calm, 1 turbulent, 2 crash
    struct demo_stock *stock;     // [stocks]
} demo_truth;

typedef struct demo_stock {
    char symbol[16], name[64];
    int sector;
    double beta, exposure[DEMO_STYLES];
    double specific;   // annual volatility
    size_t first, end; // days listed: first … end - 1
    double delisting;  // return to holders after the last day; meaningful when end < days
} demo_stock;

const char *demo_sector(int sector);

// STATUS_INVALID for an option out of range.
status demo_truth_make(const demo_options *options, demo_truth *out);
void demo_truth_free(demo_truth *t);

typedef void (*demo_progress)(void *context, int done, int total);

// Writes the universe into an empty warehouse and marks the workspace as a demo. STATUS_EXISTS when it holds
// securities. One transaction: all of it or nothing. `progress` and `cancelled` may be NULL.
status demo_create(store *s, const demo_options *options, demo_progress progress, void *context,
                   const volatile int *cancelled);

// Whether the workspace is a demo.
bool demo_is(store *s);
