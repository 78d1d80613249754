// The workspace's socket, from the side of the process that holds it: other processes of the same user (or root) run
// commands here and look at the desk's view. One thread accepts, one a connection reads, one a running command works;
// whatever a peer sends, the worst that happens is that its connection is closed and a line is logged.
#pragma once

#include <stddef.h>

#include "src/app/request.h"
#include "src/base/status.h"

enum { SERVER_CONNECTIONS = 32 };

typedef struct server server;

typedef struct {
    const char *home; // of the workspace; the socket is HOME/desk.sock
    void *context;    // of both below
    // Runs a command that came in; mostly request_run. Called on a thread of its own, several at once. The request's
    // user is the name of the peer's user; `cancelled` becomes non-zero when the peer cancels, goes away, or the server
    // stops.
    void (*run)(void *context, const request *r, reply *out);
    // The descriptor of the view that an attaching workstation gets (borrowed), or -1. NULL: there is none.
    int (*view)(void *context);
} server_config;

// The strings of the configuration are copied. STATUS_BUSY when a living process answers on the socket, STATUS_IO.
status server_start(const server_config *config, server **out);

// Stops listening, cancels what runs, waits until it has ended, removes the socket. Not to be called by a command that
// came in. NULL is fine.
void server_stop(server *s);

size_t server_connections(server *s); // open now
size_t server_screens(server *s);     // those of them that look at the view
