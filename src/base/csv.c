#include "src/base/csv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "src/base/vec.h"

// Most files hold no quotes at all, so the reader keeps the position of the next quote (and of the next zero byte) in
// what it has read: a record that ends before it is cut at its commas and nothing else is looked at. Only records that
// reach a quote go the slow way, where a record may be longer than a line and doubled quotes are copied aside.
//
// Positions inside a record are kept as distances from `at`, because reading on moves the unread bytes to the front.
//
// A malformed record is taken to end with the line on which it began: a stray quote then costs its own line and not
// everything up to the next quote.

enum { RECORD_MAX = 1 << 20, CHUNK = 1 << 18 };

struct csv_reader {
    char *name;
    int fd;         // -1 when reading from memory
    char *buffer;   // RECORD_MAX + CHUNK bytes; NULL when reading from memory
    char *unquoted; // fields with doubled quotes; as large as a record may be, made when first needed
    size_t unquoted_n;
    const char *at, *end; // read from the file and not handed out yet
    bool ended;           // nothing follows `end`
    const char *quote;    // the first '"' at or behind `at`, else `end`; NULL when not known
    const char *zero;     // the same of zero bytes
    uint64_t consumed, total;
    uint64_t line, record_line; // of `at`, of the last record
    const char *raw;
    size_t raw_n;
    VEC(slice) fields;
};

static status read_more(csv_reader *r) {
    size_t kept = (size_t)(r->end - r->at);
    memmove(r->buffer, r->at, kept);
    r->at = r->buffer;
    r->end = r->buffer + kept;
    r->quote = r->zero = NULL;
    ssize_t got;
    do
        got = read(r->fd, r->buffer + kept, CHUNK);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return status_fail(STATUS_IO, "%s: reading failed: %s", r->name, strerror(errno));
    r->ended = got == 0;
    r->end += got;
    return STATUS_OK;
}

static void skip_byte_order_mark(csv_reader *r) {
    if (r->end - r->at >= 3 && memcmp(r->at, "\xEF\xBB\xBF", 3) == 0) {
        r->at += 3;
        r->consumed = 3;
    }
}

static csv_reader *reader_new(const char *name, int fd) {
    csv_reader *r = mem_new(1, sizeof *r);
    r->name = mem_string(name);
    r->fd = fd;
    r->line = 1;
    return r;
}

