#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/command.h"
#include "tests/ui/support_canvas.h"
#include "ui/widget/dialog.h"
#include "ui/widget/form.h"

static const field fields[] = {
    {.name = "side", .label = "side", .type = FIELD_CHOICE, .choices = "buy|sell|short", .initial = "buy"},
    {.name = "symbol", .label = "symbol", .type = FIELD_SYMBOL},
    {.name = "days", .label = "days", .type = FIELD_INT, .flag = "--days", .initial = "21", .low = 5, .high = 504},
    {.name = "rate", .label = "rate", .type = FIELD_NUMBER, .flag = "--rate", .optional = true},
    {.name = "price", .label = "limit", .type = FIELD_PRICE, .optional = true},
    {.name = "from", .label = "from", .type = FIELD_DATE, .flag = "--from", .optional = true},
    {.name = "note", .label = "note", .type = FIELD_TEXT, .flag = "--note", .optional = true},
};

enum { N = sizeof fields / sizeof *fields };

static void press(form *f, pane_act_kind kind) { form_act(f, &(pane_act){.kind = kind}); }

static void type(form *f, const char *string) { form_act(f, &(pane_act){.kind = ACT_TYPE, .string = string}); }

static form opened(void) {
    form f;
    form_open(&f, fields, N);
    form_edit(&f, true);
    return f;
}

static void test_first_character_replaces_the_default(void **state) {
    (void)state;
    form f = opened();
    press(&f, ACT_DOWN);
    press(&f, ACT_DOWN);
    type(&f, "6");
    type(&f, "3");
    assert_string_equal(form_value(&f, "days"), "63");
    press(&f, ACT_LEFT);
    type(&f, "1");
    assert_string_equal(form_value(&f, "days"), "613");
    form_act(&f, &(pane_act){.kind = ACT_ERASE});
    form_act(&f, &(pane_act){.kind = ACT_ERASE, .amount = 1});
    assert_string_equal(form_value(&f, "days"), "6");
}

static bool knows_nvda(const void *context, const char *symbol) {
    (void)context;
    return strcmp(symbol, "NVDA") == 0;
}

static void test_an_unknown_symbol_is_told_on_leaving_its_field(void **state) {
    (void)state;
    form f = opened();
    f.knows = knows_nvda;
    fenced c = fenced_new(60, 12, false);
    press(&f, ACT_DOWN);
    type(&f, "NOPE");
    form_draw(&f, &c.part, true);
    assert_false(support_shows(&c.part, "no security")); // it may be a beginning
    press(&f, ACT_DOWN);
    form_draw(&f, &c.part, true);
    assert_true(support_shows(&c.part, "there is no security NOPE"));
    form_set(&f, "symbol", "NVDA");
    canvas_clear(&c.part);
    form_draw(&f, &c.part, true);
    assert_false(support_shows(&c.part, "no security"));
    fenced_free(&c);
}

