// What a desk finds again: after a restart, in another process, and in a journal that it did not write itself.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "data/store/load.h"
#include "engine/desk/session.h"
#include "src/base/decimal.h"
#include "tests/engine/desk/support_trading.h"

static int set_up(void **state) {
    trading *t = mem_new(1, sizeof *t);
    trading_open(t, false);
    *state = t;
    return 0;
}

static int set_up_live(void **state) {
    trading *t = mem_new(1, sizeof *t);
    trading_open(t, true);
    *state = t;
    return 0;
}

static int set_up_closed(void **state) {
    trading *t = mem_new(1, sizeof *t);
    trading_make(t, false);
    *state = t;
    return 0;
}

static int set_up_empty(void **state) {
    trading *t = mem_new(1, sizeof *t);
    trading_make_empty(t, false);
    *state = t;
    return 0;
}

static int tear_down(void **state) {
    trading *t = *state;
    trading_close(t);
    free(t);
    return 0;
}

// Something of everything.
static void trade_a_while(trading *t) {
    const holding h[] = {{t->stocks[0], 500}, {t->stocks[1], -300}};
    assert_int_equal(desk_load(t->desk, "ada", "start", h, 2, 1000000 * DECIMAL_ONE), STATUS_OK);
    trading_send(t, SIDE_BUY, t->stocks[2], 100, 0);
    trading_send(t, SIDE_SELL, t->stocks[0], 200, 0);
    order a = trading_rest(t, SIDE_BUY, t->stocks[3], 100), b = trading_rest(t, SIDE_SELL, t->stocks[4], 100), changed;
    size_t n;
    assert_int_equal(desk_cancel(t->desk, "ada", "a slip", b.id, 0, &n), STATUS_OK);
    assert_int_equal(desk_replace(t->desk, "ada", a.id, 80, a.price - 100, &changed), STATUS_OK);
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_ORDER_QUANTITY, 5000), STATUS_OK);
    assert_int_equal(desk_trip(t->desk, "ada", "drill"), STATUS_OK);
    order_intent refused = {.sid = t->stocks[5], .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = 1};
    order o;
    assert_int_equal(trading_try(t, &refused, &o), STATUS_REFUSED);
    assert_int_equal(desk_reset(t->desk, "ada", "drill over"), STATUS_OK);
    assert_int_equal(desk_adjust(t->desk, "ada", "a correction", t->stocks[2], 77, 123400), STATUS_OK);
}

static void test_restart_finds_the_same_state(void **state) {
    trading *t = *state;
    trade_a_while(t);
    uint64_t print = trading_fingerprint(t);
    view_positions *before = mem_new(1, sizeof *before);
    *before = *trading_positions(t);
    int32_t fills = trading_fills(t)->n;
    trading_restart(t);
    assert_true(trading_fingerprint(t) == print);
    const view_positions *after = trading_positions(t);
    assert_int_equal(after->n, before->n);
    assert_int_equal(after->cash, before->cash);
    assert_int_equal(after->equity, before->equity); // the last prices, too
    assert_int_equal(after->day_pnl, before->day_pnl);
    assert_int_equal(trading_fills(t)->n, fills);
    trading_check_sums(t);
    free(before);
}

static void test_restart_changes_nothing_however_often(void **state) {
    trading *t = *state;
    trade_a_while(t);
    uint64_t print = trading_fingerprint(t);
    int64_t last, now;
    assert_int_equal(journal_last(t->store, &last), STATUS_OK);
    for (int i = 0; i < 3; i++)
        trading_restart(t);
    assert_int_equal(journal_last(t->store, &now), STATUS_OK);
    assert_int_equal(now, last);
    assert_true(trading_fingerprint(t) == print);
}

static void test_another_process_finds_the_same_state(void **state) {
    trading *t = *state;
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0) {
        trading_start(t);
        trade_a_while(t);
        uint64_t print = trading_fingerprint(t);
        trading_stop(t);
        _exit(write(pipes[1], &print, sizeof print) == sizeof print ? 0 : 1);
    }
    uint64_t print = 0;
    int code = -1;
    assert_int_equal(read(pipes[0], &print, sizeof print), sizeof print);
    assert_int_equal(waitpid(child, &code, 0), child);
    assert_int_equal(code, 0);
    close(pipes[0]);
    close(pipes[1]);
    trading_start(t);
    assert_true(trading_fingerprint(t) == print);
    trading_check_sums(t);
}

