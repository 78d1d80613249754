// Reading words as a call of a command: flags, positional arguments, and the check of each value against its type.
#include "src/base/command.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "src/base/clock.h"
#include "src/base/command_parts.h"
#include "src/base/csv.h"
#include "src/base/decimal.h"
#include "src/base/mem.h"

enum { REST_MAX = sizeof((call *)0)->rest / sizeof(const char *) };

// ---- values ----

static const char *expectation(arg_type type) {
    switch (type) {
    case ARG_SYMBOL:
        return "a ticker: at most 15 letters, digits, dots or dashes";
    case ARG_QUANTITY:
        return "a positive whole number, as 1200 or 1,200";
    case ARG_PRICE:
        return "a positive price with at most four decimals, as 121.07";
    case ARG_INT:
        return "a whole number";
    case ARG_NUMBER:
        return "a number, as 0.25";
    case ARG_DATE:
        return "a day of the calendar, as 2018-02-07";
    case ARG_FILE:
        return "the name of a file";
    case ARG_TEXT:
    case ARG_SECRET:
    case ARG_CHOICE:
    case ARG_FLAG:
        break;
    }
    return "a text";
}

static bool symbol_sound(const char *value) {
    size_t n = strlen(value);
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)value[i]) && !strchr(".-/^=_", value[i]))
            return false;
    return n > 0 && n < 16;
}

// The choice that is meant, in any case of letters; NULL when there is none.
static const char *choice_of(const char *choices, const char *value) {
    size_t n = strlen(value);
    for (const char *at = choices; n > 0; at++) {
        size_t length = strcspn(at, "|");
        if (length == n && strncasecmp(at, value, n) == 0)
            return at;
        at += length;
        if (!*at)
            break;
    }
    return NULL;
}

static bool value_sound(const command_arg *arg, const char *value) {
    size_t length = strlen(value);
    unsigned n = length < 1000 ? (unsigned)length : 1000;
    int64_t integer;
    double number;
    date day;
    switch (arg->type) {
    case ARG_SYMBOL:
        return symbol_sound(value);
    case ARG_QUANTITY:
        return integer_read(value, n, &integer) && integer > 0;
    case ARG_PRICE:
        return decimal_read(value, n, &integer) && integer > 0;
    case ARG_INT:
        return integer_read(value, n, &integer);
    case ARG_NUMBER:
        return slice_double((slice){value, n}, &number);
    case ARG_DATE:
        return date_read(value, n, &day);
    case ARG_FILE:
        return n > 0;
    case ARG_CHOICE:
        return choice_of(arg->choices, value) != NULL;
    case ARG_TEXT:
    case ARG_SECRET:
    case ARG_FLAG:
        break;
    }
    return true;
}

// Right in every other way: only the program's numbers end before it.
static bool is_number_of_too_many_digits(arg_type type, const char *value) {
    bool whole = type == ARG_QUANTITY || type == ARG_INT;
    if (!whole && type != ARG_PRICE)
        return false;
    const char *at = value + (type == ARG_INT && (*value == '-' || *value == '+'));
    at += strspn(at, "0");
    size_t digits = strspn(at, "0123456789");
    const char *rest = at + digits;
    if (!whole && *rest == '.')
        rest += 1 + strspn(rest + 1, "0123456789");
    return digits >= 13 && !*rest;
}

