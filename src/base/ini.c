#include "src/base/ini.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/mem.h"

enum { FILE_MAX = 1 << 20 };

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// Cuts blanks off both ends, in place.
static char *trimmed(char *s) {
    while (is_blank(*s))
        s++;
    size_t n = strlen(s);
    while (n > 0 && is_blank(s[n - 1]))
        n--;
    s[n] = 0;
    return s;
}

typedef struct {
    const char *name;
    const char *section;
    int line;
} place;

static status fail(const place *p, const char *expected, const char *found) {
    return status_fail(STATUS_INVALID, "%s:%d: expected %s, found '%.60s'", p->name, p->line, expected, found);
}

static status read_section(place *p, char *s) {
    size_t n = strlen(s);
    if (s[n - 1] != ']')
        return fail(p, "a closing ] at the end of the section's line", s);
    s[n - 1] = 0;
    p->section = trimmed(s + 1);
    return *p->section ? STATUS_OK : fail(p, "a name between [ and ]", "[]");
}

static status read_setting(const place *p, char *s, ini_visit visit, void *context) {
    char *equals = strchr(s, '=');
    if (!equals)
        return fail(p, "[section] or key = value", s);
    *equals = 0;
    const char *key = trimmed(s);
    char *value = trimmed(equals + 1);
    if (!*key)
        return fail(p, "a key before =", value);
    if (*value == '"') {
        size_t n = strlen(value);
        if (n < 2 || value[n - 1] != '"')
            return fail(p, "a closing \" at the end of the value", value);
        value[n - 1] = 0;
        value++;
    }
    status s2 = visit(context, p->section, key, value, p->line);
    return s2 == STATUS_OK ? STATUS_OK : status_within(s2, "%s:%d", p->name, p->line);
}

// Works in place; the section's name stays where it stood. Without `complain` the first bad line ends it.
static status read_lines(const char *name, char *bytes, ini_visit visit, ini_complain complain, void *context) {
    place p = {name, "", 0};
    bool lost = false; // below a section that could not be read
    if (strncmp(bytes, "\xEF\xBB\xBF", 3) == 0)
        bytes += 3;
    for (char *line = bytes, *next; line; line = next) {
        char *end = strchr(line, '\n');
        next = end ? end + 1 : NULL;
        if (end)
            *end = 0;
        p.line++;
        char *s = trimmed(line);
        if (*s == 0 || *s == '#' || *s == ';')
            continue;
        bool begins = *s == '[';
        if (lost && !begins)
            continue;
        status read = begins ? read_section(&p, s) : read_setting(&p, s, visit, context);
        lost = begins && read != STATUS_OK;
        if (read != STATUS_OK && !complain)
            return read;
        if (read != STATUS_OK)
            complain(context);
    }
    return STATUS_OK;
}

status ini_read_text(const char *name, const char *text, ini_visit visit, void *context) {
    char *copy = mem_string(text);
    status s = read_lines(name, copy, visit, NULL, context);
    free(copy);
    return s;
}

static status read_all(const char *path, int fd, char *bytes, size_t *n) {
    for (*n = 0; *n <= FILE_MAX;) {
        ssize_t got = read(fd, bytes + *n, FILE_MAX + 1 - *n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return status_fail(STATUS_IO, "%s: reading failed: %s", path, strerror(errno));
        if (got == 0)
            break;
        *n += (size_t)got;
    }
    if (*n > FILE_MAX)
        return status_fail(STATUS_INVALID, "%s: over 1 MiB, which no settings file is", path);
    bytes[*n] = 0;
    if (strlen(bytes) != *n)
        return status_fail(STATUS_INVALID, "%s: holds a zero byte; a settings file is text", path);
    return STATUS_OK;
}

status ini_read_lines(const char *path, ini_visit visit, ini_complain complain, void *context) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return status_fail(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO, "%s: cannot be opened: %s", path,
                           strerror(errno));
    char *bytes = mem_resize(NULL, FILE_MAX + 2, 1);
    size_t n;
    status s = read_all(path, fd, bytes, &n);
    close(fd);
    if (s == STATUS_OK)
        s = read_lines(path, bytes, visit, complain, context);
    free(bytes);
    return s;
}

status ini_read_file(const char *path, ini_visit visit, void *context) {
    return ini_read_lines(path, visit, NULL, context);
}
