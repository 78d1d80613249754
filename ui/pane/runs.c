#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "ui/pane/panes.h"
#include "ui/pane/part.h"
#include "ui/pane/work.h"
#include "ui/widget/cells.h"

typedef struct {
    grid grid;
    char followed[17];
} runs;

enum {
    STATE,
    STRATEGY,
    PARAMETERS,
    RETURN,
    ANNUAL,
    VOLATILITY,
    SHARPE,
    DRAWDOWN,
    TURNOVER,
    TRADES,
    CREATED,
    RUN,
    COLUMNS
};

static const grid_column columns[COLUMNS] = {
    [STATE] = {"STATE", 6, 7, 0, false, false},
    [STRATEGY] = {"STRATEGY", 9, 3, 0, false, false},
    [PARAMETERS] = {"PARAMETERS", 14, 60, 4, false, false},
    [RETURN] = {"RETURN%", 8, 1, 1, true, true},
    [ANNUAL] = {"ANN%", 6, 1, 6, true, true},
    [VOLATILITY] = {"VOL%", 5, 1, 7, true, true},
    [SHARPE] = {"SHARPE", 6, 1, 2, true, true},
    [DRAWDOWN] = {"MAX DD%", 7, 1, 3, true, false},
    [TURNOVER] = {"TURN", 6, 1, 9, true, true},
    [TRADES] = {"TRADES", 7, 2, 10, true, true},
    [CREATED] = {"AGE", 6, 2, 8, true, true},
    [RUN] = {"RUN", 8, 8, 11, false, false},
};

static const view_run *row_of(const void *context, size_t i) { return &((const ui_model *)context)->runs.row[i]; }

// A job keeps its row while its run gets its name.
static uint64_t key(const void *context, size_t i) {
    const view_run *r = row_of(context, i);
    return r->job ? (uint64_t)r->job : part_key(r->run_id);
}

static void draw_figure(const view_run *r, int col, canvas *c) {
    char out[FORMAT_TEXT], brief[FORMAT_TEXT];
    const double percents[COLUMNS] = {[RETURN] = r->total_return,
                                      [ANNUAL] = r->annual_return,
                                      [VOLATILITY] = r->volatility,
                                      [DRAWDOWN] = -fabs(r->max_drawdown)};
    if (r->state != RUN_DONE)
        return;
    switch (col) {
    case RETURN:
    case ANNUAL:
    case DRAWDOWN:
        cells_figure(c, col == DRAWDOWN ? ROLE_TEXT : format_role(percents[col]),
                     format_signed(percents[col] * 100, 1, out), format_compact(percents[col] * 100, brief));
        break;
    case VOLATILITY:
        cells_number(c, ROLE_TEXT, percents[col] * 100, 1);
        break;
    case SHARPE:
        cells_number(c, ROLE_STRONG, r->sharpe, 2);
        break;
    case TURNOVER:
        cells_number(c, ROLE_TEXT, r->turnover, 2);
        break;
    default:
        cells_integer(c, ROLE_TEXT, r->trades);
    }
}

static void draw_cell(const void *context, size_t i, int col, canvas *c) {
    const ui_model *m = context;
    const view_run *r = row_of(context, i);
    char age[FORMAT_TEXT];
    switch (col) {
    case STATE:
        work_state(c, r->state, r->progress);
        break;
    case STRATEGY:
        cells_left(c, ROLE_STRONG, r->strategy);
        break;
    case PARAMETERS:
        if (r->state == RUN_FAILED && r->message[0])
            cells_left(c, ROLE_ERROR, r->message);
        else
            cells_left(c, ROLE_DIM, r->parameters);
        break;
    case CREATED:
        if (r->created > 0)
            cells_right(c, ROLE_DIM, format_age(format_span(m->now_wall, r->created), age));
        break;
    case RUN: // as much as fits: a run is also known by the beginning of its name
        canvas_put(c, 0, 0, ROLE_DIM, r->run_id);
        break;
    default:
        draw_figure(r, col, c);
    }
}

static grid_value value(const void *context, size_t i, int col) {
    const view_run *r = row_of(context, i);
    if (col == STRATEGY || col == PARAMETERS || col == RUN)
        return (grid_value){.string = col == STRATEGY ? r->strategy : col == RUN ? r->run_id : r->parameters};
    const double numbers[COLUMNS] = {
        [RETURN] = r->total_return,   [ANNUAL] = r->annual_return,         [VOLATILITY] = r->volatility,
        [SHARPE] = r->sharpe,         [DRAWDOWN] = -fabs(r->max_drawdown), [TURNOVER] = r->turnover,
        [TRADES] = (double)r->trades,
    };
    if (col == STATE || col == CREATED)
        return (grid_value){.number = col == STATE ? r->state : (double)r->created};
    return (grid_value){.number = r->state == RUN_DONE ? numbers[col] : (double)NAN};
}

static bool matches(const void *context, size_t i, const char *filter) {
    const view_run *r = row_of(context, i);
    const char *const fields[] = {r->strategy, r->parameters, r->run_id, work_name(r->state)};
    return grid_matches(filter, fields, sizeof fields / sizeof *fields);
}

static grid_source source(const ui_model *m) {
    return (grid_source){columns, COLUMNS, (size_t)m->runs.n, m, key, draw_cell, value, matches, NULL};
}

