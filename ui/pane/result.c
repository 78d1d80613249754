#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/pane/panes.h"
#include "ui/pane/part.h"
#include "ui/pane/work.h"
#include "ui/widget/chart.h"

// The selected run: equity above, drawdown below, key figures beside or on top.

static const view_run *selected(const ui_model *m) {
    for (int i = 0; i < m->runs.n; i++)
        if (m->run_id[0] && strcmp(m->runs.row[i].run_id, m->run_id) == 0)
            return &m->runs.row[i];
    return NULL;
}

static const view_curve *curve_of(const ui_model *m, const view_run *r) {
    for (int i = 0; i < VIEW_CURVES; i++)
        if (m->curve[i].n > 0 && strcmp(m->curve[i].run_id, r->run_id) == 0)
            return &m->curve[i];
    return NULL;
}

static double equity(const void *context, int i) { return (double)((const view_curve *)context)->equity[i]; }

static double drawdown(const void *context, int i) { return (double)((const view_curve *)context)->drawdown[i]; }

static void label(const void *context, int i, char out[FORMAT_TEXT]) {
    format_date(((const view_curve *)context)->day[i], out);
}

// The most telling first; part_figures drops from the end.
static int gather(const view_run *r, part_figure f[16]) {
    const struct {
        const char *label;
        double x;
        int decimals;
        bool percent, gain;
    } figures[] = {
        {"return", r->total_return, 1, true, true},
        {"Sharpe", r->sharpe, 2, false, false},
        {"max drawdown", -fabs(r->max_drawdown), 1, true, false},
        {"annual", r->annual_return, 1, true, true},
        {"volatility", r->volatility, 1, true, false},
        {"Sortino", r->sortino, 2, false, false},
        {"Calmar", r->calmar, 2, false, false},
        {"turnover", r->turnover, 2, false, false},
        {"hit rate", r->hit_rate, 1, true, false},
        {"costs", r->costs, 2, true, false},
    };
    int n = sizeof figures / sizeof *figures;
    for (int i = 0; i < n; i++) {
        f[i] = (part_figure){
            .label = figures[i].label, .role = figures[i].gain ? format_role(figures[i].x) : ROLE_TEXT, .keep = i};
        if (figures[i].percent && figures[i].gain)
            format_signed_percent(figures[i].x, figures[i].decimals, f[i].value);
        else if (figures[i].percent)
            format_percent(figures[i].x, figures[i].decimals, f[i].value);
        else
            format_number(figures[i].x, figures[i].decimals, f[i].value);
    }
    f[n] = (part_figure){.label = "trades", .role = ROLE_TEXT, .keep = n};
    format_integer(r->trades, f[n++].value);
    f[n] = (part_figure){.label = "sessions", .role = ROLE_TEXT, .keep = n};
    format_integer(r->days, f[n++].value);
    return n;
}

static void draw_curves(const view_curve *curve, canvas *c) {
    int low = c->height >= 9 ? c->height * 2 / 5 : 0;
    canvas top = canvas_part(c, (rect){0, 0, c->width, c->height - low});
    canvas bottom = canvas_part(c, (rect){0, c->height - low, c->width, low});
    chart up = {.n = curve->n,
                .context = curve,
                .series = {{.at = equity, .line = ROLE_LINE}},
                .series_n = 1,
                .margin = low ? 6 : 0,
                .has_guide = true,
                .guide = 1,
                .label = low ? NULL : label};
    chart down = {.n = curve->n,
                  .context = curve,
                  .series = {{.at = drawdown, .line = ROLE_DOWN, .fill = true}},
                  .series_n = 1,
                  .unit = UNIT_PERCENT,
                  .margin = 6,
                  .zero = true,
                  .label = label};
    chart_draw(&up, &top);
    chart_draw(&down, &bottom);
}

