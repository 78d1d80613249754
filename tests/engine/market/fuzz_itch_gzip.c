// Any bytes as a packed ITCH file: as they are, or stored in a right gzip file that is then cut or has a byte flipped.
// The reader ends with a status, gives out no more than the plain bytes hold, and what it gives is their beginning.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/market/itch_reader.h"
#include "src/base/gzip.h"
#include "src/base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool truth) {
    if (!truth)
        abort();
}

static void put(text *out, uint32_t x, int bytes) {
    for (int i = 0; i < bytes; i++)
        text_char(out, (char)(x >> 8 * i));
}

// One member with one stored block.
static void pack(text *out, const uint8_t *bytes, size_t n) {
    uint32_t sum = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        sum ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            sum = sum >> 1 ^ (sum & 1 ? UINT32_C(0xedb88320) : 0);
    }
    text_put_n(out, "\x1f\x8b\x08\0\0\0\0\0\0\0\x01", 11);
    put(out, (uint32_t)n, 2);
    put(out, ~(uint32_t)n, 2);
    text_put_n(out, (const char *)bytes, n);
    put(out, ~sum, 4);
    put(out, (uint32_t)n, 4);
}

// Reads all messages of a file. plain: what they are cut from when the file is sound, or NULL.
static void read_all(const char *path, const uint8_t *plain, size_t n_plain) {
    itch_reader *r;
    const itch_message *messages[7];
    size_t n;
    if (itch_open(path, &r) != STATUS_OK)
        return;
    status s;
    while ((s = itch_read(r, messages, 7, &n)) == STATUS_OK)
        for (size_t i = 0; i < n; i++) {
            uint64_t at = itch_byte(r, messages[i]);
            size_t length = itch_sizes[(uint8_t)messages[i]->type];
            expect(length > 0);
            if (plain)
                expect(at + length <= n_plain && memcmp(plain + at, messages[i], length) == 0);
        }
    expect(s == STATUS_END || s == STATUS_INVALID || s == STATUS_CORRUPT);
    expect(n == 0 && itch_read(r, messages, 7, &n) == s);
    itch_close(r);
}

static void read_as_file(const void *bytes, size_t n, const uint8_t *plain, size_t n_plain) {
    char path[64];
    int file = memfd_create("fuzz", 0);
    expect(file >= 0 && write(file, bytes, n) == (ssize_t)n);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    read_all(path, plain, n_plain);
    close(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 4 || size > 60000)
        return 0;
    size_t place = (size_t)data[0] << 8 | data[1];
    uint8_t how = data[2], flip = data[3];
    text packed = {0};
    data += 4;
    size -= 4;
    if (how == 0) {
        text_put_n(&packed, "\x1f\x8b\x08", 3);
        text_put_n(&packed, (const char *)data, size);
        read_as_file(packed.at, packed.n, NULL, 0);
    } else {
        pack(&packed, data, size);
        size_t n = how & 1 ? place % (packed.n + 1) : packed.n;
        bool damaged = how & 2 && place < packed.n && flip;
        if (damaged)
            packed.at[place] ^= (char)flip;
        if (n) // a flipped byte is given out before the checksum tells
            read_as_file(packed.at, n, damaged ? NULL : data, size);
    }
    text_free(&packed);
    return 0;
}
