// The ledger: states of orders, the fold, and rows that can't be.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/decimal.h"
#include "src/base/mem.h"
#include "src/base/rng.h"
#include "src/base/vec.h"
#include "tests/base/support_numbers.h"
#include "tests/engine/trade/support_journal.h"

#define MONEY(x) ((int64_t)(x)*DECIMAL_ONE)

static int set_up(void **state) {
    support_journal *j = mem_new(1, sizeof *j);
    support_journal_open(j);
    *state = j;
    return 0;
}

static int tear_down(void **state) {
    support_journal *j = *state;
    support_journal_close(j);
    free(j);
    return 0;
}

// ---- states of an order ----

static void test_order_goes_from_working_through_partial_to_filled(void **state) {
    support_journal *j = *state;
    int64_t id = support_order(j, 7, SIDE_BUY, 300, MONEY(10));
    const order *o = ledger_order(j->ledger, id);
    assert_int_equal(o->state, STATE_WORKING);
    assert_int_equal(o->open, 300);
    support_fill(j, id, 100, MONEY(10));
    o = ledger_order(j->ledger, id);
    assert_int_equal(o->state, STATE_PARTIAL);
    assert_int_equal(o->open, 200);
    support_fill(j, id, 200, MONEY(9));
    o = ledger_order(j->ledger, id);
    assert_int_equal(o->state, STATE_FILLED);
    assert_int_equal(o->open, 0);
    assert_int_equal(o->filled, 300);
    assert_int_equal(o->cost, MONEY(1000 + 1800));
    assert_int_equal(order_average(o), 93333);
    size_t working;
    ledger_working(j->ledger, &working);
    assert_int_equal(working, 0);
}

static void test_fill_moves_position_and_cash(void **state) {
    support_journal *j = *state;
    support_must_apply(j, (journal_row){.kind = JOURNAL_CASH, .price = MONEY(5000)});
    support_fill(j, support_order(j, 7, SIDE_BUY, 100, MONEY(10)), 100, MONEY(10));
    support_fill(j, support_order(j, 7, SIDE_SELL, 40, MONEY(12)), 40, MONEY(12));
    assert_int_equal(ledger_position(j->ledger, 7)->quantity, 60);
    assert_int_equal(ledger_position(j->ledger, 7)->realised, MONEY(80));
    assert_int_equal(ledger_cash(j->ledger), MONEY(5000 - 1000 + 480) - 140 * 35);
    assert_null(ledger_position(j->ledger, 8));
}

static void test_cancel_and_expiry_end_an_order_with_their_cause(void **state) {
    support_journal *j = *state;
    int64_t a = support_order(j, 7, SIDE_BUY, 100, MONEY(10)), b = support_order(j, 7, SIDE_BUY, 50, MONEY(9));
    support_fill(j, a, 30, MONEY(10));
    support_must_apply(j, (journal_row){.kind = JOURNAL_CANCEL, .order = a, .quantity = 70, .text = "by the operator"});
    support_must_apply(j, (journal_row){.kind = JOURNAL_EXPIRE, .order = b, .text = "the session ended"});
    assert_int_equal(ledger_order(j->ledger, a)->state, STATE_CANCELLED);
    assert_int_equal(ledger_order(j->ledger, a)->filled, 30);
    assert_string_equal(ledger_order(j->ledger, a)->reason, "by the operator");
    assert_int_equal(ledger_order(j->ledger, b)->state, STATE_EXPIRED);
    assert_int_equal(ledger_open_quantity(j->ledger, 7, SIDE_BUY), 0);
}

static void test_replacement_sets_open_quantity_and_price(void **state) {
    support_journal *j = *state;
    int64_t id = support_order(j, 7, SIDE_BUY, 100, MONEY(10));
    support_fill(j, id, 30, MONEY(10));
    support_must_apply(j, (journal_row){.kind = JOURNAL_REPLACE, .order = id, .quantity = 200, .price = MONEY(11)});
    const order *o = ledger_order(j->ledger, id);
    assert_int_equal(o->open, 200);
    assert_int_equal(o->quantity, 230);
    assert_int_equal(o->price, MONEY(11));
    assert_int_equal(o->state, STATE_PARTIAL);
    assert_int_equal(ledger_open_quantity(j->ledger, 7, SIDE_BUY), 200);
}

