// The list of the market's securities, and how a replay is told.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/market/book.h"
#include "engine/market/replay.h"
#include "src/base/mem.h"
#include "tests/ui/support_market.h"
#include "tests/ui/support_pane.h"
#include "ui/pane/transport.h"

static open_pane replayed(int width, int height) {
    open_pane p = support_open("market", width, height);
    support_replay(p.model);
    return p;
}

static void test_market_selects_the_security_under_its_cursor(void **state) {
    (void)state;
    open_pane p = support_open("market", 60, 12);
    support_look(&p);
    assert_int_equal(support_act(&p, ACT_DOWN), NEXT_REDRAW | NEXT_SELECTION);
    assert_string_equal(p.model->symbol, "MSFT");
    assert_int_equal(p.model->sid, 2);
    support_close(&p);
}

static void test_market_follows_a_selection_made_elsewhere(void **state) {
    (void)state;
    open_pane p = support_open("market", 60, 12);
    support_look(&p);
    mem_copy_string(p.model->symbol, sizeof p.model->symbol, "JPM");
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "▸JPM"));
    support_close(&p);
}

static void test_market_is_sorted_and_filtered(void **state) {
    (void)state;
    open_pane p = support_open("market", 60, 12);
    support_look(&p);
    support_act(&p, ACT_SORT);
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "▸NVDA")); // the cursor stays with its row
    support_act(&p, ACT_HOME);
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "▸AAPL"));
    support_act_with(&p, ACT_FILTER, "nv");
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "▸NVDA"));
    assert_true(support_titled(&p, "/nv 1 of 48"));
    support_close(&p);
}

static void test_market_says_what_it_is_of(void **state) {
    (void)state;
    open_pane p = support_open("market", 60, 12);
    assert_true(support_titled(&p, "Market · venue sim · 48 books"));
    support_replay(p.model);
    assert_true(support_titled(&p, "Market · replay of 01302020.NASDAQ_ITC… · 2020-01-30 · 8,900 securities"));
    assert_true(support_titled(&p, "the 3 most traded here"));
    mem_copy_string(p.model->replay.file, sizeof p.model->replay.file, "day.plr");
    assert_true(support_titled(&p, "replay of day.plr · "));
    support_close(&p);
}

// In a column of its own where there is room, else in the place of the change.
static void test_market_names_the_state_of_books_that_do_not_trade(void **state) {
    (void)state;
    for (int width = 43; width <= 140; width++) {
        open_pane p = replayed(width, 12);
        support_look(&p);
        assert_int_equal(support_role_of(&p.screen.part, "halted"), ROLE_WARN);
        p.model->market.row[1].state = STATE_CONTINUOUS;
        support_look(&p);
        assert_false(support_shows(&p.screen.part, "halted"));
        assert_false(support_shows(&p.screen.part, "STATE"));
        support_close(&p);
    }
}

static void test_market_has_no_price_where_there_is_none(void **state) {
    (void)state;
    open_pane p = replayed(80, 12);
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "1,700.02"));
    assert_int_equal(support_role_of(&p.screen.part, "–"), ROLE_DIM); // no bid
    assert_false(support_shows(&p.screen.part, " 0.00"));
    support_close(&p);
}

static void test_clicks_count_from_below_the_line_of_the_replay(void **state) {
    (void)state;
    open_pane p = replayed(60, 12);
    support_look(&p);
    pane_act act = {.kind = ACT_CLICK, .x = 3, .y = 4}; // behind the replay's line, the head and two rows
    p.class->act(p.state, p.model, &act, &p.reply);
    assert_string_equal(p.model->symbol, "ZVZZT");
    support_close(&p);
}

