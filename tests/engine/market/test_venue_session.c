// Sessions of the venue: auctions, the way to the close, halts, and that the same day has the same bytes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/market/hours.h"
#include "src/base/rng.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/market/support_venue.h"

enum { DAY = 17569, BOOKS = 12 };

static uint64_t seed;

typedef struct {
    venue_ear ear;
    int64_t price[2], volume[2]; // of the first and the last auction
    int auctions;                // states left that collected, with a trade
    int64_t auction_time;
    int halts;
    book_state state;
    uint64_t expired; // of the desk's
} session_ear;

static void listen(void *context, int32_t sid, const book_event *e) {
    session_ear *s = context;
    venue_ear_listen(&s->ear, sid, e);
    if (e->kind == BOOK_STATE) {
        s->state = (book_state)e->reason;
        s->halts += s->state == STATE_HALTED;
    }
    if (e->kind == BOOK_EXPIRED && e->owner == VENUE_DESK)
        s->expired = e->tag;
    if (e->kind != BOOK_FILL || !(e->flags & BOOK_AUCTION))
        return;
    if (!s->auctions || e->time != s->auction_time) {
        s->auctions++;
        s->auction_time = e->time;
    }
    int which = s->auctions > 1;
    s->price[which] = e->price;
    s->volume[which] += e->quantity;
}

static venue_terms terms_of(double halts, double pre_open) {
    venue_terms t = venue_terms_default();
    t.halts = halts;
    t.pre_open_s = pre_open;
    return t;
}

static venue_security with_bar(int32_t sid, rng *r) {
    venue_security s = venue_example(sid);
    double p = (double)s.reference, way = s.volatility * rng_normal(r), wide = s.volatility * (0.3 + rng_double(r));
    daypath_bar *b = &s.bar;
    b->open = (int64_t)(p * (1 + 0.3 * s.volatility * rng_normal(r)) / 100) * 100;
    b->close = (int64_t)((double)b->open * (1 + way) / 100) * 100;
    b->high = (b->open > b->close ? b->open : b->close) + (int64_t)(p * wide / 100) * 100;
    b->low = (b->open < b->close ? b->open : b->close) - (int64_t)(p * wide / 100) * 100;
    b->volume = (int64_t)s.daily_volume;
    return s;
}

static void test_days_open_and_end_at_the_prices_of_their_bars(void **state) {
    (void)state;
    rng r = rng_seed(seed);
    for (int32_t sid = 8; sid < 8 + BOOKS * 3; sid += 3) {
        session_ear ear = {0};
        venue *v;
        venue_security s = with_bar(sid, &r);
        const venue_terms calm = terms_of(0, 0);
        const venue_config config = {.seed = seed, .session = DAY, .pace = 4, .terms = &calm};
        assert_int_equal(venue_new(&config, listen, &ear, &v), STATUS_OK);
        assert_int_equal(venue_open(v, &s), STATUS_OK);
        assert_int_equal(ear.price[0], s.bar.open);
        venue_advance(v, RHYTHM_DAY);
        assert_int_equal(ear.state, STATE_CLOSED);
        assert_int_equal(ear.auctions, 2);
        assert_in_range(ear.price[1] - s.bar.close + 200, 0, 400);
        assert_int_equal(ear.ear.last, ear.price[1]);
        venue_session day;
        venue_statistics(v, sid, &day);
        double beyond = 0.1 * (double)(s.bar.high - s.bar.low) + 300;
        assert_true((double)day.high < (double)s.bar.high + beyond && (double)day.low > (double)s.bar.low - beyond);
        assert_true((double)ear.volume[0] > s.daily_volume * 0.002 && (double)ear.volume[1] > s.daily_volume * 0.01);
        assert_true((double)day.volume > 0.6 * s.daily_volume && (double)day.volume < 1.6 * s.daily_volume);
        book_check(venue_book(v, sid));
        venue_free(v);
    }
}

