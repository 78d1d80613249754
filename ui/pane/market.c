#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/market/book.h"
#include "src/base/decimal.h"
#include "src/base/mem.h"
#include "ui/pane/panes.h"
#include "ui/pane/part.h"
#include "ui/pane/transport.h"
#include "ui/widget/cells.h"

enum { SYMBOL, BID_QTY, BID, ASK, ASK_QTY, LAST, CHANGE, VOLUME, TRADES, LOW, HIGH, VWAP, STATE, COLUMNS };

typedef struct {
    grid grid;
    char followed[16]; // the linked selection that the cursor went to last
    int top;           // lines above the grid in the last drawing
    const ui_model *model;
} market;

// STATE is the last one: without it while every book trades continuously.
static const grid_column columns[COLUMNS] = {
    [SYMBOL] = {"SYMBOL", 6, 2, 0, false, false}, [BID_QTY] = {"BID QTY", 7, 1, 5, true, true},
    [BID] = {"BID", 8, 1, 2, true, true},         [ASK] = {"ASK", 8, 1, 2, true, true},
    [ASK_QTY] = {"ASK QTY", 7, 1, 5, true, true}, [LAST] = {"LAST", 8, 1, 0, true, true},
    [CHANGE] = {"CHG%", 7, 1, 1, true, true},     [VOLUME] = {"VOLUME", 7, 4, 4, true, true},
    [TRADES] = {"TRADES", 6, 2, 6, true, true},   [LOW] = {"LOW", 8, 1, 8, true, true},
    [HIGH] = {"HIGH", 8, 1, 8, true, true},       [VWAP] = {"VWAP", 8, 1, 7, true, true},
    [STATE] = {"STATE", 9, 8, 3, false, false},
};

static const view_quote *row_of(const void *context, size_t i) {
    return &((const market *)context)->model->market.row[i];
}

static uint64_t key(const void *context, size_t i) { return part_key(row_of(context, i)->symbol); }

static const char *state_of(const view_quote *q) {
    return q->state == STATE_CONTINUOUS ? "" : book_state_text((book_state)q->state);
}

// The same in a cell that is meant for the change.
static const char *brief_state_of(const view_quote *q) {
    static const char *const texts[] = {
        [STATE_CONTINUOUS] = "",
        [STATE_PRE_OPEN] = "preopen",
        [STATE_OPENING_AUCTION] = "opening",
        [STATE_CLOSING_AUCTION] = "closing",
        [STATE_HALTED] = "halted",
        [STATE_CLOSED] = "closed",
    };
    bool known = q->state >= 0 && q->state < (int)(sizeof texts / sizeof *texts);
    return known ? texts[q->state] : "unknown";
}

static void draw_change(const market *s, const view_quote *q, canvas *c) {
    if (*state_of(q) && s->grid.x[STATE] < 0) // there is no room for a column of its own
        cells_right(c, ROLE_WARN, brief_state_of(q));
    else
        cells_change(c, q->last ? q->change : NAN);
}

static void put_price(canvas *c, role r, int64_t price) {
    if (price)
        cells_money(c, r, price, format_price_decimals(price));
    else
        cells_number(c, ROLE_DIM, NAN, 2);
}

static void put_quantity(canvas *c, int64_t quantity) {
    if (quantity)
        cells_integer(c, ROLE_TEXT, quantity);
}

static void draw_cell(const void *context, size_t i, int col, canvas *c) {
    const view_quote *q = row_of(context, i);
    switch (col) {
    case SYMBOL:
        cells_left(c, ROLE_STRONG, q->symbol);
        break;
    case BID_QTY:
        put_quantity(c, q->bid_quantity);
        break;
    case BID:
        put_price(c, ROLE_BID, q->bid);
        break;
    case ASK:
        put_price(c, ROLE_ASK, q->ask);
        break;
    case ASK_QTY:
        put_quantity(c, q->ask_quantity);
        break;
    case LAST:
        put_price(c, ROLE_TEXT, q->last);
        break;
    case CHANGE:
        draw_change(context, q, c);
        break;
    case VOLUME:
        cells_integer(c, ROLE_TEXT, q->volume);
        break;
    case TRADES:
        cells_integer(c, ROLE_DIM, q->trades);
        break;
    case LOW:
    case HIGH:
        put_price(c, ROLE_DIM, col == LOW ? q->low : q->high);
        break;
    case VWAP:
        cells_number(c, ROLE_DIM, q->last ? q->vwap / DECIMAL_ONE : NAN, 2);
        break;
    default:
        cells_left(c, ROLE_WARN, state_of(q));
    }
}

