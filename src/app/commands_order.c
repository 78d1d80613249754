// order …, check, cancel …, flatten, close: what an operator does to orders.
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

// ---- cancel ----

// A scope in which there is nothing to do asks nothing, and its run does nothing: what comes up between the two has
// been confirmed by nobody.
static void find_nothing(call *c, text *sentence, text *phrase, const char *what) {
    static char nothing;
    c->kept = &nothing;
    text_clear(sentence);
    text_clear(phrase);
    if (c->dry_run)
        text_put(sentence, what);
}

// Working orders of a scope, as one phrase: "3 orders, 120,400 notional"; false when there are none.
static bool describe_orders(app *a, int32_t sid, text *out) {
    view_orders *v = app_section(a, SECTION_ORDERS, sizeof *v);
    int n = 0;
    int64_t notional = 0;
    for (int32_t i = 0; i < v->n; i++) {
        const view_order *o = &v->rows[i];
        if ((o->state != ORDER_WORKING && o->state != ORDER_PARTIAL) || (sid && o->sid != sid))
            continue;
        n++;
        notional += (o->quantity - o->filled) * o->price;
    }
    const char *more = v->working > v->n ? "over " : ""; // the view has not all of them
    if (!sid && v->working > n)
        n = v->working;
    free(v);
    if (!n)
        return false;
    char money[DECIMAL_TEXT];
    text_printf(out, "%s%d working order%s, %s%s notional", sid ? more : "", n, n == 1 ? "" : "s", more,
                decimal_text(notional, 0, money));
    return true;
}

static status scope_cancel(call *c, text *sentence, text *phrase) {
    (void)phrase;
    app *a = c->services;
    int64_t id = call_int(c, "order", 0);
    view_orders *v = app_section(a, SECTION_ORDERS, sizeof *v);
    bool found = false;
    for (int32_t i = 0; i < v->n && !found; i++) {
        const view_order *o = &v->rows[i];
        if (o->id != id || (o->state != ORDER_WORKING && o->state != ORDER_PARTIAL))
            continue;
        char quantity[DECIMAL_TEXT], price[DECIMAL_TEXT];
        text_printf(sentence, "Cancel order %" PRId64 ": %s %s %s at %s", id, side_names[o->side],
                    integer_text(o->quantity - o->filled, quantity), o->symbol,
                    decimal_text(o->price, o->price % 100 ? 4 : 2, price));
        found = true;
    }
    if (!found && v->working > v->n) { // the view has not all of them: the desk will say if it does not work
        text_printf(sentence, "Cancel order %" PRId64, id);
        found = true;
    }
    bool known = id >= 1 && id <= v->total;
    free(v);
    if (found)
        return STATUS_OK;
    return known ? status_fail(STATUS_NOT_FOUND, "order %" PRId64 " is not working any more", id)
                 : status_fail(STATUS_NOT_FOUND, "there is no order %" PRId64, id);
}

static status run_cancel(call *c) {
    app *a = c->services;
    size_t n;
    TRY(desk_cancel(a->desk, c->user, c->reason, call_int(c, "order", 0), 0, &n));
    int64_t id = call_int(c, "order", 0);
    call_say(c, CALL_FIELDS(call_field_int("order", id), call_field_text("state", "cancelled")),
             "order %" PRId64 " cancelled", id);
    return STATUS_OK;
}

static status scope_cancel_all(call *c, text *sentence, text *phrase) {
    app *a = c->services;
    c->kept = NULL;
    int32_t sid = 0;
    const char *symbol = call_text(c, "symbol");
    if (symbol)
        TRY(app_sid(a, symbol, &sid));
    text orders = {0};
    if (describe_orders(a, sid, &orders))
        text_printf(sentence, "Cancel %s%s%s", text_string(&orders), symbol ? " in " : "", symbol ? symbol : "");
    else
        find_nothing(c, sentence, phrase, "Nothing: no orders are working there");
    text_free(&orders);
    return STATUS_OK;
}

static status run_cancel_all(call *c) {
    app *a = c->services;
    int32_t sid = 0;
    const char *symbol = call_text(c, "symbol");
    if (symbol)
        TRY(app_sid(a, symbol, &sid));
    size_t n = 0;
    status s = c->kept ? STATUS_OK : desk_cancel(a->desk, c->user, c->reason, 0, sid, &n);
    if (n || s == STATUS_OK)
        text_printf(&c->summary, "%zu order%s cancelled", n, n == 1 ? "" : "s");
    if (s != STATUS_OK && s != STATUS_NOT_FOUND) // they may have been filled meanwhile: it is safe to repeat
        return s;
    if (n)
        call_say(c, CALL_FIELDS(call_field_int("cancelled", (int64_t)n)), "%zu order%s cancelled", n,
                 n == 1 ? "" : "s");
    else
        call_say(c, CALL_FIELDS(call_field_int("cancelled", 0)), "no orders%s%s are working", symbol ? " of " : "",
                 symbol ? symbol : "");
    return STATUS_OK;
}

// ---- close, flatten ----

// False when there is neither a position nor a working order.
static bool describe_positions(app *a, int32_t sid, text *out, int *count) {
    view_positions *v = app_section(a, SECTION_POSITIONS, sizeof *v);
    int64_t value = 0;
    *count = 0;
    for (int32_t i = 0; i < v->n; i++) {
        const view_position *p = &v->rows[i];
        if (!p->quantity || (sid && p->sid != sid))
            continue;
        ++*count;
        value += llabs(p->value);
    }
    if (!sid) { // hidden ones, too
        *count = v->held;
        value = v->long_value - v->short_value;
    }
    free(v);
    char money[DECIMAL_TEXT];
    text_printf(out, "%d position%s, %s gross", *count, *count == 1 ? "" : "s", decimal_text(value, 0, money));
    text orders = {0};
    bool working = describe_orders(a, sid, &orders);
    if (working)
        text_printf(out, "; cancels %s first", text_string(&orders));
    text_free(&orders);
    return *count || working;
}

