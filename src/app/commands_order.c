// order …, check: orders sent, replaced and listed.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/app/app.h"
#include "src/app/commands.h"
#include "src/base/decimal.h"

static const char *const side_names[] = {[SIDE_BUY] = "buy", [SIDE_SELL] = "sell"};
static const char *const type_names[] = {[ORDER_LIMIT] = "limit", [ORDER_MARKET] = "market"};
static const char *const tif_names[] = {[TIF_DAY] = "day", [TIF_IOC] = "ioc", [TIF_FOK] = "fok"};
static const char *const state_names[] = {
    [ORDER_NEW] = "new",         [ORDER_WORKING] = "working",     [ORDER_PARTIAL] = "partially filled",
    [ORDER_FILLED] = "filled",   [ORDER_CANCELLED] = "cancelled", [ORDER_REJECTED] = "rejected",
    [ORDER_EXPIRED] = "expired",
};
static const int32_t shown_states[] = {
    [STATE_WORKING] = ORDER_WORKING,     [STATE_PARTIAL] = ORDER_PARTIAL,   [STATE_FILLED] = ORDER_FILLED,
    [STATE_CANCELLED] = ORDER_CANCELLED, [STATE_REJECTED] = ORDER_REJECTED, [STATE_EXPIRED] = ORDER_EXPIRED,
};

enum { LIMIT_COLUMN = 6 };

static const column order_columns[] = {
    {"order", "ORDER", COLUMN_INT, 0},    {"time", "TIME", COLUMN_TEXT, 0},
    {"symbol", "SYMBOL", COLUMN_TEXT, 0}, {"side", "SIDE", COLUMN_TEXT, 0},
    {"quantity", "QTY", COLUMN_INT, 0},   {"filled", "FILLED", COLUMN_INT, 0},
    {"price", "LIMIT", COLUMN_MONEY, 2},  {"average_fill", "AVG FILL", COLUMN_MONEY, 4},
    {"type", "TYPE", COLUMN_TEXT, 0},     {"tif", "TIF", COLUMN_TEXT, 0},
    {"state", "STATE", COLUMN_TEXT, 0},   {"queue", "QUEUE", COLUMN_TEXT, 0},
    {"client", "CLIENT", COLUMN_TEXT, 0}, {"reason", "REASON", COLUMN_TEXT, 0},
};

// Limits are shown as they were given: with four decimals where one of them has so many.
static table *order_table(const view_order *rows, int32_t n) {
    column columns[sizeof order_columns / sizeof *order_columns];
    memcpy(columns, order_columns, sizeof columns);
    for (int32_t i = 0; i < n; i++)
        if (rows[i].price % 100)
            columns[LIMIT_COLUMN].decimals = 4;
    return table_new(columns, sizeof columns / sizeof *columns);
}

static void add_order(table *t, const view_order *o) {
    char when[INSTANT_TEXT], queue[32] = "";
    table_int(t, o->id);
    table_text(t, instant_text(o->time, when));
    table_text(t, o->symbol);
    table_text(t, side_names[o->side]);
    table_int(t, o->quantity);
    table_int(t, o->filled);
    if (o->price)
        table_money(t, o->price);
    else
        table_null(t);
    if (o->filled)
        table_money(t, o->average_fill);
    else
        table_null(t);
    table_text(t, type_names[o->type]);
    table_text(t, tif_names[o->tif]);
    table_text(t, state_names[o->state]);
    if (o->queue_total)
        snprintf(queue, sizeof queue, "%d/%d", o->queue_place, o->queue_total);
    table_text(t, queue);
    table_text(t, o->client);
    table_text(t, o->reason);
}

static void print_order(call *c, app *a, const order *o) {
    view_order row = {
        .id = o->id,
        .time = o->time,
        .sid = o->sid,
        .side = (int32_t)o->side,
        .type = (int32_t)o->type,
        .tif = (int32_t)o->tif,
        .state = shown_states[o->state],
        .quantity = o->quantity,
        .filled = o->filled,
        .price = o->price,
        .average_fill = order_average(o),
    };
    security s;
    if (app_security(a, o->sid, &s))
        mem_copy_string(row.symbol, sizeof row.symbol, s.symbol);
    mem_copy_string(row.client, sizeof row.client, o->client);
    mem_copy_string(row.reason, sizeof row.reason, o->reason);
    if (c->format == FORMAT_HUMAN) {
        char quantity[DECIMAL_TEXT], price[DECIMAL_TEXT];
        text_printf(&c->out, "order %" PRId64 ": %s %s %s", o->id, side_names[o->side],
                    integer_text(o->quantity, quantity), row.symbol);
        if (o->price)
            text_printf(&c->out, " at %s", decimal_text(o->price, o->price % 100 ? 4 : 2, price));
        text_printf(&c->out, ", %s", state_names[row.state]);
        if (o->filled)
            text_printf(&c->out, ", %s filled at %s", integer_text(o->filled, quantity),
                        decimal_text(row.average_fill, 4, price));
        text_put(&c->out, "\n");
        return;
    }
    table *t = order_table(&row, 1);
    add_order(t, &row);
    call_print(c, t, true, NULL);
    table_free(t);
}

