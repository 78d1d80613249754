// Arguments that can be read but make no sense are refused with a sentence, and nothing is done.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/e2e/support_demo.h"

static void expect_refusal(demo *d, int code, const char *line, const char *sentence) {
    assert_int_equal(demo_run(d, "%s", line), code);
    assert_non_null(strstr(text_string(&d->err), sentence));
    assert_string_equal(text_string(&d->out), "");
}

static void test_counts_out_of_range_are_refused(void **state) {
    expect_refusal(*state, 2, "audit list --limit -1", "--limit -1 is out of range");
    expect_refusal(*state, 2, "sql 'SELECT 1' --limit -1", "--limit -1 is out of range");
    expect_refusal(*state, 2, "book show VARY --levels 0", "--levels 0 is out of range");
    expect_refusal(*state, 2, "demo create --stocks 4294967336", "--stocks 4294967336 is out of range");
}

static void test_cash_beyond_every_sum_is_refused(void **state) {
    demo *d = *state;
    char *before = strdup(demo_ask(d, "portfolio show --format json"));
    char path[96];
    snprintf(path, sizeof path, "%s/held.csv", d->root);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("symbol,quantity\nVARY,100\n", f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(demo_run(d, "portfolio load %s --yes --cash 1e300", path), 1);
    assert_non_null(strstr(text_string(&d->err), "cash lies between -1e13 and 1e13"));
    assert_string_equal(demo_ask(d, "portfolio show --format json"), before);
    free(before);
}

static const char *write_holdings(const demo *d, const char *lines) {
    static char path[96];
    snprintf(path, sizeof path, "%s/held.csv", d->root);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(lines, f);
    assert_int_equal(fclose(f), 0);
    return path;
}

// 1,500 without quotes is two fields, and no one share.
static void test_surplus_fields_of_a_portfolio_are_refused(void **state) {
    demo *d = *state;
    const char *path = write_holdings(d, "symbol,quantity\nQAB,5\nVARY,1,500\n");
    assert_int_equal(demo_run(d, "portfolio load %s --yes", path), 1);
    assert_non_null(strstr(text_string(&d->err), "held.csv:3: 3 fields where the header has 2"));
    path = write_holdings(d, "symbol,quantity\nVARY,\"1,500\"\nQAB,-200\n");
    const char *said = demo_ask(d, "portfolio load %s --cash 250000 --dry-run", path);
    assert_non_null(strstr(said, "long 1,500 shares worth "));
    assert_non_null(strstr(said, "short 200 shares worth "));
    assert_non_null(strstr(said, "to 250,000.00"));
}

static void test_loading_while_tripped_asks_nothing(void **state) {
    demo *d = *state;
    const char *path = write_holdings(d, "symbol,quantity\nQAB,5\n");
    demo_ask(d, "breaker trip --yes");
    assert_int_equal(demo_run(d, "portfolio load %s --dry-run", path), 1);
    assert_non_null(strstr(text_string(&d->err), "the breaker is tripped"));
}

static void test_limits_in_shares_are_whole(void **state) {
    expect_refusal(*state, 1, "limit set order-quantity 2.5", "a whole number of shares, not 2.5");
}

static void test_loosening_a_limit_wants_a_yes(void **state) {
    demo *d = *state;
    demo_ask(d, "limit set daily-loss 2.5");
    demo_ask(d, "limit set quiet-minutes 10");
    expect_refusal(*state, 2, "limit set daily-loss 300", "Loosen the limit daily-loss from 2.50 to 300.00 percent");
    expect_refusal(*state, 2, "limit set daily-loss 0", "it no longer trips the breaker");
    expect_refusal(*state, 2, "limit set quiet-minutes 0", "from 10 to 0 minutes");
    expect_refusal(*state, 2, "limit set order-quantity 200000", "from 100,000 to 200,000 shares");
    demo_ask(d, "limit set daily-loss 3 --yes");
}

static void test_a_pace_of_zero_is_refused(void **state) {
    expect_refusal(*state, 1, "venue run --pace 0", "--pace must be above 0");
}

static void test_adjusting_an_unknown_ticker_asks_nothing(void **state) {
    expect_refusal(*state, 1, "position adjust NOPE 10 --dry-run", "no security is called NOPE");
}

static void test_a_screenshot_of_an_unknown_ticker_fails(void **state) {
    expect_refusal(*state, 1, "screenshot desk --symbol NOPE", "no security is called NOPE");
}

// A slip in --home must not trip the breaker of an empty desk.
static void test_no_command_but_an_import_makes_a_workspace(void **state) {
    static const char *const lines[] = {"status", "order list",     "breaker trip --yes", "limit set daily-loss 2",
                                        "shell",  "screenshot desk"};
    demo *d = *state;
    char *home = strdup(d->home), made[sizeof d->home + 8];
    snprintf(d->home, sizeof d->home, "%s/a/b", d->root);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_int_equal(demo_run(d, "%s", lines[i]), 1);
        assert_non_null(strstr(text_string(&d->err), "there is no workspace in "));
    }
    snprintf(made, sizeof made, "%s/a", d->root);
    assert_int_equal(access(made, F_OK), -1);
    demo_ask(d, "demo create --stocks 20 --years 2");
    demo_ask(d, "status");
    snprintf(d->home, sizeof d->home, "%s", home);
    free(home);
}