status csv_open(const char *path, csv_reader **out) {
    *out = NULL;
    size_t n = strlen(path);
    if (n >= 3 && strcasecmp(path + n - 3, ".gz") == 0)
        return status_fail(STATUS_INVALID, "%s is compressed; unpack it first with gunzip", path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return status_fail(STATUS_IO, "%s: cannot be opened: %s", path, strerror(errno));
    struct stat about;
    if (fstat(fd, &about) != 0 || S_ISDIR(about.st_mode)) {
        close(fd);
        return status_fail(STATUS_IO, "%s: not a file that can be read as CSV", path);
    }
    csv_reader *r = reader_new(path, fd);
    r->total = S_ISREG(about.st_mode) ? (uint64_t)about.st_size : 0;
    r->buffer = mem_resize(NULL, RECORD_MAX + CHUNK, 1);
    r->at = r->end = r->buffer;
    while (!r->ended && r->end - r->at < 3) {
        status s = read_more(r);
        if (s != STATUS_OK) {
            csv_close(r);
            return s;
        }
    }
    skip_byte_order_mark(r);
    *out = r;
    return STATUS_OK;
}

csv_reader *csv_from_memory(const char *name, const char *bytes, size_t n) {
    csv_reader *r = reader_new(name, -1);
    r->at = bytes;
    r->end = bytes + n;
    r->total = n;
    r->ended = true;
    skip_byte_order_mark(r);
    return r;
}

void csv_close(csv_reader *r) {
    if (!r)
        return;
    if (r->fd >= 0)
        close(r->fd);
    vec_free(&r->fields);
    free(r->unquoted);
    free(r->buffer);
    free(r->name);
    free(r);
}

static void consume(csv_reader *r, size_t n) {
    r->at += n;
    r->consumed += n;
}

static const char *first_of(const csv_reader *r, char c) {
    const char *found = memchr(r->at, c, (size_t)(r->end - r->at));
    return found ? found : r->end;
}

static const char *next_quote(csv_reader *r) {
    if (!r->quote || r->quote < r->at)
        r->quote = first_of(r, '"');
    return r->quote;
}

static const char *next_zero(csv_reader *r) {
    if (!r->zero || r->zero < r->at)
        r->zero = first_of(r, 0);
    return r->zero;
}

// Drops everything up to and with the next line end, which may lie far behind the buffer.
static status skip_line(csv_reader *r) {
    for (;;) {
        const char *end = memchr(r->at, '\n', (size_t)(r->end - r->at));
        if (end) {
            consume(r, (size_t)(end - r->at) + 1);
            r->line++;
            return STATUS_OK;
        }
        consume(r, (size_t)(r->end - r->at));
        if (r->ended)
            return STATUS_OK;
        TRY(read_more(r));
    }
}

static status bad_record(csv_reader *r, const char *what) {
    TRY(skip_line(r));
    return status_fail(STATUS_INVALID, "%s:%llu: %s", r->name, (unsigned long long)r->record_line, what);
}

// The length of the line at `at`, without its line feed, reading on as needed. STATUS_END when nothing is left.
static status find_line(csv_reader *r, size_t *n) {
    for (size_t searched = 0;;) {
        size_t there = (size_t)(r->end - r->at);
        const char *end = memchr(r->at + searched, '\n', there - searched);
        *n = end ? (size_t)(end - r->at) : there;
        if (*n > RECORD_MAX)
            return bad_record(r, "a record of over 1 MiB; is this a CSV file?");
        if (end)
            return STATUS_OK;
        if (r->ended)
            return there ? STATUS_OK : STATUS_END;
        searched = there;
        TRY(read_more(r));
    }
}

static void split_plain(csv_reader *r, const char *p, const char *end) {
    r->fields.n = 0;
    for (;;) {
        const char *comma = memchr(p, ',', (size_t)(end - p));
        const char *stop = comma ? comma : end;
        vec_push(&r->fields, (slice){p, (unsigned)(stop - p)});
        if (!comma)
            return;
        p = comma + 1;
    }
}

static slice without_doubled_quotes(csv_reader *r, const char *from, const char *to) {
    if (!r->unquoted)
        r->unquoted = mem_resize(NULL, !r->buffer && r->total < RECORD_MAX ? r->total : RECORD_MAX, 1);
    char *out = r->unquoted + r->unquoted_n, *start = out;
    for (; from < to; from++) {
        *out++ = *from;
        from += *from == '"';
    }
    r->unquoted_n = (size_t)(out - r->unquoted);
    return (slice){start, (unsigned)(out - start)};
}

typedef enum { WHOLE, CUT_SHORT, MISQUOTED } outcome;

// Pushes the quoted field whose opening quote stands at *p and leaves *p behind its closing one. A quote at the very
// end of what is there may be the first of two, unless the file ends there too.
static outcome split_quoted_field(csv_reader *r, const char **p, const char *limit, bool last) {
    const char *begin = *p + 1, *q = begin;
    bool doubled = false;
    for (;; q += 2) {
        q = memchr(q, '"', (size_t)(limit - q));
        if (!q || (q + 1 == limit && !last))
            return CUT_SHORT;
        if (q + 1 == limit || q[1] != '"')
            break;
        doubled = true;
    }
    slice field = {begin, (unsigned)(q - begin)};
    vec_push(&r->fields, doubled ? without_doubled_quotes(r, begin, q) : field);
    *p = q + 1;
    return WHOLE;
}

// Cuts the record at `at`, whose length (up to its line feed or the end of the file) goes to *n.
static outcome split_quoted(csv_reader *r, size_t *n) {
    const char *p = r->at, *limit = r->end;
    if (limit - p > RECORD_MAX)
        limit = p + RECORD_MAX;
    bool last = r->ended && limit == r->end;
    r->fields.n = 0;
    r->unquoted_n = 0;
    for (;; p++) {
        if (p < limit && *p == '"') {
            outcome field = split_quoted_field(r, &p, limit, last);
            if (field != WHOLE)
                return field;
            if (p < limit && *p == '\r') {
                p++;
                if (p < limit && *p != '\n')
                    return MISQUOTED;
            }
            if (p < limit && *p != ',' && *p != '\n')
                return MISQUOTED;
        } else {
            const char *begin = p;
            while (p < limit && *p != ',' && *p != '\n')
                p++;
            const char *stop = p;
            if ((p == limit || *p == '\n') && stop > begin && stop[-1] == '\r')
                stop--;
            vec_push(&r->fields, (slice){begin, (unsigned)(stop - begin)});
        }
        if (p == limit && !last)
            return CUT_SHORT;
        if (p == limit || *p == '\n') {
            *n = (size_t)(p - r->at);
            return WHOLE;
        }
    }
}

// The slow way: *n is the length of the first line and becomes that of the record.
static status read_quoted(csv_reader *r, size_t *n) {
    size_t line_n = *n;
    for (;;) {
        outcome o = split_quoted(r, n);
        if (o == WHOLE)
            break;
        r->raw = r->at;
        r->raw_n = line_n;
        if (o == MISQUOTED)
            return bad_record(r, "text between a closing quote and the next comma");
        if (r->end - r->at >= RECORD_MAX)
            return bad_record(r, "a record of over 1 MiB; does a quote never close?");
        if (r->ended)
            return bad_record(r, "a quote that never closes");
        TRY(read_more(r));
    }
    if (*n > line_n)
        for (const char *p = r->at + line_n; (p = memchr(p, '\n', (size_t)(r->at + *n - p))); p++)
            r->line++;
    return STATUS_OK;
}

status csv_next(csv_reader *r, const slice **fields, size_t *n) {
    *fields = NULL;
    *n = 0;
    r->raw_n = 0;
    size_t length, shown; // of the record: with and without a carriage return
    do {
        r->record_line = r->line;
        TRY(find_line(r, &length));
        shown = length - (length > 0 && r->at[length - 1] == '\r');
        if (shown == 0) {
            consume(r, length + (r->at + length < r->end));
            r->line++;
        }
    } while (shown == 0);
    if (next_quote(r) >= r->at + length) {
        split_plain(r, r->at, r->at + shown);
    } else {
        TRY(read_quoted(r, &length));
        shown = length - (r->at[length - 1] == '\r');
    }
    r->raw = r->at;
    r->raw_n = shown;
    bool has_zero = next_zero(r) < r->at + length;
    consume(r, length + (r->at + length < r->end));
    r->line++;
    if (has_zero)
        return status_fail(STATUS_INVALID, "%s:%llu: a zero byte, which text does not hold", r->name,
                           (unsigned long long)r->record_line);
    *fields = r->fields.at;
    *n = r->fields.n;
    return STATUS_OK;
}

uint64_t csv_line(const csv_reader *r) { return r->record_line; }
uint64_t csv_bytes_read(const csv_reader *r) { return r->consumed; }
const char *csv_name(const csv_reader *r) { return r->name; }

const char *csv_raw(const csv_reader *r, size_t *n) {
    *n = r->raw_n;
    return r->raw_n ? r->raw : "";
}

int csv_column(const slice *fields, size_t n, const char *name) {
    size_t length = strlen(name);
    for (size_t i = 0; i < n; i++)
        if (fields[i].n == length && strncasecmp(fields[i].at, name, length) == 0)
            return (int)i;
    return -1;
}

void csv_put(text *out, const char *field) {
    if (!field[strcspn(field, ",\"\r\n")]) {
        text_put(out, field);
        return;
    }
    text_char(out, '"');
    for (; *field; field++) {
        if (*field == '"')
            text_char(out, '"');
        text_char(out, *field);
    }
    text_char(out, '"');
}
