// The workspace MARKET by keys and mouse: orders prepared in the ladder, a day replayed and held, a recording.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/e2e/support_demo.h"

static terminal *open_ladder(demo *d, int columns, int rows) {
    terminal *t = demo_open(d, columns, rows);
    terminal_key(t, "9");
    assert_true(terminal_wait(t, "cumulative depth", DEMO_WAIT));
    demo_command(t, "focus depth");
    assert_true(terminal_wait_row(t, rows - 1, "Enter ticket at price", DEMO_WAIT));
    return t;
}

// The price of the rung with the cursor, and its line.
static double price_under_cursor(terminal *t, int rows, int *line) {
    for (*line = 2; *line < rows; ++*line) {
        const char *row = terminal_row(t, *line), *bar = strstr(row, "│▸");
        double price = 0;
        for (const char *at = bar; at && *at && price == 0; at++) // the figure with decimals
            if (at[-1] == ' ' && sscanf(at, "%lf", &price) == 1 && !memchr(at, '.', strcspn(at, " ")))
                price = 0;
        if (price > 0)
            return price;
    }
    terminal_print(t);
    fail_msg("no price has the cursor");
    return 0;
}

static double choose_bid(terminal *t, int rows) {
    int line;
    terminal_key(t, "Down");
    terminal_key(t, "Down");
    assert_true(terminal_taken(t, DEMO_WAIT));
    assert_true(terminal_settle(t, 100, DEMO_WAIT));
    return price_under_cursor(t, rows, &line);
}

// A venue that stands still has its books all the same.
static void test_the_market_lists_what_has_a_book(void **state) {
    const char *picture = demo_ask(*state, "screenshot market --size 80x24");
    assert_non_null(strstr(picture, "Market · venue sim · 1 book · paused"));
    assert_non_null(strstr(picture, "▸QAB "));
}

static void test_an_order_begins_and_ends_at_a_price_of_the_ladder(void **state) {
    terminal *t = open_ladder(*state, 120, 40);
    char shown[64];
    double price = choose_bid(t, 40);
    terminal_key(t, "s"); // the other side, at the same price
    assert_true(terminal_wait(t, "Ticket", DEMO_WAIT));
    snprintf(shown, sizeof shown, "%.2f", price);
    assert_true(terminal_wait(t, shown, DEMO_WAIT));
    terminal_key(t, "Esc");
    assert_true(terminal_wait_gone(t, "Ticket", DEMO_WAIT));
    terminal_key(t, "b");
    assert_true(terminal_wait(t, "Ticket", DEMO_WAIT));
    terminal_key(t, "Enter");
    snprintf(shown, sizeof shown, "buy 100 QAB at %.2f, working", price);
    assert_true(terminal_wait(t, shown, DEMO_WAIT));
    assert_true(terminal_wait(t, "◂ you 100", DEMO_WAIT));
    terminal_key(t, "c");
    assert_true(terminal_wait(t, "y yes  n no", DEMO_WAIT));
    terminal_key(t, "y");
    assert_true(terminal_wait_gone(t, "◂ you 100", DEMO_WAIT));
    terminal_key(t, "c");
    assert_true(terminal_wait(t, "no order of yours at the price under the cursor", DEMO_WAIT));
    demo_quit(t);
}

static void test_a_second_click_on_a_price_opens_the_ticket(void **state) {
    terminal *t = open_ladder(*state, 80, 24);
    int line, x, y;
    choose_bid(t, 24);
    price_under_cursor(t, 24, &line);
    terminal_click(t, 60, line - 1); // the best bid
    assert_true(terminal_taken(t, DEMO_WAIT));
    assert_true(terminal_settle(t, 100, DEMO_WAIT));
    assert_false(terminal_find(t, "Ticket", &x, &y));
    terminal_click(t, 60, line - 1);
    assert_true(terminal_wait(t, "Ticket", DEMO_WAIT));
    terminal_key(t, "Esc"); // nothing has gone
    assert_true(terminal_wait_gone(t, "Ticket", DEMO_WAIT));
    assert_true(terminal_wait_row(t, 22, " 0 working", DEMO_WAIT));
    demo_quit(t);
}

