// The yardstick of the order book: a bare book with arrays by tick and by order and nothing else. No checks, no
// events, no ids of its own; streams of operations (opstream.h) whose prices stay below BARE_TICKS run through it.
#pragma once

#include "engine/market/opgen.h"

enum { BARE_TICKS = 1 << 16 };

// Makes a stream in memory; ends the program when it can't. Released with op_stream_close.
op_stream stream_make(const op_plan *plan);

// Runs a stream through bare books, one a symbol, and returns the seconds that the timed records took. Fills, shares
// and the hash of the fills are in *out, the rest of it is 0.
double bare_run(const op_stream *s, op_totals *out);