static grid_value value(const void *context, size_t i, int col) {
    const view_quote *q = row_of(context, i);
    const int64_t numbers[COLUMNS] = {
        [BID_QTY] = q->bid_quantity, [BID] = q->bid,   [ASK] = q->ask,
        [ASK_QTY] = q->ask_quantity, [LAST] = q->last, [VOLUME] = q->volume,
        [TRADES] = q->trades,        [LOW] = q->low,   [HIGH] = q->high,
    };
    if (col == SYMBOL || col == STATE)
        return (grid_value){.string = col == SYMBOL ? q->symbol : state_of(q)};
    if (col == CHANGE || col == VWAP)
        return (grid_value){.number = !q->last ? NAN : col == CHANGE ? q->change : q->vwap};
    bool price = col == BID || col == ASK || col == LAST || col == LOW || col == HIGH;
    return (grid_value){.number = price && !numbers[col] ? NAN : (double)numbers[col]};
}

static bool matches(const void *context, size_t i, const char *filter) {
    const view_quote *q = row_of(context, i);
    const char *const fields[] = {q->symbol, state_of(q)};
    return grid_matches(filter, fields, sizeof fields / sizeof *fields);
}

static bool all_continuous(const view_market *q) {
    for (int i = 0; i < q->n; i++)
        if (q->row[i].state != STATE_CONTINUOUS)
            return false;
    return true;
}

static grid_source source(market *s, const ui_model *m) {
    s->model = m;
    int shown = all_continuous(&m->market) ? STATE : COLUMNS;
    return (grid_source){columns, shown, (size_t)m->market.n, s, key, draw_cell, value, matches, NULL};
}

// A name too long for a narrow title is cut, and `explain` has it whole.
static void put_replay(const view_replay *r, text *out) {
    enum { NAME = 20 };
    char day[FORMAT_TEXT];
    const char *slash = strrchr(r->file, '/'), *name = slash ? slash + 1 : r->file;
    bool fits = (int)text_width(name) <= NAME;
    text_printf(out, "Market · replay of %.*s%s", fits ? (int)strlen(name) : NAME - 1, name, fits ? "" : "…");
    if (r->day > 0)
        text_printf(out, " · %s", format_date(r->day, day));
    if (r->symbol[0])
        text_printf(out, " · %s alone", r->symbol);
}

static void draw_title(void *state, const ui_model *m, text *out) {
    const market *s = state;
    int n = m->replay.number ? m->replay.securities : m->market.n + m->market.hidden;
    char count[FORMAT_TEXT];
    if (m->replay.number)
        put_replay(&m->replay, out);
    else
        text_printf(out, "Market · %s", transport_source(m));
    const char *what = m->replay.number ? (n == 1 ? "security" : "securities") : n == 1 ? "book" : "books";
    text_printf(out, " · %s %s", format_integer(n, count), what);
    if (m->market.hidden > 0)
        text_printf(out, ", the %s most traded here", format_integer(m->market.n, count));
    if (!m->status.venue_running && !m->replay.number)
        text_put(out, " · paused");
    part_title_filter(&s->grid, (size_t)m->market.n, out);
    part_title_end(m, out);
}

// The cursor goes where another pane's selection went.
static void follow(market *s, const ui_model *m, const grid_source *rows) {
    if (strcmp(s->followed, m->symbol) == 0)
        return;
    if (grid_seek(&s->grid, rows, part_key(m->symbol)))
        mem_copy_string(s->followed, sizeof s->followed, m->symbol);
}

static void draw(void *state, const ui_model *m, canvas *c, bool focused) {
    market *s = state;
    s->top = c->height >= 5 ? transport_draw(m, c) : 0;
    canvas body = canvas_part(c, (rect){0, s->top, c->width, c->height - s->top});
    if (m->market.n) {
        grid_source rows = source(s, m);
        follow(s, m, &rows);
        grid_draw(&s->grid, &rows, &body, focused);
    } else if (m->replay.number) {
        part_empty(&body, "No security yet.", "They show here as the file names them.");
    } else {
        part_empty(&body, "No live books.",
                   "The desk opens the books of what is watched or traded; :replay FILE plays a day from a file.");
    }
    part_stale(m, c);
}

