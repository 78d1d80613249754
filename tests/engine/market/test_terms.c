#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/market/terms.h"
#include "tests/engine/market/support_venue.h"

enum { DAY = 17569, ORDERS = 400 };

static void test_fees_are_by_share_and_by_value(void **state) {
    (void)state;
    venue_terms t = venue_terms_default();
    assert_int_equal(venue_terms_fee(&t, true, 100, 1000000), 3500);
    assert_int_equal(venue_terms_fee(&t, false, 100, 1000000), 3500);
    t = (venue_terms){.maker_fee = -0.002, .taker_fee = 0.003, .taker_bps = 0.5};
    assert_int_equal(venue_terms_fee(&t, true, 500, 1000000), -10000);
    assert_int_equal(venue_terms_fee(&t, false, 500, 1000000), 15000 + 25000);
}

static void test_terms_are_set_by_name_within_their_bounds(void **state) {
    (void)state;
    venue_terms t = venue_terms_default();
    assert_int_equal(venue_terms_set(&t, "latency_ms", "2.5"), STATUS_OK);
    assert_true(t.latency_ms == 2.5);
    assert_int_equal(venue_terms_set(&t, "rejects", "1.5"), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "from 0 to 1"));
    assert_int_equal(venue_terms_set(&t, "rejects", "many"), STATUS_INVALID);
    assert_int_equal(venue_terms_set(&t, "latency", "1"), STATUS_NOT_FOUND);
    assert_non_null(strstr(status_message(), "latency_ms"));
    for (size_t i = 0; i < venue_terms_count(); i++) {
        assert_int_equal(venue_terms_set(&t, venue_terms_name(i), "0.5"), STATUS_OK);
        assert_true(venue_terms_value(&t, i) == 0.5);
    }
}

typedef struct {
    int64_t arrived[ORDERS + 1]; // by tag
    uint64_t last_tag;
    uint64_t cancelled;
    bool in_order;
} arrivals;

static void hear(void *context, int32_t sid, const book_event *e) {
    (void)sid;
    arrivals *a = context;
    if (e->owner != VENUE_DESK)
        return;
    if (e->kind == BOOK_ACCEPTED) {
        a->arrived[e->tag] = e->time;
        a->in_order &= e->tag == a->last_tag + 1;
        a->last_tag = e->tag;
    }
    if (e->kind == BOOK_CANCELLED)
        a->cancelled = e->tag;
}

static venue *open_on(venue_terms *terms, arrivals *a) {
    venue *v;
    venue_security s = venue_example(30);
    terms->halts = 0;
    assert_int_equal(venue_new(&(venue_config){.seed = 4, .session = DAY, .terms = terms}, hear, a, &v), STATUS_OK);
    assert_int_equal(venue_open(v, &s), STATUS_OK);
    return v;
}

static book_request far_order(const venue *v, uint64_t tag) {
    return (book_request){
        .tag = tag, .owner = VENUE_DESK, .quantity = 100, .price = book_best_bid(venue_book(v, 30)) / 200 * 100};
}

static void test_orders_come_late_and_in_order(void **state) {
    (void)state;
    arrivals a = {.in_order = true};
    venue_terms terms = {.latency_ms = 5, .jitter_ms = 10};
    venue *v = open_on(&terms, &a);
    int64_t sent[ORDERS + 1];
    double sum = 0;
    for (uint64_t tag = 1; tag <= ORDERS; tag++) {
        venue_advance(v, venue_seconds(0.2 * (double)tag));
        book_request q = far_order(v, tag);
        book_order_id id;
        assert_int_equal(venue_submit(v, 30, &q, &id), STATUS_OK);
        assert_int_equal(id, 0);
        assert_int_equal(a.arrived[tag], 0);
        sent[tag] = venue_now(v);
    }
    venue_advance(v, venue_seconds(0.2 * ORDERS + 5));
    assert_true(a.in_order);
    assert_int_equal(a.last_tag, ORDERS);
    for (int tag = 1; tag <= ORDERS; tag++) {
        assert_true(a.arrived[tag] - sent[tag] >= 5000000);
        sum += (double)(a.arrived[tag] - sent[tag]) * 1e-6 / ORDERS;
    }
    assert_true(sum > 12.5 && sum < 17.5); // 15 ms in the mean, with a deviation of half a millisecond
    venue_free(v);
}

static void test_cancels_follow_their_orders(void **state) {
    (void)state;
    arrivals a = {.in_order = true};
    venue_terms terms = {.latency_ms = 3};
    venue *v = open_on(&terms, &a);
    book_request q = far_order(v, 1);
    book_order_id id, live;
    assert_int_equal(venue_submit(v, 30, &q, &id), STATUS_OK);
    venue_advance(v, 4000000);
    book_order o;
    const book *b = venue_book(v, 30);
    assert_int_equal(book_level_orders(b, SIDE_BUY, q.price, &o, 1), 1);
    live = o.id;
    assert_int_equal(venue_cancel(v, 30, live), STATUS_OK);
    assert_int_equal(a.cancelled, 0);
    venue_advance(v, 8000000);
    assert_int_equal(a.cancelled, 1);
    venue_free(v);
}

static void test_some_orders_are_refused(void **state) {
    (void)state;
    arrivals a = {.in_order = true};
    venue_terms terms = {.rejects = 0.25};
    venue *v = open_on(&terms, &a);
    int refused = 0;
    for (uint64_t tag = 1; tag <= ORDERS; tag++) {
        book_request q = far_order(v, tag);
        book_order_id id;
        refused += venue_submit(v, 30, &q, &id) == STATUS_REFUSED;
    }
    assert_in_range(refused, 60, 140); // 100, with a deviation of 9
    venue_free(v);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fees_are_by_share_and_by_value),
        cmocka_unit_test(test_terms_are_set_by_name_within_their_bounds),
        cmocka_unit_test(test_orders_come_late_and_in_order),
        cmocka_unit_test(test_cancels_follow_their_orders),
        cmocka_unit_test(test_some_orders_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
