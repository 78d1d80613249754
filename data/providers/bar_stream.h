// Between a provider that reads rows and the store that keeps bars: rows come in any order, with the checks they
// failed; duplicates and jumps are found here, everything found goes into the report, rejected rows into its
// quarantine, and good bars go to the store in sorted batches of bounded size.
#pragma once

#include "data/providers/provider.h"
#include "data/store/load.h"

typedef struct bar_stream bar_stream;

// All three outlive the stream.
bar_stream *bar_stream_new(load *l, import_report *report, const char *basis);
void bar_stream_free(bar_stream *s); // NULL is fine

typedef struct {
    uint32_t
        symbol; // of bar_stream_symbol; anything when there is none (CHECK_SYMBOL, CHECK_FIELDS or CHECK_RECORD is set)
    bar bar;    // sid not set
    unsigned checks;  // failed so far
    bool known;       // day and close are good, so that a jump can be seen from it or to it
    const char *file; // outlives the stream
    uint64_t line;
    const char *raw; // the record as it came
    size_t raw_n;
} bar_row;

// A number for a symbol (capital letters). Symbols that begin with ^ are indices, others stocks.
uint32_t bar_stream_symbol(bar_stream *s, const char *symbol);
status bar_stream_put(bar_stream *s, const bar_row *row);
// Hands over the rest and completes the report's counts.
status bar_stream_finish(bar_stream *s);
