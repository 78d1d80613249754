// The table of commands and what it says about itself.
#include "src/base/command.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "src/base/command_parts.h"
#include "src/base/mem.h"

const command_arg command_common_flags[COMMON_COUNT] = {
    [COMMON_FORMAT] = {"--format", ARG_CHOICE, true, false, "human|csv|json", "how results are printed"},
    [COMMON_HELP] = {"--help", ARG_FLAG, true, false, NULL, "say what the command does"},
    [COMMON_YES] = {"--yes", ARG_FLAG, true, false, NULL, "answer a plain confirmation"},
    [COMMON_REASON] = {"--reason", ARG_TEXT, true, false, NULL, "give the reason, which is kept"},
    [COMMON_CONFIRM] = {"--confirm", ARG_TEXT, true, false, NULL, "the phrase that --dry-run prints"},
    [COMMON_DRY_RUN] = {"--dry-run", ARG_FLAG, true, false, NULL, "say what would happen and do nothing"},
};

const char *command_role_name(command_role role) {
    static const char *const names[] = {"viewer", "researcher", "operator", "risk", "admin"};
    assert((size_t)role < sizeof names / sizeof *names);
    return names[role];
}

// ---- the table ----

bool command_flag_name(const char *name) { return strncmp(name, "--", 2) == 0; }

size_t command_args(const command *c) {
    size_t n = 0;
    while (n < COMMAND_ARGS && c->args[n].name)
        n++;
    return n;
}

const command_arg *command_flag(const command_arg *args, size_t n, const char *name, size_t length) {
    for (size_t i = 0; i < n; i++)
        if (command_flag_name(args[i].name) && strlen(args[i].name) == length &&
            memcmp(args[i].name, name, length) == 0)
            return &args[i];
    return NULL;
}

static void check_entry(const command *c) {
    size_t n = command_args(c);
    bool optional = false, repeated = false;
    assert(c->run && c->help && strlen(c->name) < NAME_SIZE);
    assert((c->confirm == CONFIRM_NONE || c->scope) && "what is confirmed must have a scope");
    for (size_t i = 0; i < n; i++) {
        const command_arg *arg = &c->args[i];
        assert(arg->type != ARG_CHOICE || arg->choices);
        assert(!command_flag(c->args, i, arg->name, strlen(arg->name)) && "a flag stands twice");
        assert(!command_flag(command_common_flags, COMMON_COUNT, arg->name, strlen(arg->name)) &&
               "every command has that flag");
        if (command_flag_name(arg->name)) {
            assert(!arg->repeated);
            continue;
        }
        assert(arg->type != ARG_FLAG && !repeated && (arg->optional || !optional) &&
               "positional arguments out of order");
        optional = arg->optional;
        repeated = arg->repeated;
    }
    (void)optional;
    (void)repeated;
}

command_table *command_table_new(void) { return mem_new(1, sizeof(command_table)); }

void command_table_free(command_table *t) {
    if (!t)
        return;
    vec_free(&t->sorted);
    free(t);
}

// The place of a name in the sorted table, or where it would go.
static size_t place_of(const command_table *t, const char *name, bool *found) {
    size_t low = 0, high = t->sorted.n;
    *found = false;
    while (low < high && !*found) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(t->sorted.at[middle]->name, name);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
        *found = order == 0;
    }
    return *found ? high : low;
}

void command_add(command_table *t, const command *entries, size_t n) {
    for (size_t i = 0; i < n; i++) {
        bool found;
        check_entry(&entries[i]);
        size_t place = place_of(t, entries[i].name, &found);
        assert(!found && "two commands of one name");
        vec_push(&t->sorted, NULL);
        memmove(t->sorted.at + place + 1, t->sorted.at + place, (t->sorted.n - 1 - place) * sizeof *t->sorted.at);
        t->sorted.at[place] = &entries[i];
    }
}

size_t command_count(const command_table *t) { return t->sorted.n; }

const command *command_at(const command_table *t, size_t i) {
    assert(i < t->sorted.n);
    return t->sorted.at[i];
}

const command *command_find(const command_table *t, const char *name) {
    bool found;
    size_t place = place_of(t, name, &found);
    return found ? t->sorted.at[place] : NULL;
}

const char *command_label(const command_arg *arg, char out[NAME_SIZE]) {
    mem_copy_string(out, NAME_SIZE, arg->name);
    for (char *at = out; !command_flag_name(arg->name) && *at; at++)
        *at = (char)toupper((unsigned char)*at);
    return out;
}

bool command_number_like(const char *word) {
    return word[0] == '-' && (isdigit((unsigned char)word[1]) || (word[1] == '.' && isdigit((unsigned char)word[2])));
}

