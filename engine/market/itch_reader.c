#include "engine/market/itch_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/gzip.h"
#include "src/base/mem.h"

enum { PREFIX = 2, WHOLE = PREFIX + ITCH_MOST, BUFFER = 1 << 20, FAR = 1024, NEAR = 1 << 16, WINDOW = 1 << 21 };

struct itch_reader {
    char *name;
    const uint8_t *at, *end; // bytes that are there and not handed out yet
    const uint8_t *start;    // stands at byte `origin` of the content
    uint64_t origin;
    bool last; // nothing follows `end`
    uint8_t *mapped;
    size_t mapped_n, near; // bytes; of them brought near
    gzip_reader *packed;
    uint8_t *buffer; // BUFFER bytes
};

static itch_reader *reader_new(const char *name, const uint8_t *bytes, size_t n) {
    itch_reader *r = mem_new(1, sizeof *r);
    r->name = mem_string(name);
    r->at = r->start = bytes;
    r->end = bytes + n;
    r->last = true;
    return r;
}

itch_reader *itch_from_memory(const char *name, const void *bytes, size_t n) { return reader_new(name, bytes, n); }

void itch_close(itch_reader *r) {
    if (!r)
        return;
    if (r->mapped)
        munmap(r->mapped, r->mapped_n);
    gzip_close(r->packed);
    free(r->buffer);
    free(r->name);
    free(r);
}

static status open_packed(const char *path, itch_reader **out) {
    gzip_reader *packed;
    TRY(gzip_open(path, &packed));
    itch_reader *r = reader_new(path, (const uint8_t *)"", 0);
    r->packed = packed;
    r->buffer = mem_resize(NULL, BUFFER, 1);
    r->at = r->end = r->start = r->buffer;
    r->last = false;
    *out = r;
    return STATUS_OK;
}

static status map(const char *path, int file, itch_reader **out) {
    struct stat about;
    if (fstat(file, &about) != 0)
        return status_fail(STATUS_IO, "%s: %s", path, strerror(errno));
    if (!S_ISREG(about.st_mode))
        return status_fail(STATUS_IO, "%s: not a file that can be read as ITCH", path);
    if (about.st_size == 0)
        return status_fail(STATUS_INVALID, "%s: an empty file, where ITCH messages are to stand", path);
    size_t n = (size_t)about.st_size;
    uint8_t *bytes = mmap(NULL, n, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED)
        return status_fail(STATUS_IO, "%s: cannot be mapped: %s", path, strerror(errno));
    if (gzip_is(bytes, n)) {
        munmap(bytes, n);
        return open_packed(path, out);
    }
    madvise(bytes, n, MADV_SEQUENTIAL);
    *out = reader_new(path, bytes, n);
    (*out)->mapped = bytes;
    (*out)->mapped_n = n;
    return STATUS_OK;
}

status itch_open(const char *path, itch_reader **out) {
    *out = NULL;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return status_fail(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO, "%s: %s", path, strerror(errno));
    status done = map(path, file, out);
    close(file);
    return done;
}

const char *itch_file(const itch_reader *r) { return r->name; }

static uint64_t byte_of(const itch_reader *r, const uint8_t *p) { return r->origin + (uint64_t)(p - r->start); }

uint64_t itch_byte(const itch_reader *r, const itch_message *m) { return byte_of(r, (const uint8_t *)m); }

uint64_t itch_bytes_read(const itch_reader *r) { return byte_of(r, r->at); }

static status read_more(itch_reader *r) {
    size_t kept = (size_t)(r->end - r->at), got;
    memmove(r->buffer, r->at, kept);
    r->origin += (uint64_t)(r->at - r->start);
    r->at = r->start = r->buffer;
    r->end = r->buffer + kept;
    status s = gzip_read(r->packed, r->buffer + kept, BUFFER - kept, &got);
    r->end += got;
    r->last = s == STATUS_END;
    return r->last ? STATUS_OK : s;
}

// Maps the pages to come, many at a time, which takes half as long as one by one when they are first touched.
static void bring_near(itch_reader *r) {
#ifdef MADV_POPULATE_READ
    size_t left = r->mapped_n - r->near, n = left < WINDOW ? left : WINDOW;
    madvise(r->mapped + r->near, n, MADV_POPULATE_READ); // where the system can't, they come when they are touched
    r->near += n;
#endif
}

// What is wrong with the message at `at`, behind which the content ends.
static status judge(const itch_reader *r) {
    size_t left = (size_t)(r->end - r->at);
    unsigned long long byte = byte_of(r, r->at);
    unsigned length = left >= PREFIX ? (unsigned)r->at[0] << 8 | r->at[1] : 0;
    if (left == 0 || (left == PREFIX && length == 0))
        return STATUS_END; // some files end with a length of 0
    if (left <= PREFIX)
        return status_fail(STATUS_INVALID, "%s: byte %llu: ends within the length of a message", r->name, byte);
    unsigned char type = r->at[PREFIX];
    unsigned size = itch_sizes[type];
    if (!size)
        return status_fail(STATUS_INVALID, "%s: byte %llu: 0x%02x is no type of message of ITCH 5.0", r->name,
                           byte + PREFIX, type);
    if (length && length != size)
        return status_fail(STATUS_INVALID, "%s: byte %llu: a length of %u, where a message of type %c has %u", r->name,
                           byte, length, type, size);
    return status_fail(STATUS_INVALID, "%s: byte %llu: ends within a message of type %c (%zu bytes of %u are there)",
                       r->name, byte, type, left - PREFIX, size);
}

// Cuts messages while all that one can have is there; their ends are found from their lengths alone, which is checked
// against the type on the side.
static size_t cut_fast(itch_reader *r, const itch_message **messages, size_t most) {
    const uint8_t *p = r->at, *last = r->end - WHOLE;
    size_t n = 0;
    for (; n < most && p <= last; n++) {
        unsigned length = (unsigned)p[0] << 8 | p[1];
        if (__builtin_expect(length != itch_sizes[p[PREFIX]] || !length, 0))
            break;
        messages[n] = (const itch_message *)(p + PREFIX);
        __builtin_prefetch(p + FAR); // the processor's own looking ahead ends with each page
        p += PREFIX + length;
    }
    r->at = p;
    return n;
}

static size_t cut(itch_reader *r, const itch_message **messages, size_t most) {
    size_t n = r->end - r->at >= WHOLE ? cut_fast(r, messages, most) : 0;
    const uint8_t *p = r->at, *end = r->end;
    while (n < most && end - p > PREFIX) {
        unsigned length = (unsigned)p[0] << 8 | p[1], size = itch_sizes[p[PREFIX]];
        bool fine = size && (length == size || !length) && (size_t)(end - p) >= (size_t)PREFIX + size;
        if (!fine)
            break;
        messages[n++] = (const itch_message *)(p + PREFIX);
        p += PREFIX + size;
    }
    r->at = p;
    return n;
}

status itch_read(itch_reader *r, const itch_message **messages, size_t most, size_t *n) {
    status more = STATUS_OK;
    if (r->mapped && (size_t)(r->at - r->mapped) + NEAR > r->near && r->near < r->mapped_n)
        bring_near(r);
    while (!r->last && r->end - r->at < WHOLE && more == STATUS_OK)
        more = read_more(r);
    *n = cut(r, messages, most);
    if (*n)
        return STATUS_OK;
    return more == STATUS_OK ? judge(r) : more;
}
