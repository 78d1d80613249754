// What all panes have in common, and small ones.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/mem.h"
#include "tests/ui/support_pane.h"

static void test_stale_data_loses_its_colours_and_says_so(void **state) {
    (void)state;
    size_t n;
    const pane_class *const *all = pane_all(&n);
    for (size_t i = 0; i < n; i++) {
        open_pane p = support_open(all[i]->name, 80, 20);
        p.model->stale = true;
        p.model->now_mono = p.model->status.beat_mono + 12 * INT64_C(1000000000);
        support_look(&p);
        assert_true(support_titled(&p, "STALE 12 s"));
        bool form_or_health = !strcmp(all[i]->name, "form") || !strcmp(all[i]->name, "health");
        for (int y = 0; y < 20 && !form_or_health; y++)
            for (int x = 0; x < 80; x++)
                assert_int_equal(p.screen.part.cells[y * p.screen.part.stride + x].role, ROLE_STALE);
        support_close(&p);
    }
}

static void test_small_panes_keep_what_decides(void **state) {
    (void)state;
    open_pane p = support_open("orders", 48, 12);
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "STATE"));
    assert_true(support_shows(&p.screen.part, "R position l"));
    assert_true(support_shows(&p.screen.part, "P 120 · 1/4"));
    support_close(&p);
    p = support_open("audit", 41, 12);
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "RESULT"));
    assert_true(support_shows(&p.screen.part, "refused"));
    support_close(&p);
    p = support_open("positions", 48, 12);
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "net 2.20 M"));
    assert_true(support_shows(&p.screen.part, "gross 3.40 M"));
    support_close(&p);
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
        open_pane p = support_open(all[i % n]->name, 100, 20);
        char with_gap[200];
        snprintf(with_gap, sizeof with_gap, "  %s", p.class->hint);
        support_look(&p);
        int next = p.class->act ? p.class->act(p.state, p.model, &offers[i / n].act, &p.reply) : NEXT_NOTHING;
        char wanted[8];
        snprintf(wanted, sizeof wanted, "  %s", offers[i / n].hint);
        if (!next != !strstr(with_gap, wanted))
            fail_msg("%s: %s is %s and %s", p.class->name, offers[i / n].hint, next ? "done" : "not done",
                     strstr(with_gap, wanted) ? "offered" : "not offered");
        support_close(&p);
    }
}

static void test_pointing_selects_what_stands_under_the_cursor(void **state) {
    (void)state;
    open_pane p = support_open("orders", 110, 12);
    p.model->order = 0;
    support_look(&p);
    support_act(&p, ACT_POINT);
    assert_int_equal(p.model->order, p.model->orders.rows[0].id);
    support_close(&p);
    p = support_open("positions", 110, 12);
    support_look(&p);
    support_act(&p, ACT_HOME);
    char first[sizeof p.model->symbol];
    memcpy(first, p.model->symbol, sizeof first);
    mem_copy_string(p.model->symbol, sizeof p.model->symbol, "elsewhere");
    support_act(&p, ACT_POINT);
    assert_string_equal(p.model->symbol, first);
    support_close(&p);
}

static void test_filter_is_named_in_the_title(void **state) {
    (void)state;
    open_pane p = support_open("orders", 110, 12);
    support_act_with(&p, ACT_FILTER, "sell");
    support_look(&p);
    assert_true(support_titled(&p, "/sell 4 of 8"));
    assert_false(support_shows(&p.screen.part, "KO"));
    support_act_with(&p, ACT_FILTER, "nothing like it");
    support_look(&p);
    assert_true(support_shows(&p.screen.part, "Esc shows all 8"));
    support_close(&p);
    p = support_open("health", 110, 12);
    support_act_with(&p, ACT_FILTER, "venue");
    support_look(&p);
    assert_true(support_titled(&p, "/venue 1 of "));
    support_close(&p);
}

static void test_every_pane_explains_and_exports(void **state) {
    (void)state;
    size_t n;
    const pane_class *const *all = pane_all(&n);
    assert_int_equal(n, 20);
    for (size_t i = 0; i < n; i++) {
        open_pane p = support_open(all[i]->name, 100, 20);
        support_look(&p);
        support_act(&p, ACT_EXPLAIN);
        assert_non_null(strstr(text_string(&p.reply.explain), "time"));
        assert_non_null(strstr(text_string(&p.reply.explain), "data"));
        table *t = p.class->export(p.state, p.model);
        assert_true(table_rows(t) > 0);
        table_free(t);
        assert_true(p.class->sections & SECTION_BIT(SECTION_STATUS));
        assert_ptr_equal(pane_find(all[i]->name), all[i]);
        support_close(&p);
    }
    assert_null(pane_find("nothing"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stale_data_loses_its_colours_and_says_so),
        cmocka_unit_test(test_small_panes_keep_what_decides),
        cmocka_unit_test(test_hints_offer_what_the_pane_does),
        cmocka_unit_test(test_pointing_selects_what_stands_under_the_cursor),
        cmocka_unit_test(test_filter_is_named_in_the_title),
        cmocka_unit_test(test_every_pane_explains_and_exports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
