#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/pane/panes.h"
#include "ui/pane/part.h"
#include "ui/widget/cells.h"
#include "ui/widget/chart.h"
#include "ui/widget/histogram.h"

// Value at risk: today's portfolio on past days against the forecast made the day before, or the distribution of those
// days. Risk is a positive loss in figures; in the pictures losses point down.

typedef struct {
    bool as_histogram;
} var;

static double day_return(const void *context, int i) { return (double)((const view_risk *)context)->pnl_series[i]; }

static double floor_of(const void *context, int i) { return -(double)((const view_risk *)context)->var_series[i]; }

static bool is_exception(const void *context, int i) { return day_return(context, i) < floor_of(context, i); }

static void label(const void *context, int i, char out[FORMAT_TEXT]) {
    format_date(((const view_risk *)context)->var_day[i], out);
}

// The limit on value at risk, as a fraction; NaN when there is none.
static double limit_of(const ui_model *m) {
    for (int i = 0; i < m->breaker.limits; i++) {
        const view_limit *l = &m->breaker.limit[i];
        if (strcasestr(l->name, "var") && strcmp(l->unit, "percent") == 0)
            return l->limit / 100;
    }
    return NAN;
}

static void draw_history(const view_risk *r, canvas *c) {
    chart ch = {.n = r->var_days,
                .context = r,
                .series = {{.name = "day", .at = day_return, .line = ROLE_LINE, .points = true},
                           {.name = "VaR 99 %", .at = floor_of, .line = ROLE_WARN}},
                .series_n = 2,
                .unit = UNIT_PERCENT,
                .zero = true,
                .marked = is_exception,
                .label = label};
    chart_draw(&ch, c);
}

static void draw_distribution(const view_risk *r, canvas *c) {
    const histogram_mark marks[] = {
        {"VaR 99", -r->var99_hist},
        {"95", -r->var95_hist},
        {"ES 99", -r->es99_hist},
    };
    histogram h = {.n = r->var_days,
                   .context = r,
                   .at = day_return,
                   .unit = UNIT_PERCENT,
                   .marks = marks,
                   .marks_n = sizeof marks / sizeof *marks,
                   .tail = -r->var95_hist};
    histogram_draw(&h, c);
}

// Both methods at both levels, beside the picture.
static void draw_table(const ui_model *m, canvas *c) {
    const view_risk *r = &m->risk;
    const struct {
        const char *name;
        double at95, at99;
    } rows[] = {{"VaR historical", r->var95_hist, r->var99_hist},
                {"ES  historical", r->es95_hist, r->es99_hist},
                {"VaR normal", r->var95_norm, r->var99_norm},
                {"ES  normal", r->es95_norm, r->es99_norm}};
    canvas_right(c, 23, 0, ROLE_HEADER, "95 %");
    canvas_right(c, 32, 0, ROLE_HEADER, "99 %");
    char figure[FORMAT_TEXT], money[FORMAT_TEXT];
    int y = 1;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++, y++) {
        canvas_put(c, 0, y, ROLE_TEXT, rows[i].name);
        canvas_right(c, 23, y, ROLE_TEXT, format_percent(rows[i].at95, 2, figure));
        canvas_right(c, 32, y, ROLE_STRONG, format_percent(rows[i].at99, 2, figure));
    }
    canvas_put(c, 0, ++y, ROLE_DIM, "of value");
    canvas_right(c, 32, y++, ROLE_TEXT, format_compact(r->value, money));
    canvas_put(c, 0, y, ROLE_DIM, "VaR 99 % in money");
    canvas_right(c, 32, y++, ROLE_TEXT, format_compact(r->var99_hist * r->value, money));
    double limit = limit_of(m);
    if (isfinite(limit)) {
        canvas_put(c, 0, y, ROLE_DIM, "limit");
        cells_gauge(c, 8, y, 14, r->var99_hist / limit);
        canvas_right(c, 32, y, cells_gauge_role(r->var99_hist / limit), format_percent(limit, 1, figure));
    }
}