// ---- order buy, order sell ----

static status intent_of(call *c, side s, order_intent *out) {
    app *a = c->services;
    *out = (order_intent){.side = s, .quantity = call_int(c, "quantity", 0), .price = call_price(c, "price", 0)};
    TRY(app_sid(a, call_text(c, "symbol"), &out->sid));
    out->type = out->price ? ORDER_LIMIT : ORDER_MARKET;
    const char *tif = call_text(c, "--tif");
    out->tif = out->type == ORDER_MARKET ? TIF_IOC : TIF_DAY;
    for (size_t i = 0; tif && i < sizeof tif_names / sizeof *tif_names; i++)
        if (strcmp(tif, tif_names[i]) == 0)
            out->tif = (time_in_force)i;
    if (out->type == ORDER_MARKET && out->tif == TIF_DAY)
        return status_fail(STATUS_USAGE, "a market order can't rest: give a price, or --tif ioc or fok");
    const char *client = call_text(c, "--client");
    if (client && !mem_copy_string(out->client, sizeof out->client, client))
        return status_fail(STATUS_USAGE, "--client: at most %zu characters", sizeof out->client - 1);
    out->reduce_only = call_flag(c, "--reduce-only");
    return STATUS_OK;
}

static status send(call *c, side s) {
    app *a = c->services;
    order_intent intent;
    TRY(intent_of(c, s, &intent));
    order o;
    status result = desk_order(a->desk, c->user, &intent, &o);
    if (result == STATUS_REFUSED && o.id)
        return status_within(result, "order %" PRId64 " refused", o.id);
    TRY(result);
    print_order(c, a, &o);
    // The order stands whatever becomes of its book on the screen.
    int32_t sid;
    if (desk_watch(a->desk, call_text(c, "symbol"), &sid) != STATUS_OK)
        text_printf(&c->err, "order %" PRId64 " is sent, but its book can't be shown: %s\n", o.id, status_message());
    return STATUS_OK;
}

static status run_buy(call *c) { return send(c, SIDE_BUY); }
static status run_sell(call *c) { return send(c, SIDE_SELL); }

static status run_check(call *c) {
    static const column columns[] = {{"check", "CHECK", COLUMN_TEXT, 0},
                                     {"verdict", "VERDICT", COLUMN_TEXT, 0},
                                     {"reason", "REASON", COLUMN_TEXT, 0}};
    static const char *const verdicts[] = {[CHECK_PASS] = "pass", [CHECK_WARN] = "warn", [CHECK_FAIL] = "FAIL"};
    app *a = c->services;
    order_intent intent;
    TRY(intent_of(c, strcmp(call_text(c, "side"), "buy") == 0 ? SIDE_BUY : SIDE_SELL, &intent));
    check_result results[CHECKS_MAX];
    size_t n;
    TRY(desk_check(a->desk, &intent, results, &n));
    table *t = table_new(columns, 3);
    for (size_t i = 0; i < n; i++) {
        table_text(t, results[i].name);
        table_text(t, verdicts[results[i].verdict]);
        table_text(t, results[i].reason);
    }
    call_print(c, t, false, NULL);
    table_free(t);
    const check_result *failure = checks_failure(results, n);
    return failure ? status_fail(STATUS_REFUSED, "the order would be refused: %s", failure->reason) : STATUS_OK;
}

// ---- order list, order replace ----

static status run_list(call *c) {
    app *a = c->services;
    const char *which = call_text(c, "--state"), *symbol = call_text(c, "--symbol");
    view_orders *v = app_section(a, SECTION_ORDERS, sizeof *v);
    table *t = order_table(v->rows, v->n);
    for (int32_t i = 0; i < v->n; i++) {
        const view_order *o = &v->rows[i];
        bool working = o->state == ORDER_WORKING || o->state == ORDER_PARTIAL;
        if (which && strcmp(which, "working") == 0 && !working)
            continue;
        if (which && strcmp(which, "done") == 0 && working)
            continue;
        if (symbol && strcasecmp(symbol, o->symbol) != 0)
            continue;
        add_order(t, o);
    }
    call_print(c, t, false,
               v->n ? "no such orders; order list shows all" : "no orders; try: order buy SYMBOL QTY PRICE");
    app_note_cut(c, (int64_t)table_rows(t), v->n, v->total, "sql \"SELECT * FROM orders\" has all");
    table_free(t);
    free(v);
    return STATUS_OK;
}

