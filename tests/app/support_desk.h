// A small desk for tests of the faces: a few commands, and a directory that goes away again.
#pragma once

#include "src/app/request.h"
#include "src/app/server.h"

// The commands are:
//   say WORDS…    prints user, face, directory, width and the words, and "noted" on standard error
//   big N         prints N bytes
//   wait          prints nothing and goes on until it is cancelled
//   count         counts
//   cancel        asks for a yes, then counts
//   flatten       asks for the phrase "flatten 3", then counts
//   explain       asks for a reason, prints it
//   secret WORD   takes a secret
typedef struct {
    command_table *commands;
    request_host host;
    int count;   // atomic
    int waiting; // atomic: commands inside `wait`
    char home[4096];
    char root[64]; // removed with all that is in it; home unless support_desk_deepen was called
} support_desk;

void support_desk_open(support_desk *d);
void support_desk_close(support_desk *d);
// Moves home into a directory with a path longer than any socket's name may be.
void support_desk_deepen(support_desk *d);

// A server_config.run over the desk's commands.
void support_desk_run(void *desk, const request *r, reply *out);
server_config support_desk_config(support_desk *d);

int support_count(const int *counter);                // read atomically
void support_wait_for(const int *counter, int value); // fails the test after ten seconds
