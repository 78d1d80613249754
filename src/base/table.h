// What a command prints: a title, columns with types, rows. One table renders itself for people (aligned, grouped
// thousands), as CSV (plain numbers, quoted where it must be) or as JSON (an array of objects; a record is one object).
// Owned by whoever makes it.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/text.h"

typedef enum { FORMAT_HUMAN, FORMAT_CSV, FORMAT_JSON } table_format;

typedef enum {
    COLUMN_TEXT,
    COLUMN_INT,
    COLUMN_MONEY,   // int64 in 1e-4 units
    COLUMN_NUMBER,  // double
    COLUMN_PERCENT, // double fraction; 0.12 shows as "12.00 %" to people and 0.12 to machines
    COLUMN_BOOL,
} column_type;

typedef struct {
    const char *key;   // machine name, "avg_price"; borrowed, must outlive the table
    const char *title; // for people, "AVG"
    column_type type;
    int decimals; // for people; machines get full precision
} column;

typedef struct table table;

table *table_new(const column *columns, size_t n); // the columns are copied
void table_free(table *t);

// Cells are added left to right; a full row starts the next. table_null leaves one empty (null in JSON). The function
// called decides what a cell is, the column how it is shown: a note may stand in a column of numbers. Control
// characters become spaces for people and stay as they are for machines.
void table_text(table *t, const char *value); // NULL is empty
void table_int(table *t, int64_t value);
void table_money(table *t, int64_t value);
void table_number(table *t, double value); // NaN is empty
void table_bool(table *t, bool value);
void table_null(table *t);

size_t table_rows(const table *t);
size_t table_columns(const table *t);
const column *table_column(const table *t, size_t c);
// The cell as a person reads it, without padding; borrowed until the table changes.
const char *table_cell(const table *t, size_t row, size_t c);

// JSON: an array of objects, or with `record` (exactly one row) the object alone; CSV: header and rows; human: header,
// rule and rows, without the columns that are empty in all rows, or with `record` one "title  value" line a column.
// Human tables without rows print `empty` (may be NULL).
void table_print(const table *t, table_format format, bool record, const char *empty, text *out);
