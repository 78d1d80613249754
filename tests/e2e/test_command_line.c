// The command line behind ":": completion, history, and what it says to a mistake.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/e2e/support_demo.h"

enum { ROWS = 24, STATUS = ROWS - 2, PROMPT = ROWS - 1 };

static void test_colon_opens_and_escape_closes_the_prompt(void **state) {
    terminal *t = demo_open(*state, 80, ROWS);
    int x, y;
    terminal_type(t, ":hello");
    assert_true(terminal_wait_row(t, PROMPT, ":hello", DEMO_WAIT));
    assert_true(terminal_settle(t, 50, DEMO_WAIT));
    assert_true(terminal_cursor(t, &x, &y));
    assert_int_equal(x, 6);
    assert_int_equal(y, PROMPT);
    terminal_key(t, "Esc");
    assert_true(terminal_wait_row(t, PROMPT, "? help", DEMO_WAIT));
    assert_true(terminal_settle(t, 50, DEMO_WAIT));
    assert_false(terminal_cursor(t, &x, &y));
    demo_quit(t);
}

static void test_tab_completes_commands_choices_and_symbols(void **state) {
    terminal *t = demo_open(*state, 80, ROWS);
    terminal_type(t, ":orde\t");
    assert_true(terminal_wait_row(t, PROMPT, ":order", DEMO_WAIT));
    terminal_type(t, "\t");
    assert_true(terminal_wait_row(t, STATUS, "buy      fills    list     replace  sell", DEMO_WAIT));
    terminal_type(t, "b\tVAR\t100 --tif f\t");
    assert_true(terminal_wait_row(t, PROMPT, ":order buy VARY 100 --tif fok", DEMO_WAIT));
    terminal_key(t, "^C");
    assert_true(terminal_wait_row(t, PROMPT, "? help", DEMO_WAIT));
    demo_quit(t);
}

static void test_usage_stands_above_a_known_command(void **state) {
    terminal *t = demo_open(*state, 80, ROWS);
    terminal_type(t, ":cancel all");
    assert_true(terminal_wait_row(t, STATUS, "cancel all [SYMBOL]", DEMO_WAIT));
    assert_true(terminal_wait_row(t, PROMPT, ":cancel all", DEMO_WAIT));
    terminal_key(t, "^C");
    assert_true(terminal_wait_row(t, PROMPT, "? help", DEMO_WAIT));
    demo_quit(t);
}

static void test_history_comes_back_by_up_also_after_a_restart(void **state) {
    demo *d = *state;
    terminal *t = demo_open(d, 80, ROWS);
    demo_command(t, "workspace risk");
    assert_true(terminal_wait(t, "Exposures", DEMO_WAIT));
    demo_command(t, "workspace desk");
    assert_true(terminal_wait(t, "QAB depth", DEMO_WAIT));
    terminal_type(t, ":");
    terminal_key(t, "Up");
    assert_true(terminal_wait_row(t, PROMPT, ":workspace desk", DEMO_WAIT));
    terminal_key(t, "Up");
    assert_true(terminal_wait_row(t, PROMPT, ":workspace risk", DEMO_WAIT));
    terminal_key(t, "Down");
    assert_true(terminal_wait_row(t, PROMPT, ":workspace desk", DEMO_WAIT));
    terminal_key(t, "^C");
    assert_true(terminal_wait_row(t, PROMPT, "? help", DEMO_WAIT));
    demo_quit(t);
    t = demo_open(d, 80, ROWS);
    terminal_type(t, ":");
    terminal_key(t, "Up");
    terminal_key(t, "Up");
    terminal_key(t, "Enter");
    assert_true(terminal_wait(t, "Exposures", DEMO_WAIT));
    demo_quit(t);
}

static void test_line_is_edited_as_readline_does(void **state) {
    terminal *t = demo_open(*state, 80, ROWS);
    terminal_type(t, ":desk");
    terminal_key(t, "^A");
    terminal_type(t, "workspace ");
    terminal_key(t, "^E");
    terminal_key(t, "^W");
    terminal_type(t, "stress");
    assert_true(terminal_wait_row(t, PROMPT, ":workspace stress", DEMO_WAIT));
    terminal_key(t, "Enter");
    assert_true(terminal_wait(t, "COVID 2020", DEMO_WAIT));
    demo_quit(t);
}

