#include "engine/market/recording_block.h"

#include <inttypes.h>

#include "src/base/hash.h"

static const char magic[8] = "PLIMSREC";
enum { VERSION_AT = 8, DAY_AT = 12, ORIGIN_AT = 16, SUM_AT = 24, CHECK = 4 };
enum { LAST_DAY = 84000 }; // in December 2199; an instant has room for it

bool recording_begins(const void *bytes, size_t n) {
    return n >= sizeof magic && memcmp(bytes, magic, sizeof magic) == 0;
}

void recording_head_write(const recording_head *head, uint8_t out[RECORDING_HEAD]) {
    memcpy(out, magic, sizeof magic);
    put_le32(out + VERSION_AT, RECORDING_VERSION);
    put_le32(out + DAY_AT, (uint32_t)head->day);
    put_le64(out + ORIGIN_AT, (uint64_t)head->origin);
    memcpy(out + SUM_AT, hash_of(out, SUM_AT).bytes, RECORDING_SUM);
}

static status check_head(const char *name, const recording_head *head) {
    if (head->day != DATE_NONE && (head->day < 0 || head->day > LAST_DAY))
        return status_fail(STATUS_INVALID, "%s: day %d of the recording is none from 1970 to 2199", name, head->day);
    if (head->origin < 0 || head->origin >= NS_PER_DAY)
        return status_fail(STATUS_INVALID, "%s: %" PRId64 " ns, where the recording's times begin, is no time of day",
                           name, head->origin);
    return STATUS_OK;
}

status recording_head_read(const char *name, const uint8_t *bytes, size_t n, recording_head *out) {
    if (!recording_begins(bytes, n))
        return status_fail(STATUS_INVALID, "%s: not a recording", name);
    if (n < RECORDING_HEAD)
        return status_fail(STATUS_CORRUPT, "%s: byte %zu: ends within the head of a recording", name, n);
    if (memcmp(hash_of(bytes, SUM_AT).bytes, bytes + SUM_AT, RECORDING_SUM) != 0)
        return status_fail(STATUS_CORRUPT, "%s: byte %d: the head of the recording is not as it was written", name,
                           VERSION_AT);
    uint32_t version = get_le32(bytes + VERSION_AT);
    if (version != RECORDING_VERSION)
        return status_fail(STATUS_VERSION, "%s: a recording of version %u, where this program reads version %d", name,
                           version, RECORDING_VERSION);
    out->day = (date)get_le32(bytes + DAY_AT);
    out->origin = (int64_t)get_le64(bytes + ORIGIN_AT);
    return check_head(name, out);
}

void block_seal(uint8_t *front, size_t n, uint8_t head[BLOCK_HEAD]) {
    put_le32(front + RECORDING_SUM, (uint32_t)n);
    memcpy(head, front + RECORDING_SUM, 4);
    memcpy(head + 4, hash_of(front, BLOCK_FRONT).bytes, CHECK);
    memcpy(head + 4 + CHECK, hash_of(front, BLOCK_FRONT + n).bytes, RECORDING_SUM);
    memcpy(front, head + 4 + CHECK, RECORDING_SUM);
}

bool block_length(uint8_t *front, const uint8_t head[BLOCK_HEAD], uint32_t *n) {
    memcpy(front + RECORDING_SUM, head, 4);
    *n = get_le32(head);
    return memcmp(hash_of(front, BLOCK_FRONT).bytes, head + 4, CHECK) == 0;
}

bool block_verify(uint8_t *front, size_t n, const uint8_t head[BLOCK_HEAD]) {
    if (memcmp(hash_of(front, BLOCK_FRONT + n).bytes, head + 4 + CHECK, RECORDING_SUM) != 0)
        return false;
    memcpy(front, head + 4 + CHECK, RECORDING_SUM);
    return true;
}