static void test_prices_last_seen_survive(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    order o = trading_send(t, SIDE_BUY, sid, 3000, 0); // through several levels
    int64_t last = trading_last(t, sid);
    assert_true(o.filled > 0 && last > 0);
    trading_restart(t);
    assert_int_equal(trading_position(t, sid)->last, last);
}

// ---- working orders ----

static void test_live_desk_enters_working_orders_anew_and_says_so(void **state) {
    trading *t = *state;
    order a = trading_rest(t, SIDE_BUY, t->stocks[0], 100), b = trading_rest(t, SIDE_SELL, t->stocks[1], 50);
    trading_restart(t);
    const view_order *row = trading_order(t, a.id);
    assert_int_equal(row->state, ORDER_WORKING);
    assert_true(row->queue_place >= 1);
    assert_true(trading_order(t, b.id)->queue_place >= 1);
    assert_non_null(strstr(trading_status(t)->note, "entered anew"));
    size_t n;
    assert_int_equal(desk_cancel(t->desk, "ada", "", 0, 0, &n), STATUS_OK);
    assert_int_equal(n, 2);
}

static void test_order_partly_filled_is_entered_with_what_is_open(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    const view_book *b = trading_book(t, sid);
    int64_t there = b->ask[0].quantity;
    order o = trading_send(t, SIDE_BUY, sid, there + 40, b->ask[0].price);
    assert_int_equal(o.state, STATE_PARTIAL);
    assert_int_equal(o.open, 40);
    trading_restart(t);
    assert_int_equal(trading_order(t, o.id)->state, ORDER_PARTIAL); // in no book yet
    assert_non_null(trading_book(t, sid));
    const view_order *row = trading_order(t, o.id);
    if (row->state == ORDER_PARTIAL) { // it may have met the fresh book
        assert_true(row->queue_place >= 1);
        size_t n;
        assert_int_equal(desk_cancel(t->desk, "ada", "", o.id, 0, &n), STATUS_OK);
    }
    assert_in_range(trading_quantity(t, sid), there, there + 40);
    trading_check_sums(t);
}

static void test_order_that_crosses_the_fresh_book_is_filled_once(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    order o = trading_rest(t, SIDE_BUY, sid, 10);
    trading_stop(t);
    // Written as if the desk had been killed just after the replacement into the market was on disk.
    assert_int_equal(store_open(t->home, &t->store), STATUS_OK);
    int64_t last;
    assert_int_equal(journal_last(t->store, &last), STATUS_OK);
    journal_row row = {
        .kind = JOURNAL_REPLACE, .order = o.id, .sid = sid, .quantity = 10, .price = o.price * 2 * 105 / 10000 * 100};
    row.sequence = last + 1;
    assert_int_equal(journal_append(t->store, &row, 1), STATUS_OK);
    store_close(t->store);
    trading_start(t);
    assert_int_equal(trading_order(t, o.id)->state, ORDER_FILLED);
    assert_int_equal(trading_quantity(t, sid), 10);
    uint64_t print = trading_fingerprint(t);
    trading_restart(t);
    assert_int_equal(trading_quantity(t, sid), 10);
    assert_int_equal(desk_venue(t->desk, false, 0), STATUS_OK);
    assert_true(trading_fingerprint(t) == print);
}

// ---- journals that somebody else wrote ----

// Appends the rows to the journal of a workspace that nobody holds, behind the session that a desk begins.
static void write_journal(trading *t, journal_row *rows, size_t n) {
    trading_start(t);
    instant open = session_open(trading_status(t)->session);
    trading_stop(t);
    assert_int_equal(store_open(t->home, &t->store), STATUS_OK);
    int64_t last;
    assert_int_equal(journal_last(t->store, &last), STATUS_OK);
    for (size_t i = 0; i < n; i++) {
        rows[i].sequence = last + 1 + (int64_t)i;
        rows[i].desk_time = open + 1;
    }
    assert_int_equal(journal_append(t->store, rows, n), STATUS_OK);
    store_close(t->store);
}

