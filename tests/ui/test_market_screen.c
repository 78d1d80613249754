// The workspace MARKET as a whole, of the venue and of a replay, compared with tests/ui/golden/workspace-market.txt.
// After a change that was meant:
//   PLIMSOLL_GOLDEN=write make T=tests/ui/test_market_screen.c test
// writes it anew; read the difference before it is committed. Runs from the root of the tree.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/ui/support_golden.h"
#include "tests/ui/support_market.h"
#include "tests/ui/support_model.h"
#include "ui/frame.h"
#include "ui/term/text.h"

static tiling opened(int columns, int rows) {
    size_t n;
    tiling t;
    tiling_open(&t, &workspaces_all(&n)[workspaces_find("market")]);
    tiling_fit(&t, frame_inside(columns, rows));
    return t;
}

static canvas drawn(const ui_model *m, int columns, int rows, bool ascii) {
    canvas c = canvas_new(columns, rows);
    tiling t = opened(columns, rows);
    keymap *keys = keymap_new();
    frame_state state = {.message = "", .running = ""};
    c.ascii = ascii;
    tiling_draw(&t, m, 0, &c);
    frame_panes(&c, &t, m);
    frame_top(&c, m, workspaces_find("market"));
    frame_status(&c, m, &state);
    frame_hints(&c, t.pane[t.focus]->hint, "Tab next pane  : command  ? help", keys,
                (keymap_place){t.pane[t.focus]->name, t.kind->name});
    keymap_free(keys);
    tiling_close(&t);
    return c;
}

static ui_model *model(bool replayed, bool recorded) {
    ui_model *m = support_model();
    if (replayed)
        support_replay(m);
    if (recorded)
        support_recording(m);
    return m;
}

static void test_the_market_looks_as_it_did(void **state) {
    (void)state;
    static const struct {
        int columns, rows;
        bool ascii, replayed, recorded;
    } looks[] = {
        {80, 24, false, false, true}, {120, 40, false, false, false}, {200, 60, false, false, false},
        {80, 24, false, true, false}, {120, 40, false, true, true},   {80, 24, true, true, true},
    };
    text got = {0};
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        ui_model *m = model(looks[i].replayed, looks[i].recorded);
        canvas c = drawn(m, looks[i].columns, looks[i].rows, looks[i].ascii);
        text_printf(&got, "==== %d x %d%s%s\n", looks[i].columns, looks[i].rows, looks[i].ascii ? " ascii" : "",
                    looks[i].replayed ? " replay" : "");
        present_text(&c, &got);
        canvas_free(&c);
        free(m);
    }
    bool same = support_golden("tests/ui/golden/workspace-market.txt", text_string(&got));
    text_free(&got);
    assert_true(same);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_market_looks_as_it_did),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
