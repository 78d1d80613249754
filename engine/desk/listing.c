#include "engine/desk/listing.h"

#include <math.h>
#include <stdlib.h>

#include "data/store/bars.h"
#include "src/base/decimal.h"
#include "src/base/log.h"
#include "src/base/mem.h"

enum { HISTORY_DAYS = 90, NEXT_DAYS = 4, ENOUGH = 10, TICK = 100 };

static int by_number(const void *x, const void *y) {
    double a = *(const double *)x, b = *(const double *)y;
    return a < b ? -1 : a > b;
}

static void take_history(const bar *bars, size_t n, venue_security *v) {
    double *move = mem_new(n, sizeof *move), volume = 0;
    for (size_t i = 1; i < n; i++) {
        move[i - 1] = fabs(log((double)bars[i].close / (double)bars[i - 1].close));
        volume += (double)bars[i].volume;
    }
    qsort(move, n - 1, sizeof *move, by_number);
    v->volatility = fmin(fmax(1.4826 * move[(n - 1) / 2], 0.003), 0.2);
    v->daily_volume = fmax(volume / (double)(n - 1), 1000);
    free(move);
}

venue_security listing_measure(store *s, int32_t sid, int64_t reference, date session, date data) {
    venue_security v = {.sid = sid,
                        .reference = reference,
                        .volatility = 0.02,
                        .daily_volume = 1e6,
                        .tick = reference < DECIMAL_ONE ? 1 : TICK};
    date last = data != DATE_NONE && data < session ? data : session - 1;
    bar *bars = NULL;
    size_t n = 0;
    if (bars_on_scale(s, sid, last - HISTORY_DAYS, last, &bars, &n) != STATUS_OK)
        log_warn("desk", "bars of security %d: %s", sid, status_message());
    else if (n >= ENOUGH)
        take_history(bars, n, &v);
    free(bars);
    bars = NULL;
    if (bars_of(s, sid, session, session + NEXT_DAYS, &bars, &n) == STATUS_OK && n)
        v.bar = (daypath_bar){bars[0].open, bars[0].high, bars[0].low, bars[0].close, bars[0].volume};
    free(bars);
    return v;
}
