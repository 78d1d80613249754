#include "data/store/load.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "data/store/connection.h"
#include "data/store/digest.h"
#include "src/base/map.h"
#include "src/base/vec.h"

typedef struct {
    char kind[8], basis[16];
    date first, last; // DATE_NONE while there are no bars
    int64_t bars;
    digest sum;
    bool touched;
} entry;

struct load {
    store_connection *connection;
    map symbols;        // folded symbol to sid
    VEC(entry) entries; // [sid - 1]
    VEC(bar) stored;    // of one security, while it is compared
};

static void fold_symbol(const char *symbol, char out[SYMBOL_SIZE]) {
    size_t i = 0;
    for (; i < SYMBOL_SIZE - 1 && symbol[i]; i++)
        out[i] = (char)toupper((unsigned char)symbol[i]);
    out[i] = 0;
}

static void read_entry(sqlite3_stmt *s, entry *e) {
    column_text(s, 2, e->kind, sizeof e->kind);
    column_text(s, 3, e->basis, sizeof e->basis);
    e->first = sqlite3_column_type(s, 4) == SQLITE_NULL ? DATE_NONE : sqlite3_column_int(s, 4);
    e->last = sqlite3_column_type(s, 5) == SQLITE_NULL ? DATE_NONE : sqlite3_column_int(s, 5);
    e->bars = sqlite3_column_int64(s, 6);
    e->sum = (digest){(uint64_t)sqlite3_column_int64(s, 7), (uint64_t)sqlite3_column_int64(s, 8)};
}

static status read_entries(load *l) {
    store_connection *c = l->connection;
    sqlite3_stmt *select;
    TRY(connection_prepare(
        c, "SELECT sid, symbol, kind, basis, first, last, bars, sum_a, sum_b FROM securities ORDER BY sid", &select));
    status s;
    while ((s = connection_step(c, select)) == STATUS_OK) {
        entry e = {0};
        char symbol[SYMBOL_SIZE], folded[SYMBOL_SIZE];
        read_entry(select, &e);
        column_text(select, 1, symbol, sizeof symbol);
        fold_symbol(symbol, folded);
        if (sqlite3_column_int(select, 0) != (int)l->entries.n + 1)
            return status_fail(STATUS_CORRUPT, "%s: there is no security %zu", c->path, l->entries.n + 1);
        vec_push(&l->entries, e);
        map_put(&l->symbols, folded, l->entries.n);
    }
    return s == STATUS_END ? STATUS_OK : s;
}

status load_begin(store_connection *c, load **out) {
    load *l = mem_new(1, sizeof *l);
    l->connection = c;
    status s = read_entries(l);
    if (s == STATUS_OK)
        *out = l;
    else
        load_free(l);
    return s;
}

void load_free(load *l) {
    if (!l)
        return;
    map_free(&l->symbols);
    vec_free(&l->entries);
    vec_free(&l->stored);
    free(l);
}

status load_finish(load *l) {
    store_connection *c = l->connection;
    sqlite3_stmt *update;
    TRY(connection_prepare(
        c, "UPDATE securities SET first = ?2, last = ?3, bars = ?4, sum_a = ?5, sum_b = ?6 WHERE sid = ?1", &update));
    for (size_t i = 0; i < l->entries.n; i++) {
        const entry *e = &l->entries.at[i];
        if (!e->touched)
            continue;
        sqlite3_clear_bindings(update);
        sqlite3_bind_int64(update, 1, (int64_t)i + 1);
        if (e->bars) {
            sqlite3_bind_int(update, 2, e->first);
            sqlite3_bind_int(update, 3, e->last);
        }
        sqlite3_bind_int64(update, 4, e->bars);
        sqlite3_bind_int64(update, 5, (int64_t)e->sum.a);
        sqlite3_bind_int64(update, 6, (int64_t)e->sum.b);
        TRY(connection_run(c, update));
    }
    return STATUS_OK;
}

status load_find(load *l, const char *symbol, int32_t *sid) {
    char folded[SYMBOL_SIZE];
    uint64_t value;
    fold_symbol(symbol, folded);
    if (!map_get(&l->symbols, folded, &value))
        return status_fail(STATUS_NOT_FOUND, "there is no security %s", symbol);
    *sid = (int32_t)value;
    return STATUS_OK;
}

