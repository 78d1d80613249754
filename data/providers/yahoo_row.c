#include "data/providers/yahoo_row.h"

#include <string.h>

static slice trimmed(slice s) {
    while (s.n && (*s.at == ' ' || *s.at == '\t')) {
        s.at++;
        s.n--;
    }
    while (s.n && (s.at[s.n - 1] == ' ' || s.at[s.n - 1] == '\t'))
        s.n--;
    return s;
}

static int find(const slice *fields, size_t n, const char *const *names) {
    for (; *names; names++) {
        int at = csv_column(fields, n, *names);
        if (at >= 0)
            return at;
    }
    return -1;
}

static bool is_known(const slice *field) {
    static const char *const names[] = {"date",     "open",      "high",      "low",          "close",
                                        "volume",   "symbol",    "ticker",    "name",         "adj close",
                                        "adjclose", "adj_close", "dividends", "stock splits", ""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (csv_column(field, 1, names[i]) == 0)
            return true;
    return false;
}

static status column_missing(const char *name, const slice *fields, size_t n) {
    text found = {0};
    for (size_t i = 0; i < n && found.n < 200; i++) {
        text_put(&found, i ? ", " : "");
        text_put_n(&found, fields[i].at, fields[i].n < 40 ? fields[i].n : 40);
    }
    status s = status_fail(STATUS_INVALID,
                           "the header has no column %s; wanted are date, open, high, low, close, volume and, for "
                           "several symbols in a file, symbol, ticker or name; found: %s",
                           name, text_string(&found));
    text_free(&found);
    return s;
}

status yahoo_header(const slice *fields, size_t n, yahoo_columns *out) {
    *out = (yahoo_columns){.n = n};
    static const char *const names[] = {"date", "open", "high", "low", "close", "volume"};
    int *columns[] = {&out->date, &out->open, &out->high, &out->low, &out->close, &out->volume};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        *columns[i] = csv_column(fields, n, names[i]);
        if (*columns[i] < 0)
            return column_missing(names[i], fields, n);
    }
    out->symbol = find(fields, n, (const char *const[]){"symbol", "ticker", "name", NULL});
    for (size_t k = 0; k < n && out->unknown_n < YAHOO_COLUMNS_MAX; k++)
        if (!is_known(&fields[k]))
            out->unknown[out->unknown_n++] = k;
    return STATUS_OK;
}

bool yahoo_symbol(const char *bytes, unsigned n, char out[SYMBOL_SIZE]) {
    if (n == 0 || n >= SYMBOL_SIZE)
        return false;
    for (unsigned i = 0; i < n; i++) {
        char c = bytes[i];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        bool plain = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr(".-^=/_", c);
        if (!plain || c == 0)
            return false;
        out[i] = c;
    }
    out[n] = 0;
    return true;
}

// "2018-02-07", also followed by a time of day as newer exports have it.
static bool read_date(slice s, date *out) {
    if (s.n > 10 && s.at[10] != ' ' && s.at[10] != 'T')
        return false;
    return date_read(s.at, s.n > 10 ? 10 : s.n, out) && *out >= date_make(1900, 1, 1) && *out < date_make(2200, 1, 1);
}

static unsigned read_prices(const slice *fields, const yahoo_columns *columns, yahoo_row *out) {
    const int at[] = {columns->open, columns->high, columns->low, columns->close};
    int64_t *const to[] = {&out->bar.open, &out->bar.high, &out->bar.low, &out->bar.close};
    unsigned found = 0;
    bool rounded = false;
    for (size_t i = 0; i < 4; i++) {
        slice s = trimmed(fields[at[i]]);
        quality_field f = quality_price(s.at, s.n, to[i], &rounded);
        found |= f == FIELD_MISSING ? CHECK_BIT(CHECK_MISSING) : f == FIELD_BAD ? CHECK_BIT(CHECK_NUMBER) : 0;
        out->closed = f == FIELD_GOOD && *to[i] > 0; // the last one is the close
    }
    return found | (rounded ? CHECK_BIT(CHECK_ROUNDED) : 0);
}

static unsigned read_volume(slice s, int64_t *out) {
    switch (quality_volume(s.at, s.n, out)) {
    case FIELD_MISSING:
        return CHECK_BIT(CHECK_MISSING);
    case FIELD_BAD:
        return CHECK_BIT(CHECK_NUMBER);
    default:
        return *out == 0 ? CHECK_BIT(CHECK_ZERO_VOLUME) : 0;
    }
}

void yahoo_parse(const slice *fields, size_t n, const yahoo_columns *columns, yahoo_row *out) {
    memset(out, 0, sizeof *out);
    if (n != columns->n) {
        out->checks = CHECK_BIT(CHECK_FIELDS);
        return;
    }
    if (columns->symbol >= 0) {
        slice s = trimmed(fields[columns->symbol]);
        if (!yahoo_symbol(s.at, s.n, out->symbol))
            out->checks |= CHECK_BIT(CHECK_SYMBOL);
    }
    out->dated = read_date(trimmed(fields[columns->date]), &out->bar.day);
    if (!out->dated)
        out->checks |= CHECK_BIT(CHECK_DATE);
    out->checks |= read_prices(fields, columns, out);
    out->checks |= read_volume(trimmed(fields[columns->volume]), &out->bar.volume);
    if (!(out->checks & CHECKS_THAT_REJECT))
        out->checks |= quality_bar(&out->bar);
}
