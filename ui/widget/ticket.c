#include "ui/widget/ticket.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/desk/session.h"
#include "engine/trade/kind.h"
#include "ui/widget/format.h"

static const field fields[] = {
    {.name = "side", .label = "side", .type = FIELD_CHOICE, .choices = "buy|sell"},
    {.name = "symbol", .label = "symbol", .type = FIELD_SYMBOL},
    {.name = "quantity", .label = "quantity", .type = FIELD_QUANTITY, .unit = "shares"},
    {.name = "price", .label = "limit", .type = FIELD_PRICE, .optional = true, .unit = "empty: at market"},
    {.name = "kind",
     .label = "kind",
     .type = FIELD_CHOICE,
     .flag = "",
     .choices = "plain|stop|trailing|iceberg|post-only|all-or-none",
     .initial = "plain"},
    {.name = "stop", .label = "stop", .type = FIELD_PRICE, .flag = "--stop", .unit = "waits for this price"},
    {.name = "trail", .label = "trail", .type = FIELD_PRICE, .flag = "--trail", .unit = "behind the market"},
    {.name = "display", .label = "show", .type = FIELD_QUANTITY, .flag = "--display", .unit = "shares at a time"},
    {.name = "tif", .label = "in force", .type = FIELD_CHOICE, .flag = "--tif", .choices = KIND_TIFS, .initial = "day"},
    {.name = "until",
     .label = "until",
     .type = FIELD_TEXT,
     .flag = "--until",
     .width = 17,
     .unit = "2026-11-24, 15:30 NY"},
    {.name = "other",
     .label = "pair with",
     .type = FIELD_INT,
     .flag = "--oco",
     .optional = true,
     .unit = "a working order"},
};

enum { SIDE_FIELD, SYMBOL, QUANTITY, PRICE, KIND, STOP, TRAIL, DISPLAY, TIF, UNTIL, OTHER, FIELDS };
_Static_assert(sizeof fields / sizeof *fields == FIELDS, "each field has its number");

static bool is_kind(const form *f, const char *kind) { return strcmp(f->value[KIND], kind) == 0; }
static bool has_limit(const form *f) { return f->value[PRICE][0] && !is_kind(f, "trailing"); }
static bool waits(const form *f) { return is_kind(f, "stop") || is_kind(f, "trailing"); }

static bool is_at_once(const form *f) { return strcmp(f->value[TIF], "ioc") == 0 || strcmp(f->value[TIF], "fok") == 0; }

static const char *relation(const form *f, int *wrong) {
    instant until;
    *wrong = TIF;
    if (is_at_once(f) && !is_kind(f, "plain"))
        return waits(f) ? "a stop waits: day, gtc or gtd" : "it rests: day, gtc or gtd";
    if (is_kind(f, "plain") && !has_limit(f) && !is_at_once(f))
        return "an order at the market can't rest: ioc or fok";
    *wrong = KIND;
    if (!is_kind(f, "plain") && !waits(f) && !has_limit(f))
        return "it needs a limit";
    *wrong = UNTIL;
    if (!f->hidden[UNTIL] && !session_until(f->value[UNTIL], 0, &until))
        return "a day (2026-11-24), or a time of the session in New York (15:30)";
    return NULL;
}

// How long the order lasts follows the kind and the limit until somebody chooses; fields show where they mean anything.
static void follow(form *f) {
    bool at_market = is_kind(f, "plain") && !has_limit(f);
    if (!f->touched[TIF])
        form_set(f, "tif", at_market ? "ioc" : "day");
    f->hidden[PRICE] = is_kind(f, "trailing");
    f->hidden[STOP] = !is_kind(f, "stop");
    f->hidden[TRAIL] = !is_kind(f, "trailing");
    f->hidden[DISPLAY] = !is_kind(f, "iceberg");
    f->hidden[UNTIL] = strcmp(f->value[TIF], "gtd") != 0;
    f->hidden[OTHER] = at_market || is_at_once(f);
}

const char *ticket_price(int64_t price, char out[DECIMAL_TEXT]) {
    int64_t units = price / DECIMAL_ONE, rest = price % DECIMAL_ONE;
    int decimals = format_price_decimals(price);
    snprintf(out, DECIMAL_TEXT, "%" PRId64 ".%0*" PRId64, units, decimals, decimals == 2 ? rest / 100 : rest);
    return out;
}

