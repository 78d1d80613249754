// One flow of orders in thousands of books at once: the beginning of a stream, played into as many copies of its books
// as are wanted, all of them alive together.
#pragma once

#include "engine/market/opstream.h"

// Makes a stream of `books` books, a multiple of the stream's symbols up to 65,536. Every copy of the stream's books
// gets all the records that fill them and the same first part of the timed ones, as many as make about the stream's
// own number together; whose turn it is is drawn, each as likely as the other, with a fixed seed. So a command finds
// its book where the others have left it: in memory, mostly. What each copy must come to is found by playing that part
// alone. Released with op_stream_close; STATUS_INVALID for a number of books that can't be, STATUS_FULL without
// memory.
status op_stream_spread(const op_stream *in, uint32_t books, op_stream *out);
