// The terms on which the operator trades at the simulated venue: fees, latency, refusals, and how its sessions go.
// Plain data; each term has a name, so that a configuration can set it.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/status.h"

typedef struct {
    double maker_fee, taker_fee; // currency units a share; below 0 a rebate. 0.0035, what agency brokers charge for US
                                 // equities. An auction's fills are a taker's
    double maker_bps, taker_bps; // of the traded value, beside it; 0
    double latency_ms;           // of session time, from sending a command to its coming to the book; 0
    double jitter_ms;  // mean of an exponential time that comes on top; commands to a book keep their order; 0
    double rejects;    // share of orders that the venue refuses for no reason; 0
    double halts;      // chance that news halts a security in a session; 0.004
    double pre_open_s; // orders are collected for the opening auction from so long before the open; 0
} venue_terms;

venue_terms venue_terms_default(void);

size_t venue_terms_count(void);
const char *venue_terms_name(size_t i); // "maker_fee"
double venue_terms_value(const venue_terms *t, size_t i);
// STATUS_NOT_FOUND names the terms there are; STATUS_INVALID what would be right.
status venue_terms_set(venue_terms *t, const char *name, const char *value);

// What a fill costs, 1e-4 units, rounded to the nearest; below 0: what it brings in.
int64_t venue_terms_fee(const venue_terms *t, bool maker, int64_t quantity, int64_t price);
