// The page behind ?: the keys that hold where the user is, from the narrowest section to the widest, then every
// command.
#include <string.h>

#include "ui/workstation_parts.h"

static bool holds(const workstation *w, const binding *b, const char *section, keymap_place at) {
    return !strcmp(b->section, section) && keymap_find(w->keys, at, b->key) == b;
}

// All keys of one command stand in one line, where the first of them stands in the map.
static void put_binding(const workstation *w, size_t i, const char *section, keymap_place at, text *out) {
    const binding *b = keymap_at(w->keys, i);
    text names = {0};
    bool users = false;
    for (size_t k = 0; k < keymap_count(w->keys); k++) {
        const binding *other = keymap_at(w->keys, k);
        if (!holds(w, other, section, at) || strcmp(other->command, b->command) != 0)
            continue;
        if (k < i) {
            text_free(&names);
            return;
        }
        text_printf(&names, "%s%s", names.n ? " " : "", keymap_shown(other->key));
        users |= other->users;
    }
    const command *c = command_at_start(w->host->commands, b->command);
    text_printf(out, "  %-14s %-22s %s%s\n", text_string(&names), b->command, c ? c->help : "",
                users ? " (yours)" : "");
    text_free(&names);
}

static void put_bindings(const workstation *w, const char *section, keymap_place at, text *out) {
    bool headed = false;
    for (size_t i = 0; i < keymap_count(w->keys); i++) {
        if (!holds(w, keymap_at(w->keys, i), section, at))
            continue;
        if (!headed)
            text_printf(out, "%s\n", strcmp(section, "global") ? section : "everywhere");
        headed = true;
        put_binding(w, i, section, at, out);
    }
    if (headed)
        text_char(out, '\n');
}

void workstation_help(workstation *w) {
    const tiling *space = &w->space[w->at];
    keymap_place at = {space->pane[space->focus]->name, space->kind->name};
    text out = {0};
    put_bindings(w, at.pane, at, &out);
    if (strcmp(at.pane, at.workspace) != 0)
        put_bindings(w, at.workspace, at, &out);
    put_bindings(w, "global", at, &out);
    text_put(&out, "commands, typed behind : or in a shell\n");
    command_overview(w->host->commands, NULL, &out);
    output_show(&w->output, "What the keys do here", text_string(&out));
    text_free(&out);
    w->restless = true;
}
