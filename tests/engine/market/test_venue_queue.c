// Queues at the touch: how long they are, and how an order at their end comes to its turn. PLIMSOLL_SEED=n draws
// another day.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/market/daystats.h"
#include "engine/market/survey.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/market/support_venue.h"

enum { DAY = 17569 };

static uint64_t seed;

static venue_security example(int32_t sid) {
    venue_security s = venue_example(sid);
    s.daily_volume = 25e6;
    s.volatility = 0.018;
    return s;
}

// 36 orders stood at one price when books were filled with all their orders near it.
static void test_few_orders_stand_at_the_touch_from_the_open_on(void **state) {
    (void)state;
    double orders[50 * 61], most = 0;
    size_t n = 0;
    venue *v = venue_start(seed, DAY, NULL);
    for (int32_t sid = 1; sid <= 50; sid++) {
        venue_security s = example(sid);
        assert_int_equal(venue_open(v, &s), STATUS_OK);
    }
    for (int t = 0; t <= 60; t++) {
        venue_advance(v, venue_seconds(t));
        for (int32_t sid = 1; sid <= 50; sid++) {
            const book *b = venue_book(v, sid);
            double here = book_level_at(b, SIDE_BUY, book_best_bid(b)).orders;
            most = here > most ? here : most;
            orders[n++] = here;
        }
    }
    daystats_sort(orders, n);
    print_message("orders at the best bid in the first minute: median %.0f, 95 %% %.0f, most %.0f\n",
                  daystats_quantile(orders, n, 0.5), daystats_quantile(orders, n, 0.95), most);
    assert_true(daystats_quantile(orders, n, 0.5) <= 8);
    assert_true(most <= 32);
    venue_free(v);
}

typedef struct {
    int64_t price;  // of the order of the desk
    side side;      // of it
    int64_t traded; // at its price, before it
    bool filled;
} turn;

static void follow(void *context, int32_t sid, const book_event *e) {
    (void)sid;
    turn *t = context;
    if (e->kind != BOOK_FILL || e->price != t->price || (side)e->side == t->side)
        return;
    if (e->maker_owner == VENUE_DESK)
        t->filled = true;
    else if (!t->filled)
        t->traded += e->quantity;
}

// Of the queues that orders of the desk found before them, the mean part that traded until they were filled.
static double traded_part(venue_config config, venue_security s, size_t *filled) {
    turn t = {0};
    venue *v;
    int32_t sid = s.sid;
    config.seed = seed;
    config.session = DAY;
    assert_int_equal(venue_new(&config, follow, &t, &v), STATUS_OK);
    assert_int_equal(venue_open(v, &s), STATUS_OK);
    double traded = 0;
    size_t n = 0;
    const book *b = venue_book(v, sid);
    for (int at = 30; at < 7200; at += 5) {
        venue_advance(v, venue_seconds(at));
        t = (turn){.price = book_best_bid(b), .side = SIDE_BUY};
        int64_t before = book_level_at(b, SIDE_BUY, t.price).quantity;
        book_request q = {.owner = VENUE_DESK, .side = SIDE_BUY, .quantity = 100, .price = t.price};
        book_order_id id;
        assert_int_equal(venue_submit(v, sid, &q, &id), STATUS_OK);
        venue_advance(v, venue_seconds(at + 4));
        if (!t.filled) {
            venue_cancel(v, sid, id);
            continue;
        }
        n++;
        traded += t.traded < before ? (double)t.traded / (double)before : 1;
    }
    venue_free(v);
    *filled += n;
    return traded / (double)n;
}

// Of real orders that joined the touch and were filled, 0.67 of the queue before them had traded and the rest had been
// cancelled: AMZN on 2012-06-21 (LOBSTER); 0.70 for AAPL. Queues are short there. Where they are long the crowd's
// cancels take more, but nobody takes back whole queues.
static void test_queues_before_an_order_trade_rather_than_vanish(void **state) {
    (void)state;
    const int32_t sids[] = {20, 26, 32, 38};
    double sum = 0;
    size_t filled = 0, filled_twin = 0;
    for (int i = 0; i < 4; i++)
        sum += traded_part((venue_config){0}, example(sids[i]), &filled);
    venue_config config = {0};
    venue_security twin;
    survey_twin(&survey_amzn, &config, &twin);
    double part = traded_part(config, twin, &filled_twin);
    print_message("filled %zu and %zu; %.2f and, as on the real day, %.2f of the queue had traded\n", filled,
                  filled_twin, sum / 4, part);
    assert_true(filled > 100 && filled_twin > 20);
    assert_true(sum / 4 > 0.3);
    assert_true(part > 0.3 && part < 0.9);
}

int main(void) {
    seed = support_seed(11);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_few_orders_stand_at_the_touch_from_the_open_on),
        cmocka_unit_test(test_queues_before_an_order_trade_rather_than_vanish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
