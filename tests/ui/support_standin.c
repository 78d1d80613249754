#include "tests/ui/support_standin.h"

#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "src/base/mem.h"
#include "ui/screen_commands.h"

enum { ANSWERS = 32, ROWS = 120 };

typedef struct {
    view_status status;
    view_positions positions;
    view_orders orders;
    view_breaker breaker;
    view_pnl pnl;
    view_book book;
    view_risk risk;
    view_stress stress;
    view_runs runs;
    view_curve curve;
    view_jobs jobs;
    view_audit audit;
} sections;

struct standin {
    ui_host ui;
    view *view;
    command_table *commands;
    sections s;
    int64_t time;
    int wake[2];
    pthread_mutex_t lock;
    ui_result answer[ANSWERS];
    int answers;
    bool gone; // there is no desk: watches are unavailable
    text lines;
    pthread_t thread;
    int64_t step;
    atomic_bool ticking;
};

static const char *const names[STANDIN_NAMES] = {"NVDA", "MSFT", "AAPL", "JNJ", "XOM", "JPM",
                                                 "PG",   "KO",   "INTC", "IBM", "GE",  "F"};

static void fill_status(standin *h) {
    view_status *s = &h->s.status;
    snprintf(s->program, sizeof s->program, "0.1.0");
    snprintf(s->state, sizeof s->state, "DEMO");
    snprintf(s->user, sizeof s->user, "ada");
    snprintf(s->role, sizeof s->role, "admin");
    snprintf(s->portfolio, sizeof s->portfolio, "demo-core");
    s->session = instant_date(STANDIN_TIME);
    s->data_date = s->session - 1;
    s->venue_running = 1;
    s->pace = 1;
    s->working = 3;
    s->securities = STANDIN_NAMES;
}

static void fill_positions(standin *h) {
    view_positions *p = &h->s.positions;
    p->n = STANDIN_NAMES;
    p->mark_age = 200 * NS_PER_MS;
    p->equity = p->start_equity = p->capital = INT64_C(44300000000);
    for (int i = 0; i < STANDIN_NAMES; i++) {
        view_position *r = &p->rows[i];
        r->sid = i + 1;
        snprintf(r->symbol, sizeof r->symbol, "%s", names[i]);
        snprintf(r->sector, sizeof r->sector, i % 2 ? "Technology" : "Energy");
        r->quantity = (i % 4 == 3 ? -100 : 100) * (12 - i);
        r->average = 1184200;
        r->last = 1210700 + 500 * i;
        r->previous = 1190000;
        r->value = r->quantity * r->last;
        r->day_pnl = r->quantity * (r->last - r->previous);
        r->unrealised = r->quantity * (r->last - r->average);
        r->day_change = (double)r->last / 1190000 - 1;
        r->weight = (double)r->value / 4.43e10;
        r->spark_n = VIEW_SPARK;
        for (int k = 0; k < VIEW_SPARK; k++)
            r->spark[k] = (uint8_t)(k * (i + 3) / 7 % 8);
        *(r->value > 0 ? &p->long_value : &p->short_value) += r->value;
        p->day_pnl += r->day_pnl;
    }
}

static void fill_orders(standin *h) {
    view_orders *o = &h->s.orders;
    static const int states[] = {ORDER_WORKING, ORDER_WORKING, ORDER_PARTIAL, ORDER_FILLED, ORDER_REJECTED};
    o->n = 5;
    o->working = 3;
    o->filled = 1;
    for (int i = 0; i < o->n; i++) {
        view_order *r = &o->rows[i];
        *r = (view_order){.id = 100 + i, .time = STANDIN_TIME - i * 60 * NS_PER_S, .sid = i + 1, .side = i % 2};
        snprintf(r->symbol, sizeof r->symbol, "%s", names[i]);
        r->state = states[i];
        r->quantity = 200;
        r->filled = i == 2 ? 120 : i == 3 ? 200 : 0;
        r->price = 1210600;
        r->queue_place = i < 2 ? 5 : 0;
        r->queue_total = i < 2 ? 9 : 0;
        if (i == 4)
            snprintf(r->reason, sizeof r->reason, "position limit");
    }
}

