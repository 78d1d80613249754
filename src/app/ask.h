// Questions to the person at the controlling terminal, wherever the standard streams lead.
#pragma once

#include <stdbool.h>

// Whether there is somebody to ask: a controlling terminal, and at least one of standard input and standard error on a
// terminal.
bool ask_possible(void);

// Puts the question and returns the line answered, without blanks around it; freed by the caller. NULL when a signal
// (Ctrl-C with a handler that does not restart calls) or the end of input came instead. As request.ask; the context is
// not used.
char *ask_terminal(void *context, const char *question);
