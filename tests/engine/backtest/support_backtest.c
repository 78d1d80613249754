#include "tests/engine/backtest/support_backtest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "src/base/clock.h"
#include "src/base/csv.h"
#include "src/base/hash.h"
#include "src/base/map.h"
#include "src/base/mem.h"
#include "src/base/rng.h"
#include "src/base/vec.h"

static panel *panel_blank(size_t dates, size_t n) {
    panel *p = mem_new(1, sizeof *p);
    p->dates = dates;
    p->securities = n;
    p->day = mem_new(dates, sizeof *p->day);
    p->sid = mem_new(n, sizeof *p->sid);
    double **fields[] = {&p->open, &p->high, &p->low, &p->close, &p->volume, &p->total_return};
    for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
        *fields[f] = mem_new(dates * n, sizeof(double));
        for (size_t k = 0; k < dates * n; k++)
            (*fields[f])[k] = NAN;
    }
    date day = date_make(2013, 1, 1);
    for (size_t t = 0; t < dates; t++, day = date_next_weekday(day))
        p->day[t] = day;
    for (size_t i = 0; i < n; i++)
        p->sid[i] = (int32_t)i + 1;
    return p;
}

void made_panel_seal(panel *p) {
    const double *const fields[] = {p->open, p->high, p->low, p->close, p->volume, p->total_return};
    hash_state *h = hash_start();
    hash_add(h, p->day, p->dates * sizeof *p->day);
    hash_add(h, p->sid, p->securities * sizeof *p->sid);
    for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
        for (size_t k = 0; k < p->dates * p->securities; k++)
            hash_add_double(h, fields[f][k]);
    p->data = hash_finish(h);
}

void made_panel_free(panel *p) {
    free(p->day);
    free(p->sid);
    free(p->open);
    free(p->high);
    free(p->low);
    free(p->close);
    free(p->volume);
    free(p->total_return);
    free(p);
}

panel *made_panel_copy(const panel *p) {
    panel *copy = panel_blank(p->dates, p->securities);
    size_t bytes = p->dates * p->securities * sizeof(double);
    memcpy(copy->day, p->day, p->dates * sizeof *p->day);
    memcpy(copy->sid, p->sid, p->securities * sizeof *p->sid);
    memcpy(copy->open, p->open, bytes);
    memcpy(copy->high, p->high, bytes);
    memcpy(copy->low, p->low, bytes);
    memcpy(copy->close, p->close, bytes);
    memcpy(copy->volume, p->volume, bytes);
    memcpy(copy->total_return, p->total_return, bytes);
    copy->data = p->data;
    return copy;
}

void made_panel_spoil(panel *p, size_t t, uint64_t seed) {
    rng r = rng_seed(seed);
    double *const prices[] = {p->open, p->high, p->low, p->close, p->volume};
    size_t n = p->securities;
    for (size_t k = (t + 1) * n; k < p->dates * n; k++) {
        for (size_t f = 0; f < 5; f++)
            prices[f][k] = rng_below(&r, 4) == 0 ? NAN : 1 + 99 * rng_double(&r);
        p->total_return[k] = p->close[k] / p->close[k - n] - 1 + 0.01 * rng_double(&r);
    }
    made_panel_seal(p);
}

panel *made_panel_rows(const double *close, size_t dates, size_t n) {
    panel *p = panel_blank(dates, n);
    for (size_t k = 0; k < dates * n; k++) {
        p->open[k] = p->high[k] = p->low[k] = p->close[k] = close[k];
        p->volume[k] = 1000;
        if (k >= n)
            p->total_return[k] = close[k] / close[k - n] - 1;
    }
    made_panel_seal(p);
    return p;
}

panel *made_panel_of(const double *close, size_t dates) { return made_panel_rows(close, dates, 1); }

static void make_column(panel *p, size_t i, rng *r, made_shape shape) {
    size_t n = p->securities, from = 0, to = p->dates, hole = 0;
    if (shape.holes && rng_below(r, 5) == 0)
        from = rng_below(r, p->dates / 2);
    if (shape.holes && rng_below(r, 5) == 0)
        to = p->dates - rng_below(r, p->dates / 2);
    double price = 5 + 195 * rng_double(r), drift = 0.001 * rng_normal(r), last = NAN;
    for (size_t t = from; t < to; t++) {
        double open = price * exp(0.005 * rng_normal(r));
        price = fmax(open * exp(drift + 0.015 * rng_normal(r)), 0.5);
        if (shape.holes && hole == 0 && rng_below(r, 150) == 0)
            hole = 1 + rng_below(r, 30);
        if (hole) {
            hole--;
            last = NAN;
            continue;
        }
        double dividend = shape.dividends && rng_below(r, 60) == 0 ? price * 0.01 * rng_double(r) : 0;
        p->close[t * n + i] = price;
        p->open[t * n + i] = shape.holes && rng_below(r, 40) == 0 ? NAN : open;
        p->high[t * n + i] = fmax(open, price);
        p->low[t * n + i] = fmin(open, price);
        p->volume[t * n + i] = (double)(1000 + rng_below(r, 100000));
        p->total_return[t * n + i] = (price + dividend) / last - 1;
        last = price;
    }
    if (shape.holes && to < p->dates && !isnan(last) && rng_below(r, 2) == 0)
        p->total_return[to * n + i] = rng_double(r) - 0.7; // of the delisting
}