// The process was killed between the order's commit and its outcome: nobody heard of it, and it is not sent now.
static void test_order_that_can_not_rest_ends_with_its_process(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    journal_row rows[] = {
        {.kind = JOURNAL_ORDER, .order = 1, .sid = sid, .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = 10},
        {.kind = JOURNAL_ORDER, .order = 2, .sid = sid, .tif = TIF_FOK, .quantity = 10, .price = 10000},
        {.kind = JOURNAL_ORDER, .order = 3, .sid = sid, .quantity = 10, .price = 10000},
    };
    t->config.live = true;
    write_journal(t, rows, 3);
    trading_start(t);
    assert_int_equal(trading_order(t, 1)->state, ORDER_CANCELLED);
    assert_non_null(strstr(trading_order(t, 1)->reason, "before it reached the market"));
    assert_int_equal(trading_order(t, 2)->state, ORDER_CANCELLED);
    assert_int_equal(trading_order(t, 3)->state, ORDER_WORKING);
    assert_int_equal(trading_quantity(t, sid), 0);
}

static void check_end(trading *t, int64_t id, const char *reason) {
    assert_int_equal(trading_order(t, id)->state, ORDER_CANCELLED);
    assert_string_equal(trading_order(t, id)->reason, reason);
}

// The process was killed while the second of a pair was under way, and its cancel waited for it to arrive. Pairs that
// nothing has happened to since they were made, and what a cancelled one left alone, live on.
static void test_pair_that_was_decided_ends_with_its_process(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    const journal_row sell = {.kind = JOURNAL_ORDER, .sid = sid, .side = SIDE_SELL, .quantity = 10, .price = 90000000};
    journal_row rows[16];
    for (int64_t i = 0; i < 10; i++) {
        rows[i] = sell;
        rows[i].order = i + 1;
        rows[i].other = i % 2 ? i : 0;
    }
    rows[4].type = ORDER_STOP_LIMIT; // the third pair's first
    rows[4].stop = 10000;
    memmove(&rows[8], &rows[7], 3 * sizeof *rows); // before the fourth pair's second:
    rows[7] = (journal_row){.kind = JOURNAL_FILL, .order = 7, .sid = sid, .side = SIDE_SELL, .quantity = 4, .price = 1};
    rows[11] = rows[12] = rows[7];
    rows[11].order = 1;
    rows[11].quantity = 10;
    rows[12].order = 3;
    rows[13] = (journal_row){.kind = JOURNAL_CANCEL, .order = 3, .sid = sid, .quantity = 6};
    rows[14] = (journal_row){.kind = JOURNAL_TRIGGER, .order = 5, .sid = sid};
    rows[15] = (journal_row){.kind = JOURNAL_CANCEL, .order = 9, .sid = sid, .quantity = 10};
    t->config.live = true;
    write_journal(t, rows, 16);
    trading_start(t);
    check_end(t, 2, "order 1 of the pair filled");
    check_end(t, 4, "order 3 of the pair filled");
    check_end(t, 6, "order 5 of the pair was triggered");
    for (int64_t id = 7; id <= 8; id++)
        assert_int_equal(trading_order(t, id)->other, 15 - id);
    assert_int_equal(trading_order(t, 7)->state, ORDER_PARTIAL);
    assert_int_equal(trading_order(t, 8)->state, ORDER_WORKING);
    assert_int_equal(trading_order(t, 10)->state, ORDER_WORKING);
}

// What the view has no room for is counted all the same.
static void test_orders_beyond_the_view_are_counted(void **state) {
    enum { ORDERS = VIEW_ORDERS_MAX + 276, FILLED = 300 };
    trading *t = *state;
    journal_row *rows = mem_new(ORDERS + FILLED, sizeof *rows);
    size_t n = 0;
    for (int64_t id = 1; id <= ORDERS; id++) {
        rows[n++] =
            (journal_row){.kind = JOURNAL_ORDER, .order = id, .sid = t->stocks[0], .quantity = 10, .price = 10000};
        if (id <= FILLED)
            rows[n++] =
                (journal_row){.kind = JOURNAL_FILL, .order = id, .sid = t->stocks[0], .quantity = 10, .price = 10000};
    }
    write_journal(t, rows, n);
    free(rows);
    trading_start(t);
    const view_orders *v = trading_orders(t);
    assert_int_equal(v->n, VIEW_ORDERS_MAX);
    assert_int_equal(v->total, ORDERS);
    assert_int_equal(v->working, ORDERS - FILLED);
    assert_int_equal(v->filled, FILLED);
    assert_int_equal(trading_fills(t)->n, VIEW_FILLS_MAX);
    assert_int_equal(trading_fills(t)->total, FILLED);
}

