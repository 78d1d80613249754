#include "src/base/table.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "src/base/csv.h"
#include "src/base/decimal.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/base/vec.h"

// Machines and people read different texts of one cell, so a cell keeps its value and, in the table's heap of strings,
// the text for people. A cell's kind is its own: a note may stand in a column of numbers.
typedef enum { CELL_NULL, CELL_TEXT, CELL_INT, CELL_MONEY, CELL_NUMBER, CELL_BOOL } cell_kind;

typedef struct {
    cell_kind kind;
    union {
        int64_t integer;
        double number;
        size_t raw; // CELL_TEXT: offset of the text as it was given
    };
    size_t shown;
} cell;

struct table {
    column *columns;
    size_t columns_n;
    VEC(cell) cells;
    text heap;
};

static const char column_gap[] = "  ";

table *table_new(const column *columns, size_t n) {
    assert(n > 0);
    table *t = mem_new(1, sizeof *t);
    t->columns = mem_new(n, sizeof *columns);
    memcpy(t->columns, columns, n * sizeof *columns);
    t->columns_n = n;
    return t;
}

void table_free(table *t) {
    if (!t)
        return;
    free(t->columns);
    vec_free(&t->cells);
    text_free(&t->heap);
    free(t);
}

// ---- cells ----

static size_t keep(table *t, const char *string) {
    size_t offset = t->heap.n;
    text_put(&t->heap, string);
    text_char(&t->heap, 0);
    return offset;
}

static bool is_control(const char *at) {
    unsigned char c = (unsigned char)*at;
    return c < 0x20 || c == 0x7f || (c == 0xc2 && ((unsigned char)at[1] & 0xe0) == 0x80);
}

// Text for people is one line without control characters: a stored escape sequence must not reach a terminal.
static size_t keep_clean(table *t, const char *string, size_t raw) {
    const char *at = string;
    while (*at && !is_control(at))
        at++;
    if (!*at)
        return raw;
    size_t offset = t->heap.n;
    for (at = string; *at; at++) {
        bool control = is_control(at);
        if (control && (unsigned char)*at == 0xc2)
            at++;
        text_char(&t->heap, control ? ' ' : *at);
    }
    text_char(&t->heap, 0);
    return offset;
}

void table_text(table *t, const char *value) {
    if (!value) {
        table_null(t);
        return;
    }
    size_t raw = keep(t, value);
    vec_push(&t->cells, ((cell){.kind = CELL_TEXT, .raw = raw, .shown = keep_clean(t, value, raw)}));
}

static const column *next_column(const table *t) { return &t->columns[t->cells.n % t->columns_n]; }

void table_int(table *t, int64_t value) {
    char shown[DECIMAL_TEXT];
    vec_push(&t->cells, ((cell){.kind = CELL_INT, .integer = value, .shown = keep(t, integer_text(value, shown))}));
}

void table_money(table *t, int64_t value) {
    char shown[DECIMAL_TEXT];
    decimal_text(value, next_column(t)->decimals, shown);
    vec_push(&t->cells, ((cell){.kind = CELL_MONEY, .integer = value, .shown = keep(t, shown)}));
}

// "1234567.80" -> "1,234,567.80"
static void put_grouped(text *out, const char *digits) {
    size_t whole = strspn(digits, "-");
    text_put_n(out, digits, whole);
    digits += whole;
    whole = strspn(digits, "0123456789");
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0)
            text_char(out, ',');
        text_char(out, digits[i]);
    }
    text_put(out, digits + whole);
}

static void put_number(text *out, double value, int decimals) {
    if (!isfinite(value)) {
        text_put(out, value > 0 ? "inf" : "-inf");
        return;
    }
    char digits[64];
    if (fabs(value) >= 1e15) {
        snprintf(digits, sizeof digits, "%.*e", decimals, value);
        text_put(out, digits);
        return;
    }
    snprintf(digits, sizeof digits, "%.*f", decimals, value);
    bool zero = digits[strspn(digits, "-0.")] == 0;
    put_grouped(out, zero && digits[0] == '-' ? digits + 1 : digits);
}

