// Whether a text is what a machine can read: for tests of what commands print.
#pragma once

#include <stdbool.h>

bool parse_json(const char *document); // one document of RFC 8259, and nothing behind it but an end of line
bool parse_csv(const char *document);  // a header of named fields, and rows with as many fields as it has
