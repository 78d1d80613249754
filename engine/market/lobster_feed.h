// A mirrored book (mirror.h) that lives through a LOBSTER day (lobster.h).
//
// The files show the best N levels of a side. So the book has at most N a side: a level that is pushed out is dropped,
// and when one of the N goes, the level that comes into sight at the far edge is taken from the orderbook file. Nothing
// else is: every row of the file is compared with the book that the messages made, so the two never drift apart.
// Orders that were there before the day or before their level came into sight have no names; all those of a level stand
// as one order with tag 0, before all others.
#pragma once

#include "engine/market/lobster.h"

typedef struct lobster_feed lobster_feed;

typedef struct {
    uint64_t rows;
    uint64_t revealed;        // rows that showed a new level at the edge
    uint64_t levels_revealed; // by both sides
} lobster_counts;

// Takes the reader, also when it fails. The stream is borrowed. number: of the book.
status lobster_feed_new(lobster_reader *reader, book_stream *stream, uint32_t number, lobster_feed **out);
void lobster_feed_free(lobster_feed *f); // NULL is good

const book *lobster_feed_book(const lobster_feed *f);
lobster_counts lobster_feed_counts(const lobster_feed *f);

// When the next message comes, ns since midnight; STATUS_END behind the last, or what is wrong with it.
status lobster_feed_time(lobster_feed *f, int64_t *time);
// Applies the next message. STATUS_INVALID (file, line) when it can't be, or does not lead to the row of the orderbook
// file; the book stands as the message left it, and the feed has ended.
status lobster_feed_next(lobster_feed *f, lobster_message *out);
