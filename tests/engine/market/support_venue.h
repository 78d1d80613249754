// Venues for tests: a stretch of securities from $1 to $5,000, and an ear that folds every event into one number.
#pragma once

#include "engine/market/venue.h"

typedef struct {
    uint64_t sum; // of all events, every field but the sequence number, in order (FNV-1a over 64-bit words)
    uint64_t events;
    int32_t only; // 0: all securities, otherwise this one's events alone count
    // From the fills alone:
    int64_t last, open, high, low, volume, trades, last_time;
    side last_aggressor;
    double turnover;
    // Of the desk's orders:
    int64_t desk_filled; // shares
    int64_t desk_done;   // venue time of the last fill that left nothing of a desk's resting order
    uint64_t desk_tag;   // and its tag
} venue_ear;

void venue_ear_listen(void *context, int32_t sid, const book_event *event);

// Security number sid, 1 … 50: prices rise from $1 to $5,000.
venue_security venue_example(int32_t sid);

// A new venue; asserts that it was made.
venue *venue_start(uint64_t seed, date session, venue_ear *ear);

int64_t venue_seconds(double seconds); // ns
