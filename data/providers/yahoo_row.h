// One row of a Yahoo-style CSV file of daily bars. Pure: slices in, a bar and the checks it fails out.
#pragma once

#include "data/quality/checks.h"
#include "src/base/csv.h"

enum { YAHOO_COLUMNS_MAX = 64 };

typedef struct {
    int date, open, high, low, close, volume;
    int symbol; // -1: the file is of one symbol
    size_t n;   // fields of the header, and so of every row
    // Columns that are not known, by position; "Adj Close", "Dividends" and the like are known, and not needed.
    size_t unknown[YAHOO_COLUMNS_MAX], unknown_n;
} yahoo_columns;

typedef struct {
    char symbol[SYMBOL_SIZE]; // capital letters; "" for a file of one symbol
    bar bar;                  // sid 0
    unsigned checks;
    bool dated;  // bar.day is good
    bool closed; // bar.close is a price above zero
} yahoo_row;

// Finds the columns by name, in any order, case folded: date, open, high, low, close, volume, and symbol, ticker or
// name. STATUS_INVALID says which is missing and what was found.
status yahoo_header(const slice *fields, size_t n, yahoo_columns *out);
void yahoo_parse(const slice *fields, size_t n, const yahoo_columns *columns, yahoo_row *out);
// Capital letters of a symbol; false when it is none.
bool yahoo_symbol(const char *bytes, unsigned n, char out[SYMBOL_SIZE]);