static void fill_book(standin *h) {
    view_book *b = &h->s.book;
    b->sid = 1;
    b->live = 1;
    snprintf(b->symbol, sizeof b->symbol, "%s", names[0]);
    snprintf(b->name, sizeof b->name, "Nvidia");
    b->last = 1210700;
    b->previous = 1190000;
    b->spread = 200;
    b->micro = 1210780;
    b->imbalance = 0.31;
    b->bids = b->asks = b->prints = 20;
    b->closes = 100;
    for (int i = 0; i < 20; i++) {
        b->bid[i] = (view_level){.price = 1210700 - i * 100, .quantity = 1100 + i * 37, .orders = 7 + i};
        b->ask[i] = (view_level){.price = 1210900 + i * 100, .quantity = 450 + i * 97, .orders = 4 + i};
        b->tape[i] = (view_print){.time = STANDIN_TIME - i * NS_PER_S, .price = 1210700, .quantity = 100 + i};
    }
    b->bid[1].own_quantity = 200;
    b->bid[1].own_place = 5;
    b->bid[1].own_total = 9;
    for (int i = 0; i < b->closes; i++) {
        b->close_day[i] = h->s.status.session - b->closes + i;
        b->close[i] = 100 + 10 * sin(i / 20.0);
    }
}

static void fill_breaker(standin *h) {
    static const char *const limits[] = {"day loss", "drawdown", "VaR"};
    view_breaker *b = &h->s.breaker;
    b->since = STANDIN_TIME - 5 * 3600 * NS_PER_S;
    b->limits = 3;
    for (int i = 0; i < 3; i++) {
        b->limit[i] = (view_limit){.used = 0.27 + 0.2 * i, .limit = 1};
        snprintf(b->limit[i].name, sizeof b->limit[i].name, "%s", limits[i]);
        snprintf(b->limit[i].unit, sizeof b->limit[i].unit, "percent");
    }
    view_pnl *p = &h->s.pnl;
    p->n = 100;
    for (int i = 0; i < p->n; i++) {
        p->time[i] = STANDIN_TIME - (p->n - i) * 60 * NS_PER_S;
        p->pnl[i] = 5000 * sin(i / 20.0);
    }
}

static void fill_risk(standin *h) {
    static const char *const factors[] = {"Market", "Momentum", "Volatility", "Energy"};
    view_risk *r = &h->s.risk;
    *r = (view_risk){.state = ANALYTICS_READY,
                     .as_of = h->s.status.data_date,
                     .factors = 4,
                     .names = STANDIN_NAMES,
                     .value = 4.43e6};
    r->total = 0.148, r->market = 0.099, r->style = 0.041, r->factor = 0.12, r->specific = 0.032;
    r->var99_hist = 0.019, r->var95_hist = 0.012, r->es99_hist = 0.025, r->es95_hist = 0.016;
    for (int i = 0; i < 4; i++) {
        r->factor_row[i] = (view_factor){.exposure = 0.8 - 0.3 * i, .volatility = 0.1, .contribution = 0.05 - 0.01 * i};
        snprintf(r->factor_row[i].name, sizeof r->factor_row[i].name, "%s", factors[i]);
        snprintf(r->factor_row[i].group, sizeof r->factor_row[i].group, i == 0 ? "market" : i < 3 ? "style" : "sector");
    }
    for (int i = 0; i < STANDIN_NAMES; i++) {
        r->name_row[i] = (view_name){.sid = i + 1, .weight = 0.05, .contribution = 0.005};
        snprintf(r->name_row[i].symbol, sizeof r->name_row[i].symbol, "%s", names[i]);
    }
    view_stress *s = &h->s.stress;
    s->state = 2;
    s->n = 1;
    s->row[0] = (view_scenario){.pnl = -500000, .percent = -0.11, .index_move = -0.3, .factors = 4};
    snprintf(s->row[0].name, sizeof s->row[0].name, "2008 crisis");
}

static void publish_all(standin *h) {
    sections *s = &h->s;
    view_publish(h->view, SECTION_STATUS, &s->status, sizeof s->status);
    view_publish(h->view, SECTION_POSITIONS, &s->positions, sizeof s->positions);
    view_publish(h->view, SECTION_ORDERS, &s->orders, sizeof s->orders);
    view_publish(h->view, SECTION_BREAKER, &s->breaker, sizeof s->breaker);
    view_publish(h->view, SECTION_PNL, &s->pnl, sizeof s->pnl);
    view_publish(h->view, SECTION_RISK, &s->risk, sizeof s->risk);
    view_publish(h->view, SECTION_STRESS, &s->stress, sizeof s->stress);
    view_publish(h->view, SECTION_BOOK, &s->book, sizeof s->book);
}

