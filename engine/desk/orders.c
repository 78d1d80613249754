// Requests about orders: order, check, cancel, replace.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/desk/room.h"
#include "src/base/decimal.h"

// ---- orders ----

// The order that a step replaces, or NULL.
static const order *replaced_by(const desk *d, const market_step *step) {
    return step->kind == TO_REPLACE ? ledger_order(d->ledger, step->order) : NULL;
}

// Shares that replacements of this turn, which the market has not seen yet, add to what works on a side; without those
// of the order `but`.
static int64_t waiting_on(const desk *d, int32_t sid, side s, int64_t but) {
    int64_t sum = 0;
    for (size_t i = 0; i < d->steps.n; i++) {
        const order *o = replaced_by(d, &d->steps.at[i]);
        if (o && o->id != but && o->sid == sid && o->side == s && d->steps.at[i].quantity > o->open)
            sum += d->steps.at[i].quantity - o->open;
    }
    return sum;
}

static bool is_first_on_its_side(const desk *d, size_t step, const order *o) {
    for (size_t i = 0; i < step; i++) {
        const order *other = replaced_by(d, &d->steps.at[i]);
        if (other && other->sid == o->sid && other->side == o->side)
            return false;
    }
    return true;
}

// The money by which they could add to the gross value.
static int64_t gross_waiting(const desk *d, int64_t but) {
    int64_t sum = 0;
    for (size_t i = 0; i < d->steps.n; i++) {
        const order *o = replaced_by(d, &d->steps.at[i]);
        if (!o || !is_first_on_its_side(d, i, o))
            continue;
        const position *p = ledger_position(d->ledger, o->sid);
        int64_t held = p ? p->quantity : 0, open = ledger_open_quantity(d->ledger, o->sid, o->side);
        int64_t more = waiting_on(d, o->sid, o->side, but);
        sum += decimal_times(market_price(d, o->sid),
                             adding_shares(held, o->side, open + more) - adding_shares(held, o->side, open));
    }
    return sum;
}

static check_market market_of(const desk *d, const order_intent *intent) {
    const security *s = security_of(d, intent->sid);
    return (check_market){
        .symbol = s ? s->symbol : "the security",
        .tradable = s && s->active && strcmp(s->kind, "stock") == 0,
        .reference = market_price(d, intent->sid),
        .gross = gross_with_working(d) + gross_waiting(d, intent->replaces),
        .waiting = waiting_on(d, intent->sid, intent->side, intent->replaces),
    };
}

static bool is_price(int64_t price) { return price >= 0 && price <= PRICE_MOST; }

static status within_bounds(const order_intent *intent) {
    if (intent->quantity < 1 || intent->quantity > ORDER_QUANTITY_MOST)
        return status_fail(STATUS_INVALID, "quantity %" PRId64 " is out of range: 1 to %" PRId64, intent->quantity,
                           ORDER_QUANTITY_MOST);
    if (!is_price(intent->price) || !is_price(intent->stop) || !is_price(intent->trail))
        return status_fail(STATUS_INVALID, "the price is out of range: above 0, at most 1,000,000");
    if (intent->display < 0 || intent->expires < 0 || intent->other < 0)
        return status_fail(STATUS_INVALID, "a displayed quantity, a time or an order is below 0");
    const char *wrong = kind_wrong(intent);
    return wrong ? status_fail(STATUS_INVALID, "%s", wrong) : STATUS_OK;
}

static status not_working(const desk *d, int64_t id) {
    static const char *const states[] = {[STATE_FILLED] = "filled",
                                         [STATE_CANCELLED] = "cancelled",
                                         [STATE_REJECTED] = "rejected",
                                         [STATE_EXPIRED] = "expired"};
    const order *o = ledger_order(d->ledger, id);
    if (!o)
        return status_fail(STATUS_NOT_FOUND, "there is no order %" PRId64, id);
    return status_fail(STATUS_NOT_FOUND, "order %" PRId64 " is %s already", id, states[o->state]);
}

