#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/clock.h"
#include "src/base/mem.h"
#include "tests/ui/support_market.h"
#include "tests/ui/support_model.h"

typedef struct {
    view *view;
    ui_model *model, *source;
} world;

static world made(void) {
    world w = {.model = mem_new(1, sizeof(ui_model)), .source = support_model()};
    assert_int_equal(view_create(&w.view), STATUS_OK);
    w.source->status.beat_mono = w.model->now_mono = 1000 * NS_PER_S;
    return w;
}

static void ended(world *w) {
    view_release(w->view);
    free(w->model);
    free(w->source);
}

static void publish_status(world *w) {
    view_publish(w->view, SECTION_STATUS, &w->source->status, sizeof w->source->status);
}

static void publish_positions(world *w) {
    view_publish(w->view, SECTION_POSITIONS, &w->source->positions, sizeof w->source->positions);
}

static void test_refresh_says_which_sections_changed(void **state) {
    (void)state;
    world w = made();
    publish_status(&w);
    ui_model_refresh(w.model, w.view);
    assert_int_equal(ui_model_refresh(w.model, w.view), 0);
    publish_positions(&w);
    view_publish(w.view, (view_section)(SECTION_BOOK + 3), &w.source->book[0], sizeof *w.source->book);
    assert_int_equal(ui_model_refresh(w.model, w.view), SECTION_BIT(SECTION_POSITIONS) | SECTION_BIT(SECTION_BOOK + 3));
    assert_int_equal(w.model->positions.n, 48);
    assert_string_equal(ui_model_book(w.model, "NVDA")->symbol, "NVDA");
    assert_null(ui_model_book(w.model, "MSFT"));
    assert_null(ui_model_book(w.model, ""));
    ended(&w);
}

static void test_the_largest_position_is_selected_first_and_then_left_alone(void **state) {
    (void)state;
    world w = made();
    publish_status(&w);
    publish_positions(&w);
    ui_model_refresh(w.model, w.view);
    assert_string_equal(w.model->symbol, "NVDA");
    assert_int_equal(w.model->sid, 1);
    w.source->positions.rows[5].value *= -100;
    publish_positions(&w);
    ui_model_refresh(w.model, w.view);
    assert_string_equal(w.model->symbol, "NVDA");
    ended(&w);
}

static void test_without_positions_the_first_book_is_selected(void **state) {
    (void)state;
    world w = made();
    publish_status(&w);
    view_publish(w.view, SECTION_BOOK, &w.source->book[1], sizeof *w.source->book);
    ui_model_refresh(w.model, w.view);
    assert_string_equal(w.model->symbol, "MSFT");
    ended(&w);
}

static void test_a_desk_that_falls_silent_makes_everything_stale(void **state) {
    (void)state;
    world w = made();
    publish_status(&w);
    ui_model_refresh(w.model, w.view);
    assert_false(w.model->stale);
    w.model->now_mono += 3 * NS_PER_S;
    assert_true(ui_model_refresh(w.model, w.view) == ~UINT64_C(0));
    assert_true(w.model->stale);
    assert_int_equal(ui_model_refresh(w.model, w.view), 0);
    w.source->status.beat_mono = w.model->now_mono;
    publish_status(&w);
    assert_true(ui_model_refresh(w.model, w.view) == ~UINT64_C(0));
    assert_false(w.model->stale);
    ended(&w);
}

static void publish_results(world *w) {
    const ui_model *m = w->source;
    view_publish(w->view, SECTION_ORDERS, &m->orders, sizeof m->orders);
    view_publish(w->view, SECTION_RUNS, &m->runs, sizeof m->runs);
    view_publish(w->view, SECTION_RISK, &m->risk, sizeof m->risk);
    view_publish(w->view, SECTION_STRESS, &m->stress, sizeof m->stress);
}

static void select_one_of_each(ui_model *m, const char *factor, const char *scenario) {
    m->order = 77;
    mem_copy_string(m->factor, sizeof m->factor, factor);
    mem_copy_string(m->scenario, sizeof m->scenario, scenario);
    mem_copy_string(m->run_id, sizeof m->run_id, "ffff");
}

static void test_selections_that_are_gone_are_let_go(void **state) {
    (void)state;
    world w = made();
    publish_status(&w);
    publish_results(&w);
    select_one_of_each(w.model, "Gone", "Gone");
    ui_model_refresh(w.model, w.view);
    assert_int_equal(w.model->order, 0);
    assert_string_equal(w.model->factor, "");
    assert_string_equal(w.model->run_id, "4be19c07d2a1f3e8"); // the newest that is done
    assert_string_equal(w.model->scenario, "2008 crisis");
    ended(&w);
}

