// Rows of a journal by hand: a fixture that numbers them and folds them into a ledger.
#pragma once

#include "engine/trade/ledger.h"

typedef struct {
    ledger *ledger;
    journal_row last; // as it was applied
} support_journal;

void support_journal_open(support_journal *j); // an empty ledger
void support_journal_close(support_journal *j);

// Numbers the row and applies it; the status comes back. The `must` forms fail the test when it is refused.
status support_apply(support_journal *j, journal_row row);
void support_must_apply(support_journal *j, journal_row row);

// An accepted limit order of the day (type and tif 0); returns its number.
int64_t support_order(support_journal *j, int32_t sid, side s, int64_t quantity, int64_t price);
void support_fill(support_journal *j, int64_t id, int64_t quantity, int64_t price);
void support_hold(support_journal *j, int32_t sid, int64_t quantity, int64_t price); // by JOURNAL_ADJUST
void support_limit(support_journal *j, limit_name name, int64_t value);
void support_breaker(support_journal *j, breaker_state state);
