// A small stream of order operations with its right totals, worked out by hand.
#pragma once

#include "engine/market/opstream.h"

enum { STREAM_HEADER = 128, STREAM_RECORDS = 8 };

typedef struct {
    unsigned char header[STREAM_HEADER];
    op records[STREAM_RECORDS];
} stream_file;

_Static_assert(sizeof(stream_file) == STREAM_HEADER + STREAM_RECORDS * 24, "as it stands in the file");

stream_file stream_example(void);
void stream_put_u64(stream_file *f, int at, uint64_t value); // in the header, little endian
void stream_write(const char *path, const void *bytes, size_t n);