static const char *or_empty(const char *s) { return s ? s : ""; }

void ticket_open(dialog *d, const ui_model *m, const char *what, const char *symbol, const char *quantity,
                 const char *price) {
    dialog_ask(d, "Ticket", "", fields, FIELDS, "Send");
    d->form.relation = relation;
    d->form.follow = follow;
    form_set(&d->form, "side", what);
    form_set(&d->form, "symbol", or_empty(symbol));
    form_set(&d->form, "quantity", or_empty(quantity));
    form_set(&d->form, "price", or_empty(price));
    follow(&d->form);
    pane_act down = {.kind = ACT_DOWN};
    for (const char *first = "symbol"; d->form.at < PRICE;) { // the first field that still wants something
        form_act(&d->form, &down);
        if (strcmp(fields[d->form.at].name, first) != 0 || !form_value(&d->form, first)[0])
            break;
        first = "";
    }
    ticket_update(d, m);
}

static const view_position *position_of(const ui_model *m, const char *symbol) {
    for (int i = 0; i < m->positions.n && i < VIEW_POSITIONS_MAX; i++)
        if (strcmp(m->positions.rows[i].symbol, symbol) == 0)
            return &m->positions.rows[i];
    return NULL;
}

static void put_market(text *out, const view_book *b) {
    char last[FORMAT_TEXT], change[FORMAT_TEXT], bid[FORMAT_TEXT], ask[FORMAT_TEXT], n[FORMAT_TEXT], k[FORMAT_TEXT];
    double moved = b->previous > 0 ? (double)b->last / (double)b->previous - 1 : NAN;
    text_printf(out, "%s · last %s  %s\n", b->name[0] ? b->name : b->symbol,
                format_money(b->last, format_price_decimals(b->last), last), format_change(moved, change));
    if (b->bids > 0 && b->asks > 0)
        text_printf(out, "bid %s × %s   ask %s × %s\n",
                    format_money(b->bid[0].price, format_price_decimals(b->bid[0].price), bid),
                    format_integer(b->bid[0].quantity, n),
                    format_money(b->ask[0].price, format_price_decimals(b->ask[0].price), ask),
                    format_integer(b->ask[0].quantity, k));
}

// What it costs about, and the position that a complete fill would leave.
static void put_effect(text *out, const form *f, const view_position *p, const view_book *b) {
    const char *quantity = form_value(f, "quantity"), *limit = has_limit(f) ? f->value[PRICE] : "";
    if (!*limit && is_kind(f, "stop"))
        limit = f->value[STOP];
    bool buy = strcmp(form_value(f, "side"), "buy") == 0;
    int64_t n, price = 0;
    if (!integer_read(quantity, (unsigned)strlen(quantity), &n) || n <= 0 || n > INT64_C(1000000000000))
        return;
    if (!decimal_read(limit, (unsigned)strlen(limit), &price) && b)
        price = buy && b->asks > 0 ? b->ask[0].price : !buy && b->bids > 0 ? b->bid[0].price : b->last;
    char money[FORMAT_TEXT], now[FORMAT_TEXT], then[FORMAT_TEXT];
    if (price > 0)
        text_printf(out, "worth about %s · ", format_compact(decimal_to_double(price) * (double)n, money));
    int64_t held = p ? p->quantity : 0;
    text_printf(out, "position %s → %s", format_integer(held, now), format_integer(buy ? held + n : held - n, then));
}

void ticket_update(dialog *d, const ui_model *m) {
    const char *symbol = form_value(&d->form, "symbol");
    const view_book *b = ui_model_book(m, symbol);
    follow(&d->form);
    text_clear(&d->body);
    if (b)
        put_market(&d->body, b);
    put_effect(&d->body, &d->form, position_of(m, symbol), b);
}

bool ticket_command(dialog *d, text *out) {
    follow(&d->form);
    if (!form_command(&d->form, "order", out))
        return false;
    if (is_kind(&d->form, "post-only") || is_kind(&d->form, "all-or-none"))
        text_printf(out, " --%s", d->form.value[KIND]);
    return true;
}
