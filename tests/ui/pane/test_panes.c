// What panes do with what the user does.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/market/book.h"
#include "src/base/clock.h"
#include "src/base/mem.h"
#include "tests/ui/support_canvas.h"
#include "tests/ui/support_model.h"
#include "ui/widget/format.h"

typedef struct {
    const pane_class *class;
    void *state;
    ui_model *model;
    fenced screen;
    pane_reply reply;
} open_pane;

static open_pane opened(const char *name, int width, int height) {
    open_pane p = {.class = pane_find(name), .model = support_model(), .screen = fenced_new(width, height, false)};
    assert_non_null(p.class);
    p.state = mem_new(1, p.class->state_size + 1);
    if (p.class->open)
        p.class->open(p.state);
    return p;
}

static void closed(open_pane *p) {
    if (p->class->close)
        p->class->close(p->state);
    free(p->state);
    free(p->model);
    text_free(&p->reply.explain);
    fenced_free(&p->screen);
}

static void look(open_pane *p) {
    canvas_clear(&p->screen.part);
    p->class->draw(p->state, p->model, &p->screen.part, true);
    fenced_check(&p->screen);
}

static int act(open_pane *p, pane_act_kind kind) {
    p->reply.command[0] = 0;
    return p->class->act(p->state, p->model, &(pane_act){.kind = kind}, &p->reply);
}

static int act_with(open_pane *p, pane_act_kind kind, const char *string) {
    return p->class->act(p->state, p->model, &(pane_act){.kind = kind, .string = string}, &p->reply);
}

static bool titled(open_pane *p, const char *part) {
    text t = {0};
    p->class->title(p->state, p->model, &t);
    bool found = strstr(text_string(&t), part) != NULL;
    text_free(&t);
    return found;
}

static void test_choosing_a_position_selects_its_security(void **state) {
    (void)state;
    open_pane p = opened("positions", 100, 20);
    look(&p);
    assert_int_equal(act(&p, ACT_DOWN), NEXT_REDRAW | NEXT_SELECTION);
    assert_string_equal(p.model->symbol, "MSFT");
    assert_int_equal(p.model->sid, 2);
    closed(&p);
}

static void test_positions_follow_a_selection_made_elsewhere(void **state) {
    (void)state;
    open_pane p = opened("positions", 100, 20);
    look(&p);
    mem_copy_string(p.model->symbol, sizeof p.model->symbol, "JPM");
    p.model->sid = 6;
    look(&p);
    assert_true(support_shows(&p.screen.part, "▸JPM"));
    closed(&p);
}

static void test_gains_and_losses_differ_by_sign_arrow_and_role(void **state) {
    (void)state;
    open_pane p = opened("positions", 100, 20);
    look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "▲ 1.36"), ROLE_UP);
    assert_int_equal(support_role_of(&p.screen.part, "▼ 2.11"), ROLE_DOWN);
    assert_int_equal(support_role_of(&p.screen.part, "+2,187"), ROLE_UP);
    assert_int_equal(support_role_of(&p.screen.part, "−3,854"), ROLE_DOWN);
    closed(&p);
}

static void test_stale_data_loses_its_colours_and_says_so(void **state) {
    (void)state;
    size_t n;
    const pane_class *const *all = pane_all(&n);
    for (size_t i = 0; i < n; i++) {
        open_pane p = opened(all[i]->name, 80, 20);
        p.model->stale = true;
        p.model->now_mono = p.model->status.beat_mono + 12 * INT64_C(1000000000);
        look(&p);
        assert_true(titled(&p, "STALE 12 s"));
        bool form_or_health = !strcmp(all[i]->name, "form") || !strcmp(all[i]->name, "health");
        for (int y = 0; y < 20 && !form_or_health; y++)
            for (int x = 0; x < 80; x++)
                assert_int_equal(p.screen.part.cells[y * p.screen.part.stride + x].role, ROLE_STALE);
        closed(&p);
    }
}

// Until the next risk model, which does not know it any more.
static void test_a_flat_position_has_no_risk(void **state) {
    (void)state;
    open_pane p = opened("positions", 110, 20);
    p.model->risk.name_row[0].percent = 0.777;
    look(&p);
    assert_true(support_shows(&p.screen.part, " 77.7 "));
    p.model->positions.rows[0].quantity = p.model->positions.rows[0].value = 0;
    look(&p);
    assert_true(support_shows(&p.screen.part, "NVDA"));
    assert_false(support_shows(&p.screen.part, " 77.7 "));
    closed(&p);
}

static void test_a_closed_position_shows_its_profit_of_the_day(void **state) {
    (void)state;
    static const int widths[] = {48, 71, 119, 149};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        open_pane p = opened("positions", widths[i], 20);
        p.model->positions.n = 2;
        view_position *row = &p.model->positions.rows[1];
        row->quantity = row->value = row->unrealised = 0;
        row->day_pnl = -12340000;
        look(&p);
        assert_true(support_shows(&p.screen.part, "−1,234"));
        closed(&p);
    }
}

