// Any bytes as the two files of a LOBSTER day, parted by a byte of 255: what is read keeps its promises, and the book
// that follows is sound and equal to each row it accepted.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/market/lobster_feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool truth) {
    if (!truth)
        abort();
}

static void read_rows(lobster_reader *r) {
    lobster_message m;
    const lobster_row *row;
    int64_t time = 0;
    status s;
    while ((s = lobster_next(r, &m, &row)) == STATUS_OK) {
        expect(m.time >= time && m.time < INT64_C(86400000000000));
        time = m.time;
        expect(m.type >= LOBSTER_ADD && m.type <= LOBSTER_HALT);
        for (int way = 0; way < 2; way++) {
            expect(row->n[way] <= lobster_levels(r));
            for (size_t i = 0; i < row->n[way]; i++)
                expect(row->at[way][i].price > 0 && row->at[way][i].quantity > 0);
        }
    }
    expect(lobster_next(r, &m, &row) == s);
    lobster_close(r);
}

static void follow(lobster_reader *r) {
    book_stream *stream = book_stream_new(NULL, NULL);
    lobster_feed *f;
    lobster_message m;
    uint64_t rows = 0;
    status s;
    expect(lobster_feed_new(r, stream, 1, &f) == STATUS_OK);
    for (; (s = lobster_feed_next(f, &m)) == STATUS_OK; rows++)
        ;
    expect(s == STATUS_END || s == STATUS_INVALID);
    expect(lobster_feed_counts(f).rows == rows);
    expect(lobster_feed_counts(f).revealed <= rows);
    book_check(lobster_feed_book(f));
    lobster_feed_free(f);
    book_stream_free(stream);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const uint8_t *parted = size ? memchr(data, 255, size) : NULL;
    if (!parted)
        return 0;
    const char *messages = (const char *)data, *rows = (const char *)parted + 1;
    size_t n_messages = (size_t)(parted - data), n_rows = size - n_messages - 1;
    read_rows(lobster_from_memory(messages, n_messages, rows, n_rows));
    follow(lobster_from_memory(messages, n_messages, rows, n_rows));
    return 0;
}
