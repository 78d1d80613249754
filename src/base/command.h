// The one table of everything that can be done. A command has a name, typed arguments, the role it needs, how it is
// confirmed, and a help text; the shell, the prompt, the workstation's keys and its help all read this table.
// Entries are static and borrowed; the table is owned by the program.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/status.h"
#include "src/base/table.h"
#include "src/base/text.h"

typedef enum { ROLE_VIEWER, ROLE_RESEARCHER, ROLE_OPERATOR, ROLE_RISK, ROLE_ADMIN } command_role;

typedef enum {
    CONFIRM_NONE,
    CONFIRM_YES,    // a plain yes; --yes answers it
    CONFIRM_REASON, // a reason; --reason TEXT gives it
    CONFIRM_PHRASE, // the phrase shown (made of the scope); --confirm PHRASE answers it
} command_confirm;

typedef enum {
    ARG_TEXT,
    ARG_SYMBOL,   // a ticker known to the workspace; completed
    ARG_QUANTITY, // a positive whole number, grouping allowed
    ARG_PRICE,    // positive, at most four decimals
    ARG_INT,
    ARG_NUMBER,
    ARG_DATE,
    ARG_FILE,
    ARG_CHOICE, // one of `choices`, separated by |; upper case passes, and is given as the table has it
    ARG_FLAG,   // a flag without a value
    ARG_SECRET, // text that is masked wherever the line is kept
} arg_type;

typedef struct {
    const char *name; // "symbol", or "--format" for a flag
    arg_type type;
    bool optional;       // flags always are
    bool repeated;       // the last positional only
    const char *choices; // ARG_CHOICE: "buy|sell"
    const char *help;
} command_arg;

enum { COMMAND_ARGS = 32 };

typedef struct call call;

typedef enum {
    COMMAND_OWNER,  // runs where the workspace is held, forwarded there when another process holds it
    COMMAND_LOCAL,  // needs no workspace (help, version, screenshot of a theme)
    COMMAND_SCREEN, // changes the screen it was given on; means nothing without one
} command_place;

typedef struct {
    const char *name; // "order buy": a noun and, mostly, a verb
    const char *help; // one line
    const char *more; // further lines with an example, or NULL
    command_place place;
    command_role role;
    command_confirm confirm;
    command_arg args[COMMAND_ARGS]; // ends at the first without a name
    // What will happen, as one sentence for the confirmation, and the phrase to type (CONFIRM_PHRASE). NULL for
    // CONFIRM_NONE. STATUS_NOT_FOUND when there is nothing to do; an empty sentence when nothing would be lost: then
    // nothing is asked.
    status (*scope)(call *c, text *sentence, text *phrase);
    status (*run)(call *c);
    bool audited; // changes state: leaves an audit row
    bool begins;  // makes the workspace where there is none; other commands say that there is none
} command;

const char *command_role_name(command_role role); // "viewer"

enum { COMMAND_LINE_KEPT = 1000 }; // bytes: a longer line is a slip, and goes into no history

typedef struct command_table command_table;

command_table *command_table_new(void);
void command_table_free(command_table *t);
void command_add(command_table *t, const command *entries, size_t n); // borrowed; asserts unique names, sound arguments
size_t command_count(const command_table *t);
const command *command_at(const command_table *t, size_t i);           // sorted by name
const command *command_find(const command_table *t, const char *name); // exact
// The command that a line begins with, the longest name that fits; NULL when it begins with none. Spaces are taken as
// they stand: the line may be half typed.
const command *command_at_start(const command_table *t, const char *line);

// One parsed use of a command. Values live as long as the call.
struct call {
    const command *command;
    void *services;        // what the program gives the handlers; each room knows its own type
    const char *user;      // who; never NULL while running
    const char *face;      // "shell", "prompt", "workstation", "socket"
    const char *directory; // relative paths start here
    const char *reason;    // from --reason, or NULL
    table_format format;
    int width; // columns of the caller's terminal, 0 when it is none
    bool dry_run;
    const volatile int *cancelled; // becomes non-zero when the caller gives up; may be NULL. Ask call_cancelled.
    text out;                      // what goes to standard output
    text err;                      // what goes to standard error (warnings, notes)
    text summary;                  // what was done, for the audit; empty: just that it was
    // What a scope has made for its run to use; freed with the call.
    void *kept;
    void (*free_kept)(void *kept); // may be NULL
    // Written at once instead of gathered, when the caller wants to see work go on; NULL otherwise.
    void (*progress)(void *context, const char *line);
    void *progress_context;
    const char *values[COMMAND_ARGS]; // by position in command->args; NULL when absent
    const char *rest[64];             // a repeated last argument, all of them
    size_t rest_n;
    bool yes;
    const char *phrase;
    char *memory; // owned copy of the words
};

