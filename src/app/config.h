// Settings of the program: from defaults, config.ini, PLIMSOLL_* variables and flags, the later winning. Owned by the
// program; strings are the configuration's own.
#pragma once

#include <stdbool.h>

#include "engine/market/terms.h"
#include "src/base/status.h"

typedef enum { FROM_DEFAULT, FROM_FILE, FROM_ENVIRONMENT, FROM_FLAG } config_source;

typedef enum {
    CONFIG_HOME,  // directory of the workspace
    CONFIG_THEME, // name of a theme
    CONFIG_ASCII, // "yes" or "no"
    CONFIG_COLOR, // "yes" or "no"
    CONFIG_COUNT,
} config_key;

enum { CONFIG_TERMS_MAX = 16 };

typedef struct {
    char *value[CONFIG_COUNT]; // NULL: not set
    config_source source[CONFIG_COUNT];
    venue_terms terms;
    bool terms_from_file[CONFIG_TERMS_MAX]; // by number of the term: whether config.ini has it
    char *directory;                        // where config.ini, keys.ini and themes lie
} config;

// Defaults, then DIRECTORY/config.ini ([plimsoll] home, theme, ascii, color; [venue] the terms of terms.h), then the
// environment (PLIMSOLL_HOME, PLIMSOLL_THEME, PLIMSOLL_ASCII, PLIMSOLL_COLOR, NO_COLOR). STATUS_INVALID names file,
// line and what would be right; the configuration is whole (and must be freed) all the same.
status config_read(config *c);
// Takes an option of the command line: "--home", "--theme" with a value, "--ascii", "--no-color" without (NULL).
// STATUS_NOT_FOUND when it is none.
status config_flag(config *c, const char *flag, const char *value);
bool config_flag_takes_value(const char *flag);
void config_free(config *c);

const char *config_name(config_key key);              // "theme"
const char *config_source_name(config_source source); // "config.ini"
bool config_yes(const config *c, config_key key);