static void test_sectors_are_whole_where_there_is_room(void **state) {
    (void)state;
    open_pane p = opened("positions", 149, 20);
    look(&p);
    assert_true(support_shows(&p.screen.part, "Consumer Discretionary"));
    assert_true(support_shows(&p.screen.part, "Information Technology"));
    closed(&p);
}

static void test_prices_older_than_a_minute_look_stale(void **state) {
    (void)state;
    open_pane p = opened("positions", 100, 20);
    p.model->positions.rows[1].mark_time = p.model->status.desk_time - 90 * INT64_C(1000000000);
    look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "405.95"), ROLE_STALE);
    assert_int_equal(support_role_of(&p.screen.part, "119.23"), ROLE_TEXT);
    closed(&p);
}

static void test_orders_mark_what_needs_attention_and_cancel_what_is_live(void **state) {
    (void)state;
    open_pane p = opened("orders", 140, 12);
    look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "R rejected"), ROLE_ERROR);
    assert_true(act(&p, ACT_CANCEL) & NEXT_COMMAND);
    assert_string_equal(p.reply.command, "cancel 120");
    for (int i = 0; i < 4; i++)
        act(&p, ACT_DOWN);
    assert_int_equal(p.model->order, 116); // the rejected one
    assert_string_equal(p.model->symbol, "MSFT");
    assert_false(act(&p, ACT_CANCEL) & NEXT_COMMAND);
    closed(&p);
}

// "cancel N" needs the number.
static void test_orders_show_their_numbers_at_every_width(void **state) {
    (void)state;
    for (int width = 48; width <= 200; width += 8) {
        open_pane p = opened("orders", width, 12);
        look(&p);
        assert_true(support_shows(&p.screen.part, "120 ")); // of the first
        assert_true(support_shows(&p.screen.part, "W "));
        assert_int_equal(act(&p, ACT_MODE), NEXT_REDRAW);
        assert_int_equal(act(&p, ACT_MODE), NEXT_REDRAW);
        look(&p);
        assert_true(support_shows(&p.screen.part, "120 "));
        p.model->orders.rows[0].id = 1234567;
        look(&p);
        assert_true(support_shows(&p.screen.part, "1234567 "));
        closed(&p);
    }
}

static void test_orders_of_earlier_sessions_show_their_day(void **state) {
    (void)state;
    open_pane p = opened("orders", 110, 12);
    look(&p);
    assert_true(support_shows(&p.screen.part, "14:31:58"));
    p.model->status.session += 3;
    p.model->orders.filled_earlier = p.model->orders.filled;
    look(&p);
    assert_true(support_shows(&p.screen.part, "11-20 14:31"));
    assert_false(support_shows(&p.screen.part, "14:31:58"));
    assert_true(titled(&p, "0 filled"));
    closed(&p);
}

// The allowed figure stands at the end of a refusal: it is there in full, or an … says that it isn't.
static void test_a_long_reason_is_whole_or_ends_with_an_ellipsis(void **state) {
    (void)state;
    static const char reason[] =
        "position limit: 1,102,000 of notional with working orders, 125,000 allowed (halved: QUIET)";
    int whole = 0;
    for (int width = 60; width <= 180; width++) {
        open_pane p = opened("orders", width, 12);
        mem_copy_string(p.model->orders.rows[4].reason, sizeof p.model->orders.rows[4].reason, reason);
        look(&p);
        char *line = support_line(&p.screen.part, 5);
        size_t n = strlen(line);
        bool complete = strstr(line, reason) != NULL;
        if (!complete && (n < 3 || strcmp(line + n - 3, "…") != 0))
            fail_msg("at %d columns: %s", width, line);
        whole += complete;
        free(line);
        closed(&p);
    }
    assert_true(whole > 20);
}

static void test_small_panes_keep_what_decides(void **state) {
    (void)state;
    open_pane p = opened("orders", 48, 12);
    look(&p);
    assert_true(support_shows(&p.screen.part, "STATE"));
    assert_true(support_shows(&p.screen.part, "R position l"));
    assert_true(support_shows(&p.screen.part, "P 120 · 1/4"));
    closed(&p);
    p = opened("audit", 41, 12);
    look(&p);
    assert_true(support_shows(&p.screen.part, "RESULT"));
    assert_true(support_shows(&p.screen.part, "refused"));
    closed(&p);
    p = opened("positions", 48, 12);
    look(&p);
    assert_true(support_shows(&p.screen.part, "net 2.20 M"));
    assert_true(support_shows(&p.screen.part, "gross 3.40 M"));
    closed(&p);
}

