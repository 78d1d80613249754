#include "tests/base/support_gzip.h"

#include <stdlib.h>
#include <unistd.h>

#include "src/base/mem.h"

static uint32_t checksum(const uint8_t *bytes, size_t n) {
    uint32_t sum = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        sum ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            sum = sum >> 1 ^ (sum & 1 ? UINT32_C(0xedb88320) : 0);
    }
    return ~sum;
}

static void put(text *out, uint32_t x, int bytes) {
    for (int i = 0; i < bytes; i++)
        text_char(out, (char)(x >> 8 * i));
}

void gzip_pack(text *out, const void *bytes, size_t n) {
    static const char header[GZIP_HEADER] = {0x1f, (char)0x8b, 8};
    text_put_n(out, header, sizeof header);
    const uint8_t *at = bytes;
    size_t left = n;
    do {
        size_t part = left < 65535 ? left : 65535;
        text_char(out, part == left); // the last block, stored
        put(out, (uint32_t)part, 2);
        put(out, ~(uint32_t)part, 2);
        text_put_n(out, (const char *)at, part);
        at += part;
        left -= part;
    } while (left);
    put(out, checksum(bytes, n), 4);
    put(out, (uint32_t)n, 4);
}

char *gzip_file(const void *bytes, size_t n) {
    char *path = mem_string("/tmp/plimsoll-gzip-XXXXXX");
    int file = mkstemp(path);
    const char *at = bytes;
    for (ssize_t wrote; file >= 0 && n; at += wrote, n -= (size_t)wrote)
        if ((wrote = write(file, at, n)) <= 0)
            abort();
    if (file < 0 || close(file) != 0)
        abort();
    return path;
}