static bool works(const desk *d, int64_t id) {
    const order *o = ledger_order(d->ledger, id);
    return o && order_is_working(o);
}

// Whether a working order can be the other of a pair.
static status check_pair(const desk *d, const order_intent *intent) {
    uint64_t found;
    if (!intent->other)
        return STATUS_OK;
    if (!works(d, intent->other))
        return not_working(d, intent->other);
    const order *o = ledger_order(d->ledger, intent->other);
    if (o->sid != intent->sid)
        return status_fail(STATUS_INVALID, "order %" PRId64 " is in another security: a pair is of one", o->id);
    if (o->other)
        return status_fail(STATUS_INVALID, "order %" PRId64 " is in a pair with order %" PRId64 " already", o->id,
                           o->other);
    if (o->type == ORDER_MARKET || o->tif == TIF_IOC || o->tif == TIF_FOK)
        return status_fail(STATUS_INVALID, "order %" PRId64 " does not rest: there is no pair with it", o->id);
    if (map64_get(&d->under_way, (uint64_t)o->id, &found))
        return status_fail(STATUS_BUSY, "order %" PRId64 " is on its way to the market; try again", o->id);
    return STATUS_OK;
}

// An intent with what follows from the market: where a trailing stop begins.
static order_intent complete(const desk *d, const order_intent *intent) {
    order_intent whole = *intent;
    if (whole.type == ORDER_TRAILING_STOP && !whole.stop) {
        int64_t stop = checks_begin_trailing(whole.side, whole.trail, market_price(d, whole.sid));
        whole.stop = is_price(stop) ? stop : 0;
    }
    return whole;
}

static journal_row order_row(const desk *d, const char *user, const order_intent *intent) {
    journal_row row = {
        .kind = JOURNAL_ORDER,
        .sid = intent->sid,
        .order = ledger_next_order(d->ledger),
        .side = (int32_t)intent->side,
        .type = (int32_t)intent->type,
        .tif = (int32_t)intent->tif,
        .traits = intent->traits,
        .self = (int32_t)intent->self,
        .quantity = intent->quantity,
        .price = intent->price,
        .stop = intent->stop,
        .trail = intent->trail,
        .display = intent->display,
        .expires = intent->expires,
        .other = intent->other,
    };
    mem_copy_string(row.client, sizeof row.client, intent->client);
    mem_copy_string(row.user, sizeof row.user, user);
    mem_copy_string(row.portfolio, sizeof row.portfolio, "main");
    mem_copy_string(row.strategy, sizeof row.strategy, "manual");
    return row;
}

static bool is_sent_again(const order *o, const order_intent *intent) {
    bool begins = o->asked.type == ORDER_TRAILING_STOP && !intent->stop; // wherever the market was then
    return o->sid == intent->sid && o->side == intent->side && o->asked.type == intent->type && o->tif == intent->tif &&
           o->traits == intent->traits && o->self == intent->self && o->asked.quantity == intent->quantity &&
           o->asked.price == intent->price && (o->asked.stop == intent->stop || begins) && o->trail == intent->trail &&
           o->display == intent->display && o->expires == intent->expires && o->asked.other == intent->other;
}