// Words inside a sentence say nothing: "refused: book is closed" holds "ok", and not every failure says "failed".
static void test_audit_shows_what_went_wrong_as_an_error(void **state) {
    (void)state;
    static const struct {
        const char *result;
        role role;
    } rows[] = {
        {"ok", ROLE_TEXT},
        {"ok: 48 positions refused nobody", ROLE_TEXT},
        {"refused: the book is closed", ROLE_ERROR},
        {"it could not be done", ROLE_ERROR},
        {"there is no such order", ROLE_ERROR},
        {"okay is no result", ROLE_ERROR},
    };
    open_pane p = opened("audit", 140, 12);
    p.model->audit.n = sizeof rows / sizeof *rows;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        mem_copy_string(p.model->audit.row[i].result, sizeof p.model->audit.row[i].result, rows[i].result);
    look(&p);
    for (size_t i = 1; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(support_role_of(&p.screen.part, rows[i].result), rows[i].role);
    closed(&p);
    p = opened("audit", 41, 12);
    mem_copy_string(p.model->audit.row[0].result, sizeof p.model->audit.row[0].result, rows[1].result);
    look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "ok: 48"), ROLE_TEXT);
    closed(&p);
}

static void test_profit_of_a_young_flat_session_has_sensible_ticks(void **state) {
    (void)state;
    open_pane p = opened("pnl", 47, 10);
    view_pnl *v = &p.model->pnl;
    v->n = 30;
    for (int i = 0; i < v->n; i++) {
        v->time[i] = v->time[0] + i * INT64_C(1000000000);
        v->pnl[i] = 0;
    }
    p.model->status.desk_time = v->time[v->n - 1];
    p.model->positions.day_pnl = 0;
    look(&p);
    assert_true(support_shows(&p.screen.part, " 0┤"));
    assert_false(support_shows(&p.screen.part, ".5┤"));
    v->n = 2; // two points in one second: one label for both
    v->time[1] = p.model->status.desk_time = v->time[0];
    look(&p);
    char clock[FORMAT_TEXT];
    char *labels = support_line(&p.screen.part, 9), *first = strstr(labels, format_local(v->time[0], 0, clock));
    assert_non_null(first);
    assert_null(strstr(first + 1, clock));
    free(labels);
    closed(&p);
}

// Points that lie far apart in time lie far apart on the screen, and the last one is now.
static void test_profit_is_drawn_over_time(void **state) {
    (void)state;
    open_pane p = opened("pnl", 64, 10);
    view_pnl *v = &p.model->pnl;
    int64_t open = v->time[0];
    v->n = 61;
    for (int i = 0; i < v->n; i++) {
        v->time[i] = open + i * NS_PER_S; // one minute of seconds, and then nothing for an hour
        v->pnl[i] = -100;
    }
    p.model->status.desk_time = open + 3600 * NS_PER_S;
    p.model->positions.day_pnl = 1000000;
    look(&p);
    char clock[FORMAT_TEXT], first[FORMAT_TEXT], last[FORMAT_TEXT];
    snprintf(first, sizeof first, "%.5s", format_local(open, 0, clock));
    snprintf(last, sizeof last, "%.5s", format_local(p.model->status.desk_time, 0, clock));
    char *labels = support_line(&p.screen.part, 9), *at = strstr(labels, first);
    assert_non_null(at);
    assert_non_null(strstr(at, last));
    snprintf(first, sizeof first, "%.5s", format_local(open + 60 * NS_PER_S, 0, clock));
    assert_null(strstr(labels, first)); // its column is that of the first
    free(labels);
    assert_true(titled(&p, last));
    closed(&p);
}

// What a pane does not do it does not offer, and what it does it does not hide.
static void test_hints_offer_what_the_pane_does(void **state) {
    (void)state;
    static const struct {
        pane_act act;
        const char *hint;
    } offers[] = {{{.kind = ACT_MODE}, "m "},
                  {{.kind = ACT_SORT}, "o "},
                  {{.kind = ACT_FILTER, .string = "a"}, "/ "},
                  {{.kind = ACT_RUN}, "r "}};
    size_t n;
    const pane_class *const *all = pane_all(&n);
    for (size_t i = 0; i < n * (sizeof offers / sizeof *offers); i++) {
        open_pane p = opened(all[i % n]->name, 100, 20);
        char with_gap[200];
        snprintf(with_gap, sizeof with_gap, "  %s", p.class->hint);
        look(&p);
        int next = p.class->act ? p.class->act(p.state, p.model, &offers[i / n].act, &p.reply) : NEXT_NOTHING;
        char wanted[8];
        snprintf(wanted, sizeof wanted, "  %s", offers[i / n].hint);
        if (!next != !strstr(with_gap, wanted))
            fail_msg("%s: %s is %s and %s", p.class->name, offers[i / n].hint, next ? "done" : "not done",
                     strstr(with_gap, wanted) ? "offered" : "not offered");
        closed(&p);
    }
}

