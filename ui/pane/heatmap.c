#include "ui/widget/heatmap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/mem.h"
#include "ui/pane/panes.h"
#include "ui/pane/part.h"

// Exposures: names × style factors, or what each sector adds to the portfolio's exposure.

enum { MOST_SECTORS = 48 };

typedef struct {
    heatmap map;
    bool by_sector;
    char followed[16];
    // Rebuilt before each use.
    const view_risk *risk;
    int factors[VIEW_FACTORS], factor_n;
    const char *sectors[MOST_SECTORS];
    int sector_n;
    double added[MOST_SECTORS][VIEW_FACTORS];
} exposures;

static void gather_sectors(exposures *s) {
    s->sector_n = 0;
    for (int i = 0; i < s->risk->names; i++) {
        const view_name *name = &s->risk->name_row[i];
        int k = 0;
        while (k < s->sector_n && strcmp(s->sectors[k], name->sector) != 0)
            k++;
        if (k == MOST_SECTORS)
            continue;
        if (k == s->sector_n) {
            s->sectors[s->sector_n++] = name->sector;
            memset(s->added[k], 0, sizeof s->added[k]);
        }
        for (int f = 0; f < s->factor_n; f++)
            s->added[k][f] += name->weight * (double)name->exposure[s->factors[f]];
    }
}

// Sector factors are left out: a name has one of them or not.
static void gather(exposures *s, const view_risk *r) {
    s->risk = r;
    s->factor_n = 0;
    for (int i = 0; i < r->factors; i++)
        if (strcmp(r->factor_row[i].group, "sector") != 0)
            s->factors[s->factor_n++] = i;
    if (s->by_sector)
        gather_sectors(s);
}

static double value(const void *context, int row, int col) {
    const exposures *s = context;
    return s->by_sector ? s->added[row][col] : (double)s->risk->name_row[row].exposure[s->factors[col]];
}

static const char *row_name(const void *context, int row) {
    const exposures *s = context;
    const char *name = s->by_sector ? s->sectors[row] : s->risk->name_row[row].symbol;
    return name[0] ? name : "–";
}

static const char *column_name(const void *context, int col) {
    const exposures *s = context;
    return s->risk->factor_row[s->factors[col]].name;
}

static double largest_added(const exposures *s) {
    double largest = 0;
    for (int k = 0; k < s->sector_n; k++)
        for (int f = 0; f < s->factor_n; f++)
            largest = fmax(largest, isfinite(s->added[k][f]) ? fabs(s->added[k][f]) : 0);
    return largest;
}

static int marked_row(const exposures *s, const ui_model *m) {
    for (int i = 0; !s->by_sector && i < s->risk->names; i++)
        if (s->risk->name_row[i].sid == m->sid)
            return i;
    return -1;
}

static heatmap_source source(exposures *s, const ui_model *m) {
    gather(s, &m->risk);
    int marked = -1;
    for (int f = 0; f < s->factor_n; f++)
        if (m->factor[0] && strcmp(s->risk->factor_row[s->factors[f]].name, m->factor) == 0)
            marked = f;
    return (heatmap_source){
        .rows = s->by_sector ? s->sector_n : s->risk->names,
        .columns = s->factor_n,
        .context = s,
        .value = value,
        .row_name = row_name,
        .column_name = column_name,
        .scale = s->by_sector ? largest_added(s) : 2.5,
        .decimals = 2,
        .marked_row = marked_row(s, m),
        .marked_column = marked,
    };
}

// What stands under the cursor, in words.
static void draw_cell_line(const exposures *s, const heatmap_source *rows, canvas *c) {
    if (!rows->rows || !rows->columns)
        return;
    char figure[FORMAT_TEXT], weight[FORMAT_TEXT];
    int row = s->map.row, col = s->map.column, x = 1;
    x += canvas_put(c, x, 0, ROLE_STRONG, row_name(s, row));
    x += canvas_put(c, x, 0, ROLE_DIM, " × ");
    x += canvas_put(c, x, 0, ROLE_STRONG, column_name(s, col)) + 2;
    double v = value(s, row, col);
    x += canvas_put(c, x, 0, heatmap_role(v, rows->scale), format_signed(v, 2, figure)) + 3;
    if (!s->by_sector)
        canvas_printf(c, x, 0, ROLE_DIM, "weight %s", format_signed_percent(s->risk->name_row[row].weight, 1, weight));
    else
        canvas_put(c, x, 0, ROLE_DIM, "weight × exposure, summed");
}

static void follow(exposures *s, const ui_model *m, const heatmap_source *rows) {
    if (strcmp(s->followed, m->symbol) == 0)
        return;
    memcpy(s->followed, m->symbol, sizeof s->followed);
    if (rows->marked_row >= 0)
        s->map.row = rows->marked_row;
}

