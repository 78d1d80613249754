// The frame as text, compared with tests/ui/golden/frame.txt (bodies of panes are left blank: they have their own).
// After a change that was meant:
//   PLIMSOLL_GOLDEN=write make T=tests/ui/test_frame.c test
// writes it anew; read the difference before it is committed. Runs from the root of the tree.
#include "ui/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/market/replay.h"
#include "src/base/clock.h"
#include "src/base/mem.h"
#include "tests/ui/support_canvas.h"
#include "tests/ui/support_golden.h"
#include "tests/ui/support_market.h"
#include "tests/ui/support_model.h"
#include "ui/output.h"
#include "ui/remember.h"
#include "ui/term/text.h"

#define GOLDEN "tests/ui/golden/frame.txt"

typedef struct {
    const char *workspace;
    int columns, rows;
    bool ascii, stale, zoomed;
    const char *message, *running;
} look;

static const look looks[] = {
    {.workspace = "desk", .columns = 80, .rows = 24},
    {.workspace = "desk", .columns = 120, .rows = 40, .message = "filled 100 NVDA at 121.06"},
    {.workspace = "desk", .columns = 66, .rows = 20, .running = "backtest run momentum --lookback 252"},
    {.workspace = "risk", .columns = 200, .rows = 30, .stale = true},
    {.workspace = "backtest", .columns = 100, .rows = 24, .ascii = true},
    {.workspace = "ops", .columns = 100, .rows = 20, .zoomed = true},
    {.workspace = "stress",
     .columns = 80,
     .rows = 20,
     .message = "the order was refused: it would take NVDA to 1,400 shares, and the limit for one position is 1,000; "
                "sell 400 first or raise the limit"},
    {.workspace = "desk", .columns = 30, .rows = 6},
};

static tiling open_tiling(const char *name, int columns, int rows) {
    size_t n;
    tiling t;
    tiling_open(&t, &workspaces_all(&n)[workspaces_find(name)]);
    tiling_fit(&t, frame_inside(columns, rows));
    return t;
}

static canvas draw(const look *l, ui_model *m, const keymap *map) {
    canvas c = canvas_new(l->columns, l->rows);
    tiling t = open_tiling(l->workspace, l->columns, l->rows);
    frame_state state = {
        .role = ROLE_TEXT, .message = l->message ? l->message : "", .running = l->running ? l->running : ""};
    c.ascii = l->ascii;
    m->stale = l->stale;
    if (l->zoomed)
        tiling_zoom(&t);
    if (!frame_too_small(&c)) {
        frame_panes(&c, &t, m);
        frame_top(&c, m, workspaces_find(l->workspace));
        frame_hints(&c, t.pane[t.focus]->hint, "Tab next pane  : command  ? help", map,
                    (keymap_place){t.pane[t.focus]->name, t.kind->name});
        frame_status(&c, m, &state);
    }
    tiling_close(&t);
    return c;
}

static void test_frame_is_drawn_as_its_golden_file(void **state) {
    (void)state;
    ui_model *m = support_model();
    keymap *map = keymap_new();
    text got = {0};
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        canvas c = draw(&looks[i], m, map);
        text_printf(&got, "==== %s %dx%d\n", looks[i].workspace, looks[i].columns, looks[i].rows);
        present_text(&c, &got);
        canvas_free(&c);
    }
    bool same = support_golden(GOLDEN, text_string(&got));
    text_free(&got);
    keymap_free(map);
    free(m);
    assert_true(same);
}

static void test_frame_is_drawn_at_every_size(void **state) {
    (void)state;
    ui_model *m = support_model();
    keymap *map = keymap_new();
    for (int rows = 1; rows < 70; rows += 3)
        for (int columns = 1; columns < 220; columns += 5)
            for (int message = 0; message < 2; message++) {
                look l = {.workspace = "desk",
                          .columns = columns,
                          .rows = rows,
                          .ascii = message,
                          .message = message
                                         ? "a sentence that goes on for longer than most lines are wide, to be wrapped"
                                         : NULL};
                canvas c = draw(&l, m, map);
                assert_true(!l.ascii || support_is_ascii(&c));
                canvas_free(&c);
            }
    keymap_free(map);
    free(m);
}

