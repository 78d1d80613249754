// Writes what happens in books as an ITCH 5.0 file (itch.h): a venue's day, a recording, or a stream of operations
// becomes a feed that shows what the events (book_event) put on display, queue order included.
//
// An order that comes in and trades is shown with what is left of it, behind the executions of those it met, as markets
// do it. A part of an iceberg that is shown anew has a new reference. Trades of what is not displayed are P, trades of
// an auction are executions that are not printed (C), and one Q for all at a price. An owner whose number is four
// capital letters, digits or spaces (in the byte order of the file) is an attribution (F). What has no message in ITCH
// is lost: tags, other owners, hidden quantities, stops, rejects. Closed markets are written as halted.
#pragma once

#include "engine/market/book.h"
#include "engine/market/itch.h"

typedef struct itch_writer itch_writer;

// Writes beside `path` until it is closed. midnight: ns, taken off the times of all events. STATUS_IO.
status itch_writer_new(const char *path, int64_t midnight, itch_writer **out);
// Frees the writer, also when it fails. The file takes its name only when all went well: STATUS_IO, STATUS_INVALID for
// the first event that ITCH can't say (a book without a security, a price above 200,000 dollars or not positive, a time
// outside the day), told by its sequence number.
status itch_writer_close(itch_writer *w);
// Frees the writer and leaves no file; NULL is good.
void itch_writer_drop(itch_writer *w);

// The book of this number is a security: stock directory, and its state. locate is not 0, the symbol has 1 to 8
// characters; asserted.
void itch_writer_security(itch_writer *w, uint32_t number, uint16_t locate, const char *symbol, book_state state,
                          int64_t time);
// A system event: O S Q M E C (itch_system).
void itch_writer_system(itch_writer *w, char event, int64_t time);

// Takes the events of a stream in their order; a book_sink whose context is the writer. The last order that came in is
// kept until the next event says that it trades no more.
void itch_writer_take(void *writer, const book_event *events, size_t n);

uint64_t itch_writer_messages(const itch_writer *w);
uint64_t itch_writer_bytes(const itch_writer *w);
