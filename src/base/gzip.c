#include "src/base/gzip.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "src/base/mem.h"

enum { CHUNK = 1 << 16, GZIP_ALONE = 15 + 16 }; // the largest window; no other header than gzip's

struct gzip_reader {
    char *name;
    int fd;
    z_stream z;
    uint64_t packed; // bytes read from the file
    bool ended;      // of the file
    bool inside;     // a member has begun and not ended
    status failed;   // what is told when all that came before was given out
    char *why;
    unsigned char in[CHUNK];
};

bool gzip_is(const unsigned char *bytes, size_t n) {
    return n >= 3 && bytes[0] == 0x1f && bytes[1] == 0x8b && bytes[2] == 8;
}

status gzip_open(const char *path, gzip_reader **out) {
    *out = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return status_fail(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO, "%s: cannot be opened: %s", path,
                           strerror(errno));
    gzip_reader *r = mem_new(1, sizeof *r);
    r->fd = fd;
    r->name = mem_string(path);
    r->inside = true; // an empty file is no gzip file
    if (inflateInit2(&r->z, GZIP_ALONE) != Z_OK) {
        gzip_close(r);
        return status_fail(STATUS_FULL, "%s: no memory to unpack it", path);
    }
    *out = r;
    return STATUS_OK;
}

void gzip_close(gzip_reader *r) {
    if (!r)
        return;
    inflateEnd(&r->z);
    close(r->fd);
    free(r->name);
    free(r->why);
    free(r);
}

static void fail(gzip_reader *r, status code, const char *why) {
    r->failed = code;
    r->why = mem_string(why);
}

static void refill(gzip_reader *r) {
    ssize_t got;
    do
        got = read(r->fd, r->in, CHUNK);
    while (got < 0 && errno == EINTR);
    if (got < 0) {
        fail(r, STATUS_IO, strerror(errno));
        return;
    }
    r->ended = got == 0;
    r->packed += (uint64_t)got;
    r->z.next_in = r->in;
    r->z.avail_in = (uInt)got;
}

// One step of unpacking from what is in the buffer, which is not empty.
static void step(gzip_reader *r) {
    if (!r->inside) {
        inflateReset(&r->z);
        r->inside = true;
    }
    int code = inflate(&r->z, Z_NO_FLUSH);
    if (code == Z_STREAM_END)
        r->inside = false;
    else if (code != Z_OK)
        fail(r, code == Z_MEM_ERROR ? STATUS_FULL : STATUS_CORRUPT, r->z.msg ? r->z.msg : "no gzip data");
}

static void fill(gzip_reader *r) {
    while (r->z.avail_out && r->failed == STATUS_OK) {
        if (r->z.avail_in)
            step(r);
        else if (!r->ended)
            refill(r);
        else if (r->inside)
            fail(r, STATUS_CORRUPT, "it ends within its data");
        else
            fail(r, STATUS_END, "");
    }
}

status gzip_read(gzip_reader *r, void *to, size_t n, size_t *got) {
    size_t most = n < CHUNK * (size_t)256 ? n : CHUNK * (size_t)256;
    r->z.next_out = to;
    r->z.avail_out = (uInt)most;
    fill(r);
    *got = most - r->z.avail_out;
    if (*got || r->failed == STATUS_END || !most)
        return *got || !most ? STATUS_OK : STATUS_END;
    return status_fail(r->failed, "%s: cannot be unpacked at byte %llu: %s", r->name,
                       (unsigned long long)(r->packed - r->z.avail_in), r->why);
}
