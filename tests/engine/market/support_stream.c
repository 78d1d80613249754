#include "tests/engine/market/support_stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const uint64_t HASH_START = UINT64_C(14695981039346656037), HASH_PRIME = UINT64_C(1099511628211);

void stream_put_u64(stream_file *f, int at, uint64_t value) { memcpy(f->header + at, &value, sizeof value); }

static uint64_t with_fill(uint64_t hash, uint64_t maker, uint64_t quantity, uint64_t price) {
    return (hash ^ (maker ^ quantity << 32 ^ price << 48)) * HASH_PRIME;
}

// Two orders rest; a third joins the ask, a market order takes the first ask and 10 of the third, which moves up to
// 13; an IOC order takes 40 of the bid, whose rest is cancelled. One order is left.
stream_file stream_example(void) {
    stream_file f = {.records = {{.id = 1, .quantity = 100, .price = 10, .type = OP_ADD, .side = 0, .user = 1},
                                 {.id = 2, .quantity = 50, .price = 12, .type = OP_ADD, .side = 1, .user = 2},
                                 {.id = 3, .quantity = 30, .price = 12, .type = OP_ADD, .side = 1, .user = 3},
                                 {.id = 4, .quantity = 60, .type = OP_MARKET, .side = 0, .user = 4},
                                 {.id = 3, .quantity = 5, .price = 13, .type = OP_REPLACE, .side = 1, .user = 3},
                                 {.id = 5, .quantity = 40, .price = 10, .type = OP_IOC, .side = 1, .user = 5},
                                 {.id = 1, .type = OP_CANCEL, .side = 0, .user = 1},
                                 {.id = 6, .quantity = 7, .price = 14, .type = OP_IOC, .side = 0, .user = 6}}};
    memcpy(f.header, "OBSTRM01\1\0\0\0\30\0\0\0", 16);
    stream_put_u64(&f, 16, 2);                       // records that fill the book
    stream_put_u64(&f, 24, STREAM_RECORDS - 2);      // timed
    stream_put_u64(&f, 32, 1 | UINT64_C(2) << 32);   // symbols, depth
    stream_put_u64(&f, 40, 6);                       // ids
    stream_put_u64(&f, 48, 10 | UINT64_C(14) << 32); // lowest and highest price
    stream_put_u64(&f, 56, 3);                       // most orders at once
    stream_put_u64(&f, 72, 4);                       // fills
    stream_put_u64(&f, 80, 50 + 10 + 40 + 5);        // shares
    uint64_t hash = with_fill(with_fill(HASH_START, 2, 50, 12), 3, 10, 12);
    stream_put_u64(&f, 88, with_fill(with_fill(hash, 1, 40, 10), 3, 5, 13));
    stream_put_u64(&f, 96, 0);                        // resting at the end
    stream_put_u64(&f, 104, HASH_START * HASH_PRIME); // neither bid nor ask
    return f;
}

void stream_write(const char *path, const void *bytes, size_t n) {
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}
