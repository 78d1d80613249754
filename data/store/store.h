// The workspace's databases: desk.db (journal, audit, settings, limits), warehouse.db (vendors' data), results.db
// (everything computed). One process owns them (flock on workspace.lock); in it each database has one writing
// connection on its own thread, which runs the writes handed to it, grouping those that wait into one transaction.
// Readers get connections of their own. This room alone knows SQLite, and all SQL stands here, a file a subject.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/status.h"

typedef struct store store;
typedef struct store_connection store_connection; // one SQLite connection; never shared between threads

typedef enum { STORE_DESK, STORE_WAREHOUSE, STORE_RESULTS, STORE_DATABASES } store_database;

// Opens (making the directory, mode 0700, and the databases where they are absent), takes the lock, migrates, checks.
//   STATUS_BUSY     another process holds the workspace (the message names its pid)
//   STATUS_IO       read-only or missing directory: the message names the path and the cause
//   STATUS_FULL     a full disk
//   STATUS_CORRUPT  a database is damaged (the message says which and what to do); nothing was changed. A damaged
//                   results.db alone is no failure: it is kept under another name, and an empty one made
//   STATUS_VERSION  a database was written by a newer program
status store_open(const char *home, store **out);
// The same on a full disk, where store_open gives STATUS_FULL, for a workspace that was closed cleanly: it can be read,
// and store_write gives STATUS_FULL.
status store_open_full(const char *home, store **out);
// Opens for reading alone, beside an owner or without one; no lock, no writers. STATUS_NOT_FOUND when there is nothing.
status store_open_reader(const char *home, store **out);
// Whether the directory holds a workspace: all of its databases are there.
bool store_exists(const char *home);
// Whether there is anything of one: what can't be made again, or what it was made of.
bool store_begun(const char *home);
void store_close(store *s);
const char *store_home(const store *s);
const char *store_set_aside(const store *s); // where the damaged results.db lies that was met; NULL: it was sound

// Runs `work` on the database's writer thread inside a transaction and returns when it is durable (WAL,
// synchronous=FULL for desk.db, NORMAL for the others) or rolled back. Work that is waiting goes in one commit; when
// one of them fails its changes alone are undone (savepoint). The failing work's message comes back on the caller's
// thread. STATUS_FULL for a full disk.
typedef status (*store_work)(store_connection *c, void *context);
status store_write(store *s, store_database which, store_work work, void *context);

// Runs `work` on a reading connection (made on demand, one a thread at a time, pooled), in one read transaction.
status store_read(store *s, store_database which, store_work work, void *context);

// Bytes free on the file system of the workspace.
int64_t store_free_bytes(const store *s);

// Full integrity check of all databases; the sentence of the first damage.
status store_check(store *s);
int store_schema_version(store *s, store_database which);