static void test_position_in_an_unknown_security_is_shown_and_refused(void **state) {
    trading *t = *state;
    journal_row rows[] = {
        {.kind = JOURNAL_ADJUST, .sid = 60, .quantity = 10, .price = 10000},
        {.kind = JOURNAL_ORDER, .order = 1, .sid = 61, .quantity = 10, .price = 10000},
    };
    write_journal(t, rows, 2);
    trading_start(t);
    assert_int_equal(trading_quantity(t, 60), 10);
    assert_string_equal(trading_position(t, 60)->symbol, "?");
    flatten_row *flat = NULL;
    size_t n = 0;
    assert_int_equal(desk_flatten(t->desk, "ada", "", 0, NULL, &flat, &n, NULL), STATUS_OK);
    assert_int_equal(n, 1);
    assert_int_equal(flat[0].after, 10);
    assert_non_null(strstr(flat[0].note, "not tradable"));
    free(flat);
    assert_int_equal(trading_order(t, 1)->state, ORDER_CANCELLED);
    const holding h = {t->stocks[0], 1};
    assert_int_equal(desk_load(t->desk, "ada", "clean", &h, 1, INT64_MIN), STATUS_OK);
    assert_int_equal(trading_quantity(t, 60), 0);
}

static void test_damaged_journal_stops_the_desk_with_a_sentence(void **state) {
    trading *t = *state;
    journal_row row = {.kind = JOURNAL_FILL, .order = 7, .sid = t->stocks[0], .quantity = 1, .price = 100};
    write_journal(t, &row, 1);
    assert_int_equal(store_open(t->home, &t->store), STATUS_OK);
    assert_int_equal(view_create(&t->view), STATUS_OK);
    t->config.store = t->store;
    t->config.view = t->view;
    assert_int_equal(desk_start(&t->config, &t->desk), STATUS_CORRUPT);
    assert_non_null(strstr(status_message(), "a fill of an order that is not working"));
    t->desk = NULL;
}

static status load_a_dear_one(store_connection *c, void *context) {
    load *l;
    int32_t *sid = context;
    TRY(load_begin(c, &l));
    load_counts counts = {0};
    bar b = {.day = date_make(2026, 11, 20), .open = 1, .high = 1, .low = 1, .volume = 1};
    b.close = b.open = b.high = b.low = INT64_C(9999999999999);
    status s = load_security(l, "DEAR", "stock", "raw", sid);
    b.sid = *sid;
    if (s == STATUS_OK)
        s = load_bars(l, &b, 1, &counts);
    if (s == STATUS_OK)
        s = load_finish(l);
    load_free(l);
    return s;
}

// A price whose sums would overflow is none.
static void test_security_too_dear_to_count_can_not_be_held(void **state) {
    trading *t = *state;
    int32_t sid;
    assert_int_equal(store_open(t->home, &t->store), STATUS_OK);
    assert_int_equal(store_write(t->store, STORE_WAREHOUSE, load_a_dear_one, &sid), STATUS_OK);
    store_close(t->store);
    trading_start(t);
    const holding h = {sid, 100000000};
    assert_int_equal(desk_load(t->desk, "ada", "", &h, 1, INT64_MIN), STATUS_NOT_FOUND);
    order_intent intent = {.sid = sid, .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = 1};
    order o;
    assert_int_equal(trading_try(t, &intent, &o), STATUS_REFUSED);
}

// ---- the session follows the data ----

static void test_session_of_an_empty_workspace_follows_its_first_data(void **state) {
    trading *t = *state;
    trading_start(t);
    assert_int_equal(trading_status(t)->data_date, DATE_NONE);
    trading_universe(t);
    assert_int_equal(desk_reload(t->desk, "PAPER"), STATUS_OK);
    assert_string_equal(trading_status(t)->state, "PAPER");
    date day = trading_status(t)->session;
    assert_int_equal(day, date_make(2026, 11, 23));
    assert_int_equal(trading_status(t)->desk_time, session_open(day));
    trading_restart(t);
    assert_int_equal(trading_status(t)->session, day);
    assert_int_equal(trading_status(t)->desk_time, session_open(day));
    trading_send(t, SIDE_BUY, t->stocks[0], 10, 0);
    trading_check_sums(t);
}

