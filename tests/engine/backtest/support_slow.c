#include <math.h>
#include <stdlib.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "tests/engine/backtest/support_backtest.h"

typedef struct {
    const sim_settings *s;
    size_t n;
    long double cash;
    double *shares, *order, *target;
    long double *mark;
    int *missing;
    long double traded;
    slow_ledger *out;
} slow_state;

static long double paid_price(const slow_state *z, double shares, long double price) {
    return shares > 0 ? price * (1 + (long double)z->s->costs.slippage)
                      : price * (1 - (long double)z->s->costs.slippage);
}

static void trade(slow_state *z, size_t i, double shares, long double price) {
    long double paid = paid_price(z, shares, price);
    long double commission = fabsl(shares * paid) * (long double)z->s->costs.commission;
    z->cash -= shares * paid;
    z->cash -= commission;
    z->shares[i] += shares;
    z->mark[i] = price;
    z->traded += fabsl(shares * paid);
    z->out->trades++;
    z->out->costs += (double)(commission + fabsl(shares * (paid - price)));
}

static double price_on(const slow_state *z, size_t t, size_t i) {
    double close = z->s->panel->close[t * z->n + i], open = z->s->panel->open[t * z->n + i];
    return z->s->fill == SIM_NEXT_CLOSE || isnan(open) ? close : open;
}

static void fill_orders(slow_state *z, size_t t) {
    long double need = 0;
    for (size_t i = 0; i < z->n; i++)
        if (z->order[i] < 0 && !isnan(price_on(z, t, i)))
            trade(z, i, z->order[i], price_on(z, t, i));
    for (size_t i = 0; i < z->n; i++)
        if (z->order[i] > 0 && !isnan(price_on(z, t, i)))
            need += z->order[i] * paid_price(z, 1, price_on(z, t, i)) * (1 + (long double)z->s->costs.commission);
    long double part = need > z->cash ? (z->cash > 0 ? z->cash / need : 0) : 1;
    for (size_t i = 0; i < z->n; i++) {
        double shares = part < 1 ? (double)floorl(z->order[i] * part) : z->order[i];
        if (shares > 0 && !isnan(price_on(z, t, i)))
            trade(z, i, shares, price_on(z, t, i));
    }
}

static void book_dividends(slow_state *z, size_t t) {
    for (size_t i = 0; i < z->n; i++) {
        double total = z->s->panel->total_return[t * z->n + i], close = z->s->panel->close[t * z->n + i];
        if (z->shares[i] == 0 || isnan(total))
            continue;
        if (isnan(close)) { // delisted: paid out free of costs
            long double value = z->shares[i] * z->mark[i] * (1 + (long double)total);
            z->cash += value;
            z->traded += fabsl(value);
            z->out->trades++;
            z->shares[i] = z->order[i] = 0;
            continue;
        }
        long double dividend = z->mark[i] * (1 + (long double)total) - close;
        if (fabsl(dividend) > 1e-8L * close)
            z->cash += z->shares[i] * dividend;
    }
}

static long double mark_and_value(slow_state *z, size_t t) {
    for (size_t i = 0; i < z->n; i++) {
        double close = z->s->panel->close[t * z->n + i];
        z->missing[i] = isnan(close) && z->shares[i] != 0 ? z->missing[i] + 1 : 0;
        if (!isnan(close))
            z->mark[i] = close;
        if (z->missing[i] == 21)
            trade(z, i, -z->shares[i], z->mark[i]);
    }
    long double value = z->cash;
    for (size_t i = 0; i < z->n; i++)
        if (z->shares[i] != 0)
            value += z->shares[i] * z->mark[i];
    return value;
}

static void decide_orders(slow_state *z, size_t t, long double equity, slow_decide decide, void *context) {
    for (size_t i = 0; i < z->n; i++)
        z->target[i] = NAN;
    decide(context, z->s->panel, t, z->shares, z->target);
    for (size_t i = 0; i < z->n; i++) {
        z->order[i] = 0;
        double close = z->s->panel->close[t * z->n + i];
        if (isnan(z->target[i]) || (z->target[i] != 0 && isnan(close)))
            continue;
        long double want = z->target[i] != 0 ? z->target[i] * equity / close : 0;
        want = want > 0 ? floorl(want + 1e-9L) : ceill(want - 1e-9L);
        z->order[i] = (double)want - z->shares[i];
    }
}

