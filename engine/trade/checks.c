#include "engine/trade/checks.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "src/base/decimal.h"

enum { CENT = 100 }; // smallest price step from a dollar up (Regulation NMS, rule 612)

__extension__ typedef __int128 wide;

typedef struct {
    const ledger *ledger;
    const order_intent *intent;
    const check_market *market;
    bool reduces;
    int64_t price; // what a share is counted at
    int64_t held;  // position now
    int64_t after; // worst position on the order's side: held + working on that side + this order
    int64_t adds;  // shares further from zero than working orders could go already
} trial;

static check_verdict fail(check_result *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static check_verdict fail(check_result *r, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(r->reason, sizeof r->reason, format, args);
    va_end(args);
    return CHECK_FAIL;
}

static int64_t limit_now(const trial *t, limit_name name) { return ledger_limit_now(t->ledger, name); }

// Behind a limit in a reason: that it is not the one that was set.
static const char *halved(const trial *t, limit_name name) {
    return limit_now(t, name) < ledger_limit(t->ledger, name) ? " (halved: QUIET)" : "";
}

static check_verdict check_security(const trial *t, check_result *r) {
    return t->market->tradable ? CHECK_PASS : fail(r, "%s is not tradable here", t->market->symbol);
}

static check_verdict check_quantity(const trial *t, check_result *r) {
    char limit[DECIMAL_TEXT], asked[DECIMAL_TEXT];
    int64_t most = limit_now(t, LIMIT_ORDER_QUANTITY);
    if (t->intent->quantity < 1)
        return fail(r, "the quantity must be at least 1");
    if (t->intent->quantity > most)
        return fail(r, "order limit: %s shares, %s allowed%s", integer_text(t->intent->quantity, asked),
                    integer_text(most, limit), halved(t, LIMIT_ORDER_QUANTITY));
    return CHECK_PASS;
}

static bool is_off_the_cent(int64_t price) { return price >= DECIMAL_ONE && price % CENT; }

// A stop that the last price has reached is a slip: it would be at the market as it comes.
static check_verdict check_stop(const trial *t, check_result *r) {
    const order_intent *i = t->intent;
    char stop[DECIMAL_TEXT], last[DECIMAL_TEXT];
    if (i->stop < 1)
        return fail(r, "the stop price would not be above zero");
    if (is_off_the_cent(i->stop) || (i->trail && t->market->reference >= DECIMAL_ONE && i->trail % CENT))
        return fail(r, "a stop price of a dollar or more, and its distance, must be whole cents");
    bool reached = i->side == SIDE_BUY ? t->market->reference >= i->stop : t->market->reference <= i->stop;
    if (reached)
        return fail(r, "a stop to %s at %s is reached already: the last price is %s",
                    i->side == SIDE_BUY ? "buy" : "sell", decimal_text(i->stop, 2, stop),
                    decimal_text(t->market->reference, 2, last));
    return CHECK_PASS;
}

static check_verdict check_price(const trial *t, check_result *r) {
    if (kind_is_limited(t->intent->type) && t->intent->price < 1)
        return fail(r, "a limit order needs a price above zero");
    if (is_off_the_cent(t->intent->price))
        return fail(r, "a price of a dollar or more must be whole cents");
    if (t->market->reference < 1)
        return fail(r, "%s has no price to check the order against", t->market->symbol);
    return kind_waits(t->intent->type) ? check_stop(t, r) : CHECK_PASS;
}

// A limit price far on the aggressive side of the reference (of a stop its stop price) is a slip of the finger; far on
// the passive side it rests.
static check_verdict check_collar(const trial *t, check_result *r) {
    bool stops = t->intent->type == ORDER_STOP_LIMIT;
    int64_t reference = stops ? t->intent->stop : t->market->reference;
    if (!kind_is_limited(t->intent->type) || reference < 1)
        return CHECK_PASS;
    int64_t away = t->intent->price - reference;
    int64_t limit = ledger_limit(t->ledger, LIMIT_PRICE_COLLAR);
    if (t->intent->side == SIDE_SELL)
        away = -away;
    // away / reference over limit / 1e6, without rounding
    if ((wide)away * 1000000 <= (wide)limit * reference)
        return CHECK_PASS;
    char text[DECIMAL_TEXT];
    return fail(r, "price collar: %.1f %% through the %s %s, %.1f %% allowed", 100 * (double)away / (double)reference,
                stops ? "stop" : "reference", decimal_text(reference, 2, text), decimal_to_double(limit));
}

static check_verdict check_notional(const trial *t, check_result *r) {
    char limit[DECIMAL_TEXT], asked[DECIMAL_TEXT];
    int64_t most = limit_now(t, LIMIT_ORDER_NOTIONAL);
    if (t->intent->quantity > most / (t->price > 0 ? t->price : 1) && !t->reduces)
        return fail(r, "order limit: %s of notional, %s allowed%s",
                    decimal_text(decimal_times(t->price, t->intent->quantity), 0, asked), decimal_text(most, 0, limit),
                    halved(t, LIMIT_ORDER_NOTIONAL));
    return CHECK_PASS;
}

static check_verdict check_breaker(const trial *t, check_result *r) {
    if (ledger_breaker(t->ledger) != BREAKER_STATE_TRIPPED || t->reduces)
        return CHECK_PASS;
    return fail(r, "breaker tripped: only reducing orders pass");
}

static check_verdict check_reduce_only(const trial *t, check_result *r) {
    if (!t->intent->reduce_only || t->reduces)
        return CHECK_PASS;
    return fail(r, "a reduce-only order would open or turn the position");
}

static check_verdict check_position_quantity(const trial *t, check_result *r) {
    char limit[DECIMAL_TEXT], asked[DECIMAL_TEXT];
    int64_t most = limit_now(t, LIMIT_POSITION_QUANTITY);
    if (t->reduces || llabs(t->after) <= most)
        return CHECK_PASS;
    return fail(r, "position limit: %s shares with working orders, %s allowed%s", integer_text(llabs(t->after), asked),
                integer_text(most, limit), halved(t, LIMIT_POSITION_QUANTITY));
}

static check_verdict check_position_notional(const trial *t, check_result *r) {
    char limit[DECIMAL_TEXT], asked[DECIMAL_TEXT];
    int64_t most = limit_now(t, LIMIT_POSITION_NOTIONAL);
    if (t->reduces || llabs(t->after) <= most / (t->price > 0 ? t->price : 1))
        return CHECK_PASS;
    return fail(r, "position limit: %s of notional with working orders, %s allowed%s",
                decimal_text(decimal_times(t->price, llabs(t->after)), 0, asked), decimal_text(most, 0, limit),
                halved(t, LIMIT_POSITION_NOTIONAL));
}

static check_verdict check_gross(const trial *t, check_result *r) {
    char limit[DECIMAL_TEXT];
    int64_t most = ledger_limit(t->ledger, LIMIT_GROSS_NOTIONAL);
    if (t->reduces || t->adds <= 0 || t->market->gross + (wide)t->price * t->adds <= most)
        return CHECK_PASS;
    return fail(r, "gross limit: long plus short would go over %s", decimal_text(most, 0, limit));
}

static check_verdict check_duplicate(const trial *t, check_result *r) {
    const order *o = t->intent->client[0] ? ledger_order_by_client(t->ledger, t->intent->client) : NULL;
    return o ? fail(r, "client order id %s is order %" PRId64 " already", t->intent->client, o->id) : CHECK_PASS;
}

static const struct {
    const char *name;
    check_verdict (*run)(const trial *t, check_result *r);
} checks[] = {
    {"security", check_security},
    {"duplicate", check_duplicate},
    {"quantity", check_quantity},
    {"price", check_price},
    {"breaker", check_breaker},
    {"reduce-only", check_reduce_only},
    {"price-collar", check_collar},
    {"order-notional", check_notional},
    {"position-quantity", check_position_quantity},
    {"position-notional", check_position_notional},
    {"gross-notional", check_gross},
};
_Static_assert(sizeof checks / sizeof *checks <= CHECKS_MAX, "room for every result");

// Working on the order's side, without the order that it replaces.
static int64_t open_beside(const ledger *l, const order_intent *intent, const check_market *market) {
    const order *old = intent->replaces ? ledger_order(l, intent->replaces) : NULL;
    int64_t counted = old ? ledger_counts(l, old->sid, old->side, old->open, old->other) : 0;
    return ledger_open_quantity(l, intent->sid, intent->side) + market->waiting - counted;
}

static bool reduces(const order_intent *intent, int64_t held, int64_t open) {
    return intent->side == SIDE_SELL ? held > 0 && open <= held : held < 0 && open <= -held;
}

static int64_t price_of_share(const order_intent *intent, const check_market *market) {
    if (kind_is_limited(intent->type))
        return intent->price;
    return kind_waits(intent->type) ? intent->stop : market->reference;
}

int64_t checks_begin_trailing(side s, int64_t trail, int64_t reference) {
    if (reference < 1)
        return 0;
    int64_t stop = s == SIDE_BUY ? reference + trail : reference - trail;
    if (stop < DECIMAL_ONE)
        return stop;
    return s == SIDE_BUY ? (stop + CENT - 1) / CENT * CENT : stop / CENT * CENT;
}

size_t checks_run(const ledger *l, const order_intent *intent, const check_market *market,
                  check_result out[CHECKS_MAX]) {
    const position *p = ledger_position(l, intent->sid);
    int64_t sign = intent->side == SIDE_BUY ? 1 : -1;
    int64_t more = ledger_counts(l, intent->sid, intent->side, intent->quantity, intent->other);
    trial t = {
        .ledger = l,
        .intent = intent,
        .market = market,
        .price = price_of_share(intent, market),
        .held = p ? p->quantity : 0,
    };
    int64_t open = open_beside(l, intent, market) + more;
    t.reduces = reduces(intent, t.held, open);
    t.after = t.held + sign * open;
    t.adds = adding_shares(t.held, intent->side, open) -
             adding_shares(t.held, intent->side, ledger_open_quantity(l, intent->sid, intent->side) + market->waiting);
    size_t n = sizeof checks / sizeof *checks;
    for (size_t i = 0; i < n; i++) {
        out[i] = (check_result){.name = checks[i].name};
        out[i].verdict = checks[i].run(&t, &out[i]);
    }
    return n;
}

const check_result *checks_failure(const check_result *results, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (results[i].verdict == CHECK_FAIL)
            return &results[i];
    return NULL;
}
