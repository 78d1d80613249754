// The data room timed: import beside a plain scan for line ends over the same bytes, panels, the journal beside write
// and fsync of as many bytes, opening. Bests of a few runs, on a made file of 630,000 rows.
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/providers/demo.h"
#include "data/providers/yahoo.h"
#include "data/providers/yahoo_row.h"
#include "data/store/journal.h"
#include "src/base/mem.h"
#include "src/base/rng.h"

enum { SYMBOLS = 500, DAYS = 1260, JOURNAL_ROWS = 300000, SINGLE = 200 };

static char root[64] = "/tmp/plimsoll-bench-XXXXXX";

static void must(status s) {
    if (s == STATUS_OK)
        return;
    fprintf(stderr, "%s: %s\n", status_name(s), status_message());
    exit(1);
}

static double since(int64_t start) { return (double)(clock_mono() - start) / 1e9; }

static void say(const char *what, double value, const char *unit, const char *beside) {
    printf("data      %-58s %9.3f %s  %s\n", what, value, unit, beside);
}

static const char *path_of(const char *name) {
    static char paths[4][128];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", root, name);
    return path;
}

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *at) {
    (void)about;
    (void)type;
    (void)at;
    return remove(path);
}

static void remove_all(const char *path) { nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS); }

// ---- import ----

static void write_file(void) {
    FILE *f = fopen(path_of("bars.csv"), "w");
    if (!f) {
        perror(root);
        exit(1);
    }
    fputs("date,open,high,low,close,volume,Name\n", f);
    rng r = rng_seed(7);
    for (int i = 0; i < SYMBOLS; i++)
        for (int t = 0; t < DAYS; t++) {
            char day[DATE_TEXT];
            int open = 2000 + (int)rng_below(&r, 20000), close = open + (int)rng_below(&r, 200) - 100;
            int high = (open > close ? open : close) + 40, low = (open < close ? open : close) - 40;
            fprintf(f, "%s,%d.%02d,%d.%02d,%d.%02d,%d.%02d,%d,SYM%d\n", date_text(14000 + t / 5 * 7 + t % 5, day),
                    open / 100, open % 100, high / 100, high % 100, low / 100, low % 100, close / 100, close % 100,
                    1000000 + (int)rng_below(&r, 9000000), i);
        }
    fclose(f);
}

static char *read_whole(size_t *n) {
    int fd = open(path_of("bars.csv"), O_RDONLY);
    struct stat about;
    if (fd < 0 || fstat(fd, &about) != 0)
        must(status_fail(STATUS_IO, "can't read the made file"));
    char *bytes = mem_new((size_t)about.st_size, 1);
    *n = (size_t)read(fd, bytes, (size_t)about.st_size);
    close(fd);
    return bytes;
}

static double best(double (*run)(const char *bytes, size_t n), const char *bytes, size_t n) {
    double least = 1e9;
    for (int i = 0; i < 3; i++) {
        double took = run(bytes, n);
        least = took < least ? took : least;
    }
    return least;
}

static volatile size_t sink;

static double scan(const char *bytes, size_t n) {
    int64_t start = clock_mono();
    size_t lines = 0;
    for (const char *p = bytes; (p = memchr(p, '\n', n - (size_t)(p - bytes))) != NULL; p++)
        lines++;
    sink = lines;
    return since(start);
}

static double parse(const char *bytes, size_t n) {
    int64_t start = clock_mono();
    csv_reader *r = csv_from_memory("bars.csv", bytes, n);
    const slice *fields;
    size_t columns_n, rows = 0;
    yahoo_columns columns;
    must(csv_next(r, &fields, &columns_n));
    must(yahoo_header(fields, columns_n, &columns));
    while (csv_next(r, &fields, &columns_n) == STATUS_OK) {
        yahoo_row row;
        yahoo_parse(fields, columns_n, &columns, &row);
        rows += row.checks == 0;
    }
    csv_close(r);
    sink = rows;
    return since(start);
}

static double import_once(store *s, const char *expected) {
    import_report report;
    const import_options options = {.progress = NULL};
    int64_t start = clock_mono();
    must(yahoo_import(s, path_of("bars.csv"), NULL, &options, &report));
    double took = since(start);
    if (strcmp(report.row.result, expected) != 0)
        must(status_fail(STATUS_INVALID, "the import is %s, not %s", report.row.result, expected));
    report_free(&report);
    return took;
}

static double import_afresh(const char *bytes, size_t n) {
    (void)bytes;
    (void)n;
    store *s;
    remove_all(path_of("import"));
    must(store_open(path_of("import"), &s));
    double took = import_once(s, "done");
    store_close(s);
    return took;
}

