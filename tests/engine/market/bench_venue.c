// What the simulated market costs: 300 live books and 3,000 prices without one advanced for ten minutes, events
// counted. Beside it, timed in the same run, the least that any such market must do: an exponential waiting time and
// two uniform choices drawn for each event.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "src/base/clock.h"
#include "src/base/rng.h"
#include "tests/engine/market/support_venue.h"

enum { DAY = 17569, BOOKS = 300, WALKING = 3000, SPAN = 600 }; // session seconds

static double seconds_since(int64_t start) { return (double)(clock_mono() - start) / (double)NS_PER_S; }

static venue_security security(int32_t sid) {
    venue_security s = venue_example(1 + sid % 50);
    s.sid = sid;
    return s;
}

static double run_venue(uint64_t *events, size_t *bytes) {
    venue_ear ear = {0};
    venue *v = venue_start(11, DAY, &ear);
    for (int32_t sid = 1; sid <= BOOKS + WALKING; sid++) {
        venue_security s = security(sid);
        if ((sid <= BOOKS ? venue_open(v, &s) : venue_add(v, &s)) != STATUS_OK)
            return -1;
    }
    ear.events = 0;
    int64_t start = clock_mono(), sum = 0;
    for (int t = 1; t <= SPAN; t++) {
        venue_advance(v, venue_seconds(t));
        for (int32_t sid = BOOKS + 1; sid <= BOOKS + WALKING; sid++)
            sum += venue_price(v, sid);
    }
    double took = sum > 0 ? seconds_since(start) : -1;
    *events = ear.events;
    *bytes = venue_memory(v);
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
    size_t bytes = 0;
    double sum = 0, took = run_venue(&events, &bytes), bare = run_yardstick(events, &sum);
    if (took < 0) {
        fprintf(stderr, "bench venue: %s\n", status_message());
        return 1;
    }
    printf("simulated market, ten minutes of %d books and %d prices, %.2f million events (sum of draws %.0f)\n", BOOKS,
           WALKING, (double)events * 1e-6, sum);
    printf("  venue      %8.3f s, %.0f times as fast as the clock, %.2f million events a second\n", took, SPAN / took,
           (double)events * 1e-6 / took);
    printf("  memory     %8.1f MB, %.0f kB a book\n", (double)bytes * 1e-6, (double)bytes * 1e-3 / BOOKS);
    printf("  yardstick  %8.3f s (three draws an event)\n", bare);
    printf("  ratio      %8.2f\n", took / bare);
    return 0;
}
