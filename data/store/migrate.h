// The numbered changes that make a database what this program expects; they are part of the program. Internal to this
// room. SQLite's user_version holds the number of the last one applied, application_id says whose file it is.
#pragma once

#include "data/store/connection.h"

enum { APPLICATION_ID = 0x506c6d73 }; // "Plms"

int migrate_latest(store_database database);
// Applies what is missing, in one transaction. STATUS_VERSION when the database is newer than the program.
status migrate(store_connection *c, store_database database);
// The sentence for a database from a newer program.
status migrate_refuse_newer(const char *path, int64_t version, store_database database);
