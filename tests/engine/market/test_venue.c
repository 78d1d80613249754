#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/rng.h"
#include "tests/engine/market/support_venue.h"

enum { DAY = 17569 };

static void open_examples(venue *v, int32_t first, int32_t last) {
    for (int32_t sid = first; sid <= last; sid++) {
        venue_security s = venue_example(sid);
        assert_int_equal(venue_open(v, &s), STATUS_OK);
    }
}

static status desk_limit(venue *v, int32_t sid, side s, int64_t quantity, int64_t price, book_order_id *id) {
    book_request q = {.tag = 9, .owner = VENUE_DESK, .side = s, .quantity = quantity, .price = price};
    return venue_submit(v, sid, &q, id);
}

static venue_ear run_minutes(uint64_t seed, date day, int32_t books) {
    venue_ear ear = {0};
    venue *v = venue_start(seed, day, &ear);
    open_examples(v, 1, books);
    venue_advance(v, venue_seconds(300));
    venue_free(v);
    return ear;
}

static void test_venue_same_seed_and_date_give_the_same_events(void **state) {
    (void)state;
    venue_ear a = run_minutes(1, DAY, 5), b = run_minutes(1, DAY, 5);
    assert_true(a.events > 5 * 300 * 6);
    assert_int_equal(a.events, b.events);
    assert_int_equal(a.sum, b.sum);
    assert_true(a.sum != run_minutes(2, DAY, 5).sum);
    assert_true(a.sum != run_minutes(1, DAY + 1, 5).sum);
}

// The desk trades at three moments; between them time goes on in steps of up to `step` ns.
static venue_ear run_in_steps(int64_t step) {
    venue_ear ear = {0};
    venue *v = venue_start(3, DAY, &ear);
    open_examples(v, 20, 24);
    rng r = rng_seed(8);
    for (int leg = 1; leg <= 3; leg++) {
        int64_t end = venue_seconds(20 * leg);
        while (venue_now(v) < end) {
            int64_t next = venue_now(v) + 1 + (int64_t)rng_below(&r, (uint64_t)step);
            venue_advance(v, next < end ? next : end);
        }
        book_order_id id;
        desk_limit(v, 22, SIDE_BUY, 500, book_best_ask(venue_book(v, 22)), &id);
        desk_limit(v, 21, SIDE_SELL, 100, book_best_ask(venue_book(v, 21)), &id);
    }
    venue_free(v);
    return ear;
}

static void test_venue_does_not_depend_on_how_finely_time_advances(void **state) {
    (void)state;
    venue_ear whole = run_in_steps(venue_seconds(1000)), fine = run_in_steps(venue_seconds(0.05));
    assert_true(whole.events > 1000);
    assert_int_equal(whole.events, fine.events);
    assert_int_equal(whole.sum, fine.sum);
}

static void test_venue_other_books_change_nothing(void **state) {
    (void)state;
    venue_ear alone = {.only = 30}, among = {.only = 30};
    venue *a = venue_start(4, DAY, &alone), *b = venue_start(4, DAY, &among);
    open_examples(a, 30, 30);
    open_examples(b, 28, 33);
    venue_advance(a, venue_seconds(60));
    venue_advance(b, venue_seconds(60));
    open_examples(b, 1, 10);
    venue_close(b, 29);
    book_order_id id;
    desk_limit(b, 31, SIDE_BUY, 1000, book_best_ask(venue_book(b, 31)), &id);
    venue_advance(a, venue_seconds(200));
    venue_advance(b, venue_seconds(200));
    assert_true(alone.events > 500);
    assert_int_equal(alone.events, among.events);
    assert_int_equal(alone.sum, among.sum);
    venue_free(a);
    venue_free(b);
}

static void test_venue_statistics_are_those_of_its_fills(void **state) {
    (void)state;
    venue_ear ear = {.only = 25};
    venue *v = venue_start(5, DAY, &ear);
    venue_session s;
    assert_false(venue_statistics(v, 25, &s));
    open_examples(v, 24, 26);
    assert_true(venue_statistics(v, 25, &s));
    assert_int_equal(s.last, venue_example(25).reference);
    assert_int_equal(s.last_time, -1);
    assert_true(s.vwap == 0 && s.open == 0 && s.trades == 0);
    for (int i = 1; i <= 30; i++) {
        venue_advance(v, venue_seconds(20 * i));
        assert_true(venue_statistics(v, 25, &s));
        assert_int_equal(s.trades, ear.trades);
        assert_int_equal(s.volume, ear.volume);
        assert_int_equal(s.last, ear.last);
        assert_int_equal(s.open, ear.open);
        assert_int_equal(s.high, ear.high);
        assert_int_equal(s.low, ear.low);
        assert_int_equal(s.last_time, ear.last_time);
        assert_int_equal(s.last_aggressor, ear.last_aggressor);
        assert_true(ear.trades == 0 || (s.vwap >= (double)s.low && s.vwap <= (double)s.high));
        double vwap = ear.volume ? ear.turnover / (double)ear.volume : 0;
        assert_true(s.vwap - vwap < 1e-6 * vwap + 1e-9 && vwap - s.vwap < 1e-6 * vwap + 1e-9);
    }
    assert_true(s.trades > 100);
    venue_free(v);
}

