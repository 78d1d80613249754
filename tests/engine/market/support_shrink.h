// A list of commands after which the book and the reference differ, made as short as can be found by leaving out parts.
#pragma once

#include "src/base/vec.h"
#include "tests/engine/market/support_compare.h"

typedef VEC(command) command_list;

// Whether the commands bring about a difference or a crash, tried in a process of its own. If so, the list ends with
// the command that did.
bool commands_fail(const market *m, command_list *commands, progress *p, bool quiet);
void commands_shrink(const market *m, command_list *commands, progress *p);
