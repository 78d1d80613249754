#include "tests/engine/risk/support_panel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/base/rng.h"

static const char *const support_sector[SUPPORT_SECTORS] = {"Rail", "Ports", "Mills", "Mines"};

static double *missing(size_t n) {
    double *values = mem_new(n, sizeof *values);
    for (size_t i = 0; i < n; i++)
        values[i] = NAN;
    return values;
}

panel support_panel_new(size_t dates, size_t columns) {
    panel p = {.dates = dates, .securities = columns};
    p.day = mem_new(dates, sizeof *p.day);
    p.sid = mem_new(columns, sizeof *p.sid);
    date day = date_make(2014, 1, 1);
    for (size_t t = 0; t < dates; t++, day = date_next_weekday(day))
        p.day[t] = day;
    for (size_t i = 0; i < columns; i++)
        p.sid[i] = (int32_t)i + 1;
    size_t cells = dates * columns;
    p.open = missing(cells);
    p.high = missing(cells);
    p.low = missing(cells);
    p.close = missing(cells);
    p.volume = missing(cells);
    p.total_return = missing(cells);
    return p;
}

void support_panel_free(panel *p) {
    free(p->day);
    free(p->sid);
    free(p->open);
    free(p->high);
    free(p->low);
    free(p->close);
    free(p->volume);
    free(p->total_return);
    *p = (panel){0};
}

static void draw_factors(support_world *w, rng *r) {
    double capital[SUPPORT_SECTORS] = {0}, total = 0;
    size_t n = w->panel.securities;
    for (size_t i = 0; i < n; i++) {
        capital[w->sector[i]] += w->shares[i] * w->panel.close[i];
        total += w->shares[i] * w->panel.close[i];
    }
    for (size_t t = 1; t < w->panel.dates; t++) {
        double *g = w->of_sector + t * SUPPORT_SECTORS, mean = 0;
        w->market[t] = 0.0003 + 0.01 * rng_normal(r);
        for (size_t s = 0; s < SUPPORT_SECTORS; s++) {
            g[s] = 0.008 * rng_normal(r);
            mean += capital[s] * g[s] / total;
        }
        for (size_t s = 0; s < SUPPORT_SECTORS; s++)
            g[s] -= mean;
    }
}

static void draw_prices(support_world *w, rng *r) {
    panel *p = &w->panel;
    for (size_t t = 1; t < p->dates; t++)
        for (size_t i = 0; i < p->securities; i++) {
            size_t at = t * p->securities + i;
            double ret = w->market[t] + w->of_sector[t * SUPPORT_SECTORS + (size_t)w->sector[i]] +
                         w->specific[i] * rng_normal(r);
            p->total_return[at] = ret;
            p->close[at] = p->close[at - p->securities] * (1 + ret);
            p->volume[at] = w->shares[i] * 0.005 * exp(0.4 * rng_normal(r));
        }
}

support_world support_world_new(uint64_t seed, size_t dates, size_t columns) {
    rng r = rng_seed(seed);
    support_world w = {.panel = support_panel_new(dates, columns)};
    w.sector = mem_new(columns, sizeof *w.sector);
    w.shares = mem_new(columns, sizeof *w.shares);
    w.specific = mem_new(columns, sizeof *w.specific);
    w.market = mem_new(dates, sizeof *w.market);
    w.of_sector = mem_new(dates * SUPPORT_SECTORS, sizeof *w.of_sector);
    for (size_t i = 0; i < columns; i++) {
        w.sector[i] = (int)(i % SUPPORT_SECTORS);
        w.shares[i] = 1e7 * exp(0.5 * rng_normal(&r));
        w.specific[i] = 0.01 + 0.01 * rng_double(&r);
        w.panel.close[i] = 20 + 80 * rng_double(&r);
        w.panel.volume[i] = w.shares[i] * 0.005;
    }
    draw_factors(&w, &r);
    draw_prices(&w, &r);
    w.panel.data = hash_of(&seed, sizeof seed);
    w.inputs = (risk_inputs){
        .sector = w.sector, .sector_name = support_sector, .sectors = SUPPORT_SECTORS, .shares = w.shares};
    return w;
}

void support_world_free(support_world *w) {
    support_panel_free(&w->panel);
    free(w->sector);
    free(w->shares);
    free(w->specific);
    free(w->market);
    free(w->of_sector);
    *w = (support_world){0};
}
