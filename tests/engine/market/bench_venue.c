// What an hour of the simulated market costs: fifty books advanced at one go, events counted. Beside it, timed in the
// same run, the least that any such market must do: an exponential waiting time and two uniform choices drawn for each
// event.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "src/base/clock.h"
#include "src/base/rng.h"
#include "tests/engine/market/support_venue.h"

enum { DAY = 17569, BOOKS = 50, HOUR = 3600 };

static double seconds_since(int64_t start) { return (double)(clock_mono() - start) / (double)NS_PER_S; }

static double run_venue(uint64_t *events) {
    venue_ear ear = {0};
    venue *v = venue_start(11, DAY, &ear);
    for (int32_t sid = 1; sid <= BOOKS; sid++) {
        venue_security s = venue_example(sid);
        if (venue_open(v, &s) != STATUS_OK)
            return -1;
    }
    ear.events = 0;
    int64_t start = clock_mono();
    venue_advance(v, venue_seconds(HOUR));
    double took = seconds_since(start);
    *events = ear.events;
    venue_free(v);
    return took;
}

static double run_yardstick(uint64_t events, double *sum) {
    rng r = rng_seed(11);
    int64_t start = clock_mono();
    for (uint64_t i = 0; i < events; i++)
        *sum += rng_exponential(&r) + rng_double(&r) + rng_double(&r);
    return seconds_since(start);
}

int main(void) {
    uint64_t events = 0;
    double sum = 0, took = run_venue(&events), bare = run_yardstick(events, &sum);
    if (took < 0) {
        fprintf(stderr, "bench venue: %s\n", status_message());
        return 1;
    }
    printf("simulated market, an hour of %d books, %.2f million events (sum of draws %.0f)\n", BOOKS,
           (double)events * 1e-6, sum);
    printf("  venue      %8.3f s, %.0f times as fast as the clock\n", took, HOUR / took);
    printf("  yardstick  %8.3f s (three draws an event)\n", bare);
    printf("  ratio      %8.2f\n", took / bare);
    return 0;
}
