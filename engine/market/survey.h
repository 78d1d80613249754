// Surveys of market days, real and simulated, to the same statistics (daystats.h).
#pragma once

#include "engine/market/daystats.h"
#include "engine/market/venue.h"

typedef struct {
    daystats stats;
    daypath_bar bar; // prices of trades, and their shares
    double rate;     // additions, cancels and trades a second among the best five levels
} survey;

// A LOBSTER day (lobster.h): displayed trades and the levels that the file has. Fails as its reader does.
status survey_lobster(const char *messages, const char *rows, survey *out);

// So many sessions (at least 1) of one security, each on a venue of its own, without halts for news; auctions are left
// out. As in a file of five levels, orders and cancels count when they are among the best five. The seeds are the
// configuration's and those after it, the survey is their mean: what one day has by chance, many have not.
status survey_venue(const venue_config *config, const venue_security *security, int64_t days, survey *out);

// The session of a security like the one that was surveyed: the same bar, and as much going on.
void survey_twin(const survey *of, venue_config *config, venue_security *security);

// AMZN on 2012-06-21 as survey_lobster has it from LOBSTER's sample with five levels.
extern const survey survey_amzn;
