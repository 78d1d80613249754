// A host for tests of the workstation: a view with a small made-up desk, and commands that answer at once. Nothing in it
// computes anything; it stands where the program stands.
#pragma once

#include <stdint.h>

#include "src/base/clock.h"
#include "ui/workstation.h"

enum { HOST_NAMES = 12 };

// 2018-02-07 14:32:07 UTC, 09:32:07 at the exchange, on the session clock of the made-up desk.
#define HOST_TIME ((instant)1518013927 * NS_PER_S)

typedef struct host host;

host *host_new(void);
void host_free(host *h);
const ui_host *host_of(host *h);
ui_host *host_settings(host *h); // to change directories, `attached`

// Publishes the desk `ns` later: clock, beat, the first name's price and depth move.
void host_advance(host *h, int64_t ns);
void host_status(host *h, void (*change)(view_status *s)); // changes and publishes the status
void host_tick(host *h);                                   // from now on a thread advances the desk 20 times a second
void host_beat(host *h);         // likewise, but its clock stands still: nothing that is shown changes
const char *host_lines(host *h); // every line submitted so far, one a line
