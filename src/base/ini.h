// Settings files: [section], key = value, # or ; comments. Values keep inner spaces; a value may be quoted with "".
#pragma once

#include "src/base/status.h"

// Called for every key; section is "" before the first. A status other than OK stops the reading and is given back.
typedef status (*ini_visit)(void *context, const char *section, const char *key, const char *value, int line);

// STATUS_INVALID names file, line and what was expected. STATUS_NOT_FOUND when the file does not exist.
status ini_read_file(const char *path, ini_visit visit, void *context);
status ini_read_text(const char *name, const char *text, ini_visit visit, void *context);
