#include "tests/ui/support_model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/market/book.h"
#include "src/base/clock.h"
#include "src/base/mem.h"
#include "tests/ui/support_market.h"

enum { NAMES = 48, STYLES = 6, SECTORS = 11, DAYS = 250 };

static const struct {
    const char *symbol;
    int sector;
    double price;
} securities[NAMES] = {
    {"NVDA", 0, 118.42}, {"MSFT", 0, 402.11}, {"AAPL", 0, 188.30}, {"JNJ", 1, 158.77},  {"XOM", 2, 104.02},
    {"JPM", 3, 172.40},  {"V", 3, 271.02},    {"PG", 4, 155.10},   {"HD", 5, 352.88},   {"CVX", 2, 149.20},
    {"MRK", 1, 120.15},  {"KO", 4, 59.70},    {"PEP", 4, 168.44},  {"ABBV", 1, 164.03}, {"COST", 4, 690.12},
    {"AVGO", 0, 1120.5}, {"TMO", 1, 540.20},  {"MCD", 5, 291.10},  {"CSCO", 0, 50.22},  {"ACN", 0, 360.50},
    {"ABT", 1, 112.30},  {"LIN", 6, 405.60},  {"WMT", 4, 165.30},  {"CRM", 0, 280.40},  {"DIS", 7, 95.60},
    {"VZ", 7, 41.20},    {"NEE", 8, 58.33},   {"TXN", 0, 162.80},  {"PM", 4, 91.40},    {"UPS", 9, 157.90},
    {"RTX", 9, 90.10},   {"HON", 9, 199.80},  {"UNP", 9, 245.70},  {"LOW", 5, 220.90},  {"INTC", 0, 43.65},
    {"AMGN", 1, 310.20}, {"IBM", 0, 183.30},  {"CAT", 9, 301.00},  {"GE", 9, 132.60},   {"SBUX", 5, 93.10},
    {"PLD", 10, 128.50}, {"BA", 9, 211.30},   {"MMM", 9, 94.60},   {"T", 7, 17.20},     {"DUK", 8, 95.80},
    {"SO", 8, 69.30},    {"SLB", 2, 48.90},   {"BRK.B", 3, 384.0},
};

static const char *const sectors[SECTORS] = {"Information Technology",
                                             "Health Care",
                                             "Energy",
                                             "Financials",
                                             "Consumer Staples",
                                             "Consumer Discretionary",
                                             "Materials",
                                             "Communication",
                                             "Utilities",
                                             "Industrials",
                                             "Real Estate"};

static const char *const styles[STYLES] = {"Momentum", "Volatility", "Beta", "Reversal", "Size", "Liquidity"};

static int64_t money(double x) { return llround(x * 10000); }

static void set(char *to, size_t size, const char *from) { mem_copy_string(to, size, from); }
#define SET(field, from) set((field), sizeof(field), (from))

// At the exchange, which is five hours behind in November.
static int64_t moment(int hour, int minute, double second) {
    return date_instant(date_make(2026, 11, 20)) + 5 * 3600 * NS_PER_S + (hour * 3600 + minute * 60) * NS_PER_S +
           (int64_t)(second * (double)NS_PER_S);
}

static void fill_status(ui_model *m) {
    view_status *s = &m->status;
    SET(s->program, "0.1.0");
    SET(s->workspace, "/home/ada/.local/share/plimsoll");
    SET(s->state, "PAPER");
    SET(s->user, "ada");
    SET(s->role, "operator");
    SET(s->portfolio, "demo-core");
    SET(s->data_version, "7f3a90c1");
    s->desk_time = moment(14, 32, 7.0);
    s->session = date_make(2026, 11, 20);
    s->data_date = date_make(2026, 11, 19);
    s->beat_mono = 1000 * NS_PER_S;
    m->now_mono = s->beat_mono + 40 * NS_PER_MS;
    m->now_wall = moment(14, 32, 7.1);
    s->feed_time = s->desk_time - 12 * NS_PER_MS;
    s->venue_running = 1;
    s->pace = 1;
    s->working = 5;
    s->securities = 505;
}

