// A list of commands after which the book and the reference differ, made as short as can be found by leaving out parts.
#pragma once

#include "src/base/vec.h"
#include "tests/engine/market/support_compare.h"

typedef VEC(command) command_list;

// A process of its own, in which signals end it, whatever cmocka does with them; returns 0 there. process_end waits for
// it and returns its status.
int process_start(void);
int process_end(int child);

// Whether the commands bring about a difference or a crash, tried in a process of its own. If so, the list ends with
// the command that did.
bool commands_fail(const market *m, command_list *commands, progress *p, bool quiet);
void commands_shrink(const market *m, command_list *commands, progress *p);