static void test_venue_fair_price_is_moved_by_nobodys_trades(void **state) {
    (void)state;
    venue_ear ear = {.only = 30};
    venue *v = venue_start(6, DAY, &ear);
    assert_int_equal(venue_fair(v, 30), 0);
    open_examples(v, 30, 30);
    assert_int_equal(venue_fair(v, 30), venue_example(30).reference);
    book_order_id id;
    book_request buy = {.owner = VENUE_DESK, .side = SIDE_BUY, .type = ORDER_MARKET, .tif = TIF_IOC, .quantity = 5000};
    assert_int_equal(venue_submit(v, 30, &buy, &id), STATUS_OK);
    assert_int_equal(venue_fair(v, 30), venue_example(30).reference);
    venue_advance(v, venue_seconds(600));
    assert_true(venue_fair(v, 30) != venue_example(30).reference);
    venue_free(v);
}

static void test_venue_desk_meets_the_market(void **state) {
    (void)state;
    venue_ear ear = {.only = 30};
    venue *v = venue_start(6, DAY, &ear);
    open_examples(v, 30, 30);
    venue_advance(v, venue_seconds(5));
    const book *b = venue_book(v, 30);
    book_order_id id;
    int64_t ask = book_best_ask(b), shown = book_level_at(b, SIDE_SELL, ask).quantity;
    assert_int_equal(desk_limit(v, 30, SIDE_BUY, shown, ask, &id), STATUS_OK);
    assert_int_equal(ear.desk_filled, shown);
    assert_true(book_best_ask(b) > ask);

    int64_t deep = book_best_bid(b) - 20 * 100;
    assert_int_equal(desk_limit(v, 30, SIDE_BUY, 300, deep, &id), STATUS_OK);
    assert_int_equal(venue_replace(v, 30, id, 200, deep), STATUS_OK);
    book_order o;
    assert_true(book_find(b, id, &o));
    assert_int_equal(o.quantity, 200);
    assert_int_equal(o.owner, VENUE_DESK);
    assert_int_equal(venue_cancel(v, 30, id), STATUS_OK);
    assert_int_equal(venue_cancel(v, 30, id), STATUS_REFUSED);
    assert_non_null(strstr(status_message(), book_reject_text(REJECT_UNKNOWN)));
    venue_free(v);
}

static void test_venue_refuses_with_a_reason(void **state) {
    (void)state;
    venue *v = venue_start(7, DAY, NULL);
    book_order_id id;
    assert_int_equal(desk_limit(v, 30, SIDE_BUY, 100, 10000, &id), STATUS_NOT_FOUND);
    assert_int_equal(venue_cancel(v, 30, 1), STATUS_NOT_FOUND);
    assert_int_equal(venue_replace(v, 30, 1, 1, 1), STATUS_NOT_FOUND);
    assert_null(venue_book(v, 30));
    open_examples(v, 30, 30);
    assert_int_equal(desk_limit(v, 30, SIDE_BUY, 100, 12345, &id), STATUS_REFUSED);
    assert_non_null(strstr(status_message(), book_reject_text(REJECT_TICK)));
    assert_int_equal(id, 0);
    book_request market = {.owner = VENUE_MARKET, .quantity = 100, .price = 10000};
    assert_int_equal(venue_submit(v, 30, &market, &id), STATUS_INVALID);
    venue_free(v);
}

static void test_venue_keeps_the_desk_off_the_markets_orders(void **state) {
    (void)state;
    venue *v = venue_start(7, DAY, NULL);
    open_examples(v, 30, 30);
    const book *b = venue_book(v, 30);
    book_order theirs;
    assert_int_equal(book_level_orders(b, SIDE_BUY, book_best_bid(b), &theirs, 1), 1);
    assert_int_equal(venue_cancel(v, 30, theirs.id), STATUS_REFUSED);
    assert_int_equal(venue_replace(v, 30, theirs.id, 1, theirs.price), STATUS_REFUSED);
    assert_true(book_find(b, theirs.id, &theirs));
    venue_free(v);
}