static void fill_positions(ui_model *m, rng *r) {
    view_positions *p = &m->positions;
    p->n = p->held = NAMES;
    p->mark_age = 200 * NS_PER_MS;
    double equity = 2.39e6 + 2.0e6;
    for (int i = 0; i < NAMES; i++) {
        view_position *row = &p->rows[i];
        row->sid = i + 1;
        SET(row->symbol, securities[i].symbol);
        SET(row->sector, sectors[securities[i].sector]);
        bool is_short = i % 5 == 3;
        double size = 320e3 / (1 + 0.25 * i), last = securities[i].price * (1 + 0.012 * rng_normal(r));
        row->quantity = (is_short ? -1 : 1) * (int64_t)(size / securities[i].price / 10) * 10;
        row->average = money(securities[i].price);
        row->last = money(rint(last * 100) / 100);
        row->previous = money(rint(securities[i].price * (1 + 0.004 * rng_normal(r)) * 100) / 100);
        row->day_change = (double)row->last / (double)row->previous - 1;
        row->mark_time = m->status.desk_time - (i < 8 ? 200 * NS_PER_MS : 3 * NS_PER_S * i);
        row->value = row->last * row->quantity;
        row->unrealised = (row->last - row->average) * row->quantity;
        row->day_pnl = (row->last - row->previous) * row->quantity;
        row->realised = i % 7 == 0 ? money(120.5 * i) : 0;
        row->weight = (double)row->value / 10000 / equity;
        row->spark_n = VIEW_SPARK;
        double level = 3.5;
        for (int k = 0; k < VIEW_SPARK; k++) {
            level = fmin(fmax(level + rng_normal(r), 0), 7);
            row->spark[k] = (uint8_t)lround(level);
        }
        *(row->value > 0 ? &p->long_value : &p->short_value) += row->value;
        p->day_pnl += row->day_pnl;
        p->unrealised += row->unrealised;
        p->realised += row->realised;
    }
    p->cash = money(2.0e6);
    p->equity = p->cash + p->long_value + p->short_value;
    p->start_equity = p->capital = p->equity - p->day_pnl;
    p->fees = money(214.35);
}

static view_order *add_order(ui_model *m, int sid, side s, int64_t quantity, double price, view_order_state state) {
    view_orders *o = &m->orders;
    view_order *row = &o->rows[o->n];
    row->id = 120 - o->n;
    row->time = moment(14, 31, 58) - o->n * 41 * NS_PER_S;
    row->sid = sid;
    SET(row->symbol, securities[sid - 1].symbol);
    snprintf(row->client, sizeof row->client, "ada-%d", 1000 + o->n);
    row->side = (int32_t)s;
    row->quantity = quantity;
    row->price = money(price);
    row->type = price > 0 ? ORDER_LIMIT : ORDER_MARKET;
    row->self = SELF_CANCEL_NEWEST;
    row->state = (int32_t)state;
    o->n++;
    return row;
}

