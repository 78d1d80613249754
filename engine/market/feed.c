#include "engine/market/feed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "engine/market/feed_kind.h"
#include "src/base/gzip.h"
#include "src/base/mem.h"

struct feed {
    const feed_kind *kind;
    void *state;
    date day;
};

static const feed_kind *const kinds[] = {&feed_recording, &feed_itch, &feed_lobster};

// ---- what the file is ----

static status read_packed(const char *path, feed_head *head) {
    gzip_reader *packed;
    TRY(gzip_open(path, &packed));
    status s = gzip_read(packed, head->at, sizeof head->at, &head->n);
    gzip_close(packed);
    return s == STATUS_END || head->n ? STATUS_OK : s;
}

static status read_head(const char *path, feed_head *head) {
    struct stat about;
    if (stat(path, &about) != 0)
        return status_fail(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO, "%s: %s", path, strerror(errno));
    if (!S_ISREG(about.st_mode))
        return status_fail(STATUS_IO, "%s: not a file that a market's day can be read from", path);
    FILE *file = fopen(path, "rbe");
    if (!file)
        return status_fail(STATUS_IO, "%s: %s", path, strerror(errno));
    head->n = fread(head->at, 1, sizeof head->at, file);
    bool failed = ferror(file);
    fclose(file);
    if (failed)
        return status_fail(STATUS_IO, "%s: cannot be read", path);
    head->packed = gzip_is(head->at, head->n);
    return head->packed ? read_packed(path, head) : STATUS_OK;
}

static status find_kind(const char *path, const feed_head *head, const feed_kind **out) {
    if (!head->n)
        return status_fail(STATUS_INVALID, "%s: an empty file, where a market's day is to stand", path);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i]->begins(head)) {
            *out = kinds[i];
            if (!head->packed || kinds[i]->packs)
                return STATUS_OK;
            return status_fail(STATUS_INVALID, "%s: a %s file that is packed; unpack it first", path, kinds[i]->name);
        }
    return status_fail(STATUS_INVALID,
                       "%s: neither an ITCH 5.0 file, nor the message file of a LOBSTER day, nor a recording", path);
}

// ---- the day in a name ----

// Of a year from 1900 to 2199: other digits are no day of a market, and an instant has no room for all of them.
static bool day_of(const char *year, const char *month, const char *day, date *out) {
    char written[DATE_TEXT];
    snprintf(written, sizeof written, "%.4s-%.2s-%.2s", year, month, day);
    bool is_near = strcmp(written, "1900") >= 0 && strcmp(written, "2200") < 0;
    return is_near && date_read(written, DATE_TEXT - 1, out);
}

// n digits at p, and no more: 20190130, 01302019 (no month is 19 or 20), or 013019 behind the S of the market's own
// names.
static bool read_digits(const char *p, size_t n, bool first, date *out) {
    char year[5] = "20";
    if (n == 8 && (strncmp(p, "19", 2) == 0 || strncmp(p, "20", 2) == 0))
        return day_of(p, p + 4, p + 6, out);
    if (n == 8)
        return day_of(p + 4, p, p + 2, out);
    if (n != 6 || !first)
        return false;
    memcpy(year + 2, p + 4, 2);
    return day_of(year, p, p + 2, out);
}

static date day_in(const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    date found;
    for (const char *p = name; *p;) {
        size_t n = strspn(p, "0123456789");
        bool first = p == name + 1 && *name == 'S';
        if (n == 4 && p[4] == '-' && strspn(p + 5, "0123456789") == 2 && p[7] == '-' &&
            strspn(p + 8, "0123456789") == 2 && day_of(p, p + 5, p + 8, &found))
            return found;
        if (read_digits(p, n, first, &found))
            return found;
        p += n ? n : 1;
    }
    return DATE_NONE;
}

// ---- the face ----

status feed_open(const char *path, const feed_config *config, feed **out) {
    feed_head head = {0};
    const feed_kind *kind = NULL;
    void *state = NULL;
    *out = NULL;
    TRY(read_head(path, &head));
    TRY(find_kind(path, &head, &kind));
    TRY(kind->open(path, config, &state));
    feed *f = mem_new(1, sizeof *f);
    f->kind = kind;
    f->state = state;
    f->day = kind->day ? kind->day(state) : day_in(path);
    *out = f;
    return STATUS_OK;
}

void feed_free(feed *f) {
    if (!f)
        return;
    f->kind->close(f->state);
    free(f);
}

const char *feed_format(const feed *f) { return f->kind->name; }
date feed_day(const feed *f) { return f->day; }
status feed_time(feed *f, int64_t *time) { return f->kind->time(f->state, time); }

status feed_run(feed *f, int64_t until, uint64_t most, uint64_t *applied) {
    return f->kind->run(f->state, until, most, applied);
}

bool feed_is_cut(const feed *f) { return f->kind->is_cut && f->kind->is_cut(f->state); }
uint64_t feed_left_out(const feed *f) { return f->kind->left_out ? f->kind->left_out(f->state) : 0; }

size_t feed_securities(const feed *f) { return f->kind->securities(f->state); }
feed_security feed_security_at(const feed *f, size_t i) { return f->kind->security(f->state, i); }
