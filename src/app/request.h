// A command as it was given on some face, and what came of it. The same two structures serve a command that runs here
// (request_run) and one that travels over the socket to whoever holds the workspace (client_run).
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "src/app/gate.h"
#include "src/base/command.h"

// Plain data, borrowed from whoever asks until the command has ended.
typedef struct {
    const char *const *words;
    size_t n;
    const char *user;      // over the socket the server puts the peer's user in its place
    const char *face;      // "shell", "prompt", "workstation"
    const char *directory; // relative paths start here; NULL: the process's own
    int width;             // columns of the caller's terminal, 0 when it is none
    bool progress;         // show work going on, on standard error
    // Output goes to two descriptors, or, where `out` is negative, to `write`. Descriptors of pipes and terminals may
    // be non-blocking.
    int out, err;
    bool (*write)(void *context, bool error, const char *bytes, size_t n); // false: nobody reads any more
    // Puts a question to the person and returns the line answered (freed by the caller), NULL when there was none.
    // Itself NULL when nobody is there to ask.
    char *(*ask)(void *context, const char *question);
    void *context;                 // of both
    const volatile int *cancelled; // non-zero when the caller gives up; read atomically; may be NULL
} request;

typedef struct {
    int exit_code;
    status result;
    // Nothing was done: a person must confirm first. Ask with gate_question and send the words again with the answer as
    // a flag (--yes, --reason=…, --confirm=…).
    bool needs_confirm;
    command_confirm confirm;
    text sentence, phrase;
} reply;

void reply_free(reply *r);

// What runs commands in this process.
typedef struct {
    const command_table *commands;
    void *services;                                             // call->services
    command_role (*role)(void *role_context, const char *user); // NULL: everybody is admin (a single-user workspace)
    void *role_context;
    gate_audit audit;
    void *audit_context;
} request_host;

// Runs the words through parsing, help, gate and command; writes what they print, and on failure "plimsoll: sentence"
// on standard error; fills *out (which is zeroed first). Any number of threads may do this at once if the
// commands allow it. SIGPIPE must be ignored or blocked: a reader that goes away ends the output, not the program.
void request_run(const request_host *host, const request *r, reply *out);

// Runs a command that was given on this process's own terminal, in its directory and with its standard streams, and
// returns the exit code. The caller fills in the words, the user, the face and `cancelled`.
int request_at_terminal(request r, void (*run)(void *context, const request *r, reply *out), void *context);

// What is written wrongly, --help, and COMMAND_LOCAL commands need no workspace: they run where they were given.
bool request_is_local(const command_table *commands, const request *r);
bool request_begins(const command_table *commands, const request *r); // whether it may make the workspace

// Writes to where the request's output goes, as much as there is, waiting for a slow reader until the caller gives up.
// STATUS_END when nobody reads any more (not an error), STATUS_CANCELLED, STATUS_IO.
status request_write(const request *r, bool error, const char *bytes, size_t n);

bool request_cancelled(const request *r);