slow_ledger slow_simulate(const sim_settings *s, slow_decide decide, void *context) {
    size_t n = s->panel->securities;
    slow_ledger out = {mem_new(s->panel->dates, sizeof(double)), mem_new(s->panel->dates, sizeof(double)), 0, 0};
    slow_state z = {.s = s, .n = n, .cash = s->capital, .out = &out};
    z.shares = mem_new(n, sizeof *z.shares);
    z.order = mem_new(n, sizeof *z.order);
    z.target = mem_new(n, sizeof *z.target);
    z.mark = mem_new(n, sizeof *z.mark);
    z.missing = mem_new(n, sizeof *z.missing);
    long double equity = s->capital;
    for (size_t t = s->first; t <= s->last; t++) {
        long double before = equity;
        z.traded = 0;
        book_dividends(&z, t);
        fill_orders(&z, t);
        equity = mark_and_value(&z, t);
        out.equity[t] = (double)equity;
        out.turnover[t] = (double)(z.traded / 2 / before);
        decide_orders(&z, t, equity, decide, context);
    }
    free(z.shares);
    free(z.order);
    free(z.target);
    free(z.mark);
    free(z.missing);
    return out;
}

void slow_free(slow_ledger *l) {
    free(l->equity);
    free(l->turnover);
    *l = (slow_ledger){0};
}

static bool month_ends(const panel *p, size_t t) {
    int y, m, d, y2, m2, d2;
    date_split(p->day[t], &y, &m, &d);
    date_split(p->day[t + 1], &y2, &m2, &d2);
    return m != m2 || y != y2;
}

// A week ends when the next day is earlier in the week, or a whole week later.
static bool week_ends(const panel *p, size_t t) {
    return date_weekday(p->day[t + 1]) <= date_weekday(p->day[t]) || p->day[t + 1] - p->day[t] >= 7;
}

typedef struct {
    double signal;
    size_t column;
} ranked;

static int by_rank(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    if (x->signal != y->signal)
        return x->signal > y->signal ? -1 : 1;
    return (x->column > y->column) - (x->column < y->column);
}

void slow_momentum_decide(void *context, const panel *p, size_t t, const double *shares, double *target) {
    const slow_momentum *m = context;
    size_t n = p->securities, have = 0;
    (void)shares;
    if (t >= m->last)
        return;
    if (m->every ? (t - m->first) % m->every != 0 : !(m->weekly ? week_ends(p, t) : month_ends(p, t)))
        return;
    ranked *list = mem_new(n, sizeof *list);
    for (size_t i = 0; i < n; i++) {
        double now = p->close[t * n + i], to = p->close[(t - m->skip) * n + i],
               from = p->close[(t - m->lookback) * n + i];
        if (!isnan(now) && !isnan(to) && !isnan(from))
            list[have++] = (ranked){to / from - 1, i};
    }
    qsort(list, have, sizeof *list, by_rank);
    size_t k = m->top ? m->top : (size_t)(m->quantile * (double)have + 1e-9);
    k = k < 1 ? 1 : k;
    size_t most = m->long_short ? have / 2 : have;
    k = k > most ? most : k;
    if (k > 0)
        for (size_t i = 0; i < n; i++)
            target[i] = 0;
    for (size_t j = 0; j < k; j++) {
        target[list[j].column] = 1.0 / (double)k;
        if (m->long_short)
            target[list[have - 1 - j].column] = -1.0 / (double)k;
    }
    free(list);
}

// Mean of the last `bars` closes that are there, up to row t; NaN when there are fewer.
static long double mean_of_last(const panel *p, size_t t, size_t i, size_t bars) {
    long double sum = 0;
    size_t have = 0;
    for (size_t u = t + 1; u-- > 0 && have < bars;) {
        double close = p->close[u * p->securities + i];
        if (!isnan(close)) {
            sum += close;
            have++;
        }
    }
    return have < bars ? (long double)NAN : sum / (long double)bars;
}

void slow_crossover_decide(void *context, const panel *p, size_t t, const double *shares, double *target) {
    const slow_crossover *c = context;
    size_t n = p->securities, alive = 0;
    for (size_t i = 0; i < n; i++)
        alive += isnan(p->close[t * n + i]) ? 0 : 1;
    for (size_t i = 0; i < n; i++) {
        if (isnan(p->close[t * n + i]))
            continue;
        long double fast = mean_of_last(p, t, i, c->fast), slow = mean_of_last(p, t, i, c->slow);
        int wanted = fast > slow ? 1 : (fast < slow && c->shorts ? -1 : 0);
        int have = (shares[i] > 0) - (shares[i] < 0);
        if (wanted != have)
            target[i] = wanted / (double)alive;
    }
}
