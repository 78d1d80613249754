// order …, check: orders are sent, listed and replaced.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/desk/order_row.h"
#include "engine/desk/session.h"
#include "src/app/app.h"
#include "src/app/commands.h"
#include "src/base/decimal.h"

static const char *const side_names[] = {[SIDE_BUY] = "buy", [SIDE_SELL] = "sell"};
static const char *const state_names[] = {
    [ORDER_NEW] = "new",         [ORDER_WORKING] = "working",     [ORDER_PARTIAL] = "partially filled",
    [ORDER_FILLED] = "filled",   [ORDER_CANCELLED] = "cancelled", [ORDER_REJECTED] = "rejected",
    [ORDER_EXPIRED] = "expired",
};

static const char *state_name(const view_order *o) {
    return o->waits && o->state == ORDER_WORKING ? "waiting" : state_names[o->state];
}

// ---- orders as a table ----

enum {
    ORDER,
    TIME,
    SYMBOL,
    SIDE,
    QUANTITY,
    FILLED,
    PRICE,
    STOP,
    TRAIL,
    AVERAGE,
    TYPE,
    TIF,
    UNTIL,
    STATE,
    QUEUE,
    SHOWN,
    DISPLAY,
    TRAITS,
    PAIR,
    SELF,
    CLIENT,
    REASON,
    COLUMNS
};

static const column order_columns[COLUMNS] = {
    [ORDER] = {"order", "ORDER", COLUMN_INT, 0},       [TIME] = {"time", "TIME", COLUMN_TEXT, 0},
    [SYMBOL] = {"symbol", "SYMBOL", COLUMN_TEXT, 0},   [SIDE] = {"side", "SIDE", COLUMN_TEXT, 0},
    [QUANTITY] = {"quantity", "QTY", COLUMN_INT, 0},   [FILLED] = {"filled", "FILLED", COLUMN_INT, 0},
    [PRICE] = {"price", "LIMIT", COLUMN_MONEY, 2},     [STOP] = {"stop", "STOP", COLUMN_MONEY, 2},
    [TRAIL] = {"trail", "TRAIL", COLUMN_MONEY, 2},     [AVERAGE] = {"average_fill", "AVG FILL", COLUMN_MONEY, 4},
    [TYPE] = {"type", "TYPE", COLUMN_TEXT, 0},         [TIF] = {"tif", "TIF", COLUMN_TEXT, 0},
    [UNTIL] = {"until", "UNTIL", COLUMN_TEXT, 0},      [STATE] = {"state", "STATE", COLUMN_TEXT, 0},
    [QUEUE] = {"queue", "QUEUE", COLUMN_TEXT, 0},      [SHOWN] = {"shown", "SHOWN", COLUMN_INT, 0},
    [DISPLAY] = {"display", "DISPLAY", COLUMN_INT, 0}, [TRAITS] = {"traits", "TRAITS", COLUMN_TEXT, 0},
    [PAIR] = {"pair", "PAIR", COLUMN_INT, 0},          [SELF] = {"self_trade", "SELF-TRADE", COLUMN_TEXT, 0},
    [CLIENT] = {"client", "CLIENT", COLUMN_TEXT, 0},   [REASON] = {"reason", "REASON", COLUMN_TEXT, 0},
};

// Prices are shown as they were given: with four decimals where one of them has so many.
static bool is_fine(const view_order *o, int which) {
    return (which == PRICE && o->price % 100) || (which == STOP && o->stop % 100) || (which == TRAIL && o->trail % 100);
}

static table *table_of(const view_order *const *rows, size_t n) {
    column columns[COLUMNS];
    memcpy(columns, order_columns, sizeof columns);
    for (int which = 0; which < COLUMNS; which++)
        for (size_t i = 0; i < n; i++)
            if (is_fine(rows[i], which))
                columns[which].decimals = 4;
    return table_new(columns, COLUMNS);
}

static void put_number(table *t, int64_t n) { n ? table_int(t, n) : table_null(t); }
static void put_price(table *t, int64_t price) { price ? table_money(t, price) : table_null(t); }

static void put_queue(table *t, const view_order *o) {
    char queue[32] = "";
    if (o->queue_total)
        snprintf(queue, sizeof queue, "%d/%d", o->queue_place, o->queue_total);
    table_text(t, queue);
}

