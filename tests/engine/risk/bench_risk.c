// Figures of the risk room, each beside a yardstick measured in the same run, because the machine's speed drifts: what
// has to be multiplied, done by BLAS alone in one thread (DSYRK: the normal equations of every day; DGEMV: two passes
// over X).
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/risk/decompose.h"
#include "engine/risk/regression.h"
#include "engine/risk/stress.h"
#include "src/base/clock.h"
#include "src/base/mem.h"
#include "src/base/rng.h"
#include "tests/engine/risk/support_panel.h"

enum { REPEATS = 5 };

typedef void (*bench_work)(void *context);

// Best of a few: what the work takes when nothing else disturbs.
static double best_ms(bench_work work, void *context) {
    double best = INFINITY;
    for (int i = 0; i < REPEATS; i++) {
        int64_t start = clock_mono();
        work(context);
        best = fmin(best, (double)(clock_mono() - start) / (double)NS_PER_MS);
    }
    return best;
}

static void report(const char *what, double ours, const char *yardstick, double theirs) {
    printf("%-58s %9.3f ms   %-22s %9.3f ms   ratio %6.2f\n", what, ours, yardstick, theirs, ours / theirs);
}

// ---- regressions alone: exposures of one random day, used on every day ----

typedef struct {
    size_t names, days, factors;
    matrix x, gram;
    double *returns, *capital, *weights, *residual, *f, *t;
    regression_work *work;
} cross_section;

static cross_section cross_section_new(size_t names, size_t days, size_t sectors, size_t styles) {
    rng r = rng_seed(1);
    size_t factors = 1 + styles + sectors;
    cross_section c = {.names = names, .days = days, .factors = factors};
    c.x = matrix_new(names, factors);
    c.gram = matrix_new(factors, factors);
    c.returns = mem_new(names, 4 * sizeof(double));
    c.capital = c.returns + names;
    c.weights = c.capital + names;
    c.residual = c.weights + names;
    c.f = mem_new(factors, 2 * sizeof(double));
    c.t = c.f + factors;
    c.work = regression_work_new(names, factors);
    for (size_t i = 0; i < names; i++) {
        double *x = matrix_row(c.x, i);
        x[0] = 1;
        for (size_t k = 0; k < styles; k++)
            x[1 + k] = rng_normal(&r);
        x[1 + styles + i % sectors] = 1;
        c.returns[i] = 0.01 * rng_normal(&r);
        c.capital[i] = exp(rng_normal(&r));
        c.weights[i] = sqrt(c.capital[i]);
    }
    return c;
}

static void cross_section_free(cross_section *c) {
    matrix_free(&c->x);
    matrix_free(&c->gram);
    free(c->returns);
    free(c->f);
    regression_work_free(c->work);
}

static void regress_days(void *context) {
    cross_section *c = context;
    regression_input in = {.x = c->x,
                           .sectors = 11,
                           .sector_least = 3,
                           .returns = c->returns,
                           .capital = c->capital,
                           .weights = c->weights};
    regression_fit fit = {.factor_return = c->f, .t = c->t, .residual = c->residual};
    for (size_t day = 0; day < c->days; day++)
        if (risk_regress(&in, c->work, &fit) != STATUS_OK)
            exit(1);
}

static void gram_days(void *context) {
    cross_section *c = context;
    for (size_t day = 0; day < c->days; day++)
        matrix_gram(c->x, c->gram);
}

static void bench_regression(const char *what, size_t names, size_t days, size_t styles) {
    cross_section c = cross_section_new(names, days, 11, styles);
    double ours = best_ms(regress_days, &c), theirs = best_ms(gram_days, &c);
    report(what, ours, "DSYRK, days times", theirs);
    cross_section_free(&c);
}

// ---- the whole model ----

typedef struct {
    support_world world;
    risk_inputs inputs;
    parallel *pool;
    risk_model *model;
    double *weights;
    risk_decomposition decomposition;
    matrix wide, square; // a year's returns of all names, for the yardstick
} universe;

