#include "data/store/journal.h"

#include "data/store/connection.h"

typedef struct {
    const journal_row *rows;
    size_t n;
} batch;

#define COLUMNS                                                                                                        \
    "sequence, time, desk_time, kind, sid, order_id, side, type, tif, quantity, price, fee, client, portfolio, "       \
    "strategy, user, text, traits, self, stop, trail, display, expires, other_id"

static const char insert_sql[] =
    "INSERT INTO journal (" COLUMNS ") "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, "
    "?24)";

static const char select_sql[] = "SELECT " COLUMNS " FROM journal WHERE sequence > ?1 ORDER BY sequence";

static const char last_sql[] = "SELECT max(sequence) FROM journal";

static void bind_row(sqlite3_stmt *s, const journal_row *row) {
    sqlite3_bind_int64(s, 1, row->sequence);
    sqlite3_bind_int64(s, 2, row->time);
    sqlite3_bind_int64(s, 3, row->desk_time);
    sqlite3_bind_int(s, 4, (int)row->kind);
    sqlite3_bind_int(s, 5, row->sid);
    sqlite3_bind_int64(s, 6, row->order);
    sqlite3_bind_int(s, 7, row->side);
    sqlite3_bind_int(s, 8, row->type);
    sqlite3_bind_int(s, 9, row->tif);
    sqlite3_bind_int64(s, 10, row->quantity);
    sqlite3_bind_int64(s, 11, row->price);
    sqlite3_bind_int64(s, 12, row->fee);
    bind_text_or_null(s, 13, row->client);
    bind_text_or_null(s, 14, row->portfolio);
    bind_text_or_null(s, 15, row->strategy);
    bind_text_or_null(s, 16, row->user);
    bind_text_or_null(s, 17, row->text);
    sqlite3_bind_int(s, 18, row->traits);
    sqlite3_bind_int(s, 19, row->self);
    sqlite3_bind_int64(s, 20, row->stop);
    sqlite3_bind_int64(s, 21, row->trail);
    sqlite3_bind_int64(s, 22, row->display);
    sqlite3_bind_int64(s, 23, row->expires);
    sqlite3_bind_int64(s, 24, row->other);
}

static status append(store_connection *c, void *context) {
    const batch *b = context;
    int64_t last;
    TRY(connection_int(c, last_sql, 0, &last));
    sqlite3_stmt *insert;
    TRY(connection_prepare(c, insert_sql, &insert));
    for (size_t i = 0; i < b->n; i++) {
        if (b->rows[i].sequence != last + 1 + (int64_t)i)
            return status_fail(STATUS_CORRUPT, "journal: row %lld does not follow row %lld",
                               (long long)b->rows[i].sequence, (long long)(last + (int64_t)i));
        bind_row(insert, &b->rows[i]);
        TRY(connection_run(c, insert));
    }
    return STATUS_OK;
}

status journal_append(store *s, const journal_row *rows, size_t n) {
    batch b = {rows, n};
    return n ? store_write(s, STORE_DESK, append, &b) : STATUS_OK;
}

typedef struct {
    int64_t after;
    journal_visit visit;
    void *context;
} reading;

static void read_row(sqlite3_stmt *s, journal_row *row) {
    row->sequence = sqlite3_column_int64(s, 0);
    row->time = sqlite3_column_int64(s, 1);
    row->desk_time = sqlite3_column_int64(s, 2);
    row->kind = (journal_kind)sqlite3_column_int(s, 3);
    row->sid = sqlite3_column_int(s, 4);
    row->order = sqlite3_column_int64(s, 5);
    row->side = sqlite3_column_int(s, 6);
    row->type = sqlite3_column_int(s, 7);
    row->tif = sqlite3_column_int(s, 8);
    row->quantity = sqlite3_column_int64(s, 9);
    row->price = sqlite3_column_int64(s, 10);
    row->fee = sqlite3_column_int64(s, 11);
    column_text(s, 12, row->client, sizeof row->client);
    column_text(s, 13, row->portfolio, sizeof row->portfolio);
    column_text(s, 14, row->strategy, sizeof row->strategy);
    column_text(s, 15, row->user, sizeof row->user);
    column_text(s, 16, row->text, sizeof row->text);
    row->traits = sqlite3_column_int(s, 17);
    row->self = sqlite3_column_int(s, 18);
    row->stop = sqlite3_column_int64(s, 19);
    row->trail = sqlite3_column_int64(s, 20);
    row->display = sqlite3_column_int64(s, 21);
    row->expires = sqlite3_column_int64(s, 22);
    row->other = sqlite3_column_int64(s, 23);
}

static status read(store_connection *c, void *context) {
    const reading *r = context;
    sqlite3_stmt *select;
    TRY(connection_prepare(c, select_sql, &select));
    sqlite3_bind_int64(select, 1, r->after);
    int64_t expected = r->after + 1;
    status s;
    while ((s = connection_step(c, select)) == STATUS_OK) {
        journal_row row = {0};
        read_row(select, &row);
        if (row.sequence != expected)
            return status_fail(STATUS_CORRUPT, "%s: the journal has no row %lld (row %lld comes next)", c->path,
                               (long long)expected, (long long)row.sequence);
        expected++;
        TRY(r->visit(r->context, &row));
    }
    return s == STATUS_END ? STATUS_OK : s;
}

status journal_read(store *s, int64_t after, journal_visit visit, void *context) {
    reading r = {after, visit, context};
    return store_read(s, STORE_DESK, read, &r);
}

static status last(store_connection *c, void *context) { return connection_int(c, last_sql, 0, context); }

status journal_last(store *s, int64_t *sequence) { return store_read(s, STORE_DESK, last, sequence); }