// Splits a line into words: spaces, "quotes", 'quotes', backslash. STATUS_USAGE for a quote that never closes or more
// than max words. words point into *memory, which the caller frees (it is NULL after a failure).
status command_split(const char *line, char **memory, const char **words, size_t max, size_t *n);

// Appends a word so that command_split gives it back: quoted where it must be.
void command_quote(const char *word, text *out);

// Finds the command that the words begin with and reads its arguments, checking each type. The call is zeroed first;
// fields that only the caller knows (services, user, …) are set by it afterwards. Flags are "--flag value" or
// "--flag=value", anywhere; behind a lone "--" nothing is a flag; a negative number never is one.
// Besides the command's own flags every command takes --format, --help, --yes, --reason, --confirm, --dry-run.
// STATUS_USAGE has one sentence that names the word and what would be right (for a mistyped name the nearest one) and,
// on a second line of its message, the usage.
// help_wanted is set for --help or -h, and then arguments are not checked; out->command is NULL when the words name
// only the beginning of commands ("order --help"): command_overview says which.
status command_parse(const command_table *t, const char *const *words, size_t n, call *out, bool *help_wanted);
void call_free(call *c);

const char *call_text(const call *c, const char *name); // NULL when absent
int64_t call_int(const call *c, const char *name, int64_t otherwise);
// The same when only least … most makes sense; STATUS_USAGE says so of anything else. `otherwise` is not held to it.
status call_range(const call *c, const char *name, int64_t least, int64_t most, int64_t otherwise, int64_t *out);
double call_number(const call *c, const char *name, double otherwise);
int64_t call_price(const call *c, const char *name, int64_t otherwise); // 1e-4 units
int32_t call_date(const call *c, const char *name, int32_t otherwise);
bool call_flag(const call *c, const char *name);
// An absolute path for a file argument, made with the caller's directory (path_absolute). Freed by the caller.
char *call_path(const call *c, const char *path);
// Prints a table in the caller's format to c->out.
void call_print(call *c, const table *t, bool record, const char *empty);
// For a command that has one thing to say: people get the sentence (and an end of line; nothing for ""), machines one
// record of the fields.
//   call_say(c, CALL_FIELDS(call_field_int("order", 12), call_field_text("state", "cancelled")),
//            "order %d cancelled", 12);
typedef struct {
    const char *key;
    column_type type;
    const char *text; // NULL: none
    int64_t integer;
    double number;
} call_field;
call_field call_field_text(const char *key, const char *value);
call_field call_field_int(const char *key, int64_t value);
call_field call_field_number(const char *key, double value);
call_field call_field_bool(const char *key, bool value);
#define CALL_FIELDS(...)                                                                                               \
    (const call_field[]){__VA_ARGS__}, sizeof((const call_field[]){__VA_ARGS__}) / sizeof(call_field)
void call_say(call *c, const call_field *fields, size_t n, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
bool call_cancelled(const call *c);
// The call as a line that reads back as the same arguments, secrets masked, without --format and the answers to
// confirmations: what an audit keeps.
void call_line(const call *c, text *out);

void command_usage(const command *cmd, text *out); // "usage: plimsoll order buy SYMBOL QTY [PRICE] [--tif day|ioc|fok]"
void command_help(const command *cmd, text *out);  // usage, help, arguments, flags, confirmation, role
// One line a command, of all or of those whose first word is `noun`; those of the screen come last.
void command_overview(const command_table *t, const char *noun, text *out);

// Completions of the last word of a line, each to stand for the whole word as it is typed, quotes included; those of a
// directory end with '/'. Symbols come from `symbols` (may be NULL), called with the prefix.
typedef void (*command_words)(void *context, const char *prefix, void (*add)(void *to, const char *word), void *to);
void command_complete(const command_table *t, const char *line, command_words symbols, void *symbols_context,
                      void (*add)(void *to, const char *word), void *to);
// The byte at which the last word of a line begins: what a completion takes the place of. The length of the line when
// it ends with a space.
size_t command_last_word(const char *line);
