#include "tests/support_parse.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

static const char *value(const char *at);

static const char *blanks(const char *at) { return at ? at + strspn(at, " \t\r\n") : NULL; }

static const char *string(const char *at) {
    if (*at++ != '"')
        return NULL;
    while (*at && *at != '"') {
        if ((unsigned char)*at < 0x20)
            return NULL;
        if (*at == '\\' && !strchr("\"\\/bfnrtu", *++at))
            return NULL;
        at += *at != 0;
    }
    return *at == '"' ? at + 1 : NULL;
}

static const char *digits(const char *at) {
    const char *end = at + strspn(at, "0123456789");
    return end > at ? end : NULL;
}

static const char *number(const char *at) {
    at += *at == '-';
    bool zero = *at == '0';
    const char *end = digits(at);
    if (!end || (zero && end > at + 1))
        return NULL;
    if (*end == '.' && !(end = digits(end + 1)))
        return NULL;
    if (*end == 'e' || *end == 'E')
        end = digits(end + 1 + (end[1] == '+' || end[1] == '-'));
    return end;
}

static const char *members(const char *at, char close, bool named) {
    at = blanks(at + 1);
    if (*at == close)
        return at + 1;
    for (;;) {
        if (named) {
            at = blanks(string(at));
            if (!at || *at++ != ':')
                return NULL;
        }
        at = blanks(value(blanks(at)));
        if (!at || (*at != ',' && *at != close))
            return NULL;
        if (*at++ == close)
            return at;
        at = blanks(at);
    }
}

static const char *value(const char *at) {
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(at, words[i], strlen(words[i])) == 0)
            return at + strlen(words[i]);
    switch (*at) {
    case '{':
        return members(at, '}', true);
    case '[':
        return members(at, ']', false);
    case '"':
        return string(at);
    default:
        return number(at);
    }
}

bool parse_json(const char *document) {
    const char *end = value(document);
    return end && strcmp(end, "\n") == 0;
}

// Fields of the record at `at`, and where the next one begins.
static size_t record(const char **at) {
    size_t fields = 1;
    bool quoted = false;
    for (; **at && (quoted || **at != '\n'); ++*at) {
        quoted ^= **at == '"';
        fields += !quoted && **at == ',';
    }
    bool whole = **at == '\n' && !quoted;
    *at += **at == '\n';
    return whole ? fields : 0;
}

bool parse_csv(const char *document) {
    if (!islower((unsigned char)*document))
        return false;
    size_t fields = record(&document);
    while (fields && *document)
        if (record(&document) != fields)
            return false;
    return fields > 0;
}
