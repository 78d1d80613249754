// One connection to the server, from its first byte to its last. Used by server.c alone.
#pragma once

#include <stdatomic.h>

#include "src/app/channel.h"
#include "src/app/server.h"

typedef struct {
    const server_config *config;
    channel *channel;
    int stop;      // readable once the server stops
    char user[64]; // of the peer
    pid_t peer;
    atomic_bool *attached; // set when the peer has got the view
} connection;

// Serves the peer until it goes away, misbehaves, or the server stops. Does not close the channel.
void connection_serve(const connection *c);
