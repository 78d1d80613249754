#include "engine/backtest/sim_account.h"

#include <assert.h>
#include <math.h>

#include "src/base/clock.h"

struct sim_account {
    const sim_settings *settings;
    sim_ledger *ledger;
    size_t n;                 // securities
    double cash, equity;      // equity of the last close
    double traded;            // value traded since the last close
    double *shares, *mark;    // mark: last price seen while held
    double *wanted;           // orders that wait, signed shares
    uint8_t *listed;          // whether a security stands in `waiting`
    uint8_t *missing;         // days in a row without a price, of held securities
    uint32_t *held, *waiting; // columns; held ascending, waiting in the order given
    size_t held_n, waiting_n;
    double *price;  // [n] of the orders being filled, by place in `waiting`
    bool overdrawn; // said once
};

status sim_account_new(const sim_settings *settings, sim_ledger *ledger, sim_account **out) {
    size_t n = settings->panel->securities;
    assert(settings->first < settings->last && settings->last < settings->panel->dates && settings->capital > 0);
    TRY(sim_ledger_reset(ledger, settings->first, settings->last - settings->first + 1));
    sim_account *a = mem_new(1, sizeof *a);
    a->settings = settings;
    a->ledger = ledger;
    a->n = n;
    a->cash = a->equity = settings->capital;
    a->shares = mem_try(n, sizeof *a->shares);
    a->mark = mem_try(n, sizeof *a->mark);
    a->wanted = mem_try(n, sizeof *a->wanted);
    a->price = mem_try(n, sizeof *a->price);
    a->listed = mem_try(n, sizeof *a->listed);
    a->missing = mem_try(n, sizeof *a->missing);
    a->held = mem_try(n, sizeof *a->held);
    a->waiting = mem_try(n, sizeof *a->waiting);
    if (!a->shares || !a->mark || !a->wanted || !a->price || !a->listed || !a->missing || !a->held || !a->waiting) {
        sim_account_free(a);
        return status_fail(STATUS_FULL, "no memory for an account of %zu securities", n);
    }
    *out = a;
    return STATUS_OK;
}

void sim_account_free(sim_account *a) {
    if (!a)
        return;
    free(a->shares);
    free(a->mark);
    free(a->wanted);
    free(a->price);
    free(a->listed);
    free(a->missing);
    free(a->held);
    free(a->waiting);
    free(a);
}

double sim_account_cash(const sim_account *a) { return a->cash; }
double sim_account_equity(const sim_account *a) { return a->equity; }
const double *sim_account_shares(const sim_account *a) { return a->shares; }

static void note(sim_account *a, sim_event_kind kind, size_t t, size_t i, double shares, double value) {
    vec_push(&a->ledger->events, (sim_event){kind, (uint32_t)t, (uint32_t)i, shares, value});
}

static void list_held(sim_account *a) {
    size_t n = 0;
    for (size_t i = 0; i < a->n; i++) {
        a->held[n] = (uint32_t)i;
        n += a->shares[i] != 0;
    }
    a->held_n = n;
}

// Books a trade at `price` (before slippage) and its costs.
static void book(sim_account *a, size_t t, size_t i, double shares, double price, const sim_costs *c) {
    double paid = price * (shares > 0 ? 1 + c->slippage : 1 - c->slippage);
    double value = fabs(shares) * paid;
    double cost = value * c->commission + fabs(shares) * price * c->slippage;
    a->cash -= shares * paid + value * c->commission;
    if (a->shares[i] == 0)
        a->missing[i] = 0;
    a->shares[i] += shares;
    a->mark[i] = price;
    a->traded += value;
    a->ledger->costs += cost;
    vec_push(&a->ledger->trades, (sim_trade){(uint32_t)t, (uint32_t)i, shares, paid, cost});
}

// A delisted security pays what its holders got: the last mark and the delisting return on it, free of costs.
static void pay_out(sim_account *a, size_t t, size_t i, double total_return) {
    const sim_costs none = {0, 0};
    double price = a->mark[i] * (1 + total_return);
    note(a, SIM_PAID_OUT, t, i, a->shares[i], price);
    book(a, t, i, -a->shares[i], price, &none);
}

void sim_account_open(sim_account *a, size_t t) {
    const double *close = a->settings->panel->close + t * a->n;
    const double *total = a->settings->panel->total_return + t * a->n;
    bool paid_out = false;
    for (size_t k = 0; k < a->held_n; k++) {
        size_t i = a->held[k];
        double dividend = a->mark[i] * (1 + total[i]) - close[i];
        if (fabs(dividend) > 1e-8 * close[i]) { // false for NaN as well
            a->cash += a->shares[i] * dividend;
        } else if (isnan(close[i]) && !isnan(total[i])) {
            pay_out(a, t, i, total[i]);
            paid_out = true;
        }
    }
    if (paid_out)
        list_held(a);
}

