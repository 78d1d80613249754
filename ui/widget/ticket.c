#include "ui/widget/ticket.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/widget/format.h"

static const field fields[] = {
    {.name = "side", .label = "side", .type = FIELD_CHOICE, .choices = "buy|sell"},
    {.name = "symbol", .label = "symbol", .type = FIELD_SYMBOL},
    {.name = "quantity", .label = "quantity", .type = FIELD_QUANTITY, .unit = "shares"},
    {.name = "price", .label = "limit", .type = FIELD_PRICE, .optional = true, .unit = "empty: at market"},
    {.name = "tif",
     .label = "in force",
     .type = FIELD_CHOICE,
     .flag = "--tif",
     .choices = "day|ioc|fok",
     .initial = "day"},
};

enum { FIELDS = sizeof fields / sizeof *fields, TIF = FIELDS - 1 };

static const char *relation(const form *f, int *wrong) {
    *wrong = TIF;
    bool rests = strcmp(form_value(f, "tif"), "day") == 0;
    return rests && !form_value(f, "price")[0] ? "an order at the market can't rest: ioc or fok" : NULL;
}

// How long the order lasts follows the limit until somebody chooses.
static void follow_limit(form *f) {
    if (!f->touched[TIF])
        form_set(f, "tif", form_value(f, "price")[0] ? "day" : "ioc");
}

const char *ticket_price(int64_t price, char out[DECIMAL_TEXT]) {
    int64_t units = price / DECIMAL_ONE, rest = price % DECIMAL_ONE;
    int decimals = format_price_decimals(price);
    snprintf(out, DECIMAL_TEXT, "%" PRId64 ".%0*" PRId64, units, decimals, decimals == 2 ? rest / 100 : rest);
    return out;
}

static const char *or_empty(const char *s) { return s ? s : ""; }

void ticket_open(dialog *d, const ui_model *m, const char *side, const char *symbol, const char *quantity,
                 const char *price) {
    dialog_ask(d, "Ticket", "", fields, FIELDS, "Send");
    d->form.relation = relation;
    form_set(&d->form, "side", side);
    form_set(&d->form, "symbol", or_empty(symbol));
    form_set(&d->form, "quantity", or_empty(quantity));
    form_set(&d->form, "price", or_empty(price));
    pane_act down = {.kind = ACT_DOWN};
    for (const char *first = "symbol"; d->form.at < FIELDS - 1;) { // the first field that still wants something
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
    const char *quantity = form_value(f, "quantity"), *limit = form_value(f, "price");
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
    follow_limit(&d->form);
    text_clear(&d->body);
    if (b)
        put_market(&d->body, b);
    put_effect(&d->body, &d->form, position_of(m, symbol), b);
}

bool ticket_command(dialog *d, text *out) {
    follow_limit(&d->form);
    return form_command(&d->form, "order", out);
}
