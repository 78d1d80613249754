// The documents can't go stale: every command line in them is read by the program's own parser, the guide's tables name
// every key and every limit, and links lead somewhere. Run from the root of the tree.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/trade/limits.h"
#include "src/app/app.h"
#include "src/base/mem.h"
#include "src/base/text.h"
#include "ui/keymap.h"
#include "ui/screen_commands.h"

static const char *const documents[] = {"README.md",    "docs/README.md",   "docs/guide.md", "docs/desk.md",
                                        "docs/data.md", "docs/backtest.md", "docs/risk.md",  "docs/market.md"};
enum { DOCUMENTS = sizeof documents / sizeof *documents, WORDS = 64 };

static command_table *table_of_commands(void) {
    command_table *t = command_table_new();
    commands_add_all(t);
    size_t n;
    const command *screen = screen_commands(&n);
    command_add(t, screen, n);
    return t;
}

static text read_document(const char *path) {
    text out = {0};
    char part[4096];
    FILE *f = fopen(path, "r");
    if (!f)
        fail_msg("%s can't be read; run from the root of the tree", path);
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
        text_put_n(&out, part, n);
    fclose(f);
    return out;
}

// ---- command lines ----

// Ends the line where the shell or an explanation takes over.
static void cut(char *line) {
    static const char *const ends[] = {" | ", " > ", " < ", " #", "   "};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char *end = strstr(line, ends[i]);
        if (end)
            *end = 0;
    }
}