#define NOTHING_TO_FLATTEN "nothing to flatten: no position and no working order"

static status scope_close(call *c, text *sentence, text *phrase) {
    app *a = c->services;
    int32_t sid;
    c->kept = NULL;
    TRY(app_sid(a, call_text(c, "symbol"), &sid));
    text what = {0};
    int n;
    if (describe_positions(a, sid, &what, &n))
        text_printf(sentence, "Close %s at the market: %s", call_text(c, "symbol"), text_string(&what));
    else
        find_nothing(c, sentence, phrase, NOTHING_TO_FLATTEN);
    text_free(&what);
    return STATUS_OK;
}

static status scope_flatten(call *c, text *sentence, text *phrase) {
    app *a = c->services;
    const char *symbol = call_text(c, "symbol");
    int32_t sid = 0;
    c->kept = NULL;
    if (symbol)
        TRY(app_sid(a, symbol, &sid));
    text what = {0};
    int n;
    bool something = describe_positions(a, sid, &what, &n);
    text_printf(sentence, "Flatten %s at the market: %s", symbol ? symbol : "everything", text_string(&what));
    if (symbol)
        text_printf(phrase, "flatten %s", symbol);
    else
        text_printf(phrase, "flatten all %d", n);
    if (!something)
        find_nothing(c, sentence, phrase, NOTHING_TO_FLATTEN);
    text_free(&what);
    return STATUS_OK;
}

static void print_flatten(call *c, app *a, const flatten_row *rows, size_t n) {
    static const column columns[] = {{"symbol", "SYMBOL", COLUMN_TEXT, 0},
                                     {"before", "BEFORE", COLUMN_INT, 0},
                                     {"filled", "FILLED", COLUMN_INT, 0},
                                     {"after", "LEFT", COLUMN_INT, 0},
                                     {"note", "NOTE", COLUMN_TEXT, 0}};
    table *t = table_new(columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < n; i++) {
        security s;
        table_text(t, app_security(a, rows[i].sid, &s) ? s.symbol : "?");
        table_int(t, rows[i].before);
        table_int(t, rows[i].filled);
        table_int(t, rows[i].after);
        table_text(t, rows[i].note);
    }
    call_print(c, t, false, c->kept ? NOTHING_TO_FLATTEN : "the working orders are cancelled; there was no position");
    table_free(t);
}

static status flatten(call *c, const char *symbol) {
    app *a = c->services;
    int32_t sid = 0;
    if (symbol)
        TRY(app_sid(a, symbol, &sid));
    flatten_row *rows = NULL;
    size_t n = 0, left = 0;
    flatten_done done = {0};
    status s = c->kept ? STATUS_OK : desk_flatten(a->desk, c->user, c->reason, sid, c->cancelled, &rows, &n, &done);
    if (s == STATUS_OK || done.cancelled || done.sent)
        text_printf(&c->summary, "%zu order%s cancelled, %zu order%s sent", done.cancelled,
                    done.cancelled == 1 ? "" : "s", done.sent, done.sent == 1 ? "" : "s");
    if (s == STATUS_OK)
        print_flatten(c, a, rows, n);
    for (size_t i = 0; i < n; i++)
        left += rows[i].after != 0;
    free(rows);
    TRY(s);
    return left ? status_fail(STATUS_UNAVAILABLE, "%zu position%s could not be worked out of whole; run it again", left,
                              left == 1 ? "" : "s")
                : STATUS_OK;
}

static status run_close(call *c) { return flatten(c, call_text(c, "symbol")); }
static status run_flatten(call *c) { return flatten(c, call_text(c, "symbol")); }

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
    {.name = "cancel",
     .help = "cancel one working order",
     .more = "cancel 12",
     .role = ROLE_OPERATOR,
     .confirm = CONFIRM_YES,
     .args = {{"order", ARG_INT, .help = "number of the order"}},
     .scope = scope_cancel,
     .run = run_cancel,
     .audited = true},
    {.name = "cancel all",
     .help = "cancel every working order, or all of one security",
     .more = "cancel all\ncancel all NVDA",
     .role = ROLE_OPERATOR,
     .confirm = CONFIRM_YES,
     .args = {{"symbol", ARG_SYMBOL, .optional = true, .help = "only those of this security"}},
     .scope = scope_cancel_all,
     .run = run_cancel_all,
     .audited = true},
    {.name = "close",
     .help = "cancel a security's orders and trade its position to zero at the market",
     .more = "close NVDA",
     .role = ROLE_OPERATOR,
     .confirm = CONFIRM_YES,
     .args = {{"symbol", ARG_SYMBOL, .help = "ticker"}},
     .scope = scope_close,
     .run = run_close,
     .audited = true},
    {.name = "flatten",
     .help = "cancel all orders and trade every position to zero at the market; safe to repeat",
     .more = "flatten --dry-run             says what would happen and the phrase to confirm with\n"
             "flatten --confirm 'flatten all 48'\nworks while the breaker is tripped: it only reduces",
     .role = ROLE_OPERATOR,
     .confirm = CONFIRM_PHRASE,
     .args = {{"symbol", ARG_SYMBOL, .optional = true, .help = "only this security"}},
     .scope = scope_flatten,
     .run = run_flatten,
     .audited = true},
};

void commands_add_order(command_table *t) { command_add(t, commands, sizeof commands / sizeof *commands); }