static void test_refused_order_keeps_its_number_and_reason(void **state) {
    support_journal *j = *state;
    support_must_apply(j, (journal_row){.kind = JOURNAL_REJECT, .order = 1, .sid = 7, .quantity = 10, .text = "no"});
    assert_int_equal(ledger_order(j->ledger, 1)->state, STATE_REJECTED);
    assert_string_equal(ledger_order(j->ledger, 1)->reason, "no");
    assert_int_equal(ledger_next_order(j->ledger), 2);
    assert_int_equal(ledger_open_quantity(j->ledger, 7, SIDE_BUY), 0);
}

static void test_order_is_found_by_its_client_id(void **state) {
    support_journal *j = *state;
    support_must_apply(
        j, (journal_row){
               .kind = JOURNAL_ORDER, .order = 1, .sid = 7, .quantity = 10, .price = MONEY(1), .client = "basket-1"});
    assert_int_equal(ledger_order_by_client(j->ledger, "basket-1")->id, 1);
    assert_null(ledger_order_by_client(j->ledger, "basket-2"));
}

// ---- stops, pairs, parts ----

static journal_row stop_row(support_journal *j, order_type type, int64_t quantity) {
    return (journal_row){.kind = JOURNAL_ORDER,
                         .order = ledger_next_order(j->ledger),
                         .sid = 7,
                         .side = SIDE_SELL,
                         .type = (int32_t)type,
                         .quantity = quantity,
                         .price = type == ORDER_STOP_LIMIT ? MONEY(9) : 0,
                         .stop = MONEY(10),
                         .trail = type == ORDER_TRAILING_STOP ? MONEY(1) : 0};
}

static void test_triggered_stop_is_what_it_stands_for(void **state) {
    support_journal *j = *state;
    support_must_apply(j, stop_row(j, ORDER_STOP, 10));
    support_must_apply(j, stop_row(j, ORDER_STOP_LIMIT, 10));
    const order *o = ledger_order(j->ledger, 1);
    assert_true(order_is_stop(o));
    for (int64_t id = 1; id <= 2; id++)
        support_must_apply(j, (journal_row){.kind = JOURNAL_TRIGGER, .order = id});
    o = ledger_order(j->ledger, 1);
    assert_int_equal(o->type, ORDER_MARKET);
    assert_int_equal(o->asked.type, ORDER_STOP);
    assert_int_equal(ledger_order(j->ledger, 2)->type, ORDER_LIMIT);
    assert_int_equal(ledger_order(j->ledger, 2)->price, MONEY(9));
}

static void test_stop_price_moves_by_trailing_and_replacing(void **state) {
    support_journal *j = *state;
    support_must_apply(j, stop_row(j, ORDER_TRAILING_STOP, 10));
    support_must_apply(j, (journal_row){.kind = JOURNAL_TRAIL, .order = 1, .price = MONEY(11)});
    assert_int_equal(ledger_order(j->ledger, 1)->stop, MONEY(11));
    support_must_apply(j, (journal_row){.kind = JOURNAL_REPLACE, .order = 1, .quantity = 5, .price = MONEY(12)});
    assert_int_equal(ledger_order(j->ledger, 1)->stop, MONEY(12));
    assert_int_equal(ledger_order(j->ledger, 1)->price, 0);
    assert_int_equal(ledger_order(j->ledger, 1)->asked.stop, MONEY(10));
}

static void test_what_is_taken_off_leaves_the_rest_working(void **state) {
    support_journal *j = *state;
    int64_t id = support_order(j, 7, SIDE_BUY, 100, MONEY(10));
    support_fill(j, id, 30, MONEY(10));
    support_must_apply(j, (journal_row){.kind = JOURNAL_REDUCE, .order = id, .quantity = 50});
    const order *o = ledger_order(j->ledger, id);
    assert_int_equal(o->open, 20);
    assert_int_equal(o->quantity, 50);
    assert_int_equal(o->state, STATE_PARTIAL);
    assert_int_equal(ledger_open_quantity(j->ledger, 7, SIDE_BUY), 20);
    assert_int_equal(support_apply(j, (journal_row){.kind = JOURNAL_REDUCE, .order = id, .quantity = 20}),
                     STATUS_CORRUPT); // its end is another row
}