static void test_unknown_command_gives_a_sentence(void **state) {
    static const char *const lines[][2] = {
        {"frobnicate", "\"frobnicate\" is no command"},
        {"ordr list", "did you mean \"order list\"?"},
        {"order buy", "needs SYMBOL"},
        {"order buy NOSUCH 10", "is called NOSUCH"},
        {"order buy QAB ten", "\"ten\" is not a positive whole number"},
        {"order buy QAB 10 -5", "not a positive price"},
        {"order buy QAB 10 --tif gtc", "a market order can't rest"},
        {"order sell QAB 10 290 --trail 2", "--worst bounds the price"},
        {"order buy QAB 10 290 --tif gtd", "--tif gtd needs --until"},
        {"order buy QAB 10 290 --until soon", "is no day"},
        {"order buy QAB 10 290 --display 20", "larger than the order"},
        {"order buy QAB 10 290 --oco 99", "there is no order 99"},
        {"cancel 99", "there is no order 99"},
        {"workspace nowhere", "not one of desk, risk"},
        {"theme nosuch", "there is no theme nosuch"},
        {"order buy 'QAB", "quote"},
    };
    terminal *t = demo_open(*state, 120, ROWS);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        demo_command(t, "%s", lines[i][0]);
        assert_true(terminal_wait(t, lines[i][1], DEMO_WAIT));
        terminal_key(t, "Home"); // any key takes the message away
        assert_true(terminal_wait_gone(t, lines[i][1], DEMO_WAIT));
    }
    assert_true(terminal_wait(t, "QAB depth", DEMO_WAIT));
    demo_quit(t);
}

static void test_long_answer_is_shown_to_read_and_closed(void **state) {
    terminal *t = demo_open(*state, 80, ROWS);
    demo_command(t, "limit list");
    assert_true(terminal_wait(t, "order-notional", DEMO_WAIT));
    assert_true(terminal_wait(t, "2,000,000.00", DEMO_WAIT));
    terminal_key(t, "Esc");
    assert_true(terminal_wait_gone(t, "order-notional", DEMO_WAIT));
    demo_quit(t);
}

static void test_paste_never_runs_anything(void **state) {
    terminal *t = demo_open(*state, 80, ROWS);
    terminal_type(t, "\033[200~q\rworkspace risk\r\033[201~");
    assert_true(terminal_wait_row(t, STATUS, "pasted", DEMO_WAIT));
    terminal_type(t, ":\033[200~workspace\rrisk\r\033[201~");
    assert_true(terminal_wait_row(t, PROMPT, ":workspace risk", DEMO_WAIT));
    assert_true(terminal_wait(t, "QAB depth", DEMO_WAIT));
    terminal_key(t, "Enter");
    assert_true(terminal_wait(t, "Exposures", DEMO_WAIT));
    demo_quit(t);
}

// What is confirmed is what is loaded: the file is read once, and so it may be a pipe.
static void test_a_portfolio_can_come_through_a_pipe(void **state) {
    demo *d = *state;
    char line[256];
    snprintf(line, sizeof line, "printf 'symbol,quantity\\nQAB,100\\n' >%s/file", d->root);
    assert_int_equal(system(line), 0);
    snprintf(line, sizeof line, "portfolio load %s/file", d->root);
    const char *phrase = demo_phrase(d, line);
    snprintf(line, sizeof line, "mkfifo %s/held && { cat %s/file >%s/held & }", d->root, d->root, d->root);
    assert_int_equal(system(line), 0);
    assert_string_equal(demo_ask(d, "portfolio load %s/held --confirm '%s'", d->root, phrase),
                        "1 position loaded at its last price\n");
    assert_non_null(strstr(demo_ask(d, "position list --format csv"), "\nQAB,Consumer Discretionary,100,"));
}

static void test_a_portfolio_that_was_changed_since_is_not_loaded(void **state) {
    demo *d = *state;
    char line[256], load[128], phrase[80];
    snprintf(line, sizeof line, "printf 'symbol,quantity\\nQAB,100\\n' >%s/file", d->root);
    snprintf(load, sizeof load, "portfolio load %s/file", d->root);
    assert_int_equal(system(line), 0);
    snprintf(phrase, sizeof phrase, "%s", demo_phrase(d, load));
    assert_non_null(strstr(phrase, "load 1 over 37 "));
    assert_int_equal(demo_run(d, "%s --yes", load), 2);
    assert_int_equal(demo_run(d, "%s --cash 5000000 --confirm '%s'", load, phrase), 1);
    snprintf(line, sizeof line, "printf 'symbol,quantity\\nQAB,101\\n' >%s/file", d->root);
    assert_int_equal(system(line), 0);
    assert_int_equal(demo_run(d, "%s --confirm '%s'", load, phrase), 1);
    assert_non_null(strstr(text_string(&d->err), "is not the phrase"));
}

