#include "tests/engine/risk/support_sp500.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/csv.h"
#include "src/base/map.h"
#include "src/base/vec.h"
#include "tests/engine/risk/support_panel.h"

#define FOLDER "../shared/data/sp500-5yr/"

typedef struct {
    date day;
    size_t column;
    double close, volume;
} row;

typedef VEC(row) rows;

static bool read_rows(rows *out, map *columns) {
    csv_reader *r;
    if (csv_open(FOLDER "all_stocks_5yr.csv", &r) != STATUS_OK)
        return false;
    const slice *f;
    size_t n;
    for (bool header = true; csv_next(r, &f, &n) == STATUS_OK; header = false) {
        row one;
        char symbol[16];
        uint64_t column;
        if (header || n != 7 || !date_read(f[0].at, f[0].n, &one.day) || !slice_double(f[4], &one.close) ||
            !slice_double(f[5], &one.volume))
            continue;
        slice_copy(f[6], symbol, sizeof symbol);
        if (!map_get(columns, symbol, &column))
            map_put(columns, symbol, column = columns->n);
        one.column = column;
        vec_push(out, one);
    }
    csv_close(r);
    return out->n > 0;
}

static int by_day(const void *a, const void *b) { return *(const date *)a - *(const date *)b; }

static size_t distinct_days(const rows *from, date **out) {
    date *days = mem_new(from->n, sizeof *days);
    for (size_t i = 0; i < from->n; i++)
        days[i] = from->at[i].day;
    qsort(days, from->n, sizeof *days, by_day);
    size_t n = 0;
    for (size_t i = 0; i < from->n; i++)
        if (!n || days[n - 1] != days[i])
            days[n++] = days[i];
    *out = days;
    return n;
}

static panel make_panel(const rows *from, size_t columns) {
    date *days;
    size_t n = distinct_days(from, &days);
    panel p = support_panel_new(n, columns);
    memcpy(p.day, days, n * sizeof *days);
    for (size_t i = 0; i < from->n; i++) {
        const row *one = &from->at[i];
        const date *found = bsearch(&one->day, days, n, sizeof *days, by_day);
        size_t at = (size_t)(found - days) * columns + one->column;
        p.close[at] = one->close;
        p.volume[at] = one->volume;
    }
    for (size_t at = columns; at < n * columns; at++)
        p.total_return[at] = p.close[at] / p.close[at - columns] - 1;
    p.data = hash_of(p.close, n * columns * sizeof *p.close);
    free(days);
    return p;
}

static int sector_number(support_sp500 *s, slice name) {
    for (size_t k = 0; k < s->inputs.sectors; k++)
        if (slice_is(name, s->sector_at[k]))
            return (int)k;
    slice_copy(name, s->sector_at[s->inputs.sectors], sizeof *s->sector_at);
    s->sector_name[s->inputs.sectors] = s->sector_at[s->inputs.sectors];
    return (int)s->inputs.sectors++;
}

static void read_sectors(support_sp500 *s, const map *columns) {
    csv_reader *r;
    if (csv_open(FOLDER "sectors_2018-02-10.csv", &r) != STATUS_OK)
        return;
    const slice *f;
    size_t n;
    for (bool header = true; csv_next(r, &f, &n) == STATUS_OK; header = false) {
        char symbol[16];
        uint64_t column;
        if (header || n < 3)
            continue;
        slice_copy(f[0], symbol, sizeof symbol);
        if (map_get(columns, symbol, &column))
            s->sector[column] = sector_number(s, f[2]);
    }
    csv_close(r);
}

bool support_sp500_load(support_sp500 *s) {
    *s = (support_sp500){0};
    rows all = {0};
    map columns = {0};
    bool found = read_rows(&all, &columns);
    if (found) {
        s->panel = make_panel(&all, columns.n);
        s->sector = mem_new(columns.n, sizeof *s->sector);
        for (size_t i = 0; i < columns.n; i++)
            s->sector[i] = -1;
        read_sectors(s, &columns);
        s->inputs.sector = s->sector;
        s->inputs.sector_name = s->sector_name;
    }
    vec_free(&all);
    map_free(&columns);
    return found;
}

void support_sp500_free(support_sp500 *s) {
    support_panel_free(&s->panel);
    free(s->sector);
    *s = (support_sp500){0};
}