static void build_model(void *context) {
    universe *u = context;
    risk_config config = risk_config_default();
    risk_model_free(u->model);
    u->model = NULL;
    if (risk_model_build(&u->world.panel, &u->inputs, &config, u->pool, NULL, &u->model) != STATUS_OK)
        exit(1);
}

static void gram_universe(void *context) {
    universe *u = context;
    matrix_gram(u->wide, u->square);
}

static void decompose(void *context) {
    universe *u = context;
    for (int i = 0; i < 100; i++)
        if (risk_decompose(u->model, u->weights, &u->decomposition) != STATUS_OK)
            exit(1);
}

static void multiply_exposures(void *context) {
    universe *u = context;
    risk_decomposition *d = &u->decomposition;
    for (int i = 0; i < 100; i++) {
        matrix_transposed_times_vector(u->model->exposures.x, u->weights, d->exposure);
        matrix_times_vector(u->model->exposures.x, d->exposure, d->marginal);
    }
}

static void stress(void *context) {
    universe *u = context;
    risk_stress_options options = risk_stress_options_default();
    for (int i = 0; i < 100; i++) {
        risk_stress_result r;
        if (risk_stress_market(u->model, u->weights, -0.3, &options, &r) != STATUS_OK)
            exit(1);
        risk_stress_result_free(&r);
    }
}

// 11 sectors instead of the made-up universe's four: one in four of its names moves with each, which time doesn't
// notice.
static universe universe_new(size_t names, size_t dates, int *sector, const char *const *name) {
    universe u = {.world = support_world_new(7, dates, names)};
    for (size_t i = 0; i < names; i++)
        sector[i] = (int)(i % 11);
    u.inputs = (risk_inputs){.sector = sector, .sector_name = name, .sectors = 11, .shares = u.world.shares};
    u.weights = mem_new(names, sizeof *u.weights);
    for (size_t i = 0; i < names; i++)
        u.weights[i] = 1 / (double)names;
    u.wide = matrix_new(504, names);
    u.square = matrix_new(names, names);
    for (size_t i = 0; i < 504 * names; i++)
        u.wide.at[i] = u.world.panel.total_return[names + i];
    return u;
}

static void universe_free(universe *u) {
    risk_decomposition_free(&u->decomposition);
    risk_model_free(u->model);
    support_world_free(&u->world);
    matrix_free(&u->wide);
    matrix_free(&u->square);
    free(u->weights);
}

static void bench_universe(size_t names) {
    static const char *const name[11] = {"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K"};
    int *sector = mem_new(names, sizeof *sector);
    universe u = universe_new(names, 504 + 253, sector, name);
    char what[96];
    double theirs = best_ms(gram_universe, &u);
    for (unsigned threads = 1; threads <= 2; threads++) {
        u.pool = parallel_new(threads);
        snprintf(what, sizeof what, "risk model %zu names × 504 days, %u thread%s", names, threads,
                 threads > 1 ? "s" : "");
        report(what, best_ms(build_model, &u), "DSYRK names × 504", theirs);
        parallel_free(u.pool);
        u.pool = NULL;
    }
    if (risk_decomposition_new(u.model, &u.decomposition) != STATUS_OK)
        exit(1);
    theirs = best_ms(multiply_exposures, &u) / 100;
    snprintf(what, sizeof what, "decomposition of %zu positions", names);
    report(what, best_ms(decompose, &u) / 100, "two DGEMV with X", theirs);
    snprintf(what, sizeof what, "stress of %zu positions", names);
    report(what, best_ms(stress, &u) / 100, "two DGEMV with X", theirs);
    universe_free(&u);
    free(sector);
}

int main(void) {
    matrix_init();
    bench_regression("factor returns 500 names × 504 days × 18 factors", 500, 504, 6);
    bench_regression("factor returns 3,000 names × 252 days × 25 factors", 3000, 252, 13);
    bench_universe(500);
    bench_universe(1000);
    return 0;
}
