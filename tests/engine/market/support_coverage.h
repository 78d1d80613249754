// What random commands came to: how often each kind of order met each other, ended in each way, was refused for each
// reason. Whatever can happen must have happened, or a property is tested of nothing.
#pragma once

#include "tests/engine/market/support_commands.h"

typedef enum {
    KIND_LIMIT,
    KIND_POST_ONLY,
    KIND_ICEBERG,
    KIND_ALL_OR_NONE,
    KIND_IOC,
    KIND_FOK,
    KIND_MARKET,
    KIND_STOP,
    KIND_STOP_LIMIT,
    KIND_TRAILING_STOP,
    KINDS
} order_kind;

enum { COMMANDS = DO_COLLAR + 1, REJECTS = REJECT_FOK + 1, WHYS = WHY_PAIR + 1, STATES = STATE_CLOSED + 1 };

typedef struct {
    uint32_t fill[2][KINDS][KINDS]; // continuous or auction; taker (or buy), maker
    uint32_t fill_of[COMMANDS];     // fills by the command that brought them about
    uint32_t cancelled[WHYS][KINDS];
    uint32_t cancelled_in_part;             // by a self-trade rule
    uint32_t self[4];                       // orders cancelled under this rule of the taker
    uint32_t expired[KINDS], closed[KINDS]; // by their time, by the end of the session
    uint32_t replaced[2][KINDS];            // place lost, place kept
    uint32_t shown[KINDS], triggered[KINDS][2], trailed[2];
    uint32_t rejected[COMMANDS][REJECTS];
    uint32_t state[STATES][STATES];
    uint32_t auctions_at_prices; // a change of state with trades at more than one price
    uint32_t pairs_met;          // a taker, or an auction's buy, met the other of its pair
} coverage;

order_kind kind_of_request(const book_request *q);

void coverage_add(coverage *sum, const coverage *more);
// Names what was never reached; how many.
unsigned coverage_print_missing(const coverage *c);
