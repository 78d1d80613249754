#include "engine/trade/limits.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const limit_definition definitions[LIMIT_COUNT] = {
    [LIMIT_ORDER_QUANTITY] = {"order-quantity", UNIT_SHARES, 100000, "shares in one order"},
    [LIMIT_ORDER_NOTIONAL] = {"order-notional", UNIT_MONEY, 2000000 * DECIMAL_ONE, "money in one order"},
    [LIMIT_POSITION_QUANTITY] = {"position-quantity", UNIT_SHARES, 500000,
                                 "shares held in one security, long or short"},
    [LIMIT_POSITION_NOTIONAL] = {"position-notional", UNIT_MONEY, 5000000 * DECIMAL_ONE,
                                 "money held in one security, long or short"},
    [LIMIT_GROSS_NOTIONAL] = {"gross-notional", UNIT_MONEY, 100000000 * DECIMAL_ONE, "money held, long plus short"},
    [LIMIT_PRICE_COLLAR] = {"price-collar", UNIT_PERCENT, 10 * DECIMAL_ONE,
                            "percent that a limit price may lie beyond the reference on its aggressive side"},
    [LIMIT_DAILY_LOSS] = {"daily-loss", UNIT_PERCENT, 5 * DECIMAL_ONE,
                          "percent of the session's starting equity; the breaker trips beyond it"},
    [LIMIT_DRAWDOWN] = {"drawdown", UNIT_PERCENT, 5 * DECIMAL_ONE,
                        "percent of the session's starting equity below the day's peak; the breaker trips beyond it"},
    [LIMIT_QUIET_MINUTES] = {"quiet-minutes", UNIT_MINUTES, 5,
                             "minutes after a reset in which order and position limits are halved"},
};

const limit_definition *limit_define(limit_name name) { return &definitions[name]; }

status limit_check(limit_name name, int64_t value) {
    static const int64_t most[] = {[UNIT_SHARES] = ORDER_QUANTITY_MOST,
                                   [UNIT_MONEY] = MONEY_MOST,
                                   [UNIT_PERCENT] = 1000 * DECIMAL_ONE,
                                   [UNIT_MINUTES] = 24 * 60};
    static const char *const words[] = {[UNIT_SHARES] = "100,000,000 shares",
                                        [UNIT_MONEY] = "1e13",
                                        [UNIT_PERCENT] = "1,000 percent",
                                        [UNIT_MINUTES] = "1,440 minutes"};
    const limit_definition *d = &definitions[name];
    if (value >= 0 && value <= most[d->unit])
        return STATUS_OK;
    return status_fail(STATUS_INVALID, "the limit %s must lie between 0 and %s", d->name, words[d->unit]);
}

bool limit_loosens(limit_name name, int64_t from, int64_t to) {
    if (name == LIMIT_QUIET_MINUTES)
        return to < from;
    if (name == LIMIT_DAILY_LOSS || name == LIMIT_DRAWDOWN)
        return from != 0 && (to == 0 || to > from);
    return to > from;
}

status limit_find(const char *name, limit_name *out) {
    for (int i = 0; i < LIMIT_COUNT; i++)
        if (strcmp(definitions[i].name, name) == 0) {
            *out = (limit_name)i;
            return STATUS_OK;
        }
    char names[512] = "";
    size_t used = 0;
    for (int i = 0; i < LIMIT_COUNT && used < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", definitions[i].name);
    return status_fail(STATUS_NOT_FOUND, "no limit is called '%s'; there are %s", name, names);
}
