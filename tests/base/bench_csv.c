// Megabytes a second of the CSV reader on daily bars made here (some 30 MB in a file), beside two yardsticks timed in
// the same run: finding the line ends alone, and the C library's own way, getline with strsep and strtod. All must
// agree on the number of fields; the last two on the sum of the numbers, to the last bit.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/clock.h"
#include "src/base/csv.h"
#include "src/base/rng.h"

enum { BARS = 600000, ROUNDS = 5, FIELDS = 7 };

typedef struct {
    uint64_t fields;
    double sum;
} tally;

static void make_bars(text *out) {
    rng r = rng_seed(1);
    for (int i = 0; i < BARS; i++) {
        char day[DATE_TEXT];
        double price = 20 + 400 * rng_double(&r);
        text_printf(out, "%s,%.2f,%.2f,%.4f,%.2f,%llu,SYM%d\n", date_text(15000 + i % 1250, day), price, price + 1,
                    price - 0.5125, price + 0.5, (unsigned long long)rng_below(&r, 10000000), i / 1250);
    }
}

static tally lines_alone(const char *path, const text *bytes) {
    (void)path;
    tally t = {0, 0};
    const char *end = bytes->at + bytes->n;
    for (const char *p = bytes->at; (p = memchr(p, '\n', (size_t)(end - p))); p++)
        t.fields += FIELDS;
    return t;
}

static tally split_alone(const char *path, const text *bytes) {
    (void)bytes;
    tally t = {0, 0};
    csv_reader *r;
    if (csv_open(path, &r) != STATUS_OK)
        abort();
    const slice *fields;
    for (size_t n; csv_next(r, &fields, &n) == STATUS_OK;)
        t.fields += n;
    csv_close(r);
    return t;
}

static tally split_and_read(const char *path, const text *bytes) {
    (void)bytes;
    tally t = {0, 0};
    csv_reader *r;
    if (csv_open(path, &r) != STATUS_OK)
        abort();
    const slice *fields;
    for (size_t n; csv_next(r, &fields, &n) == STATUS_OK; t.fields += n)
        for (size_t i = 1; i < n; i++) {
            double x;
            if (slice_double(fields[i], &x))
                t.sum += x;
        }
    csv_close(r);
    return t;
}

static tally c_library(const char *path, const text *bytes) {
    (void)bytes;
    tally t = {0, 0};
    FILE *file = fopen(path, "r");
    if (!file)
        abort();
    char *line = NULL;
    size_t cap = 0;
    for (ssize_t n; (n = getline(&line, &cap, file)) > 0;) {
        line[n - 1] = 0;
        char *rest = line, *field;
        for (int i = 0; (field = strsep(&rest, ",")); i++, t.fields++) {
            char *end;
            double x = strtod(field, &end);
            if (i > 0 && end != field && !*end)
                t.sum += x;
        }
    }
    free(line);
    fclose(file);
    return t;
}

static int ascending(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

// Prints the median, which goes to *median_ns too.
static tally timed(const char *name, tally (*work)(const char *, const text *), const char *path, const text *bytes,
                   double *median_ns) {
    int64_t took[ROUNDS];
    tally t = {0, 0};
    for (int i = 0; i < ROUNDS; i++) {
        int64_t start = clock_mono();
        t = work(path, bytes);
        took[i] = clock_mono() - start;
    }
    qsort(took, ROUNDS, sizeof *took, ascending);
    int64_t median = took[ROUNDS / 2];
    *median_ns = (double)median;
    printf("%-44s %7.1f ms %6.0f MB/s\n", name, *median_ns / 1e6, (double)bytes->n * 1e3 / *median_ns);
    return t;
}

int main(void) {
    char path[] = "/tmp/plimsoll-bench-XXXXXX";
    int fd = mkstemp(path);
    text bytes = {0};
    make_bars(&bytes);
    if (fd < 0 || write(fd, bytes.at, bytes.n) != (ssize_t)bytes.n)
        return 1;
    close(fd);
    printf("csv: %.1f MB, %d records; medians of %d\n", (double)bytes.n / 1e6, BARS, ROUNDS);
    double ns[4];
    tally lines = timed("yardstick: line ends alone, in memory", lines_alone, path, &bytes, &ns[0]);
    tally split = timed("csv_next", split_alone, path, &bytes, &ns[1]);
    tally read = timed("csv_next and slice_double", split_and_read, path, &bytes, &ns[2]);
    tally library = timed("yardstick: getline, strsep, strtod", c_library, path, &bytes, &ns[3]);
    printf("ratio: csv_next to line ends alone %.2f, with slice_double to the C library %.2f\n", ns[1] / ns[0],
           ns[2] / ns[3]);
    unlink(path);
    text_free(&bytes);
    bool agree = lines.fields == split.fields && split.fields == read.fields && read.fields == library.fields &&
                 memcmp(&read.sum, &library.sum, sizeof read.sum) == 0;
    if (!agree)
        fputs("bench_csv: the ways of reading disagree\n", stderr);
    return !agree;
}