static void draw_line(const ui_model *m, canvas *c) {
    const view_risk *r = &m->risk;
    part_figure figures[] = {
        {.label = "VaR 99", .role = ROLE_STRONG, .keep = 0}, {.label = "95", .role = ROLE_TEXT, .keep = 2},
        {.label = "ES 99", .role = ROLE_TEXT, .keep = 1},    {.label = "95", .role = ROLE_TEXT, .keep = 4},
        {.label = "limit", .role = ROLE_TEXT, .keep = 3},
    };
    double limit = limit_of(m);
    format_percent(r->var99_hist, 2, figures[0].value);
    format_percent(r->var95_hist, 2, figures[1].value);
    format_percent(r->es99_hist, 2, figures[2].value);
    format_percent(r->es95_hist, 2, figures[3].value);
    format_percent(limit, 1, figures[4].value);
    figures[0].role = r->var99_hist >= limit ? ROLE_ERROR : ROLE_STRONG;
    part_figures(c, 1, 0, figures, isfinite(limit) ? 5 : 4);
}

static void draw(void *state, const ui_model *m, canvas *c, bool focused) {
    (void)focused;
    const var *s = state;
    if (!part_ready(c, m->risk.state, m->risk.message, "No value at risk yet.",
                    "It is computed once there are positions and a year of prices."))
        return;
    bool beside = c->width >= 84 && c->height >= 9, below = !beside && c->height >= 3;
    canvas picture = canvas_part(c, (rect){0, 0, c->width - (beside ? 35 : 0), c->height - below});
    if (s->as_histogram)
        draw_distribution(&m->risk, &picture);
    else
        draw_history(&m->risk, &picture);
    canvas figures =
        canvas_part(c, (rect){beside ? c->width - 33 : 0, beside ? 0 : c->height - 1, c->width, c->height});
    if (beside)
        draw_table(m, &figures);
    else if (below)
        draw_line(m, &figures);
    part_stale(m, c);
}

static void draw_title(void *state, const ui_model *m, text *out) {
    const var *s = state;
    char day[FORMAT_TEXT];
    text_put(out, s->as_histogram ? "VaR · distribution" : "VaR 99 %");
    if (m->risk.state == ANALYTICS_READY && s->as_histogram)
        text_printf(out, " · 1 d · %d d · %s", m->risk.var_days, format_date(m->risk.as_of, day));
    else if (m->risk.state == ANALYTICS_READY)
        text_printf(out, " · 1 d · %d exception%s in %d d · %s", m->risk.exceptions, m->risk.exceptions == 1 ? "" : "s",
                    m->risk.var_forecasts, format_date(m->risk.as_of, day));
    part_title_end(m, out);
}

static int act(void *state, ui_model *m, const pane_act *act, pane_reply *reply) {
    var *s = state;
    if (act->kind == ACT_MODE) {
        s->as_histogram = !s->as_histogram;
        return NEXT_REDRAW;
    }
    if (act->kind == ACT_EXPLAIN) {
        text *out = &reply->explain;
        text_put(out, "Value at risk and expected shortfall, one day\n");
        part_explain(out, "sign", "positive numbers are losses, as fractions of the portfolio's value");
        part_explain(out, "historical",
                     "quantile (type 7) of today's portfolio on %d past days; ES: mean of what lies beyond",
                     m->risk.var_days);
        part_explain(out, "normal", "z × σ from the factor model, mean 0");
        part_explain(out, "history", "the day's return against the 99 %% forecast made the day before");
        part_explain(out, "exceptions", "%d of the %d days that have a forecast lost more than it; 1 %% is expected",
                     m->risk.exceptions, m->risk.var_forecasts);
        part_explain_model(out, m);
        part_explain_origin(out, m);
    }
    return NEXT_NOTHING;
}

static table *export(void *state, const ui_model *m) {
    static const column exported[] = {{"date", "DATE", COLUMN_TEXT, 0},
                                      {"return", "RETURN", COLUMN_PERCENT, 3},
                                      {"var99", "VaR 99 %", COLUMN_PERCENT, 3},
                                      {"exception", "EXCEPTION", COLUMN_BOOL, 0}};
    (void)state;
    const view_risk *r = &m->risk;
    table *t = table_new(exported, sizeof exported / sizeof *exported);
    for (int i = 0; i < r->var_days; i++) {
        char day[FORMAT_TEXT];
        table_text(t, format_date(r->var_day[i], day));
        table_number(t, day_return(r, i));
        table_number(t, (double)r->var_series[i]);
        table_bool(t, is_exception(r, i));
    }
    return t;
}

const pane_class pane_var = {
    .name = "var",
    .hint = "m history/distribution  i explain  z zoom",
    .state_size = sizeof(var),
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BIT(SECTION_RISK) | SECTION_BIT(SECTION_BREAKER),
};
