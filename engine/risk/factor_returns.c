#include "engine/risk/factor_returns.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/risk/regression.h"
#include "src/base/mem.h"

// Days are independent once the panel is there: each computes the exposures of the day before and its regression, and
// writes to its own row. A part is a run of days, so that the scratch of a part serves several.
enum { DAYS_A_PART = 8 };

typedef struct {
    status code;
    char message[256];
} part_result;

typedef struct {
    const factor_universe *universe;
    const factor_options *options;
    size_t sector_least, first_row;
    factor_history *history;
    unsigned char *used, *fallback; // [days]
    part_result *part;
    const volatile int *cancelled;
} build;

// Scratch of one part.
typedef struct {
    factor_exposures exposures;
    regression_work *regression;
    double *weights;
} scratch;

static void scratch_free(scratch *s) {
    factor_exposures_free(&s->exposures);
    regression_work_free(s->regression);
    free(s->weights);
}

static status scratch_new(const factor_universe *u, scratch *s) {
    TRY(factor_exposures_new(u, &s->exposures));
    s->regression = regression_work_new(s->exposures.securities, s->exposures.factors);
    s->weights = mem_try(s->exposures.securities, sizeof *s->weights);
    if (!s->regression || !s->weights)
        return status_fail(STATUS_FULL, "regressions on %zu securities: not enough memory", s->exposures.securities);
    return STATUS_OK;
}

static status estimate_day(build *b, size_t day, scratch *s) {
    const panel *p = b->universe->panel;
    factor_history *h = b->history;
    factor_exposures *e = &s->exposures;
    size_t row = b->first_row + day;
    factor_exposures_at(b->universe, row - 1, b->options, e);
    for (size_t i = 0; i < e->securities; i++)
        s->weights[i] = sqrt(e->capital[i]);
    regression_input in = {.x = e->x,
                           .sectors = e->sectors,
                           .sector_least = b->sector_least,
                           .returns = p->total_return + row * e->securities,
                           .capital = e->capital,
                           .weights = s->weights,
                           .use = e->covered};
    regression_fit fit = {.factor_return = matrix_row(h->factor_return, day),
                          .t = matrix_row(h->t, day),
                          .residual = matrix_row(h->residual, day)};
    status result = risk_regress(&in, s->regression, &fit);
    h->r2[day] = fit.r2;
    h->r2_centred[day] = fit.r2_centred;
    b->used[day] = result == STATUS_OK;
    b->fallback[day] = result == STATUS_OK && fit.method == REGRESSION_QR;
    return result;
}

static void keep_failure(part_result *part, status code) {
    part->code = code;
    mem_copy_string(part->message, sizeof part->message, status_message());
}

static void run_part(void *context, size_t number) {
    build *b = context;
    part_result *part = &b->part[number];
    size_t from = number * DAYS_A_PART, days = b->history->days;
    size_t to = from + DAYS_A_PART < days ? from + DAYS_A_PART : days;
    scratch s = {0};
    status result = scratch_new(b->universe, &s);
    if (result != STATUS_OK)
        keep_failure(part, result);
    for (size_t day = from; day < to && (result == STATUS_OK || result == STATUS_UNAVAILABLE); day++) {
        if (b->cancelled && __atomic_load_n(b->cancelled, __ATOMIC_RELAXED)) {
            part->code = STATUS_CANCELLED;
            break;
        }
        result = estimate_day(b, day, &s);
        if (result != STATUS_OK)
            keep_failure(part, result);
    }
    scratch_free(&s);
}

// The failure that ended the build, of the first part that has one; days with too few names don't end it.
static status gather_parts(const build *b, size_t parts) {
    factor_history *h = b->history;
    for (size_t i = parts; i-- > 0;) {
        const part_result *part = &b->part[i];
        if (part->code == STATUS_UNAVAILABLE)
            mem_copy_string(h->shortage, sizeof h->shortage, part->message);
    }
    for (size_t i = 0; i < parts; i++) {
        const part_result *part = &b->part[i];
        if (part->code == STATUS_CANCELLED)
            return status_fail(STATUS_CANCELLED, "factor returns: cancelled");
        if (part->code != STATUS_OK && part->code != STATUS_UNAVAILABLE)
            return status_fail(part->code, "factor returns: %s", part->message);
    }
    for (size_t day = 0; day < h->days; day++) {
        h->used += b->used[day];
        h->fallbacks += b->fallback[day];
    }
    return STATUS_OK;
}

void factor_history_free(factor_history *h) {
    matrix_free(&h->factor_return);
    matrix_free(&h->t);
    matrix_free(&h->residual);
    free(h->r2);
    free(h->r2_centred);
    *h = (factor_history){0};
}

status factor_history_build(const factor_universe *u, const factor_options *options, size_t sector_least,
                            size_t first_row, size_t days, parallel *pool, const volatile int *cancelled,
                            factor_history *out) {
    assert(first_row >= 1 && first_row + days <= u->panel->dates);
    size_t width = u->panel->securities, factors = factor_columns(u), parts = (days + DAYS_A_PART - 1) / DAYS_A_PART;
    factor_history h = {.days = days,
                        .factor_return = matrix_new(days, factors),
                        .t = matrix_new(days, factors),
                        .residual = matrix_new(days, width),
                        .r2 = mem_try(days, sizeof *h.r2),
                        .r2_centred = mem_try(days, sizeof *h.r2_centred)};
    build b = {.universe = u,
               .options = options,
               .sector_least = sector_least,
               .first_row = first_row,
               .history = &h,
               .used = mem_try(days, sizeof *b.used),
               .fallback = mem_try(days, sizeof *b.fallback),
               .part = mem_try(parts, sizeof *b.part),
               .cancelled = cancelled};
    status result = STATUS_OK;
    if (!h.factor_return.at || !h.t.at || !h.residual.at || !h.r2 || !h.r2_centred || !b.used || !b.fallback || !b.part)
        result =
            status_fail(STATUS_FULL, "factor returns of %zu days × %zu securities: not enough memory", days, width);
    if (result == STATUS_OK) {
        parallel_for(pool, parts, run_part, &b);
        result = gather_parts(&b, parts);
    }
    free(b.used);
    free(b.fallback);
    free(b.part);
    if (result == STATUS_OK)
        *out = h;
    else
        factor_history_free(&h);
    return result;
}