static void test_venue_close_empties_a_book_and_open_goes_on(void **state) {
    (void)state;
    venue_ear ear = {.only = 30};
    venue *v = venue_start(8, DAY, &ear);
    open_examples(v, 29, 31);
    venue_advance(v, venue_seconds(30));
    const book *b = venue_book(v, 30);
    book_order_id id;
    assert_int_equal(desk_limit(v, 30, SIDE_BUY, 100, book_best_bid(b), &id), STATUS_OK);
    venue_close(v, 30);
    assert_false(venue_is_open(v, 30));
    assert_null(venue_book(v, 30));
    venue_session before, after;
    assert_true(venue_statistics(v, 30, &before));
    uint64_t events = ear.events;
    venue_advance(v, venue_seconds(60));
    assert_int_equal(ear.events, events);

    open_examples(v, 30, 30);
    b = venue_book(v, 30);
    assert_true(book_sequence(b) > events);
    assert_int_equal(venue_cancel(v, 30, id), STATUS_REFUSED);
    venue_advance(v, venue_seconds(90));
    book_check(b);
    assert_true(book_best_bid(b) && book_best_ask(b));
    assert_true(venue_statistics(v, 30, &after));
    assert_true(after.trades > before.trades && after.open == before.open);
    venue_close(v, 30);
    venue_close(v, 30);
    venue_free(v);
}

static void test_venue_open_twice_changes_nothing(void **state) {
    (void)state;
    venue *v = venue_start(8, DAY, NULL);
    open_examples(v, 30, 30);
    uint64_t sequence = book_sequence(venue_book(v, 30));
    open_examples(v, 30, 30);
    assert_int_equal(book_sequence(venue_book(v, 30)), sequence);
    venue_free(v);
}

static void test_venue_next_is_when_something_happens(void **state) {
    (void)state;
    venue_ear ear = {0};
    venue *v = venue_start(9, DAY, &ear);
    assert_true(venue_next(v) == INT64_MAX);
    open_examples(v, 1, 5);
    for (int i = 0; i < 100; i++) {
        uint64_t events = ear.events;
        int64_t next = venue_next(v);
        venue_advance(v, next - 1);
        assert_int_equal(ear.events, events);
        venue_advance(v, next);
        assert_int_equal(venue_now(v), next);
    }
    venue_advance(v, 0); // time does not go back
    assert_true(venue_now(v) > 0);
    venue_free(v);
}

static void test_venue_outlives_a_desk_that_fills_a_book(void **state) {
    (void)state;
    venue *v = venue_start(10, DAY, NULL);
    open_examples(v, 30, 30);
    const book *b = venue_book(v, 30);
    int64_t far = book_best_bid(b) / 200 * 100;
    book_order_id id;
    int sent = 0;
    while (desk_limit(v, 30, SIDE_BUY, 100, far - 100 * (sent % 50), &id) == STATUS_OK)
        sent++;
    assert_true(sent > 1500 && sent < VENUE_MAX_ORDERS);
    assert_non_null(strstr(status_message(), book_reject_text(REJECT_FULL)));
    venue_advance(v, venue_seconds(120));
    book_check(b);
    assert_true(book_best_ask(b) > book_best_bid(b));
    venue_free(v);
}

static void assert_invalid(venue *v, venue_security s, const char *field) {
    assert_int_equal(venue_open(v, &s), STATUS_INVALID);
    assert_non_null(strstr(status_message(), field));
    assert_false(venue_is_open(v, s.sid));
}

static void test_venue_names_the_field_that_is_out_of_range(void **state) {
    (void)state;
    venue *v = venue_start(1, DAY, NULL);
    venue_security good = venue_example(20), s = good;
    s.tick = 0, assert_invalid(v, s, "tick"), s = good;
    s.reference = 300, assert_invalid(v, s, "reference"), s = good;
    s.volatility = -0.1, assert_invalid(v, s, "volatility"), s = good;
    s.volatility = NAN, assert_invalid(v, s, "volatility"), s = good;
    s.daily_volume = -1, assert_invalid(v, s, "volume");
    venue_free(v);
    assert_int_equal(venue_new(&(venue_config){.pace = -1}, NULL, NULL, &v), STATUS_INVALID);
    assert_non_null(strstr(status_message(), "pace"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_venue_same_seed_and_date_give_the_same_events),
        cmocka_unit_test(test_venue_does_not_depend_on_how_finely_time_advances),
        cmocka_unit_test(test_venue_other_books_change_nothing),
        cmocka_unit_test(test_venue_statistics_are_those_of_its_fills),
        cmocka_unit_test(test_venue_fair_price_is_moved_by_nobodys_trades),
        cmocka_unit_test(test_venue_desk_meets_the_market),
        cmocka_unit_test(test_venue_refuses_with_a_reason),
        cmocka_unit_test(test_venue_keeps_the_desk_off_the_markets_orders),
        cmocka_unit_test(test_venue_close_empties_a_book_and_open_goes_on),
        cmocka_unit_test(test_venue_open_twice_changes_nothing),
        cmocka_unit_test(test_venue_next_is_when_something_happens),
        cmocka_unit_test(test_venue_outlives_a_desk_that_fills_a_book),
        cmocka_unit_test(test_venue_names_the_field_that_is_out_of_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
