// Turns a stream of order operations (opstream.h) into the feed that it makes: the records run through books, one a
// symbol, and what these show is written as an ITCH file (itch_writer.h). Symbol i is S<i>, locate code i + 1; the
// records are spread evenly over 09:30 to 16:00.
#pragma once

#include "engine/market/opstream.h"

typedef struct itch_flow itch_flow;

// records: how many will come. depth: as in the stream's header; a book takes four times as many orders and 1,024 more.
// STATUS_IO, STATUS_FULL, STATUS_INVALID.
status itch_flow_new(const char *path, uint32_t symbols, uint32_t depth, uint64_t records, itch_flow **out);
// STATUS_INVALID for a record that the books reject: the stream is not what it says.
status itch_flow_take(itch_flow *f, const op *o);
// Frees the flow, also when it fails. Both outputs may be NULL.
status itch_flow_close(itch_flow *f, uint64_t *messages, uint64_t *bytes);
void itch_flow_drop(itch_flow *f); // leaves no file; NULL is good
