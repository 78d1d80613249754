#include <stdio.h>
#include <string.h>

#include "ui/pane/panes.h"
#include "ui/pane/part.h"
#include "ui/widget/cells.h"

typedef struct {
    grid grid;
} audit;

enum { DATE, TIME, USER, FACE, COMMAND, RESULT, ID, COLUMNS };

// The command outlives the result in a pane that is too narrow for both: of equals the later goes first.
static const grid_column columns[COLUMNS] = {
    [DATE] = {"DATE", 10, 0, 3, false, true},
    [TIME] = {"WALL " FORMAT_ZONE, 8, 0, 0, false, true},
    [USER] = {"USER", 8, 2, 2, false, false},
    [FACE] = {"FROM", 11, 0, 4, false, false},
    [COMMAND] = {"COMMAND", 18, 36, 1, false, false},
    [RESULT] = {"RESULT", 10, 70, 1, false, false},
    [ID] = {"ROW", 5, 3, 5, true, true},
};

static const view_audit_row *row_of(const void *context, size_t i) {
    return &((const ui_model *)context)->audit.row[i];
}

static uint64_t key(const void *context, size_t i) { return (uint64_t)row_of(context, i)->id; }

// The desk writes "ok" or "ok: what was done"; every other result is the sentence of a failure.
static bool went_wrong(const view_audit_row *r) {
    return strncmp(r->result, "ok", 2) != 0 || (r->result[2] && r->result[2] != ':');
}

// Where there is no room for a whole failure it begins with the word that decides: "order 2 refused: …", "refused: …".
static void draw_result(const view_audit_row *r, canvas *c) {
    static const char *const verdicts[] = {"refused", "failed", "invalid", "error"};
    const char *said = r->result;
    bool wrong = went_wrong(r), cut = wrong && (int)text_width(r->result) > c->width;
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts && cut; i++) {
        const char *found = strstr(r->result, verdicts[i]);
        if (found && (said == r->result || found < said))
            said = found;
    }
    cells_left(c, wrong ? ROLE_ERROR : ROLE_TEXT, said);
}

static void draw_cell(const void *context, size_t i, int col, canvas *c) {
    const view_audit_row *r = row_of(context, i);
    char out[FORMAT_TEXT];
    switch (col) {
    case DATE:
        format_instant(format_to_local(r->time), out);
        out[10] = 0;
        cells_left(c, ROLE_DIM, out);
        break;
    case TIME:
        cells_left(c, ROLE_DIM, format_local(r->time, 0, out));
        break;
    case USER:
        cells_left(c, ROLE_TEXT, r->user);
        break;
    case FACE:
        cells_left(c, ROLE_DIM, r->face);
        break;
    case COMMAND:
        cells_left(c, ROLE_STRONG, r->command);
        break;
    case RESULT:
        draw_result(r, c);
        break;
    default:
        cells_integer(c, ROLE_DIM, r->id);
    }
}

static grid_value value(const void *context, size_t i, int col) {
    const view_audit_row *r = row_of(context, i);
    const char *const strings[COLUMNS] = {
        [USER] = r->user, [FACE] = r->face, [COMMAND] = r->command, [RESULT] = r->result};
    return (grid_value){.string = strings[col], .number = (double)(col == TIME || col == DATE ? r->time : r->id)};
}

static bool matches(const void *context, size_t i, const char *filter) {
    const view_audit_row *r = row_of(context, i);
    const char *const fields[] = {r->user, r->face, r->command, r->result};
    return grid_matches(filter, fields, sizeof fields / sizeof *fields);
}

static grid_source source(const ui_model *m) {
    return (grid_source){columns, COLUMNS, (size_t)m->audit.n, m, key, draw_cell, value, matches, NULL};
}

static void draw(void *state, const ui_model *m, canvas *c, bool focused) {
    audit *s = state;
    if (!m->audit.n) {
        part_empty(c, "No rows yet.", "Every command that changes something leaves one.");
        return;
    }
    grid_source rows = source(m);
    grid_draw(&s->grid, &rows, c, focused);
    part_stale(m, c);
}

static void draw_title(void *state, const ui_model *m, text *out) {
    const audit *s = state;
    char age[FORMAT_TEXT];
    text_printf(out, "Audit · the last %d", m->audit.n);
    if (m->audit.n)
        text_printf(out, " · newest %s ago", format_age(format_span(m->now_wall, m->audit.row[0].time), age));
    part_title_filter(&s->grid, (size_t)m->audit.n, out);
    part_title_end(m, out);
}

static int act(void *state, ui_model *m, const pane_act *act, pane_reply *reply) {
    audit *s = state;
    grid_source rows = source(m);
    int next = grid_act(&s->grid, &rows, act) ? NEXT_REDRAW : NEXT_NOTHING;
    long at = grid_row(&s->grid);
    if (at >= 0 && act->kind == ACT_EXPLAIN) {
        const view_audit_row *r = row_of(m, (size_t)at);
        char when[FORMAT_TEXT];
        text_printf(&reply->explain, "Audit row %lld\n", (long long)r->id);
        part_explain(&reply->explain, "who", "%s, from the %s", r->user, r->face);
        part_explain(&reply->explain, "when", "%s", format_instant(r->time, when));
        part_explain(&reply->explain, "command", "%s", r->command);
        part_explain(&reply->explain, "result", "%s", r->result);
        part_explain(&reply->explain, "all rows", ":audit list");
        part_explain_origin(&reply->explain, m);
    }
    return next;
}

static table *export(void *state, const ui_model *m) {
    static const column exported[] = {
        {"id", "ROW", COLUMN_INT, 0},     {"time", "TIME", COLUMN_TEXT, 0},       {"user", "USER", COLUMN_TEXT, 0},
        {"face", "FROM", COLUMN_TEXT, 0}, {"command", "COMMAND", COLUMN_TEXT, 0}, {"result", "RESULT", COLUMN_TEXT, 0},
    };
    audit *s = state;
    grid_source rows = source(m);
    grid_arrange(&s->grid, &rows);
    table *t = table_new(exported, sizeof exported / sizeof *exported);
    for (size_t i = 0; i < s->grid.n; i++) {
        const view_audit_row *r = row_of(m, s->grid.order[i]);
        char when[FORMAT_TEXT];
        table_int(t, r->id);
        table_text(t, format_instant(r->time, when));
        table_text(t, r->user);
        table_text(t, r->face);
        table_text(t, r->command);
        table_text(t, r->result);
    }
    return t;
}

static void close_pane(void *state) { grid_free(&((audit *)state)->grid); }

const pane_class pane_audit = {
    .name = "audit",
    .hint = "/ filter  o sort  i explain  z zoom",
    .state_size = sizeof(audit),
    .close = close_pane,
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BIT(SECTION_AUDIT),
};
