#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/desk/order_row.h"
#include "engine/desk/session.h"
#include "engine/trade/kind.h"
#include "src/base/decimal.h"
#include "ui/pane/panes.h"
#include "ui/pane/part.h"
#include "ui/widget/cells.h"

typedef enum { SHOW_ORDERS, SHOW_FILLS, SHOW_ALL, SHOWS } show;

enum { MOST_ROWS = VIEW_ORDERS_MAX + VIEW_FILLS_MAX };

enum { NO, TIME, SYMBOL, SIDE, QTY, FILLED, LIMIT, TYPE, STATE, COLUMNS };

typedef struct {
    grid grid;
    show show;
    const ui_model *model;        // of the call under way; rows are asked for through the grid
    grid_column columns[COLUMNS]; // of the call under way
    int32_t rows[MOST_ROWS];      // number of an order, or ~number of a fill
    size_t n;
} orders;

static const grid_column order_columns[COLUMNS] = {
    [NO] = {"NO", 2, 0, 1, true, true},           [TIME] = {"TIME", 8, 0, 5, false, true},
    [SYMBOL] = {"SYMBOL", 6, 1, 0, false, false}, [SIDE] = {"SIDE", 4, 0, 0, false, false},
    [QTY] = {"QTY", 6, 3, 0, true, true},         [FILLED] = {"FILLED", 6, 1, 3, true, true},
    [LIMIT] = {"LIMIT", 8, 1, 1, true, true},     [TYPE] = {"TYPE", 4, 0, 6, false, false},
    [STATE] = {"STATE", 14, 96, 0, false, false},
};

static const grid_column fill_columns[COLUMNS] = {
    [NO] = {"ORDER", 5, 2, 6, true, true},        [TIME] = {"TIME", 10, 0, 3, false, true},
    [SYMBOL] = {"SYMBOL", 6, 3, 0, false, false}, [SIDE] = {"SIDE", 4, 0, 0, false, false},
    [QTY] = {"QTY", 6, 4, 0, true, true},         [FILLED] = {"VALUE", 9, 3, 4, true, true},
    [LIMIT] = {"PRICE", 8, 3, 1, true, true},     [TYPE] = {"FEE", 7, 2, 5, true, true},
};
enum { FILL_COLUMNS = STATE };

static const char *const states[] = {"N new",       "W working",  "P part filled", "F filled",
                                     "C cancelled", "R rejected", "X expired"};
static const role state_roles[] = {ROLE_DIM, ROLE_ACCENT, ROLE_OWN, ROLE_OK, ROLE_DIM, ROLE_ERROR, ROLE_DIM};

static const view_order *order_of(const orders *s, size_t i) {
    return s->rows[i] >= 0 ? &s->model->orders.rows[s->rows[i]] : NULL;
}

static const view_fill *fill_of(const orders *s, size_t i) {
    return s->rows[i] < 0 ? &s->model->fills.rows[~s->rows[i]] : NULL;
}

static bool is_live(const view_order *o) { return o->state >= ORDER_NEW && o->state <= ORDER_PARTIAL; }

static const char *state_text(const view_order *o) {
    if (o->waits && o->state == ORDER_WORKING)
        return "W waiting";
    return o->state >= ORDER_NEW && o->state <= ORDER_EXPIRED ? states[o->state] : "?";
}

// ---- rows ----

static int64_t time_of(const ui_model *m, int32_t row) {
    return row >= 0 ? m->orders.rows[row].time : m->fills.rows[~row].time;
}

// Newest first; of the same moment, an order before its fills.
static int newer(const void *a, const void *b, void *model) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    int64_t tx = time_of(model, x), ty = time_of(model, y);
    return tx != ty ? (tx < ty) - (tx > ty) : (x < y) - (x > y);
}

static void gather(orders *s, const ui_model *m) {
    s->model = m;
    s->n = 0;
    for (int32_t i = 0; i < m->orders.n && s->show != SHOW_FILLS; i++)
        s->rows[s->n++] = i;
    for (int32_t i = 0; i < m->fills.n && s->show != SHOW_ORDERS; i++)
        s->rows[s->n++] = ~i;
    if (s->show == SHOW_ALL)
        qsort_r(s->rows, s->n, sizeof *s->rows, newer, (void *)m);
}

static uint64_t key(const void *context, size_t i) {
    const orders *s = context;
    const view_fill *f = fill_of(s, i);
    if (!f)
        return (uint64_t)order_of(s, i)->id;
    return ((uint64_t)f->time ^ (uint64_t)f->order * 0x9E3779B97F4A7C15U ^ (uint64_t)f->quantity << 20) | 1U << 31;
}