static void fill_orders(ui_model *m) {
    view_order *o = add_order(m, 1, SIDE_BUY, 200, 121.06, ORDER_WORKING);
    o->queue_place = 5;
    o->queue_total = 9;
    o = add_order(m, 5, SIDE_SELL, 300, 104.55, ORDER_PARTIAL);
    o->filled = 120;
    o->average_fill = money(104.55);
    o->queue_place = 1;
    o->queue_total = 4;
    o = add_order(m, 3, SIDE_SELL, 1500, 190.25, ORDER_WORKING);
    o->queue_place = 12;
    o->queue_total = 31;
    add_order(m, 12, SIDE_BUY, 400, 59.4, ORDER_NEW);
    o = add_order(m, 2, SIDE_BUY, 100, 399.7, ORDER_REJECTED);
    SET(o->reason, "position limit: 9.2 % of equity would be over 8.0 %");
    o = add_order(m, 6, SIDE_BUY, 250, 0, ORDER_FILLED);
    o->filled = 250;
    o->average_fill = money(172.4375);
    o = add_order(m, 9, SIDE_SELL, 80, 353.1, ORDER_CANCELLED);
    SET(o->reason, "by ada");
    o = add_order(m, 7, SIDE_SELL, 60, 272.5, ORDER_EXPIRED);
    o->tif = TIF_IOC;
    m->orders.working = 4;
    m->orders.filled = 1;
    for (int i = 0; i < 6; i++) {
        view_fill *f = &m->fills.rows[m->fills.n++];
        f->time = moment(14, 31, 30.25) - i * 37 * NS_PER_S;
        f->order = i < 2 ? 119 : 115;
        f->sid = i < 2 ? 5 : 6;
        SET(f->symbol, i < 2 ? "XOM" : "JPM");
        f->side = i < 2 ? SIDE_SELL : SIDE_BUY;
        f->quantity = i < 2 ? 60 : 62 + (i == 5);
        f->price = money(i < 2 ? 104.55 : 172.43 + 0.01 * i);
        f->fee = money(0.31);
    }
}

static void fill_book(ui_model *m, rng *r) {
    view_book *b = &m->book[0];
    b->sid = 1;
    b->live = 1;
    SET(b->symbol, "NVDA");
    SET(b->name, "NVIDIA Corporation");
    SET(b->sector, sectors[0]);
    b->time = m->status.desk_time - 12 * NS_PER_MS;
    b->last = money(121.07);
    b->previous = money(118.42);
    b->open = money(118.9);
    b->high = money(121.4);
    b->low = money(118.6);
    b->volume = 1843200;
    b->trades = 9120;
    b->vwap = 1201234.5;
    b->bids = 24;
    b->asks = 24;
    for (int i = 0; i < 24; i++) {
        int64_t far = money(0.01) * (i + (i > 4) + 2 * (i > 9));
        b->bid[i] = (view_level){.price = money(121.07) - far,
                                 .quantity = 100 * (3 + (int64_t)rng_below(r, 18)),
                                 .orders = 3 + (int)rng_below(r, 12)};
        b->ask[i] = (view_level){.price = money(121.09) + far,
                                 .quantity = 50 * (4 + (int64_t)rng_below(r, 40)),
                                 .orders = 2 + (int)rng_below(r, 14)};
    }
    b->bid[1].own_place = 5;
    b->bid[1].own_total = 9;
    b->bid[1].own_quantity = 200;
    b->ask[3].own_place = 2;
    b->ask[3].own_total = 4;
    b->ask[3].own_quantity = 1000;
    b->spread = b->ask[0].price - b->bid[0].price;
    b->mid = ((double)b->bid[0].price + (double)b->ask[0].price) / 2;
    double bid = (double)b->bid[0].quantity, ask = (double)b->ask[0].quantity;
    b->micro = ((double)b->bid[0].price * ask + (double)b->ask[0].price * bid) / (bid + ask);
    b->imbalance = (bid - ask) / (bid + ask);
    b->prints = 40;
    for (int i = 0; i < b->prints; i++)
        b->tape[i] = (view_print){.time = b->time - i * 830 * NS_PER_MS,
                                  .price = money(121.07 + 0.01 * (double)((int)rng_below(r, 5) - 2)),
                                  .quantity = 100 * (1 + (int64_t)rng_below(r, 9)),
                                  .aggressor = rng_below(r, 2) ? SIDE_BUY : SIDE_SELL,
                                  .own = i == 6};
    b->course.n = 200;
    b->course.step = 64 * NS_PER_S;
    for (int i = 0; i < b->course.n; i++) {
        b->course.time[i] = b->time - (b->course.n - i) * b->course.step;
        b->course.price[i] =
            money(rint(100 * (119.6 + 1.5 * i / b->course.n + 0.6 * sin(i * 0.13) + 0.2 * sin(i * 1.7))) / 100);
    }
    b->closes = 252;
    double price = 82;
    date day = date_make(2025, 12, 2);
    for (int i = 0; i < b->closes; i++, day = date_next_weekday(day)) {
        price *= 1 + 0.0014 + 0.019 * rng_normal(r);
        b->close[i] = rint(price * 100) / 100;
        b->close_day[i] = day;
    }
    m->book[1].sid = 2;
    SET(m->book[1].symbol, "MSFT");
}