// People are not told what is usual: that whole orders are shown, and the rule that all have unless they say otherwise.
static void put_cell(table *t, const view_order *o, int which, bool all) {
    char when[INSTANT_TEXT];
    const int64_t integers[COLUMNS] = {[ORDER] = o->id, [QUANTITY] = o->quantity, [FILLED] = o->filled};
    const int64_t numbers[COLUMNS] = {
        [SHOWN] = all || o->display ? o->shown : 0, [DISPLAY] = o->display, [PAIR] = o->other};
    const int64_t prices[COLUMNS] = {[PRICE] = o->price, [STOP] = o->stop, [TRAIL] = o->trail};
    const char *const texts[COLUMNS] = {
        [SYMBOL] = o->symbol,
        [SIDE] = side_names[o->side],
        [TYPE] = kind_name(o->type),
        [TIF] = kind_tif_name(o->tif),
        [STATE] = state_name(o),
        [TRAITS] = order_row_traits(o),
        [SELF] = all || o->self != SELF_CANCEL_NEWEST ? kind_self_name(o->self) : "",
        [CLIENT] = o->client,
        [REASON] = o->reason,
    };
    if (which == TIME)
        table_text(t, instant_text(o->time, when));
    else if (which == UNTIL)
        table_text(t, session_until_text(o->expires, when));
    else if (which == QUEUE)
        put_queue(t, o);
    else if (which == AVERAGE)
        o->filled ? table_money(t, o->average_fill) : table_null(t);
    else if (which == PRICE || which == STOP || which == TRAIL)
        put_price(t, prices[which]);
    else if (which == SHOWN || which == DISPLAY || which == PAIR)
        put_number(t, numbers[which]);
    else if (texts[which])
        table_text(t, texts[which]);
    else
        table_int(t, integers[which]);
}

static void add_order(table *t, table_format format, const view_order *o) {
    for (int which = 0; which < COLUMNS; which++)
        put_cell(t, o, which, format != FORMAT_HUMAN);
}

static void print_sentence(call *c, const view_order *o) {
    char quantity[DECIMAL_TEXT], price[ORDER_ROW_TEXT];
    text_printf(&c->out, "order %" PRId64 ": %s %s %s", o->id, side_names[o->side], integer_text(o->quantity, quantity),
                o->symbol);
    if (o->type != ORDER_MARKET)
        text_printf(&c->out, " %s", order_row_price(o, price));
    text_printf(&c->out, ", %s", state_name(o));
    if (o->filled)
        text_printf(&c->out, ", %s filled at %s", integer_text(o->filled, quantity),
                    decimal_text(o->average_fill, 4, price));
    if (o->reason[0])
        text_printf(&c->out, ": %s", o->reason);
    text_put(&c->out, "\n");
}

static void print_order(call *c, app *a, const order *o) {
    view_order row = order_row_of(o);
    const view_order *rows[] = {&row};
    security s;
    if (app_security(a, o->sid, &s))
        mem_copy_string(row.symbol, sizeof row.symbol, s.symbol);
    if (c->format == FORMAT_HUMAN) {
        print_sentence(c, &row);
        return;
    }
    table *t = table_of(rows, 1);
    add_order(t, c->format, &row);
    call_print(c, t, true, NULL);
    table_free(t);
}

// ---- order buy, order sell ----

static status time_of(call *c, order_intent *out) {
    const char *until = call_text(c, "--until"), *tif = call_text(c, "--tif");
    out->tif = kind_tif(tif, until ? TIF_GTD : out->type == ORDER_MARKET ? TIF_IOC : TIF_DAY);
    if (out->type == ORDER_MARKET && out->tif == TIF_DAY)
        return status_fail(STATUS_USAGE, "a market order can't rest: give a price, or --tif ioc or fok");
    if ((out->tif == TIF_GTD) != (until != NULL))
        return status_fail(STATUS_USAGE, until ? "--until goes with --tif gtd" : "--tif gtd needs --until");
    if (!until)
        return STATUS_OK;
    view_status *v = app_section(c->services, SECTION_STATUS, sizeof *v);
    bool good = session_until(until, v->session, &out->expires);
    free(v);
    return good ? STATUS_OK
                : status_fail(STATUS_USAGE,
                              "--until \"%.40s\" is no day (2026-11-24), time of the session in New York (15:30) or "
                              "both (2026-11-24T15:30)",
                              until);
}

// What kind of order it is follows from the prices that are given.
static status kind_of(call *c, order_intent *out) {
    int64_t price = call_price(c, "price", 0), worst = call_price(c, "--worst", 0);
    out->stop = call_price(c, "--stop", 0);
    out->trail = call_price(c, "--trail", 0);
    out->type = out->trail  ? ORDER_TRAILING_STOP
                : out->stop ? (price ? ORDER_STOP_LIMIT : ORDER_STOP)
                : price     ? ORDER_LIMIT
                            : ORDER_MARKET;
    if (out->trail && price)
        return status_fail(STATUS_USAGE, "a trailing stop becomes a market order: --worst bounds the price that it "
                                         "takes");
    if (worst && price)
        return status_fail(STATUS_USAGE, "--worst bounds an order without a limit, and this one has one");
    out->price = price ? price : worst;
    return STATUS_OK;
}