static void test_a_replay_is_held_and_moved_by_keys(void **state) {
    demo *d = *state;
    demo_ask(d, "bench gen --itch %s/day.itch --symbols 3 --depth 100 --operations 20000", d->root);
    terminal *t = demo_open(d, 120, 40);
    terminal_key(t, "9");
    demo_command(t, "replay %s/day.itch", d->root);
    assert_true(terminal_wait_row(t, 0, "REPLAY 1x", DEMO_WAIT));
    assert_true(terminal_wait(t, "Market · replay of day.itch", DEMO_WAIT));
    assert_true(terminal_wait(t, "S0 depth · replay", DEMO_WAIT)); // the first of what is replayed is selected
    terminal_key(t, "Space");
    assert_true(terminal_wait_row(t, 0, "REPLAY paused", DEMO_WAIT));
    assert_true(terminal_wait_row(t, 38, "replay paused", DEMO_WAIT));
    terminal_key(t, "f");
    assert_true(terminal_wait(t, "▮▮ 09:31:", DEMO_WAIT));
    terminal_key(t, "f");
    assert_true(terminal_wait(t, "▮▮ 09:32:", DEMO_WAIT));
    terminal_key(t, "r");
    assert_true(terminal_wait(t, "▮▮ 09:31:", DEMO_WAIT));
    terminal_key(t, ".");
    terminal_key(t, "]");
    terminal_key(t, "]");
    terminal_key(t, "[");
    terminal_key(t, "Space");
    assert_true(terminal_wait_row(t, 0, "REPLAY 2x", DEMO_WAIT));
    demo_command(t, "replay stop");
    assert_true(terminal_wait_row(t, 0, "DEMO", DEMO_WAIT));
    assert_true(terminal_wait(t, "QAB depth · venue sim", DEMO_WAIT)); // and the position again
    demo_quit(t);
}

static void test_a_file_that_is_cut_off_says_so(void **state) {
    demo *d = *state;
    char path[96];
    demo_ask(d, "bench gen --itch %s/day.itch --symbols 3 --depth 100 --operations 20000", d->root);
    snprintf(path, sizeof path, "%s/day.itch", d->root);
    assert_int_equal(truncate(path, 100001), 0);
    terminal *t = demo_open(d, 120, 40);
    terminal_key(t, "9");
    demo_command(t, "replay %s --speed max", path);
    assert_true(terminal_wait_row(t, 0, "REPLAY failed", DEMO_WAIT));
    assert_true(terminal_wait(t, "✗ ", DEMO_WAIT));
    assert_true(terminal_wait(t, "day.itch", DEMO_WAIT));
    demo_ask(d, "replay stop"); // from outside: a key right behind Esc would be Alt and that key
    assert_true(terminal_wait_row(t, 0, "DEMO", DEMO_WAIT));
    demo_quit(t);
}

static void test_a_recording_shows_how_far_it_is(void **state) {
    terminal *t = demo_open_live(*state, 120, 40);
    demo_command(t, "record start");
    assert_true(terminal_wait_row(t, 38, "● REC ", DEMO_WAIT));
    demo_command(t, "record stop");
    assert_true(terminal_wait_gone(t, "● REC ", DEMO_WAIT));
    demo_quit(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        DEMO_TEST(test_the_market_lists_what_has_a_book),
        DEMO_TEST(test_an_order_begins_and_ends_at_a_price_of_the_ladder),
        DEMO_TEST(test_a_second_click_on_a_price_opens_the_ticket),
        DEMO_TEST(test_a_replay_is_held_and_moved_by_keys),
        DEMO_TEST(test_a_file_that_is_cut_off_says_so),
        DEMO_TEST(test_a_recording_shows_how_far_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