static void test_a_wrong_price_is_told_why(void **state) {
    (void)state;
    static const char *const wrong[][2] = {{"-5", "a price is more than 0"},
                                           {"0", "a price is more than 0"},
                                           {"1.23456", "a price has at most four decimals"},
                                           {"cheap", "“cheap” is no price"},
                                           {"99999999999999999999", "the price is too large"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char message[FIELD_MESSAGE];
        assert_false(field_check(&fields[4], wrong[i][0], message));
        assert_string_equal(message, wrong[i][1]);
    }
}

static void test_a_form_that_is_cut_has_a_thumb(void **state) {
    (void)state;
    form f = opened();
    fenced c = fenced_new(40, 4, false);
    form_draw(&f, &c.part, true);
    assert_true(support_shows(&c.part, "┃"));
    fenced_free(&c);
    c = fenced_new(40, N, false);
    form_draw(&f, &c.part, true);
    assert_false(support_shows(&c.part, "┃"));
    fenced_free(&c);
}

static void test_errors_show_as_you_type_under_the_field(void **state) {
    (void)state;
    form f = opened();
    fenced c = fenced_new(60, 10, false);
    form_draw(&f, &c.part, true);
    assert_false(support_shows(&c.part, "needed")); // untouched fields keep quiet
    press(&f, ACT_DOWN);
    press(&f, ACT_DOWN);
    type(&f, "3");
    canvas_clear(&c.part);
    form_draw(&f, &c.part, true);
    char *line = support_line(&c.part, 3);
    assert_non_null(strstr(line, "must lie between 5 and 504"));
    free(line);
    type(&f, "0");
    canvas_clear(&c.part);
    form_draw(&f, &c.part, true);
    assert_false(support_shows(&c.part, "must lie"));
    fenced_free(&c);
}

static void expect(const char *name, const char *value, bool right) {
    form f = opened();
    char message[FIELD_MESSAGE] = "";
    form_set(&f, name, value);
    int i = 0;
    while (strcmp(fields[i].name, name) != 0)
        i++;
    assert_int_equal(form_check(&f, i, message), right);
    assert_int_equal(message[0] != 0, !right);
}

static void test_values_are_checked_by_type(void **state) {
    (void)state;
    expect("days", "21", true);
    expect("days", "21.5", false);
    expect("days", "505", false);
    expect("days", "1e999", false);
    expect("days", "0x20", false);
    expect("days", "", false);
    expect("rate", "-0.5", true);
    expect("rate", "nan", false);
    expect("rate", "", true);
    expect("price", "121.0625", true);
    expect("price", "121.06251", false);
    expect("price", "-1", false);
    expect("from", "2018-02-07", true);
    expect("from", "2018-02-30", false);
    expect("symbol", "BRK.B", true);
    expect("symbol", "A B", false);
    expect("side", "sell", true);
    expect("side", "sel", false);
    expect("side", "buy|sell", false);
}

static void test_command_has_flags_and_quotes_what_needs_it(void **state) {
    (void)state;
    form f = opened();
    text out = {0};
    assert_false(form_command(&f, "order", &out)); // no symbol yet
    assert_int_equal(f.at, 1);
    assert_int_equal(out.n, 0);
    type(&f, "nvda");
    form_set(&f, "note", "say \"no\" \\ now");
    assert_true(form_command(&f, "order", &out));
    assert_string_equal(text_string(&out), "order buy NVDA --days 21 --note \"say \\\"no\\\" \\\\ now\"");
    const char *words[16];
    char *memory;
    size_t n;
    assert_int_equal(command_split(text_string(&out), &memory, words, 16, &n), STATUS_OK);
    assert_string_equal(words[n - 1], "say \"no\" \\ now");
    free(memory);
    text_free(&out);
}

static void test_choices_cycle_and_answer_to_their_letter(void **state) {
    (void)state;
    form f = opened();
    press(&f, ACT_RIGHT);
    assert_string_equal(form_value(&f, "side"), "sell");
    press(&f, ACT_LEFT);
    press(&f, ACT_LEFT);
    assert_string_equal(form_value(&f, "side"), "short");
    type(&f, "b");
    assert_string_equal(form_value(&f, "side"), "buy");
    type(&f, "x");
    assert_string_equal(form_value(&f, "side"), "buy");
}

static void test_arrows_step_numbers_within_their_range_when_not_editing(void **state) {
    (void)state;
    form f = opened();
    form_edit(&f, false);
    press(&f, ACT_DOWN);
    press(&f, ACT_DOWN);
    press(&f, ACT_RIGHT);
    assert_string_equal(form_value(&f, "days"), "22");
    for (int i = 0; i < 40; i++)
        press(&f, ACT_LEFT);
    assert_string_equal(form_value(&f, "days"), "5");
    type(&f, "9"); // not editing: not ours
    assert_string_equal(form_value(&f, "days"), "5");
}

static void test_typing_never_breaks_characters_or_overflows(void **state) {
    (void)state;
    form f = opened();
    for (int i = 0; i < 6; i++)
        press(&f, ACT_DOWN);
    type(&f, "né");
    press(&f, ACT_LEFT);
    form_act(&f, &(pane_act){.kind = ACT_ERASE, .amount = 1});
    assert_string_equal(form_value(&f, "note"), "n");
    for (int i = 0; i < 300; i++)
        type(&f, "ab\x1b\x01");
    assert_int_equal(strlen(form_value(&f, "note")), FORM_VALUE - 1);
    fenced c = fenced_new(30, 4, false);
    form_draw(&f, &c.part, true);
    fenced_check(&c);
    fenced_free(&c);
}

static void test_every_size_stays_inside(void **state) {
    (void)state;
    for (int w = 1; w < 60; w += 3)
        for (int h = 0; h < 12; h++) {
            form f = opened();
            f.tried = true;
            for (int i = 0; i < h; i++)
                press(&f, ACT_DOWN);
            fenced c = fenced_new(w, h, h % 2);
            form_draw(&f, &c.part, true);
            fenced_check(&c);
            if (h > 0)
                assert_true(f.line[f.at] >= 0); // the field with the cursor is in sight
            fenced_free(&c);
        }
}

// ---- dialogs ----

static dialog_end key(dialog *d, pane_act_kind kind, const char *string) {
    return dialog_act(d, &(pane_act){.kind = kind, .string = string});
}

static void test_a_confirmation_has_no_default_answer(void **state) {
    (void)state;
    dialog d = {0};
    dialog_confirm(&d, "Cancel all", CONFIRM_YES, "Cancels 5 orders.", NULL);
    assert_int_equal(key(&d, ACT_DRILL, NULL), DIALOG_OPEN);
    assert_int_equal(key(&d, ACT_TYPE, "x"), DIALOG_OPEN);
    assert_int_equal(key(&d, ACT_TYPE, "y"), DIALOG_ACCEPTED);
    assert_int_equal(key(&d, ACT_TYPE, "n"), DIALOG_DISMISSED);
    assert_int_equal(key(&d, ACT_BACK, NULL), DIALOG_DISMISSED);
    key(&d, ACT_RIGHT, NULL);
    assert_int_equal(key(&d, ACT_DRILL, NULL), DIALOG_ACCEPTED);
    key(&d, ACT_RIGHT, NULL);
    assert_int_equal(key(&d, ACT_DRILL, NULL), DIALOG_DISMISSED);
    dialog_close(&d);
}

static void test_a_phrase_must_be_typed_exactly(void **state) {
    (void)state;
    dialog d = {0};
    dialog_confirm(&d, "Flatten", CONFIRM_PHRASE, "Sells everything.", "flatten 48");
    key(&d, ACT_TYPE, "flatten 4");
    assert_int_equal(key(&d, ACT_DRILL, NULL), DIALOG_OPEN);
    key(&d, ACT_TYPE, "8"); // typing goes on where it was
    assert_int_equal(key(&d, ACT_DRILL, NULL), DIALOG_ACCEPTED);
    assert_string_equal(dialog_answer(&d), "flatten 48");
    dialog_close(&d);
}

static void test_a_reason_must_not_be_empty(void **state) {
    (void)state;
    dialog d = {0};
    dialog_confirm(&d, "Trip", CONFIRM_REASON, "Stops trading.", NULL);
    assert_int_equal(key(&d, ACT_DRILL, NULL), DIALOG_OPEN);
    key(&d, ACT_TYPE, "feed is wrong");
    assert_int_equal(key(&d, ACT_DRILL, NULL), DIALOG_ACCEPTED);
    assert_string_equal(dialog_answer(&d), "feed is wrong");
    dialog_close(&d);
}

static void test_dialogs_are_drawn_inside_at_every_size(void **state) {
    (void)state;
    dialog d = {0};
    text body = {0};
    text_repeat(&body, "many words that are wrapped, ünïcode and 漢字 too; ", 12);
    for (int w = 0; w < 100; w += 7)
        for (int h = 0; h < 20; h += 3)
            for (int kind = 0; kind < 3; kind++) {
                fenced f = fenced_new(w, h, w % 2);
                dialog_confirm(&d, "A title that is rather long for a box", (command_confirm)(kind + 1),
                               text_string(&body), "do it");
                dialog_draw(&d, &f.part);
                key(&d, ACT_PAGE_DOWN, NULL);
                dialog_draw(&d, &f.part);
                fenced_check(&f);
                fenced_free(&f);
            }
    text_free(&body);
    dialog_close(&d);
}

static void test_clicks_answer(void **state) {
    (void)state;
    dialog d = {0};
    fenced f = fenced_new(80, 20, false);
    dialog_confirm(&d, "Close", CONFIRM_YES, "Closes NVDA.", NULL);
    dialog_draw(&d, &f.part);
    pane_act at = {.kind = ACT_CLICK, .x = d.area.x + d.choice_x[0] + 1, .y = d.area.y + d.choice_y};
    assert_int_equal(dialog_act(&d, &at), DIALOG_ACCEPTED);
    at.x = d.area.x + d.choice_x[1] + 1;
    assert_int_equal(dialog_act(&d, &at), DIALOG_DISMISSED);
    at.x = at.y = 0;
    assert_int_equal(dialog_act(&d, &at), DIALOG_OPEN);
    fenced_free(&f);
    dialog_close(&d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_character_replaces_the_default),
        cmocka_unit_test(test_an_unknown_symbol_is_told_on_leaving_its_field),
        cmocka_unit_test(test_a_wrong_price_is_told_why),
        cmocka_unit_test(test_a_form_that_is_cut_has_a_thumb),
        cmocka_unit_test(test_errors_show_as_you_type_under_the_field),
        cmocka_unit_test(test_values_are_checked_by_type),
        cmocka_unit_test(test_command_has_flags_and_quotes_what_needs_it),
        cmocka_unit_test(test_choices_cycle_and_answer_to_their_letter),
        cmocka_unit_test(test_arrows_step_numbers_within_their_range_when_not_editing),
        cmocka_unit_test(test_typing_never_breaks_characters_or_overflows),
        cmocka_unit_test(test_every_size_stays_inside),
        cmocka_unit_test(test_a_confirmation_has_no_default_answer),
        cmocka_unit_test(test_a_phrase_must_be_typed_exactly),
        cmocka_unit_test(test_a_reason_must_not_be_empty),
        cmocka_unit_test(test_dialogs_are_drawn_inside_at_every_size),
        cmocka_unit_test(test_clicks_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
