// Books that live through a recording (recording.h): configured as the recorded ones were, showing what they showed,
// with the same orders under the same ids. The stream tells the recorded events, at ns since midnight and with sequence
// numbers of its own. Orders that were on display already when their book's recording began are told as orders that
// come in; a book that begins again takes those that it still shows off first.
//
// A message is a command with all it brought about, as far as the events say it: an order that comes in with its fills,
// a change of state with its auction. So between two messages no book is crossed that was not.
#pragma once

#include "engine/market/recording.h"

typedef struct recording_feed recording_feed;

typedef struct {
    book_stream *stream; // borrowed
    const char *symbol;  // the one security to follow, or NULL for all; the messages of others pass by, and count
    size_t memory;       // bytes that all books may take, 0 for 2 GiB: a recording can say anything
} recording_feed_config;

// Takes the reader.
recording_feed *recording_feed_new(recording_reader *reader, const recording_feed_config *config);
void recording_feed_free(recording_feed *f); // NULL is good

date recording_feed_day(const recording_feed *f);
bool recording_feed_is_cut(const recording_feed *f); // it has ended, and not where its writer ended it

// As feed_time and feed_run (feed.h). STATUS_INVALID, with file and byte, for events that can't be in such a book;
// otherwise errors are those of recording_read.
status recording_feed_time(recording_feed *f, int64_t *time);
status recording_feed_run(recording_feed *f, int64_t until, uint64_t most, uint64_t *applied);

typedef struct {
    char symbol[RECORDING_SYMBOL];
    uint32_t number;
    book_state state; // when its recording began
    const book *book;
} recording_security;

size_t recording_feed_securities(const recording_feed *f); // followed and begun, in that order
recording_security recording_feed_security(const recording_feed *f, size_t i);
