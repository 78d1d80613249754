#include "data/store/audit.h"

#include <string.h>

#include "data/store/connection.h"
#include "src/base/hash.h"
#include "src/base/mem.h"

static void chain(const char *previous, audit_row *row) {
    hash_state *h = hash_start();
    hash_add_string(h, previous);
    hash_add_u64(h, (uint64_t)row->id);
    hash_add_u64(h, (uint64_t)row->time);
    hash_add_string(h, row->user);
    hash_add_string(h, row->face);
    hash_add_string(h, row->command);
    hash_add_string(h, row->reason);
    hash_add_string(h, row->result);
    hash_text(hash_finish(h), row->hash);
}

static void read_row(sqlite3_stmt *s, audit_row *row) {
    row->id = sqlite3_column_int64(s, 0);
    row->time = sqlite3_column_int64(s, 1);
    column_text(s, 2, row->user, sizeof row->user);
    column_text(s, 3, row->face, sizeof row->face);
    column_text(s, 4, row->command, sizeof row->command);
    column_text(s, 5, row->reason, sizeof row->reason);
    column_text(s, 6, row->result, sizeof row->result);
    column_text(s, 7, row->hash, sizeof row->hash);
}

static status last_row(store_connection *c, audit_row *row) {
    sqlite3_stmt *select;
    TRY(connection_prepare(c, "SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1", &select));
    status s = connection_step(c, select);
    *row = (audit_row){0};
    if (s != STATUS_OK)
        return s == STATUS_END ? STATUS_OK : s;
    row->id = sqlite3_column_int64(select, 0);
    column_text(select, 1, row->hash, sizeof row->hash);
    sqlite3_reset(select);
    return STATUS_OK;
}

static status append(store_connection *c, void *context) {
    audit_row *row = context, previous;
    TRY(last_row(c, &previous));
    row->id = previous.id + 1;
    chain(previous.hash, row);
    sqlite3_stmt *insert;
    TRY(connection_prepare(c,
                           "INSERT INTO audit (id, time, user, face, command, reason, result, hash) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                           &insert));
    sqlite3_bind_int64(insert, 1, row->id);
    sqlite3_bind_int64(insert, 2, row->time);
    bind_text(insert, 3, row->user);
    bind_text(insert, 4, row->face);
    bind_text(insert, 5, row->command);
    bind_text(insert, 6, row->reason);
    bind_text(insert, 7, row->result);
    bind_text(insert, 8, row->hash);
    return connection_run(c, insert);
}

status audit_append(store *s, audit_row *row) { return store_write(s, STORE_DESK, append, row); }

typedef struct {
    size_t limit;
    audit_visit visit;
    void *context;
} listing;

static status list(store_connection *c, void *context) {
    const listing *l = context;
    sqlite3_stmt *select;
    TRY(connection_prepare(
        c, "SELECT id, time, user, face, command, reason, result, hash FROM audit ORDER BY id DESC LIMIT ?1", &select));
    sqlite3_bind_int64(select, 1, l->limit ? (int64_t)l->limit : -1);
    status s;
    while ((s = connection_step(c, select)) == STATUS_OK) {
        audit_row row;
        read_row(select, &row);
        l->visit(l->context, &row);
    }
    return s == STATUS_END ? STATUS_OK : s;
}

status audit_list(store *s, size_t limit, audit_visit visit, void *context) {
    listing l = {limit, visit, context};
    return store_read(s, STORE_DESK, list, &l);
}

static status verify_row(store_connection *c, const audit_row *row, audit_row *previous) {
    if (row->id != previous->id + 1)
        return status_fail(STATUS_CORRUPT, "%s: the audit trail has no row %lld", c->path,
                           (long long)(previous->id + 1));
    audit_row computed = *row;
    chain(previous->hash, &computed);
    if (strcmp(computed.hash, row->hash) != 0)
        return status_fail(STATUS_CORRUPT, "%s: row %lld of the audit trail was changed after it was written", c->path,
                           (long long)row->id);
    *previous = *row;
    return STATUS_OK;
}

static status verify(store_connection *c, void *context) {
    int64_t *rows = context, given = 0;
    *rows = 0;
    sqlite3_stmt *select;
    TRY(connection_prepare(c, "SELECT id, time, user, face, command, reason, result, hash FROM audit ORDER BY id",
                           &select));
    audit_row row, previous = {0};
    status s;
    while ((s = connection_step(c, select)) == STATUS_OK) {
        read_row(select, &row);
        TRY(verify_row(c, &row, &previous));
        ++*rows;
    }
    if (s != STATUS_END)
        return s;
    TRY(connection_int(c, "SELECT seq FROM sqlite_sequence WHERE name = 'audit'", 0, &given));
    if (given != *rows)
        return status_fail(STATUS_CORRUPT, "%s: the audit trail ends at row %lld, %lld were written", c->path,
                           (long long)*rows, (long long)given);
    return STATUS_OK;
}

status audit_verify(store *s, int64_t *rows) { return store_read(s, STORE_DESK, verify, rows); }
