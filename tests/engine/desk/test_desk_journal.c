// What the desk does when its journal can't be written: nothing is acknowledged that is not on disk, and it recovers.
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tests/engine/desk/support_disk.h"

static int set_up(void **state) {
    trading *t = mem_new(1, sizeof *t);
    trading_open(t, false);
    *state = t;
    return 0;
}

static int tear_down(void **state) {
    trading *t = *state;
    disk_free();
    trading_close(t);
    free(t);
    return 0;
}

static void nap(void) { nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL); }

// ---- inputs that can't be written ----

static void test_full_disk_refuses_orders_with_a_sentence(void **state) {
    trading *t = *state;
    trading_send(t, SIDE_BUY, t->stocks[0], 10, 0);
    uint64_t before = trading_fingerprint(t);
    disk_fill(t, 0);
    order_intent intent = {.sid = t->stocks[0], .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = 10};
    for (int i = 0; i < 3; i++) {
        order o;
        assert_int_equal(trading_try(t, &intent, &o), STATUS_FULL);
        assert_non_null(strstr(status_message(), "not done: the journal can't be written"));
        assert_true(trading_fingerprint(t) == before);
    }
    assert_int_equal(trading_quantity(t, t->stocks[0]), 10);
    assert_non_null(strstr(trading_status(t)->note, "NOT DONE"));
}

static void test_desk_goes_on_when_there_is_room_again(void **state) {
    trading *t = *state;
    disk_fill(t, 0);
    order_intent intent = {
        .sid = t->stocks[0], .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = 10, .client = "again"};
    order o;
    assert_int_equal(trading_try(t, &intent, &o), STATUS_FULL);
    disk_free();
    assert_int_equal(trading_try(t, &intent, &o), STATUS_OK);
    assert_int_equal(trading_quantity(t, t->stocks[0]), 10);
    uint64_t print = trading_fingerprint(t);
    trading_restart(t);
    assert_true(trading_fingerprint(t) == print);
    trading_check_sums(t);
}

static void test_nothing_else_is_done_on_a_full_disk_either(void **state) {
    trading *t = *state;
    trading_hold(t, t->stocks[0], 100);
    order o = trading_rest(t, SIDE_BUY, t->stocks[1], 100);
    int64_t limit, value;
    assert_int_equal(desk_limit_value(t->desk, LIMIT_ORDER_QUANTITY, &limit), STATUS_OK);
    disk_fill(t, 0);
    assert_int_equal(desk_trip(t->desk, "ada", "a test"), STATUS_FULL);
    assert_int_equal(desk_limit(t->desk, "ada", LIMIT_ORDER_QUANTITY, 7), STATUS_FULL);
    assert_int_equal(desk_adjust(t->desk, "ada", "a test", t->stocks[0], 5, 0), STATUS_FULL);
    disk_free();
    assert_int_equal(desk_limit_value(t->desk, LIMIT_ORDER_QUANTITY, &value), STATUS_OK);
    assert_int_equal(value, limit);
    assert_int_equal(trading_breaker(t)->state, BREAKER_TRADING);
    assert_int_equal(trading_quantity(t, t->stocks[0]), 100);
    assert_int_equal(trading_order(t, o.id)->state, ORDER_WORKING);
}

// A flatten that was told it failed may not trade afterwards.
static void test_flatten_on_a_full_disk_fails_whole(void **state) {
    trading *t = *state;
    trading_hold(t, t->stocks[0], 100);
    trading_rest(t, SIDE_BUY, t->stocks[1], 10);
    disk_fill(t, 0);
    flatten_row *rows = NULL;
    flatten_done done;
    size_t n = 0;
    assert_int_equal(desk_flatten(t->desk, "ada", "a test", 0, NULL, &rows, &n, &done), STATUS_FULL);
    assert_int_equal(done.cancelled, 0);
    assert_int_equal(done.sent, 0);
    free(rows);
    disk_free();
    for (int i = 0; i < 20; i++)
        trading_fingerprint(t); // turns of the desk
    assert_int_equal(trading_quantity(t, t->stocks[0]), 100);
    assert_int_equal(desk_flatten(t->desk, "ada", "a test", 0, NULL, &rows, &n, NULL), STATUS_OK);
    free(rows);
    assert_int_equal(trading_quantity(t, t->stocks[0]), 0);
}

// One request of a batch that fails takes back its own rows and no others'.
static void test_load_that_fails_changes_nothing(void **state) {
    trading *t = *state;
    trading_hold(t, t->stocks[0], 100);
    uint64_t before = trading_fingerprint(t);
    const holding holdings[] = {{t->stocks[1], 50}, {t->stocks[2], INT64_C(100000001)}};
    assert_int_equal(desk_load(t->desk, "ada", "a test", holdings, 2, INT64_MIN), STATUS_INVALID);
    assert_true(trading_fingerprint(t) == before);
}

