#include "ui/widget/chart.h"

#include <math.h>
#include <stdio.h>

#include "src/base/decimal.h"
#include "ui/pane/panes.h"
#include "ui/pane/part.h"

// Closes of the selected security, with the last trade as today's point.

static const int spans[] = {0, 126, 63, 21}; // sessions shown; 0: all

enum { SPANS = sizeof spans / sizeof *spans };

typedef struct {
    int span;
} state;

typedef struct {
    const view_book *book;
    int from, n; // of the closes, and one more when there is a last trade today
    bool today;
} series;

static series series_of(const state *s, const view_book *b) {
    series x = {.book = b, .today = b->live && b->last > 0};
    int all = b->closes + x.today, span = spans[s->span % SPANS];
    x.n = span && span < all ? span : all;
    x.from = all - x.n;
    return x;
}

static double point(const void *context, int i) {
    const series *x = context;
    int at = x->from + i;
    return at < x->book->closes ? x->book->close[at] : decimal_to_double(x->book->last);
}

static void label(const void *context, int i, char out[FORMAT_TEXT]) {
    const series *x = context;
    int at = x->from + i;
    if (at < x->book->closes)
        format_date(x->book->close_day[at], out);
    else
        snprintf(out, FORMAT_TEXT, "now");
}

static void draw_figures(const series *x, canvas *c) {
    double first = point(x, 0), last = point(x, x->n - 1), low = INFINITY, high = -INFINITY;
    for (int i = 0; i < x->n; i++) {
        low = fmin(low, point(x, i));
        high = fmax(high, point(x, i));
    }
    const view_book *b = x->book;
    double day = b->previous > 0 ? (double)b->last / (double)b->previous - 1 : NAN;
    part_figure figures[] = {
        {.label = x->today ? "last" : "close", .role = ROLE_STRONG, .keep = 0},
        {.label = "day", .role = format_role(day), .keep = 1},
        {.label = "shown", .role = format_role(last / first - 1), .keep = 2},
        {.label = "low", .role = ROLE_TEXT, .keep = 4},
        {.label = "high", .role = ROLE_TEXT, .keep = 4},
        {.label = "", .role = ROLE_DIM, .keep = 5},
    };
    format_number(last, 2, figures[0].value);
    format_change(day, figures[1].value);
    format_change(first > 0 ? last / first - 1 : NAN, figures[2].value);
    format_number(low <= high ? low : NAN, 2, figures[3].value);
    format_number(low <= high ? high : NAN, 2, figures[4].value);
    snprintf(figures[5].value, FORMAT_TEXT, "%.60s", b->sector);
    part_figures(c, 1, 0, figures, sizeof figures / sizeof *figures);
}

static void draw(void *memory, const ui_model *m, canvas *c, bool focused) {
    (void)focused;
    const view_book *b = ui_model_book(m, m->symbol);
    series x = b ? series_of(memory, b) : (series){0};
    if (!x.n) {
        part_empty(c, m->symbol[0] ? "No prices yet." : "No security selected.",
                   m->symbol[0] ? "The desk brings the closes of what is selected; :import yahoo FILE.csv adds more."
                                : "Choose a row in positions, or :watch SYMBOL.");
        return;
    }
    draw_figures(&x, c);
    canvas plot = canvas_part(c, (rect){0, 1, c->width, c->height - 1});
    chart ch = {.n = x.n, .context = &x, .series = {{.at = point, .line = ROLE_LINE}}, .series_n = 1, .label = label};
    chart_draw(&ch, &plot);
    part_stale(m, c);
}

static void draw_title(void *memory, const ui_model *m, text *out) {
    const view_book *b = ui_model_book(m, m->symbol);
    char day[FORMAT_TEXT];
    text_printf(out, "%s%schart", m->symbol, m->symbol[0] ? " " : "");
    if (b && b->name[0])
        text_printf(out, " · %s", b->name);
    if (b && b->closes)
        text_printf(out, " · %d d to %s", series_of(memory, b).n, format_date(b->close_day[b->closes - 1], day));
    part_title_end(m, out);
}

static int act(void *memory, ui_model *m, const pane_act *act, pane_reply *reply) {
    state *s = memory;
    if (act->kind == ACT_MODE) {
        s->span = (s->span + 1) % SPANS;
        return NEXT_REDRAW;
    }
    if (act->kind == ACT_EXPLAIN) {
        text_printf(&reply->explain, "Prices of %s\n", m->symbol);
        part_explain(&reply->explain, "inputs",
                     "daily closes of the warehouse, splits divided out; the last trade as today's point");
        part_explain(&reply->explain, "shown", "last point / first point shown − 1");
        part_explain_origin(&reply->explain, m);
    }
    return NEXT_NOTHING;
}

static table *export(void *memory, const ui_model *m) {
    static const column exported[] = {{"date", "DATE", COLUMN_TEXT, 0}, {"close", "CLOSE", COLUMN_NUMBER, 4}};
    (void)memory;
    const view_book *b = ui_model_book(m, m->symbol);
    table *t = table_new(exported, sizeof exported / sizeof *exported);
    for (int i = 0; b && i < b->closes; i++) {
        char day[FORMAT_TEXT];
        table_text(t, format_date(b->close_day[i], day));
        table_number(t, b->close[i]);
    }
    return t;
}

const pane_class pane_chart = {
    .name = "chart",
    .hint = "m span  i explain  z zoom",
    .state_size = sizeof(state),
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BITS_BOOKS,
};