static void test_pointing_selects_what_stands_under_the_cursor(void **state) {
    (void)state;
    open_pane p = opened("orders", 110, 12);
    p.model->order = 0;
    look(&p);
    act(&p, ACT_POINT);
    assert_int_equal(p.model->order, p.model->orders.rows[0].id);
    closed(&p);
    p = opened("positions", 110, 12);
    look(&p);
    act(&p, ACT_HOME);
    char first[sizeof p.model->symbol];
    memcpy(first, p.model->symbol, sizeof first);
    mem_copy_string(p.model->symbol, sizeof p.model->symbol, "elsewhere");
    act(&p, ACT_POINT);
    assert_string_equal(p.model->symbol, first);
    closed(&p);
}

static void test_orders_switch_between_orders_fills_and_all(void **state) {
    (void)state;
    open_pane p = opened("orders", 110, 20);
    act(&p, ACT_MODE);
    look(&p);
    assert_true(titled(&p, "Fills"));
    assert_true(support_shows(&p.screen.part, "PRICE"));
    act(&p, ACT_MODE);
    look(&p);
    assert_true(titled(&p, "Orders and fills"));
    assert_true(support_shows(&p.screen.part, "* fill"));
    assert_true(support_shows(&p.screen.part, "W working"));
    act(&p, ACT_MODE);
    assert_true(titled(&p, "Orders ·"));
    closed(&p);
}

static void test_filter_is_named_in_the_title(void **state) {
    (void)state;
    open_pane p = opened("orders", 110, 12);
    act_with(&p, ACT_FILTER, "sell");
    look(&p);
    assert_true(titled(&p, "/sell 4 of 8"));
    assert_false(support_shows(&p.screen.part, "KO"));
    act_with(&p, ACT_FILTER, "nothing like it");
    look(&p);
    assert_true(support_shows(&p.screen.part, "Esc shows all 8"));
    closed(&p);
    p = opened("health", 110, 12);
    act_with(&p, ACT_FILTER, "venue");
    look(&p);
    assert_true(titled(&p, "/venue 1 of "));
    closed(&p);
}

static void test_ladder_shows_own_orders_and_prepares_tickets(void **state) {
    (void)state;
    open_pane p = opened("depth", 60, 20);
    look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "◂ you 200 · 5th of 9"), ROLE_OWN);
    assert_true(support_shows(&p.screen.part, "2nd of 4 · you 1,000 ▸"));
    assert_int_equal(act(&p, ACT_DRILL), NEXT_NOTHING); // no price chosen yet
    act(&p, ACT_DOWN);
    act(&p, ACT_DOWN);
    assert_int_equal(act(&p, ACT_DRILL), NEXT_COMMAND);
    assert_string_equal(p.reply.command, "ticket buy NVDA 100 121.06");
    act(&p, ACT_UP);
    act(&p, ACT_UP);
    act(&p, ACT_DRILL);
    assert_string_equal(p.reply.command, "ticket sell NVDA 100 121.09");
    p.model->book[0].ask[0].price = 1211000; // as everywhere: with two decimals
    assert_true(act(&p, ACT_DRILL) & NEXT_COMMAND);
    assert_string_equal(p.reply.command, "ticket sell NVDA 100 121.10");
    closed(&p);
}

static void test_ladder_cursor_stays_at_its_price(void **state) {
    (void)state;
    open_pane p = opened("depth", 60, 20);
    look(&p);
    act(&p, ACT_DOWN);
    act(&p, ACT_DOWN);
    view_book *b = &p.model->book[0];
    memmove(&b->bid[1], &b->bid[0], 20 * sizeof *b->bid); // a better bid comes in
    b->bid[0].price += 100;
    look(&p);
    act(&p, ACT_DRILL);
    assert_string_equal(p.reply.command, "ticket buy NVDA 100 121.06");
    closed(&p);
}

// The line on which a text stands, -1 when it doesn't.
static int line_of(const canvas *c, const char *utf8) {
    for (int y = 0; y < c->height; y++) {
        char *line = support_line(c, y);
        bool found = strstr(line, utf8) != NULL;
        free(line);
        if (found)
            return y;
    }
    return -1;
}

static void test_ladder_click_and_double_click(void **state) {
    (void)state;
    open_pane p = opened("depth", 60, 21);
    look(&p);
    pane_act at = {.kind = ACT_DOUBLE_CLICK, .x = 20, .y = line_of(&p.screen.part, "121.04")};
    assert_int_equal(p.class->act(p.state, p.model, &at, &p.reply), NEXT_REDRAW | NEXT_COMMAND);
    assert_string_equal(p.reply.command, "ticket buy NVDA 100 121.04");
    closed(&p);
}