// ---- outcomes that can't be written ----

typedef struct {
    trading *trading;
    order_intent intent;
    order out;
    status result;
    char message[256];
    int done; // atomic
} sending;

static void *send(void *context) {
    sending *s = context;
    s->result = trading_try(s->trading, &s->intent, &s->out);
    if (s->result != STATUS_OK)
        mem_copy_string(s->message, sizeof s->message, status_message());
    __atomic_store_n(&s->done, 1, __ATOMIC_SEQ_CST);
    return NULL;
}

static bool is_done(const sending *s) { return __atomic_load_n(&s->done, __ATOMIC_SEQ_CST); }

static bool is_failing(trading *t) {
    bool noted = strstr(trading_status(t)->note, "JOURNAL CAN'T BE WRITTEN") != NULL;
    assert_true(!noted || trading_status(t)->unwritten);
    return noted;
}

// Sends orders while fewer and fewer pages are left, until one is accepted on disk whose fill is not.
static bool strand(trading *t, sending *s, pthread_t *thread) {
    for (int pages = 1; pages < 12; pages++) {
        *s = (sending){.trading = t,
                       .intent = {.sid = t->stocks[0], .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = 10}};
        disk_fill(t, pages);
        pthread_create(thread, NULL, send, s);
        while (!is_done(s) && !is_failing(t))
            nap();
        if (is_failing(t))
            return true;
        pthread_join(*thread, NULL);
        disk_free();
    }
    return false;
}

static void test_fill_is_acknowledged_when_it_could_be_written(void **state) {
    trading *t = *state;
    sending s;
    pthread_t thread;
    trading_send(t, SIDE_BUY, t->stocks[0], 10, 0);
    assert_true(strand(t, &s, &thread));
    assert_false(is_done(&s));
    order_intent other = {.sid = t->stocks[1], .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = 10};
    order o;
    assert_int_equal(trading_try(t, &other, &o), STATUS_FULL); // meanwhile nothing new
    size_t n;
    assert_int_equal(desk_cancel(t->desk, "ada", "", 0, 0, &n), STATUS_FULL);
    disk_free();
    pthread_join(thread, NULL);
    assert_int_equal(s.result, STATUS_OK);
    assert_int_equal(s.out.state, STATE_FILLED);
    assert_non_null(strstr(trading_status(t)->note, "can be written again"));
    uint64_t print = trading_fingerprint(t);
    trading_check_sums(t);
    trading_restart(t);
    assert_true(trading_fingerprint(t) == print);
    trading_check_sums(t);
}

static void test_answer_comes_in_time_however_long_the_disk_is_full(void **state) {
    trading *t = *state;
    sending s;
    pthread_t thread;
    assert_true(strand(t, &s, &thread));
    pthread_join(thread, NULL);
    assert_int_equal(s.result, STATUS_FULL);
    assert_non_null(strstr(s.message, "sent, but what became of it can't be written"));
    disk_free();
    while (is_failing(t))
        nap();
    trading_check_sums(t); // and nothing of it is lost
}

static void test_desk_that_stops_answers_who_still_waits(void **state) {
    trading *t = *state;
    sending s;
    pthread_t thread;
    assert_true(strand(t, &s, &thread));
    desk_stop(t->desk);
    pthread_join(thread, NULL);
    assert_int_equal(s.result, STATUS_FULL);
    disk_free();
    assert_int_equal(desk_start(&t->config, &t->desk), STATUS_OK);
    // The order had been accepted on disk and its fill had not: it ends, and is not sent a second time.
    const view_orders *v = trading_orders(t);
    assert_int_equal(v->rows[0].state, ORDER_CANCELLED);
    assert_non_null(strstr(v->rows[0].reason, "before it reached the market"));
    trading_check_sums(t);
}

#define AT_DESK(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        AT_DESK(test_full_disk_refuses_orders_with_a_sentence),
        AT_DESK(test_desk_goes_on_when_there_is_room_again),
        AT_DESK(test_nothing_else_is_done_on_a_full_disk_either),
        AT_DESK(test_flatten_on_a_full_disk_fails_whole),
        AT_DESK(test_load_that_fails_changes_nothing),
        AT_DESK(test_fill_is_acknowledged_when_it_could_be_written),
        AT_DESK(test_answer_comes_in_time_however_long_the_disk_is_full),
        AT_DESK(test_desk_that_stops_answers_who_still_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