static void test_a_replay_shows_where_it_stands(void **state) {
    (void)state;
    static const struct {
        replay_state state;
        double speed;
        const char *line;
        role role;
    } cases[] = {
        {REPLAY_PLAYING, 10, "▶ 14:32:07.000   10x   50 %   12.1 M msg/s", ROLE_OK},
        {REPLAY_PLAYING, 0, "▶ 14:32:07.000   max   50 %   12.1 M msg/s", ROLE_OK},
        {REPLAY_PLAYING, 0.5, "▶ 14:32:07.000   0.5x   50 %", ROLE_OK},
        {REPLAY_PAUSED, 10, "▮▮ 14:32:07.000   paused   50 %", ROLE_WARN},
        {REPLAY_SEEKING, 10, "▶▶ 14:32:07.000   seeking   50 %   12.1 M msg/s", ROLE_WARN},
        {REPLAY_ENDED, 10, "■ 14:32:07.000   ended   50 %", ROLE_WARN},
        {REPLAY_FAILED, 10, "✗ 14:32:07.000   failed   50 %", ROLE_ERROR},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        open_pane p = replayed(60, 12);
        p.model->replay.state = cases[i].state;
        p.model->replay.speed = cases[i].speed;
        support_look(&p);
        assert_true(support_shows(&p.screen.part, cases[i].line));
        assert_int_equal(support_role_of(&p.screen.part, cases[i].line), cases[i].role);
        support_close(&p);
    }
}

static void test_a_replay_without_a_known_end_has_no_share(void **state) {
    (void)state;
    open_pane p = replayed(80, 12);
    p.model->replay.to = 0;
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "10x   12.1 M msg/s"));
    assert_false(support_shows(&p.screen.part, " %   "));
    support_close(&p);
}

static void test_a_replay_that_failed_says_why(void **state) {
    (void)state;
    open_pane p = replayed(60, 12);
    p.model->replay.state = REPLAY_FAILED;
    snprintf(p.model->replay.message, sizeof p.model->replay.message,
             "day.itch: the message at byte 81,223 is cut off: 12 bytes of 36 are there");
    support_look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "day.itch: the message"), ROLE_ERROR);
    assert_true(support_shows(&p.screen.part, "are there"));
    assert_true(support_shows(&p.screen.part, "AAPL")); // what came before it stands
    support_close(&p);
}

static void test_everything_that_is_replayed_says_so(void **state) {
    (void)state;
    static const char *const panes[] = {"market", "depth", "cumulative", "tape", "chart"};
    for (size_t i = 0; i < sizeof panes / sizeof *panes; i++) {
        open_pane p = support_open(panes[i], 80, 12);
        assert_false(support_titled(&p, "replay"));
        support_replay(p.model);
        assert_true(support_titled(&p, "replay"));
        assert_false(support_titled(&p, "venue"));
        support_close(&p);
    }
}

// The closes in the warehouse are of other days.
static void test_the_chart_of_a_replay_is_of_its_day(void **state) {
    (void)state;
    open_pane p = support_open("chart", 80, 12);
    assert_true(support_titled(&p, "253 d to"));
    for (int i = 0; i < 4; i++)
        support_act(&p, ACT_MODE);
    assert_true(support_titled(&p, "since 10:58:46"));
    support_act(&p, ACT_MODE);
    support_replay(p.model);
    assert_true(support_titled(&p, "since 10:58:46"));
    assert_int_equal(support_act(&p, ACT_MODE), NEXT_NOTHING);
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "14:32:06"));
    support_close(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_market_selects_the_security_under_its_cursor),
        cmocka_unit_test(test_market_follows_a_selection_made_elsewhere),
        cmocka_unit_test(test_market_is_sorted_and_filtered),
        cmocka_unit_test(test_market_says_what_it_is_of),
        cmocka_unit_test(test_market_names_the_state_of_books_that_do_not_trade),
        cmocka_unit_test(test_market_has_no_price_where_there_is_none),
        cmocka_unit_test(test_clicks_count_from_below_the_line_of_the_replay),
        cmocka_unit_test(test_a_replay_shows_where_it_stands),
        cmocka_unit_test(test_a_replay_without_a_known_end_has_no_share),
        cmocka_unit_test(test_a_replay_that_failed_says_why),
        cmocka_unit_test(test_everything_that_is_replayed_says_so),
        cmocka_unit_test(test_the_chart_of_a_replay_is_of_its_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