// ---- cells ----

// As it is typed behind "cancel": without commas.
static void draw_number(canvas *c, int64_t id) {
    char number[FORMAT_TEXT];
    snprintf(number, sizeof number, "%lld", (long long)id);
    cells_figure(c, ROLE_DIM, number, NULL);
}

static bool is_earlier(const ui_model *m, int64_t t) {
    return m->status.session > 0 && instant_date(format_to_local(t)) < m->status.session;
}

// The clock, with the day in front where that is not of this session.
static void draw_time(const ui_model *m, int64_t t, int decimals, canvas *c) {
    char clock[FORMAT_TEXT], day[FORMAT_TEXT], both[FORMAT_TEXT];
    format_local(t, decimals, clock);
    format_date(instant_date(format_to_local(t)), day);
    if (is_earlier(m, t) && strlen(day) == DATE_TEXT - 1) {
        snprintf(both, sizeof both, "%.5s %.5s", day + strlen("2026-"), clock);
        cells_left(c, ROLE_DIM, both);
    } else {
        cells_left(c, ROLE_DIM, clock);
    }
}

static void draw_side(canvas *c, int32_t what) {
    bool buy = what == SIDE_BUY;
    cells_left(c, buy ? ROLE_BID : ROLE_ASK, buy ? "buy" : "sell");
}

// What there is to say beyond the state: why, where in the queue, at what price. `brief` is a shorter way to say all of
// it, where there is one, and the same again where there is none: a reason is never shortened on the quiet.
typedef struct {
    char full[sizeof((view_order *)NULL)->reason], brief[sizeof((view_order *)NULL)->reason];
} note;

static void queue_note(const view_order *o, bool with_filled, note *out) {
    char count[FORMAT_TEXT], filled[FORMAT_TEXT] = "";
    if (with_filled)
        snprintf(filled, sizeof filled, "%.20s · ", format_integer(o->filled, count));
    snprintf(out->full, sizeof out->full, "%.30squeue %d/%d", filled, o->queue_place, o->queue_total);
    snprintf(out->brief, sizeof out->brief, "%.30s%d/%d", filled, o->queue_place, o->queue_total);
}

// What the columns that are not shown would have said.
typedef struct {
    bool filled, kind;
} unsaid;

static note note_of(const view_order *o, unsaid u) {
    note out = {0};
    char price[FORMAT_TEXT], kind[ORDER_ROW_TEXT];
    if (o->reason[0])
        snprintf(out.full, sizeof out.full, "%s", o->reason);
    else if (o->waits && u.kind)
        snprintf(out.full, sizeof out.full, "%.90s", order_row_kind(o, kind));
    else if (o->waits && o->trail)
        snprintf(out.full, sizeof out.full, "stop %.40s", format_money(o->stop, format_price_decimals(o->stop), price));
    else if (is_live(o) && o->queue_place > 0)
        queue_note(o, u.filled && o->filled > 0, &out);
    else if (o->filled > 0)
        snprintf(out.full, sizeof out.full, "at %.40s",
                 format_money(o->average_fill, format_price_decimals(o->average_fill), price));
    if (!out.brief[0])
        memcpy(out.brief, out.full, sizeof out.brief);
    return out;
}

// Prices are of about one width, so that all that is filled is said in one form.
static int note_width(const view_order *o, const char *said) {
    static const char usual[] = "at 123.4567";
    int width = (int)text_width(said), least = (int)sizeof usual - 1;
    return o->state == ORDER_FILLED && !o->reason[0] && width < least ? least : width;
}

// The most that fits of "W working      queue 3/9", "W working 3/9", "W queue 3/9", "W 3/9" and "W working". A reason
// that is too long begins right behind the letter and ends with …; nothing else is ever cut.
static void draw_state(const view_order *o, unsaid u, canvas *c) {
    enum { NAMES = 15 };
    bool known = o->state >= ORDER_NEW && o->state <= ORDER_EXPIRED;
    role r = known ? state_roles[o->state] : ROLE_ERROR;
    note n = note_of(o, u);
    const char *state = state_text(o), letter[2] = {state[0]};
    int name = (int)text_width(state);
    const struct {
        int from;
        const char *said;
    } forms[] = {{NAMES, n.full}, {name + 1, n.brief}, {2, n.full}, {2, n.brief}};
    enum { FORMS = sizeof forms / sizeof *forms };
    int f = 0, from = 2;
    while (f < FORMS && forms[f].from + note_width(o, forms[f].said) > c->width)
        f++;
    if (f < FORMS)
        from = forms[f].from;
    bool noted = n.full[0] && (f < FORMS || o->reason[0]);
    canvas_put_n(c, 0, 0, c->width, r, from > 2 || !noted ? state : letter);
    if (noted)
        canvas_put_n(c, from, 0, c->width - from, o->state == ORDER_REJECTED ? ROLE_ERROR : ROLE_TEXT,
                     f < FORMS ? forms[f].said : n.full);
}

