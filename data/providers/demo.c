// From the truth to what a vendor would have recorded: bars, splits, dividends, listings and delistings.
#include "data/providers/demo.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/store/load.h"
#include "src/base/decimal.h"
#include "src/base/mem.h"
#include "src/base/rng.h"
#include "src/base/vec.h"

#define DEMO_INDEX "^DEMO"

enum { STREAM_PRICES = 1001, DAYS_A_YEAR = 252, QUARTER = 63, CENT = 100 };

typedef struct {
    date day;
    double split;
    int64_t dividend;
} action;

// The life of one stock as it is told day by day.
typedef struct {
    rng r;
    const demo_truth *truth;
    const demo_stock *stock;
    double price;    // as traded
    double shares;   // outstanding
    double turnover; // of the shares, a day
    double yield;    // a year; 0: pays nothing
    size_t pay_day;  // of the quarter
    VEC(bar) bars;
    VEC(action) actions;
} life;

typedef struct {
    const demo_truth *truth;
    const demo_options *options;
    demo_progress progress;
    void *context;
    const volatile int *cancelled;
    double *index;   // [days] sum of capital-weighted returns
    double *capital; // [days]
} making;

static double stock_return(life *l, size_t t) {
    const demo_truth *truth = l->truth;
    const demo_stock *s = l->stock;
    double r = s->beta * truth->market[t] + truth->sector[s->sector][t];
    for (int k = 0; k < DEMO_STYLES; k++)
        r += s->exposure[k] * truth->style[k][t];
    double specific = s->specific / sqrt(DAYS_A_YEAR) * rng_student(&l->r, 4);
    return fmax(r + specific, -.6);
}

static int64_t cents(double price) {
    int64_t p = (decimal_from_double(price) + CENT / 2) / CENT * CENT;
    return p < CENT ? CENT : p;
}

// What happens before the open: a split when the price has run away, a dividend on the quarter's day.
static void act(life *l, size_t t) {
    action a = {.day = l->truth->day[t], .split = 1};
    if (l->price > 480)
        a.split = l->price > 900 ? 4 : 2;
    else if (l->price < 2.5)
        a.split = .1;
    l->price /= a.split;
    l->shares *= a.split;
    if (l->yield > 0 && t % QUARTER == l->pay_day) {
        a.dividend = cents(l->price * l->yield / 4);
        if (decimal_to_double(a.dividend) > l->price * .05)
            a.dividend = 0;
        l->price -= decimal_to_double(a.dividend);
    }
    if (a.split != 1 || a.dividend)
        vec_push(&l->actions, a);
}

static void trade_day(life *l, size_t t) {
    double before = l->price, r = stock_return(l, t);
    double gap = .35 * r + .004 * rng_normal(&l->r);
    double close = before * (1 + r), open = before * (1 + gap);
    double range = (.006 + .5 * fabs(r)) * rng_exponential(&l->r);
    double high = fmax(open, close) * (1 + .5 * range), low = fmin(open, close) / (1 + .5 * range);
    double busy = exp(.35 * rng_normal(&l->r)) * (1 + 12 * fabs(r));
    bar b = {.day = l->truth->day[t], .open = cents(open), .close = cents(close)};
    b.high = cents(high);
    b.low = cents(low);
    b.high = b.high < b.open ? b.open : b.high;
    b.high = b.high < b.close ? b.close : b.high;
    b.low = b.low > b.open ? b.open : b.low;
    b.low = b.low > b.close ? b.close : b.low;
    b.volume = (int64_t)(l->shares * l->turnover * busy / 100 + 1) * 100;
    l->price = decimal_to_double(b.close);
    vec_push(&l->bars, b);
}

static void live(const making *m, size_t i, life *l) {
    l->truth = m->truth;
    l->stock = &m->truth->stock[i];
    l->r = rng_stream(m->options->seed, STREAM_PRICES + 2 * i);
    l->price = 14 * exp(2.2 * rng_double(&l->r));
    l->shares = floor(exp(log(9e9) + 1.15 * rng_normal(&l->r)) / l->price);
    l->turnover = .004 * exp(.4 * rng_normal(&l->r));
    l->yield = rng_double(&l->r) < .65 ? .005 + .035 * rng_double(&l->r) : 0;
    l->pay_day = rng_below(&l->r, QUARTER);
    for (size_t t = l->stock->first; t < l->stock->end; t++) {
        double held = l->price * l->shares;
        if (t > l->stock->first)
            act(l, t);
        double before = l->price;
        trade_day(l, t);
        if (t > l->stock->first) {
            m->index[t] += held * (l->price / before - 1);
            m->capital[t] += held;
        }
    }
}