static void draw(void *state, const ui_model *m, canvas *c, bool focused) {
    exposures *s = state;
    if (!part_ready(c, m->risk.state, m->risk.message, "No exposures yet.",
                    "They come with the risk model: a portfolio and a year of prices are needed."))
        return;
    heatmap_source rows = source(s, m);
    follow(s, m, &rows);
    bool foot = c->height >= 7;
    canvas body = canvas_part(c, (rect){0, 0, c->width, c->height - foot});
    heatmap_draw(&s->map, &rows, &body, focused);
    canvas line = canvas_part(c, (rect){0, c->height - 1, c->width, 1});
    if (foot)
        draw_cell_line(s, &rows, &line);
    part_stale(m, c);
}

static void draw_title(void *state, const ui_model *m, text *out) {
    const exposures *s = state;
    char day[FORMAT_TEXT];
    text_printf(out, "Exposures · %s × factors", s->by_sector ? "sectors" : "names");
    if (m->risk.state == ANALYTICS_READY && !s->by_sector && m->risk.names_total > m->risk.names)
        text_printf(out, " · the largest %d of %d", m->risk.names, m->risk.names_total);
    if (m->risk.state == ANALYTICS_READY)
        text_printf(out, " · %s", format_date(m->risk.as_of, day));
    part_title_end(m, out);
}

static void explain(const exposures *s, const ui_model *m, text *out) {
    text_put(out,
             s->by_sector ? "What each sector adds to the portfolio's exposures\n" : "Exposures of names to factors\n");
    part_explain(out, "value",
                 s->by_sector
                     ? "Σ weight × exposure over the names of the sector"
                     : "z-score across the universe: winsorised at 1 %% and 99 %%, cap-weighted mean 0, deviation 1");
    part_explain(out, "shade", "· ░ ▒ ▓ █ by size, − before negative values; full at %s",
                 s->by_sector ? "the largest" : "2.5 deviations");
    part_explain_model(out, m);
    part_explain_origin(out, m);
}

static int choose(exposures *s, ui_model *m, const heatmap_source *rows) {
    if (!rows->rows || !rows->columns)
        return NEXT_NOTHING;
    bool changed = false;
    if (!s->by_sector) {
        const view_name *name = &s->risk->name_row[s->map.row];
        changed = part_select(m, name->symbol, name->sid);
        memcpy(s->followed, m->symbol, sizeof s->followed);
    }
    const char *factor = column_name(s, s->map.column);
    changed |= strcmp(m->factor, factor) != 0;
    mem_copy_string(m->factor, sizeof m->factor, factor);
    return changed ? NEXT_SELECTION | NEXT_REDRAW : NEXT_NOTHING;
}

static int act(void *state, ui_model *m, const pane_act *act, pane_reply *reply) {
    exposures *s = state;
    if (m->risk.state != ANALYTICS_READY)
        return NEXT_NOTHING;
    if (act->kind == ACT_MODE) {
        s->by_sector = !s->by_sector;
        s->map = (heatmap){0};
        s->followed[0] = 0;
        return NEXT_REDRAW;
    }
    heatmap_source rows = source(s, m);
    if (act->kind == ACT_EXPLAIN)
        explain(s, m, &reply->explain);
    bool moved = heatmap_act(&s->map, &rows, act);
    if (!moved && act->kind != ACT_DRILL)
        return NEXT_NOTHING;
    s->map.row = s->map.row < rows.rows ? s->map.row : 0;
    s->map.column = s->map.column < rows.columns ? s->map.column : 0;
    return NEXT_REDRAW | choose(s, m, &rows);
}

static table *export(void *state, const ui_model *m) {
    exposures *s = state;
    heatmap_source rows = source(s, m);
    column columns[VIEW_FACTORS + 1] = {{"name", "NAME", COLUMN_TEXT, 0}};
    for (int k = 0; k < rows.columns; k++)
        columns[k + 1] = (column){column_name(s, k), column_name(s, k), COLUMN_NUMBER, 4};
    table *t = table_new(columns, (size_t)rows.columns + 1);
    for (int i = 0; i < rows.rows; i++) {
        table_text(t, row_name(s, i));
        for (int k = 0; k < rows.columns; k++)
            table_number(t, value(s, i, k));
    }
    return t;
}

const pane_class pane_heatmap = {
    .name = "heatmap",
    .hint = "m names/sectors  i explain  z zoom",
    .state_size = sizeof(exposures),
    .title = draw_title,
    .draw = draw,
    .act = act,
    .export = export,
    .sections = SECTION_BIT(SECTION_STATUS) | SECTION_BIT(SECTION_RISK),
};