panel *made_panel(uint64_t seed, made_shape shape) {
    panel *p = panel_blank(shape.dates, shape.securities);
    for (size_t i = 0; i < shape.securities; i++) {
        rng r = rng_stream(seed, i);
        make_column(p, i, &r, shape);
    }
    made_panel_seal(p);
    return p;
}

static int by_folded_symbol(const void *a, const void *b, void *context) {
    const securities *names = context;
    return strcasecmp(names->at[*(const uint32_t *)a].symbol, names->at[*(const uint32_t *)b].symbol);
}

static void index_symbols(securities *names) {
    names->by_symbol = mem_new(names->n, sizeof *names->by_symbol);
    for (size_t i = 0; i < names->n; i++)
        names->by_symbol[i] = (uint32_t)i;
    qsort_r(names->by_symbol, names->n, sizeof *names->by_symbol, by_folded_symbol, names);
}

securities made_names(const panel *p) {
    securities names = {.at = mem_new(p->securities, sizeof *names.at), .n = p->securities};
    for (size_t i = 0; i < p->securities; i++) {
        names.at[i] = (security){.sid = (int32_t)i + 1, .active = true};
        snprintf(names.at[i].symbol, sizeof names.at[i].symbol, "S%03u", (unsigned)(i + 1) % 1000000u);
        strcpy(names.at[i].kind, "stock");
    }
    index_symbols(&names);
    return names;
}

void made_names_free(securities *names) {
    free(names->at);
    free(names->by_symbol);
    *names = (securities){0};
}

typedef struct {
    date day;
    uint32_t name;
    double value[5];
} line;

static int by_day(const void *a, const void *b) {
    date x = *(const date *)a, y = *(const date *)b;
    return (x > y) - (x < y);
}

static int by_symbol(const void *a, const void *b) {
    return strcmp(((const security *)a)->symbol, ((const security *)b)->symbol);
}

typedef struct {
    VEC(line) lines;
    VEC(security) names;
    map index;
} rows_read;

static void read_lines(csv_reader *reader, rows_read *out) {
    const slice *fields;
    size_t n;
    bool header = true;
    while (csv_next(reader, &fields, &n) == STATUS_OK) {
        if (header) {
            header = false;
            continue;
        }
        line row = {0};
        char symbol[SYMBOL_SIZE];
        slice_copy(fields[6], symbol, sizeof symbol);
        if (!date_read(fields[0].at, fields[0].n, &row.day))
            continue;
        for (size_t f = 0; f < 5; f++)
            if (!slice_double(fields[f + 1], &row.value[f]))
                row.value[f] = NAN;
        uint64_t place;
        if (!map_get(&out->index, symbol, &place)) {
            place = out->names.n;
            security s = {.active = true};
            mem_copy_string(s.symbol, sizeof s.symbol, symbol);
            strcpy(s.kind, "stock");
            vec_push(&out->names, s);
            map_put(&out->index, symbol, place);
        }
        row.name = (uint32_t)place;
        vec_push(&out->lines, row);
    }
}

static size_t distinct_days(const rows_read *rows, date *days) {
    for (size_t k = 0; k < rows->lines.n; k++)
        days[k] = rows->lines.at[k].day;
    qsort(days, rows->lines.n, sizeof *days, by_day);
    size_t n = 0;
    for (size_t k = 0; k < rows->lines.n; k++)
        if (n == 0 || days[n - 1] != days[k])
            days[n++] = days[k];
    return n;
}

static panel *panel_from_rows(rows_read *rows) {
    date *days = mem_new(rows->lines.n, sizeof *days);
    size_t dates = distinct_days(rows, days), n = rows->names.n;
    panel *p = panel_blank(dates, n);
    memcpy(p->day, days, dates * sizeof *days);
    // Columns stand in alphabetical order; `column` leads from the order of appearance to it.
    uint32_t *column = mem_new(n, sizeof *column);
    security *sorted = mem_new(n, sizeof *sorted);
    memcpy(sorted, rows->names.at, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_symbol);
    for (size_t i = 0; i < n; i++) {
        uint64_t place = 0;
        map_get(&rows->index, sorted[i].symbol, &place);
        column[place] = (uint32_t)i;
        sorted[i].sid = (int32_t)i + 1;
    }
    for (size_t k = 0; k < rows->lines.n; k++) {
        const line *row = &rows->lines.at[k];
        const date *found = bsearch(&row->day, days, dates, sizeof *days, by_day);
        size_t at = (size_t)(found - days) * n + column[row->name];
        double *const fields[] = {p->open, p->high, p->low, p->close, p->volume};
        for (size_t f = 0; f < 5; f++)
            fields[f][at] = row->value[f];
    }
    for (size_t k = n; k < dates * n; k++)
        p->total_return[k] = p->close[k] / p->close[k - n] - 1;
    memcpy(rows->names.at, sorted, n * sizeof *sorted);
    free(sorted);
    free(column);
    free(days);
    made_panel_seal(p);
    return p;
}

panel *made_sp500(securities *names) {
    csv_reader *reader;
    if (csv_open("../shared/data/sp500-5yr/all_stocks_5yr.csv", &reader) != STATUS_OK)
        return NULL;
    rows_read rows = {0};
    read_lines(reader, &rows);
    csv_close(reader);
    panel *p = panel_from_rows(&rows);
    if (names) {
        *names = (securities){.at = rows.names.at, .n = rows.names.n};
        index_symbols(names);
    } else {
        vec_free(&rows.names);
    }
    vec_free(&rows.lines);
    map_free(&rows.index);
    return p;
}
