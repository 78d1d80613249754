#include "data/store/settings.h"

#include <string.h>

#include "data/store/connection.h"

typedef struct {
    const char *name, *value;
    char *out;
    size_t size;
} request;

static status get(store_connection *c, void *context) {
    const request *r = context;
    sqlite3_stmt *select;
    TRY(connection_prepare(c, "SELECT value FROM settings WHERE name = ?1", &select));
    bind_text(select, 1, r->name);
    status s = connection_step(c, select);
    if (s == STATUS_END)
        return status_fail(STATUS_NOT_FOUND, "there is no setting %s", r->name);
    if (s != STATUS_OK)
        return s;
    if ((size_t)sqlite3_column_bytes(select, 0) >= r->size)
        return status_fail(STATUS_FULL, "the setting %s is longer than %zu bytes", r->name, r->size - 1);
    column_text(select, 0, r->out, r->size);
    return STATUS_OK;
}

static status set(store_connection *c, void *context) {
    const request *r = context;
    sqlite3_stmt *change;
    if (r->value)
        TRY(connection_prepare(
            c, "INSERT INTO settings VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            &change));
    else
        TRY(connection_prepare(c, "DELETE FROM settings WHERE name = ?1", &change));
    bind_text(change, 1, r->name);
    if (r->value)
        bind_text(change, 2, r->value);
    return connection_run(c, change);
}

status settings_get(store *s, const char *name, char *out, size_t size) {
    request r = {.name = name, .out = out, .size = size};
    return store_read(s, STORE_DESK, get, &r);
}

status settings_set(store *s, const char *name, const char *value) {
    request r = {.name = name, .value = value};
    return store_write(s, STORE_DESK, set, &r);
}
