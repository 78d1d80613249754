#include "data/store/connection.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/text.h"

static status no_room(const char *path, const char *why) {
    return status_fail(STATUS_FULL,
                       "%s: no room left to write (%s); what was not yet acknowledged is not stored. "
                       "Free some space and repeat the command",
                       path, why);
}

status connection_damaged(const char *path, const char *what) {
    return status_fail(STATUS_CORRUPT,
                       "%s is damaged (%s); nothing was changed. Put a backup in its place, or move it away together "
                       "with its -wal and -shm files to start with an empty one",
                       path, what);
}

static int file_errno(sqlite3 *db, int which) {
    sqlite3_file *file = NULL;
    int cause = 0;
    if (sqlite3_file_control(db, "main", which, &file) == SQLITE_OK && file && file->pMethods)
        file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &cause);
    return cause;
}

// What the operating system said. SQLite's own record of it is often overwritten on the way up; each file keeps
// another.
static int system_cause(sqlite3 *db) {
    int cause = file_errno(db, SQLITE_FCNTL_JOURNAL_POINTER); // the write-ahead log
    if (!cause)
        cause = file_errno(db, SQLITE_FCNTL_FILE_POINTER);
    return cause ? cause : sqlite3_system_errno(db);
}

status connection_error(const store_connection *c, int code) {
    const char *message = c->db ? sqlite3_errmsg(c->db) : sqlite3_errstr(code);
    bool of_system = c->db && ((code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN);
    int cause = of_system ? system_cause(c->db) : 0;
    switch (code & 0xff) {
    case SQLITE_FULL:
        return no_room(c->path, "the disk is full");
    case SQLITE_IOERR:
        if (cause == ENOSPC || cause == EDQUOT || cause == EFBIG)
            return no_room(c->path, strerror(cause));
        return status_fail(STATUS_IO, "%s: %s%s%s", c->path, message, cause ? ": " : "", cause ? strerror(cause) : "");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return connection_damaged(c->path, message);
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return status_fail(STATUS_IO, "%s: %s%s%s", c->path, message, cause ? ": " : "", cause ? strerror(cause) : "");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return status_fail(STATUS_BUSY, "%s: another process holds it (%s)", c->path, message);
    case SQLITE_INTERRUPT:
        return status_fail(STATUS_CANCELLED, "cancelled");
    case SQLITE_NOMEM:
        return status_fail(STATUS_IO, "%s: out of memory", c->path); // STATUS_FULL is the disk's
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
        return status_fail(STATUS_INVALID, "%s: %s", c->path, message);
    default:
        return status_fail(STATUS_IO, "%s: %s", c->path, message);
    }
}

status connection_open(const char *path, int flags, store_connection **out) {
    store_connection *c = mem_new(1, sizeof *c);
    c->path = mem_string(path);
    int code = sqlite3_open_v2(path, &c->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (code != SQLITE_OK) {
        status s = connection_error(c, code);
        connection_close(c);
        return s;
    }
    sqlite3_busy_timeout(c->db, 2000);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    *out = c;
    return STATUS_OK;
}

char *connection_uri(const char *path, bool immutable) {
    text uri = {0};
    text_put(&uri, "file:");
    for (const char *p = path; *p; p++) {
        if (*p == '?' || *p == '#' || *p == '%')
            text_printf(&uri, "%%%02X", (unsigned)(unsigned char)*p);
        else
            text_char(&uri, *p);
    }
    text_put(&uri, immutable ? "?mode=ro&immutable=1" : "?mode=ro");
    return uri.at;
}

status connection_open_reader(const char *path, bool immutable, store_connection **out) {
    char *uri = connection_uri(path, immutable);
    status s = connection_open(uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, out);
    free(uri);
    if (s != STATUS_OK)
        return s;
    free((*out)->path);
    (*out)->path = mem_string(path);
    sqlite3_exec((*out)->db, "PRAGMA temp_store=MEMORY", NULL, NULL, NULL);
    return STATUS_OK;
}

void connection_reset(store_connection *c) {
    for (size_t i = 0; i < c->statements_n; i++)
        sqlite3_reset(c->statements[i].statement);
}

void connection_close(store_connection *c) {
    if (!c)
        return;
    for (size_t i = 0; i < c->statements_n; i++)
        sqlite3_finalize(c->statements[i].statement);
    int code = sqlite3_close(c->db);
    assert(code == SQLITE_OK);
    (void)code;
    free(c->statements);
    free(c->path);
    free(c);
}

status connection_prepare(store_connection *c, const char *sql, sqlite3_stmt **out) {
    for (size_t i = 0; i < c->statements_n; i++) {
        if (c->statements[i].sql != sql)
            continue;
        *out = c->statements[i].statement;
        sqlite3_reset(*out);
        sqlite3_clear_bindings(*out);
        return STATUS_OK;
    }
    int code = sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
    if (code != SQLITE_OK)
        return connection_error(c, code);
    if (c->statements_n == c->statements_cap) {
        c->statements_cap = c->statements_cap ? c->statements_cap * 2 : 16;
        c->statements = mem_resize(c->statements, c->statements_cap, sizeof *c->statements);
    }
    c->statements[c->statements_n++] = (connection_statement){sql, *out};
    return STATUS_OK;
}

status connection_step(store_connection *c, sqlite3_stmt *statement) {
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        return STATUS_OK;
    if (code == SQLITE_DONE) {
        sqlite3_reset(statement);
        return STATUS_END;
    }
    status s = connection_error(c, code);
    sqlite3_reset(statement);
    return s;
}

status connection_run(store_connection *c, sqlite3_stmt *statement) {
    status s = connection_step(c, statement);
    assert(s != STATUS_OK);
    return s == STATUS_END ? STATUS_OK : s;
}

status connection_exec(store_connection *c, const char *sql) {
    int code = sqlite3_exec(c->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? STATUS_OK : connection_error(c, code);
}

status connection_int(store_connection *c, const char *sql, int64_t otherwise, int64_t *out) {
    sqlite3_stmt *statement;
    TRY(connection_prepare(c, sql, &statement));
    status s = connection_step(c, statement);
    *out = otherwise;
    if (s == STATUS_OK && sqlite3_column_type(statement, 0) != SQLITE_NULL)
        *out = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return s == STATUS_END ? STATUS_OK : s;
}

double column_number(sqlite3_stmt *statement, int column) {
    return sqlite3_column_type(statement, column) == SQLITE_NULL ? NAN : sqlite3_column_double(statement, column);
}

void column_text(sqlite3_stmt *statement, int column, char *out, size_t size) {
    const char *value = (const char *)sqlite3_column_text(statement, column);
    if (value)
        mem_copy_string(out, size, value);
    else
        out[0] = 0;
}

void bind_text(sqlite3_stmt *statement, int index, const char *value) {
    sqlite3_bind_text(statement, index, value, -1, SQLITE_STATIC);
}

void bind_text_or_null(sqlite3_stmt *statement, int index, const char *value) {
    if (value[0])
        bind_text(statement, index, value);
    else
        sqlite3_bind_null(statement, index);
}
