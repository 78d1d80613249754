// The one writing connection of a database, on its own thread. Internal to this room.
#pragma once

#include "data/store/connection.h"

typedef struct writer writer;

// Takes over the connection. STATUS_IO when no thread can be made (the connection is closed then).
status writer_start(store_connection *c, writer **out);
// Finishes what was handed in, ends the thread and closes the connection. NULL is fine.
void writer_stop(writer *w);
// As store_write. Never called from the writer's own thread.
status writer_run(writer *w, store_work work, void *context);