// "[--sectors FILE]" is meant as if it were given, N and FILE as some value.
static void fill_in(const char **words, size_t n, char plain[WORDS][64]) {
    for (size_t i = 0; i < n; i++) {
        size_t length = strlen(words[i]), from = words[i][0] == '[';
        if (length > 1 && words[i][length - 1] == ']')
            length--;
        snprintf(plain[i], sizeof plain[i], "%.*s", (int)(length - from), words[i] + from);
        bool placeholder = plain[i][strspn(plain[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == 0;
        words[i] = placeholder ? "1" : plain[i];
    }
}

static size_t skip_options(const char *const *words, size_t n) {
    size_t i = 0;
    while (i < n && words[i][0] == '-')
        i += strcmp(words[i], "--home") == 0 || strcmp(words[i], "--theme") == 0 ? 2 : 1;
    return i < n ? i : n;
}

static status parse(const command_table *t, const char *const *words, size_t n) {
    call c;
    bool help;
    status s = command_parse(t, words, n, &c, &help);
    if (s == STATUS_OK)
        call_free(&c);
    return s;
}

// Reads what stands behind "plimsoll". Returns false with a sentence when it is no command as the program has them.
static bool line_is_right(const command_table *t, const char *line, char sentence[512]) {
    char *copy = mem_string(line), *memory = NULL, plain[WORDS][64];
    const char *words[WORDS];
    size_t n;
    cut(copy);
    status s = command_split(copy, &memory, words, WORDS, &n);
    size_t from = s == STATUS_OK ? skip_options(words, n) : 0;
    if (s == STATUS_OK && from < n && (s = parse(t, words + from, n - from)) != STATUS_OK) {
        fill_in(words, n, plain);
        s = parse(t, words + from, n - from);
    }
    mem_copy_string(sentence, 512, s == STATUS_OK ? "" : status_message());
    free(memory);
    free(copy);
    return s == STATUS_OK;
}

// Checks the lines of fenced blocks that begin with the program's name; returns how many there are.
static int check_blocks(const command_table *t, const char *path, int *wrong) {
    static const char *const names[] = {"plimsoll ", "build/plimsoll ", "$ plimsoll "};
    text all = read_document(path);
    int found = 0, number = 0;
    bool fenced = false;
    for (char *line = all.at, *end; line && *line; line = end ? end + 1 : NULL) {
        end = strchr(line, '\n');
        if (end)
            *end = 0;
        number++;
        if (strncmp(line, "```", 3) == 0)
            fenced = !fenced;
        for (size_t i = 0; fenced && i < sizeof names / sizeof *names; i++) {
            char sentence[512];
            if (strncmp(line, names[i], strlen(names[i])) != 0)
                continue;
            found++;
            if (line_is_right(t, line + strlen(names[i]), sentence))
                continue;
            print_message("%s:%d: %s\n  %s\n", path, number, line, sentence);
            ++*wrong;
        }
    }
    text_free(&all);
    return found;
}

static void test_every_command_line_in_the_documents_is_one(void **state) {
    (void)state;
    command_table *t = table_of_commands();
    int found = 0, wrong = 0;
    for (size_t i = 0; i < DOCUMENTS; i++)
        found += check_blocks(t, documents[i], &wrong);
    command_table_free(t);
    assert_true(found > 60);
    assert_int_equal(wrong, 0);
}

static void test_a_wrong_command_line_is_found(void **state) {
    (void)state;
    command_table *t = table_of_commands();
    char sentence[512];
    assert_true(line_is_right(t, "--home w order buy QAB 200 296.50 --tif ioc", sentence));
    assert_true(line_is_right(t, "report show N     what it found", sentence));
    assert_false(line_is_right(t, "order bye QAB 200", sentence));
    assert_false(line_is_right(t, "order buy QAB", sentence));
    assert_false(line_is_right(t, "order buy QAB 200 --tiff ioc", sentence));
    assert_false(line_is_right(t, "stress show", sentence));
    command_table_free(t);
}

// ---- the guide's tables ----

static bool one_line_has(const char *all, const char *a, const char *b) {
    for (const char *line = all; *line;) {
        size_t n = strcspn(line, "\n");
        const char *x = memmem(line, n, a, strlen(a)), *y = memmem(line, n, b, strlen(b));
        if (x && y)
            return true;
        line += n + (line[n] == '\n');
    }
    return false;
}

static void test_the_guide_names_every_key(void **state) {
    (void)state;
    text guide = read_document("docs/guide.md");
    keymap *keys = keymap_new();
    int missing = 0;
    for (size_t i = 0; i < keymap_count(keys); i++) {
        const binding *b = keymap_at(keys, i);
        char key[64], line[176];
        snprintf(key, sizeof key, "`%s`", keymap_shown(b->key));
        snprintf(line, sizeof line, "| `%s` |", b->command);
        if (one_line_has(guide.at, key, line))
            continue;
        print_message("docs/guide.md has no line with %s and %s\n", key, line);
        missing++;
    }
    keymap_free(keys);
    text_free(&guide);
    assert_int_equal(missing, 0);
}

static void test_the_guide_names_every_limit(void **state) {
    (void)state;
    text guide = read_document("docs/guide.md");
    for (int i = 0; i < LIMIT_COUNT; i++) {
        char name[64];
        snprintf(name, sizeof name, "| `%s` |", limit_define((limit_name)i)->name);
        if (!strstr(guide.at, name))
            fail_msg("docs/guide.md has no line for the limit %s", name);
    }
    text_free(&guide);
}

// ---- links and the test command ----

static void check_link(const char *path, const char *target, size_t n) {
    char file[512];
    const char *slash = strrchr(path, '/');
    n = strcspn(target, "#)") < n ? strcspn(target, "#)") : n;
    if (n == 0 || strncmp(target, "http", 4) == 0)
        return;
    snprintf(file, sizeof file, "%.*s%.*s", slash ? (int)(slash - path + 1) : 0, path, (int)n, target);
    if (access(file, F_OK) != 0)
        fail_msg("%s links to %s, which is not there", path, file);
}

static void test_links_lead_somewhere(void **state) {
    (void)state;
    for (size_t i = 0; i < DOCUMENTS; i++) {
        text all = read_document(documents[i]);
        for (const char *at = all.at; (at = strstr(at, "](")); at += 2)
            check_link(documents[i], at + 2, strcspn(at + 2, ")"));
        text_free(&all);
    }
}

static void test_the_readme_says_how_to_test(void **state) {
    (void)state;
    text all = read_document("README.md");
    assert_non_null(strstr(all.at, "\n```\nmake test\n```\n"));
    assert_non_null(strstr(all.at, "\n```\nmake run\n```\n"));
    text_free(&all);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_command_line_in_the_documents_is_one),
        cmocka_unit_test(test_a_wrong_command_line_is_found),
        cmocka_unit_test(test_the_guide_names_every_key),
        cmocka_unit_test(test_the_guide_names_every_limit),
        cmocka_unit_test(test_links_lead_somewhere),
        cmocka_unit_test(test_the_readme_says_how_to_test),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
