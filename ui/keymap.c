#include "ui/keymap.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/embed.h"
#include "src/base/ini.h"
#include "src/base/mem.h"
#include "src/base/vec.h"

EMBED(keymap_file, "ui/keys.ini");

struct keymap {
    VEC(binding) bindings;
    size_t own; // the first `own` are the program's, as they were
};

// Characters that a settings file can't have as a key.
static const char *const renamed[][2] = {{"=", "Equals"}, {"#", "Hash"}, {";", "Semicolon"}, {"[", "Bracket"}};

static const char *spelled(const char *key) {
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++)
        if (!strcmp(key, renamed[i][0]))
            return renamed[i][1];
    return key;
}

const char *keymap_shown(const char *key) {
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++)
        if (!strcmp(key, renamed[i][1]))
            return renamed[i][0];
    return key;
}

static bool is_character(const char *key) {
    unsigned point;
    size_t n = text_decode(key, &point);
    return n && !key[n] && point > ' ' && point != 0x7F;
}

static bool is_named(const char *key) {
    static const char *const names[] = {"Space", "Enter",  "Tab",  "Esc",       "Backspace", "Del", "Ins",
                                        "Up",    "Down",   "Left", "Right",     "Home",      "End", "PgUp",
                                        "PgDn",  "Equals", "Hash", "Semicolon", "Bracket"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(key, names[i]))
            return true;
    char *end;
    long number = key[0] == 'F' ? strtol(key + 1, &end, 10) : 0;
    return number >= 1 && number <= 12 && !*end;
}

static bool is_key(const char *key) {
    if (is_character(key))
        return true;
    if (key[0] == '^' && key[1] >= '@' && key[1] <= '_' && !key[2])
        return true;
    while ((key[0] == 'S' || key[0] == 'C' || key[0] == 'M') && key[1] == '-') {
        if (key[0] == 'M' && is_character(key + 2))
            return true;
        key += 2;
    }
    return is_named(key);
}

// An earlier binding of the same key in the same section is replaced; an empty command leaves none.
static void bind_key(keymap *k, const binding *b) {
    for (size_t i = 0; i < k->bindings.n; i++) {
        binding *old = &k->bindings.at[i];
        if (i >= k->own && !strcmp(old->section, b->section) && !strcmp(old->key, b->key)) {
            *old = *b;
            return;
        }
    }
    vec_push(&k->bindings, *b);
}

typedef struct {
    keymap *k;
    bool users;
    text trouble; // the sentences of bad lines
} reading;

static status visit(void *context, const char *section, const char *key, const char *value, int line) {
    reading *r = context;
    binding b = {.users = r->users};
    (void)line; // the reader puts it before the sentence
    if (!is_key(key))
        return status_fail(STATUS_INVALID, "%s is not the name of a key (as a, F1, Enter, ^X, M-x, S-Tab)", key);
    if (!*section)
        return status_fail(STATUS_INVALID, "the key %s stands before any section, as [global]", key);
    if (!mem_copy_string(b.section, sizeof b.section, section) || !mem_copy_string(b.key, sizeof b.key, key) ||
        !mem_copy_string(b.command, sizeof b.command, value))
        return status_fail(STATUS_INVALID, "the binding of %s is too long: at most %zu bytes", key,
                           sizeof b.command - 1);
    bind_key(r->k, &b);
    return STATUS_OK;
}

keymap *keymap_new(void) {
    keymap *k = mem_new(1, sizeof *k);
    status s = ini_read_text("keys.ini", keymap_file, visit, &(reading){.k = k});
    assert(s == STATUS_OK);
    (void)s;
    k->own = k->bindings.n;
    return k;
}

void keymap_free(keymap *k) {
    if (!k)
        return;
    vec_free(&k->bindings);
    free(k);
}

static void note_trouble(void *context) {
    reading *r = context;
    text_printf(&r->trouble, "%s%s", r->trouble.n ? "; " : "", status_message());
}

status keymap_read(keymap *k, const char *path) {
    reading r = {.k = k, .users = true};
    status s = ini_read_lines(path, visit, note_trouble, &r);
    if (s == STATUS_OK && r.trouble.n)
        s = status_fail(STATUS_INVALID, "%s", r.trouble.at);
    text_free(&r.trouble);
    return s;
}

// Whether binding i was replaced by one of the user's.
static bool is_replaced(const keymap *k, size_t i) {
    for (size_t j = k->own; i < k->own && j < k->bindings.n; j++)
        if (!strcmp(k->bindings.at[i].section, k->bindings.at[j].section) &&
            !strcmp(k->bindings.at[i].key, k->bindings.at[j].key))
            return true;
    return false;
}