static void test_pair_counts_as_the_larger_of_the_two(void **state) {
    support_journal *j = *state;
    int64_t a = support_order(j, 7, SIDE_SELL, 100, MONEY(12)), b = ledger_next_order(j->ledger);
    journal_row row = stop_row(j, ORDER_STOP, 70);
    row.other = a;
    support_must_apply(j, row);
    assert_int_equal(ledger_order(j->ledger, a)->other, b);
    assert_int_equal(ledger_open_quantity(j->ledger, 7, SIDE_SELL), 100);
    support_must_apply(j, (journal_row){.kind = JOURNAL_REPLACE, .order = b, .quantity = 130, .price = MONEY(10)});
    assert_int_equal(ledger_open_quantity(j->ledger, 7, SIDE_SELL), 130);
    assert_int_equal(ledger_counts(j->ledger, 7, SIDE_SELL, 150, b), 20);
    support_order(j, 7, SIDE_SELL, 5, MONEY(13));
    assert_int_equal(ledger_open_quantity(j->ledger, 7, SIDE_SELL), 135);
    support_must_apply(j, (journal_row){.kind = JOURNAL_CANCEL, .order = b, .text = "by the operator"});
    assert_int_equal(ledger_open_quantity(j->ledger, 7, SIDE_SELL), 105);
    assert_int_equal(ledger_order(j->ledger, a)->other, 0); // alone
}

static void test_other_of_a_filled_order_still_knows_it(void **state) {
    support_journal *j = *state;
    int64_t a = support_order(j, 7, SIDE_SELL, 100, MONEY(12));
    journal_row row = stop_row(j, ORDER_STOP, 100);
    row.other = a;
    support_must_apply(j, row);
    support_fill(j, a, 100, MONEY(12));
    assert_int_equal(ledger_order(j->ledger, row.order)->other, a); // until its own row ends it
    support_must_apply(j, (journal_row){.kind = JOURNAL_CANCEL, .order = row.order, .text = "the pair"});
    assert_int_equal(ledger_open_quantity(j->ledger, 7, SIDE_SELL), 0);
}

// ---- what can't follow ----

typedef struct {
    const char *what;
    journal_row row;
} damage;

// The journal so far: order 1 works with 60 of 100 open, order 2 is filled, order 3 was refused; 7 is held.
static void write_some_rows(support_journal *j) {
    support_fill(j, support_order(j, 7, SIDE_BUY, 100, MONEY(10)), 40, MONEY(10));
    support_fill(j, support_order(j, 8, SIDE_SELL, 10, MONEY(20)), 10, MONEY(20));
    support_must_apply(j, (journal_row){.kind = JOURNAL_REJECT, .order = 3, .sid = 7, .quantity = 10, .text = "no"});
}

#define ORDER_ROW(number, security, side_, type_, tif_, shares, limit)                                                 \
    {                                                                                                                  \
        .kind = JOURNAL_ORDER, .order = (number), .sid = (security), .side = (side_), .type = (type_), .tif = (tif_),  \
        .quantity = (shares), .price = (limit)                                                                         \
    }
#define FILL_ROW(number, security, shares, paid, cost)                                                                 \
    { .kind = JOURNAL_FILL, .order = (number), .sid = (security), .quantity = (shares), .price = (paid), .fee = (cost) }

