// Content hashes: BLAKE2b with 32 bytes of output (libsodium's). The only file that knows libsodium's hashing.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint8_t bytes[32];
} hash;

typedef struct hash_state hash_state;

hash_state *hash_start(void);
void hash_add(hash_state *h, const void *bytes, size_t n);
void hash_add_string(hash_state *h, const char *string); // length first, so that "ab","c" differs from "a","bc"
void hash_add_u64(hash_state *h, uint64_t value);        // little endian
void hash_add_double(hash_state *h, double value);       // bits; -0 as 0, every NaN alike
hash hash_finish(hash_state *h);                         // frees h

hash hash_of(const void *bytes, size_t n);

#define HASH_TEXT 65
const char *hash_text(hash h, char out[HASH_TEXT]); // 64 hexadecimal digits
