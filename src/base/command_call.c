// The values of a parsed call. command_parse has checked them, so that reading them again can't fail.
#include "src/base/command.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/command_parts.h"
#include "src/base/csv.h"
#include "src/base/decimal.h"
#include "src/base/mem.h"
#include "src/base/path.h"

void call_free(call *c) {
    text_free(&c->out);
    text_free(&c->err);
    text_free(&c->summary);
    if (c->kept && c->free_kept)
        c->free_kept(c->kept);
    free(c->memory);
    memset(c, 0, sizeof *c);
}

const char *call_text(const call *c, const char *name) {
    for (size_t i = 0; i < command_args(c->command); i++)
        if (strcmp(c->command->args[i].name, name) == 0)
            return c->values[i];
    return NULL;
}

int64_t call_int(const call *c, const char *name, int64_t otherwise) {
    const char *value = call_text(c, name);
    if (!value)
        return otherwise;
    bool sound = integer_read(value, (unsigned)strlen(value), &otherwise);
    assert(sound);
    (void)sound;
    return otherwise;
}

status call_range(const call *c, const char *name, int64_t least, int64_t most, int64_t otherwise, int64_t *out) {
    *out = call_int(c, name, otherwise);
    if (!call_text(c, name) || (*out >= least && *out <= most))
        return STATUS_OK;
    char low[DECIMAL_TEXT], high[DECIMAL_TEXT];
    return status_fail(STATUS_USAGE, "%s %s is out of range: a whole number from %s to %s", name, call_text(c, name),
                       integer_text(least, low), integer_text(most, high));
}

double call_number(const call *c, const char *name, double otherwise) {
    const char *value = call_text(c, name);
    if (!value)
        return otherwise;
    bool sound = slice_double((slice){value, (unsigned)strlen(value)}, &otherwise);
    assert(sound);
    (void)sound;
    return otherwise;
}

int64_t call_price(const call *c, const char *name, int64_t otherwise) {
    const char *value = call_text(c, name);
    if (!value)
        return otherwise;
    bool sound = decimal_read(value, (unsigned)strlen(value), &otherwise);
    assert(sound);
    (void)sound;
    return otherwise;
}

int32_t call_date(const call *c, const char *name, int32_t otherwise) {
    const char *value = call_text(c, name);
    if (!value)
        return otherwise;
    bool sound = date_read(value, (unsigned)strlen(value), &otherwise);
    assert(sound);
    (void)sound;
    return otherwise;
}

bool call_flag(const call *c, const char *name) { return call_text(c, name) != NULL; }

char *call_path(const call *c, const char *path) { return path_absolute(path, c->directory); }

void call_print(call *c, const table *t, bool record, const char *empty) {
    table_print(t, c->format, record, empty, &c->out);
}

call_field call_field_text(const char *key, const char *value) {
    return (call_field){.key = key, .type = COLUMN_TEXT, .text = value};
}

call_field call_field_int(const char *key, int64_t value) {
    return (call_field){.key = key, .type = COLUMN_INT, .integer = value};
}

call_field call_field_number(const char *key, double value) {
    return (call_field){.key = key, .type = COLUMN_NUMBER, .number = value};
}

call_field call_field_bool(const char *key, bool value) {
    return (call_field){.key = key, .type = COLUMN_BOOL, .integer = value};
}

static void put_field(table *t, const call_field *f) {
    switch (f->type) {
    case COLUMN_INT:
        table_int(t, f->integer);
        break;
    case COLUMN_BOOL:
        table_bool(t, f->integer);
        break;
    case COLUMN_NUMBER:
        table_number(t, f->number);
        break;
    default:
        table_text(t, f->text);
    }
}

static void print_record(call *c, const call_field *fields, size_t n) {
    column columns[COMMAND_ARGS];
    assert(n > 0 && n <= COMMAND_ARGS);
    for (size_t i = 0; i < n; i++)
        columns[i] = (column){fields[i].key, fields[i].key, fields[i].type, 0};
    table *t = table_new(columns, n);
    for (size_t i = 0; i < n; i++)
        put_field(t, &fields[i]);
    call_print(c, t, true, NULL);
    table_free(t);
}

void call_say(call *c, const call_field *fields, size_t n, const char *format, ...) {
    if (c->format != FORMAT_HUMAN) {
        print_record(c, fields, n);
        return;
    }
    size_t before = c->out.n;
    va_list args;
    va_start(args, format);
    text_vprintf(&c->out, format, args);
    va_end(args);
    if (c->out.n > before)
        text_char(&c->out, '\n');
}

bool call_cancelled(const call *c) { return c->cancelled && __atomic_load_n(c->cancelled, __ATOMIC_RELAXED); }

// ---- the line that an audit keeps ----

static void put_value(const command_arg *arg, const char *value, text *out) {
    command_quote(arg->type == ARG_SECRET ? "***" : value, out);
}

static void put_flags(const call *c, text *out) {
    for (size_t i = 0; i < command_args(c->command); i++) {
        const command_arg *arg = &c->command->args[i];
        if (!command_flag_name(arg->name) || !c->values[i])
            continue;
        text_printf(out, " %s", arg->name);
        if (arg->type == ARG_FLAG)
            continue;
        text_char(out, command_flag_name(c->values[i]) ? '=' : ' ');
        put_value(arg, c->values[i], out);
    }
}

void call_line(const call *c, text *out) {
    text positional = {0};
    bool literal = false;
    for (size_t i = 0; i < command_args(c->command); i++) {
        const command_arg *arg = &c->command->args[i];
        if (command_flag_name(arg->name) || !c->values[i])
            continue;
        size_t n = arg->repeated ? c->rest_n : 1;
        for (size_t k = 0; k < n; k++) {
            const char *value = arg->repeated ? c->rest[k] : c->values[i];
            literal |= value[0] == '-' && value[1] && !command_number_like(value);
            text_char(&positional, ' ');
            put_value(arg, value, &positional);
        }
    }
    text_put(out, c->command->name);
    if (!literal)
        text_put(out, text_string(&positional));
    put_flags(c, out);
    if (literal)
        text_printf(out, " --%s", text_string(&positional));
    text_free(&positional);
}