static void fill_breaker(ui_model *m) {
    view_breaker *b = &m->breaker;
    static const view_limit limits[] = {
        {"day loss", 13500, 50000, 50000, "money"}, {"drawdown", 0.45, 2.5, 2.5, "percent"},
        {"VaR 99 %", 2.6, 3.0, 3.0, "percent"},     {"gross exposure", 4.43e6, 6e6, 6e6, "money"},
        {"orders a minute", 12, 100, 100, "count"}, {"largest order", 1500, 10000, 10000, "shares"},
    };
    b->state = BREAKER_TRADING;
    b->since = moment(9, 30, 0);
    b->limits = sizeof limits / sizeof *limits;
    memcpy(b->limit, limits, sizeof limits);
    b->trips = 3;
    b->trip[0] = (view_trip){moment(9, 30, 0) - 2 * NS_PER_DAY, moment(9, 30, 0) - 2 * NS_PER_DAY, BREAKER_TRADING,
                             "ada", "quiet time over"};
    b->trip[1] = (view_trip){moment(15, 10, 0) - 3 * NS_PER_DAY, moment(15, 10, 0) - 3 * NS_PER_DAY, BREAKER_QUIET,
                             "ada", "reset: feed is back"};
    b->trip[2] = (view_trip){moment(14, 58, 0) - 3 * NS_PER_DAY, moment(14, 58, 0) - 3 * NS_PER_DAY, BREAKER_TRIPPED,
                             "desk", "daily loss -51,220"};
}

static void fill_factors(view_risk *k) {
    static const double contributions[1 + STYLES] = {0.099, 0.0212, 0.0104, 0.0061, -0.0012, -0.0044, 0.0007};
    static const double exposures[1 + STYLES] = {1.04, 0.82, 0.41, 0.33, -0.12, -0.55, 0.06};
    k->total = 0.148;
    k->factors = 1 + STYLES + SECTORS;
    for (int i = 0; i < k->factors; i++) {
        view_factor *f = &k->factor_row[i];
        bool style = i >= 1 && i <= STYLES;
        SET(f->name, i == 0 ? "Market" : style ? styles[i - 1] : sectors[i - 1 - STYLES]);
        SET(f->group, i == 0 ? "market" : style ? "style" : "sector");
        f->exposure = i <= STYLES ? exposures[i] : 0.24 - 0.03 * (i - STYLES);
        f->contribution = i <= STYLES ? contributions[i] : 0.0022 - 0.0004 * (i - STYLES);
        f->percent = f->contribution / k->total;
        f->volatility = 0.16 - 0.005 * i;
    }
}

