// Orders by keys alone: the ticket, resting in the book, fills, and cancels.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/e2e/support_demo.h"

static const int sizes[][2] = {{80, 24}, {120, 40}, {200, 60}};
enum { SIZES = sizeof sizes / sizeof *sizes };

// Opens the ticket of a side and reads the best prices there.
static void open_ticket(terminal *t, const char *key, double *bid, double *ask) {
    terminal_key(t, key);
    assert_true(terminal_wait(t, "▸quantity", DEMO_WAIT));
    assert_true(terminal_wait(t, "ask ", DEMO_WAIT));
    *bid = demo_number(t, "│ bid ");
    *ask = demo_number(t, "ask ");
    assert_true(*bid > 0 && *ask > *bid);
}

static void send_limit(terminal *t, const char *key, int quantity, double price) {
    char line[64];
    double bid, ask;
    open_ticket(t, key, &bid, &ask);
    snprintf(line, sizeof line, "%d\t%.2f\r", quantity, price);
    terminal_type(t, line);
    assert_true(terminal_wait_gone(t, "▸limit", DEMO_WAIT));
}

static void test_limit_order_rests_with_its_place_in_the_queue(void **state) {
    demo *d = *state;
    for (int i = 0; i < SIZES; i++) {
        char line[64];
        double bid, ask;
        terminal *t = demo_open(d, sizes[i][0], sizes[i][1]);
        open_ticket(t, "b", &bid, &ask);
        snprintf(line, sizeof line, "100\t%.2f\r", bid);
        terminal_type(t, line);
        snprintf(line, sizeof line, "buy 100 QAB at %.2f, working", bid);
        assert_true(terminal_wait(t, line, DEMO_WAIT));
        snprintf(line, sizeof line, "Orders · %d working", i + 1);
        assert_true(terminal_wait(t, line, DEMO_WAIT));
        demo_command(t, "focus depth");
        terminal_key(t, "z");
        snprintf(line, sizeof line, "◂ you %d00", i + 1);
        assert_true(terminal_wait(t, line, DEMO_WAIT));
        int x, y, place, total;
        assert_true(terminal_find(t, line, &x, &y));
        const char *queue = strstr(terminal_row(t, y), line) + strlen(line);
        assert_int_equal(sscanf(queue, " · %d%*[stndrh] of %d", &place, &total), 2);
        assert_int_equal(place + i, total); // the first of ours stands behind all that were there
        terminal_key(t, "z");
        assert_true(terminal_wait(t, "Positions", DEMO_WAIT));
        demo_quit(t);
    }
}

// All fills so far began at the touch, and none was better than it or far from it: the touch may show less than was
// asked for. Returns the price of the last one.
static double last_fill(demo *d, double touch, bool bought) {
    const char *line = strchr(demo_ask(d, "order fills --format csv"), '\n');
    double last = 0, nearest = 0;
    assert_non_null(line);
    for (; line && line[1]; line = strchr(line + 1, '\n')) {
        double price, beyond;
        assert_int_equal(sscanf(line + 1, "%*[^,],%*[^,],%*[^,],%*[^,],%*[^,],%lf", &price), 1);
        beyond = bought ? price - touch : touch - price;
        assert_true(beyond > -0.005 && beyond < 0.5);
        last = last == 0 ? price : last; // newest first
        nearest = price;
    }
    assert_true(nearest - touch < 0.005 && touch - nearest < 0.005);
    return last;
}

static void test_marketable_order_fills_and_moves_position_and_profit(void **state) {
    terminal *t = demo_open(*state, 120, 40);
    double bid, ask;
    assert_true(terminal_wait(t, "▸QAB         800   293.20   293.20    0.00         0", DEMO_WAIT));
    open_ticket(t, "b", &bid, &ask);
    terminal_type(t, "100\r");
    assert_true(terminal_wait(t, "▸QAB         900", DEMO_WAIT));
    assert_true(terminal_wait(t, "Orders · 0 working · 1 filled", DEMO_WAIT));
    double last = last_fill(*state, ask, true);
    assert_true(terminal_wait(t, "F at 293.", DEMO_WAIT));
    // 800 shares were marked up from 293.20 to the last trade's price.
    char gain[32];
    snprintf(gain, sizeof gain, "+%.0f", 800 * (last - 293.20));
    assert_true(terminal_wait_row(t, 3, gain, DEMO_WAIT));
    demo_quit(t);
}

// Sell, 100, no limit, kind: stop, and its price.
static void test_ticket_sends_a_stop(void **state) {
    for (int i = 0; i < SIZES; i++) {
        char line[64];
        double bid, ask;
        terminal *t = demo_open(*state, sizes[i][0], sizes[i][1]);
        open_ticket(t, "s", &bid, &ask);
        snprintf(line, sizeof line, "100\t\ts\t%.2f\r", bid - 20);
        terminal_type(t, line);
        snprintf(line, sizeof line, "sell 100 QAB at the stop %.2f, waiting", bid - 20);
        assert_true(terminal_wait(t, line, DEMO_WAIT));
        snprintf(line, sizeof line, "stop %.2f", bid - 20);
        assert_true(terminal_wait(t, line, DEMO_WAIT)); // in the list, whatever it has room for
        demo_quit(t);
    }
}

static void test_sell_ticket_reduces_the_position(void **state) {
    terminal *t = demo_open(*state, 120, 40);
    double bid, ask;
    open_ticket(t, "s", &bid, &ask);
    terminal_type(t, "300\r");
    assert_true(terminal_wait(t, "QAB         500", DEMO_WAIT));
    last_fill(*state, bid, false);
    demo_quit(t);
}

