// A look at a database file without SQLite, so that a damaged or foreign one is refused with nothing touched.
// Internal to this room.
#pragma once

#include "data/store/connection.h"

typedef enum { FILE_ABSENT, FILE_SOUND } file_state;

// STATUS_CORRUPT for a file that is not (or no longer) a database of ours, or whose -wal is there without it;
// STATUS_VERSION for a newer one; STATUS_IO when it can't be read.
status inspect_file(const char *path, store_database database, file_state *out);
// The same question put to SQLite: that the schema can be read and the size is right, and of the results the lists.
status inspect_connection(store_connection *c, store_database database);
