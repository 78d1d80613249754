#include "tests/engine/desk/support_trading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/providers/demo.h"
#include "data/store/load.h"
#include "src/base/decimal.h"
#include "src/base/mem.h"

static void must(status s, const char *what) {
    if (s != STATUS_OK)
        fail_msg("%s: %s", what, status_message());
}

void trading_make_empty(trading *t, bool live) {
    *t = (trading){.config = {.state = "DEMO", .user = "ada", .live = live, .seed = 1}};
    strcpy(t->home, "/tmp/plimsoll-desk-XXXXXX");
    assert_non_null(mkdtemp(t->home));
}

void trading_universe(trading *t) {
    demo_options options = demo_default();
    options.stocks = 40;
    options.years = 2;
    must(demo_create(t->store, &options, NULL, NULL, NULL), "demo_create");
    securities list = {0};
    must(securities_load(t->store, &list), "securities_load");
    for (size_t i = 0; i < list.n && t->n < sizeof t->stocks / sizeof *t->stocks; i++)
        if (list.at[i].active && strcmp(list.at[i].kind, "stock") == 0)
            t->stocks[t->n++] = list.at[i].sid;
    securities_free(&list);
    assert_true(t->n >= 6);
}

void trading_make(trading *t, bool live) {
    trading_make_empty(t, live);
    must(store_open(t->home, &t->store), "store_open");
    trading_universe(t);
    store_close(t->store);
    t->store = NULL;
}

void trading_start(trading *t) {
    must(store_open(t->home, &t->store), "store_open");
    must(view_create(&t->view), "view_create");
    t->config.store = t->store;
    t->config.view = t->view;
    must(desk_start(&t->config, &t->desk), "desk_start");
}

void trading_stop(trading *t) {
    desk_stop(t->desk);
    view_release(t->view);
    store_close(t->store);
    t->desk = NULL;
    t->view = NULL;
    t->store = NULL;
}

void trading_restart(trading *t) {
    trading_stop(t);
    trading_start(t);
}

void trading_open(trading *t, bool live) {
    trading_make(t, live);
    trading_start(t);
}

void trading_remove(trading *t) {
    char line[128];
    snprintf(line, sizeof line, "rm -rf '%s'", t->home);
    assert_int_equal(system(line), 0);
}

void trading_close(trading *t) {
    trading_stop(t);
    trading_remove(t);
}

// ---- the view ----

static const void *section(trading *t, view_section which, void *to) {
    uint64_t seen = 0;
    assert_true(view_read(t->view, which, to, &seen));
    return to;
}

const view_positions *trading_positions(trading *t) {
    static view_positions v;
    return section(t, SECTION_POSITIONS, &v);
}

const view_position *trading_position(trading *t, int32_t sid) {
    const view_positions *v = trading_positions(t);
    for (int32_t i = 0; i < v->n; i++)
        if (v->rows[i].sid == sid)
            return &v->rows[i];
    return NULL;
}

int64_t trading_quantity(trading *t, int32_t sid) {
    const view_position *p = trading_position(t, sid);
    return p ? p->quantity : 0;
}

const view_orders *trading_orders(trading *t) {
    static view_orders v;
    return section(t, SECTION_ORDERS, &v);
}

const view_order *trading_order(trading *t, int64_t id) {
    const view_orders *v = trading_orders(t);
    for (int32_t i = 0; i < v->n; i++)
        if (v->rows[i].id == id)
            return &v->rows[i];
    return NULL;
}

const view_fills *trading_fills(trading *t) {
    static view_fills v;
    return section(t, SECTION_FILLS, &v);
}

const view_breaker *trading_breaker(trading *t) {
    static view_breaker v;
    return section(t, SECTION_BREAKER, &v);
}

const view_status *trading_status(trading *t) {
    static view_status v;
    return section(t, SECTION_STATUS, &v);
}

const char *trading_symbol(const trading *t, int32_t sid, char out[SYMBOL_SIZE]) {
    securities list = {0};
    must(securities_load(t->store, &list), "securities_load");
    out[0] = 0;
    for (size_t i = 0; i < list.n; i++)
        if (list.at[i].sid == sid)
            mem_copy_string(out, SYMBOL_SIZE, list.at[i].symbol);
    securities_free(&list);
    return out;
}