static void draw_unfinished(const view_run *r, canvas *c) {
    canvas line = canvas_part(c, (rect){1, 0, c->width - 2 > 30 ? 30 : c->width - 2, 1});
    work_state(&line, r->state, r->progress);
    if (r->message[0])
        canvas_put_n(c, 1, 1, c->width - 1, r->state == RUN_FAILED ? ROLE_ERROR : ROLE_DIM, r->message);
}

static void draw(void *state, const ui_model *m, canvas *c, bool focused) {
    (void)state;
    (void)focused;
    const view_run *r = selected(m);
    if (!r) {
        part_empty(c, "No run selected.", "Choose one in runs; r in the form makes one.");
        return;
    }
    if (r->state != RUN_DONE) {
        draw_unfinished(r, c);
        part_stale(m, c);
        return;
    }
    part_figure figures[16];
    int n = gather(r, figures);
    bool beside = c->width >= 76 && c->height >= n;
    canvas plot =
        canvas_part(c, beside ? (rect){0, 0, c->width - 28, c->height} : (rect){0, 1, c->width, c->height - 1});
    canvas side = canvas_part(c, (rect){c->width - 26, 0, 26, c->height});
    if (beside)
        part_block(&side, figures, n);
    else
        part_figures(c, 1, 0, figures, n);
    const view_curve *curve = curve_of(m, r);
    if (curve)
        draw_curves(curve, &plot);
    else
        part_empty(&plot, "Its curve is not at hand.",
                   "Only the newest runs have theirs in view; :backtest show prints it.");
    part_stale(m, c);
}

static void draw_title(void *state, const ui_model *m, text *out) {
    (void)state;
    const view_run *r = selected(m);
    char from[FORMAT_TEXT], to[FORMAT_TEXT];
    text_put(out, "Result");
    if (r)
        text_printf(out, " · %s %.8s · %s – %s", r->strategy, r->run_id, format_date(r->from, from),
                    format_date(r->to, to));
    part_title_end(m, out);
}

static int act(void *state, ui_model *m, const pane_act *act, pane_reply *reply) {
    (void)state;
    const view_run *r = selected(m);
    if (act->kind == ACT_EXPLAIN && r) {
        text *out = &reply->explain;
        text_printf(out, "Result of run %s: %s\n", r->run_id, r->strategy);
        part_explain(out, "parameters", "%s", r->parameters);
        part_explain(out, "equity", "starts at 1; after costs");
        part_explain(out, "drawdown", "equity / its highest point so far − 1");
        part_explain(out, "Sharpe", "mean / sample deviation (n − 1) of daily returns × √252, no risk-free rate");
        part_explain(out, "Sortino", "mean / downside deviation below 0 × √252");
        part_explain(out, "Calmar", "annual return / largest drawdown");
        part_explain(out, "costs", "commission and slippage paid, as a fraction of the starting capital");
        part_explain_origin(out, m);
    }
    if (act->kind == ACT_CANCEL && r)
        return work_cancel(r->job, r->state, reply);
    return NEXT_NOTHING;
}

static table *export(void *state, const ui_model *m) {
    static const column exported[] = {{"date", "DATE", COLUMN_TEXT, 0},
                                      {"equity", "EQUITY", COLUMN_NUMBER, 6},
                                      {"drawdown", "DRAWDOWN", COLUMN_PERCENT, 3}};
    (void)state;
    const view_run *r = selected(m);
    const view_curve *curve = r ? curve_of(m, r) : NULL;
    table *t = table_new(exported, sizeof exported / sizeof *exported);
    for (int i = 0; curve && i < curve->n; i++) {
        char day[FORMAT_TEXT];
        table_text(t, format_date(curve->day[i], day));
        table_number(t, equity(curve, i));
        table_number(t, drawdown(curve, i));
    }
    return t;
}

const pane_class pane_result = {
    .name = "result",
    .hint = "i explain  y copy  z zoom",
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BIT(SECTION_RUNS) | SECTION_BITS_CURVES,
};
