#include "tests/base/support_numbers.h"

#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

uint64_t support_seed(uint64_t otherwise) {
    const char *given = getenv("PLIMSOLL_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : otherwise;
    printf("seed %" PRIu64 " (PLIMSOLL_SEED)\n", seed);
    return seed;
}

void support_near(double got, double want, double tolerance, const char *file, int line) {
    if (fabs(got - want) <= tolerance)
        return;
    print_error("%.17g is not within %g of %.17g\n", got, tolerance, want);
    _fail(file, line);
}