static void fill_risk(ui_model *m, rng *r) {
    view_risk *k = &m->risk;
    k->state = 2;
    k->as_of = date_make(2026, 11, 19);
    k->computed = moment(14, 20, 0);
    SET(k->model, "style-6.4c1e");
    SET(k->data, "7f3a90c1");
    k->securities = 505;
    k->history = 756;
    k->value = 4.39e6;
    fill_factors(k);
    k->market = 0.121;
    k->style = 0.052;
    k->sector = 0.021;
    k->factor = 0.134;
    k->specific = 0.063;
    k->r2 = 0.64;
    k->beta = 0.71;
    k->herfindahl = 0.031;
    k->effective_names = 32.3;
    k->names = NAMES;
    for (int i = 0; i < NAMES; i++) {
        view_name *n = &k->name_row[i];
        n->sid = i + 1;
        SET(n->symbol, securities[i].symbol);
        SET(n->sector, sectors[securities[i].sector]);
        n->weight = m->positions.rows[i].weight;
        n->contribution = n->weight * 0.2 * (1 + 0.4 * rng_normal(r));
        n->percent = n->contribution / k->total;
        n->specific = 0.2 + 0.05 * rng_normal(r);
        for (int f = 0; f < k->factors; f++)
            n->exposure[f] = f == 0        ? 1
                             : f <= STYLES ? (float)(1.1 * rng_normal(r))
                                           : f - 1 - STYLES == securities[i].sector;
    }
    k->var95_hist = 0.0121;
    k->var99_hist = 0.0193;
    k->es95_hist = 0.0168;
    k->es99_hist = 0.0241;
    k->var95_norm = 0.0153;
    k->var99_norm = 0.0217;
    k->es95_norm = 0.0192;
    k->es99_norm = 0.0248;
    k->var_days = DAYS;
    double volatility = 0.0075;
    date day = date_make(2025, 12, 5);
    for (int i = 0; i < DAYS; i++, day = date_next_weekday(day)) {
        double x = volatility * rng_student(r, 5);
        k->var_day[i] = day;
        k->pnl_series[i] = (float)x;
        k->var_series[i] = i < 5 ? NAN : (float)(2.4 * volatility);
        k->var_forecasts += i >= 5;
        k->exceptions += i >= 5 && x < -2.4 * volatility;
        volatility = sqrt(0.03 * 0.0075 * 0.0075 + 0.91 * volatility * volatility + 0.06 * x * x);
    }
}

static void fill_stress(ui_model *m) {
    static const struct {
        const char *name, *how;
        int from[3], to[3];
        double index, percent;
    } rows[] = {
        {"2008 crisis", "through factors", {2008, 9, 1}, {2009, 3, 9}, -0.463, -0.341},
        {"COVID 2020", "through factors", {2020, 2, 19}, {2020, 3, 23}, -0.339, -0.262},
        {"Dot-com 2000-02", "through factors", {2000, 3, 24}, {2002, 10, 9}, -0.491, -0.287},
        {"February 2018", "replayed", {2018, 1, 26}, {2018, 2, 8}, -0.101, -0.071},
        {"Rally of 2019", "replayed", {2019, 1, 2}, {2019, 4, 30}, 0.174, 0.121},
    };
    view_stress *s = &m->stress;
    s->state = 2;
    s->n = sizeof rows / sizeof *rows;
    for (int i = 0; i < s->n; i++) {
        view_scenario *row = &s->row[i];
        SET(row->name, rows[i].name);
        SET(row->how, rows[i].how);
        row->from = date_make(rows[i].from[0], rows[i].from[1], rows[i].from[2]);
        row->to = date_make(rows[i].to[0], rows[i].to[1], rows[i].to[2]);
        row->index_move = rows[i].index;
        row->percent = rows[i].percent;
        row->pnl = rows[i].percent * m->risk.value;
        row->factors = m->risk.factors;
        for (int f = 0; f < row->factors; f++)
            row->by_factor[f] = row->pnl * (f == 0 ? 0.74 : 0.08 * cos(f * 1.7) / f);
        row->worst_n = VIEW_WORST;
        for (int k = 0; k < VIEW_WORST; k++) {
            SET(row->worst[k].symbol, securities[k * 3].symbol);
            row->worst[k].pnl = row->pnl * 0.12 / (1 + 0.3 * k);
        }
    }
}

static void fill_curve(view_curve *curve, const view_run *run, rng *r, double drift) {
    set(curve->run_id, sizeof curve->run_id, run->run_id);
    curve->n = VIEW_CURVE_POINTS;
    double equity = 1, top = 1;
    for (int i = 0; i < curve->n; i++) {
        equity *= i ? 1 + drift + 0.011 * rng_normal(r) : 1;
        top = fmax(top, equity);
        curve->day[i] = date_make(2013, 2, 8) + (int)(i * 3.57);
        curve->equity[i] = (float)equity;
        curve->drawdown[i] = (float)(equity / top - 1);
    }
}