static void test_damaged_rows_are_refused(void **state) {
    support_journal *j = *state;
    const damage rows[] = {
        {"a kind from nowhere", {.kind = 99}},
        {"a gap in the numbers of orders", ORDER_ROW(5, 7, 0, 0, 0, 10, 100)},
        {"an order's number used again", ORDER_ROW(2, 7, 0, 0, 0, 10, 100)},
        {"an order of no security", ORDER_ROW(4, 0, 0, 0, 0, 10, 100)},
        {"no such side", ORDER_ROW(4, 7, 2, 0, 0, 10, 100)},
        {"no such type", ORDER_ROW(4, 7, 0, -1, 0, 10, 100)},
        {"no such time in force", ORDER_ROW(4, 7, 0, 0, 5, 10, 100)},
        {"an order of nothing", ORDER_ROW(4, 7, 0, 0, 0, 0, 100)},
        {"an order of more than there can be", ORDER_ROW(4, 7, 0, 0, 0, INT64_MAX, 100)},
        {"an order at a negative price", ORDER_ROW(4, 7, 0, 0, 0, 10, -1)},
        {"an order at an impossible price", ORDER_ROW(4, 7, 0, 0, 0, 10, INT64_MAX)},
        {"a limit order without a limit", ORDER_ROW(4, 7, 0, ORDER_LIMIT, 0, 10, 0)},
        {"a fill of no order", FILL_ROW(4, 7, 10, 100, 0)},
        {"a fill of a filled order", FILL_ROW(2, 8, 10, 100, 0)},
        {"a fill of a refused order", FILL_ROW(3, 7, 10, 100, 0)},
        {"a fill of more than is open", FILL_ROW(1, 7, 61, 100, 0)},
        {"a fill of nothing", FILL_ROW(1, 7, 0, 100, 0)},
        {"a fill for nothing", FILL_ROW(1, 7, 10, 0, 0)},
        {"a fill at an impossible price", FILL_ROW(1, 7, 10, INT64_MAX, 0)},
        {"a fill in another security", FILL_ROW(1, 8, 10, 100, 0)},
        {"an impossible fee", FILL_ROW(1, 7, 10, 100, INT64_MIN)},
        {"a cancel of no order", {.kind = JOURNAL_CANCEL, .order = 9}},
        {"a cancel of a filled order", {.kind = JOURNAL_CANCEL, .order = 2}},
        {"an expiry of a refused order", {.kind = JOURNAL_EXPIRE, .order = 3}},
        {"a replacement of a filled order", {.kind = JOURNAL_REPLACE, .order = 2, .quantity = 1, .price = 1}},
        {"a replacement by nothing", {.kind = JOURNAL_REPLACE, .order = 1, .quantity = 0, .price = 1}},
        {"a replacement by too much", {.kind = JOURNAL_REPLACE, .order = 1, .quantity = INT64_MAX, .price = 1}},
        {"a replacement at no price", {.kind = JOURNAL_REPLACE, .order = 1, .quantity = 1}},
        {"no such rule", {.kind = JOURNAL_ORDER, .order = 4, .sid = 7, .self = 4, .quantity = 1, .price = 1}},
        {"a trait that has its own field",
         {.kind = JOURNAL_ORDER, .order = 4, .sid = 7, .traits = ORDER_ICEBERG, .quantity = 1, .price = 1}},
        {"a stop without a price", ORDER_ROW(4, 7, 0, ORDER_STOP, 0, 10, 0)},
        {"a pair with itself", {.kind = JOURNAL_ORDER, .order = 4, .sid = 7, .quantity = 1, .price = 1, .other = 4}},
        {"a pair with a filled order",
         {.kind = JOURNAL_ORDER, .order = 4, .sid = 8, .quantity = 1, .price = 1, .other = 2}},
        {"a pair of two securities",
         {.kind = JOURNAL_ORDER, .order = 4, .sid = 8, .quantity = 1, .price = 1, .other = 1}},
        {"a trigger of a limit order", {.kind = JOURNAL_TRIGGER, .order = 1}},
        {"a trail of a limit order", {.kind = JOURNAL_TRAIL, .order = 1, .price = 1}},
        {"more taken off than is open", {.kind = JOURNAL_REDUCE, .order = 1, .quantity = 61}},
        {"an adjustment of no security", {.kind = JOURNAL_ADJUST, .quantity = 1, .price = 1}},
        {"an adjustment to too much", {.kind = JOURNAL_ADJUST, .sid = 7, .quantity = INT64_MIN, .price = 1}},
        {"an adjustment at a negative price", {.kind = JOURNAL_ADJUST, .sid = 7, .quantity = 1, .price = -1}},
        {"a mark of no security", {.kind = JOURNAL_MARK, .price = 1}},
        {"a negative mark", {.kind = JOURNAL_MARK, .sid = 7, .price = -1}},
        {"more cash than there is", {.kind = JOURNAL_CASH, .price = INT64_MIN}},
        {"a breaker in no state", {.kind = JOURNAL_BREAKER, .quantity = 3}},
        {"a limit of another program", {.kind = JOURNAL_LIMIT, .text = "leverage"}},
        {"a negative limit", {.kind = JOURNAL_LIMIT, .text = "daily-loss", .price = -1}},
        {"a session on no day", {.kind = JOURNAL_SESSION, .quantity = INT64_MAX}},
    };
    write_some_rows(j);
    uint64_t before = ledger_fingerprint(j->ledger);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (support_apply(j, rows[i].row) != STATUS_CORRUPT)
            fail_msg("the ledger took %s", rows[i].what);
        if (ledger_fingerprint(j->ledger) != before)
            fail_msg("%s was refused, but changed the ledger", rows[i].what);
    }
}

