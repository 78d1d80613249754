// Operations a second of the order book, beside a bare book timed in the same run (support_bare.h), and how long a
// command takes. Three flows made here, once: one book of 1,000 orders, a hundred such books, one of 100,000; 47 %
// limit orders that rest, 38 % cancels, 5 % each of replaces, market and IOC orders. Both run them in turn, several
// times, and must agree on every fill; medians are printed. The last line is the first flow in thousands of books at
// once, beside reads from memory: a command whose book has left the caches waits for a few of them.
#include <stdio.h>
#include <stdlib.h>

#include "engine/market/oprun.h"
#include "engine/market/opspread.h"
#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/rng.h"
#include "tests/engine/market/support_bare.h"

enum { OPERATIONS = 2000000, ROUNDS = 5, BOOKS = 3000 };

typedef struct {
    double ours, bare; // million operations a second
    double p50, p99, p999;
    double bytes; // of the books
} figures;

static _Noreturn void give_up(const char *flow, const char *why) {
    fprintf(stderr, "bench book: %s: %s\n", flow, why);
    exit(1);
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Of the field at `first` in each round.
static double median(const double *first) {
    double all[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++)
        all[i] = first[i * sizeof(figures) / sizeof(double)];
    qsort(all, ROUNDS, sizeof *all, compare_doubles);
    return all[ROUNDS / 2];
}

static figures run_once(const char *flow, const op_stream *s) {
    op_result fast, timed;
    if (op_run(s, OP_THROUGHPUT, &fast) != STATUS_OK || op_run(s, OP_LATENCY, &timed) != STATUS_OK)
        give_up(flow, status_message());
    if (fast.what || timed.what)
        give_up(flow, "the book does not come to what its maker does");
    return (figures){.ours = (double)s->timed / fast.seconds * 1e-6,
                     .p50 = (double)timed.all.p50,
                     .p99 = (double)timed.all.p99,
                     .p999 = (double)timed.all.p999,
                     .bytes = (double)fast.memory};
}

static void put_flow(const char *flow, const op_plan *plan) {
    op_stream s = stream_make(plan);
    figures f[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        op_totals totals;
        double took = bare_run(&s, &totals);
        f[i] = run_once(flow, &s);
        f[i].bare = (double)s.timed / took * 1e-6;
        if (totals.fill_hash != s.expected.fill_hash || totals.fills != s.expected.fills)
            give_up(flow, "the yardstick does not come to what its maker does");
    }
    double ours = median(&f->ours), bare = median(&f->bare);
    printf("  %-28s %6.1f M/s   yardstick %6.1f M/s   ratio %5.2f   a command %3.0f ns, 1 %% %3.0f, 0.1 %% %4.0f\n",
           flow, ours, bare, ours / bare, median(&f->p50), median(&f->p99), median(&f->p999));
    op_stream_close(&s);
}

// Nanoseconds for a read from memory whose place the read before it tells: a walk through cache lines in random order.
static double read_far(void) {
    enum { LINE = 64 / sizeof(uint64_t), LINES = (256 << 20) / 64, STEPS = 2000000 };
    uint64_t *at = mem_try((size_t)LINES * LINE, sizeof *at), next = 0;
    if (!at)
        give_up("yardstick", "no memory");
    rng r = rng_seed(1);
    for (size_t i = 0; i < LINES; i++)
        at[i * LINE] = i;
    for (size_t i = LINES - 1; i > 0; i--) { // one cycle through all (Sattolo's shuffle)
        size_t j = rng_below(&r, i);
        uint64_t swapped = at[i * LINE];
        at[i * LINE] = at[j * LINE];
        at[j * LINE] = swapped;
    }
    int64_t start = clock_mono();
    for (size_t i = 0; i < STEPS; i++)
        next = at[next * LINE];
    double took = (double)(clock_mono() - start) / STEPS;
    __asm__ volatile("" : : "r"(next)); // what nobody reads would not be walked
    free(at);
    return took;
}

static void put_spread(const op_plan *plan) {
    op_stream s = stream_make(plan), spread;
    if (op_stream_spread(&s, BOOKS, &spread) != STATUS_OK)
        give_up("spread", status_message());
    double far = read_far();
    figures f = run_once("spread", &spread);
    printf("  %d of 1,000 orders, at once  %6.1f M/s   yardstick %6.1f M/s   ratio %5.2f   (a read from memory, "
           "%.0f ns each)   %.0f kB a book\n",
           BOOKS, f.ours, 1e3 / far, f.ours * far * 1e-3, far, f.bytes * 1e-3 / BOOKS);
    op_stream_close(&spread);
    op_stream_close(&s);
}

int main(void) {
    const op_plan one = {1, 1000, OPERATIONS, 20, 42}, hundred = {100, 1000, OPERATIONS, 20, 42},
                  deep = {1, 100000, OPERATIONS, 250, 42};
    printf(
        "order book, %d operations, medians of %d runs; the yardstick: arrays by tick and id, no checks, no events\n",
        OPERATIONS, ROUNDS);
    put_flow("one book of 1,000 orders", &one);
    put_flow("100 books of 1,000 orders", &hundred);
    put_flow("one book of 100,000 orders", &deep);
    put_spread(&one);
    return 0;
}