static void fill_runs(ui_model *m, rng *r) {
    static const struct {
        const char *id, *strategy, *parameters, *message;
        view_run_state state;
        double progress, total, annual, volatility, sharpe, drawdown;
    } rows[] = {
        {"", "momentum", "lookback=126 top=50", "", RUN_RUNNING, 0.45, 0, 0, 0, 0, 0},
        {"", "crossover", "fast=10 slow=50 symbol=NVDA", "", RUN_QUEUED, 0, 0, 0, 0, 0, 0},
        {"4be19c07d2a1f3e8", "momentum", "lookback=252 skip=21 quantile=0.2", "", RUN_DONE, 1, 0.871, 0.134, 0.142,
         0.95, -0.183},
        {"90aa31bc55e0127d", "crossover", "fast=20 slow=50", "", RUN_DONE, 1, 0.242, 0.044, 0.118, 0.42, -0.212},
        {"", "crossover", "symbol=ZZZZ", "symbol: ZZZZ is not in the data", RUN_FAILED, 0.02, 0, 0, 0, 0, 0},
        {"c0ffee1234567890", "hold", "", "", RUN_DONE, 1, -0.052, -0.011, 0.165, -0.03, -0.334},
        {"", "momentum", "lookback=60", "", RUN_CANCELLED, 0.7, 0, 0, 0, 0, 0},
    };
    m->runs.n = sizeof rows / sizeof *rows;
    int curves = 0;
    for (int i = 0; i < m->runs.n; i++) {
        view_run *row = &m->runs.row[i];
        row->job = 31 - i;
        SET(row->run_id, rows[i].id);
        SET(row->strategy, rows[i].strategy);
        SET(row->parameters, rows[i].parameters);
        SET(row->message, rows[i].message);
        row->state = (int32_t)rows[i].state;
        row->progress = rows[i].progress;
        row->from = date_make(2013, 2, 8);
        row->to = date_make(2018, 2, 7);
        row->total_return = rows[i].total;
        row->annual_return = rows[i].annual;
        row->volatility = rows[i].volatility;
        row->sharpe = rows[i].sharpe;
        row->sortino = rows[i].sharpe * 1.4;
        row->calmar = rows[i].drawdown < 0 ? rows[i].annual / -rows[i].drawdown : 0;
        row->max_drawdown = rows[i].drawdown;
        row->turnover = 4.21 / (i + 1);
        row->hit_rate = 0.541;
        row->costs = 0.0132;
        row->trades = 5120 / (i + 1);
        row->days = 1259;
        row->created = m->now_wall - (i * 37 + 1) * 60 * NS_PER_S;
        row->curve = -1;
        if (row->state == RUN_DONE) {
            row->curve = curves;
            fill_curve(&m->curve[curves++], row, r, rows[i].annual / 200);
        }
    }
    SET(m->run_id, "4be19c07d2a1f3e8");
}

// A random walk that ends at the day's profit.
static void fill_pnl(ui_model *m, rng *r) {
    m->pnl.n = 302;
    double walk = 0, end = (double)m->positions.day_pnl / 10000;
    for (int i = 0; i < m->pnl.n; i++) {
        walk += i ? 500 * rng_normal(r) : 0;
        m->pnl.time[i] = moment(9, 30, 0) + i * 60 * NS_PER_S;
        m->pnl.pnl[i] = walk;
    }
    for (int i = 0; i < m->pnl.n; i++)
        m->pnl.pnl[i] += (end - walk) * i / (m->pnl.n - 1);
}

