#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/pane/panes.h"
#include "ui/pane/part.h"
#include "ui/widget/cells.h"

typedef struct {
    int top; // lines of trips scrolled past
} breaker;

enum { LIMIT_WIDTH = 44, LEAST_GAUGE = 4, MARKED = FORMAT_TEXT + 8 };

static const double NEAR = 0.8; // of a limit: from here on it is marked

static const char *const names[] = {"TRADING", "TRIPPED", "QUIET"};
static const char *const marks[] = {"●", "■", "◐"};
static const role roles[] = {ROLE_OK, ROLE_ERROR, ROLE_WARN};

static int known(int32_t state) { return state >= BREAKER_TRADING && state <= BREAKER_QUIET ? state : BREAKER_TRIPPED; }

// Of the wall clock, at the exchange: the session's clock may stand in another year. "2026-11-21 09:32", without the
// year where there is little room.
static const char *when(int64_t then, bool brief, char out[FORMAT_TEXT]) {
    char whole[FORMAT_TEXT];
    format_instant(format_to_local(then), whole);
    snprintf(out, FORMAT_TEXT, "%.*s", brief ? 11 : 16, whole + (brief ? 5 : 0));
    return out;
}

static const view_trip *last_trip(const view_breaker *b) {
    for (int i = 0; i < b->trips; i++)
        if (b->trip[i].state == BREAKER_TRIPPED)
            return &b->trip[i];
    return NULL;
}

static void draw_state(const ui_model *m, canvas *c) {
    const view_breaker *b = &m->breaker;
    int state = known(b->state);
    char since[FORMAT_TEXT], age[FORMAT_TEXT];
    int x = 1 + canvas_put(c, 1, 0, roles[state], marks[state]) + 1;
    x += canvas_put(c, x, 0, roles[state], names[state]);
    canvas_attr(c, (rect){1, 0, x - 1, 1}, ATTR_BOLD);
    if (b->since > 0)
        x += canvas_printf(c, x + 1, 0, ROLE_TEXT, "%s%s " FORMAT_WALL, c->width < 34 ? "" : "since ",
                           when(b->since, c->width < 50, since)) +
             1;
    if (state != BREAKER_TRADING && b->cause[0]) {
        canvas_put_n(c, x + 2, 0, c->width - x - 2, ROLE_TEXT, b->cause);
        return;
    }
    const view_trip *trip = last_trip(b);
    text t = {0};
    if (trip)
        text_printf(&t, "last trip %s ago", format_age(format_span(m->now_wall, trip->time), age));
    size_t brief = t.n;
    if (trip)
        text_printf(&t, " (%s)", trip->cause);
    int room = c->width - x - 3;
    if (t.n > brief && (int)text_width(t.at) > room)
        t.at[t.n = brief] = 0;
    if ((int)text_width(text_string(&t)) <= room)
        canvas_put(c, x + 3, 0, ROLE_DIM, text_string(&t));
    text_free(&t);
}

// "27 % of 50,000", or "1.9 / 3.0 %" for what is measured in percent.
static void limit_text(const view_limit *l, char out[FORMAT_TEXT]) {
    char used[FORMAT_TEXT], most[FORMAT_TEXT];
    if (!(l->limit > 0))
        snprintf(out, FORMAT_TEXT, "%.20s, no limit", format_compact(l->used, used));
    else if (strcmp(l->unit, "percent") == 0)
        snprintf(out, FORMAT_TEXT, "%.20s / %.20s %%", format_number(l->used, 1, used),
                 format_number(l->limit, 1, most));
    else if (strcmp(l->unit, "money") == 0)
        snprintf(out, FORMAT_TEXT, "%.20s of %.20s", format_percent(l->used / l->limit, 0, used),
                 format_compact(l->limit, most));
    else
        snprintf(out, FORMAT_TEXT, "%.20s / %.20s", format_compact(l->used, used), format_compact(l->limit, most));
}

static double share_of(const view_limit *l) { return l->limit > 0 ? l->used / l->limit : NAN; }

// The figure with what must not be lost: the mark of a limit that is near or over, and the ½ of one that is halved.
static void marked_text(const view_limit *l, char out[MARKED]) {
    char figure[FORMAT_TEXT];
    double share = share_of(l);
    limit_text(l, figure);
    snprintf(out, MARKED, "%s%s%s",
             share >= 1      ? "■ "
             : share >= NEAR ? "▲ "
                             : "",
             figure, l->limit < l->full ? " ½" : "");
}

