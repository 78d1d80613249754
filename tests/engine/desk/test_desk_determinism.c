// The same requests, one after the other, at the same venue times on the same seed give the same journal: every row and
// every field but the wall clock's.
//
// It holds for a desk whose time stands still, and within one process. It can't hold
//   - by the wall clock: a live desk lets the market go on between two requests as long as it takes;
//   - for requests sent at once by several threads: those that one turn takes together are all judged before the first
//     of them meets the market;
//   - across a restart: books start afresh from the last price, and what rested has lost its place.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/decimal.h"
#include "src/base/rng.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/desk/support_trading.h"

enum { STEPS = 120 };

// Of a limit order near the market any other kind.
static void make_special(trading *t, rng *r, order_intent *intent) {
    intent->self = (self_trade)rng_below(r, 4);
    switch (rng_below(r, 9)) {
    case 0:
        intent->type = ORDER_STOP;
        intent->stop = intent->price;
        intent->price = 0;
        break;
    case 1:
        intent->type = ORDER_STOP_LIMIT;
        intent->stop = intent->price + 100;
        break;
    case 2:
        intent->type = ORDER_TRAILING_STOP;
        intent->trail = 100 * (1 + (int64_t)rng_below(r, 30));
        intent->price = 0;
        break;
    case 3:
        intent->display = 1 + intent->quantity / 4;
        break;
    case 4:
        intent->traits = ORDER_ALL_OR_NONE;
        break;
    case 5:
        intent->traits = ORDER_POST_ONLY;
        break;
    case 6:
        intent->other = 1 + (int64_t)rng_below(r, (uint64_t)trading_orders(t)->total + 1);
        break;
    default:
        break;
    }
}

// What the rows of the view must be, whatever happened: an order of an open book is on display or waits, and pairs know
// each other.
static void check_rows(trading *t) {
    const view_orders *v = trading_orders(t);
    for (int32_t i = 0; i < v->n; i++) {
        const view_order *o = &v->rows[i];
        bool works = o->state == ORDER_WORKING || o->state == ORDER_PARTIAL;
        if (!works)
            continue;
        if (o->waits ? o->shown : !o->shown || o->shown > o->quantity - o->filled)
            fail_msg("order %lld shows %lld", (long long)o->id, (long long)o->shown);
        const view_order *other = o->other ? trading_order(t, o->other) : NULL;
        if (other && (other->other != o->id || (other->state != ORDER_WORKING && other->state != ORDER_PARTIAL)))
            fail_msg("order %lld is in a pair with %lld, which is not", (long long)o->id, (long long)o->other);
    }
}

static void do_something(trading *t, rng *r) {
    int32_t sid = t->stocks[rng_below(r, 3)];
    side s = rng_below(r, 2) ? SIDE_BUY : SIDE_SELL;
    int64_t last = trading_last(t, sid), quantity = 1 + (int64_t)rng_below(r, 400);
    int64_t away = ((int64_t)rng_below(r, 40) - 20) * 100;
    order_intent intent = {.sid = sid, .side = s, .quantity = quantity, .price = last / 100 * 100 + away};
    order o;
    int64_t id;
    size_t n;
    flatten_row *rows = NULL;
    switch (rng_below(r, 20)) {
    case 0:
        (void)desk_cancel(t->desk, "ada", "drawn", 0, sid, &n); // there may be none
        return;
    case 1:
        (void)desk_flatten(t->desk, "ada", "drawn", sid, NULL, &rows, &n, NULL);
        free(rows);
        return;
    case 2:
    case 3:
        id = 1 + (int64_t)rng_below(r, (uint64_t)trading_orders(t)->total + 1);
        (void)desk_replace(t->desk, "ada", id, quantity, intent.price, &o);
        return;
    case 4:
    case 5:
    case 6:
    case 7:
        intent.quantity *= 10; // moves the price
        intent.type = ORDER_MARKET;
        intent.tif = TIF_IOC;
        intent.price = 0;
        break;
    default:
        make_special(t, r, &intent);
        break;
    }
    (void)trading_try(t, &intent, &o); // refused or not: the same each time
}

static void run(uint64_t venue_seed, uint64_t requests_seed, bool again, journal_rows *out) {
    trading t;
    trading_make(&t, false);
    t.config.seed = venue_seed;
    trading_start(&t);
    if (again)
        trading_restart(&t);
    const holding h[] = {{t.stocks[0], 500}, {t.stocks[1], -400}};
    assert_int_equal(desk_load(t.desk, "ada", "start", h, 2, 5000000 * DECIMAL_ONE), STATUS_OK);
    rng r = rng_seed(requests_seed);
    for (int i = 0; i < STEPS; i++) {
        do_something(&t, &r);
        check_rows(&t);
    }
    trading_check_sums(&t);
    trading_journal(&t, out);
    trading_close(&t);
}

static bool same_rows(const journal_rows *a, const journal_rows *b) {
    bool same = a->n == b->n;
    for (size_t i = 0; same && i < a->n; i++) {
        const journal_row *x = &a->at[i], *y = &b->at[i];
        same = x->sequence == y->sequence && x->desk_time == y->desk_time && x->kind == y->kind && x->sid == y->sid &&
               x->order == y->order && x->side == y->side && x->type == y->type && x->tif == y->tif &&
               x->quantity == y->quantity && x->price == y->price && x->fee == y->fee && x->stop == y->stop &&
               x->traits == y->traits && x->display == y->display && x->other == y->other &&
               strcmp(x->text, y->text) == 0;
    }
    return same;
}

static void test_same_requests_give_the_same_journal(void **state) {
    (void)state;
    uint64_t seed = support_seed(20260104);
    journal_rows first = {0}, second = {0}, other = {0};
    run(1, seed, false, &first);
    run(1, seed, false, &second);
    run(2, seed, false, &other);
    size_t fills = 0;
    for (size_t i = 0; i < first.n; i++)
        fills += first.at[i].kind == JOURNAL_FILL;
    assert_true(fills > 20);
    assert_true(same_rows(&first, &second));
    assert_false(same_rows(&first, &other));
    vec_free(&first);
    vec_free(&second);
    vec_free(&other);
}

// The venue of a workspace's first desk is that of its second: what was not yet touched starts alike.
static void test_desk_that_began_the_session_is_like_one_that_found_it(void **state) {
    (void)state;
    uint64_t seed = support_seed(20260105);
    journal_rows first = {0}, second = {0};
    run(1, seed, false, &first);
    run(1, seed, true, &second);
    assert_true(same_rows(&first, &second));
    vec_free(&first);
    vec_free(&second);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_requests_give_the_same_journal),
        cmocka_unit_test(test_desk_that_began_the_session_is_like_one_that_found_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
