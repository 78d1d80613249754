// Numbers in the entries of a recording: varints of seven bits a byte, the lowest first.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define ALWAYS inline __attribute__((always_inline))

typedef struct {
    uint8_t *to;         // when writing
    const uint8_t *from; // when reading
    unsigned mask;
    bool bad;
} coder;

static ALWAYS void coder_put(coder *c, uint64_t x) {
    while (x >= 128) {
        *c->to++ = (uint8_t)(x | 128);
        x >>= 7;
    }
    *c->to++ = (uint8_t)x;
}

static ALWAYS uint64_t coder_get(coder *c) {
    uint64_t byte = *c->from++, x = byte & 127;
    for (unsigned shift = 7; byte & 128; shift += 7) {
        byte = *c->from++;
        x |= (byte & 127) << shift;
        if (shift == 63) {
            c->bad |= byte > 1;
            break;
        }
    }
    return x;
}

static inline uint64_t coder_zigzag(uint64_t difference) { return difference << 1 ^ (0 - (difference >> 63)); }
static inline uint64_t coder_unzigzag(uint64_t x) { return x >> 1 ^ (0 - (x & 1)); }

static ALWAYS uint32_t coder_get32(coder *c) {
    uint64_t x = coder_get(c);
    c->bad |= x > UINT32_MAX;
    return (uint32_t)x;
}
