// A book for tests with what its stream tells, and a book rebuilt from that beside it.
#pragma once

#include "engine/market/book.h"
#include "src/base/vec.h"
#include "tests/engine/market/support_rebuild.h"

typedef VEC(book_event) book_events;

void book_events_keep(void *kept, const book_event *events, size_t n); // a book_sink; kept: a book_events

typedef struct {
    book *book;
    book_stream *stream;
    book_events told; // by the last of the commands below, and what was heard since
    rebuild rebuild;
} fixture;

fixture *fixture_new(const book_config *config); // asserts that the book was made
// What the book has told by now is in `told`. Asserts the book's invariants.
void fixture_hear(fixture *f);
int fixture_free(void **state); // teardown of a test whose state it is

book_order_id fixture_submit(fixture *f, book_request request);
bool fixture_cancel(fixture *f, book_order_id id, int64_t time);
bool fixture_replace(fixture *f, book_order_id id, int64_t quantity, int64_t price, int64_t time);

const book_event *fixture_last(const fixture *f);         // of what was told
int64_t fixture_open(const fixture *f, book_order_id id); // quantity; 0 when it is not live
