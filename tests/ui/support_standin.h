// A host for tests of the workstation: a view with a small made-up desk, and commands that answer at once. Nothing in
// it computes anything; it stands where the program stands.
#pragma once

#include <stdint.h>

#include "src/base/clock.h"
#include "ui/workstation.h"

enum { STANDIN_NAMES = 12 };

// 2018-02-07 14:32:07 in New York, on the session clock of the made-up desk.
#define STANDIN_TIME ((instant)1518031927 * NS_PER_S)

typedef struct standin standin;

standin *standin_new(void);
void standin_free(standin *h);
const ui_host *standin_of(standin *h);
ui_host *standin_settings(standin *h); // to change directories, `attached`

// Publishes the desk `ns` later: clock, beat, the first name's price and depth move.
void standin_advance(standin *h, int64_t ns);
void standin_status(standin *h, void (*change)(view_status *s)); // changes and publishes the status
void standin_tick(standin *h);         // from now on a thread advances the desk 20 times a second
void standin_beat(standin *h);         // likewise, but its clock stands still: nothing that is shown changes
const char *standin_lines(standin *h); // every line submitted so far, one a line
