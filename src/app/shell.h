// `plimsoll shell`: the commands at a prompt, with GNU readline's editing, completion, history and reverse search.
// Without a terminal on standard input the lines are run as they come, without a prompt.
// Readline is global, and so is this: one shell a process, on the main thread; other threads must block SIGINT.
#pragma once

#include "src/app/request.h"

typedef struct {
    const command_table *commands;
    // Runs a line's words, here (request_run) or where the workspace is held, and tells the person about every failure.
    void (*run)(void *context, const request *r, reply *out);
    void *context;
    command_words symbols; // may be NULL
    void *symbols_context;
    const char *user;
    const char *state_directory; // the history is kept in its file "history", mode 0600; NULL: none is kept
} shell_host;

// Until "exit", "quit" or the end of input. Lines that are empty or begin with # are skipped, and a leading "plimsoll"
// is not minded. Ctrl-C drops the line being typed, or cancels the command that runs (and ends input that is not
// typed). Returns 0 for a person at the prompt; otherwise the exit code of the first line that failed, or 0.
int shell_run(const shell_host *host);