static bool in_force(const keymap *k, size_t i) { return k->bindings.at[i].command[0] && !is_replaced(k, i); }

static size_t nth(const keymap *k, size_t wanted, size_t *count) {
    size_t seen = 0;
    for (size_t i = 0; i < k->bindings.n; i++)
        if (in_force(k, i) && seen++ == wanted)
            return i;
    *count = seen;
    return 0;
}

size_t keymap_count(const keymap *k) {
    size_t count = 0;
    nth(k, SIZE_MAX, &count);
    return count;
}

const binding *keymap_at(const keymap *k, size_t i) {
    size_t count;
    return &k->bindings.at[nth(k, i, &count)];
}

static const char *section_at(keymap_place at, int level) {
    return level == 0 ? at.pane : level == 1 ? at.workspace : "global";
}

const binding *keymap_find(const keymap *k, keymap_place at, const char *key) {
    key = spelled(key);
    for (int level = 0; level < 3; level++) {
        const char *section = section_at(at, level);
        for (size_t i = k->bindings.n; section && i-- > 0;) { // the user's come last
            const binding *b = &k->bindings.at[i];
            if (!strcmp(b->section, section) && !strcmp(b->key, key))
                return b->command[0] ? b : NULL;
        }
    }
    return NULL;
}

const char *keymap_moved(const keymap *k, keymap_place at, const char *key) {
    const binding *own = NULL;
    key = spelled(key);
    for (int level = 0; level < 3 && !own; level++) {
        const char *section = section_at(at, level);
        for (size_t i = 0; section && i < k->own && !own; i++)
            if (!strcmp(k->bindings.at[i].section, section) && !strcmp(k->bindings.at[i].key, key))
                own = &k->bindings.at[i];
    }
    if (!own)
        return NULL;
    const binding *now = keymap_find(k, at, key);
    if (now && !strcmp(now->command, own->command))
        return now->key;
    for (size_t i = 0; i < k->bindings.n; i++) {
        const binding *b = &k->bindings.at[i];
        if (in_force(k, i) && !strcmp(b->command, own->command) && keymap_find(k, at, b->key) == b)
            return b->key;
    }
    return NULL;
}

static const struct {
    const char *name, *missing;
} placeholders[] = {
    {"{symbol}", "select a position first"},   {"{sid}", "select a position first"},
    {"{order}", "select an order first"},      {"{run}", "select a run first"},
    {"{scenario}", "select a scenario first"}, {"{factor}", "select a factor first"},
};
enum { PLACEHOLDERS = sizeof placeholders / sizeof *placeholders };

static const char *value_of(int placeholder, const keymap_selection *s, char number[24]) {
    int64_t n = placeholder == 1 ? s->sid : s->order;
    switch (placeholder) {
    case 0:
        return s->symbol;
    case 3:
        return s->run;
    case 4:
        return s->scenario;
    case 5:
        return s->factor;
    default:
        snprintf(number, 24, "%" PRId64, n);
        return n ? number : "";
    }
}

static int placeholder_at(const char *at) {
    for (int i = 0; i < PLACEHOLDERS; i++)
        if (!strncmp(at, placeholders[i].name, strlen(placeholders[i].name)))
            return i;
    return -1;
}

status keymap_expand(const char *line, const keymap_selection *selected, text *out) {
    for (const char *at = line; *at;) {
        int p = *at == '{' ? placeholder_at(at) : -1;
        char number[24];
        if (p < 0) {
            text_char(out, *at++);
            continue;
        }
        const char *value = value_of(p, selected, number);
        if (!value || !*value)
            return status_fail(STATUS_NOT_FOUND, "%s", placeholders[p].missing);
        command_quote(value, out);
        at += strlen(placeholders[p].name);
    }
    return STATUS_OK;
}

// "prompt order buy" opens the prompt with any beginning; all else must be a whole command.
status keymap_check(const binding *b, const command_table *commands) {
    static const keymap_selection example = {"NVDA", 1, 1, "0123456789abcdef", "2008", "Momentum"};
    text line = {0};
    char *memory = NULL;
    const char *words[64];
    size_t n = 0;
    call c = {0};
    bool help;
    status s = keymap_expand(b->command, &example, &line);
    if (s == STATUS_OK)
        s = command_split(text_string(&line), &memory, words, 64, &n);
    if (s == STATUS_OK && n == 0)
        s = status_fail(STATUS_USAGE, "it is empty");
    if (s == STATUS_OK) {
        s = command_parse(commands, words, n, &c, &help);
        if (s == STATUS_OK)
            call_free(&c);
    }
    if (s != STATUS_OK)
        s = status_within(s, "[%s] %s = %s", b->section, b->key, b->command);
    free(memory);
    text_free(&line);
    return s;
}