// Columns of the longest name and of the longest figure; figures have at least as many as they have in quiet times,
// so that bars seldom move.
typedef struct {
    int label, figure;
} limit_columns;

static limit_columns columns_of(const view_breaker *b) {
    limit_columns out = {0, 16};
    for (int i = 0; i < b->limits; i++) {
        char marked[MARKED];
        marked_text(&b->limit[i], marked);
        int name = (int)text_width(b->limit[i].name), figure = (int)text_width(marked);
        out.label = name > out.label ? name : out.label;
        out.figure = figure > out.figure ? figure : out.figure;
    }
    return out;
}

// Name, bar, figure; without room for a bar that says something, name and figure have the line for themselves.
static void draw_limit(const view_limit *l, limit_columns columns, canvas *c) {
    char marked[MARKED];
    marked_text(l, marked);
    double share = share_of(l);
    role r = share >= NEAR ? cells_gauge_role(share) : ROLE_TEXT;
    int gauge = c->width - columns.label - columns.figure - 2;
    gauge = gauge > 10 ? 10 : gauge;
    if (gauge < LEAST_GAUGE) {
        int left = c->width - (int)text_width(marked);
        canvas_put_n(c, 0, 0, left - 1, ROLE_TEXT, l->name);
        canvas_put_n(c, left > 0 ? left : 0, 0, c->width, r, marked);
        return;
    }
    canvas_put_n(c, 0, 0, columns.label, ROLE_TEXT, l->name);
    cells_gauge(c, columns.label + 1, 0, gauge, share);
    canvas_put(c, columns.label + gauge + 2, 0, r, marked);
}

static int near_or_over(const view_breaker *b, int from) {
    int near = 0;
    for (int i = from; i < b->limits; i++)
        near += share_of(&b->limit[i]) >= NEAR;
    return near;
}

// "+2 limits, 1 near or over": what there is no line for.
static void draw_rest(const view_breaker *b, int from, canvas *c, int y) {
    int near = near_or_over(b, from);
    double worst = 0;
    for (int i = from; i < b->limits; i++)
        worst = fmax(worst, share_of(&b->limit[i]));
    text t = {0};
    text_printf(&t, "+%d limit%s", b->limits - from, b->limits - from == 1 ? "" : "s");
    if (near)
        text_printf(&t, ", %d near or over", near);
    canvas_put_n(c, 1, y, c->width - 1, near ? cells_gauge_role(worst) : ROLE_DIM, text_string(&t));
    text_free(&t);
}

static int draw_limits(const view_breaker *b, canvas *c, int y) {
    int across = c->width / LIMIT_WIDTH;
    across = across < 1 ? 1 : across > 3 ? 3 : across;
    int width = (c->width - 1) / across;
    width = width > 56 ? 56 : width;
    int lines = (b->limits + across - 1) / across, room = c->height - y;
    int shown = lines <= room ? b->limits : room > 1 ? (room - 1) * across : 0;
    limit_columns columns = columns_of(b);
    for (int i = 0; i < shown; i++) {
        canvas part = canvas_part(c, (rect){1 + i % across * width, y + i / across, width - (across > 1 ? 2 : 0), 1});
        draw_limit(&b->limit[i], columns, &part);
    }
    if (lines > room && room > 0)
        draw_rest(b, shown, c, c->height - 1);
    return y + lines;
}

static void draw_trips(breaker *s, const ui_model *m, canvas *c, int y) {
    const view_breaker *b = &m->breaker;
    bool brief = c->width < 60;
    int room = c->height - y, last = b->trips > room ? b->trips - room : 0;
    s->top = s->top > last ? last : s->top;
    for (int i = s->top; i < b->trips && y < c->height; i++, y++) {
        const view_trip *trip = &b->trip[i];
        int state = known(trip->state);
        char at[FORMAT_TEXT];
        int x = 1 + canvas_put(c, 1, y, ROLE_DIM, when(trip->time, brief, at)) + 2;
        x += canvas_put(c, x, y, roles[state], marks[state]) + 1;
        canvas_put(c, x, y, roles[state], names[state]);
        x += 9;
        if (c->width >= 50) {
            canvas_put_n(c, x, y, 10, ROLE_DIM, trip->user);
            x += 11;
        }
        canvas_put_n(c, x, y, c->width - x, ROLE_TEXT, trip->cause);
    }
}

