// One SQLite connection with its prepared statements. Internal to this room: the only header that shows SQLite.
// A connection belongs to one thread at a time; statements belong to their connection and live as long as it does.
#pragma once

#include <sqlite3.h>
#include <stddef.h>

#include "data/store/store.h"

typedef struct {
    const char *sql;
    sqlite3_stmt *statement;
} connection_statement;

struct store_connection {
    sqlite3 *db;
    char *path;
    connection_statement *statements;
    size_t statements_n, statements_cap;
    store_connection *next; // in the pool of idle readers
};

// flags as sqlite3_open_v2; foreign keys on, waits two seconds where SQLite would be busy.
status connection_open(const char *path, int flags, store_connection **out);
// For reading alone. `immutable`: nobody can change the file, so that neither a log nor locks are needed.
status connection_open_reader(const char *path, bool immutable, store_connection **out);
char *connection_uri(const char *path, bool immutable); // the same as a name for ATTACH; free()
// Ends whatever statements are still being stepped through.
void connection_reset(store_connection *c);
void connection_close(store_connection *c); // NULL is fine

// The statement for `sql`, prepared on first use, reset and without bindings. `sql` is a string literal: its address is
// the key. Not to be used again while the caller still steps through it.
status connection_prepare(store_connection *c, const char *sql, sqlite3_stmt **out);
// STATUS_OK: a row stands ready. STATUS_END: no more rows, and the statement is reset.
status connection_step(store_connection *c, sqlite3_stmt *statement);
// Steps a statement without rows to its end and resets it.
status connection_run(store_connection *c, sqlite3_stmt *statement);
// Runs statements without bindings or results.
status connection_exec(store_connection *c, const char *sql);
// The first column of the first row; `otherwise` when there is no row or it is NULL.
status connection_int(store_connection *c, const char *sql, int64_t otherwise, int64_t *out);

// SQLite's last error on this connection as a status with a sentence that names the file.
status connection_error(const store_connection *c, int code);
// The sentence for a damaged file: what was found, that nothing was changed, what to do.
status connection_damaged(const char *path, const char *what);

// A REAL column: SQLite keeps no NaN, NULL stands for it.
double column_number(sqlite3_stmt *statement, int column);
// Text columns: NULL stands for "".
void column_text(sqlite3_stmt *statement, int column, char *out, size_t size);
void bind_text(sqlite3_stmt *statement, int index, const char *value);         // static until the statement is reset
void bind_text_or_null(sqlite3_stmt *statement, int index, const char *value); // "" becomes NULL

// A reading connection with all three databases attached, as desk, warehouse and results (store.c).
status store_connect_all(store *s, store_connection **out);
