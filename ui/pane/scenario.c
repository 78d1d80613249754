#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "ui/pane/panes.h"
#include "ui/pane/part.h"
#include "ui/widget/bars.h"
#include "ui/widget/cells.h"

// The selected scenario: what each factor does to the portfolio, and the names that lose most.

typedef struct {
    bars bars;
    const view_scenario *row; // of the call under way
    const view_risk *risk;
    int order[VIEW_FACTORS]; // factors, largest effect first
    int n;
    double rest; // what the factors don't explain
} scenario;

static const view_scenario *selected(const ui_model *m) {
    for (int i = 0; i < m->stress.n && m->stress.state == ANALYTICS_READY; i++)
        if (strcmp(m->stress.row[i].name, m->scenario) == 0)
            return &m->stress.row[i];
    return m->stress.state == ANALYTICS_READY && m->stress.n ? &m->stress.row[0] : NULL;
}

static double size_of(double amount) { return isnan(amount) ? -1 : fabs(amount); }

static int larger(const void *a, const void *b, void *context) {
    const view_scenario *row = context;
    int i = *(const int *)a, k = *(const int *)b;
    double x = size_of(row->by_factor[i]), y = size_of(row->by_factor[k]);
    return x != y ? (x < y) - (x > y) : i - k;
}

// Factors are known by the risk section; a scenario of another model's factors shows their numbers only.
static const char *factor_name(const scenario *s, int factor, char out[FORMAT_TEXT]) {
    if (factor < s->risk->factors)
        return s->risk->factor_row[factor].name;
    snprintf(out, FORMAT_TEXT, "factor %d", factor + 1);
    return out;
}

static void row_of(const void *context, int i, bars_row *out) {
    const scenario *s = context;
    char name[FORMAT_TEXT];
    bool total = i == 0, rest = i == s->n + 1;
    double amount = total ? s->row->pnl : rest ? s->rest : s->row->by_factor[s->order[i - 1]];
    *out = (bars_row){.depth = !total, .strong = total};
    mem_copy_string(out->label, sizeof out->label,
                    total  ? "TOTAL"
                    : rest ? "Not explained"
                           : factor_name(s, s->order[i - 1], name));
    char figure[FORMAT_TEXT];
    snprintf(out->figure, FORMAT_TEXT, "%s%.40s", amount > 0 ? "+" : "", format_compact(amount, figure));
    format_percent(amount / s->row->pnl, 0, out->share);
    if (total || !isfinite(s->row->pnl) || s->row->pnl == 0)
        out->share[0] = 0;
    double most = fabs(s->row->pnl);
    for (int k = 0; k < s->n; k++)
        most = fmax(most, size_of(s->row->by_factor[s->order[k]]));
    out->length = most > 0 ? amount / most : NAN;
}

static int depth_of(const void *context, int i) {
    (void)context;
    return i > 0;
}

static bars_source source(scenario *s, const ui_model *m, const view_scenario *row) {
    s->row = row;
    s->risk = &m->risk;
    s->n = 0;
    s->rest = row->pnl;
    for (int i = 0; i < row->factors; i++) {
        s->rest -= isfinite(row->by_factor[i]) ? row->by_factor[i] : 0;
        if (row->by_factor[i] != 0)
            s->order[s->n++] = i;
    }
    qsort_r(s->order, (size_t)s->n, sizeof *s->order, larger, (void *)row);
    bool rest = !(fabs(s->rest) < 0.5); // what rounds to nothing is no row
    return (bars_source){s->n + 1 + rest, s, depth_of, row_of};
}

static void draw_head(const view_scenario *row, canvas *c) {
    char from[FORMAT_TEXT], to[FORMAT_TEXT], span[FORMAT_TEXT * 2];
    part_figure figures[] = {
        {.label = "", .role = ROLE_STRONG, .keep = 0},
        {.label = "P&L", .role = format_role(row->pnl), .keep = 1},
        {.label = "", .role = format_role(row->percent), .keep = 2},
        {.label = "S&P 500", .role = ROLE_TEXT, .keep = 3},
        {.label = "", .role = ROLE_DIM, .keep = 4},
        {.label = "", .role = ROLE_DIM, .keep = 5},
    };
    snprintf(figures[0].value, FORMAT_TEXT, "%.40s", row->name);
    format_compact(row->pnl, figures[1].value);
    format_signed_percent(row->percent, 1, figures[2].value);
    format_signed_percent(row->index_move, 1, figures[3].value);
    snprintf(span, sizeof span, "%s – %s", format_date(row->from, from), format_date(row->to, to));
    mem_copy_string(figures[4].value, FORMAT_TEXT, span);
    mem_copy_string(figures[5].value, FORMAT_TEXT, row->how);
    part_figures(c, 1, 0, figures, sizeof figures / sizeof *figures);
}