static status make_security(load *l, const char *symbol, const char *kind, const char *basis, int32_t *sid) {
    char folded[SYMBOL_SIZE];
    fold_symbol(symbol, folded);
    entry e = {.first = DATE_NONE, .last = DATE_NONE};
    mem_copy_string(e.kind, sizeof e.kind, kind);
    mem_copy_string(e.basis, sizeof e.basis, basis);
    sqlite3_stmt *insert;
    TRY(connection_prepare(l->connection, "INSERT INTO securities (sid, symbol, kind, basis) VALUES (?1, ?2, ?3, ?4)",
                           &insert));
    sqlite3_bind_int64(insert, 1, (int64_t)l->entries.n + 1);
    bind_text(insert, 2, folded);
    bind_text(insert, 3, kind);
    bind_text(insert, 4, basis);
    TRY(connection_run(l->connection, insert));
    vec_push(&l->entries, e);
    map_put(&l->symbols, folded, l->entries.n);
    *sid = (int32_t)l->entries.n;
    return STATUS_OK;
}

status load_security(load *l, const char *symbol, const char *kind, const char *basis, int32_t *sid) {
    if (load_find(l, symbol, sid) != STATUS_OK)
        return make_security(l, symbol, kind, basis, sid);
    const entry *e = &l->entries.at[*sid - 1];
    if (strcmp(e->kind, kind) != 0)
        return status_fail(STATUS_REFUSED, "%s is stored as a security of kind %s, not %s", symbol, e->kind, kind);
    if (strcmp(e->basis, basis) != 0)
        return status_fail(STATUS_REFUSED,
                           "%s is stored with %s prices; %s ones can't be mixed with them: use another workspace",
                           symbol, e->basis, basis);
    return STATUS_OK;
}

status load_describe(load *l, int32_t sid, const char *name, const char *sector, int64_t shares, bool *changed) {
    store_connection *c = l->connection;
    sqlite3_stmt *update;
    TRY(connection_prepare(
        c,
        "UPDATE securities SET name = coalesce(nullif(?2, ''), name), sector = coalesce(nullif(?3, ''), sector), "
        "shares = coalesce(nullif(?4, 0), shares) WHERE sid = ?1 AND (name, sector, shares) IS NOT "
        "(coalesce(nullif(?2, ''), name), coalesce(nullif(?3, ''), sector), coalesce(nullif(?4, 0), shares))",
        &update));
    sqlite3_bind_int(update, 1, sid);
    bind_text(update, 2, name);
    bind_text(update, 3, sector);
    sqlite3_bind_int64(update, 4, shares);
    TRY(connection_run(c, update));
    *changed = sqlite3_changes(c->db) > 0;
    return STATUS_OK;
}

static void bind_bar(sqlite3_stmt *s, const bar *b) {
    sqlite3_bind_int(s, 1, b->sid);
    sqlite3_bind_int(s, 2, b->day);
    sqlite3_bind_int64(s, 3, b->open);
    sqlite3_bind_int64(s, 4, b->high);
    sqlite3_bind_int64(s, 5, b->low);
    sqlite3_bind_int64(s, 6, b->close);
    sqlite3_bind_int64(s, 7, b->volume);
}

static status insert_bars(load *l, entry *e, const bar *rows, size_t n) {
    sqlite3_stmt *insert;
    TRY(connection_prepare(l->connection, "INSERT INTO bars VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", &insert));
    for (size_t i = 0; i < n; i++) {
        bind_bar(insert, &rows[i]);
        TRY(connection_run(l->connection, insert));
        digest_add_bar(&e->sum, &rows[i]);
    }
    e->bars += (int64_t)n;
    return STATUS_OK;
}

static status replace_bar(load *l, entry *e, const bar *old, const bar *row) {
    sqlite3_stmt *update;
    TRY(connection_prepare(l->connection,
                           "UPDATE bars SET open = ?3, high = ?4, low = ?5, close = ?6, volume = ?7 "
                           "WHERE sid = ?1 AND day = ?2",
                           &update));
    bind_bar(update, row);
    digest_take_bar(&e->sum, old);
    digest_add_bar(&e->sum, row);
    return connection_run(l->connection, update);
}

static status read_stored(load *l, int32_t sid, date from, date to) {
    sqlite3_stmt *select;
    TRY(connection_prepare(l->connection,
                           "SELECT day, open, high, low, close, volume FROM bars "
                           "WHERE sid = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day",
                           &select));
    sqlite3_bind_int(select, 1, sid);
    sqlite3_bind_int(select, 2, from);
    sqlite3_bind_int(select, 3, to);
    l->stored.n = 0;
    status s;
    while ((s = connection_step(l->connection, select)) == STATUS_OK)
        vec_push(&l->stored, (bar){sid, sqlite3_column_int(select, 0), sqlite3_column_int64(select, 1),
                                   sqlite3_column_int64(select, 2), sqlite3_column_int64(select, 3),
                                   sqlite3_column_int64(select, 4), sqlite3_column_int64(select, 5)});
    return s == STATUS_END ? STATUS_OK : s;
}

