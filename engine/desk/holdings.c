// Requests that set positions by hand: a portfolio is loaded, one position is adjusted.
#include <inttypes.h>
#include <stdlib.h>

#include "engine/desk/room.h"

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
