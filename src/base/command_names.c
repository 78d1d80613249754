// Finding a command by its name, and what was meant when there is none.
#include "src/base/command_parts.h"

#include <string.h>

#include "src/base/mem.h"

// Joins the words that could be a name, up to the first that starts with a dash.
static size_t join_name(char *const *words, size_t n, size_t want, char out[NAME_SIZE]) {
    size_t used = 0, taken = 0;
    out[0] = 0;
    while (taken < want && taken < n && words[taken][0] != '-') {
        size_t length = strlen(words[taken]);
        if (used + length + 2 > NAME_SIZE)
            break;
        if (taken > 0)
            out[used++] = ' ';
        memcpy(out + used, words[taken], length + 1);
        used += length;
        taken++;
    }
    return taken;
}

const command *command_match(const command_table *t, char *const *words, size_t n, size_t *taken) {
    char name[NAME_SIZE];
    for (size_t want = NAME_WORDS; want > 0; want--) {
        *taken = join_name(words, n, want, name);
        const command *found = *taken == want ? command_find(t, name) : NULL;
        if (found)
            return found;
    }
    *taken = 0;
    return NULL;
}

const command *command_at_start(const command_table *t, const char *line) {
    const command *best = NULL;
    size_t longest = 0;
    for (size_t i = 0; i < t->sorted.n; i++) {
        const command *c = t->sorted.at[i];
        size_t n = strlen(c->name);
        if (n > longest && !strncmp(line, c->name, n) && (line[n] == ' ' || !line[n])) {
            best = c;
            longest = n;
        }
    }
    return best;
}

static size_t first_word(const char *name) { return strcspn(name, " "); }

bool command_noun_is(const command *c, const char *noun) {
    size_t length = first_word(c->name);
    return strncmp(c->name, noun, length) == 0 && noun[length] == 0;
}

bool command_noun_known(const command_table *t, const char *noun) {
    for (size_t i = 0; i < t->sorted.n; i++)
        if (command_noun_is(t->sorted.at[i], noun))
            return true;
    return false;
}

// Edit distance with swaps of neighbours (optimal string alignment), 99 for texts too long to be a mistyped name.
static size_t distance(const char *a, const char *b) {
    enum { MOST = 48 };
    size_t n = strlen(a), m = strlen(b);
    if (n > MOST || m > MOST)
        return 99;
    size_t rows[3][MOST + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= m; j++)
        last[j] = j;
    for (size_t i = 1; i <= n; i++) {
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t least = last[j - 1] + (a[i - 1] != b[j - 1]);
            least = last[j] + 1 < least ? last[j] + 1 : least;
            least = now[j - 1] + 1 < least ? now[j - 1] + 1 : least;
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && before[j - 2] + 1 < least)
                least = before[j - 2] + 1;
            now[j] = least;
        }
        size_t *spare = before;
        before = last, last = now, now = spare;
    }
    return last[m];
}

bool command_nearer(const char *typed, const char *candidate, size_t *least) {
    size_t d = distance(typed, candidate);
    if (d >= *least || d > 1 + strlen(candidate) / 5)
        return false;
    *least = d;
    return true;
}

static size_t words_in(const char *name) {
    size_t n = 1;
    for (; *name; name++)
        n += *name == ' ';
    return n;
}

// The name nearest to the words, or the noun nearest to the first; "" when none is near.
static void suggest(const command_table *t, char *const *words, size_t n, char out[NAME_SIZE]) {
    char typed[NAME_SIZE], noun[NAME_SIZE];
    size_t least = 99;
    out[0] = 0;
    for (size_t i = 0; i < t->sorted.n; i++) {
        const char *name = t->sorted.at[i]->name;
        if (join_name(words, n, words_in(name), typed) == words_in(name) && command_nearer(typed, name, &least))
            mem_copy_string(out, NAME_SIZE, name);
    }
    for (size_t i = 0; i < t->sorted.n && n > 0; i++) {
        mem_copy_string(noun, sizeof noun, t->sorted.at[i]->name);
        noun[first_word(noun)] = 0;
        if (strcmp(words[0], noun) != 0 && command_nearer(words[0], noun, &least))
            mem_copy_string(out, NAME_SIZE, noun);
    }
}

status command_fail_unknown(const command_table *t, char *const *words, size_t n) {
    char typed[NAME_SIZE], suggestion[NAME_SIZE];
    if (n == 0)
        return status_fail(STATUS_USAGE, "no command was given; \"plimsoll help\" lists them");
    if (join_name(words, n, 2, typed) == 0)
        return status_fail(STATUS_USAGE, "\"%.60s\" is no command; \"plimsoll help\" lists them", words[0]);
    suggest(t, words, n, suggestion);
    if (suggestion[0])
        return status_fail(STATUS_USAGE, "\"%.60s\" is no command; did you mean \"%s\"?", typed, suggestion);
    if (!command_noun_known(t, words[0]))
        return status_fail(STATUS_USAGE, "\"%.60s\" is no command; \"plimsoll help\" lists them", words[0]);
    text verbs = {0};
    for (size_t i = 0; i < t->sorted.n; i++)
        if (command_noun_is(t->sorted.at[i], words[0]))
            text_printf(&verbs, "%s%s", verbs.n ? ", " : "", t->sorted.at[i]->name + strlen(words[0]) + 1);
    status_fail(STATUS_USAGE,
                strcmp(typed, words[0]) == 0 ? "\"%.60s\" needs a verb: %s"
                                             : "\"%.60s\" is no command; the verbs are: %s",
                typed, text_string(&verbs));
    text_free(&verbs);
    return STATUS_USAGE;
}
