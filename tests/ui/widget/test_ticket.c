#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/ui/support_canvas.h"
#include "tests/ui/support_model.h"
#include "ui/widget/ticket.h"

static void type(dialog *d, const char *string) { dialog_act(d, &(pane_act){.kind = ACT_TYPE, .string = string}); }

static void expect_command(dialog *d, const char *want) {
    text out = {0};
    assert_true(ticket_command(d, &out));
    assert_string_equal(text_string(&out), want);
    text_free(&out);
}

static void test_ticket_makes_an_order_command(void **state) {
    (void)state;
    ui_model *m = support_model();
    dialog d = {0};
    ticket_open(&d, m, "buy", "NVDA", "200", "121.06");
    expect_command(&d, "order buy NVDA 200 121.06 --tif day");
    dialog_close(&d);
    free(m);
}

static void test_ticket_starts_at_what_is_still_missing(void **state) {
    (void)state;
    ui_model *m = support_model();
    dialog d = {0};
    ticket_open(&d, m, "sell", "XOM", NULL, NULL);
    text out = {0};
    assert_false(ticket_command(&d, &out));
    text_free(&out);
    type(&d, "1,500");
    expect_command(&d, "order sell XOM 1,500 --tif ioc"); // no price: at market
    assert_int_equal(dialog_act(&d, &(pane_act){.kind = ACT_DRILL}), DIALOG_ACCEPTED);
    ticket_open(&d, m, "buy", "", "", "");
    type(&d, "ko");
    assert_string_equal(form_value(&d.form, "symbol"), "KO");
    dialog_close(&d);
    free(m);
}

static void test_ticket_at_the_market_never_rests(void **state) {
    (void)state;
    ui_model *m = support_model();
    dialog d = {0};
    text out = {0};
    ticket_open(&d, m, "buy", "NVDA", "200", "");
    expect_command(&d, "order buy NVDA 200 --tif ioc");
    form_set(&d.form, "price", "121.06");
    expect_command(&d, "order buy NVDA 200 121.06 --tif day");
    while (strcmp(d.form.fields[d.form.at].name, "tif") != 0)
        form_act(&d.form, &(pane_act){.kind = ACT_DOWN});
    for (int i = 0; i < 3; i++) // around to day again, chosen now
        form_act(&d.form, &(pane_act){.kind = ACT_RIGHT});
    form_set(&d.form, "price", "");
    assert_string_equal(form_value(&d.form, "tif"), "day");
    assert_false(ticket_command(&d, &out));
    text_free(&out);
    dialog_close(&d);
    free(m);
}

static void test_ticket_says_what_the_order_amounts_to(void **state) {
    (void)state;
    ui_model *m = support_model();
    dialog d = {0};
    fenced f = fenced_new(80, 20, false);
    ticket_open(&d, m, "sell", "NVDA", "1000", "121.09");
    ticket_update(&d, m);
    dialog_draw(&d, &f.part);
    assert_true(support_shows(&f.part, "bid 121.07 × 1,000"));
    assert_true(support_shows(&f.part, "worth about 121 k"));
    assert_true(support_shows(&f.part, "position 2,700 → 1,700"));
    form_set(&d.form, "quantity", "999999999999999999");
    ticket_update(&d, m); // must not overflow
    fenced_check(&f);
    fenced_free(&f);
    dialog_close(&d);
    free(m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ticket_makes_an_order_command),
        cmocka_unit_test(test_ticket_starts_at_what_is_still_missing),
        cmocka_unit_test(test_ticket_at_the_market_never_rests),
        cmocka_unit_test(test_ticket_says_what_the_order_amounts_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
