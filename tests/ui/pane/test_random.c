// Panes take whatever the model holds: random bytes everywhere, random sizes, random acts. The seed is printed and
// taken back from PLIMSOLL_SEED; meant to run under the sanitizers.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/base/support_numbers.h"
#include "tests/ui/support_canvas.h"
#include "tests/ui/support_model.h"

enum { ROUNDS = 60, ACTS = 12 };

static int small_or_large(rng *r) { return rng_below(r, 8) ? (int)rng_below(r, 120) : (int)rng_below(r, 400); }

static pane_act random_act(rng *r) {
    static const char *const strings[] = {"a", "7", "NVDA \x01\xff", "", "−漢", "momentum"};
    return (pane_act){.kind = (pane_act_kind)rng_below(r, ACT_ERASE + 1),
                      .x = (int)rng_below(r, 140) - 10,
                      .y = (int)rng_below(r, 60) - 10,
                      .amount = (int)rng_below(r, 21) - 10,
                      .string = strings[rng_below(r, sizeof strings / sizeof *strings)]};
}

// Controls and format characters never reach a cell: they could steer the terminal.
static void check_cells(const canvas *c) {
    for (int y = 0; y < c->height; y++)
        for (int x = 0; x < c->width; x++) {
            uint32_t ch = c->cells[y * c->stride + x].ch;
            assert_false(ch != 0 && (ch < 0x20 || (ch >= 0x7F && ch < 0xA0)));
            assert_false(c->ascii && ch >= 0x7F);
        }
}

static void play(const pane_class *p, ui_model *m, rng *r) {
    void *state = mem_new(1, p->state_size + 1);
    pane_reply reply = {0};
    text title = {0};
    if (p->open)
        p->open(state);
    for (int i = 0; i < ACTS; i++) {
        fenced f = fenced_new(small_or_large(r), (int)rng_below(r, 40), rng_below(r, 3) == 0);
        p->draw(state, m, &f.part, i % 2);
        fenced_check(&f);
        check_cells(&f.part);
        fenced_free(&f);
        text_clear(&title);
        p->title(state, m, &title);
        assert_true(title.n > 0);
        pane_act act = random_act(r);
        if (p->act)
            p->act(state, m, &act, &reply);
        assert_true(memchr(reply.command, 0, sizeof reply.command) != NULL);
        text_clear(&reply.explain);
    }
    table *t = p->export ? p->export(state, m) : NULL;
    text_clear(&title);
    if (t)
        table_print(t, FORMAT_JSON, false, NULL, &title);
    table_free(t);
    text_free(&title);
    text_free(&reply.explain);
    if (p->close)
        p->close(state);
    free(state);
}

static void test_panes_survive_any_model_at_any_size(void **state) {
    (void)state;
    uint64_t seed = support_seed(20261120);
    rng r = rng_seed(seed);
    size_t n;
    const pane_class *const *all = pane_all(&n);
    ui_model *m = mem_new(1, sizeof *m);
    for (int round = 0; round < ROUNDS; round++) {
        support_model_garbage(m, &r);
        for (size_t i = 0; i < n; i++)
            play(all[i], m, &r);
    }
    free(m);
}

static void test_panes_survive_plausible_models_at_any_size(void **state) {
    (void)state;
    rng r = rng_seed(5);
    size_t n;
    const pane_class *const *all = pane_all(&n);
    for (int round = 0; round < 6; round++) {
        ui_model *m = support_model();
        for (size_t i = 0; i < n; i++)
            play(all[i], m, &r);
        free(m);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_panes_survive_any_model_at_any_size),
        cmocka_unit_test(test_panes_survive_plausible_models_at_any_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