static void test_rows_out_of_sequence_are_refused(void **state) {
    support_journal *j = *state;
    write_some_rows(j);
    journal_row row = {.kind = JOURNAL_CASH, .price = 1, .sequence = ledger_sequence(j->ledger) + 2};
    assert_int_equal(ledger_apply(j->ledger, &row), STATUS_CORRUPT);
    row.sequence = ledger_sequence(j->ledger);
    assert_int_equal(ledger_apply(j->ledger, &row), STATUS_CORRUPT);
    row.sequence = ledger_sequence(j->ledger) + 1;
    assert_int_equal(ledger_apply(j->ledger, &row), STATUS_OK);
}

static void test_sums_that_would_overflow_are_refused(void **state) {
    support_journal *j = *state;
    status s = STATUS_OK;
    for (int i = 0; i < 64 && s == STATUS_OK; i++) {
        int64_t id = support_order(j, 7, SIDE_BUY, ORDER_QUANTITY_MOST, PRICE_MOST);
        s = support_apply(
            j, (journal_row){
                   .kind = JOURNAL_FILL, .order = id, .sid = 7, .quantity = ORDER_QUANTITY_MOST, .price = PRICE_MOST});
    }
    assert_int_equal(s, STATUS_CORRUPT);
}

// ---- sessions, limits, breaker ----

static void test_session_starts_positions_at_their_marks(void **state) {
    support_journal *j = *state;
    support_fill(j, support_order(j, 7, SIDE_BUY, 100, MONEY(10)), 100, MONEY(10));
    support_must_apply(j, (journal_row){.kind = JOURNAL_SESSION, .quantity = date_make(2026, 11, 23)});
    support_must_apply(j, (journal_row){.kind = JOURNAL_MARK, .sid = 7, .price = MONEY(12)});
    assert_int_equal(ledger_session(j->ledger), date_make(2026, 11, 23));
    assert_int_equal(position_day_pnl(ledger_position(j->ledger, 7), MONEY(13)), MONEY(100));
}

static void test_session_of_the_past_takes_the_clock_back(void **state) {
    support_journal *j = *state;
    instant late = date_instant(date_make(2026, 11, 23)), early = date_instant(date_make(2018, 2, 8));
    support_must_apply(j,
                       (journal_row){.kind = JOURNAL_SESSION, .quantity = date_make(2026, 11, 23), .desk_time = late});
    support_must_apply(j,
                       (journal_row){.kind = JOURNAL_SESSION, .quantity = date_make(2018, 2, 8), .desk_time = early});
    assert_int_equal(ledger_desk_time(j->ledger), early);
}