static int by_column(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

// Orders are worked through by column, whatever order they were given in, so that sums do not depend on it.
static void sort_waiting(sim_account *a) {
    for (size_t k = 1; k < a->waiting_n; k++)
        if (a->waiting[k] < a->waiting[k - 1]) {
            qsort(a->waiting, a->waiting_n, sizeof *a->waiting, by_column);
            return;
        }
}

// The price at which an order for i is filled on day t; NaN when there is none.
static double fill_price(sim_account *a, size_t t, size_t i) {
    const panel *p = a->settings->panel;
    double close = p->close[t * a->n + i];
    if (a->settings->fill == SIM_NEXT_CLOSE)
        return close;
    double open = p->open[t * a->n + i];
    if (!isnan(open))
        return open;
    if (!isnan(close))
        note(a, SIM_LATE, t, i, a->wanted[i], close);
    return close;
}

// Finds the prices, takes out the orders that have none, and books the sales. Returns what all purchases would cost.
static double fill_sales(sim_account *a, size_t t) {
    const sim_costs *c = &a->settings->costs;
    double need = 0;
    for (size_t k = 0; k < a->waiting_n; k++) {
        size_t i = a->waiting[k];
        if (a->wanted[i] == 0)
            continue;
        a->price[k] = fill_price(a, t, i);
        if (!(a->price[k] > 0)) {
            note(a, SIM_LAPSED, t, i, a->wanted[i], a->price[k]);
            a->wanted[i] = 0;
        } else if (a->wanted[i] < 0) {
            book(a, t, i, a->wanted[i], a->price[k], c);
            a->wanted[i] = 0;
        } else {
            need += a->wanted[i] * a->price[k] * (1 + c->slippage) * (1 + c->commission);
        }
    }
    return need;
}

static void fill_purchases(sim_account *a, size_t t, double need) {
    double scale = 1;
    if (need > a->cash) {
        scale = a->cash > 0 ? a->cash / need : 0;
        note(a, SIM_CUT, t, 0, 0, scale);
    }
    for (size_t k = 0; k < a->waiting_n; k++) {
        size_t i = a->waiting[k];
        double shares = scale < 1 ? floor(a->wanted[i] * scale) : a->wanted[i];
        if (shares > 0)
            book(a, t, i, shares, a->price[k], &a->settings->costs);
    }
}

static void forget_orders(sim_account *a) {
    for (size_t k = 0; k < a->waiting_n; k++) {
        a->wanted[a->waiting[k]] = 0;
        a->listed[a->waiting[k]] = 0;
    }
    a->waiting_n = 0;
}

void sim_account_fill(sim_account *a, size_t t) {
    if (a->waiting_n == 0)
        return;
    sort_waiting(a);
    fill_purchases(a, t, fill_sales(a, t));
    forget_orders(a);
    list_held(a);
}

static void sell_vanished(sim_account *a, size_t t) {
    for (size_t k = 0; k < a->held_n; k++) {
        size_t i = a->held[k];
        if (a->missing[i] < SIM_MISSING_DAYS)
            continue;
        note(a, SIM_DELISTED, t, i, a->shares[i], a->mark[i]);
        book(a, t, i, -a->shares[i], a->mark[i], &a->settings->costs);
        a->missing[i] = 0;
    }
    list_held(a);
}

// Marks the held securities that have a price; returns whether one has vanished.
static bool mark_held(sim_account *a, size_t t, double *value) {
    const double *close = a->settings->panel->close + t * a->n;
    bool vanished = false;
    double sum = 0;
    for (size_t k = 0; k < a->held_n; k++) {
        size_t i = a->held[k];
        if (!isnan(close[i])) {
            a->mark[i] = close[i];
            a->missing[i] = 0;
        } else if (++a->missing[i] >= SIM_MISSING_DAYS) {
            vanished = true;
        }
        sum += a->shares[i] * a->mark[i];
    }
    *value = sum;
    return vanished;
}

static double value_held(const sim_account *a) {
    double sum = 0;
    for (size_t k = 0; k < a->held_n; k++)
        sum += a->shares[a->held[k]] * a->mark[a->held[k]];
    return sum;
}

status sim_account_close(sim_account *a, size_t t) {
    double before = a->equity, value;
    if (mark_held(a, t, &value)) {
        sell_vanished(a, t);
        value = value_held(a);
    }
    a->equity = a->cash + value;
    if (a->cash < -1e-9 * before && !a->overdrawn) {
        a->overdrawn = true;
        note(a, SIM_OVERDRAWN, t, 0, 0, a->cash);
    }
    size_t k = t - a->ledger->first;
    a->ledger->equity[k] = a->equity;
    a->ledger->turnover[k] = a->traded / 2 / before;
    a->traded = 0;
    if (a->equity > 0)
        return STATUS_OK;
    char day[DATE_TEXT];
    return status_fail(STATUS_INVALID, "the account is ruined on %s: the equity is %.2f after starting with %.2f",
                       date_text(a->settings->panel->day[t], day), a->equity, a->settings->capital);
}

void sim_account_end(sim_account *a) {
    sort_waiting(a);
    for (size_t k = 0; k < a->waiting_n; k++) {
        size_t i = a->waiting[k];
        if (a->wanted[i] != 0)
            note(a, SIM_UNFILLED, a->settings->last, i, a->wanted[i], 0);
    }
    forget_orders(a);
}

void sim_account_order(sim_account *a, size_t i, double shares) {
    assert(i < a->n && isfinite(shares));
    if (!a->listed[i]) {
        a->listed[i] = 1;
        a->waiting[a->waiting_n++] = (uint32_t)i;
    }
    a->wanted[i] += shares;
}

bool sim_account_target(sim_account *a, size_t t, size_t i, double fraction) {
    assert(i < a->n && isfinite(fraction));
    double target = 0;
    if (fraction != 0) {
        double price = a->settings->panel->close[t * a->n + i];
        if (!(price > 0))
            return false;
        double exact = fraction * a->equity / price;
        target = exact > 0 ? floor(exact + 1e-9) : ceil(exact - 1e-9);
    }
    double shares = target - a->shares[i];
    if (shares == 0 && !a->listed[i])
        return true;
    sim_account_order(a, i, shares - a->wanted[i]);
    return true;
}

status sim_check(const sim_settings *s, size_t t) {
    if (s->cancelled && __atomic_load_n(s->cancelled, __ATOMIC_RELAXED))
        return status_fail(STATUS_CANCELLED, "the backtest was cancelled");
    if (s->progress && t >= s->first)
        s->progress(s->context, (double)(t - s->first) / (double)(s->last - s->first));
    return STATUS_OK;
}
