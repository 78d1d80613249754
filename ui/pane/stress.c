#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "ui/pane/panes.h"
#include "ui/pane/part.h"
#include "ui/widget/cells.h"

typedef struct {
    grid grid;
    char followed[40];
} stress;

enum { SCENARIO, PNL, PERCENT, BAR, INDEX, WORST, FROM, TO, HOW, COLUMNS };

static const grid_column columns[COLUMNS] = {
    [SCENARIO] = {"SCENARIO", 12, 12, 0, false, false},
    [PNL] = {"P&L", 9, 3, 1, true, true},
    [PERCENT] = {"%", 6, 1, 0, true, true},
    [BAR] = {"", 10, 40, 2, false, true},
    [INDEX] = {"INDEX", 6, 1, 3, true, true},
    [WORST] = {"WORST", 6, 8, 4, false, false},
    [FROM] = {"FROM", 10, 0, 5, false, true},
    [TO] = {"TO", 10, 0, 6, false, true},
    [HOW] = {"HOW", 15, 4, 7, false, false},
};

static const view_scenario *row_of(const void *context, size_t i) {
    return &((const ui_model *)context)->stress.row[i];
}

static uint64_t key(const void *context, size_t i) { return part_key(row_of(context, i)->name); }

static double largest(const view_stress *s) {
    double most = 0;
    for (int i = 0; i < s->n; i++)
        most = fmax(most, isfinite(s->row[i].pnl) ? fabs(s->row[i].pnl) : 0);
    return most;
}

static void draw_money(canvas *c, double amount) {
    char full[FORMAT_TEXT], brief[FORMAT_TEXT];
    cells_figure(c, format_role(amount), format_signed(amount, 0, full), format_compact(amount, brief));
}

static void draw_cell(const void *context, size_t i, int col, canvas *c) {
    const view_scenario *s = row_of(context, i);
    char out[FORMAT_TEXT];
    switch (col) {
    case SCENARIO:
        cells_left(c, ROLE_STRONG, s->name);
        break;
    case PNL:
        draw_money(c, s->pnl);
        break;
    case PERCENT:
        cells_figure(c, format_role(s->percent), format_signed(s->percent * 100, 1, out), NULL);
        break;
    case BAR:
        cells_bar_at(c, 0, 0, c->width, s->pnl / largest(&((const ui_model *)context)->stress));
        break;
    case INDEX:
        cells_figure(c, ROLE_TEXT, format_signed(s->index_move * 100, 1, out), NULL);
        break;
    case WORST:
        cells_left(c, ROLE_TEXT, s->worst_n ? s->worst[0].symbol : "–");
        break;
    case FROM:
        cells_left(c, ROLE_DIM, format_date(s->from, out));
        break;
    case TO:
        cells_left(c, ROLE_DIM, format_date(s->to, out));
        break;
    default:
        cells_left(c, s->message[0] ? ROLE_WARN : ROLE_DIM, s->message[0] ? s->message : s->how);
    }
}

static grid_value value(const void *context, size_t i, int col) {
    const view_scenario *s = row_of(context, i);
    switch (col) {
    case SCENARIO:
        return (grid_value){.string = s->name};
    case PNL:
    case BAR:
        return (grid_value){.number = s->pnl};
    case PERCENT:
        return (grid_value){.number = s->percent};
    case INDEX:
        return (grid_value){.number = s->index_move};
    case WORST:
        return (grid_value){.string = s->worst_n ? s->worst[0].symbol : ""};
    case HOW:
        return (grid_value){.string = s->how};
    default:
        return (grid_value){.number = col == FROM ? s->from : s->to};
    }
}

static bool matches(const void *context, size_t i, const char *filter) {
    const view_scenario *s = row_of(context, i);
    const char *const fields[] = {s->name, s->how};
    return grid_matches(filter, fields, sizeof fields / sizeof *fields);
}

static grid_source source(const ui_model *m) {
    return (grid_source){columns, COLUMNS, (size_t)m->stress.n, m, key, draw_cell, value, matches, NULL};
}