static void test_limits_have_their_standard_until_set(void **state) {
    support_journal *j = *state;
    for (int i = 0; i < LIMIT_COUNT; i++)
        assert_int_equal(ledger_limit(j->ledger, (limit_name)i), limit_define((limit_name)i)->standard);
    support_limit(j, LIMIT_ORDER_QUANTITY, 5);
    assert_int_equal(ledger_limit(j->ledger, LIMIT_ORDER_QUANTITY), 5);
}

static void test_limits_are_found_by_name(void **state) {
    (void)state;
    for (int i = 0; i < LIMIT_COUNT; i++) {
        limit_name found;
        assert_int_equal(limit_find(limit_define((limit_name)i)->name, &found), STATUS_OK);
        assert_int_equal(found, i);
    }
    limit_name none;
    assert_int_equal(limit_find("leverage", &none), STATUS_NOT_FOUND);
    assert_non_null(strstr(status_message(), "position-notional"));
}

static void test_breaker_keeps_its_history(void **state) {
    support_journal *j = *state;
    assert_int_equal(ledger_breaker(j->ledger), BREAKER_STATE_TRADING);
    support_breaker(j, BREAKER_STATE_TRIPPED);
    support_breaker(j, BREAKER_STATE_QUIET);
    size_t n;
    const breaker_change *history = ledger_breaker_history(j->ledger, &n);
    assert_int_equal(n, 2);
    assert_int_equal(history[0].state, BREAKER_STATE_TRIPPED);
    assert_string_equal(history[0].user, "ada");
    assert_string_equal(history[0].cause, "a test");
    assert_int_equal(ledger_breaker(j->ledger), BREAKER_STATE_QUIET);
}

// ---- the fold ----

typedef VEC(journal_row) rows;

// One row that may follow, drawn at random.
static journal_row draw(const ledger *l, rng *r) {
    size_t working;
    const int64_t *ids = ledger_working(l, &working);
    int64_t id = working ? ids[rng_below(r, working)] : 0;
    int32_t sid = 1 + (int32_t)rng_below(r, 6);
    int64_t price = 100 + (int64_t)rng_below(r, 1000000);
    switch (working ? rng_below(r, 14) : rng_below(r, 5)) {
    case 0:
        return (journal_row){
            .kind = JOURNAL_ADJUST, .sid = sid, .quantity = (int64_t)rng_below(r, 2000) - 1000, .price = price};
    case 1:
        return (journal_row){.kind = JOURNAL_CASH, .price = (int64_t)rng_below(r, 2000) - 1000};
    case 2:
        return (journal_row){.kind = JOURNAL_BREAKER, .quantity = (int64_t)rng_below(r, 3), .user = "eve"};
    case 3:
        return (journal_row){.kind = JOURNAL_MARK, .sid = sid, .price = price};
    case 5:
        return (journal_row){.kind = JOURNAL_CANCEL, .order = id, .text = "drawn"};
    case 6:
        return (journal_row){
            .kind = JOURNAL_REPLACE, .order = id, .quantity = 1 + (int64_t)rng_below(r, 500), .price = price};
    case 7:
    case 8:
    case 9:
    case 10: {
        const order *o = ledger_order(l, id);
        int64_t quantity = 1 + (int64_t)rng_below(r, (uint64_t)o->open);
        return (journal_row){.kind = JOURNAL_FILL,
                             .order = id,
                             .sid = o->sid,
                             .quantity = quantity,
                             .price = price,
                             .fee = quantity * 35};
    }
    default:
        return (journal_row){.kind = rng_below(r, 8) ? JOURNAL_ORDER : JOURNAL_REJECT,
                             .order = ledger_next_order(l),
                             .sid = sid,
                             .side = (int32_t)rng_below(r, 2),
                             .quantity = 1 + (int64_t)rng_below(r, 500),
                             .price = price};
    }
}

static int64_t open_slowly(const ledger *l, int32_t sid, side s) {
    int64_t sum = 0;
    for (size_t id = 1; id <= ledger_orders(l); id++) {
        const order *o = ledger_order(l, (int64_t)id);
        if (o->sid == sid && o->side == s && order_is_working(o))
            sum += o->open;
    }
    return sum;
}

