// One end of the workspace's socket: frames and descriptors over a connected Unix socket, and how that socket is found,
// made and connected. A channel is used by one thread for reading and one for sending at a time.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "src/app/wire.h"

typedef struct channel channel;

channel *channel_new(int socket);     // takes the socket and makes it non-blocking
void channel_free(channel *c);        // closes it, and descriptors that nobody took; NULL is fine
int channel_socket(const channel *c); // readable when channel_fill has something to do

// Takes in what has come, once, without waiting. STATUS_END when the other end has closed; STATUS_CORRUPT for more
// descriptors than any frame carries; STATUS_IO.
status channel_fill(channel *c);
// The next whole frame of what came in, good until the next channel_fill. STATUS_END when there is none yet;
// STATUS_CORRUPT.
status channel_next(channel *c, wire_frame *out);
// Waits for the next frame: STATUS_UNAVAILABLE after `wait_ms` without one, otherwise as the two above.
status channel_receive(channel *c, int wait_ms, wire_frame *out);
// How many descriptors have come and were not taken.
size_t channel_descriptors(const channel *c);
int channel_take_descriptor(channel *c); // the oldest; the caller closes it

// Sends all bytes, and descriptors with the first of them (they stay the caller's). STATUS_END when the other end is
// gone, STATUS_UNAVAILABLE when it takes nothing for five seconds, STATUS_IO.
status channel_send(channel *c, const text *frames, const int *descriptors, size_t n);

// Makes HOME/desk.sock, mode 0600, and listens. A socket file that a dead process left is replaced; STATUS_BUSY when a
// living one answers on it. The caller should hold the workspace's lock.
status channel_listen(const char *home, int *listener);
// STATUS_UNAVAILABLE when nobody listens there, STATUS_IO otherwise.
status channel_connect(const char *home, int *socket);
// Stops listening and removes HOME/desk.sock, unless a living desk has put its own there meanwhile. The listener stays
// open.
void channel_remove(const char *home, int listener);

// The user at the other end.
status channel_peer(int socket, uid_t *uid, pid_t *pid);
