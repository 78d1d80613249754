#include "data/store/store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "data/store/inspect.h"
#include "data/store/lock.h"
#include "data/store/migrate.h"
#include "data/store/writer.h"
#include "src/base/mem.h"

#define LOCK_NAME "workspace.lock"

enum { IDLE_READERS = 8 };

typedef struct {
    char *path;
    writer *writer; // NULL in a store opened for reading
    bool immutable; // nobody can change the file
    pthread_mutex_t mutex;
    store_connection *idle; // reading connections that nobody uses
    size_t idle_n;
} database;

struct store {
    char *home;
    int lock;        // -1 in a store opened for reading
    char *set_aside; // where damaged results lie now, NULL: they were sound
    database databases[STORE_DATABASES];
};

static const char *const names[STORE_DATABASES] = {"desk.db", "warehouse.db", "results.db"};

// The desk's journal must survive a loss of power the moment it is acknowledged; the others may lose their last
// commits then, never their consistency. Larger pages make scans of bars faster.
static const struct {
    const char *create, *open;
} pragmas[STORE_DATABASES] = {
    [STORE_DESK] = {"PRAGMA page_size=4096", "PRAGMA synchronous=FULL"},
    [STORE_WAREHOUSE] = {"PRAGMA page_size=16384", "PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32768"},
    [STORE_RESULTS] = {"PRAGMA page_size=4096", "PRAGMA synchronous=NORMAL"},
};

static char *joined(const char *home, const char *name) {
    size_t n = strlen(home) + strlen(name) + 2;
    char *path = mem_new(n, 1);
    snprintf(path, n, "%s/%s", home, name);
    return path;
}

static status io_error(const char *what, const char *path) {
    bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
    return status_fail(full ? STATUS_FULL : STATUS_IO, "can't %s %s: %s", what, path, strerror(errno));
}

// Makes every missing directory of the path, readable by its owner alone.
static status make_directories(const char *home) {
    char *path = mem_string(home);
    status s = STATUS_OK;
    for (char *at = path + 1; s == STATUS_OK; at++) {
        if (*at != '/' && *at != 0)
            continue;
        char kept = *at;
        *at = 0;
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            s = io_error("make the directory", path);
        *at = kept;
        if (!kept)
            break;
    }
    free(path);
    struct stat about;
    if (s == STATUS_OK && (stat(home, &about) != 0 || !S_ISDIR(about.st_mode)))
        s = status_fail(STATUS_IO, "%s is not a directory", home);
    return s;
}

static status sync_path(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return io_error("open", path);
    status s = fsync(fd) == 0 ? STATUS_OK : io_error("write", path);
    close(fd);
    return s;
}

static status build(const char *path, store_database which) {
    store_connection *c;
    TRY(connection_open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &c));
    char identify[64];
    snprintf(identify, sizeof identify, "PRAGMA application_id = %d", APPLICATION_ID);
    status s = connection_exec(c, pragmas[which].create);
    if (s == STATUS_OK)
        s = connection_exec(c, "PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY");
    if (s == STATUS_OK)
        s = connection_exec(c, identify);
    if (s == STATUS_OK)
        s = migrate(c, which);
    if (s == STATUS_OK)
        s = connection_exec(c, "PRAGMA journal_mode=WAL");
    connection_close(c);
    return s;
}

// A new database is made under another name and takes its own when it is whole, so that a half-made one is never met.
static status create(const char *home, const char *path, store_database which) {
    char name[32];
    snprintf(name, sizeof name, "%s.new", names[which]);
    char *fresh = joined(home, name);
    unlink(fresh);
    status s = build(fresh, which);
    if (s == STATUS_OK)
        s = sync_path(fresh);
    if (s == STATUS_OK && chmod(fresh, 0600) != 0)
        s = io_error("set the mode of", fresh);
    if (s == STATUS_OK && rename(fresh, path) != 0)
        s = io_error("make", path);
    if (s == STATUS_OK)
        s = sync_path(home);
    if (s != STATUS_OK)
        unlink(fresh);
    free(fresh);
    return s;
}

