#include "src/base/path.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void expect(const char *path, const char *directory, const char *want) {
    char *got = path_absolute(path, directory);
    assert_string_equal(got, want);
    free(got);
}

static void test_home_is_a_tilde_alone_or_with_what_follows(void **state) {
    (void)state;
    setenv("HOME", "/home/ada", 1);
    expect("~", "/work", "/home/ada");
    expect("~/data/x.csv", "/work", "/home/ada/data/x.csv");
    expect("~bob/x.csv", "/work", "/work/~bob/x.csv");
    expect("x~", "/work", "/work/x~");
    unsetenv("HOME"); // then the system knows where the user is at home
    char *home = path_home();
    assert_int_equal(home[0], '/');
    expect("~", "/work", home);
    free(home);
}

// NULL when all answers were right.
static void *ask_often(void *want) {
    void *wrong = NULL;
    for (int i = 0; i < 200; i++) {
        char *got = path_absolute("~/x", "/work");
        if (strcmp(got, want) != 0)
            wrong = want;
        free(got);
    }
    return wrong;
}

static void test_threads_may_ask_side_by_side(void **state) {
    (void)state;
    pthread_t threads[2];
    unsetenv("HOME");
    char *home = path_absolute("~/x", "/");
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, home), 0);
    for (size_t i = 0; i < 2; i++) {
        void *wrong;
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
    free(home);
}

static void test_relative_names_begin_in_the_directory(void **state) {
    (void)state;
    expect("/etc/x", "/work", "/etc/x");
    expect("x", "/work", "/work/x");
    expect("x", "/", "/x");
}

static void test_without_a_directory_it_is_the_process_s_own(void **state) {
    (void)state;
    char *own = getcwd(NULL, 0), want[4200];
    assert_non_null(own);
    snprintf(want, sizeof want, "%s/x", own);
    expect("x", NULL, want);
    expect("x", "", want);
    free(own);
}

static void test_no_device_gives_way_to_a_file(void **state) {
    (void)state;
    assert_int_equal(path_check_replaceable("/dev/null"), STATUS_INVALID);
    assert_int_equal(path_check_replaceable("/tmp"), STATUS_INVALID);
    assert_int_equal(path_check_replaceable("/dev/null/not-there"), STATUS_OK); // opening it will tell
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_home_is_a_tilde_alone_or_with_what_follows),
        cmocka_unit_test(test_threads_may_ask_side_by_side),
        cmocka_unit_test(test_relative_names_begin_in_the_directory),
        cmocka_unit_test(test_without_a_directory_it_is_the_process_s_own),
        cmocka_unit_test(test_no_device_gives_way_to_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
