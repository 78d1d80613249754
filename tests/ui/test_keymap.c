#include "ui/keymap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/app/app.h"
#include "ui/pane.h"
#include "ui/screen_commands.h"
#include "ui/workspaces.h"

static command_table *all_commands(void) {
    command_table *t = command_table_new();
    size_t n;
    const command *screens = screen_commands(&n);
    commands_add_all(t);
    command_add(t, screens, n);
    return t;
}

static const keymap_place somewhere = {"positions", "desk"};

static const char *command_of(const keymap *k, keymap_place at, const char *key) {
    const binding *b = keymap_find(k, at, key);
    return b ? b->command : NULL;
}

// Writes a keys.ini and reads it.
static status read_keys(keymap *k, const char *content) {
    char path[] = "/tmp/plimsoll-keys-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content, strlen(content)), (ssize_t)strlen(content));
    close(fd);
    status s = keymap_read(k, path);
    unlink(path);
    return s;
}

static void test_every_binding_is_a_command_of_the_table(void **state) {
    (void)state;
    keymap *k = keymap_new();
    command_table *commands = all_commands();
    for (size_t i = 0; i < keymap_count(k); i++)
        if (keymap_check(keymap_at(k, i), commands) != STATUS_OK)
            fail_msg("%s", status_message());
    assert_true(keymap_count(k) > 60);
    command_table_free(commands);
    keymap_free(k);
}

static void test_every_section_is_a_pane_or_a_workspace(void **state) {
    (void)state;
    keymap *k = keymap_new();
    for (size_t i = 0; i < keymap_count(k); i++) {
        const char *section = keymap_at(k, i)->section;
        if (strcmp(section, "global") != 0 && workspaces_find(section) < 0 && !pane_find(section))
            fail_msg("[%s] is neither", section);
    }
    keymap_free(k);
}

static void test_every_workspace_is_a_choice(void **state) {
    (void)state;
    size_t n;
    const workspace_kind *kinds = workspaces_all(&n);
    text names = {0};
    for (size_t i = 0; i < n; i++)
        text_printf(&names, "%s%s", i ? "|" : "", kinds[i].name);
    assert_string_equal(names.at, WORKSPACE_CHOICES);
    text_free(&names);
}

// Words of a hint, "c cancel  C cancel all": keys that are named must do something in that pane.
static void test_every_key_in_a_hint_is_bound(void **state) {
    (void)state;
    keymap *k = keymap_new();
    size_t n;
    const pane_class *const *panes = pane_all(&n);
    for (size_t i = 0; i < n; i++) {
        const char *hint = panes[i]->hint ? panes[i]->hint : "";
        for (const char *at = hint, *next; *at; at = next ? next + 2 : "") {
            next = strstr(at, "  ");
            char key[24];
            snprintf(key, sizeof key, "%.*s", (int)strcspn(at, " "), at);
            bool said = (key[0] == ':' && key[1]) || (key[0] & 0x80);
            if (!said && !keymap_find(k, (keymap_place){panes[i]->name, "desk"}, key))
                fail_msg("the hint of %s names %s, which does nothing there", panes[i]->name, key);
        }
    }
    keymap_free(k);
}

static void test_the_narrower_section_wins(void **state) {
    (void)state;
    keymap *k = keymap_new();
    assert_string_equal(command_of(k, (keymap_place){"orders", "desk"}, "c"), "cancel {order}");
    assert_string_equal(command_of(k, (keymap_place){"runs", "backtest"}, "c"), "stop");
    assert_null(command_of(k, (keymap_place){"chart", "desk"}, "c"));
    assert_string_equal(command_of(k, (keymap_place){"depth", "desk"}, "C"), "cancel all {symbol}");
    assert_string_equal(command_of(k, (keymap_place){"tape", "desk"}, "C"), "cancel all");
    assert_string_equal(command_of(k, (keymap_place){"chart", "desk"}, "q"), "quit");
    keymap_free(k);
}