static void draw_order(const orders *s, const view_order *o, int col, canvas *c) {
    role r = is_live(o) ? ROLE_TEXT : ROLE_DIM;
    char kind[ORDER_ROW_TEXT];
    switch (col) {
    case NO:
        draw_number(c, o->id);
        break;
    case TIME:
        draw_time(s->model, o->time, 0, c);
        break;
    case SYMBOL:
        cells_left(c, is_live(o) ? ROLE_STRONG : ROLE_TEXT, o->symbol);
        break;
    case SIDE:
        draw_side(c, o->side);
        break;
    case QTY:
        cells_integer(c, r, o->quantity);
        break;
    case FILLED:
        cells_integer(c, o->filled > 0 ? ROLE_TEXT : ROLE_DIM, o->filled);
        break;
    case LIMIT:
        if (o->price > 0)
            cells_money(c, r, o->price, format_price_decimals(o->price));
        else
            cells_right(c, ROLE_DIM, "market");
        break;
    case TYPE:
        cells_left(c, ROLE_DIM, order_row_kind(o, kind));
        break;
    default:
        draw_state(o, (unsaid){.filled = s->grid.x[FILLED] < 0, .kind = s->grid.x[TYPE] < 0}, c);
    }
}

static void draw_fill(const ui_model *m, const view_fill *f, int col, show in, canvas *c) {
    switch (col) {
    case NO:
        draw_number(c, f->order);
        break;
    case TIME:
        draw_time(m, f->time, in == SHOW_FILLS ? 1 : 0, c);
        break;
    case SYMBOL:
        cells_left(c, ROLE_STRONG, f->symbol);
        break;
    case SIDE:
        draw_side(c, f->side);
        break;
    case QTY:
        cells_integer(c, ROLE_TEXT, f->quantity);
        break;
    case FILLED:
        if (in == SHOW_FILLS)
            cells_number(c, ROLE_TEXT, decimal_to_double(f->price) * (double)f->quantity, 0);
        break;
    case LIMIT:
        cells_money(c, ROLE_TEXT, f->price, format_price_decimals(f->price));
        break;
    case TYPE:
        if (in == SHOW_FILLS)
            cells_money(c, ROLE_DIM, f->fee, 2);
        break;
    default:
        cells_left(c, ROLE_OK, "* fill");
    }
}

static void draw_cell(const void *context, size_t i, int col, canvas *c) {
    const orders *s = context;
    if (s->rows[i] >= 0)
        draw_order(s, order_of(s, i), col, c);
    else
        draw_fill(s->model, fill_of(s, i), col, s->show, c);
}

static grid_value value(const void *context, size_t i, int col) {
    const orders *s = context;
    const view_order *o = order_of(s, i);
    const view_fill *f = fill_of(s, i);
    int32_t buy_or_sell = o ? o->side : f->side;
    switch (col) {
    case NO:
        return (grid_value){.number = (double)(o ? o->id : f->order)};
    case TIME:
        return (grid_value){.number = (double)time_of(s->model, s->rows[i])};
    case SYMBOL:
        return (grid_value){.string = o ? o->symbol : f->symbol};
    case SIDE:
        return (grid_value){.string = buy_or_sell == SIDE_BUY ? "buy" : "sell"};
    case QTY:
        return (grid_value){.number = (double)(o ? o->quantity : f->quantity)};
    case FILLED:
        return (grid_value){.number = o ? (double)o->filled : (double)f->quantity * (double)f->price};
    case LIMIT:
        return (grid_value){.number = (double)(o ? o->price : f->price)};
    case TYPE:
        return (grid_value){.number = o ? o->type * 10.0 + o->tif : (double)f->fee};
    default:
        return (grid_value){.number = o ? o->state + o->queue_place * 1e-9 : NAN};
    }
}

static bool matches(const void *context, size_t i, const char *filter) {
    const orders *s = context;
    const view_order *o = order_of(s, i);
    const view_fill *f = fill_of(s, i);
    char kind[ORDER_ROW_TEXT];
    const char *const fields[] = {o ? o->symbol : f->symbol, (o ? o->side : f->side) == SIDE_BUY ? "buy" : "sell",
                                  o ? state_text(o) : "fill", o ? o->reason : NULL, o ? order_row_kind(o, kind) : NULL};
    return grid_matches(filter, fields, sizeof fields / sizeof *fields);
}

