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
    for (int i = 0; i < 5; i++) // around to day again, chosen now
        form_act(&d.form, &(pane_act){.kind = ACT_RIGHT});
    form_set(&d.form, "price", "");
    assert_string_equal(form_value(&d.form, "tif"), "day");
    assert_false(ticket_command(&d, &out));
    text_free(&out);
    dialog_close(&d);
    free(m);
}

static bool shows(dialog *d, const char *what) {
    fenced f = fenced_new(80, 24, false);
    dialog_draw(d, &f.part);
    bool found = support_shows(&f.part, what);
    fenced_check(&f);
    fenced_free(&f);
    return found;
}

static void set(dialog *d, const ui_model *m, const char *name, const char *value) {
    form_set(&d->form, name, value);
    ticket_update(d, m);
}

static void test_ticket_asks_for_what_the_kind_wants(void **state) {
    (void)state;
    ui_model *m = support_model();
    dialog d = {0};
    text out = {0};
    ticket_open(&d, m, "sell", "NVDA", "200", "");
    assert_false(shows(&d, "waits for this price"));
    assert_false(shows(&d, "a working order")); // an order at the market is in no pair
    set(&d, m, "kind", "stop");
    assert_true(shows(&d, "waits for this price"));
    assert_true(shows(&d, "Send"));         // with all of it in 24 lines
    assert_false(ticket_command(&d, &out)); // the stop price is wanted
    set(&d, m, "stop", "119.50");
    expect_command(&d, "order sell NVDA 200 --stop 119.50 --tif day");
    set(&d, m, "price", "119");
    set(&d, m, "other", "12");
    expect_command(&d, "order sell NVDA 200 119 --stop 119.50 --tif day --oco 12");
    set(&d, m, "kind", "trailing");
    assert_false(shows(&d, "empty: at market"));
    set(&d, m, "trail", "0.50");
    set(&d, m, "other", "");
    d.form.touched[8] = true;
    set(&d, m, "tif", "gtd");
    set(&d, m, "until", "15:30");
    expect_command(&d, "order sell NVDA 200 --trail 0.50 --tif gtd --until 15:30");
    set(&d, m, "until", "tomorrow");
    assert_false(ticket_command(&d, &out));
    set(&d, m, "tif", "ioc");
    assert_false(ticket_command(&d, &out));
    assert_true(shows(&d, "a stop waits"));
    text_free(&out);
    dialog_close(&d);
    free(m);
}

static void test_ticket_makes_limit_orders_that_rest_in_other_ways(void **state) {
    (void)state;
    ui_model *m = support_model();
    dialog d = {0};
    text out = {0};
    ticket_open(&d, m, "buy", "NVDA", "900", "121.06");
    set(&d, m, "kind", "iceberg");
    set(&d, m, "display", "100");
    expect_command(&d, "order buy NVDA 900 121.06 --display 100 --tif day");
    set(&d, m, "kind", "post-only");
    expect_command(&d, "order buy NVDA 900 121.06 --tif day --post-only");
    set(&d, m, "kind", "all-or-none");
    expect_command(&d, "order buy NVDA 900 121.06 --tif day --all-or-none");
    set(&d, m, "price", "");
    assert_false(ticket_command(&d, &out));
    assert_true(shows(&d, "it needs a limit"));
    text_free(&out);
    dialog_close(&d);
    free(m);
}

// Keys may come faster than the screen is drawn.
static void test_ticket_shows_the_next_field_at_once(void **state) {
    (void)state;
    ui_model *m = support_model();
    dialog d = {0};
    ticket_open(&d, m, "sell", "NVDA", "200", "");
    dialog_act(&d, &(pane_act){.kind = ACT_DOWN});
    dialog_act(&d, &(pane_act){.kind = ACT_DOWN});
    type(&d, "t");
    dialog_act(&d, &(pane_act){.kind = ACT_DOWN});
    type(&d, "0.50");
    expect_command(&d, "order sell NVDA 200 --trail 0.50 --tif day");
    dialog_close(&d);
    free(m);
}

// The cursor goes over what is hidden, both ways.
static void test_ticket_moves_over_the_fields_that_show(void **state) {
    (void)state;
    ui_model *m = support_model();
    dialog d = {0};
    ticket_open(&d, m, "buy", "NVDA", "900", "121.06");
    const char *const down[] = {"price", "kind", "tif", "other", "other"}, *const up[] = {"tif", "kind", "price"};
    for (size_t i = 0; i < 5; i++) {
        dialog_act(&d, &(pane_act){.kind = ACT_DOWN});
        assert_string_equal(d.form.fields[d.form.at].name, down[i]);
    }
    for (size_t i = 0; i < 3; i++) {
        dialog_act(&d, &(pane_act){.kind = ACT_UP});
        assert_string_equal(d.form.fields[d.form.at].name, up[i]);
    }
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
        cmocka_unit_test(test_ticket_asks_for_what_the_kind_wants),
        cmocka_unit_test(test_ticket_makes_limit_orders_that_rest_in_other_ways),
        cmocka_unit_test(test_ticket_shows_the_next_field_at_once),
        cmocka_unit_test(test_ticket_moves_over_the_fields_that_show),
        cmocka_unit_test(test_ticket_says_what_the_order_amounts_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
