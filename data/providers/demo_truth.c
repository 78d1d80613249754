// What lies behind the demo's prices: factor returns by day and what each stock is made of.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/providers/calendar.h"
#include "data/providers/demo.h"
#include "src/base/map.h"
#include "src/base/mem.h"
#include "src/base/rng.h"

enum { DAYS_A_YEAR = 252, CRASH_DAYS = 24 };
enum { STREAM_MARKET = 1, STREAM_SECTOR = 10, STREAM_STYLE = 40, STREAM_NAMES = 60, STREAM_STOCK = 1000 };

static const char *const sectors[DEMO_SECTORS] = {
    "Communication Services",
    "Consumer Discretionary",
    "Consumer Staples",
    "Energy",
    "Financials",
    "Health Care",
    "Industrials",
    "Information Technology",
    "Materials",
    "Real Estate",
    "Utilities",
};
// Annual volatility of a sector beside the market, and how its betas lie.
static const double sector_volatility[DEMO_SECTORS] = {.07, .06, .07, .16, .09, .08, .05, .09, .09, .09, .10};
static const double sector_beta[DEMO_SECTORS] = {.95, 1.1, .65, 1.1, 1.1, .8, 1.05, 1.2, 1.1, .9, .55};
static const double style_volatility[DEMO_STYLES] = {.035, .045, .03}, style_premium[DEMO_STYLES] = {.015, .03, .02};

const char *demo_sector(int sector) { return sectors[sector]; }

demo_options demo_default(void) {
    return (demo_options){.stocks = 500, .years = 10, .seed = 1, .last = date_make(2026, 11, 20)};
}

// ---- days and factors ----

static size_t make_days(const demo_options *o, date **out) {
    int year, month, day;
    date_split(o->last, &year, &month, &day);
    date from = date_make(year - o->years, month, day > 28 ? 28 : day);
    size_t n = 0;
    date *days = mem_new((size_t)(o->last - from) + 1, sizeof *days);
    for (date d = from + 1; d <= o->last; d++)
        if (calendar_is_open(d))
            days[n++] = d;
    *out = days;
    return n;
}

// Two regimes as a Markov chain, and one crash a little past the middle.
static void make_market(demo_truth *t, uint64_t seed) {
    rng r = rng_stream(seed, STREAM_MARKET);
    size_t crash = t->days * 11 / 20;
    int regime = 0;
    for (size_t i = 0; i < t->days; i++) {
        double u = rng_double(&r), z = rng_student(&r, 6);
        regime = regime == 0 ? u < 1.0 / 220 : u >= 1.0 / 45;
        bool crashing = i >= crash && i < crash + CRASH_DAYS && t->days > 4 * CRASH_DAYS;
        double volatility = crashing ? .50 : regime ? .26 : .115;
        double drift = crashing ? -3.9 : regime ? -.06 : .14;
        t->regime[i] = crashing ? 2 : regime;
        t->market[i] = drift / DAYS_A_YEAR + volatility / sqrt(DAYS_A_YEAR) * z;
        if (t->market[i] < -.12)
            t->market[i] =
                -.12; // the day's move of an index stops near here: level 2 of the market-wide breaker is 13 %
    }
}

static void make_series(const demo_truth *t, uint64_t seed, uint64_t stream, double volatility, double premium,
                        double *out) {
    rng r = rng_stream(seed, stream);
    for (size_t i = 0; i < t->days; i++) {
        double stress = t->regime[i] ? 1.8 : 1;
        out[i] = premium / DAYS_A_YEAR + stress * volatility / sqrt(DAYS_A_YEAR) * rng_student(&r, 6);
    }
}

// ---- stocks ----

static void make_symbol(rng *r, map *taken, char out[16]) {
    static const char consonants[] = "BCDFGHJKLMNPQRSTVWXZ", vowels[] = "AEIOUY";
    uint64_t known;
    do {
        size_t n = 0;
        bool vowel = rng_below(r, 4) == 0;
        size_t length = 3 + rng_below(r, 2);
        for (; n < length; n++, vowel = !vowel)
            out[n] = vowel ? vowels[rng_below(r, 6)] : consonants[rng_below(r, 20)];
        out[n] = 0;
    } while (map_get(taken, out, &known));
    map_put(taken, out, 1);
}

