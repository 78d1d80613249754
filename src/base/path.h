// Names of files as people give them.
#pragma once

#include "src/base/status.h"

// The user's directory: $HOME, or where that is not set what the system knows; never one that others can write to.
// Freed by the caller.
char *path_home(void);

// An absolute path: "~" and "~/…" are in the home directory, other relative names in `directory` (NULL or "": the
// process's own). Freed by the caller.
char *path_absolute(const char *path, const char *directory);

// A file that is written beside `path` and then takes its place may not push out a device, pipe or directory:
// STATUS_INVALID names what is there.
status path_check_replaceable(const char *path);