static bool same(const bar *a, const bar *b) {
    return a->open == b->open && a->high == b->high && a->low == b->low && a->close == b->close &&
           a->volume == b->volume;
}

// Both sides ascend by day, so one walk along both finds what is new, changed and the same.
static status merge_bars(load *l, entry *e, const bar *rows, size_t n, load_counts *counts) {
    TRY(read_stored(l, rows[0].sid, rows[0].day, rows[n - 1].day));
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        while (k < l->stored.n && l->stored.at[k].day < rows[i].day)
            k++;
        const bar *old = k < l->stored.n && l->stored.at[k].day == rows[i].day ? &l->stored.at[k] : NULL;
        if (!old) {
            TRY(insert_bars(l, e, &rows[i], 1));
            counts->added++;
        } else if (same(old, &rows[i])) {
            counts->unchanged++;
        } else {
            TRY(replace_bar(l, e, old, &rows[i]));
            counts->changed++;
        }
    }
    return STATUS_OK;
}

// The bars of one security.
static status load_run(load *l, const bar *rows, size_t n, load_counts *counts) {
    entry *e = &l->entries.at[rows[0].sid - 1];
    date first = rows[0].day, last = rows[n - 1].day;
    if (!e->bars || first > e->last) { // the usual case: nothing to compare with
        TRY(insert_bars(l, e, rows, n));
        counts->added += (int64_t)n;
    } else {
        TRY(merge_bars(l, e, rows, n, counts));
    }
    e->first = e->first == DATE_NONE || first < e->first ? first : e->first;
    e->last = e->last == DATE_NONE || last > e->last ? last : e->last;
    e->touched = true;
    return STATUS_OK;
}

status load_bars(load *l, const bar *rows, size_t n, load_counts *counts) {
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && rows[to].sid == rows[from].sid; to++)
            ;
        TRY(load_run(l, rows + from, to - from, counts));
    }
    return STATUS_OK;
}

status load_close_before(load *l, int32_t sid, date day, int64_t *close) {
    const entry *e = &l->entries.at[sid - 1];
    *close = 0;
    if (!e->bars || e->first >= day)
        return STATUS_OK;
    sqlite3_stmt *select;
    TRY(connection_prepare(l->connection,
                           "SELECT close FROM bars WHERE sid = ?1 AND day < ?2 ORDER BY day DESC LIMIT 1", &select));
    sqlite3_bind_int(select, 1, sid);
    sqlite3_bind_int(select, 2, day);
    status s = connection_step(l->connection, select);
    if (s != STATUS_OK)
        return s == STATUS_END ? STATUS_OK : s;
    *close = sqlite3_column_int64(select, 0);
    sqlite3_reset(select);
    return STATUS_OK;
}

status load_action(load *l, int32_t sid, date day, double split, int64_t dividend) {
    if ((split < 1 || split > 1) && strcmp(l->entries.at[sid - 1].basis, "raw") != 0)
        return status_fail(STATUS_REFUSED, "a split can't be stored beside %s prices", l->entries.at[sid - 1].basis);
    sqlite3_stmt *insert;
    TRY(connection_prepare(l->connection, "INSERT INTO actions VALUES (?1, ?2, ?3, ?4)", &insert));
    sqlite3_bind_int(insert, 1, sid);
    sqlite3_bind_int(insert, 2, day);
    sqlite3_bind_double(insert, 3, split);
    sqlite3_bind_int64(insert, 4, dividend);
    TRY(connection_run(l->connection, insert));
    entry *e = &l->entries.at[sid - 1];
    digest_add_action(&e->sum, sid, day, split, dividend);
    e->touched = true;
    return STATUS_OK;
}

status load_delisting(load *l, int32_t sid, date day, double final_return, const char *reason) {
    sqlite3_stmt *insert;
    TRY(connection_prepare(l->connection, "INSERT INTO delistings VALUES (?1, ?2, ?3, ?4)", &insert));
    sqlite3_bind_int(insert, 1, sid);
    sqlite3_bind_int(insert, 2, day);
    sqlite3_bind_double(insert, 3, final_return);
    bind_text(insert, 4, reason);
    TRY(connection_run(l->connection, insert));
    sqlite3_stmt *update;
    TRY(connection_prepare(l->connection, "UPDATE securities SET active = 0 WHERE sid = ?1", &update));
    sqlite3_bind_int(update, 1, sid);
    entry *e = &l->entries.at[sid - 1];
    digest_add_action(&e->sum, sid, day, 1 + final_return, -1);
    e->touched = true;
    return connection_run(l->connection, update);
}
