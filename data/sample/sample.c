#include "data/sample/sample.h"

#include <inttypes.h>
#include <stdlib.h>

#include "data/store/load.h"
#include "src/base/csv.h"
#include "src/base/decimal.h"
#include "src/base/embed.h"
#include "src/base/mem.h"
#include "src/base/vec.h"

EMBED(sample_sp500, "data/sample/sp500-2000.csv");

typedef VEC(bar) bars;

// A field of the file; the file is ours, so that one which can't be read is a fault of the build.
static status read_price(const csv_reader *r, const slice *f, size_t n, int column, int64_t *out) {
    double x;
    if (column < 0 || (size_t)column >= n || !slice_double(f[column], &x) || x <= 0)
        return status_fail(STATUS_CORRUPT, "%s:%" PRIu64 ": not a price", csv_name(r), csv_line(r));
    *out = decimal_from_double(x);
    return STATUS_OK;
}

static status read_bar(const csv_reader *r, const slice *f, size_t n, const int column[6], bar *out) {
    if (column[0] < 0 || (size_t)column[0] >= n || !date_read(f[column[0]].at, f[column[0]].n, &out->day))
        return status_fail(STATUS_CORRUPT, "%s:%" PRIu64 ": not a date", csv_name(r), csv_line(r));
    TRY(read_price(r, f, n, column[1], &out->open));
    TRY(read_price(r, f, n, column[2], &out->high));
    TRY(read_price(r, f, n, column[3], &out->low));
    TRY(read_price(r, f, n, column[4], &out->close));
    if (column[5] < 0 || (size_t)column[5] >= n || !slice_int(f[column[5]], &out->volume))
        return status_fail(STATUS_CORRUPT, "%s:%" PRIu64 ": not a volume", csv_name(r), csv_line(r));
    return STATUS_OK;
}

static status read_file(csv_reader *r, bars *out) {
    static const char *const names[6] = {"date", "open", "high", "low", "close", "volume"};
    const slice *f;
    size_t n;
    TRY(csv_next(r, &f, &n));
    int column[6];
    for (int i = 0; i < 6; i++)
        column[i] = csv_column(f, n, names[i]);
    status s;
    while ((s = csv_next(r, &f, &n)) == STATUS_OK) {
        bar b = {0};
        TRY(read_bar(r, f, n, column, &b));
        vec_push(out, b);
    }
    return s == STATUS_END ? STATUS_OK : s;
}

static status write_index(store_connection *c, void *context) {
    bars *b = context;
    load *l;
    TRY(load_begin(c, &l));
    int32_t sid;
    load_counts counts = {0};
    status s = load_security(l, SAMPLE_INDEX, "index", "split-adjusted", &sid);
    for (size_t i = 0; s == STATUS_OK && i < b->n; i++)
        b->at[i].sid = sid;
    if (s == STATUS_OK)
        s = load_bars(l, b->at, b->n, &counts);
    bool described;
    if (s == STATUS_OK)
        s = load_describe(l, sid, "S&P 500", "", 0, &described);
    if (s == STATUS_OK)
        s = load_finish(l);
    load_free(l);
    return s;
}

status sample_import_index(store *s) {
    securities known = {0};
    TRY(securities_load(s, &known));
    bool there = securities_find(&known, SAMPLE_INDEX) != NULL;
    securities_free(&known);
    if (there)
        return STATUS_OK;
    csv_reader *r = csv_from_memory("data/sample/sp500-2000.csv", sample_sp500, sample_sp500_size());
    bars b = {0};
    status result = read_file(r, &b);
    csv_close(r);
    if (result == STATUS_OK)
        result = store_write(s, STORE_WAREHOUSE, write_index, &b);
    vec_free(&b);
    return result;
}
