#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/decimal.h"
#include "ui/pane/panes.h"
#include "ui/pane/part.h"
#include "ui/widget/cells.h"

enum { SYMBOL, QTY, AVG, LAST, DAY, PNL, WEIGHT, RISK, SPARK, DAY_PNL, VALUE, REALISED, SECTOR, COLUMNS };

typedef struct {
    grid grid;
    char followed[16];     // the linked selection that the cursor went to last
    const ui_model *model; // of the call under way; rows are asked for through the grid
    double largest;        // weight: it has the full bar, so that the column uses its room
    grid_column columns[COLUMNS];
} positions;

static const grid_column columns[COLUMNS] = {
    [SYMBOL] = {"SYMBOL", 6, 2, 0, false, false},   [QTY] = {"QTY", 7, 3, 1, true, true},
    [AVG] = {"AVG", 8, 2, 6, true, true},           [LAST] = {"LAST", 8, 2, 2, true, true},
    [DAY] = {"DAY%", 7, 1, 3, true, true},          [PNL] = {"P&L", 9, 3, 0, true, true},
    [WEIGHT] = {"WEIGHT", 11, 10, 4, true, true},   [RISK] = {"RISK%", 5, 2, 5, true, true},
    [SPARK] = {"20 DAYS", 8, 12, 7, false, true},   [DAY_PNL] = {"DAY P&L", 9, 3, 8, true, true},
    [VALUE] = {"VALUE", 10, 3, 9, true, true},      [REALISED] = {"REALISED", 9, 2, 11, true, true},
    [SECTOR] = {"SECTOR", 12, 0, 10, false, false},
};

static const view_position *row_of(const void *context, size_t i) {
    return &((const positions *)context)->model->positions.rows[i];
}

static uint64_t key(const void *context, size_t i) { return (uint32_t)row_of(context, i)->sid; }

// What the market says about it is older than a minute of the session.
static bool is_old(const ui_model *m, const view_position *p) {
    return m->status.venue_running && part_age(m, p->mark_time) > 60 * NS_PER_S;
}

static double largest_weight(const ui_model *m) {
    double largest = 0;
    for (int i = 0; i < m->positions.n; i++)
        largest = fmax(largest, fabs(m->positions.rows[i].weight));
    return largest;
}

static void draw_weight(const view_position *p, double largest, canvas *c) {
    char figure[FORMAT_TEXT];
    format_number(p->weight * 100, 1, figure);
    cells_bar(c, largest > 0 ? p->weight / largest : 0, figure, 5);
}

static void draw_spark(const view_position *p, canvas *c) {
    int n = p->spark_n < c->width ? p->spark_n : c->width;
    const uint8_t *from = p->spark + p->spark_n - n;
    bool fell = n > 1 && from[n - 1] < from[0];
    canvas_spark(c, 0, 0, from, n, fell ? ROLE_DOWN : ROLE_UP);
}

// The risk model follows the positions a little later, and knows what has just been closed as held.
static const view_name *risk_of(const ui_model *m, const view_position *p) {
    return p->quantity ? part_risk_of(m, p->sid) : NULL;
}