// Opened, but not yet trusted: until all is well a mere look must not move pages from the log into the file.
static status open_untrusted(const database *d, store_database which, store_connection **out) {
    store_connection *c;
    TRY(connection_open(d->path, SQLITE_OPEN_READWRITE, &c));
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    status s = connection_exec(c, pragmas[which].open);
    if (s == STATUS_OK)
        s = connection_exec(c, "PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY");
    if (s == STATUS_OK)
        s = inspect_connection(c, which);
    if (s == STATUS_OK)
        *out = c;
    else
        connection_close(c);
    return s;
}

static void move_beside(const char *from, const char *to, const char *suffix) {
    char *old = mem_new(strlen(from) + strlen(suffix) + 1, 1), *new = mem_new(strlen(to) + strlen(suffix) + 1, 1);
    sprintf(old, "%s%s", from, suffix);
    sprintf(new, "%s%s", to, suffix);
    rename(old, new); // a log that is not there is none to move
    free(old);
    free(new);
}

// What can be computed again must not keep a desk from its orders: damaged results are kept under another name, and
// empty ones made in their place.
static status begin_results_anew(store *s, store_connection **out) {
    const char *path = s->databases[STORE_RESULTS].path;
    char *aside = mem_new(strlen(path) + 40, 1);
    sprintf(aside, "%s.damaged-%lld", path, (long long)time(NULL));
    // The log first: a database without its log is met as it is, a log without its database as damage.
    move_beside(path, aside, "-shm");
    move_beside(path, aside, "-wal");
    if (rename(path, aside) != 0 && errno != ENOENT) {
        free(aside);
        return io_error("move away", path);
    }
    free(s->set_aside);
    s->set_aside = aside;
    TRY(create(s->home, path, STORE_RESULTS));
    return open_untrusted(&s->databases[STORE_RESULTS], STORE_RESULTS, out);
}

static status open_results(store *s, bool damaged, store_connection **out) {
    if (!damaged) {
        status opened = open_untrusted(&s->databases[STORE_RESULTS], STORE_RESULTS, out);
        if (opened != STATUS_CORRUPT)
            return opened;
    }
    return begin_results_anew(s, out);
}

static status open_all(store *s, store_connection *connections[STORE_DATABASES]) {
    file_state states[STORE_DATABASES];
    for (size_t i = 0; i < STORE_RESULTS; i++)
        TRY(inspect_file(s->databases[i].path, (store_database)i, &states[i]));
    status results = inspect_file(s->databases[STORE_RESULTS].path, STORE_RESULTS, &states[STORE_RESULTS]);
    if (results != STATUS_OK && results != STATUS_CORRUPT)
        return results;
    if (results == STATUS_CORRUPT)
        states[STORE_RESULTS] = FILE_SOUND;
    for (size_t i = 0; i < STORE_DATABASES; i++)
        if (states[i] == FILE_ABSENT)
            TRY(create(s->home, s->databases[i].path, (store_database)i));
    for (size_t i = 0; i < STORE_RESULTS; i++)
        TRY(open_untrusted(&s->databases[i], (store_database)i, &connections[i]));
    TRY(open_results(s, results == STATUS_CORRUPT, &connections[STORE_RESULTS]));
    for (size_t i = 0; i < STORE_DATABASES; i++)
        TRY(migrate(connections[i], (store_database)i));
    return STATUS_OK;
}

static status open_writers(store *s) {
    store_connection *connections[STORE_DATABASES] = {NULL};
    status result = open_all(s, connections);
    for (size_t i = 0; i < STORE_DATABASES; i++) {
        if (result == STATUS_OK) {
            assert(connections[i]); // open_all opens all or fails
            sqlite3_db_config(connections[i]->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
            result = writer_start(connections[i], &s->databases[i].writer);
        } else {
            connection_close(connections[i]);
        }
    }
    return result;
}

static void configure(void) { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

static store *blank(const char *home) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, configure);
    store *s = mem_new(1, sizeof *s);
    s->home = mem_string(home);
    s->lock = -1;
    for (size_t i = 0; i < STORE_DATABASES; i++) {
        s->databases[i].path = joined(home, names[i]);
        pthread_mutex_init(&s->databases[i].mutex, NULL);
    }
    return s;
}