static void make_name(rng *r, int sector, map *taken, char out[64]) {
    static const char *const first[] = {
        "Arbor",   "Beacon",  "Cedar",    "Dover",  "Ember",   "Falcon",   "Granite", "Harbor", "Iron",   "Juniper",
        "Kestrel", "Lantern", "Meridian", "North",  "Orchard", "Pioneer",  "Quarry",  "River",  "Summit", "Timber",
        "Upland",  "Vale",    "Willow",   "Yarrow", "Zenith",  "Anchor",   "Bright",  "Coral",  "Delta",  "Everett",
        "Foster",  "Gable",   "Hollow",   "Inlet",  "Jasper",  "Keystone", "Linden",  "Marble", "Nimbus", "Oxbow",
    };
    static const char *const second[DEMO_SECTORS][4] = {
        {"Media", "Networks", "Broadcasting", "Interactive"},
        {"Outfitters", "Motors", "Resorts", "Retail"},
        {"Foods", "Household", "Beverage", "Grocers"},
        {"Petroleum", "Drilling", "Pipelines", "Energy"},
        {"Bancorp", "Insurance", "Capital", "Trust"},
        {"Biologics", "Devices", "Therapeutics", "Care"},
        {"Freight", "Machinery", "Aerospace", "Works"},
        {"Systems", "Semiconductor", "Software", "Data"},
        {"Chemicals", "Metals", "Packaging", "Cement"},
        {"Properties", "Storage", "Residential", "Towers"},
        {"Power", "Water", "Gas", "Electric"},
    };
    uint64_t known;
    do {
        const char *f = first[rng_below(r, sizeof first / sizeof *first)];
        const char *s = second[sector][rng_below(r, 4)];
        snprintf(out, 64, "%s %s", f, s);
        if (map_get(taken, out, &known))
            snprintf(out, 64, "%s %s %c%c", f, s, (char)('A' + rng_below(r, 26)), (char)('A' + rng_below(r, 26)));
    } while (map_get(taken, out, &known));
    map_put(taken, out, 1);
}

static double within(double x, double low, double high) { return fmin(fmax(x, low), high); }

static void make_stock(const demo_truth *t, rng *names, uint64_t seed, size_t i, map *symbols, map *titles) {
    demo_stock *s = &t->stock[i];
    rng r = rng_stream(seed, STREAM_STOCK + 2 * i);
    s->sector = (int)rng_below(&r, DEMO_SECTORS);
    make_symbol(names, symbols, s->symbol);
    make_name(names, s->sector, titles, s->name);
    s->beta = within(sector_beta[s->sector] + .22 * rng_normal(&r), .2, 2.2);
    for (int k = 0; k < DEMO_STYLES; k++)
        s->exposure[k] = within(rng_normal(&r), -3, 3);
    s->specific = within(.235 * exp(.28 * rng_normal(&r)), .12, .6);
    double fate = rng_double(&r), when = rng_double(&r);
    s->end = t->days;
    if (fate < .08) // listed on the way
        s->first = (size_t)(when * .8 * (double)t->days);
    else if (fate > .95 && t->days > DAYS_A_YEAR) // delisted on the way
        s->end = (size_t)((.2 + .75 * when) * (double)t->days);
    s->delisting = rng_double(&r) < .3 ? -.3 - .6 * rng_double(&r) : .02 * rng_normal(&r);
}

status demo_truth_make(const demo_options *o, demo_truth *out) {
    if (o->stocks < 5 || o->stocks > 5000)
        return status_fail(STATUS_INVALID, "%d stocks are out of range: 5 to 5000", o->stocks);
    if (o->years < 1 || o->years > 40)
        return status_fail(STATUS_INVALID, "%d years are out of range: 1 to 40", o->years);
    demo_truth t = {.stocks = (size_t)o->stocks};
    t.days = make_days(o, &t.day);
    t.market = mem_new(t.days, sizeof *t.market);
    t.regime = mem_new(t.days, sizeof *t.regime);
    t.stock = mem_new(t.stocks, sizeof *t.stock);
    make_market(&t, o->seed);
    for (int k = 0; k < DEMO_SECTORS; k++) {
        t.sector[k] = mem_new(t.days, sizeof(double));
        make_series(&t, o->seed, STREAM_SECTOR + (uint64_t)k, sector_volatility[k], 0, t.sector[k]);
    }
    for (int k = 0; k < DEMO_STYLES; k++) {
        t.style[k] = mem_new(t.days, sizeof(double));
        make_series(&t, o->seed, STREAM_STYLE + (uint64_t)k, style_volatility[k], style_premium[k], t.style[k]);
    }
    rng names = rng_stream(o->seed, STREAM_NAMES);
    map symbols = {0}, titles = {0};
    for (size_t i = 0; i < t.stocks; i++)
        make_stock(&t, &names, o->seed, i, &symbols, &titles);
    map_free(&symbols);
    map_free(&titles);
    *out = t;
    return STATUS_OK;
}

void demo_truth_free(demo_truth *t) {
    free(t->day);
    free(t->market);
    free(t->regime);
    free(t->stock);
    for (int k = 0; k < DEMO_SECTORS; k++)
        free(t->sector[k]);
    for (int k = 0; k < DEMO_STYLES; k++)
        free(t->style[k]);
    *t = (demo_truth){0};
}