static void test_reload_keeps_session_and_positions_once_something_is_held(void **state) {
    trading *t = *state;
    trading_hold(t, t->stocks[0], 100);
    order resting = trading_rest(t, SIDE_BUY, t->stocks[1], 10);
    date day = trading_status(t)->session;
    uint64_t print = trading_fingerprint(t);
    assert_int_equal(desk_reload(t->desk, "DEMO"), STATUS_OK);
    assert_true(trading_fingerprint(t) == print);
    assert_int_equal(trading_status(t)->session, day);
    assert_true(trading_position(t, t->stocks[0])->spark_n > 0);
    assert_true(trading_order(t, resting.id)->queue_place >= 1);
}

// What comes after the session is not known in it: prices and P&L stay as they are, for a desk that starts in the
// middle of it, too.
static void test_closes_after_the_session_are_not_its_prices(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    trading_hold(t, sid, 100);
    view_position before = *trading_position(t, sid);
    date session = trading_status(t)->session;
    trading_bar(t, sid, session, before.last + 100);
    trading_bar(t, sid, session + 20, before.last / 2);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(desk_reload(t->desk, "DEMO"), STATUS_OK);
        assert_int_equal(trading_status(t)->session, session);
        assert_int_equal(trading_status(t)->data_date, session + 20);
        assert_int_equal(trading_position(t, sid)->last, before.last);
        assert_int_equal(trading_position(t, sid)->day_pnl, 0);
        trading_restart(t);
    }
    assert_int_equal(trading_position(t, sid)->last, before.last);
}

// A close that is corrected moves the price of the day, and the change that is shown is that of its P&L.
static void test_corrected_close_moves_price_and_change_alike(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    trading_hold(t, sid, 100);
    view_position before = *trading_position(t, sid);
    trading_bar(t, sid, trading_status(t)->data_date, before.last - 100);
    assert_int_equal(desk_reload(t->desk, "DEMO"), STATUS_OK);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(trading_position(t, sid)->last, before.last - 100);
        assert_int_equal(trading_position(t, sid)->previous, before.last);
        assert_int_equal(trading_position(t, sid)->day_pnl, -100 * 100);
        trading_restart(t);
    }
}

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define AT_LIVE_DESK(test) cmocka_unit_test_setup_teardown(test, set_up_live, tear_down)
#define AT_EMPTY_DESK(test) cmocka_unit_test_setup_teardown(test, set_up_empty, tear_down)
#define AT_CLOSED_DESK(test) cmocka_unit_test_setup_teardown(test, set_up_closed, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        AT_DESK(test_restart_finds_the_same_state),
        AT_DESK(test_restart_changes_nothing_however_often),
        AT_CLOSED_DESK(test_another_process_finds_the_same_state),
        AT_DESK(test_prices_last_seen_survive),
        AT_LIVE_DESK(test_live_desk_enters_working_orders_anew_and_says_so),
        AT_DESK(test_order_partly_filled_is_entered_with_what_is_open),
        AT_LIVE_DESK(test_order_that_crosses_the_fresh_book_is_filled_once),
        AT_CLOSED_DESK(test_order_that_can_not_rest_ends_with_its_process),
        AT_CLOSED_DESK(test_pair_that_was_decided_ends_with_its_process),
        AT_CLOSED_DESK(test_orders_beyond_the_view_are_counted),
        AT_CLOSED_DESK(test_position_in_an_unknown_security_is_shown_and_refused),
        AT_CLOSED_DESK(test_damaged_journal_stops_the_desk_with_a_sentence),
        AT_CLOSED_DESK(test_security_too_dear_to_count_can_not_be_held),
        AT_EMPTY_DESK(test_session_of_an_empty_workspace_follows_its_first_data),
        AT_DESK(test_closes_after_the_session_are_not_its_prices),
        AT_DESK(test_corrected_close_moves_price_and_change_alike),
        AT_DESK(test_reload_keeps_session_and_positions_once_something_is_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