// Otherwise eight rows out of 48 would pass for all there is.
static void test_filters_and_staleness_stay_in_titles_that_are_too_long(void **state) {
    (void)state;
    ui_model *m = support_model();
    pane_reply reply = {0};
    m->stale = true;
    m->now_mono = m->status.beat_mono + 12 * NS_PER_S;
    for (int columns = 80; columns <= 220; columns++) {
        canvas c = canvas_new(columns, 24);
        tiling t = open_tiling("desk", columns, 24);
        assert_string_equal(t.pane[t.focus]->name, "positions");
        t.pane[t.focus]->act(t.state[t.focus], m, &(pane_act){.kind = ACT_FILTER, .string = "Information"}, &reply);
        frame_panes(&c, &t, m);
        char *line = support_line(&c, 1), *filter = strstr(line, "Positions");
        filter = filter ? strstr(filter, " · /Information ") : NULL;
        if (!filter || !strstr(filter, " of 48 · STALE 12 s"))
            fail_msg("at %d columns: %s", columns, line);
        free(line);
        tiling_close(&t);
        canvas_free(&c);
    }
    free(m);
}

static void test_top_line_tells_which_name_is_under_the_mouse(void **state) {
    (void)state;
    ui_model *m = support_model();
    canvas c = canvas_new(120, 1);
    frame_top(&c, m, 0);
    char *line = support_line(&c, 0);
    int x = (int)(strstr(line, "3 STRESS") - line);
    assert_int_equal(frame_top_at(&c, m, 0, x + 3), workspaces_find("stress"));
    assert_int_equal(frame_top_at(&c, m, 0, 2), -1);
    assert_int_equal(frame_top_at(&c, m, 0, 119), -1);
    free(line);
    canvas_free(&c);
    free(m);
}

static void press(output *o, const char *key) {
    input in = {.kind = INPUT_KEY};
    snprintf(in.key, sizeof in.key, "%s", key);
    assert_int_equal(output_input(o, &in), OUTPUT_OPEN);
}

static void test_output_scrolls_within_its_lines(void **state) {
    (void)state;
    output o = {0};
    text body = {0};
    for (int i = 0; i < 50; i++)
        text_printf(&body, "line %d\n", i);
    output_show(&o, "lines", body.at);
    canvas c = canvas_new(40, 11);
    output_draw(&o, &c, (rect){0, 0, 40, 11});
    assert_int_equal(o.lines, 50);
    assert_int_equal(o.page, 10);
    press(&o, "Up");
    assert_int_equal(o.first, 0);
    press(&o, "PgDn");
    assert_int_equal(o.first, 9);
    press(&o, "G");
    assert_int_equal(o.first, 40);
    press(&o, "Down");
    assert_int_equal(o.first, 40);
    press(&o, "g");
    output_draw(&o, &c, (rect){0, 0, 40, 11});
    assert_true(support_shows(&c, "line 9"));
    assert_false(support_shows(&c, "line 10"));
    assert_int_equal(output_input(&o, &(input){.kind = INPUT_KEY, .key = "Esc"}), OUTPUT_CLOSED);
    output_close(&o);
    canvas_free(&c);
    text_free(&body);
}

static void test_the_screen_is_remembered(void **state) {
    (void)state;
    char home[] = "/tmp/plimsoll-state-XXXXXX", path[64];
    assert_non_null(mkdtemp(home));
    remembered_screen kept, again;
    assert_int_equal(remember_read(home, &kept), STATUS_NOT_FOUND);
    kept = (remembered_screen){.workspace = "risk", .theme = "light", .spaces = 1};
    snprintf(kept.sizes[0].workspace, sizeof kept.sizes[0].workspace, "desk");
    kept.sizes[0].n = 3;
    kept.sizes[0].weight[0] = 1, kept.sizes[0].weight[1] = 70, kept.sizes[0].weight[2] = 49;
    assert_int_equal(remember_write(home, &kept), STATUS_OK);
    assert_int_equal(remember_read(home, &again), STATUS_OK);
    assert_string_equal(again.workspace, "risk");
    assert_string_equal(again.theme, "light");
    assert_int_equal(again.spaces, 1);
    assert_int_equal(again.sizes[0].n, 3);
    assert_int_equal(again.sizes[0].weight[2], 49);
    snprintf(path, sizeof path, "%s/screen.ini", home);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(home), 0);
    assert_int_equal(remember_write("/dev/null/home", &kept), STATUS_IO);
}

