// Names of files as people give them.
#pragma once

// An absolute path: "~" and "~/…" are in the home directory, other relative names in `directory` (NULL or "": the
// process's own). Freed by the caller.
char *path_absolute(const char *path, const char *directory);
