// A market's day that is read from a file and lived through in mirrored books (mirror.h): an ITCH 5.0 file
// (itch_feed.h), a LOBSTER day (lobster_feed.h) or a recording (recording.h). One face for all, so that whoever replays
// a day needn't know which it is. Times are ns since midnight where the market is; they move only as the caller pulls.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/market/book.h"
#include "src/base/clock.h"
#include "src/base/status.h"

typedef struct feed feed;

typedef struct {
    book_stream *stream; // borrowed; tells what happens in the books, and is flushed before feed_run returns
    const char *symbol;  // the one security to follow, or NULL for all
} feed_config;

// The content says what the file is. Of a LOBSTER day the message file is named, the orderbook file lies beside it, and
// the symbol is what the name begins with.
// STATUS_NOT_FOUND, STATUS_IO; STATUS_INVALID when it is none of the three, or has no such symbol (where that can be
// known at once).
status feed_open(const char *path, const feed_config *config, feed **out);
void feed_free(feed *f); // NULL is good

const char *feed_format(const feed *f); // "ITCH 5.0", "LOBSTER", "recording"
// As the file or its name says: 2012-06-21, 20120621, and the market's own 06212012 and S062112, from 1900 to
// 2199. DATE_NONE when neither does.
date feed_day(const feed *f);

// When the next message comes, of whichever security; STATUS_END behind the last, or what is wrong with the file there.
status feed_time(feed *f, int64_t *time);
// Applies messages up to and with time `until`, at most `most`, so that a call takes no longer than its caller allows:
// those of securities that are not followed are read and count, too. *applied is how many, also when it fails.
// STATUS_OK when it stopped because it was to, STATUS_END behind the last message; what is wrong with the file comes
// again at each further call, and everything before it stands.
status feed_run(feed *f, int64_t until, uint64_t most, uint64_t *applied);

// Messages of an ITCH file about orders that it never told, or that are gone: left out, and counted here. A file may
// begin within a day, and no sentence could say that of the first such message.
uint64_t feed_left_out(const feed *f);

// It has ended (STATUS_END), but is a recording that was cut short (its program was killed), or is still being written.
bool feed_is_cut(const feed *f);

typedef struct {
    char symbol[16];
    uint32_t number;  // book_event.book
    const book *book; // NULL while it never had an order
} feed_security;

size_t feed_securities(const feed *f); // known so far and followed, in the order they became known
feed_security feed_security_at(const feed *f, size_t i);