static bool has_database(const char *home, store_database which) {
    char *path = joined(home, names[which]);
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

bool store_exists(const char *home) {
    bool all = true;
    for (size_t i = 0; i < STORE_DATABASES && all; i++)
        all = has_database(home, (store_database)i);
    return all;
}

bool store_begun(const char *home) { return has_database(home, STORE_DESK) || has_database(home, STORE_WAREHOUSE); }

static bool log_is_empty(const database *d) {
    char *wal = mem_new(strlen(d->path) + 5, 1);
    sprintf(wal, "%s-wal", d->path);
    struct stat about;
    bool empty = stat(wal, &about) != 0 || about.st_size == 0;
    free(wal);
    return empty;
}

// In a directory that can't be written to SQLite can't make the index of its log; without an owner and without a log
// the files can't change, and it may be told so.
static bool is_immutable(const store *s, const database *d) {
    char *lock = joined(s->home, LOCK_NAME);
    bool result = access(s->home, W_OK) != 0 && !lock_is_held(lock) && log_is_empty(d);
    free(lock);
    return result;
}

static status look(store_connection *c, void *context) {
    return inspect_connection(c, *(const store_database *)context);
}

static status check_readable(store *s, store_database which) {
    database *d = &s->databases[which];
    file_state state;
    TRY(inspect_file(d->path, which, &state));
    if (state == FILE_ABSENT)
        return status_fail(STATUS_NOT_FOUND, "there is no workspace in %s (%s is missing)", s->home, names[which]);
    d->immutable |= is_immutable(s, d);
    TRY(store_read(s, which, look, &which));
    int version = store_schema_version(s, which);
    if (version < migrate_latest(which))
        return status_fail(STATUS_VERSION,
                           "%s has schema %d, this program (%s) needs %d: open the workspace once for writing, which "
                           "brings it up to date",
                           d->path, version, PLIMSOLL_VERSION, migrate_latest(which));
    return STATUS_OK;
}

status store_open_reader(const char *home, store **out) {
    store *s = blank(home);
    status result = STATUS_OK;
    for (size_t i = 0; i < STORE_DATABASES && result == STATUS_OK; i++)
        result = check_readable(s, (store_database)i);
    if (result == STATUS_OK)
        *out = s;
    else
        store_close(s);
    return result;
}

static status open_owned(const char *home, status (*open_databases)(store *s), store **out) {
    TRY(make_directories(home));
    store *s = blank(home);
    char *lock = joined(home, LOCK_NAME);
    status result = lock_take(lock, &s->lock);
    free(lock);
    if (result == STATUS_OK)
        result = open_databases(s);
    if (result == STATUS_OK)
        *out = s;
    else
        store_close(s);
    return result;
}

status store_open(const char *home, store **out) { return open_owned(home, open_writers, out); }

// SQLite needs room for the files that go beside a database even to read it. With the lock held and nothing in the logs
// the databases can't change: then they can be read as they are.
static status open_unchanging(store *s) {
    for (size_t i = 0; i < STORE_DATABASES; i++) {
        database *d = &s->databases[i];
        if (!log_is_empty(d))
            return status_fail(
                STATUS_FULL, "%s was not closed cleanly, and the disk is full: free some space and repeat the command",
                d->path);
        d->immutable = true;
    }
    for (size_t i = 0; i < STORE_DATABASES; i++)
        TRY(check_readable(s, (store_database)i));
    return STATUS_OK;
}

status store_open_full(const char *home, store **out) { return open_owned(home, open_unchanging, out); }

static void close_readers(database *d) {
    while (d->idle) {
        store_connection *c = d->idle;
        d->idle = c->next;
        connection_close(c);
    }
}

void store_close(store *s) {
    if (!s)
        return;
    for (size_t i = 0; i < STORE_DATABASES; i++) {
        database *d = &s->databases[i];
        close_readers(d); // first: whoever closes last tidies the log up, and only the writer may
        writer_stop(d->writer);
        pthread_mutex_destroy(&d->mutex);
        free(d->path);
    }
    lock_release(s->lock);
    free(s->set_aside);
    free(s->home);
    free(s);
}

const char *store_home(const store *s) { return s->home; }

const char *store_set_aside(const store *s) { return s->set_aside; }

status store_write(store *s, store_database which, store_work work, void *context) {
    const database *d = &s->databases[which];
    if (!d->writer && s->lock >= 0)
        return status_fail(STATUS_FULL,
                           "%s: the disk is full, so that this workspace could be opened for reading only; free some "
                           "space and repeat the command",
                           d->path);
    if (!d->writer)
        return status_fail(STATUS_REFUSED, "%s is open for reading only", s->home);
    return writer_run(d->writer, work, context);
}

static status take_reader(database *d, store_connection **out) {
    pthread_mutex_lock(&d->mutex);
    store_connection *c = d->idle;
    if (c) {
        d->idle = c->next;
        d->idle_n--;
    }
    pthread_mutex_unlock(&d->mutex);
    if (c) {
        *out = c;
        return STATUS_OK;
    }
    return connection_open_reader(d->path, d->immutable, out);
}

static void give_back(database *d, store_connection *c) {
    pthread_mutex_lock(&d->mutex);
    bool keep = d->idle_n < IDLE_READERS;
    if (keep) {
        c->next = d->idle;
        d->idle = c;
        d->idle_n++;
    }
    pthread_mutex_unlock(&d->mutex);
    if (!keep)
        connection_close(c);
}

status store_read(store *s, store_database which, store_work work, void *context) {
    database *d = &s->databases[which];
    store_connection *c;
    TRY(take_reader(d, &c));
    status result = connection_exec(c, "BEGIN");
    if (result == STATUS_OK)
        result = work(c, context);
    if (!sqlite3_get_autocommit(c->db)) {
        connection_reset(c);
        sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL); // nothing was written; keeps the sentence of the work
    }
    if (result == STATUS_OK)
        give_back(d, c);
    else
        connection_close(c);
    return result;
}

