// A line as words, and the completion of its last one.
#include "src/base/command.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "src/base/command_parts.h"
#include "src/base/mem.h"
#include "src/base/path.h"

// ---- words ----

typedef struct {
    const char *at;  // not read yet
    char *to;        // where decoded bytes go
    const char *raw; // where the last word began in the line
    char quote;      // the quote that the last word left open, or 0
    bool dangling;   // the line ended behind a backslash
} lexer;

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The next word, decoded, or NULL at the end. Inside "" a backslash stands before " and \ only; inside '' it is itself.
static char *lex_word(lexer *l) {
    while (is_space(*l->at))
        l->at++;
    l->raw = l->at;
    if (!*l->at)
        return NULL;
    char *word = l->to;
    l->quote = 0;
    for (; *l->at && (l->quote || !is_space(*l->at)); l->at++) {
        char c = *l->at;
        bool escapes = c == '\\' && (!l->quote || (l->quote == '"' && (l->at[1] == '"' || l->at[1] == '\\')));
        if (escapes && !l->at[1]) {
            l->dangling = true;
        } else if (escapes) {
            *l->to++ = *++l->at;
        } else if (l->quote && c == l->quote) {
            l->quote = 0;
        } else if (!l->quote && (c == '"' || c == '\'')) {
            l->quote = c;
        } else {
            *l->to++ = c;
        }
    }
    *l->to++ = 0;
    return word;
}

static status split(const char *line, char *memory, const char **words, size_t max, size_t *n) {
    lexer l = {.at = line, .to = memory};
    const char *word;
    *n = 0;
    while ((word = lex_word(&l))) {
        if (l.quote)
            return status_fail(STATUS_USAGE, "the quote %c that begins at column %zu never closes", l.quote,
                               (size_t)(l.raw - line) + strcspn(l.raw, "\"'") + 1);
        if (l.dangling)
            return status_fail(STATUS_USAGE, "the backslash at the end of the line stands before nothing");
        if (*n == max)
            return status_fail(STATUS_USAGE, "the line has more than %zu words", max);
        words[(*n)++] = word;
    }
    return STATUS_OK;
}

status command_split(const char *line, char **memory, const char **words, size_t max, size_t *n) {
    *memory = mem_new(strlen(line) + 2, 1);
    status result = split(line, *memory, words, max, n);
    if (result != STATUS_OK) {
        free(*memory);
        *memory = NULL;
        *n = 0;
    }
    return result;
}

void command_quote(const char *word, text *out) {
    if (*word && !word[strcspn(word, " \t\n\r\"'\\")]) {
        text_put(out, word);
        return;
    }
    text_char(out, '"');
    for (; *word; word++) {
        if (*word == '"' || *word == '\\')
            text_char(out, '\\');
        text_char(out, *word);
    }
    text_char(out, '"');
}

// ---- completion ----

// Where completions go: those that begin with `prefix`, written in the quotes the word was begun with.
typedef struct {
    void (*add)(void *to, const char *word);
    void *to;
    const char *before; // "--format=" when the value behind it is completed
    const char *prefix;
    char style; // '"', '\'' or 0 for backslashes
} sink;

static void put_styled(char style, const char *word, text *out) {
    const char *special = style == '"' ? "\"\\" : " \t\n\r\"'\\";
    for (; *word; word++) {
        if (style != '\'' && strchr(special, *word))
            text_char(out, '\\');
        text_char(out, *word);
    }
}

static void offer_any(void *context, const char *word) {
    const sink *s = context;
    char style = s->style == '\'' && strchr(word, '\'') ? '"' : s->style;
    size_t n = strlen(word);
    text typed = {0};
    if (style)
        text_char(&typed, style);
    put_styled(style, s->before, &typed);
    put_styled(style, word, &typed);
    if (style && !(n > 0 && word[n - 1] == '/'))
        text_char(&typed, style);
    s->add(s->to, text_string(&typed));
    text_free(&typed);
}

static void offer(sink *s, const char *word) {
    if (strncmp(word, s->prefix, strlen(s->prefix)) == 0)
        offer_any(s, word);
}

