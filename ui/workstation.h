// The workstation: the terminal in front of a desk. It reads the published view and turns keys into the text of
// commands; it never calls the engine. What it needs from the program comes in a ui_host. Owns the terminal while it
// runs.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "engine/desk/view.h"
#include "src/base/command.h"

typedef struct {
    uint64_t token; // as given to submit; 0 for news that nobody asked for
    int exit_code;
    bool unavailable;   // it failed because there is no desk at the moment
    char *out, *err;    // owned by whoever polled; free()
    bool needs_confirm; // nothing was done yet: ask, and submit again with the answer
    command_confirm confirm;
    char *sentence, *phrase; // what will happen; what to type (CONFIRM_PHRASE)
} ui_result;

typedef struct {
    void *context;
    // The view at this moment; another one after the workstation was attached anew. Borrowed.
    const view *(*view)(void *context);
    const command_table *commands;
    // Starts a command line on another thread; false when too many are under way. A command that asks for confirmation
    // and is given without an answer comes back with needs_confirm.
    bool (*submit)(void *context, const char *line, uint64_t token);
    bool (*poll)(void *context, ui_result *out); // a finished one, if any; never waits
    void (*cancel)(void *context);               // asks the running command to stop
    int wake;                                    // descriptor that is readable when poll has something
    void (*symbols)(void *context, const char *prefix, void (*add)(void *to, const char *word), void *to);
    bool attached;                 // the desk runs in another process; as of the last call of view
    int (*screens)(void *context); // of other processes, that show this process's desk now; NULL: none can
    const char *config_directory;  // keys.ini, themes; may be absent
    const char *state_directory;   // layouts, history
} ui_host;

typedef enum { UI_QUIT, UI_LOST_TERMINAL } ui_end;

typedef struct {
    const char *theme;     // name, NULL for the default
    const char *workspace; // "desk", NULL for the one last shown
    const char *symbol;    // selected at first; NULL: the first row
    const char *first;     // a command line to begin with, or NULL
    bool ascii;            // no UTF-8
    int colours;           // 0 as the terminal can; 2, 16, 256, 1<<24 to force
} ui_options;

// Whether the terminal can show a workstation at all, before anything else is started. STATUS_UNAVAILABLE, with a
// sentence (TERM=dumb, output to a pipe).
status workstation_check(void);

// Runs until the user leaves (UI_QUIT) or the terminal is gone (UI_LOST_TERMINAL; nothing is written to it then).
// STATUS_UNAVAILABLE, with a sentence, when the terminal can't do it (TERM=dumb, no terminal).
status workstation_run(const ui_host *host, const ui_options *options, ui_end *end);

// Draws one workspace from the host's view without a terminal: plain text, or with ANSI colours.
status workstation_screenshot(const ui_host *host, const ui_options *options, int columns, int rows, bool ansi,
                              text *out);
