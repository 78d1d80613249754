// The lock of a workspace: flock() on a file, so that a dead holder holds nothing. The JSON inside (pid, host, start)
// only tells who. Internal to this room.
#pragma once

#include "src/base/status.h"

// *fd keeps the lock until it is closed. STATUS_BUSY names the holder, when there was room to write the name; STATUS_IO
// says why the file can't be opened.
status lock_take(const char *path, int *fd);
bool lock_is_held(const char *path);
void lock_release(int fd);