// The new desk publishes section by section, and results only when they are computed.
static void test_selections_outlive_a_change_of_desks(void **state) {
    (void)state;
    world w = made();
    publish_status(&w);
    publish_results(&w);
    ui_model_refresh(w.model, w.view);
    select_one_of_each(w.model, "Momentum", "COVID 2020");
    w.model->order = 119;
    mem_copy_string(w.model->run_id, sizeof w.model->run_id, "90aa31bc55e0127d");
    w.source->risk.state = w.source->stress.state = ANALYTICS_COMPUTING;
    w.source->stress.n = w.source->risk.factors = 0;
    publish_results(&w);
    ui_model_refresh(w.model, w.view);
    world other = made();
    publish_status(&other);
    ui_model_forget(w.model);
    ui_model_refresh(w.model, other.view);
    assert_int_equal(w.model->order, 119);
    assert_string_equal(w.model->factor, "Momentum");
    assert_string_equal(w.model->scenario, "COVID 2020");
    assert_string_equal(w.model->run_id, "90aa31bc55e0127d");
    other.source->runs.n = 0;
    publish_results(&other);
    ui_model_refresh(w.model, other.view);
    assert_int_equal(w.model->order, 119);
    assert_string_equal(w.model->factor, "Momentum");
    assert_string_equal(w.model->scenario, "COVID 2020");
    assert_string_equal(w.model->run_id, ""); // the new desk has no runs
    ended(&other);
    ended(&w);
}

static void test_counts_beyond_their_arrays_are_cut(void **state) {
    (void)state;
    ui_model *m = mem_new(1, sizeof *m);
    memset(&m->runs, 'x', sizeof m->runs);
    m->runs.n = 1 << 30;
    m->positions.n = -5;
    m->breaker.limits = 1000;
    m->stress.n = 999;
    ui_model_check(m, ~UINT64_C(0));
    assert_int_equal(m->runs.n, VIEW_RUNS);
    assert_int_equal(m->positions.n, 0);
    assert_int_equal(m->breaker.limits, 16);
    assert_int_equal(m->stress.n, VIEW_SCENARIOS);
    assert_int_equal(strlen(m->runs.row[3].parameters), sizeof m->runs.row[3].parameters - 1);
    free(m);
}

static void publish_market(world *w) {
    view_publish(w->view, SECTION_MARKET, &w->source->market, sizeof w->source->market);
    view_publish(w->view, SECTION_REPLAY, &w->source->replay, sizeof w->source->replay);
}

static void test_a_replay_takes_the_selection_and_gives_it_back(void **state) {
    (void)state;
    world w = made();
    publish_status(&w);
    publish_positions(&w);
    publish_market(&w);
    ui_model_refresh(w.model, w.view);
    assert_string_equal(w.model->symbol, "NVDA");
    view_market venue = w.source->market;
    support_replay(w.source);
    publish_market(&w);
    ui_model_refresh(w.model, w.view);
    assert_string_equal(w.model->symbol, "AAPL"); // the first of what is replayed
    assert_int_equal(w.model->sid, 900);
    mem_copy_string(w.model->symbol, sizeof w.model->symbol, "ZVZZT"); // somebody chooses another one
    publish_market(&w);
    ui_model_refresh(w.model, w.view);
    assert_string_equal(w.model->symbol, "ZVZZT");
    w.source->market = venue;
    w.source->replay = (view_replay){0};
    publish_market(&w);
    ui_model_refresh(w.model, w.view);
    assert_string_equal(w.model->symbol, "NVDA");
    assert_int_equal(w.model->sid, 1);
    ended(&w);
}

static void test_a_replay_leaves_what_it_has_selected(void **state) {
    (void)state;
    world w = made();
    publish_status(&w);
    publish_positions(&w);
    ui_model_refresh(w.model, w.view);
    mem_copy_string(w.model->symbol, sizeof w.model->symbol, "AAPL");
    support_replay(w.source);
    w.source->market.row[0] = w.source->market.row[2]; // AAPL is not the first
    mem_copy_string(w.source->market.row[2].symbol, sizeof w.source->market.row[2].symbol, "AAPL");
    publish_market(&w);
    ui_model_refresh(w.model, w.view);
    assert_string_equal(w.model->symbol, "AAPL");
    w.source->replay = (view_replay){0};
    publish_market(&w);
    ui_model_refresh(w.model, w.view);
    assert_string_equal(w.model->symbol, "AAPL"); // one of the positions
    ended(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refresh_says_which_sections_changed),
        cmocka_unit_test(test_the_largest_position_is_selected_first_and_then_left_alone),
        cmocka_unit_test(test_without_positions_the_first_book_is_selected),
        cmocka_unit_test(test_a_desk_that_falls_silent_makes_everything_stale),
        cmocka_unit_test(test_selections_that_are_gone_are_let_go),
        cmocka_unit_test(test_selections_outlive_a_change_of_desks),
        cmocka_unit_test(test_counts_beyond_their_arrays_are_cut),
        cmocka_unit_test(test_a_replay_takes_the_selection_and_gives_it_back),
        cmocka_unit_test(test_a_replay_leaves_what_it_has_selected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
