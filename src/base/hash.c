#include "src/base/hash.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"

// libsodium's state wants an alignment of 64, which mem_new does not promise; so the room has 63 bytes to spare.
struct hash_state {
    crypto_generichash_state *state; // points into room
    unsigned char room[sizeof(crypto_generichash_state) + 63];
};

hash_state *hash_start(void) {
    int picked = sodium_init(); // idempotent; picks the fastest implementation, and hashing is right without it
    (void)picked;
    hash_state *h = mem_new(1, sizeof *h);
    h->state = (crypto_generichash_state *)(void *)(h->room + (-(uintptr_t)h->room & 63));
    crypto_generichash_init(h->state, NULL, 0, sizeof((hash *)0)->bytes);
    return h;
}

void hash_add(hash_state *h, const void *bytes, size_t n) {
    if (n)
        crypto_generichash_update(h->state, bytes, n);
}

void hash_add_string(hash_state *h, const char *string) {
    size_t n = strlen(string);
    hash_add_u64(h, n);
    hash_add(h, string, n);
}

void hash_add_u64(hash_state *h, uint64_t value) {
    unsigned char bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(value >> 8 * i);
    hash_add(h, bytes, sizeof bytes);
}

void hash_add_double(hash_state *h, double value) {
    uint64_t bits = UINT64_C(0x7ff8000000000000); // the one NaN that stands for all
    if (value == 0)
        bits = 0;
    else if (value == value)
        memcpy(&bits, &value, sizeof bits);
    hash_add_u64(h, bits);
}

hash hash_finish(hash_state *h) {
    hash result;
    crypto_generichash_final(h->state, result.bytes, sizeof result.bytes);
    free(h);
    return result;
}

hash hash_of(const void *bytes, size_t n) {
    hash_state *h = hash_start();
    hash_add(h, bytes, n);
    return hash_finish(h);
}

const char *hash_text(hash h, char out[HASH_TEXT]) { return sodium_bin2hex(out, HASH_TEXT, h.bytes, sizeof h.bytes); }
