// What runs and jobs share: their states, drawn and named, and how they are cancelled.
#pragma once

#include "ui/pane.h"

const char *work_name(int32_t state); // "done"
// "● done", or for running work its share and a bar, in a cell.
void work_state(canvas *c, int32_t state, double progress);
// The command that cancels job `job`; NEXT_NOTHING when there is nothing left to cancel.
int work_cancel(int64_t job, int32_t state, pane_reply *reply);