static void test_a_journal_that_fails_stands_in_the_top_line(void **state) {
    (void)state;
    static const int widths[] = {60, 80, 120};
    ui_model *m = support_model();
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        canvas c = canvas_new(widths[i], 24);
        m->status.unwritten = 1;
        frame_top(&c, m, 0);
        assert_true(support_shows(&c, "■ NO JOURNAL"));
        assert_false(support_shows(&c, "TRADING"));
        m->status.unwritten = 0;
        frame_top(&c, m, 0);
        assert_true(support_shows(&c, "● TRADING"));
        canvas_free(&c);
    }
    free(m);
}

// Whatever was typed to get it, the place in a page and its keys are there.
static void test_a_page_with_a_long_title_keeps_its_place(void **state) {
    (void)state;
    output o = {0};
    output_show(&o, "flatten --all --cause \"a very long reason that somebody gave for it\" --confirm", "a\nb\n");
    canvas c = canvas_new(80, 24);
    output_draw(&o, &c, (rect){0, 1, 80, 21});
    assert_true(support_shows(&c, "1-2 of 2"));
    assert_true(support_shows(&c, "Esc close"));
    assert_true(support_shows(&c, "flatten --all"));
    canvas_free(&c);
    output_close(&o);
}

static void test_a_replay_stands_in_the_top_line(void **state) {
    (void)state;
    static const struct {
        int width, replayed;
        const char *badge;
    } cases[] = {{80, REPLAY_PLAYING, "REPLAY  ●"},
                 {120, REPLAY_PLAYING, "REPLAY 10x  ●"},
                 {120, REPLAY_PAUSED, "REPLAY paused  ●"},
                 {120, REPLAY_ENDED, "REPLAY ended  ●"}};
    ui_model *m = support_model();
    support_replay(m);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        canvas c = canvas_new(cases[i].width, 24);
        m->replay.state = cases[i].replayed;
        frame_top(&c, m, workspaces_find("market"));
        assert_true(support_shows(&c, cases[i].badge));
        assert_true(support_shows(&c, "4 BACKTEST 7 OPS") || cases[i].width > 80);
        canvas_free(&c);
    }
    free(m);
}

static void test_the_line_of_state_tells_of_recordings_and_of_what_stands_still(void **state) {
    (void)state;
    ui_model *m = support_model();
    frame_state nothing = {.message = "", .running = ""};
    support_recording(m);
    support_replay(m);
    canvas c = canvas_new(80, 24);
    frame_status(&c, m, &nothing);
    assert_int_equal(support_role_of(&c, "● REC 12,345"), ROLE_WARN);
    assert_false(support_shows(&c, "replay"));
    mem_copy_string(m->record.message, sizeof m->record.message, "no room left");
    m->replay.state = REPLAY_PAUSED;
    m->status.venue_running = 0;
    frame_status(&c, m, &nothing);
    assert_int_equal(support_role_of(&c, "■ REC failed"), ROLE_ERROR);
    assert_true(support_shows(&c, "replay paused"));
    m->replay = (view_replay){0};
    m->record = (view_record){0};
    frame_status(&c, m, &nothing);
    assert_true(support_shows(&c, "venue paused"));
    assert_false(support_shows(&c, "REC"));
    canvas_free(&c);
    free(m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frame_is_drawn_as_its_golden_file),
        cmocka_unit_test(test_frame_is_drawn_at_every_size),
        cmocka_unit_test(test_filters_and_staleness_stay_in_titles_that_are_too_long),
        cmocka_unit_test(test_top_line_tells_which_name_is_under_the_mouse),
        cmocka_unit_test(test_output_scrolls_within_its_lines),
        cmocka_unit_test(test_the_screen_is_remembered),
        cmocka_unit_test(test_a_journal_that_fails_stands_in_the_top_line),
        cmocka_unit_test(test_a_page_with_a_long_title_keeps_its_place),
        cmocka_unit_test(test_a_replay_stands_in_the_top_line),
        cmocka_unit_test(test_the_line_of_state_tells_of_recordings_and_of_what_stands_still),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
