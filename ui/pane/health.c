#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "ui/pane/panes.h"
#include "ui/pane/part.h"
#include "ui/widget/cells.h"

// How the parts are: a line each with its state, what it says, and what to do when it is not well.

typedef enum { WELL, WATCH, BAD, UNKNOWN } level;

typedef struct {
    const char *name;
    level level;
    char state[80];
    const char *advice; // "" when it is well
} line;

enum { MOST_LINES = 16 };

typedef struct {
    grid grid;
    line lines[MOST_LINES];
    size_t n;
} health;

enum { COMPONENT, STATE, COLUMNS };

static const grid_column columns[COLUMNS] = {
    [COMPONENT] = {"COMPONENT", 11, 3, 0, false, false},
    [STATE] = {"STATE", 18, 150, 0, false, false},
};

static const char *const marks[] = {"●", "▲", "■", "○"};
static const role roles[] = {ROLE_OK, ROLE_WARN, ROLE_ERROR, ROLE_DIM};

__attribute__((format(printf, 5, 6))) static void add(health *s, const char *name, level l, const char *advice,
                                                      const char *format, ...) {
    line *at = &s->lines[s->n++];
    *at = (line){.name = name, .level = l, .advice = l == WATCH || l == BAD ? advice : ""};
    va_list args;
    va_start(args, format);
    vsnprintf(at->state, sizeof at->state, format, args);
    va_end(args);
}

static void add_desk(health *s, const ui_model *m) {
    const view_status *st = &m->status;
    char age[FORMAT_TEXT], n[FORMAT_TEXT], k[FORMAT_TEXT], last[FORMAT_TEXT];
    add(s, "desk", m->stale ? BAD : WELL, "its process is gone or stuck: leave, and start plimsoll again",
        "%s, beat %s ago", st->state, format_age(format_span(m->now_mono, st->beat_mono), age));
    add(s, "venue", st->venue_running ? WELL : WATCH, ":venue run lets it go on",
        st->venue_running ? "running, pace %s" : "paused, pace %s", format_compact(st->pace, n));
    int64_t silent = part_age(m, st->feed_time);
    level feed = !st->venue_running ? UNKNOWN : silent > 60 * NS_PER_S ? BAD : silent > 5 * NS_PER_S ? WATCH : WELL;
    add(s, "feed", feed, "no market event of late: is anything watched?", "last event %s ago", format_age(silent, age));
    add(s, "queue",
        st->queue > 1000  ? BAD
        : st->queue > 100 ? WATCH
                          : WELL,
        "commands come faster than they are done", "%s command%s waiting", format_integer(st->queue, n),
        st->queue == 1 ? "" : "s");
    add(s, "orders", WELL, "", "%s working", format_integer(st->working, n));
    bool old = st->data_date == DATE_NONE || format_span(st->session, st->data_date) > 7;
    add(s, "data", old ? WATCH : WELL, ":import yahoo FILE.csv brings newer bars", "%s, %s securities, bars to %s",
        st->data_version[0] ? st->data_version : "none", format_integer(st->securities, k),
        format_date(st->data_date, last));
}

// A scenario that could not be computed says why in its row.
static void add_scenarios(health *s, const view_stress *v) {
    int missing = 0;
    for (int i = 0; i < v->n; i++)
        missing += v->row[i].message[0] != 0;
    if (missing)
        add(s, "stress", WATCH, "their rows in stress say why: i on them", "%d of %d scenarios, %d not computed",
            v->n - missing, v->n, missing);
    else
        add(s, "stress", WELL, "", "%d scenarios", v->n);
}

static void add_results(health *s, const ui_model *m) {
    static const level levels[] = {UNKNOWN, WATCH, WELL, BAD, WELL};
    static const char *const states[] = {"none yet", "computing", "ready", "failed", "nothing is held"};
    int risk = m->risk.state >= ANALYTICS_NONE && m->risk.state <= ANALYTICS_FLAT ? m->risk.state : ANALYTICS_FAILED;
    int stress =
        m->stress.state >= ANALYTICS_NONE && m->stress.state <= ANALYTICS_FLAT ? m->stress.state : ANALYTICS_FAILED;
    char age[FORMAT_TEXT], day[FORMAT_TEXT];
    if (risk == 2)
        add(s, "risk model", WELL, "", "%s of %s, computed %s ago", m->risk.model, format_date(m->risk.as_of, day),
            format_age(format_span(m->now_wall, m->risk.computed), age));
    else
        add(s, "risk model", levels[risk], m->risk.message, "%s", states[risk]);
    if (stress == 2)
        add_scenarios(s, &m->stress);
    else
        add(s, "stress", levels[stress], m->stress.message, "%s", states[stress]);
    int running = 0, failed = 0;
    for (int i = 0; i < m->jobs.n; i++) {
        running += m->jobs.row[i].state == RUN_RUNNING || m->jobs.row[i].state == RUN_QUEUED;
        failed += m->jobs.row[i].state == RUN_FAILED;
    }
    add(s, "jobs", failed ? WATCH : WELL, "see jobs for the messages", "%d under way, %d failed", running, failed);
}