const view_book *trading_book(trading *t, int32_t sid) {
    static view_book v;
    int32_t watched;
    char symbol[SYMBOL_SIZE];
    must(desk_watch(t->desk, trading_symbol(t, sid, symbol), &watched), "desk_watch");
    assert_int_equal(watched, sid);
    for (int i = 0; i < VIEW_BOOKS; i++) {
        uint64_t seen = 0;
        if (view_read(t->view, (view_section)(SECTION_BOOK + i), &v, &seen) && v.sid == sid)
            return &v;
    }
    return NULL;
}

// ---- orders ----

int64_t trading_last(trading *t, int32_t sid) {
    const view_book *b = trading_book(t, sid);
    assert_non_null(b);
    return b->last;
}

uint64_t trading_fingerprint(trading *t) {
    uint64_t print;
    must(desk_fingerprint(t->desk, &print), "desk_fingerprint");
    return print;
}

status trading_try(trading *t, const order_intent *intent, order *out) {
    return desk_order(t->desk, "ada", intent, out);
}

order trading_send(trading *t, side s, int32_t sid, int64_t quantity, int64_t price) {
    order_intent intent = {.sid = sid,
                           .side = s,
                           .type = price ? ORDER_LIMIT : ORDER_MARKET,
                           .tif = price ? TIF_DAY : TIF_IOC,
                           .self = SELF_CANCEL_NEWEST,
                           .quantity = quantity,
                           .price = price};
    order o;
    must(trading_try(t, &intent, &o), "an order");
    return o;
}

order trading_rest(trading *t, side s, int32_t sid, int64_t quantity) {
    int64_t last = trading_last(t, sid);
    int64_t price = s == SIDE_BUY ? last / 2 : last * 2;
    order o = trading_send(t, s, sid, quantity, price / 100 * 100);
    assert_int_equal(o.state, STATE_WORKING);
    return o;
}

void trading_hold(trading *t, int32_t sid, int64_t quantity) {
    must(desk_adjust(t->desk, "ada", "a test", sid, quantity, 0), "desk_adjust");
}

static status load_bar(store_connection *c, void *context) {
    load *l;
    load_counts counts = {0};
    TRY(load_begin(c, &l));
    status s = load_bars(l, context, 1, &counts);
    if (s == STATUS_OK)
        s = load_finish(l);
    load_free(l);
    return s;
}

void trading_bar(trading *t, int32_t sid, date day, int64_t close) {
    bar b = {.sid = sid, .day = day, .open = close, .high = close, .low = close, .close = close, .volume = 1000};
    must(store_write(t->store, STORE_WAREHOUSE, load_bar, &b), "a bar");
}

// ---- the journal ----

static status keep(void *context, const journal_row *row) {
    journal_rows *rows = context;
    vec_push(rows, *row);
    return STATUS_OK;
}

void trading_journal(trading *t, journal_rows *out) { must(journal_read(t->store, 0, keep, out), "journal_read"); }

size_t trading_count(trading *t, journal_kind kind) {
    journal_rows rows = {0};
    trading_journal(t, &rows);
    size_t n = 0;
    for (size_t i = 0; i < rows.n; i++)
        n += rows.at[i].kind == kind;
    vec_free(&rows);
    return n;
}

void trading_check_sums(trading *t) {
    enum { SIDS = 64, ORDERS = 100000 };
    int64_t held[SIDS] = {0};
    int32_t *side_of = mem_new(ORDERS, sizeof *side_of);
    journal_rows rows = {0};
    trading_journal(t, &rows);
    for (size_t i = 0; i < rows.n; i++) {
        const journal_row *row = &rows.at[i];
        assert_true(row->sid >= 0 && row->sid < SIDS && row->order < ORDERS);
        if (row->kind == JOURNAL_ORDER)
            side_of[row->order] = row->side;
        if (row->kind == JOURNAL_ADJUST)
            held[row->sid] = row->quantity;
        if (row->kind == JOURNAL_FILL)
            held[row->sid] += side_of[row->order] == SIDE_BUY ? row->quantity : -row->quantity;
    }
    for (int32_t sid = 1; sid < SIDS; sid++)
        assert_int_equal(trading_quantity(t, sid), held[sid]);
    vec_free(&rows);
    free(side_of);
}
