// The program as one process was started: which workspace, whose, from where; and the one way to run a command line,
// wherever the workspace is held.
#pragma once

#include "src/app/config.h"
#include "src/app/request.h"
#include "src/app/station.h"

typedef struct {
    const command_table *commands;
    config config;
    const char *home; // the configuration's
    char user[32];
} program;

// Reads the configuration and the options before the command's words (--home DIR, --theme NAME, --ascii, --no-color).
// *used: how many arguments were the program's name and options. STATUS_USAGE, STATUS_INVALID. Ended by program_end all
// the same.
status program_start(program *p, const command_table *commands, int argc, char **argv, int *used);
void program_end(program *p);

// Runs the words: here when they need no workspace, at the process that holds it, or, with nobody at home, in a
// workspace opened for this command. Context is a program; fits shell_host.run.
void program_run(void *context, const request *r, reply *out);

// The same for a screen that shows another process's desk: never in a workspace opened for the command, whose effects
// the screen would not show.
void program_run_attached(void *context, const request *r, reply *out);

// Another command may hold the workspace for a moment without listening yet, or any more: whether `result` says so and
// the patience (ns) since then (mono) has not run out. Then pause and try again.
enum { PROGRAM_HELD_PAUSE_MS = 30 };
bool program_is_held(status result, int64_t since, int64_t patience);

// Ends a request that could not be run: its person is told the thread's sentence.
void program_fail(const request *r, status s, reply *out);

// The same on a workspace held by this process. Context is a workspace.
void program_run_here(void *context, const request *r, reply *out);

// Whether no process holds the workspace for others to join.
bool program_nobody_home(const program *p);

// One command line from the system's shell; the exit code.
int program_command(program *p, const char *const *words, size_t n);

// Progress bars of opening a workspace, on standard error when it is a terminal.
void program_show_progress(void *context, const char *line);
void program_end_progress(void);

// modes.c: the program's long-running faces. Each returns the exit code.
int mode_workstation(program *p, const char *workspace_name, const char *first); // first: a command to begin with
int mode_desk(program *p);
int mode_shell(program *p);
status mode_screenshot(program *p, const char *workspace_name, int columns, int rows, bool ansi, const char *symbol,
                       text *out);
