// What panes have in common: empty states, the look of stale data, lines of figures, provenance, the linked selection.
#pragma once

#include "ui/pane.h"
#include "ui/widget/format.h"
#include "ui/widget/grid.h"

// Says that there is nothing to show and, under it, what to do about it.
void part_empty(canvas *c, const char *nothing, const char *advice);
// For results that are computed (state of view_risk and view_stress): true when they can be shown; otherwise says why
// not.
bool part_ready(canvas *c, int state, const char *message, const char *nothing, const char *advice);

// Data from a desk that has not beaten lately loses its colours.
void part_stale(const ui_model *m, canvas *c);
// " · STALE 12 s" or nothing, for the end of a title.
void part_title_end(const ui_model *m, text *out);
// " · /words 3 of 48" while a filter is on.
void part_title_filter(const grid *g, size_t total, text *out);
// Whether a part of a title is one of these two: without them what stands below would be taken for something else, so
// they stay when the title is too long.
bool part_title_stays(const char *title_part);
// Session time since `then`; what has gone by since the desk's last beat is added when it is stale.
int64_t part_age(const ui_model *m, int64_t then);
// The clock of what is shown of the market, the replay's while one plays, and an age by it.
int64_t part_market_time(const ui_model *m);
int64_t part_market_age(const ui_model *m, int64_t then);

typedef struct {
    const char *label; // "net"; may be ""
    char value[FORMAT_TEXT];
    role role;
    int keep; // 0 stays; where space is short the highest number goes first
} part_figure;

// "net 2.39 M  gross 4.43 M  …" from x on, in one line.
void part_figures(canvas *c, int x, int y, const part_figure *figures, int n);
// The same in columns over as many lines as the canvas has.
void part_block(canvas *c, const part_figure *figures, int n);

// One line of a provenance: "formula      …".
void part_explain(text *out, const char *what, const char *format, ...) __attribute__((format(printf, 3, 4)));
// The lines that all provenances end in: data version, last bar, session time, whose desk.
void part_explain_origin(text *out, const ui_model *m);
// Lines about the risk model's version and estimate.
void part_explain_model(text *out, const ui_model *m);

// Makes a security the linked selection; true when it was not.
bool part_select(ui_model *m, const char *symbol, int32_t sid);

// A stable key for a row that is known by a string (FNV-1a).
uint64_t part_key(const char *string);
const view_name *part_risk_of(const ui_model *m, int32_t sid); // NULL when the risk view has no such name
