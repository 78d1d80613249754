// Comma-separated values (RFC 4180) read as a stream: quotes, doubled quotes, line ends inside quotes, LF and CRLF, a
// UTF-8 byte-order mark. Fields are handed out as slices of the reader's buffer, good until the next record.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/status.h"
#include "src/base/text.h"

typedef struct {
    const char *at;
    unsigned n;
} slice;

typedef struct csv_reader csv_reader;

// Opens a file; a name that ends in .gz is refused with a sentence. STATUS_IO names the file.
status csv_open(const char *path, csv_reader **out);
// Reads from memory that outlives the reader; `name` is used in messages.
csv_reader *csv_from_memory(const char *name, const char *bytes, size_t n);
void csv_close(csv_reader *r);

// The next record; STATUS_END at the end; STATUS_INVALID (with file and line) for a quote that never closes, text
// between a closing quote and the next comma, a record of over 1 MiB or a zero byte. After STATUS_INVALID the reader
// stands behind the bad record, which (zero bytes aside) is taken to be the one line on which it began, and reading may
// go on. Empty lines are skipped. A quote inside an unquoted field is an ordinary character.
status csv_next(csv_reader *r, const slice **fields, size_t *n);

uint64_t csv_line(const csv_reader *r); // line on which the last record began, from 1
uint64_t csv_bytes_read(const csv_reader *r);
const char *csv_name(const csv_reader *r);
// The last record, bad ones too, as it stood in the file, without its line end; empty for one of over 1 MiB.
const char *csv_raw(const csv_reader *r, size_t *n);

// Finds a column by name, ASCII case folded, in a header record; -1 when absent.
int csv_column(const slice *fields, size_t n, const char *name);

bool slice_is(slice s, const char *string);
bool slice_double(slice s, double *out); // a finite decimal number, all of the slice, correctly rounded
bool slice_int(slice s, int64_t *out);
void slice_copy(slice s, char *out, size_t size); // cut to size - 1 bytes, ends with a zero

// Writes one field, quoted where it must be.
void csv_put(text *out, const char *field);