// What the state means for orders, at the length that there is room for.
static void draw_rule(const view_breaker *b, canvas *c, int y) {
    char until[FORMAT_TEXT], rule[2][96];
    if (b->state == BREAKER_QUIET) {
        when(b->quiet_until, false, until);
        snprintf(rule[0], sizeof rule[0], "Limits marked ½ are halved until %.5s " FORMAT_WALL ".", until + 11);
        snprintf(rule[1], sizeof rule[1], "½: halved until %.5s " FORMAT_WALL, until + 11);
    } else {
        snprintf(rule[0], sizeof rule[0], "Only reducing orders and cancels pass. :breaker reset ends it.");
        snprintf(rule[1], sizeof rule[1], "Reducing orders only. :breaker reset");
    }
    bool whole = (int)text_width(rule[0]) < c->width;
    canvas_put_n(c, 1, y, c->width - 1, ROLE_DIM, rule[whole ? 0 : 1]);
}

static void draw(void *state, const ui_model *m, canvas *c, bool focused) {
    (void)focused;
    draw_state(m, c);
    bool ruled = known(m->breaker.state) != BREAKER_TRADING && c->height > 1;
    if (ruled)
        draw_rule(&m->breaker, c, 1);
    int y = draw_limits(&m->breaker, c, 1 + ruled);
    if (y + 2 < c->height && m->breaker.trips) {
        canvas_put(c, 1, y + 1, ROLE_HEADER, "HISTORY, wall clock");
        draw_trips(state, m, c, y + 2);
    }
    part_stale(m, c);
}

static void draw_title(void *state, const ui_model *m, text *out) {
    (void)state;
    int near = near_or_over(&m->breaker, 0);
    text_printf(out, "Breaker · %d limits", m->breaker.limits);
    if (near)
        text_printf(out, " · %d near or over", near);
    part_title_end(m, out);
}

static int act(void *state, ui_model *m, const pane_act *act, pane_reply *reply) {
    breaker *s = state;
    int top = s->top;
    if (act->kind == ACT_DOWN || act->kind == ACT_SCROLL)
        s->top += act->kind == ACT_DOWN ? 1 : act->amount;
    else if (act->kind == ACT_UP)
        s->top--;
    else if (act->kind == ACT_HOME || act->kind == ACT_BACK)
        s->top = 0;
    s->top = s->top < 0 ? 0 : s->top > VIEW_TRIPS ? VIEW_TRIPS : s->top;
    if (act->kind == ACT_EXPLAIN) {
        text_put(&reply->explain, "Breaker and limits\n");
        part_explain(&reply->explain, "state",
                     "TRADING; TRIPPED: reducing orders and cancels only; QUIET: halved limits after a reset");
        part_explain(&reply->explain, "½", "a limit of orders or positions, halved while the breaker is QUIET");
        part_explain(&reply->explain, "times", "of the wall clock, New York; the session's own: :breaker history");
        part_explain(&reply->explain, "bars",
                     "what is used / the limit; from 80 %% on it warns, at 100 %% orders are refused");
        part_explain(&reply->explain, "source", "the desk's journal; each trip and reset with time, cause and user");
        part_explain_origin(&reply->explain, m);
    }
    return s->top != top ? NEXT_REDRAW : NEXT_NOTHING;
}

static table *export(void *state, const ui_model *m) {
    static const column exported[] = {
        {"limit", "LIMIT", COLUMN_TEXT, 0},    {"used", "USED", COLUMN_NUMBER, 2}, {"most", "MOST", COLUMN_NUMBER, 2},
        {"full", "IN FULL", COLUMN_NUMBER, 2}, {"unit", "UNIT", COLUMN_TEXT, 0},
    };
    (void)state;
    table *t = table_new(exported, sizeof exported / sizeof *exported);
    for (int i = 0; i < m->breaker.limits; i++) {
        table_text(t, m->breaker.limit[i].name);
        table_number(t, m->breaker.limit[i].used);
        table_number(t, m->breaker.limit[i].limit);
        table_number(t, m->breaker.limit[i].full);
        table_text(t, m->breaker.limit[i].unit);
    }
    return t;
}

const pane_class pane_breaker = {
    .name = "breaker",
    .hint = "T trip  R reset  i explain  z zoom",
    .state_size = sizeof(breaker),
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BIT(SECTION_BREAKER),
};
