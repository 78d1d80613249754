// Mirrored books (mirror.h) that live through an ITCH file (itch_reader.h): one for each security that has orders, or
// for one security alone. Its reader is pulled as far as the caller wants and no further, so that a replay can go at
// any speed, stop, and go on.
//
// Orders carry their reference number as tag, and the four letters of an attribution as owner. Executions at a price of
// their own are fills at that price, those not to be printed marked BOOK_UNPRINTED; trades with hidden orders and
// crosses are trades of nobody. Trading actions are states of the book. Notices (short sales, imbalances, …) and broken
// trades change no book. Times of events are the file's plus `midnight`.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/market/book.h"
#include "engine/market/itch_reader.h"

typedef struct itch_feed itch_feed;

typedef struct {
    book_stream *stream; // borrowed; book_event.book is the locate code
    const char *symbol;  // the one security to follow, or NULL for all
    int64_t midnight;    // ns
    bool partial;        // the file does not tell all orders (it begins within the day): messages about an order that
                         // is not live are counted and left out
} itch_feed_config;

// Takes the reader, also when it fails. STATUS_INVALID for a symbol of more than 8 characters.
status itch_feed_new(itch_reader *reader, const itch_feed_config *config, itch_feed **out);
void itch_feed_free(itch_feed *f); // NULL is good

// The time of the next message, midnight included; STATUS_END, or what is wrong with the file there.
status itch_feed_time(itch_feed *f, int64_t *time);

// Applies messages up to and with time `until`, at most `most`; *applied is how many, also when it fails. STATUS_OK
// when it stopped because it was to, STATUS_END behind the last message.
// STATUS_INVALID (file, byte) for a damage of the file (itch_read) or a message that can't be: a security without a
// number or with another name than before, a side, price, state or time out of range, an order reference that is not
// live or is live already, more shares than the order has, or than a book takes (16,777,215 an order, in 1,048,575
// orders). STATUS_FULL without memory. All before the message is applied, and the error comes again at each further
// call.
status itch_feed_run(itch_feed *f, int64_t until, uint64_t most, uint64_t *applied);

typedef struct {
    char symbol[9];
    uint16_t locate;
    const book *book; // NULL while it never had an order
} itch_security;

size_t itch_feed_securities(const itch_feed *f); // known so far and followed, in the order they became known
itch_security itch_feed_security(const itch_feed *f, size_t i);
// NULL while it is not known, or never had an order.
const book *itch_feed_book(const itch_feed *f, const char *symbol);

typedef struct {
    uint64_t messages;
    uint64_t books;
    uint64_t live;    // orders
    uint64_t unknown; // messages left out because the file is partial
    uint64_t touch;   // hash of the best prices of all books by locate code, in ticks: of each the word
                      // bid | ask << 32 is taken in as those of op_totals.top_hash are
    uint64_t memory;  // bytes of the books and of the map of references
} itch_counts;

itch_counts itch_feed_counts(const itch_feed *f);
