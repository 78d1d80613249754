// Requests about orders and positions: check, order, cancel, replace, flatten, load, adjust.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/desk/room.h"
#include "src/base/decimal.h"

enum { FLATTEN_RETRY_MS = 250, FLATTEN_PATIENCE_S = 10 };

// ---- orders ----

static check_market market_of(const desk *d, int32_t sid) {
    const security *s = security_of(d, sid);
    return (check_market){
        .symbol = s ? s->symbol : "the security",
        .tradable = s && s->active && strcmp(s->kind, "stock") == 0,
        .reference = market_price(d, sid),
        .gross = gross_with_working(d),
    };
}

static status within_bounds(const order_intent *intent) {
    if (intent->side > SIDE_SELL || intent->type > ORDER_MARKET || intent->tif > TIF_FOK)
        return status_fail(STATUS_INVALID, "there is no such side, type or time in force");
    if (intent->quantity < 1 || intent->quantity > ORDER_QUANTITY_MOST)
        return status_fail(STATUS_INVALID, "quantity %" PRId64 " is out of range: 1 to %" PRId64, intent->quantity,
                           ORDER_QUANTITY_MOST);
    if (intent->price < 0 || intent->price > PRICE_MOST)
        return status_fail(STATUS_INVALID, "the price is out of range: above 0, at most 1,000,000");
    return STATUS_OK;
}

static journal_row order_row(const desk *d, const char *user, const order_intent *intent) {
    journal_row row = {
        .kind = JOURNAL_ORDER,
        .sid = intent->sid,
        .order = ledger_next_order(d->ledger),
        .side = (int32_t)intent->side,
        .type = (int32_t)intent->type,
        .tif = (int32_t)intent->tif,
        .quantity = intent->quantity,
        .price = intent->price,
    };
    mem_copy_string(row.client, sizeof row.client, intent->client);
    mem_copy_string(row.user, sizeof row.user, user);
    mem_copy_string(row.portfolio, sizeof row.portfolio, "main");
    mem_copy_string(row.strategy, sizeof row.strategy, "manual");
    return row;
}

static bool is_sent_again(const order *o, const order_intent *intent) {
    return o->sid == intent->sid && o->side == intent->side && o->type == intent->type && o->tif == intent->tif &&
           o->asked == intent->quantity && o->asked_price == intent->price;
}

status order_stage(desk *d, const char *user, const order_intent *intent, int64_t *id) {
    TRY(within_bounds(intent));
    const order *same = intent->client[0] ? ledger_order_by_client(d->ledger, intent->client) : NULL;
    if (same) {
        // The same client order id twice is one order: the second sending changes nothing, whatever became of the first.
        if (!is_sent_again(same, intent))
            return status_fail(STATUS_EXISTS,
                               "client order id %s is order %" PRId64 " already, which asks for another thing",
                               intent->client, same->id);
        *id = same->id;
        return STATUS_OK;
    }
    check_market market = market_of(d, intent->sid);
    check_result results[CHECKS_MAX];
    size_t n = checks_run(d->ledger, intent, &market, results);
    const check_result *failure = checks_failure(results, n);
    journal_row row = order_row(d, user, intent);
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
    return order_stage(d, r->user, q->intent, &q->id);
}

