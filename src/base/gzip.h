// Gzip files (RFC 1952) read as a stream, in bounded memory. The only file that knows zlib.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "src/base/status.h"

typedef struct gzip_reader gzip_reader;

// Do these first bytes of a file say that it is gzip's?
bool gzip_is(const unsigned char *bytes, size_t n);

// STATUS_IO names the file.
status gzip_open(const char *path, gzip_reader **out);
// Unpacks up to n bytes; fewer only at the end of the data, or right before a damage. All that can be unpacked is given
// out first, then STATUS_END, or STATUS_CORRUPT with the file and the byte of the packed file where it went wrong.
// Members that follow each other are read as one; checksums and lengths are verified.
status gzip_read(gzip_reader *r, void *to, size_t n, size_t *got);
void gzip_close(gzip_reader *r); // NULL is good