static void look_from_elsewhere(open_pane *p) {
    canvas_clear(&p->screen.part);
    p->class->draw(p->state, p->model, &p->screen.part, false);
    fenced_check(&p->screen);
}

static void test_ladder_returns_to_the_market_when_it_is_left(void **state) {
    (void)state;
    open_pane p = opened("depth", 60, 9);
    look(&p);
    assert_true(support_shows(&p.screen.part, "spread"));
    act(&p, ACT_END);
    look(&p);
    assert_false(support_shows(&p.screen.part, "spread"));
    assert_true(titled(&p, "not at market"));
    look_from_elsewhere(&p);
    assert_true(support_shows(&p.screen.part, "spread"));
    assert_false(titled(&p, "not at market"));
    closed(&p);
}

static void test_ladder_of_another_security_begins_at_the_market(void **state) {
    (void)state;
    open_pane p = opened("depth", 60, 9);
    look(&p);
    act(&p, ACT_END);
    look(&p);
    mem_copy_string(p.model->book[0].symbol, sizeof p.model->book[0].symbol, "JNJ"); // the same levels
    mem_copy_string(p.model->symbol, sizeof p.model->symbol, "JNJ");
    look(&p);
    assert_true(support_shows(&p.screen.part, "spread"));
    closed(&p);
}

static void test_ladder_says_why_it_is_empty(void **state) {
    (void)state;
    open_pane p = opened("depth", 60, 12);
    mem_copy_string(p.model->symbol, sizeof p.model->symbol, "MSFT");
    look(&p);
    assert_true(support_shows(&p.screen.part, "No live book for MSFT."));
    mem_copy_string(p.model->symbol, sizeof p.model->symbol, "KO");
    look(&p);
    assert_true(support_shows(&p.screen.part, "Waiting for the book of KO."));
    closed(&p);
}

static void test_breaker_limits_warn_before_they_are_reached(void **state) {
    (void)state;
    open_pane p = opened("breaker", 60, 14);
    look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "▲ 2.6 / 3.0 %"), ROLE_WARN);
    p.model->breaker.limit[0].used = 51000;
    p.model->breaker.state = BREAKER_TRIPPED;
    mem_copy_string(p.model->breaker.cause, sizeof p.model->breaker.cause, "daily loss");
    look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "■ 102 %"), ROLE_ERROR);
    assert_int_equal(support_role_of(&p.screen.part, "■ TRIPPED"), ROLE_ERROR);
    assert_true(support_shows(&p.screen.part, "daily loss"));
    assert_true(support_shows(&p.screen.part, ":breaker reset"));
    closed(&p);
}

// The limits that the desk publishes, halved after a reset, two of them reached and two nearly.
static void halve_limits(view_breaker *b) {
    static const view_limit limits[] = {
        {"day loss", 2.1, 1, 2, "percent"},
        {"drawdown", 0, 2.5, 5, "percent"},
        {"gross", 462e3, 500e3, 1e6, "money"},
        {"largest position", 10100, 10000, 20000, "money"},
        {"most shares", 46200, 50000, 100000, "shares"},
        {"order notional", 0, 250e3, 500e3, "money"},
        {"order quantity", 0, 5000, 10000, "shares"},
    };
    b->state = BREAKER_QUIET;
    b->quiet_until = b->since + 300 * INT64_C(1000000000);
    b->limits = sizeof limits / sizeof *limits;
    memcpy(b->limit, limits, sizeof limits);
}

static void test_breaker_figures_are_never_cut(void **state) {
    (void)state;
    static const char *const figures[] = {"■ 2.1 / 1.0 % ½", "▲ 92 % of 500 k ½", "■ 101 % of 10.0 k ½",
                                          "▲ 46.2 k / 50.0 k ½"};
    for (int width = 24; width <= 200; width++) {
        open_pane p = opened("breaker", width, 16);
        halve_limits(&p.model->breaker);
        look(&p);
        for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
            if (!support_shows(&p.screen.part, figures[i]))
                fail_msg("no %s at %d columns", figures[i], width);
        closed(&p);
    }
}

// Under the state, whatever the pane has room for; and what it has no room for is counted.
static void test_breaker_says_what_its_state_means_and_how_much_is_not_shown(void **state) {
    (void)state;
    for (int width = 40; width <= 160; width++)
        for (int height = 2; height <= 12; height++) {
            open_pane p = opened("breaker", width, height);
            halve_limits(&p.model->breaker);
            look(&p);
            assert_true(support_shows(&p.screen.part, "halved until 09:35 wall"));
            bool all = support_shows(&p.screen.part, "order quantity");
            if (height > 2 && all == support_shows(&p.screen.part, " limits"))
                assert_true(support_shows(&p.screen.part, "+1 limit"));
            p.model->breaker.state = BREAKER_TRIPPED;
            look(&p);
            assert_true(support_shows(&p.screen.part, ":breaker reset"));
            closed(&p);
        }
    open_pane p = opened("breaker", 47, 6);
    halve_limits(&p.model->breaker);
    look(&p);
    assert_true(support_shows(&p.screen.part, "▲ 92 % of 500 k ½"));
    assert_int_equal(support_role_of(&p.screen.part, "+4 limits, 2 near or over"), ROLE_ERROR);
    closed(&p);
}

