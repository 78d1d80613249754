// Every pane as text, at several sizes, compared with the files in tests/ui/golden/. After a change that was meant:
//   PLIMSOLL_GOLDEN=write make T=tests/ui/pane/test_golden.c test
// writes them anew; read the difference before it is committed. Runs from the root of the tree.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/ui/support_golden.h"
#include "tests/ui/support_model.h"
#include "ui/term/text.h"

typedef struct {
    int width, height;
    bool ascii, focused;
    int modes; // how often ACT_MODE is given first
    bool explained;
} look;

static const look looks[] = {
    {.width = 30, .height = 8, .focused = true},
    {.width = 60, .height = 20, .focused = true},
    {.width = 110, .height = 30, .focused = true},
    {.width = 60, .height = 12, .modes = 1},
    {.width = 200, .height = 12, .modes = 2, .focused = true},
    {.width = 80, .height = 14, .ascii = true, .explained = true},
};

static void put_look(const pane_class *p, ui_model *m, const look *l, text *out) {
    void *state = mem_new(1, p->state_size + 1);
    if (p->open)
        p->open(state);
    pane_reply reply = {0};
    for (int i = 0; i < l->modes && p->act; i++)
        p->act(state, m, &(pane_act){.kind = ACT_MODE}, &reply);
    canvas c = canvas_new(l->width, l->height);
    c.ascii = l->ascii;
    p->draw(state, m, &c, l->focused);
    text_printf(out, "==== %d x %d%s%s%s\n", l->width, l->height, l->ascii ? " ascii" : "",
                l->focused ? " focused" : "", l->modes ? " mode" : "");
    p->title(state, m, out);
    text_char(out, '\n');
    present_text(&c, out);
    if (l->explained && p->act)
        p->act(state, m, &(pane_act){.kind = ACT_EXPLAIN}, &reply);
    if (reply.explain.n)
        text_printf(out, "---- explained\n%s", text_string(&reply.explain));
    text_free(&reply.explain);
    canvas_free(&c);
    if (p->close)
        p->close(state);
    free(state);
}

static void test_panes_look_as_they_did(void **state) {
    (void)state;
    size_t n;
    const pane_class *const *all = pane_all(&n);
    bool same = true;
    for (size_t i = 0; i < n; i++) {
        ui_model *m = support_model();
        text out = {0};
        char path[96];
        for (size_t k = 0; k < sizeof looks / sizeof *looks; k++)
            put_look(all[i], m, &looks[k], &out);
        snprintf(path, sizeof path, "tests/ui/golden/%s.txt", all[i]->name);
        same &= support_golden(path, text_string(&out));
        text_free(&out);
        free(m);
    }
    assert_true(same);
}

static void test_empty_panes_say_what_to_do(void **state) {
    (void)state;
    static const look empty[] = {{.width = 40, .height = 7}, {.width = 90, .height = 10}};
    size_t n;
    const pane_class *const *all = pane_all(&n);
    text out = {0};
    for (size_t i = 0; i < n; i++) {
        ui_model *m = mem_new(1, sizeof *m);
        text_printf(&out, "#### %s\n", all[i]->name);
        for (size_t k = 0; k < sizeof empty / sizeof *empty; k++)
            put_look(all[i], m, &empty[k], &out);
        free(m);
    }
    bool same = support_golden("tests/ui/golden/empty.txt", text_string(&out));
    text_free(&out);
    assert_true(same);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_panes_look_as_they_did),
        cmocka_unit_test(test_empty_panes_say_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
