// Requests that set positions by hand: a portfolio is loaded, one position is adjusted. Cash and the day's P&L stay as
// they are: what appears or goes by hand is no gain and no loss, and takes none away.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/desk/room.h"
#include "src/base/decimal.h"

__extension__ typedef __int128 wide;

static status stage_adjust(desk *d, const request *r, const char *cause, const holding *h, int64_t price) {
    journal_row row = {.kind = JOURNAL_ADJUST, .sid = h->sid, .quantity = h->quantity, .price = price};
    mem_copy_string(row.text, sizeof row.text, cause);
    mem_copy_string(row.user, sizeof row.user, r->user);
    return stage(d, row);
}

// The security of a position that may be set: a stock, in a number that can be.
static status check_holding(const desk *d, const holding *h, const security **out) {
    const security *s = security_of(d, h->sid);
    if (!s)
        return status_fail(STATUS_NOT_FOUND, "there is no such security");
    if (strcmp(s->kind, "stock") != 0)
        return status_fail(STATUS_INVALID, "%s is an %s: only stocks can be held", s->symbol, s->kind);
    if (h->quantity < -ORDER_QUANTITY_MOST || h->quantity > ORDER_QUANTITY_MOST)
        return status_fail(STATUS_INVALID, "%s: %" PRId64 " shares are out of range (at most %" PRId64 ")", s->symbol,
                           h->quantity, ORDER_QUANTITY_MOST);
    *out = s;
    return STATUS_OK;
}

// ---- load ----

typedef struct {
    const char *cause;
    const holding *holdings;
    size_t n;
    int64_t cash;
} load_request;

static status check_load(const desk *d, const load_request *q) {
    size_t working;
    if (ledger_breaker(d->ledger) == BREAKER_STATE_TRIPPED)
        return status_fail(STATUS_REFUSED, "the breaker is tripped: reset it before loading a portfolio");
    ledger_working(d->ledger, &working);
    if (working)
        return status_fail(STATUS_REFUSED, "%zu %s before loading a portfolio", working,
                           working == 1 ? "order is working: cancel it" : "orders are working: cancel them");
    wide value = 0;
    for (size_t i = 0; i < q->n; i++) {
        const security *s;
        TRY(check_holding(d, &q->holdings[i], &s));
        int64_t price = market_price(d, s->sid);
        if (price < 1)
            return status_fail(STATUS_NOT_FOUND, "%s has no price", s->symbol);
        value += (wide)price * llabs(q->holdings[i].quantity);
    }
    bool sets_cash = q->cash != INT64_MIN;
    if (value > MONEY_MOST || (sets_cash && (q->cash > MONEY_MOST || q->cash < -MONEY_MOST)))
        return status_fail(STATUS_INVALID, "the positions or the cash come to more than 1e13");
    return STATUS_OK;
}

typedef struct {
    load_request load;
    holdings_worth *worth;
} worth_request;

static status run_load_check(desk *d, request *r) {
    const worth_request *q = r->context;
    TRY(check_load(d, &q->load));
    *q->worth = (holdings_worth){0};
    for (size_t i = 0; i < q->load.n; i++) {
        const holding *h = &q->load.holdings[i];
        int64_t value = decimal_times(market_price(d, h->sid), llabs(h->quantity));
        *(h->quantity > 0 ? &q->worth->long_shares : &q->worth->short_shares) += llabs(h->quantity);
        *(h->quantity > 0 ? &q->worth->long_value : &q->worth->short_value) += value;
    }
    return STATUS_OK;
}

status desk_load_check(desk *d, const holding *holdings, size_t n, int64_t cash, holdings_worth *out) {
    worth_request q = {.load = {.holdings = holdings, .n = n, .cash = cash}, .worth = out};
    request r = {.run = run_load_check, .context = &q, .reads_only = true};
    return desk_do(d, &r);
}