static void test_what_hardly_uses_a_limit_has_a_sliver_of_a_bar(void **state) {
    (void)state;
    open_pane p = opened("breaker", 47, 12);
    p.model->breaker.limits = 1;
    p.model->breaker.limit[0].used = p.model->breaker.limit[0].limit * 1e-6;
    look(&p);
    assert_true(support_shows(&p.screen.part, "▏░░░"));
    assert_false(support_shows(&p.screen.part, "█"));
    closed(&p);
}

static void test_breaker_says_by_which_clock(void **state) {
    (void)state;
    static const int widths[] = {31, 33, 47, 80, 120};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        open_pane p = opened("breaker", widths[i], 12);
        look(&p);
        char *line = support_line(&p.screen.part, 0);
        assert_non_null(strstr(line, "11-20 09:30 wall"));
        assert_null(strstr(line, "…"));
        free(line);
        closed(&p);
    }
}

static void test_contributions_shown_add_up_to_the_total(void **state) {
    (void)state;
    open_pane p = opened("decomposition", 80, 30);
    look(&p);
    assert_true(support_shows(&p.screen.part, "14.8 %"));
    assert_true(support_shows(&p.screen.part, "Specific                1.8"));
    assert_false(support_shows(&p.screen.part, "Health Care")); // folded
    for (int i = 0; i < 9; i++)
        act(&p, ACT_DOWN);
    act(&p, ACT_DRILL);
    look(&p);
    assert_true(support_shows(&p.screen.part, "Health Care"));
    closed(&p);
}

static void test_choosing_a_factor_marks_it_in_the_heatmap(void **state) {
    (void)state;
    open_pane p = opened("decomposition", 80, 30);
    look(&p);
    for (int i = 0; i < 3; i++)
        act(&p, ACT_DOWN);
    assert_string_equal(p.model->factor, "Momentum");
    open_pane h = opened("heatmap", 70, 12);
    mem_copy_string(h.model->factor, sizeof h.model->factor, "Momentum");
    h.class->draw(h.state, h.model, &h.screen.part, false);
    assert_int_equal(support_role_of(&h.screen.part, "MOM"), ROLE_STRONG);
    assert_int_equal(support_role_of(&h.screen.part, "VOL"), ROLE_HEADER);
    closed(&h);
    closed(&p);
}

static void test_var_marks_exceptions(void **state) {
    (void)state;
    open_pane p = opened("var", 100, 16);
    look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "×"), ROLE_ERROR);
    assert_true(support_shows(&p.screen.part, "1.93 %"));
    assert_true(titled(&p, " in 245 d")); // five of the 250 days have no forecast
    act(&p, ACT_EXPLAIN);
    assert_non_null(strstr(text_string(&p.reply.explain), "of the 245 days that have a forecast"));
    act(&p, ACT_MODE);
    look(&p);
    assert_true(titled(&p, "distribution"));
    assert_true(support_shows(&p.screen.part, "VaR 99"));
    closed(&p);
}

static void test_scenario_follows_stress(void **state) {
    (void)state;
    open_pane p = opened("stress", 110, 12);
    look(&p);
    assert_true(act(&p, ACT_DOWN) & NEXT_SELECTION);
    assert_string_equal(p.model->scenario, "COVID 2020");
    open_pane detail = opened("scenario", 110, 24);
    mem_copy_string(detail.model->scenario, sizeof detail.model->scenario, "COVID 2020");
    look(&detail);
    assert_true(titled(&detail, "COVID 2020"));
    assert_true(support_shows(&detail.screen.part, "Not explained"));
    assert_true(support_shows(&detail.screen.part, "WORST NAMES"));
    closed(&detail);
    closed(&p);
}

static void test_form_gives_the_command_of_what_was_changed(void **state) {
    (void)state;
    open_pane p = opened("form", 80, 24);
    look(&p);
    assert_int_equal(act(&p, ACT_RUN), NEXT_COMMAND | NEXT_REDRAW);
    assert_string_equal(p.reply.command, "backtest run momentum --background");
    act(&p, ACT_DOWN);
    act(&p, ACT_DRILL);
    assert_true(p.class->typing(p.state));
    act_with(&p, ACT_TYPE, "126");
    act(&p, ACT_DRILL);
    assert_false(p.class->typing(p.state));
    act(&p, ACT_RUN);
    assert_string_equal(p.reply.command, "backtest run momentum --lookback 126 --background");
    closed(&p);
}

