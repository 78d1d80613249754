// A table on the screen: columns that give way when it is narrow, sorting, filtering, scrolling, a cursor that stays
// with its row wherever that row moves. (src/base/table.h is the table that commands print.)
// The grid owns only its own state; rows stay with whoever shows them and are asked for through a grid_source.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/canvas.h"
#include "ui/pane.h"
#include "ui/widget/grid_layout.h"

enum { GRID_FILTER = 64 };

// What a cell is sorted by: the string, or the number when there is none. NaN comes last in either direction.
typedef struct {
    const char *string;
    double number;
} grid_value;

typedef struct {
    const grid_column *columns;
    int column_n;
    size_t n; // rows
    const void *context;
    uint64_t (*key)(const void *context, size_t row); // names the row, whatever place it has
    void (*cell)(const void *context, size_t row, int column, canvas *c);
    grid_value (*value)(const void *context, size_t row, int column);     // NULL: rows can't be sorted
    bool (*matches)(const void *context, size_t row, const char *filter); // NULL: no filter
    void (*foot)(const void *context, canvas *line);                      // totals; NULL: none
} grid_source;

typedef struct {
    int sort;      // column, from 1; 0 keeps the source's own order. Zeroed memory is a fresh grid
    bool reversed; // against the column's first direction
    char filter[GRID_FILTER];
    uint64_t key; // of the row under the cursor
    bool has_key;
    bool placed;        // somebody moved the cursor: it stays with its row; until then it stays in the first line
    size_t cursor, top; // places among the rows shown
    bool loose;         // scrolled away from the cursor
    uint32_t *order;    // rows of the source in the order shown, after filter and sorting
    size_t n, cap;
    size_t page;                              // lines of rows in the last drawing
    int head;                                 // lines above them
    int x[GRID_COLUMNS], width[GRID_COLUMNS]; // of the last drawing; x < 0: not shown
    int column_n;
} grid;

void grid_free(grid *g);

// Brings order, filter and cursor up to date with the source. Drawing and acting do it first.
void grid_arrange(grid *g, const grid_source *s);
// The source's row under the cursor, or -1 when none is shown. Good until the source changes.
long grid_row(const grid *g);
// Puts the cursor on the row with this key; false when it is not shown.
bool grid_seek(grid *g, const grid_source *s, uint64_t key);

void grid_draw(grid *g, const grid_source *s, canvas *c, bool focused);

// Movement, sorting, filter, clicks and scrolling. True when the act was one of these and did something.
bool grid_act(grid *g, const grid_source *s, const pane_act *act);

// Whether every word of the filter occurs in one of the fields, in either case. NULL fields are skipped.
bool grid_matches(const char *filter, const char *const *fields, size_t n);
