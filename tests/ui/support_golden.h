// Pictures that are kept as files.
#pragma once

#include <stdbool.h>

// Whether the file holds this; if not, the first line that differs is printed. With PLIMSOLL_GOLDEN=write in the
// environment the file is written anew and holds it. Paths count from the root of the tree.
bool support_golden(const char *path, const char *got);
