#include "src/app/gate.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "src/base/mem.h"

bool gate_allows(command_role has, command_role needs) {
    enum { ROLES = ROLE_ADMIN + 1 };
    // Rows: the role a command needs; columns: viewer, researcher, operator, risk, admin.
    static const bool matrix[ROLES][ROLES] = {
        [ROLE_VIEWER] = {true, true, true, true, true},      [ROLE_RESEARCHER] = {false, true, true, true, true},
        [ROLE_OPERATOR] = {false, false, true, false, true}, [ROLE_RISK] = {false, false, false, true, true},
        [ROLE_ADMIN] = {false, false, false, false, true},
    };
    assert((size_t)has < ROLES && (size_t)needs < ROLES);
    return matrix[needs][has];
}

// The audit may fail in its own way; the caller must see the sentence of the command.
static status record(const gate *g, const call *c, status result) {
    if (!g->audit || !c->command->audited)
        return result;
    char *message = mem_string(result == STATUS_OK ? "" : status_message());
    text line = {0};
    call_line(c, &line);
    g->audit(g->audit_context, c, text_string(&line), result, message);
    if (result != STATUS_OK)
        status_fail(result, "%s", message);
    text_free(&line);
    free(message);
    return result;
}

static status check_role(const gate *g, const call *c) {
    if (gate_allows(g->role, c->command->role))
        return STATUS_OK;
    return status_fail(STATUS_REFUSED, "\"%s\" needs the role %s; %s has the role %s", c->command->name,
                       command_role_name(c->command->role), g->user, command_role_name(g->role));
}

static bool blank(const char *string) { return !string || !string[strspn(string, " \t")]; }

// A scope that says nothing has nothing to lose: then there is nothing to confirm.
static bool answered(const call *c, const text *sentence) {
    if (c->command->scope && !sentence->n)
        return true;
    switch (c->command->confirm) {
    case CONFIRM_NONE:
        return true;
    case CONFIRM_YES:
        return c->yes;
    case CONFIRM_REASON:
        return !blank(c->reason);
    case CONFIRM_PHRASE:
        return c->phrase != NULL;
    }
    return false;
}

static status ask_for_answer(const call *c, const char *sentence) {
    static const char *const flags[] = {
        [CONFIRM_NONE] = "",
        [CONFIRM_YES] = "repeat it with --yes",
        [CONFIRM_REASON] = "repeat it with --reason TEXT",
        [CONFIRM_PHRASE] = "repeat it with --confirm and the phrase that --dry-run shows",
    };
    return status_fail(STATUS_USAGE, "%s: not confirmed, and nothing was done; to do it, %s", sentence,
                       flags[c->command->confirm]);
}

static status check_phrase(const call *c, const char *phrase) {
    if (c->command->confirm != CONFIRM_PHRASE || !c->phrase || strcmp(c->phrase, phrase) == 0)
        return STATUS_OK;
    return status_fail(STATUS_REFUSED,
                       "\"%.80s\" is not the phrase that confirms this now; nothing was done "
                       "(--dry-run shows what would happen and the phrase)",
                       c->phrase);
}

static void print_dry_run(call *c, const char *sentence, const char *phrase) {
    static const char *const kinds[] = {"none", "yes", "reason", "phrase"};
    static const column columns[] = {{"would", "would", COLUMN_TEXT, 0},
                                     {"confirmation", "confirmation", COLUMN_TEXT, 0},
                                     {"phrase", "phrase", COLUMN_TEXT, 0}};
    bool asks = c->command->confirm == CONFIRM_PHRASE;
    // Machines find every field; people see no line that is empty.
    table *t = table_new(columns, asks || c->format != FORMAT_HUMAN ? 3 : 2);
    table_text(t, sentence);
    table_text(t, kinds[asks && !phrase[0] ? CONFIRM_NONE : c->command->confirm]);
    if (asks || c->format != FORMAT_HUMAN)
        table_text(t, asks && phrase[0] ? phrase : NULL);
    call_print(c, t, true, NULL);
    table_free(t);
}

static status dry_run(call *c, const text *sentence, const text *phrase) {
    if (sentence->n) {
        print_dry_run(c, sentence->at, text_string(phrase));
        return STATUS_OK;
    }
    text line = {0};
    call_line(c, &line);
    print_dry_run(c, line.at, "");
    text_free(&line);
    return STATUS_OK;
}

// Everything before the command itself.
static status pass(const gate *g, call *c, text *sentence, text *phrase, bool *needs_confirm) {
    TRY(check_role(g, c));
    if (c->command->scope)
        TRY(c->command->scope(c, sentence, phrase));
    if (c->dry_run)
        return STATUS_OK;
    if (!answered(c, sentence)) {
        *needs_confirm = true;
        return ask_for_answer(c, text_string(sentence));
    }
    if (!c->command->scope || sentence->n)
        TRY(check_phrase(c, text_string(phrase)));
    return call_cancelled(c) ? status_fail(STATUS_CANCELLED, "cancelled before it began") : STATUS_OK;
}

status gate_run(const gate *g, call *c, text *sentence, text *phrase, bool *needs_confirm) {
    *needs_confirm = false;
    text_clear(sentence);
    text_clear(phrase);
    c->user = g->user;
    status result = pass(g, c, sentence, phrase, needs_confirm);
    if (*needs_confirm)
        return result;
    if (c->dry_run && result == STATUS_OK)
        return dry_run(c, sentence, phrase);
    if (result != STATUS_OK)
        return c->dry_run && result != STATUS_REFUSED ? result : record(g, c, result);
    return record(g, c, c->command->run(c));
}

void gate_question(command_confirm confirm, const char *sentence, const char *phrase, text *out) {
    size_t n = strlen(sentence);
    while (n > 0 && (sentence[n - 1] == '.' || sentence[n - 1] == '?'))
        n--;
    text_put_n(out, sentence, n);
    switch (confirm) {
    case CONFIRM_NONE:
    case CONFIRM_YES:
        text_put(out, "? [y/N] ");
        break;
    case CONFIRM_REASON:
        text_put(out, ".\nReason (empty: do nothing): ");
        break;
    case CONFIRM_PHRASE:
        text_printf(out, ".\nType %s to go on (anything else: do nothing): ", phrase);
        break;
    }
}

status gate_answer(call *c, const char *answer) {
    bool given = !blank(answer);
    switch (c->command->confirm) {
    case CONFIRM_NONE:
        break;
    case CONFIRM_YES:
        c->yes = given && (strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0);
        given = c->yes;
        break;
    case CONFIRM_REASON:
        c->reason = given ? answer : NULL;
        break;
    case CONFIRM_PHRASE:
        c->phrase = given ? answer : NULL;
        break;
    }
    return given ? STATUS_OK : status_fail(STATUS_CANCELLED, "nothing was done");
}

status gate_run_asking(const gate *g, call *c, gate_ask ask, void *ask_context, text *sentence, text *phrase,
                       bool *needs_confirm) {
    status result = gate_run(g, c, sentence, phrase, needs_confirm);
    if (!*needs_confirm || !ask)
        return result;
    text question = {0};
    gate_question(c->command->confirm, text_string(sentence), text_string(phrase), &question);
    char *answer = ask(ask_context, text_string(&question));
    text_free(&question);
    result = gate_answer(c, answer);
    if (result == STATUS_OK)
        result = gate_run(g, c, sentence, phrase, needs_confirm);
    else
        *needs_confirm = false;
    if (c->reason == answer)
        c->reason = NULL;
    if (c->phrase == answer)
        c->phrase = NULL;
    free(answer);
    return result;
}
