// What the terminal is and can do, from its environment and terminfo.
#pragma once

#include <stdbool.h>

#include "src/base/status.h"

enum { TERMINAL_NAME = 48 };

// Sets the character type of the locale and says whether text is UTF-8. Numbers keep the C locale.
bool terminal_utf8(void);

// The terminfo description to use for `colours` (0: as many as there are). Fails with a sentence that says what
// to do: STATUS_USAGE when there is no terminal, STATUS_UNAVAILABLE when there is none that a workstation fits on.
status terminal_choose(int colours, char out[TERMINAL_NAME]);

// Of the description in use: a string capability or NULL; whether it has the name in any of terminfo's types.
const char *terminal_capability(const char *name);
bool terminal_flag(const char *name);
