// Gzip files for tests, made by hand: bytes stored as they are, between a right header and a right checksum.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "src/base/text.h"

enum { GZIP_HEADER = 10, GZIP_TRAILER = 8 };

// Appends one member that holds n bytes.
void gzip_pack(text *out, const void *bytes, size_t n);
// Writes bytes to a new file below /tmp, whose name (which the caller unlinks and frees) comes back.
char *gzip_file(const void *bytes, size_t n);
