// Feeds into books: an ITCH file made here, read and parsed alone and then with all its books, beside the least that
// any reader must do, a sum over its bytes; and the LOBSTER samples, every row of which is compared with the book,
// beside a search for their line ends. Medians of a few runs.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/market/itch_feed.h"
#include "engine/market/itch_flow.h"
#include "engine/market/lobster_feed.h"
#include "src/base/clock.h"
#include "src/base/mem.h"
#include "tests/engine/market/support_bare.h"

enum { OPERATIONS = 2000000, ROUNDS = 5 };

static char folder[] = "/tmp/plimsoll-bench-feeds-XXXXXX";

static void must(status s) {
    if (s == STATUS_OK || s == STATUS_END)
        return;
    fprintf(stderr, "bench feeds: %s\n", status_message());
    exit(1);
}

static double since(int64_t start) { return (double)(clock_mono() - start) * 1e-9; }

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// A run over a file; returns how many messages or rows it had.
typedef uint64_t (*work)(const char *path);

// Messages a second, by the median of the times; *n is how many there are.
static double rate(work run, const char *path, uint64_t *n) {
    double took[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        int64_t start = clock_mono();
        *n = run(path);
        took[i] = since(start);
    }
    qsort(took, ROUNDS, sizeof *took, compare_doubles);
    return (double)*n / took[ROUNDS / 2];
}

static char *read_whole(const char *path, size_t *n) {
    struct stat about;
    FILE *f = fopen(path, "rb");
    char *bytes = f && fstat(fileno(f), &about) == 0 ? mem_try((size_t)about.st_size + 8, 1) : NULL;
    if (!bytes || fread(bytes, 1, (size_t)about.st_size, f) != (size_t)about.st_size) {
        perror(path);
        exit(1);
    }
    fclose(f);
    *n = (size_t)about.st_size;
    return bytes;
}

// ---- ITCH ----

static uint64_t parse(const char *path) {
    enum { BATCH = 256 };
    itch_reader *r;
    const itch_message *messages[BATCH];
    uint64_t all = 0, sum = 0;
    size_t n;
    must(itch_open(path, &r));
    status s;
    while ((s = itch_read(r, messages, BATCH, &n)) == STATUS_OK) {
        for (size_t i = 0; i < n; i++)
            sum += itch_get48(messages[i]->time) ^ itch_get16(messages[i]->locate);
        all += n;
    }
    must(s);
    __asm__ volatile("" : : "r"(sum)); // what nobody reads would not be computed
    itch_close(r);
    return all;
}

static uint64_t follow(const char *path) {
    itch_reader *r;
    itch_feed *f;
    uint64_t n;
    must(itch_open(path, &r));
    book_stream *stream = book_stream_new(NULL, NULL);
    const itch_feed_config how = {.stream = stream};
    must(itch_feed_new(r, &how, &f));
    must(itch_feed_run(f, INT64_MAX, UINT64_MAX, &n));
    itch_feed_free(f);
    book_stream_free(stream);
    return n;
}

// Seconds to add up the words of bytes in memory; the least of a few.
static double add_up(const char *bytes, size_t n) {
    double least = 0;
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t sum = 0, word;
        int64_t start = clock_mono();
        for (size_t at = 0; at + sizeof word <= n; at += sizeof word) {
            memcpy(&word, bytes + at, sizeof word);
            sum += word;
        }
        __asm__ volatile("" : : "r"(sum));
        double took = since(start);
        least = i == 0 || took < least ? took : least;
    }
    return least;
}

static void put_itch(const char *flow, const op_plan *plan) {
    char path[96];
    snprintf(path, sizeof path, "%s/flow.itch", folder);
    op_stream s = stream_make(plan);
    itch_flow *writer;
    must(itch_flow_new(path, s.symbols, s.depth, s.setup + s.timed, &writer));
    for (uint64_t i = 0; i < s.setup + s.timed; i++)
        must(itch_flow_take(writer, &s.at[i]));
    must(itch_flow_close(writer, NULL, NULL));
    op_stream_close(&s);
    size_t bytes;
    char *whole = read_whole(path, &bytes);
    uint64_t n;
    double parsed = rate(parse, path, &n), followed = rate(follow, path, &n), bare = (double)n / add_up(whole, bytes);
    printf("  ITCH, %-24s parsed %6.1f M/s   with books %5.1f M/s   yardstick %6.1f M/s (its bytes added up)   ratios "
           "%.2f and %.3f\n",
           flow, parsed * 1e-6, followed * 1e-6, bare * 1e-6, parsed / bare, followed / bare);
    free(whole);
    unlink(path);
}

// ---- LOBSTER ----

static uint64_t follow_rows(const char *path) {
    char *rows = lobster_book_path(path);
    lobster_reader *r;
    lobster_feed *f;
    lobster_message m;
    must(lobster_open(path, rows, &r));
    book_stream *stream = book_stream_new(NULL, NULL);
    must(lobster_feed_new(r, stream, 1, &f));
    status s;
    while ((s = lobster_feed_next(f, &m)) == STATUS_OK)
        ;
    must(s);
    uint64_t n = lobster_feed_counts(f).rows;
    lobster_feed_free(f);
    book_stream_free(stream);
    free(rows);
    return n;
}

static double find_lines(const char *path) {
    size_t n;
    uint64_t lines = 0;
    char *bytes = read_whole(path, &n);
    int64_t start = clock_mono();
    for (const char *p = bytes; (p = memchr(p, '\n', (size_t)(bytes + n - p))); p++)
        lines++;
    double took = since(start);
    __asm__ volatile("" : : "r"(lines));
    free(bytes);
    return took;
}

static void put_lobster(const char *name, int levels) {
    struct stat about;
    char sample[128], path[192], command[512];
    snprintf(sample, sizeof sample, "../shared/data/lobster/%s_2012-06-21_%d.zip", name, levels);
    snprintf(command, sizeof command, "unzip -q -o %s '*.csv' -d %s 2>/dev/null", sample, folder);
    if (stat(sample, &about) != 0 || system(command) != 0) {
        printf("  SKIP: no unzip, or no LOBSTER sample at %s\n", sample);
        return;
    }
    snprintf(path, sizeof path, "%s/%s_2012-06-21_34200000_57600000_message_%d.csv", folder, name, levels);
    char *rows = lobster_book_path(path);
    uint64_t n;
    double followed = rate(follow_rows, path, &n), bare = (double)n / (find_lines(path) + find_lines(rows));
    printf("  LOBSTER, %s, %d level%s     rows with the book %6.2f M/s   yardstick %6.2f M/s (line ends alone)   ratio "
           "%.3f\n",
           name, levels, levels == 1 ? " " : "s", followed * 1e-6, bare * 1e-6, followed / bare);
    unlink(path);
    unlink(rows);
    free(rows);
}

int main(void) {
    if (!mkdtemp(folder)) {
        perror(folder);
        return 1;
    }
    const op_plan one = {1, 1000, OPERATIONS, 20, 42}, hundred = {100, 1000, OPERATIONS, 20, 42};
    printf("feeds, flows of %d operations, medians of %d runs\n", OPERATIONS, ROUNDS);
    put_itch("one book of 1,000", &one);
    put_itch("100 books of 1,000", &hundred);
    put_lobster("AMZN", 5);
    put_lobster("AAPL", 1);
    rmdir(folder);
    return 0;
}