static status store_stock(load *to, life *l, bool delisted) {
    int32_t sid;
    TRY(load_security(to, l->stock->symbol, "stock", "raw", &sid));
    for (size_t i = 0; i < l->bars.n; i++)
        l->bars.at[i].sid = sid;
    load_counts counts = {0};
    TRY(load_bars(to, l->bars.at, l->bars.n, &counts));
    for (size_t i = 0; i < l->actions.n; i++)
        TRY(load_action(to, sid, l->actions.at[i].day, l->actions.at[i].split, l->actions.at[i].dividend));
    bool changed;
    TRY(load_describe(to, sid, l->stock->name, demo_sector(l->stock->sector), (int64_t)l->shares, &changed));
    if (delisted)
        TRY(load_delisting(to, sid, l->bars.at[l->bars.n - 1].day, l->stock->delisting,
                           l->stock->delisting < -.2 ? "bankruptcy" : "acquired"));
    return STATUS_OK;
}

// The capital-weighted price index of everything listed.
static status store_index(load *to, const making *m) {
    int32_t sid;
    TRY(load_security(to, DEMO_INDEX, "index", "split-adjusted", &sid));
    VEC(bar) bars = {0};
    double level = 1000;
    for (size_t t = 0; t < m->truth->days; t++) {
        double before = level;
        if (m->capital[t] > 0)
            level *= 1 + m->index[t] / m->capital[t];
        bar b = {.sid = sid, .day = m->truth->day[t], .open = cents(before), .close = cents(level), .volume = 0};
        b.high = b.open > b.close ? b.open : b.close;
        b.low = b.open < b.close ? b.open : b.close;
        vec_push(&bars, b);
    }
    load_counts counts = {0};
    status s = load_bars(to, bars.at, bars.n, &counts);
    vec_free(&bars);
    TRY(s);
    bool changed;
    return load_describe(to, sid, "Demo market index", "", 0, &changed);
}

static status store_all(load *to, const making *m) {
    for (size_t i = 0; i < m->truth->stocks; i++) {
        if (m->cancelled && __atomic_load_n(m->cancelled, __ATOMIC_RELAXED))
            return status_fail(STATUS_CANCELLED, "stopped; nothing was kept");
        life l = {0};
        live(m, i, &l);
        status s = store_stock(to, &l, l.stock->end < m->truth->days);
        vec_free(&l.bars);
        vec_free(&l.actions);
        TRY(s);
        if (m->progress)
            m->progress(m->context, (int)i + 1, (int)m->truth->stocks);
    }
    return store_index(to, m);
}

static status write_universe(store_connection *c, void *context) {
    load *to;
    TRY(load_begin(c, &to));
    status s = store_all(to, context);
    if (s == STATUS_OK)
        s = load_finish(to);
    load_free(to);
    return s;
}

status demo_create(store *s, const demo_options *options, demo_progress progress, void *context,
                   const volatile int *cancelled) {
    securities known = {0};
    TRY(securities_load(s, &known));
    size_t stocks = 0;
    for (size_t i = 0; i < known.n; i++)
        stocks += strcmp(known.at[i].kind, "stock") == 0;
    securities_free(&known);
    if (stocks)
        return status_fail(STATUS_EXISTS,
                           "the workspace holds %zu securities: make the demo in an empty one (--home DIR)", stocks);
    demo_truth truth;
    TRY(demo_truth_make(options, &truth));
    making m = {.truth = &truth,
                .options = options,
                .progress = progress,
                .context = context,
                .cancelled = cancelled,
                .index = mem_new(truth.days, sizeof(double)),
                .capital = mem_new(truth.days, sizeof(double))};
    status result = store_write(s, STORE_WAREHOUSE, write_universe, &m);
    free(m.index);
    free(m.capital);
    demo_truth_free(&truth);
    return result;
}

// The index comes with the universe, in its transaction; imports make stocks alone, so that none can pass for it.
bool demo_is(store *s) {
    securities known = {0};
    if (securities_load(s, &known) != STATUS_OK)
        return false;
    const security *index = securities_find(&known, DEMO_INDEX);
    bool is = index && strcmp(index->kind, "index") == 0;
    securities_free(&known);
    return is;
}
