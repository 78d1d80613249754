// The screen's own commands: what changes the workstation rather than the desk. They stand in the one command table
// like all others (place COMMAND_SCREEN), so that keys, prompt and help know them; the workstation carries them out
// itself.
#pragma once

#include <stddef.h>

#include "src/base/command.h"

typedef enum {
    SCREEN_MOVE,
    SCREEN_PAGE,
    SCREEN_HOME,
    SCREEN_END,
    SCREEN_FOCUS,
    SCREEN_ZOOM,
    SCREEN_WORKSPACE,
    SCREEN_SORT,
    SCREEN_FILTER,
    SCREEN_MODE,
    SCREEN_DRILL,
    SCREEN_BACK,
    SCREEN_EXPLAIN,
    SCREEN_GO,
    SCREEN_STOP,
    SCREEN_TICKET,
    SCREEN_PROMPT,
    SCREEN_KEYS,
    SCREEN_MESSAGES,
    SCREEN_COPY,
    SCREEN_EXPORT,
    SCREEN_THEME,
    SCREEN_LAYOUT,
    SCREEN_REDRAW,
    SCREEN_QUIT,
} screen_action;

// The entries, for command_add.
const command *screen_commands(size_t *n);
screen_action screen_action_of(const command *c); // of one of them
