// The workspace's socket, from the side of a process that does not hold the workspace. A client is used by one thread
// at a time; a process may have several.
#pragma once

#include <stdint.h>

#include "src/app/request.h"
#include "src/base/status.h"

typedef struct client client;

// Connects to whoever holds the workspace.
//   STATUS_UNAVAILABLE  nobody does, or they don't answer
//   STATUS_VERSION      they run another version of the program (the sentence says which)
//   STATUS_REFUSED, STATUS_BUSY  they turn us away; STATUS_IO
status client_connect(const char *home, client **out);
void client_close(client *c); // a command that runs is cancelled; NULL is fine

int64_t client_pid(const client *c);      // of the process that holds the workspace
const char *client_home(const client *c); // as that process names it

// Runs a command there and returns STATUS_OK once its reply is here. Descriptors of the request are passed along;
// without them (out < 0) the output comes to request->write. Questions come to request->ask. When *request->cancelled
// becomes non-zero (a signal should interrupt the wait; otherwise it is seen within 100 ms) the command is asked to
// stop, and still ends with a reply.
//   STATUS_UNAVAILABLE  the holder went away before it replied: what became of the command is not known
//   STATUS_INVALID      the command is too long to travel; STATUS_CORRUPT, STATUS_IO
// After a failure other than STATUS_INVALID the client is of no more use.
status client_run(client *c, const request *r, reply *out);

// The descriptor of the desk's view, for view_attach; the caller owns it. STATUS_UNAVAILABLE when there is no desk.
status client_attach(client *c, int *view);

// Waits until the desk has gone (true), or `stop` is readable (false). Nothing else may be done with the client
// meanwhile.
bool client_outlived(client *c, int stop);

status client_ping(client *c); // STATUS_UNAVAILABLE when no answer comes within five seconds