static status attach(store_connection *c, const database *d, const char *name) {
    char *uri = connection_uri(d->path, d->immutable);
    sqlite3_stmt *statement;
    status s = connection_prepare(c, "ATTACH ?1 AS ?2", &statement);
    if (s == STATUS_OK) {
        bind_text(statement, 1, uri);
        bind_text(statement, 2, name);
        s = connection_run(c, statement);
    }
    free(uri);
    return s;
}

status store_connect_all(store *s, store_connection **out) {
    store_connection *c;
    const database *desk = &s->databases[STORE_DESK];
    TRY(connection_open_reader(desk->path, desk->immutable, &c));
    sqlite3_db_config(c->db, SQLITE_DBCONFIG_MAINDBNAME, "desk");
    status result = attach(c, &s->databases[STORE_WAREHOUSE], "warehouse");
    if (result == STATUS_OK)
        result = attach(c, &s->databases[STORE_RESULTS], "results");
    if (result == STATUS_OK)
        *out = c;
    else
        connection_close(c);
    return result;
}

int64_t store_free_bytes(const store *s) {
    struct statvfs about;
    return statvfs(s->home, &about) == 0 ? (int64_t)about.f_bavail * (int64_t)about.f_frsize : 0;
}

static status check_integrity(store_connection *c, void *context) {
    (void)context;
    sqlite3_stmt *statement;
    TRY(connection_prepare(c, "PRAGMA integrity_check(1)", &statement));
    TRY(connection_step(c, statement));
    const char *answer = (const char *)sqlite3_column_text(statement, 0);
    if (!answer || strcmp(answer, "ok") != 0)
        return connection_damaged(c->path, answer ? answer : "no answer from the integrity check");
    TRY(connection_prepare(c, "PRAGMA foreign_key_check", &statement));
    status s = connection_step(c, statement);
    if (s != STATUS_OK)
        return s == STATUS_END ? STATUS_OK : s;
    char what[256];
    snprintf(what, sizeof what, "a row of %s refers to a row of %s that is missing", sqlite3_column_text(statement, 0),
             sqlite3_column_text(statement, 2));
    return connection_damaged(c->path, what);
}

status store_check(store *s) {
    for (size_t i = 0; i < STORE_DATABASES; i++)
        TRY(store_read(s, (store_database)i, check_integrity, NULL));
    return STATUS_OK;
}

static status read_version(store_connection *c, void *context) {
    return connection_int(c, "PRAGMA user_version", -1, context);
}

int store_schema_version(store *s, store_database which) {
    int64_t version = -1;
    return store_read(s, which, read_version, &version) == STATUS_OK ? (int)version : -1;
}