static status intent_of(call *c, side s, order_intent *out) {
    app *a = c->services;
    *out = (order_intent){.side = s,
                          .quantity = call_int(c, "quantity", 0),
                          .display = call_int(c, "--display", 0),
                          .self = kind_self(call_text(c, "--self-trade"), SELF_CANCEL_NEWEST),
                          .reduce_only = call_flag(c, "--reduce-only")};
    TRY(kind_of(c, out));
    TRY(time_of(c, out));
    TRY(call_range(c, "--oco", 1, INT64_MAX, 0, &out->other));
    out->traits =
        (call_flag(c, "--post-only") ? ORDER_POST_ONLY : 0) | (call_flag(c, "--all-or-none") ? ORDER_ALL_OR_NONE : 0);
    const char *wrong = kind_wrong(out), *client = call_text(c, "--client");
    if (wrong)
        return status_fail(STATUS_USAGE, "%s", wrong);
    if (client && !mem_copy_string(out->client, sizeof out->client, client))
        return status_fail(STATUS_USAGE, "--client: at most %zu characters", sizeof out->client - 1);
    return app_sid(a, call_text(c, "symbol"), &out->sid);
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

static bool is_asked_for(const view_order *o, const char *which, const char *symbol) {
    bool working = o->state == ORDER_WORKING || o->state == ORDER_PARTIAL;
    if (which && strcmp(which, "all") != 0 && working != (strcmp(which, "working") == 0))
        return false;
    return !symbol || strcasecmp(symbol, o->symbol) == 0;
}

static status run_list(call *c) {
    app *a = c->services;
    view_orders *v = app_section(a, SECTION_ORDERS, sizeof *v);
    const view_order **rows = mem_new(VIEW_ORDERS_MAX, sizeof *rows);
    size_t n = 0;
    for (int32_t i = 0; i < v->n; i++)
        if (is_asked_for(&v->rows[i], call_text(c, "--state"), call_text(c, "--symbol")))
            rows[n++] = &v->rows[i];
    table *t = table_of(rows, n);
    for (size_t i = 0; i < n; i++)
        add_order(t, c->format, rows[i]);
    call_print(c, t, false,
               v->n ? "no such orders; order list shows all" : "no orders; try: order buy SYMBOL QTY PRICE");
    app_note_cut(c, (int64_t)n, v->n, v->total, "sql \"SELECT * FROM orders\" has all");
    table_free(t);
    free(rows);
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

// Behind the symbol (and side), quantity and price; the same for orders and for the check of one.
#define HOW                                                                                                            \
    {"quantity", ARG_QUANTITY, .help = "shares"},                                                                      \
        {"price", ARG_PRICE, .optional = true, .help = "limit; without one a market order"},                           \
        {"--stop", ARG_PRICE, .help = "waits for this price; then a market order, or with a limit that"},              \
        {"--trail", ARG_PRICE, .help = "a stop that follows the market at this distance (from --stop, if given)"},     \
        {"--worst", ARG_PRICE, .help = "the worst price that an order without a limit takes"},                         \
        {"--tif", ARG_CHOICE, .choices = KIND_TIFS, .help = "how long it lasts (day; ioc at the market)"},             \
        {"--until", ARG_TEXT, .help = "good till a day, or a time of the session in New York (--tif gtd)"},            \
        {"--display", ARG_QUANTITY, .help = "an iceberg: shows so much at a time"},                                    \
        {"--post-only", ARG_FLAG, .help = "refused if it would trade as it comes in"},                                 \
        {"--all-or-none", ARG_FLAG, .help = "trades whole or not at all, and waits off the display"},                  \
        {"--oco", ARG_INT, .help = "one cancels the other: number of a working order of the same security"},           \
        {"--self-trade", ARG_CHOICE, .choices = KIND_SELVES,                                                           \
         .help = "which order goes if it met one of the desk's own (newest)"},                                         \
    {                                                                                                                  \
        "--reduce-only", ARG_FLAG, .help = "refused if it would open or turn the position"                             \
    }

#define ORDER_ARGS                                                                                                     \
    {                                                                                                                  \
        {"symbol", ARG_SYMBOL, .help = "ticker"}, HOW,                                                                 \
            {"--client", ARG_TEXT, .help = "your own id: the same id twice is one order"},                             \
    }

static const command commands[] = {
    {.name = "order buy",
     .help = "send an order to buy",
     .more = "order buy NVDA 200 121.06\norder buy NVDA 200            at the market\n"
             "order buy NVDA 200 --stop 122 waits until it trades at 122",
     .role = ROLE_OPERATOR,
     .args = ORDER_ARGS,
     .run = run_buy,
     .audited = true},
    {.name = "order sell",
     .help = "send an order to sell; more than is held goes short",
     .more = "order sell NVDA 200 121.20\norder sell NVDA 200 --trail 0.50 --tif gtc\n"
             "order sell NVDA 200 119 --stop 119.50 --oco 12   with order 12, a sale at a profit",
     .role = ROLE_OPERATOR,
     .args = ORDER_ARGS,
     .run = run_sell,
     .audited = true},
    {.name = "order replace",
     .help = "change the open quantity and the price of a working order (the stop price of a waiting stop)",
     .more = "order replace 12 100 121.05   a smaller quantity at the same price keeps its place in the queue",
     .role = ROLE_OPERATOR,
     .args = {{"order", ARG_INT, .help = "number of the order"},
              {"quantity", ARG_QUANTITY, .help = "new open quantity"},
              {"price", ARG_PRICE, .help = "new limit, or stop price"}},
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
              HOW},
     .run = run_check},
};

void commands_add_order(command_table *t) { command_add(t, commands, sizeof commands / sizeof *commands); }