static void test_form_refuses_what_the_strategy_refuses(void **state) {
    (void)state;
    open_pane p = opened("form", 80, 24);
    act(&p, ACT_DOWN);
    act(&p, ACT_DRILL);
    act_with(&p, ACT_TYPE, "10"); // shorter than the days that are skipped
    look(&p);
    assert_int_equal(act(&p, ACT_RUN), NEXT_REDRAW);
    assert_string_equal(p.reply.command, "");
    look(&p);
    assert_true(support_shows(&p.screen.part, "skip: 21 is not less than lookback, 10"));
    closed(&p);
}

static void test_form_changes_its_fields_with_the_strategy(void **state) {
    (void)state;
    open_pane p = opened("form", 80, 24);
    act(&p, ACT_RIGHT);
    look(&p);
    assert_true(support_shows(&p.screen.part, "Fast average"));
    assert_false(support_shows(&p.screen.part, "Look-back"));
    act(&p, ACT_RUN);
    assert_string_equal(p.reply.command, "backtest run crossover --background");
    closed(&p);
}

static void test_runs_show_progress_and_cancel_what_runs(void **state) {
    (void)state;
    open_pane p = opened("runs", 110, 12);
    look(&p);
    assert_true(support_shows(&p.screen.part, "▶ 45 %"));
    assert_true(support_shows(&p.screen.part, "symbol: ZZZZ"));
    act(&p, ACT_HOME);
    assert_true(act(&p, ACT_CANCEL) & NEXT_COMMAND);
    assert_string_equal(p.reply.command, "backtest cancel 31");
    act(&p, ACT_DOWN);
    act(&p, ACT_DOWN);
    act(&p, ACT_DOWN);
    assert_string_equal(p.model->run_id, "90aa31bc55e0127d");
    assert_int_equal(act(&p, ACT_CANCEL), NEXT_NOTHING); // done
    closed(&p);
}

static void test_result_shows_the_curve_of_the_selected_run(void **state) {
    (void)state;
    open_pane p = opened("result", 100, 20);
    look(&p);
    assert_true(support_shows(&p.screen.part, "+87.1 %"));
    assert_true(support_shows(&p.screen.part, "1.0┤"));
    p.model->curve[0].n = 0;
    look(&p);
    assert_true(support_shows(&p.screen.part, "curve is not at hand"));
    p.model->run_id[0] = 0;
    look(&p);
    assert_true(support_shows(&p.screen.part, "No run selected."));
    closed(&p);
}

static void test_health_says_what_is_wrong(void **state) {
    (void)state;
    open_pane p = opened("health", 110, 16);
    p.model->risk.state = ANALYTICS_FAILED;
    mem_copy_string(p.model->risk.message, sizeof p.model->risk.message, "too few prices");
    look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "■ risk model"), ROLE_ERROR);
    assert_true(support_shows(&p.screen.part, "too few prices"));
    assert_true(titled(&p, "1 bad"));
    closed(&p);
}

static void test_a_scenario_that_was_not_computed_is_named_as_such(void **state) {
    (void)state;
    static const char why[] = "the index begins on 2019-01-02, after the episode";
    open_pane p = opened("health", 110, 16), detail = opened("scenario", 80, 20);
    ui_model *const models[] = {p.model, detail.model};
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        view_scenario *row = &models[i]->stress.row[0];
        mem_copy_string(row->message, sizeof row->message, why);
        row->pnl = row->percent = row->index_move = NAN;
        row->factors = row->worst_n = 0;
    }
    look(&p);
    assert_int_equal(support_role_of(&p.screen.part, "4 of 5 scenarios, 1 not computed"), ROLE_WARN);
    assert_true(titled(&p, "to watch"));
    look(&detail);
    assert_true(titled(&detail, "2008 crisis · not computed"));
    act(&detail, ACT_EXPLAIN);
    assert_non_null(strstr(text_string(&detail.reply.explain), why));
    assert_null(strstr(text_string(&detail.reply.explain), "exposure"));
    closed(&detail);
    closed(&p);
}

