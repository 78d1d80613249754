#include "tests/engine/market/support_coverage.h"

#include <stdio.h>

static const char *const kind_name[KINDS] = {"limit", "post-only", "iceberg", "all-or-none", "IOC",
                                             "FOK",   "market",    "stop",    "stop-limit",  "trailing stop"};

order_kind kind_of_request(const book_request *q) {
    switch (q->type) {
    case ORDER_MARKET:
        return KIND_MARKET;
    case ORDER_STOP:
        return KIND_STOP;
    case ORDER_STOP_LIMIT:
        return KIND_STOP_LIMIT;
    case ORDER_TRAILING_STOP:
        return KIND_TRAILING_STOP;
    default:
        break;
    }
    if (q->tif == TIF_IOC || q->tif == TIF_FOK)
        return q->tif == TIF_IOC ? KIND_IOC : KIND_FOK;
    if (q->traits & ORDER_ALL_OR_NONE)
        return KIND_ALL_OR_NONE;
    if (q->traits & ORDER_ICEBERG)
        return KIND_ICEBERG;
    return q->traits & ORDER_POST_ONLY ? KIND_POST_ONLY : KIND_LIMIT;
}

void coverage_add(coverage *sum, const coverage *more) {
    uint32_t *to = (uint32_t *)sum;
    const uint32_t *from = (const uint32_t *)more;
    for (size_t i = 0; i < sizeof *sum / sizeof *to; i++)
        to[i] += from[i];
}

#define KIND(k) (1U << KIND_##k)

static const unsigned displayed = KIND(LIMIT) | KIND(POST_ONLY) | KIND(ICEBERG) | KIND(STOP_LIMIT);
static const unsigned stops = KIND(STOP) | KIND(STOP_LIMIT) | KIND(TRAILING_STOP);
static const unsigned living = KIND(LIMIT) | KIND(POST_ONLY) | KIND(ICEBERG) | KIND(ALL_OR_NONE) | KIND(STOP) |
                               KIND(STOP_LIMIT) | KIND(TRAILING_STOP);
static const unsigned every_kind = (1U << KINDS) - 1;

static unsigned missing_kinds(const uint32_t *counts, unsigned wanted, const char *what) {
    unsigned missing = 0;
    for (unsigned k = 0; k < KINDS; k++)
        if (wanted & 1U << k && !counts[k]) {
            printf("never reached: %s, %s\n", what, kind_name[k]);
            missing++;
        }
    return missing;
}

static unsigned missing_fills(const coverage *c) {
    unsigned missing = 0;
    for (unsigned k = 0; k < KINDS; k++) {
        char what[64];
        snprintf(what, sizeof what, "%s takes from", kind_name[k]);
        if (every_kind & ~KIND(POST_ONLY) & 1U << k)
            missing += missing_kinds(c->fill[0][k], displayed | KIND(ALL_OR_NONE), what);
        snprintf(what, sizeof what, "%s buys in an auction from", kind_name[k]);
        if ((displayed | KIND(MARKET)) & 1U << k)
            missing += missing_kinds(c->fill[1][k], displayed | KIND(MARKET), what);
    }
    return missing;
}

static unsigned missing_ends(const coverage *c) {
    unsigned at_once = KIND(IOC) | KIND(MARKET) | KIND(STOP) | KIND(TRAILING_STOP);
    return missing_kinds(c->cancelled[WHY_ASKED], living | KIND(MARKET), "cancelled as asked") +
           missing_kinds(c->cancelled[WHY_REMAINDER], at_once, "remainder cancelled") +
           missing_kinds(c->cancelled[WHY_SELF_TRADE], displayed | at_once, "cancelled for self-trade") +
           missing_kinds(c->cancelled[WHY_PAIR], living, "cancelled for its pair") +
           missing_kinds(c->expired, living, "expired") + missing_kinds(c->closed, living, "expired with the session");
}

static unsigned missing_changes(const coverage *c) {
    unsigned missing = missing_kinds(c->replaced[0], living, "replaced") +
                       missing_kinds(c->replaced[1], living, "replaced in its place") +
                       missing_kinds(c->shown, KIND(ICEBERG) | KIND(STOP_LIMIT), "shown");
    for (unsigned k = 0; k < KINDS; k++)
        for (int s = 0; s < 2; s++)
            if (stops & 1U << k && !c->triggered[k][s])
                printf("never reached: %s %s triggered\n", s ? "sell" : "buy", kind_name[k]), missing++;
    return missing;
}

static unsigned missing_rejects(const coverage *c) {
    unsigned wanted[COMMANDS] = {[DO_SUBMIT] = ((1U << REJECTS) - 1) & ~(1U << REJECT_NONE | 1U << REJECT_UNKNOWN),
                                 [DO_REPLACE] = 1U << REJECT_UNKNOWN | 1U << REJECT_KIND | 1U << REJECT_STATE |
                                                1U << REJECT_QUANTITY | 1U << REJECT_PRICE | 1U << REJECT_TICK |
                                                1U << REJECT_COLLAR | 1U << REJECT_POST_ONLY,
                                 [DO_CANCEL] = 1U << REJECT_UNKNOWN};
    unsigned missing = 0;
    for (int i = 0; i < COMMANDS; i++)
        for (int j = 0; j < REJECTS; j++)
            if (wanted[i] & 1U << j && !c->rejected[i][j])
                printf("never reached: command %d refused, %s\n", i, book_reject_text((book_reject)j)), missing++;
    return missing;
}

static unsigned missing_states(const coverage *c) {
    unsigned missing = 0;
    for (int i = 0; i < STATES; i++)
        for (int j = 0; j < STATES; j++)
            if (i != j && !c->state[i][j])
                printf("never reached: state %d after %d\n", j, i), missing++;
    return missing;
}

static unsigned missing_one(uint32_t count, const char *what) {
    if (!count)
        printf("never reached: %s\n", what);
    return !count;
}

unsigned coverage_print_missing(const coverage *c) {
    return missing_fills(c) + missing_ends(c) + missing_changes(c) + missing_rejects(c) + missing_states(c) +
           missing_one(c->fill_of[DO_SUBMIT], "a fill after a submit") +
           missing_one(c->fill_of[DO_CANCEL], "a fill after a cancel") +
           missing_one(c->fill_of[DO_REPLACE], "a fill after a replace") +
           missing_one(c->fill_of[DO_CANCEL_ALL], "a fill after a mass cancel") +
           missing_one(c->fill_of[DO_STATE], "a fill after a change of state") +
           missing_one(c->cancelled_in_part, "an order decremented, not cancelled") +
           missing_one(c->self[SELF_CANCEL_NEWEST], "newest cancelled for self-trade") +
           missing_one(c->self[SELF_CANCEL_OLDEST], "oldest cancelled for self-trade") +
           missing_one(c->self[SELF_DECREMENT_BOTH], "both decremented for self-trade") +
           missing_one(c->trailed[SIDE_BUY], "a buy trailed") + missing_one(c->trailed[SIDE_SELL], "a sell trailed") +
           missing_one(c->auctions_at_prices, "an auction held again at another price") +
           missing_one(c->pairs_met, "a taker that met the other of its pair");
}