void table_number(table *t, double value) {
    if (isnan(value)) {
        table_null(t);
        return;
    }
    const column *c = next_column(t);
    size_t shown = t->heap.n;
    put_number(&t->heap, c->type == COLUMN_PERCENT ? value * 100 : value, c->decimals);
    if (c->type == COLUMN_PERCENT)
        text_put(&t->heap, " %");
    text_char(&t->heap, 0);
    vec_push(&t->cells, ((cell){.kind = CELL_NUMBER, .number = value, .shown = shown}));
}

void table_bool(table *t, bool value) {
    vec_push(&t->cells, ((cell){.kind = CELL_BOOL, .integer = value, .shown = keep(t, value ? "yes" : "no")}));
}

void table_null(table *t) { vec_push(&t->cells, ((cell){.kind = CELL_NULL, .shown = keep(t, "")})); }

size_t table_rows(const table *t) {
    assert(t->cells.n % t->columns_n == 0 && "the last row is not full");
    return t->cells.n / t->columns_n;
}

size_t table_columns(const table *t) { return t->columns_n; }

const column *table_column(const table *t, size_t c) {
    assert(c < t->columns_n);
    return &t->columns[c];
}

static const cell *cell_at(const table *t, size_t row, size_t c) {
    assert(c < t->columns_n && row * t->columns_n + c < t->cells.n);
    return &t->cells.at[row * t->columns_n + c];
}

const char *table_cell(const table *t, size_t row, size_t c) { return t->heap.at + cell_at(t, row, c)->shown; }

// ---- for people ----

static bool right_aligned(const column *c) { return c->type != COLUMN_TEXT && c->type != COLUMN_BOOL; }

static void put_padded(text *out, const char *string, size_t width, bool right) {
    size_t used = text_width(string);
    size_t padding = used < width ? width - used : 0;
    if (right)
        text_repeat(out, " ", padding);
    text_put(out, string);
    if (!right)
        text_repeat(out, " ", padding);
}

static void trim_line(text *out) {
    while (out->n > 0 && out->at[out->n - 1] == ' ')
        out->at[--out->n] = 0;
    text_char(out, '\n');
}

// Of columns that have something in a row; the others are 0 and left out, unless there are no rows.
static size_t *measure(const table *t, size_t rows) {
    size_t *widths = mem_new(t->columns_n, sizeof *widths);
    for (size_t i = 0; i < rows * t->columns_n; i++) {
        size_t width = text_width(t->heap.at + t->cells.at[i].shown);
        if (width > widths[i % t->columns_n])
            widths[i % t->columns_n] = width;
    }
    for (size_t c = 0; c < t->columns_n; c++) {
        size_t title = text_width(t->columns[c].title);
        if ((widths[c] || !rows) && title > widths[c])
            widths[c] = title;
    }
    return widths;
}

// A row of cells, or with row = SIZE_MAX the titles.
static void put_row(const table *t, const size_t *widths, size_t row, text *out) {
    bool first = true;
    for (size_t c = 0; c < t->columns_n; c++) {
        if (!widths[c])
            continue;
        text_put(out, first ? "" : column_gap);
        first = false;
        const char *shown = row == SIZE_MAX ? t->columns[c].title : table_cell(t, row, c);
        put_padded(out, shown, widths[c], right_aligned(&t->columns[c]));
    }
    trim_line(out);
}

static void put_rule(const table *t, const size_t *widths, text *out) {
    bool first = true;
    for (size_t c = 0; c < t->columns_n; c++) {
        if (!widths[c])
            continue;
        text_put(out, first ? "" : column_gap);
        first = false;
        text_repeat(out, "-", widths[c]);
    }
    trim_line(out);
}

