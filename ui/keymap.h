// Which key does what: bindings from ui/keys.ini, carried inside the program, and from the user's keys.ini, which wins.
// Every binding is the text of a command. Sections narrow where it holds: [global], a workspace, a pane.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/base/command.h"
#include "src/base/status.h"
#include "src/base/text.h"

typedef struct {
    char section[24], key[24], command[160];
    bool users; // from the user's file
} binding;

typedef struct keymap keymap;

keymap *keymap_new(void); // the program's own
void keymap_free(keymap *k);
// Adds the user's. STATUS_INVALID names file, line and what is wrong of every line that is; the others are taken, or a
// slip would bring back a key that somebody has taken away. STATUS_NOT_FOUND when it does not exist.
status keymap_read(keymap *k, const char *path);

size_t keymap_count(const keymap *k);
const binding *keymap_at(const keymap *k, size_t i); // in the order of the files

// Where a key is looked for: the pane, then the workspace, then everywhere. Either may be NULL.
typedef struct {
    const char *pane, *workspace;
} keymap_place;

// The binding of a key as ui/term/keys.h names it, or NULL.
const binding *keymap_find(const keymap *k, keymap_place at, const char *key);

// The key that now does there what `key` does in the program's own map; NULL when none does. Hints name keys by it.
const char *keymap_moved(const keymap *k, keymap_place at, const char *key);
// The same key as people know it: a character that has a name in the file is itself.
const char *keymap_shown(const char *key);

typedef struct {
    const char *symbol; // "" where nothing is selected
    int32_t sid;        // 0
    int64_t order;
    const char *run, *scenario, *factor;
} keymap_selection;

// Puts the selection into the {placeholders}, quoted so that it stays one word. STATUS_NOT_FOUND with "select a
// position first" where that is missing.
status keymap_expand(const char *line, const keymap_selection *selected, text *out);

// Whether the command is one of the table's and its words are right (placeholders count as a word of their kind).
status keymap_check(const binding *b, const command_table *commands);
