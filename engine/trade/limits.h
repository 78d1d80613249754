// Limits of the desk by name, with the value they have until somebody sets another.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "src/base/decimal.h"

// No order, position or price goes beyond these, and no limit can be set beyond them: so no sum of money overflows.
#define ORDER_QUANTITY_MOST INT64_C(100000000)             // shares
#define PRICE_MOST (1000000 * DECIMAL_ONE)                 // of a share
#define MONEY_MOST (INT64_C(10000000000000) * DECIMAL_ONE) // 1e13: of all positions together, of cash, of any limit

typedef enum {
    LIMIT_ORDER_QUANTITY,    // shares in one order
    LIMIT_ORDER_NOTIONAL,    // money in one order
    LIMIT_POSITION_QUANTITY, // shares in one security, long or short, working orders counted
    LIMIT_POSITION_NOTIONAL, // money in one security, likewise
    LIMIT_GROSS_NOTIONAL,    // money, long plus short, working orders counted
    LIMIT_PRICE_COLLAR,      // percent away from the reference that a limit price may be on its aggressive side
    LIMIT_DAILY_LOSS,        // percent of the session's starting equity; the breaker trips beyond it
    LIMIT_DRAWDOWN,          // percent of the session's starting equity below the day's peak; likewise
    LIMIT_QUIET_MINUTES,     // after a reset, order and position limits are halved this long
    LIMIT_COUNT,
} limit_name;

typedef enum { UNIT_SHARES, UNIT_MONEY, UNIT_PERCENT, UNIT_MINUTES } limit_unit;

typedef struct {
    const char *name; // "order-notional"
    limit_unit unit;
    int64_t standard; // money in 1e-4 units, percent in 1e-4 of a percent, shares and minutes as they are
    const char *help;
} limit_definition;

const limit_definition *limit_define(limit_name name);
status limit_find(const char *name, limit_name *out); // STATUS_NOT_FOUND lists the names
// Whether a change lets more pass, or lets a guard come later; 0 takes the breaker's two away.
bool limit_loosens(limit_name name, int64_t from, int64_t to);
status limit_check(limit_name name, int64_t value); // STATUS_INVALID when it can't be set to that
