// Requests that meet in one turn of the desk: each is judged as if those before it had come about.
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "engine/desk/room.h"
#include "tests/engine/desk/support_trading.h"

static int set_up(void **state) {
    trading *t = mem_new(1, sizeof *t);
    trading_open(t, false);
    *state = t;
    return 0;
}

static int tear_down(void **state) {
    trading *t = *state;
    trading_close(t);
    free(t);
    return 0;
}

// ---- a turn that takes several requests ----

typedef struct {
    trading *t;
    void (*ask)(trading *t, void *context);
    void *context;
    pthread_t thread;
} asker;

typedef struct {
    asker *askers;
    size_t n;
} gathering;

static void *ask(void *context) {
    asker *a = context;
    a->ask(a->t, a->context);
    return NULL;
}

// Runs on the desk's thread: while it lasts the requests of others gather in the queue, in the order of the askers.
static status gather(desk *d, request *r) {
    gathering *g = r->context;
    for (size_t i = 0; i < g->n; i++) {
        pthread_create(&g->askers[i].thread, NULL, ask, &g->askers[i]);
        while (queue_length(d->requests) <= i)
            nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
    }
    return STATUS_OK;
}

static void in_one_turn(trading *t, asker *askers, size_t n) {
    gathering g = {askers, n};
    request r = {.run = gather, .context = &g, .reads_only = true};
    for (size_t i = 0; i < n; i++)
        askers[i].t = t;
    assert_int_equal(desk_do(t->desk, &r), STATUS_OK);
    for (size_t i = 0; i < n; i++)
        pthread_join(askers[i].thread, NULL);
}

typedef struct {
    int64_t id, quantity, price;
    status result;
} change;

static void replace(trading *t, void *context) {
    change *c = context;
    order o;
    c->result = desk_replace(t->desk, "ada", c->id, c->quantity, c->price, &o);
}

typedef struct {
    order_intent intent;
    order out;
    status result;
} sending;

static void send(trading *t, void *context) {
    sending *s = context;
    s->result = trading_try(t, &s->intent, &s->out);
}

// ---- limits ----

static void test_replacements_of_one_turn_are_judged_together(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_POSITION_QUANTITY, 1000), STATUS_OK);
    order a = trading_rest(t, SIDE_BUY, sid, 100), b = trading_rest(t, SIDE_BUY, sid, 100);
    change first = {a.id, 800, a.price, 0}, second = {b.id, 800, b.price, 0};
    asker askers[] = {{.ask = replace, .context = &first}, {.ask = replace, .context = &second}};
    in_one_turn(t, askers, 2);
    assert_int_equal(first.result, STATUS_OK);
    assert_int_equal(second.result, STATUS_REFUSED);
    assert_int_equal(trading_order(t, b.id)->quantity, 100);
}

static void test_order_counts_the_replacements_of_its_turn(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    trading_hold(t, sid, 100);
    order a = trading_rest(t, SIDE_SELL, sid, 50);
    change first = {a.id, 100, a.price, 0};
    sending second = {
        .intent = {
            .sid = sid, .side = SIDE_SELL, .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = 50, .reduce_only = true}};
    asker askers[] = {{.ask = replace, .context = &first}, {.ask = send, .context = &second}};
    in_one_turn(t, askers, 2);
    assert_int_equal(first.result, STATUS_OK);
    assert_int_equal(second.result, STATUS_REFUSED); // both would have sold 150 of 100
    assert_int_equal(trading_quantity(t, sid), 100);
}

static void test_gross_counts_the_replacements_of_the_turn(void **state) {
    trading *t = *state;
    order a = trading_rest(t, SIDE_BUY, t->stocks[0], 100), b = trading_rest(t, SIDE_BUY, t->stocks[1], 100);
    int64_t room = trading_last(t, a.sid) * 900 + trading_last(t, b.sid) * 100;
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_GROSS_NOTIONAL, room), STATUS_OK);
    change first = {a.id, 800, a.price, 0}, second = {b.id, 10000, b.price, 0};
    asker askers[] = {{.ask = replace, .context = &first}, {.ask = replace, .context = &second}};
    second.quantity = 100 + trading_last(t, a.sid) * 700 / b.price; // fits by itself, not beside the first
    in_one_turn(t, askers, 2);
    assert_int_equal(first.result, STATUS_OK);
    assert_int_equal(second.result, STATUS_REFUSED);
}

// ---- flatten ----

