// Any bytes read as CSV: the reader stays inside them, accounts for every byte, and what it gave reads back when
// written.
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/clock.h"
#include "src/base/csv.h"
#include "src/base/decimal.h"
#include "src/base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool truth) {
    if (!truth)
        abort();
}

static void read_as_everything(slice s) {
    double x;
    int64_t n;
    date d;
    char *copy = mem_string_n(s.at, s.n);
    if (slice_double(s, &x))
        expect(x == strtod(copy, NULL));
    if (slice_int(s, &n))
        expect(n == strtoll(copy, NULL, 10));
    if (decimal_read(s.at, s.n, &n)) {
        char out[DECIMAL_TEXT];
        int64_t back;
        decimal_text_plain(n, out);
        expect(decimal_read(out, (unsigned)strlen(out), &back) && back == n);
    }
    if (date_read(s.at, s.n, &d)) {
        char out[DATE_TEXT];
        expect(memcmp(date_text(d, out), s.at, s.n) == 0);
    }
    integer_read(s.at, s.n, &n);
    free(copy);
}

// On the second line, because the three bytes of a byte-order mark would be one at the very start.
static void write_record(const slice *fields, size_t n, text *out) {
    text_char(out, '\n');
    for (size_t i = 0; i < n; i++) {
        char *field = mem_string_n(fields[i].at, fields[i].n);
        if (i > 0)
            text_char(out, ',');
        csv_put(out, field);
        free(field);
    }
    text_char(out, '\n');
}

static void expect_back(const slice *fields, size_t n, const text *written) {
    csv_reader *r = csv_from_memory("written", written->at, written->n);
    const slice *again;
    size_t n_again;
    status s = csv_next(r, &again, &n_again);
    bool empty_line = n == 1 && fields[0].n == 0; // which the reader skips
    expect(empty_line ? s == STATUS_END : s == STATUS_OK && n_again == n);
    for (size_t i = 0; i < n_again; i++)
        expect(again[i].n == fields[i].n && memcmp(again[i].at, fields[i].at, fields[i].n) == 0);
    csv_close(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    csv_reader *r = csv_from_memory("fuzz", (const char *)data, size);
    const slice *fields;
    size_t n;
    uint64_t line = 0, lines = 1;
    for (status s; (s = csv_next(r, &fields, &n)) != STATUS_END;) {
        expect(s == STATUS_OK || s == STATUS_INVALID);
        expect(csv_line(r) > line);
        line = csv_line(r);
        size_t raw_n;
        const char *raw = csv_raw(r, &raw_n);
        expect(raw_n == 0 || (raw >= (const char *)data && raw + raw_n <= (const char *)data + size));
        for (size_t i = 0; i < n; i++)
            read_as_everything(fields[i]);
        if (s == STATUS_OK) {
            text written = {0};
            write_record(fields, n, &written);
            expect_back(fields, n, &written);
            text_free(&written);
        }
    }
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    expect(line <= lines);
    expect(csv_bytes_read(r) == size);
    csv_close(r);
    return 0;
}
