#include "src/base/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "src/base/rng.h"
#include "tests/base/support_numbers.h"

// Everything a reader gives, one line a record: "line: [field][field]", "line: bad" for a malformed one.
static void transcribe(csv_reader *r, text *out) {
    const slice *fields;
    size_t n;
    status s;
    while ((s = csv_next(r, &fields, &n)) != STATUS_END) {
        text_printf(out, "%llu: ", (unsigned long long)csv_line(r));
        if (s == STATUS_INVALID)
            text_put(out, "bad");
        else
            assert_int_equal(s, STATUS_OK);
        for (size_t i = 0; i < n; i++) {
            text_char(out, '[');
            text_put_n(out, fields[i].at, fields[i].n);
            text_char(out, ']');
        }
        text_char(out, '\n');
    }
}

static void assert_reads_as(const char *bytes, const char *expected) {
    text got = {0};
    csv_reader *r = csv_from_memory("test.csv", bytes, strlen(bytes));
    transcribe(r, &got);
    assert_int_equal(csv_bytes_read(r), strlen(bytes));
    csv_close(r);
    assert_string_equal(text_string(&got), expected);
    text_free(&got);
}

static void test_csv_reads_fields_and_lines(void **state) {
    (void)state;
    assert_reads_as("", "");
    assert_reads_as("a,b\nc", "1: [a][b]\n2: [c]\n");
    assert_reads_as("a,b\r\n,\r\n", "1: [a][b]\n2: [][]\n");
    assert_reads_as("\xEF\xBB\xBFx,y\n", "1: [x][y]\n");
    assert_reads_as("\n\r\na\n\n\nb\n\n", "3: [a]\n6: [b]\n");
}

static void test_csv_reads_quotes(void **state) {
    (void)state;
    assert_reads_as("\"a,b\",c\n", "1: [a,b][c]\n");
    assert_reads_as("\"say \"\"hi\"\"\",\"\"\"\"\n", "1: [say \"hi\"][\"]\n");
    assert_reads_as("\"two\nlines\",x\nnext\n", "1: [two\nlines][x]\n3: [next]\n");
    assert_reads_as("\"\",\"\"\r\nb", "1: [][]\n2: [b]\n");
    assert_reads_as("5'10\",x\"y\"\n", "1: [5'10\"][x\"y\"]\n");
    assert_reads_as("a,\"last\"", "1: [a][last]\n");
}

static void test_csv_goes_on_behind_a_bad_line(void **state) {
    (void)state;
    assert_reads_as("a\n\"b\nc\nd\n", "1: [a]\n2: bad\n3: [c]\n4: [d]\n");
    assert_reads_as("\"a\"b,c\nd\n", "1: bad\n2: [d]\n");
    assert_reads_as("\"", "1: bad\n");
}

static void test_csv_refuses_zero_bytes(void **state) {
    (void)state;
    static const char bytes[] = "a,b\nc,\0d\ne,f\n";
    text got = {0};
    csv_reader *r = csv_from_memory("zero.csv", bytes, sizeof bytes - 1);
    transcribe(r, &got);
    assert_string_equal(text_string(&got), "1: [a][b]\n2: bad\n3: [e][f]\n");
    assert_string_equal(status_message(), "zero.csv:2: a zero byte, which text does not hold");
    csv_close(r);
    text_free(&got);
}

static void test_csv_shows_a_record_as_it_stood(void **state) {
    (void)state;
    static const char bytes[] = "a,\"b\"\"c\"\r\n\"open\nplain\n";
    csv_reader *r = csv_from_memory("raw.csv", bytes, sizeof bytes - 1);
    const slice *fields;
    size_t n;
    assert_int_equal(csv_next(r, &fields, &n), STATUS_OK);
    const char *raw = csv_raw(r, &n);
    assert_int_equal(n, 8);
    assert_memory_equal(raw, "a,\"b\"\"c\"", 8);
    assert_int_equal(csv_next(r, &fields, &n), STATUS_INVALID);
    raw = csv_raw(r, &n);
    assert_int_equal(n, 5);
    assert_memory_equal(raw, "\"open", 5);
    csv_close(r);
}

// A second parser, byte by byte and without any care for speed, written from the header's words alone.
typedef struct {
    const char *bytes;
    size_t n, at, line;
} slow_reader;

