// cancel …, close, flatten: orders and positions taken away.
#include <inttypes.h>
#include <stdlib.h>

#include "engine/desk/order_row.h"
#include "src/app/app.h"
#include "src/app/commands.h"
#include "src/base/decimal.h"

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
        notional += (o->quantity - o->filled) * order_row_worth(o);
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
        char quantity[DECIMAL_TEXT], price[ORDER_ROW_TEXT];
        text_printf(sentence, "Cancel order %" PRId64 ": %s %s %s %s", id, o->side == SIDE_BUY ? "buy" : "sell",
                    integer_text(o->quantity - o->filled, quantity), o->symbol, order_row_price(o, price));
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

static const command commands[] = {
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

void commands_add_cancel(command_table *t) { command_add(t, commands, sizeof commands / sizeof *commands); }