// Some columns are as wide as what stands in them needs.
static void fit_columns(orders *s) {
    enum { DAY_AND_CLOCK = 11 };
    grid_column *number = &s->columns[NO], *when = &s->columns[TIME], *type = &s->columns[TYPE];
    int64_t longest = 0;
    char kind[ORDER_ROW_TEXT];
    memcpy(s->columns, s->show == SHOW_FILLS ? fill_columns : order_columns, sizeof s->columns);
    for (size_t i = 0; i < s->n; i++) {
        const view_order *o = order_of(s, i);
        int64_t id = o ? o->id : fill_of(s, i)->order;
        longest = id > longest ? id : longest;
        if (is_earlier(s->model, time_of(s->model, s->rows[i])))
            when->width = DAY_AND_CLOCK;
        int width = o && s->show != SHOW_FILLS ? (int)text_width(order_row_kind(o, kind)) : 0;
        type->width = width > type->width ? width : type->width;
    }
    for (int digits = 1; longest > 0; longest /= 10, digits++)
        number->width = digits > number->width ? digits : number->width;
}

static grid_source source(orders *s, const ui_model *m) {
    gather(s, m);
    fit_columns(s);
    int columns = s->show == SHOW_FILLS ? FILL_COLUMNS : COLUMNS;
    return (grid_source){s->columns, columns, s->n, s, key, draw_cell, value, matches, NULL};
}

// ---- the pane ----

static void draw_title(void *state, const ui_model *m, text *out) {
    const orders *s = state;
    static const char *const names[SHOWS] = {"Orders", "Fills", "Orders and fills"};
    text_printf(out, "%s · %d working · %lld filled", names[s->show], m->orders.working,
                (long long)m->orders.filled - m->orders.filled_earlier);
    if (s->show != SHOW_FILLS && m->orders.total > m->orders.n)
        text_printf(out, " · the last %d of %lld", m->orders.n, (long long)m->orders.total);
    if (s->show != SHOW_ORDERS && m->fills.total > m->fills.n)
        text_printf(out, " · the last %d of %lld fills", m->fills.n, (long long)m->fills.total);
    part_title_filter(&s->grid, s->n, out);
    part_title_end(m, out);
}

static void draw(void *state, const ui_model *m, canvas *c, bool focused) {
    orders *s = state;
    grid_source rows = source(s, m);
    if (rows.n)
        grid_draw(&s->grid, &rows, c, focused);
    else if (s->show == SHOW_FILLS)
        part_empty(c, "No fills in this session.", "m shows orders.");
    else
        part_empty(c, "No orders in this session.",
                   "b buys and s sells the selected security; :order buy SYMBOL QTY PRICE does the same.");
    part_stale(m, c);
}

static void explain_kind(const view_order *o, text *out) {
    char until[SESSION_UNTIL_TEXT], a[FORMAT_TEXT], b[FORMAT_TEXT];
    if (o->stop && !kind_waits((order_type)o->type))
        part_explain(out, "stop", "was triggered at %s", format_money(o->stop, format_price_decimals(o->stop), a));
    if (o->display)
        part_explain(out, "shows", "%s of %s at a time", format_integer(o->display, a), format_integer(o->quantity, b));
    if (o->traits)
        part_explain(out, "trait", "%s", order_row_traits(o));
    if (o->expires)
        part_explain(out, "until", "%s", session_until_text(o->expires, until));
    if (o->other)
        part_explain(out, "pair", "order %lld: one cancels the other", (long long)o->other);
    if (o->self != SELF_CANCEL_NEWEST)
        part_explain(out, "self-trade", "%s", kind_self_name(o->self));
}

static void explain(const orders *s, const ui_model *m, size_t at, text *out) {
    const view_order *o = order_of(s, at);
    const view_fill *f = fill_of(s, at);
    char a[FORMAT_TEXT], b[FORMAT_TEXT], n[FORMAT_TEXT], price[ORDER_ROW_TEXT];
    if (f) {
        text_printf(out, "Fill of order %lld in %s\n", (long long)f->order, f->symbol);
        part_explain(out, "price", "%s, the price of the order that was met", format_money(f->price, 4, a));
        part_explain(out, "filled", "%s", format_instant(f->time, b));
    } else {
        text_printf(out, "Order %lld in %s, client id %s\n", (long long)o->id, o->symbol,
                    o->client[0] ? o->client : "none");
        part_explain(out, "state", "%s%s%s", state_text(o), o->reason[0] ? ": " : "", o->reason);
        part_explain(out, "average", "%s, volume-weighted over its fills",
                     o->filled > 0 ? format_money(o->average_fill, 4, a) : "–");
        part_explain(out, "asked", "%s %s %s, %s; %s filled", o->side == SIDE_BUY ? "buy" : "sell",
                     format_integer(o->quantity, a), order_row_price(o, price), kind_tif_name(o->tif),
                     format_integer(o->filled, n));
        explain_kind(o, out);
        if (o->queue_place > 0)
            part_explain(out, "queue", "%d of %d in price-time priority among the orders at its price", o->queue_place,
                         o->queue_total);
        part_explain(out, "sent", "%s", format_instant(o->time, b));
    }
    part_explain(out, "source", "the desk's journal of orders and fills");
    part_explain_origin(out, m);
}

