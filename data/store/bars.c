#include "data/store/bars.h"

#include <math.h>
#include <stdlib.h>

#include "data/store/connection.h"
#include "src/base/vec.h"

typedef struct {
    int32_t sid;
    date from, to;
    bool on_scale;
    bar *out;
    size_t n;
} request;

static bar read_bar(sqlite3_stmt *s, int32_t sid) {
    return (bar){sid,
                 sqlite3_column_int(s, 0),
                 sqlite3_column_int64(s, 1),
                 sqlite3_column_int64(s, 2),
                 sqlite3_column_int64(s, 3),
                 sqlite3_column_int64(s, 4),
                 sqlite3_column_int64(s, 5)};
}

static status latest(store_connection *c, void *context) {
    const request *r = context;
    sqlite3_stmt *select;
    TRY(connection_prepare(c,
                           "SELECT day, open, high, low, close, volume FROM bars "
                           "WHERE sid = ?1 AND day <= ?2 ORDER BY day DESC LIMIT 1",
                           &select));
    for (size_t i = 0; i < r->n; i++) {
        sqlite3_bind_int64(select, 1, (int64_t)i + 1);
        sqlite3_bind_int(select, 2, r->to);
        status s = connection_step(c, select);
        if (s != STATUS_OK && s != STATUS_END)
            return s;
        r->out[i] = s == STATUS_OK ? read_bar(select, (int32_t)i + 1) : (bar){0};
        sqlite3_reset(select);
    }
    return STATUS_OK;
}

status bars_latest(store *s, date as_of, bar *out, size_t n) {
    request r = {.to = as_of, .out = out, .n = n};
    return store_read(s, STORE_WAREHOUSE, latest, &r);
}

static void rescale(bar *b, double factor) {
    int64_t *const prices[] = {&b->open, &b->high, &b->low, &b->close};
    for (size_t i = 0; i < sizeof prices / sizeof *prices; i++)
        *prices[i] = llround((double)*prices[i] / factor);
    b->volume = llround((double)b->volume * factor);
}

// From the newest bar back, so that each meets the splits after it.
static status put_on_scale(store_connection *c, const request *r, bar *bars, size_t n) {
    sqlite3_stmt *select;
    TRY(connection_prepare(c,
                           "SELECT a.day, a.split FROM actions a JOIN securities s ON s.sid = a.sid "
                           "WHERE a.sid = ?1 AND a.day BETWEEN ?2 AND ?3 AND s.basis = 'raw' AND a.split <> 1 "
                           "ORDER BY a.day DESC",
                           &select));
    sqlite3_bind_int(select, 1, r->sid);
    sqlite3_bind_int(select, 2, r->from);
    sqlite3_bind_int(select, 3, r->to);
    double factor = 1;
    status s = connection_step(c, select);
    for (; n > 0 && (s == STATUS_OK || factor != 1); n--) {
        while (s == STATUS_OK && sqlite3_column_int(select, 0) > bars[n - 1].day) {
            factor *= sqlite3_column_double(select, 1);
            s = connection_step(c, select);
        }
        if (factor != 1)
            rescale(&bars[n - 1], factor);
    }
    sqlite3_reset(select);
    return s == STATUS_OK || s == STATUS_END ? STATUS_OK : s;
}

static status read_range(store_connection *c, void *context) {
    request *r = context;
    sqlite3_stmt *select;
    TRY(connection_prepare(c,
                           "SELECT day, open, high, low, close, volume FROM bars "
                           "WHERE sid = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day",
                           &select));
    sqlite3_bind_int(select, 1, r->sid);
    sqlite3_bind_int(select, 2, r->from);
    sqlite3_bind_int(select, 3, r->to);
    VEC(bar) rows = {0};
    vec_reserve(&rows, 256);
    status s;
    while ((s = connection_step(c, select)) == STATUS_OK)
        vec_push(&rows, read_bar(select, r->sid));
    if (s == STATUS_END)
        s = r->on_scale ? put_on_scale(c, r, rows.at, rows.n) : STATUS_OK;
    if (s != STATUS_OK) {
        vec_free(&rows);
        return s;
    }
    r->out = rows.at;
    r->n = rows.n;
    return STATUS_OK;
}

static status read_bars(store *s, request *r, bar **out, size_t *n) {
    TRY(store_read(s, STORE_WAREHOUSE, read_range, r));
    *out = r->out;
    *n = r->n;
    return STATUS_OK;
}

status bars_of(store *s, int32_t sid, date from, date to, bar **out, size_t *n) {
    return read_bars(s, &(request){.sid = sid, .from = from, .to = to}, out, n);
}

status bars_on_scale(store *s, int32_t sid, date from, date to, bar **out, size_t *n) {
    return read_bars(s, &(request){.sid = sid, .from = from, .to = to, .on_scale = true}, out, n);
}

status bars_version_in(store_connection *c, hash *out) {
    sqlite3_stmt *select;
    TRY(connection_prepare(
        c, "SELECT symbol, kind, sector, basis, sid, shares, bars, sum_a, sum_b FROM securities ORDER BY sid",
        &select));
    hash_state *h = hash_start();
    hash_add_string(h, "bars 1");
    status s;
    while ((s = connection_step(c, select)) == STATUS_OK) {
        for (int i = 0; i < 4; i++)
            hash_add_string(h, (const char *)sqlite3_column_text(select, i));
        for (int i = 4; i < 9; i++)
            hash_add_u64(h, (uint64_t)sqlite3_column_int64(select, i));
    }
    *out = hash_finish(h);
    return s == STATUS_END ? STATUS_OK : s;
}

static status version(store_connection *c, void *context) { return bars_version_in(c, context); }

status bars_version(store *s, hash *out) { return store_read(s, STORE_WAREHOUSE, version, out); }