static void print_human(const table *t, size_t rows, text *out) {
    size_t *widths = measure(t, rows);
    put_row(t, widths, SIZE_MAX, out);
    put_rule(t, widths, out);
    for (size_t row = 0; row < rows; row++)
        put_row(t, widths, row, out);
    free(widths);
}

static void print_human_record(const table *t, text *out) {
    size_t width = 0;
    for (size_t c = 0; c < t->columns_n; c++) {
        size_t w = text_width(t->columns[c].title);
        width = w > width ? w : width;
    }
    for (size_t c = 0; c < t->columns_n; c++) {
        put_padded(out, t->columns[c].title, width, false);
        text_put(out, column_gap);
        text_put(out, table_cell(t, 0, c));
        trim_line(out);
    }
}

// ---- for machines ----

static void put_json_cell(json_writer *w, const table *t, const cell *c) {
    char plain[DECIMAL_TEXT];
    switch (c->kind) {
    case CELL_NULL:
        json_null(w);
        break;
    case CELL_TEXT:
        json_string(w, t->heap.at + c->raw);
        break;
    case CELL_INT:
        json_int(w, c->integer);
        break;
    case CELL_MONEY:
        json_raw(w, decimal_text_plain(c->integer, plain));
        break;
    case CELL_NUMBER:
        json_double(w, c->number);
        break;
    case CELL_BOOL:
        json_bool(w, c->integer != 0);
        break;
    }
}

static void put_json_row(json_writer *w, const table *t, size_t row) {
    json_object(w);
    for (size_t c = 0; c < t->columns_n; c++) {
        json_key(w, t->columns[c].key);
        put_json_cell(w, t, cell_at(t, row, c));
    }
    json_end_object(w);
}

static void print_json(const table *t, size_t rows, bool record, text *out) {
    json_writer w = json_to(out);
    if (record) {
        put_json_row(&w, t, 0);
    } else {
        json_array(&w);
        for (size_t row = 0; row < rows; row++)
            put_json_row(&w, t, row);
        json_end_array(&w);
    }
    text_char(out, '\n');
}

static void put_csv_cell(text *out, const table *t, const cell *c) {
    char plain[DECIMAL_TEXT];
    switch (c->kind) {
    case CELL_NULL:
        // An empty line would be skipped by readers, and the row lost.
        text_put(out, t->columns_n == 1 ? "\"\"" : "");
        break;
    case CELL_TEXT:
        csv_put(out, t->heap.at + c->raw);
        break;
    case CELL_INT:
        text_printf(out, "%lld", (long long)c->integer);
        break;
    case CELL_MONEY:
        text_put(out, decimal_text_plain(c->integer, plain));
        break;
    case CELL_NUMBER:
        text_put(out, isfinite(c->number) ? double_text(c->number, plain) : c->number > 0 ? "inf" : "-inf");
        break;
    case CELL_BOOL:
        text_put(out, c->integer ? "true" : "false");
        break;
    }
}

static void print_csv(const table *t, size_t rows, text *out) {
    for (size_t c = 0; c < t->columns_n; c++) {
        text_put(out, c ? "," : "");
        csv_put(out, t->columns[c].key);
    }
    text_char(out, '\n');
    for (size_t row = 0; row < rows; row++) {
        for (size_t c = 0; c < t->columns_n; c++) {
            text_put(out, c ? "," : "");
            put_csv_cell(out, t, cell_at(t, row, c));
        }
        text_char(out, '\n');
    }
}

void table_print(const table *t, table_format format, bool record, const char *empty, text *out) {
    size_t rows = table_rows(t);
    assert((!record || rows == 1) && "a record has exactly one row");
    if (format == FORMAT_JSON) {
        print_json(t, rows, record, out);
    } else if (format == FORMAT_CSV) {
        print_csv(t, rows, out);
    } else if (record) {
        print_human_record(t, out);
    } else if (rows == 0 && empty) {
        text_put(out, empty);
        text_char(out, '\n');
    } else {
        print_human(t, rows, out);
    }
}