static void draw(void *state, const ui_model *m, canvas *c, bool focused) {
    stress *s = state;
    if (!part_ready(c, m->stress.state, m->stress.message, "No stress results yet.",
                    "They are computed with the risk model; :stress run computes them now."))
        return;
    if (!m->stress.n) {
        part_empty(c, "No scenarios.", ":stress run lists what it needs.");
        return;
    }
    grid_source rows = source(m);
    if (strcmp(s->followed, m->scenario) != 0) {
        memcpy(s->followed, m->scenario, sizeof s->followed);
        grid_seek(&s->grid, &rows, part_key(m->scenario));
    }
    grid_draw(&s->grid, &rows, c, focused);
    part_stale(m, c);
}

static void draw_title(void *state, const ui_model *m, text *out) {
    const stress *s = state;
    char money[FORMAT_TEXT];
    text_put(out, "Stress");
    if (m->status.portfolio[0])
        text_printf(out, " · %s", m->status.portfolio);
    if (m->stress.state == ANALYTICS_READY)
        text_printf(out, " · %d scenarios · value %s", m->stress.n, format_compact(m->risk.value, money));
    part_title_filter(&s->grid, (size_t)m->stress.n, out);
    part_title_end(m, out);
}

static void explain(const view_scenario *s, const ui_model *m, text *out) {
    char from[FORMAT_TEXT], to[FORMAT_TEXT];
    text_printf(out, "Scenario: %s\n", s->name);
    part_explain(out, "episode", "%s to %s", format_date(s->from, from), format_date(s->to, to));
    if (s->message[0])
        part_explain(out, "missing", "it was not computed: %s", s->message);
    part_explain(out, "how", "%s: %s", s->how,
                 strstr(s->how, "replay") ? "each security's own return over the episode × its value now"
                                          : "factor returns over the episode × exposures now × value");
    part_explain(out, "index", "the S&P 500's return over the episode");
    part_explain(out, "percent", "of the portfolio's value");
    part_explain_model(out, m);
    part_explain_origin(out, m);
}

static int act(void *state, ui_model *m, const pane_act *act, pane_reply *reply) {
    stress *s = state;
    grid_source rows = source(m);
    int next = grid_act(&s->grid, &rows, act) ? NEXT_REDRAW : NEXT_NOTHING;
    long at = grid_row(&s->grid);
    if (at < 0 || m->stress.state != ANALYTICS_READY)
        return next;
    const view_scenario *row = row_of(m, (size_t)at);
    if (act->kind == ACT_EXPLAIN)
        explain(row, m, &reply->explain);
    if ((next || act->kind == ACT_DRILL || act->kind == ACT_POINT) && strcmp(m->scenario, row->name) != 0) {
        mem_copy_string(m->scenario, sizeof m->scenario, row->name);
        memcpy(s->followed, m->scenario, sizeof s->followed);
        next |= NEXT_SELECTION | NEXT_REDRAW;
    }
    return next;
}

static table *export(void *state, const ui_model *m) {
    static const column exported[] = {
        {"scenario", "SCENARIO", COLUMN_TEXT, 0},
        {"from", "FROM", COLUMN_TEXT, 0},
        {"to", "TO", COLUMN_TEXT, 0},
        {"pnl", "P&L", COLUMN_NUMBER, 2},
        {"percent", "%", COLUMN_PERCENT, 2},
        {"index", "INDEX", COLUMN_PERCENT, 2},
        {"how", "HOW", COLUMN_TEXT, 0},
    };
    stress *s = state;
    grid_source rows = source(m);
    grid_arrange(&s->grid, &rows);
    table *t = table_new(exported, sizeof exported / sizeof *exported);
    for (size_t i = 0; i < s->grid.n; i++) {
        const view_scenario *row = row_of(m, s->grid.order[i]);
        char day[FORMAT_TEXT];
        table_text(t, row->name);
        table_text(t, format_date(row->from, day));
        table_text(t, format_date(row->to, day));
        table_number(t, row->pnl);
        table_number(t, row->percent);
        table_number(t, row->index_move);
        table_text(t, row->how);
    }
    return t;
}

static void close_pane(void *state) { grid_free(&((stress *)state)->grid); }

const pane_class pane_stress = {
    .name = "stress",
    .hint = "↑↓ scenario  / filter  o sort  i explain  z zoom",
    .state_size = sizeof(stress),
    .close = close_pane,
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BIT(SECTION_STRESS) | SECTION_BIT(SECTION_RISK),
};