static status fail_usage(const command *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

static status fail_usage(const command *c, const char *format, ...) {
    text sentence = {0};
    va_list args;
    va_start(args, format);
    text_vprintf(&sentence, format, args);
    va_end(args);
    if (c) {
        text_char(&sentence, '\n');
        command_usage(c, &sentence);
    }
    status_fail(STATUS_USAGE, "%s", text_string(&sentence));
    text_free(&sentence);
    return STATUS_USAGE;
}

static status fail_choice(const command *c, const command_arg *arg, const char *value) {
    char name[NAME_SIZE], near[NAME_SIZE] = "", choice[NAME_SIZE];
    size_t least = 99;
    text list = {0};
    for (const char *at = arg->choices; *at; at += *at == '|') {
        size_t length = strcspn(at, "|");
        mem_copy_string(choice, length + 1 < NAME_SIZE ? length + 1 : NAME_SIZE, at);
        if (command_nearer(value, choice, &least))
            mem_copy_string(near, sizeof near, choice);
        text_printf(&list, "%s%s", list.n ? ", " : "", choice);
        at += length;
    }
    const char *ask = near[0] ? "; did you mean " : "";
    fail_usage(c, "%s \"%.60s\" is not one of %s%s%s%s", command_label(arg, name), value, text_string(&list), ask, near,
               near[0] ? "?" : "");
    text_free(&list);
    return STATUS_USAGE;
}

// A choice becomes what the table calls it, whatever case it was typed in.
static status check_value(const command *c, const command_arg *arg, char *value) {
    char name[NAME_SIZE];
    if (value_sound(arg, value)) {
        if (arg->type == ARG_CHOICE)
            memcpy(value, choice_of(arg->choices, value), strlen(value));
        return STATUS_OK;
    }
    if (arg->type == ARG_CHOICE)
        return fail_choice(c, arg, value);
    if (is_number_of_too_many_digits(arg->type, value))
        return fail_usage(c, "%s \"%.60s\" is too large", command_label(arg, name), value);
    return fail_usage(c, "%s \"%.60s\" is not %s", command_label(arg, name), value, expectation(arg->type));
}

// ---- parsing ----

typedef struct {
    const command_table *table;
    char **words;
    size_t n, at;
    call *out;
    const char *common[COMMON_COUNT];
    size_t positional; // next place in command->args
    bool literal;      // behind "--"
} parser;

static bool is_flag_word(const parser *p, const char *word) {
    return !p->literal && word[0] == '-' && word[1] && !command_number_like(word);
}

static status fail_flag(const parser *p, const char *word, size_t length) {
    const command *c = p->out->command;
    const char *near = NULL;
    char typed[NAME_SIZE];
    size_t least = 99;
    mem_copy_string(typed, length + 1 < NAME_SIZE ? length + 1 : NAME_SIZE, word);
    for (size_t i = 0; c && i < command_args(c); i++)
        if (command_flag_name(c->args[i].name) && command_nearer(typed, c->args[i].name, &least))
            near = c->args[i].name;
    for (size_t i = 0; i < COMMON_COUNT; i++)
        if (command_nearer(typed, command_common_flags[i].name, &least))
            near = command_common_flags[i].name;
    if (!c)
        return fail_usage(NULL, "%s must stand behind the name of a command that takes it", typed);
    if (near)
        return fail_usage(c, "%s has no flag %s; did you mean %s?", c->name, typed, near);
    return fail_usage(c, "%s has no flag %s", c->name, typed);
}

// Where the value of a flag goes; NULL when the command does not take it.
static const char **flag_slot(parser *p, const char *word, size_t length, const command_arg **arg) {
    const command *c = p->out->command;
    *arg = c ? command_flag(c->args, command_args(c), word, length) : NULL;
    if (*arg)
        return &p->out->values[*arg - c->args];
    *arg = command_flag(command_common_flags, COMMON_COUNT, word, length);
    return *arg ? &p->common[*arg - command_common_flags] : NULL;
}

static status take_flag(parser *p) {
    char *word = p->words[p->at];
    if (strcmp(word, "-h") == 0)
        word = "--help";
    size_t length = strcspn(word, "=");
    const command_arg *arg;
    const char **slot = flag_slot(p, word, length, &arg);
    const command *c = p->out->command;
    if (!slot)
        return fail_flag(p, word, length);
    if (*slot)
        return fail_usage(c, "%s is given twice", arg->name);
    p->at++;
    if (arg->type == ARG_FLAG) {
        if (word[length])
            return fail_usage(c, "%s takes no value, so \"%.60s\" is too much", arg->name, word + length + 1);
        *slot = "yes";
        return STATUS_OK;
    }
    char *value = word[length] ? word + length + 1 : NULL;
    if (!value && p->at < p->n && !command_flag_name(p->words[p->at]))
        value = p->words[p->at++];
    if (!value)
        return fail_usage(c, "%s needs a value: %s", arg->name,
                          arg->type == ARG_CHOICE ? arg->choices : expectation(arg->type));
    *slot = value;
    return check_value(c, arg, value);
}

static status take_positional(parser *p) {
    const command *c = p->out->command;
    char *word = p->words[p->at++];
    while (p->positional < COMMAND_ARGS && c->args[p->positional].name &&
           command_flag_name(c->args[p->positional].name))
        p->positional++;
    if (p->positional == COMMAND_ARGS || !c->args[p->positional].name)
        return fail_usage(c, "\"%.60s\" is one argument too many for %s", word, c->name);
    const command_arg *arg = &c->args[p->positional];
    TRY(check_value(c, arg, word));
    if (!arg->repeated) {
        p->out->values[p->positional++] = word;
        return STATUS_OK;
    }
    if (p->out->rest_n == REST_MAX)
        return fail_usage(c, "%s takes at most %d of these at once", c->name, (int)REST_MAX);
    if (p->out->rest_n == 0)
        p->out->values[p->positional] = word;
    p->out->rest[p->out->rest_n++] = word;
    return STATUS_OK;
}

static bool wants_help(const parser *p) {
    for (size_t i = 0; i < p->n && strcmp(p->words[i], "--") != 0; i++)
        if (strcmp(p->words[i], "--help") == 0 || strcmp(p->words[i], "-h") == 0)
            return true;
    return false;
}

static status check_complete(const command *c, const call *out) {
    char name[NAME_SIZE];
    for (size_t i = 0; i < command_args(c); i++) {
        const command_arg *arg = &c->args[i];
        if (command_flag_name(arg->name) || arg->optional || out->values[i])
            continue;
        return fail_usage(c, "%s needs %s, %s", c->name, command_label(arg, name),
                          arg->help ? arg->help : expectation(arg->type));
    }
    return STATUS_OK;
}

static void apply_common(const parser *p, call *out) {
    const char *format = p->common[COMMON_FORMAT];
    out->format = !format || format[0] == 'h' ? FORMAT_HUMAN : format[0] == 'c' ? FORMAT_CSV : FORMAT_JSON;
    out->yes = p->common[COMMON_YES] != NULL;
    out->reason = p->common[COMMON_REASON];
    out->phrase = p->common[COMMON_CONFIRM];
    out->dry_run = p->common[COMMON_DRY_RUN] != NULL;
}

static status parse(parser *p, bool *help_wanted) {
    size_t taken;
    *help_wanted = wants_help(p);
    while (p->at < p->n && is_flag_word(p, p->words[p->at]) && !*help_wanted)
        TRY(take_flag(p));
    while (*help_wanted && p->at < p->n && is_flag_word(p, p->words[p->at]))
        p->at++;
    char *const *words = p->words + p->at;
    size_t n = p->n - p->at;
    p->out->command = command_match(p->table, words, n, &taken);
    if (*help_wanted && (p->out->command || n == 0 || command_noun_known(p->table, words[0])))
        return STATUS_OK;
    if (!p->out->command)
        return command_fail_unknown(p->table, words, n);
    p->at += taken;
    while (p->at < p->n) {
        const char *word = p->words[p->at];
        if (!p->literal && strcmp(word, "--") == 0) {
            p->literal = true;
            p->at++;
        } else {
            TRY(is_flag_word(p, word) ? take_flag(p) : take_positional(p));
        }
    }
    TRY(check_complete(p->out->command, p->out));
    apply_common(p, p->out);
    return STATUS_OK;
}

status command_parse(const command_table *t, const char *const *words, size_t n, call *out, bool *help_wanted) {
    size_t bytes = 1;
    for (size_t i = 0; i < n; i++)
        bytes += strlen(words[i]) + 1;
    memset(out, 0, sizeof *out);
    out->memory = mem_new(bytes, 1);
    char **copies = mem_new(n, sizeof *copies);
    char *to = out->memory;
    for (size_t i = 0; i < n; i++) {
        copies[i] = to;
        to = stpcpy(to, words[i]) + 1;
    }
    parser p = {.table = t, .words = copies, .n = n, .out = out};
    status result = parse(&p, help_wanted);
    free(copies);
    if (result != STATUS_OK)
        call_free(out);
    return result;
}
