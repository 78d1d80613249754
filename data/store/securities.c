#include "data/store/securities.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "data/store/connection.h"
#include "src/base/mem.h"

static void read_row(sqlite3_stmt *s, security *out) {
    out->sid = sqlite3_column_int(s, 0);
    column_text(s, 1, out->symbol, sizeof out->symbol);
    column_text(s, 2, out->name, sizeof out->name);
    column_text(s, 3, out->sector, sizeof out->sector);
    column_text(s, 4, out->kind, sizeof out->kind);
    out->first = sqlite3_column_type(s, 5) == SQLITE_NULL ? DATE_NONE : sqlite3_column_int(s, 5);
    out->last = sqlite3_column_type(s, 6) == SQLITE_NULL ? DATE_NONE : sqlite3_column_int(s, 6);
    out->shares = sqlite3_column_int64(s, 7);
    out->active = sqlite3_column_int(s, 8) != 0;
}

static int by_symbol(const void *a, const void *b, void *context) {
    const security *at = context;
    return strcasecmp(at[*(const uint32_t *)a].symbol, at[*(const uint32_t *)b].symbol);
}

static status load(store_connection *c, void *context) {
    securities *list = context;
    int64_t n;
    TRY(connection_int(c, "SELECT count(*) FROM securities", 0, &n));
    list->at = mem_new((size_t)n, sizeof *list->at);
    list->by_symbol = mem_new((size_t)n, sizeof *list->by_symbol);
    sqlite3_stmt *select;
    TRY(connection_prepare(
        c, "SELECT sid, symbol, name, sector, kind, first, last, shares, active FROM securities ORDER BY sid",
        &select));
    status s;
    while ((s = connection_step(c, select)) == STATUS_OK) {
        security *row = &list->at[list->n];
        read_row(select, row);
        if (row->sid != (int32_t)list->n + 1)
            return status_fail(STATUS_CORRUPT, "%s: there is no security %zu (%d comes next)", c->path, list->n + 1,
                               row->sid);
        list->by_symbol[list->n] = (uint32_t)list->n;
        list->n++;
    }
    qsort_r(list->by_symbol, list->n, sizeof *list->by_symbol, by_symbol, list->at);
    return s == STATUS_END ? STATUS_OK : s;
}

status securities_load(store *s, securities *out) {
    *out = (securities){0};
    status result = store_read(s, STORE_WAREHOUSE, load, out);
    if (result != STATUS_OK)
        securities_free(out);
    return result;
}

void securities_free(securities *list) {
    free(list->at);
    free(list->by_symbol);
    *list = (securities){0};
}

const security *securities_find(const securities *list, const char *symbol) {
    size_t low = 0, high = list->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const security *candidate = &list->at[list->by_symbol[middle]];
        int order = strcasecmp(symbol, candidate->symbol);
        if (order == 0)
            return candidate;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
