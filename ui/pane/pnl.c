#include <math.h>
#include <stdio.h>

#include "src/base/decimal.h"
#include "ui/pane/panes.h"
#include "ui/pane/part.h"
#include "ui/widget/chart.h"

// The day's profit and loss as the desk recorded it, up to now, with its extremes.

// The desk records less often the longer the session is; what holds now is the last point.
static bool has_now(const ui_model *m) { return m->pnl.n > 0 && m->status.desk_time > m->pnl.time[m->pnl.n - 1]; }

static int64_t time_of(const void *context, int i) {
    const ui_model *m = context;
    return i < m->pnl.n ? m->pnl.time[i] : m->status.desk_time;
}

static double place(const void *context, int i) {
    return (double)format_span(time_of(context, i), time_of(context, 0));
}

static double point(const void *context, int i) {
    const ui_model *m = context;
    return i < m->pnl.n ? m->pnl.pnl[i] : decimal_to_double(m->positions.day_pnl);
}

// With seconds while the session is so young that minutes would not tell its points apart.
static void label(const void *context, int i, char out[FORMAT_TEXT]) {
    const ui_model *m = context;
    bool young = format_span(time_of(m, m->pnl.n - !has_now(m)), time_of(m, 0)) < 5 * 60 * NS_PER_S;
    char clock[FORMAT_TEXT];
    snprintf(out, FORMAT_TEXT, "%.*s", young ? 8 : 5, format_local(time_of(m, i), 0, clock));
}

typedef struct {
    int highest, lowest; // points; -1 when there is none
} extremes;

static extremes find_extremes(const view_pnl *p) {
    extremes e = {-1, -1};
    for (int i = 0; i < p->n; i++) {
        if (!isfinite(p->pnl[i]))
            continue;
        e.highest = e.highest < 0 || p->pnl[i] > p->pnl[e.highest] ? i : e.highest;
        e.lowest = e.lowest < 0 || p->pnl[i] < p->pnl[e.lowest] ? i : e.lowest;
    }
    return e;
}

static void put_extreme(const view_pnl *p, int at, part_figure *f) {
    char clock[FORMAT_TEXT], amount[FORMAT_TEXT];
    f->role = ROLE_TEXT;
    if (at < 0)
        snprintf(f->value, FORMAT_TEXT, "–");
    else
        snprintf(f->value, FORMAT_TEXT, "%.30s at %.5s", format_signed(p->pnl[at], 0, amount),
                 format_local(p->time[at], 0, clock));
}

static void draw_figures(const ui_model *m, canvas *c) {
    const view_positions *p = &m->positions;
    part_figure figures[] = {
        {.label = "day", .keep = 0},
        {.label = "", .keep = 1},
        {.label = "unrealised", .keep = 2},
        {.label = "realised to date", .keep = 3},
        {.label = "high", .keep = 4},
        {.label = "low", .keep = 4},
        {.label = "fees to date", .role = ROLE_TEXT, .keep = 5},
    };
    double base = decimal_to_double(p->capital), day = decimal_to_double(p->day_pnl);
    extremes e = find_extremes(&m->pnl);
    format_gain(p->day_pnl, 0, figures[0].value);
    format_signed_percent(base > 0 ? day / base : NAN, 2, figures[1].value);
    format_gain(p->unrealised, 0, figures[2].value);
    format_gain(p->realised, 0, figures[3].value);
    put_extreme(&m->pnl, e.highest, &figures[4]);
    put_extreme(&m->pnl, e.lowest, &figures[5]);
    format_money(p->fees, 2, figures[6].value);
    figures[0].role = figures[1].role = format_role(day);
    figures[2].role = format_role((double)p->unrealised);
    figures[3].role = format_role((double)p->realised);
    part_figures(c, 1, 0, figures, sizeof figures / sizeof *figures);
}

static void draw(void *state, const ui_model *m, canvas *c, bool focused) {
    (void)state;
    (void)focused;
    if (!m->pnl.n) {
        part_empty(c, "No profit or loss yet.", "The desk records it while the session runs and positions are marked.");
        return;
    }
    draw_figures(m, c);
    canvas plot = canvas_part(c, (rect){0, 1, c->width, c->height - 1});
    chart ch = {.n = m->pnl.n + has_now(m),
                .context = m,
                .place = place,
                .series = {{.at = point, .line = ROLE_LINE, .fill = true}},
                .series_n = 1,
                .unit = UNIT_COMPACT,
                .zero = true,
                .label = label};
    chart_draw(&ch, &plot);
    part_stale(m, c);
}

static void draw_title(void *state, const ui_model *m, text *out) {
    (void)state;
    char day[FORMAT_TEXT], clock[FORMAT_TEXT];
    text_put(out, "P&L");
    if (m->status.portfolio[0])
        text_printf(out, " · %s", m->status.portfolio);
    text_printf(out, " · session %s", format_date(m->status.session, day));
    if (m->pnl.n)
        text_printf(out, " · to %.5s %s", format_local(time_of(m, m->pnl.n - !has_now(m)), 0, clock), FORMAT_ZONE);
    part_title_end(m, out);
}

static int act(void *state, ui_model *m, const pane_act *act, pane_reply *reply) {
    (void)state;
    if (act->kind == ACT_EXPLAIN) {
        text_put(&reply->explain, "Profit and loss of the day\n");
        part_explain(&reply->explain, "formula",
                     "equity − equity at the start of the session − what was set by hand since, in the base currency");
        part_explain(&reply->explain, "inputs", "positions at their marks, cash, fees");
        part_explain(&reply->explain, "to date", "realised and fees count from the first trade on, over all sessions");
        part_explain(&reply->explain, "percent",
                     "of the equity at the start of the session; of gross where that is not positive");
        part_explain_origin(&reply->explain, m);
    }
    return NEXT_NOTHING;
}

static table *export(void *state, const ui_model *m) {
    static const column exported[] = {{"time", "TIME", COLUMN_TEXT, 0}, {"pnl", "P&L", COLUMN_NUMBER, 2}};
    (void)state;
    table *t = table_new(exported, sizeof exported / sizeof *exported);
    for (int i = 0; i < m->pnl.n; i++) {
        char when[FORMAT_TEXT];
        table_text(t, format_instant(m->pnl.time[i], when));
        table_number(t, m->pnl.pnl[i]);
    }
    return t;
}

const pane_class pane_pnl = {
    .name = "pnl",
    .hint = "i explain  z zoom",
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BIT(SECTION_PNL) | SECTION_BIT(SECTION_POSITIONS),
};