static void test_users_bindings_win_add_and_take_away(void **state) {
    (void)state;
    keymap *k = keymap_new();
    size_t before = keymap_count(k);
    assert_int_equal(read_keys(k, "[global]\nq =\nHash = order list\n^T = theme light\n[positions]\nx = close MSFT\n"),
                     STATUS_OK);
    assert_null(command_of(k, somewhere, "q"));
    assert_string_equal(command_of(k, somewhere, "#"), "order list");
    assert_string_equal(command_of(k, somewhere, "^T"), "theme light");
    assert_string_equal(command_of(k, somewhere, "x"), "close MSFT");
    assert_int_equal(keymap_count(k), before + 1); // two more, one less, one replaced
    keymap_free(k);
}

// A slip must not bring back a key that was taken away.
static void test_wrong_lines_are_named_and_the_others_hold(void **state) {
    (void)state;
    keymap *k = keymap_new();
    assert_int_equal(read_keys(k, "[global]\nF13 = quit\nq =\nnonsense\n[broken\nb = quit\n[positions]\nx = keys\n"),
                     STATUS_INVALID);
    assert_non_null(strstr(status_message(), ":2: F13"));
    assert_non_null(strstr(status_message(), ":4: "));
    assert_non_null(strstr(status_message(), ":5: "));
    assert_null(command_of(k, somewhere, "q"));
    assert_string_equal(command_of(k, somewhere, "b"), "ticket buy {symbol}"); // not what stood in no section
    assert_string_equal(command_of(k, somewhere, "x"), "keys");
    assert_int_equal(read_keys(k, "q = keys\n"), STATUS_INVALID);
    assert_int_equal(keymap_read(k, "/nonexistent/keys.ini"), STATUS_NOT_FOUND);
    keymap_free(k);
}

static void test_hints_follow_a_key_that_moved(void **state) {
    (void)state;
    keymap *k = keymap_new();
    assert_string_equal(keymap_moved(k, somewhere, "b"), "b");
    assert_int_equal(read_keys(k, "[global]\nb = order list\nB = ticket buy {symbol}\nz =\n"), STATUS_OK);
    assert_string_equal(keymap_moved(k, somewhere, "b"), "B");
    assert_null(keymap_moved(k, somewhere, "z"));
    assert_null(keymap_moved(k, somewhere, "!"));
    keymap_free(k);
}

static void test_placeholders_take_the_selection_as_one_word(void **state) {
    (void)state;
    keymap_selection s = {.symbol = "BRK B;q", .sid = 7, .order = 42, .run = "", .scenario = "2008 \"crisis\""};
    text out = {0};
    assert_int_equal(keymap_expand("close {symbol} {order} {sid} {x}", &s, &out), STATUS_OK);
    assert_string_equal(out.at, "close \"BRK B;q\" 42 7 {x}");
    text_clear(&out);
    char *memory;
    const char *words[8];
    size_t n;
    assert_int_equal(keymap_expand("stress run {scenario}", &s, &out), STATUS_OK);
    assert_int_equal(command_split(out.at, &memory, words, 8, &n), STATUS_OK);
    assert_int_equal(n, 3);
    assert_string_equal(words[2], "2008 \"crisis\"");
    free(memory);
    text_free(&out);
}

static void test_a_missing_selection_is_asked_for(void **state) {
    (void)state;
    static const char *const cases[][2] = {{"close {symbol}", "select a position first"},
                                           {"cancel {order}", "select an order first"},
                                           {"backtest show {run}", "select a run first"},
                                           {"stress run {scenario}", "select a scenario first"}};
    keymap_selection nothing = {.symbol = "", .run = "", .scenario = "", .factor = ""};
    for (int i = 0; i < 4; i++) {
        text out = {0};
        assert_int_equal(keymap_expand(cases[i][0], &nothing, &out), STATUS_NOT_FOUND);
        assert_string_equal(status_message(), cases[i][1]);
        text_free(&out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_binding_is_a_command_of_the_table),
        cmocka_unit_test(test_every_section_is_a_pane_or_a_workspace),
        cmocka_unit_test(test_every_workspace_is_a_choice),
        cmocka_unit_test(test_every_key_in_a_hint_is_bound),
        cmocka_unit_test(test_the_narrower_section_wins),
        cmocka_unit_test(test_users_bindings_win_add_and_take_away),
        cmocka_unit_test(test_wrong_lines_are_named_and_the_others_hold),
        cmocka_unit_test(test_hints_follow_a_key_that_moved),
        cmocka_unit_test(test_placeholders_take_the_selection_as_one_word),
        cmocka_unit_test(test_a_missing_selection_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