static bool line_ends(const slow_reader *s, size_t i, size_t *behind) {
    if (i == s->n || s->bytes[i] == '\n') {
        *behind = i + (i < s->n);
        return true;
    }
    if (s->bytes[i] == '\r' && (i + 1 == s->n || s->bytes[i + 1] == '\n')) {
        *behind = i + 1 + (i + 1 < s->n);
        return true;
    }
    return false;
}

// Reads one record from s->at on; false when it is malformed.
static bool slow_record(const slow_reader *s, text *out, size_t *behind) {
    for (size_t i = s->at;; i++) {
        text_char(out, '[');
        if (i < s->n && s->bytes[i] == '"') {
            for (i++;; i++) {
                if (i == s->n)
                    return false;
                if (s->bytes[i] == '"' && i + 1 < s->n && s->bytes[i + 1] == '"')
                    i++;
                else if (s->bytes[i] == '"')
                    break;
                text_char(out, s->bytes[i]);
            }
            i++;
        } else {
            while (!line_ends(s, i, behind) && s->bytes[i] != ',')
                text_char(out, s->bytes[i++]);
        }
        text_char(out, ']');
        if (line_ends(s, i, behind))
            return true;
        if (s->bytes[i] != ',')
            return false;
    }
}

static void slow_transcribe(slow_reader *s, text *out) {
    text record = {0};
    while (s->at < s->n) {
        size_t behind;
        bool empty = line_ends(s, s->at, &behind);
        text_clear(&record);
        if (!empty && !slow_record(s, &record, &behind)) {
            text_clear(&record);
            text_put(&record, "bad");
            const char *end = memchr(s->bytes + s->at, '\n', s->n - s->at);
            behind = end ? (size_t)(end - s->bytes) + 1 : s->n;
        }
        if (!empty)
            text_printf(out, "%zu: %s\n", s->line, text_string(&record));
        for (; s->at < behind; s->at++)
            s->line += s->bytes[s->at] == '\n';
    }
    text_free(&record);
}

static size_t random_bytes(rng *r, char *bytes, size_t max, const char *alphabet) {
    size_t n = rng_below(r, max), letters = strlen(alphabet);
    for (size_t i = 0; i < n; i++)
        bytes[i] = alphabet[rng_below(r, letters)];
    return n;
}

static void test_csv_agrees_with_a_slow_parser_on_random_input(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(20));
    text got = {0}, expected = {0};
    for (int round = 0; round < 60000; round++) {
        char bytes[64];
        size_t n = random_bytes(&r, bytes, sizeof bytes, round % 2 ? "ab,,\"\"\"\n\r" : "abcdef,,\n\n\"\"\r");
        slow_reader slow = {bytes, n, 0, 1};
        text_clear(&got);
        text_clear(&expected);
        csv_reader *fast = csv_from_memory("random", bytes, n);
        transcribe(fast, &got);
        csv_close(fast);
        slow_transcribe(&slow, &expected);
        if (strcmp(text_string(&got), text_string(&expected)) != 0)
            fail_msg("'%.*s' reads as\n%sinstead of\n%s", (int)n, bytes, text_string(&got), text_string(&expected));
    }
    text_free(&got);
    text_free(&expected);
}

static void write_file(const char *path, const void *bytes, size_t n) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static char directory[] = "/tmp/plimsoll-csv-XXXXXX";
static char path[sizeof directory + 16];

static int make_directory(void **state) {
    (void)state;
    if (!mkdtemp(directory))
        return -1;
    snprintf(path, sizeof path, "%s/file.csv", directory);
    return 0;
}

static int remove_directory(void **state) {
    (void)state;
    unlink(path);
    return rmdir(directory);
}

// Fields from a byte to hundreds of kilobytes, so that records and quotes fall across every edge of the buffer.
static void random_file(rng *r, text *out, size_t size) {
    while (out->n < size) {
        bool quoted = rng_below(r, 3) == 0;
        size_t n = rng_below(r, rng_below(r, 40) == 0 ? 300000 : 30);
        if (quoted)
            text_char(out, '"');
        while (n > 0) {
            size_t part = 1 + rng_below(r, n);
            text_repeat(out, "x", part);
            if (quoted && rng_below(r, 4) == 0)
                text_put(out, rng_below(r, 2) ? "\"\"" : ",\n");
            n -= part;
        }
        if (quoted && rng_below(r, 200) != 0)
            text_char(out, '"');
        text_put(out, rng_below(r, 4) ? "," : rng_below(r, 2) ? "\n" : "\r\n");
    }
}