static void test_failed_import_leaves_no_room_for_the_demo(void **state) {
    demo *d = *state;
    size_t n = strlen(d->home);
    snprintf(d->home + n, sizeof d->home - n, "-2");
    assert_int_equal(demo_run(d, "import yahoo %s/nosuch.csv", d->root), 1);
    demo_ask(d, "shell"); // a desk, until the end of its input
    assert_string_equal(demo_ask(d, "position list --format json"), "[]\n");
    assert_null(strstr(demo_ask(d, "data list --format csv"), "stock"));
    assert_null(strstr(demo_ask(d, "status"), "DEMO"));
    d->home[n] = 0;
}

static void test_refused_limit_is_shown_as_it_was_given(void **state) {
    demo *d = *state;
    assert_int_equal(demo_run(d, "order buy QAB 10 289.001"), 1);
    assert_non_null(strstr(text_string(&d->err), "whole cents"));
    assert_non_null(strstr(demo_ask(d, "order list"), " 289.0010 "));
}

static void test_workstation_without_a_terminal_is_used_wrongly(void **state) {
    expect_refusal(*state, 2, "workstation", "is not a terminal");
}

static void test_fills_can_be_limited_in_number(void **state) {
    demo *d = *state;
    demo_ask(d, "order buy QAB 1");
    demo_ask(d, "order buy VARY 1");
    const char *said = demo_ask(d, "order fills --limit 1 --format csv");
    assert_non_null(strstr(said, ",VARY,"));
    assert_null(strstr(said, ",QAB,"));
}

static void test_config_names_the_theme(void **state) {
    demo *d = *state;
    assert_non_null(strstr(demo_ask(d, "config show --format csv"), "theme,dark,default"));
    assert_non_null(strstr(demo_ask(d, "--theme light config show --format csv"), "theme,light,flag"));
}

static void test_quarantine_of_an_unknown_report_is_refused(void **state) {
    expect_refusal(*state, 1, "quarantine list --report 99", "there is no report 99");
}

static void test_cancelling_an_unknown_backtest_asks_nothing(void **state) {
    expect_refusal(*state, 1, "backtest cancel 99", "99");
    expect_refusal(*state, 1, "backtest cancel 99 --dry-run", "99");
    expect_refusal(*state, 1, "backtest cancel 99 --yes", "99");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        DEMO_TEST(test_counts_out_of_range_are_refused),
        DEMO_TEST(test_cash_beyond_every_sum_is_refused),
        DEMO_TEST(test_surplus_fields_of_a_portfolio_are_refused),
        DEMO_TEST(test_loading_while_tripped_asks_nothing),
        DEMO_TEST(test_limits_in_shares_are_whole),
        DEMO_TEST(test_loosening_a_limit_wants_a_yes),
        DEMO_TEST(test_a_pace_of_zero_is_refused),
        DEMO_TEST(test_adjusting_an_unknown_ticker_asks_nothing),
        DEMO_TEST(test_a_screenshot_of_an_unknown_ticker_fails),
        DEMO_TEST(test_no_command_but_an_import_makes_a_workspace),
        DEMO_TEST(test_failed_import_leaves_no_room_for_the_demo),
        DEMO_TEST(test_refused_limit_is_shown_as_it_was_given),
        DEMO_TEST(test_workstation_without_a_terminal_is_used_wrongly),
        DEMO_TEST(test_fills_can_be_limited_in_number),
        DEMO_TEST(test_config_names_the_theme),
        DEMO_TEST(test_quarantine_of_an_unknown_report_is_refused),
        DEMO_TEST(test_cancelling_an_unknown_backtest_asks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
