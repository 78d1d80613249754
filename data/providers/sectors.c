#include "data/providers/sectors.h"

#include <string.h>

#include "data/providers/yahoo_row.h"

static int find(const slice *fields, size_t n, const char *const *names) {
    for (; *names; names++) {
        int at = csv_column(fields, n, *names);
        if (at >= 0)
            return at;
    }
    return -1;
}

typedef struct {
    int symbol, name, sector;
} columns;

static status read_header(csv_reader *r, columns *out) {
    const slice *fields;
    size_t n;
    status s = csv_next(r, &fields, &n);
    if (s == STATUS_END)
        return status_fail(STATUS_INVALID, "%s: the file is empty", csv_name(r));
    if (s != STATUS_OK)
        return s;
    out->symbol = find(fields, n, (const char *const[]){"symbol", "ticker", NULL});
    out->name = find(fields, n, (const char *const[]){"name", "security", "company", NULL});
    out->sector = find(fields, n, (const char *const[]){"sector", "gics sector", "gics_sector", NULL});
    if (out->symbol < 0 || out->sector < 0)
        return status_fail(STATUS_INVALID, "%s: the header needs a column symbol and a column sector (or GICS Sector)",
                           csv_name(r));
    return STATUS_OK;
}

static status read_rows(csv_reader *r, sector_list *out) {
    columns c = {-1, -1, -1};
    TRY(read_header(r, &c));
    const slice *fields;
    size_t n;
    status s;
    while ((s = csv_next(r, &fields, &n)) == STATUS_OK) {
        sector_row row = {.name = ""};
        size_t most = (size_t)(c.symbol > c.sector ? c.symbol : c.sector);
        if (n <= most)
            return status_fail(STATUS_INVALID, "%s:%llu: %zu fields, the header has more", csv_name(r),
                               (unsigned long long)csv_line(r), n);
        if (!yahoo_symbol(fields[c.symbol].at, fields[c.symbol].n, row.symbol))
            continue;
        slice_copy(fields[c.sector], row.sector, sizeof row.sector);
        if (c.name >= 0 && (size_t)c.name < n)
            slice_copy(fields[c.name], row.name, sizeof row.name);
        vec_push(out, row);
    }
    return s == STATUS_END ? STATUS_OK : s;
}

status sectors_read(const char *path, sector_list *out) {
    csv_reader *r;
    TRY(csv_open(path, &r));
    status s = read_rows(r, out);
    csv_close(r);
    return s;
}

static bool find_security(load *l, const char *symbol, int32_t *sid) {
    if (load_find(l, symbol, sid) == STATUS_OK)
        return true;
    char other[SYMBOL_SIZE];
    mem_copy_string(other, sizeof other, symbol);
    for (char *p = other; *p; p++)
        *p = *p == '-' ? '.' : *p == '.' ? '-' : *p;
    return load_find(l, other, sid) == STATUS_OK;
}

status sectors_apply(const sector_list *list, load *l, int64_t *described) {
    *described = 0;
    for (size_t i = 0; i < list->n; i++) {
        int32_t sid;
        bool changed;
        if (!find_security(l, list->at[i].symbol, &sid))
            continue;
        TRY(load_describe(l, sid, list->at[i].name, list->at[i].sector, 0, &changed));
        *described += changed;
    }
    return STATUS_OK;
}