static void draw_cell(const void *context, size_t i, int col, canvas *c) {
    const positions *s = context;
    const ui_model *m = s->model;
    const view_position *p = row_of(context, i);
    const view_name *risk;
    bool flat = !p->quantity; // closed in this session: grey, but for its profit
    switch (col) {
    case SYMBOL:
        cells_left(c, flat ? ROLE_DIM : ROLE_STRONG, p->symbol);
        break;
    case QTY:
        cells_integer(c, flat ? ROLE_DIM : ROLE_TEXT, p->quantity);
        break;
    case AVG:
        if (!flat)
            cells_money(c, ROLE_DIM, p->average, 2);
        break;
    case LAST:
        cells_money(c, flat ? ROLE_DIM : is_old(m, p) ? ROLE_STALE : ROLE_TEXT, p->last, 2);
        break;
    case DAY:
        cells_change(c, p->previous > 0 ? p->day_change : NAN);
        break;
    case PNL:
        cells_gain(c, flat ? p->day_pnl : p->unrealised, 0);
        break;
    case WEIGHT:
        if (!flat)
            draw_weight(p, s->largest, c);
        break;
    case RISK:
        risk = risk_of(m, p);
        if (!flat)
            cells_number(c, ROLE_TEXT, risk ? risk->percent * 100 : NAN, 1);
        break;
    case SPARK:
        draw_spark(p, c);
        break;
    case DAY_PNL:
        cells_gain(c, p->day_pnl, 0);
        break;
    case VALUE:
        cells_money(c, flat ? ROLE_DIM : ROLE_TEXT, p->value, 0);
        break;
    case REALISED:
        cells_gain(c, p->realised, 0);
        break;
    default:
        cells_left(c, ROLE_DIM, p->sector);
    }
}

static grid_value value(const void *context, size_t i, int col) {
    const view_position *p = row_of(context, i);
    const view_name *risk = col == RISK ? risk_of(((const positions *)context)->model, p) : NULL;
    const double numbers[COLUMNS] = {
        [QTY] = (double)p->quantity,
        [AVG] = (double)p->average,
        [LAST] = (double)p->last,
        [DAY] = p->day_change,
        [PNL] = (double)p->unrealised,
        [WEIGHT] = rint(fabs(p->weight) * 1000), // as shown, so that ticks do not shuffle the rows

        [RISK] = risk ? risk->percent : NAN,
        [SPARK] = p->spark_n > 0 ? p->spark[p->spark_n - 1] - p->spark[0] : NAN,
        [DAY_PNL] = (double)p->day_pnl,
        [VALUE] = (double)p->value,
        [REALISED] = (double)p->realised,
    };
    // What is flat has none of these: it stands behind all that is held, whichever way they are sorted.
    if (!p->quantity && (col == QTY || col == AVG || col == PNL || col == WEIGHT || col == RISK || col == VALUE))
        return (grid_value){.number = NAN};
    if (col == SYMBOL || col == SECTOR)
        return (grid_value){.string = col == SYMBOL ? p->symbol : p->sector};
    return (grid_value){.number = numbers[col]};
}

static bool matches(const void *context, size_t i, const char *filter) {
    const view_position *p = row_of(context, i);
    const char *const fields[] = {p->symbol, p->sector, p->quantity < 0 ? "short" : p->quantity ? "long" : "flat"};
    return grid_matches(filter, fields, sizeof fields / sizeof *fields);
}

static void draw_totals(const void *context, canvas *c) {
    const view_positions *p = &((const positions *)context)->model->positions;
    double longs = decimal_to_double(p->long_value), shorts = decimal_to_double(p->short_value);
    double base = decimal_to_double(p->capital), day = decimal_to_double(p->day_pnl);
    part_figure figures[] = {
        {.label = "day", .role = format_role(day), .keep = 0},
        {.label = "", .role = format_role(day), .keep = 3},
        {.label = "net", .role = ROLE_TEXT, .keep = 1},
        {.label = "gross", .role = ROLE_TEXT, .keep = 2},
        {.label = "long", .role = ROLE_TEXT, .keep = 5},
        {.label = "short", .role = ROLE_TEXT, .keep = 6},
        {.label = "equity", .role = ROLE_TEXT, .keep = 4},
        {.label = "cash", .role = ROLE_TEXT, .keep = 7},
        {.label = "realised to date", .role = format_role((double)p->realised), .keep = 8},
        {.label = "fees to date", .role = ROLE_TEXT, .keep = 9},
    };
    format_gain(p->day_pnl, 0, figures[0].value);
    format_signed_percent(base > 0 ? day / base : NAN, 2, figures[1].value);
    format_compact(longs + shorts, figures[2].value);
    format_compact(longs + fabs(shorts), figures[3].value);
    format_compact(longs, figures[4].value);
    format_compact(shorts, figures[5].value);
    format_compact(decimal_to_double(p->equity), figures[6].value);
    format_compact(decimal_to_double(p->cash), figures[7].value);
    format_gain(p->realised, 0, figures[8].value);
    format_money(p->fees, 2, figures[9].value);
    int used = c->width >= 60 ? canvas_put(c, 1, 0, ROLE_HEADER, "Total") + 2 : 0;
    part_figures(c, 1 + used, 0, figures, sizeof figures / sizeof *figures);
}