static void add_people(health *s, const ui_model *m) {
    static const level levels[] = {WELL, BAD, WATCH};
    static const char *const states[] = {"TRADING", "TRIPPED", "QUIET"};
    static const char *const advice[] = {"", ":breaker reset, when its cause is gone",
                                         "limits of orders and positions are halved; it ends by itself"};
    int state = m->breaker.state >= 0 && m->breaker.state <= 2 ? m->breaker.state : 1;
    add(s, "breaker", levels[state], advice[state], "%s%s%.60s", states[state], m->breaker.cause[0] ? ": " : "",
        m->breaker.cause);
    add(s, "user", WELL, "", "%s, %s", m->status.user, m->status.role);
    add(s, "program", WELL, "", "plimsoll %s", m->status.program);
    add(s, "workspace", WELL, "", "%.79s", m->status.workspace);
}

static void gather(health *s, const ui_model *m) {
    s->n = 0;
    add_desk(s, m);
    add_results(s, m);
    add_people(s, m);
}

static const line *row_of(const void *context, size_t i) { return &((const health *)context)->lines[i]; }

static uint64_t key(const void *context, size_t i) { return part_key(row_of(context, i)->name); }

static void draw_cell(const void *context, size_t i, int col, canvas *c) {
    const line *l = row_of(context, i);
    if (col == COMPONENT) {
        canvas_put(c, 0, 0, roles[l->level], marks[l->level]);
        canvas_put_n(c, 2, 0, c->width - 2, ROLE_TEXT, l->name);
        return;
    }
    role r = l->level == WELL || l->level == UNKNOWN ? ROLE_TEXT : roles[l->level];
    int used = canvas_put_n(c, 0, 0, c->width, r, l->state);
    if (l->advice[0] && c->width - used > 8) {
        used += canvas_put(c, used, 0, ROLE_DIM, " · ");
        canvas_put_n(c, used, 0, c->width - used, ROLE_DIM, l->advice);
    }
}

static grid_value value(const void *context, size_t i, int col) {
    const line *l = row_of(context, i);
    if (col == COMPONENT)
        return (grid_value){.string = l->name};
    return (grid_value){.number = l->level == UNKNOWN ? -0.5 : -(double)l->level};
}

static bool matches(const void *context, size_t i, const char *filter) {
    const char *const fields[] = {row_of(context, i)->name, row_of(context, i)->state};
    return grid_matches(filter, fields, sizeof fields / sizeof *fields);
}

static grid_source source(health *s, const ui_model *m) {
    gather(s, m);
    return (grid_source){columns, COLUMNS, s->n, s, key, draw_cell, value, matches, NULL};
}

static void draw(void *state, const ui_model *m, canvas *c, bool focused) {
    health *s = state;
    grid_source rows = source(s, m);
    grid_draw(&s->grid, &rows, c, focused);
    // Stale or not is what this pane is there to say: it keeps its colours.
}

static void draw_title(void *state, const ui_model *m, text *out) {
    health *s = state;
    gather(s, m);
    int count[UNKNOWN + 1] = {0};
    for (size_t i = 0; i < s->n; i++)
        count[s->lines[i].level]++;
    text_put(out, "Health");
    if (count[BAD])
        text_printf(out, " · %d bad", count[BAD]);
    if (count[WATCH])
        text_printf(out, " · %d to watch", count[WATCH]);
    if (!count[BAD] && !count[WATCH])
        text_put(out, " · all well");
    part_title_filter(&s->grid, s->n, out);
    part_title_end(m, out);
}

static int act(void *state, ui_model *m, const pane_act *act, pane_reply *reply) {
    health *s = state;
    grid_source rows = source(s, m);
    int next = grid_act(&s->grid, &rows, act) ? NEXT_REDRAW : NEXT_NOTHING;
    long at = grid_row(&s->grid);
    if (act->kind == ACT_EXPLAIN && at >= 0) {
        const line *l = row_of(s, (size_t)at);
        text_printf(&reply->explain, "%s: %s\n", l->name, l->state);
        if (l->advice[0])
            part_explain(&reply->explain, "advice", "%s", l->advice);
        part_explain(&reply->explain, "source", "the views that the desk publishes; beats are the turns of its loop");
        part_explain_origin(&reply->explain, m);
    }
    return next;
}

static table *export(void *state, const ui_model *m) {
    static const column exported[] = {{"component", "COMPONENT", COLUMN_TEXT, 0},
                                      {"level", "LEVEL", COLUMN_TEXT, 0},
                                      {"state", "STATE", COLUMN_TEXT, 0},
                                      {"advice", "ADVICE", COLUMN_TEXT, 0}};
    static const char *const names[] = {"well", "watch", "bad", "unknown"};
    health *s = state;
    gather(s, m);
    table *t = table_new(exported, sizeof exported / sizeof *exported);
    for (size_t i = 0; i < s->n; i++) {
        table_text(t, s->lines[i].name);
        table_text(t, names[s->lines[i].level]);
        table_text(t, s->lines[i].state);
        table_text(t, s->lines[i].advice);
    }
    return t;
}

// What needs attention comes first, whatever the pane has room for.
static void open_pane(void *state) { ((health *)state)->grid.sort = STATE + 1; }

static void close_pane(void *state) { grid_free(&((health *)state)->grid); }

const pane_class pane_health = {
    .name = "health",
    .hint = "/ filter  o sort  i explain  z zoom",
    .state_size = sizeof(health),
    .open = open_pane,
    .close = close_pane,
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BIT(SECTION_POSITIONS) | SECTION_BIT(SECTION_BREAKER) |
                SECTION_BIT(SECTION_RISK) | SECTION_BIT(SECTION_STRESS) | SECTION_BIT(SECTION_JOBS),
};
