// Settings files: [section], key = value. A line that begins with # or ; is a comment; a value may hold either. Values
// keep inner spaces and lose outer ones; what stands between the first and the last character of a value that begins
// with " is taken as it is (it must end with " too, and nothing is escaped). Files are at most 1 MiB.
#pragma once

#include "src/base/status.h"

// Called for every key; section is "" before the first. A status other than OK stops the reading and is given back,
// its sentence behind the file's name and the line.
typedef status (*ini_visit)(void *context, const char *section, const char *key, const char *value, int line);

// STATUS_INVALID names file, line and what was expected. STATUS_NOT_FOUND when the file does not exist.
status ini_read_file(const char *path, ini_visit visit, void *context);
status ini_read_text(const char *name, const char *text, ini_visit visit, void *context);

// The same for a file whose good lines hold whatever stands in the others: each bad line is told, with its sentence in
// status_message(), and reading goes on below it; below a bad section, at the next one.
typedef void (*ini_complain)(void *context);
status ini_read_lines(const char *path, ini_visit visit, ini_complain complain, void *context);
