// The book beside the reference and beside the book rebuilt from the events: the same commands for all, and whatever
// differs ends the process. So whoever compares does it in a process of its own, see support_property.h.
#pragma once

#include "tests/engine/market/support_coverage.h"

// What a run leaves behind, in memory that outlives its process.
typedef struct {
    uint32_t operation; // number of the command at hand
    coverage coverage;
} progress;

typedef struct compared compared;

// quiet: a difference ends the process without a word. checks: the views after every command, not now and then.
compared *compared_new(const market *m, progress *p, bool quiet, bool checks);
void compared_free(compared *c);
// Gives a command to both sides and compares; ends the process with status 1 where they differ.
void compared_do(compared *c, const command *next);
void compared_finish(compared *c); // a last look
const reference *compared_reference(const compared *c);