static int compare_names(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static bool is_directory(int parent, const char *name) {
    struct stat about;
    return fstatat(parent, name, &about, 0) == 0 && S_ISDIR(about.st_mode);
}

// Files beside or below what the prefix names; hidden ones when the prefix shows that they are meant.
static void offer_files(sink *s) {
    const char *slash = strrchr(s->prefix, '/');
    size_t parent = slash ? (size_t)(slash - s->prefix) + 1 : 0;
    char *home = strncmp(s->prefix, "~/", 2) == 0 ? path_home() : NULL;
    text path = {0};
    VEC(char *) names = {0};
    if (home)
        text_printf(&path, "%s%.*s", home, (int)parent - 1, s->prefix + 1);
    else
        text_put_n(&path, s->prefix, parent);
    free(home);
    DIR *directory = opendir(parent ? text_string(&path) : ".");
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        const char *name = entry->d_name, *begun = s->prefix + parent;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || (name[0] == '.' && begun[0] != '.') ||
            strncmp(name, begun, strlen(begun)) != 0)
            continue;
        text whole = {0};
        text_put_n(&whole, s->prefix, parent);
        text_put(&whole, name);
        text_put(&whole, is_directory(dirfd(directory), name) ? "/" : "");
        vec_push(&names, whole.at);
    }
    if (directory)
        closedir(directory);
    text_free(&path);
    if (names.n)
        qsort(names.at, names.n, sizeof *names.at, compare_names);
    for (size_t i = 0; i < names.n; i++) {
        offer_any(s, names.at[i]);
        free(names.at[i]);
    }
    vec_free(&names);
}

static void offer_value(sink *s, const command_arg *arg, command_words symbols, void *symbols_context) {
    char choice[NAME_SIZE];
    switch (arg->type) {
    case ARG_CHOICE:
        for (const char *at = arg->choices; *at; at += *at == '|') {
            size_t length = strcspn(at, "|");
            mem_copy_string(choice, length + 1 < NAME_SIZE ? length + 1 : NAME_SIZE, at);
            offer(s, choice);
            at += length;
        }
        break;
    case ARG_SYMBOL:
        // Whoever knows the symbols folds case, so that "nv" may become "NVDA".
        if (symbols)
            symbols(symbols_context, s->prefix, offer_any, s);
        break;
    case ARG_FILE:
        offer_files(s);
        break;
    case ARG_TEXT:
    case ARG_QUANTITY:
    case ARG_PRICE:
    case ARG_INT:
    case ARG_NUMBER:
    case ARG_DATE:
    case ARG_FLAG:
    case ARG_SECRET:
        break;
    }
}

// The next word of each name that begins with the n words.
static void offer_names(sink *s, const command_table *t, char *const *words, size_t n) {
    char last[NAME_SIZE] = "", word[NAME_SIZE];
    for (size_t i = 0; i < command_count(t); i++) {
        const char *at = command_at(t, i)->name;
        size_t matched = 0;
        for (; matched < n; matched++) {
            size_t length = strcspn(at, " ");
            if (strlen(words[matched]) != length || memcmp(at, words[matched], length) != 0 || !at[length])
                break;
            at += length + 1;
        }
        if (matched < n)
            continue;
        size_t length = strcspn(at, " ");
        mem_copy_string(word, length + 1 < NAME_SIZE ? length + 1 : NAME_SIZE, at);
        if (strcmp(word, last) != 0)
            offer(s, word);
        memcpy(last, word, sizeof last);
    }
}

static const command_arg *known_flag(const command *c, const char *word) {
    size_t length = strcspn(word, "=");
    const command_arg *arg = c ? command_flag(c->args, command_args(c), word, length) : NULL;
    return arg ? arg : command_flag(command_common_flags, COMMON_COUNT, word, length);
}

static bool flag_used(char *const *words, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (strncmp(words[i], name, strlen(name)) == 0 && strchr("=", words[i][strlen(name)]))
            return true;
    return false;
}

static void offer_flags(sink *s, const command *c, char *const *words, size_t n) {
    for (size_t i = 0; c && i < command_args(c); i++)
        if (command_flag_name(c->args[i].name) && !flag_used(words, n, c->args[i].name))
            offer(s, c->args[i].name);
    for (size_t i = 0; i < COMMON_COUNT; i++)
        if (!flag_used(words, n, command_common_flags[i].name))
            offer(s, command_common_flags[i].name);
}