static void draw_worst(const view_scenario *row, canvas *c) {
    double most = 0;
    for (int i = 0; i < row->worst_n; i++)
        most = fmax(most, size_of(row->worst[i].pnl));
    canvas_put_n(c, 0, 0, c->width, ROLE_HEADER, "WORST NAMES");
    for (int i = 0; i < row->worst_n; i++) {
        char full[FORMAT_TEXT], brief[FORMAT_TEXT];
        canvas_put_n(c, 0, i + 1, 7, ROLE_TEXT, row->worst[i].symbol);
        canvas figure = canvas_part(c, (rect){8, i + 1, 9, 1});
        cells_figure(&figure, format_role(row->worst[i].pnl), format_signed(row->worst[i].pnl, 0, full),
                     format_compact(row->worst[i].pnl, brief));
        cells_bar_at(c, 18, i + 1, c->width - 18, most > 0 ? row->worst[i].pnl / most : NAN);
    }
}

static void draw(void *state, const ui_model *m, canvas *c, bool focused) {
    scenario *s = state;
    const view_scenario *row = selected(m);
    if (!row) {
        part_empty(c, "No scenario selected.", "Choose one in stress; :stress run computes them.");
        return;
    }
    if (row->message[0]) {
        part_empty(c, "Not computed.", row->message);
        return;
    }
    bars_source rows = source(s, m, row);
    int head = c->height >= 3, room = c->height - head;
    bool beside = c->width >= 70 && row->worst_n;
    int below = !beside && row->worst_n && room >= 12 ? row->worst_n + 1 : 0;
    below = below > room / 2 ? room / 2 : below;
    if (head)
        draw_head(row, c);
    int worst = beside ? (c->width >= 100 ? 36 : 26) : 0;
    canvas body = canvas_part(c, (rect){0, head, c->width - worst - (worst ? 2 : 0), room - below});
    bars_draw(&s->bars, &rows, &body, focused);
    canvas side = beside ? canvas_part(c, (rect){c->width - worst, head, worst, room})
                         : canvas_part(c, (rect){1, c->height - below, c->width - 1, below});
    if (side.height > 1)
        draw_worst(row, &side);
    part_stale(m, c);
}

static void draw_title(void *state, const ui_model *m, text *out) {
    (void)state;
    const view_scenario *row = selected(m);
    text_put(out, "Scenario");
    if (row)
        text_printf(out, " · %s · %s", row->name, row->message[0] ? "not computed" : "by factor");
    part_title_end(m, out);
}

static void explain(const view_scenario *row, const ui_model *m, text *out) {
    text_printf(out, "Scenario %s by factor\n", row->name);
    if (row->message[0]) {
        part_explain(out, "missing", "it was not computed: %s", row->message);
    } else {
        part_explain(out, "factor", "factor return over the episode × the portfolio's exposure × its value");
        part_explain(out, "rest", "the scenario's P&L less the factors: specific returns of the names");
        part_explain(out, "names", "the %d largest losses among positions", row->worst_n);
    }
    part_explain_model(out, m);
    part_explain_origin(out, m);
}

static int act(void *state, ui_model *m, const pane_act *act, pane_reply *reply) {
    scenario *s = state;
    const view_scenario *row = selected(m);
    if (!row)
        return NEXT_NOTHING;
    bars_source rows = source(s, m, row);
    if (act->kind == ACT_EXPLAIN)
        explain(row, m, &reply->explain);
    return bars_act(&s->bars, &rows, act) ? NEXT_REDRAW : NEXT_NOTHING;
}

static table *export(void *state, const ui_model *m) {
    static const column exported[] = {
        {"kind", "KIND", COLUMN_TEXT, 0}, {"name", "NAME", COLUMN_TEXT, 0}, {"pnl", "P&L", COLUMN_NUMBER, 2}};
    scenario *s = state;
    const view_scenario *row = selected(m);
    table *t = table_new(exported, sizeof exported / sizeof *exported);
    if (!row)
        return t;
    source(s, m, row);
    for (int i = 0; i < s->n; i++) {
        char name[FORMAT_TEXT];
        table_text(t, "factor");
        table_text(t, factor_name(s, s->order[i], name));
        table_number(t, row->by_factor[s->order[i]]);
    }
    for (int i = 0; i < row->worst_n; i++) {
        table_text(t, "name");
        table_text(t, row->worst[i].symbol);
        table_number(t, row->worst[i].pnl);
    }
    return t;
}

const pane_class pane_scenario = {
    .name = "scenario",
    .hint = "↑↓ scroll  i explain  z zoom",
    .state_size = sizeof(scenario),
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BIT(SECTION_STRESS) | SECTION_BIT(SECTION_RISK),
};