static void flatten(trading *t, void *context) {
    flatten_row *rows = NULL;
    size_t n;
    *(status *)context = desk_flatten(t->desk, "ada", "a test", 0, NULL, &rows, &n, NULL);
    free(rows);
}

// An order that comes while a position is worked out of must not be what the position is sold to.
static void test_flatten_does_not_sell_to_an_order_of_ours(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    trading_hold(t, sid, 100);
    int64_t ask = trading_book(t, sid)->ask[0].price;
    status done = STATUS_BUSY;
    sending bid = {.intent = {.sid = sid, .quantity = 200, .price = ask - 100}};
    asker askers[] = {{.ask = flatten, .context = &done}, {.ask = send, .context = &bid}};
    in_one_turn(t, askers, 2);
    assert_int_equal(done, STATUS_OK);
    assert_int_equal(bid.result, STATUS_OK);
    assert_int_equal(trading_order(t, bid.out.id)->filled, 0);
    assert_int_equal(trading_order(t, bid.out.id)->state, ORDER_CANCELLED);
    assert_int_equal(trading_quantity(t, sid), 0);
}

// ---- who asked ----

// As when the ledger can't be read: what was to be done stays to be done.
static status stop_in_the_middle(desk *d, request *r) {
    market_step step = {.kind = TO_CANCEL, .order = *(int64_t *)r->context, .asker = r};
    vec_push(&d->steps, step);
    d->journal_failing = d->unread = true;
    d->journal_status = STATUS_IO;
    d->next_retry = clock_mono() + 2500 * NS_PER_MS; // longer than anybody waits for an answer
    return STATUS_OK;
}

static void test_who_was_answered_hears_no_more(void **state) {
    trading *t = *state;
    order a = trading_rest(t, SIDE_BUY, t->stocks[0], 100);
    request r = {.run = stop_in_the_middle, .context = &a.id};
    assert_int_equal(desk_do(t->desk, &r), STATUS_IO);
    while (trading_order(t, a.id)->state == ORDER_WORKING)
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    assert_int_equal(r.effects, 0); // its memory is the asker's again
}

// ---- steps that wait ----

static status stage_what_can_not_be_written(desk *d, request *r) {
    (void)r;
    TRY(stage(d, (journal_row){.kind = JOURNAL_CASH, .price = 1}));
    d->staged.at[d->staged.n - 1].sequence += 1000; // a gap, which the journal refuses
    return STATUS_OK;
}

static void ask_for_what_can_not_be_written(trading *t, void *context) {
    request r = {.run = stage_what_can_not_be_written};
    *(status *)context = desk_do(t->desk, &r);
}

typedef struct {
    order_intent intent;
    int64_t id;
    gathering next; // requests of the turn that follows
} stopped;

// The order's row is not on disk yet and the market has not seen it when the ledger can't be read; that passes at once.
static status order_and_stop(desk *d, request *r) {
    stopped *s = r->context;
    TRY(order_stage(d, "ada", &s->intent, &s->id));
    d->journal_failing = d->unread = true;
    d->journal_status = STATUS_IO;
    d->next_retry = 0;
    return gather(d, &(request){.context = &s->next});
}

static void test_inputs_that_fail_take_no_step_of_an_earlier_turn_with_them(void **state) {
    trading *t = *state;
    int32_t sid = t->stocks[0];
    status result = STATUS_OK;
    asker other = {.t = t, .ask = ask_for_what_can_not_be_written, .context = &result};
    stopped s = {.intent = {.sid = sid, .quantity = 100, .price = trading_last(t, sid) / 200 * 100},
                 .next = {&other, 1}};
    request r = {.run = order_and_stop, .context = &s, .user = "ada"};
    assert_int_equal(desk_do(t->desk, &r), STATUS_OK);
    pthread_join(other.thread, NULL);
    assert_int_not_equal(result, STATUS_OK);
    assert_int_equal(trading_order(t, s.id)->state, ORDER_WORKING);
    assert_true(trading_order(t, s.id)->queue_place >= 1);
}

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        AT_DESK(test_replacements_of_one_turn_are_judged_together),
        AT_DESK(test_order_counts_the_replacements_of_its_turn),
        AT_DESK(test_gross_counts_the_replacements_of_the_turn),
        AT_DESK(test_flatten_does_not_sell_to_an_order_of_ours),
        AT_DESK(test_who_was_answered_hears_no_more),
        AT_DESK(test_inputs_that_fail_take_no_step_of_an_earlier_turn_with_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
