// What the files of the command table share among themselves; nobody else includes it.
#pragma once

#include "src/base/command.h"
#include "src/base/vec.h"

enum {
    NAME_WORDS = 3, // words in the longest name of a command
    NAME_SIZE = 96,
};

struct command_table {
    VEC(const command *) sorted;
};

typedef enum {
    COMMON_FORMAT,
    COMMON_HELP,
    COMMON_YES,
    COMMON_REASON,
    COMMON_CONFIRM,
    COMMON_DRY_RUN,
    COMMON_COUNT
} common_flag;

extern const command_arg command_common_flags[COMMON_COUNT];

size_t command_args(const command *c);      // how many it has
bool command_flag_name(const char *name);   // "--tif", as against "symbol"
bool command_number_like(const char *word); // a negative number, not a flag
const command_arg *command_flag(const command_arg *args, size_t n, const char *name, size_t length); // or NULL
const char *command_label(const command_arg *arg, char out[NAME_SIZE]);                              // "QTY", "--tif"

// The command with the longest name that the words begin with, or NULL; *taken words are the name.
const command *command_match(const command_table *t, char *const *words, size_t n, size_t *taken);
bool command_noun_is(const command *c, const char *noun); // its first word
bool command_noun_known(const command_table *t, const char *noun);
// Whether `candidate` is nearer to what was typed than *least, which it then lowers, and near enough to be meant.
bool command_nearer(const char *typed, const char *candidate, size_t *least);
// The sentence for words that name no command.
status command_fail_unknown(const command_table *t, char *const *words, size_t n);