static void test_csv_reads_a_file_as_it_reads_memory(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(21));
    for (int round = 0; round < 5; round++) {
        text file = {0}, got = {0}, expected = {0};
        random_file(&r, &file, 3000000);
        write_file(path, file.at, file.n);
        csv_reader *memory = csv_from_memory(path, file.at, file.n), *stream;
        assert_int_equal(csv_open(path, &stream), STATUS_OK);
        transcribe(memory, &expected);
        transcribe(stream, &got);
        assert_int_equal(csv_bytes_read(stream), file.n);
        assert_int_equal(got.n, expected.n);
        assert_memory_equal(got.at, expected.at, got.n);
        csv_close(memory);
        csv_close(stream);
        text_free(&file);
        text_free(&got);
        text_free(&expected);
    }
}

static void test_csv_refuses_a_record_of_over_a_mebibyte_and_goes_on(void **state) {
    (void)state;
    text file = {0};
    text_put(&file, "a,b\n");
    text_repeat(&file, "0123456789", 200000);
    text_put(&file, "\nc,d\n\"");
    text_repeat(&file, "0123456789", 200000);
    text_put(&file, "\"\ne,f");
    write_file(path, file.at, file.n);
    csv_reader *r;
    text got = {0};
    assert_int_equal(csv_open(path, &r), STATUS_OK);
    transcribe(r, &got);
    csv_close(r);
    assert_string_equal(text_string(&got), "1: [a][b]\n2: bad\n3: [c][d]\n4: bad\n5: [e][f]\n");
    text_free(&got);
    text_free(&file);
}

static void test_csv_open_says_why_it_cannot(void **state) {
    (void)state;
    csv_reader *r;
    assert_int_equal(csv_open("/nonexistent/x.csv", &r), STATUS_IO);
    assert_string_equal(status_message(), "/nonexistent/x.csv: cannot be opened: No such file or directory");
    assert_int_equal(csv_open("/tmp", &r), STATUS_IO);
    assert_int_equal(csv_open("prices.csv.gz", &r), STATUS_INVALID);
    assert_string_equal(status_message(), "prices.csv.gz is compressed; unpack it first with gunzip");
    assert_null(r);
}

static void test_csv_column_folds_case(void **state) {
    (void)state;
    const slice header[] = {{"Date", 4}, {"close", 5}, {"", 0}, {"NAME", 4}};
    assert_int_equal(csv_column(header, 4, "date"), 0);
    assert_int_equal(csv_column(header, 4, "Close"), 1);
    assert_int_equal(csv_column(header, 4, "name"), 3);
    assert_int_equal(csv_column(header, 4, "clos"), -1);
}

static void test_csv_put_writes_what_the_reader_reads_back(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(22));
    text line = {0};
    for (int round = 0; round < 20000; round++) {
        char field[3][12];
        text_clear(&line);
        for (size_t i = 0; i < 3; i++) {
            size_t n = random_bytes(&r, field[i], sizeof field[i] - 1, "ab ,\"\n\r'");
            field[i][n] = 0;
            if (i > 0)
                text_char(&line, ',');
            csv_put(&line, field[i]);
        }
        csv_reader *reader = csv_from_memory("put", line.at, line.n);
        const slice *fields;
        size_t n;
        assert_int_equal(csv_next(reader, &fields, &n), STATUS_OK);
        assert_int_equal(n, 3);
        for (size_t i = 0; i < 3; i++)
            assert_true(slice_is(fields[i], field[i]));
        csv_close(reader);
    }
    text_free(&line);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv_reads_fields_and_lines),
        cmocka_unit_test(test_csv_reads_quotes),
        cmocka_unit_test(test_csv_goes_on_behind_a_bad_line),
        cmocka_unit_test(test_csv_refuses_zero_bytes),
        cmocka_unit_test(test_csv_shows_a_record_as_it_stood),
        cmocka_unit_test(test_csv_agrees_with_a_slow_parser_on_random_input),
        cmocka_unit_test(test_csv_reads_a_file_as_it_reads_memory),
        cmocka_unit_test(test_csv_refuses_a_record_of_over_a_mebibyte_and_goes_on),
        cmocka_unit_test(test_csv_open_says_why_it_cannot),
        cmocka_unit_test(test_csv_column_folds_case),
        cmocka_unit_test(test_csv_put_writes_what_the_reader_reads_back),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