// ---- help ----

static const char *placeholder(arg_type type) {
    switch (type) {
    case ARG_SYMBOL:
        return "SYMBOL";
    case ARG_QUANTITY:
        return "QTY";
    case ARG_PRICE:
        return "PRICE";
    case ARG_INT:
        return "N";
    case ARG_NUMBER:
        return "X";
    case ARG_DATE:
        return "DATE";
    case ARG_FILE:
        return "FILE";
    case ARG_SECRET:
        return "SECRET";
    case ARG_TEXT:
    case ARG_CHOICE:
    case ARG_FLAG:
        break;
    }
    return "TEXT";
}

static void put_arg(const command_arg *arg, text *out) {
    char name[NAME_SIZE];
    if (!command_flag_name(arg->name)) {
        text_put(out, arg->type == ARG_CHOICE ? arg->choices : command_label(arg, name));
        text_put(out, arg->repeated ? "..." : "");
        return;
    }
    text_put(out, arg->name);
    if (arg->type != ARG_FLAG)
        text_printf(out, " %s", arg->type == ARG_CHOICE ? arg->choices : placeholder(arg->type));
}

static void put_args(const command *cmd, bool flags, text *out) {
    for (size_t i = 0; i < command_args(cmd); i++) {
        const command_arg *arg = &cmd->args[i];
        if (command_flag_name(arg->name) != flags)
            continue;
        text_put(out, flags || arg->optional ? " [" : " ");
        put_arg(arg, out);
        text_put(out, flags || arg->optional ? "]" : "");
    }
}

void command_usage(const command *cmd, text *out) {
    text_printf(out, "usage: plimsoll %s", cmd->name);
    put_args(cmd, false, out);
    put_args(cmd, true, out);
}

enum { HELP_COLUMN = 26 };

// "  left            right", the right part on its own line when the left one is too long.
static void put_pair(const char *left, const char *right, text *out) {
    size_t width = text_width(left);
    text_printf(out, "  %s", left);
    if (width + 2 > HELP_COLUMN - 2) {
        text_char(out, '\n');
        width = 0;
        text_put(out, "  ");
    }
    text_repeat(out, " ", HELP_COLUMN - 2 - width);
    text_printf(out, "%s\n", right ? right : "");
}

static void put_described(const command_arg *args, size_t n, bool flags, const char *heading, text *out) {
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        text left = {0};
        if (command_flag_name(args[i].name) != flags)
            continue;
        if (!any)
            text_printf(out, "\n%s\n", heading);
        any = true;
        put_arg(&args[i], &left);
        put_pair(text_string(&left), args[i].help, out);
        text_free(&left);
    }
}

static const char *confirmation(command_confirm confirm) {
    switch (confirm) {
    case CONFIRM_YES:
        return "Asks before it acts; --yes answers.";
    case CONFIRM_REASON:
        return "Asks for a reason; --reason TEXT gives it.";
    case CONFIRM_PHRASE:
        return "Asks for a phrase; --dry-run prints it, --confirm PHRASE answers.";
    case CONFIRM_NONE:
        break;
    }
    return NULL;
}

void command_help(const command *cmd, text *out) {
    size_t n = command_args(cmd);
    command_usage(cmd, out);
    text_printf(out, "\n\n%s\n", cmd->help);
    if (cmd->more) {
        size_t length = strlen(cmd->more);
        text_printf(out, "\n%s%s", cmd->more, length && cmd->more[length - 1] == '\n' ? "" : "\n");
    }
    put_described(cmd->args, n, false, "Arguments:", out);
    put_described(cmd->args, n, true, "Flags:", out);
    put_described(command_common_flags, COMMON_COUNT, true, "Flags of every command:", out);
    text_char(out, '\n');
    const char *asks = confirmation(cmd->confirm);
    if (asks)
        text_printf(out, "%s\n", asks);
    text_printf(out, "Role: %s.\n", command_role_name(cmd->role));
}

static void put_commands(const command_table *t, const char *noun, bool of_screen, const char *heading, text *out) {
    for (size_t i = 0; i < command_count(t); i++) {
        const command *c = command_at(t, i);
        if ((c->place == COMMAND_SCREEN) != of_screen || (noun && !command_noun_is(c, noun)))
            continue;
        text_put(out, heading);
        heading = "";
        put_pair(c->name, c->help, out);
    }
}

void command_overview(const command_table *t, const char *noun, text *out) {
    put_commands(t, noun, false, "", out);
    put_commands(t, noun, true, noun ? "" : "\nIn the workstation only:\n", out);
}
