#include "data/store/migrate.h"

#include <stdio.h>

#include "src/base/embed.h"

EMBED(desk_001, "data/store/migrations/desk-001.sql");
EMBED(desk_002, "data/store/migrations/desk-002.sql");
EMBED(warehouse_001, "data/store/migrations/warehouse-001.sql");
EMBED(results_001, "data/store/migrations/results-001.sql");

static const char *const desk[] = {desk_001, desk_002};
static const char *const warehouse[] = {warehouse_001};
static const char *const results[] = {results_001};

static const struct {
    const char *const *sql;
    int n;
} migrations[STORE_DATABASES] = {
    [STORE_DESK] = {desk, sizeof desk / sizeof *desk},
    [STORE_WAREHOUSE] = {warehouse, sizeof warehouse / sizeof *warehouse},
    [STORE_RESULTS] = {results, sizeof results / sizeof *results},
};

int migrate_latest(store_database database) { return migrations[database].n; }

status migrate_refuse_newer(const char *path, int64_t version, store_database database) {
    return status_fail(STATUS_VERSION,
                       "%s has schema %lld, this program (%s) knows up to %d: use the newer program that wrote it",
                       path, (long long)version, PLIMSOLL_VERSION, migrations[database].n);
}

static status apply(store_connection *c, store_database database, int from) {
    TRY(connection_exec(c, "BEGIN IMMEDIATE"));
    for (int i = from; i < migrations[database].n; i++) {
        status s = connection_exec(c, migrations[database].sql[i]);
        if (s != STATUS_OK)
            return status_within(s, "migration %d", i + 1);
    }
    char pragma[64];
    snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", migrations[database].n);
    TRY(connection_exec(c, pragma));
    return connection_exec(c, "COMMIT");
}

status migrate(store_connection *c, store_database database) {
    int64_t version;
    TRY(connection_int(c, "PRAGMA user_version", 0, &version));
    if (version > migrations[database].n)
        return migrate_refuse_newer(c->path, version, database);
    if (version == migrations[database].n)
        return STATUS_OK;
    status s = apply(c, database, (int)version);
    if (s != STATUS_OK && !sqlite3_get_autocommit(c->db))
        sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL); // keeps the sentence of what failed first
    return s;
}