static void follow(runs *s, const ui_model *m, const grid_source *rows) {
    if (strcmp(s->followed, m->run_id) == 0)
        return;
    memcpy(s->followed, m->run_id, sizeof s->followed);
    for (size_t i = 0; i < rows->n; i++)
        if (strcmp(row_of(m, i)->run_id, m->run_id) == 0) {
            grid_seek(&s->grid, rows, key(m, i));
            return;
        }
}

static void draw(void *state, const ui_model *m, canvas *c, bool focused) {
    runs *s = state;
    if (!m->runs.n) {
        part_empty(c, "No runs yet.", "r in the form runs a backtest; :backtest run momentum does the same.");
        return;
    }
    grid_source rows = source(m);
    follow(s, m, &rows);
    grid_draw(&s->grid, &rows, c, focused);
    part_stale(m, c);
}

static void draw_title(void *state, const ui_model *m, text *out) {
    const runs *s = state;
    int running = 0, failed = 0;
    for (int i = 0; i < m->runs.n; i++) {
        running += m->runs.row[i].state == RUN_RUNNING || m->runs.row[i].state == RUN_QUEUED;
        failed += m->runs.row[i].state == RUN_FAILED;
    }
    text_printf(out, "Runs · %d", m->runs.n);
    if (running)
        text_printf(out, " · %d under way", running);
    if (failed)
        text_printf(out, " · %d failed", failed);
    part_title_filter(&s->grid, (size_t)m->runs.n, out);
    part_title_end(m, out);
}

static void explain(const view_run *r, const ui_model *m, text *out) {
    char from[FORMAT_TEXT], to[FORMAT_TEXT], when[FORMAT_TEXT];
    text_printf(out, "Run %s of %s\n", r->run_id[0] ? r->run_id : "(not named yet)", r->strategy);
    part_explain(out, "parameters", "%s", r->parameters);
    part_explain(out, "dates", "%s to %s, %d sessions", format_date(r->from, from), format_date(r->to, to), r->days);
    part_explain(out, "convention",
                 "daily returns after costs; annual × 252, sample deviation (n − 1), no risk-free rate");
    part_explain(out, "drawdown", "largest fall of equity from its highest point before, as a fraction of that");
    part_explain(out, "turnover", "traded value / equity, a year");
    part_explain(out, "created", "%s", format_instant(r->created, when));
    part_explain(out, "repeat", ":backtest show %s gives the hashes of configuration and data", r->run_id);
    part_explain_origin(out, m);
}

static int act(void *state, ui_model *m, const pane_act *act, pane_reply *reply) {
    runs *s = state;
    grid_source rows = source(m);
    int next = grid_act(&s->grid, &rows, act) ? NEXT_REDRAW : NEXT_NOTHING;
    long at = grid_row(&s->grid);
    if (at < 0)
        return next;
    const view_run *r = row_of(m, (size_t)at);
    if (act->kind == ACT_EXPLAIN)
        explain(r, m, &reply->explain);
    if (act->kind == ACT_CANCEL)
        return next | work_cancel(r->job, r->state, reply);
    if ((next || act->kind == ACT_DRILL || act->kind == ACT_POINT) && r->run_id[0] &&
        strcmp(m->run_id, r->run_id) != 0) {
        mem_copy_string(m->run_id, sizeof m->run_id, r->run_id);
        memcpy(s->followed, m->run_id, sizeof s->followed);
        next |= NEXT_SELECTION | NEXT_REDRAW;
    }
    return next;
}

static table *export(void *state, const ui_model *m) {
    static const column exported[] = {
        {"run_id", "RUN", COLUMN_TEXT, 0},
        {"state", "STATE", COLUMN_TEXT, 0},
        {"strategy", "STRATEGY", COLUMN_TEXT, 0},
        {"parameters", "PARAMETERS", COLUMN_TEXT, 0},
        {"total_return", "RETURN", COLUMN_PERCENT, 2},
        {"annual_return", "ANNUAL", COLUMN_PERCENT, 2},
        {"volatility", "VOL", COLUMN_PERCENT, 2},
        {"sharpe", "SHARPE", COLUMN_NUMBER, 2},
        {"max_drawdown", "MAX DD", COLUMN_PERCENT, 2},
        {"turnover", "TURNOVER", COLUMN_NUMBER, 2},
        {"trades", "TRADES", COLUMN_INT, 0},
    };
    runs *s = state;
    grid_source rows = source(m);
    grid_arrange(&s->grid, &rows);
    table *t = table_new(exported, sizeof exported / sizeof *exported);
    for (size_t i = 0; i < s->grid.n; i++) {
        const view_run *r = row_of(m, s->grid.order[i]);
        table_text(t, r->run_id);
        table_text(t, work_name(r->state));
        table_text(t, r->strategy);
        table_text(t, r->parameters);
        table_number(t, r->total_return);
        table_number(t, r->annual_return);
        table_number(t, r->volatility);
        table_number(t, r->sharpe);
        table_number(t, r->max_drawdown);
        table_number(t, r->turnover);
        table_int(t, r->trades);
    }
    return t;
}

static void close_pane(void *state) { grid_free(&((runs *)state)->grid); }

const pane_class pane_runs = {
    .name = "runs",
    .hint = "Enter show  c cancel  / filter  o sort  i explain  z zoom",
    .state_size = sizeof(runs),
    .close = close_pane,
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BIT(SECTION_RUNS),
};