status order_stage(desk *d, const char *user, const order_intent *intent, int64_t *id) {
    TRY(within_bounds(intent));
    const order *same = intent->client[0] ? ledger_order_by_client(d->ledger, intent->client) : NULL;
    if (same) {
        // The same client order id twice is one order: the second sending changes nothing, whatever became of the
        // first.
        if (!is_sent_again(same, intent))
            return status_fail(STATUS_EXISTS,
                               "client order id %s is order %" PRId64 " already, which asks for another thing",
                               intent->client, same->id);
        *id = same->id;
        return STATUS_OK;
    }
    TRY(check_pair(d, intent));
    if (intent->tif == TIF_GTD && intent->expires <= desk_now(d))
        return status_fail(STATUS_INVALID, "the order would be good till a time that is past");
    order_intent whole = complete(d, intent);
    check_market market = market_of(d, &whole);
    check_result results[CHECKS_MAX];
    const check_result *failure = checks_failure(results, checks_run(d->ledger, &whole, &market, results));
    journal_row row = order_row(d, user, &whole);
    if (failure) {
        row.kind = JOURNAL_REJECT;
        snprintf(row.text, sizeof row.text, "%s", failure->reason);
    }
    TRY(stage(d, row));
    *id = row.order;
    if (failure) {
        note(d, "REFUSED %s %s: %s", intent->side == SIDE_BUY ? "buy" : "sell", market.symbol, failure->reason);
        return STATUS_OK;
    }
    vec_push(&d->steps, (market_step){.kind = TO_SUBMIT, .order = row.order});
    return STATUS_OK;
}

typedef struct {
    const order_intent *intent;
    int64_t id;
    order *out;
} order_request;

static status run_order(desk *d, request *r) {
    order_request *q = r->context;
    TRY(replay_forbids(d));
    return order_stage(d, r->user, q->intent, &q->id);
}

// The answer is copied on the desk's thread, when the outcome stands.
static bool finish_order(desk *d, request *r) {
    order_request *q = r->context;
    const order *o = ledger_order(d->ledger, q->id);
    if (o)
        *q->out = *o;
    return true;
}

status desk_order(desk *d, const char *user, const order_intent *intent, order *out) {
    order_request q = {.intent = intent, .out = out};
    *out = (order){0};
    request r = {.run = run_order, .finished = finish_order, .context = &q, .user = user};
    TRY(desk_do(d, &r));
    if (out->state == STATE_REJECTED)
        return status_fail(STATUS_REFUSED, "%s", out->reason);
    return STATUS_OK;
}

typedef struct {
    const order_intent *intent;
    check_result *out;
    size_t *n;
} check_request;

static status run_check(desk *d, request *r) {
    check_request *q = r->context;
    TRY(within_bounds(q->intent));
    TRY(check_pair(d, q->intent));
    order_intent whole = complete(d, q->intent);
    check_market market = market_of(d, &whole);
    *q->n = checks_run(d->ledger, &whole, &market, q->out);
    return STATUS_OK;
}

status desk_check(desk *d, const order_intent *intent, check_result out[CHECKS_MAX], size_t *n) {
    check_request q = {.intent = intent, .out = out, .n = n};
    request r = {.run = run_check, .context = &q, .reads_only = true};
    return desk_do(d, &r);
}

// ---- cancel and replace ----

typedef struct {
    int64_t id;
    int32_t sid;
    const char *cause;
} cancel_request;

static void step_cancel(desk *d, request *asker, int64_t id, const char *cause) {
    market_step s = {.kind = TO_CANCEL, .order = id, .asker = asker};
    mem_copy_string(s.cause, sizeof s.cause, cause);
    vec_push(&d->steps, s);
}

size_t cancel_scope(desk *d, request *asker, int32_t sid, const char *cause) {
    size_t n, count = 0;
    const int64_t *working = ledger_working(d->ledger, &n);
    for (size_t i = 0; i < n; i++)
        if (!sid || ledger_order(d->ledger, working[i])->sid == sid) {
            step_cancel(d, asker, working[i], cause);
            count++;
        }
    return count;
}

bool cancel_waiting(desk *d, request *asker, int32_t sid, side s, const char *cause) {
    size_t n;
    bool any = false;
    const int64_t *working = ledger_open_quantity(d->ledger, sid, s) ? ledger_working(d->ledger, &n) : NULL;
    for (size_t i = 0; working && i < n; i++) {
        const order *o = ledger_order(d->ledger, working[i]);
        if (o->sid != sid || o->side != s || !(order_is_stop(o) || o->traits & ORDER_ALL_OR_NONE))
            continue;
        step_cancel(d, asker, o->id, cause);
        any = true;
    }
    return any;
}