void standin_advance(standin *h, int64_t ns) {
    h->time += ns;
    h->s.status.desk_time = h->s.book.time = h->time;
    h->s.status.feed_time = h->time;
    h->s.status.beat_mono = clock_mono();
    for (int i = 0; i < 20; i++)
        h->s.book.ask[i].quantity = 450 + (i * 97 + h->time / NS_PER_S * 13) % 900;
    view_publish(h->view, SECTION_STATUS, &h->s.status, sizeof h->s.status);
    view_publish(h->view, SECTION_BOOK, &h->s.book, sizeof h->s.book);
}

void standin_status(standin *h, void (*change)(view_status *s)) {
    change(&h->s.status);
    view_publish(h->view, SECTION_STATUS, &h->s.status, sizeof h->s.status);
}

static void *tick(void *context) {
    standin *h = context;
    while (atomic_load(&h->ticking)) {
        standin_advance(h, h->step);
        usleep(50000);
    }
    return NULL;
}

static void start_thread(standin *h, int64_t step) {
    h->step = step;
    atomic_store(&h->ticking, true);
    pthread_create(&h->thread, NULL, tick, h);
}

void standin_tick(standin *h) { start_thread(h, 50 * NS_PER_MS); }

void standin_beat(standin *h) { start_thread(h, 0); }

static status run_nothing(call *c) {
    (void)c;
    return STATUS_OK;
}

static status scope_nothing(call *c, text *sentence, text *phrase) {
    (void)c;
    (void)sentence;
    (void)phrase;
    return STATUS_OK;
}

#define SYMBOL                                                                                                         \
    { .name = "symbol", .type = ARG_SYMBOL, .help = "ticker" }
#define OPTIONAL_SYMBOL                                                                                                \
    { .name = "symbol", .type = ARG_SYMBOL, .optional = true, .help = "ticker" }
#define QUANTITY                                                                                                       \
    { .name = "quantity", .type = ARG_QUANTITY, .help = "shares" }
#define PRICE                                                                                                          \
    { .name = "price", .type = ARG_PRICE, .optional = true, .help = "limit" }
#define TIF                                                                                                            \
    { .name = "--tif", .type = ARG_CHOICE, .choices = "day|ioc|fok", .help = "time in force" }

static const command entries[] = {
    {.name = "order buy", .help = "buy", .run = run_nothing, .args = {SYMBOL, QUANTITY, PRICE, TIF}},
    {.name = "order sell", .help = "sell", .run = run_nothing, .args = {SYMBOL, QUANTITY, PRICE, TIF}},
    {.name = "order list", .help = "show orders", .run = run_nothing},
    {.name = "order fail", .help = "always refused", .run = run_nothing},
    {.name = "order gone", .help = "from now on there is no desk", .run = run_nothing},
    {.name = "watch", .help = "follow a book", .run = run_nothing, .args = {SYMBOL}},
    {.name = "position close",
     .help = "close a position",
     .confirm = CONFIRM_YES,
     .scope = scope_nothing,
     .run = run_nothing,
     .args = {SYMBOL}},
    {.name = "flatten",
     .help = "sell everything",
     .confirm = CONFIRM_PHRASE,
     .scope = scope_nothing,
     .run = run_nothing,
     .args = {OPTIONAL_SYMBOL}},
    {.name = "breaker trip",
     .help = "stop trading",
     .confirm = CONFIRM_REASON,
     .scope = scope_nothing,
     .run = run_nothing},
    {.name = "crash", .help = "for tests of the way out", .run = run_nothing},
};

static const command *entry_of(const char *line) {
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        if (!strncmp(line, entries[i].name, strlen(entries[i].name)))
            return &entries[i];
    return NULL;
}

