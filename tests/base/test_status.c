#include "src/base/status.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_status_keeps_the_sentence_of_the_last_failure(void **state) {
    (void)state;
    assert_int_equal(status_fail(STATUS_INVALID, "line %d is %s", 7, "short"), STATUS_INVALID);
    assert_string_equal(status_message(), "line 7 is short");
}

static void test_status_within_says_what_was_being_done(void **state) {
    (void)state;
    status_fail(STATUS_IO, "disk gone");
    assert_int_equal(status_within(STATUS_IO, "writing %s", "a.db"), STATUS_IO);
    assert_string_equal(status_message(), "writing a.db: disk gone");
    status_fail(STATUS_IO, "again: %s", status_message());
    assert_string_equal(status_message(), "again: writing a.db: disk gone");
}

static void test_status_puts_a_kept_sentence_back(void **state) {
    (void)state;
    status_fail(STATUS_IO, "the cause");
    status_sentence kept = status_keep();
    status_fail(STATUS_BUSY, "by the way");
    status_put_back(&kept);
    assert_string_equal(status_message(), "the cause");
}

static void test_status_cuts_endless_sentences(void **state) {
    (void)state;
    for (int i = 0; i < 300; i++)
        status_within(STATUS_IO, "%0100d", i);
    assert_in_range(strlen(status_message()), 500, 1023);
    assert_int_equal(strncmp(status_message() + 95, "00299: ", 7), 0);
}

static void *fail_elsewhere(void *unused) {
    (void)unused;
    status_fail(STATUS_BUSY, "another thread's trouble");
    return NULL;
}

static void test_status_sentences_are_per_thread(void **state) {
    (void)state;
    status_fail(STATUS_IO, "mine");
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, fail_elsewhere, NULL), 0);
    pthread_join(thread, NULL);
    assert_string_equal(status_message(), "mine");
}

static void test_status_has_a_name_and_an_exit_code_each(void **state) {
    (void)state;
    for (int code = STATUS_OK; code <= STATUS_END; code++) {
        assert_non_null(status_name((status)code));
        assert_string_not_equal(status_name((status)code), "unknown");
    }
    assert_int_equal(status_exit_code(STATUS_OK), 0);
    assert_int_equal(status_exit_code(STATUS_USAGE), 2);
    assert_int_equal(status_exit_code(STATUS_REFUSED), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status_keeps_the_sentence_of_the_last_failure),
        cmocka_unit_test(test_status_within_says_what_was_being_done),
        cmocka_unit_test(test_status_puts_a_kept_sentence_back),
        cmocka_unit_test(test_status_cuts_endless_sentences),
        cmocka_unit_test(test_status_sentences_are_per_thread),
        cmocka_unit_test(test_status_has_a_name_and_an_exit_code_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
