#include "data/store/imports.h"

#include <stdlib.h>
#include <string.h>

#include "data/store/connection.h"
#include "src/base/vec.h"

#define REPORT_COLUMNS                                                                                                 \
    "id, time, provider, source, basis, hash, result, message, data_version, bytes, read, good, new, changed, "        \
    "unchanged, rejected, symbols, described, first, last, seconds"

static void bind_date(sqlite3_stmt *s, int index, date d) {
    if (d == DATE_NONE)
        sqlite3_bind_null(s, index);
    else
        sqlite3_bind_int(s, index, d);
}

static date column_date(sqlite3_stmt *s, int column) {
    return sqlite3_column_type(s, column) == SQLITE_NULL ? DATE_NONE : sqlite3_column_int(s, column);
}

static void bind_report(sqlite3_stmt *s, const report_row *r) {
    sqlite3_bind_int64(s, 2, r->time);
    bind_text(s, 3, r->provider);
    bind_text(s, 4, r->source);
    bind_text(s, 5, r->basis);
    bind_text(s, 6, r->hash);
    bind_text(s, 7, r->result);
    bind_text(s, 8, r->message);
    bind_text(s, 9, r->data_version);
    const int64_t counts[] = {r->bytes,     r->read,     r->good,    r->added,    r->changed,
                              r->unchanged, r->rejected, r->symbols, r->described};
    for (int i = 0; i < 9; i++)
        sqlite3_bind_int64(s, 10 + i, counts[i]);
    bind_date(s, 19, r->first);
    bind_date(s, 20, r->last);
    sqlite3_bind_double(s, 21, r->seconds);
}

static void read_report(sqlite3_stmt *s, report_row *r) {
    r->id = sqlite3_column_int64(s, 0);
    r->time = sqlite3_column_int64(s, 1);
    column_text(s, 2, r->provider, sizeof r->provider);
    column_text(s, 3, r->source, sizeof r->source);
    column_text(s, 4, r->basis, sizeof r->basis);
    column_text(s, 5, r->hash, sizeof r->hash);
    column_text(s, 6, r->result, sizeof r->result);
    column_text(s, 7, r->message, sizeof r->message);
    column_text(s, 8, r->data_version, sizeof r->data_version);
    int64_t *counts[] = {&r->bytes,     &r->read,     &r->good,    &r->added,    &r->changed,
                         &r->unchanged, &r->rejected, &r->symbols, &r->described};
    for (int i = 0; i < 9; i++)
        *counts[i] = sqlite3_column_int64(s, 9 + i);
    r->first = column_date(s, 18);
    r->last = column_date(s, 19);
    r->seconds = column_number(s, 20);
}

static status save_checks(store_connection *c, int64_t report, const report_check *checks, size_t n) {
    sqlite3_stmt *insert;
    TRY(connection_prepare(c, "INSERT INTO import_checks VALUES (?1, ?2, ?3, ?4, ?5)", &insert));
    for (size_t i = 0; i < n; i++) {
        sqlite3_bind_int64(insert, 1, report);
        bind_text(insert, 2, checks[i].name);
        bind_text(insert, 3, checks[i].stage);
        bind_text(insert, 4, checks[i].action);
        sqlite3_bind_int64(insert, 5, checks[i].rows);
        TRY(connection_run(c, insert));
    }
    return STATUS_OK;
}

static status save_examples(store_connection *c, int64_t report, const report_example *examples, size_t n) {
    sqlite3_stmt *insert;
    TRY(connection_prepare(
        c, "INSERT INTO import_examples (report, name, file, line, detail) VALUES (?1, ?2, ?3, ?4, ?5)", &insert));
    for (size_t i = 0; i < n; i++) {
        sqlite3_bind_int64(insert, 1, report);
        bind_text(insert, 2, examples[i].name);
        bind_text(insert, 3, examples[i].file);
        sqlite3_bind_int64(insert, 4, examples[i].line);
        bind_text(insert, 5, examples[i].detail);
        TRY(connection_run(c, insert));
    }
    return STATUS_OK;
}

static status save_rejected(store_connection *c, int64_t report, const quarantine_row *rows, size_t n) {
    sqlite3_stmt *insert;
    TRY(connection_prepare(
        c, "INSERT INTO quarantine (report, file, line, raw, stage, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", &insert));
    for (size_t i = 0; i < n; i++) {
        sqlite3_bind_int64(insert, 1, report);
        bind_text(insert, 2, rows[i].file);
        sqlite3_bind_int64(insert, 3, rows[i].line);
        bind_text(insert, 4, rows[i].raw);
        bind_text(insert, 5, rows[i].stage);
        bind_text(insert, 6, rows[i].reason);
        TRY(connection_run(c, insert));
    }
    return STATUS_OK;
}

status imports_save(store_connection *c, report_row *row, const report_check *checks, size_t checks_n,
                    const report_example *examples, size_t examples_n, const quarantine_row *rejected,
                    size_t rejected_n) {
    sqlite3_stmt *insert;
    TRY(connection_prepare(c,
                           "INSERT INTO import_reports (" REPORT_COLUMNS
                           ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
                           "?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)",
                           &insert));
    bind_report(insert, row);
    TRY(connection_run(c, insert));
    row->id = sqlite3_last_insert_rowid(c->db);
    TRY(save_checks(c, row->id, checks, checks_n));
    TRY(save_examples(c, row->id, examples, examples_n));
    return save_rejected(c, row->id, rejected, rejected_n);
}

