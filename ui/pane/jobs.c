#include <math.h>
#include <stdio.h>

#include "ui/pane/panes.h"
#include "ui/pane/part.h"
#include "ui/pane/work.h"
#include "ui/widget/cells.h"

typedef struct {
    grid grid;
} jobs;

enum { STATE, WHAT, TOOK, STARTED, ID, MESSAGE, COLUMNS };

static const grid_column columns[COLUMNS] = {
    [STATE] = {"STATE", 6, 7, 0, false, false}, [WHAT] = {"WHAT", 15, 25, 0, false, false},
    [TOOK] = {"TOOK", 8, 0, 1, true, true},     [STARTED] = {"STARTED", 8, 0, 2, true, true},
    [ID] = {"JOB", 5, 2, 4, true, true},        [MESSAGE] = {"MESSAGE", 12, 50, 3, false, false},
};

static const view_job *row_of(const void *context, size_t i) { return &((const ui_model *)context)->jobs.row[i]; }

static uint64_t key(const void *context, size_t i) { return (uint64_t)row_of(context, i)->id; }

static const char *took(double seconds, char out[FORMAT_TEXT]) {
    if (!(seconds >= 0 && seconds < 9e9))
        return format_number(NAN, 0, out);
    return format_age((int64_t)(seconds * 1e9), out);
}

static void draw_cell(const void *context, size_t i, int col, canvas *c) {
    const view_job *j = row_of(context, i);
    char out[FORMAT_TEXT];
    switch (col) {
    case STATE:
        work_state(c, j->state, j->progress);
        break;
    case WHAT:
        cells_left(c, ROLE_STRONG, j->what);
        break;
    case TOOK:
        cells_right(c, ROLE_TEXT, j->state == RUN_QUEUED ? "–" : took(j->seconds, out));
        break;
    case STARTED:
        cells_right(c, ROLE_DIM, j->started > 0 ? format_local(j->started, 0, out) : "–");
        break;
    case ID:
        cells_integer(c, ROLE_DIM, j->id);
        break;
    default:
        cells_left(c, j->state == RUN_FAILED ? ROLE_ERROR : ROLE_DIM, j->message);
    }
}

static grid_value value(const void *context, size_t i, int col) {
    const view_job *j = row_of(context, i);
    switch (col) {
    case STATE:
        return (grid_value){.number = j->state};
    case WHAT:
    case MESSAGE:
        return (grid_value){.string = col == WHAT ? j->what : j->message};
    case TOOK:
        return (grid_value){.number = j->seconds};
    default:
        return (grid_value){.number = (double)(col == ID ? j->id : j->started)};
    }
}

static bool matches(const void *context, size_t i, const char *filter) {
    const view_job *j = row_of(context, i);
    const char *const fields[] = {j->what, j->message, work_name(j->state)};
    return grid_matches(filter, fields, sizeof fields / sizeof *fields);
}

static grid_source source(const ui_model *m) {
    return (grid_source){columns, COLUMNS, (size_t)m->jobs.n, m, key, draw_cell, value, matches, NULL};
}

static void draw(void *state, const ui_model *m, canvas *c, bool focused) {
    jobs *s = state;
    if (!m->jobs.n) {
        part_empty(c, "No jobs.", "Backtests, imports and risk run as jobs and show here.");
        return;
    }
    grid_source rows = source(m);
    grid_draw(&s->grid, &rows, c, focused);
    part_stale(m, c);
}

static void draw_title(void *state, const ui_model *m, text *out) {
    const jobs *s = state;
    int counts[RUN_CANCELLED + 1] = {0};
    for (int i = 0; i < m->jobs.n; i++)
        if (m->jobs.row[i].state >= RUN_QUEUED && m->jobs.row[i].state <= RUN_CANCELLED)
            counts[m->jobs.row[i].state]++;
    text_printf(out, "Jobs · %d running · %d queued", counts[RUN_RUNNING], counts[RUN_QUEUED]);
    if (counts[RUN_FAILED])
        text_printf(out, " · %d failed", counts[RUN_FAILED]);
    part_title_filter(&s->grid, (size_t)m->jobs.n, out);
    part_title_end(m, out);
}

static int act(void *state, ui_model *m, const pane_act *act, pane_reply *reply) {
    jobs *s = state;
    grid_source rows = source(m);
    int next = grid_act(&s->grid, &rows, act) ? NEXT_REDRAW : NEXT_NOTHING;
    long at = grid_row(&s->grid);
    if (at < 0)
        return next;
    const view_job *j = row_of(m, (size_t)at);
    if (act->kind == ACT_EXPLAIN) {
        char when[FORMAT_TEXT];
        text_printf(&reply->explain, "Job %lld: %s\n", (long long)j->id, j->what);
        part_explain(&reply->explain, "state", "%s%s%s", work_name(j->state), j->message[0] ? ": " : "", j->message);
        part_explain(&reply->explain, "started", "%s", format_instant(j->started, when));
        part_explain(&reply->explain, "source", "the queue of jobs in the workspace's database");
        part_explain_origin(&reply->explain, m);
    }
    if (act->kind == ACT_CANCEL)
        return next | work_cancel(j->id, j->state, reply);
    return next;
}

static table *export(void *state, const ui_model *m) {
    static const column exported[] = {
        {"id", "JOB", COLUMN_INT, 0},           {"what", "WHAT", COLUMN_TEXT, 0},
        {"state", "STATE", COLUMN_TEXT, 0},     {"progress", "PROGRESS", COLUMN_PERCENT, 0},
        {"started", "STARTED", COLUMN_TEXT, 0}, {"seconds", "SECONDS", COLUMN_NUMBER, 2},
        {"message", "MESSAGE", COLUMN_TEXT, 0},
    };
    jobs *s = state;
    grid_source rows = source(m);
    grid_arrange(&s->grid, &rows);
    table *t = table_new(exported, sizeof exported / sizeof *exported);
    for (size_t i = 0; i < s->grid.n; i++) {
        const view_job *j = row_of(m, s->grid.order[i]);
        char when[FORMAT_TEXT];
        table_int(t, j->id);
        table_text(t, j->what);
        table_text(t, work_name(j->state));
        table_number(t, j->progress);
        table_text(t, format_instant(j->started, when));
        table_number(t, j->seconds);
        table_text(t, j->message);
    }
    return t;
}

static void close_pane(void *state) { grid_free(&((jobs *)state)->grid); }

const pane_class pane_jobs = {
    .name = "jobs",
    .hint = "c cancel  / filter  o sort  i explain  z zoom",
    .state_size = sizeof(jobs),
    .close = close_pane,
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BIT(SECTION_JOBS),
};
