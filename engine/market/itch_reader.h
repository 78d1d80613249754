// ITCH 5.0 files (itch.h), read message by message: mapped into memory and read in place, or unpacked on the way when
// they are gzip's. A mapped file must not be cut short by others while it is read.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "engine/market/itch.h"
#include "src/base/status.h"

typedef struct itch_reader itch_reader;

// STATUS_NOT_FOUND, STATUS_IO; STATUS_INVALID for an empty file.
status itch_open(const char *path, itch_reader **out);
// Reads from memory that outlives the reader; `name` is used in messages.
itch_reader *itch_from_memory(const char *name, const void *bytes, size_t n);
void itch_close(itch_reader *r); // NULL is good

// The next messages, at most `most`, at least one when STATUS_OK; good until the next call. Each is whole and of a
// length that fits its type; what its fields say is not looked at. STATUS_END behind the last.
// STATUS_INVALID (with the file and the byte of its unpacked content) for a type that is none, a length that does not
// fit, a message that is cut off; STATUS_CORRUPT and STATUS_IO when the file can't be read on. All messages before the
// damage come first, and the error comes again at each further call.
status itch_read(itch_reader *r, const itch_message **messages, size_t most, size_t *n);

const char *itch_file(const itch_reader *r);
// Where a message of the last call begins in the unpacked content, its length aside.
uint64_t itch_byte(const itch_reader *r, const itch_message *m);
uint64_t itch_bytes_read(const itch_reader *r); // of the unpacked content
