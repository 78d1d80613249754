#include "src/base/log.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/text.h"

static char directory[] = "/tmp/plimsoll-log-XXXXXX";
static char path[sizeof directory + 16];

static int make_directory(void **state) {
    (void)state;
    if (!mkdtemp(directory))
        return -1;
    snprintf(path, sizeof path, "%s/log", directory);
    return 0;
}

static const char *numbered(int n) {
    static char name[sizeof path + 8];
    snprintf(name, sizeof name, n ? "%s.%d" : "%s", path, n);
    return name;
}

static int remove_logs(void **state) {
    (void)state;
    log_close();
    for (int n = 0; n < 6; n++)
        unlink(numbered(n));
    return 0;
}

static int remove_directory(void **state) {
    (void)state;
    return rmdir(directory);
}

static text contents(const char *file) {
    text all = {0};
    FILE *in = fopen(file, "r");
    assert_non_null(in);
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, in)) > 0;)
        text_put_n(&all, part, n);
    fclose(in);
    return all;
}

static void test_log_writes_a_line_an_event(void **state) {
    (void)state;
    assert_int_equal(log_open(path, LOG_INFO, 0), STATUS_OK);
    log_line(LOG_DEBUG, "desk", "not shown");
    log_info("desk", "order sent id=%d", 7);
    log_warn("venue", "two\nlines\tand more");
    text all = contents(path);
    assert_non_null(strstr(all.at, "Z INFO  desk order sent id=7\n"));
    assert_non_null(strstr(all.at, "Z WARN  venue two lines and more\n"));
    assert_null(strstr(all.at, "not shown"));
    assert_int_equal(all.at[4], '-');
    assert_int_equal(all.at[10], 'T');
    text_free(&all);
}

static void test_log_writes_json_lines(void **state) {
    (void)state;
    assert_int_equal(log_open(path, LOG_DEBUG, 1), STATUS_OK);
    log_error("store", "bad \"page\"\n%d", 5);
    text all = contents(path);
    assert_int_equal(strncmp(all.at, "{\"time\":\"", 9), 0);
    assert_non_null(
        strstr(all.at, "Z\",\"level\":\"ERROR\",\"room\":\"store\",\"message\":\"bad \\\"page\\\"\\n5\"}\n"));
    text_free(&all);
}

static void test_log_appends_to_what_is_there(void **state) {
    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(log_open(path, LOG_INFO, 0), STATUS_OK);
        log_info("app", "start %d", i);
        log_close();
    }
    text all = contents(path);
    assert_non_null(strstr(all.at, "start 0\n"));
    assert_non_null(strstr(all.at, "start 2\n"));
    text_free(&all);
}

static void test_log_is_readable_by_its_owner_alone(void **state) {
    (void)state;
    assert_int_equal(log_open(path, LOG_INFO, 0), STATUS_OK);
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0077, 0);
}

static void test_log_drops_lines_while_closed(void **state) {
    (void)state;
    log_info("app", "nobody listens");
    assert_int_equal(log_open("/dev/null/log", LOG_INFO, 0), STATUS_IO);
    assert_string_equal(status_message(), "/dev/null/log: the log cannot be written: Not a directory");
    log_info("app", "nobody listens");
}

static void test_log_keeps_errno(void **state) {
    (void)state;
    assert_int_equal(log_open(path, LOG_INFO, 0), STATUS_OK);
    errno = ENOSPC;
    log_info("app", "full");
    assert_int_equal(errno, ENOSPC);
}

static void test_log_rotates_at_eight_mebibytes_and_keeps_three(void **state) {
    (void)state;
    assert_int_equal(log_open(path, LOG_INFO, 0), STATUS_OK);
    static char filler[65536];
    memset(filler, 'x', sizeof filler - 1);
    for (int i = 0; i < 128 * 6; i++)
        log_info("app", "%05d %s", i, filler);
    struct stat about;
    for (int n = 0; n <= 3; n++) {
        assert_int_equal(stat(numbered(n), &about), 0);
        assert_in_range(about.st_size, 1, 8 << 20);
    }
    assert_int_equal(stat(numbered(4), &about), -1);
    text newest = contents(path);
    assert_non_null(strstr(newest.at, " 00767 "));
    text_free(&newest);
}

enum { THREADS = 4, EACH = 2000 };

static void *write_many(void *context) {
    for (int i = 0; i < EACH; i++)
        log_info("thread", "%s %d end", (const char *)context, i);
    return NULL;
}

static void test_log_lines_of_threads_stay_whole(void **state) {
    (void)state;
    assert_int_equal(log_open(path, LOG_INFO, 0), STATUS_OK);
    pthread_t threads[THREADS];
    static const char *const names[] = {"a", "bb", "ccc", "dddd"};
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_many, (void *)names[i]), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    text all = contents(path);
    int lines = 0;
    for (char *line = all.at, *end; (end = strchr(line, '\n')); line = end + 1, lines++)
        assert_int_equal(strncmp(end - 4, " end", 4), 0);
    assert_int_equal(lines, THREADS * EACH);
    text_free(&all);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_log_writes_a_line_an_event, remove_logs),
        cmocka_unit_test_teardown(test_log_writes_json_lines, remove_logs),
        cmocka_unit_test_teardown(test_log_appends_to_what_is_there, remove_logs),
        cmocka_unit_test_teardown(test_log_is_readable_by_its_owner_alone, remove_logs),
        cmocka_unit_test_teardown(test_log_drops_lines_while_closed, remove_logs),
        cmocka_unit_test_teardown(test_log_keeps_errno, remove_logs),
        cmocka_unit_test_teardown(test_log_rotates_at_eight_mebibytes_and_keeps_three, remove_logs),
        cmocka_unit_test_teardown(test_log_lines_of_threads_stay_whole, remove_logs),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