status imports_find(store_connection *c, const char *provider, const char *hash, const char *data_version,
                    report_row *out) {
    sqlite3_stmt *select;
    TRY(connection_prepare(c,
                           "SELECT " REPORT_COLUMNS " FROM import_reports WHERE result = 'done' AND provider = ?1 "
                           "AND hash = ?2 AND data_version = ?3 ORDER BY id DESC LIMIT 1",
                           &select));
    bind_text(select, 1, provider);
    bind_text(select, 2, hash);
    bind_text(select, 3, data_version);
    status s = connection_step(c, select);
    if (s == STATUS_END)
        return status_fail(STATUS_NOT_FOUND, "no import of the same content");
    if (s == STATUS_OK)
        read_report(select, out);
    sqlite3_reset(select);
    return s;
}

typedef struct {
    int64_t report;
    size_t limit;
    void *out;
    size_t n;
} reading;

static status list_reports(store_connection *c, void *context) {
    reading *r = context;
    sqlite3_stmt *select;
    TRY(connection_prepare(c, "SELECT " REPORT_COLUMNS " FROM import_reports ORDER BY id DESC LIMIT ?1", &select));
    sqlite3_bind_int64(select, 1, r->limit ? (int64_t)r->limit : -1);
    VEC(report_row) rows = {0};
    vec_reserve(&rows, 16);
    status s;
    while ((s = connection_step(c, select)) == STATUS_OK) {
        vec_push(&rows, (report_row){0});
        read_report(select, &rows.at[rows.n - 1]);
    }
    r->out = rows.at;
    r->n = rows.n;
    return s == STATUS_END ? STATUS_OK : s;
}

static status list_checks(store_connection *c, void *context) {
    reading *r = context;
    sqlite3_stmt *select;
    TRY(connection_prepare(c,
                           "SELECT name, stage, action, rows FROM import_checks WHERE report = ?1 "
                           "ORDER BY action, rows DESC, name",
                           &select));
    sqlite3_bind_int64(select, 1, r->report);
    VEC(report_check) rows = {0};
    vec_reserve(&rows, 16);
    status s;
    while ((s = connection_step(c, select)) == STATUS_OK) {
        report_check row = {.rows = sqlite3_column_int64(select, 3)};
        column_text(select, 0, row.name, sizeof row.name);
        column_text(select, 1, row.stage, sizeof row.stage);
        column_text(select, 2, row.action, sizeof row.action);
        vec_push(&rows, row);
    }
    r->out = rows.at;
    r->n = rows.n;
    return s == STATUS_END ? STATUS_OK : s;
}

static status list_examples(store_connection *c, void *context) {
    reading *r = context;
    sqlite3_stmt *select;
    TRY(connection_prepare(
        c, "SELECT name, file, line, detail FROM import_examples WHERE report = ?1 ORDER BY name, id", &select));
    sqlite3_bind_int64(select, 1, r->report);
    VEC(report_example) rows = {0};
    vec_reserve(&rows, 16);
    status s;
    while ((s = connection_step(c, select)) == STATUS_OK) {
        report_example row = {.line = sqlite3_column_int64(select, 2)};
        column_text(select, 0, row.name, sizeof row.name);
        column_text(select, 1, row.file, sizeof row.file);
        column_text(select, 3, row.detail, sizeof row.detail);
        vec_push(&rows, row);
    }
    r->out = rows.at;
    r->n = rows.n;
    return s == STATUS_END ? STATUS_OK : s;
}

static status list_quarantine(store_connection *c, void *context) {
    reading *r = context;
    sqlite3_stmt *select;
    TRY(connection_prepare(c,
                           "SELECT id, report, file, line, raw, stage, reason FROM quarantine "
                           "WHERE ?1 = 0 OR report = ?1 ORDER BY id LIMIT ?2",
                           &select));
    sqlite3_bind_int64(select, 1, r->report);
    sqlite3_bind_int64(select, 2, r->limit ? (int64_t)r->limit : -1);
    VEC(quarantine_row) rows = {0};
    vec_reserve(&rows, 16);
    status s;
    while ((s = connection_step(c, select)) == STATUS_OK) {
        quarantine_row row = {sqlite3_column_int64(select, 0), sqlite3_column_int64(select, 1), .line = 0};
        column_text(select, 2, row.file, sizeof row.file);
        row.line = sqlite3_column_int64(select, 3);
        column_text(select, 4, row.raw, sizeof row.raw);
        column_text(select, 5, row.stage, sizeof row.stage);
        column_text(select, 6, row.reason, sizeof row.reason);
        vec_push(&rows, row);
    }
    r->out = rows.at;
    r->n = rows.n;
    return s == STATUS_END ? STATUS_OK : s;
}

static status read_rows(store *s, store_work work, reading r, void *out, size_t *n) {
    status result = store_read(s, STORE_WAREHOUSE, work, &r);
    if (result != STATUS_OK) {
        free(r.out);
        return result;
    }
    memcpy(out, &r.out, sizeof r.out);
    *n = r.n;
    return STATUS_OK;
}

status report_list(store *s, size_t limit, report_row **out, size_t *n) {
    return read_rows(s, list_reports, (reading){.limit = limit}, out, n);
}

status report_checks(store *s, int64_t report, report_check **out, size_t *n) {
    return read_rows(s, list_checks, (reading){.report = report}, out, n);
}

status report_examples(store *s, int64_t report, report_example **out, size_t *n) {
    return read_rows(s, list_examples, (reading){.report = report}, out, n);
}

status quarantine_list(store *s, int64_t report, size_t limit, quarantine_row **out, size_t *n) {
    return read_rows(s, list_quarantine, (reading){.report = report, .limit = limit}, out, n);
}