static bool is_among(const load_request *q, int32_t sid) {
    for (size_t i = 0; i < q->n; i++)
        if (q->holdings[i].sid == sid)
            return true;
    return false;
}

static status stage_closings(desk *d, const request *r) {
    const load_request *q = r->context;
    VEC(int32_t) gone = {0};
    size_t n;
    const position *p = ledger_positions(d->ledger, &n);
    for (size_t i = 0; i < n; i++)
        if (p[i].quantity && !is_among(q, p[i].sid))
            vec_push(&gone, p[i].sid);
    status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < gone.n; i++)
        s = stage_adjust(d, r, q->cause, &(holding){.sid = gone.at[i]}, market_price(d, gone.at[i]));
    vec_free(&gone);
    return s;
}

static status stage_cash(desk *d, const request *r) {
    const load_request *q = r->context;
    if (q->cash == INT64_MIN)
        return STATUS_OK;
    journal_row row = {.kind = JOURNAL_CASH, .price = q->cash - ledger_cash(d->ledger)};
    mem_copy_string(row.text, sizeof row.text, q->cause);
    mem_copy_string(row.user, sizeof row.user, r->user);
    return stage(d, row);
}

// Whether the day has nothing to tell yet: then a portfolio that is loaded is held from the session's start.
static bool is_untouched(const desk *d) {
    size_t n;
    const position *p = ledger_positions(d->ledger, &n);
    for (size_t i = 0; i < n; i++)
        if (p[i].day_traded || position_day_pnl(&p[i], market_price(d, p[i].sid)))
            return false;
    return d->peak == 0;
}

static status run_load(desk *d, request *r) {
    const load_request *q = r->context;
    TRY(check_load(d, q));
    bool untouched = is_untouched(d);
    TRY(stage_closings(d, r));
    for (size_t i = 0; i < q->n; i++)
        TRY(stage_adjust(d, r, q->cause, &q->holdings[i], market_price(d, q->holdings[i].sid)));
    TRY(stage_cash(d, r));
    if (untouched)
        TRY(session_begin(d, ledger_session(d->ledger)));
    market_open_wanted(d);
    note(d, "portfolio loaded: %zu names", q->n);
    return STATUS_OK;
}

status desk_load(desk *d, const char *user, const char *cause, const holding *holdings, size_t n, int64_t cash) {
    load_request q = {.cause = cause, .holdings = holdings, .n = n, .cash = cash};
    request r = {.run = run_load, .context = &q, .user = user};
    return desk_do(d, &r);
}

// ---- adjust ----

typedef struct {
    const char *cause;
    holding holding;
    int64_t price;
} adjust_request;

static status run_adjust(desk *d, request *r) {
    const adjust_request *q = r->context;
    const security *s;
    TRY(check_holding(d, &q->holding, &s));
    int64_t last = market_price(d, s->sid), price = q->price ? q->price : last;
    if (price < 1 || price > PRICE_MOST)
        return status_fail(STATUS_INVALID, "%s: %s", s->symbol,
                           q->price ? "the price is out of range" : "there is no price: give one");
    if (gross(d) + (wide)(last > price ? last : price) * llabs(q->holding.quantity) > MONEY_MOST)
        return status_fail(STATUS_INVALID, "the positions would come to more than 1e13");
    // First the shares at the last price, so that they bring no gain today, then what they cost.
    if (last >= 1 && last != price)
        TRY(stage_adjust(d, r, q->cause, &q->holding, last));
    TRY(stage_adjust(d, r, q->cause, &q->holding, price));
    market_open_wanted(d);
    note(d, "position of %s set to %" PRId64, s->symbol, q->holding.quantity);
    return STATUS_OK;
}

status desk_adjust(desk *d, const char *user, const char *cause, int32_t sid, int64_t quantity, int64_t price) {
    adjust_request q = {.cause = cause, .holding = {sid, quantity}, .price = price};
    request r = {.run = run_adjust, .context = &q, .user = user};
    return desk_do(d, &r);
}