static void explain(const ui_model *m, const view_quote *q, text *out) {
    char when[FORMAT_TEXT];
    text_printf(out, "Quote of %s\n", q->symbol);
    if (m->replay.number)
        part_explain(out, "source", "replay of %s, %s", m->replay.file, m->replay.format);
    else
        part_explain(out, "source", "the live order book of the %s", transport_source(m));
    part_explain(out, "state", "%s", book_state_text((book_state)q->state));
    part_explain(out, "CHG%", m->replay.number ? "last / first trade of the day − 1" : "last / previous close − 1");
    part_explain(out, "VWAP", "traded value / traded shares of the day");
    part_explain(out, "last trade", "%s", q->time ? format_instant(q->time, when) : "none yet");
    part_explain_origin(out, m);
}

static int act(void *state, ui_model *m, const pane_act *act, pane_reply *reply) {
    market *s = state;
    grid_source rows = source(s, m);
    pane_act inside = *act;
    inside.y -= act->kind == ACT_CLICK || act->kind == ACT_DOUBLE_CLICK ? s->top : 0;
    int next = grid_act(&s->grid, &rows, &inside) ? NEXT_REDRAW : NEXT_NOTHING;
    long at = grid_row(&s->grid);
    if (at < 0)
        return next;
    const view_quote *q = row_of(s, (size_t)at);
    if (act->kind == ACT_EXPLAIN)
        explain(m, q, &reply->explain);
    bool chosen = next || act->kind == ACT_DRILL || act->kind == ACT_POINT || act->kind == ACT_CLICK ||
                  act->kind == ACT_DOUBLE_CLICK;
    if (chosen && act->kind != ACT_SCROLL && part_select(m, q->symbol, q->sid)) {
        mem_copy_string(s->followed, sizeof s->followed, m->symbol);
        next |= NEXT_SELECTION | NEXT_REDRAW;
    }
    return next;
}

static table *export(void *state, const ui_model *m) {
    static const column exported[] = {
        {"symbol", "SYMBOL", COLUMN_TEXT, 0},
        {"bid_quantity", "BID QTY", COLUMN_INT, 0},
        {"bid", "BID", COLUMN_MONEY, 4},
        {"ask", "ASK", COLUMN_MONEY, 4},
        {"ask_quantity", "ASK QTY", COLUMN_INT, 0},
        {"last", "LAST", COLUMN_MONEY, 4},
        {"change", "CHG%", COLUMN_PERCENT, 2},
        {"volume", "VOLUME", COLUMN_INT, 0},
        {"trades", "TRADES", COLUMN_INT, 0},
        {"low", "LOW", COLUMN_MONEY, 4},
        {"high", "HIGH", COLUMN_MONEY, 4},
        {"vwap", "VWAP", COLUMN_NUMBER, 4},
        {"state", "STATE", COLUMN_TEXT, 0},
    };
    market *s = state;
    grid_source rows = source(s, m);
    grid_arrange(&s->grid, &rows);
    table *t = table_new(exported, sizeof exported / sizeof *exported);
    for (size_t i = 0; i < s->grid.n; i++) {
        const view_quote *q = row_of(s, s->grid.order[i]);
        table_text(t, q->symbol);
        table_int(t, q->bid_quantity);
        table_money(t, q->bid);
        table_money(t, q->ask);
        table_int(t, q->ask_quantity);
        table_money(t, q->last);
        table_number(t, q->last ? q->change : NAN);
        table_int(t, q->volume);
        table_int(t, q->trades);
        table_money(t, q->low);
        table_money(t, q->high);
        table_number(t, q->last ? q->vwap / DECIMAL_ONE : NAN);
        table_text(t, book_state_text((book_state)q->state));
    }
    return t;
}

static void close_pane(void *state) { grid_free(&((market *)state)->grid); }

const pane_class pane_market = {
    .name = "market",
    .hint = "b buy  s sell  / filter  o sort  i explain  z zoom",
    .state_size = sizeof(market),
    .close = close_pane,
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BIT(SECTION_MARKET) | SECTION_BIT(SECTION_REPLAY),
};