static session_ear whole_day(int64_t step, double halts) {
    session_ear ear = {0};
    venue *v;
    rng r = rng_seed(7);
    const venue_terms terms = terms_of(halts, 300);
    const venue_config config = {.seed = seed, .session = DAY, .pace = 2, .terms = &terms};
    assert_int_equal(venue_new(&config, listen, &ear, &v), STATUS_OK);
    for (int32_t sid = 20; sid < 24; sid++) {
        venue_security s = with_bar(sid, &r);
        assert_int_equal(venue_open(v, &s), STATUS_OK);
    }
    while (venue_now(v) < RHYTHM_DAY)
        venue_advance(v, venue_now(v) + 1 + (int64_t)rng_below(&r, (uint64_t)step));
    venue_free(v);
    return ear;
}

static void test_the_same_day_has_the_same_bytes_however_time_advances(void **state) {
    (void)state;
    session_ear fine = whole_day(venue_seconds(0.4), 1), coarse = whole_day(venue_seconds(5000), 1);
    assert_true(fine.ear.events > 100000);
    assert_int_equal(fine.ear.events, coarse.ear.events);
    assert_int_equal(fine.ear.sum, coarse.ear.sum);
    assert_int_equal(fine.halts, coarse.halts);
}

static void test_halts_for_news_reopen_by_an_auction(void **state) {
    (void)state;
    session_ear ear = {0};
    venue *v;
    const venue_terms terms = terms_of(1, 0);
    const venue_config config = {.seed = seed, .session = DAY, .pace = 4, .terms = &terms};
    assert_int_equal(venue_new(&config, listen, &ear, &v), STATUS_OK);
    venue_security s = venue_example(25);
    assert_int_equal(venue_open(v, &s), STATUS_OK);
    while (!ear.halts && venue_next(v) < RHYTHM_DAY)
        venue_advance(v, venue_next(v));
    const book *b = venue_book(v, 25);
    assert_int_equal(book_state_of(b), STATE_HALTED);
    book_request q = {.owner = VENUE_DESK, .quantity = 100, .price = book_best_bid(b)};
    book_order_id id;
    assert_int_equal(venue_submit(v, 25, &q, &id), STATUS_REFUSED);
    int64_t halted = venue_now(v), trades = ear.ear.trades;
    venue_advance(v, halted + HOURS_NEWS_HALT - 1);
    assert_int_equal(book_state_of(b), STATE_OPENING_AUCTION);
    assert_int_equal(ear.ear.trades, trades);
    venue_advance(v, halted + HOURS_NEWS_HALT);
    assert_int_equal(book_state_of(b), STATE_CONTINUOUS);
    assert_true(ear.ear.trades > trades && ear.auction_time == halted + HOURS_NEWS_HALT);
    book_check(b);
    venue_advance(v, RHYTHM_DAY);
    assert_int_equal(ear.halts, 1);
    venue_free(v);
}

static void test_a_price_that_is_pushed_too_far_halts_the_market(void **state) {
    (void)state;
    session_ear ear = {0};
    venue *v;
    const venue_terms terms = terms_of(0, 0);
    const venue_config config = {.seed = seed, .session = DAY, .terms = &terms};
    assert_int_equal(venue_new(&config, listen, &ear, &v), STATUS_OK);
    venue_security s = venue_example(25);
    assert_int_equal(venue_open(v, &s), STATUS_OK);
    venue_advance(v, venue_seconds(2000));
    // The crowd's orders don't lie that far out; the last one taken is the desk's own.
    const book *b = venue_book(v, 25);
    book_request far = {.owner = VENUE_DESK, .side = SIDE_SELL, .quantity = 100};
    far.price = book_best_ask(b) / 100 * 107 / 100 * 100;
    book_request q = {.owner = VENUE_DESK, .side = SIDE_BUY, .type = ORDER_MARKET, .quantity = 100000000};
    book_order_id id;
    assert_int_equal(venue_submit(v, 25, &far, &id), STATUS_OK);
    assert_int_equal(book_state_of(b), STATE_CONTINUOUS);
    assert_int_equal(venue_submit(v, 25, &q, &id), STATUS_OK);
    assert_int_equal(book_state_of(b), STATE_HALTED);
    venue_advance(v, venue_seconds(2000) + HOURS_HALT);
    assert_int_equal(book_state_of(b), STATE_CONTINUOUS);
    int64_t fair = venue_example(25).reference;
    assert_in_range(book_best_bid(b), fair * 9 / 10, fair * 11 / 10);
    venue_free(v);
}