// The answer is copied on the desk's thread, when the outcome stands.
static bool finish_order(desk *d, request *r) {
    order_request *q = r->context;
    const order *o = ledger_order(d->ledger, q->id);
    if (o)
        *q->out = *o;
    return !d->journal_failing;
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
    check_market market = market_of(d, q->intent->sid);
    *q->n = checks_run(d->ledger, q->intent, &market, q->out);
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

static size_t cancel_scope(desk *d, request *asker, int32_t sid, const char *cause) {
    size_t n, count = 0;
    const int64_t *working = ledger_working(d->ledger, &n);
    for (size_t i = 0; i < n; i++)
        if (!sid || ledger_order(d->ledger, working[i])->sid == sid) {
            step_cancel(d, asker, working[i], cause);
            count++;
        }
    return count;
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
    TRY(desk_do(d, &r));
    *n = r.effects;
    return STATUS_OK;
}

typedef struct {
    int64_t id, quantity, price;
    order *out;
} replace_request;

// A smaller quantity at the same price takes risk away and always passes. Everything else is judged as a new order, with
// the one that it replaces out of the count.
static status check_replacement(const desk *d, const order *o, const replace_request *q) {
    order_intent whole = {.sid = o->sid,
                          .side = o->side,
                          .type = o->type,
                          .tif = o->tif,
                          .quantity = q->quantity,
                          .price = q->price,
                          .replaces = o->id};
    TRY(within_bounds(&whole));
    if (q->price == o->price && q->quantity <= o->open)
        return STATUS_OK;
    check_market market = market_of(d, o->sid);
    check_result results[CHECKS_MAX];
    const check_result *failure = checks_failure(results, checks_run(d->ledger, &whole, &market, results));
    return failure ? status_fail(STATUS_REFUSED, "%s", failure->reason) : STATUS_OK;
}

static status run_replace(desk *d, request *r) {
    const replace_request *q = r->context;
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

// ---- flatten ----

static bool has_working(const desk *d, int32_t sid) {
    return ledger_open_quantity(d->ledger, sid, SIDE_BUY) || ledger_open_quantity(d->ledger, sid, SIDE_SELL);
}

// One try at a position: a reducing market order for what is left, in pieces that pass the order limit.
static void flatten_one(desk *d, flatten_task *t) {
    const position *p = ledger_position(d->ledger, t->sid);
    int64_t left = p ? p->quantity : 0;
    if (!left) {
        t->done = true;
        t->note[0] = 0;
        return;
    }
    if (d->venue_time - t->last_fill > FLATTEN_PATIENCE_S * NS_PER_S) {
        t->done = true;
        if (!t->note[0])
            mem_copy_string(t->note, sizeof t->note, "the market has nothing left to trade against");
        return;
    }
    if (d->venue_time < t->next_try || has_working(d, t->sid))
        return;
    t->next_try = d->venue_time + FLATTEN_RETRY_MS * NS_PER_MS;
    int64_t piece = ledger_limit(d->ledger, LIMIT_ORDER_QUANTITY) / 2;
    order_intent intent = {
        .sid = t->sid,
        .side = left > 0 ? SIDE_SELL : SIDE_BUY,
        .type = ORDER_MARKET,
        .tif = TIF_IOC,
        .quantity = llabs(left) < piece ? llabs(left) : piece,
        .reduce_only = true,
    };
    int64_t id = 0;
    if (intent.quantity < 1 || order_stage(d, t->user, &intent, &id) != STATUS_OK) {
        mem_copy_string(t->note, sizeof t->note, status_message());
        t->done = true;
    } else if (ledger_order(d->ledger, id)->state == STATE_REJECTED) {
        mem_copy_string(t->note, sizeof t->note, ledger_order(d->ledger, id)->reason);
        t->done = true;
    }
}

void flatten_step(desk *d) {
    for (size_t i = 0; i < d->flattening.n; i++)
        if (!d->flattening.at[i].done)
            flatten_one(d, &d->flattening.at[i]);
}

typedef struct {
    int32_t sid;
    const char *cause;
    const volatile int *cancelled;
    VEC(flatten_row) rows;
} flatten_request;

static void add_flatten_task(desk *d, const request *r, const position *p) {
    flatten_request *q = r->context;
    vec_push(&q->rows, (flatten_row){.sid = p->sid, .before = p->quantity});
    for (size_t i = 0; i < d->flattening.n; i++)
        if (d->flattening.at[i].sid == p->sid)
            return; // under way already
    flatten_task t = {.sid = p->sid, .before = p->quantity, .last_fill = d->venue_time};
    mem_copy_string(t.user, sizeof t.user, r->user);
    vec_push(&d->flattening, t);
}

static status run_flatten(desk *d, request *r) {
    flatten_request *q = r->context;
    size_t cancelled = cancel_scope(d, NULL, q->sid, q->cause), n;
    const position *p = ledger_positions(d->ledger, &n);
    for (size_t i = 0; i < n; i++)
        if (p[i].quantity && (!q->sid || p[i].sid == q->sid))
            add_flatten_task(d, r, &p[i]);
    if (!cancelled && !q->rows.n)
        return status_fail(STATUS_NOT_FOUND, "nothing to flatten: no position and no working order there");
    return STATUS_OK;
}

static const flatten_task *task_of(const desk *d, int32_t sid) {
    for (size_t i = 0; i < d->flattening.n; i++)
        if (d->flattening.at[i].sid == sid)
            return &d->flattening.at[i];
    return NULL;
}

static bool finish_flatten(desk *d, request *r) {
    flatten_request *q = r->context;
    bool gave_up = q->cancelled && *q->cancelled;
    for (size_t i = 0; i < q->rows.n && !gave_up; i++) {
        const flatten_task *t = task_of(d, q->rows.at[i].sid);
        if (t && !t->done)
            return false;
    }
    for (size_t i = 0; i < q->rows.n; i++) {
        flatten_row *row = &q->rows.at[i];
        const flatten_task *t = task_of(d, row->sid);
        const position *p = ledger_position(d->ledger, row->sid);
        row->after = p ? p->quantity : 0;
        row->filled = llabs(row->before) - llabs(row->after);
        if (t)
            mem_copy_string(row->note, sizeof row->note, t->note);
        if (gave_up && row->after)
            mem_copy_string(row->note, sizeof row->note, "given up by the operator");
    }
    for (size_t i = 0; i < d->flattening.n;)
        if (d->flattening.at[i].done || gave_up)
            vec_remove(&d->flattening, i);
        else
            i++;
    note(d, "flatten: %zu position%s worked", q->rows.n, q->rows.n == 1 ? "" : "s");
    return true;
}

status desk_flatten(desk *d, const char *user, const char *cause, int32_t sid, const volatile int *cancelled,
                    flatten_row **rows, size_t *n) {
    flatten_request q = {.sid = sid, .cause = cause && cause[0] ? cause : "flatten", .cancelled = cancelled};
    request r = {.run = run_flatten, .finished = finish_flatten, .context = &q, .user = user};
    status s = desk_do(d, &r);
    *rows = q.rows.at;
    *n = q.rows.n;
    return s;
}

// ---- positions set by hand ----

static status stage_adjust(desk *d, const request *r, const char *cause, int32_t sid, int64_t quantity, int64_t price) {
    if (llabs(quantity) > ORDER_QUANTITY_MOST || price < 0 || price > PRICE_MOST)
        return status_fail(STATUS_INVALID, "%s: the quantity or the price is out of range",
                           security_of(d, sid) ? security_of(d, sid)->symbol : "?");
    journal_row row = {.kind = JOURNAL_ADJUST, .sid = sid, .quantity = quantity, .price = price};
    mem_copy_string(row.text, sizeof row.text, cause);
    mem_copy_string(row.user, sizeof row.user, r->user);
    return stage(d, row);
}

typedef struct {
    const char *cause;
    const holding *holdings;
    size_t n;
    int64_t cash;
} load_request;

static status check_holdings(const desk *d, const load_request *q) {
    size_t working;
    ledger_working(d->ledger, &working);
    if (working)
        return status_fail(STATUS_REFUSED, "%zu orders are working: cancel them before loading a portfolio", working);
    for (size_t i = 0; i < q->n; i++) {
        const security *s = security_of(d, q->holdings[i].sid);
        if (!s || market_price(d, q->holdings[i].sid) < 1)
            return status_fail(STATUS_NOT_FOUND, "%s has no price", s ? s->symbol : "a security");
        if (llabs(q->holdings[i].quantity) > ORDER_QUANTITY_MOST)
            return status_fail(STATUS_INVALID, "%s: %" PRId64 " shares are out of range (at most %" PRId64 ")",
                               s->symbol, q->holdings[i].quantity, ORDER_QUANTITY_MOST);
    }
    return STATUS_OK;
}

static status run_load(desk *d, request *r) {
    load_request *q = r->context;
    TRY(check_holdings(d, q));
    size_t n;
    const position *p = ledger_positions(d->ledger, &n);
    VEC(int32_t) close = {0};
    for (size_t i = 0; i < n; i++) {
        bool kept = false;
        for (size_t k = 0; k < q->n; k++)
            kept |= q->holdings[k].sid == p[i].sid;
        if (p[i].quantity && !kept)
            vec_push(&close, p[i].sid);
    }
    status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < close.n; i++)
        s = stage_adjust(d, r, q->cause, close.at[i], 0, market_price(d, close.at[i]));
    vec_free(&close);
    for (size_t i = 0; s == STATUS_OK && i < q->n; i++)
        s = stage_adjust(d, r, q->cause, q->holdings[i].sid, q->holdings[i].quantity,
                         market_price(d, q->holdings[i].sid));
    if (s == STATUS_OK && q->cash != INT64_MIN) {
        journal_row row = {.kind = JOURNAL_CASH, .price = q->cash - ledger_cash(d->ledger)};
        mem_copy_string(row.text, sizeof row.text, q->cause);
        mem_copy_string(row.user, sizeof row.user, r->user);
        s = stage(d, row);
    }
    // A portfolio that is loaded is held from the start of the session: its equity is the measure of the day.
    if (s == STATUS_OK)
        s = session_begin(d, ledger_session(d->ledger));
    if (s == STATUS_OK)
        market_open_wanted(d);
    d->peak = equity(d);
    note(d, "portfolio loaded: %zu names", q->n);
    return s;
}

status desk_load(desk *d, const char *user, const char *cause, const holding *holdings, size_t n, int64_t cash) {
    load_request q = {.cause = cause, .holdings = holdings, .n = n, .cash = cash};
    request r = {.run = run_load, .context = &q, .user = user};
    return desk_do(d, &r);
}

typedef struct {
    const char *cause;
    int32_t sid;
    int64_t quantity, price;
} adjust_request;

static status run_adjust(desk *d, request *r) {
    adjust_request *q = r->context;
    if (!security_of(d, q->sid))
        return status_fail(STATUS_NOT_FOUND, "there is no such security");
    int64_t price = q->price ? q->price : market_price(d, q->sid);
    if (price < 1)
        return status_fail(STATUS_INVALID, "%s has no price: give one", security_of(d, q->sid)->symbol);
    note(d, "position of %s set to %" PRId64, security_of(d, q->sid)->symbol, q->quantity);
    return stage_adjust(d, r, q->cause, q->sid, q->quantity, price);
}

status desk_adjust(desk *d, const char *user, const char *cause, int32_t sid, int64_t quantity, int64_t price) {
    adjust_request q = {.cause = cause, .sid = sid, .quantity = quantity, .price = price};
    request r = {.run = run_adjust, .context = &q, .user = user};
    return desk_do(d, &r);
}