static status run_fills(call *c) {
    static const column columns[] = {{"time", "TIME", COLUMN_TEXT, 0},     {"order", "ORDER", COLUMN_INT, 0},
                                     {"symbol", "SYMBOL", COLUMN_TEXT, 0}, {"side", "SIDE", COLUMN_TEXT, 0},
                                     {"quantity", "QTY", COLUMN_INT, 0},   {"price", "PRICE", COLUMN_MONEY, 4},
                                     {"fee", "FEE", COLUMN_MONEY, 4}};
    app *a = c->services;
    int64_t limit;
    TRY(call_range(c, "--limit", 0, COMMAND_ROWS, 0, &limit));
    view_fills *v = app_section(a, SECTION_FILLS, sizeof *v);
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    char when[INSTANT_TEXT];
    for (int32_t i = 0; i < v->n && (!limit || i < limit); i++) {
        const view_fill *f = &v->rows[i];
        table_text(t, instant_text(f->time, when));
        table_int(t, f->order);
        table_text(t, f->symbol);
        table_text(t, side_names[f->side]);
        table_int(t, f->quantity);
        table_money(t, f->price);
        table_money(t, f->fee);
    }
    call_print(c, t, false, "no fills yet");
    if (!limit || limit > v->n)
        app_note_cut(c, v->n, v->n, v->total, "sql \"SELECT * FROM fills\" has all");
    table_free(t);
    free(v);
    return STATUS_OK;
}

static status run_replace(call *c) {
    app *a = c->services;
    order o;
    TRY(desk_replace(a->desk, c->user, call_int(c, "order", 0), call_int(c, "quantity", 0), call_price(c, "price", 0),
                     &o));
    print_order(c, a, &o);
    return STATUS_OK;
}

#define ORDER_ARGS                                                                                                     \
    {                                                                                                                  \
        {"symbol", ARG_SYMBOL, .help = "ticker"}, {"quantity", ARG_QUANTITY, .help = "shares"},                        \
            {"price", ARG_PRICE, .optional = true, .help = "limit; without one a market order"},                       \
            {"--tif", ARG_CHOICE, .choices = "day|ioc|fok", .help = "how long it lasts (day; ioc at the market)"},     \
            {"--client", ARG_TEXT, .help = "your own id: the same id twice is one order"},                             \
            {"--reduce-only", ARG_FLAG, .help = "refused if it would open or turn the position"},                      \
    }

static const command commands[] = {
    {.name = "order buy",
     .help = "send an order to buy",
     .more = "order buy NVDA 200 121.06\norder buy NVDA 200            at the market",
     .role = ROLE_OPERATOR,
     .args = ORDER_ARGS,
     .run = run_buy,
     .audited = true},
    {.name = "order sell",
     .help = "send an order to sell; more than is held goes short",
     .more = "order sell NVDA 200 121.20",
     .role = ROLE_OPERATOR,
     .args = ORDER_ARGS,
     .run = run_sell,
     .audited = true},
    {.name = "order replace",
     .help = "change the open quantity and the price of a working order",
     .more = "order replace 12 100 121.05   a smaller quantity at the same price keeps its place in the queue",
     .role = ROLE_OPERATOR,
     .args = {{"order", ARG_INT, .help = "number of the order"},
              {"quantity", ARG_QUANTITY, .help = "new open quantity"},
              {"price", ARG_PRICE, .help = "new limit"}},
     .run = run_replace,
     .audited = true},
    {.name = "order list",
     .help = "orders, working ones first",
     .role = ROLE_VIEWER,
     .args = {{"--state", ARG_CHOICE, .choices = "working|done|all", .help = "which (all)"},
              {"--symbol", ARG_SYMBOL, .help = "of one security"}},
     .run = run_list},
    {.name = "order fills",
     .help = "the latest fills, newest first",
     .role = ROLE_VIEWER,
     .args = {{"--limit", ARG_INT, .help = "rows (0: all that the desk keeps at hand)"}},
     .run = run_fills},
    {.name = "check",
     .help = "what the pre-trade checks would say to an order, without sending it",
     .more = "check NVDA buy 200 121.06",
     .role = ROLE_VIEWER,
     .args = {{"symbol", ARG_SYMBOL, .help = "ticker"},
              {"side", ARG_CHOICE, .choices = "buy|sell", .help = "side"},
              {"quantity", ARG_QUANTITY, .help = "shares"},
              {"price", ARG_PRICE, .optional = true, .help = "limit; without one a market order"}},
     .run = run_check},
};

void commands_add_order(command_table *t) { command_add(t, commands, sizeof commands / sizeof *commands); }