static void test_orders_of_the_desk_take_part_in_auctions_and_expire_at_the_close(void **state) {
    (void)state;
    session_ear ear = {0};
    venue *v;
    const venue_terms terms = terms_of(0, 300);
    const venue_config config = {.seed = seed, .session = DAY, .pace = 4, .terms = &terms};
    assert_int_equal(venue_new(&config, listen, &ear, &v), STATUS_OK);
    assert_true(venue_now(v) == -venue_seconds(300));
    venue_security s = venue_example(25);
    assert_int_equal(venue_open(v, &s), STATUS_OK);
    const book *b = venue_book(v, 25);
    assert_int_equal(book_state_of(b), STATE_PRE_OPEN);
    book_request q = {.tag = 5, .owner = VENUE_DESK, .type = ORDER_MARKET, .quantity = 300};
    book_order_id id;
    assert_int_equal(venue_submit(v, 25, &q, &id), STATUS_OK);
    assert_int_equal(ear.ear.desk_filled, 0);
    venue_advance(v, 0);
    assert_int_equal(book_state_of(b), STATE_CONTINUOUS);
    assert_int_equal(ear.ear.desk_filled, 300);
    assert_true(ear.volume[0] > 300);
    q = (book_request){.tag = 6, .owner = VENUE_DESK, .quantity = 100, .price = book_best_bid(b) / 200 * 100};
    assert_int_equal(venue_submit(v, 25, &q, &id), STATUS_OK);
    venue_advance(v, RHYTHM_DAY);
    assert_int_equal(ear.expired, 6);
    assert_int_equal(venue_next(v), INT64_MAX);
    venue_free(v);
}

static void test_securities_without_a_book_have_a_price_that_walks(void **state) {
    (void)state;
    rng r = rng_seed(seed);
    venue *v;
    assert_int_equal(venue_new(&(venue_config){.seed = seed, .session = DAY}, NULL, NULL, &v), STATUS_OK);
    venue_security walking[BOOKS];
    for (int32_t i = 0; i < BOOKS; i++) {
        walking[i] = with_bar(i + 20, &r);
        assert_int_equal(venue_add(v, &walking[i]), STATUS_OK);
        assert_int_equal(venue_price(v, i + 20), walking[i].bar.open);
        assert_null(venue_book(v, i + 20));
    }
    assert_int_equal(venue_price(v, 1000), 0);
    venue_advance(v, RHYTHM_DAY / 2);
    int moved = 0;
    for (int32_t i = 0; i < BOOKS; i++)
        moved += venue_price(v, i + 20) != walking[i].bar.open;
    assert_true(moved > BOOKS / 2);
    int64_t price = venue_price(v, 30);
    assert_int_equal(venue_open(v, &walking[10]), STATUS_OK); // a book begins where the price is
    const book *b = venue_book(v, 30);
    assert_in_range(price, book_best_bid(b) - price / 200, book_best_ask(b) + price / 200);
    venue_advance(v, RHYTHM_DAY);
    for (int32_t i = 0; i < BOOKS; i++)
        assert_in_range(venue_price(v, i + 20) - walking[i].bar.close + 200, 0, 400);
    venue_free(v);
}

int main(void) {
    seed = support_seed(11);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days_open_and_end_at_the_prices_of_their_bars),
        cmocka_unit_test(test_the_same_day_has_the_same_bytes_however_time_advances),
        cmocka_unit_test(test_halts_for_news_reopen_by_an_auction),
        cmocka_unit_test(test_a_price_that_is_pushed_too_far_halts_the_market),
        cmocka_unit_test(test_orders_of_the_desk_take_part_in_auctions_and_expire_at_the_close),
        cmocka_unit_test(test_securities_without_a_book_have_a_price_that_walks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