static void test_choices_may_be_typed_as_the_screen_shows_them(void **state) {
    demo *d = *state;
    assert_int_equal(demo_run(d, "screenshot risk --size 59x24"), 2); // what the workstation couldn't draw either
    assert_non_null(strstr(text_string(&d->err), "60x16 to 1000x1000"));
    char *small = strdup(demo_ask(d, "screenshot risk --size 80x24"));
    assert_string_equal(demo_ask(d, "screenshot RISK --size 80x24"), small);
    free(small);
    assert_int_equal(demo_ask(d, "check QAB BUY 10 --format JSON")[0], '[');
}

static void test_orders_of_all_kinds_are_sent_by_a_line_and_listed(void **state) {
    demo *d = *state;
    assert_non_null(strstr(demo_ask(d, "order sell QAB 100 400 --tif gtc --post-only"), "at 400.00, working"));
    assert_non_null(
        strstr(demo_ask(d, "order sell QAB 100 199 --stop 200 --oco 1"), "behind the stop 200.00, waiting"));
    assert_non_null(strstr(demo_ask(d, "order sell QAB 100 --trail 50"), "trailing by 50.00, waiting"));
    demo_ask(d, "order buy QAB 900 250 --display 100 --until 2030-01-02 --self-trade both");
    demo_ask(d, "order buy QAB 10 250 --all-or-none");
    const char *rows = demo_ask(d, "order list --format csv");
    assert_non_null(strstr(rows, "limit,day,,waiting,,,,all-or-none,,newest"));
    assert_non_null(strstr(rows, "limit,gtd,2030-01-02,working,"));
    assert_non_null(strstr(rows, ",100,,,both"));
    assert_non_null(strstr(rows, "199,200,,,stop-limit,day,,waiting,,,,,1,newest"));
    assert_non_null(strstr(rows, "post-only,2,newest"));
    assert_int_equal(demo_run(d, "order sell QAB 10 --stop 200 --tif ioc"), 2);
    assert_int_equal(demo_run(d, "order sell QAB 10 --stop 500"), 1); // reached already
    assert_non_null(strstr(demo_ask(d, "order replace 2 50 205"), "sell 50 QAB at 199.00 behind the stop 205.00"));
    assert_non_null(strstr(demo_ask(d, "cancel 3 --dry-run"), "trailing by 50.00"));
    demo_ask(d, "cancel all --yes");
    assert_string_equal(demo_ask(d, "order list --state working --format json"), "[]\n");
}

static void test_audit_of_a_flatten_says_what_was_done(void **state) {
    demo *d = *state;
    demo_ask(d, "order buy QAB 10 200");
    demo_ask(d, "order buy QAB 10 201");
    demo_ask(d, "flatten QAB --confirm 'flatten QAB'");
    assert_non_null(
        strstr(demo_ask(d, "audit list --format csv --limit 1"), "\"ok: 2 orders cancelled, 1 order sent\""));
    demo_ask(d, "order buy QAB 10 200");
    demo_ask(d, "limit set order-quantity 0");
    assert_int_equal(demo_run(d, "flatten --confirm 'flatten all 36'"), 1);
    assert_non_null(strstr(demo_ask(d, "audit list --format csv --limit 1"),
                           "\"1 order cancelled, 0 orders sent; 36 positions could not be worked out of whole"));
    demo_ask(d, "limit set order-quantity 100000 --yes");
    demo_ask(d, "order buy QAB 10 200");
    demo_ask(d, "cancel all --yes");
    assert_non_null(strstr(demo_ask(d, "audit list --format csv --limit 1"), "ok: 1 order cancelled,"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        DEMO_TEST(test_colon_opens_and_escape_closes_the_prompt),
        DEMO_TEST(test_tab_completes_commands_choices_and_symbols),
        DEMO_TEST(test_usage_stands_above_a_known_command),
        DEMO_TEST(test_history_comes_back_by_up_also_after_a_restart),
        DEMO_TEST(test_line_is_edited_as_readline_does),
        DEMO_TEST(test_unknown_command_gives_a_sentence),
        DEMO_TEST(test_long_answer_is_shown_to_read_and_closed),
        DEMO_TEST(test_paste_never_runs_anything),
        DEMO_TEST(test_a_portfolio_that_was_changed_since_is_not_loaded),
        DEMO_TEST(test_a_portfolio_can_come_through_a_pipe),
        DEMO_TEST(test_choices_may_be_typed_as_the_screen_shows_them),
        DEMO_TEST(test_orders_of_all_kinds_are_sent_by_a_line_and_listed),
        DEMO_TEST(test_audit_of_a_flatten_says_what_was_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