static void answer(standin *h, const char *line, ui_result *r) {
    const command *c = entry_of(line);
    h->gone |= c && !strcmp(c->name, "order gone");
    bool answered = strstr(line, " --yes") || strstr(line, " --reason ") || strstr(line, " --confirm ");
    text out = {0};
    if (c && c->confirm && !answered) {
        r->needs_confirm = true;
        r->confirm = c->confirm;
        r->sentence = mem_string("12 positions, 4.43 M gross, will be sold.");
        r->phrase = mem_string("flatten demo-core");
    } else if (c && !strcmp(c->name, "order list")) {
        for (int i = 0; i < ROWS; i++)
            text_printf(&out, "row %d\n", i);
    } else if (c && !strcmp(c->name, "order fail")) {
        r->exit_code = 1;
        r->err = mem_string("the order was refused: it would take NVDA to 1,400 shares, and the limit for one position "
                            "is 1,000; sell 400 first or raise the limit with limit set\n");
    } else if (h->gone && c && !strcmp(c->name, "watch")) {
        r->exit_code = 1;
        r->unavailable = true;
        r->err = mem_string("plimsoll: there is no desk to watch it\n");
    } else {
        text_printf(&out, "done: %s\n", line);
    }
    r->out = out.at;
}

static bool submit(void *context, const char *line, uint64_t token) {
    standin *h = context;
    if (!strncmp(line, "crash", 5))
        abort();
    pthread_mutex_lock(&h->lock);
    bool room = h->answers < ANSWERS;
    if (room) {
        ui_result *r = &h->answer[h->answers++];
        *r = (ui_result){.token = token};
        answer(h, line, r);
        text_printf(&h->lines, "%s\n", line);
    }
    pthread_mutex_unlock(&h->lock);
    ssize_t n = write(h->wake[1], "", 1);
    (void)n;
    return room;
}

static bool take(void *context, ui_result *out) {
    standin *h = context;
    pthread_mutex_lock(&h->lock);
    bool any = h->answers > 0;
    if (any) {
        char byte;
        ssize_t n = read(h->wake[0], &byte, 1);
        (void)n;
        *out = h->answer[0];
        memmove(h->answer, h->answer + 1, (size_t)--h->answers * sizeof *h->answer);
    }
    pthread_mutex_unlock(&h->lock);
    return any;
}

static void cancel(void *context) { (void)context; }

static void symbols(void *context, const char *prefix, void (*add)(void *to, const char *word), void *to) {
    (void)context;
    for (int i = 0; i < STANDIN_NAMES; i++)
        if (!strncasecmp(names[i], prefix, strlen(prefix)))
            add(to, names[i]);
}

static const view *view_now(void *context) { return ((standin *)context)->view; }

standin *standin_new(void) {
    standin *h = mem_new(1, sizeof *h);
    size_t n;
    if (view_create(&h->view) != STATUS_OK || pipe2(h->wake, O_NONBLOCK | O_CLOEXEC) != 0)
        abort();
    pthread_mutex_init(&h->lock, NULL);
    h->commands = command_table_new();
    command_add(h->commands, entries, sizeof entries / sizeof *entries);
    const command *screens = screen_commands(&n);
    command_add(h->commands, screens, n);
    h->ui = (ui_host){.context = h,
                      .view = view_now,
                      .commands = h->commands,
                      .submit = submit,
                      .poll = take,
                      .cancel = cancel,
                      .wake = h->wake[0],
                      .symbols = symbols};
    fill_status(h);
    fill_positions(h);
    fill_orders(h);
    fill_book(h);
    fill_breaker(h);
    fill_risk(h);
    h->time = STANDIN_TIME;
    standin_advance(h, 0);
    publish_all(h);
    return h;
}

void standin_free(standin *h) {
    if (atomic_exchange(&h->ticking, false))
        pthread_join(h->thread, NULL);
    for (int i = 0; i < h->answers; i++) {
        free(h->answer[i].out);
        free(h->answer[i].err);
        free(h->answer[i].sentence);
        free(h->answer[i].phrase);
    }
    close(h->wake[0]);
    close(h->wake[1]);
    command_table_free(h->commands);
    view_release(h->view);
    pthread_mutex_destroy(&h->lock);
    text_free(&h->lines);
    free(h);
}

const ui_host *standin_of(standin *h) { return &h->ui; }

ui_host *standin_settings(standin *h) { return &h->ui; }

const char *standin_lines(standin *h) { return text_string(&h->lines); }
