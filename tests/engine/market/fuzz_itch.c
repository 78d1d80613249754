// Any bytes as an ITCH file, or as the choices of a writer of messages that mostly fit each other: the feed stays
// inside them, its books stay sound, and it makes no difference in which portions it is run.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/market/itch_feed.h"
#include "src/base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool truth) {
    if (!truth)
        abort();
}

typedef struct {
    status ended;
    itch_counts counts;
} outcome;

static outcome run(const uint8_t *bytes, size_t n, bool partial, const char *symbol, uint64_t portion) {
    book_stream *stream = book_stream_new(NULL, NULL);
    const itch_feed_config config = {.stream = stream, .symbol = symbol, .partial = partial};
    itch_feed *f;
    outcome out;
    uint64_t applied, all = 0, live = 0;
    expect(itch_feed_new(itch_from_memory("fuzz", bytes, n), &config, &f) == STATUS_OK);
    while ((out.ended = itch_feed_run(f, INT64_MAX, portion, &applied)) == STATUS_OK) {
        expect(applied == portion);
        all += applied;
    }
    out.counts = itch_feed_counts(f);
    expect(out.counts.messages == all + applied);
    expect(out.ended == STATUS_END || out.ended == STATUS_INVALID);
    for (size_t i = 0; i < itch_feed_securities(f); i++) {
        const book *b = itch_feed_security(f, i).book;
        if (!b)
            continue;
        book_check(b);
        live += book_live_orders(b);
    }
    expect(live == out.counts.live);
    itch_feed_free(f);
    book_stream_free(stream);
    return out;
}

static void run_both(const uint8_t *bytes, size_t n, bool partial, const char *symbol, uint64_t portion) {
    outcome one = run(bytes, n, partial, symbol, UINT64_MAX), many = run(bytes, n, partial, symbol, portion);
    expect(one.ended == many.ended);
    expect(memcmp(&one.counts, &many.counts, sizeof one.counts) == 0);
}

// Six bytes of choices make one message: type, security, order, shares, price, and what is odd about it.
enum { CHOICES = 6 };

static void put_number(uint8_t *at, uint64_t x, size_t n) {
    for (; n; n--, x >>= 8)
        at[n - 1] = (uint8_t)x;
}

static void add_message(text *file, const uint8_t *c) {
    static const char types[] = "AAAAAFEECXXDDUUPQRHS";
    uint8_t m[ITCH_MOST] = {0};
    char type = types[c[0] % (sizeof types - 1)];
    uint64_t price = 10000 + 100 * (uint64_t)c[4] + (c[5] == 1 ? 1 : 0);
    m[0] = (uint8_t)type;
    put_number(m + 1, 1 + c[1] % 3, 2);
    put_number(m + 11, c[2] & 1 ? c[2] : c[2] * UINT64_C(5000), 8);
    memcpy(m + (type == 'R' || type == 'H' ? 11
                : type == 'Q'              ? 19
                                           : 24),
           (char[]){(char)('A' + c[1] % 3), ' ', ' ', ' ', ' ', ' ', ' ', ' '}, 8);
    if (strchr("AFP", type)) {
        m[19] = c[4] & 1 ? 'B' : 'S';
        put_number(m + 20, c[3], 4);
        put_number(m + 32, price, 4);
    } else if (strchr("ECX", type)) {
        put_number(m + 19, c[3], 4);
        m[31] = c[4] & 1 ? 'Y' : 'N';
        put_number(m + 32, price, 4);
    } else if (type == 'U') {
        put_number(m + 19, c[5], 8);
        put_number(m + 27, c[3], 4);
        put_number(m + 31, price, 4);
    } else if (type == 'H') {
        m[19] = (uint8_t) "THQP"[c[3] % 4];
    } else if (type == 'Q') {
        put_number(m + 11, c[3], 8);
        put_number(m + 27, price, 4);
    } else if (type == 'S') {
        m[11] = (uint8_t) "OSQMEC"[c[3] % 6];
    }
    if (c[5] > 250)
        m[c[4] % itch_sizes[(uint8_t)type]] ^= c[3];
    text_char(file, 0);
    text_char(file, (char)itch_sizes[(uint8_t)type]);
    text_put_n(file, (const char *)m, itch_sizes[(uint8_t)type]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1)
        return 0;
    uint8_t how = *data++;
    size--;
    const char *symbol = how & 2 ? "A" : NULL;
    bool partial = how & 4;
    if (how & 1) {
        run_both(data, size, partial, symbol, 1 + (how >> 3));
        return 0;
    }
    text file = {0};
    for (; size >= CHOICES; data += CHOICES, size -= CHOICES)
        add_message(&file, data);
    run_both((const uint8_t *)text_string(&file), file.n, partial, symbol, 1 + (how >> 3));
    text_free(&file);
    return 0;
}
