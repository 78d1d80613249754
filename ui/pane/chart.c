#include "ui/widget/chart.h"

#include <math.h>
#include <stdio.h>

#include "src/base/decimal.h"
#include "ui/pane/panes.h"
#include "ui/pane/part.h"
#include "ui/pane/transport.h"

// Closes of the selected security, with the last trade as today's point, or the course of its last price through the
// day. A replay has the latter alone: the closes are of other days.

static const int spans[] = {0, 126, 63, 21}; // sessions shown; 0: all

enum { SPANS = sizeof spans / sizeof *spans, MODES };

typedef struct {
    int mode; // a span, or SPANS: the day
} state;

typedef struct {
    const view_book *book;
    int from, n; // of the closes, and one more when there is a last trade today
    bool today, day;
} series;

static series series_of(const state *s, const ui_model *m, const view_book *b) {
    series x = {.book = b, .today = b->live && b->last > 0};
    x.day = m->replay.number || s->mode % MODES == SPANS || !b->closes;
    if (x.day) {
        x.n = b->course.n + (b->course.n > 0);
        return x;
    }
    int all = b->closes + x.today, span = spans[s->mode % MODES];
    x.n = span && span < all ? span : all;
    x.from = all - x.n;
    return x;
}

// The last point of a day is now.
static int64_t time_of(const series *x, int i) {
    return i < x->book->course.n ? x->book->course.time[i] : x->book->time;
}

static double point(const void *context, int i) {
    const series *x = context;
    int at = x->from + i;
    if (x->day)
        return decimal_to_double(i < x->book->course.n ? x->book->course.price[i] : x->book->last);
    return at < x->book->closes ? x->book->close[at] : decimal_to_double(x->book->last);
}

static double place(const void *context, int i) {
    const series *x = context;
    return (double)time_of(x, i) - (double)time_of(x, 0);
}

static void label(const void *context, int i, char out[FORMAT_TEXT]) {
    const series *x = context;
    int at = x->from + i;
    if (x->day)
        format_local(time_of(x, i), 0, out);
    else if (at < x->book->closes)
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
        {.label = x->today || x->day ? "last" : "close", .role = ROLE_STRONG, .keep = 0},
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
    series x = b ? series_of(memory, m, b) : (series){0};
    if (!x.n) {
        part_empty(c, m->symbol[0] ? m->replay.number ? "No trades yet." : "No prices yet." : "No security selected.",
                   m->replay.number ? "Trades show here as the replay prints them."
                   : m->symbol[0] ? "The desk brings the closes of what is selected; :import yahoo FILE.csv adds more."
                                  : "Choose a row in positions, or :watch SYMBOL.");
        return;
    }
    draw_figures(&x, c);
    canvas plot = canvas_part(c, (rect){0, 1, c->width, c->height - 1});
    chart ch = {.n = x.n,
                .context = &x,
                .series = {{.at = point, .line = ROLE_LINE}},
                .series_n = 1,
                .place = x.day ? place : NULL,
                .label = label};
    chart_draw(&ch, &plot);
    part_stale(m, c);
}

static void draw_title(void *memory, const ui_model *m, text *out) {
    const view_book *b = ui_model_book(m, m->symbol);
    char day[FORMAT_TEXT];
    text_printf(out, "%s%schart", m->symbol, m->symbol[0] ? " " : "");
    if (m->replay.number)
        text_printf(out, " · %s", transport_source(m));
    if (b && b->name[0])
        text_printf(out, " · %s", b->name);
    series x = b ? series_of(memory, m, b) : (series){0};
    if (x.day && x.n)
        text_printf(out, " · since %s", format_local(time_of(&x, 0), 0, day));
    else if (x.n && b->closes)
        text_printf(out, " · %d d to %s", x.n, format_date(b->close_day[b->closes - 1], day));
    part_title_end(m, out);
}

static int act(void *memory, ui_model *m, const pane_act *act, pane_reply *reply) {
    state *s = memory;
    if (act->kind == ACT_MODE && !m->replay.number) {
        s->mode = (s->mode + 1) % MODES;
        return NEXT_REDRAW;
    }
    if (act->kind == ACT_EXPLAIN) {
        text_printf(&reply->explain, "Prices of %s\n", m->symbol);
        part_explain(&reply->explain, "inputs",
                     "daily closes of the warehouse, splits divided out, with the last trade as today's point; or the "
                     "last price through the day, since the desk looks at the book");
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
    .hint = "m span, day  i explain  z zoom",
    .state_size = sizeof(state),
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BIT(SECTION_REPLAY) | SECTION_BITS_BOOKS,
};