static void bench_import(void) {
    write_file();
    size_t n;
    char *bytes = read_whole(&n), beside[160];
    double mb = (double)n / 1e6, rows = SYMBOLS * DAYS;
    double scanned = best(scan, bytes, n), parsed = best(parse, bytes, n);
    double imported = best(import_afresh, bytes, n);
    snprintf(beside, sizeof beside, "memchr for line ends alone: %.0f MB/s, ratio %.1f", mb / scanned,
             parsed / scanned);
    say("parse and check 630,000 rows in memory", mb / parsed, "MB/s", beside);
    snprintf(beside, sizeof beside, "%.0f MB/s, %.2f M rows/s; parsing alone %.3f s, ratio %.1f", mb / imported,
             rows / imported / 1e6, parsed, imported / parsed);
    say("import of 630,000 rows, checked, one transaction", imported, "s   ", beside);
    free(bytes);
    store *s;
    must(store_open(path_of("import"), &s));
    say("the same file again", import_once(s, "unchanged") * 1e3, "ms  ", "recognised by its hash");
    store_close(s);
}

// ---- reading ----

static void bench_reading(void) {
    int64_t start = clock_mono();
    store *s;
    must(store_open(path_of("import"), &s));
    say("opening a workspace", since(start) * 1e3, "ms  ", "");
    double least = 1e9;
    for (int i = 0; i < 3; i++) {
        panel *p;
        start = clock_mono();
        must(panel_load(s, "stock", 0, 100000, NULL, &p));
        double took = since(start);
        least = took < least ? took : least;
        panel_free(p);
    }
    char beside[160];
    snprintf(beside, sizeof beside, "%.1f M bars/s", SYMBOLS * DAYS / least / 1e6);
    say("panel of 500 securities and 1,260 days", least * 1e3, "ms  ", beside);
    bar *latest = mem_new(SYMBOLS, sizeof *latest);
    start = clock_mono();
    must(bars_latest(s, 100000, latest, SYMBOLS));
    say("last bars of 500 securities", since(start) * 1e3, "ms  ", "");
    free(latest);
    hash version;
    start = clock_mono();
    must(bars_version(s, &version));
    say("data version", since(start) * 1e3, "ms  ", "");
    store_close(s);
}

// ---- journal ----

static status add_up(void *context, const journal_row *row) {
    *(int64_t *)context += row->quantity;
    return STATUS_OK;
}

static journal_row fill(int64_t sequence) {
    return (journal_row){.sequence = sequence,
                         .time = sequence,
                         .kind = JOURNAL_FILL,
                         .sid = (int32_t)(sequence % SYMBOLS) + 1,
                         .order = sequence / 3 + 1,
                         .quantity = 100,
                         .price = 1210700,
                         .fee = 3500,
                         .client = "c-12345",
                         .portfolio = "main",
                         .user = "ann"};
}

static double write_and_sync(void) {
    int fd = open(path_of("plain"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    char page[4096] = {0};
    int64_t start = clock_mono();
    for (int i = 0; i < SINGLE; i++)
        if (pwrite(fd, page, sizeof page, (off_t)i * (off_t)sizeof page) < 0 || fdatasync(fd) != 0)
            must(status_fail(STATUS_IO, "can't write below %s", root));
    double took = since(start) / SINGLE;
    close(fd);
    return took;
}

static void bench_journal(void) {
    store *s;
    must(store_open(path_of("journal"), &s));
    journal_row *rows = mem_new(JOURNAL_ROWS, sizeof *rows);
    for (int64_t i = 0; i < JOURNAL_ROWS; i++)
        rows[i] = fill(i + 1);
    int64_t start = clock_mono();
    for (size_t i = 0; i < JOURNAL_ROWS; i += 100)
        must(journal_append(s, rows + i, 100));
    say("journal, appended 100 rows a commit", JOURNAL_ROWS / since(start) / 1e6, "M/s ", "");
    start = clock_mono();
    for (int64_t i = 1; i <= SINGLE; i++) {
        journal_row row = fill(JOURNAL_ROWS + i);
        must(journal_append(s, &row, 1));
    }
    char beside[160];
    double each = since(start) / SINGLE, bare = write_and_sync();
    snprintf(beside, sizeof beside, "a page written and synced by itself: %.3f ms, ratio %.2f", bare * 1e3,
             each / bare);
    say("journal, one row durable", each * 1e3, "ms  ", beside);
    int64_t sum = 0;
    start = clock_mono();
    must(journal_read(s, 0, add_up, &sum));
    say("journal, replayed", (JOURNAL_ROWS + SINGLE) / since(start) / 1e6, "M/s ", "");
    free(rows);
    store_close(s);
}

static void bench_demo(void) {
    store *s;
    must(store_open(path_of("demo"), &s));
    demo_options options = demo_default();
    int64_t start = clock_mono();
    must(demo_create(s, &options, NULL, NULL, NULL));
    say("demo universe, 500 stocks and 10 years", since(start), "s   ", "");
    store_close(s);
}

int main(void) {
    if (!mkdtemp(root)) {
        perror(root);
        return 1;
    }
    bench_import();
    bench_reading();
    bench_journal();
    bench_demo();
    remove_all(root);
    return 0;
}
