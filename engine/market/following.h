// A book that follows recorded events (recording.h): it shows what the recorded book showed, with the same orders under
// the same ids in the same places of their queues. Nothing is matched or judged, but that it can be so; orders that
// were not on display are not in it. It tells no events of its own. A book is either followed, mirrored (mirror.h) or
// commanded (book.h).
#pragma once

#include "engine/market/book.h"

// The book, which is new, is in this state, and its last trade was at this price (0: none yet).
void following_begin(book *b, book_state state, int64_t last);
// Bytes that a book of this configuration takes (book_memory), told before it is made.
size_t following_memory(const book_config *c);
// NULL, or in words why the event can't be; the book is as it was then.
const char *following_apply(book *b, const book_event *e);