void cancel_side(desk *d, request *asker, int32_t sid, side s, const char *cause) {
    size_t n;
    const int64_t *working = ledger_open_quantity(d->ledger, sid, s) ? ledger_working(d->ledger, &n) : NULL;
    for (size_t i = 0; working && i < n; i++) {
        const order *o = ledger_order(d->ledger, working[i]);
        if (o->sid == sid && o->side == s)
            step_cancel(d, asker, o->id, cause);
    }
}

static status run_cancel(desk *d, request *r) {
    cancel_request *q = r->context;
    if (!q->id)
        return cancel_scope(d, r, q->sid, q->cause) ? STATUS_OK
                                                    : status_fail(STATUS_NOT_FOUND, "no orders are working there");
    if (!works(d, q->id))
        return not_working(d, q->id);
    step_cancel(d, r, q->id, q->cause);
    return STATUS_OK;
}

// What was to be cancelled may have been filled by an order that came with it.
static bool finish_cancel(desk *d, request *r) {
    cancel_request *q = r->context;
    if (!r->effects)
        request_fail(r, q->id ? not_working(d, q->id) : status_fail(STATUS_NOT_FOUND, "no orders are working there"));
    return true;
}

status desk_cancel(desk *d, const char *user, const char *cause, int64_t id, int32_t sid, size_t *n) {
    cancel_request q = {.id = id, .sid = sid, .cause = cause && cause[0] ? cause : "by the operator"};
    request r = {.run = run_cancel, .finished = finish_cancel, .context = &q, .user = user};
    status s = desk_do(d, &r);
    *n = r.effects;
    return s;
}

typedef struct {
    int64_t id, quantity, price;
    order *out;
} replace_request;

// The order as it would be.
static order_intent replacement(const order *o, const replace_request *q) {
    bool stop = order_is_stop(o);
    return (order_intent){.sid = o->sid,
                          .side = o->side,
                          .type = o->type,
                          .tif = o->tif,
                          .traits = o->traits,
                          .self = o->self,
                          .quantity = q->quantity,
                          .price = stop ? o->price : q->price,
                          .stop = stop ? q->price : 0,
                          .trail = stop ? o->trail : 0,
                          .display = o->display < q->quantity ? o->display : q->quantity,
                          .expires = o->expires,
                          .other = o->other,
                          .replaces = o->id};
}

// A smaller quantity at the same price takes risk away and always passes. Everything else is judged as a new order,
// with the one that it replaces out of the count.
static status check_replacement(const desk *d, const order *o, const replace_request *q) {
    order_intent whole = replacement(o, q);
    TRY(within_bounds(&whole));
    if (q->price == (order_is_stop(o) ? o->stop : o->price) && q->quantity <= o->open)
        return STATUS_OK;
    check_market market = market_of(d, &whole);
    check_result results[CHECKS_MAX];
    const check_result *failure = checks_failure(results, checks_run(d->ledger, &whole, &market, results));
    return failure ? status_fail(STATUS_REFUSED, "%s", failure->reason) : STATUS_OK;
}

static status run_replace(desk *d, request *r) {
    const replace_request *q = r->context;
    TRY(replay_forbids(d));
    if (!works(d, q->id))
        return not_working(d, q->id);
    TRY(check_replacement(d, ledger_order(d->ledger, q->id), q));
    vec_push(&d->steps,
             (market_step){.kind = TO_REPLACE, .order = q->id, .quantity = q->quantity, .price = q->price, .asker = r});
    return STATUS_OK;
}

static bool finish_replace(desk *d, request *r) {
    replace_request *q = r->context;
    *q->out = *ledger_order(d->ledger, q->id);
    return true;
}

status desk_replace(desk *d, const char *user, int64_t id, int64_t quantity, int64_t price, order *out) {
    replace_request q = {.id = id, .quantity = quantity, .price = price, .out = out};
    request r = {.run = run_replace, .finished = finish_replace, .context = &q, .user = user};
    *out = (order){0};
    return desk_do(d, &r);
}