static int longest_sector(const ui_model *m) {
    int longest = 0;
    for (int i = 0; i < m->positions.n; i++) {
        int width = (int)text_width(m->positions.rows[i].sector);
        longest = width > longest ? width : longest;
    }
    return longest;
}

static grid_source source(positions *s, const ui_model *m) {
    s->model = m;
    s->largest = largest_weight(m);
    memcpy(s->columns, columns, sizeof s->columns);
    int more = longest_sector(m) - columns[SECTOR].width; // words that are cut say less than a narrower bar
    s->columns[SECTOR].grow = more > 0 ? -more : 0;
    return (grid_source){s->columns, COLUMNS, (size_t)m->positions.n, s, key, draw_cell, value, matches, draw_totals};
}

static void draw_title(void *state, const ui_model *m, text *out) {
    const positions *s = state;
    char age[FORMAT_TEXT];
    int held = m->positions.held; // without those that were closed in this session; their rows stay for their profit
    text_put(out, "Positions");
    if (m->status.portfolio[0])
        text_printf(out, " · %s", m->status.portfolio);
    text_printf(out, " · %d name%s", held, held == 1 ? "" : "s");
    if (held && m->positions.equity <= 0)
        text_put(out, " · weights of gross");
    if (m->positions.hidden > 0)
        text_printf(out, ", %d more not shown", m->positions.hidden);
    if (m->positions.n && m->positions.mark_age >= 0)
        text_printf(out, " · marks %s", format_age(m->positions.mark_age, age));
    else if (m->positions.n)
        text_put(out, " · marks: last closes");
    part_title_filter(&s->grid, (size_t)m->positions.n, out);
    part_title_end(m, out);
}

// The cursor goes where another pane's selection went.
static void follow(positions *s, const ui_model *m, const grid_source *rows) {
    if (strcmp(s->followed, m->symbol) == 0)
        return;
    memcpy(s->followed, m->symbol, sizeof s->followed);
    grid_seek(&s->grid, rows, (uint32_t)m->sid);
}

static void draw(void *state, const ui_model *m, canvas *c, bool focused) {
    positions *s = state;
    if (!m->positions.n) {
        part_empty(c, "No positions.", ":portfolio load FILE.csv takes them from a file (symbol,quantity); b buys.");
        return;
    }
    grid_source rows = source(s, m);
    follow(s, m, &rows);
    grid_draw(&s->grid, &rows, c, focused);
    part_stale(m, c);
}

static const char *weight_formula(const view_positions *p) {
    return p->equity > 0 ? "market value / equity of the portfolio, signed"
                         : "market value / gross value of the portfolio, signed, because its equity is not positive";
}