static int choose(const orders *s, ui_model *m, size_t at) {
    const view_order *o = order_of(s, at);
    const view_fill *f = fill_of(s, at);
    int64_t id = o ? o->id : f->order;
    bool changed = part_select(m, o ? o->symbol : f->symbol, o ? o->sid : f->sid) || m->order != id;
    m->order = id;
    return changed ? NEXT_SELECTION | NEXT_REDRAW : NEXT_NOTHING;
}

static int act(void *state, ui_model *m, const pane_act *act, pane_reply *reply) {
    orders *s = state;
    if (act->kind == ACT_MODE) {
        s->show = (s->show + 1) % SHOWS;
        s->grid.sort = 0;
        return NEXT_REDRAW;
    }
    grid_source rows = source(s, m);
    int next = grid_act(&s->grid, &rows, act) ? NEXT_REDRAW : NEXT_NOTHING;
    long at = grid_row(&s->grid);
    if (at < 0)
        return next;
    const view_order *o = order_of(s, (size_t)at);
    if (act->kind == ACT_EXPLAIN)
        explain(s, m, (size_t)at, &reply->explain);
    if (act->kind == ACT_CANCEL && o && is_live(o)) {
        snprintf(reply->command, sizeof reply->command, "cancel %lld", (long long)o->id);
        return next | NEXT_COMMAND;
    }
    if (act->kind == ACT_SCROLL || act->kind == ACT_EXPLAIN || act->kind == ACT_CANCEL)
        return next;
    return next | choose(s, m, (size_t)at);
}

static table *export(void *state, const ui_model *m) {
    static const column exported[] = {
        {"time", "TIME", COLUMN_TEXT, 0},     {"what", "WHAT", COLUMN_TEXT, 0},     {"order", "ORDER", COLUMN_INT, 0},
        {"symbol", "SYMBOL", COLUMN_TEXT, 0}, {"side", "SIDE", COLUMN_TEXT, 0},     {"quantity", "QTY", COLUMN_INT, 0},
        {"filled", "FILLED", COLUMN_INT, 0},  {"price", "PRICE", COLUMN_MONEY, 4},  {"type", "TYPE", COLUMN_TEXT, 0},
        {"state", "STATE", COLUMN_TEXT, 0},   {"reason", "REASON", COLUMN_TEXT, 0},
    };
    orders *s = state;
    grid_source rows = source(s, m);
    grid_arrange(&s->grid, &rows);
    table *t = table_new(exported, sizeof exported / sizeof *exported);
    for (size_t i = 0; i < s->grid.n; i++) {
        const view_order *o = order_of(s, s->grid.order[i]);
        const view_fill *f = fill_of(s, s->grid.order[i]);
        char when[FORMAT_TEXT], kind[ORDER_ROW_TEXT];
        table_text(t, format_instant(o ? o->time : f->time, when));
        table_text(t, o ? "order" : "fill");
        table_int(t, o ? o->id : f->order);
        table_text(t, o ? o->symbol : f->symbol);
        table_text(t, (o ? o->side : f->side) == SIDE_BUY ? "buy" : "sell");
        table_int(t, o ? o->quantity : f->quantity);
        table_int(t, o ? o->filled : f->quantity);
        o && o->price <= 0 ? table_null(t) : table_money(t, o ? o->price : f->price);
        table_text(t, o ? order_row_kind(o, kind) : NULL);
        table_text(t, o ? state_text(o) : NULL);
        table_text(t, o ? o->reason : NULL);
    }
    return t;
}

static void close_pane(void *state) { grid_free(&((orders *)state)->grid); }

const pane_class pane_orders = {
    .name = "orders",
    .hint = "c cancel  C cancel all  b buy  s sell  m fills  / filter  o sort  i explain  z zoom",
    .state_size = sizeof(orders),
    .close = close_pane,
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BIT(SECTION_ORDERS) | SECTION_BIT(SECTION_FILLS),
};