static void check_ledger(const ledger *l) {
    size_t n, working = 0;
    const int64_t *ids = ledger_working(l, &n);
    for (size_t id = 1; id <= ledger_orders(l); id++) {
        const order *o = ledger_order(l, (int64_t)id);
        assert_int_equal(o->id, id);
        assert_int_equal(o->open, order_is_working(o) ? o->quantity - o->filled : 0);
        if (order_is_working(o))
            assert_int_equal(ids[working++], o->id);
    }
    assert_int_equal(working, n);
    for (int32_t sid = 1; sid <= 6; sid++) {
        assert_int_equal(ledger_open_quantity(l, sid, SIDE_BUY), open_slowly(l, sid, SIDE_BUY));
        assert_int_equal(ledger_open_quantity(l, sid, SIDE_SELL), open_slowly(l, sid, SIDE_SELL));
    }
}

static void test_same_rows_give_the_same_fingerprint(void **state) {
    (void)state;
    rng r = rng_seed(support_seed(20260102));
    support_journal first;
    support_journal_open(&first);
    rows written = {0};
    for (int i = 0; i < 1500; i++) {
        support_must_apply(&first, draw(first.ledger, &r));
        vec_push(&written, first.last);
        check_ledger(first.ledger);
    }
    ledger *second = ledger_new();
    for (size_t i = 0; i < written.n; i++)
        assert_int_equal(ledger_apply(second, &written.at[i]), STATUS_OK);
    assert_true(ledger_fingerprint(second) == ledger_fingerprint(first.ledger));
    ledger_free(second);
    vec_free(&written);
    support_journal_close(&first);
}

static uint64_t fingerprint_after(const journal_row *row) {
    support_journal j;
    support_journal_open(&j);
    support_must_apply(&j, *row);
    uint64_t print = ledger_fingerprint(j.ledger);
    support_journal_close(&j);
    return print;
}

static void test_fingerprint_tells_small_differences(void **state) {
    (void)state;
    const journal_row base = {.kind = JOURNAL_BREAKER, .quantity = 1, .user = "ada", .text = "drill", .time = 5};
    journal_row user = base, cause = base, time = base;
    strcpy(user.user, "bob");
    strcpy(cause.text, "drilL");
    time.time = 6;
    assert_true(fingerprint_after(&base) == fingerprint_after(&base));
    assert_true(fingerprint_after(&base) != fingerprint_after(&user));
    assert_true(fingerprint_after(&base) != fingerprint_after(&cause));
    assert_true(fingerprint_after(&base) != fingerprint_after(&time));
}

#define WITH_LEDGER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH_LEDGER(test_order_goes_from_working_through_partial_to_filled),
        WITH_LEDGER(test_fill_moves_position_and_cash),
        WITH_LEDGER(test_cancel_and_expiry_end_an_order_with_their_cause),
        WITH_LEDGER(test_replacement_sets_open_quantity_and_price),
        WITH_LEDGER(test_refused_order_keeps_its_number_and_reason),
        WITH_LEDGER(test_order_is_found_by_its_client_id),
        WITH_LEDGER(test_triggered_stop_is_what_it_stands_for),
        WITH_LEDGER(test_stop_price_moves_by_trailing_and_replacing),
        WITH_LEDGER(test_what_is_taken_off_leaves_the_rest_working),
        WITH_LEDGER(test_pair_counts_as_the_larger_of_the_two),
        WITH_LEDGER(test_other_of_a_filled_order_still_knows_it),
        WITH_LEDGER(test_damaged_rows_are_refused),
        WITH_LEDGER(test_rows_out_of_sequence_are_refused),
        WITH_LEDGER(test_sums_that_would_overflow_are_refused),
        WITH_LEDGER(test_session_starts_positions_at_their_marks),
        WITH_LEDGER(test_session_of_the_past_takes_the_clock_back),
        WITH_LEDGER(test_limits_have_their_standard_until_set),
        cmocka_unit_test(test_limits_are_found_by_name),
        WITH_LEDGER(test_breaker_keeps_its_history),
        cmocka_unit_test(test_same_rows_give_the_same_fingerprint),
        cmocka_unit_test(test_fingerprint_tells_small_differences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
