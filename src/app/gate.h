// The one gate through which every command passes, whichever face it was given on: permission, dry run, confirmation,
// the command itself, audit. Owns nothing.
#pragma once

#include "src/base/command.h"

// Leaves a record of an audited command, done, failed or refused. `line` is the command with its arguments, secrets
// masked; `message` is "" for STATUS_OK and the sentence otherwise.
typedef void (*gate_audit)(void *context, const call *c, const char *line, status result, const char *message);

typedef struct {
    const char *user;  // who asks
    command_role role; // what they are
    gate_audit audit;  // may be NULL
    void *audit_context;
} gate;

// Whether somebody with the role `has` may use a command that needs `needs`: the permission matrix.
bool gate_allows(command_role has, command_role needs);

// Runs the call, or says why not. Sets call->user. What the command will do is put into `sentence` (and `phrase`) when
// it has a scope.
//   --dry-run    the sentence, and the phrase to type, go to call->out; nothing is done; STATUS_OK
//   confirmation when the call carries no answer, *needs_confirm is set, nothing was done, and STATUS_USAGE names the
//                flag that gives it. A face with a person in front of it then asks (gate_question), puts the answer
//                into the call (gate_answer) and runs it again.
//   STATUS_REFUSED  the role does not allow it, or the phrase given is not the phrase of the scope as it is now
//   others          as the command's scope and run return them (STATUS_NOT_FOUND: there is nothing to do)
status gate_run(const gate *g, call *c, text *sentence, text *phrase, bool *needs_confirm);

// The question to put to a person: "Cancel 5 orders, 1.2 M notional? [y/N] ".
void gate_question(command_confirm confirm, const char *sentence, const char *phrase, text *out);

// Takes what the person answered; the answer must live as long as the call. NULL, an empty line, or anything but yes
// where yes was asked for, is STATUS_CANCELLED: nothing destructive has a default answer.
status gate_answer(call *c, const char *answer);

// gate_run, asking when it must. `ask` returns the line that was answered (freed here) or NULL when there was none; it
// is NULL itself where nobody can be asked.
typedef char *(*gate_ask)(void *context, const char *question);
status gate_run_asking(const gate *g, call *c, gate_ask ask, void *ask_context, text *sentence, text *phrase,
                       bool *needs_confirm);