static void test_venue_moves_prices_and_profit_when_it_runs(void **state) {
    terminal *t = demo_open(*state, 120, 40);
    assert_true(terminal_wait(t, "day 0 ", DEMO_WAIT));
    demo_command(t, "venue run --pace 20");
    assert_true(terminal_wait_gone(t, "day 0 ", DEMO_WAIT));
    assert_true(terminal_wait_gone(t, "No trades yet", DEMO_WAIT));
    assert_true(terminal_wait_gone(t, "09:30:0", DEMO_WAIT));
    demo_quit(t);
}

static void test_simulated_market_fills_an_order_that_rested(void **state) {
    terminal *t = demo_open(*state, 120, 40);
    double bid, ask;
    open_ticket(t, "b", &bid, &ask);
    char line[64];
    snprintf(line, sizeof line, "200\t%.2f\r", bid + 0.01);
    terminal_type(t, line);
    assert_true(terminal_wait(t, "Orders · 1 working · 0 filled", DEMO_WAIT));
    assert_true(terminal_wait(t, "1st of 1", DEMO_WAIT));
    demo_command(t, "venue run --pace 20");
    assert_true(terminal_wait(t, "Orders · 0 working · 1 filled", DEMO_WAIT));
    assert_true(terminal_wait(t, "QAB       1,000", DEMO_WAIT));
    demo_quit(t);
}

static void test_wrong_ticket_field_says_so_and_sends_nothing(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 80, 24);
    double bid, ask;
    open_ticket(t, "b", &bid, &ask);
    terminal_type(t, "ten\r");
    assert_true(terminal_wait(t, "▲ a positive whole number is wanted", DEMO_WAIT));
    terminal_type(t, "10");
    terminal_key(t, "Up");
    terminal_type(t, "NOPE");
    terminal_key(t, "Tab");
    assert_true(terminal_wait(t, "▲ there is no security NOPE", DEMO_WAIT));
    terminal_key(t, "Enter");
    assert_true(terminal_settle(t, 60, DEMO_WAIT));
    assert_true(terminal_wait(t, "▲ there is no security NOPE", DEMO_WAIT));
    terminal_key(t, "Esc");
    assert_true(terminal_wait_gone(t, "Ticket", DEMO_WAIT));
    assert_string_equal(demo_ask(d, "order list --format json"), "[]\n");
    demo_quit(t);
}

static void test_cancel_asks_and_a_no_does_nothing(void **state) {
    demo *d = *state;
    for (int i = 0; i < SIZES; i++) {
        terminal *t = demo_open(d, sizes[i][0], sizes[i][1]);
        char sentence[64];
        send_limit(t, "b", 100, 290.00);
        assert_true(terminal_wait(t, "Orders · 1 working", DEMO_WAIT));
        demo_command(t, "focus orders");
        terminal_key(t, "Home");
        snprintf(sentence, sizeof sentence, "Cancel order %d: buy 100 QAB at 290.00", i + 1);
        terminal_key(t, "c");
        assert_true(terminal_wait(t, sentence, DEMO_WAIT));
        terminal_key(t, "n");
        assert_true(terminal_wait_gone(t, sentence, DEMO_WAIT));
        assert_true(terminal_wait(t, "nothing was done", DEMO_WAIT));
        assert_non_null(strstr(demo_ask(d, "order list --state working --format csv"), ",290,"));
        terminal_key(t, "c");
        assert_true(terminal_wait(t, sentence, DEMO_WAIT));
        terminal_key(t, "y");
        assert_true(terminal_wait(t, "Orders · 0 working", DEMO_WAIT));
        assert_null(strstr(demo_ask(d, "order list --state working --format csv"), "290"));
        demo_quit(t);
    }
}

static void test_cancel_all_names_count_and_notional(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 80, 24);
    demo_command(t, "order buy QAB 100 290");
    demo_command(t, "order sell VARY 100 30");
    assert_true(terminal_wait(t, "Orders · 2 working", DEMO_WAIT));
    terminal_key(t, "^X"); // from any pane
    assert_true(terminal_wait(t, "Cancel 2 working orders, 32,000 notional", DEMO_WAIT));
    terminal_key(t, "y");
    assert_true(terminal_wait(t, "Orders · 0 working", DEMO_WAIT));
    demo_quit(t);
}

static void test_close_trades_one_position_to_zero(void **state) {
    terminal *t = demo_open(*state, 120, 40);
    assert_true(terminal_wait(t, "▸QAB", DEMO_WAIT));
    terminal_key(t, "x");
    assert_true(terminal_wait(t, "Close QAB at the market: 1 position", DEMO_WAIT));
    terminal_key(t, "y");
    assert_true(terminal_wait(t, "LEFT", DEMO_WAIT));
    assert_true(terminal_wait(t, "QAB        800     800     0", DEMO_WAIT));
    terminal_key(t, "Esc");
    assert_true(terminal_wait(t, "36 names", DEMO_WAIT));
    demo_quit(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        DEMO_TEST(test_limit_order_rests_with_its_place_in_the_queue),
        DEMO_TEST(test_marketable_order_fills_and_moves_position_and_profit),
        DEMO_TEST(test_ticket_sends_a_stop),
        DEMO_TEST(test_sell_ticket_reduces_the_position),
        DEMO_TEST(test_venue_moves_prices_and_profit_when_it_runs),
        DEMO_TEST(test_simulated_market_fills_an_order_that_rested),
        DEMO_TEST(test_wrong_ticket_field_says_so_and_sends_nothing),
        DEMO_TEST(test_cancel_asks_and_a_no_does_nothing),
        DEMO_TEST(test_cancel_all_names_count_and_notional),
        DEMO_TEST(test_close_trades_one_position_to_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