static void test_health_gives_the_advice_of_the_state(void **state) {
    (void)state;
    static const struct {
        int breaker;
        bool reset;
    } cases[] = {{BREAKER_TRIPPED, true}, {BREAKER_QUIET, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        open_pane p = opened("health", 100, 20);
        p.model->breaker.state = cases[i].breaker;
        act_with(&p, ACT_FILTER, "breaker");
        look(&p);
        act(&p, ACT_EXPLAIN);
        const char *advice = strstr(text_string(&p.reply.explain), "advice");
        assert_non_null(advice);
        assert_int_equal(strstr(advice, ":breaker reset") != NULL, cases[i].reset);
        closed(&p);
    }
}

static void test_every_pane_explains_and_exports(void **state) {
    (void)state;
    size_t n;
    const pane_class *const *all = pane_all(&n);
    assert_int_equal(n, 20);
    for (size_t i = 0; i < n; i++) {
        open_pane p = opened(all[i]->name, 100, 20);
        look(&p);
        act(&p, ACT_EXPLAIN);
        assert_non_null(strstr(text_string(&p.reply.explain), "time"));
        assert_non_null(strstr(text_string(&p.reply.explain), "data"));
        table *t = p.class->export(p.state, p.model);
        assert_true(table_rows(t) > 0);
        table_free(t);
        assert_true(p.class->sections & SECTION_BIT(SECTION_STATUS));
        assert_ptr_equal(pane_find(all[i]->name), all[i]);
        closed(&p);
    }
    assert_null(pane_find("nothing"));
}

static void test_hostile_names_show_as_question_marks(void **state) {
    (void)state;
    open_pane p = opened("positions", 100, 12);
    mem_copy_string(p.model->positions.rows[0].symbol, 16, "A\x1b[2J\x07\xe2\x80\xae");
    look(&p);
    assert_true(support_shows(&p.screen.part, "A?[2J"));
    closed(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choosing_a_position_selects_its_security),
        cmocka_unit_test(test_positions_follow_a_selection_made_elsewhere),
        cmocka_unit_test(test_gains_and_losses_differ_by_sign_arrow_and_role),
        cmocka_unit_test(test_stale_data_loses_its_colours_and_says_so),
        cmocka_unit_test(test_a_flat_position_has_no_risk),
        cmocka_unit_test(test_a_closed_position_shows_its_profit_of_the_day),
        cmocka_unit_test(test_sectors_are_whole_where_there_is_room),
        cmocka_unit_test(test_prices_older_than_a_minute_look_stale),
        cmocka_unit_test(test_orders_mark_what_needs_attention_and_cancel_what_is_live),
        cmocka_unit_test(test_orders_show_their_numbers_at_every_width),
        cmocka_unit_test(test_orders_of_earlier_sessions_show_their_day),
        cmocka_unit_test(test_a_long_reason_is_whole_or_ends_with_an_ellipsis),
        cmocka_unit_test(test_small_panes_keep_what_decides),
        cmocka_unit_test(test_audit_shows_what_went_wrong_as_an_error),
        cmocka_unit_test(test_profit_of_a_young_flat_session_has_sensible_ticks),
        cmocka_unit_test(test_profit_is_drawn_over_time),
        cmocka_unit_test(test_hints_offer_what_the_pane_does),
        cmocka_unit_test(test_pointing_selects_what_stands_under_the_cursor),
        cmocka_unit_test(test_orders_switch_between_orders_fills_and_all),
        cmocka_unit_test(test_filter_is_named_in_the_title),
        cmocka_unit_test(test_ladder_shows_own_orders_and_prepares_tickets),
        cmocka_unit_test(test_ladder_cursor_stays_at_its_price),
        cmocka_unit_test(test_ladder_click_and_double_click),
        cmocka_unit_test(test_ladder_returns_to_the_market_when_it_is_left),
        cmocka_unit_test(test_ladder_of_another_security_begins_at_the_market),
        cmocka_unit_test(test_ladder_says_why_it_is_empty),
        cmocka_unit_test(test_breaker_limits_warn_before_they_are_reached),
        cmocka_unit_test(test_breaker_figures_are_never_cut),
        cmocka_unit_test(test_breaker_says_what_its_state_means_and_how_much_is_not_shown),
        cmocka_unit_test(test_what_hardly_uses_a_limit_has_a_sliver_of_a_bar),
        cmocka_unit_test(test_breaker_says_by_which_clock),
        cmocka_unit_test(test_contributions_shown_add_up_to_the_total),
        cmocka_unit_test(test_choosing_a_factor_marks_it_in_the_heatmap),
        cmocka_unit_test(test_var_marks_exceptions),
        cmocka_unit_test(test_scenario_follows_stress),
        cmocka_unit_test(test_form_gives_the_command_of_what_was_changed),
        cmocka_unit_test(test_form_refuses_what_the_strategy_refuses),
        cmocka_unit_test(test_form_changes_its_fields_with_the_strategy),
        cmocka_unit_test(test_runs_show_progress_and_cancel_what_runs),
        cmocka_unit_test(test_result_shows_the_curve_of_the_selected_run),
        cmocka_unit_test(test_health_says_what_is_wrong),
        cmocka_unit_test(test_a_scenario_that_was_not_computed_is_named_as_such),
        cmocka_unit_test(test_health_gives_the_advice_of_the_state),
        cmocka_unit_test(test_every_pane_explains_and_exports),
        cmocka_unit_test(test_hostile_names_show_as_question_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