// The positional argument that comes after `given` others.
static const command_arg *positional_at(const command *c, size_t given) {
    for (size_t i = 0; i < command_args(c); i++) {
        if (command_flag_name(c->args[i].name))
            continue;
        if (given == 0 || c->args[i].repeated)
            return &c->args[i];
        given--;
    }
    return NULL;
}

// What the words before the last one leave open: the value of a flag, or the next positional argument.
static const command_arg *expected(const command *c, char *const *words, size_t n, bool *literal) {
    size_t positional = 0;
    const command_arg *awaiting = NULL;
    for (size_t i = 0; i < n; i++) {
        bool flag = !*literal && command_flag_name(words[i]);
        if (awaiting) {
            awaiting = NULL;
        } else if (flag && !words[i][2]) {
            *literal = true;
        } else if (flag) {
            awaiting = strchr(words[i], '=') ? NULL : known_flag(c, words[i]);
            if (awaiting && awaiting->type == ARG_FLAG)
                awaiting = NULL;
        } else {
            positional++;
        }
    }
    if (awaiting || !c)
        return awaiting;
    return positional_at(c, positional);
}

typedef VEC(char *) word_list;

// All words of the line; the last is what is being typed, "" behind a space. Quotes may be open. `memory` holds two
// bytes more than the line. Returns where the last word begins.
static size_t read_words(const char *line, char *memory, word_list *words, char *style) {
    lexer l = {.at = line, .to = memory};
    const char *raw = line;
    bool ended = true;
    for (char *word; (word = lex_word(&l));) {
        vec_push(words, word);
        raw = l.raw;
        ended = is_space(*l.at);
    }
    if (ended) {
        vec_push(words, l.to);
        raw = l.raw;
    }
    *style = *raw == '"' || *raw == '\'' ? *raw : 0;
    return (size_t)(raw - line);
}

// Words before the name: flags that every command takes, with their values.
static size_t leading_flags(char *const *words, size_t n) {
    size_t i = 0;
    while (i < n && command_flag_name(words[i])) {
        const command_arg *arg = known_flag(NULL, words[i]);
        i += arg && arg->type != ARG_FLAG && !strchr(words[i], '=') ? 2 : 1;
    }
    return i <= n ? i : n - 1;
}

static void complete(const command_table *t, char **words, size_t n, sink *s, command_words symbols, void *context) {
    size_t flags = leading_flags(words, n), taken = 0;
    const char *last = words[n];
    bool literal = false;
    words += flags;
    n -= flags;
    const command *c = command_match(t, words, n, &taken);
    const command_arg *arg = expected(c, words + taken, n - taken, &literal);
    const char *equals = strchr(last, '=');
    const command_arg *flag = !literal && equals && command_flag_name(last) ? known_flag(c, last) : NULL;
    offer_names(s, t, words, n);
    if (flag) {
        char *before = mem_string_n(last, (size_t)(equals - last) + 1);
        s->before = before;
        s->prefix = equals + 1;
        offer_value(s, flag, symbols, context);
        free(before);
    } else if (!literal && last[0] == '-' && (!arg || !command_flag_name(arg->name))) {
        offer_flags(s, c, words + taken, n - taken);
    } else if (arg) {
        offer_value(s, arg, symbols, context);
    }
}

void command_complete(const command_table *t, const char *line, command_words symbols, void *symbols_context,
                      void (*add)(void *to, const char *word), void *to) {
    word_list words = {0};
    char *memory = mem_new(strlen(line) + 2, 1);
    sink s = {.add = add, .to = to, .before = ""};
    read_words(line, memory, &words, &s.style);
    s.prefix = words.at[words.n - 1];
    complete(t, words.at, words.n - 1, &s, symbols, symbols_context);
    vec_free(&words);
    free(memory);
}

size_t command_last_word(const char *line) {
    word_list words = {0};
    char style, *memory = mem_new(strlen(line) + 2, 1);
    size_t at = read_words(line, memory, &words, &style);
    vec_free(&words);
    free(memory);
    return at;
}
