// A recording (recording.h) as an ITCH 5.0 file: what its books showed, queue order included, and what traded; what
// ITCH has no message for (itch_writer.h) is left out. The file begins and ends with the system events O and C, and
// securities have locate codes in the order in which they began.
#pragma once

#include "engine/market/recording.h"

typedef struct {
    uint64_t securities, events, messages, bytes; // events told, orders that were on display already among them
    bool whole;                                   // as recording_is_whole
} recording_exported;

// stop (may be NULL) is asked now and then: STATUS_CANCELLED. STATUS_EXISTS when `itch` is there already; otherwise
// errors are those of the recording and of the ITCH writer. On failure no file is left.
status recording_export(const char *path, const char *itch, bool (*stop)(void *context), void *context,
                        recording_exported *out);