static void fill_work(ui_model *m) {
    static const struct {
        const char *what, *message;
        view_run_state state;
        double progress, seconds;
    } jobs[] = {
        {"backtest momentum lookback=126 top=50", "2015-09-30", RUN_RUNNING, 0.45, 3.2},
        {"backtest crossover fast=10 slow=50 symbol=NVDA", "", RUN_QUEUED, 0, 0},
        {"risk demo-core", "505 securities, 756 days", RUN_DONE, 1, 0.41},
        {"import yahoo all_stocks_5yr.csv", "619,029 rows, 11 in quarantine", RUN_DONE, 1, 2.87},
        {"backtest crossover symbol=ZZZZ", "symbol: ZZZZ is not in the data", RUN_FAILED, 0.02, 0.01},
    };
    m->jobs.n = sizeof jobs / sizeof *jobs;
    for (int i = 0; i < m->jobs.n; i++) {
        view_job *j = &m->jobs.row[i];
        j->id = 31 - i;
        SET(j->what, jobs[i].what);
        SET(j->message, jobs[i].message);
        j->state = (int32_t)jobs[i].state;
        j->progress = jobs[i].progress;
        j->seconds = jobs[i].seconds;
        j->started = jobs[i].state == RUN_QUEUED ? 0 : moment(14, 31, 40) - i * 611 * NS_PER_S;
    }
    static const char *const rows[][4] = {
        {"ada", "workstation", "order buy NVDA 200 121.06 --tif day", "ok: order 120 working"},
        {"ada", "workstation", "cancel 114", "ok: cancelled 80 HD"},
        {"bob", "socket", "order buy MSFT 100 399.70", "refused: position limit, 9.2 % of equity would be over 8.0 %"},
        {"ada", "shell", "portfolio load book.csv", "ok: 48 positions"},
        {"desk", "desk", "breaker trip", "ok: daily loss"},
    };
    m->audit.n = sizeof rows / sizeof *rows;
    for (int i = 0; i < m->audit.n; i++) {
        view_audit_row *a = &m->audit.row[i];
        a->id = 508 - i;
        a->time = moment(14, 31, 58) - i * 173 * NS_PER_S;
        SET(a->user, rows[i][0]);
        SET(a->face, rows[i][1]);
        SET(a->command, rows[i][2]);
        SET(a->result, rows[i][3]);
    }
}

ui_model *support_model(void) {
    ui_model *m = mem_new(1, sizeof *m);
    rng r = rng_seed(2026);
    fill_status(m);
    fill_positions(m, &r);
    fill_orders(m);
    fill_book(m, &r);
    fill_breaker(m);
    fill_risk(m, &r);
    fill_stress(m);
    fill_runs(m, &r);
    fill_pnl(m, &r);
    fill_work(m);
    support_market(m, &r);
    SET(m->symbol, "NVDA");
    m->sid = 1;
    m->order = 120;
    SET(m->scenario, "2008 crisis");
    return m;
}

void support_model_garbage(ui_model *m, rng *r) {
    unsigned char *bytes = (unsigned char *)m;
    for (size_t i = 0; i + sizeof(uint64_t) <= sizeof *m; i += sizeof(uint64_t)) {
        uint64_t word = rng_u64(r);
        memcpy(bytes + i, &word, sizeof word);
    }
    m->stale = rng_below(r, 4) == 0;
    ui_model_check(m, ~UINT64_C(0));
    // Garbage alone seldom reaches the code behind a state: half of the models say that results are ready.
    if (rng_below(r, 2)) {
        m->risk.state = m->stress.state = ANALYTICS_READY;
        m->book[0].sid = m->book[0].live = 1;
        SET(m->book[0].symbol, "AAA");
    }
    SET(m->symbol, "AAA");
    m->run_id[sizeof m->run_id - 1] = m->factor[sizeof m->factor - 1] = m->scenario[sizeof m->scenario - 1] = 0;
    if (m->runs.n) {
        memcpy(m->run_id, m->runs.row[0].run_id, sizeof m->run_id);
        m->runs.row[0].state = (int32_t)rng_below(r, 6);
        memcpy(m->curve[0].run_id, m->run_id, sizeof m->run_id);
    }
    if (m->stress.n)
        memcpy(m->scenario, m->stress.row[0].name, sizeof m->scenario);
}
