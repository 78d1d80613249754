#include "ui/pane/part.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "ui/widget/wrap.h"

void part_empty(canvas *c, const char *nothing, const char *advice) {
    int y = c->height >= 6 ? 1 : 0, width = c->width - 2;
    if (width < 1)
        return;
    y += wrap_draw(c, (rect){1, y, width, c->height - y}, ROLE_TEXT, nothing, 0);
    wrap_draw(c, (rect){1, y, width, c->height - y}, ROLE_DIM, advice, 0);
}

bool part_ready(canvas *c, int state, const char *message, const char *nothing, const char *advice) {
    if (state == ANALYTICS_READY)
        return true;
    if (state == ANALYTICS_COMPUTING)
        part_empty(c, "Computing …", message);
    else if (state == ANALYTICS_FAILED)
        part_empty(c, "The computation failed:", message);
    else if (state == ANALYTICS_FLAT)
        part_empty(c, "Flat.", message);
    else
        part_empty(c, nothing, advice);
    return false;
}

void part_stale(const ui_model *m, canvas *c) {
    for (int y = 0; m->stale && y < c->height; y++)
        for (int x = 0; x < c->width; x++)
            c->cells[(ptrdiff_t)y * c->stride + x].role = ROLE_STALE;
}

#define STALE_MARK "STALE "
#define FILTER_MARK "/"

void part_title_end(const ui_model *m, text *out) {
    char age[FORMAT_TEXT];
    if (m->stale)
        text_printf(out, " · " STALE_MARK "%s", format_age(format_span(m->now_mono, m->status.beat_mono), age));
}

void part_title_filter(const grid *g, size_t total, text *out) {
    if (g->filter[0])
        text_printf(out, " · " FILTER_MARK "%s %zu of %zu", g->filter, g->n, total);
}

bool part_title_stays(const char *title_part) {
    return !strncmp(title_part, STALE_MARK, strlen(STALE_MARK)) ||
           !strncmp(title_part, FILTER_MARK, strlen(FILTER_MARK));
}

static int64_t age_at(const ui_model *m, int64_t now, int64_t then) {
    double age = (double)now - (double)then;
    if (m->stale)
        age += ((double)m->now_mono - (double)m->status.beat_mono) * (m->status.pace > 0 ? m->status.pace : 1);
    return age > 9e18 ? INT64_MAX : age > 0 ? (int64_t)age : 0;
}

int64_t part_age(const ui_model *m, int64_t then) { return age_at(m, m->status.desk_time, then); }
int64_t part_market_age(const ui_model *m, int64_t then) { return age_at(m, part_market_time(m), then); }
int64_t part_market_time(const ui_model *m) { return m->replay.number ? m->replay.time : m->status.desk_time; }

// ---- figures ----

static int figure_width(const part_figure *f) {
    int label = (int)text_width(f->label);
    return label + (label > 0) + (int)text_width(f->value);
}

static int draw_figure(canvas *c, int x, int y, const part_figure *f) {
    int used = canvas_put(c, x, y, ROLE_DIM, f->label);
    used += used > 0;
    return used + canvas_put(c, x + used, y, f->role, f->value);
}

enum { MOST_FIGURES = 32, GAP = 3 };

// A gap of two where that saves a figure.
void part_figures(canvas *c, int x, int y, const part_figure *figures, int n) {
    bool shown[MOST_FIGURES];
    int need = 0, count = n < MOST_FIGURES ? n : MOST_FIGURES, gap = GAP;
    n = count;
    for (int i = 0; i < n; i++) {
        shown[i] = true;
        need += figure_width(&figures[i]);
    }
    while (need + (count - 1) * gap > c->width - x) {
        int worst = -1;
        for (int i = 0; i < n; i++)
            if (shown[i] && figures[i].keep > 0 && (worst < 0 || figures[i].keep >= figures[worst].keep))
                worst = i;
        gap = GAP - 1;
        if (need + (count - 1) * gap <= c->width - x || worst < 0)
            break;
        gap = GAP;
        shown[worst] = false;
        need -= figure_width(&figures[worst]);
        count--;
    }
    for (int i = 0; i < n; i++)
        if (shown[i])
            x += draw_figure(c, x, y, &figures[i]) + gap;
}

// Columns of equal width, label left and value right, filled downwards.
void part_block(canvas *c, const part_figure *figures, int n) {
    int label = 0, value = 0;
    for (int i = 0; i < n; i++) {
        int w = (int)text_width(figures[i].label), v = (int)text_width(figures[i].value);
        label = w > label ? w : label;
        value = v > value ? v : value;
    }
    int width = label + 2 + value, across = (c->width - 1 + GAP) / (width + GAP);
    across = across < 1 ? 1 : across;
    int lines = (n + across - 1) / across;
    for (int i = 0; i < n; i++) {
        int x = 1 + i / lines * (width + GAP), y = i % lines;
        canvas_put(c, x, y, ROLE_DIM, figures[i].label);
        canvas_right(c, x + width, y, figures[i].role, figures[i].value);
    }
}

// ---- provenance ----

void part_explain(text *out, const char *what, const char *format, ...) {
    va_list args;
    text_printf(out, "%-11s", what);
    va_start(args, format);
    text_vprintf(out, format, args);
    va_end(args);
    text_char(out, '\n');
}

void part_explain_origin(text *out, const ui_model *m) {
    char day[FORMAT_TEXT], clock[FORMAT_TEXT], age[FORMAT_TEXT];
    const view_status *s = &m->status;
    part_explain(out, "data", "%s, bars to %s", s->data_version[0] ? s->data_version : "none yet",
                 format_date(s->data_date, day));
    part_explain(out, "time", "%s on the session's clock, session %s", format_instant(s->desk_time, clock),
                 format_date(s->session, day));
    part_explain(out, "desk", "%s, plimsoll %s, workspace %s", s->state, s->program, s->workspace);
    if (m->stale)
        part_explain(out, "stale", "the desk has not beaten for %s",
                     format_age(format_span(m->now_mono, s->beat_mono), age));
}

void part_explain_model(text *out, const ui_model *m) {
    char day[FORMAT_TEXT], when[FORMAT_TEXT];
    const view_risk *r = &m->risk;
    part_explain(out, "model", "%s on data %s: %d factors, %d securities, %d days to %s", r->model, r->data, r->factors,
                 r->securities, r->history, format_date(r->as_of, day));
    part_explain(out, "computed", "%s", format_instant(r->computed, when));
}

// ---- selection and keys ----

bool part_select(ui_model *m, const char *symbol, int32_t sid) {
    if (strcmp(m->symbol, symbol) == 0 && m->sid == sid)
        return false;
    mem_copy_string(m->symbol, sizeof m->symbol, symbol);
    m->sid = sid;
    return true;
}

uint64_t part_key(const char *string) {
    uint64_t h = UINT64_C(14695981039346656037);
    for (; *string; string++)
        h = (h ^ (unsigned char)*string) * UINT64_C(1099511628211);
    return h;
}

const view_name *part_risk_of(const ui_model *m, int32_t sid) {
    for (int i = 0; i < m->risk.names && m->risk.state == ANALYTICS_READY; i++)
        if (m->risk.name_row[i].sid == sid)
            return &m->risk.name_row[i];
    return NULL;
}
