// The blocks of a recording, and the head before them. All numbers are little endian.
//
// file    magic "PLIMSREC", version u32, day i32, origin i64, sum[16] of what stands before it; then blocks block
// length u32 of its content, check[4], sum[16], content
//
// A block's sum is over the sum before it (of the block before, or of the file's head), its length and its content, so
// that no block can be taken out, put in or moved. The check is over the sum before it and the length alone: a length
// is known to be right before it is used, and a file that ends too early was cut short and not changed. Both are the
// first bytes of BLAKE2b-256.
#pragma once

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "engine/market/recording.h"

enum {
    RECORDING_VERSION = 1,
    RECORDING_SUM = 16,
    RECORDING_HEAD = 24 + RECORDING_SUM,
    BLOCK_HEAD = 8 + RECORDING_SUM,
    // In memory a block's content stands behind the sum before it and its length, so that one hash is over all.
    BLOCK_FRONT = RECORDING_SUM + 4,
};

void recording_head_write(const recording_head *head, uint8_t out[RECORDING_HEAD]);
// STATUS_INVALID, STATUS_VERSION, STATUS_CORRUPT; `name` is that of the file.
status recording_head_read(const char *name, const uint8_t *bytes, size_t n, recording_head *out);

// The head of the block whose front, with the sum before it, and content of n bytes stand at `front`; the front is made
// ready for the next block.
void block_seal(uint8_t *front, size_t n, uint8_t head[BLOCK_HEAD]);
// Takes the length from a head; false when it was changed.
bool block_length(uint8_t *front, const uint8_t head[BLOCK_HEAD], uint32_t *n);
// The content stands behind the front: is it what the head says? If so, the front is made ready for the next block.
bool block_verify(uint8_t *front, size_t n, const uint8_t head[BLOCK_HEAD]);

static inline void put_le32(uint8_t *to, uint32_t x) {
    x = htole32(x);
    memcpy(to, &x, sizeof x);
}

static inline uint32_t get_le32(const uint8_t *from) {
    uint32_t x;
    memcpy(&x, from, sizeof x);
    return le32toh(x);
}

static inline void put_le64(uint8_t *to, uint64_t x) {
    x = htole64(x);
    memcpy(to, &x, sizeof x);
}

static inline uint64_t get_le64(const uint8_t *from) {
    uint64_t x;
    memcpy(&x, from, sizeof x);
    return le64toh(x);
}