static void explain(const ui_model *m, const view_position *p, text *out) {
    char a[FORMAT_TEXT], b[FORMAT_TEXT], n[FORMAT_TEXT];
    text_printf(out, "Position in %s\n", p->symbol);
    if (p->sector[0])
        part_explain(out, "sector", "%s", p->sector);
    if (!p->quantity)
        part_explain(out, "P&L", "closed in this session: the profit of the day, trading and fees");
    else
        part_explain(out, "P&L", "(last − average) × quantity = (%s − %s) × %s", format_money(p->last, 4, a),
                     format_money(p->average, 4, b), format_integer(p->quantity, n));
    part_explain(out, "average", "average cost of the open quantity; selling does not change it");
    part_explain(out, "DAY%", "last / close before the session (%s) − 1", format_money(p->previous, 4, a));
    part_explain(out, "weight", "%s", weight_formula(&m->positions));
    part_explain(out, "RISK%", "share of the portfolio's annual volatility: w × marginal contribution / total");
    if (p->mark_time)
        part_explain(out, "mark", "last trade, %s old", format_age(part_age(m, p->mark_time), a));
    else
        part_explain(out, "mark", "the last close: nothing has traded in this session");
    if (risk_of(m, p))
        part_explain_model(out, m);
    part_explain_origin(out, m);
}

static int act(void *state, ui_model *m, const pane_act *act, pane_reply *reply) {
    positions *s = state;
    grid_source rows = source(s, m);
    int next = grid_act(&s->grid, &rows, act) ? NEXT_REDRAW : NEXT_NOTHING;
    long at = grid_row(&s->grid);
    if (at < 0)
        return next;
    const view_position *p = row_of(s, (size_t)at);
    if (act->kind == ACT_EXPLAIN)
        explain(m, p, &reply->explain);
    bool chosen = next || act->kind == ACT_DRILL || act->kind == ACT_POINT || act->kind == ACT_CLICK ||
                  act->kind == ACT_DOUBLE_CLICK;
    if (chosen && act->kind != ACT_SCROLL && part_select(m, p->symbol, p->sid)) {
        memcpy(s->followed, m->symbol, sizeof s->followed);
        next |= NEXT_SELECTION | NEXT_REDRAW;
    }
    return next;
}

static table *export(void *state, const ui_model *m) {
    static const column exported[] = {
        {"symbol", "SYMBOL", COLUMN_TEXT, 0},      {"quantity", "QTY", COLUMN_INT, 0},
        {"average", "AVG", COLUMN_MONEY, 4},       {"last", "LAST", COLUMN_MONEY, 4},
        {"day_change", "DAY%", COLUMN_PERCENT, 2}, {"unrealised", "P&L", COLUMN_MONEY, 2},
        {"day_pnl", "DAY P&L", COLUMN_MONEY, 2},   {"realised", "REALISED", COLUMN_MONEY, 2},
        {"value", "VALUE", COLUMN_MONEY, 2},       {"weight", "WEIGHT", COLUMN_PERCENT, 2},
        {"risk", "RISK%", COLUMN_PERCENT, 2},      {"sector", "SECTOR", COLUMN_TEXT, 0},
    };
    positions *s = state;
    grid_source rows = source(s, m);
    grid_arrange(&s->grid, &rows);
    table *t = table_new(exported, sizeof exported / sizeof *exported);
    for (size_t i = 0; i < s->grid.n; i++) {
        const view_position *p = row_of(s, s->grid.order[i]);
        const view_name *risk = risk_of(m, p);
        table_text(t, p->symbol);
        table_int(t, p->quantity);
        table_money(t, p->average);
        table_money(t, p->last);
        table_number(t, p->day_change);
        table_money(t, p->unrealised);
        table_money(t, p->day_pnl);
        table_money(t, p->realised);
        table_money(t, p->value);
        table_number(t, p->weight);
        table_number(t, risk ? risk->percent : NAN);
        table_text(t, p->sector);
    }
    return t;
}

static void open_pane(void *state) { ((positions *)state)->grid.sort = WEIGHT + 1; }

static void close_pane(void *state) { grid_free(&((positions *)state)->grid); }

const pane_class pane_positions = {
    .name = "positions",
    .hint = "b buy  s sell  x close  F flatten  / filter  o sort  i explain  z zoom",
    .state_size = sizeof(positions),
    .open = open_pane,
    .close = close_pane,
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BIT(SECTION_POSITIONS) | SECTION_BIT(SECTION_RISK),
};
