#include "src/base/ini.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/text.h"

static status transcribe(void *context, const char *section, const char *key, const char *value, int line) {
    text_printf(context, "%d %s|%s|%s\n", line, section, key, value);
    return STATUS_OK;
}

static void assert_reads_as(const char *settings, const char *expected) {
    text got = {0};
    assert_int_equal(ini_read_text("test.ini", settings, transcribe, &got), STATUS_OK);
    assert_string_equal(text_string(&got), expected);
    text_free(&got);
}

static void test_ini_reads_sections_keys_and_comments(void **state) {
    (void)state;
    assert_reads_as("", "");
    assert_reads_as("# a comment\n; another\n\n   \n", "");
    assert_reads_as("a=1\n[ one ]\n  b =  two words \r\n[two]\nc=x", "1 |a|1\n3 one|b|two words\n5 two|c|x\n");
    assert_reads_as("\xEF\xBB\xBFkey = value\n", "1 |key|value\n");
}

static void test_ini_values_may_hold_what_begins_a_comment(void **state) {
    (void)state;
    assert_reads_as("red = #ff0000\nkey = ;\nsum = a=b\nempty =\n",
                    "1 |red|#ff0000\n2 |key|;\n3 |sum|a=b\n4 |empty|\n");
}

static void test_ini_quotes_keep_outer_spaces(void **state) {
    (void)state;
    assert_reads_as("a = \"  x \"\nb = \"\"\nc = \"\"\"\n", "1 |a|  x \n2 |b|\n3 |c|\"\n");
}

static void assert_refused(const char *settings, const char *sentence) {
    text got = {0};
    assert_int_equal(ini_read_text("test.ini", settings, transcribe, &got), STATUS_INVALID);
    assert_string_equal(status_message(), sentence);
    text_free(&got);
}

static void test_ini_says_where_and_what_was_expected(void **state) {
    (void)state;
    assert_refused("a = 1\nnonsense\n", "test.ini:2: expected [section] or key = value, found 'nonsense'");
    assert_refused("[open\n", "test.ini:1: expected a closing ] at the end of the section's line, found '[open'");
    assert_refused("\n[ ]\n", "test.ini:2: expected a name between [ and ], found '[]'");
    assert_refused(" = 5\n", "test.ini:1: expected a key before =, found '5'");
    assert_refused("a = \"open\n", "test.ini:1: expected a closing \" at the end of the value, found '\"open'");
    assert_refused("a = \"\n", "test.ini:1: expected a closing \" at the end of the value, found '\"'");
}

static status refuse_second(void *context, const char *section, const char *key, const char *value, int line) {
    (void)section, (void)value, (void)line;
    ++*(int *)context;
    return strcmp(key, "second") == 0 ? status_fail(STATUS_EXISTS, "no second") : STATUS_OK;
}

static void test_ini_stops_when_the_visitor_says_so(void **state) {
    (void)state;
    int calls = 0;
    assert_int_equal(ini_read_text("test.ini", "first=1\nsecond=2\nthird=3\n", refuse_second, &calls), STATUS_EXISTS);
    assert_int_equal(calls, 2);
    assert_string_equal(status_message(), "test.ini:2: no second");
}

static void with_file(const char *bytes, size_t n, status expected, const char *read_as) {
    char path[] = "/tmp/plimsoll-ini-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), n);
    close(fd);
    text got = {0};
    status s = ini_read_file(path, transcribe, &got);
    unlink(path);
    assert_int_equal(s, expected);
    assert_string_equal(text_string(&got), read_as);
    text_free(&got);
}

static void test_ini_reads_files(void **state) {
    (void)state;
    with_file("[s]\nk = v\n", 10, STATUS_OK, "2 s|k|v\n");
    with_file("", 0, STATUS_OK, "");
    with_file("k = v\0x\n", 8, STATUS_INVALID, "");
}

static void test_ini_refuses_files_of_over_a_mebibyte(void **state) {
    (void)state;
    enum { SIZE = (1 << 20) + 1 };
    char *bytes = malloc(SIZE);
    memset(bytes, '\n', SIZE);
    with_file(bytes, SIZE - 1, STATUS_OK, "");
    with_file(bytes, SIZE, STATUS_INVALID, "");
    free(bytes);
}

static void test_ini_tells_a_missing_file_from_an_unreadable_one(void **state) {
    (void)state;
    assert_int_equal(ini_read_file("/nonexistent/config.ini", transcribe, NULL), STATUS_NOT_FOUND);
    assert_int_equal(ini_read_file("/tmp", transcribe, NULL), STATUS_IO);
    assert_string_equal(status_message(), "/tmp: reading failed: Is a directory");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ini_reads_sections_keys_and_comments),
        cmocka_unit_test(test_ini_values_may_hold_what_begins_a_comment),
        cmocka_unit_test(test_ini_quotes_keep_outer_spaces),
        cmocka_unit_test(test_ini_says_where_and_what_was_expected),
        cmocka_unit_test(test_ini_stops_when_the_visitor_says_so),
        cmocka_unit_test(test_ini_reads_files),
        cmocka_unit_test(test_ini_refuses_files_of_over_a_mebibyte),
        cmocka_unit_test(test_ini_tells_a_missing_file_from_an_unreadable_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
